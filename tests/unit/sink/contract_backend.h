/*
 * contract_backend.h - what the contract tests must know of the backend they run on.
 */
#ifndef TESTS_CONTRACT_BACKEND_H
#define TESTS_CONTRACT_BACKEND_H

#include "sink/sink_helpers.h"

struct contract_backend {
	/* The URI of a sink that holds nothing yet, valid until the next call. */
	const char *(*fresh)(void);
	/* Is -0.0 stored as it is? */
	bool keeps_negative_zero;
	/* Does what was written outlive the last handle? */
	bool keeps_after_close;
};

extern const struct contract_backend contract_backend;

static struct sink *open_one(const struct table_def *table)
{
	return open_sink(contract_backend.fresh(), &table, 1);
}

#endif

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
	/* Are timestamps cut to milliseconds? */
	bool cuts_to_milliseconds;
	/* Has each value a stamp of its own, so that with kept NULLs an older record still gives
	 * what newer ones left out? */
	bool stamps_values;
	/* Is a row refused whose partition key is an empty text? */
	bool refuses_empty_keys;
	/* Does the backend store neither NOT NULL nor an order of partition keys? */
	bool knows_values_only;
	/* Has the backend no transactions, so that rows may be written of a write that failed? */
	bool writes_rows_first;
	/* A new database takes its time: try every so-manieth failing allocation. 0: every one. */
	unsigned allocation_step;
};

extern const struct contract_backend contract_backend;

static struct sink *open_one(const struct table_def *table)
{
	return open_sink(contract_backend.fresh(), &table, 1);
}

#endif

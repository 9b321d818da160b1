/*
 * summary.h - what a stream came to, when it ends: counts, rates, latency, the rejected by reason,
 * five rows, and what to try next. On standard output.
 */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/options.h"
#include "pipeline/supervisor.h"

struct summary {
	const char *command;
	bool ingest, process;
	const struct options *options;
	const char *source;      /* identity; NULL without ingest */
	const struct plan *plan; /* NULL without process */
	const struct status_report *report;
	int64_t elapsed_us;
};

/* EXIT_DONE, or the code of a failure to write, which it told. */
int summary_print(const struct summary *summary);

/* Did the source give nothing but errors (EXIT_UNREACHABLE), or nothing but records that were
 * refused (EXIT_BAD_DATA)? Then err says so. */
bool summary_nothing_came(const struct status_report *report, struct err *err);

#endif

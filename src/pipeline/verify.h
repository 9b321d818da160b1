/*
 * verify.h - does the account add up? Recounts the log, the tables, the ledger and the dead
 * letters, and says what differs.
 *
 *     source:  fetched = appended + refused + filtered, appended = records in the log
 *     ledger:  read = stored + filtered + rejected, next = first + read + lost, next <= high
 *     table:   rows <= stored (an upsert stores a user twice in one row)
 *     letters: dead letters not yet replayed = rejected
 *
 * deep: the pipeline runs again over the log as far as it is retained; every row, column and
 * stamp of the tables, the ledger's totals and the dead letters are compared with the outcome.
 * Memory is bounded: both sides are spilled into buckets by key (see spill.h).
 */
#ifndef PIPELINE_VERIFY_H
#define PIPELINE_VERIFY_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"
#include "log/log.h"
#include "sink/sink.h"
#include "sql/transform.h"

struct verify_config {
	struct log_config log; /* stream, create, exclusive and read_only are set by verify */
	struct sink_config sink;
	const struct plan *plan; /* borrowed */
	const char *topic;
	bool deep;
	const char *gate;        /* see gate.h; NULL: none */
	const char *spill_dir;   /* for --deep; NULL: TMPDIR, else /var/tmp */
	int64_t max_differences; /* told one by one; further ones are counted. 0: 20 */
};

struct verify_result {
	struct buf report;   /* lines for people; release with verify_result_release() */
	int64_t differences; /* 0: it adds up */
	int64_t gates_failed;
};

/*
 * Verify. US_OK: see *out (also when it differs). US_REJECT: no such log or sink, a gate that does
 * not parse. US_RETRY: a backend does not answer. US_FATAL: out of memory, or the spill files
 * cannot be written. On failure there is nothing to release.
 */
enum status verify_run(const struct verify_config *config, struct verify_result *out,
		       struct err *err);
void verify_result_release(struct verify_result *result);

#endif

/*
 * replay.h - dead letters once more through the present pipeline.
 *
 * A letter that passes is written straight to the sink under its original stamp, so it never goes
 * over a newer row, together with a mark and the ledger's new totals in one transaction: never
 * twice. One that fails again gets an "attempt" entry with the new reason. A replay that was
 * interrupted is simply run again. It may run beside a processor: who finds the ledger moved reads
 * it again.
 */
#ifndef PIPELINE_REPLAY_H
#define PIPELINE_REPLAY_H

#include <stdint.h>

#include "core/err.h"
#include "core/waiter.h"
#include "log/log.h"
#include "pipeline/totals.h"
#include "sink/sink.h"
#include "sql/transform.h"

struct replay_progress {
	int64_t total; /* pending letters at the start, of any reason */
	int64_t done;
	int64_t stored;  /* now in the table (or filtered by WHERE) */
	int64_t failed;  /* rejected again */
	int64_t already; /* a former replay had stored it, and was interrupted before it said so */
};

struct replay_config {
	struct log_config log; /* stream and modes are set by replay */
	struct sink_config sink;
	const struct plan *plan;
	const char *topic;
	const char *reason;  /* only these; NULL: all */
	int64_t limit;       /* at most so many; 0: all */
	struct waiter *stop; /* woken: end after the batch in hand; may be NULL */
	void (*progress)(void *user, const struct replay_progress *progress); /* or NULL */
	void *user;
};

struct replay_result {
	struct replay_progress progress;
	struct count_list failed_by; /* new reasons */
};

/*
 * US_OK: see *out. US_REJECT: configuration. US_RETRY: the log or the sink does not answer; what
 * was done is done, run it again. US_FATAL. *out is to be released in any case.
 */
enum status replay_run(const struct replay_config *config, struct replay_result *out,
		       struct err *err);
void replay_result_release(struct replay_result *result);

#endif

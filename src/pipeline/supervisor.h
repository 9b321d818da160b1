/*
 * supervisor.h - runs the components of this process (ingest: source -> log; process: log ->
 * transform -> sink), each on threads of its own, opens their backends, reopens what failed with
 * backoff and a budget, and answers "how is it going" at any time.
 */
#ifndef PIPELINE_SUPERVISOR_H
#define PIPELINE_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/histogram.h"
#include "log/log.h"
#include "sink/sink.h"
#include "source/source.h"
#include "sql/transform.h"

/*
 * Decorators: each may put a table of its own around what was opened (trace, fault), and returns
 * what is used in its place; closing that closes the inner one. Any may be NULL.
 */
struct supervisor_hooks {
	void *user;
	struct source *(*source)(void *user, struct source *inner);
	struct log *(*log)(void *user, struct log *inner);
	struct sink *(*sink)(void *user, struct sink *inner);
};

struct supervisor_config {
	bool ingest;
	bool process;
	struct source_config
	    source; /* uri already resolved ("auto" and "simulator:" are the caller's) */
	const char *source_identity; /* what the cursor remembers as the source ("simulator:",
					though its port changes) */
	struct log_config log;
	struct sink_config sink;
	const struct plan *plan; /* process only; borrowed */
	const char *topic;       /* _topic, where the log has no name of its own */
	int workers;             /* process: that share the log's partitions; 0: one */
	const char *reader;      /* name of the log's reader, default "process" */
	int64_t every_ms;
	int64_t count;        /* > 0: stop when so many users are fetched and settled */
	int64_t for_ms;       /* > 0: drain after so long */
	bool until_caught_up; /* process: end when the lag is 0 */
	const char *from; /* "earliest", an offset, an ISO time: a new generation; NULL: go on */
	bool accept_gap;
	bool dlq_raw;
	int batch_records; /* at most so many in one transaction */
	/* process: for how long a shared log has to end before the ledger's position until that is
	 * taken for a loss. 0: 10 s */
	int64_t cut_sure_ms;
	int64_t stall_ms; /* nothing delivered for so long, though there is work: health turns red.
			     0: two minutes, and at least three times every_ms */
	const struct supervisor_hooks *hooks; /* NULL: none */
};

enum component_state {
	COMPONENT_OFF,
	COMPONENT_STARTING,
	COMPONENT_RUNNING,
	COMPONENT_DEGRADED, /* works or retries; `reason` says why */
	COMPONENT_DRAINING,
	COMPONENT_DONE,
	COMPONENT_FAILED /* until an operator starts it again */
};
const char *component_state_name(enum component_state state);

struct component_status {
	enum component_state state;
	char reason[256];
	int64_t restarts;
	int64_t retries;
	int64_t last_progress_us; /* wall; 0: never */
	int64_t pause_until_us; /* wall; it waits on purpose until then, `reason` says why; 0: no */
};

struct reason_count {
	char name[128];
	int64_t count;
};
#define STATUS_REASONS 32

/* A partition that this process owns at present. */
struct partition_status {
	int32_t partition;
	int worker;
	int64_t next; /* everything below it is settled */
	int64_t lag;
};
#define STATUS_PARTITIONS 256

struct status_report {
	int64_t started_us;
	struct component_status ingest, process;
	/* this process's own counts */
	int64_t fetched, appended, refused, refetched, source_filtered;
	int64_t read, stored, filtered, rejected, lost;
	int64_t done_bytes, total_bytes;                   /* of a file source */
	struct reason_count source_errors[STATUS_REASONS]; /* by kind, "" ends */
	struct reason_count rejected_by[STATUS_REASONS];   /* by reason */
	struct reason_count violations[STATUS_REASONS];    /* by constraint, all actions */
	int64_t lag; /* records appended and not yet settled, all partitions; -1: unknown */
	struct partition_status partitions[STATUS_PARTITIONS]; /* further ones are not told of */
	size_t partition_count;
	bool caught_up;
	const struct histogram *latency; /* from fetched to stored, µs */
	char cursor[256];                /* for people: "seed 7f3a… page 12" */
	/* what the logs tell of themselves: log_metrics(), NULL: nothing */
	void (*log_metrics)(log_metric_fn *tell, void *user);
	bool stalled;             /* nothing delivered for config.stall_ms */
	char stalled_reason[128]; /* "ingest has delivered nothing for 130 s" */
};

struct supervisor;

/*
 * Check everything that can be checked (URIs, plan against table; a plan that is NULL is not) and
 * start nothing. US_REJECT: all mistakes at once, a line each.
 */
enum status supervisor_check(const struct supervisor_config *config, struct err *err);
/*
 * Check everything that can be checked (URIs, plan against table), then start the threads. All
 * mistakes at once in err, a line each: US_REJECT. A backend that does not answer yet is no
 * mistake. The threads go on through RETRY and FATAL by themselves; what cannot mend itself makes
 * supervisor_wait return. The config is copied, what it points to is borrowed until supervisor_free
 * (config.source.stop is not used: the supervisor has its own).
 */
enum status supervisor_start(struct supervisor **out, const struct supervisor_config *config,
			     struct err *err);
/* Stop fetching, store what was fetched, end. Thread safe, idempotent. */
void supervisor_drain(struct supervisor *supervisor);
/* Wait up to timeout_ms (< 0: for ever). True when every component ended (done or failed). */
bool supervisor_wait(struct supervisor *supervisor, int timeout_ms);
/* A picture of now. Thread safe. The histogram is borrowed until supervisor_free. */
void supervisor_report(const struct supervisor *supervisor, struct status_report *out);
/* After it ended: US_OK, or why it failed with the exit code. */
enum status supervisor_result(const struct supervisor *supervisor, struct err *err);
/* Ends at once if it still runs (nothing is lost: the next start goes on). */
void supervisor_free(struct supervisor *supervisor);

#endif

/*
 * component.h - the life of one component (ingest, process): its state for people, how it is told
 * to end, how it waits, and its budget of reopened handles.
 *
 * A component ends in one of two ways: drained (finish what was begun) or stopped (at once: nothing
 * is lost, the next start goes on). Both wake its waiter.
 */
#ifndef PIPELINE_COMPONENT_H
#define PIPELINE_COMPONENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "core/backoff.h"
#include "core/err.h"
#include "core/waiter.h"
#include "pipeline/supervisor.h"

/* Handles that fail one after the other, without any progress between, before giving up. */
#define COMPONENT_BUDGET 12

struct component {
	const char *name;
	pthread_mutex_t lock; /* of status and result */
	struct component_status status;
	enum status result;
	struct err result_err;
	struct waiter waiter; /* woken by drain and stop */
	atomic_bool drain, stop;
	struct backoff backoff;   /* of the component's own thread */
	int64_t failing_since_us; /* draining and not getting on; 0: is */
	int failures;             /* FATALs since the last progress */
	int64_t pause_told_us;    /* monotonic; 0: never */
};

enum status component_init(struct component *component, const char *name, struct err *err);
void component_release(struct component *component);

/* Set the state and why; a change is noted on stderr. */
void component_set(struct component *component, enum component_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
enum component_state component_get(struct component *component);
/* Something was delivered: the budget is full again, a degraded component runs. */
void component_progress(struct component *component);
/* It ended, well or not; the text becomes the reason. `err` may be NULL with US_OK. */
void component_end(struct component *component, enum status status, const struct err *err);
bool component_ended(struct component *component);

void component_drain(struct component *component);
void component_stop(struct component *component);
static inline bool component_draining(struct component *component)
{
	return atomic_load(&component->drain) || atomic_load(&component->stop);
}
static inline bool component_stopped(struct component *component)
{
	return atomic_load(&component->stop);
}

/*
 * After US_RETRY: degraded with the reason, and how long to wait before the next try, in
 * milliseconds. The caller waits, for it may have something to do meanwhile.
 */
int component_retry(struct component *component, const struct err *err);
/* The same where others wait for the caller: a second at most. */
int component_retry_soon(struct component *component, const struct err *err);
/*
 * After US_FATAL of a handle: -1 when the budget is spent (the component must end with `err`), else
 * how long to wait before reopening.
 */
int component_reopen(struct component *component, const struct err *err);
/* While draining, what does not come back is waited for 30 s; true when they are over. Nothing is
 * lost by giving up: the next start goes on. */
bool component_out_of_patience(struct component *component);
/*
 * Wait on purpose, for a limit of ours: the component runs, `reason` says why nothing comes, and
 * nobody takes it for stalled. True when woken by stop or drain.
 */
bool component_pause(struct component *component, int ms, const char *reason);
/* Sleep; true when woken by stop, or by drain where `drain_too`. */
bool component_sleep(struct component *component, int ms, bool drain_too);

#endif

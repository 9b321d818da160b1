/*
 * meter.h - what this process has counted so far, for status lines and /metrics. Written by the
 * components' threads, read by anybody: counters are relaxed atomics, the named counts have a lock
 * that is taken once a batch.
 */
#ifndef PIPELINE_METER_H
#define PIPELINE_METER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "core/histogram.h"
#include "pipeline/supervisor.h"

enum meter_table { METER_SOURCE_ERRORS, METER_REJECTED, METER_VIOLATIONS, METER_TABLES };

struct meter {
	_Atomic int64_t fetched, appended, refused, refetched, source_filtered;
	_Atomic int64_t read, stored, filtered, rejected, lost;
	_Atomic int64_t done_bytes, total_bytes;
	_Atomic int64_t lag; /* -1: not known yet */
	struct histogram latency;
	pthread_mutex_t lock; /* of what follows */
	struct reason_count named[METER_TABLES][STATUS_REASONS];
	char cursor[256];
};

void meter_init(struct meter *meter);
void meter_release(struct meter *meter);

static inline void meter_add(_Atomic int64_t *counter, int64_t count)
{
	atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
}
static inline int64_t meter_get(const _Atomic int64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}
static inline void meter_set(_Atomic int64_t *counter, int64_t value)
{
	atomic_store_explicit(counter, value, memory_order_relaxed);
}

/* Count by name. Names beyond the table's room are counted together as "other". */
void meter_count(struct meter *meter, enum meter_table table, const char *name, int64_t count);
void meter_set_cursor(struct meter *meter, struct span text);
/* Fill the counts of a report. */
void meter_report(struct meter *meter, struct status_report *out);

#endif

/*
 * handover.h - the border between the two threads of process: the transform thread fills jobs, the
 * sink thread writes them, in order. Two jobs at most are under way, because the log's batches and
 * the transform's arenas come in twos.
 *
 *     transform thread   handover_slot -> fill -> handover_submit  ...  handover_reap
 *     sink thread        sink->write for each, one transaction a job
 *
 * While the sink is busy the log keeps what arrives, and the next job takes all of it up to the
 * batch size: that is the group commit. The lock is taken twice a job, never held while working.
 *
 * After a job that failed the sink thread writes nothing more (later jobs come back with kind
 * "skipped") until handover_mend(): order is kept. The sink may be used or changed by the transform
 * thread only while nothing is under way.
 */
#ifndef PIPELINE_HANDOVER_H
#define PIPELINE_HANDOVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "pipeline/meter.h"
#include "sink/sink.h"
#include "sql/transform.h"

#define HANDOVER_JOBS 2

/* One transaction: what became of some records of one partition. */
struct job {
	int32_t partition;
	int64_t next;                 /* of the ledger after it */
	uint64_t poll;                /* number of the poll that lent the records */
	const struct record *records; /* borrowed from the log's reader */
	size_t record_count;
	struct transform_result result; /* its arrays live in the worker, or in `tables` */
	struct table_result *tables;    /* table_count */
	struct rejection *extra;        /* table_count + 1: of a record that the sink refused */
	struct row_batch *rows;         /* table_count */
	struct ledger_row *ledger;
	struct buf *details;
	int64_t **stamps;
	size_t *stamp_capacity;
	size_t table_count;
	int64_t expected;
	/* set by the sink thread */
	enum status status;
	struct err err;
	size_t bad_table;
	int64_t bad_row;
};

struct handover {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job jobs[HANDOVER_JOBS];
	uint64_t submitted, done, reaped;
	bool broken, ended, running;
	struct sink *sink;
	struct meter *meter;
	const struct plan *plan;
	void (*failed)(void *user); /* called by the sink thread after a job that failed */
	void *user;
};

/* Start the sink thread. US_FATAL: out of memory or threads; nothing to release. */
enum status handover_start(struct handover *handover, const struct plan *plan, struct meter *meter,
			   struct err *err);
/* End the thread: the job it works on is finished, others are not begun. Then frees all. */
void handover_end(struct handover *handover);

/* The job to fill next, or NULL: both are under way or not reaped. */
struct job *handover_slot(struct handover *handover);
void handover_submit(struct handover *handover);
/* Wait until at most `under_way` jobs are; then all but those can be reaped. */
void handover_wait(struct handover *handover, unsigned under_way);
/* As handover_wait, until no job is under way whose records were lent by poll `poll` or before. */
void handover_wait_poll(struct handover *handover, uint64_t poll);
/* The oldest job that is finished, NULL when there is none; reap it with handover_reaped(). */
struct job *handover_reap(struct handover *handover);
void handover_reaped(struct handover *handover);
/* Jobs submitted and not yet finished. */
unsigned handover_under_way(struct handover *handover);
/* After a failure, when nothing is under way and all is reaped: write again. */
void handover_mend(struct handover *handover);

#endif

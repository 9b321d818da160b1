/*
 * fault_log.h - a decorator for tests: a log whose every n-th call fails, and whose readers do too.
 *
 *     fault_log_start(&(struct fault_log_plan){ .every = 7, .status = US_RETRY, .what = FAULT_ALL
 * });
 *     ... everything that log_open() opens from here on fails every 7th call ...
 *     fault_log_stop();
 *
 * A handle that has answered US_FATAL must only be closed: any other call ends the test.
 */
#ifndef TESTS_FAULT_LOG_H
#define TESTS_FAULT_LOG_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "log/log.h"

enum fault_log_what {
	FAULT_APPEND = 1,
	FAULT_POLL = 2,
	FAULT_COMMIT = 4,
	FAULT_SEEK = 8,
	FAULT_STAT = 16,   /* stat, trim, cursor, offset_at */
	FAULT_READER = 32, /* reader_open */
	FAULT_ALL = 63
};

struct fault_log_plan {
	uint64_t every;     /* 0: never */
	enum status status; /* US_RETRY, US_FATAL */
	const char *kind;   /* of the err; NULL: "fault" */
	unsigned what;      /* FAULT_* */
	bool dead_letters;  /* the dead letters' stream as well */
};

static struct fault_log_plan fault_log_plan;
static _Atomic uint64_t fault_log_calls;  /* that could have failed */
static _Atomic uint64_t fault_log_faults; /* that did */

struct fault_log {
	struct log log;
	struct log *inner;
	bool dead;
};

struct fault_reader {
	struct log_reader reader;
	struct log_reader *inner;
	bool dead;
};

/* Does this call fail? Then *status and err are filled. */
static bool fault_log_hits(unsigned what, bool *dead, enum status *status, struct err *err)
{
	if (*dead) {
		fprintf(stderr, "fault_log: a call on a handle after US_FATAL\n");
		abort();
	}
	if (!(fault_log_plan.what & what) || fault_log_plan.every == 0)
		return false;
	if ((atomic_fetch_add(&fault_log_calls, 1) + 1) % fault_log_plan.every != 0)
		return false;
	atomic_fetch_add(&fault_log_faults, 1);
	*status = err_set(err, fault_log_plan.status, EXIT_IO, "the test made the log fail");
	if (err)
		err->kind = fault_log_plan.kind ? fault_log_plan.kind : "fault";
	*dead = fault_log_plan.status == US_FATAL;
	return true;
}

static enum status fault_poll(struct log_reader *reader, int timeout_ms, size_t max_records,
			      struct log_event *event, struct err *err)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	enum status status;
	if (fault_log_hits(FAULT_POLL, &self->dead, &status, err))
		return status;
	return self->inner->ops->poll(self->inner, timeout_ms, max_records, event, err);
}

static enum status fault_seek(struct log_reader *reader, int32_t partition, int64_t offset,
			      struct err *err)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	enum status status;
	if (fault_log_hits(FAULT_SEEK, &self->dead, &status, err))
		return status;
	return self->inner->ops->seek(self->inner, partition, offset, err);
}

static enum status fault_offset_at(struct log_reader *reader, int32_t partition,
				   int64_t timestamp_us, int64_t *offset, struct err *err)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	enum status status;
	if (fault_log_hits(FAULT_STAT, &self->dead, &status, err))
		return status;
	return self->inner->ops->offset_at(self->inner, partition, timestamp_us, offset, err);
}

static enum status fault_commit(struct log_reader *reader, int32_t partition, int64_t next,
				struct err *err)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	enum status status;
	if (fault_log_hits(FAULT_COMMIT, &self->dead, &status, err))
		return status;
	return self->inner->ops->commit(self->inner, partition, next, err);
}

static enum status fault_pause(struct log_reader *reader, int32_t partition, bool paused,
			       struct err *err)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	return self->inner->ops->pause(self->inner, partition, paused, err);
}

static void fault_wake(struct log_reader *reader)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	self->inner->ops->wake(self->inner);
}

static void fault_reader_close(struct log_reader *reader)
{
	struct fault_reader *self = (struct fault_reader *)reader;
	log_reader_close(self->inner);
	mem_free(self);
}

static const struct log_reader_ops fault_reader_ops = {
	.poll = fault_poll,
	.seek = fault_seek,
	.offset_at = fault_offset_at,
	.commit = fault_commit,
	.pause = fault_pause,
	.wake = fault_wake,
	.close = fault_reader_close,
};

static enum status fault_append(struct log *log, const struct record *records, size_t count,
				const struct span *cursor, int64_t *first_offset, struct err *err)
{
	struct fault_log *self = (struct fault_log *)log;
	enum status status;
	if (fault_log_hits(FAULT_APPEND, &self->dead, &status, err))
		return status;
	return self->inner->ops->append(self->inner, records, count, cursor, first_offset, err);
}

static enum status fault_cursor(struct log *log, struct buf *out, int64_t *beyond, struct err *err)
{
	struct fault_log *self = (struct fault_log *)log;
	enum status status;
	if (fault_log_hits(FAULT_STAT, &self->dead, &status, err))
		return status;
	return self->inner->ops->cursor(self->inner, out, beyond, err);
}

static enum status fault_reader_open(struct log *log, const char *name, struct log_reader **out,
				     struct err *err)
{
	struct fault_log *self = (struct fault_log *)log;
	enum status status;
	if (fault_log_hits(FAULT_READER, &self->dead, &status, err))
		return status;
	struct fault_reader *reader = mem_calloc(1, sizeof(*reader));
	if (!reader)
		return err_no_memory(err, "opening a reader of the log");
	reader->reader.ops = &fault_reader_ops;
	status = self->inner->ops->reader_open(self->inner, name, &reader->inner, err);
	if (status == US_OK)
		*out = &reader->reader;
	else
		mem_free(reader);
	return status;
}

static enum status fault_stat(struct log *log, struct log_stat *out, struct err *err)
{
	struct fault_log *self = (struct fault_log *)log;
	enum status status;
	if (fault_log_hits(FAULT_STAT, &self->dead, &status, err))
		return status;
	return self->inner->ops->stat(self->inner, out, err);
}

static enum status fault_trim(struct log *log, int32_t partition, int64_t before, bool force,
			      int64_t *removed, struct err *err)
{
	struct fault_log *self = (struct fault_log *)log;
	enum status status;
	if (fault_log_hits(FAULT_STAT, &self->dead, &status, err))
		return status;
	return self->inner->ops->trim(self->inner, partition, before, force, removed, err);
}

static enum status fault_drop_reader(struct log *log, const char *name, struct err *err)
{
	struct fault_log *self = (struct fault_log *)log;
	return self->inner->ops->drop_reader(self->inner, name, err);
}

static void fault_close(struct log *log)
{
	struct fault_log *self = (struct fault_log *)log;
	log_close(self->inner);
	mem_free(self);
}

static const struct log_ops fault_ops = {
	.scheme = "fault",
	.append = fault_append,
	.cursor = fault_cursor,
	.reader_open = fault_reader_open,
	.stat = fault_stat,
	.trim = fault_trim,
	.drop_reader = fault_drop_reader,
	.close = fault_close,
};

static struct log *fault_log_wrap(struct log *inner, const struct log_config *config)
{
	if (config->stream == LOG_DEAD_LETTERS && !fault_log_plan.dead_letters)
		return inner;
	struct fault_log *self = mem_calloc(1, sizeof(*self));
	if (!self)
		return NULL;
	self->log.ops = &fault_ops;
	self->inner = inner;
	return &self->log;
}

/* Not while a log is in use by another thread. */
static inline void fault_log_start(const struct fault_log_plan *plan)
{
	fault_log_plan = *plan;
	atomic_store(&fault_log_calls, 0);
	atomic_store(&fault_log_faults, 0);
	log_set_wrapper(fault_log_wrap);
}

/* What is open goes on without faults. */
static inline void fault_log_stop(void)
{
	log_set_wrapper(NULL);
	fault_log_plan.every = 0;
}

#endif

/*
 * faulty.h - decorators around log, sink and source in which every n-th call fails: before anything
 * is done, or after it is done and before it is told.
 */
#ifndef TESTS_PIPELINE_FAULTY_H
#define TESTS_PIPELINE_FAULTY_H

#include <stdatomic.h>

#include "core/mem.h"
#include "pipeline/supervisor.h"

struct faults {
	unsigned every; /* the n-th call fails; 0: none */
	enum status status;
	const char *kind;
	bool after;     /* the call is done, its answer is lost (US_RETRY, US_FATAL only) */
	unsigned limit; /* at most so many failures; 0: no bound */
	bool sink_write, sink_read, log_append, log_poll, source_next; /* which calls */
	_Atomic unsigned calls, failed;
};

static inline bool faults_hit(struct faults *faults, bool here)
{
	if (!here || !faults->every)
		return false;
	if (++faults->calls % faults->every != 0)
		return false;
	if (faults->limit && faults->failed >= faults->limit)
		return false;
	faults->failed++;
	return true;
}

static inline enum status faults_fail(const struct faults *faults, struct err *err)
{
	err_set(err, faults->status, EXIT_TRY_AGAIN, "a fault of the test");
	err->kind = faults->kind;
	return faults->status;
}

/* ---- sink */

struct faulty_sink {
	struct sink base;
	struct sink *inner;
	struct faults *faults;
};

static inline struct faulty_sink *faulty_sink_of(struct sink *sink)
{
	return (struct faulty_sink *)sink;
}

static inline enum status faulty_prepare(struct sink *sink, const struct table_def *const *tables,
					 size_t count, struct err *err)
{
	struct sink *inner = faulty_sink_of(sink)->inner;

	return inner->ops->prepare(inner, tables, count, err);
}

static inline enum status faulty_ledger(struct sink *sink, const char *table, const char *identity,
					int32_t partition, struct ledger_row *out, bool *found,
					struct buf *details, struct err *err)
{
	struct faulty_sink *self = faulty_sink_of(sink);

	if (faults_hit(self->faults, self->faults->sink_read))
		return faults_fail(self->faults, err);
	return self->inner->ops->ledger(self->inner, table, identity, partition, out, found,
					details, err);
}

static inline enum status faulty_write(struct sink *sink, const struct sink_write *write,
				       size_t *bad_table, int64_t *bad_row, struct err *err)
{
	struct faulty_sink *self = faulty_sink_of(sink);
	bool hit = faults_hit(self->faults, self->faults->sink_write);
	enum status status;

	if (hit && !self->faults->after)
		return faults_fail(self->faults, err);
	status = self->inner->ops->write(self->inner, write, bad_table, bad_row, err);
	return hit && status == US_OK ? faults_fail(self->faults, err) : status;
}

static inline enum status faulty_state_get(struct sink *sink, const char *key, struct buf *out,
					   bool *found, struct err *err)
{
	struct sink *inner = faulty_sink_of(sink)->inner;

	return inner->ops->state_get(inner, key, out, found, err);
}

static inline enum status faulty_state_put(struct sink *sink, const char *key, struct span value,
					   struct err *err)
{
	struct sink *inner = faulty_sink_of(sink)->inner;

	return inner->ops->state_put(inner, key, value, err);
}

static inline void faulty_sink_close(struct sink *sink)
{
	sink_close(faulty_sink_of(sink)->inner);
	mem_free(sink);
}

static const struct sink_ops faulty_sink_ops = {
	.scheme = "faulty",
	.prepare = faulty_prepare,
	.ledger = faulty_ledger,
	.write = faulty_write,
	.state_get = faulty_state_get,
	.state_put = faulty_state_put,
	.close = faulty_sink_close,
};

static inline struct sink *faulty_sink_around(void *user, struct sink *inner)
{
	struct faulty_sink *self = mem_calloc(1, sizeof(*self));

	if (!self)
		return inner;
	self->base.ops = &faulty_sink_ops;
	self->inner = inner;
	self->faults = user;
	return &self->base;
}

/* ---- log and its readers */

struct faulty_log {
	struct log base;
	struct log *inner;
	struct faults *faults;
};

struct faulty_reader {
	struct log_reader base;
	struct log_reader *inner;
	struct faults *faults;
};

static inline enum status faulty_append(struct log *log, const struct record *records, size_t count,
					const struct span *cursor, int64_t *first, struct err *err)
{
	struct faulty_log *self = (struct faulty_log *)log;

	if (faults_hit(self->faults, self->faults->log_append))
		return faults_fail(self->faults, err);
	return self->inner->ops->append(self->inner, records, count, cursor, first, err);
}

static inline enum status faulty_cursor(struct log *log, struct buf *out, int64_t *beyond,
					struct err *err)
{
	struct log *inner = ((struct faulty_log *)log)->inner;

	return inner->ops->cursor(inner, out, beyond, err);
}

static inline enum status faulty_stat(struct log *log, struct log_stat *out, struct err *err)
{
	struct log *inner = ((struct faulty_log *)log)->inner;

	return inner->ops->stat(inner, out, err);
}

static inline enum status faulty_poll(struct log_reader *reader, int timeout_ms, size_t most,
				      struct log_event *event, struct err *err)
{
	struct faulty_reader *self = (struct faulty_reader *)reader;

	if (faults_hit(self->faults, self->faults->log_poll))
		return faults_fail(self->faults, err);
	return self->inner->ops->poll(self->inner, timeout_ms, most, event, err);
}

static inline enum status faulty_seek(struct log_reader *reader, int32_t partition, int64_t offset,
				      struct err *err)
{
	struct log_reader *inner = ((struct faulty_reader *)reader)->inner;

	return inner->ops->seek(inner, partition, offset, err);
}

static inline enum status faulty_offset_at(struct log_reader *reader, int32_t partition, int64_t us,
					   int64_t *offset, struct err *err)
{
	struct log_reader *inner = ((struct faulty_reader *)reader)->inner;

	return inner->ops->offset_at(inner, partition, us, offset, err);
}

static inline enum status faulty_commit(struct log_reader *reader, int32_t partition, int64_t next,
					struct err *err)
{
	struct log_reader *inner = ((struct faulty_reader *)reader)->inner;

	return inner->ops->commit(inner, partition, next, err);
}

static inline enum status faulty_pause(struct log_reader *reader, int32_t partition, bool paused,
				       struct err *err)
{
	struct log_reader *inner = ((struct faulty_reader *)reader)->inner;

	return inner->ops->pause(inner, partition, paused, err);
}

static inline void faulty_wake(struct log_reader *reader)
{
	struct log_reader *inner = ((struct faulty_reader *)reader)->inner;

	inner->ops->wake(inner);
}

static inline void faulty_reader_close(struct log_reader *reader)
{
	log_reader_close(((struct faulty_reader *)reader)->inner);
	mem_free(reader);
}

static const struct log_reader_ops faulty_reader_ops = {
	.poll = faulty_poll,
	.seek = faulty_seek,
	.offset_at = faulty_offset_at,
	.commit = faulty_commit,
	.pause = faulty_pause,
	.wake = faulty_wake,
	.close = faulty_reader_close,
};

static inline enum status faulty_reader_open(struct log *log, const char *name,
					     struct log_reader **out, struct err *err)
{
	struct faulty_log *self = (struct faulty_log *)log;
	enum status status = self->inner->ops->reader_open(self->inner, name, out, err);
	struct faulty_reader *reader;

	/* the nameless readers of scans are left alone */
	if (status != US_OK || !*name)
		return status;
	reader = mem_calloc(1, sizeof(*reader));
	if (!reader)
		return US_OK;
	reader->base.ops = &faulty_reader_ops;
	reader->inner = *out;
	reader->faults = self->faults;
	*out = &reader->base;
	return US_OK;
}

static inline void faulty_log_close(struct log *log)
{
	log_close(((struct faulty_log *)log)->inner);
	mem_free(log);
}

static const struct log_ops faulty_log_ops = {
	.scheme = "faulty",
	.append = faulty_append,
	.cursor = faulty_cursor,
	.reader_open = faulty_reader_open,
	.stat = faulty_stat,
	.close = faulty_log_close,
};

static inline struct log *faulty_log_around(void *user, struct log *inner)
{
	struct faulty_log *self = mem_calloc(1, sizeof(*self));

	if (!self)
		return inner;
	self->base.ops = &faulty_log_ops;
	self->inner = inner;
	self->faults = user;
	return &self->base;
}

/* ---- source */

struct faulty_source {
	struct source base;
	struct source *inner;
	struct faults *faults;
};

static inline enum status faulty_next(struct source *source, struct source_batch *batch,
				      struct err *err)
{
	struct faulty_source *self = (struct faulty_source *)source;

	if (faults_hit(self->faults, self->faults->source_next))
		return faults_fail(self->faults, err);
	return source_next(self->inner, batch, err);
}

static inline void faulty_source_stat(const struct source *source, struct source_stat *out)
{
	source_stat(((const struct faulty_source *)source)->inner, out);
}

static inline void faulty_source_close(struct source *source)
{
	source_close(((struct faulty_source *)source)->inner);
	mem_free(source);
}

static const struct source_ops faulty_source_ops = {
	.scheme = "faulty",
	.next = faulty_next,
	.stat = faulty_source_stat,
	.close = faulty_source_close,
};

static inline struct source *faulty_source_around(void *user, struct source *inner)
{
	struct faulty_source *self = mem_calloc(1, sizeof(*self));

	if (!self)
		return inner;
	self->base.ops = &faulty_source_ops;
	self->inner = inner;
	self->faults = user;
	return &self->base;
}

#define FAULTY_HOOKS(f)                                                                \
	{                                                                              \
		.user = (f), .source = faulty_source_around, .log = faulty_log_around, \
		.sink = faulty_sink_around                                             \
	}

#endif

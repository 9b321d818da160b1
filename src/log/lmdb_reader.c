/*
 * lmdb_reader.c - the LMDB backend's reads.
 *
 * A poll copies records into one of two batches within a short read transaction, so that none is
 * open while the caller works (an open one would keep LMDB from reusing pages). Where there is
 * nothing, it sleeps on the stream's number in the file "shared", which every append raises. It
 * looks again every LOOK_AGAIN_MS in case the appender died between its commit and the wake-up.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "log/lmdb_log.h"
#include "log/lmdb_meta.h"
#include "log/log_batch.h"
#include "log/log_record.h"

#define LOOK_AGAIN_MS 1000

struct lmdb_reader {
	struct log_reader reader; /* must be first */
	struct lmdb_env *env;
	enum log_stream stream;
	struct shared_reader *entry; /* NULL: nameless */
	int lock;                    /* on entry */
	struct lmdb_read read;
	_Atomic bool woken;
	bool assigned, paused, lost; /* lost: told, stands still until a seek */
	int64_t next;
	struct log_batch batches[2];
	int current;
};

static struct lmdb_reader *lmdb_reader_of(struct log_reader *reader)
{
	return (struct lmdb_reader *)reader;
}

/* Copy the records from self->next on, up to the batch's bounds. LMDB's code; ENOMEM: ours. */
static int copy_records(struct lmdb_reader *self, struct log_batch *batch, size_t max_records)
{
	MDB_val key = { .mv_data = &self->next, .mv_size = sizeof(self->next) };
	MDB_val value;
	int rc = mdb_cursor_get(self->read.cursor, &key, &value, MDB_SET_RANGE);
	while (rc == 0 && log_batch_has_room(batch, value.mv_size, max_records)) {
		int64_t offset;
		memcpy(&offset, key.mv_data, sizeof(offset));
		if (!log_batch_add(batch, offset, value.mv_data, value.mv_size))
			return ENOMEM;
		rc = mdb_cursor_get(self->read.cursor, &key, &value, MDB_NEXT);
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Within a transaction: is there something to tell? */
static int look(struct lmdb_reader *self, struct log_batch *batch, size_t max_records,
		struct log_event *event)
{
	int rc = lmdb_meta_bounds(self->env, self->read.txn, self->read.cursor, self->stream,
				  &event->low, &event->high);
	if (rc != 0)
		return rc;
	if (!self->assigned) {
		int64_t committed = self->entry ? atomic_load(&self->entry->next) : -1;
		self->assigned = true;
		self->next = committed < 0 ? event->low : committed;
		event->kind = LOG_EVENT_ASSIGNED;
	} else if (self->paused || self->lost) {
		event->kind = LOG_EVENT_NONE;
	} else if (self->next < event->low) {
		self->lost = true;
		event->kind = LOG_EVENT_LOST;
	} else if (self->next < event->high) {
		event->kind = LOG_EVENT_RECORDS;
		rc = copy_records(self, batch, max_records);
	}
	event->next = self->next;
	event->complete = self->assigned;
	return rc;
}

static enum status look_once(struct lmdb_reader *self, size_t max_records, struct log_event *event,
			     struct err *err)
{
	*event = (struct log_event){ .kind = LOG_EVENT_NONE };
	struct log_batch *batch = &self->batches[self->current ^ 1];
	enum status status = lmdb_read_begin(self->env, self->stream, &self->read, err);
	if (status != US_OK)
		return status;
	log_batch_reset(batch);
	int rc = look(self, batch, max_records, event);
	lmdb_read_end(self->env, &self->read);
	if (rc != 0)
		return lmdb_env_error(self->env, rc, "read", err);
	if (event->kind != LOG_EVENT_RECORDS)
		return US_OK;
	status = log_batch_finish(batch, 0, err);
	if (status != US_OK)
		return status;
	self->current ^= 1;
	self->next = batch->records[batch->count - 1].offset + 1;
	event->next = self->next;
	event->records = batch->records;
	event->record_count = batch->count;
	return US_OK;
}

/* How long to sleep before looking again; 0: the time is up. */
static int nap_ms(int64_t deadline_us)
{
	if (deadline_us == INT64_MAX)
		return LOOK_AGAIN_MS;
	int64_t left = deadline_us - clock_mono_us();
	if (left <= 0)
		return 0;
	return left > LOOK_AGAIN_MS * INT64_C(1000) ? LOOK_AGAIN_MS : (int)((left + 999) / 1000);
}

static enum status lmdb_poll(struct log_reader *reader, int timeout_ms, size_t max_records,
			     struct log_event *event, struct err *err)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	int64_t deadline = timeout_ms < 0 ? INT64_MAX
					  : clock_mono_us() + (int64_t)timeout_ms * 1000;
	for (;;) {
		/* read before looking: what comes after it makes the nap return at once */
		uint32_t seen = shared_file_sequence(&self->env->shared, self->stream);
		if (atomic_exchange(&self->woken, false)) {
			*event = (struct log_event){ .kind = LOG_EVENT_NONE,
						     .next = self->next,
						     .complete = self->assigned };
			return US_OK;
		}
		enum status status = look_once(self, max_records, event, err);
		if (status != US_OK || event->kind != LOG_EVENT_NONE)
			return status;
		int nap = nap_ms(deadline);
		if (nap == 0)
			return US_OK;
		shared_file_wait(&self->env->shared, self->stream, seen, nap);
	}
}

static enum status lmdb_seek(struct log_reader *reader, int32_t partition, int64_t offset,
			     struct err *err)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	if (partition != 0)
		return log_refuse_partition(self->env->path, partition, err);
	self->assigned = true;
	self->lost = false;
	self->next = offset;
	return US_OK;
}

/* The first of [low, high) whose time is not before; times grow, or nearly. LMDB's code. */
static int search(struct lmdb_reader *self, int64_t low, int64_t high, int64_t timestamp_us,
		  int64_t *offset)
{
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		MDB_val key = { .mv_data = &middle, .mv_size = sizeof(middle) };
		MDB_val value;
		int rc = mdb_cursor_get(self->read.cursor, &key, &value, MDB_SET);
		if (rc != 0)
			return rc;
		if (log_record_timestamp(value.mv_data, value.mv_size) < timestamp_us)
			low = middle + 1;
		else
			high = middle;
	}
	*offset = low;
	return 0;
}

static enum status lmdb_offset_at(struct log_reader *reader, int32_t partition,
				  int64_t timestamp_us, int64_t *offset, struct err *err)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	if (partition != 0)
		return log_refuse_partition(self->env->path, partition, err);
	enum status status = lmdb_read_begin(self->env, self->stream, &self->read, err);
	if (status != US_OK)
		return status;
	int64_t low = 0;
	int64_t high = 0;
	int rc = lmdb_meta_bounds(self->env, self->read.txn, self->read.cursor, self->stream, &low,
				  &high);
	if (rc == 0)
		rc = search(self, low, high, timestamp_us, offset);
	lmdb_read_end(self->env, &self->read);
	return rc == 0 ? US_OK : lmdb_env_error(self->env, rc, "search", err);
}

static enum status lmdb_commit(struct log_reader *reader, int32_t partition, int64_t next,
			       struct err *err)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	if (partition != 0)
		return log_refuse_partition(self->env->path, partition, err);
	if (self->entry) {
		atomic_store(&self->entry->next, next);
		atomic_store(&self->entry->updated_us, clock_wall_us());
	}
	return US_OK;
}

static enum status lmdb_pause(struct log_reader *reader, int32_t partition, bool paused,
			      struct err *err)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	if (partition != 0)
		return log_refuse_partition(self->env->path, partition, err);
	self->paused = paused;
	return US_OK;
}

static void lmdb_wake(struct log_reader *reader)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	atomic_store(&self->woken, true);
	shared_file_wake(&self->env->shared, self->stream);
}

static void lmdb_reader_close(struct log_reader *reader)
{
	struct lmdb_reader *self = lmdb_reader_of(reader);
	lmdb_read_release(self->env, &self->read);
	if (self->entry)
		shared_file_sync(&self->env->shared);
	if (self->lock >= 0)
		close(self->lock);
	log_batch_release(&self->batches[0]);
	log_batch_release(&self->batches[1]);
	lmdb_env_put(self->env);
	mem_free(self);
}

static const struct log_reader_ops lmdb_reader_ops = {
	.poll = lmdb_poll,
	.seek = lmdb_seek,
	.offset_at = lmdb_offset_at,
	.commit = lmdb_commit,
	.pause = lmdb_pause,
	.wake = lmdb_wake,
	.close = lmdb_reader_close,
};

enum status lmdb_reader_open(struct log *log, const char *name, struct log_reader **out,
			     struct err *err)
{
	struct lmdb_log *owner = lmdb_log_of(log);
	enum status status = log_check_reader_name(name, err);
	if (status != US_OK)
		return status;
	if (name[0] && owner->read_only)
		return log_refuse_read_only(owner->env->path, err);
	struct lmdb_reader *self = mem_calloc(1, sizeof(*self));
	if (!self)
		return err_no_memory(err, "opening a reader of the log");
	self->reader.ops = &lmdb_reader_ops;
	self->stream = owner->stream;
	self->lock = -1;
	/* a reference of its own: it may outlive the handle */
	self->env = lmdb_env_share(owner->env);
	if (name[0])
		status = shared_file_claim_reader(&self->env->shared, self->stream, name,
						  &self->entry, &self->lock, err);
	if (status != US_OK) {
		lmdb_env_put(self->env);
		mem_free(self);
		return status;
	}
	*out = &self->reader;
	return US_OK;
}

/*
 * memory_reader.c - the memory backend, reading half. A reader owns all partitions; each poll tells
 * of one of them, in turn.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "log/log_batch.h"
#include "log/log_record.h"
#include "log/memory_log.h"

struct position {
	int64_t next;
	bool assigned, paused, lost; /* lost: told, stands still until a seek */
};

struct memory_reader {
	struct log_reader reader; /* must be first */
	struct memory_store *store;
	struct memory_stream *stream;
	struct memory_name *name; /* NULL: nameless */
	bool woken;               /* guarded by the store's lock */
	int32_t turn;             /* the partition to look at first */
	struct log_batch batches[2];
	int current;
	struct position positions[];
};

static struct memory_reader *memory_reader_of(struct log_reader *reader)
{
	return (struct memory_reader *)reader;
}

static struct memory_partition *partition_at(struct memory_reader *self, int32_t partition)
{
	return partition >= 0 && partition < self->store->partition_count
		   ? &self->stream->partitions[partition]
		   : NULL;
}

static enum status copy_records(struct memory_reader *self, int32_t index, size_t max_records,
				struct log_event *event, struct err *err)
{
	const struct memory_partition *partition = &self->stream->partitions[index];
	struct position *position = &self->positions[index];
	self->current ^= 1;
	struct log_batch *batch = &self->batches[self->current];
	log_batch_reset(batch);
	int64_t offset = position->next;
	for (; offset < partition->high; offset++) {
		struct span stored = memory_partition_record(partition, offset);
		if (!log_batch_has_room(batch, stored.len, max_records))
			break;
		if (!log_batch_add(batch, offset, stored.data, stored.len))
			return err_no_memory(err, "reading from the log");
	}
	enum status status = log_batch_finish(batch, index, err);
	if (status != US_OK)
		return status;
	position->next = offset;
	event->kind = LOG_EVENT_RECORDS;
	event->next = offset;
	event->records = batch->records;
	event->record_count = batch->count;
	return US_OK;
}

/* With the lock held: is there something to tell of this partition? */
static enum status look_at(struct memory_reader *self, int32_t index, size_t max_records,
			   struct log_event *event, struct err *err)
{
	const struct memory_partition *partition = &self->stream->partitions[index];
	struct position *position = &self->positions[index];
	*event = (struct log_event){ .kind = LOG_EVENT_NONE,
				     .partition = index,
				     .low = partition->low,
				     .high = partition->high,
				     .next = position->next };
	if (!position->assigned) {
		position->assigned = true;
		int64_t committed = self->name ? self->name->committed[index] : -1;
		position->next = committed < 0 ? partition->low : committed;
		event->next = position->next;
		event->kind = LOG_EVENT_ASSIGNED;
		return US_OK;
	}
	if (position->paused || position->lost)
		return US_OK;
	if (position->next < partition->low) {
		position->lost = true;
		event->kind = LOG_EVENT_LOST;
		return US_OK;
	}
	if (position->next < partition->high)
		return copy_records(self, index, max_records, event, err);
	return US_OK;
}

static enum status look_at_all(struct memory_reader *self, size_t max_records,
			       struct log_event *event, struct err *err)
{
	int32_t count = self->store->partition_count;
	for (int32_t i = 0; i < count; i++) {
		int32_t index = (self->turn + i) % count;
		enum status status = look_at(self, index, max_records, event, err);
		if (status != US_OK)
			return status;
		if (event->kind != LOG_EVENT_NONE) {
			self->turn = (index + 1) % count;
			return US_OK;
		}
	}
	return US_OK;
}

/* Wait until the store changes or the time is up: false. */
static bool wait_until(struct memory_store *store, int64_t deadline_us)
{
	if (deadline_us == INT64_MAX)
		return pthread_cond_wait(&store->changed, &store->lock) == 0;
	struct timespec until = { .tv_sec = deadline_us / 1000000,
				  .tv_nsec = deadline_us % 1000000 * 1000 };
	return pthread_cond_timedwait(&store->changed, &store->lock, &until) == 0;
}

static bool all_told(const struct memory_reader *self)
{
	for (int32_t i = 0; i < self->store->partition_count; i++)
		if (!self->positions[i].assigned)
			return false;
	return true;
}

static enum status memory_poll(struct log_reader *reader, int timeout_ms, size_t max_records,
			       struct log_event *event, struct err *err)
{
	struct memory_reader *self = memory_reader_of(reader);
	int64_t deadline = timeout_ms < 0 ? INT64_MAX
					  : clock_mono_us() + (int64_t)timeout_ms * 1000;
	enum status status = US_OK;
	*event = (struct log_event){ .kind = LOG_EVENT_NONE };
	pthread_mutex_lock(&self->store->lock);
	for (bool waiting = true; waiting;) {
		if (self->woken) {
			self->woken = false;
			break;
		}
		status = look_at_all(self, max_records, event, err);
		if (status != US_OK || event->kind != LOG_EVENT_NONE || timeout_ms == 0)
			break;
		waiting = wait_until(self->store, deadline);
	}
	event->complete = all_told(self);
	pthread_mutex_unlock(&self->store->lock);
	return status;
}

static enum status memory_seek(struct log_reader *reader, int32_t partition, int64_t offset,
			       struct err *err)
{
	struct memory_reader *self = memory_reader_of(reader);
	if (!partition_at(self, partition))
		return log_refuse_partition("memory:", partition, err);
	struct position *position = &self->positions[partition];
	position->assigned = true;
	position->next = offset;
	position->lost = false;
	return US_OK;
}

static enum status memory_offset_at(struct log_reader *reader, int32_t partition,
				    int64_t timestamp_us, int64_t *offset, struct err *err)
{
	struct memory_reader *self = memory_reader_of(reader);
	struct memory_partition *it = partition_at(self, partition);
	if (!it)
		return log_refuse_partition("memory:", partition, err);
	pthread_mutex_lock(&self->store->lock);
	int64_t at = it->low;
	for (; at < it->high; at++) {
		struct span stored = memory_partition_record(it, at);
		if (log_record_timestamp(stored.data, stored.len) >= timestamp_us)
			break;
	}
	*offset = at;
	pthread_mutex_unlock(&self->store->lock);
	return US_OK;
}

static enum status memory_commit(struct log_reader *reader, int32_t partition, int64_t next,
				 struct err *err)
{
	struct memory_reader *self = memory_reader_of(reader);
	if (!partition_at(self, partition))
		return log_refuse_partition("memory:", partition, err);
	if (!self->name)
		return US_OK;
	pthread_mutex_lock(&self->store->lock);
	self->name->committed[partition] = next;
	self->name->updated_us = clock_wall_us();
	pthread_mutex_unlock(&self->store->lock);
	return US_OK;
}

static enum status memory_pause(struct log_reader *reader, int32_t partition, bool paused,
				struct err *err)
{
	struct memory_reader *self = memory_reader_of(reader);
	if (!partition_at(self, partition))
		return log_refuse_partition("memory:", partition, err);
	self->positions[partition].paused = paused;
	return US_OK;
}

static void memory_wake(struct log_reader *reader)
{
	struct memory_reader *self = memory_reader_of(reader);
	pthread_mutex_lock(&self->store->lock);
	self->woken = true;
	pthread_cond_broadcast(&self->store->changed);
	pthread_mutex_unlock(&self->store->lock);
}

static void memory_reader_close(struct log_reader *reader)
{
	struct memory_reader *self = memory_reader_of(reader);
	if (self->name) {
		pthread_mutex_lock(&self->store->lock);
		self->name->in_use = false;
		pthread_mutex_unlock(&self->store->lock);
	}
	log_batch_release(&self->batches[0]);
	log_batch_release(&self->batches[1]);
	memory_store_put(self->store);
	mem_free(self);
}

static const struct log_reader_ops memory_reader_ops = {
	.poll = memory_poll,
	.seek = memory_seek,
	.offset_at = memory_offset_at,
	.commit = memory_commit,
	.pause = memory_pause,
	.wake = memory_wake,
	.close = memory_reader_close,
};

static struct memory_name **name_find(struct memory_stream *stream, const char *name)
{
	struct memory_name **at = &stream->names;
	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

static struct memory_name *name_new(const char *text, int32_t partitions)
{
	struct memory_name *name = mem_calloc(1, sizeof(*name) + (size_t)partitions *
								     sizeof(name->committed[0]));
	if (!name)
		return NULL;
	name->name = mem_strdup(text);
	if (!name->name) {
		mem_free(name);
		return NULL;
	}
	for (int32_t i = 0; i < partitions; i++)
		name->committed[i] = -1;
	name->updated_us = clock_wall_us();
	return name;
}

static enum status refuse_in_use(const char *name, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "the reader \"%s\" is in use by this process (pid %d)", name, (int)getpid());
}

/* With the lock held: find or make the name, and take it. */
static enum status claim_name(struct memory_reader *self, const char *text, struct err *err)
{
	struct memory_name **at = name_find(self->stream, text);
	if (!*at)
		*at = name_new(text, self->store->partition_count);
	if (!*at)
		return err_no_memory(err, "opening a reader of the log");
	if ((*at)->in_use)
		return refuse_in_use(text, err);
	(*at)->in_use = true;
	self->name = *at;
	return US_OK;
}

enum status memory_reader_open(struct log *log, const char *name, struct log_reader **out,
			       struct err *err)
{
	struct memory_log *owner = (struct memory_log *)log;
	enum status status = log_check_reader_name(name, err);
	if (status != US_OK)
		return status;
	if (name[0] && owner->read_only)
		return log_refuse_read_only("memory:", err);
	struct memory_store *store = owner->store;
	struct memory_reader *self = mem_calloc(1, sizeof(*self) + (size_t)store->partition_count *
								       sizeof(self->positions[0]));
	if (!self)
		return err_no_memory(err, "opening a reader of the log");
	self->reader.ops = &memory_reader_ops;
	self->stream = owner->stream;
	/* a reader keeps the store of its own, as it may outlive the handle */
	status = memory_store_get(&self->store, store->name, store->partition_count, false, err);
	if (status == US_OK && name[0]) {
		pthread_mutex_lock(&store->lock);
		status = claim_name(self, name, err);
		pthread_mutex_unlock(&store->lock);
	}
	if (status == US_OK) {
		*out = &self->reader;
		return US_OK;
	}
	if (self->store)
		memory_store_put(self->store);
	mem_free(self);
	return status;
}

enum status memory_drop_reader(struct log *log, const char *name, struct err *err)
{
	struct memory_log *self = (struct memory_log *)log;
	if (self->read_only)
		return log_refuse_read_only("memory:", err);
	enum status status = US_OK;
	pthread_mutex_lock(&self->store->lock);
	struct memory_name **at = name_find(self->stream, name);
	struct memory_name *found = *at;
	if (!found) {
		status = err_set(err, US_REJECT, EXIT_BAD_USAGE,
				 "the log memory:%s has no reader \"%s\"", self->store->name, name);
	} else if (found->in_use) {
		status = refuse_in_use(name, err);
	} else {
		*at = found->next;
		mem_free(found->name);
		mem_free(found);
	}
	pthread_mutex_unlock(&self->store->lock);
	return status;
}

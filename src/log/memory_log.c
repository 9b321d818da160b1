/*
 * memory_log.c - the memory backend, appending half: the reference for what every backend does, and
 * the log of tests.
 *
 * With several partitions a record goes where the hash of its key says; one without a key to the
 * next in turn; a dead letter where the number of its record's partition says.
 */
#include "log/memory_log.h"

#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/random.h"
#include "log/log_record.h"

static struct memory_log *memory_log_of(struct log *log)
{
	return (struct memory_log *)log;
}

static int32_t partition_of(const struct memory_log *self, const struct record *record,
			    uint64_t *turn)
{
	/* dead letters of one partition stay in order, whatever their keys */
	if (self->stream == &self->store->streams[LOG_DEAD_LETTERS])
		return record->partition % self->store->partition_count;
	uint64_t hash = record->key.data ? hash_bytes(record->key.data, record->key.len, 0)
					 : (*turn)++;
	return (int32_t)(hash % (uint64_t)self->store->partition_count);
}

/* An empty chunk for `count` records of `bytes` together. NULL: out of memory. */
static struct memory_chunk *chunk_new(int64_t first, size_t count, size_t bytes)
{
	size_t head = sizeof(struct memory_chunk) + (count + 1) * sizeof(size_t);
	struct memory_chunk *chunk = mem_alloc(head + bytes);
	if (!chunk)
		return NULL;
	*chunk = (struct memory_chunk){ .first = first, .data = (char *)chunk + head };
	chunk->starts[0] = 0;
	return chunk;
}

static void chunk_add(struct memory_chunk *chunk, const struct record *record)
{
	log_record_encode(record, chunk->data + chunk->filled);
	chunk->filled += log_record_size(record);
	chunk->starts[++chunk->count] = chunk->filled;
}

struct share {
	size_t count, bytes;
	struct memory_chunk *chunk;
};

/* Cut the records into one chunk a partition. False: out of memory; shares are to be freed. */
static bool fill_shares(const struct memory_log *self, struct share *shares,
			const struct record *records, size_t count)
{
	uint64_t turn = self->stream->turn;
	for (size_t i = 0; i < count; i++) {
		struct share *share = &shares[partition_of(self, &records[i], &turn)];
		share->count++;
		share->bytes += log_record_size(&records[i]);
	}
	for (int32_t i = 0; i < self->store->partition_count; i++) {
		struct memory_partition *partition = &self->stream->partitions[i];
		if (!shares[i].count)
			continue;
		shares[i].chunk = chunk_new(partition->high, shares[i].count, shares[i].bytes);
		if (!shares[i].chunk || !memory_partition_reserve(partition))
			return false;
	}
	turn = self->stream->turn;
	for (size_t i = 0; i < count; i++)
		chunk_add(shares[partition_of(self, &records[i], &turn)].chunk, &records[i]);
	return true;
}

static int64_t record_time(const struct memory_partition *partition, int64_t offset)
{
	struct span stored = memory_partition_record(partition, offset);
	return log_record_timestamp(stored.data, stored.len);
}

/* Remove what is over the bounds and held back by nobody. */
static void retain(const struct memory_log *self, int32_t index)
{
	struct memory_partition *partition = &self->stream->partitions[index];
	int64_t hold = self->retain_unread ? INT64_MAX : memory_stream_hold(self->stream, index);
	int64_t oldest = self->retain_ms ? clock_wall_us() - self->retain_ms * 1000 : INT64_MIN;
	while (partition->low < partition->high && partition->low < hold) {
		bool too_many = self->retain_bytes && partition->bytes > self->retain_bytes;
		if (!too_many && record_time(partition, partition->low) >= oldest)
			break;
		memory_partition_trim(partition, partition->low + 1);
	}
}

static int64_t stored_bytes(const struct memory_log *self)
{
	int64_t bytes = 0;
	for (int32_t i = 0; i < self->store->partition_count; i++)
		bytes += self->stream->partitions[i].bytes;
	return bytes;
}

/* With the lock held. */
static enum status append_locked(struct memory_log *self, const struct record *records,
				 size_t count, size_t bytes, const struct span *cursor,
				 int64_t *first_offset, struct err *err)
{
	struct memory_stream *stream = self->stream;
	int32_t partitions = self->store->partition_count;
	if (self->max_bytes && stored_bytes(self) + (int64_t)bytes > self->max_bytes) {
		for (int32_t i = 0; i < partitions; i++)
			retain(self, i);
		enum status full = err_set(err, US_RETRY, EXIT_IO,
					   "the log memory:%s is full: its bound is %lld bytes",
					   self->store->name, (long long)self->max_bytes);
		if (err)
			err->kind = "full";
		return full;
	}
	enum status status = US_OK;
	char *text = cursor ? mem_strndup(cursor->data, cursor->len) : NULL;
	struct share *shares = mem_calloc((size_t)partitions, sizeof(*shares));
	if ((cursor && !text) || !shares || !fill_shares(self, shares, records, count)) {
		status = err_no_memory(err, "appending to the log");
		goto out;
	}
	if (first_offset)
		*first_offset = partitions == 1 ? stream->partitions[0].high : -1;
	for (int32_t i = 0; i < partitions; i++) {
		if (shares[i].chunk)
			memory_partition_push(&stream->partitions[i], shares[i].chunk);
		shares[i].chunk = NULL;
		retain(self, i);
	}
	for (size_t i = 0; i < count; i++)
		if (!records[i].key.data)
			stream->turn++;
	if (text) {
		mem_free(stream->cursor);
		stream->cursor = text;
		stream->cursor_len = cursor->len;
		text = NULL;
	}
	pthread_cond_broadcast(&self->store->changed);
out:
	for (int32_t i = 0; shares && i < partitions; i++)
		mem_free(shares[i].chunk);
	mem_free(shares);
	mem_free(text);
	return status;
}

static enum status memory_append(struct log *log, const struct record *records, size_t count,
				 const struct span *cursor, int64_t *first_offset, struct err *err)
{
	struct memory_log *self = memory_log_of(log);
	if (self->read_only)
		return log_refuse_read_only("memory:", err);
	size_t bytes = 0;
	enum status status = log_records_check(records, count, self->max_record, &bytes, err);
	if (status != US_OK)
		return status;
	pthread_mutex_lock(&self->store->lock);
	status = append_locked(self, records, count, bytes, cursor, first_offset, err);
	pthread_mutex_unlock(&self->store->lock);
	return status;
}

static enum status memory_cursor(struct log *log, struct buf *out, int64_t *beyond, struct err *err)
{
	struct memory_log *self = memory_log_of(log);
	*beyond = 0; /* all or nothing */
	pthread_mutex_lock(&self->store->lock);
	if (self->stream->cursor)
		buf_append(out, self->stream->cursor, self->stream->cursor_len);
	pthread_mutex_unlock(&self->store->lock);
	return out->failed ? err_no_memory(err, "reading the log's cursor") : US_OK;
}

static void stat_partitions(const struct memory_log *self, struct log_stat *out)
{
	for (int32_t i = 0; i < self->store->partition_count; i++) {
		const struct memory_partition *partition = &self->stream->partitions[i];
		out->partitions[i] = (struct log_partition_stat){ .partition = i,
								  .low = partition->low,
								  .high = partition->high };
		out->bytes += partition->bytes;
		if (partition->low == partition->high)
			continue;
		int64_t oldest = record_time(partition, partition->low);
		int64_t newest = record_time(partition, partition->high - 1);
		if (out->oldest_us == 0 || oldest < out->oldest_us)
			out->oldest_us = oldest;
		if (newest > out->newest_us)
			out->newest_us = newest;
	}
}

static void stat_reader(const struct memory_name *name, const struct log_partition_stat *partition,
			struct log_reader_stat *out)
{
	int64_t next = name->committed[partition->partition];
	if (next < 0)
		next = partition->low;
	*out = (struct log_reader_stat){
		.partition = partition->partition,
		.next = next,
		.lag = partition->high > next ? partition->high - next : 0,
		.updated_us = name->updated_us,
	};
	memcpy(out->name, name->name, strlen(name->name) + 1);
}

static enum status memory_stat(struct log *log, struct log_stat *out, struct err *err)
{
	struct memory_log *self = memory_log_of(log);
	size_t partitions = (size_t)self->store->partition_count;
	enum status status = US_OK;
	*out = (struct log_stat){ 0 };
	memcpy(out->identity, self->store->identity, sizeof(self->store->identity));
	pthread_mutex_lock(&self->store->lock);
	size_t names = 0;
	for (const struct memory_name *name = self->stream->names; name; name = name->next)
		names++;
	out->partitions = mem_calloc(partitions, sizeof(*out->partitions));
	out->readers = mem_calloc(names * partitions + 1, sizeof(*out->readers));
	if (!out->partitions || !out->readers) {
		log_stat_release(out);
		status = err_no_memory(err, "describing the log");
		goto out;
	}
	out->partition_count = partitions;
	stat_partitions(self, out);
	for (const struct memory_name *name = self->stream->names; name; name = name->next)
		for (size_t i = 0; i < partitions; i++)
			stat_reader(name, &out->partitions[i], &out->readers[out->reader_count++]);
out:
	pthread_mutex_unlock(&self->store->lock);
	return status;
}

static enum status memory_trim(struct log *log, int32_t partition, int64_t before, bool force,
			       int64_t *removed, struct err *err)
{
	struct memory_log *self = memory_log_of(log);
	if (self->read_only)
		return log_refuse_read_only("memory:", err);
	if (partition < 0 || partition >= self->store->partition_count)
		return log_refuse_partition("memory:", partition, err);
	pthread_mutex_lock(&self->store->lock);
	struct memory_partition *it = &self->stream->partitions[partition];
	int64_t low = it->low;
	int64_t hold = force ? INT64_MAX : memory_stream_hold(self->stream, partition);
	int64_t upto = before < hold ? before : hold;
	memory_partition_trim(it, upto < it->high ? upto : it->high);
	if (removed)
		*removed = it->low - low;
	pthread_mutex_unlock(&self->store->lock);
	return US_OK;
}

static void memory_close(struct log *log)
{
	struct memory_log *self = memory_log_of(log);
	if (self->exclusive) {
		pthread_mutex_lock(&self->store->lock);
		self->stream->has_appender = false;
		pthread_mutex_unlock(&self->store->lock);
	}
	memory_store_put(self->store);
	mem_free(self);
}

static const struct log_ops memory_ops = {
	.scheme = "memory",
	.append = memory_append,
	.cursor = memory_cursor,
	.reader_open = memory_reader_open,
	.stat = memory_stat,
	.trim = memory_trim,
	.drop_reader = memory_drop_reader,
	.close = memory_close,
};

/* Become the appender of the stream. */
static enum status claim(struct memory_log *self, enum log_stream stream, struct err *err)
{
	enum status status = US_OK;
	pthread_mutex_lock(&self->store->lock);
	if (self->stream->has_appender)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "another handle of this process (pid %d) already appends to the "
				 "%s of the log memory:%s",
				 (int)getpid(), log_stream_name(stream), self->store->name);
	else
		self->stream->has_appender = true;
	pthread_mutex_unlock(&self->store->lock);
	return status;
}

enum status log_open_memory(struct log **out, const struct log_config *config, struct err *err)
{
	struct log_uri uri;
	enum status status = log_uri_parse(&uri, config->uri, "max_record_bytes partitions", err);
	if (status != US_OK)
		return status;
	struct memory_log *self = mem_calloc(1, sizeof(*self));
	if (!self) {
		status = err_no_memory(err, "opening the log");
		goto out;
	}
	status = memory_store_get(&self->store, uri.place, (int32_t)uri.partitions, config->create,
				  err);
	if (status != US_OK)
		goto out;
	self->log.ops = &memory_ops;
	self->stream = &self->store->streams[config->stream];
	self->max_record = (size_t)uri.max_record_bytes;
	self->max_bytes = config->map_bytes;
	self->retain_bytes = config->retain_bytes;
	self->retain_ms = config->retain_ms;
	self->retain_unread = config->retain_unread;
	self->read_only = config->read_only;
	if (config->exclusive)
		status = claim(self, config->stream, err);
	if (status != US_OK)
		goto out;
	self->exclusive = config->exclusive;
	*out = &self->log;
	self = NULL;
out:
	if (self && self->store)
		memory_store_put(self->store);
	mem_free(self);
	log_uri_release(&uri);
	return status;
}

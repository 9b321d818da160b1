/*
 * log_batch.c - see log_batch.h. Bytes are copied while the storage may still move, so entries keep
 * positions; pointers are made once, in log_batch_finish().
 */
#include "log/log_batch.h"

#include <string.h>

#include "core/mem.h"
#include "log/log_backend.h"
#include "log/log_record.h"

#define FIRST_BYTES   (64 << 10)
#define FIRST_RECORDS 64
/* Storage above this is given back: one huge record must not cost memory for ever. */
#define KEEP_BYTES (LOG_BATCH_BYTES + LOG_BATCH_BYTES / 4)

void log_batch_release(struct log_batch *batch)
{
	mem_free(batch->bytes);
	mem_free(batch->entries);
	mem_free(batch->records);
	mem_free(batch->headers);
	*batch = (struct log_batch){ 0 };
}

void log_batch_reset(struct log_batch *batch)
{
	if (batch->capacity > KEEP_BYTES) {
		mem_free(batch->bytes);
		batch->bytes = NULL;
		batch->capacity = 0;
	}
	batch->len = 0;
	batch->count = 0;
	batch->header_count = 0;
}

bool log_batch_has_room(const struct log_batch *batch, size_t len, size_t max_records)
{
	if (batch->count == 0)
		return true;
	return batch->count < (max_records ? max_records : LOG_BATCH_RECORDS) &&
	       batch->len + len <= LOG_BATCH_BYTES;
}

/* Room for `len` bytes and the padding. Doubles, but not beyond what a full batch needs. */
static bool grow_bytes(struct log_batch *batch, size_t len)
{
	size_t need = batch->len + len + RECORD_PADDING;
	if (need <= batch->capacity)
		return true;
	size_t capacity = batch->capacity ? batch->capacity * 2 : FIRST_BYTES;
	if (capacity > LOG_BATCH_BYTES + RECORD_PADDING)
		capacity = LOG_BATCH_BYTES + RECORD_PADDING;
	if (capacity < need)
		capacity = need;
	char *bytes = mem_realloc(batch->bytes, capacity);
	if (!bytes)
		return false;
	batch->bytes = bytes;
	batch->capacity = capacity;
	return true;
}

static bool grow_entries(struct log_batch *batch)
{
	if (batch->count < batch->entry_capacity)
		return true;
	size_t capacity = batch->entry_capacity ? batch->entry_capacity * 2 : FIRST_RECORDS;
	struct log_batch_entry *entries = mem_realloc(batch->entries, capacity * sizeof(*entries));
	if (!entries)
		return false;
	batch->entries = entries;
	struct record *records = mem_realloc(batch->records, capacity * sizeof(*records));
	if (!records)
		return false;
	batch->records = records;
	batch->entry_capacity = capacity;
	return true;
}

bool log_batch_add(struct log_batch *batch, int64_t offset, const char *data, size_t len)
{
	if (!grow_entries(batch) || !grow_bytes(batch, len))
		return false;
	if (len)
		memcpy(batch->bytes + batch->len, data, len);
	batch->entries[batch->count++] = (struct log_batch_entry){ .offset = offset,
								   .start = batch->len };
	batch->len += len;
	batch->header_count += log_record_header_count(data, len);
	return true;
}

static bool grow_headers(struct log_batch *batch)
{
	if (batch->header_count <= batch->header_capacity)
		return true;
	size_t capacity = batch->header_count + batch->header_count / 2;
	struct header *headers = mem_realloc(batch->headers, capacity * sizeof(*headers));
	if (!headers)
		return false;
	batch->headers = headers;
	batch->header_capacity = capacity;
	return true;
}

enum status log_batch_finish(struct log_batch *batch, int32_t partition, struct err *err)
{
	if (batch->count == 0)
		return US_OK;
	if (!grow_headers(batch))
		return err_no_memory(err, "reading from the log");
	memset(batch->bytes + batch->len, 0, RECORD_PADDING);
	struct header *headers = batch->headers;
	for (size_t i = 0; i < batch->count; i++) {
		size_t start = batch->entries[i].start;
		size_t end = i + 1 < batch->count ? batch->entries[i + 1].start : batch->len;
		struct record *record = &batch->records[i];
		if (!log_record_decode(batch->bytes + start, end - start, record, headers))
			return err_set(
			    err, US_FATAL, EXIT_BAD_DATA,
			    "the log is damaged: what is stored at offset %lld (%zu bytes) is "
			    "no record. Skip it with a start position behind it, or restore "
			    "the log from a copy",
			    (long long)batch->entries[i].offset, end - start);
		record->partition = partition;
		record->offset = batch->entries[i].offset;
		if (record->header_count)
			headers += record->header_count;
	}
	return US_OK;
}

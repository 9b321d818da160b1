/*
 * kafka_batch.c - see kafka_batch.h.
 */
#include "log/kafka_batch.h"

#include <string.h>

#include "core/mem.h"
#include "log/log_backend.h"

#define FIRST_BYTES   (64 << 10)
#define FIRST_RECORDS 64
#define KEEP_BYTES    (LOG_BATCH_BYTES + LOG_BATCH_BYTES / 4)

/* A span that is being filled: its data is a position, or this for NULL. */
#define NO_DATA ((uintptr_t)-1)

void kafka_batch_release(struct kafka_batch *batch)
{
	mem_free(batch->bytes);
	mem_free(batch->records);
	mem_free(batch->headers);
	*batch = (struct kafka_batch){ 0 };
}

void kafka_batch_reset(struct kafka_batch *batch)
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

size_t kafka_batch_size(const rd_kafka_message_t *message)
{
	return message->key_len + message->len;
}

bool kafka_batch_has_room(const struct kafka_batch *batch, size_t len, size_t max_records)
{
	if (batch->count == 0)
		return true;
	return batch->count < (max_records ? max_records : LOG_BATCH_RECORDS) &&
	       batch->len + len <= LOG_BATCH_BYTES;
}

static bool grow_bytes(struct kafka_batch *batch, size_t len)
{
	size_t need = batch->len + len + RECORD_PADDING;
	size_t capacity = batch->capacity ? batch->capacity * 2 : FIRST_BYTES;
	char *bytes;

	if (need <= batch->capacity)
		return true;
	if (capacity > LOG_BATCH_BYTES + RECORD_PADDING)
		capacity = LOG_BATCH_BYTES + RECORD_PADDING;
	if (capacity < need)
		capacity = need;
	bytes = mem_realloc(batch->bytes, capacity);
	if (!bytes)
		return false;
	batch->bytes = bytes;
	batch->capacity = capacity;
	return true;
}

static bool grow_records(struct kafka_batch *batch)
{
	size_t capacity = batch->record_capacity ? batch->record_capacity * 2 : FIRST_RECORDS;
	struct record *records;

	if (batch->count < batch->record_capacity)
		return true;
	records = mem_realloc(batch->records, capacity * sizeof(*records));
	if (!records)
		return false;
	batch->records = records;
	batch->record_capacity = capacity;
	return true;
}

static bool grow_headers(struct kafka_batch *batch, size_t more)
{
	size_t need = batch->header_count + more;
	size_t capacity = need + need / 2;
	struct header *headers;

	if (need <= batch->header_capacity)
		return true;
	headers = mem_realloc(batch->headers, capacity * sizeof(*headers));
	if (!headers)
		return false;
	batch->headers = headers;
	batch->header_capacity = capacity;
	return true;
}

/* Copy bytes to the end; the span holds their position. There is room. */
static struct span put(struct kafka_batch *batch, const void *data, size_t len)
{
	struct span span = { (const char *)(data ? batch->len : NO_DATA), len };

	if (data && len)
		memcpy(batch->bytes + batch->len, data, len);
	if (data)
		batch->len += len;
	return span;
}

/* All headers of a message, in their order. *added: how many. */
static bool put_headers(struct kafka_batch *batch, rd_kafka_message_t *message, size_t *added)
{
	rd_kafka_headers_t *headers;
	const char *name;
	const void *value;
	size_t size;

	*added = 0;
	if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return true;
	if (!grow_headers(batch, rd_kafka_header_cnt(headers)))
		return false;
	while (rd_kafka_header_get_all(headers, *added, &name, &value, &size) ==
	       RD_KAFKA_RESP_ERR_NO_ERROR) {
		size_t name_len = strlen(name);

		if (!grow_bytes(batch, name_len + size))
			return false;
		batch->headers[batch->header_count + *added] = (struct header){
			.name = put(batch, name, name_len), .value = put(batch, value, size)
		};
		++*added;
	}
	return true;
}

bool kafka_batch_add(struct kafka_batch *batch, rd_kafka_message_t *message, bool headers)
{
	size_t len = batch->len, header_count = 0;
	rd_kafka_timestamp_type_t type;
	int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);
	struct record *record;

	if (!grow_records(batch) || !grow_bytes(batch, message->key_len + message->len) ||
	    (headers && !put_headers(batch, message, &header_count))) {
		batch->len = len;
		return false;
	}
	/* headers may have grown the bytes; for key and value there is room all the same */
	if (!grow_bytes(batch, message->key_len + message->len)) {
		batch->len = len;
		return false;
	}
	record = &batch->records[batch->count++];
	*record = (struct record){
		.partition = message->partition,
		.offset = message->offset,
		.timestamp_us = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : timestamp_ms * 1000,
		.key = put(batch, message->key, message->key_len),
		.value = put(batch, message->payload, message->len),
		.header_count = header_count,
	};
	batch->header_count += header_count;
	return true;
}

static void point(const struct kafka_batch *batch, struct span *span)
{
	uintptr_t position = (uintptr_t)span->data;

	span->data = position == NO_DATA ? NULL : batch->bytes + position;
}

void kafka_batch_finish(struct kafka_batch *batch)
{
	const struct header *headers = batch->headers;

	if (batch->count == 0)
		return;
	memset(batch->bytes + batch->len, 0, RECORD_PADDING);
	for (size_t i = 0; i < batch->header_count; i++) {
		point(batch, &batch->headers[i].name);
		point(batch, &batch->headers[i].value);
	}
	for (size_t i = 0; i < batch->count; i++) {
		struct record *record = &batch->records[i];

		point(batch, &record->key);
		point(batch, &record->value);
		record->headers = record->header_count ? headers : NULL;
		headers += record->header_count;
	}
}

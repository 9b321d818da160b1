/*
 * log_record.c - a record as bytes. The header draws the layout. Numbers are copied, never cast:
 * stored values have no alignment.
 */
#include "log/log_record.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the log's format is little endian, and so must be the machine"
#endif

#define FIXED_SIZE  16
#define HAS_KEY     1
#define HAS_VALUE   2
#define NULL_LENGTH UINT32_MAX

struct fixed_part {
	uint8_t flags;
	uint8_t zero;
	uint16_t header_count;
	uint32_t key_len;
	int64_t timestamp_us;
};
_Static_assert(sizeof(struct fixed_part) == FIXED_SIZE, "the layout on disk has no gaps");

size_t log_record_size(const struct record *record)
{
	size_t size = FIXED_SIZE + record->key.len + record->value.len;
	for (size_t i = 0; i < record->header_count; i++)
		size += 2 * sizeof(uint32_t) + record->headers[i].name.len +
			record->headers[i].value.len;
	return size;
}

enum status log_records_check(const struct record *records, size_t count, size_t max, size_t *total,
			      struct err *err)
{
	size_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		size_t size = log_record_size(&records[i]);
		if (size > max)
			return err_set(
			    err, US_REJECT, EXIT_BAD_DATA,
			    "record %zu of the batch is %zu bytes as stored, the log takes at "
			    "most %zu (max_record_bytes)",
			    i, size, max);
		if (records[i].header_count > UINT16_MAX)
			return err_set(
			    err, US_REJECT, EXIT_BAD_DATA,
			    "record %zu of the batch has %zu headers, the log takes at most %d", i,
			    records[i].header_count, UINT16_MAX);
		sum += size;
	}
	if (total)
		*total = sum;
	return US_OK;
}

static char *put(char *out, struct span span)
{
	if (span.data && span.len)
		memcpy(out, span.data, span.len);
	return out + span.len;
}

void log_record_encode(const struct record *record, char *out)
{
	struct fixed_part fixed = {
		.flags = (uint8_t)((record->key.data ? HAS_KEY : 0) |
				   (record->value.data ? HAS_VALUE : 0)),
		.header_count = (uint16_t)record->header_count,
		.key_len = (uint32_t)record->key.len,
		.timestamp_us = record->timestamp_us,
	};
	memcpy(out, &fixed, sizeof(fixed));
	out = put(out + sizeof(fixed), record->key);
	for (size_t i = 0; i < record->header_count; i++) {
		const struct header *header = &record->headers[i];
		uint32_t lengths[2] = { (uint32_t)header->name.len,
					header->value.data ? (uint32_t)header->value.len
							   : NULL_LENGTH };
		memcpy(out, lengths, sizeof(lengths));
		out = put(out + sizeof(lengths), header->name);
		out = put(out, header->value);
	}
	put(out, record->value);
}

static bool read_fixed(const char *data, size_t len, struct fixed_part *fixed)
{
	if (len < FIXED_SIZE)
		return false;
	memcpy(fixed, data, sizeof(*fixed));
	return true;
}

size_t log_record_header_count(const char *data, size_t len)
{
	struct fixed_part fixed;
	return read_fixed(data, len, &fixed) ? fixed.header_count : 0;
}

int64_t log_record_timestamp(const char *data, size_t len)
{
	struct fixed_part fixed;
	return read_fixed(data, len, &fixed) ? fixed.timestamp_us : 0;
}

/* Cut `len` bytes off the front of `rest`; false when there are fewer. */
static bool take(struct span *rest, size_t len, struct span *out)
{
	if (len > rest->len)
		return false;
	*out = (struct span){ .data = rest->data, .len = len };
	rest->data += len;
	rest->len -= len;
	return true;
}

static bool take_header(struct span *rest, struct header *header)
{
	uint32_t lengths[2];
	struct span raw;
	if (!take(rest, sizeof(lengths), &raw))
		return false;
	memcpy(lengths, raw.data, sizeof(lengths));
	if (!take(rest, lengths[0], &header->name))
		return false;
	if (lengths[1] != NULL_LENGTH)
		return take(rest, lengths[1], &header->value);
	header->value = SPAN_NULL;
	return true;
}

bool log_record_decode(const char *data, size_t len, struct record *out, struct header *headers)
{
	struct fixed_part fixed;
	if (!read_fixed(data, len, &fixed) || fixed.flags > (HAS_KEY | HAS_VALUE) || fixed.zero)
		return false;
	struct span rest = { .data = data + FIXED_SIZE, .len = len - FIXED_SIZE };
	struct span key;
	if (!take(&rest, fixed.key_len, &key))
		return false;
	for (size_t i = 0; i < fixed.header_count; i++)
		if (!take_header(&rest, &headers[i]))
			return false;
	bool has_key = fixed.flags & HAS_KEY;
	bool has_value = fixed.flags & HAS_VALUE;
	if ((!has_key && key.len) || (!has_value && rest.len))
		return false;
	out->timestamp_us = fixed.timestamp_us;
	out->key = has_key ? key : SPAN_NULL;
	out->value = has_value ? rest : SPAN_NULL;
	out->headers = fixed.header_count ? headers : NULL;
	out->header_count = fixed.header_count;
	return true;
}

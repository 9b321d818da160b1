/*
 * kafka_mark.c - see kafka_mark.h.
 */
#include "log/kafka_mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH  "userstream-batch"
#define BEFORE "userstream-before"
#define AFTER  "userstream-after"

size_t kafka_mark_print(const struct kafka_mark *mark, char out[KAFKA_MARK_TEXT_MAX])
{
	int len = snprintf(out, KAFKA_MARK_TEXT_MAX, "%.*s %" PRId64 " %" PRId64 " %" PRId64,
			   (int)mark->producer.len, mark->producer.data, mark->sequence,
			   mark->count, mark->stray);

	return len < KAFKA_MARK_TEXT_MAX ? (size_t)len : KAFKA_MARK_TEXT_MAX - 1;
}

/* A blank and a number at `at`. */
static bool read_number(const char **at, int64_t *out)
{
	char *end;

	if (**at != ' ')
		return false;
	*out = strtoll(*at + 1, &end, 10);
	if (end == *at + 1)
		return false;
	*at = end;
	return *out >= 0;
}

static bool read_batch(struct span value, struct kafka_mark *out)
{
	const char *blank = value.data ? memchr(value.data, ' ', value.len) : NULL;
	char text[KAFKA_MARK_TEXT_MAX];
	const char *at = text;

	if (!blank || value.len >= sizeof(text))
		return false;
	out->producer = (struct span){ value.data, (size_t)(blank - value.data) };
	memcpy(text, blank, value.len - out->producer.len);
	text[value.len - out->producer.len] = '\0';
	return read_number(&at, &out->sequence) && read_number(&at, &out->count) &&
	       read_number(&at, &out->stray) && *at == '\0';
}

bool kafka_mark_read(const struct record *record, struct kafka_mark *out)
{
	bool found = false;

	*out = (struct kafka_mark){ .before = SPAN_NULL, .after = SPAN_NULL };
	for (size_t i = 0; i < record->header_count; i++) {
		const struct header *header = &record->headers[i];

		if (span_equal(header->name, SPAN_LITERAL(BATCH)))
			found = read_batch(header->value, out);
		else if (span_equal(header->name, SPAN_LITERAL(BEFORE)))
			out->before = header->value;
		else if (span_equal(header->name, SPAN_LITERAL(AFTER)))
			out->after = header->value;
	}
	return found;
}

void kafka_mark_add(rd_kafka_headers_t *headers, struct span text, const struct span *before,
		    const struct span *after)
{
	rd_kafka_header_add(headers, BATCH, -1, text.data, (ssize_t)text.len);
	if (before)
		rd_kafka_header_add(headers, BEFORE, -1, before->data ? before->data : "",
				    (ssize_t)before->len);
	if (after)
		rd_kafka_header_add(headers, AFTER, -1, after->data ? after->data : "",
				    (ssize_t)after->len);
}

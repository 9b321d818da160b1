/*
 * library_input.c - see library_input.h. The JSON reader looks RECORD_PADDING bytes past a value's
 * end. In an Arrow array those are the next values, but for the last few; of a C array nothing is
 * known.
 */
#include "sql/library_input.h"

#include <string.h>

#include "sql/transform.h"

bool library_input_of_arrow(struct library_input *out, const struct ArrowSchema *schema,
			    const struct ArrowArray *array, int64_t first_offset)
{
	const char *format = schema->format;

	if (schema->dictionary || !*format || !strchr("uzUZ", *format) || format[1])
		return false;
	*out = (struct library_input){ .count = (size_t)array->length,
				       .validity = array->null_count == 0 ? NULL
									  : array->buffers[0],
				       .offsets = array->buffers[1],
				       .data = array->buffers[2],
				       .first = array->offset,
				       .large = *format == 'U' || *format == 'Z',
				       .first_offset = first_offset };
	return true;
}

/* Two records belong into one batch: of one topic. */
static bool same_topic(const struct us_record *a, const struct us_record *b)
{
	if (!a->topic || !b->topic)
		return a->topic == b->topic;
	return strcmp(a->topic, b->topic) == 0;
}

size_t library_input_batch(const struct library_input *input, size_t first)
{
	size_t n = 1, left = input->count - first;

	if (left > TRANSFORM_ROWS)
		left = TRANSFORM_ROWS;
	if (!input->records)
		return left;
	while (n < left && same_topic(&input->records[first], &input->records[first + n]))
		n++;
	return n;
}

const char *library_input_topic(const struct library_input *input, size_t i)
{
	return input->records ? input->records[i].topic : NULL;
}

static int64_t offset_at(const struct library_input *input, int64_t i)
{
	return input->large ? ((const int64_t *)input->offsets)[i]
			    : ((const int32_t *)input->offsets)[i];
}

/* Value i of an Arrow array. *padded: what follows it in the buffer will do as padding. */
static struct span arrow_value(const struct library_input *input, size_t i, bool *padded)
{
	int64_t at = input->first + (int64_t)i;
	int64_t from, to;

	if (input->validity && !(input->validity[at >> 3] >> (at & 7) & 1))
		return SPAN_NULL;
	from = offset_at(input, at);
	to = offset_at(input, at + 1);
	*padded = offset_at(input, input->first + (int64_t)input->count) - to >= RECORD_PADDING;
	return (struct span){ .data = input->data ? input->data + from : "",
			      .len = (size_t)(to - from) };
}

static struct record record_at(const struct library_input *input, size_t i, bool *padded)
{
	const struct us_record *from;

	*padded = false;
	if (!input->records)
		return (struct record){ .offset = input->first_offset + (int64_t)i,
					.key = SPAN_NULL,
					.value = arrow_value(input, i, padded) };
	from = &input->records[i];
	return (struct record){ .partition = from->partition,
				.offset = from->offset,
				.timestamp_us = from->timestamp_us,
				.key = { .data = from->key, .len = from->key_length },
				.value = { .data = from->value,
					   .len = from->value ? from->length : 0 } };
}

bool library_input_load(const struct library_input *input, size_t first, size_t count,
			struct record *out, struct buf *values)
{
	size_t total = 0, at = 0;
	bool padded;
	char *data;

	for (size_t i = 0; i < count; i++) {
		out[i] = record_at(input, first + i, &padded);
		total += out[i].value.data && !padded ? out[i].value.len + RECORD_PADDING : 0;
	}
	buf_reset(values);
	data = buf_reserve(values, total + 1);
	for (size_t i = 0; data && total > at && i < count; i++) {
		struct span *value = &out[i].value;

		record_at(input, first + i, &padded);
		if (!value->data || padded)
			continue;
		memcpy(data + at, value->data, value->len);
		memset(data + at + value->len, ' ', RECORD_PADDING);
		value->data = data + at;
		at += value->len + RECORD_PADDING;
	}
	return data != NULL;
}

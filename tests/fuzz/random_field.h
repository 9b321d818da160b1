/*
 * random_field.h - bytes to the values of a record's fields: as JSON, and as the texts that paths
 * read. Edge values of every type first, then any text.
 */
#ifndef FUZZ_RANDOM_FIELD_H
#define FUZZ_RANDOM_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"

#define AMONG(array, byte) ((array)[(byte) % (sizeof(array) / sizeof(*(array)))])

/* What the fuzzer chose; behind its end, what follows from it at random. */
struct bytes {
	const uint8_t *at, *end;
	uint64_t random; /* not 0 */
};

/* A field's value as JSON, and as the text that a path reads; NULL: absent. */
struct field {
	struct buf json, text;
	bool null;
};

static inline struct bytes bytes_of(const uint8_t *data, size_t size)
{
	struct bytes bytes = { .at = data, .end = data + size, .random = 0x9E3779B97F4A7C15 };

	for (size_t i = 0; i < size; i++)
		bytes.random = (bytes.random ^ data[i]) * 0x100000001B3;
	bytes.random |= 1;
	return bytes;
}

static inline unsigned take(struct bytes *bytes)
{
	if (bytes->at < bytes->end)
		return *bytes->at++;
	bytes->random ^= bytes->random << 13;
	bytes->random ^= bytes->random >> 7;
	bytes->random ^= bytes->random << 17;
	return bytes->random >> 56;
}

static const char *const edge_texts[] = {
	"",
	" ",
	" a b ",
	"abc",
	"ABC",
	"0",
	"-1",
	"1.5",
	"2147483648",
	"-9223372036854775808",
	"9223372036854775808",
	"99999999999999999999999999999999999999",
	"1e308",
	"-0.0",
	"NaN",
	"inf",
	"true",
	"no",
	"2024-02-29",
	"0001-01-01",
	"9999-12-31 23:59:59.999999",
	"2021-03-28T02:30:00Z",
	"1969-12-31 23:59:59.5",
	"+294247-01-10",
	"Europe/Paris",
	"+05:30",
	"ß\u0130ǆΣ",
	"e\u0301\u1f80 \u00a0",
	"\U0001F600x",
	"{\"a\":{\"b\":[1,null,\"x\"]}}",
	"http://u:p@h.org:8080/p/q?k=v&k2=%41#f",
	"a,b,,c",
	"YWJj",
	"616263",
	"a+b%20c%zz",
	"\t\r\n",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};
static const char *const edge_json[] = { "0",     "-1.10",         "1e400",
					 "true",  "12345678901",   "[\"a\",null,\"b\"]",
					 "[]",    "{\"x\":\"y\"}", "-0.0",
					 "false", "[1,[2]]",       "9223372036854775807" };

static inline void make_text(struct bytes *bytes, struct buf *out)
{
	unsigned len = take(bytes) % 24;

	while (len-- > 0) {
		unsigned byte = take(bytes);

		if (byte < 0x80)
			buf_append_char(out, (char)byte);
		else /* a letter of two bytes, U+0080 to U+07FF */
			buf_printf(out, "%c%c", 0xC2 + (byte & 0x1D), 0x80 | (take(bytes) & 0x3F));
	}
}

static inline void make_field(struct bytes *bytes, struct field *field)
{
	unsigned kind = take(bytes) % 8;

	buf_init(&field->json, 1 << 16);
	buf_init(&field->text, 1 << 16);
	field->null = kind == 0;
	if (kind == 0) {
		buf_append_text(&field->json, "null");
	} else if (kind == 1) {
		buf_append_text(&field->text, AMONG(edge_json, take(bytes)));
		buf_append_span(&field->json, buf_span(&field->text));
	} else {
		if (kind < 6)
			buf_append_text(&field->text, AMONG(edge_texts, take(bytes)));
		else
			make_text(bytes, &field->text);
		buf_append_json(&field->json, buf_span(&field->text));
	}
}

static inline void release_field(struct field *field)
{
	buf_release(&field->json);
	buf_release(&field->text);
}

#endif

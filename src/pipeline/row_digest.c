/*
 * row_digest.c - see row_digest.h. Canonical bytes: text as it is; a UUID's 16 bytes; integers and
 * doubles as 8 bytes (-0.0 is 0.0); times and dates as the text that sinks store.
 */
#include "pipeline/row_digest.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/random.h"

static void append_int(struct buf *out, int64_t value)
{
	buf_append(out, &value, sizeof(value));
}

static void append_real(struct buf *out, double value)
{
	value += 0.0; /* -0.0 becomes 0.0 */
	buf_append(out, &value, sizeof(value));
}

/* The multiple of `unit` that is not above it. */
static int64_t floor_to(int64_t value, int64_t unit)
{
	int64_t rest = value % unit;

	return value - rest - (rest < 0 ? unit : 0);
}

bool digest_column(const struct column *column, int64_t row, int64_t unit_us, struct buf *out)
{
	char text[CLOCK_TEXT_MAX];
	size_t len;

	if (column_is_null(column, row))
		return false;
	switch (column->type) {
	case COLUMN_TEXT:
		buf_append_span(out, column_text(column, row));
		break;
	case COLUMN_UUID:
		buf_append(out, (const char *)column->data + 16 * row, 16);
		break;
	case COLUMN_INT:
		append_int(out, ((const int32_t *)column->data)[row]);
		break;
	case COLUMN_BIGINT:
		append_int(out, ((const int64_t *)column->data)[row]);
		break;
	case COLUMN_DOUBLE:
		append_real(out, ((const double *)column->data)[row]);
		break;
	case COLUMN_BOOLEAN:
		append_int(out, column_bool(column, row));
		break;
	case COLUMN_TIMESTAMP:
		len = clock_format_us(floor_to(((const int64_t *)column->data)[row], unit_us),
				      text);
		buf_append(out, text, len);
		break;
	case COLUMN_DATE:
		len = clock_format_date(((const int32_t *)column->data)[row], text);
		buf_append(out, text, len);
		break;
	}
	return true;
}

/* 8-4-4-4-12 as 16 bytes; anything else as it is, so that it differs. */
static void append_uuid(struct buf *out, struct span text)
{
	unsigned char bytes[16] = { 0 };
	size_t digits = 0;

	for (size_t i = 0; i < text.len && digits < 32; i++) {
		char c = (char)(text.data[i] | 32);
		unsigned value;

		if (text.data[i] == '-')
			continue;
		if (c >= '0' && c <= '9')
			value = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = (unsigned)(c - 'a' + 10);
		else
			break;
		bytes[digits / 2] = (unsigned char)(bytes[digits / 2] << 4 | value);
		digits++;
	}
	if (digits == 32 && text.len == 36)
		buf_append(out, bytes, 16);
	else
		buf_append_span(out, text);
}

bool digest_cell(enum column_type type, const struct sink_cell *cell, struct buf *out)
{
	char number[64] = "";

	if (cell->kind == CELL_NULL)
		return false;
	if (cell->text.len < sizeof(number) && cell->text.len)
		memcpy(number, cell->text.data, cell->text.len);
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_TIMESTAMP:
	case COLUMN_DATE:
		buf_append_span(out, cell->text);
		break;
	case COLUMN_UUID:
		append_uuid(out, cell->text);
		break;
	case COLUMN_INT:
	case COLUMN_BIGINT:
		append_int(out, strtoll(number, NULL, 10));
		break;
	case COLUMN_DOUBLE:
		append_real(out, strtod(number, NULL));
		break;
	case COLUMN_BOOLEAN:
		append_int(out, number[0] == '1' || number[0] == 't' || number[0] == 'T');
		break;
	}
	return true;
}

uint32_t digest_hash(struct span bytes)
{
	return (uint32_t)hash_bytes(bytes.data, bytes.len, 0) | 1;
}

void digest_key_part(struct buf *key, struct span bytes)
{
	uint32_t len = (uint32_t)bytes.len;

	buf_append(key, &len, sizeof(len));
	buf_append_span(key, bytes);
}

static void print_part(enum column_type type, struct span bytes, struct buf *out)
{
	int64_t integer;
	double real;

	if ((type == COLUMN_INT || type == COLUMN_BIGINT || type == COLUMN_BOOLEAN) &&
	    bytes.len == sizeof(integer)) {
		memcpy(&integer, bytes.data, sizeof(integer));
		buf_printf(out, "%" PRId64, integer);
	} else if (type == COLUMN_DOUBLE && bytes.len == sizeof(real)) {
		memcpy(&real, bytes.data, sizeof(real));
		buf_printf(out, "%.17g", real);
	} else if (type == COLUMN_UUID && bytes.len == 16) {
		for (size_t i = 0; i < 16; i++)
			buf_printf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
				   (unsigned char)bytes.data[i]);
	} else {
		buf_append_span(out, bytes);
	}
}

void digest_key_print(const struct table_def *table, struct span key, struct buf *out)
{
	for (size_t i = 0; i < table->key_count && key.len >= sizeof(uint32_t); i++) {
		uint32_t len;

		memcpy(&len, key.data, sizeof(len));
		key.data += sizeof(len);
		key.len -= sizeof(len);
		if (len > key.len)
			return;
		if (i)
			buf_append_text(out, ", ");
		print_part(table->columns[table->key[i]].type,
			   (struct span){ .data = key.data, .len = len }, out);
		key.data += len;
		key.len -= len;
	}
}

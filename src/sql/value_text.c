/*
 * value_text.c - see value_text.h.
 */
#include "sql/value_text.h"

#include "sql/decimal.h"
#include "sql/double_text.h"
#include "sql/time_text.h"

static void print_string(struct span text, struct buf *out)
{
	size_t shown = 0, i = 0;

	buf_append_char(out, '\'');
	for (; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c & 0xC0) != 0x80 && ++shown > VALUE_TEXT_CHARACTERS)
			break;
		if (c < 0x20 || c == 0x7F) {
			buf_printf(out, "\\u%04x", c);
			continue;
		}
		if (c == '\'' || c == '\\')
			buf_append_char(out, '\\');
		buf_append_char(out, (char)c);
	}
	buf_append_text(out, i < text.len ? "…'" : "'");
}

static void print_bytes(struct span bytes, struct buf *out)
{
	size_t shown = bytes.len < VALUE_TEXT_CHARACTERS / 2 ? bytes.len
							     : VALUE_TEXT_CHARACTERS / 2;

	buf_append_text(out, "X'");
	for (size_t i = 0; i < shown; i++)
		buf_printf(out, "%02X", (unsigned char)bytes.data[i]);
	buf_append_text(out, shown < bytes.len ? "…'" : "'");
}

static void print_array(const struct sql_array *array, struct buf *out)
{
	buf_append_text(out, "array(");
	for (size_t i = 0; i < array->count && i < 8; i++) {
		if (i > 0)
			buf_append_text(out, ", ");
		if (array->items[i].data)
			print_string(array->items[i], out);
		else
			buf_append_text(out, "NULL");
	}
	buf_append_text(out, array->count > 8 ? ", …)" : ")");
}

static void print_interval(struct sql_type type, const struct sql_interval *interval,
			   struct buf *out)
{
	bool negative = interval->micros < 0;
	uint64_t micros = negative ? 0 - (uint64_t)interval->micros : (uint64_t)interval->micros;
	uint64_t seconds = micros / 1000000;

	if (type.precision == INTERVAL_MONTHS) {
		buf_printf(out, "INTERVAL '%d' MONTH", interval->months);
		return;
	}
	buf_printf(out, "INTERVAL '%s%llu", negative ? "-" : "",
		   (unsigned long long)(seconds / 86400));
	if (type.precision == INTERVAL_DAYS) {
		buf_append_text(out, "' DAY");
		return;
	}
	seconds %= 86400;
	buf_printf(out, " %02u:%02u:%02u.%06u' DAY TO SECOND", (unsigned)(seconds / 3600),
		   (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60),
		   (unsigned)(micros % 1000000));
}

void value_print(const struct vector *vector, size_t row, struct buf *out)
{
	size_t i = vector_index(vector, row), len;
	char text[256];

	if (vector->type.kind == SQL_NULL || vector_is_null(vector, row)) {
		buf_append_text(out, "NULL");
		return;
	}
	switch ((enum sql_kind)vector->type.kind) {
	case SQL_NULL:
		break;
	case SQL_BOOLEAN:
		buf_append_text(out, vector->as.boolean[i] ? "TRUE" : "FALSE");
		break;
	case SQL_INT:
		buf_printf(out, "%d", vector->as.int32[i]);
		break;
	case SQL_BIGINT:
		buf_printf(out, "%lld", (long long)vector->as.int64[i]);
		break;
	case SQL_DOUBLE:
		len = double_format(vector->as.real[i], text);
		buf_append(out, text, len);
		break;
	case SQL_DECIMAL:
		len = decimal_format(vector->as.decimal[i], vector->type.scale, text);
		buf_append(out, text, len);
		break;
	case SQL_STRING:
	case SQL_UUID:
		print_string(vector->as.text[i], out);
		break;
	case SQL_BINARY:
		print_bytes(vector->as.text[i], out);
		break;
	case SQL_DATE:
		len = time_format_date(vector->as.int32[i], text);
		buf_printf(out, "DATE '%.*s'", (int)len, text);
		break;
	case SQL_TIMESTAMP:
		len = time_format_timestamp(vector->as.int64[i], text);
		buf_printf(out, "TIMESTAMP '%.*s'", (int)len, text);
		break;
	case SQL_ARRAY:
		print_array(&vector->as.array[i], out);
		break;
	case SQL_INTERVAL:
		print_interval(vector->type, &vector->as.interval[i], out);
		break;
	}
}

/*
 * cell.c - values as text.
 */
#include "sink/cell.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cell_format_uuid(const uint8_t uuid[16], char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[uuid[i] >> 4];
		*out++ = digits[uuid[i] & 15];
	}
}

size_t cell_format_double(double value, char out[CELL_SCRATCH])
{
	size_t len = 0;

	if (isinf(value))
		return (size_t)snprintf(out, CELL_SCRATCH, value < 0 ? "-Infinity" : "Infinity");
	if (value == 0)
		value = 0; /* no sign */
	for (int digits = 15; digits <= 17; digits++) {
		len = (size_t)snprintf(out, CELL_SCRATCH, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			break;
	}
	if (!strpbrk(out, ".en"))
		len += (size_t)snprintf(out + len, CELL_SCRATCH - len, ".0");
	return len;
}

static struct sink_cell scratch_cell(int kind, const char *text, size_t len)
{
	return (struct sink_cell){ .kind = kind, .text = { .data = text, .len = len } };
}

struct sink_cell cell_of(const struct column *column, int64_t row, char scratch[CELL_SCRATCH])
{
	struct span text;

	if (column_is_null(column, row))
		return (struct sink_cell){ .kind = CELL_NULL, .text = SPAN_NULL };
	switch (column->type) {
	case COLUMN_TEXT:
		text = column_text(column, row);
		if (!text.data)
			text.data = ""; /* a column of empty texts has no bytes */
		return (struct sink_cell){ .kind = CELL_TEXT, .text = text };
	case COLUMN_UUID:
		cell_format_uuid((const uint8_t *)column->data + 16 * row, scratch);
		return scratch_cell(CELL_TEXT, scratch, UUID_TEXT);
	case COLUMN_INT:
		return scratch_cell(CELL_INTEGER, scratch,
				    (size_t)snprintf(scratch, CELL_SCRATCH, "%" PRId32,
						     ((const int32_t *)column->data)[row]));
	case COLUMN_BIGINT:
		return scratch_cell(CELL_INTEGER, scratch,
				    (size_t)snprintf(scratch, CELL_SCRATCH, "%" PRId64,
						     ((const int64_t *)column->data)[row]));
	case COLUMN_DOUBLE:
		return scratch_cell(
		    CELL_REAL, scratch,
		    cell_format_double(((const double *)column->data)[row], scratch));
	case COLUMN_BOOLEAN:
		return (struct sink_cell){ .kind = CELL_BOOLEAN,
					   .text = column_bool(column, row)
						       ? SPAN_LITERAL("true")
						       : SPAN_LITERAL("false") };
	case COLUMN_TIMESTAMP:
		return scratch_cell(CELL_TEXT, scratch,
				    clock_format_us(((const int64_t *)column->data)[row], scratch));
	case COLUMN_DATE:
		return scratch_cell(
		    CELL_TEXT, scratch,
		    clock_format_date(((const int32_t *)column->data)[row], scratch));
	}
	return (struct sink_cell){ .kind = CELL_NULL, .text = SPAN_NULL };
}

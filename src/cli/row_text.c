/*
 * row_text.c - see row_text.h.
 */
#include "cli/row_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "sink/cell.h"
#include "sql/double_text.h"
#include "sql/time_text.h"

_Static_assert(ROW_TEXT_SCRATCH >= TIME_TEXT_MAX && ROW_TEXT_SCRATCH >= DOUBLE_TEXT_MAX &&
		   ROW_TEXT_SCRATCH >= UUID_TEXT,
	       "every value that is no text fits into the scratch");

static struct table_cell in_scratch(enum table_cell_kind kind, const char *scratch, size_t len)
{
	return (struct table_cell){ .kind = kind, .text = { .data = scratch, .len = len } };
}

static struct table_cell integer(int64_t value, char *scratch)
{
	return in_scratch(TABLE_INTEGER, scratch,
			  (size_t)snprintf(scratch, ROW_TEXT_SCRATCH, "%" PRId64, value));
}

struct table_cell row_text(const struct column *column, int64_t row, char scratch[ROW_TEXT_SCRATCH])
{
	if (column_is_null(column, row))
		return (struct table_cell){ .kind = TABLE_NULL };
	switch (column->type) {
	case COLUMN_TEXT:
		break;
	case COLUMN_UUID:
		cell_format_uuid((const uint8_t *)column->data + 16 * row, scratch);
		return in_scratch(TABLE_TEXT, scratch, UUID_TEXT);
	case COLUMN_INT:
		return integer(((const int32_t *)column->data)[row], scratch);
	case COLUMN_BIGINT:
		return integer(((const int64_t *)column->data)[row], scratch);
	case COLUMN_DOUBLE:
		return in_scratch(TABLE_REAL, scratch,
				  double_format(((const double *)column->data)[row], scratch));
	case COLUMN_BOOLEAN:
		return (struct table_cell){ .kind = TABLE_BOOLEAN,
					    .text = column_bool(column, row)
							? SPAN_LITERAL("true")
							: SPAN_LITERAL("false") };
	case COLUMN_TIMESTAMP:
		return in_scratch(
		    TABLE_TEXT, scratch,
		    time_format_timestamp(((const int64_t *)column->data)[row], scratch));
	case COLUMN_DATE:
		return in_scratch(TABLE_TEXT, scratch,
				  time_format_date(((const int32_t *)column->data)[row], scratch));
	}
	return (struct table_cell){ .kind = TABLE_TEXT, .text = column_text(column, row) };
}

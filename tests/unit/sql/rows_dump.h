/*
 * rows_dump.h - records in, rows and rejections out, as text that a reader can check by eye.
 */
#ifndef TEST_ROWS_DUMP_H
#define TEST_ROWS_DUMP_H

#include <stdlib.h>

#include "sql_helpers.h"

#include "core/clock.h"

#define RECORDS_MAX TRANSFORM_ROWS

/* Records over texts; "TOMBSTONE" is a record without a value. Values are padded, exactly. */
struct records {
	struct record items[RECORDS_MAX];
	char *data[RECORDS_MAX];
	size_t count;
};

static inline void records_add(struct records *records, const char *json)
{
	size_t len = strlen(json), i = records->count++;

	records->data[i] = calloc(1, len + RECORD_PADDING);
	memcpy(records->data[i], json, len);
	records->items[i] = (struct record){ .partition = 3,
					     .offset = 100 + (int64_t)i,
					     .timestamp_us = 1000000 * (int64_t)i,
					     .key = i % 2 ? SPAN_NULL : SPAN_LITERAL("key"),
					     .value = strcmp(json, "TOMBSTONE") == 0
							  ? SPAN_NULL
							  : (struct span){ .data = records->data[i],
									   .len = len } };
}

static inline void records_release(struct records *records)
{
	for (size_t i = 0; i < records->count; i++)
		free(records->data[i]);
	records->count = 0;
}

static inline void dump_cell(const struct column *column, int64_t row, struct buf *out)
{
	char text[CLOCK_TEXT_MAX];

	if (column_is_null(column, row)) {
		buf_append_text(out, "NULL");
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		buf_append_span(out, column_text(column, row));
		break;
	case COLUMN_UUID:
		for (int i = 0; i < 16; i++)
			buf_printf(out, "%02x", ((const uint8_t *)column->data)[16 * row + i]);
		break;
	case COLUMN_INT:
		buf_printf(out, "%d", ((const int32_t *)column->data)[row]);
		break;
	case COLUMN_BIGINT:
		buf_printf(out, "%lld", (long long)((const int64_t *)column->data)[row]);
		break;
	case COLUMN_DOUBLE:
		buf_printf(out, "%g", ((const double *)column->data)[row]);
		break;
	case COLUMN_BOOLEAN:
		buf_append_text(out, column_bool(column, row) ? "true" : "false");
		break;
	case COLUMN_TIMESTAMP:
		clock_format_us(((const int64_t *)column->data)[row], text);
		buf_append_text(out, text);
		break;
	case COLUMN_DATE:
		clock_format_date(((const int32_t *)column->data)[row], text);
		buf_append_text(out, text);
		break;
	}
}

/* "0: a|b\n" for each row, with the table's name before it where that is wanted. */
static inline void dump_rows(const struct row_batch *rows, bool name, struct buf *out)
{
	for (int64_t row = 0; row < rows->row_count; row++) {
		if (name)
			buf_printf(out, "%s ", rows->table->name);
		buf_printf(out, "%u: ", rows->record[row]);
		for (size_t i = 0; i < rows->table->column_count; i++) {
			if (i > 0)
				buf_append_char(out, '|');
			dump_cell(&rows->columns[i], row, out);
		}
		buf_append_char(out, '\n');
	}
}

/* The rows of each table, then "! 1/t valid: text\n" for each rejection. */
static inline void dump_result(const struct transform_result *result, size_t tables,
			       struct buf *out)
{
	for (size_t t = 0; t < tables; t++)
		dump_rows(&result->tables[t].rows, tables > 1, out);
	for (size_t i = 0; i < result->rejection_count; i++) {
		const struct rejection *rejection = &result->rejections[i];

		buf_printf(out, "! %u", rejection->record);
		if (tables > 1)
			buf_printf(out, " table %u", rejection->table);
		buf_printf(out, " [%s] %s\n", rejection->reason, rejection->text);
	}
	if (result->failed_record >= 0)
		buf_printf(out, "FAILED at %lld: %s\n", (long long)result->failed_record,
			   result->failed_text);
}

/* Every record is one of stored, filtered and rejected; rows are of stored records, in their order;
 * the bitmaps say how many are NULL. */
static inline void check_accounts(const struct transform_result *result, size_t tables,
				  size_t count)
{
	for (size_t t = 0; t < tables; t++) {
		const struct table_result *table = &result->tables[t];
		int64_t counts[3] = { 0, 0, 0 };

		for (size_t i = 0; i < count; i++)
			counts[table->outcome[i]]++;
		assert_int_equal(counts[OUTCOME_STORED], table->stored);
		assert_int_equal(counts[OUTCOME_FILTERED], table->filtered);
		assert_int_equal(counts[OUTCOME_REJECTED], table->rejected);
		for (int64_t row = 0; row < table->rows.row_count; row++) {
			uint32_t record = table->rows.record[row];

			assert_int_equal(table->outcome[record], OUTCOME_STORED);
			assert_true(row == 0 || table->rows.record[row - 1] <= record);
		}
		assert_int_equal(table->stored + table->filtered + table->rejected, count);
		for (size_t i = 0; i < table->rows.table->column_count; i++) {
			const struct column *column = &table->rows.columns[i];
			int64_t nulls = 0;

			assert_int_equal(column->length, table->rows.row_count);
			for (int64_t row = 0; row < column->length; row++)
				nulls += column_is_null(column, row);
			assert_int_equal(nulls, column->null_count);
		}
	}
}

#endif

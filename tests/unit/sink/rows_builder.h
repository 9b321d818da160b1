/*
 * rows_builder.h - batches of rows from a text, for tests: one line a row, cells between '|', "~"
 * for NULL.
 *
 *     build_rows(&rows, &def, "1|Ada|~\n2|Eve|x\n")
 *
 * Within a text cell \0, \n, \p (a bar) and \t stand for the byte. Values of the other types are as
 * sinks show them, except timestamps, dates and integers: numbers (microseconds, days).
 */
#ifndef TESTS_ROWS_BUILDER_H
#define TESTS_ROWS_BUILDER_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/column.h"

#define BUILT_ROWS_MAX 64
#define BUILT_TEXT_MAX 65536

struct built_rows {
	struct row_batch batch;
	int64_t stamps[BUILT_ROWS_MAX];
	struct column *columns;
	uint32_t record[BUILT_ROWS_MAX];
};

static inline void built_free(struct built_rows *rows)
{
	for (size_t i = 0; i < rows->batch.table->column_count; i++) {
		free(rows->columns[i].validity);
		free(rows->columns[i].offsets);
		free(rows->columns[i].data);
	}
	free(rows->columns);
}

static inline void built_init(struct built_rows *rows, const struct table_def *def)
{
	memset(rows, 0, sizeof(*rows));
	rows->columns = calloc(def->column_count, sizeof(struct column));
	rows->batch =
	    (struct row_batch){ .table = def, .columns = rows->columns, .record = rows->record };
	for (size_t i = 0; i < def->column_count; i++) {
		struct column *column = &rows->columns[i];

		column->type = def->columns[i].type;
		column->validity = calloc(1, 64);
		column->offsets = column->type == COLUMN_TEXT
				      ? calloc(BUILT_ROWS_MAX + 1, sizeof(int32_t))
				      : NULL;
		column->data = calloc(1, column->type == COLUMN_TEXT ? BUILT_TEXT_MAX
								     : 16 * BUILT_ROWS_MAX);
	}
}

static inline size_t built_unescape(const char *text, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\\' && i + 1 < len) {
			c = text[++i];
			c = (char)(c == '0'   ? '\0'
				   : c == 'n' ? '\n'
				   : c == 'p' ? '|'
				   : c == 't' ? '\t'
					      : c);
		}
		out[n++] = c;
	}
	return n;
}

static inline void built_uuid(const char *text, uint8_t *out)
{
	unsigned byte;

	for (int i = 0; i < 16; i++) {
		if (*text == '-')
			text++;
		assert(sscanf(text, "%2x", &byte) == 1);
		out[i] = (uint8_t)byte;
		text += 2;
	}
}

static inline void built_cell(struct column *column, int64_t row, const char *text, size_t len)
{
	char number[64];

	if (column->offsets)
		column->offsets[row + 1] = column->offsets[row];
	column->length = row + 1;
	if (len == 1 && *text == '~') {
		column->null_count++;
		return;
	}
	column->validity[row >> 3] |= (uint8_t)(1 << (row & 7));
	if (column->type == COLUMN_TEXT) {
		column->offsets[row + 1] += (int32_t)built_unescape(
		    text, len, (char *)column->data + column->offsets[row]);
		return;
	}
	snprintf(number, sizeof(number), "%.*s", (int)len, text);
	switch (column->type) {
	case COLUMN_UUID:
		built_uuid(number, (uint8_t *)column->data + 16 * row);
		break;
	case COLUMN_INT:
	case COLUMN_DATE:
		((int32_t *)column->data)[row] = (int32_t)strtoll(number, NULL, 10);
		break;
	case COLUMN_BIGINT:
	case COLUMN_TIMESTAMP:
		((int64_t *)column->data)[row] = strtoll(number, NULL, 10);
		break;
	case COLUMN_DOUBLE:
		((double *)column->data)[row] = strtod(number, NULL);
		break;
	case COLUMN_BOOLEAN:
		if (*number == 't')
			((uint8_t *)column->data)[row >> 3] |= (uint8_t)(1 << (row & 7));
		break;
	case COLUMN_TEXT:
		break;
	}
}

/* Add rows with stamps that count up from `stamp`. */
static inline void built_add(struct built_rows *rows, int64_t stamp, const char *text)
{
	while (*text) {
		int64_t row = rows->batch.row_count++;

		assert(row < BUILT_ROWS_MAX);
		rows->stamps[row] = stamp++;
		rows->record[row] = (uint32_t)row;
		for (size_t i = 0; i < rows->batch.table->column_count; i++) {
			size_t len = strcspn(text, "|\n");

			built_cell(&rows->columns[i], row, text, len);
			text += len + 1;
		}
	}
}

/* As the transform hands it out: no bitmap where nothing is NULL. */
static inline void built_finish(struct built_rows *rows)
{
	for (size_t i = 0; i < rows->batch.table->column_count; i++) {
		if (rows->columns[i].null_count == 0) {
			free(rows->columns[i].validity);
			rows->columns[i].validity = NULL;
		}
	}
}

#endif

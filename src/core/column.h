/*
 * column.h - what travels from the transform to the sink: a table's description
 * and batches of its rows as columns in Arrow's layout (validity bitmap, offsets,
 * data; little endian, bit i of byte i/8), so that other programs take them
 * without a copy. The layout is https://arrow.apache.org/docs/format/Columnar.html
 */
#ifndef CORE_COLUMN_H
#define CORE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/span.h"

/* The declared types of a table's columns, and their Arrow formats. */
enum column_type {
	COLUMN_TEXT,      /* utf8 ("u"): int32 offsets[length + 1], bytes */
	COLUMN_UUID,      /* fixed_size_binary(16) ("w:16"): 16 bytes a row, in text order */
	COLUMN_INT,       /* int32 ("i") */
	COLUMN_BIGINT,    /* int64 ("l") */
	COLUMN_DOUBLE,    /* float64 ("g") */
	COLUMN_BOOLEAN,   /* bool ("b"): one bit a row */
	COLUMN_TIMESTAMP, /* timestamp[us, UTC] ("tsu:UTC"): int64 microseconds since 1970 */
	COLUMN_DATE       /* date32 ("tdD"): int32 days since 1970 */
};

/* "TEXT", "UUID", ...: the name used in pipeline files. */
const char *column_type_name(enum column_type type);

struct column_def {
	const char *name;
	enum column_type type;
	bool not_null;       /* a NULL rejects the record; always true for the primary key */
	const char *comment; /* or NULL */
};

enum sort_order { SORT_ASCENDING, SORT_DESCENDING };

/* One table of a pipeline file. Immutable once compiled; owned by the compiled pipeline. */
struct table_def {
	const char *name;
	const struct column_def *columns;
	size_t column_count;
	const size_t *key; /* the primary key, as indexes into columns */
	size_t key_count;  /* >= 1 */
	size_t
	    partition_key_count; /* the first so many of key are Cassandra's partition key; >= 1 */
	const enum sort_order *key_order; /* key_count entries; of clustering columns */
	bool keep_nulls;     /* TBLPROPERTIES ('nulls' = 'keep'): NULL keeps the stored value */
	const char *comment; /* or NULL */
};

/* One column of a batch. Buffers belong to the batch's arena. */
struct column {
	enum column_type type;
	int64_t length;
	int64_t null_count;
	uint8_t *validity; /* NULL when null_count == 0; padded to 64 bytes */
	int32_t *offsets;  /* COLUMN_TEXT only */
	void *data;
};

static inline bool column_is_null(const struct column *column, int64_t row)
{
	return column->validity && !(column->validity[row >> 3] >> (row & 7) & 1);
}

/* The text of a row; SPAN_NULL where it is NULL. COLUMN_TEXT only. */
static inline struct span column_text(const struct column *column, int64_t row)
{
	if (column_is_null(column, row))
		return SPAN_NULL;
	return (struct span){ .data = (const char *)column->data + column->offsets[row],
			      .len = (size_t)(column->offsets[row + 1] - column->offsets[row]) };
}

static inline bool column_bool(const struct column *column, int64_t row)
{
	return ((const uint8_t *)column->data)[row >> 3] >> (row & 7) & 1;
}

/* Rows of one table, from records of one partition, in the records' order. */
struct row_batch {
	const struct table_def *table;
	int64_t row_count;
	struct column *columns; /* table->column_count of them */
	const uint32_t *record; /* for each row, the index of its record in the batch that was
				   transformed; ascending */
};

#endif

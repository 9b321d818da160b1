/*
 * memory_table.h - a table of the memory sink: rows by primary key in a hash table, each one block
 * of cells with their texts. The values are kept as text, in the form of cell.h.
 */
#ifndef SINK_MEMORY_TABLE_H
#define SINK_MEMORY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/column.h"
#include "core/err.h"
#include "sink/drift.h"
#include "sink/sink.h"

struct memory_row {
	int64_t stamp;
	uint64_t hash; /* of the key */
	size_t cell_count;
	struct sink_cell cells[]; /* by the table's columns; fewer than the table has by now: the
				     rest are NULL. Texts follow */
};

/* Rows by key. Open addressing, linear probing, nothing is ever taken out. Starts zeroed. */
struct memory_rows {
	struct memory_row **slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

struct memory_table {
	struct memory_table *next;
	char *name;
	struct shape_column *columns; /* name and type: the name is owned, the type static */
	size_t column_count;
	size_t *key; /* indexes of columns */
	enum sort_order *key_order;
	size_t key_count;
	struct memory_rows rows;
	struct memory_rows staged; /* of the write under way */
};

/* A table of this definition, empty. NULL: out of memory. */
struct memory_table *memory_table_new(const struct table_def *def);
void memory_table_free(struct memory_table *table);

/* As drift_check; then adds the missing columns. */
enum status memory_table_fit(struct memory_table *table, const struct table_def *def, bool create,
			     struct err *err);

/*
 * Put the rows of a batch beside the table, by key and stamp. US_FATAL: out of memory. Either
 * memory_table_commit or memory_table_discard follows.
 */
enum status memory_table_stage(struct memory_table *table, const struct row_batch *batch,
			       const int64_t *stamps, struct err *err);
/* Make room for what is staged, so that the commit cannot fail. */
enum status memory_table_reserve(struct memory_table *table, struct err *err);
void memory_table_commit(struct memory_table *table);
void memory_table_discard(struct memory_table *table);

/* A cell of a row; NULL where the column is younger than the row. */
static inline struct sink_cell memory_cell(const struct memory_row *row, size_t column)
{
	if (column < row->cell_count)
		return row->cells[column];
	return (struct sink_cell){ .kind = CELL_NULL, .text = SPAN_NULL };
}

#endif

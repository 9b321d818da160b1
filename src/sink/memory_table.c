/*
 * memory_table.c - rows in a hash table. A write builds new rows in `staged`, merged with what is
 * there, and moves them over at the end: the move allocates nothing.
 */
#include "sink/memory_table.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "core/random.h"
#include "sink/cell.h"

#define FIRST_CAPACITY 64

/* ---- rows by key */

static bool rows_reserve(struct memory_rows *rows, size_t more)
{
	size_t capacity = rows->capacity ? rows->capacity : FIRST_CAPACITY;
	struct memory_row **slots;

	while ((rows->count + more) * 4 > capacity * 3)
		capacity *= 2;
	if (capacity == rows->capacity)
		return true;
	slots = mem_calloc(capacity, sizeof(struct memory_row *));
	if (!slots)
		return false;
	for (size_t i = 0; i < rows->capacity; i++) {
		struct memory_row *row = rows->slots[i];
		size_t at;

		if (!row)
			continue;
		for (at = row->hash & (capacity - 1); slots[at]; at = (at + 1) & (capacity - 1))
			;
		slots[at] = row;
	}
	mem_free(rows->slots);
	rows->slots = slots;
	rows->capacity = capacity;
	return true;
}

static bool same_key(const struct memory_table *table, const struct memory_row *a,
		     const struct memory_row *b)
{
	if (a->hash != b->hash)
		return false;
	for (size_t i = 0; i < table->key_count; i++) {
		if (!span_equal(a->cells[table->key[i]].text, b->cells[table->key[i]].text))
			return false;
	}
	return true;
}

/* The slot of this key, which is NULL where the key is new. Needs a free slot. */
static struct memory_row **rows_slot(const struct memory_table *table,
				     const struct memory_rows *rows, const struct memory_row *row)
{
	size_t mask = rows->capacity - 1, at = row->hash & mask;

	while (rows->slots[at] && !same_key(table, rows->slots[at], row))
		at = (at + 1) & mask;
	return &rows->slots[at];
}

static struct memory_row *rows_find(const struct memory_table *table,
				    const struct memory_rows *rows, const struct memory_row *row)
{
	return rows->capacity ? *rows_slot(table, rows, row) : NULL;
}

/* Takes the row; needs a free slot. */
static void rows_put(const struct memory_table *table, struct memory_rows *rows,
		     struct memory_row *row)
{
	struct memory_row **slot = rows_slot(table, rows, row);

	rows->count += !*slot;
	mem_free(*slot);
	*slot = row;
}

static void rows_release(struct memory_rows *rows)
{
	for (size_t i = 0; i < rows->capacity; i++)
		mem_free(rows->slots[i]);
	mem_free(rows->slots);
	*rows = (struct memory_rows){ .slots = NULL };
}

/* ---- the table */

static bool add_column(struct memory_table *table, const struct column_def *def)
{
	struct shape_column *columns = mem_realloc(table->columns,
						   (table->column_count + 1) * sizeof(*columns));
	char *name;

	if (!columns)
		return false;
	table->columns = columns;
	name = mem_strdup(def->name);
	if (!name)
		return false;
	columns[table->column_count++] = (struct shape_column){ .name = name,
								.type = column_type_name(def->type),
								.not_null = def->not_null };
	return true;
}

struct memory_table *memory_table_new(const struct table_def *def)
{
	struct memory_table *table = mem_calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->name = mem_strdup(def->name);
	table->key = mem_calloc(def->key_count, sizeof(*table->key));
	table->key_order = mem_calloc(def->key_count, sizeof(*table->key_order));
	if (!table->name || !table->key || !table->key_order)
		goto fail;
	table->key_count = def->key_count;
	memcpy(table->key, def->key, def->key_count * sizeof(*table->key));
	memcpy(table->key_order, def->key_order, def->key_count * sizeof(*table->key_order));
	for (size_t i = 0; i < def->column_count; i++) {
		if (!add_column(table, &def->columns[i]))
			goto fail;
	}
	return table;
fail:
	memory_table_free(table);
	return NULL;
}

void memory_table_free(struct memory_table *table)
{
	if (!table)
		return;
	rows_release(&table->rows);
	rows_release(&table->staged);
	for (size_t i = 0; i < table->column_count; i++)
		mem_free((void *)(uintptr_t)table->columns[i].name);
	mem_free(table->columns);
	mem_free(table->key);
	mem_free(table->key_order);
	mem_free(table->name);
	mem_free(table);
}

enum status memory_table_fit(struct memory_table *table, const struct table_def *def, bool create,
			     struct err *err)
{
	const char **key = mem_calloc(table->key_count, sizeof(*key));
	struct table_shape shape = { .columns = table->columns,
				     .column_count = table->column_count,
				     .key = key,
				     .key_order = table->key_order,
				     .key_count = table->key_count };
	enum status status;
	size_t missing = 0;

	if (!key)
		return err_no_memory(err, "comparing a table with the pipeline file");
	for (size_t i = 0; i < table->key_count; i++)
		key[i] = table->columns[table->key[i]].name;
	status = drift_check(def, &shape, "memory", "Start the program anew.", &missing, err);
	mem_free(key);
	if (status != US_OK || !missing)
		return status;
	if (!create)
		return err_missing(err, "table %s in memory lacks columns of the pipeline file",
				   def->name);
	for (size_t i = 0; i < def->column_count; i++) {
		shape.columns = table->columns;
		shape.column_count = table->column_count;
		if (drift_column(&shape, def->columns[i].name) == table->column_count &&
		    !add_column(table, &def->columns[i]))
			return err_no_memory(err, "adding a column");
	}
	return US_OK;
}

/* ---- writing */

/* For each column of the table, the column of the batch, or SIZE_MAX. */
static size_t *map_columns(const struct memory_table *table, const struct table_def *def)
{
	size_t *map = mem_alloc(table->column_count * sizeof(*map));

	for (size_t i = 0; map && i < table->column_count; i++) {
		map[i] = SIZE_MAX;
		for (size_t j = 0; j < def->column_count; j++) {
			if (strcasecmp(table->columns[i].name, def->columns[j].name) == 0)
				map[i] = j;
		}
	}
	return map;
}

/* What the cell becomes: the batch's value, or the stored one where NULLs keep it. */
static struct sink_cell new_cell(const struct row_batch *batch, int64_t at, size_t source,
				 const struct memory_row *old, size_t column, char *scratch)
{
	struct sink_cell cell = { .kind = CELL_NULL, .text = SPAN_NULL };

	if (source != SIZE_MAX)
		cell = cell_of(&batch->columns[source], at, scratch);
	if (cell.kind == CELL_NULL && old && (source == SIZE_MAX || batch->table->keep_nulls))
		cell = memory_cell(old, column);
	return cell;
}

/* A row of the batch, merged with `old` (may be NULL). NULL: out of memory. */
static struct memory_row *make_row(const struct memory_table *table, const struct row_batch *batch,
				   const size_t *map, int64_t at, const struct memory_row *old)
{
	char scratch[CELL_SCRATCH];
	size_t bytes = 0;
	struct memory_row *row;
	char *text;

	for (size_t i = 0; i < table->column_count; i++)
		bytes += new_cell(batch, at, map[i], old, i, scratch).text.len;
	row = mem_alloc(sizeof(*row) + table->column_count * sizeof(row->cells[0]) + bytes + 1);
	if (!row)
		return NULL;
	row->cell_count = table->column_count;
	text = (char *)(row->cells + table->column_count);
	for (size_t i = 0; i < table->column_count; i++) {
		struct sink_cell cell = new_cell(batch, at, map[i], old, i, scratch);

		row->cells[i] = cell;
		if (cell.kind == CELL_NULL)
			continue;
		if (cell.text.len)
			memcpy(text, cell.text.data, cell.text.len);
		row->cells[i].text.data = text;
		text += cell.text.len;
	}
	row->hash = 0;
	for (size_t i = 0; i < table->key_count; i++) {
		struct span key = row->cells[table->key[i]].text;

		row->hash = hash_bytes(key.data, key.len, row->hash);
	}
	return row;
}

static bool stage_row(struct memory_table *table, const struct row_batch *batch, const size_t *map,
		      int64_t at, int64_t stamp)
{
	struct memory_row *row = make_row(table, batch, map, at, NULL);
	const struct memory_row *old;

	if (!row || !rows_reserve(&table->staged, 1))
		goto fail;
	old = rows_find(table, &table->staged, row);
	if (!old)
		old = rows_find(table, &table->rows, row);
	if (old && old->stamp > stamp) {
		mem_free(row);
		return true;
	}
	if (old) {
		mem_free(row);
		row = make_row(table, batch, map, at, old);
		if (!row)
			return false;
	}
	row->stamp = stamp;
	rows_put(table, &table->staged, row);
	return true;
fail:
	mem_free(row);
	return false;
}

enum status memory_table_stage(struct memory_table *table, const struct row_batch *batch,
			       const int64_t *stamps, struct err *err)
{
	size_t *map = map_columns(table, batch->table);
	bool ok = map != NULL;

	for (int64_t i = 0; ok && i < batch->row_count; i++)
		ok = stage_row(table, batch, map, i, stamps[i]);
	mem_free(map);
	return ok ? US_OK : err_no_memory(err, "storing rows in memory");
}

enum status memory_table_reserve(struct memory_table *table, struct err *err)
{
	return rows_reserve(&table->rows, table->staged.count)
		   ? US_OK
		   : err_no_memory(err, "storing rows in memory");
}

void memory_table_commit(struct memory_table *table)
{
	for (size_t i = 0; i < table->staged.capacity; i++) {
		if (!table->staged.slots[i])
			continue;
		rows_put(table, &table->rows, table->staged.slots[i]);
		table->staged.slots[i] = NULL;
	}
	table->staged.count = 0;
}

void memory_table_discard(struct memory_table *table)
{
	for (size_t i = 0; i < table->staged.capacity; i++) {
		mem_free(table->staged.slots[i]);
		table->staged.slots[i] = NULL;
	}
	table->staged.count = 0;
}

/*
 * transform_finish.c - the end of a batch: what a table rejected is rejected by the tables that
 * read it, rows of rejected records and of keys that come again are left out, the outcomes
 * counted.
 */
#include <string.h>

#include "core/random.h"
#include "sql/column_layout.h"
#include "sql/worker_state.h"

/* ---- rejections go down */

static bool inherit_rejections(struct batch *batch, size_t table)
{
	const struct plan *plan = batch->worker->plan;
	size_t tables = plan->table_count, parent = plan->tables[table].source;

	for (size_t i = 0; batch->rejected && parent != PLAN_STREAM && i < batch->count; i++) {
		const struct rejection *above = batch->rejected[i * tables + parent];
		struct rejection *own;

		if (!above || batch->rejected[i * tables + table])
			continue;
		own = arena_alloc(batch->arena, sizeof(*own));
		if (!own)
			return false;
		*own = *above;
		own->table = (uint32_t)table;
		batch->rejected[i * tables + table] = own;
	}
	return true;
}

/* ---- rows that go */

static struct span cell_bytes(const struct column *column, size_t row, uint8_t *truth)
{
	size_t width = arrow_width(column->type);

	if (column->type == COLUMN_TEXT)
		return column_text(column, (int64_t)row);
	*truth = column->type == COLUMN_BOOLEAN && column_bool(column, (int64_t)row);
	return (struct span){ .data = width ? (const char *)column->data + row * width
					    : (const char *)truth,
			      .len = width ? width : 1 };
}

static uint64_t key_hash(const struct row_batch *rows, size_t row)
{
	uint64_t hash = 0;
	uint8_t truth;

	for (size_t k = 0; k < rows->table->key_count; k++) {
		struct span bytes = cell_bytes(&rows->columns[rows->table->key[k]], row, &truth);

		hash = hash_bytes(bytes.data, bytes.len, hash);
	}
	return hash;
}

static bool key_equal(const struct row_batch *rows, size_t a, size_t b)
{
	uint8_t x, y;

	for (size_t k = 0; k < rows->table->key_count; k++) {
		const struct column *column = &rows->columns[rows->table->key[k]];

		struct span left = cell_bytes(column, a, &x), right = cell_bytes(column, b, &y);

		if (!left.data || !right.data || !span_equal(left, right))
			return false;
	}
	return true;
}

/* Which rows of a table go. */
struct leaving {
	const struct row_batch *rows;
	bool *gone;
	uint32_t *places; /* a hash table over the rows of one record: 1 + row */
	size_t count;     /* of those that go */
};

static void leave(struct leaving *leaving, size_t row)
{
	leaving->count += !leaving->gone[row];
	leaving->gone[row] = true;
}

/* Of the rows [first, end) of one record, those whose key comes again. */
static void leave_twins(struct leaving *leaving, size_t first, size_t end)
{
	size_t size = 1;

	while (size < 2 * (end - first))
		size *= 2;
	memset(leaving->places, 0, size * sizeof(*leaving->places));
	for (size_t row = first; row < end; row++) {
		size_t i = key_hash(leaving->rows, row) & (size - 1);

		while (leaving->places[i] && !key_equal(leaving->rows, leaving->places[i] - 1, row))
			i = (i + 1) & (size - 1);
		if (leaving->places[i])
			leave(leaving, leaving->places[i] - 1);
		leaving->places[i] = (uint32_t)row + 1;
	}
}

static void find_leaving(struct batch *batch, size_t table, struct leaving *leaving)
{
	size_t tables = batch->worker->plan->table_count, count, end;
	const struct row_batch *rows = leaving->rows;

	count = (size_t)rows->row_count;
	for (size_t first = 0; first < count; first = end) {
		uint32_t record = rows->record[first];

		for (end = first + 1; end < count && rows->record[end] == record;)
			end++;
		if (batch->rejected && batch->rejected[record * tables + table])
			for (size_t row = first; row < end; row++)
				leave(leaving, row);
		else if (end - first > 1 && rows->table->key_count)
			leave_twins(leaving, first, end);
	}
}

/* Rows of rejected records, and rows whose key comes again in the same record, leave the batch. */
static bool drop_rows(struct batch *batch, size_t table, struct row_batch *rows)
{
	size_t count = (size_t)rows->row_count, n = 0;
	struct leaving leaving = { .rows = rows };
	struct selection selection = { .count = 0 };
	uint32_t *stay, *record;

	leaving.gone = arena_calloc(batch->arena, count + 1, sizeof(bool));
	leaving.places = arena_alloc(batch->arena, (4 * count + 1) * sizeof(*leaving.places));
	if (!leaving.gone || !leaving.places)
		return false;
	find_leaving(batch, table, &leaving);
	if (leaving.count == 0)
		return true;
	stay = arena_alloc(batch->arena, (count + 1) * sizeof(*stay));
	record = arena_alloc(batch->arena, (count + 1) * sizeof(*record));
	if (!stay || !record)
		return false;
	for (size_t row = 0; row < count; row++) {
		stay[n] = (uint32_t)row;
		record[n] = rows->record[row];
		n += !leaving.gone[row];
	}
	selection = (struct selection){ .rows = stay, .count = n };
	for (size_t i = 0; i < rows->table->column_count; i++) {
		struct column from = rows->columns[i];

		if (!column_take(&rows->columns[i], &from, &selection, batch->arena))
			return false;
	}
	rows->record = record;
	rows->row_count = (int64_t)n;
	return true;
}

/* ---- the rows */

static bool gather_rows(struct batch *batch, size_t table, struct row_batch *out)
{
	const struct table_def *def = &batch->worker->plan->tables[table].def;
	const struct table_part *part = &batch->parts[table];

	*out = (struct row_batch){ .table = def,
				   .record = part->record,
				   .row_count = (int64_t)part->count };
	out->columns = arena_alloc(batch->arena, (def->column_count + 1) * sizeof(*out->columns));
	for (size_t i = 0; out->columns && i < def->column_count; i++)
		out->columns[i] = part->drafts[i].column;
	return out->columns != NULL;
}

static bool table_finish(struct batch *batch, size_t table, struct table_result *out)
{
	size_t tables = batch->worker->plan->table_count;
	uint8_t *outcome = arena_alloc(batch->arena, batch->count + 1);
	int64_t built;

	if (!outcome || !inherit_rejections(batch, table) || !gather_rows(batch, table, &out->rows))
		return false;
	built = out->rows.row_count;
	if (batch->worker->plan->tables[table].many && !drop_rows(batch, table, &out->rows))
		return false;
	memset(outcome, OUTCOME_FILTERED, batch->count);
	for (int64_t i = 0; i < out->rows.row_count; i++) {
		out->stored += outcome[out->rows.record[i]] != OUTCOME_STORED;
		outcome[out->rows.record[i]] = OUTCOME_STORED;
	}
	for (size_t i = 0; batch->rejected && i < batch->count; i++) {
		if (!batch->rejected[i * tables + table])
			continue;
		outcome[i] = OUTCOME_REJECTED;
		out->rejected++;
	}
	out->filtered = (int64_t)batch->count - out->stored - out->rejected;
	out->outcome = outcome;
	out->violations = batch->parts[table].violations;
	profile_step(batch->worker->profile, table, STEP_FINISH, (size_t)built,
		     (size_t)out->rows.row_count);
	return true;
}

enum status tables_finish(struct batch *batch, struct table_result *results)
{
	const struct plan *plan = batch->worker->plan;

	for (size_t n = 0; n < plan->table_count; n++)
		if (!table_finish(batch, plan->order[n], &results[plan->order[n]]))
			return err_no_memory(batch->err, "transforming a batch");
	return US_OK;
}

/*
 * transform_explode.c - a table with explode: a row of its source for each element of an array. The
 * rows are gathered CHUNK_ROWS at a time, with all that the SELECT reads copied from the row they
 * come from, and are then rows like others. What they need lives in an arena of the table's own, so
 * that an array of any length needs the memory of one chunk.
 */
#include <string.h>

#include "sql/worker_state.h"

struct explosion {
	struct batch *batch;
	size_t table;
	const struct plan_table *plan;
	const struct rows *from;
	struct vector arrays; /* by row of `from` */
	uint32_t row[CHUNK_ROWS];
	uint32_t place[CHUNK_ROWS]; /* of the element; NO_PLACE: there is none */
	size_t count;
};

#define NO_PLACE UINT32_MAX

static enum status no_memory(const struct explosion *explosion)
{
	return err_no_memory(explosion->batch->err, "transforming a batch");
}

/* ---- gathering */

static bool take_vector(const struct explosion *explosion, const struct vector *from,
			struct arena *arena, struct vector *out)
{
	size_t width = vector_width(from->type);

	*out = *from;
	if (from->constant)
		return true;
	if (!vector_init(out, from->type, explosion->count, arena))
		return false;
	for (size_t i = 0; i < explosion->count; i++)
		memcpy((char *)out->as.data + i * width,
		       (const char *)from->as.data + explosion->row[i] * width, width);
	if (!from->valid)
		return true;
	if (!vector_make_valid(out, explosion->count, arena))
		return false;
	for (size_t i = 0; i < explosion->count; i++)
		if (!bit_get(from->valid, explosion->row[i]))
			vector_set_null(out, i);
	return true;
}

static const struct span *take_spans(const struct explosion *explosion, const struct span *from,
				     struct arena *arena)
{
	struct span *out = arena_alloc(arena, explosion->count * sizeof(*out));

	for (size_t i = 0; out && i < explosion->count; i++)
		out[i] = from[explosion->row[i]];
	return out;
}

/* The leaves of the source's dag that the table needs. */
static bool take_leaves(const struct explosion *explosion, struct rows *out)
{
	const struct plan *plan = explosion->batch->worker->plan;
	const struct plan_table *table = explosion->plan;
	const struct dag *dag = &plan_source(plan, table->source)->dag;
	const struct span **paths = arena_calloc(out->arena, plan->path_count + 1, sizeof(*paths));
	struct vector *columns = NULL;

	if (table->source != PLAN_STREAM)
		columns = arena_calloc(out->arena, plan->tables[table->source].def.column_count + 1,
				       sizeof(*columns));
	if (!paths || (table->source != PLAN_STREAM && !columns))
		return false;
	out->paths = paths;
	out->columns = columns;
	for (size_t id = 0; id < dag->count; id++) {
		const struct expr *leaf = dag->nodes[id];
		int slot = leaf->slot;
		bool good = true;

		if (!table->needs[id])
			continue;
		if (leaf->kind == EXPR_PATH)
			good = (paths[slot] = take_spans(explosion, explosion->from->paths[slot],
							 out->arena)) != NULL;
		else if (leaf->kind == EXPR_META)
			good = take_vector(explosion, &explosion->from->meta[slot], out->arena,
					   &out->meta[slot]);
		else if (leaf->kind == EXPR_COLUMN && columns)
			good = take_vector(explosion, &explosion->from->columns[slot], out->arena,
					   &columns[slot]);
		if (!good)
			return false;
	}
	return true;
}

/* The elements themselves, and their places. */
static bool take_elements(const struct explosion *explosion, struct rows *out)
{
	struct vector *values = &out->elements[ELEMENT_VALUE];
	struct vector *places = &out->elements[ELEMENT_PLACE];

	if (!vector_init(values, SQL_TYPE(SQL_STRING), explosion->count, out->arena) ||
	    !vector_init(places, SQL_TYPE(SQL_INT), explosion->count, out->arena))
		return false;
	for (size_t i = 0; i < explosion->count; i++) {
		size_t at = vector_index(&explosion->arrays, explosion->row[i]);
		uint32_t place = explosion->place[i];
		struct span item = SPAN_NULL;

		if (place != NO_PLACE)
			item = explosion->arrays.as.array[at].items[place];
		values->as.text[i] = item;
		places->as.int32[i] = (int32_t)place;
		if (!item.data) {
			if (!vector_make_valid(values, explosion->count, out->arena))
				return false;
			vector_set_null(values, i);
		}
		if (place == NO_PLACE) {
			if (!vector_make_valid(places, explosion->count, out->arena))
				return false;
			vector_set_null(places, i);
		}
	}
	return true;
}

/* ---- rows like others */

static enum status transform_rows(struct explosion *explosion, struct rows *rows)
{
	struct batch *batch = explosion->batch;
	const struct plan_table *plan = explosion->plan;
	enum status status = US_OK;

	if (plan->where && plan->generator->lateral) {
		status = source_where(batch, explosion->table, rows);
		if (status != US_OK)
			return status;
	}
	status = source_run(batch, plan->source, rows, plan->wanted, plan->wanted_count);
	if (status != US_OK)
		return status;
	source_reject(batch, explosion->table, rows->kept[explosion->table], plan->wanted,
		      plan->wanted_count);
	return source_descend(batch, explosion->table, rows);
}

/* What was gathered goes through the SELECT. */
static enum status flush(struct explosion *explosion)
{
	struct batch *batch = explosion->batch;
	struct rows rows = { .arena = &batch->worker->exploded[explosion->table],
			     .count = explosion->count };

	if (explosion->count == 0)
		return US_OK;
	arena_reset(rows.arena);
	rows.record = arena_alloc(rows.arena, rows.count * sizeof(*rows.record));
	rows.kept = arena_calloc(rows.arena, batch->worker->plan->table_count, sizeof(*rows.kept));
	if (!rows.record || !rows.kept || !take_leaves(explosion, &rows) ||
	    !take_elements(explosion, &rows))
		return no_memory(explosion);
	for (size_t i = 0; i < rows.count; i++)
		rows.record[i] = explosion->from->record[explosion->row[i]];
	bits_fill(rows.kept[explosion->table], rows.count);
	explosion->count = 0;
	profile_step(batch->worker->profile, explosion->table, STEP_EXPLODE, 0, rows.count);
	return transform_rows(explosion, &rows);
}

static enum status add(struct explosion *explosion, size_t row, uint32_t place)
{
	explosion->row[explosion->count] = (uint32_t)row;
	explosion->place[explosion->count++] = place;
	return explosion->count == CHUNK_ROWS ? flush(explosion) : US_OK;
}

static enum status explode_row(struct explosion *explosion, size_t row)
{
	size_t at = vector_index(&explosion->arrays, row);
	size_t count = vector_is_null(&explosion->arrays, row)
			   ? 0
			   : explosion->arrays.as.array[at].count;
	enum status status = US_OK;

	if (count == 0 && explosion->plan->generator->outer)
		return add(explosion, row, NO_PLACE);
	for (size_t i = 0; i < count && status == US_OK; i++)
		status = add(explosion, row, (uint32_t)i);
	return status;
}

enum status explode_transform(struct batch *batch, size_t table, struct rows *rows)
{
	const struct plan_table *plan = &batch->worker->plan->tables[table];
	struct explosion explosion = {
		.batch = batch, .table = table, .plan = plan, .from = rows, .count = 0
	};
	enum status status = source_run(batch, plan->source, rows, &plan->generator->array, 1);

	if (status != US_OK)
		return status;
	source_reject(batch, table, rows->kept[table], &plan->generator->array, 1);
	profile_step(batch->worker->profile, table, STEP_EXPLODE, bits_count(rows->kept[table]), 0);
	explosion.arrays = source_runner(batch, plan->source)->results[plan->generator->array->id];
	for (size_t row = 0; row < rows->count && status == US_OK; row++)
		if (bit_get(rows->kept[table], row))
			status = explode_row(&explosion, row);
	return status == US_OK ? flush(&explosion) : status;
}

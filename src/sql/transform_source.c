/*
 * transform_source.c - the rows of a source (the stream, or a table) through the tables that read
 * them: WHERE, SELECT, and down to the tables that read those.
 */
#include <string.h>

#include "sql/reach.h"
#include "sql/worker_state.h"

/* ---- bitmaps */

void bits_fill(uint64_t *bits, size_t rows)
{
	memset(bits, 0, BITMAP_WORDS * sizeof(*bits));
	for (size_t w = 0; w < rows / 64; w++)
		bits[w] = UINT64_MAX;
	if (rows & 63)
		bits[rows / 64] = (UINT64_C(1) << (rows & 63)) - 1;
}

size_t bits_count(const uint64_t *bits)
{
	size_t count = 0;

	for (size_t w = 0; w < BITMAP_WORDS; w++)
		count += (size_t)__builtin_popcountll(bits[w]);
	return count;
}

uint64_t vector_valid_word(const struct vector *vector, size_t w)
{
	if (!vector->valid)
		return UINT64_MAX;
	return vector->constant ? -(vector->valid[0] & 1) : vector->valid[w];
}

uint64_t vector_true_word(const struct vector *vector, size_t w, size_t rows)
{
	const uint8_t *values = vector->as.boolean + (vector->constant ? 0 : w * 64);
	size_t count = rows - w * 64 < 64 ? rows - w * 64 : 64;
	uint64_t word = 0;

	if (vector->constant)
		return values[0] ? vector_valid_word(vector, w) : 0;
	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)(values[i] & 1) << i;
	return word & vector_valid_word(vector, w);
}

/* ---- refusals */

static void add_refusal(struct batch *batch, size_t row, const char *reason)
{
	struct refusal *refusal = arena_alloc(batch->rows->arena, sizeof(*refusal));

	if (!refusal) {
		batch->no_memory = true;
		return;
	}
	*refusal = (struct refusal){ .row = (uint32_t)row,
				     .node = batch->eval.call->id,
				     .reason = reason };
	*batch->last_refused = refusal;
	batch->last_refused = &refusal->next;
}

/* A refused row has no value; where it is a text, the kernels behind it need one that is there. */
static void set_empty(struct batch *batch, size_t row)
{
	struct vector *out = &source_runner(batch, batch->source)->results[batch->eval.call->id];

	if (out->type.kind == SQL_STRING || out->type.kind == SQL_BINARY)
		out->as.text[vector_index(out, row)] = span_of("");
}

/* eval's callback: an expression refuses the record of a row. */
static void refuse_row(struct eval *eval, size_t row, const char *reason)
{
	struct batch *batch = (struct batch *)eval;
	const char *copy = arena_strndup(batch->rows->arena, reason, strlen(reason));

	if (!copy) {
		batch->no_memory = true;
		return;
	}
	set_empty(batch, row);
	if (!eval->constant)
		add_refusal(batch, row, copy);
	for (size_t i = 0; eval->constant && i < batch->rows->count; i++)
		add_refusal(batch, i, copy);
}

void source_reject(struct batch *batch, size_t table, uint64_t *kept, struct expr *const *wanted,
		   size_t count)
{
	const struct dag *dag = &plan_source(batch->worker->plan, batch->source)->dag;
	const struct vector *results = source_runner(batch, batch->source)->results;
	size_t row = SIZE_MAX;
	bool *reached;

	if (!batch->refused)
		return;
	reached = arena_calloc(batch->rows->arena, dag->count + 1, sizeof(*reached));
	if (!reached) {
		batch->no_memory = true;
		return;
	}
	for (const struct refusal *refusal = batch->refused; refusal; refusal = refusal->next) {
		if (!bit_get(kept, refusal->row))
			continue;
		if (row != refusal->row)
			reach_row(dag, wanted, count, results, row = refusal->row, reached);
		if (!reached[refusal->node])
			continue;
		bit_clear(kept, row);
		batch_reject(batch, table, batch->rows->record[row], REJECT_EVALUATION, "",
			     "evaluation", span_of(refusal->reason));
	}
}

/* ---- runs */

struct runner *source_runner(const struct batch *batch, size_t source)
{
	return &batch->worker->runners[source == PLAN_STREAM ? 0 : source + 1];
}

enum status source_run(struct batch *batch, size_t source, struct rows *rows,
		       struct expr *const *wanted, size_t count)
{
	struct runner *runner = source_runner(batch, source);
	const struct exec_inputs inputs = { .paths = rows->paths,
					    .meta = rows->meta,
					    .columns = rows->columns,
					    .elements = rows->elements };

	batch->source = source;
	batch->rows = rows;
	batch->refused = NULL;
	batch->last_refused = &batch->refused;
	batch->eval = (struct eval){
		.arena = rows->arena, .rows = rows->count, .reject = refuse_row, .err = batch->err
	};
	return exec_run(runner->exec, &batch->eval, &inputs, (const struct expr *const *)wanted,
			count, runner->results, batch->err);
}

enum status source_where(struct batch *batch, size_t table, struct rows *rows)
{
	const struct plan_table *plan = &batch->worker->plan->tables[table];
	size_t before = bits_count(rows->kept[table]);
	const struct vector *truth;
	enum status status = source_run(batch, plan->source, rows, &plan->where, 1);

	if (status != US_OK)
		return status;
	source_reject(batch, table, rows->kept[table], &plan->where, 1);
	truth = &source_runner(batch, plan->source)->results[plan->where->id];
	for (size_t w = 0; w * 64 < rows->count; w++)
		rows->kept[table][w] &= vector_true_word(truth, w, rows->count);
	profile_step(batch->worker->profile, table, STEP_WHERE, before,
		     bits_count(rows->kept[table]));
	return US_OK;
}

enum status source_filter(struct batch *batch, size_t source, struct rows *rows)
{
	const struct plan *plan = batch->worker->plan;
	enum status status = US_OK;

	for (size_t t = 0; t < plan->table_count && rows->count && status == US_OK; t++) {
		const struct plan_table *table = &plan->tables[t];

		if (table->source == source && table->where &&
		    !(table->generator && table->generator->lateral))
			status = source_where(batch, t, rows);
	}
	return status;
}

/* ---- tables */

static bool is_read(const struct plan *plan, size_t table)
{
	for (size_t t = 0; t < plan->table_count; t++)
		if (plan->tables[t].source == table)
			return true;
	return false;
}

enum status source_descend(struct batch *batch, size_t table, struct rows *rows)
{
	const struct plan *plan = batch->worker->plan;
	struct rows below = { .arena = rows->arena, .count = rows->count, .record = rows->record };
	uint64_t alive[BITMAP_WORDS];
	struct vector *columns;
	enum status status = table_transform(batch, table, rows, alive, &columns);

	if (status != US_OK || !is_read(plan, table))
		return status;
	below.columns = columns;
	below.kept = arena_calloc(rows->arena, plan->table_count, sizeof(*below.kept));
	if (!below.kept)
		return err_no_memory(batch->err, "transforming a batch");
	for (size_t t = 0; t < plan->table_count; t++)
		if (plan->tables[t].source == table)
			memcpy(below.kept[t], alive, sizeof(alive));
	status = source_filter(batch, table, &below);
	return status == US_OK ? source_select(batch, table, &below) : status;
}

/* The tables without explode: all SELECTs in one run, then each by itself. */
static enum status select_plain(struct batch *batch, size_t source, struct rows *rows)
{
	const struct plan *plan = batch->worker->plan;
	const struct plan_source *from = plan_source(plan, source);
	enum status status = source_run(batch, source, rows, from->wanted, from->wanted_count);

	for (size_t t = 0; t < plan->table_count && status == US_OK; t++)
		if (plan->tables[t].source == source && !plan->tables[t].generator)
			source_reject(batch, t, rows->kept[t], plan->tables[t].wanted,
				      plan->tables[t].wanted_count);
	for (size_t t = 0; t < plan->table_count && status == US_OK; t++)
		if (plan->tables[t].source == source && !plan->tables[t].generator)
			status = source_descend(batch, t, rows);
	return status;
}

enum status source_select(struct batch *batch, size_t source, struct rows *rows)
{
	const struct plan *plan = batch->worker->plan;
	enum status status = US_OK;

	if (rows->count == 0)
		return US_OK;
	if (plan_source(plan, source)->wanted_count)
		status = select_plain(batch, source, rows);
	for (size_t t = 0; t < plan->table_count && status == US_OK; t++)
		if (plan->tables[t].source == source && plan->tables[t].generator)
			status = explode_transform(batch, t, rows);
	return status;
}

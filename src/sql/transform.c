/*
 * transform.c - a worker: reads a batch of records, runs WHERE and SELECT over it, and hands the
 * vectors to each table (transform_table.c). The steps are drawn in worker_state.h.
 *
 * Memory: what the caller gets is in one of two arenas, what a chunk needs meanwhile in a third;
 * all keep their blocks. A batch like the one before allocates nothing.
 */
#include "sql/transform.h"

#include <string.h>

#include "core/mem.h"
#include "sql/worker_state.h"

#define FIRST_BLOCK ((size_t)1 << 20)
#define ARENA_MAX   ((size_t)4 << 30)
#define TEXT_MAX    ((size_t)64 << 10)

/* ---- the worker */

void worker_free(struct worker *worker)
{
	if (!worker)
		return;
	for (size_t i = 0; worker->check_exec && i < worker->plan->table_count; i++)
		exec_free(worker->check_exec[i]);
	for (size_t i = 0; worker->paths && i < worker->plan->path_count; i++)
		mem_free(worker->paths[i]);
	mem_free(worker->check_exec);
	mem_free(worker->paths);
	mem_free(worker->results);
	mem_free(worker->check_results);
	exec_free(worker->exec);
	json_reader_free(worker->reader);
	buf_release(&worker->text);
	arena_release(&worker->arenas[0]);
	arena_release(&worker->arenas[1]);
	arena_release(&worker->scratch);
	mem_free(worker);
}

static bool worker_init(struct worker *worker, const struct plan *plan)
{
	size_t most = 1;

	worker->plan = plan;
	for (int i = 0; i < 2; i++)
		arena_init(&worker->arenas[i], FIRST_BLOCK, ARENA_MAX);
	arena_init(&worker->scratch, FIRST_BLOCK, ARENA_MAX);
	buf_init(&worker->text, TEXT_MAX);
	worker->reader = json_reader_new(plan->paths);
	worker->exec = exec_new((const struct expr *const *)plan->dag.nodes, plan->dag.count);
	worker->check_exec = mem_calloc(plan->table_count, sizeof(struct exec *));
	worker->paths = mem_calloc(plan->path_count + 1, sizeof(struct span *));
	worker->results = mem_calloc(plan->dag.count + 1, sizeof(struct vector));
	if (!worker->reader || !worker->exec || !worker->check_exec || !worker->paths ||
	    !worker->results)
		return false;
	for (size_t i = 0; i < plan->path_count; i++) {
		worker->paths[i] = mem_calloc(CHUNK_ROWS, sizeof(struct span));
		if (!worker->paths[i])
			return false;
	}
	for (size_t i = 0; i < plan->table_count; i++) {
		const struct dag *dag = &plan->tables[i].check_dag;

		worker->check_exec[i] = exec_new((const struct expr *const *)dag->nodes,
						 dag->count);
		if (!worker->check_exec[i])
			return false;
		if (dag->count > most)
			most = dag->count;
	}
	worker->check_results = mem_calloc(most, sizeof(struct vector));
	return worker->check_results != NULL;
}

struct worker *worker_new(const struct plan *plan)
{
	struct worker *worker = mem_calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	if (!worker_init(worker, plan)) {
		worker_free(worker);
		return NULL;
	}
	return worker;
}

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

/* ---- rejections */

struct buf *batch_text(struct batch *batch)
{
	buf_reset(&batch->worker->text);
	return &batch->worker->text;
}

void batch_reject(struct batch *batch, size_t table, uint32_t record, enum reject_kind kind,
		  const char *name, const char *reason, struct span text)
{
	size_t tables = batch->worker->plan->table_count;
	struct rejection *rejection;

	if (!batch->rejected)
		batch->rejected = arena_calloc(batch->arena, batch->count * tables,
					       sizeof(struct rejection *));
	rejection = batch->rejected ? arena_alloc(batch->arena, sizeof(*rejection)) : NULL;
	if (!rejection) {
		batch->no_memory = true;
		return;
	}
	if (batch->rejected[record * tables + table])
		return;
	*rejection = (struct rejection){ .record = record,
					 .table = (uint32_t)table,
					 .kind = kind,
					 .name = name,
					 .reason = reason,
					 .text = arena_strndup(batch->arena, text.data, text.len) };
	if (!rejection->text)
		batch->no_memory = true;
	else
		batch->rejected[record * tables + table] = rejection;
}

/* eval's callback: an expression refuses the record of a row. */
static void refuse_row(struct eval *eval, size_t row, const char *reason)
{
	struct batch *batch = (struct batch *)eval;

	if (row >= batch->rows)
		return;
	if (!batch->refused)
		batch->refused = arena_calloc(batch->scratch, CHUNK_ROWS, sizeof(char *));
	if (!batch->refused) {
		batch->no_memory = true;
		return;
	}
	if (!batch->refused[row])
		batch->refused[row] = arena_strndup(batch->scratch, reason, strlen(reason));
	if (!batch->refused[row])
		batch->no_memory = true;
}

static void reject_everywhere(struct batch *batch, uint32_t record, enum reject_kind kind,
			      const char *reason, struct span text)
{
	for (size_t table = 0; table < batch->worker->plan->table_count; table++)
		batch_reject(batch, table, record, kind, "", reason, text);
}

/* ---- reading */

static enum status read_records(struct batch *batch)
{
	struct worker *worker = batch->worker;
	struct err err = ERR_INIT;

	batch->record = arena_alloc(batch->scratch, CHUNK_ROWS * sizeof(*batch->record));
	if (!batch->record)
		return err_no_memory(batch->err, "reading a batch of records");
	for (size_t i = batch->first; i < batch->end; i++) {
		struct span value = batch->records[i].value;
		enum status status;

		if (!value.data) {
			reject_everywhere(batch, (uint32_t)i, REJECT_TOMBSTONE, "tombstone",
					  SPAN_LITERAL("the record has no value"));
			continue;
		}
		status = json_reader_read(worker->reader, value.data, value.len, false,
					  worker->paths, batch->rows, &err);
		if (status == US_OK) {
			batch->record[batch->rows++] = (uint32_t)i;
		} else if (status == US_REJECT) {
			reject_everywhere(batch, (uint32_t)i, REJECT_MALFORMED, "malformed_json",
					  span_of(err.text));
		} else {
			return err_no_memory(batch->err, "reading a batch of records");
		}
	}
	return US_OK;
}

/* ---- metadata */

static bool load_meta_texts(struct batch *batch, struct vector *out)
{
	if (!vector_init(out, SQL_TYPE(SQL_STRING), batch->rows, batch->scratch))
		return false;
	for (size_t row = 0; row < batch->rows; row++) {
		struct span key = batch->records[batch->record[row]].key;

		out->as.text[row] = key;
		if (key.data)
			continue;
		if (!vector_make_valid(out, batch->rows, batch->scratch))
			return false;
		vector_set_null(out, row);
	}
	return true;
}

static bool load_topic(struct batch *batch, struct vector *out)
{
	if (!vector_init(out, SQL_TYPE(SQL_STRING), 1, batch->scratch))
		return false;
	out->constant = true;
	if (batch->topic) {
		out->as.text[0] = span_of(batch->topic);
		return true;
	}
	if (!vector_make_valid(out, 1, batch->scratch))
		return false;
	vector_set_null(out, 0);
	return true;
}

static bool load_meta(struct batch *batch)
{
	static const enum sql_kind kinds[META_COUNT] = { SQL_STRING, SQL_STRING, SQL_INT,
							 SQL_BIGINT, SQL_TIMESTAMP };
	const bool *used = batch->worker->plan->meta_used;
	struct vector *meta = batch->meta;

	if ((used[META_KEY] && !load_meta_texts(batch, &meta[META_KEY])) ||
	    (used[META_TOPIC] && !load_topic(batch, &meta[META_TOPIC])))
		return false;
	for (int m = META_PARTITION; m < META_COUNT; m++) {
		if (!used[m])
			continue;
		if (!vector_init(&meta[m], SQL_TYPE(kinds[m]), batch->rows, batch->scratch))
			return false;
		for (size_t row = 0; row < batch->rows; row++) {
			const struct record *record = &batch->records[batch->record[row]];

			if (m == META_PARTITION)
				meta[m].as.int32[row] = record->partition;
			else
				meta[m].as.int64[row] = m == META_OFFSET ? record->offset
									 : record->timestamp_us;
		}
	}
	return true;
}

/* ---- WHERE and SELECT */

static enum status run(struct batch *batch, struct expr *const *wanted, size_t count)
{
	struct worker *worker = batch->worker;
	struct exec_inputs inputs = { .paths = (const struct span *const *)worker->paths,
				      .meta = batch->meta };

	batch->eval = (struct eval){ .arena = batch->scratch,
				     .rows = batch->rows,
				     .reject = refuse_row,
				     .err = batch->err };
	return exec_run(worker->exec, &batch->eval, &inputs, (const struct expr *const *)wanted,
			count, worker->results, batch->err);
}

/* Rows that an expression refused: rejected for every table that still has them. */
static void reject_refused(struct batch *batch)
{
	for (size_t row = 0; batch->refused && row < batch->rows; row++) {
		if (!batch->refused[row])
			continue;
		for (size_t table = 0; table < batch->worker->plan->table_count; table++) {
			if (!bit_get(batch->kept[table], row))
				continue;
			bit_clear(batch->kept[table], row);
			batch_reject(batch, table, batch->record[row], REJECT_EVALUATION, "",
				     "evaluation", span_of(batch->refused[row]));
		}
	}
	batch->refused = NULL;
}

/* Leave out the rows that no table keeps. */
static void compact_rows(struct batch *batch)
{
	const struct plan *plan = batch->worker->plan;
	uint64_t any[BITMAP_WORDS] = { 0 };
	uint32_t from[CHUNK_ROWS];
	size_t n = 0;

	for (size_t table = 0; table < plan->table_count; table++)
		for (size_t w = 0; w < BITMAP_WORDS; w++)
			any[w] |= batch->kept[table][w];
	for (size_t row = 0; row < batch->rows; row++) {
		from[n] = (uint32_t)row;
		n += bit_get(any, row);
	}
	if (n == batch->rows)
		return;
	for (size_t slot = 0; slot < plan->path_count; slot++) {
		struct span *values = batch->worker->paths[slot];

		for (size_t i = 0; i < n; i++)
			values[i] = values[from[i]];
	}
	for (size_t i = 0; i < n; i++)
		batch->record[i] = batch->record[from[i]];
	for (size_t table = 0; table < plan->table_count; table++) {
		uint64_t bits[BITMAP_WORDS] = { 0 };

		for (size_t i = 0; i < n; i++)
			if (bit_get(batch->kept[table], from[i]))
				bit_set(bits, i);
		memcpy(batch->kept[table], bits, sizeof(bits));
	}
	batch->rows = n;
}

/* All WHEREs, over all rows; they leave in batch->kept what each table keeps. */
static enum status run_where(struct batch *batch)
{
	const struct plan *plan = batch->worker->plan;
	bool any = false;

	for (size_t table = 0; table < plan->table_count; table++) {
		bits_fill(batch->kept[table], batch->rows);
		any = any || plan->tables[table].where;
	}
	if (!any || batch->rows == 0)
		return US_OK;
	for (size_t table = 0; table < plan->table_count; table++) {
		struct expr *where = plan->tables[table].where;
		const struct vector *truth;
		enum status status;

		if (!where)
			continue;
		status = run(batch, &where, 1);
		if (status != US_OK)
			return status;
		reject_refused(batch);
		truth = &batch->worker->results[where->id];
		for (size_t w = 0; w * 64 < batch->rows; w++)
			batch->kept[table][w] &= vector_true_word(truth, w, batch->rows);
	}
	compact_rows(batch);
	return load_meta(batch) ? US_OK : err_no_memory(batch->err, "transforming a batch");
}

static enum status run_select(struct batch *batch)
{
	const struct plan *plan = batch->worker->plan;
	enum status status;

	if (batch->rows == 0)
		return US_OK;
	status = run(batch, plan->wanted, plan->wanted_count);
	if (status == US_OK)
		reject_refused(batch);
	return status;
}

/* ---- the result */

static enum status list_rejections(struct batch *batch, struct transform_result *out)
{
	size_t total = batch->count * batch->worker->plan->table_count, n = 0;
	struct rejection *list;

	if (!batch->rejected)
		return US_OK;
	for (size_t i = 0; i < total; i++)
		n += batch->rejected[i] != NULL;
	list = arena_alloc(batch->arena, (n + 1) * sizeof(*list));
	if (!list)
		return err_no_memory(batch->err, "transforming a batch");
	out->rejections = list;
	for (size_t i = 0; i < total; i++) {
		if (batch->rejected[i])
			*list++ = *batch->rejected[i];
	}
	out->rejection_count = n;
	return US_OK;
}

static enum status transform_chunk(struct batch *batch)
{
	size_t tables = batch->worker->plan->table_count;
	enum status status;

	arena_reset(batch->scratch);
	batch->rows = 0;
	batch->refused = NULL;
	batch->kept = arena_calloc(batch->scratch, tables, sizeof(*batch->kept));
	if (!batch->kept)
		return err_no_memory(batch->err, "transforming a batch");
	status = read_records(batch);
	if (status == US_OK && !load_meta(batch))
		status = err_no_memory(batch->err, "transforming a batch");
	if (status == US_OK)
		status = run_where(batch);
	if (status == US_OK)
		status = run_select(batch);
	for (size_t table = 0; status == US_OK && table < tables; table++)
		status = table_transform(batch, table);
	json_reader_reset(batch->worker->reader);
	if (status == US_OK && batch->no_memory)
		status = err_no_memory(batch->err, "transforming a batch");
	return status;
}

static enum status transform(struct batch *batch, struct transform_result *out)
{
	const struct plan *plan = batch->worker->plan;
	struct table_result *results = arena_calloc(batch->arena, plan->table_count,
						    sizeof(*results));
	enum status status = US_OK;

	batch->parts = arena_calloc(batch->arena, plan->table_count, sizeof(*batch->parts));
	if (!batch->parts || !results)
		return err_no_memory(batch->err, "transforming a batch");
	for (size_t table = 0; table < plan->table_count; table++) {
		batch->parts[table].violations = arena_calloc(
		    batch->arena, plan->tables[table].constraint_count + 1, sizeof(int64_t));
		if (!batch->parts[table].violations)
			return err_no_memory(batch->err, "transforming a batch");
	}
	for (; status == US_OK && batch->end < batch->count; batch->first = batch->end) {
		size_t left = batch->count - batch->first;

		batch->end += left < CHUNK_ROWS ? left : CHUNK_ROWS;
		status = transform_chunk(batch);
	}
	for (size_t table = 0; status == US_OK && table < plan->table_count; table++)
		status = table_finish(batch, table, &results[table]);
	if (status == US_OK)
		status = list_rejections(batch, out);
	out->tables = results;
	return status;
}

enum status worker_transform(struct worker *worker, const char *topic, const struct record *records,
			     size_t count, struct transform_result *out, struct err *err)
{
	struct err ignored = ERR_INIT;
	struct batch batch = { .worker = worker,
			       .topic = topic,
			       .records = records,
			       .count = count,
			       .failed_record = -1,
			       .err = err ? err : &ignored };
	enum status status;

	if (count > TRANSFORM_ROWS)
		return err_set(err, US_FATAL, EXIT_INTERNAL,
			       "a batch of %zu records is more than the transform takes (%d)",
			       count, TRANSFORM_ROWS);
	worker->turn ^= 1;
	batch.arena = &worker->arenas[worker->turn];
	batch.scratch = &worker->scratch;
	arena_reset(batch.arena);
	*out = (struct transform_result){ .failed_record = -1 };
	status = transform(&batch, out);
	if (status != US_OK)
		return status;
	out->failed_record = batch.failed_record;
	out->failed_table = batch.failed_table;
	out->failed_text = batch.failed_text;
	return US_OK;
}

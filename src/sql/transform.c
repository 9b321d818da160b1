/*
 * transform.c - a worker: reads a batch of records chunk by chunk and hands each chunk's rows to
 * the tables (transform_source.c). The steps are drawn in worker_state.h.
 *
 * Memory: what the caller gets is in one of two arenas, what a chunk needs meanwhile in a third;
 * all keep their blocks. A batch like the one before allocates nothing.
 */
#include "sql/transform.h"

#include <string.h>

#include "core/mem.h"
#include "sql/worker_state.h"

#define FIRST_BLOCK ((size_t)1 << 20)
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
/* below the bound of memory that a fuzzer has itself */
#define ARENA_MAX ((size_t)256 << 20)
#else
#define ARENA_MAX ((size_t)4 << 30)
#endif
#define TEXT_MAX ((size_t)64 << 10)

/* ---- the worker */

void worker_free(struct worker *worker)
{
	const struct plan *plan;

	if (!worker)
		return;
	plan = worker->plan;
	for (size_t i = 0; worker->runners && i <= plan->table_count; i++) {
		exec_free(worker->runners[i].exec);
		mem_free(worker->runners[i].results);
	}
	for (size_t i = 0; worker->paths && i < plan->path_count; i++)
		mem_free(worker->paths[i]);
	for (size_t i = 0; worker->exploded && i < plan->table_count; i++)
		arena_release(&worker->exploded[i]);
	mem_free(worker->runners);
	mem_free(worker->paths);
	mem_free(worker->exploded);
	json_reader_free(worker->reader);
	buf_release(&worker->text);
	arena_release(&worker->arenas[0]);
	arena_release(&worker->arenas[1]);
	arena_release(&worker->scratch);
	mem_free(worker);
}

static bool runners_init(struct worker *worker)
{
	const struct plan *plan = worker->plan;

	worker->runners = mem_calloc(plan->table_count + 1, sizeof(*worker->runners));
	if (!worker->runners)
		return false;
	for (size_t i = 0; i <= plan->table_count; i++) {
		const struct dag *dag = &plan->sources[i].dag;
		struct runner *runner = &worker->runners[i];

		runner->exec = exec_new((const struct expr *const *)dag->nodes, dag->count);
		runner->results = mem_calloc(dag->count + 1, sizeof(*runner->results));
		if (!runner->exec || !runner->results)
			return false;
	}
	return true;
}

static bool worker_init(struct worker *worker, const struct plan *plan)
{
	worker->plan = plan;
	for (int i = 0; i < 2; i++)
		arena_init(&worker->arenas[i], FIRST_BLOCK, ARENA_MAX);
	arena_init(&worker->scratch, FIRST_BLOCK, ARENA_MAX);
	buf_init(&worker->text, TEXT_MAX);
	worker->reader = json_reader_new(plan->paths);
	worker->paths = mem_calloc(plan->path_count + 1, sizeof(struct span *));
	worker->exploded = mem_calloc(plan->table_count, sizeof(*worker->exploded));
	if (!worker->reader || !worker->paths || !worker->exploded || !runners_init(worker))
		return false;
	for (size_t i = 0; i < plan->path_count; i++) {
		worker->paths[i] = mem_calloc(CHUNK_ROWS, sizeof(struct span));
		if (!worker->paths[i])
			return false;
	}
	for (size_t i = 0; i < plan->table_count; i++)
		arena_init(&worker->exploded[i], FIRST_BLOCK, ARENA_MAX);
	return true;
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

void worker_measure(struct worker *worker, struct profile *profile)
{
	worker->profile = profile;
	for (size_t i = 0; i <= worker->plan->table_count; i++)
		exec_measure(worker->runners[i].exec, profile, i);
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

static void reject_everywhere(struct batch *batch, uint32_t record, enum reject_kind kind,
			      const char *reason, struct span text)
{
	for (size_t table = 0; table < batch->worker->plan->table_count; table++)
		batch_reject(batch, table, record, kind, "", reason, text);
}

/* ---- reading */

static enum status read_records(struct batch *batch, struct rows *rows)
{
	struct worker *worker = batch->worker;
	struct err err = ERR_INIT;

	rows->record = arena_alloc(rows->arena, CHUNK_ROWS * sizeof(*rows->record));
	if (!rows->record)
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
					  worker->paths, rows->count, &err);
		if (status == US_OK) {
			rows->record[rows->count++] = (uint32_t)i;
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

static bool load_keys(struct batch *batch, const struct rows *rows, struct vector *out)
{
	if (!vector_init(out, SQL_TYPE(SQL_STRING), rows->count, rows->arena))
		return false;
	for (size_t row = 0; row < rows->count; row++) {
		struct span key = batch->records[rows->record[row]].key;

		out->as.text[row] = key;
		if (key.data)
			continue;
		if (!vector_make_valid(out, rows->count, rows->arena))
			return false;
		vector_set_null(out, row);
	}
	return true;
}

static bool load_topic(struct batch *batch, const struct rows *rows, struct vector *out)
{
	if (!vector_init(out, SQL_TYPE(SQL_STRING), 1, rows->arena))
		return false;
	out->constant = true;
	if (batch->topic) {
		out->as.text[0] = span_of(batch->topic);
		return true;
	}
	if (!vector_make_valid(out, 1, rows->arena))
		return false;
	vector_set_null(out, 0);
	return true;
}

static bool load_meta(struct batch *batch, struct rows *rows)
{
	static const enum sql_kind kinds[META_COUNT] = { SQL_STRING, SQL_STRING, SQL_INT,
							 SQL_BIGINT, SQL_TIMESTAMP };
	const bool *used = batch->worker->plan->meta_used;
	struct vector *meta = rows->meta;

	if ((used[META_KEY] && !load_keys(batch, rows, &meta[META_KEY])) ||
	    (used[META_TOPIC] && !load_topic(batch, rows, &meta[META_TOPIC])))
		return false;
	for (int m = META_PARTITION; m < META_COUNT; m++) {
		if (!used[m])
			continue;
		if (!vector_init(&meta[m], SQL_TYPE(kinds[m]), rows->count, rows->arena))
			return false;
		for (size_t row = 0; row < rows->count; row++) {
			const struct record *record = &batch->records[rows->record[row]];

			if (m == META_PARTITION)
				meta[m].as.int32[row] = record->partition;
			else
				meta[m].as.int64[row] = m == META_OFFSET ? record->offset
									 : record->timestamp_us;
		}
	}
	return true;
}

/* ---- a chunk */

/* Leave out the rows that no table keeps. */
static void compact_rows(struct batch *batch, struct rows *rows)
{
	const struct plan *plan = batch->worker->plan;
	uint64_t any[BITMAP_WORDS] = { 0 };
	uint32_t from[CHUNK_ROWS];
	size_t n = 0;

	for (size_t table = 0; table < plan->table_count; table++)
		for (size_t w = 0; w < BITMAP_WORDS; w++)
			any[w] |= rows->kept[table][w];
	for (size_t row = 0; row < rows->count; row++) {
		from[n] = (uint32_t)row;
		n += bit_get(any, row);
	}
	if (n == rows->count)
		return;
	for (size_t slot = 0; slot < plan->path_count; slot++) {
		struct span *values = batch->worker->paths[slot];

		for (size_t i = 0; i < n; i++)
			values[i] = values[from[i]];
	}
	for (size_t i = 0; i < n; i++)
		rows->record[i] = rows->record[from[i]];
	for (size_t table = 0; table < plan->table_count; table++) {
		uint64_t bits[BITMAP_WORDS] = { 0 };

		for (size_t i = 0; i < n; i++)
			if (bit_get(rows->kept[table], from[i]))
				bit_set(bits, i);
		memcpy(rows->kept[table], bits, sizeof(bits));
	}
	rows->count = n;
}

/* The tables that read the stream keep all rows, so far. */
static bool keep_all(struct batch *batch, struct rows *rows)
{
	const struct plan *plan = batch->worker->plan;

	rows->kept = arena_calloc(rows->arena, plan->table_count, sizeof(*rows->kept));
	for (size_t table = 0; rows->kept && table < plan->table_count; table++)
		if (plan->tables[table].source == PLAN_STREAM)
			bits_fill(rows->kept[table], rows->count);
	return rows->kept != NULL;
}

static enum status transform_chunk(struct batch *batch)
{
	struct worker *worker = batch->worker;
	struct rows rows = { .arena = &worker->scratch,
			     .paths = (const struct span *const *)worker->paths };
	enum status status;

	arena_reset(rows.arena);
	status = read_records(batch, &rows);
	profile_read(worker->profile, batch->end - batch->first, rows.count);
	if (status == US_OK && (!keep_all(batch, &rows) || !load_meta(batch, &rows)))
		status = err_no_memory(batch->err, "transforming a batch");
	profile_other(worker->profile);
	if (status == US_OK)
		status = source_filter(batch, PLAN_STREAM, &rows);
	if (status == US_OK) {
		size_t before = rows.count;

		compact_rows(batch, &rows);
		if (rows.count < before && !load_meta(batch, &rows))
			status = err_no_memory(batch->err, "transforming a batch");
	}
	profile_other(worker->profile);
	if (status == US_OK)
		status = source_select(batch, PLAN_STREAM, &rows);
	json_reader_reset(worker->reader);
	if (status == US_OK && batch->no_memory)
		status = err_no_memory(batch->err, "transforming a batch");
	return status;
}

/* ---- the batch */

/* Without rows, with room for one of each record: more come of explode alone. */
static bool part_init(struct batch *batch, const struct plan_table *plan, struct table_part *part)
{
	const struct table_def *def = &plan->def;
	size_t constraints = plan->constraint_count + 1;

	part->violations = arena_calloc(batch->arena, constraints, sizeof(int64_t));
	part->violated = arena_calloc(batch->arena, constraints, sizeof(uint32_t));
	part->room = batch->count;
	part->record = arena_alloc(batch->arena, (part->room + 1) * sizeof(*part->record));
	part->drafts = arena_alloc(batch->arena, (def->column_count + 1) * sizeof(*part->drafts));
	if (!part->violations || !part->violated || !part->record || !part->drafts)
		return false;
	for (size_t i = 0; i < def->column_count; i++)
		if (!column_begin(&part->drafts[i], def->columns[i].type, part->room, batch->arena))
			return false;
	return true;
}

static bool parts_init(struct batch *batch)
{
	const struct plan *plan = batch->worker->plan;

	batch->parts = arena_calloc(batch->arena, plan->table_count, sizeof(*batch->parts));
	for (size_t table = 0; batch->parts && table < plan->table_count; table++)
		if (!part_init(batch, &plan->tables[table], &batch->parts[table]))
			return false;
	return batch->parts != NULL;
}

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

static enum status transform(struct batch *batch, struct transform_result *out)
{
	struct table_result *results = arena_calloc(batch->arena, batch->worker->plan->table_count,
						    sizeof(*results));
	enum status status = US_OK;

	if (!results || !parts_init(batch))
		return err_no_memory(batch->err, "transforming a batch");
	for (; status == US_OK && batch->end < batch->count; batch->first = batch->end) {
		size_t left = batch->count - batch->first;

		batch->end += left < CHUNK_ROWS ? left : CHUNK_ROWS;
		status = transform_chunk(batch);
	}
	if (status == US_OK)
		status = tables_finish(batch, results);
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
	profile_begin(worker->profile);
	worker->turn ^= 1;
	batch.arena = &worker->arenas[worker->turn];
	arena_reset(batch.arena);
	*out = (struct transform_result){ .failed_record = -1 };
	status = transform(&batch, out);
	if (status != US_OK)
		return status;
	out->failed_record = batch.failed_record;
	out->failed_table = batch.failed_table;
	out->failed_text = batch.failed_text;
	profile_end(worker->profile, out);
	return US_OK;
}

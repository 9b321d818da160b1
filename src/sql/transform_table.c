/*
 * transform_table.c - from the SELECT's vectors over a chunk to the rows of one table: conversions
 * that failed, NULLs where none may be, constraints, then the columns of what is left. `alive` has
 * a bit for every row that is still there.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sql/column_layout.h"
#include "sql/uuid_parse.h"
#include "sql/value_text.h"
#include "sql/worker_state.h"

struct table_job {
	struct batch *batch;
	struct rows *rows;
	size_t index;
	const struct plan_table *plan;
	const struct vector *results; /* of the source's dag */
	uint64_t *alive;
	uint8_t **uuids; /* by column, 16 bytes a row; NULL where the column is no UUID */
	size_t words;    /* of the bitmaps, those in use */
};

static enum status no_memory(struct table_job *job)
{
	return err_no_memory(job->batch->err, "transforming a batch");
}

static const struct vector *value_of(const struct table_job *job, size_t column)
{
	return &job->results[job->plan->columns[column].value->id];
}

static const struct vector *source_of(const struct table_job *job, size_t column)
{
	return &job->results[job->plan->columns[column].source->id];
}

/* ---- conversions */

static void reject_value(struct table_job *job, size_t column, size_t row)
{
	const struct column_def *def = &job->plan->def.columns[column];
	struct buf *text = batch_text(job->batch);

	buf_printf(text, "%s: ", def->name);
	value_print(source_of(job, column), row, text);
	buf_printf(text, " is no %s", column_type_name(def->type));
	batch_reject(job->batch, job->index, job->rows->record[row], REJECT_COLUMN, def->name,
		     job->plan->columns[column].reason, buf_span(text));
}

/* Take the rows of a word of bits out, telling why. */
static void reject_word(struct table_job *job, size_t column, size_t w, uint64_t bad,
			void (*reject)(struct table_job *job, size_t column, size_t row))
{
	job->alive[w] &= ~bad;
	for (; bad; bad &= bad - 1)
		reject(job, column, w * 64 + (size_t)__builtin_ctzll(bad));
}

static uint64_t nan_word(const struct vector *vector, size_t w, size_t rows)
{
	const double *values = vector->as.real + (vector->constant ? 0 : w * 64);
	size_t count = rows - w * 64 < 64 ? rows - w * 64 : 64;
	uint64_t word = 0;

	if (vector->constant)
		return isnan(values[0]) ? UINT64_MAX : 0;
	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)(values[i] != values[i]) << i;
	return word;
}

/* The rows of word w whose UUIDs are none; the others' bytes go into uuids. */
static uint64_t parse_uuids(struct table_job *job, size_t column, size_t w, uint64_t wanted)
{
	const struct vector *vector = value_of(job, column);
	uint64_t bad = 0;

	for (uint64_t left = wanted; left; left &= left - 1) {
		unsigned bit = (unsigned)__builtin_ctzll(left);
		size_t i = vector_index(vector, w * 64 + bit);

		if (!uuid_parse(vector->as.text[i], job->uuids[column] + 16 * i))
			bad |= UINT64_C(1) << bit;
	}
	return bad;
}

static enum status convert_column(struct table_job *job, size_t column)
{
	const struct vector *source = source_of(job, column), *value = value_of(job, column);
	enum column_type type = job->plan->def.columns[column].type;
	size_t rows = job->rows->count;

	if (type == COLUMN_UUID) {
		job->uuids[column] = arena_calloc(job->rows->arena, rows, 16);
		if (!job->uuids[column])
			return no_memory(job);
	} else if (type != COLUMN_DOUBLE && (source == value || !value->valid)) {
		return US_OK; /* nothing can have failed */
	}
	for (size_t w = 0; w < job->words; w++) {
		uint64_t there = job->alive[w] & vector_valid_word(source, w);
		uint64_t bad = there & ~vector_valid_word(value, w);

		if (type == COLUMN_DOUBLE)
			bad |= there & nan_word(value, w, rows);
		else if (type == COLUMN_UUID)
			bad |= parse_uuids(job, column, w, there & ~bad);
		if (bad)
			reject_word(job, column, w, bad, reject_value);
	}
	return US_OK;
}

/* ---- NOT NULL */

static void reject_null(struct table_job *job, size_t column, size_t row)
{
	const struct table_def *def = &job->plan->def;
	struct buf *text = batch_text(job->batch);
	bool key = false;

	for (size_t i = 0; i < def->key_count; i++)
		key = key || def->key[i] == column;
	buf_printf(text, "%s: NULL in %s", def->columns[column].name,
		   key ? "the primary key" : "a NOT NULL column");
	batch_reject(job->batch, job->index, job->rows->record[row], REJECT_COLUMN,
		     def->columns[column].name, job->plan->columns[column].reason, buf_span(text));
}

static void check_not_null(struct table_job *job)
{
	for (size_t column = 0; column < job->plan->def.column_count; column++) {
		const struct vector *value = value_of(job, column);

		if (!job->plan->def.columns[column].not_null || !value->valid)
			continue;
		for (size_t w = 0; w < job->words; w++) {
			uint64_t bad = job->alive[w] & ~vector_valid_word(value, w);

			if (bad)
				reject_word(job, column, w, bad, reject_null);
		}
	}
}

/* ---- constraints */

/* A UUID column as constraints see it: its text in lower case, as it would be read back. */
static bool lower_uuids(struct table_job *job, size_t column, struct vector *out)
{
	const struct vector *value = value_of(job, column);
	size_t rows = value->constant ? 1 : job->rows->count;
	struct span *texts;
	char *lower;

	*out = *value;
	texts = arena_alloc(job->rows->arena, rows * sizeof(*texts));
	if (!texts)
		return false;
	memcpy(texts, value->as.text, rows * sizeof(*texts));
	out->as.text = texts;
	for (size_t row = 0; row < rows; row++) {
		bool upper = false;

		if (vector_is_null(value, row) || texts[row].len != 36)
			continue;
		for (size_t i = 0; i < 36; i++)
			upper |= texts[row].data[i] >= 'A' && texts[row].data[i] <= 'F';
		if (!upper)
			continue;
		lower = arena_alloc(job->rows->arena, 36);
		if (!lower)
			return false;
		for (size_t i = 0; i < 36; i++)
			lower[i] = (char)(texts[row].data[i] |
					  (texts[row].data[i] >= 'A' ? 0x20 : 0));
		texts[row].data = lower;
	}
	return true;
}

#define SHOWN_MAX 8

/* Columns whose values a message has told. */
struct shown {
	size_t count;
	int slots[SHOWN_MAX];
};

static bool is_shown(const struct shown *shown, int slot)
{
	for (size_t i = 0; i < shown->count; i++)
		if (shown->slots[i] == slot)
			return true;
	return false;
}

/* ": a = 1, b = 'x'": the values of the columns that the constraint reads, each once. */
static void print_inputs(struct table_job *job, const struct expr *expr, size_t row,
			 const struct vector *columns, struct shown *shown, struct buf *text)
{
	if (expr->kind == EXPR_COLUMN && shown->count < SHOWN_MAX && !is_shown(shown, expr->slot)) {
		buf_printf(text, "%s%.120s = ", shown->count ? ", " : ": ",
			   job->plan->def.columns[expr->slot].name);
		value_print(&columns[expr->slot], row, text);
		shown->slots[shown->count++] = expr->slot;
	}
	for (size_t i = 0; i < expr->arg_count && shown->count < SHOWN_MAX; i++)
		print_inputs(job, expr->args[i], row, columns, shown, text);
}

static void print_violation(struct table_job *job, size_t constraint, size_t row,
			    const struct vector *columns, struct buf *text)
{
	const struct constraint_def *def = &job->plan->constraints[constraint];
	struct shown shown = { .count = 0 };

	buf_printf(text, "%s: %s is not true", def->name, def->text);
	print_inputs(job, job->plan->checks[constraint], row, columns, &shown, text);
}

static void note_failure(struct table_job *job, uint32_t record, struct span text)
{
	struct batch *batch = job->batch;

	if (batch->failed_record >= 0 && batch->failed_record <= record)
		return;
	batch->failed_record = record;
	batch->failed_table = (uint32_t)job->index;
	batch->failed_text = arena_strndup(batch->arena, text.data, text.len);
	if (!batch->failed_text)
		batch->no_memory = true;
}

/* Records that violated a constraint: each counts once, however many of its rows do. */
static void count_violations(struct table_job *job, size_t constraint, size_t w, uint64_t bad)
{
	struct table_part *part = &job->batch->parts[job->index];

	if (!job->plan->many) {
		part->violations[constraint] += __builtin_popcountll(bad);
		return;
	}
	for (; bad; bad &= bad - 1) {
		uint32_t record = job->rows->record[w * 64 + (size_t)__builtin_ctzll(bad)];

		part->violations[constraint] += part->violated[constraint] != record + 1;
		part->violated[constraint] = record + 1;
	}
}

/* The rows of `checked` that violate a constraint: counted, and taken out if it says so. */
static void apply_constraint(struct table_job *job, size_t constraint, const uint64_t *checked,
			     const struct vector *columns)
{
	const struct constraint_def *def = &job->plan->constraints[constraint];
	const struct vector *truth =
	    &source_runner(job->batch, job->index)->results[job->plan->checks[constraint]->id];

	for (size_t w = 0; w < job->words; w++) {
		uint64_t bad = checked[w] & ~vector_true_word(truth, w, job->rows->count);

		count_violations(job, constraint, w, bad);
		if (def->action == VIOLATION_COUNT)
			continue;
		for (bad &= job->alive[w], job->alive[w] &= ~bad; bad; bad &= bad - 1) {
			size_t row = w * 64 + (size_t)__builtin_ctzll(bad);
			struct buf *text = batch_text(job->batch);

			print_violation(job, constraint, row, columns, text);
			if (def->action == VIOLATION_FAIL_UPDATE)
				note_failure(job, job->rows->record[row], buf_span(text));
			batch_reject(job->batch, job->index, job->rows->record[row],
				     REJECT_CONSTRAINT, def->name, def->name, buf_span(text));
		}
	}
}

static enum status check_constraints(struct table_job *job, struct vector *columns)
{
	const struct plan_table *plan = job->plan;
	struct rows own = { .arena = job->rows->arena,
			    .count = job->rows->count,
			    .record = job->rows->record,
			    .columns = columns };
	uint64_t checked[BITMAP_WORDS];
	enum status status;

	if (plan->constraint_count == 0)
		return US_OK;
	status = source_run(job->batch, job->index, &own, plan->checks, plan->constraint_count);
	if (status != US_OK)
		return status;
	source_reject(job->batch, job->index, job->alive, plan->checks, plan->constraint_count);
	memcpy(checked, job->alive, sizeof(checked));
	for (size_t i = 0; i < plan->constraint_count; i++)
		apply_constraint(job, i, checked, columns);
	return US_OK;
}

/* The columns as constraints and other tables read them. NULL: out of memory. */
static struct vector *view_columns(struct table_job *job)
{
	const struct table_def *def = &job->plan->def;
	struct vector *columns = arena_calloc(job->rows->arena, def->column_count + 1,
					      sizeof(*columns));

	for (size_t i = 0; columns && i < def->column_count; i++) {
		columns[i] = *value_of(job, i);
		if (def->columns[i].type == COLUMN_UUID && job->plan->uuid_read &&
		    !lower_uuids(job, i, &columns[i]))
			return NULL;
	}
	return columns;
}

/* ---- the rows */

/* Room for so many more rows. */
static bool reserve_rows(struct table_job *job, size_t more)
{
	struct table_part *part = &job->batch->parts[job->index];
	struct arena *arena = job->batch->arena;
	size_t need = part->count + more, room = need + need / 2;

	if (need <= part->room)
		return true;
	part->record = arrow_grown(part->record, part->count * sizeof(*part->record),
				   room * sizeof(*part->record), arena);
	if (!part->record)
		return false;
	for (size_t i = 0; i < job->plan->def.column_count; i++)
		if (!column_reserve(&part->drafts[i], room, arena))
			return false;
	part->room = room;
	return true;
}

static enum status build_rows(struct table_job *job)
{
	struct batch *batch = job->batch;
	struct table_part *part = &batch->parts[job->index];
	uint32_t rows[CHUNK_ROWS];
	struct selection selection = { .rows = rows };
	size_t n = 0;

	for (size_t w = 0; w < job->words; w++)
		for (uint64_t left = job->alive[w]; left; left &= left - 1)
			rows[n++] = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
	selection.count = n;
	selection.all = n == job->rows->count;
	if (!reserve_rows(job, n))
		return no_memory(job);
	for (size_t i = 0; i < n; i++)
		part->record[part->count++] = job->rows->record[rows[i]];
	for (size_t i = 0; i < job->plan->def.column_count; i++) {
		if (!column_append(&part->drafts[i], value_of(job, i), job->uuids[i], &selection,
				   batch->arena))
			return no_memory(job);
	}
	profile_step(batch->worker->profile, job->index, STEP_BUILD, n, n);
	return US_OK;
}

enum status table_transform(struct batch *batch, size_t table, struct rows *rows, uint64_t *alive,
			    struct vector **columns)
{
	const struct plan_table *plan = &batch->worker->plan->tables[table];
	struct profile *profile = batch->worker->profile;
	size_t converted;
	struct table_job job = { .batch = batch,
				 .rows = rows,
				 .index = table,
				 .plan = plan,
				 .results = source_runner(batch, plan->source)->results,
				 .alive = alive,
				 .words = (rows->count + 63) / 64 };
	enum status status = US_OK;

	memcpy(alive, rows->kept[table], BITMAP_WORDS * sizeof(*alive));
	job.uuids = arena_calloc(rows->arena, plan->def.column_count + 1, sizeof(uint8_t *));
	*columns = job.uuids ? view_columns(&job) : NULL;
	if (!*columns)
		return no_memory(&job);
	for (size_t i = 0; status == US_OK && !plan->bare && i < plan->def.column_count; i++)
		status = convert_column(&job, i);
	if (status != US_OK)
		return status;
	converted = bits_count(alive);
	profile_step(profile, table, STEP_CONVERT, bits_count(rows->kept[table]), converted);
	check_not_null(&job);
	status = check_constraints(&job, *columns);
	profile_step(profile, table, STEP_CHECK, converted, bits_count(alive));
	return status == US_OK ? build_rows(&job) : status;
}

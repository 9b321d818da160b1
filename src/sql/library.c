/*
 * library.c - include/userstream.h over this room: a pipeline is a plan, a worker a worker with a
 * padded copy of the values of the batch at hand. Batches of TRANSFORM_ROWS are put together into
 * one Arrow array by library_arrow.c.
 */
#include "userstream.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "sql/library_arrow.h"
#include "sql/library_input.h"
#include "sql/transform.h"

#define DIAGNOSTICS_MAX ((size_t)1 << 20)
#define VALUES_MAX      ((size_t)1 << 40)

struct us_pipeline {
	struct plan *plan;
};

struct refused {
	size_t record;
	size_t reason; /* offset in `reasons` */
};

struct us_worker {
	const struct plan *plan;
	struct worker *worker;
	struct record *records; /* TRANSFORM_ROWS */
	struct buf values;      /* of the batch, each padded */
	struct buf row_records; /* uint64_t by row */
	struct refused *refused;
	size_t refused_count, refused_capacity;
	struct buf reasons; /* NUL-terminated, one after the other */
	struct err err;
};

const char *us_version(void)
{
	return USERSTREAM_VERSION;
}

/* ---- pipeline */

/* "NAME=value" among the caller's variables. */
static const char *find_variable(void *user, struct span name)
{
	const char *const *variables = user;

	for (; *variables; variables++) {
		if (strncmp(*variables, name.data, name.len) == 0 && (*variables)[name.len] == '=')
			return *variables + name.len + 1;
	}
	return NULL;
}

us_pipeline *us_pipeline_compile(const char *text, size_t length, const char *name,
				 const char *const *variables, char **diagnostics)
{
	struct plan_options options = { .variable = variables ? find_variable : NULL,
					.user = (void *)(uintptr_t)variables,
					.bare_select = true };
	struct span source = { .data = text, .len = length };
	us_pipeline *pipeline = mem_calloc(1, sizeof(*pipeline));
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct buf out;

	*diagnostics = NULL;
	if (!pipeline)
		return NULL;
	buf_init(&out, DIAGNOSTICS_MAX);
	diag_init(&diags, name ? name : "pipeline", source);
	pipeline->plan = plan_compile(source, &options, &diags, &err);
	diag_print(&diags, &out);
	if (!pipeline->plan && out.len == 0)
		buf_append_text(&out, err.text);
	if (out.len > 0 && !out.failed)
		*diagnostics = mem_strndup(out.data, out.len);
	diag_release(&diags);
	buf_release(&out);
	if (!pipeline->plan) {
		mem_free(pipeline);
		return NULL;
	}
	return pipeline;
}

void us_pipeline_free(us_pipeline *pipeline)
{
	if (!pipeline)
		return;
	plan_free(pipeline->plan);
	mem_free(pipeline);
}

void us_text_free(char *text)
{
	mem_free(text);
}

size_t us_pipeline_table_count(const us_pipeline *pipeline)
{
	return plan_table_count(pipeline->plan);
}

const char *us_pipeline_table_name(const us_pipeline *pipeline, size_t table)
{
	if (table >= plan_table_count(pipeline->plan))
		return NULL;
	return plan_table(pipeline->plan, table)->name;
}

int us_pipeline_schema(const us_pipeline *pipeline, size_t table, struct ArrowSchema *out)
{
	if (table >= plan_table_count(pipeline->plan))
		return -1;
	return arrow_schema_export(plan_table(pipeline->plan, table), out) ? 0 : -1;
}

/* ---- worker */

us_worker *us_worker_new(const us_pipeline *pipeline)
{
	us_worker *worker = mem_calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	worker->plan = pipeline->plan;
	buf_init(&worker->values, VALUES_MAX);
	buf_init(&worker->reasons, VALUES_MAX);
	buf_init(&worker->row_records, VALUES_MAX);
	worker->worker = worker_new(pipeline->plan);
	worker->records = mem_calloc(TRANSFORM_ROWS, sizeof(*worker->records));
	if (!worker->worker || !worker->records) {
		us_worker_free(worker);
		return NULL;
	}
	return worker;
}

void us_worker_free(us_worker *worker)
{
	if (!worker)
		return;
	worker_free(worker->worker);
	mem_free(worker->records);
	mem_free(worker->refused);
	buf_release(&worker->values);
	buf_release(&worker->reasons);
	buf_release(&worker->row_records);
	mem_free(worker);
}

/* ---- transforming */

static bool keep_rejection(us_worker *worker, const struct rejection *rejection, size_t first)
{
	size_t capacity = worker->refused_capacity ? 2 * worker->refused_capacity : 64;
	struct refused *refused = worker->refused;

	if (worker->refused_count == worker->refused_capacity) {
		refused = mem_realloc(refused, capacity * sizeof(*refused));
		if (!refused)
			return false;
		worker->refused = refused;
		worker->refused_capacity = capacity;
	}
	refused[worker->refused_count++] = (struct refused){ .record = first + rejection->record,
							     .reason = worker->reasons.len };
	/* a column's text names it already; the other kinds have a label */
	if (rejection->kind == REJECT_MALFORMED || rejection->kind == REJECT_TOMBSTONE ||
	    rejection->kind == REJECT_EVALUATION)
		buf_printf(&worker->reasons, "%s: ", rejection->reason);
	buf_append(&worker->reasons, rejection->text, strlen(rejection->text) + 1);
	return !worker->reasons.failed;
}

static bool keep_row_records(us_worker *worker, const struct row_batch *rows, size_t first)
{
	for (int64_t row = 0; row < rows->row_count; row++) {
		uint64_t record = first + rows->record[row];

		buf_append(&worker->row_records, &record, sizeof(record));
	}
	return !worker->row_records.failed;
}

static enum status transform_batch(us_worker *worker, size_t table,
				   const struct library_input *input, size_t first, size_t count,
				   struct arrow_builder *builder)
{
	struct transform_result result;
	enum status status;

	if (!library_input_load(input, first, count, worker->records, &worker->values))
		return err_no_memory(&worker->err, "copying records");
	status = worker_transform(worker->worker, library_input_topic(input, first),
				  worker->records, count, &result, &worker->err);
	if (status != US_OK)
		return status;
	if (result.failed_record >= 0 && result.failed_table == table)
		return err_set(&worker->err, US_REJECT, EXIT_BAD_DATA, "record %zu: %s",
			       first + (size_t)result.failed_record, result.failed_text);
	for (size_t i = 0; i < result.rejection_count; i++) {
		if (result.rejections[i].table == table &&
		    !keep_rejection(worker, &result.rejections[i], first))
			return err_no_memory(&worker->err, "keeping rejected records");
	}
	if (!keep_row_records(worker, &result.tables[table].rows, first) ||
	    !arrow_builder_append(builder, &result.tables[table].rows))
		return err_no_memory(&worker->err, "building Arrow arrays");
	return US_OK;
}

static int transform(us_worker *worker, size_t table, const struct library_input *input,
		     struct ArrowArray *out)
{
	struct arrow_builder *builder;
	enum status status = US_OK;

	worker->err = (struct err)ERR_INIT;
	worker->refused_count = 0;
	buf_reset(&worker->reasons);
	buf_reset(&worker->row_records);
	if (table >= plan_table_count(worker->plan)) {
		err_set(&worker->err, US_REJECT, EXIT_BAD_USAGE,
			"there is no table %zu: the pipeline has %zu", table,
			plan_table_count(worker->plan));
		return -1;
	}
	builder = arrow_builder_new(plan_table(worker->plan, table));
	if (!builder) {
		err_no_memory(&worker->err, "building Arrow arrays");
		return -1;
	}
	for (size_t first = 0, n; status == US_OK && first < input->count; first += n) {
		n = library_input_batch(input, first);
		status = transform_batch(worker, table, input, first, n, builder);
	}
	if (status == US_OK && !arrow_builder_export(builder, out))
		status = err_no_memory(&worker->err, "building Arrow arrays");
	arrow_builder_free(builder);
	return status == US_OK ? 0 : -1;
}

int us_transform(us_worker *worker, size_t table, const struct us_record *records, size_t count,
		 struct ArrowArray *out)
{
	static const struct us_record none;
	struct library_input input = { .records = records ? records : &none, .count = count };

	return transform(worker, table, &input, out);
}

int us_transform_arrow(us_worker *worker, size_t table, const struct ArrowSchema *schema,
		       const struct ArrowArray *values, int64_t first_offset,
		       struct ArrowArray *out)
{
	struct library_input input;

	if (!library_input_of_arrow(&input, schema, values, first_offset)) {
		err_set(&worker->err, US_REJECT, EXIT_BAD_USAGE,
			"records are an Arrow array of utf8, binary, large_utf8 or large_binary, "
			"not of the format \"%s\"",
			schema->format);
		return -1;
	}
	return transform(worker, table, &input, out);
}

const uint64_t *us_row_records(const us_worker *worker)
{
	static const uint64_t none;

	return worker->row_records.data ? (const uint64_t *)(const void *)worker->row_records.data
					: &none;
}

const char *us_worker_error(const us_worker *worker)
{
	return worker->err.text;
}

size_t us_rejected_count(const us_worker *worker)
{
	return worker->refused_count;
}

size_t us_rejected_record(const us_worker *worker, size_t i)
{
	return worker->refused[i].record;
}

const char *us_rejected_reason(const us_worker *worker, size_t i)
{
	return buf_text(&worker->reasons) + worker->refused[i].reason;
}

/* rooms: sql core
 *
 * fuzz_exec.c - the executor. Random typed SELECTs over random records, each computed three ways
 * that have to agree: a batch in which the records repeat, each record alone, and each record's
 * values as literals in the SELECT, which the compiler computes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sql/transform.h"
#include "typed_select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 3, BATCH = 131 }; /* beyond two words of a bitmap */

/* A record's bytes are exactly so many: a read past the padding is a fault. */
struct input {
	struct field fields[RECORDS][FIELDS];
	char *json[RECORDS];
	struct record records[BATCH];
};

struct run {
	struct plan *plan;
	struct worker *worker;
	struct transform_result result;
};

static void input_init(struct input *input, struct bytes *bytes)
{
	for (size_t i = 0; i < RECORDS; i++) {
		struct buf json;

		buf_init(&json, 1 << 20);
		for (unsigned f = 0; f < FIELDS; f++) {
			make_field(bytes, &input->fields[i][f]);
			buf_printf(&json, "%s\"f%u\":", f ? "," : "{", f);
			buf_append_span(&json, buf_span(&input->fields[i][f].json));
		}
		buf_append_char(&json, '}');
		input->json[i] = calloc(1, json.len + RECORD_PADDING);
		if (!input->json[i] || json.failed)
			abort();
		memcpy(input->json[i], json.data, json.len);
		for (size_t row = i; row < BATCH; row += RECORDS)
			input->records[row] = (struct record){ .value = { input->json[i],
									  json.len } };
		buf_release(&json);
	}
}

static void input_release(struct input *input)
{
	for (size_t i = 0; i < RECORDS; i++) {
		for (size_t f = 0; f < FIELDS; f++)
			release_field(&input->fields[i][f]);
		free(input->json[i]);
	}
}

/* False: it does not compile, and has said why. */
static bool run_init(struct run *run, const struct buf *text)
{
	struct plan_options options = { .bare_select = true };
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct buf told;

	*run = (struct run){ .plan = NULL };
	diag_init(&diags, "fuzz", buf_span(text));
	run->plan = plan_compile(buf_span(text), &options, &diags, &err);
	if (!run->plan && diags.errors == 0 && !err.text[0])
		abort();
	if (!run->plan && getenv("FUZZ_SHOW")) {
		buf_init(&told, 1 << 20);
		diag_print(&diags, &told);
		fprintf(stderr, "%s%s", buf_text(&told), err.text);
		buf_release(&told);
	}
	diag_release(&diags);
	if (!run->plan)
		return false;
	run->worker = worker_new(run->plan);
	if (!run->worker)
		abort();
	return true;
}

static void run_release(struct run *run)
{
	worker_free(run->worker);
	plan_free(run->plan);
}

/* False: texts beyond the memory of a batch. */
static bool run_records(struct run *run, const struct record *records, size_t count)
{
	struct err err = ERR_INIT;
	const struct table_result *table;

	if (worker_transform(run->worker, "t", records, count, &run->result, &err) != US_OK)
		return false;
	table = &run->result.tables[0];
	if ((size_t)(table->stored + table->filtered + table->rejected) != count)
		abort();
	return true;
}

static bool same_cell(const struct column *a, int64_t row, const struct column *b, int64_t other)
{
	if (a->type != b->type || column_is_null(a, row) != column_is_null(b, other))
		return false;
	if (column_is_null(a, row))
		return true;
	switch (a->type) {
	case COLUMN_TEXT:
		return span_equal(column_text(a, row), column_text(b, other));
	case COLUMN_BOOLEAN:
		return column_bool(a, row) == column_bool(b, other);
	case COLUMN_INT:
	case COLUMN_DATE:
		return ((const int32_t *)a->data)[row] == ((const int32_t *)b->data)[other];
	case COLUMN_BIGINT:
	case COLUMN_TIMESTAMP:
		return ((const int64_t *)a->data)[row] == ((const int64_t *)b->data)[other];
	case COLUMN_DOUBLE: {
		double x = ((const double *)a->data)[row], y = ((const double *)b->data)[other];

		return (isnan(x) && isnan(y)) || (x == y && !signbit(x) == !signbit(y));
	}
	case COLUMN_UUID:
	default:
		abort(); /* no expression is one */
	}
}

static void check_row(const struct run *batch, int64_t row, const struct run *one)
{
	const struct row_batch *a = &batch->result.tables[0].rows, *b = &one->result.tables[0].rows;

	if (b->row_count != 1)
		abort();
	for (size_t i = 0; i < a->table->column_count; i++)
		if (!same_cell(&a->columns[i], row, &b->columns[i], 0))
			abort();
}

/* The rows of one record, wherever it stands in the batch, and their count by what became of it. */
static void check_record(const struct run *batch, size_t record, const struct run *one)
{
	const struct table_result *table = &batch->result.tables[0];
	uint8_t outcome = one->result.tables[0].outcome[0];

	for (size_t i = record; i < BATCH; i += RECORDS)
		if (table->outcome[i] != outcome)
			abort();
	for (int64_t row = 0; row < table->rows.row_count; row++)
		if (table->rows.record[row] % RECORDS == record)
			check_row(batch, row, one);
}

/* A record alone, and its values as literals: what cannot be computed is an error there, which is
 * why only what was stored has to be the same. */
static void check_alone(const struct run *batch, struct run *same, const struct input *input,
			size_t record, struct bytes select)
{
	struct run folded;
	struct buf text;

	if (!run_records(same, &input->records[record], 1))
		return;
	check_record(batch, record, same);
	if (same->result.tables[0].outcome[0] != OUTCOME_STORED)
		return;
	buf_init(&text, 1 << 20);
	write_select(select, input->fields[record], &text);
	if (getenv("FUZZ_SHOW"))
		fprintf(stderr, "%s\n", buf_text(&text));
	if (!text.failed && run_init(&folded, &text)) {
		if (run_records(&folded, &input->records[record], 1))
			check_record(batch, record, &folded);
		run_release(&folded);
	}
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = bytes_of(data, size);
	struct input input;
	struct run batch, same;
	struct buf text;

	input_init(&input, &bytes);
	buf_init(&text, 1 << 20);
	write_select(bytes, NULL, &text);
	if (getenv("FUZZ_SHOW"))
		fprintf(stderr, "%s\n", buf_text(&text));
	if (run_init(&batch, &text)) {
		if (!run_init(&same, &text))
			abort();
		if (run_records(&batch, input.records, BATCH))
			for (size_t i = 0; i < RECORDS; i++)
				check_alone(&batch, &same, &input, i, bytes);
		run_release(&same);
		run_release(&batch);
	}
	buf_release(&text);
	input_release(&input);
	return 0;
}

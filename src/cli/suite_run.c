/*
 * suite_run.c - see suite_run.h. A record that a test says something about for a table has to give
 * exactly that there: as many rows, in their order, the rejection, the violations that are counted.
 * What differs is told in the words of the test file, so that it can be pasted there.
 */
#include "cli/suite_run.h"

#include <string.h>

#include "cli/row_text.h"
#include "cli/suite_value.h"
#include "core/record.h"

struct runner {
	const struct plan *plan;
	struct worker *worker;
	struct arena *arena;
	struct diag_list *diags;
	struct buf *report;
	const struct suite_case *test;
	const struct suite_record *record;
	const struct transform_result *result;
	bool failed; /* the case: its head is in the report */
	bool no_memory;
};

static size_t place_of(const struct runner *runner, struct span span)
{
	return (size_t)(span.data - runner->diags->source.data);
}

/* ---- what a record gave, in the words of the file */

static void print_verb(const struct runner *runner, const char *word, size_t table)
{
	buf_printf(runner->report, "        %s", word);
	if (plan_table_count(runner->plan) > 1)
		buf_printf(runner->report, "(%s)", plan_table(runner->plan, table)->name);
}

static void print_row(const struct runner *runner, size_t table, int64_t row)
{
	const struct row_batch *rows = &runner->result->tables[table].rows;
	char scratch[ROW_TEXT_SCRATCH];

	print_verb(runner, "row", table);
	buf_append_text(runner->report, " {");
	for (size_t i = 0; i < rows->table->column_count; i++) {
		struct table_cell cell = row_text(&rows->columns[i], row, scratch);

		buf_append_text(runner->report, i > 0 ? ", " : "");
		buf_append_json(runner->report, span_of(rows->table->columns[i].name));
		buf_append_text(runner->report, ": ");
		suite_print_cell(&cell, runner->report);
	}
	buf_append_text(runner->report, "}\n");
}

static const struct rejection *rejection_of(const struct runner *runner, size_t table)
{
	for (size_t i = 0; i < runner->result->rejection_count; i++) {
		if (runner->result->rejections[i].table == table)
			return &runner->result->rejections[i];
	}
	return NULL;
}

/* A constraint that counts, without saying so in a rejection. */
static bool is_counted(const struct runner *runner, size_t table, size_t constraint)
{
	return plan_constraint(runner->plan, table, constraint)->action == VIOLATION_COUNT &&
	       runner->result->tables[table].violations[constraint] > 0;
}

static void print_outcome(const struct runner *runner, size_t table)
{
	const struct table_result *result = &runner->result->tables[table];
	const struct rejection *rejection = rejection_of(runner, table);

	for (int64_t row = 0; row < result->rows.row_count; row++)
		print_row(runner, table, row);
	if (rejection) {
		print_verb(runner, "reject", table);
		buf_printf(runner->report, " %s: %s\n", rejection->reason, rejection->text);
	} else if (result->rows.row_count == 0) {
		print_verb(runner, "filtered", table);
		buf_append_char(runner->report, '\n');
	}
	for (size_t i = 0; i < plan_constraint_count(runner->plan, table); i++) {
		if (!is_counted(runner, table, i))
			continue;
		print_verb(runner, "violates", table);
		buf_printf(runner->report, " %s\n", plan_constraint(runner->plan, table, i)->name);
	}
}

/* The head of a failed case, and where in it. */
static void fail(struct runner *runner, size_t line, const char *what)
{
	if (!runner->failed)
		buf_printf(runner->report, "FAIL  %s:%zu: %.*s\n", runner->diags->file,
			   runner->test->line, (int)runner->test->name.len,
			   runner->test->name.data);
	runner->failed = true;
	buf_printf(runner->report, "      line %zu: %s\n", line, what);
}

static void fail_outcome(struct runner *runner, const struct suite_expectation *expected,
			 size_t table)
{
	fail(runner, expected->line, "this is not what comes of the record. It gives");
	print_outcome(runner, table);
}

/* ---- rows */

static size_t column_of(const struct runner *runner, size_t table,
			const struct suite_member *member)
{
	const struct table_def *def = plan_table(runner->plan, table);
	const char **names;
	const char *near;
	size_t i = 0;

	while (i < def->column_count && !span_equal(span_of(def->columns[i].name), member->name))
		i++;
	if (i < def->column_count)
		return i;
	names = arena_alloc(runner->arena, (i + 1) * sizeof(*names));
	for (size_t j = 0; names && j < i; j++)
		names[j] = def->columns[j].name;
	near = names ? suggest(member->name, names, i) : NULL;
	diag_add(runner->diags, DIAG_ERROR, member->at, 1, near,
		 near ? "table %s has no column %.*s; did you mean this?"
		      : "table %s has no column %.*s",
		 def->name, (int)member->name.len, member->name.data);
	return i;
}

static void compare_row(struct runner *runner, const struct suite_expectation *expected,
			size_t table, int64_t row)
{
	const struct row_batch *rows = &runner->result->tables[table].rows;
	bool bad = false, told = false;
	const struct suite_member *member = suite_members(expected->text, runner->arena,
							  runner->diags, &bad, &runner->no_memory);
	char scratch[ROW_TEXT_SCRATCH];

	for (; member && !runner->no_memory; member = member->next) {
		size_t column = column_of(runner, table, member);
		struct table_cell cell;

		if (column == rows->table->column_count)
			continue;
		cell = row_text(&rows->columns[column], row, scratch);
		if (suite_value_is(member, &cell))
			continue;
		if (!told)
			fail(runner, expected->line, "the row differs");
		told = true;
		buf_printf(runner->report, "        %s\n          expected  ",
			   rows->table->columns[column].name);
		suite_print_member(member, runner->report);
		buf_append_text(runner->report, "\n          found     ");
		suite_print_cell(&cell, runner->report);
		buf_append_char(runner->report, '\n');
	}
}

/* ---- rejections and violations */

/* reason, or reason: a part of the details */
static bool is_rejection(struct span text, const struct rejection *rejection)
{
	size_t len = strlen(rejection->reason);
	struct span part;

	if (text.len < len || memcmp(text.data, rejection->reason, len) != 0)
		return false;
	if (text.len == len)
		return true;
	if (text.data[len] != ':')
		return false;
	part = (struct span){ .data = text.data + len + 1, .len = text.len - len - 1 };
	while (part.len > 0 && *part.data == ' ') {
		part.data++;
		part.len--;
	}
	return memmem(rejection->text, strlen(rejection->text), part.data, part.len) != NULL;
}

/* The constraint's index; the count where it is told that there is none. */
static size_t constraint_of(const struct runner *runner, size_t table, struct span name)
{
	size_t count = plan_constraint_count(runner->plan, table), i = 0;

	while (i < count &&
	       !span_equal(span_of(plan_constraint(runner->plan, table, i)->name), name))
		i++;
	if (i == count)
		diag_add(runner->diags, DIAG_ERROR, place_of(runner, name), name.len, NULL,
			 "table %s has no such constraint", plan_table(runner->plan, table)->name);
	return i;
}

/* Every violation that is counted has to be said. */
static void compare_violations(struct runner *runner, size_t table, const bool *said)
{
	for (size_t i = 0; i < plan_constraint_count(runner->plan, table); i++) {
		if (!is_counted(runner, table, i) || said[i])
			continue;
		fail(runner, runner->record->line, "a violation that is not said");
		print_verb(runner, "violates", table);
		buf_printf(runner->report, " %s\n", plan_constraint(runner->plan, table, i)->name);
	}
}

/* ---- a record */

/* The table that an expectation is about; the count: there is none. */
static size_t table_of(const struct runner *runner, const struct suite_expectation *expected)
{
	size_t count = plan_table_count(runner->plan), i = 0;

	if (!expected->table.data)
		return count == 1 ? 0 : count;
	while (i < count &&
	       !span_equal(span_of(plan_table(runner->plan, i)->name), expected->table))
		i++;
	return i;
}

static void check_tables(const struct runner *runner)
{
	size_t count = plan_table_count(runner->plan);

	for (const struct suite_expectation *expected = runner->record->expected; expected;
	     expected = expected->next) {
		if (table_of(runner, expected) < count)
			continue;
		if (expected->table.data)
			diag_add(runner->diags, DIAG_ERROR, place_of(runner, expected->table),
				 expected->table.len ? expected->table.len : 1, NULL,
				 "the pipeline has no such table");
		else
			diag_add(runner->diags, DIAG_ERROR, place_of(runner, expected->text), 1,
				 "row(table) {…}, reject(table) reason",
				 "the pipeline has %zu tables: say which", count);
	}
}

static void compare_one(struct runner *runner, const struct suite_expectation *expected,
			size_t table, int64_t *rows, bool *said)
{
	const struct table_result *result = &runner->result->tables[table];
	const struct rejection *rejection = rejection_of(runner, table);
	size_t constraint;

	switch (expected->kind) {
	case SUITE_ROW:
		if (*rows < result->rows.row_count)
			compare_row(runner, expected, table, *rows);
		else
			fail_outcome(runner, expected, table);
		++*rows;
		break;
	case SUITE_REJECT:
		if (!rejection || !is_rejection(expected->text, rejection))
			fail_outcome(runner, expected, table);
		break;
	case SUITE_FILTERED:
		if (rejection || result->rows.row_count > 0)
			fail_outcome(runner, expected, table);
		break;
	case SUITE_VIOLATES:
		constraint = constraint_of(runner, table, expected->text);
		if (constraint == plan_constraint_count(runner->plan, table))
			break;
		said[constraint] = true;
		if (result->violations[constraint] == 0)
			fail_outcome(runner, expected, table);
		break;
	}
}

/* Everything said of a table; *any becomes true where something was. */
static void compare_table(struct runner *runner, size_t table, bool *any)
{
	bool *said = arena_calloc(runner->arena, plan_constraint_count(runner->plan, table) + 1,
				  sizeof(*said));
	bool mentioned = false, other = false;
	int64_t rows = 0;

	runner->no_memory |= !said;
	for (const struct suite_expectation *expected = runner->record->expected;
	     expected && !runner->no_memory; expected = expected->next) {
		if (table_of(runner, expected) != table)
			continue;
		mentioned = true;
		other = other || expected->kind == SUITE_REJECT || expected->kind == SUITE_FILTERED;
		compare_one(runner, expected, table, &rows, said);
	}
	if (!mentioned || runner->no_memory)
		return;
	*any = true;
	compare_violations(runner, table, said);
	if (!other && rejection_of(runner, table) && rows == 0) {
		fail(runner, runner->record->line, "a rejection that is not said");
		print_outcome(runner, table);
	}
	for (; !other && rows < runner->result->tables[table].rows.row_count; rows++) {
		fail(runner, runner->record->line, "a row that is not said");
		print_row(runner, table, rows);
	}
}

static void compare(struct runner *runner)
{
	size_t tables = plan_table_count(runner->plan), errors = runner->diags->errors;
	bool any = false;

	check_tables(runner);
	for (size_t table = 0; table < tables; table++)
		compare_table(runner, table, &any);
	if (any || runner->diags->errors > errors || runner->no_memory)
		return;
	fail(runner, runner->record->line,
	     "nothing is said of what comes of this record. It gives");
	for (size_t table = 0; table < tables; table++)
		print_outcome(runner, table);
}

/* ---- the record's metadata */

static void bad_meta(struct runner *runner, const struct suite_member *member)
{
	diag_add(
	    runner->diags, DIAG_ERROR, member->at, 1,
	    "_key and _topic are texts; _offset, _partition and _timestamp (microseconds since "
	    "1970) numbers",
	    "this is no metadata");
}

static bool set_number(struct record *record, const struct suite_member *member)
{
	int64_t value;
	char *end;

	if (member->kind != VALUE_NUMBER)
		return false;
	value = strtoll(member->text.data, &end, 10);
	if (end != member->text.data + member->text.len)
		return false;
	if (span_equal(member->name, SPAN_LITERAL("_offset")))
		record->offset = value;
	else if (span_equal(member->name, SPAN_LITERAL("_timestamp")))
		record->timestamp_us = value;
	else if (span_equal(member->name, SPAN_LITERAL("_partition")))
		record->partition = (int32_t)value;
	else
		return false;
	return true;
}

static void read_meta(struct runner *runner, struct record *record, const char **topic)
{
	bool bad = false;
	const struct suite_member *member = suite_members(runner->record->meta, runner->arena,
							  runner->diags, &bad, &runner->no_memory);

	for (; member; member = member->next) {
		if (member->kind == VALUE_TEXT && span_equal(member->name, SPAN_LITERAL("_key")))
			record->key = member->text;
		else if (member->kind == VALUE_TEXT &&
			 span_equal(member->name, SPAN_LITERAL("_topic")))
			*topic = member->text.data;
		else if (!set_number(record, member))
			bad_meta(runner, member);
	}
}

static enum status run_record(struct runner *runner, int64_t offset, struct err *err)
{
	struct record record = { .offset = offset, .key = SPAN_NULL, .value = SPAN_NULL };
	struct span value = runner->record->value;
	const char *topic = plan_stream(runner->plan);
	struct transform_result result;
	enum status status;
	char *copy;

	if (value.data) {
		copy = arena_calloc(runner->arena, value.len + RECORD_PADDING, 1);
		if (!copy)
			return err_no_memory(err, "running a test");
		memcpy(copy, value.data, value.len);
		record.value = (struct span){ .data = copy, .len = value.len };
	}
	if (runner->record->meta.data)
		read_meta(runner, &record, &topic);
	status = worker_transform(runner->worker, topic, &record, 1, &result, err);
	if (status != US_OK)
		return status;
	runner->result = &result;
	compare(runner);
	runner->result = NULL;
	return runner->no_memory ? err_no_memory(err, "running a test") : US_OK;
}

enum status suite_run(const struct suite *suite, const struct plan *plan, struct arena *arena,
		      struct diag_list *diags, struct buf *report, struct suite_result *out,
		      struct err *err)
{
	struct runner runner = { .plan = plan,
				 .worker = worker_new(plan),
				 .arena = arena,
				 .diags = diags,
				 .report = report };
	enum status status = runner.worker ? US_OK : err_no_memory(err, "running tests");

	for (const struct suite_case *test = suite->cases; test && status == US_OK;
	     test = test->next) {
		int64_t offset = 0;

		runner.test = test;
		runner.failed = false;
		for (runner.record = test->records; runner.record && status == US_OK;
		     runner.record = runner.record->next)
			status = run_record(&runner, offset++, err);
		*(runner.failed ? &out->failed : &out->passed) += 1;
	}
	worker_free(runner.worker);
	return status;
}

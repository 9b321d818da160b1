/*
 * test_cases.c - runs what is in tests/unit/sql/cases: pipeline files, what goes in and what comes
 * out, as text that a reader can check by eye. A case begins with "@ name" and its pipeline file;
 * what follows is in sections:
 *
 *   > records      one JSON text a line; TOMBSTONE is a record without a value
 *   > rows         by table, "table record: a|b", then "! record table [reason] text"
 *   > violations   "table constraint: records" of the constraints that were violated
 *   > operators    of two batches of the records, "rows in, rows out: operator"
 *   > mistakes     what the compiler prints
 *   > variables    NAME=value, a line each, that ${NAME} stands for
 *   > stream       the name that FROM STREAM must have
 *   > explain      the whole explanation, without its first line
 *   > spark        each table's schema, then its SELECT
 *
 * Lines before the first case are a comment.
 */
#include "rows_dump.h"

#include <dirent.h>

#define SECTION_MAX 65536

enum section {
	PIPELINE,
	RECORDS,
	ROWS,
	VIOLATIONS,
	OPERATORS,
	MISTAKES,
	VARIABLES,
	STREAM,
	EXPLAIN,
	SPARK,
	SECTION_COUNT
};
static const char *const section_names[SECTION_COUNT] = { "",           "records",   "rows",
							  "violations", "operators", "mistakes",
							  "variables",  "stream",    "explain",
							  "spark" };

struct test_case {
	const char *file;
	char name[160];
	struct buf sections[SECTION_COUNT];
	bool given[SECTION_COUNT];
};

static int cases_run, differences;

/* ---- what the case's variables are */

static const char *find_variable(void *user, struct span name)
{
	static char value[256];
	const struct test_case *one = user;
	char wanted[128];
	const char *line;

	snprintf(wanted, sizeof(wanted), "%.*s=", (int)name.len, name.data);
	line = strstr(buf_text(&one->sections[VARIABLES]), wanted);
	if (!line)
		return NULL;
	line += strlen(wanted);
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(line, "\n"), line);
	return value;
}

/* ---- what came of it */

/* All differences are told, then the test fails. */
static void compare(const struct test_case *one, enum section section, const struct buf *is)
{
	const char *expected = buf_text(&one->sections[section]);
	size_t len = one->sections[section].len;

	while (len > 1 && expected[len - 1] == '\n' && expected[len - 2] == '\n')
		len--; /* the blank lines before the next case */
	if (!one->given[section] ||
	    span_equal(buf_span(is), (struct span){ .data = expected, .len = len }))
		return;
	fprintf(stderr, "%s: %s\n---- %s are:\n%s---- expected:\n%s", one->file, one->name,
		section_names[section], buf_text(is), expected);
	differences++;
}

static void dump_violations(const struct plan *plan, const struct transform_result *result,
			    struct buf *out)
{
	for (size_t t = 0; t < plan_table_count(plan); t++)
		for (size_t c = 0; c < plan_constraint_count(plan, t); c++)
			if (result->tables[t].violations[c])
				buf_printf(out, "%s %s: %lld\n", plan_table(plan, t)->name,
					   plan_constraint(plan, t, c)->name,
					   (long long)result->tables[t].violations[c]);
}

/* With the tables' names, also where there is one only. */
static void dump_tables(const struct plan *plan, const struct transform_result *result,
			struct buf *out)
{
	for (size_t t = 0; t < plan_table_count(plan); t++)
		dump_rows(&result->tables[t].rows, true, out);
	for (size_t i = 0; i < result->rejection_count; i++) {
		const struct rejection *rejection = &result->rejections[i];

		buf_printf(out, "! %u %s [%s] %s\n", rejection->record,
			   plan_table(plan, rejection->table)->name, rejection->reason,
			   rejection->text);
	}
	if (result->failed_record >= 0)
		buf_printf(out, "FAILED at %lld %s: %s\n", (long long)result->failed_record,
			   plan_table(plan, result->failed_table)->name, result->failed_text);
}

/* The same records, measured: what came to each operator, and what it left. */
static void run_measured(const struct test_case *one, const struct plan *plan,
			 const struct records *records)
{
	struct worker *worker = worker_new(plan);
	struct profile *profile = profile_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;
	struct buf printed, out;
	char *rest, in[32], left[32], what[256];

	assert_non_null(worker);
	assert_non_null(profile);
	worker_measure(worker, profile);
	for (int batch = 0; batch < 2; batch++)
		assert_int_equal(worker_transform(worker, "topic", records->items, records->count,
						  &result, &err),
				 US_OK);
	buf_init(&printed, SECTION_MAX);
	buf_init(&out, SECTION_MAX);
	assert_int_equal(profile_print(profile, &printed, &err), US_OK);
	rest = printed.data;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (strncmp(line, "table ", 6) == 0)
			buf_printf(&out, "%s\n", line);
		else if (strchr("0123456789", line[strspn(line, " ")]) &&
			 sscanf(line, "%31s %31s %*s %*s %*s %255[^\n]", in, left, what) == 3)
			buf_printf(&out, "%s, %s: %s\n", in, left, what);
	}
	compare(one, OPERATORS, &out);
	buf_release(&printed);
	buf_release(&out);
	profile_free(profile);
	worker_free(worker);
}

static void run_records(const struct test_case *one, const struct plan *plan)
{
	static struct records records;
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;
	struct buf out;
	char *text = strdup(buf_text(&one->sections[RECORDS])), *rest = text;

	assert_non_null(worker);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		if (*line)
			records_add(&records, line);
	assert_int_equal(
	    worker_transform(worker, "topic", records.items, records.count, &result, &err), US_OK);
	check_accounts(&result, plan_table_count(plan), records.count);
	buf_init(&out, SECTION_MAX);
	dump_tables(plan, &result, &out);
	compare(one, ROWS, &out);
	buf_reset(&out);
	dump_violations(plan, &result, &out);
	compare(one, VIOLATIONS, &out);
	if (one->given[OPERATORS])
		run_measured(one, plan, &records);
	buf_release(&out);
	worker_free(worker);
	records_release(&records);
	free(text);
}

static void describe(const struct test_case *one, const struct plan *plan)
{
	struct err err = ERR_INIT;
	struct buf out, text;

	buf_init(&out, SECTION_MAX);
	buf_init(&text, SECTION_MAX);
	assert_int_equal(plan_explain(plan, &text, &err), US_OK);
	buf_append_text(&out, strchr(buf_text(&text), '\n') + 1);
	compare(one, EXPLAIN, &out);
	buf_reset(&out);
	for (size_t t = 0; one->given[SPARK] && t < plan_table_count(plan); t++) {
		if (plan_spark_schema(plan, t, &out, &err) != US_OK)
			buf_append_text(&out, err.text);
		buf_append_char(&out, '\n');
		assert_int_equal(plan_spark_select(plan, t, &out, &err), US_OK);
	}
	compare(one, SPARK, &out);
	buf_release(&out);
	buf_release(&text);
}

static void run_case(struct test_case *one)
{
	char stream[128];
	struct plan_options options = { .variable = find_variable, .user = one };
	struct plan *plan;
	struct buf told;

	snprintf(stream, sizeof(stream), "%.*s",
		 (int)strcspn(buf_text(&one->sections[STREAM]), "\n"),
		 buf_text(&one->sections[STREAM]));
	options.stream = one->given[STREAM] ? stream : NULL;
	buf_init(&told, SECTION_MAX);
	plan = compile_text(buf_text(&one->sections[PIPELINE]), &options, &told);
	if (one->given[MISTAKES])
		compare(one, MISTAKES, &told);
	else if (!plan || told.len)
		fail_msg("%s: %s\n%s", one->file, one->name, buf_text(&told));
	if (plan && one->given[RECORDS])
		run_records(one, plan);
	if (plan)
		describe(one, plan);
	if (plan && one->given[MISTAKES] && strstr(buf_text(&told), "error:"))
		fail_msg("%s: %s: it compiled", one->file, one->name);
	plan_free(plan);
	buf_release(&told);
	cases_run++;
}

/* ---- reading */

static void clear(struct test_case *one)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		buf_reset(&one->sections[i]);
	memset(one->given, 0, sizeof(one->given));
	one->name[0] = '\0';
}

static enum section find_section(const struct test_case *one, const char *name)
{
	for (size_t i = 1; i < SECTION_COUNT; i++)
		if (strncmp(section_names[i], name, strlen(section_names[i])) == 0)
			return (enum section)i;
	fail_msg("%s: %s: there is no section %s", one->file, one->name, name);
	return PIPELINE;
}

static void run_file(const char *path)
{
	struct test_case one = { .file = path };
	enum section section = PIPELINE;
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	assert_non_null(file);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		buf_init(&one.sections[i], SECTION_MAX);
	while (getline(&line, &size, file) > 0) {
		if (strncmp(line, "@ ", 2) == 0) {
			if (one.name[0])
				run_case(&one);
			clear(&one);
			section = PIPELINE;
			snprintf(one.name, sizeof(one.name), "%.*s", (int)strcspn(line + 2, "\n"),
				 line + 2);
		} else if (strncmp(line, "> ", 2) == 0) {
			section = find_section(&one, line + 2);
			one.given[section] = true;
		} else if (one.name[0] && (section != PIPELINE || line[0] != '\n')) {
			buf_append_text(&one.sections[section], line);
		}
	}
	if (one.name[0])
		run_case(&one);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		buf_release(&one.sections[i]);
	free(line);
	fclose(file);
}

static void cases(void **state)
{
	static const char directory[] = "tests/unit/sql/cases";
	struct dirent **entries;
	int count = scandir(directory, &entries, NULL, alphasort);
	char path[512];

	(void)state;
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		if (strstr(entries[i]->d_name, ".test")) {
			snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
			run_file(path);
		}
		free(entries[i]);
	}
	free(entries);
	assert_true(cases_run > 15);
	assert_int_equal(differences, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

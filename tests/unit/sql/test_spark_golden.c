/*
 * test_spark_golden.c - the engine against real Spark's answers, kept in tests/spark/golden (or the
 * directory $GOLDEN_DIR). Each file has lines "# expression" and then records with the inputs and
 * Spark's result for expression n under "=n". A pipeline is compiled that computes every expression
 * beside that field, and the two columns must be equal in every row, NULLs too.
 *
 * "!n":true in a record: over it expression n makes Spark's query fail, and the engine has to
 * reject the record. In a file with such records each expression has a pipeline of its own.
 *
 * $GOLDEN_EVERY=n looks at every n-th record only: what a build with slow checks has time for.
 */
#include <dirent.h>
#include <stdlib.h>
#include <zlib.h>

#include "sql/sql_helpers.h"

#define MOST_SHOWN 12
#define GROUP      40 /* expressions a pipeline */

struct golden {
	struct buf text; /* the whole file, padded for the JSON reader */
	bool raises;     /* some record has a "!n" */
	struct span expressions[1000];
	size_t expression_count;
	struct record *records;
	size_t record_count;
};

static void read_file(const char *path, struct buf *out)
{
	gzFile file = gzopen(path, "rb");
	char *room;
	int got;

	assert_non_null(file);
	buf_init(out, 256U << 20);
	while ((room = buf_reserve(out, 1 << 16)) && (got = gzread(file, room, 1 << 16)) > 0)
		out->len += (size_t)got;
	gzclose(file);
	assert_non_null(buf_reserve(out, RECORD_PADDING));
}

static void split(struct golden *golden)
{
	const char *p = golden->text.data, *end = p + golden->text.len;
	const char *every_text = getenv("GOLDEN_EVERY");
	size_t every = every_text ? strtoul(every_text, NULL, 10) : 1, lines = 0, seen = 0;

	assert_true(every > 0);

	for (size_t i = 0; i < golden->text.len; i++)
		lines += golden->text.data[i] == '\n';
	golden->records = calloc(lines, sizeof(*golden->records));
	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		struct span line = { p, (size_t)(stop - p) };

		if (*p == '#') {
			assert_true(golden->expression_count < COUNT(golden->expressions));
			golden->expressions[golden->expression_count++] =
			    (struct span){ p + 2, line.len - 2 };
		} else if (seen++ % every == 0) {
			golden->records[golden->record_count] = (struct record){
				.offset = (int64_t)golden->record_count, .value = line
			};
			golden->record_count++;
			golden->raises = golden->raises || memmem(p, line.len, "\"!", 2);
		}
		p = stop + 1;
	}
}

static struct plan *compile_group(const struct golden *golden, size_t first, size_t last)
{
	struct plan *plan;
	struct buf text;

	buf_init(&text, 8 << 20);
	buf_append_text(&text, "CREATE STREAMING TABLE t (k BIGINT");
	for (size_t i = first; i < last; i++)
		buf_printf(&text, ", r%zu TEXT, e%zu TEXT", i, i);
	buf_append_text(&text, ", PRIMARY KEY (k)) AS SELECT _offset AS k");
	for (size_t i = first; i < last; i++)
		buf_printf(&text, ",\n CAST((%.*s) AS STRING) AS r%zu, `=%zu` AS e%zu",
			   (int)golden->expressions[i].len, golden->expressions[i].data, i, i, i);
	buf_append_text(&text, "\nFROM STREAM s;\n");
	plan = must_compile(buf_text(&text));
	buf_release(&text);
	return plan;
}

static void show(const struct golden *golden, size_t record, size_t expression, struct span got,
		 struct span wanted)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	buf_append_span(&out, golden->expressions[expression]);
	buf_append_text(&out, "\n    gives ");
	buf_append_json(&out, got);
	buf_append_text(&out, ", Spark ");
	buf_append_json(&out, wanted);
	buf_append_text(&out, "\n    over ");
	buf_append_span(&out, (struct span){ golden->records[record].value.data,
					     golden->records[record].value.len < 160
						 ? golden->records[record].value.len
						 : 160 });
	print_message("%s\n", buf_text(&out));
	buf_release(&out);
}

/* Whether Spark fails over a record, where a pipeline has one expression. */
static bool spark_fails(const struct golden *golden, size_t record, size_t expression)
{
	struct span text = golden->records[record].value;
	char mark[32];

	snprintf(mark, sizeof(mark), "\"!%zu\":true", expression);
	return golden->raises && memmem(text.data, text.len, mark, strlen(mark));
}

static size_t compare_batch(const struct golden *golden, const struct transform_result *result,
			    size_t base, size_t first, size_t last, size_t *shown)
{
	const struct row_batch *rows = &result->tables[0].rows;
	size_t differences = 0;

	for (size_t i = 0; i < result->rejection_count; i++) {
		size_t record = base + result->rejections[i].record;

		if (spark_fails(golden, record, first))
			continue;
		differences++;
		if (++*shown <= MOST_SHOWN)
			print_message("%.*s ...\n    record rejected: %s\n    %.*s\n",
				      (int)golden->expressions[first].len,
				      golden->expressions[first].data, result->rejections[i].text,
				      160, golden->records[record].value.data);
	}
	for (size_t i = first; i < last; i++) {
		const struct column *got = &rows->columns[1 + 2 * (i - first)];

		for (int64_t row = 0; row < rows->row_count; row++) {
			struct span a = column_text(got, row), b = column_text(got + 1, row);

			if (!a.data == !b.data && span_equal(a, b) &&
			    !spark_fails(golden, base + rows->record[row], i))
				continue;
			if (differences++ == 0 || *shown < MOST_SHOWN)
				show(golden, base + rows->record[row], i, a, b);
			++*shown;
		}
	}
	return differences;
}

static size_t compare_group(const struct golden *golden, size_t first, size_t last, size_t *shown)
{
	struct plan *plan = compile_group(golden, first, last);
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;
	size_t differences = 0;

	assert_non_null(worker);
	for (size_t at = 0; at < golden->record_count; at += TRANSFORM_ROWS) {
		size_t left = golden->record_count - at;
		size_t count = left < TRANSFORM_ROWS ? left : TRANSFORM_ROWS;

		if (worker_transform(worker, "s", golden->records + at, count, &result, &err))
			fail_msg("%s", err.text);
		differences += compare_batch(golden, &result, at, first, last, shown);
	}
	worker_free(worker);
	plan_free(plan);
	return differences;
}

static void compare_file(const char *path, const char *name)
{
	struct golden golden = { .expression_count = 0 };
	size_t differences = 0, shown = 0, group;

	read_file(path, &golden.text);
	split(&golden);
	group = golden.raises ? 1 : GROUP;
	for (size_t i = 0; i < golden.expression_count; i += group)
		differences += compare_group(
		    &golden, i,
		    i + group < golden.expression_count ? i + group : golden.expression_count,
		    &shown);
	print_message("%s: %zu expressions x %zu inputs, %zu differences\n", name,
		      golden.expression_count, golden.record_count, differences);
	free(golden.records);
	buf_release(&golden.text);
	assert_int_equal(differences, 0);
}

static const char *golden_directory(void)
{
	const char *directory = getenv("GOLDEN_DIR");

	return directory ? directory : "tests/spark/golden";
}

static void test_area(void **state)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", golden_directory(), (const char *)*state);
	compare_file(path, *state);
}

static int is_golden(const struct dirent *entry)
{
	const char *only = getenv("GOLDEN_AREA"); /* one area, while working on it */

	if (only && strncmp(entry->d_name, only, strlen(only)) != 0)
		return 0;
	return strstr(entry->d_name, ".jsonl") != NULL;
}

int main(void)
{
	struct dirent **entries;
	int count = scandir(golden_directory(), &entries, is_golden, alphasort);
	struct CMUnitTest *tests;
	int failed;

	if (count <= 0) {
		fprintf(stderr, "no golden files in %s: run from the top of the tree\n",
			golden_directory());
		return 1;
	}
	tests = calloc((size_t)count, sizeof(*tests));
	for (int i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ .name = entries[i]->d_name,
						.test_func = test_area,
						.initial_state = entries[i]->d_name };
	failed = _cmocka_run_group_tests("golden", tests, (size_t)count, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	free(tests);
	return failed;
}

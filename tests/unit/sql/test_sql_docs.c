/*
 * test_sql_docs.c - docs/sql.md against the engine. The list of functions in it, between two
 * markers, is what the table says; with USERSTREAM_WRITE_DOCS=1 in the environment it is written
 * anew. Every example, `expression` gives `value`, gives what it says; the list's and the prose's.
 * (tests/spark/examples.py asks Spark the same.)
 */
#include "doc_section.h"
#include "sql/evaluate.h"
#include "sql/function.h"

#define DOCS  "docs/sql.md"
#define BEGIN "<!-- functions: written by tests/unit/sql/test_sql_docs.c -->\n"
#define END   "<!-- end of functions -->\n"

static void describe(const struct function *function, struct buf *out)
{
	buf_printf(out, "- **`%s`**\\\n  %s", function->signature, function->summary);
	if (function->nulls == NULL_IN_NULL_OUT)
		buf_append_text(out, " *NULL in, NULL out.*");
	if (function->example)
		buf_printf(out, "\\\n  `%s` gives `%s`", function->example, function->result);
	buf_append_text(out, "\n");
}

static void describe_all(struct buf *out)
{
	size_t count;
	const struct function_area *areas = function_areas(&count);

	buf_init(out, 1 << 20);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(areas[i].title, areas[i - 1].title) != 0)
			buf_printf(out, "\n### %s\n\n", areas[i].title);
		for (const struct function *f = areas[i].functions; f->name; f++)
			describe(f, out);
	}
	buf_append_text(out, "\n");
}

static void test_the_list_is_the_table(void **state)
{
	struct buf list;

	(void)state;
	describe_all(&list);
	doc_section_is(DOCS, BEGIN, END, &list);
	buf_release(&list);
}

/* What the list promises: a result type, and what becomes of NULLs. */
static void test_every_entry_says_all(void **state)
{
	size_t count;
	const struct function_area *areas = function_areas(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (const struct function *f = areas[i].functions; f->name; f++) {
			if (!strstr(f->signature, "->"))
				fail_msg("%s has no result type", f->signature);
			if (f->nulls == NULL_OWN && !strstr(f->summary, "NULL"))
				fail_msg("%s: nothing is said of NULL", f->name);
			if (!f->example && f->name[0] != '[')
				fail_msg("%s has no example", f->name);
		}
}

/* Returns whether there was another one, and cuts its two texts out. */
static bool next_example(const char **at, char *expression, char *value, size_t room)
{
	static const char gives[] = "` gives `";
	const char *middle = strstr(*at, gives), *start, *end;

	if (!middle)
		return false;
	for (start = middle; start > *at && start[-1] != '`';)
		start--;
	end = strchr(middle + strlen(gives), '`');
	assert_non_null(end);
	assert_true((size_t)(middle - start) < room && (size_t)(end - middle) < room);
	snprintf(expression, room, "%.*s", (int)(middle - start), start);
	middle += strlen(gives);
	snprintf(value, room, "%.*s", (int)(end - middle), middle);
	*at = end;
	return true;
}

static void test_examples(void **state)
{
	char expression[1024], value[1024];
	struct buf docs;
	const char *at;
	size_t count = 0;

	(void)state;
	doc_read(DOCS, &docs);
	for (at = buf_text(&docs); next_example(&at, expression, value, sizeof(value)); count++)
		assert_gives(expression, value);
	print_message("%zu examples\n", count);
	assert_true(count > 200);
	buf_release(&docs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_entry_says_all),
		cmocka_unit_test(test_the_list_is_the_table),
		cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

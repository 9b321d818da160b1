/*
 * test_cassandra_docs.c - the parameters in docs/cassandra.md, between two markers, are those of
 * the table; with USERSTREAM_WRITE_DOCS=1 in the environment they are written anew.
 */
#include <stdlib.h>

#include "core/file_read.h"
#include "sink/cassandra_settings.h"
#include "sink/sink_helpers.h"

#define DOCS  "docs/cassandra.md"
#define BEGIN "<!-- parameters: written by tests/unit/sink/test_cassandra_docs.c -->\n"
#define END   "<!-- end of parameters -->\n"

static void describe_all(struct buf *out)
{
	buf_append_text(out, "| parameter | default | what it says |\n| --- | --- | --- |\n");
	for (const struct option *p = cassandra_parameters; p->flag; p++) {
		buf_printf(out, "| `%s` | ", p->secret ? p->variable : p->flag);
		if (p->fallback)
			buf_printf(out, "`%s`", p->fallback);
		buf_printf(out, " | %s", p->help);
		if (p->choices) {
			buf_append_text(out, ": `");
			for (const char *c = p->choices; *c; c++)
				buf_append_text(out, *c == '|' ? "`, `" : (char[]){ *c, '\0' });
			buf_append_char(out, '`');
		}
		buf_append_text(out, " |\n");
	}
}

static void write_docs(const struct buf *before, size_t begin, size_t end, const struct buf *list)
{
	FILE *file = fopen(DOCS, "wb");

	assert_non_null(file);
	fwrite(before->data, 1, begin, file);
	fwrite(list->data, 1, list->len, file);
	fwrite(before->data + end, 1, before->len - end, file);
	assert_int_equal(fclose(file), 0);
}

static void test_the_parameters_are_the_table(void **state)
{
	struct err err = ERR_INIT;
	struct buf docs, list;
	const char *begin, *end;

	(void)state;
	buf_init(&docs, 1 << 20);
	buf_init(&list, 1 << 16);
	assert_int_equal(file_read(DOCS, &docs, NULL, &err), US_OK);
	describe_all(&list);
	begin = strstr(buf_text(&docs), BEGIN);
	end = strstr(buf_text(&docs), END);
	assert_non_null(begin);
	assert_non_null(end);
	begin += strlen(BEGIN);
	if (getenv("USERSTREAM_WRITE_DOCS"))
		write_docs(&docs, (size_t)(begin - docs.data), (size_t)(end - docs.data), &list);
	else if ((size_t)(end - begin) != list.len || memcmp(begin, list.data, list.len) != 0)
		fail_msg("the parameters in " DOCS " are not those of the table: run this test "
			 "again with USERSTREAM_WRITE_DOCS=1, and look at the difference");
	buf_release(&docs);
	buf_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_parameters_are_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

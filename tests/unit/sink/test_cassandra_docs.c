/*
 * test_cassandra_docs.c - the parameters in docs/cassandra.md, between two markers, are those of
 * the table; with USERSTREAM_WRITE_DOCS=1 in the environment they are written anew.
 */
#include "doc_section.h"
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

static void test_the_parameters_are_the_table(void **state)
{
	struct buf list;

	(void)state;
	buf_init(&list, 1 << 16);
	describe_all(&list);
	doc_section_is(DOCS, BEGIN, END, &list);
	buf_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_parameters_are_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

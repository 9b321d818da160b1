/*
 * test_diag.c - diagnostics, "did you mean", and the width of text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/diag.h"
#include "core/width.h"
#include "each_allocation.h"

static void positions_count_characters(void **state)
{
	struct span text = SPAN_LITERAL("ab\ncdé漢f\n");
	static const struct {
		size_t start, line, column;
	} cases[] = { { 0, 1, 1 }, { 2, 1, 3 },  { 3, 2, 1 },  { 5, 2, 3 },
		      { 7, 2, 4 }, { 10, 2, 5 }, { 12, 3, 1 }, { 99, 3, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t line, column;

		diag_position(text, cases[i].start, &line, &column);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(column, cases[i].column);
	}
}

static void prints_in_order_with_carets(void **state)
{
	struct span text = SPAN_LITERAL("SELECT foo,\n\t漢字 bar\r\nFROM x");
	struct diag_list list;
	struct buf out;

	(void)state;
	diag_init(&list, "p.sql", text);
	buf_init(&out, 4096);
	diag_add(&list, DIAG_ERROR, 20, 3, "spell it right", "unknown %s", "bar");
	diag_add(&list, DIAG_WARNING, 7, 3, NULL, "odd name");
	diag_add(&list, DIAG_ERROR, 31, 1, NULL, "the end is missing");
	diag_add(&list, DIAG_ERROR, 7, 0, NULL, "same place, later");
	diag_print(&list, &out);
	assert_string_equal(buf_text(&out), "p.sql:1:8: warning: odd name\n"
					    "  SELECT foo,\n"
					    "         ^~~\n"
					    "p.sql:1:8: error: same place, later\n"
					    "  SELECT foo,\n"
					    "         ^\n"
					    "p.sql:2:5: error: unknown bar\n"
					    "  \t漢字 bar\n"
					    "  \t     ^~~\n"
					    "  hint: spell it right\n"
					    "p.sql:3:7: error: the end is missing\n"
					    "  FROM x\n"
					    "        ^\n");
	assert_int_equal(list.errors, 3);
	assert_int_equal(list.warnings, 1);
	buf_release(&out);
	diag_release(&list);
}

static void keeps_a_hundred(void **state)
{
	struct diag_list list;
	struct buf out;

	(void)state;
	diag_init(&list, "f", SPAN_LITERAL("x"));
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 250; i++)
		diag_add(&list, DIAG_ERROR, 0, 1, NULL, "error %d", i);
	assert_int_equal(list.errors, 250);
	diag_print(&list, &out);
	assert_non_null(strstr(buf_text(&out), "error 99\n"));
	assert_null(strstr(buf_text(&out), "error 100\n"));
	assert_non_null(strstr(buf_text(&out), "f: 150 more errors\n"));
	buf_release(&out);
	diag_release(&list);
}

static void counts_without_memory(void **state)
{
	(void)state;
	each_allocation({
		struct diag_list list;

		diag_init(&list, "f", SPAN_LITERAL("text"));
		diag_add(&list, DIAG_ERROR, 0, 1, "hint", "wrong");
		assert_int_equal(list.errors, 1);
		diag_release(&list);
	});
}

static void suggests(void **state)
{
	static const char *const names[] = { "source",  "sink",       "log", "every",
					     "results", "log-format", "for", "until-caught-up" };
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{ "sorce", "source" },
		{ "SOURCE", NULL /* replaced below */ },
		{ "snik", "sink" },
		{ "evrey", "every" },
		{ "result", "results" },
		{ "logformat", "log-format" },
		{ "lgo", "log" },
		{ "until-cought-up", "until-caught-up" },
		{ "zebra", NULL },
		{ "x", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = suggest(span_of(cases[i].typed), names,
					  sizeof(names) / sizeof(*names));

		if (strcmp(cases[i].typed, "SOURCE") == 0)
			assert_string_equal(got, "source");
		else if (!cases[i].meant)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].meant);
	}
	assert_null(
	    suggest(SPAN_LITERAL("a name far longer than any that would be suggested, on and "
				 "on"),
		    names, 8));
	assert_null(suggest(SPAN_LITERAL("log"), names, 0));
}

static void widths(void **state)
{
	const struct {
		struct span text;
		size_t width;
	} cases[] = {
		{ SPAN_LITERAL(""), 0 },
		{ SPAN_LITERAL("plain"), 5 },
		{ SPAN_LITERAL("漢字"), 4 },
		{ SPAN_LITERAL("e\xcc\x81"), 1 }, /* combining acute */
		{ SPAN_LITERAL("Ærøskøbing"), 10 },
		{ SPAN_LITERAL("😀"), 2 },
		{ SPAN_LITERAL("ｆｕｌｌ"), 8 },
		{ SPAN_LITERAL("آرمین"), 5 },
		{ SPAN_LITERAL("\xff\xfe"), 2 },
		{ SPAN_LITERAL("a\xe2\x80\x8d"), 1 }, /* zero width joiner */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(text_width(cases[i].text), cases[i].width);
	assert_int_equal(text_fit(SPAN_LITERAL("漢字x"), 3), 3);
	assert_int_equal(text_fit(SPAN_LITERAL("e\xcc\x81x"), 1), 3);
	assert_int_equal(text_fit(SPAN_LITERAL("abc"), 0), 0);
	assert_int_equal(text_fit(SPAN_LITERAL("abc"), 9), 3);
	assert_int_equal(text_characters(SPAN_LITERAL("é漢\xff")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_count_characters),
		cmocka_unit_test(prints_in_order_with_carets),
		cmocka_unit_test(keeps_a_hundred),
		cmocka_unit_test(counts_without_memory),
		cmocka_unit_test(suggests),
		cmocka_unit_test(widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

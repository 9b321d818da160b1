/*
 * test_select.c - a SELECT by itself: names and types of its columns, its rows, its mistakes.
 */
#include "rows_dump.h"

static const struct plan_options bare = { .bare_select = true };

/* "name TYPE, …" */
static void dump_columns(const struct table_def *def, struct buf *out)
{
	for (size_t i = 0; i < def->column_count; i++)
		buf_printf(out, "%s%s %s", i ? ", " : "", def->columns[i].name,
			   column_type_name(def->columns[i].type));
	buf_append_char(out, '\n');
}

struct select_case {
	const char *text;
	const char *records[6];
	const char *expected; /* the columns, then rows and rejections */
};

static const struct select_case cases[] = {
	{ "SELECT email, name.first, upper( nat )  , upper(nat) AS Land FROM STREAM users",
	  { "{\"email\":\"a@b\",\"name\":{\"first\":\"Ana\"},\"nat\":\"es\"}", "{\"a\":", "{}" },
	  "email TEXT, first TEXT, upper( nat ) TEXT, Land TEXT\n"
	  "0: a@b|Ana|ES|ES\n"
	  "2: NULL|NULL|NULL|NULL\n"
	  "! 1 [malformed_json] " },
	{ "select CAST(n AS INT) AS i, CAST(n AS DOUBLE) AS d, CAST(n AS BIGINT) * 2 AS l, n = '1' "
	  "AS b, "
	  "to_date(t) AS day, to_timestamp(t) AS at FROM s WHERE n IS NOT NULL;",
	  { "{\"n\":\"1\",\"t\":\"2016-03-25\"}", "{\"n\":\"nan\",\"t\":\"soon\"}", "{}" },
	  "i INT, d DOUBLE, l BIGINT, b BOOLEAN, day DATE, at TIMESTAMP\n"
	  "0: 1|1|2|true|2016-03-25|2016-03-25 00:00:00\n"
	  "1: NULL|nan|NULL|false|NULL|NULL\n" },
	{ "SELECT CAST(n AS DECIMAL(5,2)) AS dec, split(n, ',') AS arr, CAST(n AS BINARY) AS bin, "
	  "NULL AS nil FROM STREAM s",
	  { "{\"n\":\"7,8\"}", "{\"n\":\"1.5\"}" },
	  "dec TEXT, arr TEXT, bin TEXT, nil TEXT\n"
	  "0: NULL|[7, 8]|372C38|NULL\n"
	  "1: 1.50|[1.5]|312E35|NULL\n" },
	{ "SELECT 1 + 1 AS two, two * 2 AS four, concat('a',\n\n 'b')",
	  { "{}" },
	  "two INT, four INT, concat('a', 'b') TEXT\n0: 2|4|ab\n" },
	{ "SELECT s.nat, _offset FROM STREAM s",
	  { "{\"nat\":\"X\"}" },
	  "nat TEXT, _offset BIGINT\n0: X|100\n" },
};

static void rows_of_a_select(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct records records = { .count = 0 };
		struct transform_result result;
		struct err err = ERR_INIT;
		struct plan *plan;
		struct worker *worker;
		struct buf out;

		buf_init(&out, 1 << 20);
		plan = compile_text(cases[i].text, &bare, &out);
		if (!plan)
			fail_msg("%s", buf_text(&out));
		assert_int_equal(plan_table_count(plan), 1);
		worker = worker_new(plan);
		for (size_t r = 0; r < COUNT(cases[i].records) && cases[i].records[r]; r++)
			records_add(&records, cases[i].records[r]);
		assert_int_equal(
		    worker_transform(worker, "t", records.items, records.count, &result, &err),
		    US_OK);
		check_accounts(&result, 1, records.count);
		dump_columns(plan_table(plan, 0), &out);
		dump_result(&result, 1, &out);
		if (strncmp(buf_text(&out), cases[i].expected, strlen(cases[i].expected)) != 0)
			fail_msg("%s\ngives\n%s\nnot\n%s", cases[i].text, buf_text(&out),
				 cases[i].expected);
		worker_free(worker);
		plan_free(plan);
		buf_release(&out);
		records_release(&records);
	}
}

static void mistakes_are_told(void **state)
{
	static const struct {
		const char *text, *told;
	} mistakes[] = {
		{ "SELECT a, A FROM STREAM s", "test.sql:1:11: error: a second column called A" },
		{ "SELECT * FROM STREAM s", "name the fields" },
		{ "SELECT nope(a), trim(a, b, c, d) FROM STREAM s", "there is no function nope" },
		{ "SELECT a.b", "a SELECT without FROM reads none" },
		{ "SELECT a FROM STREAM s GROUP BY a", "record by record" },
		{ "SELECT 1; SELECT 2", "one SELECT at a time" },
		{ "SELECT a FROM STREAM s WHERE a", "WHERE needs a BOOLEAN" },
		{ "SELECT", "expected an expression" },
		{ "DELETE FROM s", "expected CREATE" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct buf out;

		buf_init(&out, 1 << 20);
		assert_null(compile_text(mistakes[i].text, &bare, &out));
		if (!strstr(buf_text(&out), mistakes[i].told))
			fail_msg("%s\ntells\n%s\nnot\n%s", mistakes[i].text, buf_text(&out),
				 mistakes[i].told);
		buf_release(&out);
	}
}

/* Elsewhere a SELECT is no pipeline; and where one is allowed, a pipeline is too. */
static void only_where_it_is_asked_for(void **state)
{
	static const char table[] =
	    "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT a FROM STREAM s";
	struct plan *plan;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_null(compile_text("SELECT a FROM STREAM s", NULL, &out));
	assert_non_null(strstr(buf_text(&out), "expected CREATE"));
	buf_reset(&out);
	plan = compile_text(table, &bare, &out);
	assert_non_null(plan);
	assert_string_equal(plan_table(plan, 0)->name, "t");
	plan_free(plan);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_a_select),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(only_where_it_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

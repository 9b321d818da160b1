/*
 * test_functions.c - the function table: every entry is complete, its example gives the result that
 * it shows (NULL where it shows that), and its kernels survive running out of memory. Plus what the
 * comparison with Spark cannot show: constants folded, refusals, names.
 */
#include <stdlib.h>

#include "sql/evaluate.h"
#include "sql/function.h"

static void test_every_example_gives_its_result(void **state)
{
	(void)state;
	assert_true(function_count() > 60);
	for (size_t i = 0; i < function_count(); i++) {
		const struct function *function = function_at(i);

		assert_non_null(function);
		assert_non_null(function->signature);
		assert_non_null(function->summary);
		assert_non_null(function->resolve);
		assert_true(function_find(span_of(function->name)) == function);
		assert_gives(function->example, function->result);
	}
	assert_null(function_at(function_count()));
}

static void test_operators_give_their_examples(void **state)
{
	static const char *const names[] = { "and", "or", "not",  "=",     "<>",   "<=>",
					     "<",   "<=", ">",    ">=",    "in",   "+",
					     "-",   "*",  "/",    "%",     "&",    "|",
					     "^",   "~",  "like", "ilike", "case", "cast" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct function *function = function_find(span_of(names[i]));

		assert_non_null(function);
		assert_gives(function->example, function->result);
	}
}

static void test_names_are_found_in_any_case(void **state)
{
	(void)state;
	assert_true(function_find(span_of("ReGeXp_Replace")) ==
		    function_find(span_of("regexp_replace")));
	assert_null(function_find(span_of("regexp_replac")));
	assert_null(function_find(span_of("")));
	assert_non_null(function_refused(span_of("UUID")));
	assert_null(function_refused(span_of("trim")));
}

static void test_casts_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	assert_true(cast_is_possible(SQL_TYPE(SQL_STRING), SQL_TYPE(SQL_DOUBLE)));
	assert_true(cast_is_possible(SQL_TYPE(SQL_NULL), SQL_TYPE(SQL_DATE)));
	assert_false(cast_is_possible(SQL_TYPE(SQL_BOOLEAN), SQL_TYPE(SQL_DATE)));
	assert_false(cast_is_possible(SQL_TYPE(SQL_STRING), SQL_TYPE(SQL_ARRAY)));
	assert_false(cast_is_possible(SQL_TYPE(SQL_BINARY), SQL_TYPE(SQL_INT)));
}

/* Intended differences and limits, which the golden files leave out. */
static void test_intended_differences(void **state)
{
	(void)state;
	assert_gives("CAST('09:22:11' AS TIMESTAMP)", "NULL");
	assert_gives("CAST('T09:22:11' AS TIMESTAMP)", "NULL");
	assert_gives("regexp_replace('\\u0061\\uD83D\\uDE00', 'x*', '-')", "-a-😀-");
	assert_gives("'x😀' LIKE '_😀%_'", "false");
	assert_gives("'x😀y' LIKE '_😀_'", "true");
}

static void refused(const char *expression, const char *wanted)
{
	struct buf text, out;

	buf_init(&text, 1 << 16);
	buf_init(&out, 1 << 16);
	buf_printf(&text,
		   "CREATE STREAMING TABLE t (k BIGINT, v TEXT, PRIMARY KEY (k)) AS SELECT _offset "
		   "AS k, CAST((%s) AS STRING) AS v FROM STREAM s;",
		   expression);
	assert_null(compile_text(buf_text(&text), NULL, &out));
	if (!strstr(buf_text(&out), wanted))
		fail_msg("%s: \"%s\" is not in\n%s", expression, wanted, buf_text(&out));
	buf_release(&text);
	buf_release(&out);
}

static void test_bad_constants_are_compile_errors(void **state)
{
	(void)state;
	refused("x RLIKE '('", "unclosed group");
	refused("x RLIKE '[a'", "unclosed character class");
	refused("x RLIKE 'a**'", "dangling");
	refused("x RLIKE '\\\\y'", "escape sequence");
	refused("x RLIKE '(?x)a'", "not supported");
	refused("x RLIKE '\\\\p{Nope}'", "unknown character property");
	refused("x RLIKE '(?<=a+)b'", "maximum length");
	refused("regexp_replace(x, '(a)', '$2')", "no group 2");
	refused("regexp_replace(x, '(a)', '${n}')", "no group of the name");
	refused("regexp_replace(x, 'a', '$')", "illegal group reference");
	refused("regexp_replace(x, 'a', '\\\\')", "backslash");
	refused("x LIKE '\\\\a'", "escape character");
	refused("x LIKE 'a' ESCAPE 'ab'", "one character");
	refused("round(1.25D, CAST(x AS INT))", "constant");
	refused("7.5D div 2", "whole numbers");
}

/* A pattern that backtracks without end rejects the record, with the reason. */
static void test_match_limit_rejects_the_record(void **state)
{
	static char text[600 + RECORD_PADDING];
	struct record record = { .value = { text, 0 } };
	struct transform_result result;
	struct err err = ERR_INIT;
	struct worker *worker;
	struct plan *plan;

	(void)state;
	record.value.len = (size_t)snprintf(text, 600, "{\"x\":\"%0100d!\"}", 0);
	plan = must_compile("CREATE STREAMING TABLE t (k BIGINT, v BOOLEAN, PRIMARY KEY (k)) AS "
			    "SELECT _offset AS k, x RLIKE '^(0+0?)+$' AS v FROM STREAM s;");
	worker = worker_new(plan);
	assert_int_equal(worker_transform(worker, "s", &record, 1, &result, &err), US_OK);
	assert_int_equal(result.rejection_count, 1);
	assert_int_equal(result.rejections[0].kind, REJECT_EVALUATION);
	assert_non_null(strstr(result.rejections[0].text, "too many steps"));
	worker_free(worker);
	plan_free(plan);
}

static const char everything[] =
    "CREATE STREAMING TABLE t (k BIGINT, a TEXT, b TEXT, c TEXT, d BOOLEAN, e TEXT, f TEXT, g TEXT,"
    " h TEXT, i DOUBLE, j TIMESTAMP, l TEXT, PRIMARY KEY (k)) AS SELECT _offset AS k,\n"
    " lower(concat(x, 'É')) AS a, upper(x) AS b, initcap(concat(x, 'ß')) AS c,\n"
    " x RLIKE '^\\\\s*(?<w>\\\\p{L}+)\\\\b' AS d, regexp_replace(concat(x, 'é'), '(\\\\w)(.)', "
    "'$2') AS e,\n"
    " regexp_replace(x, '\\\\s+', '__') AS f, concat_ws('-', x, n, lpad(x, 20, 'ab')) AS g,\n"
    " replace(translate(reverse(x), 'A', 'B'), '1', 'one') AS h, CAST(trim(x) AS DOUBLE) AS i,\n"
    " CAST(concat(left(t, 23), ' Europe/Paris') AS TIMESTAMP) AS j,\n"
    " CASE WHEN x ILIKE '%AB%' THEN CAST(CAST('1.5' AS DECIMAL(5,2)) * 2.5 AS STRING) END AS l\n"
    "FROM STREAM s;";

/* Make the n-th allocation fail, for every n: an error, no crash, no leak; and a next try works. */
static void test_every_allocation_may_fail(void **state)
{
	bool failed = true;

	(void)state;
	for (uint64_t n = 1; failed; n++) {
		struct record record = a_record();
		struct transform_result result;
		struct err err = ERR_INIT;
		struct worker *worker = NULL;
		struct plan *plan;
		struct buf out;
		uint64_t before;

		buf_init(&out, 1 << 20);
		before = mem_count();
		mem_fail_at(n);
		plan = compile_text(everything, NULL, &out);
		if (plan)
			worker = worker_new(plan);
		if (worker)
			(void)worker_transform(worker, "s", &record, 1, &result, &err);
		failed = mem_count() - before >= n;
		mem_fail_at(0);
		if (worker) {
			assert_int_equal(worker_transform(worker, "s", &record, 1, &result, &err),
					 US_OK);
			assert_int_equal(result.tables[0].rows.row_count, 1);
		}
		worker_free(worker);
		plan_free(plan);
		buf_release(&out);
	}
}

/* After the first batches a stream of equal ones allocates nothing. */
static void test_no_allocation_in_the_steady_state(void **state)
{
	static struct record records[1000];
	struct transform_result result;
	struct err err = ERR_INIT;
	struct plan *plan = must_compile(everything);
	struct worker *worker = worker_new(plan);
	uint64_t before = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(records); i++)
		records[i] = a_record();
	for (int round = 0; round < 10; round++) {
		if (round == 5)
			before = mem_count();
		assert_int_equal(
		    worker_transform(worker, "s", records, COUNT(records), &result, &err), US_OK);
	}
	assert_true(mem_count() == before);
	worker_free(worker);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_example_gives_its_result),
		cmocka_unit_test(test_operators_give_their_examples),
		cmocka_unit_test(test_names_are_found_in_any_case),
		cmocka_unit_test(test_casts_that_do_not_exist_are_refused),
		cmocka_unit_test(test_intended_differences),
		cmocka_unit_test(test_bad_constants_are_compile_errors),
		cmocka_unit_test(test_match_limit_rejects_the_record),
		cmocka_unit_test(test_every_allocation_may_fail),
		cmocka_unit_test(test_no_allocation_in_the_steady_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

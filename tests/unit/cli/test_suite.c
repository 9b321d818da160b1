/*
 * test_suite.c - a pipeline's test files: what is read, what passes, what is told when it differs,
 * and every mistake of a file at once.
 */
#include "cli_test.h"

#include "cli/suite_run.h"

static const char pipeline[] =
    "CREATE STREAMING TABLE people (id TEXT PRIMARY KEY, age INT, score DOUBLE, born DATE, ok "
    "BOOLEAN, big BIGINT, CONSTRAINT adult EXPECT (age >= 18) ON VIOLATION DROP ROW, "
    "CONSTRAINT scored EXPECT (score > 0)) AS SELECT id, age, score, born, ok, _offset AS big "
    "FROM STREAM s WHERE id <> 'hidden'";
static const char two_tables[] =
    "CREATE STREAMING TABLE a (id TEXT PRIMARY KEY) AS SELECT id FROM STREAM s;"
    "CREATE STREAMING TABLE b (id TEXT PRIMARY KEY, k TEXT) AS SELECT id, _key AS k FROM STREAM s "
    "WHERE id <> 'x'";

struct outcome {
	struct suite_result result;
	struct buf report;
	size_t errors;
};

/* Diagnostics, then the report, are in outcome->report. */
static void run_suite(const char *sql, const char *text, struct outcome *outcome)
{
	struct diag_list sql_diags, diags;
	struct err err = ERR_INIT;
	struct arena arena;
	struct suite suite;
	struct buf report;
	struct plan *plan;

	*outcome = (struct outcome){ .errors = 0 };
	buf_init(&outcome->report, 1 << 20);
	buf_init(&report, 1 << 20);
	arena_init(&arena, 4096, 1 << 24);
	diag_init(&sql_diags, "p.sql", span_of(sql));
	diag_init(&diags, "p.test", span_of(text));
	plan = plan_compile(span_of(sql), NULL, &sql_diags, &err);
	assert_non_null(plan);
	assert_int_equal(suite_parse(&suite, span_of(text), &arena, &diags, &err), US_OK);
	if (diags.errors == 0)
		assert_int_equal(
		    suite_run(&suite, plan, &arena, &diags, &report, &outcome->result, &err),
		    US_OK);
	outcome->errors = diags.errors;
	diag_print(&diags, &outcome->report);
	buf_append_span(&outcome->report, buf_span(&report));
	plan_free(plan);
	diag_release(&diags);
	diag_release(&sql_diags);
	arena_release(&arena);
	buf_release(&report);
}

static void expect(const char *sql, const char *text, size_t passed, size_t failed,
		   const char *report)
{
	struct outcome outcome;

	run_suite(sql, text, &outcome);
	if (outcome.errors || outcome.result.passed != passed || outcome.result.failed != failed ||
	    strcmp(buf_text(&outcome.report), report) != 0)
		fail_msg("%zu errors, %zu passed, %zu failed:\n%s", outcome.errors,
			 outcome.result.passed, outcome.result.failed, buf_text(&outcome.report));
	buf_release(&outcome.report);
}

/* Comments, blank lines, lines that go on, line ends of any kind. */
static void how_it_is_written(void **state)
{
	(void)state;
	expect(pipeline,
	       "# comment\n\npipeline p.sql\n\ntest  one \r\n"
	       "record {\"id\": \"a\",\r\n\t\"age\": 20,\n  \"score\": 0.25}\n\n"
	       "  # of the row\n\nrow\n {\"score\": 0.25}\n"
	       "test two\n# in between\nrecord {\"id\": \"hidden\"}\nfiltered",
	       2, 0, "");
}

static void values_are_compared(void **state)
{
	(void)state;
	expect(
	    pipeline,
	    "test numbers, texts, booleans, dates\n"
	    "record "
	    "{\"id\":\"a\\n\\u00e9\",\"age\":20,\"score\":1e3,\"born\":\"2000-1-2\",\"ok\":\"y\"}\n"
	    "row {\"id\": \"a\\n\xC3\xA9\", \"age\": 20, \"score\": 1000, \"born\": "
	    "\"2000-01-02\", "
	    "\"ok\": true, \"big\": 0}\n"
	    "row {}\n",
	    0, 1,
	    "FAIL  p.test:1: numbers, texts, booleans, dates\n"
	    "      line 4: this is not what comes of the record. It gives\n"
	    "        row {\"id\": \"a\\n\xC3\xA9\", \"age\": 20, \"score\": 1000.0, \"born\": "
	    "\"2000-01-02\", \"ok\": true, \"big\": 0}\n");
	expect(pipeline,
	       "test each that differs is told\n"
	       "record {\"id\":\"a\",\"age\":20,\"score\":1.5}\n"
	       "meta {\"_offset\": 9007199254740993, \"_key\": \"k\"}\n"
	       "row {\"id\": \"b\", \"age\": \"20\", \"score\": 1.50, \"ok\": false,\n"
	       "     \"big\": 9007199254740992}\n",
	       0, 1,
	       "FAIL  p.test:1: each that differs is told\n"
	       "      line 4: the row differs\n"
	       "        id\n          expected  \"b\"\n          found     \"a\"\n"
	       "        age\n          expected  \"20\"\n          found     20\n"
	       "        ok\n          expected  false\n          found     null\n"
	       "        big\n          expected  9007199254740992\n          found     "
	       "9007199254740993\n");
}

static void outcomes_are_compared(void **state)
{
	(void)state;
	expect(pipeline,
	       "test all kinds\n"
	       "record {\"id\":\"a\",\"age\":20,\"score\":1}\nrow {}\n"
	       "record {\"id\":\"a\",\"age\":20}\nrow {\"score\":null}\nviolates scored\n"
	       "record {\"id\":\"a\",\"age\":2,\"score\":1}\nreject adult\n"
	       "record {\"id\":\"a\",\"age\":\"old\"}\nreject column age: 'old' is\n"
	       "record {\"id\":\"hidden\"}\nfiltered\n"
	       "record NULL\nreject tombstone\n"
	       "record {\"id\nreject malformed_json\n",
	       1, 0, "");
	expect(pipeline,
	       "test what is not said\n"
	       "record {\"id\":\"a\",\"age\":20}\nrow {}\n"
	       "record {\"id\":\"hidden\"}\nreject adult\n"
	       "record {\"id\":\"a\",\"age\":1}\nviolates scored\n"
	       "record {\"id\":\"a\",\"age\":1}\nreject adult: age = 2\nviolates scored\n"
	       "test a good one\nrecord {\"id\":\"hidden\"}\nfiltered\n",
	       1, 1,
	       "FAIL  p.test:1: what is not said\n"
	       "      line 2: a violation that is not said\n"
	       "        violates scored\n"
	       "      line 5: this is not what comes of the record. It gives\n"
	       "        filtered\n"
	       "      line 6: a rejection that is not said\n"
	       "        reject adult: adult: age >= 18 is not true: age = 1\n"
	       "        violates scored\n"
	       "      line 9: this is not what comes of the record. It gives\n"
	       "        reject adult: adult: age >= 18 is not true: age = 1\n"
	       "        violates scored\n");
}

static void several_tables(void **state)
{
	(void)state;
	expect(two_tables,
	       "test two\nrecord {\"id\":\"x\"}\nmeta {\"_key\": \"kk\"}\nrow(a) {\"id\":\"x\"}\n"
	       "filtered(b)\n"
	       "record {\"id\":\"y\"}\nmeta {\"_key\": \"kk\"}\nrow(b) {\"k\":\"kk\"}\n",
	       1, 0, "");
	expect(two_tables, "test two\nrecord {\"id\":\"x\"}\n", 0, 1,
	       "FAIL  p.test:1: two\n"
	       "      line 2: nothing is said of what comes of this record. It gives\n"
	       "        row(a) {\"id\": \"x\"}\n"
	       "        filtered(b)\n");
}

/* Each text has to be told as wrong, with what is wrong. */
static void mistakes_are_told(void **state)
{
	static const struct {
		const char *sql, *text, *told;
	} mistakes[] = {
		{ pipeline, "", "there is no test in the file" },
		{ pipeline, "test\nrecord {}\nrow {}\n", "something is missing behind it" },
		{ pipeline, "test a\n", "a test without a record" },
		{ pipeline, "record {}\n", "a record before the first test" },
		{ pipeline, "test a\nrow {}\n", "there is no record that it is about" },
		{ pipeline, "test a\nrecrod {}\n", "did you mean record?" },
		{ pipeline, "  test a\n", "p.test:1:3: error: this line goes on with nothing" },
		{ pipeline, "test a\nrecord {}\npipeline x\n", "named before the first test" },
		{ pipeline, "pipeline a\npipeline b\n", "a second pipeline" },
		{ pipeline, "test a\nrecord {}\nmeta {}\nmeta {}\n", "a second meta" },
		{ pipeline, "test a\nrecord {}\nfiltered yes\n", "nothing stands behind" },
		{ pipeline, "test a\nrecord {}\nrow(people {}\n", "is not closed" },
		{ pipeline, "test a\nrecord(people) {}\n", "this is not" },
		{ pipeline, "test a\nrecord {\"id\":\"a\",\"age\":20}\nrow {\"aeg\": 1}\n",
		  "no column aeg; did you mean this?" },
		{ pipeline, "test a\nrecord {\"id\":\"a\",\"age\":20}\nrow {\"age\": 1\n",
		  "no JSON object of texts" },
		{ pipeline, "test a\nrecord {\"id\":\"a\",\"age\":20}\nrow {\"age\": [1]}\n",
		  "no JSON object of texts" },
		{ pipeline, "test a\nrecord {\"id\":\"a\",\"age\":20}\nrow {\"age\": 01}\n",
		  "no JSON object of texts" },
		{ pipeline, "test a\nrecord {\"id\":\"a\",\"age\":20}\nrow {}\nviolates minor\n",
		  "no such constraint" },
		{ pipeline, "test a\nrecord {}\nmeta {\"_offset\": \"1\"}\nreject column id\n",
		  "this is no metadata" },
		{ pipeline, "test a\nrecord {}\nrow(t) {}\n", "no such table" },
		{ two_tables, "test a\nrecord {\"id\":\"x\"}\nrow {}\n", "2 tables: say which" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct outcome outcome;

		run_suite(mistakes[i].sql, mistakes[i].text, &outcome);
		if (outcome.errors == 0 || !strstr(buf_text(&outcome.report), mistakes[i].told))
			fail_msg("%s\ntells\n%s\nnot %s", mistakes[i].text,
				 buf_text(&outcome.report), mistakes[i].told);
		buf_release(&outcome.report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_it_is_written),     cmocka_unit_test(values_are_compared),
		cmocka_unit_test(outcomes_are_compared), cmocka_unit_test(several_tables),
		cmocka_unit_test(mistakes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_gate.c - the language of --gate: what it takes, and what it says of mistakes.
 */
#include "harness.h"

#include "pipeline/gate.h"

static struct plan *plan;

static int setup(void **state)
{
	(void)state;
	plan = harness_plan(people_sql);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	plan_free(plan);
	return 0;
}

static void expect_good(const char *text, size_t count)
{
	struct gate *gate;
	struct err err = ERR_INIT;

	if (gate_parse(&gate, span_of(text), plan, &err) != US_OK)
		fail_msg("%s", err.text);
	assert_int_equal(gate_count(gate), count);
	gate_free(gate);
}

static void expect_bad(const char *text, const char *what)
{
	struct gate *gate;
	struct err err = ERR_INIT;

	assert_int_equal(gate_parse(&gate, span_of(text), plan, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_USAGE);
	if (!strstr(err.text, what))
		fail_msg("'%s' is not in:\n%s", what, err.text);
}

static void test_takes(void **state)
{
	(void)state;
	expect_good("rows>=100", 1);
	expect_good(" rows >= 100 , rejected_share<0.01,violations( young ) = 0, nulls(name)=0 ",
		    4);
	expect_good("people.rows<1e6, nulls(people.name)!=1, null_share(age)<=50%", 3);
	expect_good("min(age)>-5, max(age)<>200, lag==0, fetched>0, refused<1, source_filtered=0",
		    6);
	expect_good("rejected(column id)=0, rejected(malformed_json)<2, rejected=0", 3);
}

static void test_refuses(void **state)
{
	(void)state;
	expect_bad("", "expected a measure");
	expect_bad("rowz>1", "did you mean rows?");
	expect_bad("rowz>1", "--gate:1:1");
	expect_bad("rows>=100, nulls(nam)=0", "did you mean name?");
	expect_bad("rows>=100, nulls(nam)=0", "--gate:1:18");
	expect_bad("violations(adlt)=0", "did you mean adult?");
	expect_bad("rows", "expected one of");
	expect_bad("rows>=", "expected a number");
	expect_bad("rows>=many", "no number");
	expect_bad("rows>=nan", "no number");
	expect_bad("rows>=1 lag=0", "expected a comma");
	expect_bad("rows>=1,", "expected a measure");
	expect_bad("nulls=0", "name in brackets");
	expect_bad("nulls(name", "expected ')'");
	expect_bad("min(name)=0", "no numbers");
	expect_bad("rejected()=0", "expected a reason");
	expect_bad("nobody.rows=0", "no table");
	/* all mistakes at once */
	expect_bad("rowz>1, nulls(nam)=0, lag=x", "did you mean rows?");
	expect_bad("rowz>1, nulls(nam)=0, lag=x", "did you mean name?");
	expect_bad("rowz>1, nulls(nam)=0, lag=x", "no number");
}

static void test_memory_runs_out(void **state)
{
	static const char text[] = "rows>=100, nulls(name)=0, rowz=1, violations(young)=0";

	(void)state;
	for (uint64_t n = 1; n < 40; n++) {
		struct gate *gate;
		struct err err = ERR_INIT;

		mem_fail_at(n);
		assert_int_not_equal(gate_parse(&gate, span_of(text), plan, &err), US_OK);
	}
	mem_fail_at(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

/*
 * test_process.c - log -> transform -> sink in memory: accounts, dead letters, starting over, gaps,
 * FAIL UPDATE.
 */
#include "harness.h"

#include "sink/memory_sink.h"

static void test_stores_and_accounts(void **state)
{
	struct harness harness;
	struct status_report report;
	struct harness_rows rows;
	struct partition *ledger;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 500);
	harness_append_form(&harness, CHILD_FORM, 500, 3);
	harness_append_form(&harness, BAD_FORM, 503, 2);
	harness_append_form(&harness, OLD_FORM, 505, 4);
	harness_append_form(&harness, KEYLESS_FORM, 509, 1);
	harness_run(&harness, &report);
	assert_int_equal(report.read, 510);
	assert_int_equal(report.stored, 504);
	assert_int_equal(report.rejected, 6);
	assert_int_equal(report.lag, 0);
	assert_true(report.caught_up);
	harness_expect_totals(&harness, 510, 504, 6);
	ledger = harness_ledger(&harness);
	assert_int_equal(ledger->next, 510);
	assert_int_equal(count_list_get(&ledger->totals[0].violations, "young", NULL), 4);
	assert_int_equal(count_list_get(&ledger->totals[0].rejected_by, "adult", NULL), 3);
	assert_int_equal(count_list_get(&ledger->totals[0].rejected_by, "malformed_json", NULL), 2);
	assert_int_equal(ledger->totals[0].columns[2].min, 30);
	assert_int_equal(ledger->totals[0].columns[2].max, 77);
	partition_free(ledger);
	assert_int_equal(harness_query(&harness, "SELECT name FROM people", &rows), 504);
	assert_int_equal(harness_pending(&harness), 6);
	harness_verify(&harness, false, 0);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_goes_on_where_it_was(void **state)
{
	struct harness harness;
	struct status_report report;

	(void)state;
	harness_init(&harness, people_sql);
	for (int round = 0; round < 5; round++) {
		harness_append_form(&harness, GOOD_FORM, round * 10, 10);
		harness_append_form(&harness, CHILD_FORM, 1000, 1);
		harness_run(&harness, &report);
		assert_int_equal(report.read, 11);
	}
	harness_expect_totals(&harness, 55, 50, 5);
	assert_int_equal(harness_pending(&harness), 5);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_starts_over(void **state)
{
	struct harness harness;
	struct status_report report;
	struct partition *ledger;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 20);
	harness_append_form(&harness, CHILD_FORM, 20, 2);
	harness_run(&harness, &report);
	harness.config.from = "earliest";
	harness_run(&harness, &report);
	assert_int_equal(report.read, 22);
	harness.config.from = "15";
	harness_run(&harness, &report);
	assert_int_equal(report.read, 7);
	ledger = harness_ledger(&harness);
	assert_int_equal(ledger->generation, 2);
	assert_int_equal(ledger->first, 15);
	partition_free(ledger);
	harness_expect_totals(&harness, 7, 5, 2);
	harness.config.from = "earliest";
	harness_run(&harness, &report);
	harness_expect_totals(&harness, 22, 20, 2);
	assert_int_equal(harness_pending(&harness), 2);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_from_is_checked(void **state)
{
	struct harness harness;
	struct err err = ERR_INIT;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 3);
	harness.config.from = "yesterday";
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_USAGE);
	harness.config.from = "4";
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
	assert_non_null(strstr(err.text, "0 to 3"));
	harness.config.from = "2999-01-01";
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_OK);
	harness_release(&harness);
}

static void test_later_record_wins_over_replays(void **state)
{
	struct harness harness;
	struct harness_rows rows;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, "{\"id\":\"same\",\"name\":\"v#\",\"age\":30}", 1, 300);
	harness_run(&harness, NULL);
	harness.config.from = "earliest";
	harness_run(&harness, NULL);
	assert_int_equal(harness_query(&harness, "SELECT name FROM people", &rows), 1);
	assert_string_equal(rows.last, "v300");
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_fail_update_stops_before_the_record(void **state)
{
	struct harness harness;
	struct err err = ERR_INIT;

	(void)state;
	harness_init(&harness, failing_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 150);
	harness_append_form(&harness, CHILD_FORM, 150, 1);
	harness_append_form(&harness, GOOD_FORM, 151, 10);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
		assert_int_equal(err.code, EXIT_BAD_DATA);
		assert_non_null(strstr(err.text, "offset 150"));
		harness_expect_totals(&harness, 150, 150, 0);
	}
	/* the operator mends the pipeline file and starts again */
	plan_free(harness.plan);
	harness.plan = harness_plan(lenient_sql);
	harness.config.plan = harness.plan;
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 161, 161, 0);
	harness_release(&harness);
}

static void test_gap_needs_consent(void **state)
{
	struct harness harness;
	struct err err = ERR_INIT;
	struct status_report report;
	struct log *log;
	struct partition *ledger;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 10);
	harness_run(&harness, NULL);
	harness_append_form(&harness, GOOD_FORM, 10, 10);
	log = harness_log(&harness, LOG_RECORDS);
	assert_int_equal(log->ops->trim(log, 0, 15, true, NULL, &err), US_OK);
	log_close(log);
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
	assert_non_null(strstr(err.text, "offsets 10 to 14"));
	harness.config.accept_gap = true;
	harness_run(&harness, &report);
	assert_int_equal(report.lost, 5);
	ledger = harness_ledger(&harness);
	assert_int_equal(ledger->totals[0].lost, 5);
	assert_int_equal(ledger->next, 20);
	partition_free(ledger);
	harness_expect_totals(&harness, 15, 15, 0);
	harness_verify(&harness, false, 0);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_another_log_is_noticed(void **state)
{
	struct harness harness;
	struct err err = ERR_INIT;
	struct harness_rows rows;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, "{\"id\":\"a\",\"name\":\"old#\",\"age\":30}", 0, 5);
	harness_run(&harness, NULL);
	log_memory_forget(harness.log_uri + strlen("memory:"));
	harness_append_form(&harness, "{\"id\":\"a\",\"name\":\"new#\",\"age\":30}", 0, 2);
	assert_int_equal(supervisor_check(&harness.config, &err), US_REJECT);
	assert_non_null(strstr(err.text, "--accept-gap"));
	harness.config.accept_gap = true;
	assert_int_equal(supervisor_check(&harness.config, &err), US_OK);
	harness_run(&harness, NULL);
	assert_int_equal(harness_query(&harness, "SELECT name FROM people", &rows), 1);
	assert_string_equal(rows.last, "new1");
	harness_verify(&harness, false, 0);
	harness_release(&harness);
}

/* The table is deleted, with its ledger, and filled again by a pipeline file that rejects less:
 * letters of whichever pass before it count no more. */
static void test_deleted_table_judges_anew(void **state)
{
	(void)state;
	for (int passes = 0; passes < 3; passes++) {
		struct harness harness;

		harness_init(&harness, people_sql);
		harness_append_form(&harness, GOOD_FORM, 0, 10);
		harness_append_form(&harness, CHILD_FORM, 10, 5);
		harness_append_form(&harness, BAD_FORM, 15, 2);
		harness_run(&harness, NULL);
		harness.config.from = "earliest";
		for (int i = 0; i < passes; i++)
			harness_run(&harness, NULL);
		harness_expect_totals(&harness, 17, 10, 7);
		harness.config.from = passes == 2 ? "earliest" : NULL;
		sink_memory_forget(harness.sink_uri + strlen("memory:"));
		plan_free(harness.plan);
		harness.plan = harness_plan(lenient_sql);
		harness.config.plan = harness.plan;
		harness_run(&harness, NULL);
		harness_expect_totals(&harness, 17, 15, 2);
		harness_verify(&harness, true, 0);
		harness_release(&harness);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stores_and_accounts),
		cmocka_unit_test(test_goes_on_where_it_was),
		cmocka_unit_test(test_starts_over),
		cmocka_unit_test(test_from_is_checked),
		cmocka_unit_test(test_later_record_wins_over_replays),
		cmocka_unit_test(test_fail_update_stops_before_the_record),
		cmocka_unit_test(test_gap_needs_consent),
		cmocka_unit_test(test_another_log_is_noticed),
		cmocka_unit_test(test_deleted_table_judges_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

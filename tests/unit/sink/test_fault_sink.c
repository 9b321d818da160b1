/*
 * test_fault_sink.c - what a writer does with a sink that fails: it repeats what was "not now", and
 * nothing is lost or written twice, whether the write was done or not.
 */
#include "fault_sink.h"
#include "sink/sink_helpers.h"

static void write_patiently(enum sink_fault fault)
{
	const struct table_def *table = &people;
	struct fault_sink faults = {
		.inner = open_sink("memory:", &table, 1), .owned = true, .every = 3, .fault = fault
	};
	struct sink *sink = fault_sink_open(&faults);

	for (int64_t next = 0; next < 20; next++) {
		struct err err = ERR_INIT;
		char text[64];
		enum status status;

		snprintf(text, sizeof(text), "%d|a|~\n", (int)next);
		do {
			status = try_write(sink, &people, next ? next : -1, next + 1, next, text,
					   &err);
			assert_true(status == US_OK || status == US_RETRY);
		} while (status != US_OK);
	}
	assert_true(faults.failed >= 6);
	assert_rows(sink, "SELECT count(*) FROM people", "20\n");
	assert_int_equal(ledger_next(sink), 20);
	sink_close(sink);
}

static void test_repeats_what_was_not_done(void **state)
{
	(void)state;
	write_patiently(FAULT_RETRY);
	write_patiently(FAULT_FULL);
}

static void test_repeats_what_was_done(void **state)
{
	(void)state;
	write_patiently(FAULT_LATE);
}

static void test_other_faults(void **state)
{
	const struct table_def *table = &people;
	struct fault_sink faults = { .inner = open_sink("memory:", &table, 1),
				     .owned = true,
				     .every = 1,
				     .first = 2,
				     .times = 2,
				     .fault = FAULT_ROW };
	struct sink *sink = fault_sink_open(&faults);
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(try_write(sink, &people, -1, 1, 1, "1|a|~\n", &err), US_OK);
	assert_int_equal(try_write(sink, &people, 1, 2, 2, "2|b|~\n", &err), US_REJECT);
	assert_string_equal(err.kind, "row");
	faults.fault = FAULT_FATAL;
	assert_int_equal(try_write(sink, &people, 1, 2, 2, "2|b|~\n", &err), US_FATAL);
	assert_int_equal(try_write(sink, &people, 1, 2, 2, "2|b|~\n", &err), US_OK);
	sink_close(sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_repeats_what_was_not_done),
					    cmocka_unit_test(test_repeats_what_was_done),
					    cmocka_unit_test(test_other_faults) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

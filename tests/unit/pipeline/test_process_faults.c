/*
 * test_process_faults.c - whatever fails, and however often: the table is what the log says, and
 * the accounts add up.
 */
#include "harness.h"

#include "faulty.h"

#define GOOD     400
#define CHILDREN 8

static void fill(struct harness *harness)
{
	harness_append_form(harness, GOOD_FORM, 0, GOOD / 2);
	harness_append_form(harness, CHILD_FORM, 1000, CHILDREN / 2);
	harness_append_form(harness, GOOD_FORM, GOOD / 2, GOOD / 2);
	harness_append_form(harness, CHILD_FORM, 2000, CHILDREN / 2);
}

static void expect_all(struct harness *harness)
{
	harness_expect_totals(harness, GOOD + CHILDREN, GOOD, CHILDREN);
	assert_int_equal(harness_query(harness, "SELECT id FROM people", NULL), GOOD);
	assert_int_equal(harness_pending(harness), CHILDREN);
	harness_verify(harness, true, 0);
}

static void run_with(struct faults faults)
{
	struct harness harness;
	struct faults mine = faults;
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&mine);

	harness_init(&harness, people_sql);
	fill(&harness);
	harness.config.hooks = &hooks;
	harness.config.batch_records = 37;
	harness_run(&harness, NULL);
	assert_true(mine.failed > 0);
	harness.config.hooks = NULL;
	expect_all(&harness);
	harness_release(&harness);
}

static void test_sink_retry(void **state)
{
	(void)state;
	for (unsigned every = 2; every < 7; every++)
		run_with((struct faults){ .every = every,
					  .limit = 5,
					  .status = US_RETRY,
					  .kind = "busy",
					  .sink_write = true });
}

static void test_sink_retry_after_it_was_written(void **state)
{
	(void)state;
	for (unsigned every = 1; every < 5; every++)
		run_with((struct faults){ .every = every,
					  .limit = 4,
					  .status = US_RETRY,
					  .after = true,
					  .sink_write = true });
}

static void test_sink_fatal(void **state)
{
	(void)state;
	for (unsigned every = 2; every < 6; every++)
		run_with((struct faults){
		    .every = every, .limit = 3, .status = US_FATAL, .sink_write = true });
}

static void test_sink_fatal_after_it_was_written(void **state)
{
	(void)state;
	run_with((struct faults){
	    .every = 2, .limit = 3, .status = US_FATAL, .after = true, .sink_write = true });
}

static void test_ownership_is_read_again(void **state)
{
	(void)state;
	run_with((struct faults){
	    .every = 3, .limit = 2, .status = US_FATAL, .kind = "ownership", .sink_write = true });
}

static void test_log_faults(void **state)
{
	(void)state;
	run_with((struct faults){ .every = 3, .limit = 5, .status = US_RETRY, .log_poll = true });
	run_with((struct faults){ .every = 4, .limit = 3, .status = US_FATAL, .log_poll = true });
	/* dead letters that cannot be appended hold everything back */
	run_with((struct faults){
	    .every = 1, .limit = 3, .status = US_RETRY, .kind = "full", .log_append = true });
	run_with((struct faults){ .every = 1, .limit = 2, .status = US_FATAL, .log_append = true });
}

static void test_ledger_cannot_be_read(void **state)
{
	(void)state;
	run_with((struct faults){ .every = 1, .limit = 3, .status = US_RETRY, .sink_read = true });
}

static void test_budget_ends(void **state)
{
	struct harness harness;
	struct faults faults = {
		.every = 1, .status = US_REJECT, .kind = "schema", .sink_write = true
	};
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&faults);
	struct err err = ERR_INIT;

	(void)state;
	harness_init(&harness, people_sql);
	fill(&harness);
	harness.config.hooks = &hooks;
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
	harness.config.hooks = NULL;
	harness_run(&harness, NULL);
	expect_all(&harness);
	harness_release(&harness);
}

/* The dead letters are appended, then the program is killed before the ledger counts them. Its
 * successor has a pipeline file that rejects less. */
static void test_killed_between_letter_and_ledger(void **state)
{
	struct harness harness;
	struct faults faults = {
		.every = 1, .status = US_REJECT, .kind = "killed", .sink_write = true
	};
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&faults);
	struct err err = ERR_INIT;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, CHILD_FORM, 0, 5);
	harness_append_form(&harness, BAD_FORM, 5, 2);
	harness.config.hooks = &hooks;
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
	assert_int_equal(harness_pending(&harness), 7);
	harness.config.hooks = NULL;
	plan_free(harness.plan);
	harness.plan = harness_plan(lenient_sql);
	harness.config.plan = harness.plan;
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 7, 5, 2);
	assert_int_equal(harness_viewed(&harness), 2);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

/* ---- a row that the sink refuses for itself */

static enum status refusing_write(struct sink *sink, const struct sink_write *write,
				  size_t *bad_table, int64_t *bad_row, struct err *err)
{
	struct faulty_sink *self = faulty_sink_of(sink);

	for (int64_t row = 0; row < write->rows[0].row_count; row++) {
		struct span name = column_text(&write->rows[0].columns[1], row);

		if (!span_equal(name, SPAN_LITERAL("poison")))
			continue;
		*bad_table = 0;
		*bad_row = row;
		err_set(err, US_REJECT, EXIT_BAD_DATA, "the server does not like it");
		err->kind = "row";
		return US_REJECT;
	}
	return self->inner->ops->write(self->inner, write, bad_table, bad_row, err);
}

static struct sink *refusing_sink_around(void *user, struct sink *inner)
{
	static struct sink_ops ops;
	struct sink *sink = faulty_sink_around(user, inner);

	ops = faulty_sink_ops;
	ops.write = refusing_write;
	sink->ops = &ops;
	return sink;
}

static void test_row_refused_by_sink_is_rejected_alone(void **state)
{
	struct harness harness;
	struct faults faults = { .every = 0 };
	const struct supervisor_hooks hooks = { .user = &faults, .sink = refusing_sink_around };
	struct partition *ledger;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 20);
	harness_append_form(&harness, "{\"id\":\"p#\",\"name\":\"poison\",\"age\":30}", 20, 1);
	harness_append_form(&harness, GOOD_FORM, 21, 20);
	harness_append_form(&harness, "{\"id\":\"p#\",\"name\":\"poison\",\"age\":30}", 41, 2);
	harness.config.hooks = &hooks;
	harness_run(&harness, NULL);
	harness.config.hooks = NULL;
	harness_expect_totals(&harness, 43, 40, 3);
	ledger = harness_ledger(&harness);
	assert_int_equal(count_list_get(&ledger->totals[0].rejected_by, "refused_by_sink", NULL),
			 3);
	partition_free(ledger);
	assert_int_equal(harness_pending(&harness), 3);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sink_retry),
		cmocka_unit_test(test_sink_retry_after_it_was_written),
		cmocka_unit_test(test_sink_fatal),
		cmocka_unit_test(test_sink_fatal_after_it_was_written),
		cmocka_unit_test(test_ownership_is_read_again),
		cmocka_unit_test(test_log_faults),
		cmocka_unit_test(test_ledger_cannot_be_read),
		cmocka_unit_test(test_budget_ends),
		cmocka_unit_test(test_killed_between_letter_and_ledger),
		cmocka_unit_test(test_row_refused_by_sink_is_rejected_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

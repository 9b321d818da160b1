/*
 * The decorator that other rooms' tests use: it fails when it says, and hands everything else
 * through unchanged.
 */
#include "fault_log.h"
#include "log_helpers.h"

static void test_every_third_append_fails(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	fault_log_start(&(struct fault_log_plan){
	    .every = 3, .status = US_RETRY, .kind = "full", .what = FAULT_APPEND });
	struct log *log = open_log(&(struct log_config){ .uri = "memory:", .create = true });
	struct log_reader *reader = assigned_reader(log, "r");
	struct record record = text_record("x", 1);
	for (int i = 1; i <= 9; i++) {
		enum status status = log->ops->append(log, &record, 1, NULL, NULL, &err);
		assert_status(i % 3 == 0 ? US_RETRY : US_OK, status, &err);
		if (status == US_RETRY)
			assert_string_equal("full", err.kind);
	}
	assert_int_equal(6, bounds_of(log).high);
	assert_int_equal(6, poll_event(reader, 0, 0).record_count);
	commit_to(reader, 6);
	reader->ops->wake(reader);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, PATIENCE_MS, 0).kind);
	assert_int_equal(3, atomic_load(&fault_log_faults));
	fault_log_stop();
	append_text(log, "no faults any more");
	append_text(log, "no faults any more");
	append_text(log, "no faults any more");
	log_reader_close(reader);
	log_close(log);
}

static void test_fatal_reader_is_closed_and_opened_again(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct log_event event;
	struct log_reader *reader = NULL;
	fault_log_start(
	    &(struct fault_log_plan){ .every = 2, .status = US_FATAL, .what = FAULT_POLL });
	struct log *log = open_log(&(struct log_config){ .uri = "memory:", .create = true });
	for (int i = 0; i < 3; i++) {
		assert_ok(log->ops->reader_open(log, "r", &reader, &err), &err);
		assert_ok(reader->ops->poll(reader, 0, 0, &event, &err), &err);
		assert_status(US_FATAL, reader->ops->poll(reader, 0, 0, &event, &err), &err);
		log_reader_close(reader);
	}
	log_close(log);
	fault_log_stop();
}

static void test_wrapping_may_fail(void **state)
{
	(void)state;
	fault_log_start(&(struct fault_log_plan){ .every = 0 });
	struct log_config config = { .uri = "memory:", .create = true };
	struct log *log = open_log(&config);
	uint64_t before = mem_count();
	struct log *second = open_log(&config);
	uint64_t allocations = mem_count() - before;
	log_close(second);
	mem_fail_at(allocations);
	assert_non_null(strstr(refused_open(&config, US_FATAL), "memory"));
	mem_fail_at(0);
	log_close(log);
	fault_log_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_third_append_fails),
		cmocka_unit_test(test_fatal_reader_is_closed_and_opened_again),
		cmocka_unit_test(test_wrapping_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

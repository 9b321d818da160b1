/*
 * contract_log_trim.h - the part of the contract (contract_log.h) that is about removing records.
 */
#ifndef TESTS_CONTRACT_LOG_TRIM_H
#define TESTS_CONTRACT_LOG_TRIM_H

#include "contract_log.h"

static void test_offset_at_a_time_that_is_gone(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	for (int i = 0; i < 50; i++)
		assert_ok_at_last(append_many(log, 2, 1, (1000 + i * 10) * CONTRACT_TICK_US, &err),
				  &err);
	assert_int_equal(10, trim_to(log, 10, true));
	struct log_reader *reader = assigned_reader(log, "");
	const int64_t times[][2] = { { INT64_MIN, 10 },
				     { 1000 * CONTRACT_TICK_US, 10 },
				     { INT64_MAX, 100 } };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t offset = -1;
		assert_ok_at_last(reader->ops->offset_at(reader, 0, times[i][0], &offset, &err),
				  &err);
		assert_int_equal(times[i][1], offset);
	}
	log_reader_close(reader);
	log_close(log);
}

static void test_what_nobody_has_read_is_kept(void **state)
{
	struct log *log = create_at(state);
	append_text(log, "a");
	struct log_reader *nameless = assigned_reader(log, "");
	assert_int_equal(0, trim_to(log, INT64_MAX, false)); /* nobody has read it */
	struct log_reader *named = assigned_reader(log, "r");
	commit_and_wait(log, named, "r", 1);
	assert_int_equal(1, trim_to(log, INT64_MAX, false)); /* the nameless holds nothing back */
	log_reader_close(named);
	log_reader_close(nameless);
	log_close(log);
}

static void test_trim(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok_at_last(append_many(log, 100, 200, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "r");
	assert_int_equal(0, reader_stat_of(log, "r").next);
	assert_int_equal(100, reader_stat_of(log, "r").lag);
	assert_int_equal(0, trim_to(log, 50, false)); /* it has committed nothing */
	commit_and_wait(log, reader, "r", 20);
	assert_int_equal(20, trim_to(log, 50, false));
	assert_int_equal(20, bounds_of(log).low);
	assert_int_equal(0, trim_to(log, 10, false));
	assert_int_equal(80, trim_to(log, INT64_MAX, true));
	log_close(log);
	log_reader_close(reader);

	/* the offsets go on where they were, also after it was empty and closed */
	log = create_at(state);
	struct log_partition_stat bounds = bounds_of(log);
	assert_int_equal(100, bounds.low);
	assert_int_equal(100, bounds.high);
	assert_int_equal(100, append_text(log, "a"));
	assert_int_equal(101, append_text(log, "b"));
	assert_int_equal(100, bounds_of(log).low);
	assert_status(US_REJECT, log->ops->trim(log, 3, 5, false, NULL, &err), &err);
	log_close(log);
}

static void test_lost_records_are_told_once(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok_at_last(append_many(log, 10, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "r");
	commit_and_wait(log, reader, "r", 2);
	seek_to(reader, 2);
	trim_to(log, 6, true);
	struct log_event event = next_event(reader, 0);
	assert_int_equal(LOG_EVENT_LOST, event.kind);
	assert_int_equal(2, event.next);
	assert_int_equal(6, event.low);
	assert_int_equal(10, event.high);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	seek_to(reader, event.low);
	event = next_event(reader, 0);
	assert_int_equal(LOG_EVENT_RECORDS, event.kind);
	assert_int_equal(6, event.records[0].offset);
	log_reader_close(reader);

	/* also when it was away */
	reader = open_reader(log, "r");
	event = next_event(reader, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	assert_int_equal(2, event.next);
	assert_int_equal(LOG_EVENT_LOST, next_event(reader, 0).kind);
	log_reader_close(reader);
	log_close(log);
}

#define CONTRACT_LOG_TRIM_TESTS                                           \
	CONTRACT(test_what_nobody_has_read_is_kept), CONTRACT(test_trim), \
	    CONTRACT(test_offset_at_a_time_that_is_gone),                 \
	    CONTRACT(test_lost_records_are_told_once)

#endif

/*
 * contract_log_asked.h - the part of the contract (contract_log.h) that asks the log about its
 * readers, about times, and whether it is there: all backends but librdkafka's mock cluster.
 */
#ifndef TESTS_CONTRACT_LOG_ASKED_H
#define TESTS_CONTRACT_LOG_ASKED_H

#include "contract_log.h"

static void test_offset_at_a_time(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	for (int i = 0; i < 50; i++)
		assert_ok_at_last(append_many(log, 2, 1, (1000 + i * 10) * CONTRACT_TICK_US, &err),
				  &err);
	struct log_reader *reader = assigned_reader(log, "");
	const int64_t times[][2] = { { 1000, 0 },  { 1050, 10 },  { 1051, 12 },
				     { 1490, 98 }, { 1491, 100 }, { 0, 0 } };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t offset = -1;
		assert_ok_at_last(reader->ops->offset_at(reader, 0, times[i][0] * CONTRACT_TICK_US,
							 &offset, &err),
				  &err);
		assert_int_equal(times[i][1], offset);
	}
	log_reader_close(reader);
	log_close(log);
}

static void test_committed_position_is_kept(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok_at_last(append_many(log, 10, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "process");
	next_event(reader, 0);
	commit_and_wait(log, reader, "process", 4);
	log_reader_close(reader);
	log_close(log);

	log = create_at(state);
	struct log_reader_stat stat = reader_stat_of(log, "process");
	assert_int_equal(4, stat.next);
	assert_int_equal(6, stat.lag);
	assert_true(stat.updated_us > 1700000000000000);
	reader = open_reader(log, "process");
	struct log_event event = next_event(reader, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	assert_int_equal(4, event.next);
	assert_int_equal(10, event.high);
	event = next_event(reader, 0);
	assert_int_equal(4, event.records[0].offset);
	log_reader_close(reader);
	log_close(log);
}

static void test_dead_letters_are_a_log_of_their_own(void **state)
{
	struct err err = ERR_INIT;
	struct log *records = create_at(state);
	struct log *letters = open_log(
	    &(struct log_config){ .uri = *state, .stream = LOG_DEAD_LETTERS, .create = true });
	assert_ok_at_last(append_many(records, 3, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(letters, "r");
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	assert_int_equal(0, append_text(letters, "letter"));
	struct log_event event = next_event(reader, 0);
	assert_int_equal(1, event.record_count);
	assert_span("letter", event.records[0].value);
	commit_and_wait(letters, reader, "r", 1);
	struct log_reader *other = assigned_reader(records, "r"); /* the same name, the other */
	struct log_stat a;
	struct log_stat b;
	assert_ok_at_last(records->ops->stat(records, &a, &err), &err);
	assert_ok_at_last(letters->ops->stat(letters, &b, &err), &err);
	assert_string_equal(a.identity, b.identity);
	log_stat_release(&a);
	log_stat_release(&b);
	assert_int_equal(3, reader_stat_of(records, "r").lag);
	assert_int_equal(0, reader_stat_of(letters, "r").lag);
	log_reader_close(reader);
	log_reader_close(other);
	log_close(records);
	log_close(letters);
}

static void test_missing_is_not_made(void **state)
{
	refused_open(&(struct log_config){ .uri = *state }, US_REJECT);
	refused_open(&(struct log_config){ .uri = *state, .read_only = true }, US_REJECT);
	log_close(create_at(state));
	log_close(open_log(&(struct log_config){ .uri = *state }));
}

#define CONCURRENT_BATCHES 100
#define CONCURRENT_RECORDS 20

static void *append_all(void *argument)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = argument, .exclusive = true });
	for (int i = 0; i < CONCURRENT_BATCHES; i++)
		assert_ok_at_last(append_many(log, CONCURRENT_RECORDS, 300, 1, &err), &err);
	log_close(log);
	return NULL;
}

static void *read_all(void *argument)
{
	struct log_reader *reader = argument;
	int64_t expected = 0;
	while (expected < CONCURRENT_BATCHES * CONCURRENT_RECORDS) {
		struct log_event event = poll_event(reader, PATIENCE_MS, 0);
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		for (size_t i = 0; i < event.record_count; i++)
			assert_int_equal(expected++, event.records[i].offset);
		commit_to(reader, expected);
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct log *log = create_at(state);
	struct log_reader *readers[2] = { assigned_reader(log, "a"), assigned_reader(log, "b") };
	pthread_t threads[3];
	pthread_create(&threads[0], NULL, read_all, readers[0]);
	pthread_create(&threads[1], NULL, read_all, readers[1]);
	pthread_create(&threads[2], NULL, append_all, *state);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	int64_t end = CONCURRENT_BATCHES * CONCURRENT_RECORDS;
	commit_and_wait(log, readers[0], "a", end);
	commit_and_wait(log, readers[1], "b", end);
	assert_int_equal(0, reader_stat_of(log, "a").lag);
	assert_int_equal(0, reader_stat_of(log, "b").lag);
	log_reader_close(readers[0]);
	log_reader_close(readers[1]);
	log_close(log);
}

#define CONTRACT_LOG_ASKED_TESTS                                                    \
	CONTRACT(test_offset_at_a_time), CONTRACT(test_committed_position_is_kept), \
	    CONTRACT(test_dead_letters_are_a_log_of_their_own),                     \
	    CONTRACT(test_missing_is_not_made), CONTRACT(test_threads)

#endif

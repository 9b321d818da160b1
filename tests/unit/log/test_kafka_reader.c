/*
 * What a Kafka log has and others have not, on librdkafka's mock cluster: several partitions,
 * batches that were cut short by a kill, brokers that do not answer.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "kafka_helpers.h"
#include "kafka_mock.h"
#include "log/kafka_reader.h"

/* ---- partitions */

static void test_a_key_stays_in_its_partition(void **state)
{
	struct log *log = open_log(&(struct log_config){ .uri = mock_topic(4) });
	int partition_of[KEYS];
	size_t seen = 0;
	(void)state;
	memset(partition_of, -1, sizeof(partition_of));
	for (int i = 0; i < 5; i++)
		append_keys(log, 0, KEYS, NULL);
	struct log_reader *reader = open_reader(log, "");
	int64_t next[4] = { 0 };
	while (seen < 5 * KEYS) {
		struct log_event event = next_event(reader, 7);
		if (event.kind == LOG_EVENT_ASSIGNED)
			continue;
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		for (size_t i = 0; i < event.record_count; i++) {
			const struct record *record = &event.records[i];
			char text[16] = "";
			memcpy(text, record->key.data, record->key.len);
			int key = (int)strtol(text + 4, NULL, 10);
			assert_int_equal(next[event.partition]++, record->offset);
			if (partition_of[key] < 0)
				partition_of[key] = record->partition;
			assert_int_equal(partition_of[key], record->partition);
		}
		seen += event.record_count;
	}
	/* Java's clients put these keys there too: murmur2(key) modulo 4 */
	static const int java[] = { 3, 0, 0, 3, 2, 3, 1, 3, 0, 2 };
	for (int i = 0; i < 10; i++)
		assert_int_equal(java[i], partition_of[i]);
	log_reader_close(reader);
	log_close(log);
}

static void test_letters_of_a_partition_stay_in_order(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(
	    &(struct log_config){ .uri = mock_topic(4), .stream = LOG_DEAD_LETTERS });
	struct record records[12];
	(void)state;
	for (int i = 0; i < 12; i++) {
		records[i] = text_record(i < 6 ? "a" : "b", 1000000);
		records[i].partition = i < 6 ? 2 : 5;
	}
	assert_ok_at_last(log->ops->append(log, records, 12, NULL, NULL, &err), &err);
	struct log_reader *reader = open_reader(log, "");
	for (size_t seen = 0; seen < 12;) {
		struct log_event event = next_event(reader, 0);
		for (size_t i = 0; i < event.record_count; i++)
			assert_int_equal(event.records[i].value.data[0] == 'a' ? 2 : 1,
					 event.partition);
		seen += event.record_count;
	}
	log_reader_close(reader);
	log_close(log);
}

/* ---- where the appender stands */

static void expect_cursor(struct log *log, const char *expected, int64_t expected_beyond)
{
	struct err err = ERR_INIT;
	int64_t beyond = -1;
	struct buf text;
	buf_init(&text, 1000);
	assert_ok_at_last(log->ops->cursor(log, &text, &beyond, &err), &err);
	assert_string_equal(expected, buf_text(&text));
	assert_int_equal(expected_beyond, beyond);
	buf_release(&text);
}

/* What a killed appender leaves: the first `count` records of a batch of `whole`, in partition p.
 */
static void append_torn(struct log *log, int32_t partition, int count, const char *batch,
			const char *before)
{
	struct err err = ERR_INIT;
	/* dead letters go where their partition says; the topic is the records' */
	for (int i = 0; i < count; i++) {
		const struct header headers[] = {
			{ SPAN_LITERAL("userstream-batch"), span_of(batch) },
			{ SPAN_LITERAL("userstream-before"), span_of(before) },
		};
		struct record record = text_record("torn", 1000000);
		record.partition = partition;
		record.headers = headers;
		record.header_count = i == 0 ? 2 : 1;
		assert_ok_at_last(log->ops->append(log, &record, 1, NULL, NULL, &err), &err);
	}
}

static void test_a_torn_batch_is_fetched_again(void **state)
{
	char uri[300];
	(void)state;
	snprintf(uri, sizeof(uri), "%s", mock_topic(2));
	/* the second stream, where this test can say which partition a record goes to */
	const struct log_config config = { .uri = uri, .stream = LOG_DEAD_LETTERS };
	struct log *log = open_log(&config);
	append_keys(log, 0, KEYS, "page 1"); /* keyless: all in partition 0 */
	append_keys(log, 0, KEYS, "page 2");
	expect_cursor(log, "page 2", 0);
	append_torn(log, 0, 3, "userstream 2 10 0", "page 2");
	append_torn(log, 1, 4, "userstream 2 10 0", "page 2");
	append_torn(log, 1, 4, "another 77 10 0", "not ours");
	expect_cursor(log, "page 2", 7);
	log_close(log);

	/* killed again while it was fetched again */
	log = open_log(&config);
	append_torn(log, 1, 2, "userstream 3 10 7", "page 2");
	expect_cursor(log, "page 2", 9);
	/* what is whole counts, however much of it: the next batch is number 4 */
	append_keys(log, 0, 5, "page 3");
	expect_cursor(log, "page 3", 0);
	log_close(log);
	log = open_log(&config);
	expect_cursor(log, "page 3", 0);
	log_close(log);
}

/* The batch began before the part of the log that is looked at first. */
static void test_a_long_batch_is_found(void **state)
{
	char uri[300];
	struct err err = ERR_INIT;
	(void)state;
	snprintf(uri, sizeof(uri), "%s", mock_topic(1));
	struct log *log = open_log(&(struct log_config){ .uri = uri });
	struct record *records = calloc(5000, sizeof(*records));
	const struct span cursor = SPAN_LITERAL("the only page");
	assert_non_null(records);
	for (int i = 0; i < 5000; i++)
		records[i] = text_record("x", 1000000);
	assert_ok_at_last(log->ops->append(log, records, 5000, &cursor, NULL, &err), &err);
	/* others append too */
	assert_ok_at_last(log->ops->append(log, records, 3000, NULL, NULL, &err), &err);
	log_close(log);
	log = open_log(&(struct log_config){ .uri = uri });
	expect_cursor(log, "the only page", 0);
	log_close(log);
	free(records);
}

static void test_producers_have_their_own_cursors(void **state)
{
	char uri[300], other[400];
	(void)state;
	snprintf(uri, sizeof(uri), "%s", mock_topic(4));
	snprintf(other, sizeof(other), "%s&producer=second", uri);
	struct log *one = open_log(&(struct log_config){ .uri = uri });
	struct log *two = open_log(&(struct log_config){ .uri = other });
	append_keys(one, 0, KEYS, "one 1");
	append_keys(two, 0, KEYS, "two 1");
	append_keys(two, 0, KEYS, "two 2");
	expect_cursor(one, "one 1", 0);
	expect_cursor(two, "two 2", 0);
	log_close(one);
	log_close(two);
}

/* ---- closing in the middle of a rebalance: librdkafka waits for an answer to what it asked */

/* Poll until a partition is told of so. */
static void poll_until(struct log_reader *reader, enum log_event_kind kind)
{
	while (next_event(reader, 0).kind != kind)
		;
}

static void expect_all_assigned(struct log_reader *reader, int partitions)
{
	for (int told = 0; told < partitions;)
		told += next_event(reader, 0).kind == LOG_EVENT_ASSIGNED;
}

static void test_closed_while_taking_over(void **state)
{
	struct log *log = open_log(&(struct log_config){ .uri = mock_topic(4) });
	(void)state;
	struct log_reader *reader = open_reader(log, "workers");
	poll_until(reader, LOG_EVENT_ASSIGNED); /* of one; three are to be told */
	log_reader_close(reader);
	reader = open_reader(log, "workers");
	expect_all_assigned(reader, 4);
	log_reader_close(reader);
	log_close(log);
}

static void *close_reader(void *reader)
{
	log_reader_close(reader);
	return NULL;
}

static void test_closed_while_giving_up(void **state)
{
	struct log *log = open_log(&(struct log_config){ .uri = mock_topic(4) });
	pthread_t thread;
	(void)state;
	struct log_reader *first = open_reader(log, "workers");
	expect_all_assigned(first, 4);
	struct log_reader *second = open_reader(log, "workers");
	poll_until(first, LOG_EVENT_REVOKED);
	/* the other takes part in what is still to come of the rebalance */
	assert_int_equal(0, pthread_create(&thread, NULL, close_reader, first));
	expect_all_assigned(second, 4);
	pthread_join(thread, NULL);
	log_reader_close(second);
	log_close(log);
}

/* ---- rebalances in the middle of reading */

struct pauses {
	struct kafka_reader *reader;
	_Atomic int64_t seen; /* how many records were read; -1: the end */
};

/* What librdkafka does at a rebalance to the partitions that stay: after each batch, while the next
 * one is taken. */
static void *pause_and_resume(void *user)
{
	struct pauses *pauses = user;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int64_t seen = 0, now, low, high;
	rd_kafka_topic_partition_list_add(list, pauses->reader->topic, 0);
	while ((now = atomic_load(&pauses->seen)) >= 0) {
		if (now == seen) {
			sched_yield();
			continue;
		}
		seen = now;
		rd_kafka_pause_partitions(pauses->reader->rk, list);
		rd_kafka_resume_partitions(pauses->reader->rk, list);
		/* any question wakes a thread of it that would sleep for a second now */
		rd_kafka_query_watermark_offsets(pauses->reader->rk, pauses->reader->topic, 0, &low,
						 &high, PATIENCE_MS);
	}
	rd_kafka_topic_partition_list_destroy(list);
	return NULL;
}

static void test_a_pause_skips_nothing(void **state)
{
	enum { BATCHES = 10, RECORDS = 4000, MOST = 250, PASSES = 3 };
	static struct record records[RECORDS];
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = mock_topic(1) });
	pthread_t thread;
	(void)state;
	for (int i = 0; i < RECORDS; i++)
		records[i] = text_record("a", 1000000);
	for (int i = 0; i < BATCHES; i++)
		assert_ok(log->ops->append(log, records, RECORDS, NULL, NULL, &err), &err);
	struct log_reader *reader = open_reader(log, "");
	struct pauses pauses = { .reader = kafka_reader_of(reader) };
	poll_until(reader, LOG_EVENT_ASSIGNED);
	assert_int_equal(0, pthread_create(&thread, NULL, pause_and_resume, &pauses));
	for (int pass = 0; pass < PASSES; pass++) {
		assert_ok(reader->ops->seek(reader, 0, 0, &err), &err);
		for (int64_t next = 0; next < BATCHES * RECORDS;) {
			struct log_event event = next_event(reader, MOST);
			for (size_t i = 0; i < event.record_count; i++)
				assert_int_equal(next++, event.records[i].offset);
			atomic_store(&pauses.seen, next);
		}
	}
	atomic_store(&pauses.seen, -1);
	pthread_join(thread, NULL);
	log_reader_close(reader);
	log_close(log);
}

/* ---- brokers that do not answer */

static void test_no_broker_is_told(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = NULL;
	(void)state;
	const struct log_config config = {
		.uri = "kafka://127.0.0.1:1/topic?socket.timeout.ms=300"
	};
	assert_status(US_RETRY, log_open(&log, &config, &err), &err);
	assert_int_equal(EXIT_UNREACHABLE, err.code);
	assert_non_null(strstr(err.text, "127.0.0.1:1"));
	assert_non_null(strstr(err.text, "refused"));
}

/* A broker that goes away in the middle: the batch stays under way, and is there once. */
static void test_a_batch_waits_for_the_broker(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = mock_topic(1) });
	struct record records[3] = { text_record("a", 1000000), text_record("b", 1000000),
				     text_record("c", 1000000) };
	const struct span cursor = SPAN_LITERAL("page");
	(void)state;
	append_keys(log, 0, 1, "the page before");
	rd_kafka_mock_broker_set_down(mock_cluster, 1);
	assert_status(US_RETRY, log->ops->append(log, records, 3, &cursor, NULL, &err), &err);
	if (!strstr(err.text, "not acknowledged"))
		fail_msg("%s", err.text);
	rd_kafka_mock_broker_set_up(mock_cluster, 1);
	enum status status = US_RETRY;
	for (int i = 0; i < 12 && status == US_RETRY; i++)
		status = log->ops->append(log, records, 3, &cursor, NULL, &err);
	assert_ok(status, &err);
	assert_int_equal(4, bounds_of(log).high);
	log_close(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_stays_in_its_partition),
		cmocka_unit_test(test_letters_of_a_partition_stay_in_order),
		cmocka_unit_test(test_a_torn_batch_is_fetched_again),
		cmocka_unit_test(test_a_long_batch_is_found),
		cmocka_unit_test(test_producers_have_their_own_cursors),
		cmocka_unit_test(test_closed_while_taking_over),
		cmocka_unit_test(test_closed_while_giving_up),
		cmocka_unit_test(test_a_pause_skips_nothing),
		cmocka_unit_test(test_no_broker_is_told),
		cmocka_unit_test(test_a_batch_waits_for_the_broker),
	};
	return cmocka_run_group_tests_name("kafka_reader", tests, mock_start, mock_stop);
}

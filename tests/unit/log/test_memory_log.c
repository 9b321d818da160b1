/*
 * The memory backend: the contract of every log, and what only it has: several partitions, a log
 * that ends with its last handle.
 */
#include "contract_log_asked.h"
#include "contract_log_local.h"
#include "contract_log_trim.h"

static int contract_setup(void **state)
{
	static unsigned count;
	static char uri[64];
	snprintf(uri, sizeof(uri), "memory:test-%u", count++);
	*state = uri;
	return 0;
}

static int contract_teardown(void **state)
{
	log_memory_forget((const char *)*state + strlen("memory:"));
	return 0;
}

static void test_partitions_by_key(void **state)
{
	struct err err = ERR_INIT;
	(void)state;
	struct log_config config = { .uri = "memory:?partitions=4", .create = true };
	struct log *log = open_log(&config);
	struct record records[400];
	char keys[400][16];
	for (int i = 0; i < 400; i++) {
		records[i] = text_record("v", 1);
		snprintf(keys[i], sizeof(keys[i]), "key %d", i % 100);
		records[i].key = span_of(keys[i]);
	}
	int64_t first = 0;
	assert_ok(log->ops->append(log, records, 400, NULL, &first, &err), &err);
	assert_int_equal(-1, first);
	struct log_reader *reader = open_reader(log, "r");
	bool assigned[4] = { false };
	for (int i = 0; i < 4; i++) {
		struct log_event event = poll_event(reader, 0, 0);
		assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
		assigned[event.partition] = true;
	}
	int partition_of[100];
	memset(partition_of, -1, sizeof(partition_of));
	size_t total = 0;
	while (total < 400) {
		struct log_event event = poll_event(reader, 0, 30);
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		assert_true(assigned[event.partition]);
		for (size_t i = 0; i < event.record_count; i++) {
			int key = atoi(event.records[i].key.data + 4);
			assert_int_equal(event.partition, event.records[i].partition);
			if (partition_of[key] < 0)
				partition_of[key] = event.partition;
			assert_int_equal(partition_of[key], event.partition);
		}
		total += event.record_count;
	}
	assert_ok(reader->ops->commit(reader, 3, 5, &err), &err);
	struct log_stat stat;
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_int_equal(4, stat.partition_count);
	assert_int_equal(4, stat.reader_count);
	assert_int_equal(5, stat.readers[3].next);
	log_stat_release(&stat);
	config.uri = "memory:";
	refused_open(&config, US_REJECT); /* open already, with four */
	log_reader_close(reader);
	log_close(log);
}

static void test_records_without_keys_are_spread(void **state)
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	(void)state;
	struct log *log = open_log(
	    &(struct log_config){ .uri = "memory:?partitions=2", .create = true });
	for (int i = 0; i < 3; i++)
		assert_ok(append_many(log, 5, 1, 1, &err), &err);
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_int_equal(8, stat.partitions[0].high);
	assert_int_equal(7, stat.partitions[1].high);
	log_stat_release(&stat);
	log_close(log);
}

static void test_letters_of_a_partition_stay_together(void **state)
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	(void)state;
	struct log *log = open_log(&(struct log_config){
	    .uri = "memory:?partitions=2", .stream = LOG_DEAD_LETTERS, .create = true });
	struct record records[9];
	char keys[9][12];
	for (int i = 0; i < 9; i++) {
		records[i] = text_record("letter", 1);
		snprintf(keys[i], sizeof(keys[i]), "%d", i);
		records[i].key = span_of(keys[i]);
		records[i].partition = i < 6 ? 3 : 4;
	}
	assert_ok(log->ops->append(log, records, 9, NULL, NULL, &err), &err);
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_int_equal(3, stat.partitions[0].high);
	assert_int_equal(6, stat.partitions[1].high);
	log_stat_release(&stat);
	log_close(log);
}

static void test_nameless_ends_with_its_last_handle(void **state)
{
	(void)state;
	struct log_config config = { .uri = "memory:", .create = true };
	struct log *a = open_log(&config);
	struct log *b = open_log(&config);
	append_text(a, "x");
	assert_int_equal(1, bounds_of(b).high);
	struct log_reader *reader = assigned_reader(b, "");
	log_close(a);
	log_close(b);
	assert_int_equal(1, poll_event(reader, 0, 0).record_count);
	log_reader_close(reader);
	a = open_log(&config);
	assert_int_equal(0, bounds_of(a).high);
	log_close(a);
}

static void test_unknown_schemes(void **state)
{
	(void)state;
	struct log_config config = { .uri = "pulsar://host:6650/topic", .create = true };
	const char *text = refused_open(&config, US_REJECT);
	assert_non_null(strstr(text, "\"pulsar:\""));
	assert_non_null(strstr(text, "lmdb:PATH"));
	config.uri = "lmbd:user:secret@data";
	text = refused_open(&config, US_REJECT);
	assert_non_null(strstr(text, "did you mean \"lmdb:\"?"));
	assert_null(strstr(text, "secret"));
	config.uri = "data/user_topic";
	assert_non_null(strstr(refused_open(&config, US_REJECT), "lmdb:PATH"));
	config.uri = NULL;
	refused_open(&config, US_REJECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_LOG_TESTS,
		CONTRACT_LOG_ASKED_TESTS,
		CONTRACT_LOG_TRIM_TESTS,
		CONTRACT_LOG_LOCAL_TESTS,
		cmocka_unit_test(test_partitions_by_key),
		cmocka_unit_test(test_records_without_keys_are_spread),
		cmocka_unit_test(test_letters_of_a_partition_stay_together),
		cmocka_unit_test(test_nameless_ends_with_its_last_handle),
		cmocka_unit_test(test_unknown_schemes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

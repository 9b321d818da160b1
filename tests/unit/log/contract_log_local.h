/*
 * contract_log_local.h - the part of the contract (contract_log.h) of logs that do themselves what
 * a server does for others: retention, bounds, one appender, one reader of a name.
 */
#ifndef TESTS_CONTRACT_LOG_LOCAL_H
#define TESTS_CONTRACT_LOG_LOCAL_H

#include "contract_log.h"

static void test_reader_in_use_and_dropping(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	struct log_reader *reader = assigned_reader(log, "one");
	struct log_reader *other = assigned_reader(log, "two");
	struct log_reader *third = NULL;
	char pid[32];
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_status(US_REJECT, log->ops->reader_open(log, "one", &third, &err), &err);
	assert_non_null(strstr(err.text, pid));
	assert_status(US_REJECT, log->ops->drop_reader(log, "one", &err), &err);
	assert_non_null(strstr(err.text, pid));
	log_reader_close(reader);
	assert_ok(log->ops->drop_reader(log, "one", &err), &err);
	assert_status(US_REJECT, log->ops->drop_reader(log, "one", &err), &err);
	assert_non_null(strstr(err.text, "one"));
	assert_int_equal(0, reader_stat_of(log, "two").next);
	reader = assigned_reader(log, "one");
	log_reader_close(reader);
	log_reader_close(other);

	char long_name[200];
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_status(US_REJECT, log->ops->reader_open(log, long_name, &third, &err), &err);
	log_close(log);
}

static void test_retention_by_size(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(
	    &(struct log_config){ .uri = *state, .create = true, .retain_bytes = 200000 });
	struct log_reader *reader = assigned_reader(log, "r");
	for (int i = 0; i < 20; i++)
		assert_ok(append_many(log, 50, 1000, 1, &err), &err);
	assert_int_equal(0, bounds_of(log).low); /* the reader holds everything back */
	commit_to(reader, 300);
	for (int i = 0; i < 5; i++)
		assert_ok(append_many(log, 50, 1000, 1, &err), &err);
	assert_int_equal(300, bounds_of(log).low);
	commit_to(reader, 1250);
	for (int i = 0; i < 20; i++)
		assert_ok(append_many(log, 50, 1000, 1, &err), &err);
	struct log_partition_stat bounds = bounds_of(log);
	assert_in_range(bounds.high - bounds.low, 100, 1000);
	assert_int_equal(1250, bounds.low); /* but not past the reader, either */
	struct log_reader *slow = assigned_reader(log, "slow");
	commit_to(slow, bounds.high);
	log_reader_close(reader);
	assert_ok(log->ops->drop_reader(log, "r", &err), &err);
	for (int i = 0; i < 10; i++)
		assert_ok(append_many(log, 50, 1000, 1, &err), &err);
	assert_int_equal(bounds.high, bounds_of(log).low); /* r holds nothing back any more */
	log_reader_close(slow);
	log_close(log);
}

/* Where nobody has read yet, everything is unread: a processor may still be to come. */
static void test_retention_keeps_what_nobody_has_read(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){
	    .uri = *state, .create = true, .retain_bytes = 100000, .retain_ms = 1000 });
	for (int i = 0; i < 20; i++)
		assert_ok(append_many(log, 50, 1000, 1, &err), &err);
	assert_int_equal(0, bounds_of(log).low);
	assert_int_equal(0, trim_to(log, INT64_MAX, false));
	struct log_reader *reader = assigned_reader(log, "r");
	commit_to(reader, 900);
	assert_ok(append_many(log, 500, 1, 1, &err), &err);
	assert_int_equal(900, bounds_of(log).low);
	log_reader_close(reader);
	log_close(log);
}

static void test_retention_that_may_pass_readers(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){
	    .uri = *state, .create = true, .retain_bytes = 100000, .retain_unread = true });
	struct log_reader *reader = assigned_reader(log, "r");
	for (int i = 0; i < 20; i++)
		assert_ok(append_many(log, 50, 1000, 1, &err), &err);
	struct log_partition_stat bounds = bounds_of(log);
	assert_in_range(bounds.high - bounds.low, 50, 100);
	assert_int_equal(LOG_EVENT_LOST, poll_event(reader, 0, 0).kind);
	log_reader_close(reader);
	log_close(log);
}

static void test_retention_by_age(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(
	    &(struct log_config){ .uri = *state, .create = true, .retain_ms = 3600 * 1000 });
	int64_t now = clock_wall_us();
	struct log_reader *reader = assigned_reader(log, "r");
	assert_ok(append_many(log, 10, 10, now - 7200 * INT64_C(1000000), &err), &err);
	commit_to(reader, 10);
	log_reader_close(reader);
	assert_ok(append_many(log, 5, 10, now, &err), &err);
	struct log_partition_stat bounds = bounds_of(log);
	assert_int_equal(10, bounds.low);
	assert_int_equal(15, bounds.high);
	struct log_stat stat;
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_true(stat.oldest_us == now && stat.newest_us == now && stat.bytes > 0);
	log_stat_release(&stat);
	log_close(log);
}

static void test_full_is_back_pressure(void **state)
{
	struct err err = ERR_INIT;
	struct log_config config = { .uri = *state, .create = true, .map_bytes = 2 << 20 };
	struct log *log = open_log(&config);
	enum status status = US_OK;
	int batches = 0;
	for (; status == US_OK && batches < 10000; batches++)
		status = append_many(log, 10, 1000, 1, &err);
	assert_status(US_RETRY, status, &err);
	assert_string_equal("full", err.kind);
	int64_t high = bounds_of(log).high;
	assert_int_equal((batches - 1) * 10, high); /* nothing of the last one */
	assert_true(high >= 500);

	/* fill it to the last page, with ever smaller records */
	for (size_t size = 1000; size >= 1; size /= 2)
		while (append_many(log, 1, size, 1, &err) == US_OK)
			continue;
	assert_string_equal("full", err.kind);
	log_close(log);
	log = open_log(&config);
	high = bounds_of(log).high;
	assert_int_equal(high / 2, trim_to(log, high / 2, true));
	for (int i = 0; i < batches / 4; i++)
		assert_ok(append_many(log, 10, 1000, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "");
	int64_t expected = high / 2;
	for (struct log_event event = poll_event(reader, 0, 0); event.kind == LOG_EVENT_RECORDS;
	     event = poll_event(reader, 0, 0))
		for (size_t i = 0; i < event.record_count; i++)
			assert_int_equal(expected++, event.records[i].offset);
	assert_int_equal(bounds_of(log).high, expected);
	log_reader_close(reader);
	log_close(log);
}

/* What only age would remove must go though no append succeeds any more. */
static void test_retention_frees_a_full_log(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){
	    .uri = *state, .create = true, .map_bytes = 1 << 20, .retain_ms = 60000 });
	struct log_reader *reader = assigned_reader(log, "r");
	while (append_many(log, 10, 1000, 1, &err) == US_OK) /* of 1970, but unread */
		continue;
	assert_string_equal("full", err.kind);
	commit_to(reader, bounds_of(log).high);
	int64_t now = clock_wall_us();
	enum status status = US_RETRY;
	for (int tries = 0; tries < 100 && status == US_RETRY; tries++)
		status = append_many(log, 10, 1000, now, &err);
	assert_ok(status, &err);
	log_reader_close(reader);
	log_close(log);
}

static void test_exclusive_appender(void **state)
{
	struct log_config config = { .uri = *state, .create = true, .exclusive = true };
	struct log *log = open_log(&config);
	char pid[32];
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_non_null(strstr(refused_open(&config, US_REJECT), pid));
	struct log_config letters = config;
	letters.stream = LOG_DEAD_LETTERS;
	struct log *beside = open_log(&letters);
	struct log *reads = open_log(&(struct log_config){ .uri = *state, .read_only = true });
	append_text(log, "a");
	append_text(beside, "b");
	assert_int_equal(1, bounds_of(reads).high);
	log_close(reads);
	log_close(log);
	log = open_log(&config);
	log_close(log);
	log_close(beside);
}

/* The status of the first step that failed. */
static enum status use_everything(const char *uri, struct err *err)
{
	struct log *log = NULL;
	struct log_reader *reader = NULL;
	struct log_event event;
	struct log_stat stat;
	const struct span cursor = SPAN_LITERAL("page");
	const struct header header = { SPAN_LITERAL("name"), SPAN_LITERAL("value") };
	struct record records[200];
	for (int i = 0; i < 200; i++) {
		records[i] = text_record("0123456789", 1);
		records[i].headers = &header;
		records[i].header_count = 1;
	}
	enum status status = log_open(&log, &(struct log_config){ .uri = uri, .create = true },
				      err);
	if (status == US_OK)
		status = log->ops->append(log, records, 200, &cursor, NULL, err);
	if (status == US_OK)
		status = log->ops->reader_open(log, "r", &reader, err);
	for (int i = 0; i < 3 && status == US_OK; i++)
		status = reader->ops->poll(reader, 0, 150, &event, err);
	if (status == US_OK)
		status = log->ops->stat(log, &stat, err);
	if (status == US_OK)
		log_stat_release(&stat);
	log_reader_close(reader);
	log_close(log);
	return status;
}

static void test_every_allocation_may_fail(void **state)
{
	enum status status = US_FATAL;
	uint64_t n = 1;
	for (; status != US_OK && n < 1000; n++) {
		struct err err = ERR_INIT;
		mem_fail_at(n);
		status = use_everything(*state, &err);
		mem_fail_at(0);
		if (status != US_OK) {
			assert_status(US_FATAL, status, &err);
			assert_non_null(strstr(err.text, "memory"));
		}
	}
	assert_in_range(n, 5, 999);
}

#define CONTRACT_LOG_LOCAL_TESTS                                                             \
	CONTRACT(test_reader_in_use_and_dropping), CONTRACT(test_retention_by_size),         \
	    CONTRACT(test_retention_keeps_what_nobody_has_read),                             \
	    CONTRACT(test_retention_that_may_pass_readers), CONTRACT(test_retention_by_age), \
	    CONTRACT(test_full_is_back_pressure), CONTRACT(test_retention_frees_a_full_log), \
	    CONTRACT(test_exclusive_appender), CONTRACT(test_every_allocation_may_fail)

#endif

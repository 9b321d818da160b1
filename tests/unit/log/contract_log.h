/*
 * contract_log.h - what log.h promises, as tests that run on every backend. A test program includes
 * it once, defines contract_setup and contract_teardown, which give each test a URI of its own at
 * which there is no log yet (as *state), and runs CONTRACT_LOG_TESTS.
 */
#ifndef TESTS_CONTRACT_LOG_H
#define TESTS_CONTRACT_LOG_H

#include <pthread.h>

#include "log_helpers.h"

static int contract_setup(void **state);
static int contract_teardown(void **state);

static struct log *create_at(void **state)
{
	return open_log(&(struct log_config){ .uri = *state, .create = true });
}

/* ---- appending and reading */

static void test_empty_log(void **state)
{
	struct log *log = create_at(state);
	struct log_partition_stat bounds = bounds_of(log);
	assert_int_equal(0, bounds.low);
	assert_int_equal(0, bounds.high);
	struct buf cursor;
	buf_init(&cursor, 1000);
	cursor_of(log, &cursor);
	assert_int_equal(0, cursor.len);
	struct log_reader *reader = open_reader(log, "");
	struct log_event event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	assert_int_equal(0, event.low);
	assert_int_equal(0, event.high);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	log_reader_close(reader);
	log_close(log);
	log_close(NULL);
	log_reader_close(NULL);
}

static void assert_span(const char *expected, struct span span)
{
	assert_non_null(span.data);
	assert_int_equal(strlen(expected), span.len);
	assert_memory_equal(expected, span.data, span.len);
}

static void test_every_part_of_a_record(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	const struct header headers[] = { { SPAN_LITERAL("reason"), SPAN_LITERAL("no id") },
					  { SPAN_LITERAL(""), SPAN_LITERAL("") },
					  { SPAN_LITERAL("none"), SPAN_NULL } };
	const struct record records[] = {
		{ .timestamp_us = 1458890390667000,
		  .key = SPAN_LITERAL("k\0y"),
		  .value = SPAN_LITERAL("{\"a\":1}"),
		  .headers = headers,
		  .header_count = 3 },
		{ .timestamp_us = -1, .key = SPAN_NULL, .value = SPAN_NULL },
		{ .timestamp_us = 0, .key = SPAN_LITERAL(""), .value = SPAN_LITERAL("") },
	};
	int64_t first = -1;
	assert_ok(log->ops->append(log, records, 3, NULL, &first, &err), &err);
	assert_int_equal(0, first);
	struct log_reader *reader = assigned_reader(log, "");
	struct log_event event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_RECORDS, event.kind);
	assert_int_equal(3, event.record_count);
	assert_int_equal(3, event.next);
	const struct record *got = event.records;
	assert_int_equal(0, got[0].offset);
	assert_int_equal(0, got[0].partition);
	assert_true(got[0].timestamp_us == 1458890390667000);
	assert_int_equal(3, got[0].key.len);
	assert_memory_equal("k\0y", got[0].key.data, 3);
	assert_span("{\"a\":1}", got[0].value);
	assert_int_equal(3, got[0].header_count);
	assert_span("reason", got[0].headers[0].name);
	assert_span("no id", got[0].headers[0].value);
	assert_span("", got[0].headers[1].name);
	assert_span("", got[0].headers[1].value);
	assert_span("none", got[0].headers[2].name);
	assert_null(got[0].headers[2].value.data);
	assert_int_equal(1, got[1].offset);
	assert_true(got[1].timestamp_us == -1);
	assert_null(got[1].key.data);
	assert_null(got[1].value.data);
	assert_int_equal(0, got[1].header_count);
	assert_span("", got[2].key);
	assert_span("", got[2].value);
	log_reader_close(reader);
	log_close(log);
}

/* A JSON reader looks past the end: of the last record too. */
static void test_padding_is_readable(void **state)
{
	struct log *log = create_at(state);
	append_text(log, "{}");
	struct log_reader *reader = assigned_reader(log, "");
	struct log_event event = poll_event(reader, 0, 0);
	assert_int_equal(1, event.record_count);
	unsigned sum = 0;
	for (size_t i = 0; i < event.records[0].value.len + RECORD_PADDING; i++)
		sum += (unsigned char)event.records[0].value.data[i];
	assert_true(sum >= '{' + '}');
	log_reader_close(reader);
	log_close(log);
}

static void test_batches_and_how_long_they_live(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok(append_many(log, 10, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "");
	struct log_event a = poll_event(reader, 0, 4);
	struct log_event b = poll_event(reader, 0, 4);
	assert_int_equal(4, a.record_count);
	assert_int_equal(4, b.record_count);
	assert_span("3", a.records[3].value); /* still there, beside the next */
	assert_span("4", b.records[0].value);
	assert_int_equal(8, b.next);
	struct log_event c = poll_event(reader, 0, 4);
	assert_int_equal(2, c.record_count);
	assert_span("7", b.records[3].value);
	assert_span("9", c.records[1].value);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 4).kind);
	assert_span("9", c.records[1].value);
	log_reader_close(reader);
	log_close(log);
}

static void test_a_batch_is_bounded_in_bytes(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok(append_many(log, 10, 1 << 20, 1, &err), &err);
	assert_ok(append_many(log, 1, 9 << 20, 1, &err), &err);
	assert_ok(append_many(log, 1, 10, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "");
	size_t records = 0;
	bool seen_big = false;
	while (records < 12) {
		struct log_event event = poll_event(reader, 0, 0);
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		size_t bytes = 0;
		for (size_t i = 0; i < event.record_count; i++)
			bytes += event.records[i].value.len;
		if (event.record_count > 1)
			assert_in_range(bytes, 0, 4 << 20);
		if (bytes == 9 << 20)
			seen_big = true;
		records += event.record_count;
	}
	assert_true(seen_big);
	log_reader_close(reader);
	log_close(log);
}

static void test_too_large_a_record_is_refused(void **state)
{
	struct err err = ERR_INIT;
	char uri[512];
	snprintf(uri, sizeof(uri), "%s?max_record_bytes=2000", (const char *)*state);
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	static char big[4000];
	struct record records[] = { text_record("fits", 1), text_record("fits", 2),
				    text_record("", 3) };
	records[2].value = (struct span){ .data = big, .len = sizeof(big) };
	const struct span cursor = SPAN_LITERAL("page 7");
	assert_status(US_REJECT, log->ops->append(log, records, 3, &cursor, NULL, &err), &err);
	assert_non_null(strstr(err.text, "record 2"));
	assert_int_equal(0, bounds_of(log).high);
	struct buf text;
	buf_init(&text, 100);
	cursor_of(log, &text);
	assert_int_equal(0, text.len);
	log_close(log);
}

static void test_cursor_goes_with_the_records(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	struct record record = text_record("a", 1);
	const struct span pages[] = { SPAN_LITERAL("page 1"), SPAN_LITERAL("page 2, longer"),
				      SPAN_LITERAL("") };
	for (int i = 0; i < 3; i++) {
		assert_ok(log->ops->append(log, &record, 1, &pages[i], NULL, &err), &err);
		append_text(log, "without a cursor: the former one stays");
		log_close(log);
		log = create_at(state);
		struct buf text;
		buf_init(&text, 100);
		buf_append_text(&text, ">");
		cursor_of(log, &text);
		assert_int_equal(1 + pages[i].len, text.len);
		assert_memory_equal(pages[i].data, text.data + 1, pages[i].len);
		buf_release(&text);
	}
	/* a cursor alone is an append as well */
	const struct span end = SPAN_LITERAL("the end");
	assert_ok(log->ops->append(log, NULL, 0, &end, NULL, &err), &err);
	assert_int_equal(6, bounds_of(log).high);
	log_close(log);
}

/* ---- positions */

static void test_seek(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok(append_many(log, 20, 1, 1, &err), &err);
	struct log_reader *reader = open_reader(log, "");
	assert_int_equal(LOG_EVENT_ASSIGNED, poll_event(reader, 0, 0).kind);
	seek_to(reader, 15);
	struct log_event event = poll_event(reader, 0, 2);
	assert_int_equal(15, event.records[0].offset);
	seek_to(reader, 3);
	event = poll_event(reader, 0, 2);
	assert_int_equal(3, event.records[0].offset);
	seek_to(reader, 20);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	append_text(log, "new");
	event = poll_event(reader, 0, 0);
	assert_int_equal(20, event.records[0].offset);
	assert_status(US_REJECT, reader->ops->seek(reader, 7, 0, &err), &err);
	log_reader_close(reader);
	log_close(log);
}

static void test_offset_at_a_time(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	for (int i = 0; i < 50; i++)
		assert_ok(append_many(log, 2, 1, 1000 + i * 10, &err), &err);
	assert_int_equal(10, trim_to(log, 10, true));
	struct log_reader *reader = assigned_reader(log, "");
	const int64_t times[][2] = { { INT64_MIN, 10 }, { 1000, 10 }, { 1050, 10 },
				     { 1051, 12 },      { 1490, 98 }, { 1491, 100 },
				     { INT64_MAX, 100 } };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t offset = -1;
		assert_ok(reader->ops->offset_at(reader, 0, times[i][0], &offset, &err), &err);
		assert_int_equal(times[i][1], offset);
	}
	log_reader_close(reader);
	log_close(log);
}

static void test_committed_position_is_kept(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok(append_many(log, 10, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "process");
	assert_int_equal(0, reader_stat_of(log, "process").next);
	assert_int_equal(10, reader_stat_of(log, "process").lag);
	poll_event(reader, 0, 0);
	commit_to(reader, 4);
	log_reader_close(reader);
	log_close(log);

	log = create_at(state);
	struct log_reader_stat stat = reader_stat_of(log, "process");
	assert_int_equal(4, stat.next);
	assert_int_equal(6, stat.lag);
	assert_true(stat.updated_us > 1700000000000000);
	reader = open_reader(log, "process");
	struct log_event event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	assert_int_equal(4, event.next);
	assert_int_equal(10, event.high);
	event = poll_event(reader, 0, 0);
	assert_int_equal(4, event.records[0].offset);
	log_reader_close(reader);
	log_close(log);
}

static void test_nameless_reader_commits_nothing(void **state)
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	struct log *log = create_at(state);
	append_text(log, "a");
	struct log_reader *reader = assigned_reader(log, "");
	commit_to(reader, 1);
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_int_equal(0, stat.reader_count);
	log_stat_release(&stat);
	assert_int_equal(0, trim_to(log, INT64_MAX, false)); /* so nobody has read it */
	struct log_reader *named = assigned_reader(log, "r");
	commit_to(named, 1);
	assert_int_equal(1, trim_to(log, INT64_MAX, false)); /* nor is it held back by the other */
	log_reader_close(named);
	log_reader_close(reader);
	log_close(log);
}

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

static void test_pause(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	append_text(log, "a");
	struct log_reader *reader = assigned_reader(log, "");
	assert_ok(reader->ops->pause(reader, 0, true, &err), &err);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 1, 0).kind);
	assert_ok(reader->ops->pause(reader, 0, false, &err), &err);
	assert_int_equal(LOG_EVENT_RECORDS, poll_event(reader, 0, 0).kind);
	log_reader_close(reader);
	log_close(log);
}

/* ---- removing */

static void test_trim(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok(append_many(log, 100, 200, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "r");
	assert_int_equal(0, trim_to(log, 50, false)); /* it has committed nothing */
	commit_to(reader, 20);
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
	assert_ok(append_many(log, 10, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "r");
	commit_to(reader, 2);
	seek_to(reader, 2);
	trim_to(log, 6, true);
	struct log_event event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_LOST, event.kind);
	assert_int_equal(2, event.next);
	assert_int_equal(6, event.low);
	assert_int_equal(10, event.high);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	seek_to(reader, event.low);
	event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_RECORDS, event.kind);
	assert_int_equal(6, event.records[0].offset);
	log_reader_close(reader);

	/* also when it was away */
	reader = open_reader(log, "r");
	event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	assert_int_equal(2, event.next);
	assert_int_equal(LOG_EVENT_LOST, poll_event(reader, 0, 0).kind);
	log_reader_close(reader);
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

/* ---- a bound */

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

/* ---- handles */

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

static void test_dead_letters_are_a_log_of_their_own(void **state)
{
	struct err err = ERR_INIT;
	struct log *records = create_at(state);
	struct log *letters = open_log(
	    &(struct log_config){ .uri = *state, .stream = LOG_DEAD_LETTERS, .create = true });
	assert_ok(append_many(records, 3, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(letters, "r");
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	assert_int_equal(0, append_text(letters, "letter"));
	struct log_event event = poll_event(reader, 0, 0);
	assert_int_equal(1, event.record_count);
	assert_span("letter", event.records[0].value);
	commit_to(reader, 1);
	struct log_reader *other = assigned_reader(records, "r"); /* the same name, the other */
	struct log_stat a;
	struct log_stat b;
	assert_ok(records->ops->stat(records, &a, &err), &err);
	assert_ok(letters->ops->stat(letters, &b, &err), &err);
	assert_string_equal(a.identity, b.identity);
	assert_int_equal(3, a.readers[0].lag);
	assert_int_equal(0, b.readers[0].lag);
	log_stat_release(&a);
	log_stat_release(&b);
	log_reader_close(reader);
	log_reader_close(other);
	log_close(records);
	log_close(letters);
}

static void identity_of(struct log *log, char out[64])
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	memcpy(out, stat.identity, 64);
	log_stat_release(&stat);
}

static void test_identity(void **state)
{
	char first[64];
	char second[64];
	struct log *log = create_at(state);
	identity_of(log, first);
	log_close(log);
	log = create_at(state);
	identity_of(log, second);
	log_close(log);
	assert_string_equal(first, second);
	assert_int_equal(36, strlen(first));
	contract_teardown(state);
	contract_setup(state);
	log = create_at(state);
	identity_of(log, second);
	log_close(log);
	assert_string_not_equal(first, second);
}

static void test_missing_is_not_made(void **state)
{
	refused_open(&(struct log_config){ .uri = *state }, US_REJECT);
	refused_open(&(struct log_config){ .uri = *state, .read_only = true }, US_REJECT);
	log_close(create_at(state));
	log_close(open_log(&(struct log_config){ .uri = *state }));
}

static void test_read_only_changes_nothing(void **state)
{
	struct err err = ERR_INIT;
	struct log_reader *reader = NULL;
	struct log *writer = create_at(state);
	append_text(writer, "a");
	struct log *log = open_log(&(struct log_config){ .uri = *state, .read_only = true });
	struct record record = text_record("b", 1);
	assert_status(US_REJECT, log->ops->append(log, &record, 1, NULL, NULL, &err), &err);
	assert_status(US_REJECT, log->ops->trim(log, 0, 1, true, NULL, &err), &err);
	assert_status(US_REJECT, log->ops->drop_reader(log, "x", &err), &err);
	assert_status(US_REJECT, log->ops->reader_open(log, "x", &reader, &err), &err);
	reader = assigned_reader(log, "");
	assert_int_equal(1, poll_event(reader, 0, 0).record_count);
	append_text(writer, "c");
	assert_int_equal(1, poll_event(reader, 0, 0).record_count);
	log_reader_close(reader);
	log_close(log);
	log_close(writer);
}

static void test_unknown_parameters(void **state)
{
	char uri[512];
	static const char *const bad[] = { "?colour=red", "?max_record_bytes=x",
					   "?max_record_bytes", "?max_record_bytes=1" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(uri, sizeof(uri), "%s%s", (const char *)*state, bad[i]);
		const char *text = refused_open(&(struct log_config){ .uri = uri, .create = true },
						US_REJECT);
		assert_non_null(strstr(text, "max_record_bytes"));
	}
}

/* ---- waiting */

struct waker {
	struct log *log;
	struct log_reader *reader;
};

static void *append_later(void *argument)
{
	struct waker *waker = argument;
	append_text(waker->log, "x");
	return NULL;
}

static void *wake_later(void *argument)
{
	struct waker *waker = argument;
	waker->reader->ops->wake(waker->reader);
	return NULL;
}

static void test_append_wakes_a_reader(void **state)
{
	struct log *log = create_at(state);
	struct waker waker = { .log = log };
	struct log_reader *reader = assigned_reader(log, "");
	for (int i = 0; i < 50; i++) {
		pthread_t thread;
		assert_int_equal(0, pthread_create(&thread, NULL, append_later, &waker));
		struct log_event event = poll_event(reader, PATIENCE_MS, 0);
		pthread_join(thread, NULL);
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		assert_int_equal(i, event.records[0].offset);
	}
	log_reader_close(reader);
	log_close(log);
}

static void test_wake(void **state)
{
	struct log *log = create_at(state);
	struct waker waker = { .log = log, .reader = assigned_reader(log, "") };
	for (int i = 0; i < 50; i++) {
		pthread_t thread;
		assert_int_equal(0, pthread_create(&thread, NULL, wake_later, &waker));
		int64_t before = clock_mono_us();
		assert_int_equal(LOG_EVENT_NONE, poll_event(waker.reader, PATIENCE_MS, 0).kind);
		assert_true(clock_mono_us() - before < PATIENCE_MS * INT64_C(1000));
		pthread_join(thread, NULL);
	}
	/* before the poll counts as well, once */
	append_text(log, "x");
	waker.reader->ops->wake(waker.reader);
	assert_int_equal(LOG_EVENT_NONE, poll_event(waker.reader, PATIENCE_MS, 0).kind);
	assert_int_equal(LOG_EVENT_RECORDS, poll_event(waker.reader, PATIENCE_MS, 0).kind);
	assert_int_equal(LOG_EVENT_NONE, poll_event(waker.reader, 20, 0).kind);
	log_reader_close(waker.reader);
	log_close(log);
}

#define CONCURRENT_BATCHES 100
#define CONCURRENT_RECORDS 20

static void *append_all(void *argument)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = argument, .exclusive = true });
	for (int i = 0; i < CONCURRENT_BATCHES; i++)
		assert_ok(append_many(log, CONCURRENT_RECORDS, 300, 1, &err), &err);
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
	assert_int_equal(0, reader_stat_of(log, "a").lag);
	assert_int_equal(0, reader_stat_of(log, "b").lag);
	log_reader_close(readers[0]);
	log_reader_close(readers[1]);
	log_close(log);
}

/* ---- every allocation fails once */

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

#define CONTRACT(test) cmocka_unit_test_setup_teardown(test, contract_setup, contract_teardown)
#define CONTRACT_LOG_TESTS                                                                         \
	CONTRACT(test_empty_log), CONTRACT(test_every_part_of_a_record),                           \
	    CONTRACT(test_padding_is_readable), CONTRACT(test_batches_and_how_long_they_live),     \
	    CONTRACT(test_a_batch_is_bounded_in_bytes),                                            \
	    CONTRACT(test_too_large_a_record_is_refused),                                          \
	    CONTRACT(test_cursor_goes_with_the_records), CONTRACT(test_seek),                      \
	    CONTRACT(test_offset_at_a_time), CONTRACT(test_committed_position_is_kept),            \
	    CONTRACT(test_nameless_reader_commits_nothing),                                        \
	    CONTRACT(test_reader_in_use_and_dropping), CONTRACT(test_pause), CONTRACT(test_trim),  \
	    CONTRACT(test_lost_records_are_told_once), CONTRACT(test_retention_by_size),           \
	    CONTRACT(test_retention_keeps_what_nobody_has_read),                                   \
	    CONTRACT(test_retention_that_may_pass_readers), CONTRACT(test_retention_by_age),       \
	    CONTRACT(test_full_is_back_pressure), CONTRACT(test_retention_frees_a_full_log),       \
	    CONTRACT(test_exclusive_appender), CONTRACT(test_dead_letters_are_a_log_of_their_own), \
	    CONTRACT(test_identity), CONTRACT(test_missing_is_not_made),                           \
	    CONTRACT(test_read_only_changes_nothing), CONTRACT(test_unknown_parameters),           \
	    CONTRACT(test_append_wakes_a_reader), CONTRACT(test_wake), CONTRACT(test_threads),     \
	    CONTRACT(test_every_allocation_may_fail)

#endif

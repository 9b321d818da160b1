/*
 * contract_log.h - what log.h promises, as tests that run on every backend. A test program includes
 * it once, defines contract_setup and contract_teardown, which give each test a URI of its own at
 * which there is no log of one partition yet (as *state), and runs
 *
 *     CONTRACT_LOG_TESTS        here: every backend
 *     CONTRACT_LOG_ASKED_TESTS  contract_log_asked.h: where readers, times and absence can be asked
 *     CONTRACT_LOG_TRIM_TESTS   contract_log_trim.h: where records can be removed
 *     CONTRACT_LOG_LOCAL_TESTS  contract_log_local.h: where retention, room and locks are its own
 *
 * CONTRACT_TICK_US: the precision of the backend's timestamps.
 */
#ifndef TESTS_CONTRACT_LOG_H
#define TESTS_CONTRACT_LOG_H

#include <pthread.h>

#include "log_helpers.h"

#ifndef CONTRACT_TICK_US
#define CONTRACT_TICK_US 1
#endif

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
	buf_release(&cursor);
	struct log_reader *reader = open_reader(log, "");
	struct log_event event = next_event(reader, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	assert_int_equal(0, event.low);
	assert_int_equal(0, event.high);
	event = poll_event(reader, 0, 0);
	assert_int_equal(LOG_EVENT_NONE, event.kind);
	assert_true(event.complete);
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
	/* a server has no times before 1970, and 0 is none */
	bool any_time = CONTRACT_TICK_US == 1;
	const int64_t times[] = { 1458890390667000, any_time ? -1 : 1000, any_time ? 0 : 2000 };
	const struct header headers[] = { { SPAN_LITERAL("reason"), SPAN_LITERAL("no id") },
					  { SPAN_LITERAL(""), SPAN_LITERAL("") },
					  { SPAN_LITERAL("none"), SPAN_NULL } };
	const struct record records[] = {
		{ .timestamp_us = times[0],
		  .key = SPAN_LITERAL("k\0y"),
		  .value = SPAN_LITERAL("{\"a\":1}"),
		  .headers = headers,
		  .header_count = 3 },
		{ .timestamp_us = times[1], .key = SPAN_NULL, .value = SPAN_NULL },
		{ .timestamp_us = times[2], .key = SPAN_LITERAL(""), .value = SPAN_LITERAL("") },
	};
	int64_t first = -1;
	assert_ok_at_last(log->ops->append(log, records, 3, NULL, &first, &err), &err);
	assert_int_equal(0, first);
	struct log_reader *reader = assigned_reader(log, "");
	for (int i = 0; i < 3; i++) {
		struct log_event event = next_event(reader, 1);
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		assert_int_equal(1, event.record_count);
		assert_int_equal(i + 1, event.next);
		const struct record *got = event.records;
		assert_int_equal(i, got->offset);
		assert_int_equal(0, got->partition);
		assert_true(got->timestamp_us == times[i]);
		assert_int_equal(i == 0 ? 3 : 0, got->header_count);
		if (i == 0) {
			assert_int_equal(3, got->key.len);
			assert_memory_equal("k\0y", got->key.data, 3);
			assert_span("{\"a\":1}", got->value);
			assert_span("reason", got->headers[0].name);
			assert_span("no id", got->headers[0].value);
			assert_span("", got->headers[1].name);
			assert_span("", got->headers[1].value);
			assert_span("none", got->headers[2].name);
			assert_null(got->headers[2].value.data);
		} else if (i == 1) {
			assert_null(got->key.data);
			assert_null(got->value.data);
		} else {
			assert_span("", got->key);
			assert_span("", got->value);
		}
	}
	log_reader_close(reader);
	log_close(log);
}

/* A JSON reader looks past the end: of the last record too. */
static void test_padding_is_readable(void **state)
{
	struct log *log = create_at(state);
	append_text(log, "{}");
	struct log_reader *reader = assigned_reader(log, "");
	struct log_event event = next_event(reader, 0);
	assert_int_equal(1, event.record_count);
	unsigned sum = 0;
	for (size_t i = 0; i < event.records[0].value.len + RECORD_PADDING; i++)
		sum += (unsigned char)event.records[0].value.data[i];
	assert_true(sum >= '{' + '}');
	log_reader_close(reader);
	log_close(log);
}

/* The texts of a batch are the numbers from `first` on. */
static void assert_batch(int first, const struct log_event *event)
{
	char text[16];
	for (size_t i = 0; i < event->record_count; i++) {
		snprintf(text, sizeof(text), "%d", first + (int)i);
		assert_span(text, event->records[i].value);
	}
}

static void test_batches_and_how_long_they_live(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok_at_last(append_many(log, 10, 1, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "");
	struct log_event before = { .record_count = 0 };
	int before_first = 0;
	for (int seen = 0; seen < 10;) {
		struct log_event event = next_event(reader, 4);
		assert_in_range(event.record_count, 1, 4);
		assert_batch(seen, &event);
		assert_batch(before_first, &before); /* still there, beside the next */
		before = event;
		before_first = seen;
		seen += (int)event.record_count;
		assert_int_equal(seen, event.next);
	}
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 4).kind);
	assert_batch(before_first, &before);
	log_reader_close(reader);
	log_close(log);
}

static void test_a_batch_is_bounded_in_bytes(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok_at_last(append_many(log, 10, 1 << 20, 1, &err), &err);
	assert_ok_at_last(append_many(log, 1, 9 << 20, 1, &err), &err);
	assert_ok_at_last(append_many(log, 1, 10, 1, &err), &err);
	struct log_reader *reader = assigned_reader(log, "");
	size_t records = 0;
	bool seen_big = false;
	while (records < 12) {
		struct log_event event = next_event(reader, 0);
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
	struct log *log = open_log(&(struct log_config){
	    .uri = uri_with(*state, "max_record_bytes=2000"), .create = true });
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
	buf_release(&text);
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
		assert_ok_at_last(log->ops->append(log, &record, 1, &pages[i], NULL, &err), &err);
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
	assert_ok_at_last(log->ops->append(log, NULL, 0, &end, NULL, &err), &err);
	assert_int_equal(6, bounds_of(log).high);
	log_close(log);
}

/* ---- positions */

static void test_seek(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	assert_ok_at_last(append_many(log, 20, 1, 1, &err), &err);
	struct log_reader *reader = open_reader(log, "");
	assert_int_equal(LOG_EVENT_ASSIGNED, next_event(reader, 0).kind);
	seek_to(reader, 15);
	struct log_event event = next_event(reader, 2);
	assert_int_equal(15, event.records[0].offset);
	seek_to(reader, 3);
	event = next_event(reader, 2);
	assert_int_equal(3, event.records[0].offset);
	seek_to(reader, 20);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 0, 0).kind);
	append_text(log, "new");
	event = next_event(reader, 0);
	assert_int_equal(20, event.records[0].offset);
	assert_status(US_REJECT, reader->ops->seek(reader, 7, 0, &err), &err);
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
	assert_ok_at_last(log->ops->stat(log, &stat, &err), &err);
	assert_ok_at_last(log_readers(log, &stat, &err), &err);
	assert_int_equal(0, stat.reader_count);
	log_stat_release(&stat);
	log_reader_close(reader);
	reader = open_reader(log, "");
	assert_int_equal(0, next_event(reader, 0).next);
	log_reader_close(reader);
	log_close(log);
}

static void test_pause(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	append_text(log, "a");
	struct log_reader *reader = assigned_reader(log, "");
	assert_ok_at_last(reader->ops->pause(reader, 0, true, &err), &err);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 1, 0).kind);
	assert_ok_at_last(reader->ops->pause(reader, 0, false, &err), &err);
	assert_int_equal(LOG_EVENT_RECORDS, next_event(reader, 0).kind);
	log_reader_close(reader);
	log_close(log);
}

/* ---- handles */

static void identity_of(struct log *log, char out[64])
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	assert_ok_at_last(log->ops->stat(log, &stat, &err), &err);
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
	assert_int_equal(1, next_event(reader, 0).record_count);
	append_text(writer, "c");
	assert_int_equal(1, next_event(reader, 0).record_count);
	log_reader_close(reader);
	log_close(log);
	log_close(writer);
}

static void test_unknown_parameters(void **state)
{
	static const char *const bad[] = { "colour=red", "max_record_bytes=x", "max_record_bytes",
					   "max_record_bytes=1" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct log_config config = { .uri = uri_with(*state, bad[i]),
						   .create = true };
		const char *text = refused_open(&config, US_REJECT);
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

#define CONTRACT(test) cmocka_unit_test_setup_teardown(test, contract_setup, contract_teardown)
#define CONTRACT_LOG_TESTS                                                                     \
	CONTRACT(test_empty_log), CONTRACT(test_every_part_of_a_record),                       \
	    CONTRACT(test_padding_is_readable), CONTRACT(test_batches_and_how_long_they_live), \
	    CONTRACT(test_a_batch_is_bounded_in_bytes),                                        \
	    CONTRACT(test_too_large_a_record_is_refused),                                      \
	    CONTRACT(test_cursor_goes_with_the_records), CONTRACT(test_seek),                  \
	    CONTRACT(test_nameless_reader_commits_nothing), CONTRACT(test_pause),              \
	    CONTRACT(test_identity), CONTRACT(test_read_only_changes_nothing),                 \
	    CONTRACT(test_unknown_parameters), CONTRACT(test_append_wakes_a_reader),           \
	    CONTRACT(test_wake)

#endif

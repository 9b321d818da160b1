/*
 * log_helpers.h - what all tests of logs need: opening, appending, polling, in a line each. Every
 * helper asserts.
 */
#ifndef TESTS_LOG_HELPERS_H
#define TESTS_LOG_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "log/log.h"

/* Long enough for a loaded machine; nothing waits for it unless it fails. */
#define PATIENCE_MS 60000

#define assert_status(expected, actual, err)                                                 \
	do {                                                                                 \
		enum status got_ = (actual);                                                 \
		if (got_ != (expected))                                                      \
			fail_msg("%s, not %s: %s", status_name(got_), status_name(expected), \
				 (err)->text);                                               \
	} while (0)
#define assert_ok(actual, err) assert_status(US_OK, actual, err)
/* On a machine that is busy a server's answer may take longer than one call waits: call again. */
#define assert_ok_at_last(call, err)                                                  \
	do {                                                                          \
		const int64_t until_ = clock_mono_us() + PATIENCE_MS * INT64_C(1000); \
		enum status last_;                                                    \
		do                                                                    \
			last_ = (call);                                               \
		while (last_ == US_RETRY && clock_mono_us() < until_);                \
		assert_ok(last_, err);                                                \
	} while (0)

static inline struct record text_record(const char *text, int64_t timestamp_us)
{
	return (struct record){ .timestamp_us = timestamp_us,
				.key = SPAN_NULL,
				.value = span_of(text) };
}

static inline struct log *open_log(const struct log_config *config)
{
	struct err err = ERR_INIT;
	struct log *log = NULL;
	assert_ok_at_last(log_open(&log, config, &err), &err);
	assert_non_null(log);
	return log;
}

/* The text of the refusal, valid until the next call. */
static inline const char *refused_open(const struct log_config *config, enum status status)
{
	static struct err err;
	struct log *log = NULL;
	err = (struct err)ERR_INIT;
	assert_status(status, log_open(&log, config, &err), &err);
	assert_null(log);
	return err.text;
}

static inline int64_t append_text(struct log *log, const char *text)
{
	struct err err = ERR_INIT;
	struct record record = text_record(text, clock_wall_us());
	int64_t first = -2;
	assert_ok_at_last(log->ops->append(log, &record, 1, NULL, &first, &err), &err);
	return first;
}

/* Append `count` records, "0", "1", ... of at least `size` bytes, in one batch. */
static inline enum status append_many(struct log *log, int count, size_t size, int64_t timestamp_us,
				      struct err *err)
{
	struct record *records = calloc((size_t)count, sizeof(*records));
	char *texts = malloc((size_t)count * (size + 16));
	assert_non_null(records);
	assert_non_null(texts);
	for (int i = 0; i < count; i++) {
		char *text = texts + (size_t)i * (size + 16);
		memset(text, ' ', size + 15);
		int len = snprintf(text, 16, "%d", i);
		text[len] = ' ';
		records[i] = (struct record){
			.timestamp_us = timestamp_us,
			.value = { .data = text, .len = size > (size_t)len ? size : (size_t)len }
		};
	}
	enum status status = log->ops->append(log, records, (size_t)count, NULL, NULL, err);
	free(records);
	free(texts);
	return status;
}

static inline struct log_reader *open_reader(struct log *log, const char *name)
{
	struct err err = ERR_INIT;
	struct log_reader *reader = NULL;
	assert_ok_at_last(log->ops->reader_open(log, name, &reader, &err), &err);
	return reader;
}

static inline struct log_event poll_event(struct log_reader *reader, int timeout_ms, size_t max)
{
	struct err err = ERR_INIT;
	struct log_event event = { .kind = LOG_EVENT_REVOKED };
	assert_ok_at_last(reader->ops->poll(reader, timeout_ms, max, &event, &err), &err);
	return event;
}

/* The next event that tells something. */
static inline struct log_event next_event(struct log_reader *reader, size_t max)
{
	struct log_event event = poll_event(reader, PATIENCE_MS, max);
	if (event.kind == LOG_EVENT_NONE)
		fail_msg("nothing came for %d s", PATIENCE_MS / 1000);
	return event;
}

/* A reader that has been told of its partition. */
static inline struct log_reader *assigned_reader(struct log *log, const char *name)
{
	struct log_reader *reader = open_reader(log, name);
	struct log_event event = next_event(reader, 0);
	assert_int_equal(LOG_EVENT_ASSIGNED, event.kind);
	return reader;
}

static inline void seek_to(struct log_reader *reader, int64_t offset)
{
	struct err err = ERR_INIT;
	assert_ok_at_last(reader->ops->seek(reader, 0, offset, &err), &err);
}

static inline void commit_to(struct log_reader *reader, int64_t next)
{
	struct err err = ERR_INIT;
	assert_ok_at_last(reader->ops->commit(reader, 0, next, &err), &err);
}

static inline struct log_partition_stat bounds_of(struct log *log)
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	assert_ok_at_last(log->ops->stat(log, &stat, &err), &err);
	struct log_partition_stat bounds = stat.partitions[0];
	log_stat_release(&stat);
	return bounds;
}

/* Fails unless the log has a reader of this name. */
static inline struct log_reader_stat reader_stat_of(struct log *log, const char *name)
{
	struct err err = ERR_INIT;
	struct log_stat stat;
	struct log_reader_stat found = { .name = "" };
	assert_ok_at_last(log->ops->stat(log, &stat, &err), &err);
	assert_ok_at_last(log_readers(log, &stat, &err), &err);
	for (size_t i = 0; i < stat.reader_count; i++)
		if (strcmp(stat.readers[i].name, name) == 0)
			found = stat.readers[i];
	log_stat_release(&stat);
	assert_string_equal(name, found.name);
	return found;
}

/* Appends the cursor's text; no record may stand beyond it. */
static inline void cursor_of(struct log *log, struct buf *text)
{
	struct err err = ERR_INIT;
	int64_t beyond = -1;
	assert_ok_at_last(log->ops->cursor(log, text, &beyond, &err), &err);
	assert_int_equal(0, beyond);
}

/* Commit, and wait until the log says so: a server may be told a moment later. */
static inline void commit_and_wait(struct log *log, struct log_reader *reader, const char *name,
				   int64_t next)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int64_t deadline = clock_mono_us() + PATIENCE_MS * INT64_C(1000);
	commit_to(reader, next);
	while (reader_stat_of(log, name).next != next) {
		assert_true(clock_mono_us() < deadline);
		nanosleep(&pause, NULL);
		commit_to(reader, next);
	}
}

/* The URI with one more parameter; valid until the next call. */
static inline const char *uri_with(const char *uri, const char *parameter)
{
	static char out[512];
	snprintf(out, sizeof(out), "%s%c%s", uri, strchr(uri, '?') ? '&' : '?', parameter);
	return out;
}

static inline int64_t trim_to(struct log *log, int64_t before, bool force)
{
	struct err err = ERR_INIT;
	int64_t removed = -1;
	assert_ok_at_last(log->ops->trim(log, 0, before, force, &removed, &err), &err);
	return removed;
}

static inline void remove_tree(const char *path)
{
	char command[512];
	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	if (system(command) != 0)
		fail_msg("cannot remove %s", path);
}

/* A new directory under TMPDIR, to be removed with remove_tree(). */
static inline void make_temp_directory(char *out, size_t size)
{
	const char *base = getenv("TMPDIR");
	snprintf(out, size, "%s/userstream-log-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(out));
}

#endif

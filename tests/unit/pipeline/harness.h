/*
 * harness.h - a pipeline in memory for the tests of this room: a small plan, a log and a sink of a
 * name of their own for each test, and ways to fill and read them.
 */
#ifndef TESTS_PIPELINE_HARNESS_H
#define TESTS_PIPELINE_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "log/log.h"
#include "pipeline/dead_fold.h"
#include "pipeline/dead_view.h"
#include "pipeline/ingest_cursor.h"
#include "pipeline/partition.h"
#include "pipeline/supervisor.h"
#include "pipeline/verify.h"
#include "sink/sink.h"
#include "sql/transform.h"

#define PEOPLE_COLUMNS                      \
	"CREATE STREAMING TABLE people (\n" \
	"  id TEXT, name TEXT, age INT,\n"  \
	"  PRIMARY KEY (id),\n"
#define PEOPLE_SELECT \
	") AS SELECT id AS id, name AS name, CAST(age AS INT) AS age FROM STREAM topic;\n"

static const char people_sql[] = PEOPLE_COLUMNS
    "  CONSTRAINT adult EXPECT (age BETWEEN 18 AND 200) ON VIOLATION DROP ROW,\n"
    "  CONSTRAINT young EXPECT (age < 60)\n" PEOPLE_SELECT;

/* The mended pipeline: everybody passes. */
static const char lenient_sql[] = PEOPLE_COLUMNS
    "  CONSTRAINT young EXPECT (age < 60)\n" PEOPLE_SELECT;

static const char failing_sql[] = PEOPLE_COLUMNS
    "  CONSTRAINT adult EXPECT (age BETWEEN 18 AND 200) ON VIOLATION FAIL UPDATE\n" PEOPLE_SELECT;

struct harness {
	struct plan *plan;
	char log_uri[64], sink_uri[64];
	struct supervisor_config config;
};

static inline struct plan *harness_plan(const char *sql)
{
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct plan_options options = { .stream = "topic" };
	struct plan *plan;

	diag_init(&diags, "test.sql", span_of(sql));
	plan = plan_compile(span_of(sql), &options, &diags, &err);
	if (!plan) {
		struct buf text;

		buf_init(&text, 1 << 16);
		diag_print(&diags, &text);
		print_error("%s%s\n", buf_text(&text), err.text);
		buf_release(&text);
	}
	diag_release(&diags);
	assert_non_null(plan);
	return plan;
}

static inline void harness_init(struct harness *harness, const char *sql)
{
	static int number;

	note_set_level(NOTE_ERROR + 1);
	*harness = (struct harness){ 0 };
	number++;
	snprintf(harness->log_uri, sizeof(harness->log_uri), "memory:log%d", number);
	snprintf(harness->sink_uri, sizeof(harness->sink_uri), "memory:sink%d", number);
	harness->plan = harness_plan(sql);
	harness->config = (struct supervisor_config){
		.process = true,
		.log = { .uri = harness->log_uri, .create = true },
		.sink = { .uri = harness->sink_uri, .create = true },
		.plan = harness->plan,
		.topic = "topic",
		.until_caught_up = true,
		.batch_records = 100,
	};
}

static inline void harness_release(struct harness *harness)
{
	plan_free(harness->plan);
}

static inline struct log *harness_log(struct harness *harness, enum log_stream stream)
{
	struct log_config config = harness->config.log;
	struct err err = ERR_INIT;
	struct log *log = NULL;

	config.stream = stream;
	config.create = true;
	if (log_open(&log, &config, &err) != US_OK)
		fail_msg("%s", err.text);
	return log;
}

/* `form` with every # as the number. */
static inline size_t harness_form(char *out, size_t size, const char *form, int number)
{
	size_t len = 0;

	for (; *form && len + 12 < size; form++)
		if (*form == '#')
			len += (size_t)snprintf(out + len, size - len, "%d", number);
		else
			out[len++] = *form;
	out[len] = 0;
	return len;
}

/* Append `count` values: `form` with the numbers from `first`. */
static inline void harness_append_form(struct harness *harness, const char *form, int first,
				       int count)
{
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct err err = ERR_INIT;

	for (int i = first; i < first + count; i++) {
		char value[512] = { 0 };
		struct record record = { .timestamp_us = clock_wall_us() };

		record.value.len = harness_form(value, sizeof(value) - RECORD_PADDING, form, i);
		record.value.data = value;
		if (log->ops->append(log, &record, 1, NULL, NULL, &err) != US_OK)
			fail_msg("%s", err.text);
	}
	log_close(log);
}

#define GOOD_FORM    "{\"id\":\"k#\",\"name\":\" n# \",\"age\":\"30\"}"
#define CHILD_FORM   "{\"id\":\"k#\",\"name\":\"n#\",\"age\":7}"
#define OLD_FORM     "{\"id\":\"k#\",\"name\":\"n#\",\"age\":77}"
#define BAD_FORM     "{\"id\":\"k#\",\"name\":"
#define KEYLESS_FORM "{\"name\":\"n#\",\"age\":40}"

/* Run to the end; returns the supervisor's result, with its report where it is wanted. */
static inline enum status harness_run_as(const struct supervisor_config *config,
					 struct status_report *report, struct err *err)
{
	struct supervisor *supervisor = NULL;
	enum status status = supervisor_start(&supervisor, config, err);

	if (status != US_OK)
		return status;
	if (!supervisor_wait(supervisor, 60000))
		fail_msg("the run does not end");
	if (report)
		supervisor_report(supervisor, report);
	status = supervisor_result(supervisor, err);
	supervisor_free(supervisor);
	if (report)
		report->latency = NULL; /* it was borrowed */
	return status;
}

static inline void harness_run(struct harness *harness, struct status_report *report)
{
	struct err err = ERR_INIT;

	if (harness_run_as(&harness->config, report, &err) != US_OK)
		fail_msg("%s", err.text);
}

/* Two at once, each of which thinks that it owns the partitions. Whoever loses too often gives up.
 */
static inline void harness_run_two(struct harness *harness)
{
	struct supervisor_config other = harness->config;
	struct supervisor *one, *two;
	struct err err = ERR_INIT;

	other.reader = "second";
	assert_int_equal(supervisor_start(&one, &harness->config, &err), US_OK);
	assert_int_equal(supervisor_start(&two, &other, &err), US_OK);
	assert_true(supervisor_wait(one, 60000));
	assert_true(supervisor_wait(two, 60000));
	supervisor_free(one);
	supervisor_free(two);
}

struct harness_rows {
	int64_t count;
	char last[512]; /* the last row, "a|b|c" */
	char all[8192];
};

static inline bool harness_take_row(void *user, size_t columns, const char *const *names,
				    const struct sink_cell *row)
{
	struct harness_rows *rows = user;
	size_t at = 0;

	(void)names;
	if (!row)
		return true;
	rows->count++;
	for (size_t i = 0; i < columns; i++)
		at += (size_t)snprintf(rows->last + at, sizeof(rows->last) - at, "%s%.*s",
				       i ? "|" : "", (int)row[i].text.len,
				       row[i].text.data ? row[i].text.data : "");
	snprintf(rows->all + strlen(rows->all), sizeof(rows->all) - strlen(rows->all), "%s\n",
		 rows->last);
	return true;
}

static inline struct sink *harness_sink(struct harness *harness)
{
	struct err err = ERR_INIT;
	struct sink *sink = NULL;
	const struct table_def *table = plan_table(harness->plan, 0);

	if (sink_open(&sink, &harness->config.sink, &err) != US_OK ||
	    sink->ops->prepare(sink, &table, 1, &err) != US_OK)
		fail_msg("%s", err.text);
	return sink;
}

static inline int64_t harness_query(struct harness *harness, const char *query,
				    struct harness_rows *out)
{
	struct harness_rows rows = { 0 };
	struct err err = ERR_INIT;
	struct sink *sink = harness_sink(harness);

	if (sink->ops->query(sink, query, harness_take_row, &rows, &err) != US_OK)
		fail_msg("%s", err.text);
	sink_close(sink);
	if (out)
		*out = rows;
	return rows.count;
}

/* The ledger of partition 0, as totals. */
static inline struct partition *harness_ledger(struct harness *harness)
{
	struct partition *partition = partition_new(0, harness->plan);
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct sink *sink = harness_sink(harness);
	struct log_stat stat = { 0 };
	struct err err = ERR_INIT;
	bool found = false;

	assert_non_null(partition);
	assert_int_equal(log->ops->stat(log, &stat, &err), US_OK);
	if (partition_load(partition, sink, stat.identity, 0, &found, &err) != US_OK)
		fail_msg("%s", err.text);
	log_stat_release(&stat);
	log_close(log);
	sink_close(sink);
	return partition;
}

static inline void harness_expect_totals(struct harness *harness, int64_t read, int64_t stored,
					 int64_t rejected)
{
	struct partition *partition = harness_ledger(harness);

	assert_int_equal(partition->totals[0].read, read);
	assert_int_equal(partition->totals[0].stored, stored);
	assert_int_equal(partition->totals[0].rejected, rejected);
	partition_free(partition);
}

static inline int64_t harness_pending(struct harness *harness)
{
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct log *letters = harness_log(harness, LOG_DEAD_LETTERS);
	struct log_stat stat = { 0 };
	struct err err = ERR_INIT;
	struct folded_letter *pending = NULL;
	struct dead_fold fold;
	size_t count;

	assert_int_equal(log->ops->stat(log, &stat, &err), US_OK);
	if (dead_fold_read(&fold, letters, stat.identity, &err) != US_OK)
		fail_msg("%s", err.text);
	assert_true(dead_fold_pending(&fold, &pending, &count));
	mem_free(pending);
	dead_fold_release(&fold);
	log_stat_release(&stat);
	log_close(letters);
	log_close(log);
	return (int64_t)count;
}

/* How many of them a view shows, which judges them by the ledger. */
static inline int64_t harness_viewed(struct harness *harness)
{
	const struct dead_view_config config = { .log = harness->config.log,
						 .sink = harness->config.sink,
						 .plan = harness->plan };
	struct dead_view view;
	struct err err = ERR_INIT;
	int64_t count;

	assert_int_equal(dead_view_open(&view, &config, &err), US_OK);
	count = dead_view_count(&view);
	dead_view_close(&view);
	return count;
}

static inline void harness_verify(struct harness *harness, bool deep, int64_t differences)
{
	struct verify_config config = { .log = harness->config.log,
					.sink = harness->config.sink,
					.plan = harness->plan,
					.topic = "topic",
					.deep = deep };
	struct verify_result result;
	struct err err = ERR_INIT;

	if (verify_run(&config, &result, &err) != US_OK)
		fail_msg("%s", err.text);
	if (result.differences != differences)
		fail_msg("%" PRId64 " differences, not %" PRId64 ":\n%s", result.differences,
			 differences, buf_text(&result.report));
	verify_result_release(&result);
}

#endif

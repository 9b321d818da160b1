/*
 * sink_helpers.h - tables, and writing to and reading from any sink, for tests.
 */
#ifndef TESTS_SINK_HELPERS_H
#define TESTS_SINK_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mem.h"
#include "sink/rows_builder.h"
#include "sink/sink.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- tables */

static const size_t first_is_key[] = { 0 };
static const enum sort_order ascending[] = { SORT_ASCENDING };

static const struct column_def people_columns[] = {
	{ .name = "id", .type = COLUMN_INT, .not_null = true },
	{ .name = "name", .type = COLUMN_TEXT },
	{ .name = "city", .type = COLUMN_TEXT },
};
static const struct table_def people = { .name = "people",
					 .columns = people_columns,
					 .column_count = COUNT(people_columns),
					 .key = first_is_key,
					 .key_count = 1,
					 .partition_key_count = 1,
					 .key_order = ascending };
static const struct table_def keeping = { .name = "people",
					  .columns = people_columns,
					  .column_count = COUNT(people_columns),
					  .key = first_is_key,
					  .key_count = 1,
					  .partition_key_count = 1,
					  .key_order = ascending,
					  .keep_nulls = true };

static const struct column_def every_columns[] = {
	{ .name = "id", .type = COLUMN_UUID, .not_null = true },
	{ .name = "t", .type = COLUMN_TEXT },
	{ .name = "i", .type = COLUMN_INT },
	{ .name = "b", .type = COLUMN_BIGINT },
	{ .name = "d", .type = COLUMN_DOUBLE },
	{ .name = "f", .type = COLUMN_BOOLEAN },
	{ .name = "ts", .type = COLUMN_TIMESTAMP },
	{ .name = "dt", .type = COLUMN_DATE },
};
static const struct table_def every_type = { .name = "every_type",
					     .columns = every_columns,
					     .column_count = COUNT(every_columns),
					     .key = first_is_key,
					     .key_count = 1,
					     .partition_key_count = 1,
					     .key_order = ascending };

static const struct column_def visit_columns[] = {
	{ .name = "note", .type = COLUMN_TEXT },
	{ .name = "at", .type = COLUMN_BIGINT, .not_null = true },
	{ .name = "country", .type = COLUMN_TEXT, .not_null = true },
	{ .name = "order", .type = COLUMN_INT, .not_null = true }, /* a keyword */
};
static const size_t visit_key[] = { 2, 1, 3 };
static const enum sort_order visit_order[] = { SORT_ASCENDING, SORT_DESCENDING, SORT_ASCENDING };
static const struct table_def visits = { .name = "visits",
					 .columns = visit_columns,
					 .column_count = COUNT(visit_columns),
					 .key = visit_key,
					 .key_count = 3,
					 .partition_key_count = 1,
					 .key_order = visit_order };

/* ---- opening, writing, reading */

static inline struct sink *open_sink(const char *uri, const struct table_def *const *tables,
				     size_t count)
{
	const struct sink_config config = { .uri = uri, .create = true };
	struct err err = ERR_INIT;
	struct sink *sink = NULL;

	if (sink_open(&sink, &config, &err) != US_OK ||
	    sink->ops->prepare(sink, tables, count, &err) != US_OK)
		fail_msg("%s", err.text);
	return sink;
}

static inline struct ledger_row ledger_row(const struct table_def *table, int64_t next)
{
	struct ledger_row row = { .next = next,
				  .read = next,
				  .stored = next - 3,
				  .filtered = 2,
				  .rejected = 1,
				  .stamp_base = 1000,
				  .last_stamp = 1000 + next,
				  .generation = 1,
				  .anchor_timestamp_us = INT64_MIN,
				  .anchor_hash = UINT64_MAX,
				  .updated_us = next * 7,
				  .details = SPAN_LITERAL("{\"rows\":1}") };

	snprintf(row.table, sizeof(row.table), "%s", table->name);
	snprintf(row.log_identity, sizeof(row.log_identity), "log-1");
	snprintf(row.fingerprint, sizeof(row.fingerprint), "abc");
	return row;
}

/* One table's rows, with the ledger from `expected` to what `ledger` says. */
static inline enum status try_write_ledger(struct sink *sink, const struct table_def *table,
					   int64_t expected, struct ledger_row ledger,
					   int64_t stamp, const char *text, struct err *err)
{
	struct built_rows rows;
	const int64_t *stamps = rows.stamps;
	struct sink_write write = { .rows = &rows.batch,
				    .table_count = 1,
				    .stamps = &stamps,
				    .ledger = &ledger,
				    .expected = expected };
	size_t bad_table;
	int64_t bad_row;
	enum status status;

	built_init(&rows, table);
	built_add(&rows, stamp, text);
	built_finish(&rows);
	status = sink->ops->write(sink, &write, &bad_table, &bad_row, err);
	built_free(&rows);
	return status;
}

static inline enum status try_write(struct sink *sink, const struct table_def *table,
				    int64_t expected, int64_t next, int64_t stamp, const char *text,
				    struct err *err)
{
	return try_write_ledger(sink, table, expected, ledger_row(table, next), stamp, text, err);
}

static inline void write_ok(struct sink *sink, const struct table_def *table, int64_t expected,
			    int64_t next, int64_t stamp, const char *text)
{
	struct err err = ERR_INIT;

	if (try_write(sink, table, expected, next, stamp, text, &err) != US_OK)
		fail_msg("%s", err.text);
}

struct reading {
	char lines[BUILT_ROWS_MAX][1024];
	size_t count;
};

static inline bool read_row(void *user, size_t columns, const char *const *names,
			    const struct sink_cell *row)
{
	struct reading *reading = user;
	char *out;
	size_t at = 0;

	(void)names;
	if (!row)
		return true;
	assert_true(reading->count < BUILT_ROWS_MAX);
	out = reading->lines[reading->count++];
	for (size_t i = 0; i < columns; i++) {
		struct span text = row[i].kind == CELL_NULL ? SPAN_LITERAL("~") : row[i].text;

		if (i)
			out[at++] = '|';
		for (size_t j = 0; j < text.len && at + 3 < sizeof(reading->lines[0]); j++) {
			if (text.data[j] == '\0')
				out[at++] = '\\';
			out[at++] = text.data[j] ? text.data[j] : '0';
		}
	}
	out[at] = '\0';
	return true;
}

static inline int compare_lines(const void *a, const void *b)
{
	return strcmp(a, b);
}

static inline void read_table(struct sink *sink, const char *query, struct reading *out)
{
	struct err err = ERR_INIT;

	out->count = 0;
	if (sink->ops->query(sink, query, read_row, out, &err) != US_OK)
		fail_msg("%s: %s", query, err.text);
	qsort(out->lines, out->count, sizeof(out->lines[0]), compare_lines);
}

/* The sorted rows are `expected`, a line each. */
static inline void assert_rows(struct sink *sink, const char *query, const char *expected)
{
	static struct reading reading;
	char text[sizeof(reading.lines)];
	size_t at = 0;

	read_table(sink, query, &reading);
	text[0] = '\0';
	for (size_t i = 0; i < reading.count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s\n", reading.lines[i]);
	assert_string_equal(text, expected);
}

#define PEOPLE  "SELECT id, name, city FROM people"

#define U(last) "00000000-0000-0000-0000-00000000000" last

/* ---- the ledger, replays, drift */

static inline struct ledger_row read_ledger(struct sink *sink, const char *table,
					    const char *identity, int32_t partition, bool *found,
					    struct buf *details)
{
	struct ledger_row row;
	struct err err = ERR_INIT;

	if (sink->ops->ledger(sink, table, identity, partition, &row, found, details, &err) !=
	    US_OK)
		fail_msg("%s", err.text);
	return row;
}

static inline int64_t ledger_next(struct sink *sink)
{
	struct buf details;
	bool found;
	struct ledger_row row;

	buf_init(&details, 1 << 20);
	row = read_ledger(sink, "people", "log-1", 0, &found, &details);
	buf_release(&details);
	return found ? row.next : -1;
}

static inline void assert_lost(struct sink *sink, int64_t expected, int64_t next)
{
	struct err err = ERR_INIT;

	assert_int_equal(try_write(sink, &people, expected, next, 900, "9|thief|~\n", &err),
			 US_FATAL);
	assert_string_equal(err.kind, "ownership");
	assert_non_null(strstr(err.text, "people"));
}

static inline enum status replay(struct sink *sink, int64_t expected, int64_t replayed,
				 int64_t offset, int64_t generation, const char *text,
				 struct err *err)
{
	struct built_rows rows;
	const int64_t *stamps = rows.stamps;
	struct ledger_row ledger = ledger_row(&people, 999);
	struct sink_mark mark = { .partition = 0, .offset = offset, .stamp = 1000 + offset };
	struct sink_write write = { .rows = &rows.batch,
				    .table_count = 1,
				    .stamps = &stamps,
				    .ledger = &ledger,
				    .expected = expected,
				    .marks = &mark,
				    .mark_count = 1,
				    .replay = true };
	size_t bad_table;
	int64_t bad_row;
	enum status status;

	ledger.replayed = replayed;
	ledger.stored = 7 + replayed;
	ledger.rejected = 1 - replayed;
	ledger.last_stamp = 0;
	ledger.generation = generation;
	built_init(&rows, &people);
	built_add(&rows, 1000 + offset, text);
	built_finish(&rows);
	status = sink->ops->write(sink, &write, &bad_table, &bad_row, err);
	built_free(&rows);
	return status;
}

static inline struct table_def changed(const struct column_def *columns, size_t count)
{
	struct table_def def = people;

	def.columns = columns;
	def.column_count = count;
	return def;
}

static inline void assert_drift(struct sink *sink, const struct table_def *table, const char *says)
{
	struct err err = ERR_INIT;

	assert_int_equal(sink->ops->prepare(sink, &table, 1, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	if (!strstr(err.text, says))
		fail_msg("\"%s\" is not in: %s", says, err.text);
}

#endif

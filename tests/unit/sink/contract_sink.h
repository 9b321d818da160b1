/*
 * contract_sink.h - what every sink must do, whatever is behind it. A backend's test program
 * includes this, defines contract_backend, and runs CONTRACT_TESTS. Rows are read back with SELECT
 * columns FROM table and compared as sorted lines of text.
 */
#ifndef TESTS_CONTRACT_SINK_H
#define TESTS_CONTRACT_SINK_H

#include <pthread.h>
#include <time.h>

#include "sink/contract_backend.h"
#include "sink/contract_ledger.h"

/* ---- stamps */

static void test_older_never_over_newer(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 500, "1|new|Paris\n");
	write_ok(sink, &people, 10, 20, 400, "1|old|Rome\n2|two|Oslo\n");
	assert_rows(sink, PEOPLE, "1|new|Paris\n2|two|Oslo\n");
	write_ok(sink, &people, 20, 30, 501, "1|newer|Kyiv\n");
	assert_rows(sink, PEOPLE, "1|newer|Kyiv\n2|two|Oslo\n");
	sink_close(sink);
}

static void test_equal_stamp_rewrites(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 500, "1|a|b\n2|c|~\n");
	write_ok(sink, &people, 10, 20, 500, "1|a|b\n2|c|~\n");
	assert_rows(sink, PEOPLE, "1|a|b\n2|c|~\n");
	sink_close(sink);
}

static void test_duplicates_in_one_batch(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|first|x\n2|a|a\n1|second|~\n2|b|~\n1|third|z\n");
	assert_rows(sink, PEOPLE, "1|third|z\n2|b|~\n");
	sink_close(sink);
}

static void test_stamps_out_of_order_in_one_batch(void **state)
{
	struct sink *sink = open_one(&people);
	struct built_rows rows;
	const int64_t *stamps = rows.stamps;
	struct ledger_row ledger = ledger_row(&people, 10);
	struct sink_write write = { .rows = &rows.batch,
				    .table_count = 1,
				    .stamps = &stamps,
				    .ledger = &ledger,
				    .expected = -1 };
	size_t bad_table;
	int64_t bad_row;

	(void)state;
	built_init(&rows, &people);
	built_add(&rows, 9, "1|nine|~\n");
	built_add(&rows, 4, "1|four|~\n");
	built_add(&rows, 7, "1|seven|~\n");
	assert_int_equal(sink->ops->write(sink, &write, &bad_table, &bad_row, NULL), US_OK);
	built_free(&rows);
	assert_rows(sink, PEOPLE, "1|nine|~\n");
	sink_close(sink);
}

static void test_null_replaces_unless_kept(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|Paris\n");
	write_ok(sink, &people, 10, 20, 2, "1|~|~\n");
	assert_rows(sink, PEOPLE, "1|~|~\n");
	sink_close(sink);
	sink = open_one(&keeping);
	write_ok(sink, &keeping, -1, 10, 1, "1|Ada|Paris\n2|Bob|~\n2|~|Oslo\n");
	write_ok(sink, &keeping, 10, 20, 4, "1|~|Rome\n");
	write_ok(sink, &keeping, 20, 30, 2, "1|late|~\n");
	assert_rows(sink, PEOPLE,
		    contract_backend.stamps_values ? "1|late|Rome\n2|Bob|Oslo\n"
						   : "1|Ada|Rome\n2|Bob|Oslo\n");
	sink_close(sink);
}

/* ---- values */

static void test_every_type(void **state)
{
	struct sink *sink = open_one(&every_type);
	const char *last = contract_backend.cuts_to_milliseconds ? "9999-12-31 23:59:59.999"
								 : "9999-12-31 23:59:59.999999";
	const char *first = contract_backend.cuts_to_milliseconds ? "1970-01-01 00:00:00"
								  : "1970-01-01 00:00:00.000001";
	char expected[4096];

	(void)state;
	write_ok(sink, &every_type, -1, 10, 1,
		 U("1") "|~|~|~|~|~|~|~\n" U(
		     "2") "||-2147483648|-9223372036854775808|-1.7976931348623157e+308|false|"
			  "-62135596800000000|-719162\n" U(
			      "3") "|a\\0b\\0|2147483647|9223372036854775807|1.7976931348623157e+"
				   "308|true|"
				   "253402300799999999|2932896\n" U(
				       "4") "|\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 "
					    "\xd8\xb9\xd9\x84\xd9\x8a|0|0|5e-324|true|0|0\n" U(
						"5") "|it's "
						     "\"quoted\"|1|1|0.1|false|1458890830667000|-"
						     "1\n" U("6") "|1e5|1|1|inf|true|-"
								  "62198755200000000|-720000\n"
								  "ffffffff-ffff-ffff-ffff-"
								  "ffffffffffff|007|1|1|100|true|1|"
								  "1\n");
	snprintf(
	    expected, sizeof(expected),
	    U("1") "|~|~|~|~|~|~|~\n" U(
		"2") "||-2147483648|-9223372036854775808|-1.7976931348623157e+308|false|"
		     "0001-01-01 00:00:00|0001-01-01\n" U(
			 "3") "|a\\0b\\0|2147483647|9223372036854775807|1.7976931348623157e+308|"
			      "true|"
			      "%s|9999-12-31\n" U(
				  "4") "|\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 "
				       "\xd8\xb9\xd9\x84\xd9\x8a|0|0|4.94065645841247e-324|true|"
				       "1970-01-01 00:00:00|1970-01-01\n" U(
					   "5") "|it's \"quoted\"|1|1|0.1|false|2016-03-25 "
						"07:27:10.667|1969-12-31\n" U("6") "|1e5|1|1|"
										   "Infinity|true|-"
										   "0001-01-01 "
										   "00:00:00|-0002-"
										   "09-16\n"
										   "ffffffff-ffff-"
										   "ffff-ffff-"
										   "ffffffffffff|"
										   "007|1|1|100.0|"
										   "true|%s|1970-"
										   "01-02\n",
	    last, first);
	assert_rows(sink, "SELECT id, t, i, b, d, f, ts, dt FROM every_type", expected);
	sink_close(sink);
}

static void test_column_of_empty_texts(void **state)
{
	struct sink *sink = open_one(&people);
	struct built_rows rows;
	const int64_t *stamps = rows.stamps;
	struct ledger_row ledger = ledger_row(&people, 10);
	struct sink_write write = { .rows = &rows.batch,
				    .table_count = 1,
				    .stamps = &stamps,
				    .ledger = &ledger,
				    .expected = -1 };
	size_t bad_table;
	int64_t bad_row;

	(void)state;
	built_init(&rows, &people);
	built_add(&rows, 1, "1||~\n2||~\n");
	free(rows.columns[1].data); /* nothing to point to */
	rows.columns[1].data = NULL;
	assert_int_equal(sink->ops->write(sink, &write, &bad_table, &bad_row, NULL), US_OK);
	built_free(&rows);
	assert_rows(sink, PEOPLE, "1||~\n2||~\n");
	sink_close(sink);
}

static void test_negative_zero(void **state)
{
	struct sink *sink = open_one(&every_type);

	(void)state;
	write_ok(sink, &every_type, -1, 10, 1, U("1") "|~|~|~|-0.0|~|~|~\n");
	assert_rows(sink, "SELECT d FROM every_type",
		    contract_backend.keeps_negative_zero ? "-0.0\n" : "0.0\n");
	sink_close(sink);
}

/* ---- several tables, composite keys */

static void test_several_tables(void **state)
{
	const struct table_def *tables[] = { &people, &visits };
	struct sink *sink = open_sink(contract_backend.fresh(), tables, 2);
	struct built_rows built[2];
	struct row_batch rows[2];
	const int64_t *stamps[2] = { built[0].stamps, built[1].stamps };
	struct ledger_row ledger[2] = { ledger_row(&people, 5), ledger_row(&visits, 5) };
	struct sink_write write = {
		.rows = rows, .table_count = 2, .stamps = stamps, .ledger = ledger, .expected = -1
	};
	size_t bad_table;
	int64_t bad_row;

	(void)state;
	built_init(&built[0], &people);
	built_init(&built[1], &visits);
	built_add(&built[0], 1, "1|Ada|~\n");
	built_add(&built[1], 1,
		  "a|5|FR|1\nb|5|FR|2\nc|4|FR|1\nd|5|DE|1\ne|5|FR|1\nlong|5|FRANCE|1\n"
		  "longer|5|FRANCESCA|1\n");
	if (!contract_backend.refuses_empty_keys)
		built_add(&built[1], 8, "empty|0||0\n");
	rows[0] = built[0].batch;
	rows[1] = built[1].batch;
	assert_int_equal(sink->ops->write(sink, &write, &bad_table, &bad_row, NULL), US_OK);
	assert_rows(sink, PEOPLE, "1|Ada|~\n");
	assert_rows(sink, "SELECT country, at, \"order\", note FROM visits",
		    contract_backend.refuses_empty_keys
			? "DE|5|1|d\nFRANCESCA|5|1|longer\nFRANCE|5|1|long\nFR|4|1|c\n"
			  "FR|5|1|e\nFR|5|2|b\n"
			: "DE|5|1|d\nFRANCESCA|5|1|longer\nFRANCE|5|1|long\nFR|4|1|c\n"
			  "FR|5|1|e\nFR|5|2|b\n|0|0|empty\n");
	rows[0].row_count = rows[1].row_count = 0;
	ledger[0].next = ledger[1].next = 6;
	write.expected = 5;
	assert_int_equal(sink->ops->write(sink, &write, &bad_table, &bad_row, NULL), US_OK);
	built_free(&built[0]);
	built_free(&built[1]);
	sink_close(sink);
}

/* ---- states, queries, opening */

static void assert_state(struct sink *sink, const char *key, const char *expected)
{
	struct buf value;
	bool found;

	buf_init(&value, 1 << 20);
	assert_int_equal(sink->ops->state_get(sink, key, &value, &found, NULL), US_OK);
	assert_int_equal(found, expected != NULL);
	assert_string_equal(buf_text(&value), expected ? expected : "");
	buf_release(&value);
}

static void test_states(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	assert_state(sink, "process", NULL);
	assert_int_equal(sink->ops->state_put(sink, "process", span_of("running"), NULL), US_OK);
	assert_int_equal(sink->ops->state_put(sink, "ingest", span_of(""), NULL), US_OK);
	assert_state(sink, "process", "running");
	assert_state(sink, "ingest", "");
	assert_int_equal(sink->ops->state_put(sink, "process", span_of("stopped"), NULL), US_OK);
	assert_state(sink, "process", "stopped");
	assert_int_equal(sink->ops->state_put(sink, "process", SPAN_NULL, NULL), US_OK);
	assert_int_equal(sink->ops->state_put(sink, "never", SPAN_NULL, NULL), US_OK);
	assert_state(sink, "process", NULL);
	assert_state(sink, "ingest", "");
	sink_close(sink);
}

static void test_wrong_queries_are_refused(void **state)
{
	static const char *const wrong[] = { "",
					     "SELEKT 1",
					     "SELECT id FROM nothing",
					     "SELECT nothing FROM people",
					     "DELETE FROM people",
					     "SELECT id FROM people; SELECT id FROM people" };
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct reading reading = { .count = 0 };
		struct err err = ERR_INIT;

		if (sink->ops->query(sink, wrong[i], read_row, &reading, &err) != US_REJECT)
			fail_msg("not refused: %s", wrong[i]);
		assert_true(err.text[0] != '\0');
	}
	assert_rows(sink, "SELECT count(*) FROM people", "1\n");
	assert_rows(sink, "select id from people limit 1;", "1\n");
	sink_close(sink);
}

static bool stop_at_once(void *user, size_t columns, const char *const *names,
			 const struct sink_cell *row)
{
	(void)columns;
	(void)names;
	*(int *)user += row != NULL;
	return row == NULL;
}

static void test_a_reader_may_stop(void **state)
{
	struct sink *sink = open_one(&people);
	int rows = 0;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n2|Bob|~\n3|Eve|~\n");
	assert_int_equal(sink->ops->query(sink, PEOPLE, stop_at_once, &rows, NULL), US_OK);
	assert_int_equal(rows, 1);
	sink_close(sink);
}

static void test_what_is_missing_is_not_made_unasked(void **state)
{
	const struct sink_config config = { .uri = contract_backend.fresh() };
	struct err err = ERR_INIT;
	struct sink *sink = (struct sink *)&err; /* anything but NULL */

	(void)state;
	assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
	assert_null(sink);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
}

static void test_another_handle_reads(void **state)
{
	const char *uri = contract_backend.fresh();
	const struct table_def *table = &people;
	struct sink *writer = open_sink(uri, &table, 1), *reader = NULL;
	const struct sink_config config = { .uri = uri, .read_only = true };

	(void)state;
	write_ok(writer, &people, -1, 10, 1, "1|Ada|~\n");
	assert_int_equal(sink_open(&reader, &config, NULL), US_OK);
	assert_rows(reader, PEOPLE, "1|Ada|~\n");
	write_ok(writer, &people, 10, 20, 2, "2|Bob|~\n");
	assert_rows(reader, PEOPLE, "1|Ada|~\n2|Bob|~\n");
	assert_int_equal(ledger_next(reader), 20);
	sink_close(reader);
	sink_close(writer);
	if (!contract_backend.keeps_after_close)
		return;
	writer = open_sink(uri, &table, 1);
	assert_rows(writer, PEOPLE, "1|Ada|~\n2|Bob|~\n");
	assert_int_equal(ledger_next(writer), 20);
	sink_close(writer);
}

/* ---- several that find nothing at one moment: none undoes what another has written */

#define STARTERS 6

struct starter {
	const char *uri;
	int32_t partition;
	pthread_t thread;
	enum status status;
	struct err err;
};

static enum status open_and_write(struct starter *starter)
{
	const struct sink_config config = { .uri = starter->uri, .create = true };
	const struct table_def *table = &people;
	struct ledger_row ledger = ledger_row(table, 10);
	struct sink *sink = NULL;
	char row[32];
	enum status status = sink_open(&sink, &config, &starter->err);

	ledger.partition = starter->partition;
	snprintf(row, sizeof(row), "%d|~|~\n", (int)starter->partition);
	if (status == US_OK)
		status = sink->ops->prepare(sink, &table, 1, &starter->err);
	if (status == US_OK)
		status = try_write_ledger(sink, table, -1, ledger, 1, row, &starter->err);
	sink_close(sink);
	return status;
}

static void *start(void *arg)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000000 };
	struct starter *starter = arg;

	for (int tries = 0; tries < 1000; tries++) {
		starter->err = (struct err)ERR_INIT;
		starter->status = open_and_write(starter);
		if (starter->status != US_RETRY)
			break;
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void test_started_together(void **state)
{
	const char *uri = contract_backend.fresh();
	const struct table_def *table = &people;
	struct starter starters[STARTERS];
	struct sink *sink;
	struct buf details;

	(void)state;
	if (!contract_backend.keeps_after_close)
		return;
	for (int i = 0; i < STARTERS; i++) {
		starters[i] = (struct starter){ .uri = uri, .partition = i };
		assert_int_equal(pthread_create(&starters[i].thread, NULL, start, &starters[i]), 0);
	}
	for (int i = 0; i < STARTERS; i++)
		assert_int_equal(pthread_join(starters[i].thread, NULL), 0);
	sink = open_sink(uri, &table, 1);
	buf_init(&details, 1 << 20);
	for (int i = 0; i < STARTERS; i++) {
		bool found;

		if (starters[i].status != US_OK)
			fail_msg("number %d: %s", i, starters[i].err.text);
		read_ledger(sink, "people", "log-1", i, &found, &details);
		if (!found)
			fail_msg("number %d has written its ledger, and it is gone", i);
	}
	buf_release(&details);
	assert_rows(sink, "SELECT id FROM people", "0\n1\n2\n3\n4\n5\n");
	sink_close(sink);
}

/* ---- every n-th allocation fails: no crash, no leak, and what was there stays whole */

static enum status whole_life(const char *uri)
{
	const struct sink_config config = { .uri = uri, .create = true };
	const struct table_def *tables[] = { &keeping, &visits };
	struct sink *sink = NULL;
	struct reading reading = { .count = 0 };
	struct buf value;
	bool found;
	enum status status = sink_open(&sink, &config, NULL);

	buf_init(&value, 1 << 20);
	if (status == US_OK)
		status = sink->ops->prepare(sink, tables, 2, NULL);
	if (status == US_OK)
		status = try_write(sink, &keeping, -1, 10, 1, "1|Ada|~\n1|~|Paris\n2|Bob|~\n",
				   NULL);
	if (status == US_OK)
		status = replay(sink, 10, 1, 3, 1, "3|mended|~\n", NULL);
	if (status == US_OK)
		status = sink->ops->state_put(sink, "k", span_of("v"), NULL);
	if (status == US_OK)
		status = sink->ops->state_get(sink, "k", &value, &found, NULL);
	if (status == US_OK)
		status = sink->ops->query(sink, PEOPLE, read_row, &reading, NULL);
	if (status == US_OK)
		assert_int_equal(reading.count, 3);
	buf_release(&value);
	sink_close(sink);
	return status;
}

static void test_failing_allocations(void **state)
{
	enum status status = US_FATAL;
	unsigned step = contract_backend.allocation_step ? contract_backend.allocation_step : 1;
	uint64_t n;

	(void)state;
	for (n = 1; status != US_OK && n < 1000; n += step) {
		const char *uri = contract_backend.fresh();

		mem_fail_at(n);
		status = whole_life(uri);
		mem_fail_at(0);
		if (status != US_OK)
			assert_int_equal(status, US_FATAL);
	}
	assert_true(n > 10 && n < 1000);
}

static void test_failing_write_changes_nothing(void **state)
{
	struct sink *sink = open_one(&people);
	enum status status = US_FATAL;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	for (uint64_t n = 1; status != US_OK && n < 100; n++) {
		/* the builder allocates nothing through mem.h */
		mem_fail_at(n);
		status = try_write(sink, &people, 10, 20, 2, "1|new|~\n2|two|~\n", NULL);
		mem_fail_at(0);
		if (status != US_OK) {
			if (!contract_backend.writes_rows_first)
				assert_rows(sink, PEOPLE, "1|Ada|~\n");
			assert_int_equal(ledger_next(sink), 10);
		}
	}
	assert_int_equal(status, US_OK);
	assert_rows(sink, PEOPLE, "1|new|~\n2|two|~\n");
	sink_close(sink);
}

/* The very first write may fail at any step and be repeated as it was. */
static void test_failing_first_write_is_repeated(void **state)
{
	struct sink *sink = open_one(&people);
	enum status status = US_FATAL;
	struct err err = ERR_INIT;
	uint64_t n;

	(void)state;
	for (n = 1; status != US_OK && n < 100; n++) {
		mem_fail_at(n);
		status = try_write(sink, &people, -1, 10, 1, "1|Ada|~\n", &err);
		mem_fail_at(0);
		if (status != US_OK && err.kind && strcmp(err.kind, "ownership") == 0)
			fail_msg("%s", err.text);
	}
	assert_true(n > 2 && n < 100);
	assert_rows(sink, PEOPLE, "1|Ada|~\n");
	assert_int_equal(ledger_next(sink), 10);
	sink_close(sink);
}

/* The entries of a program's list of tests. */
#define CONTRACT_TESTS                                                                            \
	cmocka_unit_test(test_older_never_over_newer),                                            \
	    cmocka_unit_test(test_equal_stamp_rewrites),                                          \
	    cmocka_unit_test(test_duplicates_in_one_batch),                                       \
	    cmocka_unit_test(test_stamps_out_of_order_in_one_batch),                              \
	    cmocka_unit_test(test_null_replaces_unless_kept), cmocka_unit_test(test_every_type),  \
	    cmocka_unit_test(test_column_of_empty_texts), cmocka_unit_test(test_negative_zero),   \
	    cmocka_unit_test(test_several_tables), cmocka_unit_test(test_states),                 \
	    cmocka_unit_test(test_wrong_queries_are_refused),                                     \
	    cmocka_unit_test(test_a_reader_may_stop),                                             \
	    cmocka_unit_test(test_what_is_missing_is_not_made_unasked),                           \
	    cmocka_unit_test(test_another_handle_reads), cmocka_unit_test(test_started_together), \
	    cmocka_unit_test(test_failing_allocations),                                           \
	    cmocka_unit_test(test_failing_write_changes_nothing),                                 \
	    cmocka_unit_test(test_failing_first_write_is_repeated), CONTRACT_LEDGER_TESTS

#endif

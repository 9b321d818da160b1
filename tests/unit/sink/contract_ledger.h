/*
 * contract_ledger.h - the part of the contract that is about the ledger, replays of dead letters,
 * and changed pipeline files. Included by contract_sink.h.
 */
#ifndef TESTS_CONTRACT_LEDGER_H
#define TESTS_CONTRACT_LEDGER_H

#include "sink/contract_backend.h"

/* ---- the ledger */

static void test_ledger_reads_back(void **state)
{
	struct sink *sink = open_one(&people);
	struct ledger_row wanted = ledger_row(&people, 42), row;
	struct buf details;
	bool found = true;

	(void)state;
	buf_init(&details, 1 << 20);
	buf_append_text(&details, "before");
	row = read_ledger(sink, "people", "log-1", 0, &found, &details);
	assert_false(found);
	assert_int_equal(row.next, 0);
	write_ok(sink, &people, -1, 42, 1, "");
	row = read_ledger(sink, "people", "log-1", 0, &found, &details);
	assert_true(found);
	assert_string_equal(row.table, wanted.table);
	assert_string_equal(row.log_identity, wanted.log_identity);
	assert_string_equal(row.fingerprint, wanted.fingerprint);
	assert_true(span_equal(row.details, wanted.details));
	assert_string_equal(buf_text(&details), "before{\"rows\":1}");
	row.details = wanted.details;
	assert_int_equal(row.next, wanted.next);
	assert_int_equal(row.read, wanted.read);
	assert_int_equal(row.stored, wanted.stored);
	assert_int_equal(row.filtered, wanted.filtered);
	assert_int_equal(row.rejected, wanted.rejected);
	assert_int_equal(row.replayed, wanted.replayed);
	assert_int_equal(row.stamp_base, wanted.stamp_base);
	assert_int_equal(row.last_stamp, wanted.last_stamp);
	assert_int_equal(row.generation, wanted.generation);
	assert_true(row.anchor_hash == UINT64_MAX);
	assert_true(row.anchor_timestamp_us == INT64_MIN);
	assert_int_equal(row.updated_us, wanted.updated_us);
	read_ledger(sink, "people", "log-2", 0, &found, &details);
	assert_false(found);
	read_ledger(sink, "people", "log-1", 1, &found, &details);
	assert_false(found);
	read_ledger(sink, "visits", "log-1", 0, &found, &details);
	assert_false(found);
	buf_release(&details);
	sink_close(sink);
}

static void test_ledger_moves_only_from_where_it_is(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	assert_lost(sink, 0, 10);
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	assert_lost(sink, -1, 10 + 1);
	assert_lost(sink, 9, 20);
	assert_lost(sink, 11, 20);
	assert_rows(sink, PEOPLE, "1|Ada|~\n");
	assert_int_equal(ledger_next(sink), 10);
	write_ok(sink, &people, 10, 4, 2, "2|a new pass|~\n");
	assert_int_equal(ledger_next(sink), 4);
	sink_close(sink);
}

/* A later owner, or a later pass, has said that it is there: the former one is told. */
static void test_a_late_owner_is_told(void **state)
{
	struct sink *sink = open_one(&people);
	struct ledger_row later = ledger_row(&people, 10);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	later.stamp_base = 2000;
	assert_int_equal(US_OK, try_write_ledger(sink, &people, 10, later, 1, "", &err));
	assert_lost(sink, 10, 20);
	later.generation = 2;
	later.stamp_base = 3000;
	assert_int_equal(US_OK, try_write_ledger(sink, &people, 10, later, 1, "", &err));
	later.generation = 1;
	later.stamp_base = 4000;
	later.next = 20;
	assert_int_equal(US_FATAL,
			 try_write_ledger(sink, &people, 10, later, 5, "9|thief|~\n", &err));
	assert_string_equal(err.kind, "ownership");
	later.generation = 2;
	assert_int_equal(US_OK, try_write_ledger(sink, &people, 10, later, 5, "2|Bob|~\n", &err));
	assert_rows(sink, PEOPLE, "1|Ada|~\n2|Bob|~\n");
	assert_int_equal(ledger_next(sink), 20);
	sink_close(sink);
}

static void test_repeated_write_is_done_once(void **state)
{
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	write_ok(sink, &people, 10, 20, 2, "2|Bob|~\n");
	write_ok(sink, &people, 10, 20, 2, "2|Bob|~\n");
	assert_int_equal(ledger_next(sink), 20);
	assert_rows(sink, PEOPLE, "1|Ada|~\n2|Bob|~\n");
	sink_close(sink);
}

/* ---- replays */

static void test_replay_counts_once(void **state)
{
	struct sink *sink = open_one(&people);
	struct ledger_row row;
	struct err err = ERR_INIT;
	struct buf details;
	bool found;

	(void)state;
	buf_init(&details, 1 << 20);
	assert_int_equal(replay(sink, -1, 1, 3, 1, "3|mended|~\n", &err), US_FATAL);
	write_ok(sink, &people, -1, 10, 1000, "1|Ada|~\n2|newer|~\n");
	assert_int_equal(replay(sink, 9, 1, 3, 1, "3|mended|~\n", &err), US_FATAL);
	assert_string_equal(err.kind, "ownership");
	assert_int_equal(replay(sink, 10, 1, 3, 1, "3|mended|~\n", &err), US_OK);
	assert_rows(sink, PEOPLE, "1|Ada|~\n2|newer|~\n3|mended|~\n");
	row = read_ledger(sink, "people", "log-1", 0, &found, &details);
	assert_int_equal(row.next, 10);
	assert_int_equal(row.stored, 8);
	assert_int_equal(row.rejected, 0);
	assert_int_equal(row.replayed, 1);
	assert_int_equal(row.last_stamp, 1010); /* stays */
	buf_release(&details);
	/* its answer was lost: asked again, it is done */
	assert_int_equal(replay(sink, 10, 1, 3, 1, "3|mended|~\n", &err), US_OK);
	/* asked for anew */
	assert_int_equal(replay(sink, 10, 2, 3, 1, "3|twice|~\n", &err), US_REJECT);
	assert_string_equal(err.kind, "marked");
	assert_rows(sink, PEOPLE, "1|Ada|~\n2|newer|~\n3|mended|~\n");
	sink_close(sink);
}

static void test_replay_never_over_a_newer_row(void **state)
{
	struct sink *sink = open_one(&people);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 5000, "3|newer|~\n");
	assert_int_equal(replay(sink, 10, 1, 3, 1, "3|old|~\n", &err), US_OK);
	assert_rows(sink, PEOPLE, "3|newer|~\n");
	sink_close(sink);
}

static void test_writer_notices_a_replay(void **state)
{
	struct sink *sink = open_one(&people);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	assert_int_equal(replay(sink, 10, 1, 3, 1, "3|mended|~\n", &err), US_OK);
	/* it has the totals from before: its write would undo the replay's */
	assert_lost(sink, 10, 20);
	assert_rows(sink, PEOPLE, "1|Ada|~\n3|mended|~\n");
	sink_close(sink);
}

static void test_marks_belong_to_a_generation(void **state)
{
	struct sink *sink = open_one(&people);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "");
	assert_int_equal(replay(sink, 10, 1, 3, 1, "3|a|~\n", &err), US_OK);
	assert_int_equal(replay(sink, 10, 2, 3, 2, "3|b|~\n", &err), US_OK);
	sink_close(sink);
}

/* ---- drift */

static const struct column_def wider_columns[] = {
	{ .name = "id", .type = COLUMN_INT, .not_null = true },
	{ .name = "email", .type = COLUMN_TEXT },
	{ .name = "name", .type = COLUMN_TEXT },
	{ .name = "city", .type = COLUMN_TEXT },
	{ .name = "age", .type = COLUMN_INT },
};

static void test_new_columns_are_added(void **state)
{
	const char *uri = contract_backend.fresh();
	struct table_def wider = changed(wider_columns, COUNT(wider_columns));
	const struct table_def *table = &people;
	struct sink *sink = open_sink(uri, &table, 1);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|Paris\n");
	table = &wider;
	if (sink->ops->prepare(sink, &table, 1, &err) != US_OK)
		fail_msg("%s", err.text);
	assert_int_equal(ledger_next(sink), 10);
	write_ok(sink, &wider, 10, 20, 2, "2|e@x|Bob|~|30\n");
	assert_rows(sink, "SELECT id, email, name, city, age FROM people",
		    "1|~|Ada|Paris|~\n2|e@x|Bob|~|30\n");
	sink_close(sink);
}

static void test_other_changes_are_refused(void **state)
{
	static const struct column_def retyped[] = {
		{ .name = "id", .type = COLUMN_INT, .not_null = true },
		{ .name = "name", .type = COLUMN_BIGINT },
		{ .name = "city", .type = COLUMN_TEXT, .not_null = true },
		{ .name = "must", .type = COLUMN_TEXT, .not_null = true },
	};
	static const size_t other_key[] = { 0, 1 };
	static const enum sort_order both[] = { SORT_ASCENDING, SORT_DESCENDING };
	static const enum sort_order down[] = { SORT_DESCENDING };
	struct table_def removed = changed(people_columns, 2);
	struct table_def other = changed(retyped, COUNT(retyped)), keyed = people, turned = people;
	struct sink *sink = open_one(&people);

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|Paris\n");
	assert_drift(sink, &removed, "city");
	assert_drift(sink, &other, "name is stored as TEXT, declared as BIGINT");
	if (!contract_backend.knows_values_only)
		assert_drift(sink, &other, "column city is stored without NOT NULL");
	assert_drift(sink, &other, "must");
	keyed.key = other_key;
	keyed.key_count = 2;
	keyed.key_order = both;
	assert_drift(sink, &keyed, "name DESC)");
	turned.key_order = down;
	if (!contract_backend.knows_values_only)
		assert_drift(sink, &turned, "declared as (id DESC)");
	assert_rows(sink, PEOPLE, "1|Ada|Paris\n");
	sink_close(sink);
}

static void test_a_new_table_resets_the_ledger(void **state)
{
	const char *uri = contract_backend.fresh();
	const struct table_def *tables[] = { &people, &visits };
	struct sink *sink = open_sink(uri, tables, 1);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	assert_int_equal(replay(sink, 10, 1, 3, 1, "", &err), US_OK);
	assert_int_equal(sink->ops->prepare(sink, tables, 1, &err), US_OK);
	assert_int_equal(ledger_next(sink), 10);
	assert_int_equal(sink->ops->prepare(sink, tables, 2, &err), US_OK);
	assert_int_equal(ledger_next(sink), -1);
	assert_rows(sink, PEOPLE, "1|Ada|~\n");
	write_ok(sink, &people, -1, 10, 1, "");
	assert_int_equal(replay(sink, 10, 1, 3, 1, "", &err), US_OK);
	sink_close(sink);
}

#define CONTRACT_LEDGER_TESTS                                          \
	cmocka_unit_test(test_ledger_reads_back),                      \
	    cmocka_unit_test(test_ledger_moves_only_from_where_it_is), \
	    cmocka_unit_test(test_a_late_owner_is_told),               \
	    cmocka_unit_test(test_repeated_write_is_done_once),        \
	    cmocka_unit_test(test_replay_counts_once),                 \
	    cmocka_unit_test(test_replay_never_over_a_newer_row),      \
	    cmocka_unit_test(test_writer_notices_a_replay),            \
	    cmocka_unit_test(test_marks_belong_to_a_generation),       \
	    cmocka_unit_test(test_new_columns_are_added),              \
	    cmocka_unit_test(test_other_changes_are_refused),          \
	    cmocka_unit_test(test_a_new_table_resets_the_ledger)

#endif

/*
 * test_sqlite_sink.c - the contract on SQLite, and what is its own: files, settings, read-only
 * queries, drift as a person sees it, rows that it refuses.
 */
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink/contract_sink.h"
#include "sink/ddl.h"
#include "sink/sqlite_helpers.h"
#include "sink/sqlite_internal.h"

const struct contract_backend contract_backend = { .fresh = fresh_sqlite,
						   .keeps_after_close = true };

/* ---- files and settings */

static void test_what_the_file_says(void **state)
{
	struct sink *sink = open_one(&visits);
	char wal[256];

	(void)state;
	snprintf(wal, sizeof(wal), "%s-wal", path_of(last_uri));
	assert_int_equal(access(wal, F_OK), 0);
	assert_rows(sink, "PRAGMA synchronous", "2\n");
	assert_rows(sink, "SELECT name, type, \"notnull\", pk FROM pragma_table_info('visits')",
		    "_stamp|BIGINT|1|0\nat|BIGINT|1|2\ncountry|TEXT|1|1\nnote|TEXT|0|0\n"
		    "order|INT|1|3\n");
	assert_rows(
	    sink, sink->ops->tables_query,
	    "userstream_ledger|table_name, log_identity, partition, next, read, stored, "
	    "filtered, rejected, replayed, lost, stamp_base, last_stamp, generation, first, "
	    "anchor_timestamp_us, anchor_hash, updated_us, fingerprint, details\n"
	    "userstream_replayed|table_name, log_identity, generation, partition, offset, "
	    "stamp\nuserstream_state|key, value\nvisits|note, at, country, order, _stamp\n");
	sink_close(sink);
}

static void test_sqlite_functions_read_the_values(void **state)
{
	struct sink *sink = open_one(&every_type);

	(void)state;
	write_ok(sink, &every_type, -1, 10, 1458890830667000,
		 U("1") "|007|1|2|1.5|true|1458890830667000|16885\n");
	assert_rows(sink,
		    "SELECT typeof(id), typeof(t), typeof(i), typeof(b), typeof(d), typeof(f), "
		    "typeof(ts), typeof(dt), typeof(_stamp) FROM every_type",
		    "text|text|integer|integer|real|integer|text|text|integer\n");
	assert_rows(sink,
		    "SELECT strftime('%Y', ts), unixepoch(ts), date(dt, '+1 day'), f + 0, "
		    "ts > '2016-03-25', ts < '2016-03-25 07:27:10.668' FROM every_type",
		    "2016|1458890830|2016-03-26|1|1|1\n");
	assert_rows(sink, "SELECT updated FROM userstream_ledger", "1970-01-01 00:00:00.000\n");
	sink_close(sink);
}

static void test_uris(void **state)
{
	static const char *const wrong[] = { "sqlite:", "sqlite::memory:", "sqlite://host/x.db" };
	char path[256], uri[512];
	struct err err = ERR_INIT;
	struct sink *sink = NULL;
	const struct table_def *table = &people;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const struct sink_config config = { .uri = wrong[i], .create = true };

		assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
		assert_int_equal(err.code, EXIT_BAD_CONFIG);
		assert_non_null(strstr(err.text, "sqlite:PATH"));
	}
	/* a directory is no database; a file is no directory */
	snprintf(uri, sizeof(uri), "sqlite:%s", directory);
	assert_int_not_equal(
	    sink_open(&sink, &(struct sink_config){ .uri = uri, .create = true }, &err), US_OK);
	assert_non_null(strstr(err.text, directory));
	/* what SQLite would read as a URI is a plain name */
	assert_non_null(getcwd(path, sizeof(path)));
	assert_int_equal(chdir(directory), 0);
	sink = open_sink("sqlite:file:odd?mode=memory.db", &table, 1);
	sink_close(sink);
	assert_int_equal(access("file:odd?mode=memory.db", F_OK), 0);
	assert_int_equal(chdir(path), 0);
}

static void test_other_files(void **state)
{
	const char *uri = fresh_sqlite();
	const struct sink_config config = { .uri = uri, .create = true };
	const struct table_def *table = &people;
	struct err err = ERR_INIT;
	struct sink *sink = open_sink(uri, &table, 1);
	FILE *file;

	(void)state;
	sink_close(sink);
	run_sql(path_of(uri), "PRAGMA user_version=2");
	assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
	assert_non_null(strstr(err.text, "newer"));
	run_sql(path_of(uri), "PRAGMA application_id=7");
	assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
	assert_non_null(strstr(err.text, "another application"));
	unlink(path_of(uri));
	run_sql(path_of(uri), "PRAGMA user_version=3; CREATE TABLE theirs (a)");
	assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
	assert_non_null(strstr(err.text, "another application"));
	unlink(path_of(uri));
	run_sql(path_of(uri), "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
	sink = open_sink(uri, &table, 1);
	assert_rows(sink, "SELECT a FROM mine", "1\n");
	sink_close(sink);

	file = fopen(path_of(fresh_sqlite()), "w");
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fputs("this is a text file\n", file);
	fclose(file);
	assert_int_equal(
	    sink_open(&sink, &(struct sink_config){ .uri = last_uri, .create = true }, &err),
	    US_FATAL);
	assert_string_equal(err.kind, "corrupt");
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
}

static void test_damaged_file(void **state)
{
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	struct sink *sink = open_sink(uri, &table, 1);
	struct err err = ERR_INIT;
	FILE *file;

	(void)state;
	for (int i = 0; i < 30; i++)
		write_ok(sink, &people, i ? i : -1, i + 1, i, "1|Ada|~\n2|Bob|~\n3|Eve|~\n");
	sink_close(sink);
	file = fopen(path_of(uri), "r+");
	assert_non_null(file);
	for (long page = 1; page < 12; page++) {
		fseek(file, page * 4096, SEEK_SET);
		for (int i = 0; i < 512; i++)
			fputs("damaged!", file);
	}
	fclose(file);
	if (sink_open(&sink, &(struct sink_config){ .uri = uri, .create = true }, &err) == US_OK) {
		if (sink->ops->prepare(sink, &table, 1, &err) == US_OK)
			assert_int_equal(try_write(sink, &people, 30, 31, 99, "1|x|~\n", &err),
					 US_FATAL);
		sink_close(sink);
	}
	assert_string_equal(err.kind, "corrupt");
	assert_non_null(strstr(err.text, "rebuilt from the log"));
}

static void test_removed_while_open(void **state)
{
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	struct sink *sink = open_sink(uri, &table, 1);
	struct err err = ERR_INIT;

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	unlink(path_of(uri));
	assert_int_equal(try_write(sink, &people, 10, 20, 2, "2|Bob|~\n", &err), US_FATAL);
	assert_string_equal(err.kind, "moved");
	sink_close(sink);
}

static void test_dropped_table_is_rebuilt(void **state)
{
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	struct sink *sink = open_sink(uri, &table, 1);

	(void)state;
	write_ok(sink, &people, -1, 10, 1, "1|Ada|~\n");
	sink_close(sink);
	run_sql(path_of(uri), "ALTER TABLE people RENAME TO people_before");
	sink = open_sink(uri, &table, 1);
	assert_int_equal(ledger_next(sink), -1);
	assert_rows(sink, PEOPLE, "");
	assert_rows(sink, "SELECT id, name FROM people_before", "1|Ada\n");
	sink_close(sink);
}

/* ---- queries */

static void test_queries_only_read(void **state)
{
	static const char *const refused[] = {
		"INSERT INTO people VALUES (9, 'x', 'y', 1)",
		"DELETE FROM people",
		"UPDATE people SET name = 'x'",
		"DROP TABLE people",
		"UPDATE sqlite_master SET sql = ''",
		"UPDATE sqlite_schema SET name = 'x'",
		"DELETE FROM sqlite_master",
		"CREATE TABLE t (a)",
		"CREATE TEMP TABLE t (a)",
		"ATTACH 'other.db' AS other",
		"DETACH main",
		"VACUUM",
		"VACUUM INTO 'copy.db'",
		"BEGIN",
		"COMMIT",
		"SAVEPOINT a",
		"REINDEX",
		"ANALYZE",
		"PRAGMA user_version=9",
		"PRAGMA journal_mode",
		"PRAGMA journal_mode=DELETE",
		"PRAGMA query_only=0",
		"PRAGMA writable_schema=1",
		"PRAGMA wal_checkpoint",
		"SELECT load_extension('x')",
		"WITH x AS (SELECT 1) DELETE FROM people",
	};
	static const char *const allowed[] = {
		"SELECT count(*) FROM people",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) "
		"SELECT max(i) FROM n",
		"EXPLAIN QUERY PLAN SELECT * FROM people WHERE id = 1",
		"PRAGMA table_info(people)",
		"PRAGMA integrity_check",
		"PRAGMA user_version",
		"VALUES (1), (2)",
		"  -- a comment\n SELECT 1; -- another\n",
	};
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	struct sink *writer = open_sink(uri, &table, 1), *reader = NULL;
	const struct sink_config config = { .uri = uri, .read_only = true };
	struct err err = ERR_INIT;

	(void)state;
	write_ok(writer, &people, -1, 10, 1, "1|Ada|~\n");
	assert_int_equal(sink_open(&reader, &config, &err), US_OK);
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct reading reading = { .count = 0 };

		if (reader->ops->query(reader, refused[i], read_row, &reading, &err) != US_REJECT)
			fail_msg("passed: %s", refused[i]);
		if (writer->ops->query(writer, refused[i], read_row, &reading, &err) != US_REJECT)
			fail_msg("the writer passed: %s", refused[i]);
	}
	for (size_t i = 0; i < COUNT(allowed); i++) {
		struct reading reading = { .count = 0 };

		if (reader->ops->query(reader, allowed[i], read_row, &reading, &err) != US_OK)
			fail_msg("%s: %s", allowed[i], err.text);
		assert_true(reading.count > 0);
	}
	sink_close(reader);
	write_ok(writer, &people, 10, 20, 2, "2|Bob|~\n");
	assert_rows(writer, PEOPLE, "1|Ada|~\n2|Bob|~\n");
	sink_close(writer);
}

static void test_a_wrong_query_is_shown(void **state)
{
	struct sink *sink = open_one(&people);
	struct reading reading = { .count = 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    sink->ops->query(sink, "SELECT id,\n  nam FROM people", read_row, &reading, &err),
	    US_REJECT);
	assert_string_equal(err.text, "the query is wrong: no such column: nam\n"
				      "    nam FROM people\n"
				      "    ^");
	assert_int_equal(sink->ops->query(sink, "SELECT * FROM poeple", read_row, &reading, &err),
			 US_REJECT);
	assert_non_null(strstr(err.text, "did you mean people?"));
	assert_non_null(strstr(err.text, "userstream_ledger"));
	sink_close(sink);
}

static bool keep_kinds(void *user, size_t columns, const char *const *names,
		       const struct sink_cell *row)
{
	char *out = user;
	static const char letters[] = {
		[CELL_NULL] = 'n', [CELL_TEXT] = 't',    [CELL_INTEGER] = 'i',
		[CELL_REAL] = 'r', [CELL_BOOLEAN] = 'b', [CELL_BLOB] = 'x'
	};

	(void)names;
	for (size_t i = 0; row && i < columns; i++) {
		out[i] = letters[row[i].kind];
		assert_true(row[i].kind == CELL_NULL || row[i].text.data != NULL);
	}
	return true;
}

static void test_kinds_of_cells(void **state)
{
	struct sink *sink = open_one(&every_type);
	char kinds[16] = "";

	(void)state;
	write_ok(sink, &every_type, -1, 10, 1, U("1") "||1|1|1|true|1|1\n");
	assert_int_equal(
	    sink->ops->query(sink, "SELECT id, t, i, d, f, x'00ff', NULL, x'' FROM every_type",
			     keep_kinds, kinds, NULL),
	    US_OK);
	assert_string_equal(kinds, "ttirbxnx");
	sink_close(sink);
}

/* ---- rows that are refused */

static void assert_refused(struct sink *sink, size_t table_count, const struct row_batch *rows,
			   const int64_t *const *stamps, size_t table, int64_t row)
{
	struct ledger_row ledger[2] = { ledger_row(&people, 10), ledger_row(&visits, 10) };
	struct sink_write write = { .rows = rows,
				    .table_count = table_count,
				    .stamps = stamps,
				    .ledger = ledger,
				    .expected = -1 };
	size_t bad_table = 99;
	int64_t bad_row = 99;
	struct err err = ERR_INIT;

	assert_int_equal(sink->ops->write(sink, &write, &bad_table, &bad_row, &err), US_REJECT);
	assert_string_equal(err.kind, "row");
	assert_int_equal(bad_table, table);
	assert_int_equal(bad_row, row);
}

static void test_refused_rows_are_named(void **state)
{
	const struct table_def *tables[] = { &people, &visits };
	const char *uri = fresh_sqlite();
	struct sink *sink = open_sink(uri, tables, 2);
	struct built_rows built[2];
	struct row_batch rows[2];
	const int64_t *stamps[2] = { built[0].stamps, built[1].stamps };

	(void)state;
	built_init(&built[0], &people);
	built_init(&built[1], &visits);
	built_add(&built[0], 1, "5|Ada|~\n");
	built_add(&built[1], 1, "short|2|b|1\nthis one is far too long to be stored here|1|a|1\n");
	rows[0] = built[0].batch;
	rows[1] = built[1].batch;
	sqlite3_limit(((struct sqlite_sink *)sink)->db, SQLITE_LIMIT_LENGTH, 40);
	assert_refused(sink, 2, rows, stamps, 1, 1);
	sqlite3_limit(((struct sqlite_sink *)sink)->db, SQLITE_LIMIT_LENGTH, 1000000);
	assert_rows(sink, PEOPLE, "");
	assert_int_equal(ledger_next(sink), -1);
	built_free(&built[0]);
	built_free(&built[1]);

	/* a person's own index */
	run_sql(path_of(uri), "CREATE UNIQUE INDEX one_name ON people (name)");
	built_init(&built[0], &people);
	built_add(&built[0], 1, "7|Ada|~\n6|Ada|~\n8|Bob|~\n");
	rows[0] = built[0].batch;
	assert_refused(sink, 1, rows, stamps, 0, 0);
	built_free(&built[0]);
	sink_close(sink);
}

/* ---- the text of the table */

static void test_ddl(void **state)
{
	static const struct column_def columns[] = {
		{ .name = "id", .type = COLUMN_UUID, .not_null = true, .comment = "who" },
		{ .name = "group", .type = COLUMN_TEXT, .comment = "two\nlines" },
		{ .name = "a\"b", .type = COLUMN_BOOLEAN },
	};
	const struct table_def table = { .name = "t 1",
					 .columns = columns,
					 .column_count = COUNT(columns),
					 .key = first_is_key,
					 .key_count = 1,
					 .partition_key_count = 1,
					 .key_order = ascending,
					 .keep_nulls = true,
					 .comment = "users; DROP TABLE t" };
	const struct table_def *tables = &table;
	struct buf out;
	struct sink *sink;

	(void)state;
	buf_init(&out, 1 << 20);
	ddl_sqlite_table(&out, &table);
	assert_string_equal(buf_text(&out),
			    "CREATE TABLE IF NOT EXISTS \"t 1\" ( -- users; DROP TABLE t\n"
			    "  id UUID NOT NULL, -- who\n"
			    "  \"group\" TEXT, -- two lines\n"
			    "  \"a\"\"b\" BOOLEAN,\n"
			    "  _stamp BIGINT NOT NULL, -- order of writing, microseconds; a lower "
			    "one never replaces "
			    "a higher one\n"
			    "  PRIMARY KEY (id)\n"
			    ");\n");
	buf_reset(&out);
	ddl_sqlite_upsert(&out, &table);
	assert_string_equal(
	    buf_text(&out),
	    "INSERT INTO \"t 1\" (id, \"group\", \"a\"\"b\", _stamp) VALUES (?1, ?2, ?3, "
	    "?4) ON CONFLICT (id) DO UPDATE SET \"group\" = coalesce(excluded.\"group\", "
	    "\"t 1\".\"group\"), \"a\"\"b\" = coalesce(excluded.\"a\"\"b\", "
	    "\"t 1\".\"a\"\"b\"), _stamp = excluded._stamp WHERE excluded._stamp >= "
	    "\"t 1\"._stamp");
	buf_release(&out);
	sink = open_sink(fresh_sqlite(), &tables, 1);
	write_ok(sink, &table, -1, 10, 1, U("1") "|x|true\n" U("1") "|~|~\n");
	assert_rows(sink, "SELECT * FROM \"t 1\"", U("1") "|x|true|2\n");
	sink_close(sink);
}

static void test_taken_names(void **state)
{
	static const struct column_def columns[] = {
		{ .name = "id", .type = COLUMN_INT, .not_null = true },
		{ .name = "_STAMP", .type = COLUMN_TEXT },
	};
	struct table_def table = people, other = changed(columns, 2);
	struct sink *sink = open_one(&visits);

	(void)state;
	table.name = "userstream_ledger";
	assert_drift(sink, &table, "userstream_ledger");
	assert_drift(sink, &other, "_stamp");
	sink_close(sink);
}

static int run_all(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_TESTS,
		cmocka_unit_test(test_what_the_file_says),
		cmocka_unit_test(test_sqlite_functions_read_the_values),
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_damaged_file),
		cmocka_unit_test(test_removed_while_open),
		cmocka_unit_test(test_dropped_table_is_rebuilt),
		cmocka_unit_test(test_queries_only_read),
		cmocka_unit_test(test_a_wrong_query_is_shown),
		cmocka_unit_test(test_kinds_of_cells),
		cmocka_unit_test(test_refused_rows_are_named),
		cmocka_unit_test(test_ddl),
		cmocka_unit_test(test_taken_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
	return run_in_directory(run_all);
}

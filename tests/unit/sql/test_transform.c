/*
 * test_transform.c - records through a compiled pipeline: the rows and rejections that come out.
 */
#include "rows_dump.h"

#include "core/random.h"

#define MAX_LINES 12

struct transform_case {
	const char *name;
	const char *pipeline;
	const char *records[MAX_LINES];
	const char *expected;
};

#define UUID1_END "-1111-4222-8333-444455556666"
#define UUID1     "0b7a1c2e" UUID1_END

static const struct transform_case cases[] = {
	{ "paths are texts",
	  "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY, b TEXT, c TEXT) AS "
	  "SELECT id AS a, x.y AS b, l[1] AS c FROM STREAM s",
	  { "{\"id\":\"k\",\"x\":{\"y\":1.10},\"l\":[1,{\"a\": [true, null]}]}",
	    "{\"id\":\"\\u00e9\\n\",\"x\":7}", "{\"x\":{\"y\":null},\"id\":\"a\",\"l\":[]}" },
	  "0: k|1.10|{\"a\":[true,null]}\n1: \xC3\xA9\n|NULL|NULL\n2: a|NULL|NULL\n" },

	{ "what is no record",
	  "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT a FROM STREAM s",
	  { "{\"a\":\"1\"}", "TOMBSTONE", "{\"a\":\"2\"}", "[1]" },
	  NULL },

	{ "declared types",
	  "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, i INT, l BIGINT, d DOUBLE, b BOOLEAN, t "
	  "TIMESTAMP, e DATE, u UUID) AS SELECT k, i, l, d, b, t, e, u FROM STREAM s",
	  { "{\"k\":\"1\",\"i\":\" 1.9 "
	    "\",\"l\":9223372036854775807,\"d\":\"1e3\",\"b\":\"yes\",\"t\":"
	    "\"2016-03-25T07:13:10.667Z\",\"e\":\"1975-4-4\",\"u\":\"0B7A1C2E-1111-4222-8333-"
	    "444455556666\"}",
	    "{\"k\":\"2\"}", "{\"k\":\"3\",\"i\":\"1e2\"}", "{\"k\":\"4\",\"d\":\"nan\"}",
	    "{\"k\":\"5\",\"u\":\"0b7a1c2e-1111-4222-8333-44445555666\"}",
	    "{\"k\":\"6\",\"b\":\"on\"}", "{\"k\":\"7\",\"t\":\"soon\",\"e\":\"later\"}",
	    "{\"k\":\"8\",\"u\":\"" UUID1 "\"}" },
	  "0: 1|1|9223372036854775807|1000|true|2016-03-25 "
	  "07:13:10.667|1975-04-04|0b7a1c2e111142228333444455556666\n"
	  "1: 2|NULL|NULL|NULL|NULL|NULL|NULL|NULL\n"
	  "7: 8|NULL|NULL|NULL|NULL|NULL|NULL|0b7a1c2e111142228333444455556666\n"
	  "! 2 [column i] i: '1e2' is no INT\n"
	  "! 3 [column d] d: 'nan' is no DOUBLE\n"
	  "! 4 [column u] u: '0b7a1c2e-1111-4222-8333-44445555666' is no UUID\n"
	  "! 5 [column b] b: 'on' is no BOOLEAN\n"
	  "! 6 [column t] t: 'soon' is no TIMESTAMP\n" },

	{ "NULLs where none may be, after conversions",
	  "CREATE STREAMING TABLE t (k UUID PRIMARY KEY, n TEXT NOT NULL, i INT) AS SELECT k, n, i "
	  "FROM STREAM s",
	  { "{\"n\":\"a\"}", "{\"k\":\"" UUID1 "\"}", "{\"i\":\"x\"}",
	    "{\"k\":\"" UUID1 "\",\"n\":\"\"}" },
	  "3: 0b7a1c2e111142228333444455556666||NULL\n"
	  "! 0 [column k] k: NULL in the primary key\n"
	  "! 1 [column n] n: NULL in a NOT NULL column\n"
	  "! 2 [column i] i: 'x' is no INT\n" },

	{ "long values are shortened",
	  "CREATE STREAMING TABLE t (k INT PRIMARY KEY) AS SELECT k FROM STREAM s",
	  { "{\"k\":"
	    "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhX\""
	    "}" },
	  "! 0 [column k] k: "
	  "'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh…' is "
	  "no "
	  "INT\n" },

	{ "WHERE keeps what is TRUE",
	  "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, n INT, o BIGINT) AS SELECT k, n, _offset "
	  "AS o FROM "
	  "STREAM s WHERE n >= 2",
	  { "{\"k\":\"a\",\"n\":1}", "{\"k\":\"b\",\"n\":2}", "{\"k\":\"c\"}",
	    "{\"k\":\"d\",\"n\":3}", "{", "{\"n\":1}", "{\"n\":7}" },
	  NULL },

	{ "constraints see columns after conversion",
	  "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, n INT, CONSTRAINT counted EXPECT (n < 9), "
	  "CONSTRAINT positive EXPECT (n > 0) ON VIOLATION DROP ROW, CONSTRAINT even EXPECT (n IN "
	  "(2, 10)) ON "
	  "VIOLATION DROP ROW) AS SELECT k, n FROM STREAM s",
	  { "{\"k\":\"a\",\"n\":\"2.9\"}", "{\"k\":\"b\",\"n\":-1}", "{\"k\":\"c\"}",
	    "{\"k\":\"d\",\"n\":3}", "{\"k\":\"e\",\"n\":10}" },
	  "0: a|2\n4: e|10\n"
	  "! 1 [positive] positive: n > 0 is not true: n = -1\n"
	  "! 2 [positive] positive: n > 0 is not true: n = NULL\n"
	  "! 3 [even] even: n IN (2, 10) is not true: n = 3\n" },

	{ "a constraint tells each column that it reads once",
	  "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, n INT, CONSTRAINT near EXPECT (n BETWEEN "
	  "1 AND "
	  "9 AND n <> length(k)) ON VIOLATION DROP ROW) AS SELECT k, n FROM STREAM s",
	  { "{\"k\":\"a\",\"n\":10}", "{\"k\":\"b\",\"n\":2}" },
	  "1: b|2\n! 0 [near] near: n BETWEEN 1 AND 9 AND n <> length(k) is not true: n = 10, k = "
	  "'a'\n" },

	{ "FAIL UPDATE stops at the first",
	  "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, CONSTRAINT short EXPECT (k < 'c') ON "
	  "VIOLATION "
	  "FAIL UPDATE) AS SELECT k FROM STREAM s",
	  { "{\"k\":\"a\"}", "{\"k\":\"d\"}", "{\"k\":\"e\"}" },
	  "0: a\n! 1 [short] short: k < 'c' is not true: k = 'd'\n! 2 [short] short: k < 'c' is "
	  "not true: "
	  "k = 'e'\nFAILED at 1: short: k < 'c' is not true: k = 'd'\n" },

	{ "a UUID in a constraint is its text in lower case",
	  "CREATE STREAMING TABLE t (k UUID PRIMARY KEY, CONSTRAINT low EXPECT (k = lower(k)) ON "
	  "VIOLATION "
	  "DROP ROW) AS SELECT k FROM STREAM s",
	  { "{\"k\":\"0B7A1C2E-1111-4222-8333-444455556666\"}" },
	  "0: 0b7a1c2e111142228333444455556666\n" },

	{ "metadata",
	  "CREATE STREAMING TABLE t (o BIGINT PRIMARY KEY, k TEXT, p INT, n TEXT, t TIMESTAMP) AS "
	  "SELECT _offset "
	  "AS o, _key AS k, _partition AS p, _topic AS n, _timestamp AS t FROM STREAM s",
	  { "{}", "{}" },
	  "0: 100|key|3|topic|1970-01-01 00:00:00\n1: 101|NULL|3|topic|1970-01-01 00:00:01\n" },

	{ "several tables of one stream",
	  "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY) AS SELECT k FROM STREAM s WHERE n = 1;"
	  "CREATE STREAMING TABLE u (n INT, k TEXT, PRIMARY KEY (n, k)) AS SELECT n, k FROM STREAM "
	  "s",
	  { "{\"k\":\"a\",\"n\":1}", "{\"k\":\"b\",\"n\":\"x\"}", "{\"n\":1}",
	    "{\"k\":\"c\",\"n\":2}" },
	  "t 0: a\nu 0: 1|a\nu 3: 2|c\n! 1 table 1 [column n] n: 'x' is no INT\n"
	  "! 2 table 0 [column k] k: NULL in the primary key\n"
	  "! 2 table 1 [column k] k: NULL in the primary key\n" },

	{ "constants, and nothing of the record",
	  "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY, b INT, c BOOLEAN, d UUID, e TEXT) AS "
	  "SELECT 'x' AS a, 1 "
	  "AS b, TRUE AS c, '" UUID1 "' AS d, NULL AS e FROM STREAM s",
	  { "{}", "{}" },
	  "0: x|1|true|0b7a1c2e111142228333444455556666|NULL\n1: "
	  "x|1|true|0b7a1c2e111142228333444455556666|NULL\n" },
};

static void load(struct records *records, const struct transform_case *one)
{
	for (size_t i = 0; i < MAX_LINES && one->records[i]; i++)
		records_add(records, one->records[i]);
}

static void run_case(const struct transform_case *one, struct buf *out)
{
	static struct records records;
	struct transform_result result;
	struct err err = ERR_INIT;
	struct plan *plan = must_compile(one->pipeline);
	struct worker *worker = worker_new(plan);

	assert_non_null(worker);
	load(&records, one);
	assert_int_equal(
	    worker_transform(worker, "topic", records.items, records.count, &result, &err), US_OK);
	check_accounts(&result, plan_table_count(plan), records.count);
	dump_result(&result, plan_table_count(plan), out);
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

static void records_to_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out;

		buf_init(&out, 1 << 20);
		run_case(&cases[i], &out);
		if (cases[i].expected && strcmp(buf_text(&out), cases[i].expected) != 0)
			fail_msg("%s\n   is:\n%s   expected:\n%s", cases[i].name, buf_text(&out),
				 cases[i].expected);
		buf_release(&out);
	}
}

static const struct transform_case *find_case(const char *name)
{
	size_t i = 0;

	while (i + 1 < COUNT(cases) && strcmp(cases[i].name, name) != 0)
		i++;
	assert_string_equal(cases[i].name, name);
	return &cases[i];
}

/* Their texts are the JSON reader's: only the labels are looked at. */
static void malformed_records_are_rejected(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	run_case(find_case("what is no record"), &out);
	assert_non_null(strstr(buf_text(&out),
			       "0: 1\n2: 2\n! 1 [tombstone] the record has no value\n! 3 "
			       "[malformed_json] "));
	buf_reset(&out);
	run_case(find_case("WHERE keeps what is TRUE"), &out);
	assert_non_null(strstr(buf_text(&out), "1: b|2|101\n3: d|3|103\n! 4 [malformed_json] "));
	assert_non_null(strstr(buf_text(&out), "! 6 [column k] k: NULL in the primary key\n"));
	buf_release(&out);
}

static void violations_are_counted(void **state)
{
	static struct records records;
	const struct transform_case *one = find_case("constraints see columns after conversion");
	struct plan *plan = must_compile(one->pipeline);
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;

	(void)state;
	load(&records, one);
	assert_int_equal(
	    worker_transform(worker, NULL, records.items, records.count, &result, &err), US_OK);
	assert_int_equal(result.tables[0].violations[0], 2); /* 10, and NULL */
	assert_int_equal(result.tables[0].violations[1], 2); /* -1, and NULL */
	assert_int_equal(result.tables[0].violations[2], 3); /* -1, NULL, 3 */
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

/* Batches of every size around the bitmaps' words, up to the limit, with every third row dropped.
 */
static void batches_of_all_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 63, 64, 65, 127, 128, 4095, 4096 };
	static struct records records;
	struct plan *plan = must_compile("CREATE STREAMING TABLE t (n INT PRIMARY KEY, c TEXT, d "
					 "DOUBLE, b BOOLEAN, m INT, CONSTRAINT x EXPECT "
					 "(m <> 0) ON VIOLATION DROP ROW) AS SELECT n, "
					 "concat('row ', n) AS c, d, b, m FROM STREAM s");
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 4096; i++) {
		char json[96];

		snprintf(json, sizeof(json), "{\"n\":%zu,\"m\":%zu,\"d\":%s,\"b\":%s}", i, i % 3,
			 i % 2 ? "null" : "0.5", i % 5 ? "true" : "false");
		records_add(&records, json);
	}
	for (size_t s = 0; s < COUNT(sizes); s++) {
		const struct row_batch *rows;

		assert_int_equal(
		    worker_transform(worker, NULL, records.items, sizes[s], &result, &err), US_OK);
		check_accounts(&result, 1, sizes[s]);
		rows = &result.tables[0].rows;
		assert_int_equal(rows->row_count, sizes[s] - (sizes[s] + 2) / 3);
		for (int64_t row = 0; row < rows->row_count; row++) {
			uint32_t n = rows->record[row];
			struct span text = column_text(&rows->columns[1], row);
			char expected[32];

			snprintf(expected, sizeof(expected), "row %u", n);
			assert_true(n % 3 != 0);
			assert_int_equal(((int32_t *)rows->columns[0].data)[row], n);
			assert_true(span_equal(text, span_of(expected)));
			assert_int_equal(column_is_null(&rows->columns[2], row), n % 2);
			assert_int_equal(column_bool(&rows->columns[3], row), n % 5 != 0);
		}
	}
	assert_int_equal(worker_transform(worker, NULL, records.items, 4097, &result, &err),
			 US_FATAL);
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

#define ITEMS_MAX 24

/* A record whose texts, arrays and NULLs are others the later it comes. */
static void add_drifting(struct records *records, struct rng *rng)
{
	static char text[400];
	char json[1200];
	size_t i = records->count, len = rng_below(rng, 1 + (uint32_t)(i % 1700) / 5), at;

	memset(text, 'a' + (int)(i % 26), sizeof(text) - 1);
	at = (size_t)snprintf(json, sizeof(json), "{\"k\":\"%zu\",\"t\":\"%.*s\"", i, (int)len,
			      text);
	if (i < 600 || rng_below(rng, 3) > 0)
		at += (size_t)snprintf(json + at, sizeof(json) - at,
				       ",\"n\":%zu,\"b\":%s,\"u\":\"%08zx" UUID1_END "\"", i,
				       rng_below(rng, 2) ? "true" : "false", i);
	at += (size_t)snprintf(json + at, sizeof(json) - at, ",\"l\":[\"x\"");
	for (uint32_t more = rng_below(rng, 1 + (uint32_t)i / 150 % ITEMS_MAX); more > 0; more--)
		at += (size_t)snprintf(json + at, sizeof(json) - at, ",\"%u\"", more);
	snprintf(json + at, sizeof(json) - at, "]}");
	records_add(records, json);
}

/* Chunks of a batch differ in all that decides how columns grow. */
static void a_batch_is_its_records_one_by_one(void **state)
{
	static struct records records;
	struct plan *plan = must_compile(
	    "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, t TEXT, n BIGINT, b "
	    "BOOLEAN, u UUID, c TEXT) AS SELECT k, t, n, b, u, 'same' AS c FROM STREAM "
	    "s WHERE n IS NULL OR n % 7 <> 3;\n"
	    "CREATE STREAMING TABLE e (k TEXT, item TEXT, t TEXT, b BOOLEAN, n INT, "
	    "PRIMARY KEY (k, item)) AS SELECT k, item, t, b, n FROM STREAM s LATERAL "
	    "VIEW explode(l) x AS item");
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;
	struct buf whole[2], parts[2];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5);
	while (records.count < 3500)
		add_drifting(&records, &rng);
	assert_int_equal(
	    worker_transform(worker, NULL, records.items, records.count, &result, &err), US_OK);
	check_accounts(&result, 2, records.count);
	for (size_t table = 0; table < 2; table++) {
		buf_init(&whole[table], 64 << 20);
		buf_init(&parts[table], 64 << 20);
		dump_rows(&result.tables[table].rows, true, &whole[table]);
	}
	for (size_t i = 0; i < records.count; i++) {
		assert_int_equal(
		    worker_transform(worker, NULL, records.items + i, 1, &result, &err), US_OK);
		for (size_t table = 0; table < 2; table++) {
			struct row_batch rows = result.tables[table].rows;
			uint32_t numbers[ITEMS_MAX];

			assert_true(rows.row_count <= ITEMS_MAX);
			for (int64_t row = 0; row < rows.row_count; row++)
				numbers[row] = (uint32_t)i;
			rows.record = numbers;
			dump_rows(&rows, true, &parts[table]);
		}
	}
	assert_true(whole[0].len + whole[1].len > 1 << 20);
	for (size_t table = 0; table < 2; table++) {
		assert_true(span_equal(buf_span(&whole[table]), buf_span(&parts[table])));
		buf_release(&whole[table]);
		buf_release(&parts[table]);
	}
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

/* A batch stays readable while the next one is made. */
static void results_live_for_two_calls(void **state)
{
	static struct records records;
	struct plan *plan = must_compile(
	    "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT upper(a) AS a FROM STREAM s");
	struct worker *worker = worker_new(plan);
	struct transform_result first, second;
	struct err err = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	records_add(&records, "{\"a\":\"one\"}");
	records_add(&records, "{\"a\":\"two\"}");
	assert_int_equal(worker_transform(worker, NULL, records.items, 1, &first, &err), US_OK);
	assert_int_equal(worker_transform(worker, NULL, records.items + 1, 1, &second, &err),
			 US_OK);
	records_release(&records);
	dump_result(&first, 1, &out);
	dump_result(&second, 1, &out);
	assert_string_equal(buf_text(&out), "0: ONE\n0: TWO\n");
	buf_release(&out);
	worker_free(worker);
	plan_free(plan);
}

static const char steady_pipeline[] =
    "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY, n INT, CONSTRAINT c EXPECT (n >= 0) ON "
    "VIOLATION DROP "
    "ROW) AS SELECT trim(lower(a)) AS a, n FROM STREAM s WHERE n IS NOT NULL";

static void load_steady(struct records *records)
{
	for (size_t i = 0; i < 1000; i++) {
		char json[96];

		snprintf(json, sizeof(json), "{\"a\":\" A\\u00c9%zu\",\"n\":%d}", i,
			 i % 100 ? 1 : -1);
		records_add(records, json);
	}
}

static void steady_state_allocates_nothing(void **state)
{
	static struct records records;
	struct plan *plan = must_compile(steady_pipeline);
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;
	uint64_t before;

	(void)state;
	load_steady(&records);
	for (int i = 0; i < 6; i++)
		assert_int_equal(
		    worker_transform(worker, NULL, records.items, records.count, &result, &err),
		    US_OK);
	before = mem_count();
	for (int i = 0; i < 10; i++)
		assert_int_equal(
		    worker_transform(worker, NULL, records.items, records.count, &result, &err),
		    US_OK);
	assert_int_equal(mem_count() - before, 0);
	assert_int_equal(result.tables[0].rejected, 10);
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

static void every_allocation_may_fail(void **state)
{
	static struct records records;
	struct plan *plan = must_compile(steady_pipeline);
	uint64_t before = mem_count(), n;
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;

	(void)state;
	load_steady(&records);
	assert_int_equal(
	    worker_transform(worker, NULL, records.items, records.count, &result, &err), US_OK);
	worker_free(worker);
	n = mem_count() - before;
	for (uint64_t i = 1; i <= n + 1; i++) {
		mem_fail_at(i);
		worker = worker_new(plan);
		if (worker) {
			enum status status = worker_transform(worker, NULL, records.items,
							      records.count, &result, &err);
			mem_fail_at(0);
			assert_true(status == US_OK || status == US_FATAL);
			/* and the worker can be used again */
			assert_int_equal(worker_transform(worker, NULL, records.items,
							  records.count, &result, &err),
					 US_OK);
			assert_int_equal(result.tables[0].stored, 990);
		}
		mem_fail_at(0);
		worker_free(worker);
	}
	plan_free(plan);
	records_release(&records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_to_rows),
		cmocka_unit_test(malformed_records_are_rejected),
		cmocka_unit_test(violations_are_counted),
		cmocka_unit_test(batches_of_all_sizes),
		cmocka_unit_test(a_batch_is_its_records_one_by_one),
		cmocka_unit_test(results_live_for_two_calls),
		cmocka_unit_test(steady_state_allocates_nothing),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_scale.c - what may be large: documents of a megabyte, of 10,000 keys, of 500 levels, beside
 * small ones; tables of 200 columns; and what a batch may cost: no allocation, by anybody, in the
 * steady state.
 */
#include "rows_dump.h"

#include <stdatomic.h>

/* ---- every allocation of the process is counted: ours, ICU's, PCRE2's, OpenSSL's, C++'s */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTED 0 /* the sanitizer has malloc to itself */
#else
#define COUNTED 1
#endif

static atomic_uint_least64_t allocations;

#if COUNTED

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_realloc(old, size);
}
#endif

static void transform(struct worker *worker, const struct records *records,
		      struct transform_result *result)
{
	struct err err = ERR_INIT;

	if (worker_transform(worker, "user_topic", records->items, records->count, result, &err) !=
	    US_OK)
		fail_msg("%s", err.text);
	check_accounts(result, 1, records->count);
}

static void add(struct records *records, struct buf *json)
{
	assert_false(json->failed);
	records_add(records, buf_text(json));
	buf_reset(json);
}

/* ---- large documents */

static void add_small(struct records *records, struct buf *json, int key)
{
	buf_printf(json, "{\"k\":\"%d\",\"t\":\"small\",\"o\":{\"x\":[1,2]},\"last\":\"%d\"}", key,
		   key * 2);
	add(records, json);
}

/* A text of a megabyte, with an escape near its end. */
static void add_megabyte(struct records *records, struct buf *json)
{
	char *room;

	buf_append_text(json, "{\"k\":\"big\",\"t\":\"");
	room = buf_reserve(json, 1 << 20);
	assert_non_null(room);
	memset(room, 'a', 1 << 20);
	json->len += 1 << 20;
	buf_append_text(json, "\\u00e9\",\"last\":\"b\"}");
	add(records, json);
}

/* 10,000 keys, each with a text, a list and an object; those that are read are among the last. */
static void add_keys(struct records *records, struct buf *json)
{
	buf_append_char(json, '{');
	for (int i = 0; i < 10000; i++)
		buf_printf(json, "\"key %d\":[%d,{\"k\":\"not this\",\"last\":null}],", i, i);
	buf_append_text(json, "\"k\":\"first\",\"t\":\"t\",\"k\":\"keys\",\"last\":7}");
	add(records, json);
}

static void append_levels(struct buf *json, const char *blank)
{
	for (int i = 0; i < 250; i++)
		buf_printf(json, "{\"x\":%s[", blank);
	for (int i = 0; i < 250; i++)
		buf_append_text(json, "]}");
}

/* 500 levels: where nobody reads, and in an object that is read whole, without its blanks. */
static void add_levels(struct records *records, struct buf *json)
{
	buf_append_text(json, "{\"nobody\":");
	append_levels(json, "");
	buf_append_text(json, ",\"o\":");
	append_levels(json, " ");
	buf_append_text(json, ",\"k\":\"deep\"}");
	add(records, json);
}

static void large_documents_among_small_ones(void **state)
{
	static struct records records;
	struct plan *plan = must_compile(
	    "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, t TEXT, n INT, o TEXT, last TEXT) AS "
	    "SELECT k, substring(t, -2) AS t, length(t) AS n, o, last FROM STREAM s");
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct buf json, expected, out;

	(void)state;
	buf_init(&json, 4 << 20);
	buf_init(&expected, 1 << 16);
	buf_init(&out, 1 << 20);
	add_small(&records, &json, 0);
	add_megabyte(&records, &json);
	add_small(&records, &json, 1);
	add_keys(&records, &json);
	add_small(&records, &json, 2);
	add_levels(&records, &json);
	add_small(&records, &json, 3);
	buf_append_text(&expected, "0: 0|ll|5|{\"x\":[1,2]}|0\n"
				   "1: big|a\u00e9|1048577|NULL|b\n"
				   "2: 1|ll|5|{\"x\":[1,2]}|2\n"
				   "3: keys|t|1|NULL|7\n"
				   "4: 2|ll|5|{\"x\":[1,2]}|4\n"
				   "5: deep|NULL|NULL|");
	append_levels(&expected, "");
	buf_append_text(&expected, "|NULL\n"
				   "6: 3|ll|5|{\"x\":[1,2]}|6\n");
	for (int again = 0; again < 3; again++) {
		buf_reset(&out);
		transform(worker, &records, &result);
		dump_result(&result, 1, &out);
		assert_string_equal(buf_text(&out), buf_text(&expected));
	}
	buf_release(&json);
	buf_release(&expected);
	buf_release(&out);
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

/* ---- wide tables */

static void two_hundred_columns(void **state)
{
	enum { COLUMNS = 200, ROWS = 300 };
	static struct records records;
	struct transform_result result;
	struct worker *worker;
	struct plan *plan;
	struct buf text, json;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&json, 1 << 20);
	buf_append_text(&text, "CREATE STREAMING TABLE t (");
	for (int c = 0; c < COLUMNS; c++)
		buf_printf(&text, "c%d INT, ", c);
	buf_append_text(&text, "PRIMARY KEY (c0)) AS SELECT ");
	for (int c = 0; c < COLUMNS; c++)
		buf_printf(&text, "%sa.f%d + %d AS c%d", c ? ", " : "", COLUMNS - 1 - c, c, c);
	buf_append_text(&text, " FROM STREAM s");
	for (int row = 0; row < ROWS; row++) {
		buf_append_text(&json, "{\"a\":{");
		for (int c = 0; c < COLUMNS; c++)
			buf_printf(&json, "%s\"f%d\":\"%d\"", c ? "," : "", c, row * 1000 + c);
		buf_append_text(&json, "}}");
		add(&records, &json);
	}
	plan = must_compile(buf_text(&text));
	worker = worker_new(plan);
	transform(worker, &records, &result);
	assert_int_equal(result.tables[0].stored, ROWS);
	for (int c = 0; c < COLUMNS; c++) {
		const int32_t *values = result.tables[0].rows.columns[c].data;

		for (int row = 0; row < ROWS; row++)
			assert_int_equal(values[row], row * 1000 + COLUMNS - 1);
	}
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
	buf_release(&text);
	buf_release(&json);
}

/* ---- nothing allocates per record */

static void add_user(struct records *records, struct buf *json, int i)
{
	buf_printf(
	    json,
	    "{\"gender\":\"Male\",\"name\":{\"title\":\"Mr\",\"first\":\" J\\u00f6rg  "
	    "%d\",\"last\":"
	    "\"\u00d6z\u00e7elik\"},\"location\":{\"street\":{\"number\":%d,\"name\":\" High  "
	    "Street\"},\"city\":\"Bristol\",\"state\":\"Avon\",\"country\":\"United Kingdom\","
	    "\"postcode\":\"%05d\",\"coordinates\":{\"latitude\":\"%d.5\",\"longitude\":\"-%d."
	    "25\"},\"timezone\":{\"offset\":\"+5:30\"}},\"email\":\" %sJ%d@Example.com\",\"login\":"
	    "{\"uuid\":\"0b7a1c2e-1111-4222-8333-%012d\",\"username\":\"u%d\"},\"dob\":{\"date\":"
	    "\"1975-04-04T01:02:03.%03dZ\"},\"registered\":{\"date\":\"2016-03-25T07:13:10.667Z\"},"
	    "\"phone\":\"(011) %d-12\",\"cell\":\"%d\",\"picture\":{\"medium\":\"p%d\"},\"nat\":"
	    "\"gb\"}",
	    i, i, i % 100000, i % 80, i % 170, i % 10 ? "" : "@", i, i, i, i % 1000, i, i, i);
	add(records, json);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	if (!file)
		fail_msg("%s cannot be read: the tests run in the repository's root", path);
	assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	return text;
}

static uint64_t allocated(void)
{
	return COUNTED ? atomic_load(&allocations) : 0;
}

/* What the whole process allocates for ten batches of `count` of the records. */
static uint64_t count_allocations(struct worker *worker, struct records *records, size_t count)
{
	static struct records some;
	struct transform_result result;
	uint64_t ours, before;

	some = *records;
	some.count = count;
	for (int i = 0; i < 6; i++)
		transform(worker, &some, &result);
	ours = mem_count();
	before = allocated();
	assert_true(before > 0 || !COUNTED);
	for (int i = 0; i < 10; i++)
		transform(worker, &some, &result);
	assert_int_equal(mem_count() - ours, 0);
	assert_true(result.tables[0].stored > 0 && result.tables[0].rejected > 0);
	return allocated() - before;
}

static void steady_state_of(const char *pipeline)
{
	static struct records records;
	struct plan *plan = must_compile(pipeline);
	struct worker *worker = worker_new(plan);
	struct buf json;

	buf_init(&json, 1 << 16);
	for (int i = 0; i < 2000; i++)
		add_user(&records, &json, i);
	assert_int_equal(count_allocations(worker, &records, 2000), 0);
	assert_int_equal(count_allocations(worker, &records, 20), 0);
	buf_release(&json);
	worker_free(worker);
	plan_free(plan);
	records_release(&records);
}

static void the_default_pipeline_allocates_nothing(void **state)
{
	char *pipeline = read_file("pipelines/user_profiles.sql");

	(void)state;
	steady_state_of(pipeline);
	free(pipeline);
}

/* What works with other libraries: ICU, PCRE2, OpenSSL, zlib. */
static void functions_allocate_nothing(void **state)
{
	(void)state;
	steady_state_of(
	    "CREATE STREAMING TABLE t (k UUID PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, "
	    "f TEXT, g BIGINT, h TEXT, i TEXT, j DOUBLE, l TEXT, CONSTRAINT mail EXPECT (a NOT "
	    "LIKE '@%') ON VIOLATION DROP ROW) AS SELECT login.uuid AS k, lower(trim(email)) AS a, "
	    "initcap(name.last) AS b, normalize(upper(name.first), 'NFD') AS c, "
	    "sha2(login.username, 512) AS d, hmac_sha256('key', cell) AS e, "
	    "regexp_replace(name.first, '(\\\\w+)\\\\s+(?=\\\\d)', '$1-') AS f, "
	    "xxhash64(md5(phone)) AS g, date_format(from_utc_timestamp(dob.date, 'Europe/Paris'), "
	    "'yyyy-MM-dd HH:mm') AS h, base64(encode(nat, 'UTF-16')) AS i, "
	    "round(CAST(location.coordinates.latitude AS DOUBLE) / 3, 2) AS j, "
	    "concat_ws(',', split(phone, '[-) ]+')) AS l FROM STREAM s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_documents_among_small_ones),
		cmocka_unit_test(two_hundred_columns),
		cmocka_unit_test(the_default_pipeline_allocates_nothing),
		cmocka_unit_test(functions_allocate_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_library.c - the public interface: schemas, arrays over several batches, rejected records,
 * and what is released.
 */
#include "sql_helpers.h"

#include <pthread.h>
#include <stdlib.h>

#include "userstream.h"

static const char pipeline_text[] =
    "CREATE STREAMING TABLE people (id UUID, name TEXT, age INT, score DOUBLE NOT NULL, ok "
    "BOOLEAN, "
    "seen TIMESTAMP, born DATE, big BIGINT, PRIMARY KEY (id), CONSTRAINT adult EXPECT (age >= 18) "
    "ON "
    "VIOLATION DROP ROW) AS SELECT id, name, age, score, ok, _timestamp AS seen, born, _offset AS "
    "big "
    "FROM STREAM s;"
    "CREATE STREAMING TABLE strict (id TEXT PRIMARY KEY, CONSTRAINT known EXPECT (id IS NOT NULL "
    "AND id "
    "<> 'bad') ON VIOLATION FAIL UPDATE) AS SELECT name AS id FROM STREAM s";

static us_pipeline *compile_pipeline(void)
{
	char *diagnostics = NULL;
	us_pipeline *pipeline = us_pipeline_compile(pipeline_text, strlen(pipeline_text), "p.sql",
						    NULL, &diagnostics);

	if (!pipeline)
		fail_msg("%s", diagnostics);
	assert_null(diagnostics);
	return pipeline;
}

static void errors_are_told(void **state)
{
	static const char text[] =
	    "CREATE STREAMING TABLE t (a TEXT) AS SELECT nope(a) AS a FROM STREAM s";
	char *diagnostics = NULL;

	(void)state;
	assert_null(us_pipeline_compile(text, strlen(text), "p.sql", NULL, &diagnostics));
	assert_non_null(diagnostics);
	assert_non_null(strstr(diagnostics, "p.sql:1:1"));
	assert_non_null(strstr(diagnostics, "there is no function nope"));
	us_text_free(diagnostics);
	us_pipeline_free(NULL);
	us_worker_free(NULL);
	assert_int_equal(us_version()[1], '.');
}

static void schemas(void **state)
{
	static const struct {
		const char *name, *format;
		int64_t flags;
	} columns[] = {
		{ "id", "w:16", 0 },  { "name", "u", 2 }, { "age", "i", 2 },
		{ "score", "g", 0 },  { "ok", "b", 2 },   { "seen", "tsu:UTC", 2 },
		{ "born", "tdD", 2 }, { "big", "l", 2 },
	};
	us_pipeline *pipeline = compile_pipeline();
	struct ArrowSchema schema;

	(void)state;
	assert_int_equal(us_pipeline_table_count(pipeline), 2);
	assert_string_equal(us_pipeline_table_name(pipeline, 1), "strict");
	assert_null(us_pipeline_table_name(pipeline, 2));
	assert_int_equal(us_pipeline_schema(pipeline, 2, &schema), -1);
	assert_int_equal(us_pipeline_schema(pipeline, 0, &schema), 0);
	us_pipeline_free(pipeline); /* the schema owns its memory */
	assert_string_equal(schema.format, "+s");
	assert_string_equal(schema.name, "people");
	assert_int_equal(schema.n_children, COUNT(columns));
	for (size_t i = 0; i < COUNT(columns); i++) {
		assert_string_equal(schema.children[i]->name, columns[i].name);
		assert_string_equal(schema.children[i]->format, columns[i].format);
		assert_int_equal(schema.children[i]->flags, columns[i].flags);
	}
	schema.release(&schema);
	assert_null(schema.release);
}

/* `count` records; every tenth has no age, every hundredth is no JSON. */
static struct us_record *make_records(size_t count, char **memory)
{
	struct us_record *records = calloc(count, sizeof(*records));
	char *at = *memory = malloc(count * 160);

	for (size_t i = 0; i < count; i++) {
		int len = snprintf(
		    at, 160,
		    "{\"id\":\"00000000-0000-4000-8000-%012zu\",\"name\":\"n%zu\",\"age\":%s,"
		    "\"score\":0.5,\"ok\":%s,\"born\":\"2000-01-02\"}",
		    i, i, i % 10 ? "20" : "null", i % 3 ? "true" : "null");

		records[i] = (struct us_record){ .value = at,
						 .length = (size_t)(i % 100 == 7 ? len - 1 : len),
						 .topic = "topic",
						 .offset = (int64_t)i };
		at += len;
	}
	return records;
}

static int bit(const struct ArrowArray *array, int buffer, int64_t i)
{
	const uint8_t *bits = array->buffers[buffer];

	return bits ? bits[i / 8] >> (i % 8) & 1 : 1;
}

static void arrays_over_many_batches(void **state)
{
	enum { RECORDS = 10000 };
	us_pipeline *pipeline = compile_pipeline();
	us_worker *worker = us_worker_new(pipeline);
	struct ArrowArray array;
	char *memory;
	struct us_record *records = make_records(RECORDS, &memory);
	int64_t row = 0;

	(void)state;
	assert_int_equal(us_transform(worker, 0, records, RECORDS, &array), 0);
	assert_int_equal(array.n_children, 8);
	assert_int_equal(array.length, RECORDS - RECORDS / 10 - RECORDS / 100);
	assert_int_equal(us_rejected_count(worker), RECORDS / 10 + RECORDS / 100);
	assert_int_equal(us_rejected_record(worker, 1), 7);
	assert_memory_equal(us_rejected_reason(worker, 1), "malformed_json: ", 16);
	assert_string_equal(us_rejected_reason(worker, 0),
			    "adult: age >= 18 is not true: age = NULL");
	us_worker_free(worker);
	us_pipeline_free(pipeline); /* the array owns its memory */
	for (int64_t i = 0; i < RECORDS; i++) {
		const int32_t *offsets = array.children[1]->buffers[1];
		char name[32];

		if (i % 10 == 0 || i % 100 == 7)
			continue;
		snprintf(name, sizeof(name), "n%lld", (long long)i);
		assert_int_equal(offsets[row + 1] - offsets[row], strlen(name));
		assert_memory_equal((const char *)array.children[1]->buffers[2] + offsets[row],
				    name, strlen(name));
		assert_int_equal(((const int64_t *)array.children[7]->buffers[1])[row], i);
		assert_int_equal(bit(array.children[4], 0, row), i % 3 != 0);
		assert_int_equal(bit(array.children[4], 1, row), i % 3 != 0);
		row++;
	}
	assert_int_equal(row, array.length);
	assert_int_equal(array.children[2]->null_count, 0);
	assert_true(array.children[4]->null_count > 0);
	/* a child may be moved out and released by itself */
	struct ArrowArray moved = *array.children[1];

	array.children[1]->release = NULL;
	array.release(&array);
	assert_null(array.release);
	moved.release(&moved);
	free(records);
	free(memory);
}

static void nothing_in_nothing_out(void **state)
{
	us_pipeline *pipeline = compile_pipeline();
	us_worker *worker = us_worker_new(pipeline);
	struct us_record tombstone = { .value = NULL };
	struct ArrowArray array;

	(void)state;
	assert_int_equal(us_transform(worker, 0, NULL, 0, &array), 0);
	assert_int_equal(array.length, 0);
	assert_non_null(array.children[1]->buffers[1]);
	array.release(&array);
	assert_int_equal(us_transform(worker, 0, &tombstone, 1, &array), 0);
	assert_int_equal(array.length, 0);
	assert_string_equal(us_rejected_reason(worker, 0), "tombstone: the record has no value");
	array.release(&array);
	assert_int_equal(us_transform(worker, 2, NULL, 0, &array), -1);
	assert_string_equal(us_worker_error(worker), "there is no table 2: the pipeline has 2");
	us_worker_free(worker);
	us_pipeline_free(pipeline);
}

static us_pipeline *compile_select(const char *text, const char *const *variables)
{
	char *diagnostics = NULL;
	us_pipeline *pipeline = us_pipeline_compile(text, strlen(text), "s", variables,
						    &diagnostics);

	if (!pipeline)
		fail_msg("%s", diagnostics);
	return pipeline;
}

/* A SELECT by itself, with a variable; which record each row came from. */
static void select_by_itself(void **state)
{
	static const char *const variables[] = { "NATION=XX", "NAT=ES", NULL };
	us_pipeline *pipeline = compile_select(
	    "SELECT CAST(n AS INT) + 1 AS m FROM STREAM s WHERE nat = ${NAT}", variables);
	us_worker *worker = us_worker_new(pipeline);
	struct us_record records[] = {
		{ .value = "{\"nat\":\"ES\",\"n\":1}", .length = 18 },
		{ .value = "{\"nat\":\"XX\",\"n\":2}", .length = 18 },
		{ .value = "{", .length = 1 },
		{ .value = "{\"nat\":\"ES\",\"n\":3}", .length = 18 },
	};
	struct ArrowSchema schema;
	struct ArrowArray array;
	char *diagnostics;

	(void)state;
	assert_string_equal(us_pipeline_table_name(pipeline, 0), "");
	assert_int_equal(us_pipeline_schema(pipeline, 0, &schema), 0);
	assert_string_equal(schema.children[0]->name, "m");
	assert_string_equal(schema.children[0]->format, "i");
	schema.release(&schema);
	assert_int_equal(us_transform(worker, 0, records, 4, &array), 0);
	assert_int_equal(array.length, 2);
	assert_int_equal(((const int32_t *)array.children[0]->buffers[1])[1], 4);
	assert_int_equal(us_row_records(worker)[0], 0);
	assert_int_equal(us_row_records(worker)[1], 3);
	assert_int_equal(us_rejected_record(worker, 0), 2);
	array.release(&array);
	us_worker_free(worker);
	us_pipeline_free(pipeline);
	assert_null(us_pipeline_compile("SELECT ${NAT}", 13, "s", NULL, &diagnostics));
	assert_non_null(strstr(diagnostics, "NAT"));
	us_text_free(diagnostics);
}

/* The same records as an Arrow array of either width, sliced, with NULLs in it. */
static void records_as_an_arrow_array(void **state)
{
	enum { RECORDS = 5000, SKIPPED = 3 };
	us_pipeline *pipeline = compile_select("SELECT name, _offset AS o FROM STREAM s", NULL);
	us_worker *worker = us_worker_new(pipeline);
	char *memory, *data = malloc(RECORDS * 160);
	struct us_record *records = make_records(RECORDS, &memory);
	int64_t *wide = calloc(RECORDS + 1, sizeof(*wide));
	int32_t *narrow = calloc(RECORDS + 1, sizeof(*narrow));
	uint8_t validity[(RECORDS + 7) / 8];

	(void)state;
	memset(validity, 0xFF, sizeof(validity));
	validity[1] = 0xFE; /* the ninth is NULL */
	for (size_t i = 0; i < RECORDS; i++) {
		memcpy(data + wide[i], records[i].value, records[i].length);
		wide[i + 1] = wide[i] + (int64_t)records[i].length;
		narrow[i + 1] = (int32_t)wide[i + 1];
	}
	/* exactly so much memory as there is text: a read past it is a fault under ASan */
	data = realloc(data, (size_t)wide[RECORDS]);
	for (int large = 0; large < 2; large++) {
		const void *buffers[] = { validity, large ? (void *)wide : (void *)narrow, data };
		struct ArrowSchema schema = { .format = large ? "Z" : "u" };
		struct ArrowArray values = { .length = RECORDS - SKIPPED,
					     .null_count = 1,
					     .offset = SKIPPED,
					     .n_buffers = 3,
					     .buffers = buffers };
		struct ArrowArray array;
		size_t malformed = 0;

		assert_int_equal(us_transform_arrow(worker, 0, &schema, &values, 1000, &array), 0);
		assert_int_equal(array.length, RECORDS - SKIPPED - RECORDS / 100 - 1);
		assert_int_equal(us_rejected_record(worker, 0), 7 - SKIPPED);
		assert_int_equal(us_rejected_record(worker, 1), 8 - SKIPPED);
		assert_memory_equal(us_rejected_reason(worker, 1), "tombstone", 9);
		for (size_t i = 0; i < us_rejected_count(worker); i++)
			malformed += strncmp(us_rejected_reason(worker, i), "malformed", 9) == 0;
		assert_int_equal(malformed, RECORDS / 100);
		for (int64_t row = 0; row < array.length; row++) {
			size_t record = us_row_records(worker)[row];
			const int32_t *offsets = array.children[0]->buffers[1];
			char name[32];
			int len = snprintf(name, sizeof(name), "n%zu", record + SKIPPED);

			assert_int_equal(((const int64_t *)array.children[1]->buffers[1])[row],
					 1000 + record);
			assert_int_equal(offsets[row + 1] - offsets[row], len);
			assert_memory_equal(
			    (const char *)array.children[0]->buffers[2] + offsets[row], name, len);
		}
		array.release(&array);
		schema.format = "l";
		assert_int_equal(us_transform_arrow(worker, 0, &schema, &values, 0, &array), -1);
		assert_non_null(strstr(us_worker_error(worker), "\"l\""));
	}
	us_worker_free(worker);
	us_pipeline_free(pipeline);
	free(records);
	free(memory);
	free(data);
	free(wide);
	free(narrow);
}

struct thread {
	pthread_t id;
	const us_pipeline *pipeline;
	const struct us_record *records;
	size_t count;
	int64_t stored, rejected;
};

static void *transform_often(void *user)
{
	struct thread *thread = user;
	us_worker *worker = us_worker_new(thread->pipeline);

	for (int round = 0; worker && round < 10; round++) {
		struct ArrowArray array;

		if (us_transform(worker, 0, thread->records, thread->count, &array) != 0)
			break;
		thread->stored += array.length;
		thread->rejected += (int64_t)us_rejected_count(worker);
		array.release(&array);
	}
	us_worker_free(worker);
	return NULL;
}

/* One pipeline, a worker a thread. (TSan watches.) */
static void many_threads(void **state)
{
	enum { THREADS = 6, RECORDS = 3000 };
	us_pipeline *pipeline = compile_pipeline();
	struct thread threads[THREADS];
	char *memory;
	struct us_record *records = make_records(RECORDS, &memory);

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		threads[i] =
		    (struct thread){ .pipeline = pipeline, .records = records, .count = RECORDS };
		assert_int_equal(pthread_create(&threads[i].id, NULL, transform_often, &threads[i]),
				 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i].id, NULL), 0);
		assert_int_equal(threads[i].rejected, 10 * (RECORDS / 10 + RECORDS / 100));
		assert_int_equal(threads[i].stored, 10 * RECORDS - threads[i].rejected);
	}
	us_pipeline_free(pipeline);
	free(records);
	free(memory);
}

static void fail_update_fails_the_call(void **state)
{
	us_pipeline *pipeline = compile_pipeline();
	us_worker *worker = us_worker_new(pipeline);
	struct us_record records[] = {
		{ .value = "{\"name\":\"good\"}", .length = 15 },
		{ .value = "{\"name\":\"bad\"}", .length = 14 },
	};
	struct ArrowArray array;

	(void)state;
	assert_int_equal(us_transform(worker, 1, records, 2, &array), -1);
	assert_memory_equal(us_worker_error(worker), "record 1: known: ", 17);
	assert_int_equal(us_transform(worker, 1, records, 1, &array), 0);
	assert_int_equal(array.length, 1);
	array.release(&array);
	us_worker_free(worker);
	us_pipeline_free(pipeline);
}

static void every_allocation_may_fail(void **state)
{
	us_pipeline *pipeline = compile_pipeline();
	char *memory;
	struct us_record *records = make_records(200, &memory);

	(void)state;
	for (uint64_t n = 1; n < 400; n++) {
		struct ArrowArray array;
		struct ArrowSchema schema;
		us_worker *worker;

		mem_fail_at(n);
		worker = us_worker_new(pipeline);
		if (worker && us_transform(worker, 0, records, 200, &array) == 0)
			array.release(&array);
		if (us_pipeline_schema(pipeline, 0, &schema) == 0)
			schema.release(&schema);
		mem_fail_at(0);
		us_worker_free(worker);
	}
	us_pipeline_free(pipeline);
	free(records);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(schemas),
		cmocka_unit_test(arrays_over_many_batches),
		cmocka_unit_test(nothing_in_nothing_out),
		cmocka_unit_test(select_by_itself),
		cmocka_unit_test(records_as_an_arrow_array),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(fail_update_fails_the_call),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_memory_runs_out.c - every allocation of a whole small run (a file, LMDB, the transform,
 * SQLite), of a replay and of a deep verify fails once: no crash, no leak (under ASan), and the
 * next run without a fault has nothing to mend.
 *
 * The allocations are visited in long strides, so that a run that is cut by the time it may take
 * has seen all parts of it; USERSTREAM_TEST_SECONDS says how long each of the three may take.
 */
#include "harness.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/replay.h"

#ifdef __SANITIZE_ADDRESS__
#define SECONDS 20
#else
#define SECONDS 4
#endif
#define GOOD     30
#define CHILDREN 6
#define TORN     2

struct place {
	char directory[64], source[96], log[96], sink[96];
};

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void place_make(struct place *place)
{
	snprintf(place->directory, sizeof(place->directory), "/tmp/userstream-memory-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->source, sizeof(place->source), "file:%s/people.jsonl", place->directory);
	snprintf(place->log, sizeof(place->log), "lmdb:%s/log", place->directory);
	snprintf(place->sink, sizeof(place->sink), "sqlite:%s/people.db", place->directory);
}

static void place_remove(const struct place *place)
{
	nftw(place->directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* The file: good records, some that the pipeline rejects, some that are no JSON. */
static void write_people(const struct place *place)
{
	FILE *file = fopen(place->source + strlen("file:"), "w");

	assert_non_null(file);
	for (int i = 0; i < GOOD; i++)
		fprintf(file, "{\"id\":\"k%d\",\"name\":\" n%d \",\"age\":\"30\"}\n", i, i);
	for (int i = 0; i < CHILDREN; i++)
		fprintf(file, "{\"id\":\"c%d\",\"name\":\"n%d\",\"age\":7}\n", i, i);
	for (int i = 0; i < TORN; i++)
		fprintf(file, "{\"id\":\"t%d\",\n", i);
	assert_int_equal(fclose(file), 0);
}

/* A harness whose backends are the durable ones. */
static void durable_init(struct harness *harness, const struct place *place, bool with_file)
{
	harness_init(harness, people_sql);
	harness->config.log.uri = place->log;
	harness->config.sink.uri = place->sink;
	if (!with_file)
		return;
	harness->config.ingest = true;
	harness->config.until_caught_up = false;
	harness->config.source =
	    (struct source_config){ .uri = place->source, .records = "results", .key = "id" };
	harness->config.source_identity = place->source;
}

/* Numbers 1 to count in strides, until the time is over. */
struct sweep {
	uint64_t count, stride, at;
	int64_t end_us;
};

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static struct sweep sweep_begin(uint64_t count)
{
	const char *seconds = getenv("USERSTREAM_TEST_SECONDS");
	int64_t allowed = seconds ? strtoll(seconds, NULL, 10) : SECONDS;
	struct sweep sweep = { .count = count, .stride = count * 5 / 13 + 1 };

	while (common_divisor(sweep.stride, count) != 1)
		sweep.stride++;
	sweep.end_us = clock_mono_us() + allowed * 1000000;
	return sweep;
}

static bool sweep_next(struct sweep *sweep, uint64_t *n)
{
	if (sweep->at == sweep->count || clock_mono_us() > sweep->end_us)
		return false;
	*n = 1 + sweep->at++ * sweep->stride % sweep->count;
	return true;
}

static void sweep_tell(const struct sweep *sweep, const char *what, uint64_t failed)
{
	print_message("%s: %" PRIu64 " of %" PRIu64 " allocations failed, %" PRIu64
		      " of them ended it\n",
		      what, sweep->at, sweep->count, failed);
	assert_true(failed > 0);
}

static void expect_people(struct harness *harness)
{
	harness_expect_totals(harness, GOOD + CHILDREN, GOOD, CHILDREN);
	assert_int_equal(harness_query(harness, "SELECT id FROM people", NULL), GOOD);
	assert_int_equal(harness_pending(harness), CHILDREN);
	harness_verify(harness, true, 0);
}

/* One run on a new directory in which the n-th allocation fails, then one without. */
static bool run_once(uint64_t n)
{
	struct place place;
	struct harness harness;
	struct err err = ERR_INIT;
	bool failed;

	place_make(&place);
	write_people(&place);
	durable_init(&harness, &place, true);
	mem_fail_at(n);
	failed = harness_run_as(&harness.config, NULL, &err) != US_OK;
	mem_fail_at(0);
	if (failed)
		assert_true(err.text[0]);
	harness_run(&harness, NULL);
	expect_people(&harness);
	harness_release(&harness);
	place_remove(&place);
	return failed;
}

static void test_run(void **state)
{
	uint64_t n, failed = 0, before;
	struct sweep sweep;
	struct place place;
	struct harness harness;

	(void)state;
	place_make(&place);
	write_people(&place);
	durable_init(&harness, &place, true);
	before = mem_count();
	harness_run(&harness, NULL);
	sweep = sweep_begin(mem_count() - before);
	expect_people(&harness);
	harness_release(&harness);
	place_remove(&place);
	while (sweep_next(&sweep, &n))
		failed += run_once(n);
	sweep_tell(&sweep, "run", failed);
}

static enum status replay(struct harness *harness, int64_t *stored, struct err *err)
{
	const struct replay_config config = { .log = harness->config.log,
					      .sink = harness->config.sink,
					      .plan = harness->plan,
					      .topic = "topic" };
	struct replay_result result;
	enum status status = replay_run(&config, &result, err);

	if (stored)
		*stored = result.progress.stored;
	replay_result_release(&result);
	return status;
}

/* More rejected records, then the pipeline that lets them pass. */
static void reject_some(struct harness *harness, struct plan *strict, struct plan *lenient,
			int *children)
{
	harness_append_form(harness, CHILD_FORM, *children, 2);
	harness_append_form(harness, BAD_FORM, 0, 1);
	*children += 2;
	harness->config.plan = harness->plan = strict;
	harness_run(harness, NULL);
	harness->config.plan = harness->plan = lenient;
}

static void test_replay(void **state)
{
	struct place place;
	struct harness harness;
	struct plan *strict, *lenient = harness_plan(lenient_sql);
	struct sweep sweep;
	struct err err = ERR_INIT;
	int children = 0;
	int64_t rounds = 1;
	uint64_t n, failed = 0, before;

	(void)state;
	place_make(&place);
	durable_init(&harness, &place, false);
	strict = harness.plan;
	reject_some(&harness, strict, lenient, &children);
	before = mem_count();
	assert_int_equal(replay(&harness, NULL, &err), US_OK);
	sweep = sweep_begin(mem_count() - before);
	while (sweep_next(&sweep, &n)) {
		reject_some(&harness, strict, lenient, &children);
		rounds++;
		mem_fail_at(n);
		if (replay(&harness, NULL, &err) != US_OK) {
			assert_true(err.text[0]);
			failed++;
		}
		mem_fail_at(0);
		/* also where rows were stored and the replay could not say so */
		harness_verify(&harness, true, 0);
	}
	assert_int_equal(replay(&harness, NULL, &err), US_OK);
	harness_expect_totals(&harness, children + rounds, children, rounds);
	assert_int_equal(harness_query(&harness, "SELECT id FROM people", NULL), children);
	assert_int_equal(harness_pending(&harness), rounds);
	harness_verify(&harness, true, 0);
	sweep_tell(&sweep, "replay", failed);
	plan_free(strict);
	plan_free(lenient);
	place_remove(&place);
}

static enum status verify(const struct harness *harness, int64_t *differences, struct err *err)
{
	const struct verify_config config = { .log = harness->config.log,
					      .sink = harness->config.sink,
					      .plan = harness->plan,
					      .topic = "topic",
					      .gate = "rows>0, nulls(name)=0",
					      .deep = true };
	struct verify_result result;
	enum status status = verify_run(&config, &result, err);

	if (status != US_OK)
		return status;
	*differences = result.differences + result.gates_failed;
	verify_result_release(&result);
	return US_OK;
}

static void test_verify(void **state)
{
	struct place place;
	struct harness harness;
	struct sweep sweep;
	struct err err = ERR_INIT;
	int64_t differences = 0;
	uint64_t n, failed = 0, before;

	(void)state;
	place_make(&place);
	write_people(&place);
	durable_init(&harness, &place, true);
	harness_run(&harness, NULL);
	before = mem_count();
	assert_int_equal(verify(&harness, &differences, &err), US_OK);
	assert_int_equal(differences, 0);
	sweep = sweep_begin(mem_count() - before);
	while (sweep_next(&sweep, &n)) {
		enum status status;

		mem_fail_at(n);
		status = verify(&harness, &differences, &err);
		mem_fail_at(0);
		assert_int_equal(differences, 0);
		if (status == US_OK)
			continue;
		assert_true(err.text[0]);
		failed++;
	}
	sweep_tell(&sweep, "verify --deep", failed);
	harness_release(&harness);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_verify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

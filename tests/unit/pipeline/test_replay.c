/*
 * test_replay.c - dead letters once more: stored once, never over a newer row, counted when they
 * fail again.
 */
#include "harness.h"

#include <unistd.h>

#include "faulty.h"
#include "pipeline/dead_view.h"
#include "pipeline/replay.h"

static struct replay_progress replay(struct harness *harness, const char *reason, int64_t limit)
{
	const struct replay_config config = { .log = harness->config.log,
					      .sink = harness->config.sink,
					      .plan = harness->plan,
					      .topic = "topic",
					      .reason = reason,
					      .limit = limit };
	struct replay_result result;
	struct err err = ERR_INIT;
	struct replay_progress progress;

	if (replay_run(&config, &result, &err) != US_OK)
		fail_msg("%s", err.text);
	progress = result.progress;
	replay_result_release(&result);
	return progress;
}

static void change_plan(struct harness *harness, const char *sql)
{
	plan_free(harness->plan);
	harness->plan = harness_plan(sql);
	harness->config.plan = harness->plan;
}

static void fill(struct harness *harness)
{
	harness_append_form(harness, GOOD_FORM, 0, 10);
	harness_append_form(harness, CHILD_FORM, 10, 30);
	harness_append_form(harness, BAD_FORM, 40, 2);
	harness_run(harness, NULL);
	harness_expect_totals(harness, 42, 10, 32);
}

static void start(struct harness *harness)
{
	harness_init(harness, people_sql);
	fill(harness);
}

static void test_stores_what_passes_now(void **state)
{
	struct harness harness;
	struct replay_progress progress;

	(void)state;
	start(&harness);
	change_plan(&harness, lenient_sql);
	progress = replay(&harness, NULL, 0);
	assert_int_equal(progress.total, 32);
	assert_int_equal(progress.stored, 30);
	assert_int_equal(progress.failed, 2);
	harness_expect_totals(&harness, 42, 40, 2);
	assert_int_equal(harness_query(&harness, "SELECT id FROM people", NULL), 40);
	assert_int_equal(harness_pending(&harness), 2);
	harness_verify(&harness, true, 0);
	/* never twice */
	progress = replay(&harness, NULL, 0);
	assert_int_equal(progress.total, 2);
	assert_int_equal(progress.stored, 0);
	harness_expect_totals(&harness, 42, 40, 2);
	/* and the processor goes on with the new totals */
	harness_append_form(&harness, GOOD_FORM, 50, 3);
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 45, 43, 2);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static enum status take_attempts(void *user, const struct dead_letter *letter,
				 const struct folded_letter *folded, struct err *err)
{
	uint32_t *attempts = user;

	(void)err;
	(void)letter;
	*attempts = folded->attempts;
	return US_OK;
}

/* A pass that begins after letters of the one before: they stay, beside its account. */
static void test_letters_before_a_new_pass(void **state)
{
	struct harness harness;
	struct partition *ledger;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, CHILD_FORM, 0, 5);
	harness_append_form(&harness, GOOD_FORM, 5, 5);
	harness_append_form(&harness, CHILD_FORM, 10, 3);
	harness_run(&harness, NULL);
	harness.config.from = "5";
	harness_run(&harness, NULL);
	harness.config.from = NULL;
	harness_expect_totals(&harness, 8, 5, 3);
	assert_int_equal(harness_viewed(&harness), 8);
	harness_verify(&harness, true, 0);
	change_plan(&harness, lenient_sql);
	assert_int_equal(replay(&harness, NULL, 0).stored, 8);
	assert_int_equal(harness_query(&harness, "SELECT id FROM people", NULL), 13);
	assert_int_equal(harness_viewed(&harness), 0);
	harness_expect_totals(&harness, 8, 8, 0);
	ledger = harness_ledger(&harness);
	assert_int_equal(ledger->totals[0].replayed, 3);
	partition_free(ledger);
	harness_verify(&harness, true, 0);
	/* another replay finds nothing */
	assert_int_equal(replay(&harness, NULL, 0).total, 0);
	harness_release(&harness);
}

static void test_attempts_are_counted(void **state)
{
	struct harness harness;
	struct dead_view view;
	struct err err = ERR_INIT;
	uint32_t attempts = 0;

	(void)state;
	start(&harness);
	for (int i = 1; i <= 3; i++) {
		const struct dead_view_config config = { .log = harness.config.log,
							 .sink = harness.config.sink,
							 .plan = harness.plan };
		struct replay_progress progress = replay(&harness, "adult", 0);

		assert_int_equal(progress.failed, 30);
		assert_int_equal(dead_view_open(&view, &config, &err), US_OK);
		assert_int_equal(dead_view_count(&view), 32);
		assert_int_equal(dead_view_each(&view, "adult", take_attempts, &attempts, &err),
				 US_OK);
		dead_view_close(&view);
		assert_int_equal(attempts, i);
	}
	harness_expect_totals(&harness, 42, 10, 32);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_limit_and_resume(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	change_plan(&harness, lenient_sql);
	for (int64_t left = 30; left > 0; left -= 10)
		assert_int_equal(replay(&harness, "adult", 10).stored, 10);
	assert_int_equal(replay(&harness, "adult", 10).stored, 0);
	harness_expect_totals(&harness, 42, 40, 2);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_never_over_a_newer_row(void **state)
{
	struct harness harness;
	struct harness_rows rows;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, "{\"id\":\"a\",\"name\":\"older\",\"age\":30}", 0, 1);
	harness_append_form(&harness, "{\"id\":\"a\",\"name\":\"child\",\"age\":3}", 0, 1);
	harness_append_form(&harness, "{\"id\":\"b\",\"name\":\"older\",\"age\":30}", 0, 1);
	harness_append_form(&harness, "{\"id\":\"b\",\"name\":\"child\",\"age\":3}", 0, 1);
	harness_append_form(&harness, "{\"id\":\"b\",\"name\":\"newer\",\"age\":31}", 0, 1);
	harness_run(&harness, NULL);
	change_plan(&harness, lenient_sql);
	assert_int_equal(replay(&harness, NULL, 0).stored, 2);
	harness_query(&harness, "SELECT name FROM people", &rows);
	assert_int_equal(rows.count, 2);
	assert_non_null(strstr(rows.all, "child"));
	assert_non_null(strstr(rows.all, "newer"));
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

/* The rows are stored, and the replay is killed before it says so. */
static void interrupted_before_the_entry(const char *sink, int64_t shown)
{
	struct harness harness;
	struct replay_progress progress;
	struct err err = ERR_INIT;
	struct log *letters;
	struct log_stat stat = { 0 };
	int64_t before;

	harness_init(&harness, people_sql);
	if (sink)
		harness.config.sink.uri = sink;
	fill(&harness);
	change_plan(&harness, lenient_sql);
	letters = harness_log(&harness, LOG_DEAD_LETTERS);
	assert_int_equal(letters->ops->stat(letters, &stat, &err), US_OK);
	before = stat.partitions[0].high;
	log_stat_release(&stat);
	log_close(letters);
	/* the bound of the log lets no entry in */
	harness.config.log.map_bytes = 1;
	{
		const struct replay_config config = { .log = harness.config.log,
						      .sink = harness.config.sink,
						      .plan = harness.plan,
						      .topic = "topic" };
		struct replay_result result;

		assert_int_equal(replay_run(&config, &result, &err), US_RETRY);
		replay_result_release(&result);
	}
	harness.config.log.map_bytes = 0;
	harness_expect_totals(&harness, 42, 40, 2);
	letters = harness_log(&harness, LOG_DEAD_LETTERS);
	assert_int_equal(letters->ops->stat(letters, &stat, &err), US_OK);
	assert_int_equal(stat.partitions[0].high, before);
	log_stat_release(&stat);
	log_close(letters);
	assert_int_equal(harness_viewed(&harness), shown);
	progress = replay(&harness, NULL, 0);
	assert_int_equal(progress.already, 30);
	assert_int_equal(progress.stored, 0);
	assert_int_equal(progress.failed, 2);
	harness_expect_totals(&harness, 42, 40, 2);
	assert_int_equal(harness_pending(&harness), 2);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_interrupted_before_the_entry(void **state)
{
	(void)state;
	interrupted_before_the_entry(NULL, 32); /* memory: has no marks that can be asked for */
}

/* The marks in the database tell what was stored. */
static void test_interrupted_beside_a_database(void **state)
{
	static const char *const files[] = { "people.db", "people.db-wal", "people.db-shm" };
	char directory[] = "/tmp/userstream-replay-XXXXXX", sink[80], path[80];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(sink, sizeof(sink), "sqlite:%s/people.db", directory);
	interrupted_before_the_entry(sink, 2);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(directory), 0);
}

static enum status look_at_malformed(void *user, const struct dead_letter *letter,
				     const struct folded_letter *folded, struct err *err)
{
	bool raw = *(bool *)user;

	(void)folded;
	(void)err;
	assert_true(letter->length > 0);
	assert_true((letter->value.data != NULL) == raw);
	assert_int_equal(letter->sha256.len, raw ? 0 : 64);
	assert_true(letter->stamp > 0);
	assert_true(letter->fingerprint.len == 64);
	return US_OK;
}

static void test_what_cannot_be_parsed_is_withheld(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct harness harness;
		struct dead_view view;
		struct err err = ERR_INIT;
		bool raw = i == 1;

		harness_init(&harness, people_sql);
		harness.config.dlq_raw = raw;
		harness_append_form(&harness, BAD_FORM, 0, 3);
		harness_run(&harness, NULL);
		assert_int_equal(
		    dead_view_open(&view,
				   &(struct dead_view_config){ .log = harness.config.log,
							       .sink = harness.config.sink,
							       .plan = harness.plan,
							       .change = true },
				   &err),
		    US_OK);
		assert_int_equal(
		    dead_view_each(&view, "malformed_json", look_at_malformed, &raw, &err), US_OK);
		assert_int_equal(dead_view_count(&view), 3);
		assert_int_equal(dead_view_purge(&view, NULL, &err), US_OK);
		dead_view_close(&view);
		assert_int_equal(harness_pending(&harness), 0);
		harness_verify(&harness, true, 0);
		harness_release(&harness);
	}
}

/* A purge beside a processor that has appended letters, and is about to count them. */
static void test_purge_leaves_what_is_not_counted_yet(void **state)
{
	struct harness harness;
	struct faults faults = {
		.every = 1, .status = US_REJECT, .kind = "killed", .sink_write = true
	};
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&faults);
	struct dead_view view;
	struct err err = ERR_INIT;
	int64_t removed = -1;

	(void)state;
	start(&harness);
	harness_append_form(&harness, CHILD_FORM, 50, 5);
	harness.config.hooks = &hooks;
	assert_int_equal(harness_run_as(&harness.config, NULL, &err), US_REJECT);
	harness.config.hooks = NULL;
	assert_int_equal(harness_pending(&harness), 37);
	assert_int_equal(dead_view_open(&view,
					&(struct dead_view_config){ .log = harness.config.log,
								    .sink = harness.config.sink,
								    .plan = harness.plan,
								    .change = true },
					&err),
			 US_OK);
	assert_int_equal(dead_view_count(&view), 32);
	assert_int_equal(dead_view_purge(&view, &removed, &err), US_OK);
	dead_view_close(&view);
	assert_int_equal(removed, 32);
	assert_int_equal(harness_pending(&harness), 5);
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 47, 10, 37);
	assert_int_equal(harness_viewed(&harness), 5);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stores_what_passes_now),
		cmocka_unit_test(test_letters_before_a_new_pass),
		cmocka_unit_test(test_attempts_are_counted),
		cmocka_unit_test(test_limit_and_resume),
		cmocka_unit_test(test_never_over_a_newer_row),
		cmocka_unit_test(test_interrupted_before_the_entry),
		cmocka_unit_test(test_interrupted_beside_a_database),
		cmocka_unit_test(test_what_cannot_be_parsed_is_withheld),
		cmocka_unit_test(test_purge_leaves_what_is_not_counted_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

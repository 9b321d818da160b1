/*
 * test_ingest.c - source -> log, and both components together under one supervisor.
 */
#include "harness.h"

#include <unistd.h>

#include "faulty.h"
#include "simulator/simulator.h"

static const char source_sql[] =
    "CREATE STREAMING TABLE people (id TEXT, n INT, PRIMARY KEY (id)) AS\n"
    "SELECT login.uuid AS id, CAST(n AS INT) AS n FROM STREAM topic;\n";

static void ingest_init(struct harness *harness, const char *source)
{
	harness_init(harness, source_sql);
	harness->config.ingest = true;
	harness->config.until_caught_up = false;
	harness->config.source = (struct source_config){ .uri = source,
							 .results = 50,
							 .records = "results",
							 .key = "login.uuid",
							 .timeout_ms = 1000 };
	harness->config.source_identity = source;
}

static void expect_cursor(struct harness *harness, int64_t fetched)
{
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct ingest_cursor cursor;
	struct err err = ERR_INIT;

	ingest_cursor_init(&cursor);
	assert_int_equal(ingest_cursor_read(log, &cursor, &err), US_OK);
	assert_int_equal(cursor.fetched, fetched);
	assert_int_equal(cursor.appended + cursor.refused + cursor.filtered, fetched);
	ingest_cursor_release(&cursor);
	log_close(log);
}

static void test_runs_to_the_end_of_the_source(void **state)
{
	struct harness harness;
	struct status_report report;
	struct buf identity;
	struct err err = ERR_INIT;

	(void)state;
	ingest_init(&harness, "memory:1234");
	harness_run(&harness, &report);
	assert_int_equal(report.fetched, 1234);
	assert_int_equal(report.appended, 1234);
	assert_int_equal(report.stored, 1234);
	assert_int_equal(report.ingest.state, COMPONENT_DONE);
	assert_int_equal(report.process.state, COMPONENT_DONE);
	expect_cursor(&harness, 1234);
	buf_init(&identity, 1000);
	assert_int_equal(ingest_recorded_source(&harness.config.log, &identity, &err), US_OK);
	assert_string_equal(buf_text(&identity), "memory:1234");
	buf_release(&identity);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_count_stops_and_the_next_run_goes_on(void **state)
{
	struct harness harness;
	struct status_report report;

	(void)state;
	ingest_init(&harness, "memory:1000");
	harness.config.count = 100;
	for (int run = 1; run <= 3; run++) {
		harness_run(&harness, &report);
		assert_int_equal(report.fetched, 100);
		assert_int_equal(report.stored, 100);
		expect_cursor(&harness, run * 100);
	}
	assert_int_equal(harness_query(&harness, "SELECT id FROM people", NULL), 300);
	harness_release(&harness);
}

static void run_with(struct faults faults, int64_t refetched)
{
	struct harness harness;
	struct faults mine = faults;
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&mine);
	struct status_report report;

	ingest_init(&harness, "memory:500");
	harness.config.hooks = &hooks;
	harness_run(&harness, &report);
	assert_true(mine.failed > 0);
	assert_int_equal(report.fetched, 500);
	if (refetched >= 0)
		assert_int_equal(report.refetched, refetched);
	harness.config.hooks = NULL;
	expect_cursor(&harness, 500);
	assert_int_equal(harness_query(&harness, "SELECT id FROM people", NULL), 500);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_faults(void **state)
{
	(void)state;
	run_with((struct faults){ .every = 2,
				  .limit = 4,
				  .status = US_RETRY,
				  .kind = "http_429",
				  .source_next = true },
		 0);
	run_with((struct faults){ .every = 3, .limit = 3, .status = US_FATAL, .source_next = true },
		 0);
	run_with(
	    (struct faults){
		.every = 2, .limit = 4, .status = US_RETRY, .kind = "full", .log_append = true },
	    0);
	run_with((struct faults){ .every = 2, .limit = 3, .status = US_FATAL, .log_append = true },
		 150);
	run_with((struct faults){ .every = 2, .limit = 4, .status = US_RETRY, .sink_write = true },
		 0);
}

static void test_errors_are_counted_by_kind(void **state)
{
	struct harness harness;
	struct faults faults = {
		.every = 2, .limit = 3, .status = US_RETRY, .kind = "http_429", .source_next = true
	};
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&faults);
	struct status_report report;

	(void)state;
	ingest_init(&harness, "memory:500");
	harness.config.hooks = &hooks;
	harness_run(&harness, &report);
	assert_string_equal(report.source_errors[0].name, "http_429");
	assert_int_equal(report.source_errors[0].count, 3);
	assert_int_equal(report.ingest.retries, 3);
	harness_release(&harness);
}

static void test_large_record_is_refused_alone(void **state)
{
	struct harness harness;
	struct status_report report;
	char path[] = "/tmp/userstream-test-XXXXXX", uri[64];
	int fd = mkstemp(path);
	FILE *file;

	(void)state;
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	for (int i = 0; i < 5; i++)
		fprintf(file, "{\"login\":{\"uuid\":\"u%d\"},\"n\":%d,\"x\":\"%*d\"}\n", i, i,
			i == 1 || i == 3 ? 3000 : 1, 0);
	fclose(file);
	snprintf(uri, sizeof(uri), "file:%s", path);
	ingest_init(&harness, uri);
	snprintf(harness.log_uri, sizeof(harness.log_uri), "memory:small?max_record_bytes=1024");
	harness_run(&harness, &report);
	assert_int_equal(report.fetched, 5);
	assert_int_equal(report.appended, 3);
	assert_int_equal(report.refused, 2);
	assert_int_equal(report.stored, 3);
	expect_cursor(&harness, 5);
	harness_release(&harness);
	unlink(path);
}

static void test_for_and_drain(void **state)
{
	struct harness harness;
	struct supervisor *supervisor;
	struct status_report report;
	struct err err = ERR_INIT;

	(void)state;
	ingest_init(&harness, "memory:100000");
	harness.config.every_ms = 0;
	harness.config.for_ms = 50;
	harness_run(&harness, &report);
	assert_int_equal(report.stored, report.fetched);
	harness.config.for_ms = 0;
	assert_int_equal(supervisor_start(&supervisor, &harness.config, &err), US_OK);
	supervisor_drain(supervisor);
	supervisor_drain(supervisor);
	assert_true(supervisor_wait(supervisor, 60000));
	supervisor_report(supervisor, &report);
	assert_int_equal(report.stored, report.fetched);
	assert_int_equal(atomic_load(&report.latency->count), report.stored);
	assert_true(histogram_max(report.latency) < 60000000);
	supervisor_free(supervisor);
	/* freed while it runs: nothing is lost */
	assert_int_equal(supervisor_start(&supervisor, &harness.config, &err), US_OK);
	supervisor_wait(supervisor, 5);
	supervisor_free(supervisor);
	harness.config.ingest = false;
	harness.config.until_caught_up = true;
	harness_run(&harness, NULL);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_source_that_never_answers(void **state)
{
	struct harness harness;
	struct faults faults = {
		.every = 1, .status = US_RETRY, .kind = "timeout", .source_next = true
	};
	const struct supervisor_hooks hooks = FAULTY_HOOKS(&faults);
	struct status_report report;
	struct supervisor *supervisor;
	struct err err = ERR_INIT;

	(void)state;
	ingest_init(&harness, "memory:10");
	harness.config.hooks = &hooks;
	harness.config.stall_ms = 1;
	assert_int_equal(supervisor_start(&supervisor, &harness.config, &err), US_OK);
	do {
		supervisor_wait(supervisor, 5);
		supervisor_report(supervisor, &report);
	} while (!report.stalled || report.ingest.state != COMPONENT_DEGRADED ||
		 report.ingest.retries < 3);
	assert_non_null(strstr(report.stalled_reason, "ingest has delivered nothing"));
	assert_string_equal(report.ingest.reason, "a fault of the test");
	/* a drain ends it all the same */
	supervisor_drain(supervisor);
	assert_true(supervisor_wait(supervisor, 60000));
	supervisor_free(supervisor);
	harness_release(&harness);
}

/* The limit that was asked for is no trouble: health stays as it is, and says what is waited for.
 */
static void test_rate_limit_is_no_failure(void **state)
{
	const struct simulator_config simulator_config = { .listen = "127.0.0.1:0" };
	struct simulator *simulator;
	struct harness harness;
	struct status_report report;
	struct supervisor *supervisor;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(simulator_start(&simulator, &simulator_config, &err), US_OK);
	ingest_init(&harness, simulator_url(simulator));
	harness.config.source.timeout_ms = 30000;
	harness.config.source.rate_limit = 50;
	harness.config.stall_ms = 1;
	assert_int_equal(supervisor_start(&supervisor, &harness.config, &err), US_OK);
	do {
		supervisor_wait(supervisor, 5);
		supervisor_report(supervisor, &report);
	} while (!report.ingest.pause_until_us || report.stored < 50 || report.lag != 0);
	assert_int_equal(report.fetched, 50);
	assert_int_equal(report.ingest.state, COMPONENT_RUNNING);
	assert_non_null(strstr(report.ingest.reason, "50 users in 5 minutes are reached"));
	assert_false(report.stalled);
	assert_string_equal(report.source_errors[0].name, "");
	supervisor_drain(supervisor);
	assert_true(supervisor_wait(supervisor, 60000));
	supervisor_report(supervisor, &report);
	assert_int_equal(report.ingest.state, COMPONENT_DONE);
	supervisor_free(supervisor);
	harness_release(&harness);
	simulator_stop(simulator);
}

static void test_mistakes_are_told_together(void **state)
{
	struct harness harness;
	struct supervisor *supervisor;
	struct err err = ERR_INIT;

	(void)state;
	ingest_init(&harness, "gopher://nowhere");
	harness.config.sink.uri = "punchcards:tray";
	assert_int_equal(supervisor_start(&supervisor, &harness.config, &err), US_REJECT);
	assert_non_null(strstr(err.text, "--source"));
	assert_non_null(strstr(err.text, "punchcards"));
	assert_non_null(strchr(err.text, '\n'));
	harness_release(&harness);
}

static void test_cursor_text(void **state)
{
	static const char *const damaged[] = { "{",
					       "{}",
					       "[]",
					       "{\"version\":1",
					       "{\"version\":2,\"source\":\"x\"}",
					       "{\"version\":1,\"fetched\":\"9\"}",
					       "{\"version\":1,\"state\":\"\\ud800\"}",
					       "null" };
	struct ingest_cursor cursor, again;
	struct buf text;
	struct err err = ERR_INIT;

	(void)state;
	ingest_cursor_init(&cursor);
	ingest_cursor_init(&again);
	buf_init(&text, 1 << 16);
	buf_append_text(&cursor.source, "https://x/?a=\"b\"");
	buf_append_text(&cursor.state, "{\"seed\":\"\xc3\xa4\\\t\n\",\"page\":3}");
	cursor.fetched = INT64_MAX;
	cursor.appended = 5;
	ingest_cursor_print(&cursor, &text);
	assert_int_equal(ingest_cursor_parse(&again, buf_span(&text), &err), US_OK);
	assert_string_equal(buf_text(&again.source), buf_text(&cursor.source));
	assert_string_equal(buf_text(&again.state), buf_text(&cursor.state));
	assert_true(again.fetched == INT64_MAX && again.appended == 5);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++)
		assert_int_equal(ingest_cursor_parse(&again, span_of(damaged[i]), &err), US_REJECT);
	assert_int_equal(ingest_cursor_parse(&again, span_of(""), &err), US_OK);
	buf_release(&text);
	ingest_cursor_release(&cursor);
	ingest_cursor_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_to_the_end_of_the_source),
		cmocka_unit_test(test_count_stops_and_the_next_run_goes_on),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_errors_are_counted_by_kind),
		cmocka_unit_test(test_large_record_is_refused_alone),
		cmocka_unit_test(test_for_and_drain),
		cmocka_unit_test(test_source_that_never_answers),
		cmocka_unit_test(test_rate_limit_is_no_failure),
		cmocka_unit_test(test_mistakes_are_told_together),
		cmocka_unit_test(test_cursor_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

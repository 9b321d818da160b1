/*
 * test_stream.c - run, produce and process as a whole, in this process: exit codes, the summary on
 * standard output, mistakes told together.
 */
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/stream.h"
#include "cli_test.h"
#include "core/clock.h"
#include "core/mem.h"

static char directory[64], log_flag[96], sink_flag[96], pipeline_flag[96], source_flag[96];

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static int start(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/userstream-stream-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(log_flag, sizeof(log_flag), "--log=lmdb:%s/log", directory);
	snprintf(sink_flag, sizeof(sink_flag), "--sink=sqlite:%s/t.db", directory);
	snprintf(pipeline_flag, sizeof(pipeline_flag), "--pipeline=%s/p.sql", directory);
	snprintf(source_flag, sizeof(source_flag), "--source=file:%s/users.jsonl", directory);
	write_file("p.sql", "CREATE STREAMING TABLE people (\n"
			    "  id TEXT, name TEXT, country TEXT,\n"
			    "  PRIMARY KEY (id),\n"
			    "  CONSTRAINT named EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW\n"
			    ") AS SELECT id AS id, name AS name, country AS country\n"
			    "FROM STREAM user_topic;\n");
	write_file("users.jsonl", "{\"id\":\"1\",\"name\":\"Zoë\",\"country\":\"DK\"}\n"
				  "{\"id\":\"2\",\"name\":null,\"country\":\"DK\"}\n"
				  "{broken\n"
				  "{\"id\":\"3\",\"name\":\"王\",\"country\":\"CN\"}\n");
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command); /* NOLINT(cert-env33-c): a test's own directory */
}

static int run(const struct command *command, struct options *options, struct capture *capture)
{
	int exit_code;

	capture_start(capture);
	exit_code = command->run(options, 0, NULL);
	capture_stop(capture);
	options_free(options);
	return exit_code;
}

#define has(text, part)                                          \
	do {                                                     \
		if (!strstr((text), (part)))                     \
			fail_msg("no '%s' in:\n%s", part, text); \
	} while (0)

static void a_file_to_its_end(void **state)
{
	struct capture capture;

	(void)state;
	assert_int_equal(run(&command_run,
			     options_from(COMMAND_RUN, source_flag, "--key=id", "--redact=",
					  log_flag, sink_flag, pipeline_flag, "--listen=none"),
			     &capture),
			 EXIT_DONE);
	has(capture.text[0], "userstream run");
	has(capture.text[0], "  fetched                   4");
	has(capture.text[0], "  appended to the log       3");
	has(capture.text[0], "  refused (unreadable)      1");
	has(capture.text[0], "  stored                    2");
	has(capture.text[0], "  rejected                  1");
	has(capture.text[0], "    named                   1");
	has(capture.text[0], "name  country\n----  -------\n");
	has(capture.text[0], "王    CN\n");
	has(capture.text[0], "(2 rows)\n");
	has(capture.text[0], "test_stream query 'SELECT country, count(*) AS users FROM people");
	has(capture.text[0], "test_stream dlq list --log lmdb:");
	capture_release(&capture);
}

static void again_finds_nothing_new(void **state)
{
	struct capture capture;

	(void)state;
	assert_int_equal(run(&command_process,
			     options_from(COMMAND_PROCESS, log_flag, sink_flag, pipeline_flag,
					  "--listen=none", "--until-caught-up"),
			     &capture),
			 EXIT_DONE);
	has(capture.text[0], "  read from the log         0");
	has(capture.text[0], "(2 rows)\n");
	capture_release(&capture);
}

static void the_server_says_where(void **state)
{
	struct capture capture;

	(void)state;
	assert_int_equal(
	    run(&command_process,
		options_from(COMMAND_PROCESS, log_flag, sink_flag, pipeline_flag,
			     "--listen=127.0.0.1:0", "--until-caught-up", "--log-format=json"),
		&capture),
	    EXIT_DONE);
	has(capture.text[1], "http://127.0.0.1:");
	capture_release(&capture);
}

static void mistakes_are_told_together(void **state)
{
	struct capture capture;
	char bad[96];

	(void)state;
	write_file("bad.sql", "CREATE STREAMING TABLE t (id TEXT, PRIMARY KEY (id))\n"
			      "AS SELECT lwoer(id) AS id FROM STREAM user_topic;\n");
	snprintf(bad, sizeof(bad), "--pipeline=%s/bad.sql", directory);
	assert_int_equal(run(&command_run,
			     options_from(COMMAND_RUN, "--source=simulator:", "--fault=429=x",
					  log_flag, sink_flag, bad, "--listen=none"),
			     &capture),
			 EXIT_BAD_CONFIG);
	has(capture.text[1], "bad.sql:2:11: error:");
	has(capture.text[1], "lower");
	has(capture.text[1], "429");
	assert_string_equal(capture.text[0], "");
	capture_release(&capture);

	assert_int_equal(run(&command_run,
			     options_from(COMMAND_RUN, source_flag, log_flag, "--sink=sqlit:x",
					  pipeline_flag, "--listen=none"),
			     &capture),
			 EXIT_BAD_CONFIG);
	has(capture.text[1], "sqlit");
	capture_release(&capture);

	assert_int_equal(run(&command_process,
			     options_from(COMMAND_PROCESS, log_flag, sink_flag, pipeline_flag,
					  "--listen=nowhere"),
			     &capture),
			 EXIT_BAD_CONFIG);
	has(capture.text[1], "--listen nowhere");
	capture_release(&capture);
}

static void arguments_are_refused(void **state)
{
	char *args[] = { (char *)(uintptr_t) "extra", NULL };
	struct options *options = options_from(COMMAND_RUN, log_flag);
	struct capture capture;
	int exit_code;

	(void)state;
	capture_start(&capture);
	exit_code = command_run.run(options, 1, args);
	capture_stop(&capture);
	options_free(options);
	assert_int_equal(exit_code, EXIT_BAD_USAGE);
	has(capture.text[1], "run takes no arguments, and here is 'extra'");
	capture_release(&capture);
}

static void a_source_that_gives_nothing(void **state)
{
	struct capture capture;

	(void)state;
	/* nothing listens on port 9 */
	assert_int_equal(run(&command_produce,
			     options_from(COMMAND_PRODUCE, "--source=http://127.0.0.1:9/api/",
					  "--log=memory:nothing", "--listen=none", "--for=300ms"),
			     &capture),
			 EXIT_UNREACHABLE);
	has(capture.text[0], "source error refused");
	has(capture.text[1], "the source gave nothing");
	capture_release(&capture);
}

/* Every part of a bad configuration is told, also beside options that cannot be read at all. */
static void mistakes_of_every_part(void **state)
{
	struct options *options = options_from(COMMAND_RUN, "--source=simulator:", "--nat=zz",
					       "--fault=nope=1", "--log=bogus:x", "--sink=sqlit:x",
					       "--pipeline=/no/such.sql", "--listen=nowhere");
	static const char *const told[] = { "unknown fault", "\"zz\" is no nationality",
					    "bogus",         "sqlit",
					    "/no/such.sql",  "--listen nowhere" };
	struct capture capture;

	(void)state;
	capture_start(&capture);
	command_run.check(options);
	capture_stop(&capture);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		has(capture.text[1], told[i]);
	assert_string_equal(capture.text[0], "");
	capture_release(&capture);

	assert_int_equal(run(&command_run, options, &capture), EXIT_BAD_CONFIG);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		has(capture.text[1], told[i]);
	capture_release(&capture);
}

static void a_wrong_from_is_told_at_start(void **state)
{
	struct capture capture;

	(void)state;
	assert_int_equal(run(&command_process,
			     options_from(COMMAND_PROCESS, log_flag, sink_flag, pipeline_flag,
					  "--listen=none", "--from=yesterday"),
			     &capture),
			 EXIT_BAD_USAGE);
	has(capture.text[1], "--from 'yesterday'");
	assert_string_equal(capture.text[0], ""); /* no summary: nothing was begun */
	capture_release(&capture);
}

static void a_source_of_which_nothing_is_taken(void **state)
{
	struct capture capture;

	(void)state;
	assert_int_equal(run(&command_produce,
			     options_from(COMMAND_PRODUCE, "--source=simulator:", "--key=nope",
					  "--count=5", "--log=memory:refused", "--listen=none"),
			     &capture),
			 EXIT_BAD_DATA);
	has(capture.text[1], "all of the 5 fetched were refused");
	capture_release(&capture);
}

/* --every is a pause between requests: after the last one there is none. */
static void no_pause_after_the_last_request(void **state)
{
	struct capture capture;
	int64_t began_us = clock_mono_us();

	(void)state;
	assert_int_equal(run(&command_produce,
			     options_from(COMMAND_PRODUCE, "--source=simulator:", "--every=1h",
					  "--count=5", "--log=memory:pause", "--listen=none"),
			     &capture),
			 EXIT_DONE);
	assert_true(clock_mono_us() - began_us < INT64_C(600) * 1000000);
	capture_release(&capture);
}

/* A reservation under the rate limit lies between any two answers; it must not look like a good
 * one, or a source that only fails would be asked without a break. */
static void failures_back_off_under_a_rate_limit(void **state)
{
	struct capture capture;
	const char *errors;

	(void)state;
	assert_int_equal(run(&command_produce,
			     options_from(COMMAND_PRODUCE, "--source=simulator:", "--every=0",
					  "--fault=empty=1", "--rate-limit=20000", "--for=1500ms",
					  "--log=memory:failing", "--listen=none"),
			     &capture),
			 EXIT_UNREACHABLE);
	errors = strstr(capture.text[0], "source error empty");
	assert_non_null(errors);
	/* from 25 ms on each wait doubles: at most seven in this time, thirty or more without */
	assert_in_range(strtol(errors + strlen("source error empty"), NULL, 10), 2, 9);
	assert_null(strstr(capture.text[1], "works again"));
	capture_release(&capture);
}

static void check_says_what_is_wrong(void **state)
{
	struct capture capture;
	struct stat there;
	char missing[96];

	(void)state;
	assert_int_equal(
	    run(&command_check,
		options_from(COMMAND_CHECK, source_flag, "--key=id", "--redact=", log_flag,
			     sink_flag, pipeline_flag, "--listen=127.0.0.1:0"),
		&capture),
	    EXIT_DONE);
	has(capture.text[0], "table people, 3 columns, 1 constraints");
	has(capture.text[0], ": 3 records");
	has(capture.text[0], "its tables fit the pipeline file");
	has(capture.text[0], "gives users");
	assert_null(strstr(capture.text[0], "FAIL"));
	capture_release(&capture);

	snprintf(missing, sizeof(missing), "%s/new", directory);
	{
		char log[128], sink[128];

		snprintf(log, sizeof(log), "--log=lmdb:%s/log", missing);
		snprintf(sink, sizeof(sink), "--sink=sqlite:%s/t.db", missing);
		assert_int_equal(run(&command_check,
				     options_from(COMMAND_CHECK, "--source=simulator:", log, sink,
						  pipeline_flag, "--listen=none"),
				     &capture),
				 EXIT_DONE);
	}
	has(capture.text[0], "not there yet, will be made");
	assert_int_not_equal(stat(missing, &there), 0); /* nothing was made */
	capture_release(&capture);

	assert_int_equal(
	    run(&command_check,
		options_from(COMMAND_CHECK, "--source=http://127.0.0.1:9/api/", "--log=nonsense:x",
			     sink_flag, "--pipeline=/no/such.sql", "--listen=none"),
		&capture),
	    EXIT_BAD_CONFIG);
	has(capture.text[0], "FAIL  pipeline");
	has(capture.text[0], "FAIL  log");
	has(capture.text[0], "FAIL  source");
	capture_release(&capture);

	assert_int_equal(run(&command_check,
			     options_from(COMMAND_CHECK, "--source=http://127.0.0.1:9/api/",
					  log_flag, sink_flag, pipeline_flag, "--listen=none"),
			     &capture),
			 EXIT_UNREACHABLE);
	capture_release(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_to_its_end),
		cmocka_unit_test(again_finds_nothing_new),
		cmocka_unit_test(the_server_says_where),
		cmocka_unit_test(mistakes_are_told_together),
		cmocka_unit_test(arguments_are_refused),
		cmocka_unit_test(a_source_that_gives_nothing),
		cmocka_unit_test(mistakes_of_every_part),
		cmocka_unit_test(a_wrong_from_is_told_at_start),
		cmocka_unit_test(a_source_of_which_nothing_is_taken),
		cmocka_unit_test(no_pause_after_the_last_request),
		cmocka_unit_test(failures_back_off_under_a_rate_limit),
		cmocka_unit_test(check_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, start, end);
}

/*
 * test_source_choice.c - what --source means: auto, simulator:, anything else.
 */
#include "cli/source_choice.h"
#include "cli/stream.h"
#include "cli_test.h"
#include "core/note.h"
#include "log/log.h"

/* Nothing listens there, so the real API cannot answer, network or not. */
#define NO_WAY "--proxy=http://127.0.0.1:9"

static char directory[64], log_flag[96];
static struct waiter stop;

static int start(void **state)
{
	(void)state;
	note_set_level(NOTE_ERROR);
	snprintf(directory, sizeof(directory), "/tmp/userstream-choice-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(log_flag, sizeof(log_flag), "--log=lmdb:%s/log", directory);
	return waiter_init(&stop, NULL) == US_OK ? 0 : -1;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	waiter_release(&stop);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command); /* NOLINT(cert-env33-c): a test's own directory */
}

static enum status choose(struct source_choice *choice, const struct options *options,
			  struct err *err)
{
	struct log_config config;

	log_config_from_options(&config, options);
	return source_choose(choice, options, &config, &stop, err);
}

static void as_it_is(void **state)
{
	struct options *options = options_from(COMMAND_RUN, "--source", "file:x.json", log_flag);
	struct source_choice choice;

	(void)state;
	assert_int_equal(choose(&choice, options, NULL), US_OK);
	assert_string_equal(choice.uri, "file:x.json");
	assert_string_equal(choice.identity, "file:x.json");
	assert_null(choice.simulator);
	source_choice_release(&choice);
	options_free(options);
}

static void simulator_on_a_port(void **state)
{
	struct options *options = options_from(COMMAND_RUN, "--source", "simulator:", log_flag);
	struct source_choice choice;

	(void)state;
	assert_int_equal(choose(&choice, options, NULL), US_OK);
	assert_string_equal(choice.identity, "simulator:");
	assert_memory_equal(choice.uri, "http://127.0.0.1:", 17);
	source_choice_release(&choice);
	assert_null(choice.simulator);
	options_free(options);
}

static void faults_want_a_simulator(void **state)
{
	struct options *options = options_from(COMMAND_RUN, "--source", "file:x", "--fault",
					       "429=0.5", log_flag);
	struct source_choice choice;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(choose(&choice, options, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	options_free(options);
	options = options_from(COMMAND_RUN, "--source", "simulator:", "--fault", "429=x", log_flag);
	assert_int_equal(choose(&choice, options, &err), US_REJECT);
	assert_null(choice.simulator);
	options_free(options);
}

#define RECORDED(uri) "{\"version\":1,\"source\":\"" uri "\",\"state\":\"\",\"fetched\":1}"

/* Keep a cursor in the log as ingest does. */
static void record_source(const struct options *options, const char *cursor)
{
	const struct span text = span_of(cursor);
	struct log_config config;
	struct log *log;

	log_config_from_options(&config, options);
	assert_int_equal(log_open(&log, &config, NULL), US_OK);
	assert_int_equal(log->ops->append(log, NULL, 0, &text, NULL, NULL), US_OK);
	log_close(log);
}

static void auto_takes_what_answers_then_what_it_took(void **state)
{
	struct options *options = options_from(COMMAND_RUN, "--source", "auto", NO_WAY, log_flag);
	struct source_choice choice;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(choose(&choice, options, &err), US_OK);
	assert_string_equal(choice.identity, "simulator:");
	source_choice_release(&choice);

	/* a source that never gave a record binds nobody */
	record_source(options, "{\"version\":1,\"source\":\"https://x/\",\"state\":\"{}\"}");
	assert_int_equal(choose(&choice, options, &err), US_OK);
	assert_string_equal(choice.identity, "simulator:");
	source_choice_release(&choice);

	record_source(options, RECORDED("file:users.jsonl"));
	assert_int_equal(choose(&choice, options, &err), US_OK);
	assert_string_equal(choice.identity, "file:users.jsonl");
	assert_string_equal(choice.uri, "file:users.jsonl");
	assert_null(choice.simulator);
	source_choice_release(&choice);

	record_source(options, RECORDED("simulator:"));
	assert_int_equal(choose(&choice, options, &err), US_OK);
	assert_memory_equal(choice.uri, "http://127.0.0.1:", 17);
	source_choice_release(&choice);

	/* what was left out of the cursor has to be said again */
	record_source(options, RECORDED("https://me:***@x/"));
	assert_int_equal(choose(&choice, options, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	assert_non_null(strstr(err.text, "https://me:***@x/"));

	record_source(options, "{broken");
	assert_int_equal(choose(&choice, options, &err), US_REJECT);
	options_free(options);
}

/* Wrong settings are not an API that is out of order: nothing is chosen for them. */
static void auto_does_not_choose_on_wrong_settings(void **state)
{
	char other[128];
	struct options *options;
	struct source_choice choice;
	struct err err = ERR_INIT;

	(void)state;
	snprintf(other, sizeof(other), "--log=lmdb:%s/wrong", directory);
	options = options_from(COMMAND_RUN, "--source", "auto", "--nat", "xx", NO_WAY, other);
	assert_int_equal(choose(&choice, options, &err), US_OK);
	assert_string_equal(choice.identity, "https://randomuser.me/api/");
	assert_null(choice.simulator);
	source_choice_release(&choice);
	options_free(options);
}

static void auto_can_be_stopped(void **state)
{
	char other[128];
	struct options *options;
	struct source_choice choice;
	struct err err = ERR_INIT;

	(void)state;
	snprintf(other, sizeof(other), "--log=lmdb:%s/other", directory);
	options = options_from(COMMAND_RUN, "--source", "auto", NO_WAY, other);
	waiter_wake(&stop);
	assert_int_equal(choose(&choice, options, &err), US_RETRY);
	waiter_reset(&stop);
	options_free(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_it_is),
		cmocka_unit_test(simulator_on_a_port),
		cmocka_unit_test(faults_want_a_simulator),
		cmocka_unit_test(auto_takes_what_answers_then_what_it_took),
		cmocka_unit_test(auto_does_not_choose_on_wrong_settings),
		cmocka_unit_test(auto_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, start, end);
}

/*
 * test_options.c - the option table and everything that reads it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/env_file.h"
#include "core/option_value.h"
#include "core/options.h"
#include "each_allocation.h"

#define ARGS_MAX 16

struct parsed {
	struct options *options;
	enum status status;
	struct err err;
	char *argv[ARGS_MAX + 1];
	char **rest;
	int rest_count;
};

/* Parse a NULL-ended list of arguments. */
static void parse_list(struct parsed *p, enum command_id command, const char *env_file,
		       const char *const *args)
{
	int argc = 0;

	*p = (struct parsed){ .err = ERR_INIT };
	while (args[argc]) {
		p->argv[argc] = (char *)(uintptr_t)args[argc];
		argc++;
	}
	p->status = options_parse(&p->options, command, argc, p->argv, 0, env_file, &p->rest,
				  &p->rest_count, &p->err);
	if (p->status != US_OK)
		assert_null(p->options);
}

#define NO_ENV_FILE "/dev/null"
#define parse(p, command, ...)                  \
	parse_list((p), (command), NO_ENV_FILE, \
		   (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static char directory[64];

static int make_directory(void **state)
{
	(void)state;
	for (const struct option *option = option_table; option->flag; option++)
		if (option->variable)
			unsetenv(option->variable);
	snprintf(directory, sizeof(directory), "/tmp/userstream-options-XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/env", directory);
	(void)unlink(path);
	return rmdir(directory);
}

static const char *write_env(const char *text)
{
	static char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/env", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
	return path;
}

/* ---- the table itself */

static void table_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPTION_ID_COUNT; i++) {
		const struct option *option = &option_table[i];
		struct buf expected;
		int64_t number;

		assert_non_null(option->flag);
		assert_int_equal(option->id, i);
		assert_non_null(option->section);
		assert_non_null(option->help);
		assert_true(option->commands != 0);
		assert_true((option->kind == OPTION_BOOL) == !option->value_name);
		assert_true((option->kind == OPTION_CHOICE) == (option->choices != NULL));
		assert_true(option->variable || option->id == OPTION_FORCE);
		if (option->variable)
			assert_memory_equal(option->variable, "USERSTREAM_", 11);
		if (option->kind == OPTION_INTEGER || option->kind == OPTION_DURATION ||
		    option->kind == OPTION_SIZE)
			assert_true(option->max > option->min);
		buf_init(&expected, 1000);
		if (option->fallback)
			assert_true(value_read(option, option->fallback, &number, &expected));
		buf_release(&expected);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(option->flag, option_table[k].flag);
			if (option->variable && option_table[k].variable)
				assert_string_not_equal(option->variable, option_table[k].variable);
			if (option->short_flag && (option->commands & option_table[k].commands))
				assert_int_not_equal(option->short_flag,
						     option_table[k].short_flag);
		}
	}
	assert_null(option_table[OPTION_ID_COUNT].flag);
}

/* ---- values */

static void values_of_each_kind(void **state)
{
	static const struct {
		enum option_kind kind;
		const char *text;
		bool ok;
		int64_t number;
	} cases[] = {
		{ OPTION_INTEGER, "0", true, 0 },
		{ OPTION_INTEGER, "9223372036854775807", true, INT64_MAX },
		{ OPTION_INTEGER, "9223372036854775808", false, 0 },
		{ OPTION_INTEGER, "", false, 0 },
		{ OPTION_INTEGER, " 1", false, 0 },
		{ OPTION_INTEGER, "1x", false, 0 },
		{ OPTION_INTEGER, "+1", false, 0 },
		{ OPTION_INTEGER, "none", true, 0 },
		{ OPTION_DURATION, "5", true, 5000 },
		{ OPTION_DURATION, "5s", true, 5000 },
		{ OPTION_DURATION, "250ms", true, 250 },
		{ OPTION_DURATION, "2m", true, 120000 },
		{ OPTION_DURATION, "2 min", true, 120000 },
		{ OPTION_DURATION, "1.5h", true, 5400000 },
		{ OPTION_DURATION, "0.1", true, 100 },
		{ OPTION_DURATION, "0.0005s", true, 0 },
		{ OPTION_DURATION, "7d", true, 604800000 },
		{ OPTION_DURATION, "none", true, 0 },
		{ OPTION_DURATION, "5x", false, 0 },
		{ OPTION_DURATION, "-5s", false, 0 },
		{ OPTION_DURATION, "5.s", false, 0 },
		{ OPTION_DURATION, ".5s", false, 0 },
		{ OPTION_DURATION, "99999999999999999999d", false, 0 },
		{ OPTION_DURATION, "9223372036854775807d", false, 0 },
		{ OPTION_SIZE, "4096", true, 4096 },
		{ OPTION_SIZE, "64k", true, 65536 },
		{ OPTION_SIZE, "64M", true, 67108864 },
		{ OPTION_SIZE, "1.5GiB", true, 1610612736 },
		{ OPTION_SIZE, "2tb", true, INT64_C(2) << 40 },
		{ OPTION_SIZE, "64q", false, 0 },
		{ OPTION_BOOL, "TRUE", true, 1 },
		{ OPTION_BOOL, "off", true, 0 },
		{ OPTION_BOOL, "", false, 0 },
		{ OPTION_BOOL, "2", false, 0 },
		{ OPTION_CHOICE, "json", true, 1 },
		{ OPTION_CHOICE, "CSV", true, 2 },
		{ OPTION_CHOICE, "tab", false, 0 },
		{ OPTION_CHOICE, "", false, 0 },
		{ OPTION_TEXT, "", true, 0 },
		{ OPTION_LIST, "", true, 0 },
	};
	struct buf expected;

	(void)state;
	buf_init(&expected, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct option option = { .kind = cases[i].kind,
					 .choices = "table|json|csv",
					 .max = INT64_MAX };
		int64_t number = -1;

		buf_reset(&expected);
		if (value_read(&option, cases[i].text, &number, &expected) != cases[i].ok)
			fail_msg("'%s' of kind %d", cases[i].text, (int)cases[i].kind);
		if (cases[i].ok)
			assert_int_equal(number, cases[i].number);
		else
			assert_true(expected.len > 0);
	}
	buf_release(&expected);
}

/* ---- the command line */

static void flags_in_every_form(void **state)
{
	struct parsed p;
	size_t count;

	(void)state;
	parse(&p, COMMAND_RUN, "--every", "2m", "--results=7", "-n", "30", "one", "--clean",
	      "--redact", "a.b, c ,,d", "--source", "-", "--", "--two");
	assert_int_equal(p.status, US_OK);
	assert_int_equal(option_int(p.options, OPTION_EVERY), 120000);
	assert_int_equal(option_int(p.options, OPTION_RESULTS), 7);
	assert_int_equal(option_int(p.options, OPTION_COUNT_USERS), 30);
	assert_true(option_bool(p.options, OPTION_CLEAN));
	assert_string_equal(option_text(p.options, OPTION_SOURCE), "-");
	assert_string_equal(option_list(p.options, OPTION_REDACT, &count)[1], "c");
	assert_int_equal(count, 3);
	assert_int_equal(p.rest_count, 2);
	assert_string_equal(p.rest[0], "one");
	assert_string_equal(p.rest[1], "--two");
	assert_true(option_is_flag(p.options, OPTION_EVERY));
	assert_true(option_given(p.options, OPTION_EVERY));
	assert_false(option_given(p.options, OPTION_TIMEOUT));
	options_free(p.options);

	parse(&p, COMMAND_RUN, "-n30", "--clean", "--no-clean", "--for", "60s", "--for", "0",
	      "--redact", "", "--gender=FEMALE");
	assert_int_equal(p.status, US_OK);
	assert_int_equal(option_int(p.options, OPTION_COUNT_USERS), 30);
	assert_false(option_bool(p.options, OPTION_CLEAN));
	assert_int_equal(option_int(p.options, OPTION_FOR), 0); /* the last one counts */
	option_list(p.options, OPTION_REDACT, &count);
	assert_int_equal(count, 0);
	assert_int_equal(option_int(p.options, OPTION_GENDER), 1);
	options_free(p.options);
}

static void defaults_are_the_documented_ones(void **state)
{
	struct parsed p;
	size_t count;

	(void)state;
	parse(&p, COMMAND_RUN);
	assert_int_equal(p.status, US_OK);
	assert_string_equal(option_text(p.options, OPTION_SOURCE), "https://randomuser.me/api/");
	assert_string_equal(option_text(p.options, OPTION_LOG), "lmdb:data/user_topic");
	assert_string_equal(option_text(p.options, OPTION_SINK), "sqlite:data/users.db");
	assert_string_equal(option_text(p.options, OPTION_LISTEN), "127.0.0.1:8088");
	assert_int_equal(option_int(p.options, OPTION_EVERY), 5000);
	assert_int_equal(option_int(p.options, OPTION_RESULTS), 100);
	assert_int_equal(option_int(p.options, OPTION_RATE_LIMIT), 20000);
	assert_int_equal(option_int(p.options, OPTION_FOR), 0);
	assert_null(option_text(p.options, OPTION_SEED));
	option_list(p.options, OPTION_REDACT, &count);
	assert_int_equal(count, 5);
	options_free(p.options);
}

static void mistakes_are_told_at_once(void **state)
{
	static const char *const said[] = {
		"unknown option --evry; did you mean --every?",
		"--results: '9000' is not a whole number from 1 to 5000",
		"--log-format: 'jsn' is not one of text, json; did you mean json?",
		"--deep is no option of userstream run; it belongs to verify",
		"unknown option -z",
		"--no-clean takes no value",
		"unknown option --wxyzq; userstream run --help lists them",
		"--timeout: '0.001' is not a duration (250ms, 5s, 2m, 1h, 7d) from 100ms to 1h",
	};
	struct parsed p;

	(void)state;
	parse(&p, COMMAND_RUN, "--evry=5", "--results", "9000", "--log-format", "jsn", "--deep",
	      "-z", "--no-clean=1", "--wxyzq", "--timeout=0.001", "--seed");
	assert_int_equal(p.status, US_REJECT);
	assert_int_equal(p.err.code, EXIT_BAD_USAGE);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (!strstr(p.err.text, said[i]))
			fail_msg("not said: %s\nbut:\n%s", said[i], p.err.text);
	parse(&p, COMMAND_RUN, "--source", "--every", "5s");
	assert_int_equal(p.status, US_REJECT);
	assert_string_equal(p.err.text, "--source needs a value: --source URI");
}

/* ---- variables */

/* What is wrong has its default, so that further mistakes can be looked for. */
static void parsing_goes_on_after_mistakes(void **state)
{
	static const char *const args[] = { "--results", "many", "--gender", "other",
					    "--seed",    "mine", "--evry",   "--redact=a" };
	char *argv[8];
	struct options *options = NULL;
	struct err err = ERR_INIT;
	char **rest;
	int rest_count;
	size_t count;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		argv[i] = (char *)(uintptr_t)args[i];
	assert_int_equal(options_parse_on(&options, COMMAND_RUN, 8, argv, 0, "/dev/null", &rest,
					  &rest_count, &err),
			 US_REJECT);
	assert_non_null(strstr(err.text, "many"));
	assert_non_null(options);
	assert_int_equal(option_int(options, OPTION_RESULTS), 100);
	assert_null(option_text(options, OPTION_GENDER));
	assert_string_equal(option_text(options, OPTION_SEED), "mine");
	assert_string_equal(option_list(options, OPTION_REDACT, &count)[0], "a");
	options_free(options);
}

static void flag_then_environment_then_file_then_default(void **state)
{
	const char *env = write_env("USERSTREAM_EVERY=3s\nUSERSTREAM_RESULTS=33\n"
				    "USERSTREAM_TIMEOUT=9s\nOTHER='x y'\nUSERSTREAM_NAT=\n");
	static const char *const args[] = { "--every", "1s", NULL };
	struct parsed p;

	(void)state;
	setenv("USERSTREAM_EVERY", "2s", 1);
	setenv("USERSTREAM_RESULTS", "22", 1);
	setenv("USERSTREAM_TIMEOUT", "", 1); /* empty: not set */
	parse_list(&p, COMMAND_RUN, env, args);
	assert_int_equal(p.status, US_OK);
	assert_int_equal(option_int(p.options, OPTION_EVERY), 1000);
	assert_int_equal(option_int(p.options, OPTION_RESULTS), 22);
	assert_int_equal(option_int(p.options, OPTION_TIMEOUT), 9000);
	assert_int_equal(option_int(p.options, OPTION_RATE_LIMIT), 20000);
	assert_null(option_text(p.options, OPTION_NAT));
	assert_true(option_given(p.options, OPTION_RESULTS));
	assert_false(option_is_flag(p.options, OPTION_RESULTS));
	assert_string_equal(option_variable(p.options, "OTHER"), "x y");
	assert_string_equal(option_variable(p.options, "USERSTREAM_EVERY"), "2s");
	assert_null(option_variable(p.options, "USERSTREAM_NO_SUCH"));
	options_free(p.options);
	unsetenv("USERSTREAM_EVERY");
	unsetenv("USERSTREAM_RESULTS");
	unsetenv("USERSTREAM_TIMEOUT");
}

static const char *setting_of(const struct options *options, const char *name)
{
	size_t count;
	const struct setting *settings = options_settings(options, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(settings[i].name, name) == 0)
			return settings[i].value;
	return NULL;
}

static void settings_are_handed_on(void **state)
{
	static const char *const args[] = { NULL };
	const char *env = write_env("USERSTREAM_KAFKA_LINGER_MS=5\nUSERSTREAM_KAFKA_LINGER_MS=6\n"
				    "USERSTREAM_KAFKA_CLIENT_ID=file\nUSERSTREAM_EVERY=2s\n"
				    "OTHER=1\n");
	struct parsed p;

	(void)state;
	setenv("USERSTREAM_KAFKA_CLIENT_ID", "environment", 1);
	setenv("USERSTREAM_KAFKA_EMPTY_THING", "", 1);
	parse_list(&p, COMMAND_RUN, env, args);
	assert_int_equal(p.status, US_OK);
	assert_string_equal(setting_of(p.options, "USERSTREAM_KAFKA_CLIENT_ID"), "environment");
	assert_string_equal(setting_of(p.options, "USERSTREAM_KAFKA_LINGER_MS"), "6");
	assert_null(setting_of(p.options, "USERSTREAM_KAFKA_EMPTY_THING"));
	assert_null(setting_of(p.options, "USERSTREAM_EVERY"));
	assert_null(setting_of(p.options, "OTHER"));
	options_free(p.options);
	unsetenv("USERSTREAM_KAFKA_CLIENT_ID");
	unsetenv("USERSTREAM_KAFKA_EMPTY_THING");
}

static void mistakes_in_variables(void **state)
{
	static const char *const args[] = { NULL };
	const char *env = write_env("USERSTREAM_EVRY=3s\nno line\nUSERSTREAM_RESULTS='5\n");
	struct parsed p;

	(void)state;
	setenv("USERSTREAM_RATE_LIMIT", "-3", 1);
	setenv("USERSTREAM_SORCE", "x", 1);
	setenv("USERSTREAM_QUITE_ANOTHER", "x", 1);
	parse_list(&p, COMMAND_RUN, env, args);
	assert_int_equal(p.status, US_REJECT);
	assert_int_equal(p.err.code, EXIT_BAD_CONFIG);
	assert_non_null(strstr(p.err.text, "environment: USERSTREAM_RATE_LIMIT: '-3' is not a"));
	assert_non_null(strstr(p.err.text, "did you mean USERSTREAM_SOURCE?"));
	assert_non_null(strstr(p.err.text, "did you mean USERSTREAM_EVERY?"));
	assert_non_null(strstr(p.err.text, ":2: expected NAME=value"));
	assert_non_null(strstr(p.err.text, ":3: the quote is never closed"));
	assert_null(strstr(p.err.text, "ANOTHER"));
	/* a command that does not take it does not mind */
	parse_list(&p, COMMAND_QUERY, NO_ENV_FILE, args);
	assert_non_null(strstr(p.err.text, "USERSTREAM_SOURCE"));
	assert_null(strstr(p.err.text, "RATE_LIMIT: "));
	unsetenv("USERSTREAM_RATE_LIMIT");
	unsetenv("USERSTREAM_SORCE");
	unsetenv("USERSTREAM_QUITE_ANOTHER");

	parse_list(&p, COMMAND_RUN, "/no/such/file", args);
	assert_int_equal(p.status, US_REJECT);
	assert_non_null(strstr(p.err.text, "cannot read /no/such/file: No such file"));
	parse_list(&p, COMMAND_RUN, NULL,
		   (const char *const[]){ "--env-file", "/no/such/file", NULL });
	assert_int_equal(p.status, US_REJECT);
}

static void env_file_syntax(void **state)
{
	static const struct {
		const char *text, *name, *value;
	} cases[] = {
		{ "A=1", "A", "1" },
		{ "A=1\r\nB=2\r\n", "B", "2" },
		{ "  export A = b c  \n", "A", "b c" },
		{ "A=x # comment", "A", "x" },
		{ "A=x#y", "A", "x#y" },
		{ "A=#x", "A", "" },
		{ "A=", "A", "" },
		{ "A='x # y'  # z", "A", "x # y" },
		{ "A=\"a\\n\\\"b\\\\\"", "A", "a\n\"b\\" },
		{ "A=\"two\nlines\"\nB=3", "B", "3" },
		{ "A='$X'\nA=2", "A", "2" },
		{ "#A=1\nA=$X", "A", "$X" },
		{ "export=1", "export", "1" },
	};
	static const char *const wrong[] = {
		"1A=1", "A", "A='x", "A=\"x\\", "A='x'y", "=1", "A B=1"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases) + sizeof(wrong) / sizeof(*wrong);
	     i++) {
		bool good = i < sizeof(cases) / sizeof(*cases);
		const char *text = good ? cases[i].text : wrong[i - sizeof(cases) / sizeof(*cases)];
		struct env_entry *entries;
		struct arena arena;
		struct buf mistakes;

		arena_init(&arena, 256, 1 << 16);
		buf_init(&mistakes, 1000);
		assert_int_equal(env_parse(&entries, "f", span_of(text), &arena, &mistakes, NULL),
				 US_OK);
		if (good) {
			assert_string_equal(buf_text(&mistakes), "");
			assert_string_equal(env_find(entries, cases[i].name), cases[i].value);
		} else if (!mistakes.len) {
			fail_msg("accepted: %s", text);
		}
		buf_release(&mistakes);
		arena_release(&arena);
	}
}

static void secrets_are_not_printed(void **state)
{
	static const struct {
		const char *uri, *shown;
	} cases[] = {
		{ "https://randomuser.me/api/", "https://randomuser.me/api/" },
		{ "http://user:hunter2@proxy:3128/x", "http://user:***@proxy:3128/x" },
		{ "http://user:p@ss@host", "http://user:***@host" },
		{ "kafka://h:9092/t?sasl.password=hunter2&x=1",
		  "kafka://h:9092/t?sasl.password=***&x=1" },
		{ "https://h/?api_key=abc&token=t", "https://h/?api_key=***&token=***" },
		{ "http://host:80/a:b@c", "http://host:80/a:b@c" },
		{ "sqlite:data/users.db", "sqlite:data/users.db" },
		{ "-", "-" },
		{ "file:/data/key=1/users.jsonl", "file:/data/key=1/users.jsonl" },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&out);
		option_append_uri(&out, cases[i].uri);
		assert_string_equal(buf_text(&out), cases[i].shown);
	}
	buf_release(&out);
}

/* ---- what is generated */

static void everything_is_in_what_is_generated(void **state)
{
	struct buf help, man, env;

	(void)state;
	buf_init(&env, 1 << 20);
	options_env_example(&env);
	for (unsigned command = 0; command < COMMAND_COUNT; command++) {
		buf_init(&help, 1 << 20);
		buf_init(&man, 1 << 20);
		options_help((enum command_id)command, false, &help);
		options_man((enum command_id)command, &man);
		for (const struct option *o = option_table; o->flag; o++) {
			char flag[64];

			if (!(o->commands >> command & 1))
				continue;
			snprintf(flag, sizeof(flag), "--%s", o->flag);
			assert_non_null(strstr(buf_text(&help), flag));
			if (o->variable) {
				assert_non_null(strstr(buf_text(&help), o->variable));
				assert_non_null(strstr(buf_text(&man), o->variable));
			}
			if (o->variable && o->id != OPTION_ENV_FILE)
				assert_non_null(strstr(buf_text(&env), o->variable));
		}
		assert_null(strstr(buf_text(&help), "\033"));
		buf_release(&help);
		buf_release(&man);
	}
	buf_release(&env);
}

static void env_example_is_a_valid_file(void **state)
{
	struct buf text, active;
	static const char *const args[] = { NULL };
	struct parsed p;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&active, 1 << 20);
	options_env_example(&text);
	for (char *c = text.data; *c; c++) /* take the # off every setting */
		if (!(*c == '#' && (c == text.data || c[-1] == '\n') && c[1] == 'U'))
			buf_append_char(&active, *c);
	parse_list(&p, COMMAND_CHECK, write_env(buf_text(&active)), args);
	assert_string_equal(p.err.text, "");
	assert_int_equal(option_int(p.options, OPTION_EVERY), 5000);
	options_free(p.options);
	buf_release(&text);
	buf_release(&active);
}

static void survives_failing_allocations(void **state)
{
	static const char *const args[] = { "--redact", "a,b", "x", "--format=jso", NULL };
	const char *env = write_env("USERSTREAM_FORMAT=json\nUSERSTREAM_EVERY='5s'\n");

	(void)state;
	each_allocation({
		struct parsed p;

		parse_list(&p, COMMAND_RUN, env, args);
		if (failing && p.status == US_FATAL)
			assert_non_null(strstr(p.err.text, "memory"));
		options_free(p.options);
		parse_list(&p, COMMAND_RUN, env, args + 4);
		options_free(p.options);
	});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(values_of_each_kind),
		cmocka_unit_test(flags_in_every_form),
		cmocka_unit_test(defaults_are_the_documented_ones),
		cmocka_unit_test(mistakes_are_told_at_once),
		cmocka_unit_test(parsing_goes_on_after_mistakes),
		cmocka_unit_test(flag_then_environment_then_file_then_default),
		cmocka_unit_test(settings_are_handed_on),
		cmocka_unit_test(mistakes_in_variables),
		cmocka_unit_test(env_file_syntax),
		cmocka_unit_test(secrets_are_not_printed),
		cmocka_unit_test(everything_is_in_what_is_generated),
		cmocka_unit_test(env_example_is_a_valid_file),
		cmocka_unit_test(survives_failing_allocations),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

/*
 * test_help.c - what the program says about itself covers every command and is well formed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/commands.h"
#include "cli/help.h"

#define TEXT_MAX ((size_t)1 << 20)

static struct buf out;

static int start_text(void **state)
{
	(void)state;
	buf_init(&out, TEXT_MAX);
	return 0;
}

static int end_text(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

static void commands_are_those_of_the_table(void **state)
{
	size_t count = 0;

	(void)state;
	for (; commands[count]; count++) {
		assert_string_equal(commands[count]->name, command_id_name(commands[count]->id));
		assert_ptr_equal(command_find(commands[count]->name), commands[count]);
		assert_non_null(commands[count]->run);
		assert_non_null(commands[count]->arguments);
		assert_true(commands[count]->summary[strlen(commands[count]->summary) - 1] != '.');
	}
	assert_int_equal(count, COMMAND_COUNT);
	assert_null(command_find("nothing"));
	assert_null(command_find(""));
}

static void overview_names_every_command(void **state)
{
	(void)state;
	help_overview(false, &out);
	for (const struct command *const *c = commands; *c; c++) {
		assert_non_null(strstr(buf_text(&out), (*c)->name));
		assert_non_null(strstr(buf_text(&out), (*c)->summary));
	}
	assert_null(strchr(buf_text(&out), '\033'));
	buf_reset(&out);
	help_overview(true, &out);
	assert_non_null(strchr(buf_text(&out), '\033'));
}

static void help_names_every_option(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		buf_reset(&out);
		help_command(*c, false, &out);
		assert_false(out.failed);
		assert_non_null(strstr(buf_text(&out), (*c)->summary));
		for (const struct option *o = option_table; o->flag; o++)
			if (o->commands >> (*c)->id & 1)
				assert_non_null(strstr(buf_text(&out), o->flag));
	}
}

/* Every line of the man page is text or a macro that man knows. */
static void man_page_is_well_formed(void **state)
{
	static const char *const macros[] = { ".TH ", ".SH ", ".SS ", ".TP", ".PP", ".B ",
					      ".I ",  ".RI ", ".IR ", ".nf", ".fi" };
	bool verbatim = false;

	(void)state;
	help_man_page(&out);
	assert_false(out.failed);
	for (const char *line = buf_text(&out); *line;) {
		size_t len = strcspn(line, "\n");
		bool known = *line != '.';

		for (size_t i = 0; i < sizeof(macros) / sizeof(*macros); i++)
			known = known || strncmp(line, macros[i], strlen(macros[i])) == 0;
		if (!known || *line == '\'')
			fail_msg("line of the man page: %.*s", (int)len, line);
		if (strncmp(line, ".nf", 3) == 0) {
			assert_false(verbatim);
			verbatim = true;
		} else if (strncmp(line, ".fi", 3) == 0) {
			assert_true(verbatim);
			verbatim = false;
		}
		line += len + (line[len] == '\n');
	}
	assert_false(verbatim);
	for (const struct command *const *c = commands; *c; c++)
		assert_non_null(strstr(buf_text(&out), (*c)->name));
}

static void completion_of_known_shells(void **state)
{
	(void)state;
	assert_true(help_completion("bash", &out));
	assert_non_null(strstr(buf_text(&out), "_userstream()"));
	assert_non_null(strstr(buf_text(&out), "--until-caught-up"));
	assert_non_null(strstr(buf_text(&out), "compgen -W 'table json csv'"));
	buf_reset(&out);
	assert_true(help_completion("zsh", &out));
	assert_memory_equal(buf_text(&out), "#compdef userstream\n", 20);
	for (const struct command *const *c = commands; *c; c++)
		assert_non_null(strstr(buf_text(&out), (*c)->name));
	assert_false(help_completion("tcsh", &out));
}

static void version_names_the_libraries(void **state)
{
	static const char *const names[] = { "userstream " USERSTREAM_VERSION,
					     "libcurl",
					     "libmicrohttpd",
					     "LMDB",
					     "SQLite",
					     "simdjson",
					     "ICU",
					     "PCRE2",
					     "OpenSSL",
					     "compiler" };

	(void)state;
	help_version(&out);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_non_null(strstr(buf_text(&out), names[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_those_of_the_table),
		cmocka_unit_test_setup_teardown(overview_names_every_command, start_text, end_text),
		cmocka_unit_test_setup_teardown(help_names_every_option, start_text, end_text),
		cmocka_unit_test_setup_teardown(man_page_is_well_formed, start_text, end_text),
		cmocka_unit_test_setup_teardown(completion_of_known_shells, start_text, end_text),
		cmocka_unit_test_setup_teardown(version_names_the_libraries, start_text, end_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

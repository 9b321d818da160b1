/*
 * help.c - the overview, a command's help, and the command `help`.
 */
#include "cli/help.h"

#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/output.h"

#define HELP_MAX   ((size_t)1 << 20)
#define HELP_WIDTH 100

static const char *bold(bool color)
{
	return color ? "\033[1m" : "";
}

static const char *plain(bool color)
{
	return color ? "\033[0m" : "";
}

void help_overview(bool color, struct buf *out)
{
	buf_printf(out,
		   "%suserstream%s %s: user profiles from the Random User API to a table, in real "
		   "time\n\n"
		   "    source -> log -> transform (one SQL file) -> table\n\n"
		   "%sUsage%s\n"
		   "  userstream COMMAND [OPTIONS]\n\n"
		   "%sCommands%s\n",
		   bold(color), plain(color), USERSTREAM_VERSION, bold(color), plain(color),
		   bold(color), plain(color));
	for (const struct command *const *c = commands; *c; c++)
		buf_printf(out, "  %-10s  %s\n", (*c)->name, (*c)->summary);
	buf_printf(
	    out,
	    "  %-10s  %s\n\n"
	    "%sTry%s\n"
	    "  userstream run --source simulator: --for 10s      no network, no set-up\n"
	    "  userstream query 'SELECT * FROM user_profiles LIMIT 5'\n"
	    "  userstream run --help\n\n"
	    "Every option can also stand in the environment or in .env; userstream help --env "
	    "prints one to start from.\n",
	    "help", "Say more about a command", bold(color), plain(color));
}

/* Paragraphs wrapped to the width; lines that begin with four blanks are examples and stay. */
static void append_details(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), at = 0;

		if (strncmp(text, "    ", 4) == 0) {
			buf_append(out, text, len);
			at = len;
		}
		for (size_t i = at; i < len;) {
			size_t word = strcspn(text + i, " \n");

			if (at && at + 1 + word > HELP_WIDTH) {
				buf_append_char(out, '\n');
				at = 0;
			} else if (at) {
				buf_append_char(out, ' ');
				at++;
			}
			buf_append(out, text + i, word);
			at += word;
			i += word + strspn(text + i + word, " ");
		}
		buf_append_char(out, '\n');
		text += len + (text[len] == '\n');
	}
}

void help_command(const struct command *command, bool color, struct buf *out)
{
	buf_printf(out, "%sUsage%s\n  userstream %s%s%s [OPTIONS]\n\n%s.\n", bold(color),
		   plain(color), command->name, *command->arguments ? " " : "", command->arguments,
		   command->summary);
	if (command->details && *command->details) {
		buf_append_char(out, '\n');
		append_details(out, command->details);
	}
	options_help(command->id, color, out);
	buf_append_text(out,
			"\nExit codes: 0 done; 1 a check found a difference; 64 usage; 65 data; 69 "
			"unavailable;\n70 internal; 74 input or output; 75 try again; 78 "
			"configuration.\n");
}

/* `help OPTION`. */
static int help_special(const char *option, const char *value, struct buf *out)
{
	struct err err = ERR_INIT;

	if (strcmp(option, "--man") == 0) {
		help_man_page(out);
	} else if (strcmp(option, "--env") == 0) {
		options_env_example(out);
	} else if (strcmp(option, "--completion") == 0) {
		if (!value || !help_completion(value, out)) {
			err_set(&err, US_REJECT, EXIT_BAD_USAGE,
				"help --completion needs a shell: bash or zsh");
			return output_fail(&err);
		}
	} else {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"help has no option %.80s; it has --man, --completion SHELL and --env",
			option);
		return output_fail(&err);
	}
	return output_print(out);
}

int help_run(int argc, char **argv)
{
	const struct command *command;
	struct buf out;
	int exit_code;

	buf_init(&out, HELP_MAX);
	if (argc > 0 && argv[0][0] == '-' && strcmp(argv[0], "--help") != 0 &&
	    strcmp(argv[0], "-h") != 0) {
		exit_code = help_special(argv[0], argc > 1 ? argv[1] : NULL, &out);
	} else if (argc > 0 && argv[0][0] != '-') {
		command = command_find(argv[0]);
		if (command)
			help_command(command, output_has_color(STDOUT_FILENO), &out);
		exit_code = command ? output_print(&out) : command_tell_unknown(argv[0]);
	} else {
		help_overview(output_has_color(STDOUT_FILENO), &out);
		exit_code = output_print(&out);
	}
	buf_release(&out);
	return exit_code;
}

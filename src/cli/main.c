/*
 * main.c - userstream COMMAND [OPTIONS]: find the command, read its options, run it.
 */
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/output.h"

#define TEXT_MAX ((size_t)1 << 20)

static int print_version(void)
{
	struct buf out;
	int exit_code;

	buf_init(&out, TEXT_MAX);
	help_version(&out);
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code;
}

/* Is --help or -h among the arguments (before "--")? */
static bool wants_help(int argc, char **argv, int first)
{
	for (int i = first; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	struct options *options = NULL;
	struct err err = ERR_INIT;
	int rest_count, exit_code;
	char **rest;

	if (options_parse_on(&options, command->id, argc, argv, 2, NULL, &rest, &rest_count,
			     &err) != US_OK) {
		exit_code = output_fail(&err);
		if (options && command->check)
			command->check(options);
	} else {
		output_set_notes(options);
		exit_code = command->run(options, rest_count, rest);
	}
	options_free(options);
	return exit_code;
}

int main(int argc, char **argv)
{
	const struct command *command;
	const char *name = argc > 1 ? argv[1] : "help";

	/* A page's large buffers go back to the system when they are freed, however many came
	 * before. */
	mallopt(M_MMAP_THRESHOLD, 1 << 20);

	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0 ||
	    strcmp(name, "version") == 0)
		return print_version();
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return help_run(argc > 2 ? argc - 2 : 0, argv + (argc > 2 ? 2 : argc));
	command = command_find(name);
	if (!command)
		return command_tell_unknown(name);
	if (wants_help(argc, argv, 2))
		return help_run(1, argv + 1);
	return run_command(command, argc, argv);
}

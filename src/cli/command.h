/*
 * command.h - one command of the command line. main is a table of these; one file each, cmd_NAME.c.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "core/options.h"

struct command {
	const char *name;
	const char *arguments; /* "'SELECT …'", as the usage line shows it */
	const char *summary;   /* one line */
	const char *details;   /* paragraphs of --help and the man page, with examples */
	enum command_id id;    /* which options of the table it takes */
	/* Options are parsed and checked; args are what is left (no command name). Returns an exit
	 * code. */
	int (*run)(const struct options *options, int arg_count, char **args);
	/* When some options were wrong: tell the mistakes of the others too, and start nothing.
	 * May be NULL. */
	void (*check)(const struct options *options);
};

extern const struct command command_run, command_produce, command_process, command_simulate,
    command_query, command_dlq, command_verify, command_log, command_schema, command_explain,
    command_sql, command_test, command_check, command_bench;

#endif

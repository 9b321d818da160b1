/*
 * commands.c - see commands.h.
 */
#include "cli/commands.h"

#include <string.h>

#include "cli/output.h"
#include "core/diag.h"

const struct command *const commands[] = {
	&command_run, &command_produce, &command_process, &command_simulate, &command_query,
	&command_dlq, &command_verify,  &command_log,     &command_schema,   &command_explain,
	&command_sql, &command_test,    &command_check,   &command_bench,    NULL,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

int command_tell_unknown(const char *name)
{
	const char *names[COMMAND_COUNT + 1];
	struct err err = ERR_INIT;
	const char *near;
	size_t count = 0;

	for (const struct command *const *c = commands; *c; c++)
		names[count++] = (*c)->name;
	names[count++] = "help";
	near = suggest(span_of(name), names, count);
	if (near)
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"unknown command '%.80s'; did you mean userstream %s?", name, near);
	else
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"unknown command '%.80s'; userstream help lists them", name);
	return output_fail(&err);
}

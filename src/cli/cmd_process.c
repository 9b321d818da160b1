/*
 * cmd_process.c - userstream process: log -> transform -> sink only.
 */
#include "cli/command.h"
#include "cli/stream.h"

static const struct stream_parts parts = { .command = "process", .process = true };

static int run(const struct options *options, int arg_count, char **args)
{
	return stream_run(&parts, options, arg_count, args);
}

static void check(const struct options *options)
{
	stream_check(&parts, options);
}

const struct command command_process = {
	.name = "process",
	.arguments = "",
	.summary = "Transform the log's users and store them, and fetch none",
	.details =
	    "The second half of run. It goes on where the table's ledger says; a table that is "
	    "missing is made anew from the log.\n"
	    "\n"
	    "    userstream process                                  follow the log until Ctrl-C\n"
	    "    userstream process --until-caught-up                settle what is there, then "
	    "end\n"
	    "    userstream process --from earliest --until-caught-up\n"
	    "                                                        once more from the start, "
	    "after "
	    "the pipeline file changed",
	.id = COMMAND_PROCESS,
	.run = run,
	.check = check,
};

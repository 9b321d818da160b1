/*
 * cmd_run.c - userstream run: source -> log -> transform -> sink in one process.
 */
#include "cli/command.h"
#include "cli/stream.h"

static const struct stream_parts parts = { .command = "run", .ingest = true, .process = true };

static int run(const struct options *options, int arg_count, char **args)
{
	return stream_run(&parts, options, arg_count, args);
}

static void check(const struct options *options)
{
	stream_check(&parts, options);
}

const struct command command_run = {
	.name = "run",
	.arguments = "",
	.summary = "Stream users from the source through the log and the transform into the table",
	.details =
	    "Fetches users, appends them to the log, transforms them by the pipeline file and "
	    "stores "
	    "them, until Ctrl-C, --count users, or --for a time. Started again it goes on where it "
	    "was: no page is skipped or repeated, whatever ended it.\n"
	    "\n"
	    "Ctrl-C and SIGTERM drain: what was fetched is stored, then a summary ends the "
	    "program. A "
	    "second one ends it at once, and nothing is lost by that either.\n"
	    "\n"
	    "    userstream run                                    the real API, 100 users every 5 "
	    "s\n"
	    "    userstream run --source simulator: --every 0      as fast as it goes, no network\n"
	    "    userstream run --source file:users.jsonl          a file, to its end\n"
	    "    userstream run --source auto --for 60s            the API, or the simulator "
	    "without it",
	.id = COMMAND_RUN,
	.run = run,
	.check = check,
};

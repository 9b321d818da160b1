/*
 * cmd_produce.c - userstream produce: source -> log only.
 */
#include "cli/command.h"
#include "cli/stream.h"

static const struct stream_parts parts = { .command = "produce", .ingest = true };

static int run(const struct options *options, int arg_count, char **args)
{
	return stream_run(&parts, options, arg_count, args);
}

static void check(const struct options *options)
{
	stream_check(&parts, options);
}

const struct command command_produce = {
	.name = "produce",
	.arguments = "",
	.summary = "Fetch users into the log, and no further",
	.details =
	    "The first half of run. A userstream process on the same log, in another process, is "
	    "woken by every batch.\n"
	    "\n"
	    "    userstream produce --every 5s --results 100\n"
	    "    userstream produce --source file:users.jsonl.gz",
	.id = COMMAND_PRODUCE,
	.run = run,
	.check = check,
};

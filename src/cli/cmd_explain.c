/*
 * cmd_explain.c - userstream explain: the compiled plan of a pipeline file.
 */
#include "cli/command.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"

#define EXPLAIN_MAX ((size_t)64 << 20)

static int run_explain(const struct options *options, int arg_count, char **args)
{
	struct err err = ERR_INIT;
	struct plan *plan;
	struct buf out;
	int code;

	if (arg_count > 0) {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"explain takes no argument \"%s\"; the file is named with --pipeline FILE",
			args[0]);
		return output_fail(&err);
	}
	plan = pipeline_load_or_tell(options, &code);
	if (!plan)
		return code;
	buf_init(&out, EXPLAIN_MAX);
	code = plan_explain(plan, &out, &err) == US_OK ? output_print(&out) : output_fail(&err);
	buf_release(&out);
	plan_free(plan);
	return code;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "",
	.summary = "Show the compiled plan of a pipeline file",
	.details =
	    "Shows what a pipeline file compiles to: the JSON paths that are read of each record, "
	    "for each table its key, its columns with their types and where each comes from, the "
	    "constraints, and the typed expressions in the order in which they run. #7 is the "
	    "value of the expression numbered so; equal expressions are one, constant ones are "
	    "computed at compile time.\n"
	    "\n"
	    "    userstream explain\n"
	    "    userstream explain --pipeline pipelines/user_profiles.sql\n",
	.id = COMMAND_EXPLAIN,
	.run = run_explain,
};

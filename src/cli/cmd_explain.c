/*
 * cmd_explain.c - userstream explain: the compiled plan of a pipeline file, and what each operator
 * of it costs over a file's records.
 */
#include <string.h>

#include "cli/command.h"
#include "cli/feed.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/source_choice.h"

#define EXPLAIN_MAX ((size_t)64 << 20)

/* ---- --analyze */

struct analysis {
	struct feed feed; /* first: it is what transform_piece() gets */
	const struct plan *plan;
	struct worker *worker;
};

static enum status transform_piece(struct feed *feed, const struct record *records, size_t count,
				   struct err *err)
{
	struct analysis *analysis = (struct analysis *)feed;
	struct transform_result result;

	return worker_transform(analysis->worker, plan_stream(analysis->plan), records, count,
				&result, err);
}

/* The records of a file as a run would take them; a path, "file:PATH" or "-". */
static enum status feed_file(struct feed *feed, const struct options *options, const char *file,
			     struct err *err)
{
	bool is_uri = strcmp(file, "-") == 0 || strncmp(file, "file:", 5) == 0;
	struct source_config config;
	enum status status;
	struct buf uri;

	buf_init(&uri, (size_t)64 << 10);
	buf_printf(&uri, "%s%s", is_uri ? "" : "file:", file);
	source_config_from_options(&config, options);
	config.uri = buf_text(&uri);
	config.key = ""; /* any record will do */
	status = uri.failed ? err_no_memory(err, "analyzing a file") : feed_run(feed, &config, err);
	buf_release(&uri);
	return status;
}

static enum status analyze(const struct plan *plan, const struct options *options, struct buf *out,
			   struct err *err)
{
	struct profile *profile = profile_new(plan);
	struct analysis analysis = { .feed.take = transform_piece, .plan = plan };
	enum status status;

	analysis.worker = worker_new(plan);
	if (profile && analysis.worker) {
		worker_measure(analysis.worker, profile);
		status = feed_file(&analysis.feed, options, option_text(options, OPTION_ANALYZE),
				   err);
	} else {
		status = err_no_memory(err, "analyzing a file");
	}
	buf_append_char(out, '\n');
	if (status == US_OK)
		status = profile_print(profile, out, err);
	if (status == US_OK && analysis.feed.refused)
		buf_printf(out, "refused by the source: %lld records\n",
			   (long long)analysis.feed.refused);
	worker_free(analysis.worker);
	profile_free(profile);
	return status;
}

/* ---- the command */

static int run_explain(const struct options *options, int arg_count, char **args)
{
	struct err err = ERR_INIT;
	enum status status;
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
	status = plan_explain(plan, &out, &err);
	if (status == US_OK && option_text(options, OPTION_ANALYZE))
		status = analyze(plan, options, &out, &err);
	code = status == US_OK ? output_print(&out) : output_fail(&err);
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
	    "--analyze FILE runs the plan over the records of a file (JSON Lines or an API's "
	    "answer, plain, gzip or zstd) on one thread, stores nothing, and tells of each "
	    "operator the rows that came to it, those that it left, and the time it took.\n"
	    "\n"
	    "    userstream explain\n"
	    "    userstream explain --pipeline pipelines/user_profiles.sql\n"
	    "    userstream explain --analyze users.jsonl\n",
	.id = COMMAND_EXPLAIN,
	.run = run_explain,
};

/*
 * cmd_dlq.c - userstream dlq: the records that were rejected, why, and once more through the
 * pipeline.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/dlq_view.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/stopper.h"
#include "cli/stream.h"
#include "core/diag.h"
#include "pipeline/replay.h"

#define OUTPUT_MAX ((size_t)64 << 20)

struct dlq {
	const struct options *options;
	const struct plan *plan;
	struct dead_view_config config;
};

/* ---- replay */

static void show_progress(void *user, const struct replay_progress *progress)
{
	(void)user;
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\rreplayed %" PRId64 " of %" PRId64 ", %" PRId64 " failed again ",
		progress->done, progress->total, progress->failed);
	fflush(stderr);
}

static int print_replay(const struct replay_result *result)
{
	const struct replay_progress *progress = &result->progress;
	struct buf out;
	int exit_code;

	if (isatty(STDERR_FILENO) && progress->done)
		fputc('\n', stderr);
	buf_init(&out, OUTPUT_MAX);
	buf_printf(&out,
		   "%" PRId64 " of %" PRId64 " dead letters replayed: %" PRId64 " stored, %" PRId64
		   " failed again",
		   progress->done, progress->total, progress->stored, progress->failed);
	if (progress->already)
		buf_printf(&out, ", %" PRId64 " were stored before", progress->already);
	if (progress->done < progress->total)
		buf_printf(&out, ", %" PRId64 " left", progress->total - progress->done);
	buf_append_char(&out, '\n');
	for (size_t i = 0; i < result->failed_by.count; i++)
		buf_printf(&out, "%10" PRId64 "  %s\n", result->failed_by.items[i].count,
			   result->failed_by.items[i].name);
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code == EXIT_DONE && progress->failed ? EXIT_DIFFERENCE : exit_code;
}

static int replay(const struct dlq *dlq)
{
	char topic[LOG_TOPIC_MAX];
	struct replay_config config = {
		.log = dlq->config.log,
		.sink = dlq->config.sink,
		.plan = dlq->plan,
		.topic = pipeline_topic(dlq->options, dlq->plan, topic),
		.reason = option_text(dlq->options, OPTION_REASON),
		.limit = option_int(dlq->options, OPTION_LIMIT),
		.progress = show_progress,
	};
	struct stopper *stopper = NULL;
	struct replay_result result;
	struct err err = ERR_INIT;
	int exit_code;

	if (stopper_start(&stopper, "the letters in hand are settled", &err) != US_OK)
		return output_fail(&err);
	config.stop = stopper_waiter(stopper);
	if (replay_run(&config, &result, &err) == US_OK)
		exit_code = print_replay(&result);
	else
		exit_code = output_fail(&err);
	replay_result_release(&result);
	stopper_stop(stopper);
	return exit_code;
}

/* ---- purge */

static int purge(const struct dlq *dlq, struct dead_view *view)
{
	int64_t pending = dead_view_count(view), removed = 0;
	struct err err = ERR_INIT;
	struct buf out;
	int exit_code;

	if (pending && !option_bool(dlq->options, OPTION_FORCE)) {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"%" PRId64
			" dead letter%s not replayed: userstream dlq replay, or --force to remove "
			"%s all the same",
			pending, pending == 1 ? " is" : "s are", pending == 1 ? "it" : "them");
		return output_fail(&err);
	}
	if (dead_view_purge(view, &removed, &err) != US_OK)
		return output_fail(&err);
	buf_init(&out, 256);
	buf_printf(&out, "%" PRId64 " entries removed, %" PRId64 " dead letter%s among them\n",
		   removed, pending, pending == 1 ? "" : "s");
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code;
}

/* ---- the command */

static int too_many_arguments(const char *word)
{
	struct err err = ERR_INIT;

	err_set(&err, US_REJECT, EXIT_BAD_USAGE,
		"too many arguments, as '%.80s': userstream dlq list | show PARTITION:OFFSET | "
		"replay | "
		"purge",
		word);
	return output_fail(&err);
}

static int unknown_action(const char *action, const char *near)
{
	struct err err = ERR_INIT;

	err_set(
	    &err, US_REJECT, EXIT_BAD_USAGE,
	    "there is no userstream dlq %.80s%s%s%s; there are list, show PARTITION:OFFSET, replay "
	    "and purge",
	    action, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return output_fail(&err);
}

static int run_with_view(struct dlq *dlq, const char *action, const char *argument)
{
	struct dead_view view;
	struct err err = ERR_INIT;
	int exit_code;

	dlq->config.change = strcmp(action, "purge") == 0;
	if (dead_view_open(&view, &dlq->config, &err) != US_OK)
		return output_fail(&err);
	if (strcmp(action, "list") == 0)
		exit_code = dlq_list(dlq->options, &view);
	else if (strcmp(action, "show") == 0)
		exit_code = dlq_show(&view, argument);
	else
		exit_code = purge(dlq, &view);
	dead_view_close(&view);
	return exit_code;
}

static int run(const struct options *options, int arg_count, char **args)
{
	static const char *const actions[] = { "list", "show", "replay", "purge" };
	const char *action = arg_count ? args[0] : "list";
	struct dlq dlq = { .options = options };
	struct plan *plan;
	bool known = false;
	int exit_code = EXIT_DONE;

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		known = known || strcmp(action, actions[i]) == 0;
	if (!known)
		return unknown_action(action, suggest(span_of(action), actions,
						      sizeof(actions) / sizeof(actions[0])));
	if (arg_count > (strcmp(action, "show") == 0 ? 2 : 1))
		return too_many_arguments(args[arg_count - 1]);
	plan = pipeline_load_or_tell(options, &exit_code);
	if (!plan)
		return exit_code;
	dlq.plan = plan;
	dlq.config.plan = plan;
	sink_config_from_options(&dlq.config.sink, options);
	dlq.config.sink.wait = true;
	log_config_from_options(&dlq.config.log, options);
	if (strcmp(action, "replay") == 0)
		exit_code = replay(&dlq);
	else
		exit_code = run_with_view(&dlq, action, arg_count > 1 ? args[1] : NULL);
	plan_free(plan);
	return exit_code;
}

const struct command command_dlq = {
	.name = "dlq",
	.arguments = "list | show PARTITION:OFFSET | replay | purge",
	.summary = "The records that were rejected: list, show, replay, purge",
	.details =
	    "A record that cannot become a row (no JSON, a value that does not convert, a "
	    "constraint "
	    "with ON VIOLATION DROP ROW) is kept beside the log with its reason.\n"
	    "\n"
	    "    userstream dlq list                    how many for which reason, and the first "
	    "20\n"
	    "    userstream dlq list --reason valid_email --format json\n"
	    "    userstream dlq show 0:1234             one of them, with the record\n"
	    "    userstream dlq replay                  all once more through the pipeline file as "
	    "it "
	    "is now\n"
	    "    userstream dlq purge                   empty it, once all are replayed (--force: "
	    "in any case)\n"
	    "\n"
	    "A replay stores a record under its original stamp: never twice, and never over a "
	    "newer "
	    "row. Interrupted, it is simply run again. Exit code 1: some failed again.",
	.id = COMMAND_DLQ,
	.run = run,
};

/*
 * cmd_verify.c - userstream verify: do the accounts add up? Exit code 1 when something differs or a
 * condition of --gate does not hold.
 */
#include <inttypes.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/stream.h"
#include "pipeline/verify.h"

static void print_json(const struct verify_result *result, struct buf *out)
{
	const char *line = buf_text(&result->report), *comma = "";

	buf_printf(
	    out, "{\"ok\":%s,\"differences\":%" PRId64 ",\"gates_failed\":%" PRId64 ",\"lines\":[",
	    result->differences || result->gates_failed ? "false" : "true", result->differences,
	    result->gates_failed);
	while (*line) {
		size_t len = strcspn(line, "\n");

		while (len && *line == ' ') {
			line++;
			len--;
		}
		buf_append_text(out, comma);
		buf_append_json(out, (struct span){ .data = line, .len = len });
		comma = ",";
		line += len + (line[len] == '\n');
	}
	buf_append_text(out, "]}\n");
}

static void print_text(const struct verify_result *result, struct buf *out)
{
	buf_append_span(out, buf_span(&result->report));
	if (result->differences)
		buf_printf(out, "%" PRId64 " difference%s\n", result->differences,
			   result->differences == 1 ? "" : "s");
	if (result->gates_failed)
		buf_printf(out, "%" PRId64 " condition%s of --gate %s not hold\n",
			   result->gates_failed, result->gates_failed == 1 ? "" : "s",
			   result->gates_failed == 1 ? "does" : "do");
	if (!result->differences && !result->gates_failed)
		buf_append_text(out, "everything adds up\n");
}

static int verify(const struct options *options, const struct plan *plan)
{
	char topic[LOG_TOPIC_MAX];
	struct verify_config config = {
		.plan = plan,
		.topic = pipeline_topic(options, plan, topic),
		.deep = option_bool(options, OPTION_DEEP),
		.gate = option_text(options, OPTION_GATE),
	};
	struct verify_result result;
	struct err err = ERR_INIT;
	struct buf out;
	int exit_code;

	log_config_from_options(&config.log, options);
	sink_config_from_options(&config.sink, options);
	config.sink.wait = true;
	if (verify_run(&config, &result, &err) != US_OK)
		return output_fail(&err);
	buf_init(&out, (size_t)32 << 20);
	/* the first choice of --format is for people */
	if (option_int(options, OPTION_FORMAT) == 1)
		print_json(&result, &out);
	else
		print_text(&result, &out);
	exit_code = output_print(&out);
	if (exit_code == EXIT_DONE && (result.differences || result.gates_failed))
		exit_code = EXIT_DIFFERENCE;
	buf_release(&out);
	verify_result_release(&result);
	return exit_code;
}

static int run(const struct options *options, int arg_count, char **args)
{
	struct err err = ERR_INIT;
	struct plan *plan;
	int exit_code = EXIT_DONE;

	if (arg_count > 0) {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"verify takes no arguments, and here is '%.80s'; see userstream verify "
			"--help",
			args[0]);
		return output_fail(&err);
	}
	plan = pipeline_load_or_tell(options, &exit_code);
	if (!plan)
		return exit_code;
	exit_code = verify(options, plan);
	plan_free(plan);
	return exit_code;
}

const struct command command_verify = {
	.name = "verify",
	.arguments = "",
	.summary = "Recount everything; exit 1 on a difference",
	.details =
	    "Compares what the source fetched with what the log holds, the ledger with the log, "
	    "the "
	    "table's rows with what was written, and the dead letters with what was rejected.\n"
	    "\n"
	    "    userstream verify\n"
	    "    userstream verify --deep      run the pipeline over the whole log once more, and "
	    "compare every row\n"
	    "    userstream verify --gate 'rows>=100, rejected_share<1%, nulls(email)=0'\n"
	    "\n"
	    "Measures of --gate: rows, read, stored, filtered, rejected, replayed, lost, "
	    "rejected_share, filtered_share, lag, fetched, appended, refused, source_filtered, "
	    "violations(CONSTRAINT), rejected(REASON), nulls(COLUMN), null_share(COLUMN), "
	    "min(COLUMN), max(COLUMN). Comparisons: < <= = != >= >. All that fail are told.",
	.id = COMMAND_VERIFY,
	.run = run,
};

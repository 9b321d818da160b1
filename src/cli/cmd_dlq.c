/*
 * cmd_dlq.c - userstream dlq: the records that were rejected, why, and once more through the
 * pipeline.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/stopper.h"
#include "cli/stream.h"
#include "core/clock.h"
#include "core/table_print.h"
#include "pipeline/dead_view.h"
#include "pipeline/replay.h"

#define LIST_DEFAULT 20
#define LIST_COLUMNS 7
#define OUTPUT_MAX   ((size_t)64 << 20)

struct dlq {
	const struct options *options;
	const struct plan *plan;
	struct dead_view_config config;
};

/* ---- list */

struct listing {
	struct table_printer *printer;
	int64_t limit, shown;
	struct count_list reasons;
	int64_t count;
};

static enum status count_reason(void *user, const struct dead_letter *letter,
				const struct folded_letter *state, struct err *err)
{
	struct listing *listing = user;
	char reason[160];

	(void)state;
	listing->count++;
	snprintf(reason, sizeof(reason), "%.*s",
		 (int)(letter->reason.len < 159 ? letter->reason.len : 159), letter->reason.data);
	return count_list_add(&listing->reasons, reason, 1)
		   ? US_OK
		   : err_no_memory(err, "counting dead letters");
}

static enum status list_letter(void *user, const struct dead_letter *letter,
			       const struct folded_letter *state, struct err *err)
{
	struct listing *listing = user;
	char origin[48], attempts[24], time[CLOCK_TEXT_MAX], key_absent[] = "";
	struct table_cell cells[LIST_COLUMNS];

	(void)err;
	if (listing->limit && listing->shown == listing->limit)
		return US_OK;
	listing->shown++;
	snprintf(origin, sizeof(origin), "%d:%" PRId64, (int)letter->partition, letter->offset);
	snprintf(attempts, sizeof(attempts), "%u", state->attempts);
	clock_format_us(letter->time_us, time);
	cells[0] = (struct table_cell){ TABLE_TEXT, span_of(origin) };
	cells[1] = (struct table_cell){ TABLE_TEXT, letter->table };
	cells[2] = (struct table_cell){ TABLE_TEXT, letter->reason };
	cells[3] = (struct table_cell){ TABLE_INTEGER, span_of(attempts) };
	cells[4] = (struct table_cell){ TABLE_TEXT, span_of(time) };
	cells[5] = (struct table_cell){ letter->key.data ? TABLE_TEXT : TABLE_NULL,
					letter->key.data ? letter->key : span_of(key_absent) };
	cells[6] = (struct table_cell){ TABLE_TEXT, letter->text };
	/* a printer that stops says why when it is closed */
	table_printer_row(listing->printer, cells);
	return US_OK;
}

/* The longest bar stands for the most frequent reason. */
static int print_histogram(const struct listing *listing)
{
	static const char bar[] = "########################################";
	int64_t most = 1;
	struct buf out;
	int exit_code;

	buf_init(&out, OUTPUT_MAX);
	for (size_t i = 0; i < listing->reasons.count; i++)
		if (listing->reasons.items[i].count > most)
			most = listing->reasons.items[i].count;
	buf_printf(&out, "%" PRId64 " dead letters\n", listing->count);
	for (size_t i = 0; i < listing->reasons.count; i++) {
		const struct count_entry *entry = &listing->reasons.items[i];
		int width = (int)(1 + entry->count * (int64_t)(sizeof(bar) - 2) / most);

		buf_printf(&out, "%10" PRId64 "  %-30s %.*s\n", entry->count, entry->name, width,
			   bar);
	}
	if (listing->count)
		buf_append_char(&out, '\n');
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code;
}

static int list(const struct dlq *dlq, struct dead_view *view)
{
	static const char *const names[LIST_COLUMNS] = { "record",   "table", "reason", "attempts",
							 "rejected", "key",   "text" };
	enum table_format format = (enum table_format)option_int(dlq->options, OPTION_FORMAT);
	const char *reason = option_text(dlq->options, OPTION_REASON);
	struct listing listing = { .limit = option_int(dlq->options, OPTION_LIMIT) };
	struct err err = ERR_INIT, printer_err = ERR_INIT;
	enum status status;
	int exit_code = EXIT_DONE;

	if (format == TABLE_ALIGNED && !option_given(dlq->options, OPTION_LIMIT))
		listing.limit = LIST_DEFAULT;
	status = dead_view_each(view, reason, count_reason, &listing, &err);
	if (status == US_OK && format == TABLE_ALIGNED)
		exit_code = print_histogram(&listing);
	if (status == US_OK && (listing.count || format != TABLE_ALIGNED)) {
		status = table_printer_open(&listing.printer, format, STDOUT_FILENO, 0, &err);
		if (status == US_OK && table_printer_header(listing.printer, LIST_COLUMNS, names))
			status = dead_view_each(view, reason, list_letter, &listing, &err);
		if (table_printer_close(listing.printer, &printer_err) != US_OK &&
		    status == US_OK) {
			err = printer_err;
			status = US_FATAL;
		}
	}
	count_list_release(&listing.reasons);
	return status == US_OK ? exit_code : output_fail(&err);
}

/* ---- show */

struct showing {
	int32_t partition;
	int64_t offset;
	bool found;
	struct buf out;
};

static void show_text(struct buf *out, const char *name, struct span text)
{
	if (text.len)
		buf_printf(out, "%-12s %.*s\n", name, (int)text.len, text.data);
}

static void show_int(struct buf *out, const char *name, int64_t value)
{
	buf_printf(out, "%-12s %" PRId64 "\n", name, value);
}

static void show_time(struct buf *out, const char *name, int64_t us)
{
	char text[CLOCK_TEXT_MAX];

	clock_format_us(us, text);
	buf_printf(out, "%-12s %s\n", name, text);
}

static enum status show_letter(void *user, const struct dead_letter *letter,
			       const struct folded_letter *state, struct err *err)
{
	struct showing *showing = user;
	struct buf *out = &showing->out;

	(void)err;
	if (letter->partition != showing->partition || letter->offset != showing->offset)
		return US_OK;
	showing->found = true;
	buf_printf(out, "%-12s %d:%" PRId64 "\n", "record", (int)letter->partition, letter->offset);
	show_text(out, "table", letter->table);
	show_text(out, "reason", letter->reason);
	show_text(out, "name", letter->name);
	show_text(out, "text", letter->text);
	show_int(out, "attempts", state->attempts);
	show_time(out, "fetched", letter->timestamp_us);
	show_time(out, "rejected", letter->time_us);
	show_int(out, "stamp", letter->stamp);
	show_int(out, "generation", letter->generation);
	show_text(out, "topic", letter->topic);
	show_text(out, "log", letter->identity);
	show_text(out, "pipeline", letter->fingerprint);
	show_text(out, "key", letter->key);
	show_int(out, "bytes", letter->length);
	show_text(out, "sha256", letter->sha256);
	if (letter->value.data)
		show_text(out, "value", letter->value);
	else
		buf_printf(out,
			   "%-12s not kept: it is no JSON, so it could not be redacted (--dlq-raw "
			   "keeps it)\n",
			   "value");
	return US_OK;
}

/* "PARTITION:OFFSET", or the offset of partition 0. */
static bool parse_origin(const char *text, int32_t *partition, int64_t *offset)
{
	const char *colon = strchr(text, ':');
	char *end;
	long long number;

	errno = 0;
	*partition = 0;
	if (colon) {
		number = strtoll(text, &end, 10);
		if (end != colon || end == text || number < 0 || number > INT32_MAX)
			return false;
		*partition = (int32_t)number;
		text = colon + 1;
	}
	number = strtoll(text, &end, 10);
	*offset = number;
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

static int show(struct dead_view *view, const char *origin)
{
	struct showing showing = { .found = false };
	struct err err = ERR_INIT;
	int exit_code;

	if (!origin || !parse_origin(origin, &showing.partition, &showing.offset)) {
		err_set(
		    &err, US_REJECT, EXIT_BAD_USAGE,
		    "dlq show takes PARTITION:OFFSET, as dlq list shows it in the column record");
		return output_fail(&err);
	}
	buf_init(&showing.out, OUTPUT_MAX);
	if (dead_view_each(view, NULL, show_letter, &showing, &err) != US_OK) {
		exit_code = output_fail(&err);
	} else if (!showing.found) {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"there is no dead letter of %s (it may have been replayed); see userstream "
			"dlq list",
			origin);
		exit_code = output_fail(&err);
	} else {
		exit_code = output_print(&showing.out);
	}
	buf_release(&showing.out);
	return exit_code;
}

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
	struct replay_config config = {
		.log = dlq->config.log,
		.sink = dlq->config.sink,
		.plan = dlq->plan,
		.topic = plan_stream(dlq->plan),
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
			" dead letters are not replayed: userstream dlq replay, or --force "
			"to remove them all the same",
			pending);
		return output_fail(&err);
	}
	if (dead_view_purge(view, &removed, &err) != US_OK)
		return output_fail(&err);
	buf_init(&out, 256);
	buf_printf(&out,
		   "%" PRId64 " entries removed, %" PRId64 " of them letters never replayed\n",
		   removed, pending);
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code;
}

/* ---- the command */

static int bad_usage(const char *what, const char *word)
{
	struct err err = ERR_INIT;

	err_set(&err, US_REJECT, EXIT_BAD_USAGE,
		"%s%s%.80s%s: userstream dlq list | show PARTITION:OFFSET | replay | purge", what,
		word ? " '" : "", word ? word : "", word ? "'" : "");
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
		exit_code = list(dlq, &view);
	else if (strcmp(action, "show") == 0)
		exit_code = show(&view, argument);
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
		return bad_usage("there is no", action);
	if (arg_count > (strcmp(action, "show") == 0 ? 2 : 1))
		return bad_usage("too many arguments, as", args[arg_count - 1]);
	plan = pipeline_load_or_tell(options, &exit_code);
	if (!plan)
		return exit_code;
	dlq.plan = plan;
	dlq.config.plan = plan;
	dlq.config.sink = (struct sink_config){ .uri = option_text(options, OPTION_SINK) };
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
	    "    userstream dlq purge                   forget those that were replayed (--force: "
	    "all)\n"
	    "\n"
	    "A replay stores a record under its original stamp: never twice, and never over a "
	    "newer "
	    "row. Interrupted, it is simply run again. Exit code 1: some failed again.",
	.id = COMMAND_DLQ,
	.run = run,
};

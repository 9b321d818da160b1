/*
 * cmd_log.c - userstream log: what a log holds and who reads it; readers that nobody uses any more
 * are dropped, records exported and removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/log_export.h"
#include "cli/log_trim.h"
#include "cli/output.h"
#include "cli/stream.h"
#include "core/clock.h"
#include "core/diag.h"
#include "core/human.h"
#include "core/table_print.h"
#include "log/log_where.h"

#define STREAMS 2

static const char *const stream_names[STREAMS] = { "records", "dead letters" };

/* Both streams of a log, and what they say of themselves. */
struct both {
	struct log *logs[STREAMS];
	struct log_stat stats[STREAMS];
};

static void both_close(struct both *both)
{
	for (int i = 0; i < STREAMS; i++) {
		log_stat_release(&both->stats[i]);
		log_close(both->logs[i]);
	}
}

/* To be closed also when it fails. */
static enum status both_open(struct both *both, const struct options *options, bool read_only,
			     struct err *err)
{
	enum status status = US_OK;
	*both = (struct both){ .logs = { NULL, NULL } };
	for (int i = 0; status == US_OK && i < STREAMS; i++) {
		struct log_config config;
		log_config_from_options(&config, options);
		config.stream = (enum log_stream)i;
		config.create = false;
		config.read_only = read_only;
		status = log_open(&both->logs[i], &config, err);
		if (status == US_OK)
			status = both->logs[i]->ops->stat(both->logs[i], &both->stats[i], err);
		if (status == US_OK)
			status = log_readers(both->logs[i], &both->stats[i], err);
	}
	return status;
}

/* ---- tables */

#define CELLS 9

struct row {
	struct table_cell cells[CELLS];
	char texts[CELLS][64];
	size_t count;
};

static void add_text(struct row *row, const char *text)
{
	row->cells[row->count++] = (struct table_cell){ .kind = text ? TABLE_TEXT : TABLE_NULL,
							.text = span_of(text) };
}

static void add_number(struct row *row, int64_t number)
{
	char *text = row->texts[row->count];
	snprintf(text, sizeof(row->texts[0]), "%" PRId64, number);
	row->cells[row->count++] = (struct table_cell){ .kind = TABLE_INTEGER,
							.text = span_of(text) };
}

/* 0: never. */
static void add_time(struct row *row, int64_t us)
{
	char *text = row->texts[row->count];
	if (us != 0)
		clock_format_us(us, text);
	add_text(row, us != 0 ? text : NULL);
}

typedef bool rows_fn(struct table_printer *printer, const struct both *both);

static bool stat_rows(struct table_printer *printer, const struct both *both)
{
	static const char *const names[CELLS] = { "stream", "partition", "low",
						  "high",   "records",   "bytes",
						  "oldest", "newest",    "identity" };
	bool going = table_printer_header(printer, CELLS, names);
	for (int i = 0; i < STREAMS; i++) {
		const struct log_stat *stat = &both->stats[i];
		for (size_t p = 0; going && p < stat->partition_count; p++) {
			const struct log_partition_stat *partition = &stat->partitions[p];
			struct row row = { .count = 0 };
			add_text(&row, stream_names[i]);
			add_number(&row, partition->partition);
			add_number(&row, partition->low);
			add_number(&row, partition->high);
			add_number(&row, partition->high - partition->low);
			add_number(&row, stat->bytes);
			add_time(&row, stat->oldest_us);
			add_time(&row, stat->newest_us);
			add_text(&row, stat->identity);
			going = table_printer_row(printer, row.cells);
		}
	}
	return going;
}

static bool reader_rows(struct table_printer *printer, const struct both *both)
{
	static const char *const names[] = { "stream", "reader", "partition",
					     "next",   "lag",    "updated" };
	bool going = table_printer_header(printer, sizeof(names) / sizeof(names[0]), names);
	for (int i = 0; i < STREAMS; i++) {
		const struct log_stat *stat = &both->stats[i];
		for (size_t r = 0; going && r < stat->reader_count; r++) {
			const struct log_reader_stat *reader = &stat->readers[r];
			struct row row = { .count = 0 };
			add_text(&row, stream_names[i]);
			add_text(&row, reader->name);
			add_number(&row, reader->partition);
			add_number(&row, reader->next);
			add_number(&row, reader->lag);
			add_time(&row, reader->updated_us);
			going = table_printer_row(printer, row.cells);
		}
	}
	return going;
}

static enum status print_rows(const struct options *options, int fd, rows_fn *rows, struct err *err)
{
	struct table_printer *printer = NULL;
	struct both both;
	enum status status = both_open(&both, options, true, err);
	if (status == US_OK)
		status = table_printer_open(
		    &printer, (enum table_format)option_int(options, OPTION_FORMAT), fd, 0, err);
	if (status == US_OK) {
		rows(printer, &both); /* where it stops, closing says why */
		status = table_printer_close(printer, err);
	}
	both_close(&both);
	return status;
}

/* ---- the actions */

struct action_args {
	const struct options *options;
	const char *argument; /* or NULL */
	int fd;
};

static enum status action_stat(const struct action_args *args, struct err *err)
{
	return print_rows(args->options, args->fd, stat_rows, err);
}

static enum status action_readers(const struct action_args *args, struct err *err)
{
	return print_rows(args->options, args->fd, reader_rows, err);
}

static enum status action_export(const struct action_args *args, struct err *err)
{
	return log_export(args->options, args->fd, err);
}

static bool has_reader(const struct log_stat *stat, const char *name)
{
	for (size_t i = 0; i < stat->reader_count; i++)
		if (strcmp(stat->readers[i].name, name) == 0)
			return true;
	return false;
}

static enum status action_drop(const struct action_args *args, struct err *err)
{
	struct both both;
	if (!args->argument)
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "which reader? userstream log drop NAME; userstream log readers lists "
		    "them");
	enum status status = both_open(&both, args->options, false, err);
	bool dropped = false;
	for (int i = 0; status == US_OK && i < STREAMS; i++) {
		if (!has_reader(&both.stats[i], args->argument))
			continue;
		status = both.logs[i]->ops->drop_reader(both.logs[i], args->argument, err);
		dropped = true;
	}
	if (status == US_OK && !dropped)
		status = err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "the log %s has no reader \"%s\": userstream log readers lists them",
		    option_text(args->options, OPTION_LOG), args->argument);
	both_close(&both);
	return status;
}

static enum status action_trim(const struct action_args *args, struct err *err)
{
	return log_trim(args->options, args->argument, args->fd, err);
}

static const struct action {
	const char *name;
	bool takes_argument;
	enum status (*run)(const struct action_args *args, struct err *err);
} actions[] = {
	{ "stat", false, action_stat }, { "readers", false, action_readers },
	{ "drop", true, action_drop },  { "export", false, action_export },
	{ "trim", true, action_trim },
};
#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

/* NULL, and what is wrong. */
static const struct action *find_action(int arg_count, char **args, struct err *err)
{
	const char *names[ACTION_COUNT];
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		names[i] = actions[i].name;
		if (arg_count == 0 || strcmp(args[0], names[i]) != 0)
			continue;
		if (arg_count <= 1 + actions[i].takes_argument)
			return &actions[i];
		err_set(err, US_REJECT, EXIT_BAD_USAGE, "userstream log %s: \"%s\" is too much",
			names[i], args[1 + actions[i].takes_argument]);
		return NULL;
	}
	if (arg_count == 0) {
		err_set(err, US_REJECT, EXIT_BAD_USAGE,
			"say what to do: userstream log stat, readers, drop NAME, export or trim "
			"WHERE");
		return NULL;
	}
	const char *near = suggest(span_of(args[0]), names, ACTION_COUNT);
	err_set(
	    err, US_REJECT, EXIT_BAD_USAGE,
	    "there is no userstream log %s%s%s%s; there are stat, readers, drop NAME, export, trim "
	    "WHERE",
	    args[0], near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return NULL;
}

static int run_log(const struct options *options, int arg_count, char **args)
{
	const char *path = option_text(options, OPTION_OUTPUT);
	struct err err = ERR_INIT;
	const struct action *action = find_action(arg_count, args, &err);
	if (!action)
		return output_fail(&err);
	struct action_args action_args = { .options = options,
					   .argument = arg_count > 1 ? args[1] : NULL,
					   .fd = STDOUT_FILENO };
	if (path)
		action_args.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (action_args.fd < 0) {
		err_set(&err, US_REJECT, EXIT_IO, "cannot write to %s: %s", path, strerror(errno));
		return output_fail(&err);
	}
	enum status status = action->run(&action_args, &err);
	if (path && close(action_args.fd) != 0 && status == US_OK)
		status = err_set(&err, US_FATAL, EXIT_IO, "cannot write to %s: %s", path,
				 strerror(errno));
	return status == US_OK ? EXIT_DONE : output_fail(&err);
}

const struct command command_log = {
	.name = "log",
	.arguments = "stat | readers | drop NAME | export | trim [WHERE]",
	.summary = "Look into the log, drop readers, export and remove records",
	.details =
	    "stat shows what the log holds: the first offset that it still has, the one that the "
	    "next "
	    "record gets, the room that it takes. readers shows who reads it, how far each has "
	    "come, "
	    "and its lag.\n"
	    "\n"
	    "A reader holds back retention until it has read. One that nobody uses any more is to "
	    "be "
	    "dropped: drop NAME.\n"
	    "\n"
	    "export writes the records, a line each, from --from on and at most --limit; with "
	    "--format json each with its partition, offset, timestamp, key and headers.\n"
	    "\n"
	    "trim removes the records before a place: an offset, a time in UTC, or latest for all. "
	    "Without one it does what --retain and --retain-bytes say. It stops at the first "
	    "record "
	    "that a reader has not read (a log without readers is unread), unless --force.\n"
	    "\n"
	    "    userstream log stat --format json\n"
	    "    userstream log export --from 2026-01-31T10:00 --limit 100 > users.jsonl\n"
	    "    userstream log trim 120000\n"
	    "    userstream log trim --retain 7d\n",
	.id = COMMAND_LOG,
	.run = run_log,
};

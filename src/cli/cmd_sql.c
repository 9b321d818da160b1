/*
 * cmd_sql.c - userstream sql: a SELECT of the pipeline language over a source's records, straight
 * to the terminal. Nothing is stored. Records that are left out are told on standard error.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/feed.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/row_text.h"
#include "cli/source_choice.h"
#include "core/mem.h"
#include "core/note.h"

#define STATEMENT_MAX ((size_t)4 << 20)
/* Of a source without an end, unless --limit and --count say otherwise. */
#define ENDLESS_ROWS    20
#define ENDLESS_RECORDS 10000
#define REJECTIONS_TOLD 10

struct preview {
	struct feed feed; /* first: it is what show_piece() gets */
	const struct options *options;
	struct plan *plan;
	struct worker *worker;
	struct table_printer *printer;
	struct table_cell *cells;
	char (*scratch)[ROW_TEXT_SCRATCH]; /* by column */
	int64_t limit;                     /* rows, 0: none */
	int64_t rows, rejected;
	bool cut;  /* by a bound that nobody asked for */
	bool full; /* enough rows are shown, or the output is gone */
};

/* ---- the statement */

static enum status read_statement(struct buf *text, int arg_count, char **args,
				  const struct options *options, struct err *err)
{
	if (arg_count != 1)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "sql takes one statement, in quotes: userstream sql 'SELECT email "
			       "FROM STREAM users' --source file:users.jsonl");
	if (strcmp(args[0], "-") != 0) {
		buf_append_text(text, args[0]);
	} else if (strcmp(option_text(options, OPTION_SOURCE), "-") == 0) {
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "standard input is either the statement or the source, not both");
	} else {
		return input_read(text, "the statement", err);
	}
	return text->failed ? err_set(err, US_REJECT, EXIT_BAD_DATA,
				      "the statement is longer than %zu bytes", STATEMENT_MAX)
			    : US_OK;
}

/* Compile it; diagnostics are printed. */
static enum status compile(struct preview *preview, struct span text, struct err *err)
{
	struct err ignored = ERR_INIT;
	struct buf diagnostics;
	enum status status;

	buf_init(&diagnostics, (size_t)1 << 20);
	status = pipeline_compile(&preview->plan, preview->options, text, "statement", &diagnostics,
				  err);
	output_write(STDERR_FILENO, buf_span(&diagnostics), &ignored);
	buf_release(&diagnostics);
	if (status == US_OK && plan_table_count(preview->plan) > 1)
		status = err_set(err, US_REJECT, EXIT_BAD_USAGE,
				 "sql shows the rows of one SELECT, and here are %zu tables",
				 plan_table_count(preview->plan));
	return status;
}

static enum status open_printer(struct preview *preview, struct err *err)
{
	const struct table_def *def = plan_table(preview->plan, 0);
	const char **names = mem_calloc(def->column_count + 1, sizeof(*names));
	enum status status;

	preview->cells = mem_calloc(def->column_count + 1, sizeof(*preview->cells));
	preview->scratch = mem_calloc(def->column_count + 1, sizeof(*preview->scratch));
	preview->worker = worker_new(preview->plan);
	if (!names || !preview->cells || !preview->scratch || !preview->worker) {
		mem_free(names);
		return err_no_memory(err, "starting a preview");
	}
	status = table_printer_open(&preview->printer,
				    (enum table_format)option_int(preview->options, OPTION_FORMAT),
				    STDOUT_FILENO, 0, err);
	for (size_t i = 0; i < def->column_count; i++)
		names[i] = def->columns[i].name;
	if (status == US_OK && !table_printer_header(preview->printer, def->column_count, names))
		preview->full = true;
	mem_free(names);
	return status;
}

/* ---- records to rows */

static void tell_rejection(struct preview *preview, const struct rejection *rejection,
			   int64_t first)
{
	if (preview->rejected++ >= REJECTIONS_TOLD)
		return;
	note(NOTE_WARN, "sql", "a record is rejected",
	     NOTE_INT("record", first + rejection->record + 1),
	     NOTE_TEXT("reason", rejection->reason), NOTE_TEXT("details", rejection->text));
}

static void print_rows(struct preview *preview, const struct row_batch *rows)
{
	size_t columns = rows->table->column_count;

	for (int64_t row = 0; row < rows->row_count && !preview->full; row++) {
		for (size_t i = 0; i < columns; i++)
			preview->cells[i] = row_text(&rows->columns[i], row, preview->scratch[i]);
		preview->full = !table_printer_row(preview->printer, preview->cells) ||
				++preview->rows == preview->limit;
	}
}

static enum status show(struct preview *preview, const struct record *records, size_t count,
			int64_t first, struct err *err)
{
	struct transform_result result;
	enum status status = worker_transform(preview->worker, plan_stream(preview->plan), records,
					      count, &result, err);

	if (status != US_OK)
		return status;
	for (size_t i = 0; i < result.rejection_count; i++)
		tell_rejection(preview, &result.rejections[i], first);
	print_rows(preview, &result.tables[0].rows);
	return US_OK;
}

static enum status show_piece(struct feed *feed, const struct record *records, size_t count,
			      struct err *err)
{
	struct preview *preview = (struct preview *)feed;
	enum status status = show(preview, records, count, feed->records, err);

	feed->enough = preview->full;
	return status;
}

/* A SELECT without FROM: one row, of no record. */
static enum status show_constant(struct preview *preview, struct err *err)
{
	static const char empty[RECORD_PADDING + 2] = "{}";
	struct record record = { .value = { .data = empty, .len = 2 } };

	return show(preview, &record, 1, 0, err);
}

/* ---- the source */

static bool is_endless(const char *uri)
{
	return strncmp(uri, "file:", 5) != 0 && strcmp(uri, "-") != 0;
}

/* Only so much of a source without an end. */
static void bound(struct preview *preview, struct source_config *config)
{
	const struct options *options = preview->options;

	preview->limit = option_int(options, OPTION_LIMIT);
	preview->feed.max_records = option_int(options, OPTION_COUNT_USERS);
	if (!option_given(options, OPTION_KEY))
		config->key = ""; /* any record will do */
	if (!is_endless(config->uri))
		return;
	if (!option_given(options, OPTION_LIMIT) && !preview->feed.max_records) {
		preview->limit = ENDLESS_ROWS;
		preview->cut = true;
	}
	if (!preview->feed.max_records)
		preview->feed.max_records = ENDLESS_RECORDS;
	if (!option_given(options, OPTION_RESULTS) && config->results > preview->feed.max_records)
		config->results = (int)preview->feed.max_records;
}

static enum status show_source(struct preview *preview, struct err *err)
{
	struct source_choice choice;
	struct source_config config;
	enum status status = source_choose(&choice, preview->options, NULL, NULL, err);

	if (status != US_OK)
		return status;
	source_config_from_options(&config, preview->options);
	source_choice_apply(&choice, &config);
	bound(preview, &config);
	status = feed_run(&preview->feed, &config, err);
	source_choice_release(&choice);
	return status;
}

/* What the rows do not show. */
static void sum_up(const struct preview *preview)
{
	if (preview->rejected > REJECTIONS_TOLD || preview->feed.refused > 0)
		note(NOTE_WARN, "sql", "records were left out",
		     NOTE_INT("records", preview->feed.records + preview->feed.refused),
		     NOTE_INT("rejected", preview->rejected),
		     NOTE_INT("refused_by_the_source", preview->feed.refused));
	if (preview->cut && preview->rows == preview->limit)
		note(NOTE_WARN, "sql",
		     "the source has no end: more rows with --limit N or --count N",
		     NOTE_INT("rows", preview->rows));
}

/* ---- the command */

static enum status preview_run(struct preview *preview, struct span text, struct err *err)
{
	struct err printing = ERR_INIT;
	enum status status = compile(preview, text, err);

	if (status == US_OK)
		status = open_printer(preview, err);
	if (status == US_OK)
		status = *plan_stream(preview->plan) ? show_source(preview, err)
						     : show_constant(preview, err);
	if (table_printer_close(preview->printer, &printing) != US_OK && status == US_OK) {
		*err = printing;
		status = US_FATAL;
	}
	sum_up(preview);
	worker_free(preview->worker);
	plan_free(preview->plan);
	mem_free(preview->cells);
	mem_free(preview->scratch);
	return status;
}

static int run(const struct options *options, int arg_count, char **args)
{
	struct preview preview = { .feed.take = show_piece, .options = options };
	struct err err = ERR_INIT;
	struct buf text;
	enum status status;

	if (!option_given(options, OPTION_LOG_LEVEL))
		note_set_level(NOTE_WARN); /* the rows are what was asked for */
	buf_init(&text, STATEMENT_MAX);
	status = read_statement(&text, arg_count, args, options, &err);
	if (status == US_OK)
		status = preview_run(&preview, buf_span(&text), &err);
	buf_release(&text);
	return status == US_OK ? EXIT_DONE : output_fail(&err);
}

const struct command command_sql = {
	.name = "sql",
	.arguments = "'SELECT ...' | -",
	.summary = "Try a SELECT of the pipeline language over a source's records",
	.details =
	    "Runs one SELECT over the records of --source and prints its rows; nothing is stored. "
	    "The columns have the types of the expressions, so no table has to be declared. "
	    "FROM STREAM takes any name here; without FROM the SELECT gives one row. '-' reads the "
	    "statement from standard input. A CREATE STREAMING TABLE statement is taken too: its "
	    "rows are shown, and its constraints hold.\n"
	    "\n"
	    "Records that are rejected are told on standard error, with the reason. Of a source "
	    "that has no end, 20 rows are shown (--limit), of at most 10000 records (--count).\n"
	    "\n"
	    "    userstream sql 'SELECT email, upper(nat) AS nat FROM STREAM users' --source "
	    "file:users.jsonl\n"
	    "    userstream sql \"SELECT name.first FROM STREAM users WHERE nat = 'GB'\" -s "
	    "simulator: --limit 5\n"
	    "    zcat users.jsonl.gz | userstream sql 'SELECT dob.age FROM STREAM u' -s - -f json\n"
	    "    userstream sql \"SELECT to_timestamp('2016-03-25T07:13:10.667Z') AS t\"",
	.id = COMMAND_SQL,
	.run = run,
};

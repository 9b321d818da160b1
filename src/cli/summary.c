/*
 * summary.c - see summary.h.
 */
#include "cli/summary.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/stream.h"
#include "core/buf.h"
#include "core/human.h"
#include "core/note.h"
#include "core/table_print.h"
#include "log/log.h"
#include "sink/sink.h"

#define SUMMARY_MAX ((size_t)1 << 20)
#define ROWS        5
#define COLUMNS     8
#define PLAIN_WIDTH 120 /* of the rows' table, where no terminal says how wide it is */
#define LABEL       "  %-25s "

static void append_line(struct buf *out, const char *label, int64_t count)
{
	buf_printf(out, LABEL, label);
	human_count(out, count);
	buf_append_char(out, '\n');
}

static void append_line_with_rate(struct buf *out, const char *label, int64_t count,
				  int64_t elapsed_us)
{
	buf_printf(out, LABEL, label);
	human_count(out, count);
	buf_append_text(out, "  (");
	human_rate(out, count, elapsed_us);
	buf_append_text(out, ")\n");
}

static void append_reasons(struct buf *out, const struct reason_count *reasons, const char *what)
{
	char label[sizeof(reasons->name) + 32];

	for (size_t i = 0; i < STATUS_REASONS && reasons[i].name[0]; i++) {
		snprintf(label, sizeof(label), "  %s%s", what, reasons[i].name);
		append_line(out, label, reasons[i].count);
	}
}

static void append_ingest(struct buf *out, const struct summary *summary)
{
	const struct status_report *report = summary->report;

	append_line_with_rate(out, "fetched", report->fetched, summary->elapsed_us);
	append_line(out, "appended to the log", report->appended);
	if (report->refetched)
		append_line(out, "fetched again", report->refetched);
	if (report->source_filtered)
		append_line(out, "left out on purpose", report->source_filtered);
	if (report->refused)
		append_line(out, "refused (unreadable)", report->refused);
	append_reasons(out, report->source_errors, "source error ");
}

static void append_process(struct buf *out, const struct summary *summary)
{
	const struct status_report *report = summary->report;

	if (!summary->ingest)
		append_line(out, "read from the log", report->read);
	append_line_with_rate(out, "stored", report->stored, summary->elapsed_us);
	if (report->filtered)
		append_line(out, "filtered by WHERE", report->filtered);
	append_line(out, "rejected", report->rejected);
	append_reasons(out, report->rejected_by, "");
	if (report->violations[0].name[0]) {
		buf_append_text(out, "  violations\n");
		append_reasons(out, report->violations, "");
	}
	if (report->lost)
		append_line(out, "lost (gaps of the log)", report->lost);
	if (report->lag > 0)
		append_line(out, "not processed yet", report->lag);
	if (report->latency && report->stored && histogram_max(report->latency)) {
		buf_printf(out, LABEL, "fetched -> stored");
		buf_append_text(out, "p50 ");
		human_duration_us(out, (int64_t)histogram_quantile(report->latency, 0.5));
		buf_append_text(out, ", p99 ");
		human_duration_us(out, (int64_t)histogram_quantile(report->latency, 0.99));
		buf_append_text(out, ", max ");
		human_duration_us(out, (int64_t)histogram_max(report->latency));
		buf_append_char(out, '\n');
	}
}

/* ---- five rows ---------------------------------------------------------------------------- */

static bool is_key(const struct table_def *table, size_t column)
{
	for (size_t i = 0; i < table->key_count; i++)
		if (table->key[i] == column)
			return true;
	return false;
}

/* The first columns that are no key: keys are long and say little. */
static void append_query(struct buf *out, const struct table_def *table)
{
	size_t taken = 0;

	buf_append_text(out, "SELECT ");
	for (size_t i = 0; i < table->column_count && taken < COLUMNS; i++) {
		if (is_key(table, i) && table->column_count > table->key_count)
			continue;
		buf_printf(out, "%s\"%s\"", taken ? ", " : "", table->columns[i].name);
		taken++;
	}
	buf_printf(out, " FROM \"%s\" LIMIT %d", table->name, ROWS);
}

static bool print_row(void *user, size_t columns, const char *const *names,
		      const struct sink_cell *row)
{
	static const enum table_cell_kind kinds[] = {
		[CELL_NULL] = TABLE_NULL,       [CELL_TEXT] = TABLE_TEXT,
		[CELL_INTEGER] = TABLE_INTEGER, [CELL_REAL] = TABLE_REAL,
		[CELL_BOOLEAN] = TABLE_BOOLEAN, [CELL_BLOB] = TABLE_BLOB
	};
	struct table_cell cells[COLUMNS];

	if (!row)
		return table_printer_header(user, columns, names);
	for (size_t i = 0; i < columns && i < COLUMNS; i++)
		cells[i] = (struct table_cell){ .kind = kinds[row[i].kind], .text = row[i].text };
	return table_printer_row(user, cells);
}

static void print_rows(const struct summary *summary)
{
	struct sink_config config;
	const struct table_def *table = plan_table(summary->plan, 0);
	struct table_printer *printer = NULL;
	struct sink *sink = NULL;
	struct err err = ERR_INIT;
	struct buf text;
	enum status status;

	sink_config_from_options(&config, summary->options);
	config.read_only = true;
	buf_init(&text, SUMMARY_MAX);
	append_query(&text, table);
	status = text.failed ? err_no_memory(&err, "showing rows")
			     : sink_open(&sink, &config, &err);
	if (status == US_OK)
		status = table_printer_open(&printer, TABLE_ALIGNED, STDOUT_FILENO,
					    isatty(STDOUT_FILENO) ? 0 : PLAIN_WIDTH, &err);
	if (status == US_OK && sink)
		status = sink->ops->query(sink, text.data, print_row, printer, &err);
	if (printer) {
		struct err printing = ERR_INIT;

		if (table_printer_close(printer, &printing) != US_OK && status == US_OK) {
			status = US_FATAL;
			err = printing;
		}
	}
	sink_close(sink);
	if (status != US_OK)
		note(NOTE_WARN, "cli", "cannot show rows of the table",
		     NOTE_TEXT("reason", err.text));
	buf_release(&text);
}

/* ---- what next ---------------------------------------------------------------------------- */

/* " --log URI" where it is not the default and would have to be said again. */
static void append_place(struct buf *out, const struct summary *summary, enum option_id id)
{
	const char *quote;
	struct buf uri;

	if (!option_is_flag(summary->options, id))
		return;
	buf_printf(out, " --%s ", option_table[id].flag);
	buf_init(&uri, 4096);
	option_append_uri(&uri, option_text(summary->options, id));
	/* what a shell would take for its own */
	quote = strpbrk(buf_text(&uri), "?&;*# $()<>|") ? "'" : "";
	buf_printf(out, "%s%s%s", quote, buf_text(&uri), quote);
	buf_release(&uri);
}

/* What was kept in memory ends with the process, or nothing was kept: there is nothing to look at.
 */
static bool is_gone(const struct summary *summary)
{
	if (summary->process)
		return !sink_uri_keeps(option_text(summary->options, OPTION_SINK));
	return !log_uri_keeps(option_text(summary->options, OPTION_LOG));
}

/* A column worth counting by, NULL: none is known, or the sink's language has no such query. */
static const char *column_to_group(const struct summary *summary, const struct table_def *table)
{
	if (strncmp(option_text(summary->options, OPTION_SINK), "cassandra:", 10) == 0)
		return NULL;
	for (size_t i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, "country") == 0)
			return "country";
	return NULL;
}

static void append_next(struct buf *out, const struct summary *summary)
{
	const char *program = output_program_name();

	buf_append_text(out, "\nTry next:\n");
	if (!summary->process) {
		buf_printf(out, "  %s log stat", program);
		append_place(out, summary, OPTION_LOG);
		buf_printf(out, "\n  %s process --until-caught-up", program);
		append_place(out, summary, OPTION_LOG);
		buf_append_char(out, '\n');
		return;
	}
	const struct table_def *table = plan_table(summary->plan, 0);
	const char *group = column_to_group(summary, table);

	if (group)
		buf_printf(out,
			   "  %s query 'SELECT %s, count(*) AS users FROM %s GROUP BY 1 ORDER BY 2 "
			   "DESC LIMIT 10'",
			   program, group, table->name);
	else
		buf_printf(out, "  %s query 'SELECT count(*) FROM %s'", program, table->name);
	append_place(out, summary, OPTION_SINK);
	if (summary->report->rejected) {
		buf_printf(out, "\n  %s dlq list", program);
		append_place(out, summary, OPTION_LOG);
		append_place(out, summary, OPTION_SINK);
		append_place(out, summary, OPTION_PIPELINE);
	}
	buf_printf(out, "\n  %s verify", program);
	append_place(out, summary, OPTION_LOG);
	append_place(out, summary, OPTION_SINK);
	append_place(out, summary, OPTION_PIPELINE);
	buf_append_char(out, '\n');
}

static void append_head(struct buf *out, const struct summary *summary)
{
	const char *log = option_text(summary->options, OPTION_LOG);

	buf_printf(out, "\nuserstream %s, ", summary->command);
	human_duration_us(out, summary->elapsed_us);
	buf_append_text(out, ": ");
	if (summary->source) {
		option_append_uri(out, summary->source);
		buf_append_text(out, " -> ");
	}
	option_append_uri(out, log);
	if (summary->process) {
		buf_append_text(out, " -> ");
		option_append_uri(out, option_text(summary->options, OPTION_SINK));
	}
	buf_append_text(out, "\n\n");
}

int summary_print(const struct summary *summary)
{
	struct buf out;
	int exit_code;

	buf_init(&out, SUMMARY_MAX);
	append_head(&out, summary);
	if (summary->ingest)
		append_ingest(&out, summary);
	if (summary->process)
		append_process(&out, summary);
	if (summary->process && !is_gone(summary))
		buf_append_char(&out, '\n');
	exit_code = output_print(&out);
	if (exit_code == EXIT_DONE && !is_gone(summary)) {
		if (summary->process)
			print_rows(summary);
		buf_reset(&out);
		append_next(&out, summary);
		exit_code = output_print(&out);
	}
	buf_release(&out);
	return exit_code;
}

bool summary_nothing_came(const struct status_report *report, struct err *err)
{
	const struct reason_count *worst = NULL;

	if (report->refused > 0 && report->refused == report->fetched) {
		err_set(err, US_REJECT, EXIT_BAD_DATA,
			"all of the %" PRId64 " fetched were refused: none is a JSON object "
			"with the key (--key) that the log takes; the notes above say more",
			report->refused);
		return true;
	}
	if (report->fetched > 0 || report->refused > 0)
		return false;
	for (size_t i = 0; i < STATUS_REASONS && report->source_errors[i].name[0]; i++) {
		const struct reason_count *reason = &report->source_errors[i];

		if (!worst || reason->count > worst->count)
			worst = reason;
	}
	if (!worst)
		return false;
	err_set(err, US_RETRY, EXIT_UNREACHABLE,
		"the source gave nothing: %" PRId64 " of its errors were %s%s%s; "
		"userstream check looks closer",
		worst->count, worst->name, report->ingest.reason[0] ? ", the last one: " : "",
		report->ingest.reason);
	return true;
}

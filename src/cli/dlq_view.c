/*
 * dlq_view.c - see dlq_view.h.
 */
#include "cli/dlq_view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "core/clock.h"
#include "core/table_print.h"
#include "pipeline/totals.h"

#define LIST_DEFAULT 20
#define LIST_COLUMNS 7
#define OUTPUT_MAX   ((size_t)64 << 20)

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

static int more_frequent(const void *a, const void *b)
{
	const struct count_entry *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

/* How many, and for which reason; the longest bar stands for the most frequent one. */
static void append_histogram(struct buf *out, const struct count_list *reasons, int64_t count)
{
	static const char bar[] = "########################################";

	buf_printf(out, "%" PRId64 " dead letter%s\n", count, count == 1 ? "" : "s");
	for (size_t i = 0; i < reasons->count; i++) {
		const struct count_entry *entry = &reasons->items[i];
		int width = (int)(1 + entry->count * (int64_t)(sizeof(bar) - 2) /
					  reasons->items[0].count);

		buf_printf(out, "%10" PRId64 "  %-30s %.*s\n", entry->count, entry->name, width,
			   bar);
	}
}

/* None has the reason that was asked for, but others are there. */
static void append_other_reasons(struct buf *out, const struct count_list *reasons,
				 const char *reason)
{
	buf_printf(out, "no dead letter has the reason %s; there are\n", reason);
	for (size_t i = 0; i < reasons->count; i++)
		buf_printf(out, "%10" PRId64 "  %s\n", reasons->items[i].count,
			   reasons->items[i].name);
}

/* What stands above the table; listing->count becomes the number of letters asked for. */
static int print_head(struct listing *listing, const char *reason)
{
	struct count_list *reasons = &listing->reasons;
	struct buf out;
	int exit_code;

	buf_init(&out, OUTPUT_MAX);
	if (reason && listing->count == 0 && reasons->count)
		append_other_reasons(&out, reasons, reason);
	else if (reason)
		buf_printf(&out, "%" PRId64 " dead letter%s with the reason %s\n", listing->count,
			   listing->count == 1 ? "" : "s", reason);
	else
		append_histogram(&out, reasons, listing->count);
	if (listing->count)
		buf_append_char(&out, '\n');
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code;
}

static int print_rest(const struct listing *listing)
{
	struct buf out;
	int exit_code;

	if (listing->shown >= listing->count)
		return EXIT_DONE;
	buf_init(&out, 256);
	buf_printf(&out, "the first %" PRId64 " of %" PRId64 "; --limit 0 shows all\n",
		   listing->shown, listing->count);
	exit_code = output_print(&out);
	buf_release(&out);
	return exit_code;
}

static enum status print_letters(struct listing *listing, struct dead_view *view,
				 enum table_format format, const char *reason, struct err *err)
{
	static const char *const names[LIST_COLUMNS] = { "record",   "table", "reason", "attempts",
							 "rejected", "key",   "text" };
	struct err printing = ERR_INIT;
	enum status status = table_printer_open(&listing->printer, format, STDOUT_FILENO, 0, err);

	if (status == US_OK && table_printer_header(listing->printer, LIST_COLUMNS, names))
		status = dead_view_each(view, reason, list_letter, listing, err);
	if (table_printer_close(listing->printer, &printing) != US_OK && status == US_OK) {
		*err = printing;
		status = US_FATAL;
	}
	return status;
}

int dlq_list(const struct options *options, struct dead_view *view)
{
	enum table_format format = (enum table_format)option_int(options, OPTION_FORMAT);
	bool for_people = format == TABLE_ALIGNED;
	const char *reason = option_text(options, OPTION_REASON);
	struct listing listing = { .limit = option_int(options, OPTION_LIMIT) };
	struct err err = ERR_INIT;
	enum status status;
	int exit_code = EXIT_DONE;

	if (for_people && !option_given(options, OPTION_LIMIT))
		listing.limit = LIST_DEFAULT;
	status = dead_view_each(view, NULL, count_reason, &listing, &err);
	if (listing.reasons.count)
		qsort(listing.reasons.items, listing.reasons.count, sizeof(*listing.reasons.items),
		      more_frequent);
	if (reason)
		listing.count = count_list_get(&listing.reasons, reason, NULL);
	if (status == US_OK && for_people)
		exit_code = print_head(&listing, reason);
	if (status == US_OK && exit_code == EXIT_DONE && (listing.count || !for_people))
		status = print_letters(&listing, view, format, reason, &err);
	if (status == US_OK && exit_code == EXIT_DONE && for_people)
		exit_code = print_rest(&listing);
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

int dlq_show(struct dead_view *view, const char *origin)
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

/*
 * table_print.c - rows are printed at once as JSON and CSV; for an aligned table they are kept,
 * ready to print, until 1000 have come or the end.
 */
#include "core/table_print.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/mem.h"
#include "core/width.h"

#define CHUNK_ROWS  1000
#define CHUNK_BYTES ((size_t)32 << 20)
#define LINE_BYTES  ((size_t)64 << 20)
#define FLUSH_BYTES ((size_t)64 << 10)
#define GAP         2 /* cells between columns */
#define NARROWEST   6 /* no column is cut below that; narrower lines become blocks */
#define UNBOUNDED   SIZE_MAX
#define ELLIPSIS    "\xe2\x80\xa6"

struct shown_row {
	struct span *cells;
	struct shown_row *next;
};

struct column_layout {
	char *name;
	size_t natural; /* the widest cell so far */
	size_t width;   /* what it gets */
	bool numeric;   /* no cell so far was a text */
};

struct table_printer {
	enum table_format format;
	int fd;
	size_t line_width;
	size_t column_count;
	struct column_layout *columns;
	struct arena arena; /* the rows of the chunk */
	struct shown_row *first, **last;
	size_t chunk_rows;
	uint64_t rows;
	bool printed_head;
	struct buf out;
	bool no_memory;
	int write_error; /* errno */
};

static size_t width_of(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return UNBOUNDED;
	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

enum status table_printer_open(struct table_printer **out, enum table_format format, int fd,
			       size_t width, struct err *err)
{
	struct table_printer *printer = mem_calloc(1, sizeof(*printer));

	if (!printer)
		return err_no_memory(err, "printing a table");
	printer->format = format;
	printer->fd = fd;
	printer->line_width = width ? width : width_of(fd);
	printer->last = &printer->first;
	arena_init(&printer->arena, 16384, CHUNK_BYTES);
	buf_init(&printer->out, LINE_BYTES);
	*out = printer;
	return US_OK;
}

static void write_out(struct table_printer *printer)
{
	const char *data = buf_text(&printer->out);
	size_t left = printer->out.len;

	while (left > 0 && !printer->write_error) {
		ssize_t written = write(printer->fd, data, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			printer->write_error = errno;
			break;
		}
		data += written;
		left -= (size_t)written;
	}
	printer->no_memory = printer->no_memory || printer->out.failed;
	buf_reset(&printer->out);
}

static bool go_on(struct table_printer *printer)
{
	if (printer->out.len >= FLUSH_BYTES || printer->out.failed)
		write_out(printer);
	return !printer->no_memory && !printer->write_error;
}

bool table_printer_header(struct table_printer *printer, size_t columns, const char *const *names)
{
	printer->columns = mem_calloc(columns, sizeof(*printer->columns));
	if (!printer->columns) {
		printer->no_memory = true;
		return false;
	}
	printer->column_count = columns;
	for (size_t i = 0; i < columns; i++) {
		struct column_layout *column = &printer->columns[i];

		column->name = mem_strdup(names[i]);
		if (!column->name) {
			printer->no_memory = true;
			return false;
		}
		column->numeric = true;
		column->natural = text_width(span_of(names[i]));
	}
	return true;
}

static bool is_true(struct span text)
{
	return text.len > 0 && (text.data[0] == 't' || text.data[0] == '1');
}

static void append_hex(struct buf *out, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		buf_append_char(out, digits[(unsigned char)bytes.data[i] >> 4]);
		buf_append_char(out, digits[(unsigned char)bytes.data[i] & 15]);
	}
}

/* ---- JSON and CSV ------------------------------------------------------------------------- */

/* SQL's Infinity and NaN are no JSON numbers. */
static bool is_json_number(struct span text)
{
	return text.len > 0 && ((text.data[0] >= '0' && text.data[0] <= '9') ||
				(text.len > 1 && text.data[0] == '-' && text.data[1] >= '0' &&
				 text.data[1] <= '9'));
}

static void append_json_cell(struct buf *out, const struct table_cell *cell)
{
	switch (cell->kind) {
	case TABLE_NULL:
		buf_append_text(out, "null");
		break;
	case TABLE_TEXT:
		buf_append_json(out, cell->text);
		break;
	case TABLE_INTEGER:
	case TABLE_REAL:
		if (is_json_number(cell->text))
			buf_append_span(out, cell->text);
		else
			buf_append_json(out, cell->text);
		break;
	case TABLE_BOOLEAN:
		buf_append_text(out, is_true(cell->text) ? "true" : "false");
		break;
	case TABLE_BLOB:
		buf_append_char(out, '"');
		append_hex(out, cell->text);
		buf_append_char(out, '"');
		break;
	}
}

static void print_json(struct table_printer *printer, const struct table_cell *cells)
{
	struct buf *out = &printer->out;

	for (size_t i = 0; i < printer->column_count; i++) {
		buf_append_text(out, i ? "," : "{");
		buf_append_json(out, span_of(printer->columns[i].name));
		buf_append_char(out, ':');
		append_json_cell(out, &cells[i]);
	}
	buf_append_text(out, printer->column_count ? "}\n" : "{}\n");
}

static void append_csv_text(struct buf *out, struct span text)
{
	bool quoted = text.len == 0;

	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = text.data[i] == ',' || text.data[i] == '"' || text.data[i] == '\n' ||
			 text.data[i] == '\r';
	if (!quoted) {
		buf_append_span(out, text);
		return;
	}
	buf_append_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buf_append_char(out, '"');
		buf_append_char(out, text.data[i]);
	}
	buf_append_char(out, '"');
}

static void print_csv(struct table_printer *printer, const struct table_cell *cells)
{
	struct buf *out = &printer->out;

	for (size_t i = 0; i < printer->column_count; i++) {
		if (i)
			buf_append_char(out, ',');
		if (cells[i].kind == TABLE_BLOB)
			append_hex(out, cells[i].text);
		else if (cells[i].kind == TABLE_BOOLEAN)
			buf_append_text(out, is_true(cells[i].text) ? "true" : "false");
		else if (cells[i].kind != TABLE_NULL)
			append_csv_text(out, cells[i].text);
	}
	buf_append_text(out, "\r\n");
}

static void print_csv_header(struct table_printer *printer)
{
	for (size_t i = 0; i < printer->column_count; i++) {
		if (i)
			buf_append_char(&printer->out, ',');
		append_csv_text(&printer->out, span_of(printer->columns[i].name));
	}
	buf_append_text(&printer->out, "\r\n");
	printer->printed_head = true;
}

/* ---- aligned ------------------------------------------------------------------------------ */

/* A value as a terminal may see it: what would move the cursor or the reading direction is
 * escaped. */
static void append_visible(struct buf *out, struct span text)
{
	size_t start = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		size_t len = 1;

		if (c == 0xc2 && i + 1 < text.len && (unsigned char)text.data[i + 1] < 0xa0)
			len = 2; /* C1 controls */
		else if (c >= 0x20 && c != 0x7f)
			continue;
		buf_append(out, text.data + start, i - start);
		if (c == '\n')
			buf_append_text(out, "\\n");
		else if (c == '\t')
			buf_append_text(out, "\\t");
		else if (c == '\r')
			buf_append_text(out, "\\r");
		else
			buf_printf(out, "\\x%02x", (unsigned char)text.data[i + len - 1]);
		i += len - 1;
		start = i + 1;
	}
	buf_append(out, text.data + start, text.len - start);
}

/* A cell as it is shown, in the arena. data NULL: out of memory. */
static struct span shown(struct table_printer *printer, const struct table_cell *cell)
{
	struct span text = SPAN_LITERAL("NULL");
	struct buf buf;
	char *copy;

	buf_init(&buf, LINE_BYTES);
	switch (cell->kind) {
	case TABLE_NULL:
		break;
	case TABLE_BOOLEAN:
		text = is_true(cell->text) ? SPAN_LITERAL("true") : SPAN_LITERAL("false");
		break;
	case TABLE_BLOB:
		append_hex(&buf, cell->text);
		text = buf_span(&buf);
		break;
	case TABLE_TEXT:
	case TABLE_INTEGER:
	case TABLE_REAL:
		append_visible(&buf, cell->text);
		text = buf_span(&buf);
		break;
	}
	copy = buf.failed ? NULL : arena_strndup(&printer->arena, text.data, text.len);
	buf_release(&buf);
	return (struct span){ .data = copy, .len = text.len };
}

/* Share the line among the columns: the widest ones give way until all fit. False: they do not. */
static bool lay_out(struct table_printer *printer)
{
	size_t n = printer->column_count, total = n ? GAP * (n - 1) : 0, widest;

	for (size_t i = 0; i < n; i++) {
		printer->columns[i].width = printer->columns[i].natural;
		total += printer->columns[i].width;
	}
	while (total > printer->line_width) {
		widest = 0;
		for (size_t i = 1; i < n; i++)
			if (printer->columns[i].width > printer->columns[widest].width)
				widest = i;
		if (printer->columns[widest].width <= NARROWEST)
			return false;
		printer->columns[widest].width--;
		total--;
	}
	return true;
}

static void append_blanks(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_append_char(out, ' ');
}

/* A text in `width` cells: cut with "…" where it is longer. `pad`: blanks up to the width. */
static void append_fitted(struct buf *out, struct span text, size_t width, bool right, bool pad)
{
	size_t natural = text_width(text), blanks;

	if (natural > width) {
		text.len = text_fit(text, width - 1);
		blanks = width - 1 - text_width(text);
		buf_append_span(out, text);
		buf_append_text(out, ELLIPSIS);
	} else {
		blanks = width - natural;
		if (right)
			append_blanks(out, blanks);
		buf_append_span(out, text);
		if (right)
			blanks = 0;
	}
	if (pad)
		append_blanks(out, blanks);
}

static void print_head(struct table_printer *printer)
{
	struct buf *out = &printer->out;
	size_t n = printer->column_count;

	for (size_t i = 0; i < n; i++) {
		append_fitted(out, span_of(printer->columns[i].name), printer->columns[i].width,
			      printer->columns[i].numeric, i + 1 < n);
		append_blanks(out, i + 1 < n ? GAP : 0);
	}
	buf_append_char(out, '\n');
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < printer->columns[i].width; k++)
			buf_append_char(out, '-');
		append_blanks(out, i + 1 < n ? GAP : 0);
	}
	buf_append_char(out, '\n');
}

static void print_line(struct table_printer *printer, const struct shown_row *row)
{
	size_t n = printer->column_count;

	for (size_t i = 0; i < n; i++) {
		append_fitted(&printer->out, row->cells[i], printer->columns[i].width,
			      printer->columns[i].numeric, i + 1 < n);
		append_blanks(&printer->out, i + 1 < n ? GAP : 0);
	}
	buf_append_char(&printer->out, '\n');
}

/* One row as lines of "name  value". */
static void print_block(struct table_printer *printer, const struct shown_row *row, uint64_t number)
{
	size_t widest = 0, room;

	for (size_t i = 0; i < printer->column_count; i++) {
		size_t width = text_width(span_of(printer->columns[i].name));

		if (width > widest)
			widest = width;
	}
	room = printer->line_width > widest + GAP + NARROWEST ? printer->line_width - widest - GAP
							      : NARROWEST;
	buf_printf(&printer->out, "-- row %llu\n", (unsigned long long)number);
	for (size_t i = 0; i < printer->column_count; i++) {
		append_fitted(&printer->out, span_of(printer->columns[i].name), widest, false,
			      true);
		append_blanks(&printer->out, GAP);
		append_fitted(&printer->out, row->cells[i], room, false, false);
		buf_append_char(&printer->out, '\n');
	}
}

/* Print the rows that were kept. */
static void print_chunk(struct table_printer *printer)
{
	bool fits = lay_out(printer);
	uint64_t number = printer->rows - printer->chunk_rows;

	if (fits && !printer->printed_head)
		print_head(printer);
	printer->printed_head = true;
	for (const struct shown_row *row = printer->first; row && go_on(printer); row = row->next) {
		if (fits)
			print_line(printer, row);
		else
			print_block(printer, row, ++number);
	}
	arena_reset(&printer->arena);
	printer->first = NULL;
	printer->last = &printer->first;
	printer->chunk_rows = 0;
}

/* Keep a row for the chunk. False: no room in the arena. */
static bool keep_row(struct table_printer *printer, const struct table_cell *cells)
{
	struct shown_row *row = arena_calloc(&printer->arena, 1, sizeof(*row));

	if (!row)
		return false;
	row->cells = arena_calloc(&printer->arena, printer->column_count, sizeof(*row->cells));
	if (!row->cells)
		return false;
	for (size_t i = 0; i < printer->column_count; i++) {
		struct column_layout *column = &printer->columns[i];
		size_t width;

		row->cells[i] = shown(printer, &cells[i]);
		if (!row->cells[i].data)
			return false;
		width = text_width(row->cells[i]);
		if (width > column->natural)
			column->natural = width;
		if (cells[i].kind != TABLE_NULL && cells[i].kind != TABLE_INTEGER &&
		    cells[i].kind != TABLE_REAL)
			column->numeric = false;
	}
	*printer->last = row;
	printer->last = &row->next;
	printer->chunk_rows++;
	printer->rows++;
	return true;
}

bool table_printer_row(struct table_printer *printer, const struct table_cell *cells)
{
	if (printer->no_memory || printer->write_error)
		return false;
	if (printer->format == TABLE_JSON) {
		print_json(printer, cells);
		return go_on(printer);
	}
	if (printer->format == TABLE_CSV) {
		if (!printer->printed_head)
			print_csv_header(printer);
		print_csv(printer, cells);
		return go_on(printer);
	}
	if (!keep_row(printer, cells)) { /* make room, then once more */
		print_chunk(printer);
		if (!keep_row(printer, cells))
			printer->no_memory = true;
	}
	if (printer->chunk_rows == CHUNK_ROWS)
		print_chunk(printer);
	return go_on(printer);
}

enum status table_printer_close(struct table_printer *printer, struct err *err)
{
	enum status status = US_OK;

	if (!printer)
		return US_OK;
	if (printer->columns && !printer->no_memory && !printer->write_error) {
		if (printer->format == TABLE_CSV && !printer->printed_head)
			print_csv_header(printer);
		if (printer->format == TABLE_ALIGNED) {
			print_chunk(printer);
			buf_printf(&printer->out, "(%llu row%s)\n",
				   (unsigned long long)printer->rows,
				   printer->rows == 1 ? "" : "s");
		}
	}
	write_out(printer);
	if (printer->no_memory)
		status = err_no_memory(err, "printing a table");
	else if (printer->write_error)
		status = err_set(err, US_FATAL, EXIT_IO, "cannot write the output: %s",
				 strerror(printer->write_error));
	for (size_t i = 0; i < printer->column_count; i++)
		mem_free(printer->columns[i].name);
	mem_free(printer->columns);
	arena_release(&printer->arena);
	buf_release(&printer->out);
	mem_free(printer);
	return status;
}

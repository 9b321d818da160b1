/*
 * document_reader.c - see document_reader.h. Places in the window are counted from what was not
 * handed out yet, for reading more moves the window. Nothing is handed out, and nothing forgotten,
 * before a piece is whole: a scan that has to wait begins anew.
 */
#include "source/document_reader.h"

#include <inttypes.h>
#include <string.h>

/* What a look at a byte may come to, beside a status. */
enum look { LOOK_BYTE, LOOK_END, LOOK_WAIT, LOOK_FAILED };

struct scan {
	struct document_reader *reader;
	bool wait;
	enum status status; /* of LOOK_FAILED */
	struct err *err;
	size_t at; /* behind what was scanned */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum look fail(struct scan *scan, const char *what)
{
	const struct line_reader *window = scan->reader->window;
	int64_t line = window->line + 1;

	for (size_t i = 0; i < scan->at && window->start + i < window->end; i++)
		line += window->data[window->start + i] == '\n';
	scan->status = err_set(scan->err, US_REJECT, EXIT_BAD_DATA,
			       "%s: line %" PRId64 ": not valid JSON: %s", scan->reader->name, line,
			       what);
	return LOOK_FAILED;
}

/* The byte at scan->at, read from the stream where need be. */
static enum look look(struct scan *scan, char *c)
{
	struct line_reader *window = scan->reader->window;

	while (window->start + scan->at >= window->end) {
		if (window->ended)
			return LOOK_END;
		if (!scan->wait && !byte_stream_is_ready(window->stream))
			return LOOK_WAIT;
		if (scan->at > window->max) {
			scan->status = err_set(
			    scan->err, US_REJECT, EXIT_BAD_DATA,
			    "%s: line %" PRId64 ": a record is longer than %zu bytes. Where the "
			    "records lie deeper in the document, say where (--records)",
			    scan->reader->name, window->line + 1, window->max);
			return LOOK_FAILED;
		}
		scan->status = line_reader_more(window, scan->err);
		if (scan->status != US_OK)
			return LOOK_FAILED;
	}
	*c = window->data[window->start + scan->at];
	return LOOK_BYTE;
}

/* Past white space, to a byte. */
static enum look skip_space(struct scan *scan, char *c)
{
	enum look seen;

	while ((seen = look(scan, c)) == LOOK_BYTE && is_space(*c))
		scan->at++;
	return seen;
}

static enum look skip_string(struct scan *scan)
{
	enum look seen;
	char c;

	for (scan->at++; (seen = look(scan, &c)) == LOOK_BYTE; scan->at++) {
		if (c == '\\')
			scan->at++;
		else if (c == '"')
			break;
	}
	if (seen == LOOK_BYTE)
		scan->at++;
	return seen;
}

/* Past `depth` closing brackets, or with 0 past one value. LOOK_END: it has no end. */
static enum look skip_value(struct scan *scan, int64_t depth)
{
	size_t begin = scan->at;
	enum look seen;
	char c;

	while ((seen = look(scan, &c)) == LOOK_BYTE) {
		if (c == '"') {
			seen = skip_string(scan);
			if (seen != LOOK_BYTE || depth == 0)
				return seen;
			continue;
		}
		if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return LOOK_BYTE; /* a number or word ended before it */
			if (--depth == 0) {
				scan->at++;
				return LOOK_BYTE;
			}
		} else if (depth == 0 && scan->at > begin && (c == ',' || is_space(c))) {
			return LOOK_BYTE;
		}
		scan->at++;
	}
	/* a number or word may end with the stream */
	return seen == LOOK_END && depth == 0 && scan->at > begin ? LOOK_BYTE : seen;
}

/* Forget what was scanned, or hand it out. */
static struct span take(struct scan *scan)
{
	struct line_reader *window = scan->reader->window;
	struct span text = { .data = window->data + window->start, .len = scan->at };

	for (const char *at = text.data;
	     (at = memchr(at, '\n', (size_t)(text.data + text.len - at))); at++)
		window->line++;
	window->start += scan->at;
	window->scanned = window->start;
	window->offset += (int64_t)scan->at;
	scan->at = 0;
	return text;
}

/*
 * From a document's { on: find the [ of the array at the path. *found: it is behind scan->at; else
 * scan->at is behind the document. Text that is no JSON is left to whoever takes the document.
 */
static enum look find_array(struct scan *scan, bool *found)
{
	const char *step = scan->reader->path;
	const struct line_reader *window = scan->reader->window;
	size_t len = strcspn(step, ".");
	int64_t depth = 1;
	enum look seen;
	char c;

	*found = false;
	if (!len)
		return skip_value(scan, 0);
	scan->at++;
	for (;;) {
		size_t key;
		bool matches;

		seen = skip_space(scan, &c);
		if (seen == LOOK_BYTE && c == ',') {
			scan->at++;
			seen = skip_space(scan, &c);
		}
		if (seen != LOOK_BYTE)
			return seen;
		if (c != '"') /* the object ends, or is no JSON */
			return skip_value(scan, depth);
		key = scan->at + 1;
		seen = skip_string(scan);
		if (seen != LOOK_BYTE)
			return seen;
		matches = scan->at - 1 - key == len &&
			  memcmp(window->data + window->start + key, step, len) == 0;
		seen = skip_space(scan, &c);
		if (seen == LOOK_BYTE && c == ':') {
			scan->at++;
			seen = skip_space(scan, &c);
		}
		if (seen != LOOK_BYTE)
			return seen;
		if (matches && c == '[' && !step[len]) {
			scan->at++;
			*found = true;
			return LOOK_BYTE;
		}
		if (matches && c == '{' && step[len]) {
			scan->at++;
			depth++;
			step += len + 1;
			len = strcspn(step, ".");
			continue;
		}
		if (c == '}' || c == ']')
			return skip_value(scan, depth);
		seen = skip_value(scan, 0);
		if (seen != LOOK_BYTE)
			return seen;
	}
}

/* Between two documents: to the first element of the next one, or past it. */
static enum look begin_document(struct scan *scan, struct document_piece *piece)
{
	struct document_reader *reader = scan->reader;
	bool found = false;
	enum look seen;
	char c;

	if (reader->window->offset == 0 && look(scan, &c) == LOOK_BYTE && c == '\xEF')
		scan->at = 3; /* a byte order mark */
	seen = skip_space(scan, &c);
	if (seen != LOOK_BYTE)
		return seen;
	take(scan);
	if (c == '[') {
		scan->at = 1;
		reader->place = DOCUMENT_IN_ARRAY;
	} else {
		seen = c == '{' ? find_array(scan, &found) : skip_value(scan, 0);
		if (seen == LOOK_END)
			return fail(scan, "the document does not end");
		if (seen != LOOK_BYTE)
			return seen;
		if (!found && scan->at == 0)
			return fail(scan, "a value must be here");
		if (!found) {
			piece->text = take(scan);
			piece->is_document = true;
			return LOOK_BYTE;
		}
		reader->place = DOCUMENT_IN_ANSWER;
	}
	take(scan);
	reader->first = true;
	return LOOK_BYTE;
}

/* Behind the array at the path: past the objects that it lies in. */
static enum look end_answer(struct scan *scan)
{
	int64_t depth = 1;
	enum look seen;

	for (const char *at = scan->reader->path; (at = strchr(at, '.')); at++)
		depth++;
	seen = skip_value(scan, depth);
	return seen == LOOK_END ? fail(scan, "the document does not end") : seen;
}

/* In an array: the next element, or its end. */
static enum look next_element(struct scan *scan, struct document_piece *piece)
{
	struct document_reader *reader = scan->reader;
	enum look seen;
	char c;

	seen = skip_space(scan, &c);
	if (seen == LOOK_BYTE && c == ']') {
		scan->at++;
		seen = reader->place == DOCUMENT_IN_ANSWER ? end_answer(scan) : LOOK_BYTE;
		if (seen == LOOK_BYTE) {
			take(scan);
			reader->place = DOCUMENT_BETWEEN;
		}
		return seen;
	}
	if (seen == LOOK_BYTE && !reader->first) {
		if (c != ',')
			return fail(scan, "a comma or the end of the array must be here");
		scan->at++;
		seen = skip_space(scan, &c);
	}
	if (seen == LOOK_BYTE) {
		size_t begin = scan->at;

		seen = skip_value(scan, 0);
		if (seen == LOOK_BYTE && scan->at == begin)
			return fail(scan, "a value must be here");
		if (seen == LOOK_BYTE) {
			piece->text = take(scan);
			piece->text.data += begin;
			piece->text.len -= begin;
			reader->first = false;
			return seen;
		}
	}
	return seen == LOOK_END ? fail(scan, "the array does not end") : seen;
}

enum status document_reader_next(struct document_reader *reader, bool wait,
				 struct document_piece *piece, struct err *err)
{
	struct scan scan = { .reader = reader, .wait = wait, .err = err };
	enum look seen = LOOK_BYTE;

	*piece = (struct document_piece){ .text = SPAN_NULL };
	while (seen == LOOK_BYTE && !piece->text.data) {
		scan.at = 0;
		seen = reader->place == DOCUMENT_BETWEEN ? begin_document(&scan, piece)
							 : next_element(&scan, piece);
	}
	piece->at_end = seen == LOOK_END;
	return seen == LOOK_FAILED ? scan.status : US_OK;
}

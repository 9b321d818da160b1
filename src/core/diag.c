/*
 * diag.c - collects diagnostics and prints them with the line they are about.
 */
#include "core/diag.h"

#include <ctype.h>
#include <stdio.h>

#include "core/width.h"

#define KEPT_MAX    100
#define MESSAGE_MAX 1024

void diag_init(struct diag_list *list, const char *file, struct span source)
{
	*list = (struct diag_list){ .file = file, .source = source };
	arena_init(&list->arena, 4096, (size_t)1 << 20);
	list->last = &list->first;
}

void diag_release(struct diag_list *list)
{
	arena_release(&list->arena);
	list->first = NULL;
	list->last = &list->first;
	list->errors = list->warnings = 0;
}

void diag_add(struct diag_list *list, enum diag_level level, size_t start, size_t len,
	      const char *hint, const char *fmt, ...)
{
	size_t *counter = level == DIAG_ERROR ? &list->errors : &list->warnings;
	char message[MESSAGE_MAX];
	struct diag *diag;
	va_list args;

	if (++*counter > KEPT_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	diag = arena_calloc(&list->arena, 1, sizeof(*diag));
	if (!diag)
		return; /* still counted: the text is refused all the same */
	diag->level = level;
	diag->start = start < list->source.len ? start : list->source.len;
	diag->len = len ? len : 1;
	diag->text = arena_strndup(&list->arena, message, strlen(message));
	if (!diag->text)
		diag->text = fmt;
	diag->hint = hint ? arena_strndup(&list->arena, hint, strlen(hint)) : NULL;
	*list->last = diag;
	list->last = &diag->next;
}

/* The line around `start`, without its newline. */
static struct span line_around(struct span source, size_t start)
{
	size_t from = start, to = start;

	while (from > 0 && source.data[from - 1] != '\n')
		from--;
	while (to < source.len && source.data[to] != '\n')
		to++;
	if (to > from && source.data[to - 1] == '\r')
		to--;
	return (struct span){ .data = source.data + from, .len = to - from };
}

void diag_position(struct span source, size_t start, size_t *line, size_t *column)
{
	struct span around;

	if (start > source.len)
		start = source.len;
	*line = 1;
	*column = 1;
	if (!source.data)
		return;
	for (size_t i = 0; i < start; i++)
		*line += source.data[i] == '\n';
	around = line_around(source, start);
	*column += text_characters((struct span){
	    .data = around.data, .len = (size_t)(source.data + start - around.data) });
}

/* The caret under the place: tabs are repeated, wide characters take two blanks. */
static void print_caret(const struct diag *diag, struct span source, struct span line,
			struct buf *out)
{
	size_t before = (size_t)(source.data + diag->start - line.data);
	size_t marked, width, start = 0;

	if (before > line.len)
		before = line.len;
	for (size_t i = 0; i <= before; i++) {
		if (i < before && line.data[i] != '\t')
			continue;
		width = text_width((struct span){ .data = line.data + start, .len = i - start });
		for (size_t k = 0; k < width; k++)
			buf_append_char(out, ' ');
		if (i < before)
			buf_append_char(out, '\t');
		start = i + 1;
	}
	marked = diag->len < line.len - before ? diag->len : line.len - before;
	width = text_width((struct span){ .data = line.data + before, .len = marked });
	buf_append_char(out, '^');
	for (size_t k = 1; k < width; k++)
		buf_append_char(out, '~');
	buf_append_char(out, '\n');
}

static void print_one(const struct diag_list *list, const struct diag *diag, struct buf *out)
{
	struct span line;
	size_t row, column;

	diag_position(list->source, diag->start, &row, &column);
	buf_printf(out, "%s:%zu:%zu: %s: %s\n", list->file, row, column,
		   diag->level == DIAG_ERROR ? "error" : "warning", diag->text);
	if (list->source.data) {
		line = line_around(list->source, diag->start);
		buf_append_text(out, "  ");
		buf_append_span(out, line);
		buf_append_text(out, "\n  ");
		print_caret(diag, list->source, line, out);
	}
	if (diag->hint)
		buf_printf(out, "  hint: %s\n", diag->hint);
}

/* The first in order of position (then of time) after the one printed last. */
static const struct diag *next_in_order(const struct diag_list *list, const struct diag *printed)
{
	const struct diag *best = NULL;
	bool after = printed == NULL;

	for (const struct diag *d = list->first; d; d = d->next) {
		if (d == printed)
			after = true;
		else if ((!printed || d->start > printed->start ||
			  (d->start == printed->start && after)) &&
			 (!best || d->start < best->start))
			best = d;
	}
	return best;
}

void diag_print(struct diag_list *list, struct buf *out)
{
	size_t kept_errors = 0;

	for (const struct diag *d = next_in_order(list, NULL); d; d = next_in_order(list, d)) {
		print_one(list, d, out);
		kept_errors += d->level == DIAG_ERROR;
	}
	if (list->errors > kept_errors)
		buf_printf(out, "%s: %zu more errors\n", list->file, list->errors - kept_errors);
}

/* ---- did you mean ------------------------------------------------------------------------- */

#define SUGGEST_MAX 63

static int lower(char c)
{
	return tolower((unsigned char)c);
}

/* Edit distance where a swap of neighbours counts one (optimal string alignment). */
static size_t distance(struct span a, struct span b)
{
	size_t rows[3][SUGGEST_MAX + 1];
	size_t *before_last = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *swap;

		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = lower(a.data[i - 1]) == lower(b.data[j - 1]);
			size_t best = last[j - 1] + !same;

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && lower(a.data[i - 1]) == lower(b.data[j - 2]) &&
			    lower(a.data[i - 2]) == lower(b.data[j - 1]) &&
			    before_last[j - 2] + 1 < best)
				best = before_last[j - 2] + 1;
			now[j] = best;
		}
		swap = before_last;
		before_last = last;
		last = now;
		now = swap;
	}
	return last[b.len];
}

const char *suggest(struct span name, const char *const *candidates, size_t count)
{
	const char *best = NULL;
	size_t best_distance = SUGGEST_MAX;

	if (name.len == 0 || name.len > SUGGEST_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct span candidate = span_of(candidates[i]);
		size_t shorter = candidate.len < name.len ? candidate.len : name.len;
		size_t near = shorter < 3 ? 1 : shorter / 3 > 3 ? 3 : shorter / 3;
		size_t d;

		if (candidate.len == 0 || candidate.len > SUGGEST_MAX)
			continue;
		d = distance(name, candidate);
		if (d <= near && d < best_distance && d < candidate.len) {
			best = candidates[i];
			best_distance = d;
		}
	}
	return best;
}

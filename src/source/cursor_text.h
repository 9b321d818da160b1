/*
 * cursor_text.h - reading the small JSON texts that sources keep as their cursors.
 */
#ifndef SOURCE_CURSOR_TEXT_H
#define SOURCE_CURSOR_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

#define CURSOR_FIELDS_MAX 16

struct cursor_text {
	struct json_paths *paths;
	struct json_reader *reader;
	char *copy; /* padded */
	struct span values[CURSOR_FIELDS_MAX];
};

/*
 * Read the top-level fields named; values[i] is that of names[i], SPAN_NULL where absent. A text
 * that is no JSON object gives SPAN_NULL for all: it is nobody's cursor. US_FATAL: out of memory,
 * nothing to release.
 */
enum status cursor_text_read(struct cursor_text *cursor, struct span text, const char *const *names,
			     size_t count, struct err *err);
void cursor_text_release(struct cursor_text *cursor);

/* A whole number from 0 to 10^18 - 1, or -1. */
int64_t cursor_text_number(struct span value);

#endif

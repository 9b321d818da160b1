/*
 * span.h - a piece of text or bytes that somebody else owns. data == NULL is SQL's NULL;
 * an empty text has data != NULL and len == 0. Not NUL-terminated.
 */
#ifndef CORE_SPAN_H
#define CORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *data;
	size_t len;
};

#define SPAN_NULL       ((struct span){ .data = NULL, .len = 0 })
#define SPAN_LITERAL(s) ((struct span){ .data = "" s, .len = sizeof(s) - 1 })

static inline struct span span_of(const char *text)
{
	struct span span = { text, text ? strlen(text) : 0 }; /* C++ includes this header too */

	return span;
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

#endif

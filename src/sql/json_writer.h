/*
 * json_writer.h - tokens written as JSON again, minified, as Jackson's generator writes them for
 * Spark's get_json_object: numbers with a fraction as Java prints a DOUBLE, control characters as
 * escapes.
 */
#ifndef SQL_JSON_WRITER_H
#define SQL_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "sql/json_tokens.h"

struct json_writer {
	char *out;
	size_t len;
	struct arena *arena; /* for numbers of many digits */
	bool comma;          /* before the next value */
	/* Characters beyond U+FFFF as two escapes: Jackson writes them so into bytes, where a path
	 * with one [*] is concerned not. */
	bool halves;
	bool failed, no_memory;
};

/* Bytes that are written at most of a text: a control character becomes \u0001, 1e6 becomes
 * 1000000.0. */
static inline size_t json_writer_room(size_t len)
{
	return 6 * len + 64;
}

static inline void json_write_char(struct json_writer *to, char c)
{
	to->out[to->len++] = c;
}
/* A comma, where one is wanted before the next value; behind that one is. */
void json_write_comma(struct json_writer *to);
/* A character as it is. Of the half of one the other is read; a half alone fails. */
void json_write_unit(struct json_writer *to, uint32_t code, const char **p, const char *end);
/* What is between the quotes of the present string; escaped anew unless raw. */
void json_write_content(struct json_writer *to, const struct json_tokens *from, bool raw);
/* The value that begins at the present token; afterwards its end is. False: malformed. */
bool json_write_value(struct json_writer *to, struct json_tokens *from);

#endif

/*
 * json_token.h - checking single tokens of JSON text: strings' escapes, numbers, words. Shared by
 * the walk and by what reads tokens after it. All ends are exclusive; nothing is read beyond them.
 */
#ifndef CORE_JSON_TOKEN_H
#define CORE_JSON_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/json_index.h"
#include "core/span.h"

static inline bool json_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/*
 * The first byte after the number at `text`, by RFC 8259's grammar, of any length and magnitude;
 * NULL when there is none. The caller looks at what follows.
 */
const char *json_number_end(const char *text, const char *end);

/*
 * Check the escapes of a string's content. Surrogates must come in pairs. NULL when all is well,
 * else the place of the bad escape.
 */
const char *json_bad_escape(const char *text, const char *end);

/* Unescape a checked string's content into out, which has room for end - text bytes. Returns the
 * length. */
size_t json_unescape(const char *text, const char *end, char *out);

/*
 * The content of the string at `token` of checked text (between its quotes), or the text of any
 * other scalar.
 */
struct span json_token_text(const struct json_index *index, const char *text, uint32_t token);

/* The byte where a text that stage 1 refused goes wrong, and what is wrong there (static text). */
const char *json_index_failure(const char *text, size_t len, size_t *at);

#endif

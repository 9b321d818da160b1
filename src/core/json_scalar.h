/*
 * json_scalar.h - checking one value that is no object or array, at a token of a text: shared by
 * the walk and by the shape (json_shape.h). Between two tokens there is only the tail of the first
 * one and white space.
 */
#ifndef CORE_JSON_SCALAR_H
#define CORE_JSON_SCALAR_H

#include <string.h>

#include "core/json_token.h"
#include "core/json_walk.h"

/* The walk of one text; the hot fields are kept together. */
struct json_cursor {
	struct json_walk *walk;
	const struct json_node *nodes;
	const char *text;
	const uint32_t *at;
	const char *backslash; /* the next one at or after the current token, or the text's end */
	const char *end;
	uint32_t token;
	uint32_t gaps; /* not 0: white space between tokens */
	bool no_memory;
	const char *fault; /* where it is wrong */
	const char *what;
};

static inline bool json_fault(struct json_cursor *c, const char *at, const char *what)
{
	c->fault = at;
	c->what = what;
	return false;
}

/* The closing quote of the string at the current token; NULL when the string is wrong. */
static inline const char *json_string_end(struct json_cursor *c)
{
	const char *start = c->text + c->at[c->token];
	const char *quote = c->text + c->at[c->token + 1] - 1;

	if (*quote != '"') {
		c->gaps = 1;
		while (quote > start && json_is_space(*quote))
			quote--;
	}
	if (quote <= start || *quote != '"') {
		json_fault(c, quote, "is not expected after a string");
		return NULL;
	}
	if (c->backslash < quote) {
		const char *bad = json_bad_escape(start + 1, quote);
		if (bad) {
			json_fault(c, bad, "is not a valid escape sequence");
			return NULL;
		}
		c->backslash = memchr(quote, '\\', (size_t)(c->end - quote));
		if (!c->backslash)
			c->backslash = c->end;
	}
	return quote;
}

/* What follows a number or word must be the next token or white space. */
static inline bool json_scalar_ends(struct json_cursor *c, const char *after)
{
	const char *next = c->text + c->at[c->token + 1];

	if (after == next)
		return true;
	c->gaps = 1;
	return json_is_space(*after) || json_fault(c, after, "is not expected after a value");
}

static inline bool json_check_word(struct json_cursor *c, const char *word, size_t len)
{
	const char *start = c->text + c->at[c->token];
	const char *next = c->text + c->at[c->token + 1];

	if ((size_t)(next - start) < len || memcmp(start, word, len) != 0)
		return json_fault(c, start, "is no value: a word is true, false or null");
	return json_scalar_ends(c, start + len);
}

static inline bool json_check_number(struct json_cursor *c)
{
	const char *start = c->text + c->at[c->token];
	const char *next = c->text + c->at[c->token + 1];
	const char *end = json_number_end(start, next);

	if (!end)
		return json_fault(c, start, "begins something that is no number by JSON's rules");
	return json_scalar_ends(c, end);
}

static inline bool json_check_scalar(struct json_cursor *c)
{
	char first = c->text[c->at[c->token]];

	switch (first) {
	case '"':
		return json_string_end(c) != NULL;
	case 't':
		return json_check_word(c, "true", 4);
	case 'f':
		return json_check_word(c, "false", 5);
	case 'n':
		return json_check_word(c, "null", 4);
	default:
		if (first == '-' || (first >= '0' && first <= '9'))
			return json_check_number(c);
		return json_fault(c, c->text + c->at[c->token],
				  "is not expected: a value must be here");
	}
}

#endif

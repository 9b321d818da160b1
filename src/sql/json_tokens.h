/*
 * json_tokens.h - the tokens of a JSON text, one after the other, as Spark's get_json_object sees
 * them: Jackson's reader with single quotes and control characters in strings allowed. It is
 * lenient where the reader of records (core/json.h) is not, and checks what it walks over.
 */
#ifndef SQL_JSON_TOKENS_H
#define SQL_JSON_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/json.h"
#include "core/span.h"

enum json_token {
	JSON_BAD, /* malformed, or its end is missing; nothing can follow */
	JSON_END, /* no more tokens */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_NAME,
	JSON_STRING,
	JSON_INTEGER,
	JSON_REAL,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL
};

struct json_tokens {
	const char *p, *end;
	enum json_token token;
	/* Of a name or string what stands between the quotes, still escaped; of a number its text.
	 */
	struct span text;
	bool escaped; /* a backslash is in the text */
	size_t depth;
	bool broken;    /* JSON_BAD was met: it is all that comes */
	bool first;     /* in the object or array: no comma before what comes */
	bool has_value; /* a name was read */
	uint64_t objects[(JSON_MAX_DEPTH + 64) / 64]; /* by depth: it is an object */
};

void json_tokens_init(struct json_tokens *tokens, struct span text);
/* The next token, also in tokens->token. */
enum json_token json_tokens_next(struct json_tokens *tokens);
/* At the beginning of an object or array: go to its end. Elsewhere nothing happens. */
void json_tokens_skip(struct json_tokens *tokens);
/*
 * One UTF-16 unit or one character of a string's text: `*p` moves on. Escapes beyond U+FFFF come as
 * their two halves.
 */
uint32_t json_tokens_char(const char **p);

#endif

/* json_tokens.c - see json_tokens.h. */
#include "sql/json_tokens.h"

#include <string.h>
#include <unicode/uchar.h>

#include "sql/utf8.h"

#define MAX_NUMBER 1000 /* digits: what Jackson reads at most */

void json_tokens_init(struct json_tokens *tokens, struct span text)
{
	*tokens = (struct json_tokens){ .p = text.data, .end = text.data + text.len };
}

static enum json_token bad(struct json_tokens *tokens)
{
	tokens->broken = true;
	return tokens->token = JSON_BAD;
}

static bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct json_tokens *tokens)
{
	while (tokens->p < tokens->end && is_space(*tokens->p))
		tokens->p++;
}

static bool in_object(const struct json_tokens *tokens)
{
	return tokens->depth && (tokens->objects[tokens->depth >> 6] >> (tokens->depth & 63) & 1);
}

/* ---- strings --------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The size of the escape behind a backslash; 0: it is none. */
static size_t escape_size(const char *p, const char *end)
{
	if (p == end || !*p || !strchr("\"\\/bfnrtu'", *p))
		return 0;
	if (*p != 'u')
		return 1;
	if (end - p < 5)
		return 0;
	for (int i = 1; i <= 4; i++)
		if (hex_digit(p[i]) < 0)
			return 0;
	return 5;
}

/* What stands up to the quote, which has been opened. */
static bool read_quoted(struct json_tokens *tokens, char quote)
{
	const char *start = tokens->p, *p = start;

	tokens->escaped = false;
	for (; p < tokens->end && *p != quote; p++) {
		size_t size;

		if (*p != '\\')
			continue;
		size = escape_size(p + 1, tokens->end);
		if (!size)
			return false;
		tokens->escaped = true;
		p += size;
	}
	if (p == tokens->end)
		return false;
	tokens->text = (struct span){ start, (size_t)(p - start) };
	tokens->p = p + 1;
	return true;
}

uint32_t json_tokens_char(const char **p)
{
	static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *at = *p;
	uint32_t code;
	size_t size;

	if (*at != '\\') {
		code = utf8_decode(at, &size);
		*p += size;
		return code;
	}
	if (at[1] == 'u') {
		code = 0;
		for (int i = 2; i < 6; i++)
			code = code << 4 | (uint32_t)hex_digit(at[i]);
		*p += 6;
		return code;
	}
	*p += 2;
	for (size_t i = 0; letters[i]; i++)
		if (at[1] == letters[i])
			return (unsigned char)meant[i];
	return (unsigned char)at[1];
}

/* ---- numbers and words ----------------------------------------------------------------------- */

static bool read_number(struct json_tokens *tokens)
{
	const char *start = tokens->p, *p = start, *end = tokens->end;
	size_t digits;

	tokens->token = JSON_INTEGER;
	p += *p == '-';
	if (!is_digit(p, end) || (*p == '0' && is_digit(p + 1, end)))
		return false;
	for (digits = 0; is_digit(p, end); digits++)
		p++;
	if (p < end && *p == '.') {
		tokens->token = JSON_REAL;
		if (!is_digit(++p, end))
			return false;
		for (; is_digit(p, end); digits++)
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		tokens->token = JSON_REAL;
		p++;
		p += p < end && (*p == '+' || *p == '-');
		if (!is_digit(p, end))
			return false;
		for (; is_digit(p, end); digits++)
			p++;
	}
	/* On its own it is ended by white space. */
	if (digits > MAX_NUMBER || (!tokens->depth && p < end && !is_space(*p)))
		return false;
	tokens->text = (struct span){ start, (size_t)(p - start) };
	tokens->p = p;
	return true;
}

/* Nothing that could belong to a name in Java may follow a word. */
static bool read_word(struct json_tokens *tokens, const char *word, enum json_token token)
{
	size_t len = strlen(word), size;
	const char *p = tokens->p + len;
	UChar32 code;

	if ((size_t)(tokens->end - tokens->p) < len || memcmp(tokens->p, word, len) != 0)
		return false;
	tokens->p = p;
	tokens->token = token;
	if (p == tokens->end || (unsigned char)*p < '0' || *p == ']' || *p == '}')
		return true;
	code = (UChar32)utf8_decode(p, &size);
	return code > 0xffff || !u_isJavaIDPart(code);
}

/* ---- structure ------------------------------------------------------------------------------- */

static bool begin(struct json_tokens *tokens, enum json_token token)
{
	uint64_t bit;

	if (++tokens->depth > JSON_MAX_DEPTH)
		return false;
	bit = UINT64_C(1) << (tokens->depth & 63);
	tokens->objects[tokens->depth >> 6] &= ~bit;
	if (token == JSON_OBJECT)
		tokens->objects[tokens->depth >> 6] |= bit;
	tokens->first = true;
	tokens->token = token;
	tokens->p++;
	return true;
}

static enum json_token finish(struct json_tokens *tokens)
{
	tokens->token = in_object(tokens) ? JSON_OBJECT_END : JSON_ARRAY_END;
	tokens->depth--;
	tokens->first = false;
	tokens->p++;
	return tokens->token;
}

static bool read_value(struct json_tokens *tokens)
{
	char c = *tokens->p;

	if (c == '{' || c == '[')
		return begin(tokens, c == '{' ? JSON_OBJECT : JSON_ARRAY);
	tokens->first = false;
	switch (c) {
	case '"':
	case '\'':
		tokens->p++;
		tokens->token = JSON_STRING;
		return read_quoted(tokens, c);
	case 't':
		return read_word(tokens, "true", JSON_TRUE);
	case 'f':
		return read_word(tokens, "false", JSON_FALSE);
	case 'n':
		return read_word(tokens, "null", JSON_NULL);
	default:
		return read_number(tokens);
	}
}

/* A name and the colon behind it. */
static bool read_name(struct json_tokens *tokens)
{
	char quote = *tokens->p++;

	if ((quote != '"' && quote != '\'') || !read_quoted(tokens, quote))
		return false;
	skip_space(tokens);
	if (tokens->p == tokens->end || *tokens->p != ':')
		return false;
	tokens->p++;
	tokens->token = JSON_NAME;
	tokens->has_value = true;
	return true;
}

enum json_token json_tokens_next(struct json_tokens *tokens)
{
	bool named = tokens->has_value;

	if (tokens->broken)
		return JSON_BAD;
	tokens->has_value = false;
	skip_space(tokens);
	if (tokens->p == tokens->end) {
		if (tokens->depth)
			return bad(tokens);
		return tokens->token = JSON_END;
	}
	if (!named && tokens->depth) {
		if (*tokens->p == (in_object(tokens) ? '}' : ']'))
			return finish(tokens);
		if (!tokens->first && *tokens->p++ != ',')
			return bad(tokens);
		skip_space(tokens);
		if (tokens->p == tokens->end)
			return bad(tokens);
		tokens->first = false;
		if (in_object(tokens))
			return read_name(tokens) ? JSON_NAME : bad(tokens);
	}
	return read_value(tokens) ? tokens->token : bad(tokens);
}

void json_tokens_skip(struct json_tokens *tokens)
{
	size_t outside = tokens->depth - 1;

	if (tokens->token != JSON_OBJECT && tokens->token != JSON_ARRAY)
		return;
	while (tokens->depth > outside && json_tokens_next(tokens) != JSON_BAD)
		;
}

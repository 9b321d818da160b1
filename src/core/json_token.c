/*
 * json_token.c - see json_token.h. None of this is on the path of plain ASCII without escapes.
 */
#include "core/json_token.h"

#include <stdint.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *digits_end(const char *at, const char *end)
{
	while (at < end && is_digit(*at))
		at++;
	return at;
}

const char *json_number_end(const char *text, const char *end)
{
	const char *at = text;
	const char *start;

	if (at < end && *at == '-')
		at++;
	if (at == end || !is_digit(*at))
		return NULL;
	if (*at == '0')
		at++;
	else
		at = digits_end(at, end);
	if (at < end && *at == '.') {
		start = ++at;
		at = digits_end(at, end);
		if (at == start)
			return NULL;
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		start = at;
		at = digits_end(at, end);
		if (at == start)
			return NULL;
	}
	return at;
}

/* The value of four hex digits, or -1. */
static int hex4(const char *at, const char *end)
{
	int value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit;
		if (is_digit(c))
			digit = c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (c | 0x20) - 'a' + 10;
		else
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/*
 * The code point of the escape "\uXXXX" at `at` (which points to the backslash), pair included, and
 * the first byte after it; -1 for a bad one.
 */
static int32_t read_unicode_escape(const char *at, const char *end, const char **after)
{
	int high = hex4(at + 2, end);
	int low;

	if (high < 0)
		return -1;
	*after = at + 6;
	if (high < 0xD800 || high > 0xDFFF)
		return high;
	if (high > 0xDBFF || end - at < 12 || at[6] != '\\' || at[7] != 'u')
		return -1;
	low = hex4(at + 8, end);
	if (low < 0xDC00 || low > 0xDFFF)
		return -1;
	*after = at + 12;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

const char *json_bad_escape(const char *text, const char *end)
{
	const char *at = text;

	while ((at = memchr(at, '\\', (size_t)(end - at)))) {
		if (end - at < 2)
			return at;
		if (at[1] == 'u') {
			if (read_unicode_escape(at, end, &at) < 0)
				return at;
		} else if (at[1] && strchr("\"\\/bfnrt", at[1])) {
			at += 2;
		} else {
			return at;
		}
	}
	return NULL;
}

static size_t put_utf8(int32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

static char simple_escape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c; /* the quote, the backslash and the slash stand for themselves */
	}
}

size_t json_unescape(const char *text, const char *end, char *out)
{
	char *to = out;

	while (text < end) {
		const char *escape = memchr(text, '\\', (size_t)(end - text));
		size_t plain = (size_t)((escape ? escape : end) - text);
		memcpy(to, text, plain);
		to += plain;
		if (!escape)
			break;
		if (escape[1] == 'u') {
			to += put_utf8(read_unicode_escape(escape, end, &text), to);
		} else {
			*to++ = simple_escape(escape[1]);
			text = escape + 2;
		}
	}
	return (size_t)(to - out);
}

struct span json_token_text(const struct json_index *index, const char *text, uint32_t token)
{
	const char *start = text + index->at[token];
	const char *end = text + index->at[token + 1];

	while (json_is_space(end[-1]))
		end--;
	if (*start == '"') {
		start++;
		end--;
	}
	return (struct span){ .data = start, .len = (size_t)(end - start) };
}

/* Bytes of the UTF-8 sequence at `at`, 0 when it is none (Unicode's table 3-7). */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	size_t len;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xC2 || at[0] > 0xF4)
		return 0;
	len = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
	if (at[0] == 0xE0)
		low = 0xA0;
	else if (at[0] == 0xED)
		high = 0x9F;
	else if (at[0] == 0xF0)
		low = 0x90;
	else if (at[0] == 0xF4)
		high = 0x8F;
	if (left < len || at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
	}
	return len;
}

const char *json_index_failure(const char *text, size_t len, size_t *at)
{
	bool in_string = false;
	size_t quote = 0;

	for (size_t i = 0; i < len;) {
		size_t step = utf8_length((const unsigned char *)text + i, len - i);
		*at = i;
		if (step == 0)
			return "is not UTF-8";
		if (in_string && (unsigned char)text[i] < 0x20)
			return "is a control character inside a string";
		if (text[i] == '"') {
			in_string = !in_string;
			quote = i;
		} else if (text[i] == '\\' && i + 1 < len && (text[i + 1] & 0x80) == 0) {
			/* an escaped control character is told of as such */
			step = (unsigned char)text[i + 1] < 0x20 ? 1 : 2;
		}
		i += step;
	}
	*at = quote;
	return in_string ? "begins a string that does not end" : "is not valid JSON";
}

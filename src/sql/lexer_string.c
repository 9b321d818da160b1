/*
 * lexer_string.c - see lexer_string.h. Spark works on UTF-16, so \uD83D\uDE00 is one character
 * there: pairs are joined here, and half a pair is an error.
 */
#include "sql/lexer_string.h"

#include <stdint.h>
#include <string.h>

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* `digits` hexadecimal digits at text[i]; -1 where there are not so many. */
static int64_t hex(struct span text, size_t i, size_t digits)
{
	int64_t value = 0;

	if (i + digits > text.len)
		return -1;
	for (size_t end = i + digits; i < end; i++) {
		char c = text.data[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool is_octal(struct span text, size_t i)
{
	return i + 2 < text.len && (text.data[i] == '0' || text.data[i] == '1') &&
	       text.data[i + 1] >= '0' && text.data[i + 1] <= '7' && text.data[i + 2] >= '0' &&
	       text.data[i + 2] <= '7';
}

/* A \u or \U escape at text[i] = '\\'. Its length in the text, or 0: it is none. */
static size_t unicode_escape(struct span text, size_t i, int64_t *c)
{
	int64_t low;

	if (i + 1 >= text.len)
		return 0;
	if (text.data[i + 1] == 'U') {
		*c = hex(text, i + 2, 8);
		return *c >= 0 ? 10 : 0;
	}
	if (text.data[i + 1] != 'u')
		return 0;
	*c = hex(text, i + 2, 4);
	if (*c < 0)
		return 0;
	if (*c >= 0xD800 && *c < 0xDC00 && i + 7 < text.len && text.data[i + 6] == '\\' &&
	    text.data[i + 7] == 'u') {
		low = hex(text, i + 8, 4);
		if (low >= 0xDC00 && low < 0xE000) {
			*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
			return 12;
		}
	}
	return 6;
}

/* What \c means; writes one or two bytes. */
static size_t simple_escape(char *out, char c)
{
	static const char from[] = "0bnrtZ", to[] = "\0\b\n\r\t\x1A";
	const char *found = c ? strchr(from, c) : NULL;

	if (c == '%' || c == '_') {
		out[0] = '\\';
		out[1] = c;
		return 2;
	}
	out[0] = found ? to[found - from] : c;
	return 1;
}

bool string_unescape(struct span text, size_t start, struct arena *arena, struct diag_list *diags,
		     struct span *out)
{
	char *copy;
	size_t n = 0, i = 0, len;
	int64_t c;

	if (!text.len || !memchr(text.data, '\\', text.len)) {
		*out = text;
		return true;
	}
	copy = arena_alloc(arena, text.len);
	if (!copy)
		return false;
	while (i < text.len) {
		if (text.data[i] != '\\' || i + 1 == text.len) {
			copy[n++] = text.data[i++];
		} else if ((len = unicode_escape(text, i, &c)) != 0) {
			if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
				diag_add(diags, DIAG_ERROR, start + i, len, NULL,
					 "this escape is no Unicode character");
				c = 0xFFFD;
			}
			n += put_utf8(copy + n, (uint32_t)c);
			i += len;
		} else if (is_octal(text, i + 1)) {
			c = (text.data[i + 1] - '0') * 64 + (text.data[i + 2] - '0') * 8 +
			    (text.data[i + 3] - '0');
			n += put_utf8(copy + n, (uint32_t)c);
			i += 4;
		} else {
			n += simple_escape(copy + n, text.data[i + 1]);
			i += 2;
		}
	}
	*out = (struct span){ .data = copy, .len = n };
	return true;
}

/* Length of the character at p, 0 where it is not valid (overlong forms and surrogates included).
 */
static size_t utf8_length(const unsigned char *p, size_t left)
{
	size_t len = p[0] < 0x80                   ? 1
		     : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
		     : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
		     : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
						   : 0;

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	}
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] >= 0xA0) ||
	    (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] >= 0x90))
		return 0;
	return len;
}

size_t utf8_first_error(struct span text)
{
	size_t i = 0;

	while (i < text.len) {
		size_t len = utf8_length((const unsigned char *)text.data + i, text.len - i);

		if (len == 0)
			return i;
		i += len;
	}
	return text.len;
}

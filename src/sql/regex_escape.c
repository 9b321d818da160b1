/*
 * regex_escape.c - the escapes of Java's regular expressions that stand for one character.
 */
#include <string.h>

#include "sql/regex_tree.h"

static int hex_digit(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (int)(c - 'a' + 10) : -1;
}

/* `digits` hexadecimal digits. */
static bool read_hex(struct regex_reader *reader, int digits, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < digits; i++) {
		int digit = hex_digit(regex_peek(reader, 0));

		if (digit < 0)
			return regex_error(reader, "illegal hexadecimal escape sequence") != NULL;
		*out = *out * 16 + (uint32_t)digit;
		reader->at++;
	}
	return true;
}

/* \x41 and \x{1F600} */
static bool read_x(struct regex_reader *reader, uint32_t *out)
{
	if (regex_peek(reader, 0) != '{')
		return read_hex(reader, 2, out);
	reader->at++;
	if (hex_digit(regex_peek(reader, 0)) < 0)
		return regex_error(reader, "illegal hexadecimal escape sequence") != NULL;
	for (*out = 0; hex_digit(regex_peek(reader, 0)) >= 0; reader->at++) {
		*out = *out * 16 + (uint32_t)hex_digit(regex_peek(reader, 0));
		if (*out > 0x10ffff)
			return regex_error(reader, "hexadecimal code point is too big") != NULL;
	}
	if (regex_peek(reader, 0) != '}')
		return regex_error(reader, "unclosed hexadecimal escape sequence") != NULL;
	reader->at++;
	return true;
}

/* \u0041, and a surrogate pair as two of them */
static bool read_u(struct regex_reader *reader, uint32_t *out)
{
	uint32_t low;

	if (!read_hex(reader, 4, out))
		return false;
	if (*out < 0xd800 || *out > 0xdbff || regex_peek(reader, 0) != '\\' ||
	    regex_peek(reader, 1) != 'u')
		return true;
	reader->at += 2;
	if (!read_hex(reader, 4, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return regex_error(reader, "half of a surrogate pair") != NULL;
	*out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* \0n, \0nn, \0mnn */
static bool read_octal(struct regex_reader *reader, uint32_t *out)
{
	uint32_t first = regex_peek(reader, 0);
	int most = first <= '3' ? 3 : 2;

	if (first < '0' || first > '7')
		return regex_error(reader, "illegal octal escape sequence") != NULL;
	*out = 0;
	for (int i = 0; i < most && regex_peek(reader, 0) >= '0' && regex_peek(reader, 0) <= '7';
	     i++)
		*out = *out * 8 + (reader->text[reader->at++] - '0');
	return true;
}

bool regex_read_escape(struct regex_reader *reader, uint32_t *out)
{
	static const char letters[] = "aefnrt";
	static const char values[] = "\a\033\f\n\r\t";
	uint32_t c = regex_peek(reader, 0);
	const char *letter;

	if (reader->at >= reader->len)
		return regex_error(reader, "nothing behind a backslash") != NULL;
	reader->at++;
	if (c == '0')
		return read_octal(reader, out);
	if (c == 'x')
		return read_x(reader, out);
	if (c == 'u')
		return read_u(reader, out);
	if (c == 'c') {
		if (reader->at >= reader->len)
			return regex_error(reader, "illegal control escape sequence") != NULL;
		*out = reader->text[reader->at++] ^ 64;
		return true;
	}
	letter = c < 0x80 ? strchr(letters, (int)c) : NULL;
	if (letter && c) {
		*out = (uint32_t)values[letter - letters];
		return true;
	}
	if ((c >= '1' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
		return regex_error(reader, "illegal or unsupported escape sequence") != NULL;
	*out = c;
	return true;
}

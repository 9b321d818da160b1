/*
 * utf8.h - walking over UTF-8. Texts of STRING type are valid UTF-8 (the JSON reader and every
 * kernel see to that), so walking does not check.
 */
#ifndef SQL_UTF8_H
#define SQL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/span.h"

static inline bool utf8_is_ascii(struct span text)
{
	const char *p = text.data, *end = text.data + text.len;
	uint64_t any = 0, word;

	for (; end - p >= 8; p += 8) {
		memcpy(&word, p, 8);
		any |= word;
	}
	for (; p < end; p++)
		any |= (uint64_t)(unsigned char)*p & 0x80;
	return (any & UINT64_C(0x8080808080808080)) == 0;
}

/* Bytes of the character that begins with a byte. */
static inline size_t utf8_size(char lead)
{
	unsigned char c = (unsigned char)lead;

	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static inline bool utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static inline size_t utf8_length(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += !utf8_continues(text.data[i]);
	return count;
}

/* The byte offset of the n-th character, or the text's length where it has fewer. */
static inline size_t utf8_offset(struct span text, size_t n)
{
	size_t i = 0;

	for (; n > 0 && i < text.len; n--)
		i += utf8_size(text.data[i]);
	return i < text.len ? i : text.len;
}

/* The code point at p, and its size in bytes. */
static inline uint32_t utf8_decode(const char *p, size_t *size)
{
	const unsigned char *s = (const unsigned char *)p;

	*size = utf8_size(*p);
	switch (*size) {
	case 1:
		return s[0];
	case 2:
		return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
	case 3:
		return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
	default:
		return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
		       (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
	}
}

/* Write a code point; returns its size, at most 4. */
static inline size_t utf8_encode(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Bytes of foreign origin: the size of the character that begins there, 0 where none does; then
 * *skip is the number of bytes that one U+FFFD stands for. */
static inline size_t utf8_check(const char *p, const char *end, size_t *skip)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t left = (size_t)(end - p), size = utf8_size(*p);
	unsigned char low = 0x80, high = 0xbf;

	*skip = 1;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	for (size_t i = 1; i < size; i++) {
		if (i >= left || s[i] < low || s[i] > high) {
			*skip = i;
			return 0;
		}
		low = 0x80;
		high = 0xbf;
	}
	if (s[0] == 0xed && s[1] > 0x9f) { /* a half of a character beyond U+FFFF */
		*skip = size;
		return 0;
	}
	return size;
}

#endif

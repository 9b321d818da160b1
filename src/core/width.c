/*
 * width.c - display width by Unicode's East Asian Width and general category.
 */
#include "core/width.h"

#include <stdint.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

static size_t character_width(UChar32 c)
{
	int type;

	if (c < 0)
		return 1;
	if (c >= 0x20 && c < 0x7f)
		return 1;
	type = u_charType(c);
	if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_CONTROL_CHAR ||
	    (type == U_FORMAT_CHAR && c != 0xad))
		return 0;
	if (c >= 0x1160 && c <= 0x11ff) /* Hangul vowels and finals join the syllable before */
		return 0;
	switch (u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH)) {
	case U_EA_FULLWIDTH:
	case U_EA_WIDE:
		return 2;
	default:
		return 1;
	}
}

/* The character at *i, or a negative number for a byte that is no UTF-8; moves *i past it. */
static UChar32 next_character(struct span text, size_t *i)
{
	const uint8_t *s = (const uint8_t *)text.data + *i;
	int32_t length = text.len - *i > 4 ? 4 : (int32_t)(text.len - *i);
	int32_t at = 0;
	UChar32 c;

	U8_NEXT(s, at, length, c);
	*i += c < 0 ? 1 : (size_t)at;
	return c;
}

size_t text_width(struct span text)
{
	size_t width = 0, i = 0;

	while (i < text.len)
		width += character_width(next_character(text, &i));
	return width;
}

size_t text_fit(struct span text, size_t cells)
{
	size_t width = 0, i = 0;

	while (i < text.len) {
		size_t next = i;

		width += character_width(next_character(text, &next));
		if (width > cells)
			break;
		i = next;
	}
	return i;
}

size_t text_characters(struct span text)
{
	size_t count = 0, i = 0;

	while (i < text.len) {
		next_character(text, &i);
		count++;
	}
	return count;
}

/* charset.c - see charset.h. */
#include "sql/charset.h"

#include <strings.h>

#include "sql/utf8.h"

#define REPLACEMENT   0xfffd
#define ORDER_MARK    0xfeff
#define REVERSED_MARK 0xfffe
#define LAST_ASCII    0x7f
#define LAST_LATIN_1  0xff
#define FIRST_OF_TWO  0xd800 /* the halves of a character beyond U+FFFF */
#define SECOND_OF_TWO 0xdc00
#define AFTER_HALVES  0xe000

bool charset_find(struct span name, enum charset *out)
{
	static const char *const names[] = {
		[CHARSET_ASCII] = "US-ASCII",     [CHARSET_LATIN_1] = "ISO-8859-1",
		[CHARSET_UTF_8] = "UTF-8",        [CHARSET_UTF_16] = "UTF-16",
		[CHARSET_UTF_16_BE] = "UTF-16BE", [CHARSET_UTF_16_LE] = "UTF-16LE",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i]) != name.len || strncasecmp(names[i], name.data, name.len) != 0)
			continue;
		*out = (enum charset)i;
		return true;
	}
	return false;
}

size_t charset_encoded_max(size_t len)
{
	return 2 * len + 2; /* an ASCII character is two bytes of UTF-16; and the mark */
}

size_t charset_decoded_max(size_t len)
{
	return 3 * len + 3; /* U+FFFD is three bytes */
}

/* ---- encoding -------------------------------------------------------------------------------- */

static size_t put_unit(bool little, uint32_t unit, char *out)
{
	out[little] = (char)(unit >> 8);
	out[!little] = (char)unit;
	return 2;
}

static size_t encode_utf_16(bool little, struct span text, char *out)
{
	size_t len = 0;

	for (size_t i = 0, size; i < text.len; i += size) {
		uint32_t code = utf8_decode(text.data + i, &size);

		if (code > 0xffff) {
			code -= 0x10000;
			len += put_unit(little, FIRST_OF_TWO + (code >> 10), out + len);
			code = SECOND_OF_TWO + (code & 0x3ff);
		}
		len += put_unit(little, code, out + len);
	}
	return len;
}

static size_t encode_bytes(uint32_t last, struct span text, char *out)
{
	size_t len = 0;

	for (size_t i = 0, size; i < text.len; i += size) {
		uint32_t code = utf8_decode(text.data + i, &size);

		out[len++] = code <= last ? (char)code : '?';
	}
	return len;
}

size_t charset_encode(enum charset charset, struct span text, char *out)
{
	size_t len = 0;

	switch (charset) {
	case CHARSET_ASCII:
		return encode_bytes(LAST_ASCII, text, out);
	case CHARSET_LATIN_1:
		return encode_bytes(LAST_LATIN_1, text, out);
	case CHARSET_UTF_16:
		if (text.len)
			len = put_unit(false, ORDER_MARK, out);
		return len + encode_utf_16(false, text, out + len);
	case CHARSET_UTF_16_BE:
	case CHARSET_UTF_16_LE:
		return encode_utf_16(charset == CHARSET_UTF_16_LE, text, out);
	case CHARSET_UTF_8:
		break;
	}
	if (text.len)
		memcpy(out, text.data, text.len);
	return text.len;
}

/* ---- decoding -------------------------------------------------------------------------------- */

static size_t decode_bytes(uint32_t last, struct span bytes, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		uint32_t code = (unsigned char)bytes.data[i];

		len += utf8_encode(code <= last ? code : REPLACEMENT, out + len);
	}
	return len;
}

static size_t decode_utf_8(struct span bytes, char *out)
{
	const char *p = bytes.data, *end = bytes.data + bytes.len;
	size_t len = 0;

	while (p < end) {
		size_t skip, size = utf8_check(p, end, &skip);

		if (size)
			memcpy(out + len, p, size);
		len += size ? size : utf8_encode(REPLACEMENT, out + len);
		p += size ? size : skip;
	}
	return len;
}

static uint32_t unit_at(bool little, const char *p)
{
	return (uint32_t)(unsigned char)p[little] << 8 | (unsigned char)p[!little];
}

/* One U+FFFD stands for a first half and what follows it in the place of the second one. */
static size_t decode_utf_16(bool little, struct span bytes, char *out)
{
	const char *p = bytes.data;
	size_t left = bytes.len, len = 0, size;

	for (; left > 0; p += size, left -= size) {
		uint32_t code = left < 2 ? REPLACEMENT : unit_at(little, p), second;

		size = left < 2 ? left : 2;
		if (code >= SECOND_OF_TWO && code < AFTER_HALVES) {
			code = REPLACEMENT;
		} else if (code >= FIRST_OF_TWO && code < SECOND_OF_TWO) {
			size = left < 4 ? left : 4;
			second = left < 4 ? 0 : unit_at(little, p + 2);
			if (second >= SECOND_OF_TWO && second < AFTER_HALVES)
				code = 0x10000 + ((code - FIRST_OF_TWO) << 10) +
				       (second - SECOND_OF_TWO);
			else
				code = REPLACEMENT;
		}
		len += utf8_encode(code, out + len);
	}
	return len;
}

/* The byte order mark decides; without one it is big endian. */
static size_t decode_marked(struct span bytes, char *out)
{
	uint32_t mark = bytes.len < 2 ? 0 : unit_at(false, bytes.data);

	if (mark == ORDER_MARK || mark == REVERSED_MARK)
		bytes = (struct span){ bytes.data + 2, bytes.len - 2 };
	return decode_utf_16(mark == REVERSED_MARK, bytes, out);
}

size_t charset_decode(enum charset charset, struct span bytes, char *out)
{
	switch (charset) {
	case CHARSET_ASCII:
		return decode_bytes(LAST_ASCII, bytes, out);
	case CHARSET_LATIN_1:
		return decode_bytes(LAST_LATIN_1, bytes, out);
	case CHARSET_UTF_16:
		return decode_marked(bytes, out);
	case CHARSET_UTF_16_BE:
	case CHARSET_UTF_16_LE:
		return decode_utf_16(charset == CHARSET_UTF_16_LE, bytes, out);
	case CHARSET_UTF_8:
		break;
	}
	return decode_utf_8(bytes, out);
}

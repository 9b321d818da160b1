/*
 * text_writer.h - writes text into memory that is known to be large enough; each function returns
 * the place after what it wrote.
 */
#ifndef SIMULATOR_TEXT_WRITER_H
#define SIMULATOR_TEXT_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "simulator/user_stream.h"

/* A literal; its length is known to the compiler, so this is a few moves. */
#define TEXT_LITERAL(to, literal) \
	((char *)memcpy((to), "" literal, sizeof("" literal) - 1) + (sizeof("" literal) - 1))

/*
 * len bytes. Reads and writes 32 bytes for anything shorter (one move of fixed size): those must be
 * readable after `text` and writable after `to`.
 */
static inline char *text_put_padded(char *to, const char *text, size_t len)
{
	if (__builtin_expect(len <= 32, 1))
		memcpy(to, text, 32);
	else
		memcpy(to, text, len);
	return to + len;
}

static inline char *text_put(char *to, const char *text, size_t len)
{
	memcpy(to, text, len);
	return to + len;
}

static inline char *text_put_cstr(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	return to;
}

char *text_put_uint(char *to, uint32_t value);
/* value / 10000 with four decimals: "-5.0680". */
char *text_put_decimal4(char *to, int32_t value);
/* A version 4 UUID out of 122 of the 128 bits. */
char *text_put_uuid(char *to, uint64_t high, uint64_t low);
/* "1995-01-21T14:28:23.458Z", for years 1000 to 9999. */
char *text_put_iso_ms(char *to, int64_t ms);
/* JSON's escapes of " and \ in printable ASCII text. */
char *text_put_escaped(char *to, const char *text, size_t len);

struct pattern_values {
	int64_t born_ms;
	char gender;  /* '1' or '2' */
	char initial; /* lower case */
};

/* See nationality.h. Digits and letters come from the stream. */
char *text_put_pattern(char *to, struct user_stream *stream, const char *pattern,
		       const struct pattern_values *values);

#endif

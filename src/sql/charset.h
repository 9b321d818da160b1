/*
 * charset.h - texts as bytes of other character sets and back, as Java's String does it: what a set
 * cannot express becomes "?", what is no character becomes U+FFFD.
 */
#ifndef SQL_CHARSET_H
#define SQL_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/span.h"

enum charset {
	CHARSET_ASCII,
	CHARSET_LATIN_1,
	CHARSET_UTF_8,
	CHARSET_UTF_16, /* big endian with a byte order mark */
	CHARSET_UTF_16_BE,
	CHARSET_UTF_16_LE
};

/* US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE, UTF-16LE in any case. False: another name. */
bool charset_find(struct span name, enum charset *out);

/* What charset_encode and charset_decode write at most. */
size_t charset_encoded_max(size_t len);
size_t charset_decoded_max(size_t len);
/* The bytes of a text (valid UTF-8); returns how many. */
size_t charset_encode(enum charset charset, struct span text, char *out);
/* The text (valid UTF-8) of bytes; returns its length. */
size_t charset_decode(enum charset charset, struct span bytes, char *out);

#endif

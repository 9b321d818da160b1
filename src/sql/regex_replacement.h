/*
 * regex_replacement.h - the replacement of regexp_replace in Java's syntax: $1, ${name}, and a
 * backslash before a character that is meant as it is.
 */
#ifndef SQL_REGEX_REPLACEMENT_H
#define SQL_REGEX_REPLACEMENT_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "sql/regex.h"

#define NO_GROUP UINT32_MAX

struct replacement_piece {
	struct span text;
	uint32_t group; /* NO_GROUP: `text` stands for itself */
};

struct replacement {
	struct replacement_piece *pieces;
	size_t count;
	bool has_group; /* a piece is a group other than the whole match */
};

/* US_REJECT: Java would raise an error, as for a group that the pattern does not have. The pieces
 * live in the arena and point into the text. */
enum status replacement_read(struct span text, const struct regex *regex, struct arena *arena,
			     struct replacement *out, struct err *err);

#endif

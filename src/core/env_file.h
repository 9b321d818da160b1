/*
 * env_file.h - the reader of .env files.
 *
 *     # a comment
 *     NAME=value            spaces around the value go; " # comment" after it too
 *     export NAME='a b'     as it stands, up to the next quote
 *     NAME="a\nb"           \n \t \r \\ \" \$ are escapes
 *
 * A name given twice: the last one counts. Nothing is expanded.
 */
#ifndef CORE_ENV_FILE_H
#define CORE_ENV_FILE_H

#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

struct env_entry {
	const char *name;
	const char *value;
	struct env_entry *next; /* later in the file */
};

/*
 * Parse a text. Entries go to `arena`. Every mistake is appended to `mistakes` as a line
 * "FILE:LINE: …" (never a value: it may be a secret) and the rest is still read. Returns the first
 * entry (NULL: none) in *out. US_FATAL: out of memory.
 */
enum status env_parse(struct env_entry **out, const char *file, struct span text,
		      struct arena *arena, struct buf *mistakes, struct err *err);

/* The value of a name, NULL: not set. */
const char *env_find(const struct env_entry *entries, const char *name);

#endif

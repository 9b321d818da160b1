/*
 * lexer_string.h - what is inside of a string literal.
 */
#ifndef SQL_LEXER_STRING_H
#define SQL_LEXER_STRING_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/diag.h"
#include "core/span.h"

/*
 * Resolve the escapes of a string literal's inside as Spark does: \n, \101 (octal), \u0041,
 * \U0001F600; \% and \_ stay as they are (for LIKE), any other \c is c. Without escapes *out
 * borrows `text`. `start`: where it stands in the file, for diagnostics. False: out of memory.
 */
bool string_unescape(struct span text, size_t start, struct arena *arena, struct diag_list *diags,
		     struct span *out);

/* The first byte that is not part of valid UTF-8; text.len when all is. */
size_t utf8_first_error(struct span text);

#endif

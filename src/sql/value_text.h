/*
 * value_text.h - values for people: in the text of a rejection, in explain.
 */
#ifndef SQL_VALUE_TEXT_H
#define SQL_VALUE_TEXT_H

#include <stddef.h>

#include "core/buf.h"
#include "sql/vector.h"

/* At most so many characters of a text are shown. */
#define VALUE_TEXT_CHARACTERS 80

/* The value of a row as SQL would write it: 'a b', 1.5, NULL, X'1F', cut with "…" where it is
 * long; control characters are shown as \u0000. */
void value_print(const struct vector *vector, size_t row, struct buf *out);

#endif

/*
 * double_parse.h - text to DOUBLE by the rules of Java's Double.parseDouble, as Spark's CAST uses
 * it, correctly rounded.
 */
#ifndef SQL_DOUBLE_PARSE_H
#define SQL_DOUBLE_PARSE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/span.h"

enum double_parse_result { DOUBLE_PARSED, DOUBLE_INVALID, DOUBLE_NO_MEMORY };

/*
 * Surrounding characters up to U+0020 are dropped. Takes decimal and hexadecimal spellings, the
 * suffixes f F d D, NaN, Infinity and Spark's own inf, infinity and nan in any case. `arena` is
 * used for a spelling of over 60 characters only.
 */
enum double_parse_result double_parse(struct span text, struct arena *arena, double *out);

#endif

/*
 * decimal.h - DECIMAL values: an unscaled 128-bit integer of at most 38 digits and a scale that the
 * type knows.
 */
#ifndef SQL_DECIMAL_H
#define SQL_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/span.h"
#include "sql/type.h"

#define DECIMAL_MAX_PRECISION  38
#define DECIMAL_TEXT_MAX       64
#define DECIMAL_LONG_PRECISION 18 /* digits that fit into a BIGINT */

/* 10^n, n in [0, 38]. */
uint128 decimal_power(unsigned n);
/* The count of digits; 1 for 0. */
unsigned decimal_digits(uint128 value);
/* value * 10^(to - from), rounded half away from zero. False: more than `precision` digits. */
bool decimal_rescale(int128 value, unsigned from, unsigned to, unsigned precision, int128 *out);
/* As Java's BigDecimal reads a text (surrounding characters up to U+0020 dropped), rounded half
 * away from zero to `type`. False: no number, or it does not fit. */
bool decimal_parse(struct span text, struct sql_type type, int128 *out);
/* As Java's BigDecimal.toString. Returns the length. */
size_t decimal_format(int128 value, unsigned scale, char out[DECIMAL_TEXT_MAX]);
/* The nearest double. */
double decimal_to_double(int128 value, unsigned scale);
/* Value without its fraction, cut towards zero. */
int128 decimal_truncate(int128 value, unsigned scale);

#endif

/*
 * decimal_math.h - arithmetic on DECIMAL by Spark's rules: the operands as they are, an exact or 39
 * digit intermediate, then rounding half away from zero to the type of the result.
 */
#ifndef SQL_DECIMAL_MATH_H
#define SQL_DECIMAL_MATH_H

#include "sql/decimal.h"

/* The types of results: precision beyond 38 takes from the scale, down to 6 digits of it. */
struct sql_type decimal_sum_type(struct sql_type a, struct sql_type b);
struct sql_type decimal_product_type(struct sql_type a, struct sql_type b);
struct sql_type decimal_quotient_type(struct sql_type a, struct sql_type b);
struct sql_type decimal_remainder_type(struct sql_type a, struct sql_type b);

/* A value and the scale it is kept in. */
struct decimal {
	int128 value;
	unsigned scale;
};

/* False: the result does not fit `type`, or the divisor is 0: NULL. */
bool decimal_add(struct decimal a, struct decimal b, struct sql_type type, int128 *out);
bool decimal_multiply(struct decimal a, struct decimal b, struct sql_type type, int128 *out);
bool decimal_divide(struct decimal a, struct decimal b, struct sql_type type, int128 *out);
/* The sign is that of `a`. */
bool decimal_remainder(struct decimal a, struct decimal b, struct sql_type type, int128 *out);
/* The sign is that of `b`, but for a negative `b`: then that of `a`. */
bool decimal_pmod(struct decimal a, struct decimal b, struct sql_type type, int128 *out);
/* The quotient's whole part; its lowest 64 bits where it has more. False: it has more than 38
 * digits, or the divisor is 0. */
bool decimal_div(struct decimal a, struct decimal b, int64_t *out);

#endif

/*
 * resolve.h - Spark's rules of which type meets which (ANSI off): implicit casts of arguments, the
 * common type of several values, the type two sides are compared in.
 */
#ifndef SQL_RESOLVE_H
#define SQL_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "sql/type.h"

/*
 * Check arguments against a signature: a letter for each argument, '*' after the last one repeats
 * it, '>' and the result. Arguments beyond what is given are optional ones.
 *
 *   s STRING   b BINARY   i INT   l BIGINT   d DOUBLE   o BOOLEAN   D DATE   T TIMESTAMP
 *   a ARRAY    x STRING or BINARY, whichever the argument is; anything else becomes STRING
 *   y BINARY, or STRING as it is (digests read bytes); anything castable to STRING does not fit
 *   n a number as it is; STRING becomes DOUBLE
 *   ? anything as it is
 *
 * A result of '0' is the (wanted) type of the first argument.
 */
bool resolve_signature(const char *signature, const struct sql_type *args, size_t count,
		       struct sql_type *want, struct sql_type *result, const char **why);

/* Define a function->resolve of a fixed signature. */
#define SIGNATURE(name, text)                                                              \
	static bool name(const struct sql_type *args, size_t count, struct sql_type *want, \
			 struct sql_type *result, const char **why)                        \
	{                                                                                  \
		return resolve_signature((text), args, count, want, result, why);          \
	}

bool type_is_integral(struct sql_type type);
bool type_is_number(struct sql_type type);
bool type_is_text(struct sql_type type); /* STRING, or one that is kept as a UUID */
bool type_is_time(struct sql_type type); /* DATE or TIMESTAMP */
/* The DECIMAL that holds every value of an integral type, or of the literal it is. */
struct sql_type decimal_of(struct sql_type integral);
struct sql_type decimal_type(int precision, int scale);

/* The type that all of them become in coalesce, CASE, IN, greatest: numbers widen, STRING wins over
 * all but BOOLEAN and BINARY. False: there is none. */
bool common_type(const struct sql_type *types, size_t count, struct sql_type *out);
/* The type in which two sides are compared: here the other type wins over STRING. */
bool comparison_type(struct sql_type left, struct sql_type right, struct sql_type *out);

#endif

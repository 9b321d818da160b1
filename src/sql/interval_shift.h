/*
 * interval_shift.h - a DATE or TIMESTAMP moved by an INTERVAL, for + and -.
 */
#ifndef SQL_INTERVAL_SHIFT_H
#define SQL_INTERVAL_SHIFT_H

#include <stdbool.h>

#include "sql/function.h"

/*
 * What `time` moved by an INTERVAL of type `by` is: *want is what `time` becomes first. A DATE
 * moved by days or months stays one, else there is a TIMESTAMP. False: it cannot be, *why says what
 * would.
 */
bool interval_shift_type(struct sql_type time, struct sql_type by, struct sql_type *want,
			 struct sql_type *result, const char **why);
/* The rows of times + sign * intervals. What leaves the calendar is rejected, as Spark fails. */
enum status interval_shift(struct eval *eval, const struct vector *times,
			   const struct vector *intervals, int sign, struct vector *out);

#endif

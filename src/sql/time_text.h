/*
 * time_text.h - DATE and TIMESTAMP to and from text, by the rules of Spark's CAST in the session
 * time zone UTC.
 */
#ifndef SQL_TIME_TEXT_H
#define SQL_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/span.h"

#define TIME_TEXT_MAX     48

#define MICROS_PER_SECOND INT64_C(1000000)
#define MICROS_PER_DAY    (86400 * MICROS_PER_SECOND)

/* a / b, rounded down; b > 0. */
static inline int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct time_zones; /* time_zone.h: zones met so far */

/*
 * 1975, 1975-4, 1975-04-04, with anything after a space or T behind a full date. `text` comes
 * without surrounding white space. False: no date.
 */
bool time_parse_date(struct span text, int32_t *out);
/*
 * 1975-4-4 1:2:3.123456789+01:00 and the shorter forms that Spark takes; a zone may be an offset or
 * a name. False: no timestamp. A time without a date is none: it would depend on the day it is
 * read.
 */
bool time_parse_timestamp(struct span text, struct time_zones *zones, int64_t *out);

/* "2016-03-25"; years beyond 9999 with a sign. Returns the length; no NUL is written. */
size_t time_format_date(int32_t days, char out[TIME_TEXT_MAX]);
/* "2016-03-25 07:13:10.667": the fraction without trailing zeros. */
size_t time_format_timestamp(int64_t micros, char out[TIME_TEXT_MAX]);

/* Days since 1970 of a date of the proleptic Gregorian calendar, years -5,900,000 to 5,900,000.
 * False: there is no such day. */
bool time_days_of(int64_t year, unsigned month, unsigned day, int32_t *out);
void time_date_of(int32_t days, int64_t *year, unsigned *month, unsigned *day);
unsigned time_days_in_month(int64_t year, unsigned month);
/* Floor division: the day that an instant is on, and the microseconds into it. */
int32_t time_day_of(int64_t micros, int64_t *rest);

#endif

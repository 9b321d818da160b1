/*
 * clock.h - time. Wall time for what is stored and shown, monotonic time for waiting and measuring.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Microseconds since 1970-01-01T00:00:00Z. */
int64_t clock_wall_us(void);
/* Microseconds of CLOCK_MONOTONIC. */
int64_t clock_mono_us(void);
/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t clock_mono_ns(void);

#define CLOCK_TEXT_MAX 40
/* "2016-03-25 07:13:10.667" (UTC; 0, 3 or 6 digits of fraction, the fewest that are exact). Returns
 * its length. */
size_t clock_format_us(int64_t us, char out[CLOCK_TEXT_MAX]);
/* "2016-03-25". */
size_t clock_format_date(int32_t days, char out[CLOCK_TEXT_MAX]);

/* Proleptic Gregorian calendar. */
int32_t clock_days_from_civil(int64_t year, unsigned month, unsigned day);
void clock_civil_from_days(int32_t days, int64_t *year, unsigned *month, unsigned *day);

#endif

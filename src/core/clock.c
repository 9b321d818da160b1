/*
 * clock.c - the two clocks, and the calendar (Howard Hinnant's days_from_civil and its inverse:
 * years begin in March, eras are 400 years of 146,097 days).
 */
#include "core/clock.h"

#include <time.h>

#define US_PER_SECOND 1000000
#define US_PER_DAY    (INT64_C(86400) * US_PER_SECOND)

int64_t clock_wall_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t clock_mono_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_mono_us(void)
{
	return clock_mono_ns() / 1000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int32_t clock_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t era, year_of_era, day_of_year, day_of_era;

	year -= month <= 2;
	era = floor_div(year, 400);
	year_of_era = year - era * 400;
	day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return (int32_t)(era * 146097 + day_of_era - 719468);
}

void clock_civil_from_days(int32_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t shifted = (int64_t)days + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era -
			      (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;

	*day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month = (unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

/* `digits` digits of a number, with zeros in front; returns the place after them. */
static char *put_digits(char *out, uint64_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return out + digits;
}

size_t clock_format_date(int32_t days, char out[CLOCK_TEXT_MAX])
{
	int64_t year;
	unsigned month, day;
	uint64_t magnitude;
	int digits = 4;
	char *end = out;

	clock_civil_from_days(days, &year, &month, &day);
	magnitude = (uint64_t)(year < 0 ? -year : year);
	for (uint64_t rest = magnitude / 10000; rest; rest /= 10)
		digits++;
	if (year < 0)
		*end++ = '-';
	end = put_digits(end, magnitude, digits);
	*end++ = '-';
	end = put_digits(end, month, 2);
	*end++ = '-';
	end = put_digits(end, day, 2);
	*end = '\0';
	return (size_t)(end - out);
}

size_t clock_format_us(int64_t us, char out[CLOCK_TEXT_MAX])
{
	int64_t days = floor_div(us, US_PER_DAY);
	/* days * US_PER_DAY may lie below INT64_MIN: the difference never does */
	uint64_t rest = (uint64_t)us - (uint64_t)days * (uint64_t)US_PER_DAY;
	uint64_t fraction = rest % US_PER_SECOND;
	uint64_t seconds = rest / US_PER_SECOND;
	char *end = out + clock_format_date((int32_t)days, out);

	*end++ = ' ';
	end = put_digits(end, seconds / 3600, 2);
	*end++ = ':';
	end = put_digits(end, seconds / 60 % 60, 2);
	*end++ = ':';
	end = put_digits(end, seconds % 60, 2);
	if (fraction) {
		*end++ = '.';
		end = fraction % 1000 ? put_digits(end, fraction, 6)
				      : put_digits(end, fraction / 1000, 3);
	}
	*end = '\0';
	return (size_t)(end - out);
}

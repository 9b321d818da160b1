/*
 * calendar.h - dates of users: milliseconds since 1970 into a calendar date, and an age.
 */
#ifndef SIMULATOR_CALENDAR_H
#define SIMULATOR_CALENDAR_H

#include <stdint.h>

struct calendar_day {
	uint32_t year;
	uint32_t month;
	uint32_t day;
	uint32_t ms; /* of the day */
};

/* Proleptic Gregorian calendar, for years 1 to 9999. */
static inline struct calendar_day calendar_from_ms(int64_t ms)
{
	/* Days since 0000-03-01; Neri and Schneider, "Euclidean affine functions and their
	 * application to calendar algorithms" (2022). */
	uint64_t shifted = (uint64_t)(ms + 719468LL * 86400000);
	uint32_t days = (uint32_t)(shifted / 86400000);
	uint32_t n = 4 * days + 3;
	uint32_t century = n / 146097;
	uint32_t of_century = n % 146097 | 3;
	uint64_t p = (uint64_t)2939745 * of_century;
	uint32_t year_of_century = (uint32_t)(p >> 32);
	uint32_t day_of_year = (uint32_t)p / 2939745 / 4;
	uint32_t m = 2141 * day_of_year + 197913;
	struct calendar_day out;

	out.month = m >> 16;
	out.day = (m & 0xFFFF) / 2141 + 1;
	out.year = 100 * century + year_of_century;
	if (out.month > 12) {
		out.month -= 12;
		out.year++;
	}
	out.ms = (uint32_t)(shifted % 86400000);
	return out;
}

/* Whole years from one moment to a later one; 0 when it is not later. */
uint32_t calendar_age(int64_t from_ms, int64_t now_ms);

#endif

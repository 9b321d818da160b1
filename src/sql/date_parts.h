/* date_parts.h - the parts of a day, for the functions of dates. */
#ifndef SQL_DATE_PARTS_H
#define SQL_DATE_PARTS_H

#include "sql/time_text.h"

struct day {
	int64_t year;
	unsigned month, day; /* from 1 */
};

static inline struct day day_of(int32_t days)
{
	struct day day;

	time_date_of(days, &day.year, &day.month, &day.day);
	return day;
}

static inline int32_t days_of(int64_t year, unsigned month, unsigned day)
{
	int32_t days = 0;

	(void)time_days_of(year, month, day, &days);
	return days;
}

/* The same day of another month, or that month's last one. False: beyond the calendar. */
static inline bool add_months(int32_t days, int32_t months, int32_t *out)
{
	struct day day = day_of(days);
	int64_t month = day.year * 12 + (day.month - 1) + months;
	int64_t year = floor_div(month, 12);
	unsigned of_year = (unsigned)(month - year * 12) + 1;
	unsigned last = time_days_in_month(year, of_year);

	return time_days_of(year, of_year, day.day < last ? day.day : last, out);
}

/* Monday is 0. 1970-01-01 was a Thursday. */
static inline int32_t weekday(int32_t days)
{
	int64_t rest = ((int64_t)days + 3) % 7;

	return (int32_t)(rest < 0 ? rest + 7 : rest);
}

#endif

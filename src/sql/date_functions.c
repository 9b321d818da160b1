/*
 * date_functions.c - the parts of dates and times, and arithmetic with them, in the proleptic
 * Gregorian calendar and UTC.
 */
#include <math.h>

#include "sql/date_parts.h"
#include "sql/kernel.h"

#define MONTHS_PER_YEAR   12
#define SECONDS_PER_DAY   86400
#define DAYS_OF_400_YEARS 146097

/* The calendar repeats itself every 400 years, weekdays too: the same day in years whose first day
 * and whose neighbours are DATEs as well. */
static int32_t well_within(int32_t days)
{
	return days < 0 ? days + DAYS_OF_400_YEARS : days - DAYS_OF_400_YEARS;
}

static int32_t day_of_year(int32_t days)
{
	int32_t same = well_within(days);

	return same - days_of(day_of(same).year, 1, 1) + 1;
}

/* ISO 8601: the week belongs to the year that its Thursday is in. */
static int32_t week_of_year(int32_t days)
{
	return (day_of_year(well_within(days) - weekday(days) + 3) - 1) / 7 + 1;
}

/* ---- parts: `days` or `micros` is the argument of a row ----------------------------------------
 */

#define DATE_PART(name, part)                                                  \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *args, struct vector *out) \
	{                                                                      \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		(void)expr;                                                    \
		for (size_t row = 0; row < rows; row++) {                      \
			int32_t days = args[0].as.int32[row];                  \
			out->as.int32[row] = (part);                           \
		}                                                              \
		return US_OK;                                                  \
	}
#define TIME_PART(name, field, part)                                           \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *args, struct vector *out) \
	{                                                                      \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		(void)expr;                                                    \
		for (size_t row = 0; row < rows; row++) {                      \
			int64_t micros = args[0].as.int64[row], rest = micros; \
			(void)time_day_of(micros, &rest);                      \
			out->as.field[row] = (part);                           \
		}                                                              \
		return US_OK;                                                  \
	}

DATE_PART(eval_year, (int32_t)day_of(days).year)
DATE_PART(eval_quarter, (int32_t)(day_of(days).month + 2) / 3)
DATE_PART(eval_month, (int32_t)day_of(days).month)
DATE_PART(eval_day, (int32_t)day_of(days).day)
DATE_PART(eval_dayofweek, (weekday(days) + 1) % 7 + 1)
DATE_PART(eval_weekday, weekday(days))
DATE_PART(eval_weekofyear, week_of_year(days))
DATE_PART(eval_dayofyear, day_of_year(days))
DATE_PART(eval_unix_date, days)
TIME_PART(eval_hour, int32, (int32_t)(rest / MICROS_PER_SECOND / 3600))
TIME_PART(eval_minute, int32, (int32_t)(rest / MICROS_PER_SECOND / 60 % 60))
TIME_PART(eval_second, int32, (int32_t)(rest / MICROS_PER_SECOND % 60))
TIME_PART(eval_unix_seconds, int64, floor_div(micros, MICROS_PER_SECOND))
TIME_PART(eval_unix_millis, int64, floor_div(micros, 1000))
TIME_PART(eval_unix_micros, int64, micros)

static enum status eval_last_day(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		int32_t days = args[0].as.int32[row];
		struct day day = day_of(days);

		out->as.int32[row] = days +
				     (int32_t)(time_days_in_month(day.year, day.month) - day.day);
	}
	return US_OK;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static enum status add_days(struct eval *eval, const struct vector *args, struct vector *out,
			    bool back)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		uint32_t days = (uint32_t)args[0].as.int32[vector_index(&args[0], row)];
		uint32_t more = (uint32_t)args[1].as.int32[vector_index(&args[1], row)];

		out->as.int32[row] = (int32_t)(back ? days - more : days + more);
	}
	return US_OK;
}

static enum status eval_date_add(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	(void)expr;
	return add_days(eval, args, out, false);
}

static enum status eval_date_sub(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	(void)expr;
	return add_days(eval, args, out, true);
}

static enum status eval_add_months(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row) &&
		    !add_months(args[0].as.int32[vector_index(&args[0], row)],
				args[1].as.int32[vector_index(&args[1], row)], &out->as.int32[row]))
			eval->reject(eval, row, "add_months: beyond the calendar");
	return US_OK;
}

static double months_between(int64_t micros1, int64_t micros2, bool rounded)
{
	int64_t rest1, rest2, seconds;
	struct day a = day_of(time_day_of(micros1, &rest1));
	struct day b = day_of(time_day_of(micros2, &rest2));
	double months = (double)((a.year - b.year) * MONTHS_PER_YEAR + a.month - b.month);

	if (a.day == b.day || (a.day == time_days_in_month(a.year, a.month) &&
			       b.day == time_days_in_month(b.year, b.month)))
		return months;
	seconds = ((int64_t)a.day - b.day) * SECONDS_PER_DAY + rest1 / MICROS_PER_SECOND -
		  rest2 / MICROS_PER_SECOND;
	months += (double)seconds / (31.0 * SECONDS_PER_DAY);
	return rounded ? floor(months * 1e8 + 0.5) / 1e8 : months;
}

static enum status eval_months_between(struct eval *eval, const struct expr *expr,
				       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		bool rounded = expr->arg_count < 3 ||
			       args[2].as.boolean[vector_index(&args[2], row)];

		out->as.real[row] = months_between(args[0].as.int64[vector_index(&args[0], row)],
						   args[1].as.int64[vector_index(&args[1], row)],
						   rounded);
	}
	return US_OK;
}

static enum status eval_make_date(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		int32_t year = args[0].as.int32[vector_index(&args[0], row)];
		int32_t month = args[1].as.int32[vector_index(&args[1], row)];
		int32_t day = args[2].as.int32[vector_index(&args[2], row)];

		if (!kernel_is_valid(out, row))
			continue;
		if ((month < 1 || day < 1 ||
		     !time_days_of(year, (unsigned)month, (unsigned)day, &out->as.int32[row])) &&
		    !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

/* ---- numbers to times ------------------------------------------------------------------------ */

static enum status scale_rows(struct eval *eval, const struct vector *args, struct vector *out,
			      int64_t factor)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++)
		if (__builtin_mul_overflow(args[0].as.int64[row], factor, &out->as.int64[row]) &&
		    kernel_is_valid(out, row))
			eval->reject(eval, row, "a number beyond the years of a TIMESTAMP");
	return US_OK;
}

static enum status eval_timestamp_seconds(struct eval *eval, const struct expr *expr,
					  const struct vector *args, struct vector *out)
{
	(void)expr;
	return scale_rows(eval, args, out, MICROS_PER_SECOND);
}

static enum status eval_timestamp_millis(struct eval *eval, const struct expr *expr,
					 const struct vector *args, struct vector *out)
{
	(void)expr;
	return scale_rows(eval, args, out, 1000);
}

static enum status eval_same(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	(void)eval;
	(void)expr;
	out->as = args[0].as;
	return US_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_date_part, "D>i")
SIGNATURE(resolve_time_part, "T>i")
SIGNATURE(resolve_last_day, "D>D")
SIGNATURE(resolve_add, "Di>D")
SIGNATURE(resolve_diff, "DD>i")
SIGNATURE(resolve_between, "TTo>d")
SIGNATURE(resolve_make, "iii>D")
SIGNATURE(resolve_from_days, "i>D")

/* Without implicit casts, as in Spark. */
static bool resolve_exact(enum sql_kind kind, enum sql_kind result_kind, const char *message,
			  const struct sql_type *args, struct sql_type *want,
			  struct sql_type *result, const char **why)
{
	*why = message;
	want[0] = SQL_TYPE(kind);
	*result = SQL_TYPE(result_kind);
	return args[0].kind == kind || args[0].kind == SQL_NULL;
}

static bool resolve_unix_date(const struct sql_type *args, size_t count, struct sql_type *want,
			      struct sql_type *result, const char **why)
{
	(void)count;
	return resolve_exact(SQL_DATE, SQL_INT, "needs a DATE: cast it", args, want, result, why);
}

static bool resolve_unix_time(const struct sql_type *args, size_t count, struct sql_type *want,
			      struct sql_type *result, const char **why)
{
	(void)count;
	return resolve_exact(SQL_TIMESTAMP, SQL_BIGINT, "needs a TIMESTAMP: cast it", args, want,
			     result, why);
}

static bool resolve_to_time(const struct sql_type *args, size_t count, struct sql_type *want,
			    struct sql_type *result, const char **why)
{
	(void)count;
	*why = "needs a whole number: cast it to BIGINT";
	want[0] = SQL_TYPE(SQL_BIGINT);
	*result = SQL_TYPE(SQL_TIMESTAMP);
	return type_is_integral(args[0]) || args[0].kind == SQL_NULL;
}

#define ENTRY(n, least, most, types, kernel, sign, text, shown, gives)                           \
	{                                                                                        \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),        \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .signature = sign, .summary = text, \
		.example = shown, .result = gives                                                \
	}
#define PART(n, kernel, text, shown, gives) \
	ENTRY(n, 1, 1, resolve_date_part, kernel, n "(date DATE) -> INT", text, shown, gives)
#define CLOCK(n, kernel, text, shown, gives) \
	ENTRY(n, 1, 1, resolve_time_part, kernel, n "(time TIMESTAMP) -> INT", text, shown, gives)
const struct function functions_date[] = {
	PART("year", eval_year, "The year.", "year('2016-07-30')", "2016"),
	PART("quarter", eval_quarter, "The quarter, 1 to 4.", "quarter('2016-07-30')", "3"),
	PART("month", eval_month, "The month, 1 to 12.", "month('2016-07-30')", "7"),
	PART("day", eval_day, "The day of the month.", "day('2016-07-30')", "30"),
	PART("dayofmonth", eval_day, "The day of the month.", "dayofmonth('2016-07-30')", "30"),
	PART("dayofweek", eval_dayofweek, "The day of the week, 1 for Sunday.",
	     "dayofweek('2016-07-30')", "7"),
	PART("weekday", eval_weekday, "The day of the week, 0 for Monday.", "weekday('2016-07-30')",
	     "5"),
	PART("weekofyear", eval_weekofyear, "The week of the year by ISO 8601.",
	     "weekofyear('2016-01-01')", "53"),
	PART("dayofyear", eval_dayofyear, "The day of the year.", "dayofyear('2016-03-01')", "61"),
	CLOCK("hour", eval_hour, "The hour, 0 to 23.", "hour('2016-07-30 12:58:59')", "12"),
	CLOCK("minute", eval_minute, "The minute.", "minute('2016-07-30 12:58:59')", "58"),
	CLOCK("second", eval_second, "The second.", "second('2016-07-30 12:58:59.7')", "59"),
	ENTRY("last_day", 1, 1, resolve_last_day, eval_last_day, "last_day(date DATE) -> DATE",
	      "The last day of the month.", "last_day('2016-02-01')", "2016-02-29"),
	ENTRY("date_add", 2, 2, resolve_add, eval_date_add, "date_add(date DATE, days INT) -> DATE",
	      "So many days later.", "date_add('2016-07-30', 2)", "2016-08-01"),
	ENTRY("date_sub", 2, 2, resolve_add, eval_date_sub, "date_sub(date DATE, days INT) -> DATE",
	      "So many days earlier.", "date_sub('2016-07-30', 30)", "2016-06-30"),
	ENTRY("datediff", 2, 2, resolve_diff, eval_date_sub,
	      "datediff(end DATE, start DATE) -> INT", "Days from start to end.",
	      "datediff('2016-07-30', '2016-07-01')", "29"),
	ENTRY("date_diff", 2, 2, resolve_diff, eval_date_sub,
	      "date_diff(end DATE, start DATE) -> INT", "Another name of datediff.",
	      "date_diff('2016-07-30', '2016-07-01')", "29"),
	ENTRY("add_months", 2, 2, resolve_add, eval_add_months,
	      "add_months(date DATE, months INT) -> DATE",
	      "The same day of a month so much later, or its last day.",
	      "add_months('2016-08-31', 1)", "2016-09-30"),
	ENTRY("months_between", 2, 3, resolve_between, eval_months_between,
	      "months_between(a TIMESTAMP, b TIMESTAMP [, rounded BOOLEAN]) -> DOUBLE",
	      "Months from b to a, a month having 31 days where days are left over.",
	      "months_between('1997-02-28 10:30:00', '1996-10-30')", "3.94959677"),
	ENTRY("make_date", 3, 3, resolve_make, eval_make_date,
	      "make_date(year INT, month INT, day INT) -> DATE",
	      "The day; NULL where there is none such.", "make_date(2013, 7, 15)", "2013-07-15"),
	ENTRY("unix_seconds", 1, 1, resolve_unix_time, eval_unix_seconds,
	      "unix_seconds(time TIMESTAMP) -> BIGINT", "Seconds since 1970.",
	      "unix_seconds(TIMESTAMP '1970-01-01 00:00:01')", "1"),
	ENTRY("unix_millis", 1, 1, resolve_unix_time, eval_unix_millis,
	      "unix_millis(time TIMESTAMP) -> BIGINT", "Milliseconds since 1970.",
	      "unix_millis(TIMESTAMP '1970-01-01 00:00:01')", "1000"),
	ENTRY("unix_micros", 1, 1, resolve_unix_time, eval_unix_micros,
	      "unix_micros(time TIMESTAMP) -> BIGINT", "Microseconds since 1970.",
	      "unix_micros(TIMESTAMP '1970-01-01 00:00:01')", "1000000"),
	ENTRY("unix_date", 1, 1, resolve_unix_date, eval_unix_date, "unix_date(date DATE) -> INT",
	      "Days since 1970.", "unix_date(DATE '1970-01-02')", "1"),
	ENTRY("date_from_unix_date", 1, 1, resolve_from_days, eval_same,
	      "date_from_unix_date(days INT) -> DATE", "The day so many days after 1970-01-01.",
	      "date_from_unix_date(1)", "1970-01-02"),
	ENTRY("timestamp_seconds", 1, 1, resolve_to_time, eval_timestamp_seconds,
	      "timestamp_seconds(seconds BIGINT) -> TIMESTAMP",
	      "The instant so many seconds after 1970.", "timestamp_seconds(1230219000)",
	      "2008-12-25 15:30:00"),
	ENTRY("timestamp_millis", 1, 1, resolve_to_time, eval_timestamp_millis,
	      "timestamp_millis(millis BIGINT) -> TIMESTAMP",
	      "The instant so many milliseconds after 1970.", "timestamp_millis(1230219000123)",
	      "2008-12-25 15:30:00.123"),
	ENTRY("timestamp_micros", 1, 1, resolve_to_time, eval_same,
	      "timestamp_micros(micros BIGINT) -> TIMESTAMP",
	      "The instant so many microseconds after 1970.", "timestamp_micros(1230219000123123)",
	      "2008-12-25 15:30:00.123123"),
	{ .name = NULL },
};

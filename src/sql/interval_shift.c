/*
 * interval_shift.c - see interval_shift.h. The session's zone is UTC, where a day has 24 hours.
 */
#include "sql/interval_shift.h"

#include "sql/date_parts.h"
#include "sql/kernel.h"

bool interval_shift_type(struct sql_type time, struct sql_type by, struct sql_type *want,
			 struct sql_type *result, const char **why)
{
	if (time.kind == SQL_INTERVAL)
		*why = "write one INTERVAL, as in INTERVAL '1 day 2 hours'";
	else if (time.kind == SQL_STRING || time.kind == SQL_UUID)
		*why = "a text is no time: to_date(x), to_timestamp(x)";
	else
		*why = "an INTERVAL is added to a DATE or TIMESTAMP";
	if (time.kind != SQL_DATE && time.kind != SQL_TIMESTAMP)
		return false;
	*want = *result = by.precision == INTERVAL_TIME ? SQL_TYPE(SQL_TIMESTAMP) : time;
	return true;
}

static bool shift_date(int32_t days, const struct sql_interval *by, int sign, int32_t *out)
{
	*out = (int32_t)((uint32_t)days + (uint32_t)(sign * (by->micros / MICROS_PER_DAY)));
	return by->months == 0 || add_months(days, sign * by->months, out);
}

static bool shift_time(int64_t micros, const struct sql_interval *by, int sign, int64_t *out)
{
	int64_t rest;
	int32_t day;

	if (by->months == 0)
		return sign > 0 ? !__builtin_add_overflow(micros, by->micros, out)
				: !__builtin_sub_overflow(micros, by->micros, out);
	return add_months(time_day_of(micros, &rest), sign * by->months, &day) &&
	       !__builtin_mul_overflow((int64_t)day, MICROS_PER_DAY, out) &&
	       !__builtin_add_overflow(*out, rest, out);
}

enum status interval_shift(struct eval *eval, const struct vector *times,
			   const struct vector *intervals, int sign, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		const struct sql_interval *by =
		    &intervals->as.interval[vector_index(intervals, row)];
		size_t i = vector_index(times, row);
		bool good;

		if (!kernel_is_valid(out, row))
			continue;
		if (out->type.kind == SQL_DATE)
			good = shift_date(times->as.int32[i], by, sign, &out->as.int32[row]);
		else
			good = shift_time(times->as.int64[i], by, sign, &out->as.int64[row]);
		if (!good)
			eval->reject(eval, row, "INTERVAL: beyond the calendar");
	}
	return US_OK;
}

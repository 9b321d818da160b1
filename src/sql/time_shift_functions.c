/*
 * time_shift_functions.c - times moved: to the beginning of a unit (date_trunc, trunc), to and from
 * the wall clock of a zone.
 */
#include <strings.h>

#include "sql/date_parts.h"
#include "sql/kernel.h"
#include "sql/scratch.h"
#include "sql/time_zone.h"

/* ---- truncation ------------------------------------------------------------------------------ */

enum unit {
	NO_UNIT,
	MICROSECOND,
	MILLISECOND,
	SECOND,
	MINUTE,
	HOUR,
	DAY,
	WEEK,
	MONTH,
	QUARTER,
	YEAR
};

static enum unit unit_of(struct span text)
{
	static const struct {
		const char *name;
		enum unit unit;
	} units[] = {
		{ "MICROSECOND", MICROSECOND },
		{ "MILLISECOND", MILLISECOND },
		{ "SECOND", SECOND },
		{ "MINUTE", MINUTE },
		{ "HOUR", HOUR },
		{ "DAY", DAY },
		{ "DD", DAY },
		{ "WEEK", WEEK },
		{ "MON", MONTH },
		{ "MONTH", MONTH },
		{ "MM", MONTH },
		{ "QUARTER", QUARTER },
		{ "YEAR", YEAR },
		{ "YYYY", YEAR },
		{ "YY", YEAR },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strlen(units[i].name) == text.len &&
		    strncasecmp(units[i].name, text.data, text.len) == 0)
			return units[i].unit;
	return NO_UNIT;
}

static int32_t truncate_days(int32_t days, enum unit unit)
{
	struct day day = day_of(days);

	switch (unit) {
	case WEEK:
		return days - weekday(days);
	case MONTH:
		return days - (int32_t)day.day + 1;
	case QUARTER:
		return days_of(day.year, (day.month - 1) / 3 * 3 + 1, 1);
	case YEAR:
		return days_of(day.year, 1, 1);
	case NO_UNIT:
	case MICROSECOND:
	case MILLISECOND:
	case SECOND:
	case MINUTE:
	case HOUR:
	case DAY:
		break;
	}
	return days;
}

static bool truncate_micros(int64_t micros, enum unit unit, int64_t *out)
{
	static const int64_t sizes[] = { [MICROSECOND] = 1,
					 [MILLISECOND] = 1000,
					 [SECOND] = MICROS_PER_SECOND,
					 [MINUTE] = 60 * MICROS_PER_SECOND,
					 [HOUR] = 3600 * MICROS_PER_SECOND };
	int64_t rest;

	/* before the first TIMESTAMP Spark wraps where it needs no zone, and fails elsewhere */
	if (unit <= HOUR)
		return !__builtin_mul_overflow(floor_div(micros, sizes[unit]), sizes[unit], out) ||
		       unit <= SECOND;
	return !__builtin_mul_overflow((int64_t)truncate_days(time_day_of(micros, &rest), unit),
				       MICROS_PER_DAY, out);
}

static enum status eval_date_trunc(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		int64_t micros = args[1].as.int64[vector_index(&args[1], row)];
		enum unit unit;

		if (!kernel_is_valid(out, row))
			continue;
		unit = unit_of(kernel_text(&args[0], row));
		if (unit == NO_UNIT) {
			if (!kernel_set_null(eval, out, row))
				return kernel_no_memory(eval, expr);
		} else if (!truncate_micros(micros, unit, &out->as.int64[row])) {
			eval->reject(eval, row, "date_trunc: before the first TIMESTAMP");
		}
	}
	return US_OK;
}

static enum status eval_trunc(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		int32_t days = args[0].as.int32[vector_index(&args[0], row)];
		enum unit unit;

		if (!kernel_is_valid(out, row))
			continue;
		unit = unit_of(kernel_text(&args[1], row));
		if (unit >= WEEK)
			out->as.int32[row] = truncate_days(days, unit);
		else if (!kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

/* ---- time zones ------------------------------------------------------------------------------ */

static enum status convert_rows(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out, bool to_utc)
{
	struct time_zones *zones = scratch_zones(eval);
	size_t rows = kernel_rows(eval, out);

	if (!zones)
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows; row++) {
		int64_t micros = args[0].as.int64[vector_index(&args[0], row)];
		struct time_zone zone;
		bool fine;

		if (!kernel_is_valid(out, row))
			continue;
		if (!time_zone_find(zones, kernel_text(&args[1], row), &zone)) {
			eval->reject(eval, row, "there is no time zone of that name");
			continue;
		}
		fine = to_utc ? time_zone_to_utc(&zone, micros, &out->as.int64[row])
			      : time_zone_from_utc(&zone, micros, &out->as.int64[row]);
		if (!fine)
			eval->reject(eval, row, "beyond the years of a TIMESTAMP");
	}
	return US_OK;
}

static enum status eval_from_utc(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	return convert_rows(eval, expr, args, out, false);
}

static enum status eval_to_utc(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	return convert_rows(eval, expr, args, out, true);
}

/* A constant zone that does not exist is a compile error. */
static enum status prepare_zone(struct expr *expr, size_t *bad_arg, struct err *err)
{
	const struct span *name = constant_text(expr->args[1]);
	struct time_zones *zones;
	struct time_zone zone;
	bool found;

	if (!name)
		return US_OK;
	zones = time_zones_new();
	if (!zones)
		return err_no_memory(err, "looking for a time zone");
	found = time_zone_find(zones, *name, &zone);
	time_zones_free(zones);
	*bad_arg = 1;
	return found
		   ? US_OK
		   : err_set(err, US_REJECT, EXIT_BAD_CONFIG, "there is no time zone of that name");
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_date_trunc, "sT>T")
SIGNATURE(resolve_trunc, "Ds>D")
SIGNATURE(resolve_zone, "Ts>T")

#define ENTRY(n, least, most, types, kernel, sign, text, shown, gives)                           \
	{                                                                                        \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),        \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .signature = sign, .summary = text, \
		.example = shown, .result = gives                                                \
	}
#define ZONE(n, kernel, text, shown, gives)                                                   \
	{                                                                                     \
		.name = (n), .min_args = 2, .max_args = 2, .resolve = resolve_zone,           \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .prepare = prepare_zone,         \
		.signature = n "(time TIMESTAMP, zone STRING) -> TIMESTAMP", .summary = text, \
		.example = shown, .result = gives                                             \
	}

const struct function functions_time_shift[] = {
	ENTRY("date_trunc", 2, 2, resolve_date_trunc, eval_date_trunc,
	      "date_trunc(unit STRING, time TIMESTAMP) -> TIMESTAMP",
	      "The beginning of the YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, "
	      "MILLISECOND or MICROSECOND; NULL for another unit.",
	      "date_trunc('HOUR', '2015-03-05 09:32:05.359')", "2015-03-05 09:00:00"),
	ENTRY("trunc", 2, 2, resolve_trunc, eval_trunc, "trunc(date DATE, unit STRING) -> DATE",
	      "The first day of the YEAR, QUARTER, MONTH or WEEK; NULL for another unit.",
	      "trunc('2019-08-04', 'WEEK')", "2019-07-29"),
	ZONE("from_utc_timestamp", eval_from_utc, "What clocks in a zone show at that time of UTC.",
	     "from_utc_timestamp('2016-08-31', 'Asia/Seoul')", "2016-08-31 09:00:00"),
	ZONE("to_utc_timestamp", eval_to_utc, "What UTC is when clocks in a zone show that time.",
	     "to_utc_timestamp('2016-08-31', 'Asia/Seoul')", "2016-08-30 15:00:00"),
	{ .name = NULL },
};

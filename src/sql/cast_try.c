/*
 * cast_try.c - TRY_CAST: where CAST makes the best of a value (cuts the fraction of a text, wraps,
 * saturates), it gives NULL. These are the pairs of types where the two differ; and there are casts
 * that TRY_CAST does not have.
 */
#include <math.h>

#include "sql/cast.h"
#include "sql/decimal.h"
#include "sql/time_text.h"

/* Whole numbers only. */
static bool text_int64(struct span text, int64_t *out)
{
	return !memchr(text.data, '.', text.len) && text_to_int64(text, out);
}

static bool text_int32(struct span text, int32_t *out)
{
	return !memchr(text.data, '.', text.len) && text_to_int32(text, out);
}

static bool narrow(int64_t value, int32_t *out)
{
	*out = (int32_t)value;
	return value >= INT32_MIN && value <= INT32_MAX;
}

/* The limits are compared as DOUBLEs. */
static bool double_int32(double value, int32_t *out)
{
	if (!(floor(value) <= INT32_MAX && ceil(value) >= INT32_MIN))
		return false;
	*out = (int32_t)value;
	return true;
}

static bool double_int64(double value, int64_t *out)
{
	if (!(floor(value) <= 0x1p63 && ceil(value) >= -0x1p63))
		return false;
	*out = value >= 0x1p63 ? INT64_MAX : (int64_t)value;
	return true;
}

static bool double_timestamp(double seconds, int64_t *out)
{
	return double_int64(seconds * (double)MICROS_PER_SECOND, out);
}

static bool decimal_int64(int128 value, unsigned scale, int64_t *out)
{
	int128 whole = decimal_truncate(value, scale);

	*out = (int64_t)whole;
	return whole >= INT64_MIN && whole <= INT64_MAX;
}

static bool decimal_int32(int128 value, struct sql_type type, int32_t *out)
{
	int64_t whole;

	/* One that does not fit into a BIGINT goes through the DOUBLE. */
	if (type.precision > DECIMAL_LONG_PRECISION)
		return double_int32(decimal_to_double(value, type.scale), out);
	return decimal_int64(value, type.scale, &whole) && narrow(whole, out);
}

EACH_VALID_ROW(try_text_int32, text_int32(from->as.text[row], &out->as.int32[row]))
EACH_VALID_ROW(try_text_int64, text_int64(from->as.text[row], &out->as.int64[row]))
EACH_VALID_ROW(try_int64_int32, narrow(from->as.int64[row], &out->as.int32[row]))
EACH_VALID_ROW(try_double_int32, double_int32(from->as.real[row], &out->as.int32[row]))
EACH_VALID_ROW(try_double_int64, double_int64(from->as.real[row], &out->as.int64[row]))
EACH_VALID_ROW(try_double_timestamp, double_timestamp(from->as.real[row], &out->as.int64[row]))
EACH_VALID_ROW(try_decimal_int32,
	       decimal_int32(from->as.decimal[row], from->type, &out->as.int32[row]))
EACH_VALID_ROW(try_decimal_int64,
	       decimal_int64(from->as.decimal[row], from->type.scale, &out->as.int64[row]))
EACH_VALID_ROW(try_timestamp_int32,
	       narrow(floor_div(from->as.int64[row], MICROS_PER_SECOND), &out->as.int32[row]))
EACH_VALID_ROW(try_date_timestamp, !__builtin_mul_overflow((int64_t)from->as.int32[row],
							   MICROS_PER_DAY, &out->as.int64[row]))

/* Beyond CAST's rules: these pairs are not to be tried. */
static bool is_refused(struct sql_type from, struct sql_type to)
{
	switch ((enum sql_kind)from.kind) {
	case SQL_BOOLEAN:
		return to.kind == SQL_TIMESTAMP;
	case SQL_DATE:
		return to.kind != SQL_TIMESTAMP && !type_is_text(to);
	case SQL_TIMESTAMP:
		return to.kind == SQL_BOOLEAN;
	case SQL_INT:
	case SQL_BIGINT:
		return to.kind == SQL_BINARY;
	case SQL_NULL:
	case SQL_DOUBLE:
	case SQL_DECIMAL:
	case SQL_STRING:
	case SQL_BINARY:
	case SQL_ARRAY:
	case SQL_INTERVAL:
	case SQL_UUID:
		break;
	}
	return false;
}

bool try_cast_is_possible(struct sql_type from, struct sql_type to)
{
	return cast_is_possible(from, to) && (sql_type_equal(from, to) || !is_refused(from, to));
}

cast_kernel cast_try(struct sql_type from, struct sql_type to)
{
	bool narrowest = to.kind == SQL_INT;

	if (from.kind == SQL_DOUBLE && to.kind == SQL_TIMESTAMP)
		return try_double_timestamp;
	if (from.kind == SQL_DATE && to.kind == SQL_TIMESTAMP)
		return try_date_timestamp;
	if (to.kind != SQL_INT && to.kind != SQL_BIGINT)
		return NULL;
	if (type_is_text(from))
		return narrowest ? try_text_int32 : try_text_int64;
	if (from.kind == SQL_DOUBLE)
		return narrowest ? try_double_int32 : try_double_int64;
	if (from.kind == SQL_DECIMAL)
		return narrowest ? try_decimal_int32 : try_decimal_int64;
	if (from.kind == SQL_BIGINT && narrowest)
		return try_int64_int32;
	return from.kind == SQL_TIMESTAMP && narrowest ? try_timestamp_int32 : NULL;
}

/*
 * cast_number.c - CAST among BOOLEAN, numbers, DATE, TIMESTAMP and BINARY, with Java's habits: a
 * DOUBLE saturates, a BIGINT wraps, a DECIMAL goes through the DOUBLE's text.
 */
#include <math.h>

#include "sql/cast.h"
#include "sql/charset.h"
#include "sql/decimal.h"
#include "sql/double_text.h"
#include "sql/time_text.h"
#include "sql/utf8.h"

/* Java's (long) of a double. */
static int64_t double_to_int64(double value)
{
	if (isnan(value))
		return 0;
	if (value >= 0x1p63)
		return INT64_MAX;
	if (value <= -0x1p63)
		return INT64_MIN;
	return (int64_t)value;
}

static int32_t double_to_int32(double value)
{
	if (isnan(value))
		return 0;
	if (value >= 0x1p31)
		return INT32_MAX;
	if (value <= -0x1p31)
		return INT32_MIN;
	return (int32_t)value;
}

static int64_t seconds_to_micros(int64_t seconds)
{
	int64_t micros;

	if (__builtin_mul_overflow(seconds, MICROS_PER_SECOND, &micros))
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	return micros;
}

static bool double_to_decimal(double value, struct sql_type type, int128 *out)
{
	char text[DOUBLE_TEXT_MAX];
	struct span span = { .data = text, .len = double_format(value, text) };

	return decimal_parse(span, type, out);
}

static bool double_to_timestamp(double value, int64_t *out)
{
	*out = double_to_int64(value * (double)MICROS_PER_SECOND);
	return isfinite(value);
}

static bool decimal_to_decimal(int128 value, struct sql_type from, struct sql_type to, int128 *out)
{
	return decimal_rescale(value, from.scale, to.scale, to.precision, out);
}

static int64_t decimal_to_int64(int128 value, unsigned scale)
{
	return (int64_t)(uint64_t)(uint128)decimal_truncate(value, scale);
}

/* seconds * 10^6, cut; low 64 bits as Java's BigDecimal.longValue */
static int64_t decimal_to_timestamp(int128 value, unsigned scale)
{
	if (scale <= 6)
		return (int64_t)((uint64_t)(uint128)value * (uint64_t)decimal_power(6 - scale));
	return decimal_to_int64(value, scale - 6);
}

/* A kernel that converts each row; `convert` is an expression on from, out and row. All rows are
 * computed, NULL ones too, so the loops vectorise. */
#define EACH_ROW(name, convert)                                                \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *from, struct vector *out) \
	{                                                                      \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		(void)expr;                                                    \
		for (size_t row = 0; row < rows; row++)                        \
			convert;                                               \
		return US_OK;                                                  \
	}

EACH_ROW(boolean_int32, out->as.int32[row] = from->as.boolean[row])
EACH_ROW(boolean_int64, out->as.int64[row] = from->as.boolean[row])
EACH_ROW(boolean_double, out->as.real[row] = from->as.boolean[row])
EACH_VALID_ROW(boolean_decimal, decimal_rescale(from->as.boolean[row], 0, out->type.scale,
						out->type.precision, &out->as.decimal[row]))
EACH_ROW(int32_boolean, out->as.boolean[row] = from->as.int32[row] != 0)
EACH_ROW(int32_int64, out->as.int64[row] = from->as.int32[row])
EACH_ROW(int32_double, out->as.real[row] = from->as.int32[row])
EACH_VALID_ROW(int32_decimal, decimal_rescale(from->as.int32[row], 0, out->type.scale,
					      out->type.precision, &out->as.decimal[row]))
EACH_ROW(int32_timestamp, out->as.int64[row] = seconds_to_micros(from->as.int32[row]))
EACH_ROW(int64_boolean, out->as.boolean[row] = from->as.int64[row] != 0)
EACH_ROW(int64_int32, out->as.int32[row] = (int32_t)(uint32_t)(uint64_t)from->as.int64[row])
EACH_ROW(int64_double, out->as.real[row] = (double)from->as.int64[row])
EACH_VALID_ROW(int64_decimal, decimal_rescale(from->as.int64[row], 0, out->type.scale,
					      out->type.precision, &out->as.decimal[row]))
EACH_ROW(int64_timestamp, out->as.int64[row] = seconds_to_micros(from->as.int64[row]))
EACH_ROW(double_boolean, out->as.boolean[row] = from->as.real[row] != 0)
EACH_ROW(double_int32, out->as.int32[row] = double_to_int32(from->as.real[row]))
EACH_ROW(double_int64, out->as.int64[row] = double_to_int64(from->as.real[row]))
EACH_VALID_ROW(double_decimal,
	       double_to_decimal(from->as.real[row], out->type, &out->as.decimal[row]))
EACH_VALID_ROW(double_timestamp, double_to_timestamp(from->as.real[row], &out->as.int64[row]))
EACH_ROW(decimal_boolean, out->as.boolean[row] = from->as.decimal[row] != 0)
EACH_ROW(decimal_int32,
	 out->as.int32[row] = (int32_t)(uint32_t)(uint64_t)decimal_to_int64(from->as.decimal[row],
									    from->type.scale))
EACH_ROW(decimal_int64,
	 out->as.int64[row] = decimal_to_int64(from->as.decimal[row], from->type.scale))
EACH_ROW(decimal_double,
	 out->as.real[row] = decimal_to_double(from->as.decimal[row], from->type.scale))
EACH_VALID_ROW(decimal_decimal, decimal_to_decimal(from->as.decimal[row], from->type, out->type,
						   &out->as.decimal[row]))
EACH_ROW(decimal_timestamp,
	 out->as.int64[row] = decimal_to_timestamp(from->as.decimal[row], from->type.scale))
EACH_ROW(timestamp_boolean, out->as.boolean[row] = from->as.int64[row] != 0)
EACH_ROW(timestamp_int32,
	 out->as.int32[row] = (int32_t)(uint32_t)(uint64_t)floor_div(from->as.int64[row],
								     MICROS_PER_SECOND))
EACH_ROW(timestamp_int64, out->as.int64[row] = floor_div(from->as.int64[row], MICROS_PER_SECOND))
EACH_ROW(timestamp_double,
	 out->as.real[row] = (double)from->as.int64[row] / (double)MICROS_PER_SECOND)
EACH_VALID_ROW(timestamp_decimal,
	       double_to_decimal((double)from->as.int64[row] / (double)MICROS_PER_SECOND, out->type,
				 &out->as.decimal[row]))

static enum status timestamp_date(struct eval *eval, const struct expr *expr,
				  const struct vector *from, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	int64_t rest;

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.int32[row] = time_day_of(from->as.int64[row], &rest);
	return US_OK;
}

static enum status date_timestamp(struct eval *eval, const struct expr *expr,
				  const struct vector *from, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (__builtin_mul_overflow((int64_t)from->as.int32[row], MICROS_PER_DAY,
					   &out->as.int64[row]) &&
		    kernel_is_valid(out, row))
			eval->reject(eval, row, "a DATE beyond the years of a TIMESTAMP");
	return US_OK;
}

/* Big endian bytes, as Java writes integers. */
static enum status integral_binary(struct eval *eval, const struct expr *expr,
				   const struct vector *from, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out), width = from->type.kind == SQL_INT ? 4 : 8;

	for (size_t row = 0; row < rows; row++) {
		char *room = text_heap_reserve(&heap, width);
		uint64_t value = width == 4 ? (uint64_t)from->as.int32[row]
					    : (uint64_t)from->as.int64[row];

		if (!room)
			return kernel_no_memory(eval, expr);
		for (size_t i = width; i-- > 0; value >>= 8)
			room[i] = (char)(value & 0xff);
		out->as.text[row] = text_heap_keep(&heap, width);
	}
	return US_OK;
}

/* Bytes that are no UTF-8 become U+FFFD, as they do where Spark's STRING is read by Java. */
enum status cast_binary_to_text(struct eval *eval, const struct expr *expr,
				const struct vector *from, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span bytes = from->as.text[row];
		const char *p = bytes.data, *end = bytes.data + bytes.len;
		size_t skip, size;
		char *room;

		out->as.text[row] = bytes;
		if (!kernel_is_valid(out, row))
			continue;
		while (p < end && (size = utf8_check(p, end, &skip)) > 0)
			p += size;
		if (p == end)
			continue;
		room = text_heap_reserve(&heap, charset_decoded_max(bytes.len));
		if (!room)
			return kernel_no_memory(eval, expr);
		out->as.text[row] = text_heap_keep(&heap,
						   charset_decode(CHARSET_UTF_8, bytes, room));
	}
	return US_OK;
}

#define KINDS (SQL_UUID + 1)

cast_kernel cast_of_number(struct sql_type from, struct sql_type to)
{
	static const cast_kernel kernels[KINDS][KINDS] = {
		[SQL_BOOLEAN] = { [SQL_INT] = boolean_int32,
				  [SQL_BIGINT] = boolean_int64,
				  [SQL_DOUBLE] = boolean_double,
				  [SQL_DECIMAL] = boolean_decimal,
				  [SQL_TIMESTAMP] = boolean_int64 },
		[SQL_INT] = { [SQL_BOOLEAN] = int32_boolean,
			      [SQL_BIGINT] = int32_int64,
			      [SQL_DOUBLE] = int32_double,
			      [SQL_DECIMAL] = int32_decimal,
			      [SQL_TIMESTAMP] = int32_timestamp,
			      [SQL_BINARY] = integral_binary },
		[SQL_BIGINT] = { [SQL_BOOLEAN] = int64_boolean,
				 [SQL_INT] = int64_int32,
				 [SQL_DOUBLE] = int64_double,
				 [SQL_DECIMAL] = int64_decimal,
				 [SQL_TIMESTAMP] = int64_timestamp,
				 [SQL_BINARY] = integral_binary },
		[SQL_DOUBLE] = { [SQL_BOOLEAN] = double_boolean,
				 [SQL_INT] = double_int32,
				 [SQL_BIGINT] = double_int64,
				 [SQL_DECIMAL] = double_decimal,
				 [SQL_TIMESTAMP] = double_timestamp },
		[SQL_DECIMAL] = { [SQL_BOOLEAN] = decimal_boolean,
				  [SQL_INT] = decimal_int32,
				  [SQL_BIGINT] = decimal_int64,
				  [SQL_DOUBLE] = decimal_double,
				  [SQL_DECIMAL] = decimal_decimal,
				  [SQL_TIMESTAMP] = decimal_timestamp },
	};

	return kernels[from.kind][to.kind];
}

cast_kernel cast_of_time(struct sql_type from, struct sql_type to)
{
	static const cast_kernel kernels[KINDS] = {
		[SQL_BOOLEAN] = timestamp_boolean, [SQL_INT] = timestamp_int32,
		[SQL_BIGINT] = timestamp_int64,    [SQL_DOUBLE] = timestamp_double,
		[SQL_DECIMAL] = timestamp_decimal, [SQL_DATE] = timestamp_date,
	};

	if (from.kind == SQL_DATE)
		return to.kind == SQL_TIMESTAMP ? date_timestamp : NULL;
	return kernels[to.kind];
}

/*
 * math_functions.c - ceil, floor, round, sign: what IEEE 754 or the decimal text settles, so
 * that every machine gives Java's result.
 */
#include <math.h>

#include "sql/decimal.h"
#include "sql/double_parse.h"
#include "sql/double_text.h"
#include "sql/kernel.h"

static int64_t saturate(double value)
{
	if (isnan(value))
		return 0;
	if (value >= 0x1p63)
		return INT64_MAX;
	return value <= -0x1p63 ? INT64_MIN : (int64_t)value;
}

/* Whole number of a DECIMAL, towards minus (up = 0) or plus infinity. */
static int128 whole(int128 value, unsigned scale, bool up)
{
	int128 power = (int128)decimal_power(scale), cut = value / power, rest = value % power;

	if (up)
		return cut + (rest > 0);
	return cut - (rest < 0);
}

static enum status to_whole(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out, bool up)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		if (args[0].type.kind == SQL_DECIMAL)
			out->as.decimal[row] = whole(args[0].as.decimal[row], args[0].type.scale,
						     up);
		else if (args[0].type.kind == SQL_BIGINT)
			out->as.int64[row] = args[0].as.int64[row];
		else
			out->as.int64[row] = saturate(up ? ceil(args[0].as.real[row])
							 : floor(args[0].as.real[row]));
	}
	return US_OK;
}

static enum status eval_ceil(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	return to_whole(eval, expr, args, out, true);
}

static enum status eval_floor(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return to_whole(eval, expr, args, out, false);
}

static enum status eval_sign(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		double value = args[0].as.real[row];

		out->as.real[row] = value > 0 ? 1.0 : value < 0 ? -1.0 : value;
	}
	return US_OK;
}

/* ---- round ----------------------------------------------------------------------------------- */

/*
 * The digits that Java prints for the DOUBLE, rounded half up at `places` behind the point, read
 * back. Works on the text: [-]d.dddE[-]xx or [-]ddd.ddd.
 */
static double round_real(double value, int32_t places, struct arena *arena)
{
	char text[DOUBLE_TEXT_MAX], digits[DOUBLE_TEXT_MAX + 16];
	size_t len, count = 0, out = 0;
	int64_t point = -1, exponent = 0, keep;
	bool negative = value < 0;

	if (!isfinite(value))
		return value;
	if (value == 0)
		return 0.0; /* -0.0 too */
	len = double_format(value, text);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.')
			point = (int64_t)count;
		else if (text[i] >= '0' && text[i] <= '9')
			digits[count++] = text[i];
		else if (text[i] == 'E') {
			bool below = text[i + 1] == '-';

			for (i += 1 + below; i < len; i++)
				exponent = exponent * 10 + (text[i] - '0');
			if (below)
				exponent = -exponent;
		}
	}
	/* 0.digits * 10^point, of which `keep` digits stay */
	point += exponent;
	keep = point + places;
	if (keep >= (int64_t)count)
		return value;
	if (keep < 0)
		return 0.0;
	if (digits[keep] >= '5') {
		int64_t i = keep - 1;

		while (i >= 0 && digits[i] == '9')
			digits[i--] = '0';
		if (i >= 0) {
			digits[i]++;
		} else { /* 9.99 became 10.0 */
			memmove(digits + 1, digits, (size_t)keep);
			digits[0] = '1';
			keep++;
			point++;
		}
	}
	if (keep == 0)
		return 0.0;
	out = (size_t)keep;
	out += (size_t)snprintf(digits + out, sizeof(digits) - out, "e%lld",
				(long long)(point - keep));
	if (double_parse((struct span){ digits, out }, arena, &value) != DOUBLE_PARSED)
		return value;
	return negative && value != 0 ? -value : value;
}

/* A whole number, rounded at 10^-places; places < 0. Wraps to 64 bits. */
static int64_t round_whole(int64_t value, int32_t places)
{
	int128 rounded;

	if (places >= 0)
		return value;
	if (places < -19 ||
	    !decimal_rescale(value, (unsigned)-places, 0, DECIMAL_MAX_PRECISION, &rounded))
		return 0;
	return (int64_t)(uint64_t)(uint128)(rounded * (int128)decimal_power((unsigned)-places));
}

/* `places` at the result's scale or left of the point: false where 38 digits do not hold it. */
static bool round_decimal(int128 value, struct sql_type from, int32_t places, struct sql_type to,
			  int128 *out)
{
	int64_t cut = -(int64_t)places; /* digits left of the point */

	if (cut <= 0)
		return decimal_rescale(value, from.scale, to.scale, to.precision, out);
	*out = 0;
	if (cut + from.scale > DECIMAL_MAX_PRECISION)
		return true;
	if (!decimal_rescale(value, from.scale + (unsigned)cut, 0, DECIMAL_MAX_PRECISION, out))
		return false;
	return decimal_rescale(*out, 0, (unsigned)cut, DECIMAL_MAX_PRECISION, out);
}

static enum status eval_round(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		size_t at = vector_index(&args[0], row);
		int32_t places = expr->arg_count > 1 ? args[1].as.int32[vector_index(&args[1], row)]
						     : 0;

		if (out->type.kind == SQL_INT)
			out->as.int32[row] = (int32_t)(uint32_t)(uint64_t)round_whole(
			    args[0].as.int32[at], places);
		else if (out->type.kind == SQL_BIGINT)
			out->as.int64[row] = round_whole(args[0].as.int64[at], places);
		else if (out->type.kind == SQL_DOUBLE)
			out->as.real[row] = round_real(args[0].as.real[at], places, eval->arena);
		else if (kernel_is_valid(out, row) &&
			 !round_decimal(args[0].as.decimal[at], args[0].type, places, out->type,
					&out->as.decimal[row]))
			eval->reject(eval, row, "a DECIMAL that is rounded up to 39 digits");
	}
	return US_OK;
}

/* ---- types ----------------------------------------------------------------------------------- */

SIGNATURE(resolve_real, "d>d")

static bool resolve_whole(const struct sql_type *args, size_t count, struct sql_type *want,
			  struct sql_type *result, const char **why)
{
	if (args[0].kind == SQL_DECIMAL) {
		want[0] = *result = args[0];
		if (args[0].scale > 0)
			*result = decimal_type(args[0].precision - args[0].scale + 1, 0);
		return true;
	}
	if (args[0].kind == SQL_BIGINT)
		return resolve_signature("l>l", args, count, want, result, why);
	return resolve_signature("d>l", args, count, want, result, why);
}

/* One digit more for what is rounded up. */
static struct sql_type decimal_round_type(struct sql_type from, int32_t places)
{
	int whole = from.precision - from.scale + 1, scale = 0;

	if (places < 0) {
		int64_t cut = 1 - (int64_t)places;

		if (cut > whole)
			whole = cut < DECIMAL_MAX_PRECISION ? (int)cut : DECIMAL_MAX_PRECISION;
	} else {
		scale = places < from.scale ? places : from.scale;
	}
	whole += scale;
	return decimal_type(
	    (unsigned)(whole < DECIMAL_MAX_PRECISION ? whole : DECIMAL_MAX_PRECISION),
	    (unsigned)scale);
}

static bool resolve_round(const struct sql_type *args, size_t count, struct sql_type *want,
			  struct sql_type *result, const char **why)
{
	if (!resolve_signature("ni>0", args, count, want, result, why))
		return false;
	if (want[0].kind == SQL_NULL)
		want[0] = *result = SQL_TYPE(SQL_DOUBLE);
	if (result->kind == SQL_DECIMAL)
		*result = decimal_round_type(args[0], 0);
	return true;
}

/* Places must be constant, as in Spark: they decide the type of a DECIMAL. */
static enum status prepare_round(struct expr *expr, size_t *bad_arg, struct err *err)
{
	const struct vector *places;

	if (expr->arg_count < 2)
		return US_OK;
	if (expr->args[1]->kind != EXPR_LITERAL) {
		*bad_arg = 1;
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the places of round must be constant");
	}
	places = &expr->args[1]->literal;
	if (expr->type.kind == SQL_DECIMAL && !vector_is_null(places, 0))
		expr->type = decimal_round_type(expr->args[0]->type, *places->as.int32);
	return US_OK;
}

#define ENTRY(n, types, kernel, sign, text, shown, gives)                                        \
	{                                                                                        \
		.name = (n), .min_args = 1, .max_args = 1, .resolve = (types),                   \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .signature = sign, .summary = text, \
		.example = shown, .result = gives                                                \
	}

const struct function functions_math[] = {
	ENTRY("ceil", resolve_whole, eval_ceil, "ceil(a) -> BIGINT, or DECIMAL of a DECIMAL",
	      "The least whole number that is not less.", "ceil(-0.5D)", "0"),
	ENTRY("ceiling", resolve_whole, eval_ceil, "ceiling(a) -> BIGINT, or DECIMAL of a DECIMAL",
	      "Another name of ceil.", "ceiling(1.2D)", "2"),
	ENTRY("floor", resolve_whole, eval_floor, "floor(a) -> BIGINT, or DECIMAL of a DECIMAL",
	      "The greatest whole number that is not greater.", "floor(-0.5D)", "-1"),
	ENTRY("sign", resolve_real, eval_sign, "sign(a DOUBLE) -> DOUBLE",
	      "-1.0, 0.0 or 1.0, as the number is negative, zero or positive.", "sign(-5)", "-1.0"),
	ENTRY("signum", resolve_real, eval_sign, "signum(a DOUBLE) -> DOUBLE",
	      "Another name of sign.", "signum(5)", "1.0"),
	{ .name = "round",
	  .min_args = 1,
	  .max_args = 2,
	  .resolve = resolve_round,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_round,
	  .prepare = prepare_round,
	  .signature = "round(a [, places INT]) -> a's type; DECIMAL of a DECIMAL",
	  .summary = "The number rounded half away from zero, on its decimal digits.",
	  .example = "round(2.675D, 2)",
	  .result = "2.68" },
	{ .name = NULL },
};

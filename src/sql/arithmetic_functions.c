/*
 * arithmetic_functions.c - + - * / % div, signs and bits. INT and BIGINT wrap; what divides by zero
 * is NULL; STRING becomes DOUBLE.
 */
#include <math.h>

#include "sql/decimal_math.h"
#include "sql/interval_shift.h"
#include "sql/kernel.h"

/* A loop over two columns, `l` and `r` being the values and `row` the row. Wraps in unsigned. */
#define LOOP2(type, field, result)                                                   \
	do {                                                                         \
		const type *a = args[0].as.field, *b = args[1].as.field;             \
		size_t ls = args[0].constant ? 0 : 1, rs = args[1].constant ? 0 : 1; \
		for (size_t row = 0; row < rows; row++) {                            \
			type l = a[row * ls], r = b[row * rs];                       \
			out->as.field[row] = (result);                               \
		}                                                                    \
	} while (0)

/* As LOOP2, but a row whose divisor is 0 becomes NULL. */
#define DIVIDE2(type, from, to, result)                                              \
	do {                                                                         \
		const type *a = args[0].as.from, *b = args[1].as.from;               \
		size_t ls = args[0].constant ? 0 : 1, rs = args[1].constant ? 0 : 1; \
		for (size_t row = 0; row < rows; row++) {                            \
			type l = a[row * ls], r = b[row * rs];                       \
			if (r != 0)                                                  \
				out->as.to[row] = (result);                          \
			else if (!kernel_set_null(eval, out, row))                   \
				return kernel_no_memory(eval, expr);                 \
		}                                                                    \
	} while (0)

#define WRAP32(op) ((int32_t)((uint32_t)l op(uint32_t) r))
#define WRAP64(op) ((int64_t)((uint64_t)l op(uint64_t) r))

typedef bool (*decimal_operation)(struct decimal a, struct decimal b, struct sql_type type,
				  int128 *out);

static struct decimal decimal_at(const struct vector *vector, size_t row)
{
	return (struct decimal){ vector->as.decimal[vector_index(vector, row)],
				 vector->type.scale };
}

static enum status decimal_rows(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out,
				decimal_operation operation, int sign)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct decimal a = decimal_at(&args[0], row), b = decimal_at(&args[1], row);

		b.value *= sign;
		if (kernel_is_valid(out, row) &&
		    !operation(a, b, out->type, &out->as.decimal[row]) &&
		    !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status decimal_div_rows(struct eval *eval, const struct expr *expr,
				    const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct decimal a = decimal_at(&args[0], row), b = decimal_at(&args[1], row);

		if (kernel_is_valid(out, row) && !decimal_div(a, b, &out->as.int64[row]) &&
		    !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_add(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (args[1].type.kind == SQL_INTERVAL)
		return interval_shift(eval, &args[0], &args[1], 1, out);
	if (args[0].type.kind == SQL_INTERVAL)
		return interval_shift(eval, &args[1], &args[0], 1, out);
	if (out->type.kind == SQL_DECIMAL)
		return decimal_rows(eval, expr, args, out, decimal_add, 1);
	if (out->type.kind == SQL_INT || out->type.kind == SQL_DATE)
		LOOP2(int32_t, int32, WRAP32(+));
	else if (out->type.kind == SQL_BIGINT)
		LOOP2(int64_t, int64, WRAP64(+));
	else
		LOOP2(double, real, l + r);
	return US_OK;
}

static enum status eval_subtract(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (args[1].type.kind == SQL_INTERVAL)
		return interval_shift(eval, &args[0], &args[1], -1, out);
	if (out->type.kind == SQL_DECIMAL)
		return decimal_rows(eval, expr, args, out, decimal_add, -1);
	if (out->type.kind == SQL_INT || out->type.kind == SQL_DATE)
		LOOP2(int32_t, int32, WRAP32(-));
	else if (out->type.kind == SQL_BIGINT)
		LOOP2(int64_t, int64, WRAP64(-));
	else
		LOOP2(double, real, l - r);
	return US_OK;
}

static enum status eval_multiply(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (out->type.kind == SQL_DECIMAL)
		return decimal_rows(eval, expr, args, out, decimal_multiply, 1);
	if (out->type.kind == SQL_INT)
		LOOP2(int32_t, int32, WRAP32(*));
	else if (out->type.kind == SQL_BIGINT)
		LOOP2(int64_t, int64, WRAP64(*));
	else
		LOOP2(double, real, l *r);
	return US_OK;
}

static enum status eval_divide(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (out->type.kind == SQL_DECIMAL)
		return decimal_rows(eval, expr, args, out, decimal_divide, 1);
	DIVIDE2(double, real, real, l / r);
	return US_OK;
}

/* -1 apart: the least integer divided by it overflows. */
static enum status eval_remainder(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (out->type.kind == SQL_DECIMAL)
		return decimal_rows(eval, expr, args, out, decimal_remainder, 1);
	if (out->type.kind == SQL_INT)
		DIVIDE2(int32_t, int32, int32, r == -1 ? 0 : l % r);
	else if (out->type.kind == SQL_BIGINT)
		DIVIDE2(int64_t, int64, int64, r == -1 ? 0 : l % r);
	else
		DIVIDE2(double, real, real, fmod(l, r));
	return US_OK;
}

static enum status eval_div(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (args[0].type.kind == SQL_DECIMAL)
		return decimal_div_rows(eval, expr, args, out);
	DIVIDE2(int64_t, int64, int64, r == -1 ? (int64_t) - (uint64_t)l : l / r);
	return US_OK;
}

static int32_t pmod32(int32_t l, int32_t r)
{
	int32_t rest = r == -1 ? 0 : l % r;

	if (rest >= 0)
		return rest;
	rest = (int32_t)((uint32_t)rest + (uint32_t)r);
	return r == -1 ? 0 : rest % r;
}

static int64_t pmod64(int64_t l, int64_t r)
{
	int64_t rest = r == -1 ? 0 : l % r;

	if (rest >= 0)
		return rest;
	rest = (int64_t)((uint64_t)rest + (uint64_t)r);
	return r == -1 ? 0 : rest % r;
}

static double pmod_real(double l, double r)
{
	double rest = fmod(l, r);

	return rest < 0 ? fmod(rest + r, r) : rest;
}

static enum status eval_pmod(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (out->type.kind == SQL_DECIMAL)
		return decimal_rows(eval, expr, args, out, decimal_pmod, 1);
	if (out->type.kind == SQL_INT)
		DIVIDE2(int32_t, int32, int32, pmod32(l, r));
	else if (out->type.kind == SQL_BIGINT)
		DIVIDE2(int64_t, int64, int64, pmod64(l, r));
	else
		DIVIDE2(double, real, real, pmod_real(l, r));
	return US_OK;
}

/* ---- bits ------------------------------------------------------------------------------------ */

#define BITS(name, op)                                                         \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *args, struct vector *out) \
	{                                                                      \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		(void)expr;                                                    \
		if (out->type.kind == SQL_INT)                                 \
			LOOP2(int32_t, int32, WRAP32(op));                     \
		else                                                           \
			LOOP2(int64_t, int64, WRAP64(op));                     \
		return US_OK;                                                  \
	}

BITS(eval_bit_and, &)
BITS(eval_bit_or, |)
BITS(eval_bit_xor, ^)

static enum status eval_bit_not(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (out->type.kind == SQL_INT)
			out->as.int32[row] = ~args[0].as.int32[row];
		else
			out->as.int64[row] = ~args[0].as.int64[row];
	return US_OK;
}

/* ---- signs ----------------------------------------------------------------------------------- */

static enum status eval_negative(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		if (out->type.kind == SQL_INT)
			out->as.int32[row] = (int32_t) - (uint32_t)args[0].as.int32[row];
		else if (out->type.kind == SQL_BIGINT)
			out->as.int64[row] = (int64_t) - (uint64_t)args[0].as.int64[row];
		else if (out->type.kind == SQL_DECIMAL)
			out->as.decimal[row] = -args[0].as.decimal[row];
		else
			out->as.real[row] = -args[0].as.real[row];
	}
	return US_OK;
}

static enum status eval_positive(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	(void)eval;
	(void)expr;
	out->as = args[0].as;
	return US_OK;
}

static enum status eval_abs(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		const struct vector *from = &args[0];

		if (out->type.kind == SQL_INT)
			out->as.int32[row] = from->as.int32[row] < 0
						 ? (int32_t) - (uint32_t)from->as.int32[row]
						 : from->as.int32[row];
		else if (out->type.kind == SQL_BIGINT)
			out->as.int64[row] = from->as.int64[row] < 0
						 ? (int64_t) - (uint64_t)from->as.int64[row]
						 : from->as.int64[row];
		else if (out->type.kind == SQL_DECIMAL)
			out->as.decimal[row] = from->as.decimal[row] < 0 ? -from->as.decimal[row]
									 : from->as.decimal[row];
		else
			out->as.real[row] = fabs(from->as.real[row]);
	}
	return US_OK;
}

/* ---- types ----------------------------------------------------------------------------------- */

/* What is to be done where there are no two numbers. */
static const char *no_numbers(const struct sql_type *args)
{
	if (args[0].kind == SQL_INTERVAL || args[1].kind == SQL_INTERVAL)
		return "an INTERVAL is added to a DATE or TIMESTAMP, or taken from one";
	if (type_is_time(args[0]) && type_is_time(args[1]))
		return "datediff(a, b) gives the days between, unix_micros(a) - unix_micros(b) the "
		       "microseconds";
	if (type_is_time(args[0]) || type_is_time(args[1]))
		return "a DATE takes an INT of days, a TIMESTAMP an INTERVAL: x + INTERVAL 1 DAY";
	return "needs numbers: CAST(x AS DOUBLE), or concat(a, b) of texts";
}

/* The type both sides get, DECIMALs keeping their own. False: no numbers. */
static bool resolve_numbers(const struct sql_type *args, struct sql_type *want, const char **why)
{
	struct sql_type types[2] = { args[0], args[1] };

	*why = no_numbers(args);
	for (int i = 0; i < 2; i++) {
		if (type_is_text(types[i]))
			types[i] = SQL_TYPE(SQL_DOUBLE);
		if (!type_is_number(types[i]) && types[i].kind != SQL_NULL)
			return false;
	}
	if (types[0].kind == SQL_NULL)
		types[0] = types[1].kind == SQL_NULL ? SQL_TYPE(SQL_DOUBLE) : types[1];
	if (types[1].kind == SQL_NULL)
		types[1] = types[0];
	if (types[0].kind == SQL_DOUBLE || types[1].kind == SQL_DOUBLE) {
		want[0] = want[1] = SQL_TYPE(SQL_DOUBLE);
	} else if (types[0].kind == SQL_DECIMAL || types[1].kind == SQL_DECIMAL) {
		want[0] = decimal_of(types[0]);
		want[1] = decimal_of(types[1]);
	} else {
		want[0] = want[1] = SQL_TYPE(
		    types[0].kind == SQL_BIGINT || types[1].kind == SQL_BIGINT ? SQL_BIGINT
									       : SQL_INT);
	}
	return true;
}

static bool resolve_sum(const struct sql_type *args, size_t count, struct sql_type *want,
			struct sql_type *result, const char **why)
{
	(void)count;
	if (args[1].kind == SQL_INTERVAL) {
		want[1] = args[1];
		return interval_shift_type(args[0], args[1], &want[0], result, why);
	}
	if (args[0].kind == SQL_DATE && args[1].kind == SQL_INT) {
		want[0] = *result = SQL_TYPE(SQL_DATE);
		want[1] = SQL_TYPE(SQL_INT);
		return true;
	}
	if (!resolve_numbers(args, want, why))
		return false;
	*result = want[0].kind == SQL_DECIMAL ? decimal_sum_type(want[0], want[1]) : want[0];
	return true;
}

static bool resolve_add(const struct sql_type *args, size_t count, struct sql_type *want,
			struct sql_type *result, const char **why)
{
	if (args[0].kind == SQL_INTERVAL) {
		want[0] = args[0];
		return interval_shift_type(args[1], args[0], &want[1], result, why);
	}
	if (args[0].kind == SQL_INT && args[1].kind == SQL_DATE) {
		want[0] = SQL_TYPE(SQL_INT);
		want[1] = *result = SQL_TYPE(SQL_DATE);
		return true;
	}
	return resolve_sum(args, count, want, result, why);
}

static bool resolve_product(const struct sql_type *args, size_t count, struct sql_type *want,
			    struct sql_type *result, const char **why)
{
	(void)count;
	if (!resolve_numbers(args, want, why))
		return false;
	*result = want[0].kind == SQL_DECIMAL ? decimal_product_type(want[0], want[1]) : want[0];
	return true;
}

static bool resolve_quotient(const struct sql_type *args, size_t count, struct sql_type *want,
			     struct sql_type *result, const char **why)
{
	(void)count;
	if (!resolve_numbers(args, want, why))
		return false;
	if (want[0].kind != SQL_DECIMAL) {
		want[0] = want[1] = *result = SQL_TYPE(SQL_DOUBLE);
		return true;
	}
	*result = decimal_quotient_type(want[0], want[1]);
	return true;
}

static bool resolve_remainder(const struct sql_type *args, size_t count, struct sql_type *want,
			      struct sql_type *result, const char **why)
{
	(void)count;
	if (!resolve_numbers(args, want, why))
		return false;
	*result = want[0].kind == SQL_DECIMAL ? decimal_remainder_type(want[0], want[1]) : want[0];
	return true;
}

static bool resolve_div(const struct sql_type *args, size_t count, struct sql_type *want,
			struct sql_type *result, const char **why)
{
	bool decimal = false;

	*result = SQL_TYPE(SQL_BIGINT);
	for (size_t i = 0; i < count; i++) {
		*why = "needs whole numbers or DECIMALs: cast to BIGINT";
		if (!type_is_integral(args[i]) && args[i].kind != SQL_DECIMAL &&
		    args[i].kind != SQL_NULL)
			return false;
		decimal = decimal || args[i].kind == SQL_DECIMAL;
		want[i] = SQL_TYPE(SQL_BIGINT);
	}
	return !decimal || resolve_numbers(args, want, why);
}

static bool resolve_bits(const struct sql_type *args, size_t count, struct sql_type *want,
			 struct sql_type *result, const char **why)
{
	*result = SQL_TYPE(SQL_INT);
	*why = "needs whole numbers: cast to BIGINT";
	for (size_t i = 0; i < count; i++) {
		if (!type_is_integral(args[i]) && args[i].kind != SQL_NULL)
			return false;
		if (args[i].kind == SQL_BIGINT)
			*result = SQL_TYPE(SQL_BIGINT);
	}
	for (size_t i = 0; i < count; i++)
		want[i] = *result;
	return true;
}

SIGNATURE(resolve_sign, "n>0")

#define ENTRY_IN_ORDER(n, args, types, order, kernel, sign, text, shown, gives)          \
	{                                                                                \
		.name = (n), .min_args = (args), .max_args = (args), .resolve = (types), \
		.nulls = NULL_IN_NULL_OUT, .arguments = (order), .eval = (kernel),       \
		.signature = sign, .summary = text, .example = shown, .result = gives    \
	}
#define ENTRY(n, args, types, kernel, sign, text, shown, gives) \
	ENTRY_IN_ORDER(n, args, types, ARGUMENTS_BY_NULLS, kernel, sign, text, shown, gives)
#define DIVISION(n, types, kernel, sign, text, shown, gives) \
	ENTRY_IN_ORDER(n, 2, types, ARGUMENTS_DIVISOR_FIRST, kernel, sign, text, shown, gives)

const struct function functions_arithmetic[] = {
	ENTRY("+", 2, resolve_add, eval_add, "a + b -> the wider number; DATE, TIMESTAMP",
	      "The sum; INT and BIGINT wrap. A DATE and an INT: so many days later; a DATE or "
	      "TIMESTAMP and an INTERVAL: so much later.",
	      "1 + 2", "3"),
	ENTRY("-", 2, resolve_sum, eval_subtract, "a - b -> the wider number; DATE, TIMESTAMP",
	      "The difference; INT and BIGINT wrap. A DATE and an INT: so many days earlier; a "
	      "DATE or TIMESTAMP and an INTERVAL: so much earlier.",
	      "'3' - 1", "2.0"),
	ENTRY("*", 2, resolve_product, eval_multiply, "a * b -> the wider number",
	      "The product; INT and BIGINT wrap.", "2 * 1.5", "3.0"),
	DIVISION("/", resolve_quotient, eval_divide, "a / b -> DOUBLE, or DECIMAL of DECIMALs",
		 "The quotient; NULL for b = 0.", "1 / 2", "0.5"),
	DIVISION("%", resolve_remainder, eval_remainder, "a % b -> the wider number",
		 "The remainder, with the sign of a; NULL for b = 0.", "-7 % 3", "-1"),
	DIVISION("mod", resolve_remainder, eval_remainder, "mod(a, b) -> the wider number",
		 "Another name of %.", "mod(7, 3)", "1"),
	DIVISION("pmod", resolve_remainder, eval_pmod, "pmod(a, b) -> the wider number",
		 "The remainder, not negative for b > 0; NULL for b = 0.", "pmod(-7, 3)", "2"),
	DIVISION("div", resolve_div, eval_div, "a div b -> BIGINT",
		 "The quotient cut towards zero; NULL for b = 0.", "7 div 2", "3"),
	ENTRY("&", 2, resolve_bits, eval_bit_and, "a & b -> INT or BIGINT",
	      "The bits that are set in both.", "6 & 3", "2"),
	ENTRY("|", 2, resolve_bits, eval_bit_or, "a | b -> INT or BIGINT",
	      "The bits that are set in one of them.", "6 | 3", "7"),
	ENTRY("^", 2, resolve_bits, eval_bit_xor, "a ^ b -> INT or BIGINT",
	      "The bits that are set in exactly one of them.", "6 ^ 3", "5"),
	ENTRY("~", 1, resolve_bits, eval_bit_not, "~ a -> INT or BIGINT", "The bits turned over.",
	      "~ 0", "-1"),
	ENTRY("negative", 1, resolve_sign, eval_negative, "negative(a), - a -> a's type",
	      "The number with the other sign; the least INT and BIGINT stay.", "negative(1)",
	      "-1"),
	ENTRY("positive", 1, resolve_sign, eval_positive, "positive(a), + a -> a's type",
	      "The number itself.", "positive(1)", "1"),
	ENTRY("abs", 1, resolve_sign, eval_abs, "abs(a) -> a's type",
	      "The number without its sign; the least INT and BIGINT stay.", "abs(-1.5)", "1.5"),
	{ .name = NULL },
};

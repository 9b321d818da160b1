/* power_functions.c - roots, powers and logarithms. */
#include <math.h>

#include "sql/fdlibm.h"
#include "sql/kernel.h"

#define REAL_KERNEL(name, call)                                                \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *args, struct vector *out) \
	{                                                                      \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		(void)expr;                                                    \
		for (size_t row = 0; row < rows; row++) {                      \
			double x = args[0].as.real[row];                       \
			out->as.real[row] = (call);                            \
		}                                                              \
		return US_OK;                                                  \
	}

REAL_KERNEL(eval_sqrt, sqrt(x))
REAL_KERNEL(eval_exp, fdlibm_exp(x))

static enum status eval_pow(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.real[row] = fdlibm_pow(args[0].as.real[vector_index(&args[0], row)],
					       args[1].as.real[vector_index(&args[1], row)]);
	return US_OK;
}

/* A logarithm of what is not positive is NULL; NaN's is NaN. */
#define LOG_KERNEL(name, call)                                                                  \
	static enum status name(struct eval *eval, const struct expr *expr,                     \
				const struct vector *args, struct vector *out)                  \
	{                                                                                       \
		size_t rows = kernel_rows(eval, out);                                           \
                                                                                                \
		for (size_t row = 0; row < rows; row++) {                                       \
			double x = args[0].as.real[row];                                        \
                                                                                                \
			if (x > 0 || isnan(x))                                                  \
				out->as.real[row] = (call);                                     \
			else if (kernel_is_valid(out, row) && !kernel_set_null(eval, out, row)) \
				return kernel_no_memory(eval, expr);                            \
		}                                                                               \
		return US_OK;                                                                   \
	}

LOG_KERNEL(eval_ln, fdlibm_log(x))
LOG_KERNEL(eval_log10, fdlibm_log10(x))
LOG_KERNEL(eval_log2, fdlibm_log(x) / fdlibm_log(2))

static enum status eval_log(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (expr->arg_count == 1)
		return eval_ln(eval, expr, args, out);
	for (size_t row = 0; row < rows; row++) {
		double base = args[0].as.real[vector_index(&args[0], row)];
		double x = args[1].as.real[vector_index(&args[1], row)];

		if (!(base <= 0 || x <= 0))
			out->as.real[row] = fdlibm_log(x) / fdlibm_log(base);
		else if (kernel_is_valid(out, row) && !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

SIGNATURE(resolve_real, "d>d")
SIGNATURE(resolve_two, "dd>d")

#define ENTRY(n, least, most, types, kernel, sign, text, shown, gives)                           \
	{                                                                                        \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),        \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .signature = sign, .summary = text, \
		.example = shown, .result = gives                                                \
	}

const struct function functions_power[] = {
	ENTRY("sqrt", 1, 1, resolve_real, eval_sqrt, "sqrt(a DOUBLE) -> DOUBLE",
	      "The square root; NaN of a negative number.", "sqrt(4)", "2.0"),
	ENTRY("exp", 1, 1, resolve_real, eval_exp, "exp(a DOUBLE) -> DOUBLE",
	      "e to the power of a.", "exp(1)", "2.7182818284590455"),
	ENTRY("pow", 2, 2, resolve_two, eval_pow, "pow(a DOUBLE, b DOUBLE) -> DOUBLE",
	      "a to the power of b.", "pow(2, 10)", "1024.0"),
	ENTRY("power", 2, 2, resolve_two, eval_pow, "power(a DOUBLE, b DOUBLE) -> DOUBLE",
	      "a to the power of b: another name of pow.", "power(2, -1)", "0.5"),
	ENTRY("ln", 1, 1, resolve_real, eval_ln, "ln(a DOUBLE) -> DOUBLE",
	      "The natural logarithm; NULL of what is not positive.", "ln(10)",
	      "2.302585092994046"),
	ENTRY("log", 1, 2, resolve_two, eval_log, "log([base DOUBLE,] a DOUBLE) -> DOUBLE",
	      "The logarithm to the base, or the natural one; NULL where one of the two is not "
	      "positive.",
	      "log(10, 100)", "2.0"),
	ENTRY("log10", 1, 1, resolve_real, eval_log10, "log10(a DOUBLE) -> DOUBLE",
	      "The logarithm to base 10; NULL of what is not positive.", "log10(1000)", "3.0"),
	ENTRY("log2", 1, 1, resolve_real, eval_log2, "log2(a DOUBLE) -> DOUBLE",
	      "The logarithm to base 2; NULL of what is not positive.", "log2(8)", "3.0"),
	{ .name = NULL },
};

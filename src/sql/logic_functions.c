/*
 * logic_functions.c - three-valued AND, OR, NOT; IS NULL; coalesce, CASE, IF and their kin, which
 * choose a value row by row.
 */
#include "sql/decimal.h"
#include "sql/kernel.h"

/* ---- AND, OR, NOT ---------------------------------------------------------------------------- */

/* One side decides alone when it is `deciding` (FALSE for AND, TRUE for OR), whatever the other. */
static enum status eval_connective(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out, uint8_t deciding)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		size_t l = vector_index(&args[0], row), r = vector_index(&args[1], row);
		bool left_null = vector_is_null(&args[0], row);
		bool right_null = vector_is_null(&args[1], row);
		uint8_t left = args[0].as.boolean[l], right = args[1].as.boolean[r];

		if ((!left_null && left == deciding) || (!right_null && right == deciding))
			out->as.boolean[row] = deciding;
		else if (!left_null && !right_null)
			out->as.boolean[row] = !deciding;
		else if (!kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_and(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	return eval_connective(eval, expr, args, out, 0);
}

static enum status eval_or(struct eval *eval, const struct expr *expr, const struct vector *args,
			   struct vector *out)
{
	return eval_connective(eval, expr, args, out, 1);
}

static enum status eval_not(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.boolean[row] = !args[0].as.boolean[row];
	return US_OK;
}

/* ---- IS NULL --------------------------------------------------------------------------------- */

static enum status eval_isnull(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.boolean[row] = vector_is_null(&args[0], row);
	return US_OK;
}

static enum status eval_isnotnull(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.boolean[row] = !vector_is_null(&args[0], row);
	return US_OK;
}

static enum status eval_isnan(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		double value = args[0].as.real[vector_index(&args[0], row)];

		out->as.boolean[row] = !vector_is_null(&args[0], row) && value != value;
	}
	return US_OK;
}

/* ---- choosing -------------------------------------------------------------------------------- */

/* Row `row` of `out` becomes that of `from`. False: out of memory. */
static bool choose(struct eval *eval, struct vector *out, size_t row, const struct vector *from)
{
	size_t width = vector_width(out->type), at = vector_index(from, row);

	if (vector_is_null(from, row))
		return kernel_set_null(eval, out, row);
	memcpy((char *)out->as.data + row * width, (const char *)from->as.data + at * width, width);
	return true;
}

static enum status eval_coalesce(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		size_t a = 0;

		while (a + 1 < expr->arg_count && vector_is_null(&args[a], row))
			a++;
		if (!choose(eval, out, row, &args[a]))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

/* condition, value, condition, value, ..., [otherwise] */
static enum status eval_case(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	bool otherwise = expr->arg_count % 2 == 1;

	for (size_t row = 0; row < rows; row++) {
		const struct vector *from = otherwise ? &args[expr->arg_count - 1] : NULL;

		for (size_t a = 0; a + 1 < expr->arg_count; a += 2)
			if (!vector_is_null(&args[a], row) &&
			    args[a].as.boolean[vector_index(&args[a], row)]) {
				from = &args[a + 1];
				break;
			}
		if (from ? !choose(eval, out, row, from) : !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_nvl2(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++)
		if (!choose(eval, out, row, &args[vector_is_null(&args[0], row) ? 2 : 1]))
			return kernel_no_memory(eval, expr);
	return US_OK;
}

/* The greatest (direction 1) or least (-1) of what is not NULL. */
static enum status eval_extreme(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out, int direction)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		const struct vector *best = NULL;

		for (size_t a = 0; a < expr->arg_count; a++)
			if (!vector_is_null(&args[a], row) &&
			    (!best || vector_compare(&args[a], row, best, row) * direction > 0))
				best = &args[a];
		if (!choose(eval, out, row, best ? best : &args[0]))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_greatest(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	return eval_extreme(eval, expr, args, out, 1);
}

static enum status eval_least(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return eval_extreme(eval, expr, args, out, -1);
}

/* ---- types ----------------------------------------------------------------------------------- */

SIGNATURE(resolve_connective, "oo>o")
SIGNATURE(resolve_not, "o>o")
SIGNATURE(resolve_any, "?>o")
SIGNATURE(resolve_isnan, "d>o")

static bool resolve_common(const struct sql_type *args, size_t first, size_t count,
			   struct sql_type *want, struct sql_type *result, const char **why)
{
	*why = "is of a type that does not go together with the others";
	if (!common_type(args + first, count - first, result))
		return false;
	for (size_t i = first; i < count; i++)
		want[i] = *result;
	return true;
}

static bool resolve_coalesce(const struct sql_type *args, size_t count, struct sql_type *want,
			     struct sql_type *result, const char **why)
{
	return resolve_common(args, 0, count, want, result, why);
}

/* Here STRING does not swallow the other types. */
static bool resolve_extreme(const struct sql_type *args, size_t count, struct sql_type *want,
			    struct sql_type *result, const char **why)
{
	bool text = false, other = false;

	for (size_t i = 0; i < count; i++) {
		text = text || args[i].kind == SQL_STRING || args[i].kind == SQL_UUID;
		other = other || (args[i].kind != SQL_STRING && args[i].kind != SQL_UUID &&
				  args[i].kind != SQL_NULL);
	}
	*why = "mixes STRING with another type: cast one of them";
	if (text && other)
		return false;
	if (!resolve_common(args, 0, count, want, result, why))
		return false;
	*why = "cannot be ordered";
	return result->kind != SQL_ARRAY && result->kind != SQL_INTERVAL;
}

static bool resolve_case_when(const struct sql_type *args, size_t count, struct sql_type *want,
			      struct sql_type *result, const char **why)
{
	*result = SQL_TYPE(SQL_NULL);
	for (size_t i = 0; i + 1 < count; i += 2) {
		want[i] = SQL_TYPE(SQL_BOOLEAN);
		*why = "needs a BOOLEAN condition";
		if (args[i].kind != SQL_BOOLEAN && args[i].kind != SQL_NULL)
			return false;
	}
	/* The values' types together, gathered at the odd places (and the last). */
	for (size_t i = 0; i < count; i++) {
		struct sql_type both[2] = { *result, args[i] };

		if (i % 2 == 0 && i + 1 < count)
			continue;
		*why = "is of a type that does not go together with the other values";
		if (!common_type(both, 2, result))
			return false;
	}
	for (size_t i = 0; i < count; i++)
		if (i % 2 == 1 || i + 1 == count)
			want[i] = *result;
	return true;
}

static bool resolve_if(const struct sql_type *args, size_t count, struct sql_type *want,
		       struct sql_type *result, const char **why)
{
	return resolve_case_when(args, count, want, result, why);
}

static bool resolve_nvl2(const struct sql_type *args, size_t count, struct sql_type *want,
			 struct sql_type *result, const char **why)
{
	want[0] = args[0];
	want[0].digits = 0;
	return resolve_common(args, 1, count, want, result, why);
}

/* CASE WHEN a = b THEN NULL ELSE a END, as which the binder writes it: a is compared as another
 * type, and given as it is. */
static bool resolve_nullif(const struct sql_type *args, size_t count, struct sql_type *want,
			   struct sql_type *result, const char **why)
{
	const struct function *equal = function_find(span_of("="));

	*result = args[0];
	return equal->resolve(args, count, want, &(struct sql_type){ 0 }, why);
}

#define ENTRY(n, least, most, types, rule, order, kernel, sign, text, shown, gives)         \
	{                                                                                   \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),   \
		.nulls = (rule), .arguments = (order), .eval = (kernel), .signature = sign, \
		.summary = text, .example = shown, .result = gives                          \
	}

const struct function functions_logic[] = {
	ENTRY("and", 2, 2, resolve_connective, NULL_OWN, ARGUMENTS_TO_FALSE, eval_and,
	      "a AND b -> BOOLEAN", "TRUE when both are; FALSE when one is, even beside NULL.",
	      "NULL AND FALSE", "false"),
	ENTRY("or", 2, 2, resolve_connective, NULL_OWN, ARGUMENTS_TO_TRUE, eval_or,
	      "a OR b -> BOOLEAN", "TRUE when one is, even beside NULL; FALSE when both are.",
	      "NULL OR TRUE", "true"),
	ENTRY("not", 1, 1, resolve_not, NULL_IN_NULL_OUT, ARGUMENTS_BY_NULLS, eval_not,
	      "NOT a -> BOOLEAN", "The opposite.", "NOT TRUE", "false"),
	ENTRY("isnull", 1, 1, resolve_any, NULL_OWN, ARGUMENTS_BY_NULLS, eval_isnull,
	      "isnull(a) -> BOOLEAN", "Whether the value is NULL; also a IS NULL.", "isnull(NULL)",
	      "true"),
	ENTRY("isnotnull", 1, 1, resolve_any, NULL_OWN, ARGUMENTS_BY_NULLS, eval_isnotnull,
	      "isnotnull(a) -> BOOLEAN", "Whether the value is not NULL; also a IS NOT NULL.",
	      "isnotnull(1)", "true"),
	ENTRY("isnan", 1, 1, resolve_isnan, NULL_OWN, ARGUMENTS_BY_NULLS, eval_isnan,
	      "isnan(a DOUBLE) -> BOOLEAN", "Whether the value is NaN; false for NULL.",
	      "isnan(CAST('NaN' AS DOUBLE))", "true"),
	ENTRY("coalesce", 1, SIZE_MAX, resolve_coalesce, NULL_OWN, ARGUMENTS_TO_VALUE,
	      eval_coalesce, "coalesce(a, b, ...) -> their common type",
	      "The first value that is not NULL; NULL where all are.", "coalesce(NULL, 'b', 'c')",
	      "b"),
	ENTRY("nvl", 2, 2, resolve_coalesce, NULL_OWN, ARGUMENTS_TO_VALUE, eval_coalesce,
	      "nvl(a, b) -> their common type", "a, or b where a is NULL.", "nvl(NULL, 'b')", "b"),
	ENTRY("ifnull", 2, 2, resolve_coalesce, NULL_OWN, ARGUMENTS_TO_VALUE, eval_coalesce,
	      "ifnull(a, b) -> their common type", "Another name of nvl: a, or b where a is NULL.",
	      "ifnull(NULL, 'b')", "b"),
	ENTRY("nvl2", 3, 3, resolve_nvl2, NULL_OWN, ARGUMENTS_OF_NVL2, eval_nvl2,
	      "nvl2(a, b, c) -> the common type of b and c", "b where a is not NULL, else c.",
	      "nvl2(NULL, 2, 1)", "1"),
	ENTRY("nullif", 2, 2, resolve_nullif, NULL_OWN, ARGUMENTS_OF_CASE, NULL,
	      "nullif(a, b) -> a's type", "NULL where a equals b, else a (also where b is NULL).",
	      "nullif('n/a', 'n/a')", "NULL"),
	ENTRY("greatest", 2, SIZE_MAX, resolve_extreme, NULL_OWN, ARGUMENTS_BY_NULLS, eval_greatest,
	      "greatest(a, b, ...) -> their common type",
	      "The greatest value; NULLs are skipped; NULL where all are.", "greatest(10, 9, NULL)",
	      "10"),
	ENTRY("least", 2, SIZE_MAX, resolve_extreme, NULL_OWN, ARGUMENTS_BY_NULLS, eval_least,
	      "least(a, b, ...) -> their common type",
	      "The least value; NULLs are skipped; NULL where all are.", "least(10, 9, NULL)", "9"),
	ENTRY("case", 2, SIZE_MAX, resolve_case_when, NULL_OWN, ARGUMENTS_OF_CASE, eval_case,
	      "CASE WHEN condition THEN value ... [ELSE value] END -> the values' common type",
	      "The value of the first condition that is TRUE; else ELSE's, or NULL where there is "
	      "none. CASE a WHEN b THEN ... compares a = b.",
	      "CASE WHEN FALSE THEN 'a' ELSE 'b' END", "b"),
	ENTRY("if", 3, 3, resolve_if, NULL_OWN, ARGUMENTS_OF_CASE, eval_case,
	      "if(condition, a, b) -> their common type",
	      "a where the condition is TRUE, else b (also where it is NULL).",
	      "if(1 < 2, 'a', 'b')", "a"),
	{ .name = NULL },
};

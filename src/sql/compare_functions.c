/*
 * compare_functions.c - = <=> <> < <= > >= and IN. NaN equals NaN and is greater than any number;
 * texts are compared by bytes, which is the order of code points.
 */
#include "sql/decimal.h"
#include "sql/kernel.h"

static int compare_real(double a, double b)
{
	if (a == b || (a != a && b != b))
		return 0;
	if (a != a)
		return 1;
	if (b != b)
		return -1;
	return a < b ? -1 : 1;
}

static inline int compare_text(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

int vector_compare(const struct vector *left, size_t l, const struct vector *right, size_t r)
{
	l = vector_index(left, l);
	r = vector_index(right, r);
	switch ((enum sql_kind)left->type.kind) {
	case SQL_NULL:
	case SQL_BOOLEAN:
		return left->as.boolean[l] - right->as.boolean[r];
	case SQL_INT:
	case SQL_DATE:
		return (left->as.int32[l] > right->as.int32[r]) -
		       (left->as.int32[l] < right->as.int32[r]);
	case SQL_BIGINT:
	case SQL_TIMESTAMP:
		return (left->as.int64[l] > right->as.int64[r]) -
		       (left->as.int64[l] < right->as.int64[r]);
	case SQL_DOUBLE:
		return compare_real(left->as.real[l], right->as.real[r]);
	case SQL_DECIMAL:
		return (left->as.decimal[l] > right->as.decimal[r]) -
		       (left->as.decimal[l] < right->as.decimal[r]);
	case SQL_STRING:
	case SQL_BINARY:
	case SQL_UUID:
		return compare_text(left->as.text[l], right->as.text[r]);
	case SQL_ARRAY:
	case SQL_INTERVAL:
		break;
	}
	return 0;
}

/* ---- kernels: a loop for each type and relation ---------------------------------------------- */

enum relation { EQUAL, LESS, LESS_EQUAL };

/* `l` and `r` stand for the two values. */
#define LOOP(type, field, test)                                       \
	do {                                                          \
		const type *a = left->as.field, *b = right->as.field; \
		for (size_t row = 0; row < rows; row++) {             \
			type l = a[row * ls], r = b[row * rs];        \
			out->as.boolean[row] = (test);                \
		}                                                     \
	} while (0)

#define LOOPS(type, field)                         \
	do {                                       \
		if (relation == EQUAL)             \
			LOOP(type, field, l == r); \
		else if (relation == LESS)         \
			LOOP(type, field, l < r);  \
		else                               \
			LOOP(type, field, l <= r); \
	} while (0)

static void compare_reals(enum relation relation, const struct vector *left,
			  const struct vector *right, size_t rows, struct vector *out)
{
	size_t ls = left->constant ? 0 : 1, rs = right->constant ? 0 : 1;

	if (relation == EQUAL)
		LOOP(double, real, l == r || (l != l && r != r));
	else if (relation == LESS)
		LOOP(double, real, l < r || (r != r && l == l));
	else
		LOOP(double, real, l <= r || r != r);
}

static void compare_texts(enum relation relation, const struct vector *left,
			  const struct vector *right, size_t rows, struct vector *out)
{
	size_t ls = left->constant ? 0 : 1, rs = right->constant ? 0 : 1;

	if (relation == EQUAL)
		LOOP(struct span, text, span_equal(l, r));
	else if (relation == LESS)
		LOOP(struct span, text, compare_text(l, r) < 0);
	else
		LOOP(struct span, text, compare_text(l, r) <= 0);
}

static void compare(enum relation relation, const struct vector *left, const struct vector *right,
		    size_t rows, struct vector *out)
{
	size_t ls = left->constant ? 0 : 1, rs = right->constant ? 0 : 1;

	switch ((enum sql_kind)left->type.kind) {
	case SQL_NULL:
	case SQL_BOOLEAN:
		LOOPS(uint8_t, boolean);
		break;
	case SQL_INT:
	case SQL_DATE:
		LOOPS(int32_t, int32);
		break;
	case SQL_BIGINT:
	case SQL_TIMESTAMP:
		LOOPS(int64_t, int64);
		break;
	case SQL_DECIMAL:
		LOOPS(int128, decimal);
		break;
	case SQL_DOUBLE:
		compare_reals(relation, left, right, rows, out);
		break;
	case SQL_STRING:
	case SQL_BINARY:
	case SQL_UUID:
		compare_texts(relation, left, right, rows, out);
		break;
	case SQL_ARRAY:
	case SQL_INTERVAL:
		break;
	}
}

#define COMPARISON(name, relation, left, right)                                            \
	static enum status name(struct eval *eval, const struct expr *expr,                \
				const struct vector *args, struct vector *out)             \
	{                                                                                  \
		(void)expr;                                                                \
		compare(relation, &args[left], &args[right], kernel_rows(eval, out), out); \
		return US_OK;                                                              \
	}

COMPARISON(eval_equal, EQUAL, 0, 1)
COMPARISON(eval_less, LESS, 0, 1)
COMPARISON(eval_less_equal, LESS_EQUAL, 0, 1)
COMPARISON(eval_greater, LESS, 1, 0)
COMPARISON(eval_greater_equal, LESS_EQUAL, 1, 0)

static enum status eval_not_equal(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	compare(EQUAL, &args[0], &args[1], rows, out);
	for (size_t row = 0; row < rows; row++)
		out->as.boolean[row] ^= 1;
	return US_OK;
}

/* <=>: NULL equals NULL; never NULL. */
static enum status eval_same(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	compare(EQUAL, &args[0], &args[1], rows, out);
	for (size_t row = 0; row < rows; row++) {
		bool left = vector_is_null(&args[0], row), right = vector_is_null(&args[1], row);

		if (left || right)
			out->as.boolean[row] = left && right;
	}
	return US_OK;
}

static enum status eval_in(struct eval *eval, const struct expr *expr, const struct vector *args,
			   struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		bool null = vector_is_null(&args[0], row), found = false;

		for (size_t a = 1; a < expr->arg_count && !found; a++) {
			if (vector_is_null(&args[0], row) || vector_is_null(&args[a], row))
				null = true;
			else
				found = vector_compare(&args[0], row, &args[a], row) == 0;
		}
		out->as.boolean[row] = found;
		if (!found && null && !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

/* ---- types ----------------------------------------------------------------------------------- */

static bool is_ordered(struct sql_type type, const char **why)
{
	*why = "cannot be compared";
	return type.kind != SQL_ARRAY && type.kind != SQL_INTERVAL;
}

static bool resolve_comparison(const struct sql_type *args, size_t count, struct sql_type *want,
			       struct sql_type *result, const char **why)
{
	(void)count;
	*why = "cannot be compared with the other side: cast one of the two";
	if (!comparison_type(args[0], args[1], &want[0]))
		return false;
	want[1] = want[0];
	*result = SQL_TYPE(SQL_BOOLEAN);
	return is_ordered(want[0], why);
}

/* < and the like do not take a BOOLEAN beside a number. */
static bool resolve_order(const struct sql_type *args, size_t count, struct sql_type *want,
			  struct sql_type *result, const char **why)
{
	*why = "cannot be ordered with the other side: cast one of the two";
	if ((args[0].kind == SQL_BOOLEAN && type_is_number(args[1])) ||
	    (args[1].kind == SQL_BOOLEAN && type_is_number(args[0])))
		return false;
	return resolve_comparison(args, count, want, result, why);
}

static bool resolve_in(const struct sql_type *args, size_t count, struct sql_type *want,
		       struct sql_type *result, const char **why)
{
	struct sql_type common;

	*why = "is of a type that does not go together with the others";
	if (!common_type(args, count, &common))
		return false;
	for (size_t i = 0; i < count; i++)
		want[i] = common;
	*result = SQL_TYPE(SQL_BOOLEAN);
	return is_ordered(common, why);
}

#define ENTRY(n, types, rule, kernel, text, shown, gives)                                       \
	{                                                                                       \
		.name = (n), .min_args = 2, .max_args = 2, .resolve = (types), .nulls = (rule), \
		.eval = (kernel), .signature = "a " n " b -> BOOLEAN", .summary = text,         \
		.example = shown, .result = gives                                               \
	}

const struct function functions_compare[] = {
	ENTRY("=", resolve_comparison, NULL_IN_NULL_OUT, eval_equal, "Whether both are equal.",
	      "'1.9' = 1", "true"),
	ENTRY("<>", resolve_comparison, NULL_IN_NULL_OUT, eval_not_equal,
	      "Whether they differ; also !=.", "1 <> 2", "true"),
	ENTRY("<=>", resolve_comparison, NULL_OWN, eval_same,
	      "Whether both are equal, NULL being equal to NULL.", "NULL <=> NULL", "true"),
	ENTRY("<", resolve_order, NULL_IN_NULL_OUT, eval_less, "Whether a is less.", "1 < 2",
	      "true"),
	ENTRY("<=", resolve_order, NULL_IN_NULL_OUT, eval_less_equal, "Whether a is less or equal.",
	      "2 <= 2", "true"),
	ENTRY(">", resolve_order, NULL_IN_NULL_OUT, eval_greater, "Whether a is greater.", "1 > 2",
	      "false"),
	ENTRY(">=", resolve_order, NULL_IN_NULL_OUT, eval_greater_equal,
	      "Whether a is greater or equal.", "2 >= 2", "true"),
	{ .name = "in",
	  .min_args = 2,
	  .max_args = SIZE_MAX,
	  .resolve = resolve_in,
	  .nulls = NULL_OWN,
	  .arguments = ARGUMENTS_OF_IN,
	  .eval = eval_in,
	  .signature = "a IN (b, c, ...) -> BOOLEAN",
	  .summary =
	      "Whether a is one of the values; NULL where it is none and one is NULL, or a is.",
	  .example = "1 IN (1, 2)",
	  .result = "true" },
	{ .name = NULL },
};

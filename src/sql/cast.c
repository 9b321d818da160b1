/* cast.c - CAST: which pairs of types there are, and the entry of the function table. */
#include "sql/cast.h"

/* The values as they are, under another type. */
static enum status cast_same(struct eval *eval, const struct expr *expr, const struct vector *from,
			     struct vector *out)
{
	(void)eval;
	(void)expr;
	out->as = from->as;
	return US_OK;
}

static enum status cast_to_null(struct eval *eval, const struct expr *expr,
				const struct vector *from, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)from;
	if (!vector_make_valid(out, rows, eval->arena))
		return kernel_no_memory(eval, expr);
	memset(out->valid, 0, (rows + 63) / 64 * sizeof(uint64_t));
	return US_OK;
}

static cast_kernel find_kernel(struct sql_type from, struct sql_type to)
{
	bool to_bytes = to.kind == SQL_BINARY;

	if (from.kind == SQL_NULL)
		return cast_to_null;
	if (sql_type_equal(from, to) || (type_is_text(from) && (type_is_text(to) || to_bytes)))
		return cast_same;
	if (to.kind == SQL_NULL || to.kind == SQL_INTERVAL || from.kind == SQL_INTERVAL)
		return NULL;
	if (type_is_text(to))
		return cast_to_text(from);
	if (type_is_text(from))
		return cast_from_text(to);
	if (from.kind == SQL_DATE && (type_is_number(to) || to.kind == SQL_BOOLEAN))
		return cast_to_null;
	if (from.kind == SQL_DATE || from.kind == SQL_TIMESTAMP)
		return cast_of_time(from, to);
	return cast_of_number(from, to);
}

bool cast_is_possible(struct sql_type from, struct sql_type to)
{
	return find_kernel(from, to) != NULL;
}

static bool resolve_cast(const struct sql_type *args, size_t count, struct sql_type *want,
			 struct sql_type *result, const char **why)
{
	(void)why;
	for (size_t i = 0; i < count; i++) {
		want[i] = args[i];
		want[i].digits = 0;
	}
	*result = want[0]; /* the binder sets expr->type, after cast_is_possible() */
	return true;
}

static enum status eval_cast(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	return find_kernel(args[0].type, expr->type)(eval, expr, &args[0], out);
}

static enum status eval_try_cast(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	cast_kernel kernel = cast_try(args[0].type, expr->type);

	return (kernel ? kernel : find_kernel(args[0].type, expr->type))(eval, expr, &args[0], out);
}

const struct function functions_cast[] = {
	{ .name = "cast",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_cast,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_cast,
	  .signature = "CAST(value AS type) -> type",
	  .summary = "The value converted to the type; NULL where it cannot be.",
	  .example = "CAST('1.9' AS INT)",
	  .result = "1" },
	{ .name = "try_cast",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_cast,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_try_cast,
	  .signature = "TRY_CAST(value AS type) -> type",
	  .summary =
	      "The value converted to the type; NULL where it cannot be, and also where CAST "
	      "would cut a text's fraction, wrap or saturate.",
	  .example = "TRY_CAST('1.9' AS INT)",
	  .result = "NULL" },
	{ .name = NULL },
};

const struct function *function_cast(void)
{
	return &functions_cast[0];
}

const struct function *function_try_cast(void)
{
	return &functions_cast[1];
}

/* time_functions.c - to_timestamp and its kin. */
#include "sql/cast.h"

/* With one argument they are casts; a wanted type different from the argument's has been cast by
 * the binder, so what is left is to hand the value on. */
static enum status eval_same(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	(void)eval;
	(void)expr;
	out->as = args[0].as;
	return US_OK;
}

static bool resolve_to(struct sql_type to, const struct sql_type *args, struct sql_type *want,
		       struct sql_type *result, const char **why)
{
	*why = "cannot be converted";
	want[0] = *result = to;
	return cast_is_possible(args[0], to);
}

static bool resolve_to_timestamp(const struct sql_type *args, size_t count, struct sql_type *want,
				 struct sql_type *result, const char **why)
{
	(void)count;
	return resolve_to(SQL_TYPE(SQL_TIMESTAMP), args, want, result, why);
}

static bool resolve_to_date(const struct sql_type *args, size_t count, struct sql_type *want,
			    struct sql_type *result, const char **why)
{
	(void)count;
	*why = "needs a STRING, DATE or TIMESTAMP";
	if (args[0].kind != SQL_STRING && args[0].kind != SQL_UUID && args[0].kind != SQL_DATE &&
	    args[0].kind != SQL_TIMESTAMP && args[0].kind != SQL_NULL)
		return false;
	return resolve_to(SQL_TYPE(SQL_DATE), args, want, result, why);
}

const struct function functions_time[] = {
	{ .name = "to_timestamp",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_to_timestamp,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_same,
	  .signature = "to_timestamp(str STRING) -> TIMESTAMP",
	  .summary = "The point in time that the text names, as CAST reads it; NULL where it names "
		     "none.",
	  .example = "to_timestamp('2016-03-25T07:13:10.667Z')",
	  .result = "2016-03-25 07:13:10.667" },
	{ .name = "to_date",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_to_date,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_same,
	  .signature = "to_date(str STRING) -> DATE",
	  .summary = "The day that the text names, as CAST reads it; NULL where it names none.",
	  .example = "to_date('2016-03-25')",
	  .result = "2016-03-25" },
	{ .name = NULL },
};

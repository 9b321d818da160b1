/* array_functions.c - ARRAY of STRING: its elements, its size, its elements joined. */
#include "sql/kernel.h"

/* The element at a place from 0; NULL where there is none. False: out of memory. */
static bool take(struct eval *eval, struct vector *out, size_t row, const struct sql_array *array,
		 int64_t at)
{
	if (at < 0 || at >= (int64_t)array->count || !array->items[at].data)
		return kernel_set_null(eval, out, row);
	out->as.text[row] = array->items[at];
	return true;
}

static const struct sql_array *array_of(const struct vector *vector, size_t row)
{
	return &vector->as.array[vector_index(vector, row)];
}

/* From 1, or from the end where it is negative. */
static enum status eval_element_at(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		const struct sql_array *array = array_of(&args[0], row);
		int64_t at = args[1].as.int32[vector_index(&args[1], row)];

		if (!kernel_is_valid(out, row))
			continue;
		if (at == 0) {
			eval->reject(eval, row, "element_at: elements are counted from 1");
			continue;
		}
		if (!take(eval, out, row, array, at > 0 ? at - 1 : (int64_t)array->count + at))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_get(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row) &&
		    !take(eval, out, row, array_of(&args[0], row),
			  args[1].as.int32[vector_index(&args[1], row)]))
			return kernel_no_memory(eval, expr);
	return US_OK;
}

/* -1 for NULL, as Spark has it. */
static enum status eval_size(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.int32[row] = vector_is_null(&args[0], row)
					 ? -1
					 : (int32_t)args[0].as.array[row].count;
	return US_OK;
}

static enum status eval_array_size(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.int32[row] = (int32_t)args[0].as.array[row].count;
	return US_OK;
}

static enum status eval_contains(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		const struct sql_array *array = array_of(&args[0], row);
		struct span value = kernel_text(&args[1], row);
		bool null = false;

		if (!kernel_is_valid(out, row))
			continue;
		for (size_t i = 0; i < array->count && !out->as.boolean[row]; i++) {
			null = null || !array->items[i].data;
			out->as.boolean[row] = array->items[i].data &&
					       span_equal(array->items[i], value);
		}
		if (!out->as.boolean[row] && null && !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

SIGNATURE(resolve_element, "ai>s")

/* array[place], where a text is no place. */
static bool resolve_place(const struct sql_type *args, size_t count, struct sql_type *want,
			  struct sql_type *result, const char **why)
{
	if (!resolve_element(args, count, want, result, why))
		return false;
	*why = "an array's place is a whole number: CAST(x AS INT)";
	return type_is_integral(args[1]) || args[1].kind == SQL_NULL;
}

SIGNATURE(resolve_size, "a>i")
SIGNATURE(resolve_contains, "as>o")

#define ENTRY(n, args, types, rule, kernel, sign, text, shown, gives)                    \
	{                                                                                \
		.name = (n), .min_args = (args), .max_args = (args), .resolve = (types), \
		.nulls = (rule), .eval = (kernel), .signature = sign, .summary = text,   \
		.example = shown, .result = gives                                        \
	}

const struct function functions_array[] = {
	ENTRY("element_at", 2, resolve_element, NULL_IN_NULL_OUT, eval_element_at,
	      "element_at(array ARRAY<STRING>, place INT) -> STRING",
	      "The element at a place, from 1, or from the end where it is negative; NULL where "
	      "there is none.",
	      "element_at(split('a,b,c', ','), -1)", "c"),
	ENTRY("[]", 2, resolve_place, NULL_IN_NULL_OUT, eval_get, "array[place] -> STRING",
	      "The element at a place, from 0; NULL where there is none.", "split('a,b,c', ',')[1]",
	      "b"),
	ENTRY("get", 2, resolve_element, NULL_IN_NULL_OUT, eval_get,
	      "get(array ARRAY<STRING>, place INT) -> STRING",
	      "The element at a place, from 0; NULL where there is none.",
	      "get(split('a,b,c', ','), 0)", "a"),
	ENTRY("size", 1, resolve_size, NULL_OWN, eval_size, "size(array ARRAY<STRING>) -> INT",
	      "How many elements; -1 for NULL.", "size(split('a,b,c', ','))", "3"),
	ENTRY("cardinality", 1, resolve_size, NULL_OWN, eval_size,
	      "cardinality(array ARRAY<STRING>) -> INT", "Another name of size; -1 for NULL.",
	      "cardinality(split('a,b', ','))", "2"),
	ENTRY("array_size", 1, resolve_size, NULL_IN_NULL_OUT, eval_array_size,
	      "array_size(array ARRAY<STRING>) -> INT", "How many elements.",
	      "array_size(split('a,b', ','))", "2"),
	ENTRY("array_contains", 2, resolve_contains, NULL_IN_NULL_OUT, eval_contains,
	      "array_contains(array ARRAY<STRING>, value STRING) -> BOOLEAN",
	      "Whether an element is the value.", "array_contains(split('a,b', ','), 'b')", "true"),
	{ .name = NULL },
};

/* concat_functions.c - concat (also ||), concat_ws. */
#include "sql/kernel.h"

/* NULL where one is: exec has settled that. */
static enum status eval_concat(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		size_t size = 0, len = 0;
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		for (size_t a = 0; a < expr->arg_count; a++)
			size += kernel_text(&args[a], row).len;
		room = text_heap_reserve(&heap, size);
		if (!room)
			return kernel_no_memory(eval, expr);
		for (size_t a = 0; a < expr->arg_count; a++) {
			struct span text = kernel_text(&args[a], row);

			if (text.len)
				memcpy(room + len, text.data, text.len);
			len += text.len;
		}
		out->as.text[row] = text_heap_keep(&heap, len);
	}
	return US_OK;
}

/* The pieces of an argument of concat_ws: a STRING is one, an ARRAY its elements. */
static const struct span *pieces(const struct vector *arg, size_t row, size_t *count)
{
	size_t i = vector_index(arg, row);

	*count = 0;
	if (vector_is_null(arg, row))
		return NULL;
	if (arg->type.kind == SQL_ARRAY) {
		*count = arg->as.array[i].count;
		return arg->as.array[i].items;
	}
	*count = 1;
	return &arg->as.text[i];
}

static size_t joined_size(const struct expr *expr, const struct vector *args, size_t row,
			  size_t separator)
{
	size_t size = 0;

	for (size_t a = 1; a < expr->arg_count; a++) {
		size_t count;
		const struct span *texts = pieces(&args[a], row, &count);

		for (size_t i = 0; i < count; i++)
			size += texts[i].data ? texts[i].len + separator : 0;
	}
	return size;
}

static size_t join(const struct expr *expr, const struct vector *args, size_t row,
		   struct span separator, char *out)
{
	size_t len = 0;
	bool first = true;

	for (size_t a = 1; a < expr->arg_count; a++) {
		size_t count;
		const struct span *texts = pieces(&args[a], row, &count);

		for (size_t i = 0; i < count; i++) {
			if (!texts[i].data)
				continue;
			if (!first && separator.len) {
				memcpy(out + len, separator.data, separator.len);
				len += separator.len;
			}
			if (texts[i].len)
				memcpy(out + len, texts[i].data, texts[i].len);
			len += texts[i].len;
			first = false;
		}
	}
	return len;
}

static enum status eval_concat_ws(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span separator = kernel_text(&args[0], row);
		char *room;

		if (vector_is_null(&args[0], row)) {
			if (!kernel_set_null(eval, out, row))
				return kernel_no_memory(eval, expr);
			continue;
		}
		room = text_heap_reserve(&heap, joined_size(expr, args, row, separator.len));
		if (!room)
			return kernel_no_memory(eval, expr);
		out->as.text[row] = text_heap_keep(&heap, join(expr, args, row, separator, room));
	}
	return US_OK;
}

/* BINARY stays BINARY when all are; else everything becomes STRING. */
static bool resolve_concat(const struct sql_type *args, size_t count, struct sql_type *want,
			   struct sql_type *result, const char **why)
{
	bool bytes = count > 0;

	for (size_t i = 0; i < count; i++)
		bytes = bytes && args[i].kind == SQL_BINARY;
	if (!bytes)
		return resolve_signature("s*>s", args, count, want, result, why);
	return resolve_signature("b*>b", args, count, want, result, why);
}

static bool resolve_concat_ws(const struct sql_type *args, size_t count, struct sql_type *want,
			      struct sql_type *result, const char **why)
{
	if (!resolve_signature("s>s", args, 1, want, result, why))
		return false;
	for (size_t i = 1; i < count; i++)
		if (!resolve_signature(args[i].kind == SQL_ARRAY ? "a>s" : "s>s", args + i, 1,
				       want + i, result, why))
			return false;
	return true;
}

const struct function functions_concat[] = {
	{ .name = "concat",
	  .min_args = 0,
	  .max_args = SIZE_MAX,
	  .resolve = resolve_concat,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_concat,
	  .signature = "concat(a, b, ...), a || b -> STRING, or BINARY of BINARYs",
	  .summary = "The texts one after another.",
	  .example = "concat('a', 1, 'b')",
	  .result = "a1b" },
	{ .name = "concat_ws",
	  .min_args = 1,
	  .max_args = SIZE_MAX,
	  .resolve = resolve_concat_ws,
	  .nulls = NULL_OWN,
	  .eval = eval_concat_ws,
	  .signature = "concat_ws(separator STRING, a STRING, b STRING, ...) -> STRING",
	  .summary = "The texts with the separator between them; NULLs are skipped, '' is not. "
		     "NULL where the separator is.",
	  .example = "concat_ws(', ', 'a', NULL, 'b')",
	  .result = "a, b" },
	{ .name = NULL },
};

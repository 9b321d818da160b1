/*
 * elements_functions.c - the text of a JSON array as an ARRAY<STRING>: what Spark's from_json makes
 * of a field whose schema says so. An element is what a path's value is: a string's content, the
 * text of a number or boolean, an object or array minified, NULL.
 *
 * The text comes out of a record that was read, minified: it is an array, and valid.
 */
#include <string.h>

#include "core/json_token.h"
#include "sql/kernel.h"

/* The first byte after the string that begins at `at`. */
static const char *string_end(const char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

/* The first byte after the value that begins at `at`. */
static const char *value_end(const char *at)
{
	size_t depth = 0;

	do {
		if (*at == '"') {
			at = string_end(at);
			continue;
		}
		if (depth == 0 && (*at == ',' || *at == ']'))
			break;
		depth += *at == '[' || *at == '{';
		depth -= *at == ']' || *at == '}';
		at++;
	} while (depth || (*at != ',' && *at != ']'));
	return at;
}

static size_t count_elements(struct span text)
{
	const char *at = text.data + 1;
	size_t count = 0;

	for (; *at != ']'; at += *at == ',') {
		at = value_end(at);
		count++;
	}
	return count;
}

static bool take_element(struct text_heap *heap, const char *at, const char *end, struct span *out)
{
	*out = (struct span){ .data = at, .len = (size_t)(end - at) };
	if (*at == 'n') {
		*out = SPAN_NULL;
	} else if (*at == '"') {
		out->data++;
		out->len -= 2;
		if (memchr(out->data, '\\', out->len)) {
			char *room = text_heap_reserve(heap, out->len);

			if (!room)
				return false;
			*out = text_heap_keep(heap, json_unescape(out->data, end - 1, room));
		}
	}
	return true;
}

static bool take_elements(struct eval *eval, struct text_heap *heap, struct span text,
			  struct sql_array *out)
{
	size_t count = count_elements(text), i = 0;
	struct span *items = arena_alloc(eval->arena, (count ? count : 1) * sizeof(*items));

	if (!items)
		return false;
	for (const char *at = text.data + 1; i < count; i++) {
		const char *end = value_end(at);

		if (!take_element(heap, at, end, &items[i]))
			return false;
		at = end + 1;
	}
	*out = (struct sql_array){ .items = items, .count = count };
	return true;
}

static enum status eval_elements(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row) &&
		    !take_elements(eval, &heap, kernel_text(&args[0], row), &out->as.array[row]))
			return kernel_no_memory(eval, expr);
	return US_OK;
}

SIGNATURE(resolve_elements, "s>a")

const struct function functions_elements[] = {
	{ .name = "[*]",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_elements,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_elements,
	  .signature = "path[*] -> ARRAY<STRING>",
	  .summary =
	      "What a path is where an ARRAY is needed, as in size(tags); explain shows it so. "
	      "The elements of a JSON array as texts; NULL where the path is no array." },
	{ .name = NULL },
};

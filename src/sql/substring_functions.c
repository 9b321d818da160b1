/*
 * substring_functions.c - parts of a text: substring, left, right, split_part, substring_index.
 * STRING counts characters, BINARY bytes. Results are parts of the argument: nothing is copied.
 */
#include "sql/kernel.h"
#include "sql/utf8.h"

static struct span part(struct span text, size_t start, size_t end)
{
	return (struct span){ .data = text.data + start, .len = end - start };
}

static int64_t clamp_int(int64_t value)
{
	return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value;
}

/* Characters [start, until); a negative start counts as 0 for where it begins. */
static struct span characters(struct span text, int64_t start, int64_t until)
{
	size_t from, to;

	if (until <= start || start >= (int64_t)text.len)
		return part(text, 0, 0);
	from = start > 0 ? utf8_offset(text, (size_t)start) : 0;
	if (until <= 0)
		return part(text, 0, 0);
	to = from +
	     utf8_offset(part(text, from, text.len), (size_t)(until - (start > 0 ? start : 0)));
	return part(text, from, to);
}

/* SQL's substring: places begin at 1, 0 is as 1, negative ones count from the end. */
static struct span substring(struct span text, int32_t pos, int32_t len)
{
	int64_t start = pos > 0 ? pos - 1 : pos < 0 ? (int64_t)utf8_length(text) + pos : 0;

	return characters(text, start, clamp_int(start + len));
}

static struct span substring_bytes(struct span bytes, int32_t pos, int32_t len)
{
	int64_t size = (int64_t)bytes.len, start = 0, end;

	if (pos > size)
		return part(bytes, 0, 0);
	if (pos)
		start = pos > 0 ? pos - 1 : size + pos;
	end = size - start < len ? size : start + len;
	start = start < 0 ? 0 : start;
	return start >= end ? part(bytes, 0, 0) : part(bytes, (size_t)start, (size_t)end);
}

static enum status eval_substring(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		int32_t pos = args[1].as.int32[vector_index(&args[1], row)];
		int32_t len = expr->arg_count > 2 ? args[2].as.int32[vector_index(&args[2], row)]
						  : INT32_MAX;

		if (kernel_is_valid(out, row))
			out->as.text[row] = out->type.kind == SQL_BINARY
						? substring_bytes(text, pos, len)
						: substring(text, pos, len);
	}
	return US_OK;
}

static enum status eval_left(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row))
			out->as.text[row] = substring(
			    kernel_text(&args[0], row), 1,
			    args[1].as.int32[vector_index(&args[1], row)]);
	return US_OK;
}

static enum status eval_right(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		int32_t len = args[1].as.int32[vector_index(&args[1], row)];
		struct span text = kernel_text(&args[0], row);

		if (kernel_is_valid(out, row))
			out->as.text[row] = len <= 0 ? part(text, 0, 0)
						     : substring(text, -len, INT32_MAX);
	}
	return US_OK;
}

/* ---- pieces between delimiters --------------------------------------------------------------- */

static const char *find(struct span text, size_t from, struct span what)
{
	return memmem(text.data + from, text.len - from, what.data, what.len);
}

static size_t count_pieces(struct span text, struct span delimiter)
{
	size_t count = 1, at = 0;
	const char *hit;

	while (delimiter.len && (hit = find(text, at, delimiter))) {
		count++;
		at = (size_t)(hit - text.data) + delimiter.len;
	}
	return count;
}

/* The n-th piece from 0; there is one. */
static struct span piece_at(struct span text, struct span delimiter, size_t n)
{
	size_t at = 0;
	const char *hit;

	if (!delimiter.len)
		return text;
	while ((hit = find(text, at, delimiter)) && n-- > 0)
		at = (size_t)(hit - text.data) + delimiter.len;
	return part(text, at, hit ? (size_t)(hit - text.data) : text.len);
}

static enum status eval_split_part(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		struct span delimiter = kernel_text(&args[1], row);
		int64_t n = args[2].as.int32[vector_index(&args[2], row)], count;

		if (!kernel_is_valid(out, row))
			continue;
		out->as.text[row] = SPAN_LITERAL("");
		if (n == 0) {
			eval->reject(eval, row, "split_part: parts are counted from 1");
			continue;
		}
		count = (int64_t)count_pieces(text, delimiter);
		n = n > 0 ? n - 1 : count + n;
		if (n >= 0 && n < count)
			out->as.text[row] = piece_at(text, delimiter, (size_t)n);
	}
	return US_OK;
}

/* The text before the n-th delimiter, or behind the n-th from the end. */
static struct span before_delimiter(struct span text, struct span delimiter, int64_t n)
{
	size_t at = 0;

	if (!delimiter.len || n == 0)
		return part(text, 0, 0);
	if (n > 0) {
		const char *hit = NULL;

		for (; n > 0 && at <= text.len; n--) {
			hit = find(text, at, delimiter);
			if (!hit)
				return text;
			at = (size_t)(hit - text.data) + 1; /* they may overlap */
		}
		return hit ? part(text, 0, (size_t)(hit - text.data)) : text;
	}
	for (at = text.len + 1; n < 0; n++) {
		do {
			if (at-- == 0)
				return text;
		} while (text.len - (at < text.len ? at : text.len) < delimiter.len ||
			 memcmp(text.data + at, delimiter.data, delimiter.len) != 0);
	}
	return part(text, at + delimiter.len, text.len);
}

static enum status eval_substring_index(struct eval *eval, const struct expr *expr,
					const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row))
			out->as.text[row] = before_delimiter(
			    kernel_text(&args[0], row), kernel_text(&args[1], row),
			    args[2].as.int32[vector_index(&args[2], row)]);
	return US_OK;
}

SIGNATURE(resolve_substring, "xii>0")
SIGNATURE(resolve_side, "si>s")
SIGNATURE(resolve_part, "ssi>s")

#define ENTRY(n, least, most, types, kernel, sign, text, shown, gives)                           \
	{                                                                                        \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),        \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .signature = sign, .summary = text, \
		.example = shown, .result = gives                                                \
	}

const struct function functions_substring[] = {
	ENTRY("substring", 2, 3, resolve_substring, eval_substring,
	      "substring(str STRING | BINARY, pos INT [, len INT]) -> str's type",
	      "The part from a place, counted from 1, or from the end where it is negative.",
	      "substring('Spark SQL', -3)", "SQL"),
	ENTRY("substr", 2, 3, resolve_substring, eval_substring,
	      "substr(str STRING | BINARY, pos INT [, len INT]) -> str's type",
	      "Another name of substring.", "substr('Spark SQL', 5, 1)", "k"),
	ENTRY("left", 2, 2, resolve_side, eval_left, "left(str STRING, len INT) -> STRING",
	      "The first characters.", "left('Spark SQL', 3)", "Spa"),
	ENTRY("right", 2, 2, resolve_side, eval_right, "right(str STRING, len INT) -> STRING",
	      "The last characters.", "right('Spark SQL', 3)", "SQL"),
	ENTRY("split_part", 3, 3, resolve_part, eval_split_part,
	      "split_part(str STRING, delimiter STRING, part INT) -> STRING",
	      "The n-th piece between the delimiters, from the end where n is negative; '' where "
	      "there is none.",
	      "split_part('11.12.13', '.', 3)", "13"),
	ENTRY("substring_index", 3, 3, resolve_part, eval_substring_index,
	      "substring_index(str STRING, delimiter STRING, count INT) -> STRING",
	      "The text before the n-th delimiter, or behind the n-th from the end.",
	      "substring_index('www.apache.org', '.', 2)", "www.apache"),
	{ .name = NULL },
};

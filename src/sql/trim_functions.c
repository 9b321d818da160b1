/*
 * trim_functions.c - trim and its kin. The plain ones cut U+0020 and nothing else, and copy
 * nothing: the result is a part of the argument.
 */
#include "sql/kernel.h"
#include "sql/utf8.h"

enum sides { LEFT = 1, RIGHT = 2, BOTH = 3 };

static struct span trim_spaces(struct span text, enum sides sides)
{
	const char *p = text.data, *end = text.data + text.len;

	while (sides & LEFT && p < end && *p == ' ')
		p++;
	while (sides & RIGHT && p < end && end[-1] == ' ')
		end--;
	return (struct span){ .data = p, .len = (size_t)(end - p) };
}

/* Whether the character that begins at p is one of `set`. */
static bool is_one_of(const char *p, size_t size, struct span set)
{
	for (size_t i = 0, step; i < set.len; i += step) {
		step = utf8_size(set.data[i]);
		if (step == size && memcmp(set.data + i, p, size) == 0)
			return true;
	}
	return false;
}

static struct span trim_set(struct span text, struct span set, enum sides sides)
{
	const char *p = text.data, *end = text.data + text.len;

	while (sides & LEFT && p < end) {
		size_t size = utf8_size(*p);

		if (!is_one_of(p, size, set))
			break;
		p += size;
	}
	while (sides & RIGHT && p < end) {
		const char *last = end - 1;

		while (utf8_continues(*last))
			last--;
		if (!is_one_of(last, (size_t)(end - last), set))
			break;
		end = last;
	}
	return (struct span){ .data = p, .len = (size_t)(end - p) };
}

/* `text` and `set` are the places of the arguments; without a set there is one argument. */
static enum status trim_rows(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out, enum sides sides, size_t text, size_t set)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		if (!kernel_is_valid(out, row))
			continue;
		if (expr->arg_count == 1)
			out->as.text[row] = trim_spaces(kernel_text(&args[0], row), sides);
		else
			out->as.text[row] = trim_set(kernel_text(&args[text], row),
						     kernel_text(&args[set], row), sides);
	}
	return US_OK;
}

#define TRIM(name, sides, text, set)                                           \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *args, struct vector *out) \
	{                                                                      \
		return trim_rows(eval, expr, args, out, sides, text, set);     \
	}

TRIM(eval_trim, BOTH, 1, 0)
TRIM(eval_ltrim, LEFT, 1, 0)
TRIM(eval_rtrim, RIGHT, 1, 0)
TRIM(eval_btrim, BOTH, 0, 1)

SIGNATURE(resolve_trim, "ss>s")

#define ENTRY(n, order, kernel, sign, text, shown, gives)                             \
	{                                                                             \
		.name = (n), .min_args = 1, .max_args = 2, .resolve = resolve_trim,   \
		.nulls = NULL_IN_NULL_OUT, .arguments = (order), .eval = (kernel),    \
		.signature = sign, .summary = text, .example = shown, .result = gives \
	}

const struct function functions_trim[] = {
	ENTRY(
	    "trim", ARGUMENTS_BY_NULLS, eval_trim,
	    "trim(str STRING), TRIM([BOTH | LEADING | TRAILING] [chars] FROM str) -> STRING",
	    "The text without spaces (U+0020 only), or any of the given characters, at both ends.",
	    "trim('  a b ')", "a b"),
	ENTRY("ltrim", ARGUMENTS_SECOND_FIRST, eval_ltrim,
	      "ltrim([chars STRING,] str STRING) -> STRING",
	      "The text without spaces, or any of the given characters, at its beginning.",
	      "ltrim('xy', 'xya')", "a"),
	ENTRY("rtrim", ARGUMENTS_SECOND_FIRST, eval_rtrim,
	      "rtrim([chars STRING,] str STRING) -> STRING",
	      "The text without spaces, or any of the given characters, at its end.",
	      "rtrim('a  ')", "a"),
	ENTRY("btrim", ARGUMENTS_BY_NULLS, eval_btrim,
	      "btrim(str STRING [, chars STRING]) -> STRING",
	      "The text without spaces, or any of the given characters, at both ends.",
	      "btrim('xaxy', 'xy')", "a"),
	{ .name = NULL },
};

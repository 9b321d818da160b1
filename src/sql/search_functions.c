/*
 * search_functions.c - lengths, and where a text stands within another. Places count characters
 * from 1, 0 is nowhere.
 */
#include "sql/kernel.h"
#include "sql/utf8.h"

static enum status eval_length(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.int32[row] = (int32_t)(args[0].type.kind == SQL_BINARY
						   ? args[0].as.text[row].len
						   : utf8_length(args[0].as.text[row]));
	return US_OK;
}

static enum status eval_octets(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.int32[row] = (int32_t)args[0].as.text[row].len;
	return US_OK;
}

static enum status eval_bits(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		out->as.int32[row] = (int32_t)(uint32_t)(args[0].as.text[row].len * 8);
	return US_OK;
}

/* From character `start`, counted from 0. */
static int32_t place_of(struct span text, struct span what, int64_t start)
{
	size_t from;
	const char *hit;

	if (!what.len)
		return 1;
	from = utf8_offset(text, (size_t)start);
	hit = memmem(text.data + from, text.len - from, what.data, what.len);
	if (!hit)
		return 0;
	return (int32_t)utf8_length((struct span){ text.data, (size_t)(hit - text.data) }) + 1;
}

static enum status eval_instr(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row))
			out->as.int32[row] = place_of(kernel_text(&args[0], row),
						      kernel_text(&args[1], row), 0);
	return US_OK;
}

/* locate(what, text [, start]): a NULL start is 0, whatever the others. */
static enum status eval_locate(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	bool given = expr->arg_count > 2;

	for (size_t row = 0; row < rows; row++) {
		int32_t start = given ? args[2].as.int32[vector_index(&args[2], row)] : 1;

		if (given && vector_is_null(&args[2], row))
			continue;
		if (vector_is_null(&args[0], row) || vector_is_null(&args[1], row)) {
			if (!kernel_set_null(eval, out, row))
				return kernel_no_memory(eval, expr);
		} else if (start >= 1) {
			out->as.int32[row] = place_of(kernel_text(&args[1], row),
						      kernel_text(&args[0], row), start - 1);
		}
	}
	return US_OK;
}

static bool starts(struct span text, struct span what)
{
	return text.len >= what.len &&
	       (what.len == 0 || memcmp(text.data, what.data, what.len) == 0);
}

static bool ends(struct span text, struct span what)
{
	return text.len >= what.len &&
	       (what.len == 0 || memcmp(text.data + text.len - what.len, what.data, what.len) == 0);
}

static bool contains(struct span text, struct span what)
{
	return what.len == 0 || memmem(text.data, text.len, what.data, what.len) != NULL;
}

#define TEST(name, test)                                                                 \
	static enum status name(struct eval *eval, const struct expr *expr,              \
				const struct vector *args, struct vector *out)           \
	{                                                                                \
		size_t rows = kernel_rows(eval, out);                                    \
                                                                                         \
		(void)expr;                                                              \
		for (size_t row = 0; row < rows; row++)                                  \
			if (kernel_is_valid(out, row))                                   \
				out->as.boolean[row] = test(kernel_text(&args[0], row),  \
							    kernel_text(&args[1], row)); \
		return US_OK;                                                            \
	}

TEST(eval_starts, starts)
TEST(eval_ends, ends)
TEST(eval_contains, contains)

SIGNATURE(resolve_length, "x>i")
SIGNATURE(resolve_instr, "ss>i")
SIGNATURE(resolve_locate, "ssi>i")

/* Both BINARY, or both STRING. */
static bool resolve_test(const struct sql_type *args, size_t count, struct sql_type *want,
			 struct sql_type *result, const char **why)
{
	bool bytes = args[0].kind == SQL_BINARY && args[1].kind == SQL_BINARY;

	return resolve_signature(bytes ? "bb>o" : "ss>o", args, count, want, result, why);
}

#define ENTRY_IN_ORDER(n, least, most, types, rule, order, kernel, sign, text, shown, gives) \
	{                                                                                    \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),    \
		.nulls = (rule), .arguments = (order), .eval = (kernel), .signature = sign,  \
		.summary = text, .example = shown, .result = gives                           \
	}
#define ENTRY(n, least, most, types, rule, kernel, sign, text, shown, gives)                       \
	ENTRY_IN_ORDER(n, least, most, types, rule, ARGUMENTS_BY_NULLS, kernel, sign, text, shown, \
		       gives)
#define LENGTH(n)                                                                             \
	ENTRY(n, 1, 1, resolve_length, NULL_IN_NULL_OUT, eval_length,                         \
	      n "(str STRING | BINARY) -> INT", "Characters of a STRING, bytes of a BINARY.", \
	      n "('Spark ')", "6")

const struct function functions_search[] = {
	LENGTH("length"),
	LENGTH("len"),
	LENGTH("char_length"),
	LENGTH("character_length"),
	ENTRY("octet_length", 1, 1, resolve_length, NULL_IN_NULL_OUT, eval_octets,
	      "octet_length(str STRING | BINARY) -> INT", "Bytes (of UTF-8, for a STRING).",
	      "octet_length('é')", "2"),
	ENTRY("bit_length", 1, 1, resolve_length, NULL_IN_NULL_OUT, eval_bits,
	      "bit_length(str STRING | BINARY) -> INT", "Bits (of UTF-8, for a STRING).",
	      "bit_length('é')", "16"),
	ENTRY("instr", 2, 2, resolve_instr, NULL_IN_NULL_OUT, eval_instr,
	      "instr(str STRING, what STRING) -> INT",
	      "The place of the first occurrence, from 1; 0 for none.", "instr('SparkSQL', 'SQL')",
	      "6"),
	ENTRY_IN_ORDER(
	    "locate", 2, 3, resolve_locate, NULL_OWN, ARGUMENTS_THIRD_FIRST, eval_locate,
	    "locate(what STRING, str STRING [, start INT]) -> INT",
	    "The place of the first occurrence from a place on, from 1; 0 for none, and where "
	    "the start is NULL. NULL where a text is.",
	    "locate('bar', 'foobarbar', 5)", "7"),
	ENTRY_IN_ORDER(
	    "position", 2, 3, resolve_locate, NULL_OWN, ARGUMENTS_THIRD_FIRST, eval_locate,
	    "position(what STRING, str STRING [, start INT]), POSITION(what IN str) -> INT",
	    "Another name of locate. 0 where the start is NULL, NULL where a text is.",
	    "position('bar', 'foobarbar')", "4"),
	ENTRY("startswith", 2, 2, resolve_test, NULL_IN_NULL_OUT, eval_starts,
	      "startswith(str STRING | BINARY, what STRING | BINARY) -> BOOLEAN",
	      "Whether the text begins so.", "startswith('Spark', 'Sp')", "true"),
	ENTRY("endswith", 2, 2, resolve_test, NULL_IN_NULL_OUT, eval_ends,
	      "endswith(str STRING | BINARY, what STRING | BINARY) -> BOOLEAN",
	      "Whether the text ends so.", "endswith('Spark', 'rk')", "true"),
	ENTRY("contains", 2, 2, resolve_test, NULL_IN_NULL_OUT, eval_contains,
	      "contains(str STRING | BINARY, what STRING | BINARY) -> BOOLEAN",
	      "Whether the text has that in it.", "contains('Spark', 'ar')", "true"),
	{ .name = NULL },
};

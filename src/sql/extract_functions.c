/* extract_functions.c - regexp_extract and its kin, split: what a pattern finds in a text. */
#include "sql/regex_match.h"
#include "sql/utf8.h"

/* The text of a group; '' where it took no part. */
static struct span group_text(struct span text, const size_t *offsets, uint32_t group)
{
	size_t start = offsets[2 * group];

	if (start == SIZE_MAX)
		return SPAN_LITERAL("");
	return (struct span){ text.data + start, offsets[2 * group + 1] - start };
}

static const char *bad_group(const struct regex *regex, int64_t group)
{
	if (group < 0 || group > regex_groups(regex))
		return "regexp_extract: the pattern has no group of that number";
	if (group > 0 && regex_groups_doubtful(regex))
		return "regexp_extract: a group of a pattern that has groups within a repeated "
		       "group or a look-around";
	return NULL;
}

/* The group asked for, 1 without a third argument; -1: rejected. */
static int64_t group_of_row(struct eval *eval, const struct expr *expr, const struct vector *args,
			    const struct regex *regex, size_t row)
{
	int64_t group = expr->arg_count > 2 ? args[2].as.int32[vector_index(&args[2], row)] : 1;
	const char *why = bad_group(regex, group);

	if (!why)
		return group;
	eval->reject(eval, row, why);
	return -1;
}

static enum status eval_extract(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		struct span text = kernel_text(&args[0], row);
		const struct regex *regex;
		const size_t *offsets;
		int64_t group;

		if (!kernel_is_valid(out, row))
			continue;
		out->as.text[row] = SPAN_LITERAL("");
		regex = pattern_of_row(&run, &args[1], row, &status);
		if (!regex)
			continue;
		group = group_of_row(eval, expr, args, regex, row);
		if (group >= 0 && pattern_search(&run, regex, text, 0, utf8_is_ascii(text), row,
						 &offsets, &status))
			out->as.text[row] = group_text(text, offsets, (uint32_t)group);
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

/* The whole first match; NULL for none, and for an empty one. */
static enum status eval_substr(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		struct span text = kernel_text(&args[0], row);
		const struct regex *regex;
		const size_t *offsets;

		if (!kernel_is_valid(out, row))
			continue;
		regex = pattern_of_row(&run, &args[1], row, &status);
		if (regex && pattern_search(&run, regex, text, 0, utf8_is_ascii(text), row,
					    &offsets, &status))
			out->as.text[row] = group_text(text, offsets, 0);
		if (out->as.text[row].len == 0 && !kernel_set_null(eval, out, row))
			status = US_FATAL;
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

/* Places as Java counts them: a character beyond U+FFFF is two. */
static int32_t java_offset(struct span text, size_t end)
{
	int32_t units = 0;

	for (size_t i = 0; i < end; i += utf8_size(text.data[i]))
		units += utf8_size(text.data[i]) == 4 ? 2 : 1;
	return units;
}

/* regexp_count (places = false) and regexp_instr */
static enum status number_rows(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out, bool place)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		struct span text = kernel_text(&args[0], row);
		bool ascii = utf8_is_ascii(text);
		const struct regex *regex;
		const size_t *offsets;
		size_t at = 0;

		if (!kernel_is_valid(out, row))
			continue;
		regex = pattern_of_row(&run, &args[1], row, &status);
		while (regex &&
		       pattern_search(&run, regex, text, at, ascii, row, &offsets, &status)) {
			if (place) {
				out->as.int32[row] = java_offset(text, offsets[0]) + 1;
				break;
			}
			out->as.int32[row]++;
			at = pattern_next(text, offsets);
		}
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

static enum status eval_count(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return number_rows(eval, expr, args, out, false);
}

static enum status eval_instr(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return number_rows(eval, expr, args, out, true);
}

/* ---- arrays of texts ------------------------------------------------------------------------- */

/* Items of the row at work; they move to a place twice as large when it is full. */
struct items {
	struct eval *eval;
	struct span *at;
	size_t count, capacity;
};

static bool add_item(struct items *items, struct span text)
{
	if (items->count == items->capacity) {
		size_t capacity = items->capacity ? items->capacity * 2 : 8;
		struct span *room = arena_alloc(items->eval->arena, capacity * sizeof(*room));

		if (!room)
			return false;
		if (items->count)
			memcpy(room, items->at, items->count * sizeof(*room));
		items->at = room;
		items->capacity = capacity;
	}
	items->at[items->count++] = text;
	return true;
}

/* The empty pattern takes the text apart into its characters, the first `limit` of them. */
static bool split_characters(struct items *items, struct span text, int64_t limit)
{
	for (size_t at = 0, size; at < text.len; at += size) {
		size = utf8_size(text.data[at]);
		if (limit > 0 && (int64_t)items->count == limit)
			break;
		if (!add_item(items, (struct span){ text.data + at, size }))
			return false;
	}
	return true;
}

static enum status split_text(struct pattern_run *run, const struct regex *regex, struct span text,
			      int64_t limit, size_t row, struct items *items)
{
	bool ascii = utf8_is_ascii(text);
	size_t at = 0, begin = 0;
	enum status status = US_OK;
	const size_t *offsets;

	while ((limit <= 0 || (int64_t)items->count < limit - 1) &&
	       pattern_search(run, regex, text, at, ascii, row, &offsets, &status)) {
		at = pattern_next(text, offsets);
		if (offsets[1] == 0) /* no empty piece before an empty match at the beginning */
			continue;
		if (!add_item(items, (struct span){ text.data + begin, offsets[0] - begin }))
			return US_FATAL;
		begin = offsets[1];
	}
	if (status == US_OK &&
	    !add_item(items, (struct span){ text.data + begin, text.len - begin }))
		return US_FATAL;
	return status;
}

static enum status eval_split(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		struct span text = kernel_text(&args[0], row);
		int64_t limit = expr->arg_count > 2 ? args[2].as.int32[vector_index(&args[2], row)]
						    : -1;
		struct items items = { .eval = eval };
		const struct regex *regex;

		if (!kernel_is_valid(out, row))
			continue;
		if (text.len && kernel_text(&args[1], row).len == 0) {
			status = split_characters(&items, text, limit) ? US_OK : US_FATAL;
		} else {
			regex = pattern_of_row(&run, &args[1], row, &status);
			if (regex)
				status = split_text(&run, regex, text, limit, row, &items);
		}
		out->as.array[row] = (struct sql_array){ items.at, items.count };
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

static enum status eval_extract_all(struct eval *eval, const struct expr *expr,
				    const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		struct span text = kernel_text(&args[0], row);
		bool ascii = utf8_is_ascii(text);
		struct items items = { .eval = eval };
		const struct regex *regex;
		const size_t *offsets;
		int64_t group = -1;
		size_t at = 0;

		if (!kernel_is_valid(out, row))
			continue;
		regex = pattern_of_row(&run, &args[1], row, &status);
		if (regex)
			group = group_of_row(eval, expr, args, regex, row);
		while (group >= 0 && status == US_OK &&
		       pattern_search(&run, regex, text, at, ascii, row, &offsets, &status)) {
			if (!add_item(&items, group_text(text, offsets, (uint32_t)group)))
				status = US_FATAL;
			at = pattern_next(text, offsets);
		}
		out->as.array[row] = (struct sql_array){ items.at, items.count };
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* A constant group that the constant pattern does not have is a compile error. */
static enum status prepare_extract(struct expr *expr, size_t *bad_arg, struct err *err)
{
	enum status status = pattern_prepare(expr, bad_arg, err);
	const struct pattern_state *state = expr->state;
	const char *why;
	int64_t group = 1;

	if (status != US_OK || !state)
		return status;
	if (expr->arg_count > 2) {
		*bad_arg = 2;
		if (expr->args[2]->kind != EXPR_LITERAL ||
		    vector_is_null(&expr->args[2]->literal, 0))
			return US_OK;
		group = expr->args[2]->literal.as.int32[0];
	}
	why = bad_group(state->regex, group);
	if (!why)
		return US_OK;
	pattern_dispose(expr->state);
	expr->state = NULL;
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s", why);
}

SIGNATURE(resolve_extract, "ssi>s")
SIGNATURE(resolve_pattern, "ss>s")
SIGNATURE(resolve_number, "ss>i")
SIGNATURE(resolve_array, "ssi>a")

#define ENTRY(n, least, most, types, kernel, prepares, sign, text, shown, gives)                  \
	{                                                                                         \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),         \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .prepare = (prepares),               \
		.dispose = pattern_dispose, .signature = sign, .summary = text, .example = shown, \
		.result = gives                                                                   \
	}

const struct function functions_extract[] = {
	ENTRY("regexp_extract", 2, 3, resolve_extract, eval_extract, prepare_extract,
	      "regexp_extract(str STRING, pattern STRING [, group INT]) -> STRING",
	      "A group (1 if not said, 0: the whole) of the first match; '' for none.",
	      "regexp_extract('100-200', '(\\\\d+)-(\\\\d+)', 2)", "200"),
	ENTRY("regexp_extract_all", 2, 3, resolve_array, eval_extract_all, prepare_extract,
	      "regexp_extract_all(str STRING, pattern STRING [, group INT]) -> ARRAY<STRING>",
	      "That group of every match.", "regexp_extract_all('1-2, 3-4', '(\\\\d)-')", "[1, 3]"),
	ENTRY("regexp_substr", 2, 2, resolve_pattern, eval_substr, pattern_prepare,
	      "regexp_substr(str STRING, pattern STRING) -> STRING",
	      "The first match; NULL for none.", "regexp_substr('a12b3', '[0-9]+')", "12"),
	ENTRY("regexp_count", 2, 2, resolve_number, eval_count, pattern_prepare,
	      "regexp_count(str STRING, pattern STRING) -> INT", "How many matches there are.",
	      "regexp_count('a12b3', '[0-9]+')", "2"),
	ENTRY("regexp_instr", 2, 2, resolve_number, eval_instr, pattern_prepare,
	      "regexp_instr(str STRING, pattern STRING) -> INT",
	      "Where the first match begins, from 1 (in UTF-16 units, as in Spark); 0 for none.",
	      "regexp_instr('a12b3', '[0-9]+')", "2"),
	ENTRY("split", 2, 3, resolve_array, eval_split, pattern_prepare,
	      "split(str STRING, pattern STRING [, limit INT]) -> ARRAY<STRING>",
	      "The pieces between the matches, at most `limit` of them where it is above 0.",
	      "split('a1b2c', '[0-9]')", "[a, b, c]"),
	{ .name = NULL },
};

/*
 * regex_functions.c - RLIKE, regexp_replace, regexp_extract.
 *
 * A constant pattern is compiled when the plan is bound (expr->state). A pattern that differs from
 * row to row is compiled when it changes, and one that Java would refuse rejects the record.
 */
#include "core/mem.h"
#include "sql/kernel.h"
#include "sql/regex.h"
#include "sql/regex_replacement.h"
#include "sql/scratch.h"
#include "sql/utf8.h"

#define LIMIT_REASON "a regular expression took too many steps"

/* What prepare makes. Each part is absent where its argument is not constant. */
struct prepared {
	struct regex *regex;
	struct replacement replacement;
	bool has_replacement;
	struct arena arena;
};

static void dispose(void *state)
{
	struct prepared *prepared = state;

	if (!prepared)
		return;
	regex_free(prepared->regex);
	arena_release(&prepared->arena);
	mem_free(prepared);
}

/* The pattern (argument 1), and the replacement (argument 2) where the function has one. */
static enum status prepare_pattern(struct expr *expr, bool replaces, size_t *bad_arg,
				   struct err *err)
{
	const struct span *pattern = constant_text(expr->args[1]);
	const struct span *text = replaces ? constant_text(expr->args[2]) : NULL;
	struct prepared *prepared;
	enum status status;

	if (!pattern)
		return US_OK;
	prepared = mem_calloc(1, sizeof(*prepared));
	if (!prepared)
		return err_no_memory(err, "compiling a regular expression");
	arena_init(&prepared->arena, 256, 64U << 20);
	*bad_arg = 1;
	status = regex_compile(*pattern, &prepared->regex, err);
	if (status == US_OK && text) {
		*bad_arg = 2;
		status = replacement_read(*text, prepared->regex, &prepared->arena,
					  &prepared->replacement, err);
		if (status == US_OK && prepared->replacement.has_group &&
		    regex_groups_doubtful(prepared->regex))
			status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
					 "replacement: a group of a pattern that has groups within "
					 "a repeated group");
		prepared->has_replacement = true;
	}
	if (status != US_OK) {
		dispose(prepared);
		return status;
	}
	expr->state = prepared;
	return US_OK;
}

static enum status prepare_match(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return prepare_pattern(expr, false, bad_arg, err);
}

static enum status prepare_replace(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return prepare_pattern(expr, true, bad_arg, err);
}

/* ---- one call over a batch ------------------------------------------------------------------- */

struct run {
	struct eval *eval;
	struct regex_scratch *scratch;
	const struct prepared *prepared; /* NULL: the pattern differs by row */
	struct regex *own;               /* compiled for `own_pattern` */
	struct span own_pattern;
	struct text_heap heap;
};

static bool run_begin(struct run *run, struct eval *eval, const struct expr *expr)
{
	*run = (struct run){ .eval = eval,
			     .scratch = scratch_regex(eval),
			     .prepared = expr->state,
			     .heap = text_heap_of(eval) };
	return run->scratch != NULL;
}

static void run_end(struct run *run)
{
	regex_free(run->own);
}

/* A pattern that differs from row to row. */
static __attribute__((noinline)) const struct regex *
compile_own(struct run *run, struct span pattern, size_t row, enum status *status)
{
	struct err err = ERR_INIT;

	if (run->own && span_equal(pattern, run->own_pattern))
		return run->own;
	regex_free(run->own);
	run->own = NULL;
	*status = regex_compile(pattern, &run->own, &err);
	if (*status == US_REJECT) {
		run->eval->reject(run->eval, row, err.text);
		*status = US_OK;
	}
	run->own_pattern = pattern;
	return run->own;
}

/* The regex of a row; NULL: the record is rejected, or *status is US_FATAL. */
static const struct regex *regex_of_row(struct run *run, const struct vector *patterns, size_t row,
					enum status *status)
{
	if (run->prepared)
		return run->prepared->regex;
	return compile_own(run, kernel_text(patterns, row), row, status);
}

/* A search's outcome: true for a match. A limit rejects the record. */
static bool found(struct run *run, size_t row, enum regex_result result, enum status *status)
{
	if (result == REGEX_LIMIT)
		run->eval->reject(run->eval, row, LIMIT_REASON);
	if (result == REGEX_NO_MEMORY)
		*status = US_FATAL;
	return result == REGEX_MATCH;
}

/* ---- RLIKE ----------------------------------------------------------------------------------- */

#define CHUNK 64

static size_t chunk_of(struct span text, size_t at)
{
	return text.len - at < CHUNK ? text.len - at : CHUNK;
}

static bool has_member(const struct regex_bytes *bytes, struct span text)
{
	for (size_t at = 0; at < text.len; at += CHUNK)
		if (byte_set_mask(&bytes->set, text.data + at, chunk_of(text, at)))
			return true;
	return false;
}

static bool rlike_row(struct run *run, const struct regex *regex, struct span text, size_t row,
		      enum status *status)
{
	const struct regex_bytes *bytes = regex_as_bytes(regex);
	struct span literal = regex_as_literal(regex);
	const size_t *offsets;

	if (bytes)
		return has_member(bytes, text);
	if (literal.data)
		return memmem(text.data, text.len, literal.data, literal.len) != NULL;
	return found(run, row,
		     regex_search(regex, run->scratch, text, 0, utf8_is_ascii(text), &offsets),
		     status);
}

static enum status eval_rlike(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct run run;

	if (!run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		const struct regex *regex;

		if (!kernel_is_valid(out, row))
			continue;
		regex = regex_of_row(&run, &args[1], row, &status);
		if (regex)
			out->as.boolean[row] = rlike_row(&run, regex, kernel_text(&args[0], row),
							 row, &status);
	}
	run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

/* ---- regexp_replace -------------------------------------------------------------------------- */

/* The offset of the first byte from `at` that belongs to the set (or, turned over, does not). */
static size_t next_byte(const struct byte_set *set, struct span text, size_t at, bool member)
{
	while (at < text.len) {
		size_t size = chunk_of(text, at);
		uint64_t mask = byte_set_mask(set, text.data + at, size);

		if (!member)
			mask = ~mask;
		if (size < CHUNK)
			mask &= (UINT64_C(1) << size) - 1;
		if (mask)
			return at + (size_t)__builtin_ctzll(mask);
		at += size;
	}
	return text.len;
}

/* [...]+ by one character: in most texts the set's characters stand alone and are that one already,
 * so that nothing changes. */
static bool changes_nothing(const struct regex_bytes *bytes, struct span text, struct span with)
{
	uint64_t before = 0; /* the last byte of the chunk before belonged */

	if (with.len != 1 || !bytes->repeated)
		return false;
	for (size_t at = 0; at < text.len; at += CHUNK) {
		size_t size = chunk_of(text, at);
		uint64_t mask = byte_set_mask(&bytes->set, text.data + at, size);

		if (mask & (mask << 1 | before))
			return false;
		before = mask >> (CHUNK - 1);
		for (uint64_t left = mask; left; left &= left - 1)
			if (text.data[at + (size_t)__builtin_ctzll(left)] != *with.data)
				return false;
	}
	return true;
}

/* Runs of the set's bytes replaced in one pass; nothing is copied where there are none. */
static bool replace_bytes(struct run *run, const struct regex_bytes *bytes, struct span text,
			  struct span with, struct span *out)
{
	const struct byte_set *set = &bytes->set;
	size_t at = next_byte(set, text, 0, true), len = at;
	bool one_by_one = !bytes->repeated && with.len > 0;
	char *room;

	*out = text;
	if (at == text.len)
		return true;
	room = text_heap_reserve(&run->heap,
				 with.len <= 1 ? text.len : at + (text.len - at) * with.len);
	if (!room)
		return false;
	memcpy(room, text.data, at);
	while (at < text.len) {
		size_t next = one_by_one ? at + utf8_size(text.data[at])
					 : next_byte(set, text, at, false);
		size_t stop = next_byte(set, text, next, true);

		if (with.len)
			memcpy(room + len, with.data, with.len);
		memcpy(room + len + with.len, text.data + next, stop - next);
		len += with.len + stop - next;
		at = stop;
	}
	*out = text_heap_keep(&run->heap, len);
	return true;
}

static bool replace_literal(struct run *run, struct span literal, struct span text,
			    struct span with, struct span *out)
{
	const char *p = text.data, *end = text.data + text.len, *hit;
	size_t count = 0, len = 0;
	char *room;

	*out = text;
	for (; (hit = memmem(p, (size_t)(end - p), literal.data, literal.len)); count++)
		p = hit + literal.len;
	if (!count)
		return true;
	room = text_heap_reserve(&run->heap, text.len + count * with.len);
	if (!room)
		return false;
	for (p = text.data; count > 0; count--) {
		hit = memmem(p, (size_t)(end - p), literal.data, literal.len);
		memcpy(room + len, p, (size_t)(hit - p));
		len += (size_t)(hit - p);
		if (with.len)
			memcpy(room + len, with.data, with.len);
		len += with.len;
		p = hit + literal.len;
	}
	memcpy(room + len, p, (size_t)(end - p));
	*out = text_heap_keep(&run->heap, len + (size_t)(end - p));
	return true;
}

/* The result while it grows. */
struct growing {
	struct text_heap *heap;
	char *data;
	size_t len, capacity;
};

static bool grow(struct growing *out, const char *data, size_t len)
{
	if (out->capacity - out->len < len) {
		size_t capacity = out->capacity * 2 + len;
		char *room = text_heap_reserve(out->heap, capacity);

		if (!room)
			return false;
		if (out->len && room != out->data)
			memcpy(room, out->data, out->len);
		out->data = room;
		out->capacity = capacity;
	}
	if (len)
		memcpy(out->data + out->len, data, len);
	out->len += len;
	return true;
}

static bool append_replacement(struct growing *out, const struct replacement *with,
			       struct span text, const size_t *offsets)
{
	for (size_t i = 0; i < with->count; i++) {
		const struct replacement_piece *piece = &with->pieces[i];
		struct span part = piece->text;

		if (piece->group != NO_GROUP) {
			size_t start = offsets[2 * piece->group];

			if (start == SIZE_MAX)
				continue; /* took no part: nothing */
			part.data = text.data + start;
			part.len = offsets[2 * piece->group + 1] - start;
		}
		if (!grow(out, part.data, part.len))
			return false;
	}
	return true;
}

static enum status replace_matches(struct run *run, const struct regex *regex,
				   const struct replacement *with, struct span text, size_t row,
				   struct span *out)
{
	bool ascii = utf8_is_ascii(text);
	struct growing grown = { .heap = &run->heap };
	size_t at = 0, copied = 0;
	enum status status = US_OK;
	bool any = false;
	const size_t *offsets;

	*out = text;
	while (at <= text.len &&
	       found(run, row, regex_search(regex, run->scratch, text, at, ascii, &offsets),
		     &status)) {
		size_t start = offsets[0], end = offsets[1];

		if (!grow(&grown, text.data + copied, start - copied) ||
		    !append_replacement(&grown, with, text, offsets))
			return US_FATAL;
		any = true;
		copied = at = end;
		if (start == end)
			at += end < text.len ? utf8_size(text.data[end]) : 1;
	}
	if (!any || status != US_OK)
		return status;
	if (!grow(&grown, text.data + copied, text.len - copied))
		return US_FATAL;
	run->heap.at = grown.data + grown.len;
	*out = (struct span){ .data = grown.data, .len = grown.len };
	return US_OK;
}

static enum status replace_row(struct run *run, const struct regex *regex,
			       const struct replacement *with, struct span text, size_t row,
			       struct span *out)
{
	const struct regex_bytes *bytes = regex_as_bytes(regex);
	struct span literal = regex_as_literal(regex), plain = SPAN_LITERAL("");

	if (with->count == 1 && with->pieces[0].group == NO_GROUP)
		plain = with->pieces[0].text;
	else if (with->count > 0)
		return replace_matches(run, regex, with, text, row, out);
	if (bytes && changes_nothing(bytes, text, plain)) {
		*out = text;
		return US_OK;
	}
	if (bytes)
		return replace_bytes(run, bytes, text, plain, out) ? US_OK : US_FATAL;
	if (literal.data)
		return replace_literal(run, literal, text, plain, out) ? US_OK : US_FATAL;
	return replace_matches(run, regex, with, text, row, out);
}

static __attribute__((noinline)) const struct replacement *
read_own(struct run *run, const struct regex *regex, struct span text, size_t row,
	 struct replacement *own, enum status *status)
{
	struct err err = ERR_INIT;

	*status = replacement_read(text, regex, run->eval->arena, own, &err);
	if (*status != US_REJECT)
		return *status == US_OK ? own : NULL;
	run->eval->reject(run->eval, row, err.text);
	*status = US_OK;
	return NULL;
}

/* The replacement of a row. NULL: the record is rejected, or *status is US_FATAL. */
static const struct replacement *replacement_of_row(struct run *run, const struct regex *regex,
						    const struct vector *texts, size_t row,
						    struct replacement *own, enum status *status)
{
	if (run->prepared && run->prepared->has_replacement)
		return &run->prepared->replacement;
	return read_own(run, regex, kernel_text(texts, row), row, own, status);
}

static enum status eval_regexp_replace(struct eval *eval, const struct expr *expr,
				       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct replacement own;
	struct run run;

	if (!run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		const struct replacement *with = NULL;
		const struct regex *regex;

		if (!kernel_is_valid(out, row))
			continue;
		out->as.text[row] = kernel_text(&args[0], row);
		regex = regex_of_row(&run, &args[1], row, &status);
		if (regex)
			with = replacement_of_row(&run, regex, &args[2], row, &own, &status);
		if (with)
			status = replace_row(&run, regex, with, kernel_text(&args[0], row), row,
					     &out->as.text[row]);
	}
	run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

SIGNATURE(resolve_rlike, "ss>o")
SIGNATURE(resolve_replace, "sss>s")

#define RLIKE_ENTRY(n, sign, shown)                                                         \
	{                                                                                   \
		.name = (n), .min_args = 2, .max_args = 2, .resolve = resolve_rlike,        \
		.nulls = NULL_IN_NULL_OUT, .eval = eval_rlike, .prepare = prepare_match,    \
		.dispose = dispose, .signature = sign,                                      \
		.summary = "Whether a part of the text matches Java's regular expression.", \
		.example = shown, .result = "true"                                          \
	}

const struct function functions_regex[] = {
	RLIKE_ENTRY("rlike", "str RLIKE pattern -> BOOLEAN", "'abc' RLIKE '^a.c$'"),
	RLIKE_ENTRY("regexp", "str REGEXP pattern -> BOOLEAN", "'abc' REGEXP 'b'"),
	RLIKE_ENTRY("regexp_like", "regexp_like(str STRING, pattern STRING) -> BOOLEAN",
		    "regexp_like('abc', 'b')"),
	{ .name = "regexp_replace",
	  .min_args = 3,
	  .max_args = 3,
	  .resolve = resolve_replace,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_regexp_replace,
	  .prepare = prepare_replace,
	  .dispose = dispose,
	  .signature = "regexp_replace(str STRING, pattern STRING, replacement STRING) -> STRING",
	  .summary = "The text with every match of Java's regular expression replaced; $1 stands "
		     "for a group.",
	  .example = "regexp_replace('a1b22', '[0-9]+', '#')",
	  .result = "a#b#" },
	{ .name = NULL },
};

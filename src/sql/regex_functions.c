/*
 * regex_functions.c - RLIKE and regexp_replace. Patterns of one set of characters, or of a plain
 * text, need no matching.
 */
#include "sql/regex_match.h"
#include "sql/utf8.h"

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

static bool rlike_row(struct pattern_run *run, const struct regex *regex, struct span text,
		      size_t row, enum status *status)
{
	const struct regex_bytes *bytes = regex_as_bytes(regex);
	struct span literal = regex_as_literal(regex);
	const size_t *offsets;

	if (bytes)
		return has_member(bytes, text);
	if (literal.data)
		return memmem(text.data, text.len, literal.data, literal.len) != NULL;
	return pattern_search(run, regex, text, 0, utf8_is_ascii(text), row, &offsets, status);
}

static enum status eval_rlike(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		const struct regex *regex;

		if (!kernel_is_valid(out, row))
			continue;
		regex = pattern_of_row(&run, &args[1], row, &status);
		if (regex)
			out->as.boolean[row] = rlike_row(&run, regex, kernel_text(&args[0], row),
							 row, &status);
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

/* ---- regexp_replace -------------------------------------------------------------------------- */

/* Which bytes of a text belong to a set: a chunk at a time, and each chunk looked at once. */
struct members {
	const struct byte_set *set;
	struct span text;
	size_t at; /* of the chunk */
	size_t size;
	uint64_t mask;
};

static void load_members(struct members *members, size_t at)
{
	members->at = at;
	members->size = chunk_of(members->text, at);
	members->mask = byte_set_mask(members->set, members->text.data + at, members->size);
}

static struct members members_of(const struct byte_set *set, struct span text)
{
	struct members members = { .set = set, .text = text };

	load_members(&members, 0);
	return members;
}

/* The offset of the first byte from `at` that belongs to the set (or, turned over, does not).
 * Offsets only grow from call to call. */
static inline size_t next_byte(struct members *members, size_t at, bool member)
{
	while (at < members->text.len) {
		uint64_t mask;

		if (at - members->at >= members->size)
			load_members(members, at);
		mask = (member ? members->mask : ~members->mask) >> (at - members->at);
		if (members->size < CHUNK)
			mask &= (UINT64_C(1) << (members->size - (at - members->at))) - 1;
		if (mask)
			return at + (size_t)__builtin_ctzll(mask);
		at = members->at + members->size;
	}
	return members->text.len;
}

/* [...]+ by one character: in most texts the set's characters stand alone and are that one already,
 * so that nothing changes. */
static bool changes_nothing(const struct regex_bytes *bytes, struct members *members,
			    struct span with)
{
	struct span text = members->text;
	uint64_t before = 0; /* the last byte of the chunk before belonged */

	if (with.len != 1 || !bytes->repeated)
		return text.len <= CHUNK && members->mask == 0;
	for (size_t at = 0; at < text.len; at += CHUNK) {
		if (at > 0)
			load_members(members, at);
		if (members->mask & (members->mask << 1 | before))
			return false;
		before = members->mask >> (CHUNK - 1);
		for (uint64_t left = members->mask; left; left &= left - 1)
			if (text.data[at + (size_t)__builtin_ctzll(left)] != *with.data)
				return false;
	}
	return true;
}

/* Runs of the set's bytes replaced in one pass; nothing is copied where there are none. */
static bool replace_bytes(struct pattern_run *run, const struct regex_bytes *bytes,
			  struct span text, struct span with, struct span *out)
{
	struct members members = members_of(&bytes->set, text);
	bool one_by_one = !bytes->repeated && with.len > 0;
	size_t at, len;
	char *room;

	*out = text;
	if (changes_nothing(bytes, &members, with))
		return true;
	if (members.at > 0)
		load_members(&members, 0);
	len = at = next_byte(&members, 0, true);
	if (at == text.len)
		return true;
	room = text_heap_reserve(&run->heap,
				 with.len <= 1 ? text.len : at + (text.len - at) * with.len);
	if (!room)
		return false;
	memcpy(room, text.data, at);
	while (at < text.len) {
		size_t next = one_by_one ? at + utf8_size(text.data[at])
					 : next_byte(&members, at, false);
		size_t stop = next_byte(&members, next, true);

		if (with.len)
			memcpy(room + len, with.data, with.len);
		memcpy(room + len + with.len, text.data + next, stop - next);
		len += with.len + stop - next;
		at = stop;
	}
	*out = text_heap_keep(&run->heap, len);
	return true;
}

static bool replace_literal(struct pattern_run *run, struct span literal, struct span text,
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

static enum status replace_matches(struct pattern_run *run, const struct regex *regex,
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
	while (pattern_search(run, regex, text, at, ascii, row, &offsets, &status)) {
		if (!grow(&grown, text.data + copied, offsets[0] - copied) ||
		    !append_replacement(&grown, with, text, offsets))
			return US_FATAL;
		any = true;
		copied = offsets[1];
		at = pattern_next(text, offsets);
	}
	if (!any || status != US_OK)
		return status;
	if (!grow(&grown, text.data + copied, text.len - copied))
		return US_FATAL;
	run->heap.at = grown.data + grown.len;
	*out = (struct span){ .data = grown.data, .len = grown.len };
	return US_OK;
}

static enum status replace_row(struct pattern_run *run, const struct regex *regex,
			       const struct replacement *with, struct span text, size_t row,
			       struct span *out)
{
	const struct regex_bytes *bytes = regex_as_bytes(regex);
	struct span literal = regex_as_literal(regex), plain = SPAN_LITERAL("");

	if (with->count == 1 && with->pieces[0].group == NO_GROUP)
		plain = with->pieces[0].text;
	else if (with->count > 0)
		return replace_matches(run, regex, with, text, row, out);
	if (bytes)
		return replace_bytes(run, bytes, text, plain, out) ? US_OK : US_FATAL;
	if (literal.data)
		return replace_literal(run, literal, text, plain, out) ? US_OK : US_FATAL;
	return replace_matches(run, regex, with, text, row, out);
}

static __attribute__((noinline)) const struct replacement *
read_own(struct pattern_run *run, const struct regex *regex, struct span text, size_t row,
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
static const struct replacement *replacement_of_row(struct pattern_run *run,
						    const struct regex *regex,
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
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		const struct replacement *with = NULL;
		const struct regex *regex;

		if (!kernel_is_valid(out, row))
			continue;
		out->as.text[row] = kernel_text(&args[0], row);
		regex = pattern_of_row(&run, &args[1], row, &status);
		if (regex)
			with = replacement_of_row(&run, regex, &args[2], row, &own, &status);
		if (with)
			status = replace_row(&run, regex, with, kernel_text(&args[0], row), row,
					     &out->as.text[row]);
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

SIGNATURE(resolve_rlike, "ss>o")
SIGNATURE(resolve_replace, "sss>s")

#define RLIKE_ENTRY(n, sign, shown)                                                         \
	{                                                                                   \
		.name = (n), .min_args = 2, .max_args = 2, .resolve = resolve_rlike,        \
		.nulls = NULL_IN_NULL_OUT, .eval = eval_rlike, .prepare = pattern_prepare,  \
		.dispose = pattern_dispose, .signature = sign,                              \
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
	  .prepare = pattern_prepare_replace,
	  .dispose = pattern_dispose,
	  .signature = "regexp_replace(str STRING, pattern STRING, replacement STRING) -> STRING",
	  .summary = "The text with every match of Java's regular expression replaced; $1 stands "
		     "for a group.",
	  .example = "regexp_replace('a1b22', '[0-9]+', '#')",
	  .result = "a#b#" },
	{ .name = NULL },
};

/*
 * like_functions.c - LIKE and ILIKE. '%' stands for any text, '_' for one character; the escape
 * character (a backslash, or what ESCAPE names) may stand before those two and itself only.
 *
 * A pattern becomes pieces between its '%': the first and the last are anchored, the others are
 * searched for from left to right, the first hit of each being as good as any.
 */
#include "core/mem.h"
#include "sql/kernel.h"
#include "sql/scratch.h"
#include "sql/text_case.h"
#include "sql/utf8.h"

/* The characters of one piece: bytes, and a mask that tells '_' from them. */
struct piece {
	char *bytes;
	char *mask; /* 0 where the byte is '_' */
	size_t len;
	bool plain; /* no '_' */
};

struct like {
	struct arena arena;
	struct piece *pieces;
	size_t count;
};

static void dispose(void *state)
{
	struct like *like = state;

	if (!like)
		return;
	arena_release(&like->arena);
	mem_free(like);
}

static void add_byte(struct piece *piece, char c, bool any)
{
	piece->bytes[piece->len] = c;
	piece->mask[piece->len++] = !any;
	piece->plain = piece->plain && !any;
}

static bool next_piece(struct like *like, size_t room)
{
	struct piece *piece = &like->pieces[like->count++];

	piece->bytes = arena_alloc(&like->arena, room + 1);
	piece->mask = arena_alloc(&like->arena, room + 1);
	piece->len = 0;
	piece->plain = true;
	return piece->bytes && piece->mask;
}

static enum status read_pattern(struct span text, struct span escape, struct like *like,
				struct err *err)
{
	size_t percents = 0;

	arena_init(&like->arena, 512, 256U << 20);
	like->count = 0;
	for (size_t i = 0; i < text.len; i++)
		percents += text.data[i] == '%';
	like->pieces = arena_calloc(&like->arena, percents + 1, sizeof(*like->pieces));
	if (!like->pieces || !next_piece(like, text.len))
		return err_no_memory(err, "reading a LIKE pattern");
	for (size_t i = 0, size; i < text.len; i += size) {
		struct span c = { text.data + i, utf8_size(text.data[i]) };
		struct piece *piece = &like->pieces[like->count - 1];

		size = c.len;
		if (span_equal(c, escape)) {
			i += size;
			if (i == text.len)
				return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
					       "a LIKE pattern ends with its escape character");
			c = (struct span){ text.data + i, utf8_size(text.data[i]) };
			if (*c.data != '%' && *c.data != '_' && !span_equal(c, escape))
				return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
					       "in a LIKE pattern, the escape character may stand "
					       "before %%, _ and itself only");
			size = c.len;
		} else if (*c.data == '%') {
			if (!next_piece(like, text.len - i))
				return err_no_memory(err, "reading a LIKE pattern");
			continue;
		} else if (*c.data == '_') {
			add_byte(piece, '_', true);
			continue;
		}
		for (size_t b = 0; b < size; b++)
			add_byte(piece, c.data[b], false);
	}
	return US_OK;
}

/* Bytes that a piece takes at p, SIZE_MAX where it does not match. */
static size_t match_at(const struct piece *piece, const char *p, const char *end)
{
	const char *start = p;

	for (size_t i = 0; i < piece->len; i++) {
		if (p == end || (piece->mask[i] && *p != piece->bytes[i]))
			return SIZE_MAX;
		p += piece->mask[i] ? 1 : utf8_size(*p);
	}
	return (size_t)(p - start);
}

/* The last piece ends where the text does: it begins so many characters before. */
static bool match_end(const struct piece *piece, const char *p, const char *end)
{
	const char *start = end;

	if (piece->plain) {
		return (size_t)(end - p) >= piece->len &&
		       memcmp(end - piece->len, piece->bytes, piece->len) == 0;
	}
	for (size_t i = 0; i < piece->len; i++) {
		if (piece->mask[i] && utf8_continues(piece->bytes[i]))
			continue;
		if (start == p)
			return false;
		do
			start--;
		while (utf8_continues(*start));
	}
	return match_at(piece, start, end) == (size_t)(end - start);
}

static const char *find_piece(const struct piece *piece, const char *p, const char *end,
			      size_t *taken)
{
	if (piece->plain) {
		*taken = piece->len;
		return memmem(p, (size_t)(end - p), piece->bytes, piece->len);
	}
	for (; p <= end; p += p < end ? utf8_size(*p) : 1) {
		*taken = match_at(piece, p, end);
		if (*taken != SIZE_MAX)
			return p;
	}
	return NULL;
}

static bool matches(const struct like *like, struct span text)
{
	const char *p = text.data, *end = text.data + text.len;
	size_t taken = match_at(&like->pieces[0], p, end);

	if (taken == SIZE_MAX)
		return false;
	p += taken;
	if (like->count == 1)
		return p == end;
	for (size_t i = 1; i + 1 < like->count; i++) {
		p = find_piece(&like->pieces[i], p, end, &taken);
		if (!p)
			return false;
		p += taken;
	}
	return match_end(&like->pieces[like->count - 1], p, end);
}

/* ---- the functions --------------------------------------------------------------------------- */

static struct span escape_of(const struct expr *expr, const struct vector *args, size_t row)
{
	return expr->arg_count > 2 ? kernel_text(&args[2], row) : SPAN_LITERAL("\\");
}

/* A constant pattern: read once. ILIKE reads it in lower case. */
static enum status prepare(struct expr *expr, bool caseless, size_t *bad_arg, struct err *err)
{
	const struct span *pattern = constant_text(expr->args[1]);
	const struct span *escape = expr->arg_count > 2 ? constant_text(expr->args[2]) : NULL;
	struct case_scratch *scratch = NULL;
	struct span text, mark = escape ? *escape : SPAN_LITERAL("\\");
	enum status status = US_OK;
	struct text_heap heap = { .piece = 512 };
	struct arena arena;
	struct like *like;

	*bad_arg = 2;
	if (expr->arg_count > 2 &&
	    (!escape || escape->len == 0 || utf8_size(*escape->data) != escape->len))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "ESCAPE needs one character");
	if (!pattern)
		return US_OK;
	*bad_arg = 1;
	arena_init(&arena, 512, 256U << 20);
	heap.arena = &arena;
	text = *pattern;
	like = mem_calloc(1, sizeof(*like));
	if (caseless)
		scratch = case_scratch_new();
	if (!like || (caseless && (!scratch || !text_lower(scratch, &heap, text, &text))))
		status = err_no_memory(err, "reading a LIKE pattern");
	if (status == US_OK)
		status = read_pattern(text, mark, like, err);
	case_scratch_free(scratch);
	arena_release(&arena);
	if (status != US_OK)
		dispose(like);
	else
		expr->state = like;
	return status;
}

static enum status prepare_like(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return prepare(expr, false, bad_arg, err);
}

static enum status prepare_ilike(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return prepare(expr, true, bad_arg, err);
}

/* A pattern that differs from row to row. */
static __attribute__((noinline)) enum status match_own(struct eval *eval, struct span text,
						       struct span pattern, struct span escape,
						       size_t row, uint8_t *out)
{
	struct err err = ERR_INIT;
	struct like like;
	enum status status = read_pattern(pattern, escape, &like, &err);

	if (status == US_OK)
		*out = matches(&like, text);
	else if (status == US_REJECT)
		eval->reject(eval, row, err.text);
	arena_release(&like.arena);
	return status == US_FATAL ? US_FATAL : US_OK;
}

static enum status match_rows(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out, bool caseless)
{
	const struct like *like = expr->state;
	struct case_scratch *scratch = caseless ? scratch_letters(eval) : NULL;
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	if (caseless && !scratch)
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		struct span pattern = kernel_text(&args[1], row);

		if (!kernel_is_valid(out, row))
			continue;
		if (caseless && !text_lower(scratch, &heap, text, &text))
			return kernel_no_memory(eval, expr);
		if (like) {
			out->as.boolean[row] = matches(like, text);
			continue;
		}
		if (caseless && !text_lower(scratch, &heap, pattern, &pattern))
			return kernel_no_memory(eval, expr);
		if (match_own(eval, text, pattern, escape_of(expr, args, row), row,
			      &out->as.boolean[row]) != US_OK)
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_like(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	return match_rows(eval, expr, args, out, false);
}

static enum status eval_ilike(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return match_rows(eval, expr, args, out, true);
}

SIGNATURE(resolve_like, "sss>o")

#define ENTRY(n, kernel, prepares, sign, text, shown)                                     \
	{                                                                                 \
		.name = (n), .min_args = 2, .max_args = 3, .resolve = resolve_like,       \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .prepare = (prepares),       \
		.dispose = dispose, .signature = sign, .summary = text, .example = shown, \
		.result = "true"                                                          \
	}

const struct function functions_like[] = {
	ENTRY(
	    "like", eval_like, prepare_like, "str LIKE pattern [ESCAPE 'c'] -> BOOLEAN",
	    "Whether the whole text is as the pattern, % standing for any text, _ for a character.",
	    "'Spark' LIKE 'S_a%'"),
	ENTRY("ilike", eval_ilike, prepare_ilike, "str ILIKE pattern [ESCAPE 'c'] -> BOOLEAN",
	      "As LIKE, both sides in lower case.", "'Spark' ILIKE 's_A%'"),
	{ .name = NULL },
};

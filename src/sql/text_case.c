/*
 * text_case.c - ASCII is done eight bytes at a time; other text by ICU, in the pieces between
 * capital sigmas, whose small form Java chooses by its own idea of a word (ICU's differs).
 */
#include "sql/text_case.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include "core/mem.h"
#include "sql/scratch.h"
#include "sql/utf8.h"

#define SIGMA       0x3a3
#define SMALL_SIGMA "\xcf\x83"
#define FINAL_SIGMA "\xcf\x82"
#define ONES        UINT64_C(0x0101010101010101)
#define HIGH_BITS   (ONES * 0x80)
#define MOST_GROWTH 3 /* a character's case mapping has at most three times its bytes */

struct case_scratch {
	UCaseMap *map;
};

struct case_scratch *case_scratch_new(void)
{
	struct case_scratch *scratch = mem_calloc(1, sizeof(*scratch));
	UErrorCode error = U_ZERO_ERROR;

	if (!scratch)
		return NULL;
	scratch->map = ucasemap_open("", 0, &error);
	if (U_FAILURE(error)) {
		case_scratch_free(scratch);
		return NULL;
	}
	return scratch;
}

void case_scratch_free(struct case_scratch *scratch)
{
	if (!scratch)
		return;
	ucasemap_close(scratch->map);
	mem_free(scratch);
}

/* ---- ASCII ----------------------------------------------------------------------------------- */

/* 0x80 in each byte of an ASCII word that lies in [first, last]. */
static inline uint64_t bytes_within(uint64_t word, unsigned char first, unsigned char last)
{
	return ((word + ONES * (0x80U - first)) ^ (word + ONES * (0x7fU - last))) & HIGH_BITS;
}

enum ascii_state { ASCII_SAME, ASCII_CHANGES, NOT_ASCII };

/* Whether any byte lies in [first, last], and whether all are ASCII. */
static enum ascii_state scan(struct span text, unsigned char first, unsigned char last)
{
	const char *p = text.data, *end = text.data + text.len;
	uint64_t high = 0, hits = 0, word;

	for (; end - p >= 8; p += 8) {
		memcpy(&word, p, 8);
		high |= word & HIGH_BITS;
		hits |= bytes_within(word & ~HIGH_BITS, first, last);
	}
	word = 0;
	memcpy(&word, p, (size_t)(end - p));
	high |= word & HIGH_BITS;
	hits |= bytes_within(word & ~HIGH_BITS, first, last);
	return high ? NOT_ASCII : hits ? ASCII_CHANGES : ASCII_SAME;
}

/* Copy, with bit 0x20 of the bytes in [first, last] turned over. */
static void flip(const char *from, char *to, size_t len, unsigned char first, unsigned char last)
{
	uint64_t word;
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		memcpy(&word, from + i, 8);
		word ^= bytes_within(word, first, last) >> 2;
		memcpy(to + i, &word, 8);
	}
	for (; i < len; i++)
		to[i] = (char)(from[i] >= (char)first && from[i] <= (char)last ? from[i] ^ 0x20
									       : from[i]);
}

static bool flip_ascii(struct text_heap *heap, struct span text, unsigned char first,
		       unsigned char last, struct span *out)
{
	char *room = text_heap_reserve(heap, text.len);

	if (!room)
		return false;
	flip(text.data, room, text.len, first, last);
	*out = text_heap_keep(heap, text.len);
	return true;
}

/* ---- the final sigma ------------------------------------------------------------------------- */

enum word_part { PART_NONE, PART_LETTER, PART_DIGIT, PART_MARK, PART_FORMAT, PART_BETWEEN };

static bool is_cased(UChar32 c)
{
	if (U_GET_GC_MASK(c) & (U_GC_LU_MASK | U_GC_LL_MASK | U_GC_LT_MASK))
		return true;
	return (c >= 0x2b0 && c <= 0x2b8) || c == 0x2c0 || c == 0x2c1 ||
	       (c >= 0x2e0 && c <= 0x2e4) || c == 0x345 || c == 0x37a ||
	       (c >= 0x1d2c && c <= 0x1d61) || (c >= 0x2160 && c <= 0x217f) ||
	       (c >= 0x24b6 && c <= 0x24e9);
}

/* Kana and Han stand alone to Java's search for word boundaries. */
static bool stands_alone(UChar32 c)
{
	return c == 0x3005 || (c >= 0x3041 && c <= 0x3094) || c == 0x309d || c == 0x309e ||
	       (c >= 0x30a1 && c <= 0x30fe) || (c >= 0x4e00 && c <= 0x9fa5) ||
	       (c >= 0xf900 && c <= 0xfa2d);
}

/* What a character is to Java's search for word boundaries. */
static enum word_part part_of(UChar32 c)
{
	uint32_t mask = U_GET_GC_MASK(c);

	if (mask & (U_GC_MN_MASK | U_GC_ME_MASK))
		return PART_MARK;
	if (mask & (U_GC_PD_MASK | U_GC_PC_MASK) || c == 0xad || c == 0x2027 || c == '"' ||
	    c == '\'' || c == '.' || c == ',' || c == 0x66b)
		return PART_BETWEEN;
	if (mask & U_GC_CF_MASK)
		return PART_FORMAT;
	if (mask & U_GC_N_MASK)
		return PART_DIGIT;
	return mask & (U_GC_L_MASK | U_GC_MC_MASK) && !stands_alone(c) ? PART_LETTER : PART_NONE;
}

/* Whether a punctuation mark holds two letters, or two digits, together. */
static bool joins(UChar32 c, enum word_part part)
{
	if (part == PART_DIGIT)
		return c == '"' || c == '\'' || c == ',' || c == '.' || c == 0x66b;
	return c != ',' && c != 0x66b;
}

/* The next character from `at` in a direction; false at the end. */
static bool step(struct span text, size_t *at, bool forward, UChar32 *c)
{
	size_t size;

	if (forward ? *at >= text.len : *at == 0)
		return false;
	if (!forward) {
		do
			(*at)--;
		while (utf8_continues(text.data[*at]));
	}
	*c = (UChar32)utf8_decode(text.data + *at, &size);
	if (forward)
		*at += size;
	return true;
}

/*
 * Whether the word goes on from the sigma to a cased letter in a direction. Java sees a boundary
 * behind every character of two UTF-16 units, but for the text's first.
 */
static bool meets_cased(struct span text, size_t at, bool forward)
{
	enum word_part last = PART_LETTER, part;
	bool marked = false, cased = false, beyond = false;
	UChar32 c = 0, between = 0;

	while (step(text, &at, forward, &c)) {
		bool wide = c > 0xffff;

		beyond = beyond || (wide && !forward && at > 0);
		part = part_of(c);
		if (part == PART_NONE || (part == PART_FORMAT && wide && beyond))
			return false;
		if (part == PART_MARK) { /* belongs to what stands before it */
			if (between && forward)
				return false;
			marked = true;
			cased = cased || (!beyond && is_cased(c));
		} else if (part == PART_BETWEEN) {
			if (between || (marked && !forward))
				return false;
			between = c;
		} else if (part != PART_FORMAT) {
			if (between && (part != last || !joins(between, part)))
				return false;
			last = part;
			between = 0;
			marked = false;
			cased = cased || (!beyond && is_cased(c));
		}
		if (cased && (forward || part == PART_LETTER || part == PART_DIGIT))
			return true;
		if (forward ? wide : beyond && !cased)
			return false;
	}
	return false;
}

/* ---- any text -------------------------------------------------------------------------------- */

typedef int32_t (*case_map)(const UCaseMap *map, char *to, int32_t capacity, const char *from,
			    int32_t len, UErrorCode *error);

static bool map_piece(case_map mapping, const UCaseMap *map, const char *from, size_t len, char *to,
		      size_t *written)
{
	UErrorCode error = U_ZERO_ERROR;

	*written = (size_t)mapping(map, to, (int32_t)(len * MOST_GROWTH), from, (int32_t)len,
				   &error);
	return U_SUCCESS(error); /* a text that fills the room is not terminated: a warning */
}

/* The offset of the next capital sigma. */
static size_t find_sigma(struct span text, size_t from)
{
	for (size_t i = from; i + 1 < text.len; i++)
		if (text.data[i] == '\xce' && text.data[i + 1] == '\xa3')
			return i;
	return text.len;
}

bool text_lower(struct case_scratch *scratch, struct text_heap *heap, struct span text,
		struct span *out)
{
	size_t len = 0, at = 0, written;
	char *room;

	*out = text;
	switch (scan(text, 'A', 'Z')) {
	case ASCII_SAME:
		return true;
	case ASCII_CHANGES:
		return flip_ascii(heap, text, 'A', 'Z', out);
	case NOT_ASCII:
		break;
	}
	if (text.len > INT32_MAX / MOST_GROWTH)
		return false;
	room = text_heap_reserve(heap, text.len * MOST_GROWTH);
	if (!room)
		return false;
	while (at < text.len) {
		size_t sigma = find_sigma(text, at);

		if (!map_piece(ucasemap_utf8ToLower, scratch->map, text.data + at, sigma - at,
			       room + len, &written))
			return false;
		len += written;
		at = sigma;
		if (sigma < text.len) {
			bool final = meets_cased(text, sigma, false) &&
				     !meets_cased(text, sigma + 2, true);

			memcpy(room + len, final ? FINAL_SIGMA : SMALL_SIGMA, 2);
			len += 2;
			at += 2;
		}
	}
	*out = text_heap_keep(heap, len);
	return true;
}

bool text_upper(struct case_scratch *scratch, struct text_heap *heap, struct span text,
		struct span *out)
{
	size_t written;
	char *room;

	*out = text;
	switch (scan(text, 'a', 'z')) {
	case ASCII_SAME:
		return true;
	case ASCII_CHANGES:
		return flip_ascii(heap, text, 'a', 'z', out);
	case NOT_ASCII:
		break;
	}
	if (text.len > INT32_MAX / MOST_GROWTH)
		return false;
	room = text_heap_reserve(heap, text.len * MOST_GROWTH);
	if (!room ||
	    !map_piece(ucasemap_utf8ToUpper, scratch->map, text.data, text.len, room, &written))
		return false;
	*out = text_heap_keep(heap, written);
	return true;
}

bool text_title(struct text_heap *heap, struct span text, struct span *out)
{
	char *room = text_heap_reserve(heap, text.len * MOST_GROWTH);
	bool begins = true;
	size_t len = 0;

	if (!room)
		return false;
	for (size_t i = 0, size; i < text.len; i += size) {
		UChar32 c = (UChar32)utf8_decode(text.data + i, &size);

		if (begins && c <= 0xffff)
			len += utf8_encode((uint32_t)u_totitle(c), room + len);
		else {
			memcpy(room + len, text.data + i, size);
			len += size;
		}
		begins = c == ' ';
	}
	*out = text_heap_keep(heap, len);
	return true;
}

/* ---- the functions --------------------------------------------------------------------------- */

enum letter_case { LOWER, UPPER, TITLE };

static enum status map_rows(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out, enum letter_case to)
{
	struct case_scratch *scratch = scratch_letters(eval);
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);
	bool fine = scratch != NULL;

	for (size_t row = 0; row < rows && fine; row++) {
		struct span text = args[0].as.text[row], *to_text = &out->as.text[row];

		if (!kernel_is_valid(out, row))
			continue;
		if (to == UPPER)
			fine = text_upper(scratch, &heap, text, to_text);
		else
			fine = text_lower(scratch, &heap, text, to_text);
		if (to == TITLE && fine)
			fine = text_title(&heap, *to_text, to_text);
	}
	return fine ? US_OK : kernel_no_memory(eval, expr);
}

static enum status eval_lower(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return map_rows(eval, expr, args, out, LOWER);
}

static enum status eval_upper(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	return map_rows(eval, expr, args, out, UPPER);
}

static enum status eval_initcap(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out)
{
	return map_rows(eval, expr, args, out, TITLE);
}

SIGNATURE(resolve_case, "s>s")

#define CASE_FUNCTION(n, kernel, text, shown, gives)                                          \
	{                                                                                     \
		.name = (n), .min_args = 1, .max_args = 1, .resolve = resolve_case,           \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel),                                  \
		.signature = n "(str STRING) -> STRING", .summary = (text), .example = shown, \
		.result = gives                                                               \
	}

const struct function functions_case[] = {
	CASE_FUNCTION("lower", eval_lower, "The text in lower case.", "lower('SPARK Sql')",
		      "spark sql"),
	CASE_FUNCTION("lcase", eval_lower, "The text in lower case: another name of lower.",
		      "lcase('SPARK Sql')", "spark sql"),
	CASE_FUNCTION("upper", eval_upper, "The text in upper case.", "upper('Straße')", "STRASSE"),
	CASE_FUNCTION("ucase", eval_upper, "The text in upper case: another name of upper.",
		      "ucase('Straße')", "STRASSE"),
	CASE_FUNCTION("initcap", eval_initcap,
		      "The text in lower case, the first letter behind each space in title case.",
		      "initcap('sPark sql')", "Spark Sql"),
	{ .name = NULL },
};

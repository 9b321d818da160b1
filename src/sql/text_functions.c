/* text_functions.c - texts made of texts: replace, translate, reverse, repeat, lpad, rpad, chr. */
#include "sql/kernel.h"
#include "sql/utf8.h"

#define MAX_TEXT (UINT64_C(1) << 30) /* of one result: what Spark's rows hold, roughly */

/* ---- replace, translate ---------------------------------------------------------------------- */

static bool replace(struct text_heap *heap, struct span text, struct span what, struct span with,
		    struct span *out)
{
	const char *p = text.data, *end = text.data + text.len, *hit;
	size_t count = 0, len = 0;
	char *room;

	*out = text;
	if (!what.len)
		return true;
	for (; (hit = memmem(p, (size_t)(end - p), what.data, what.len)); count++)
		p = hit + what.len;
	if (!count)
		return true;
	room = text_heap_reserve(heap, text.len + count * with.len);
	if (!room)
		return false;
	for (p = text.data; count > 0; count--) {
		hit = memmem(p, (size_t)(end - p), what.data, what.len);
		memcpy(room + len, p, (size_t)(hit - p));
		len += (size_t)(hit - p);
		if (with.len)
			memcpy(room + len, with.data, with.len);
		len += with.len;
		p = hit + what.len;
	}
	memcpy(room + len, p, (size_t)(end - p));
	*out = text_heap_keep(heap, len + (size_t)(end - p));
	return true;
}

static enum status eval_replace(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span with = expr->arg_count > 2 ? kernel_text(&args[2], row)
						       : SPAN_LITERAL("");

		if (kernel_is_valid(out, row) &&
		    !replace(&heap, kernel_text(&args[0], row), kernel_text(&args[1], row), with,
			     &out->as.text[row]))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

/* What a character becomes: itself, another one, or nothing (len 0). */
static struct span translated(struct span c, struct span from, struct span to)
{
	size_t at = 0;

	for (size_t i = 0; i < from.len;) {
		struct span key = { from.data + i, utf8_size(from.data[i]) };
		struct span value = { to.data + at, at < to.len ? utf8_size(to.data[at]) : 0 };

		if (span_equal(key, c)) {
			if (value.len == 1 && *value.data == '\0')
				value.len = 0; /* Spark's mark for "nothing" */
			return value;
		}
		i += key.len;
		at += value.len;
	}
	return c;
}

static enum status eval_translate(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		size_t len = 0;
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, text.len * 4);
		if (!room)
			return kernel_no_memory(eval, expr);
		for (size_t i = 0, size; i < text.len; i += size) {
			struct span c = { text.data + i, utf8_size(text.data[i]) };
			struct span value = translated(c, kernel_text(&args[1], row),
						       kernel_text(&args[2], row));

			size = c.len;
			if (value.len)
				memcpy(room + len, value.data, value.len);
			len += value.len;
		}
		out->as.text[row] = text_heap_keep(&heap, len);
	}
	return US_OK;
}

/* ---- reverse, repeat, pads ------------------------------------------------------------------- */

static enum status eval_reverse(struct eval *eval, const struct expr *expr,
				const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = args[0].as.text[row];
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, text.len);
		if (!room)
			return kernel_no_memory(eval, expr);
		for (size_t i = 0, size; i < text.len; i += size) {
			size = utf8_size(text.data[i]);
			memcpy(room + text.len - i - size, text.data + i, size);
		}
		out->as.text[row] = text_heap_keep(&heap, text.len);
	}
	return US_OK;
}

/* Whether a result of a size is made; a larger one rejects the record. */
static bool fits(struct eval *eval, size_t row, uint64_t size)
{
	if (size <= MAX_TEXT)
		return true;
	eval->reject(eval, row, "a text of over 1 GiB");
	return false;
}

static char *put_times(char *out, struct span text, uint64_t times)
{
	for (; times > 0 && text.len; times--, out += text.len)
		memcpy(out, text.data, text.len);
	return out;
}

static enum status eval_repeat(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		int32_t times = args[1].as.int32[vector_index(&args[1], row)];
		uint64_t size = times > 0 ? text.len * (uint64_t)times : 0;
		char *room;

		if (!kernel_is_valid(out, row) || !fits(eval, row, size))
			continue;
		room = text_heap_reserve(&heap, (size_t)size);
		if (!room)
			return kernel_no_memory(eval, expr);
		put_times(room, text, times > 0 ? (uint64_t)times : 0);
		out->as.text[row] = text_heap_keep(&heap, (size_t)size);
	}
	return US_OK;
}

static enum status pad_rows(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out, bool left)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row), rest;
		struct span pad = expr->arg_count > 2 ? kernel_text(&args[2], row)
						      : SPAN_LITERAL(" ");
		int64_t len = args[1].as.int32[vector_index(&args[1], row)];
		int64_t missing = len - (int64_t)utf8_length(text);
		uint64_t times, size;
		char *room, *p;

		if (!kernel_is_valid(out, row))
			continue;
		if (missing <= 0 || !pad.len) {
			out->as.text[row] = (struct span){ text.data,
							   len > 0 ? utf8_offset(text, (size_t)len)
								   : 0 };
			continue;
		}
		times = (uint64_t)missing / utf8_length(pad);
		rest = (struct span){ pad.data,
				      utf8_offset(pad, (size_t)missing % utf8_length(pad)) };
		size = text.len + times * pad.len + rest.len;
		if (!fits(eval, row, size))
			continue;
		room = text_heap_reserve(&heap, (size_t)size);
		if (!room)
			return kernel_no_memory(eval, expr);
		p = left ? room : put_times(room, text, 1);
		p = put_times(put_times(p, pad, times), rest, 1);
		if (left)
			put_times(p, text, 1);
		out->as.text[row] = text_heap_keep(&heap, (size_t)size);
	}
	return US_OK;
}

static enum status eval_lpad(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	return pad_rows(eval, expr, args, out, true);
}

static enum status eval_rpad(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	return pad_rows(eval, expr, args, out, false);
}

/* ---- single characters ----------------------------------------------------------------------- */

static enum status eval_ascii(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		struct span text = args[0].as.text[row];
		size_t size;

		if (kernel_is_valid(out, row) && text.len)
			out->as.int32[row] = (int32_t)utf8_decode(text.data, &size);
	}
	return US_OK;
}

static enum status eval_chr(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		int64_t code = args[0].as.int64[row];
		char *room = text_heap_reserve(&heap, 2);

		if (!room)
			return kernel_no_memory(eval, expr);
		out->as.text[row] = text_heap_keep(
		    &heap, code < 0 ? 0 : utf8_encode((uint32_t)(code & 0xff), room));
	}
	return US_OK;
}

static enum status eval_space(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		int32_t count = args[0].as.int32[row];
		uint64_t size = count > 0 ? (uint64_t)count : 0;
		char *room;

		if (!kernel_is_valid(out, row) || !fits(eval, row, size))
			continue;
		room = text_heap_reserve(&heap, (size_t)size);
		if (!room)
			return kernel_no_memory(eval, expr);
		memset(room, ' ', (size_t)size);
		out->as.text[row] = text_heap_keep(&heap, (size_t)size);
	}
	return US_OK;
}

SIGNATURE(resolve_replace, "sss>s")
SIGNATURE(resolve_reverse, "s>s")
SIGNATURE(resolve_repeat, "si>s")
SIGNATURE(resolve_ascii, "s>i")
SIGNATURE(resolve_chr, "l>s")
SIGNATURE(resolve_space, "i>s")
SIGNATURE(resolve_strings, "sis>s")

/* BINARY is padded by other rules in Spark. */
static bool resolve_pad(const struct sql_type *args, size_t count, struct sql_type *want,
			struct sql_type *result, const char **why)
{
	*why = "does not take BINARY";
	return args[0].kind != SQL_BINARY && resolve_strings(args, count, want, result, why);
}

#define ENTRY(n, least, most, types, kernel, sign, text, shown, gives)                           \
	{                                                                                        \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types),        \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .signature = sign, .summary = text, \
		.example = shown, .result = gives                                                \
	}

const struct function functions_text[] = {
	ENTRY("replace", 2, 3, resolve_replace, eval_replace,
	      "replace(str STRING, what STRING [, with STRING]) -> STRING",
	      "The text with every occurrence replaced, or taken out.",
	      "replace('ABCabc', 'abc', 'DEF')", "ABCDEF"),
	ENTRY("translate", 3, 3, resolve_replace, eval_translate,
	      "translate(str STRING, from STRING, to STRING) -> STRING",
	      "Each character of `from` becomes the one at its place in `to`, or goes away.",
	      "translate('AaBbCc', 'abc', '12')", "A1B2C"),
	ENTRY("reverse", 1, 1, resolve_reverse, eval_reverse, "reverse(str STRING) -> STRING",
	      "The characters from the last to the first.", "reverse('Spark')", "krapS"),
	ENTRY("repeat", 2, 2, resolve_repeat, eval_repeat,
	      "repeat(str STRING, times INT) -> STRING", "The text so many times.",
	      "repeat('ab', 2)", "abab"),
	ENTRY("lpad", 2, 3, resolve_pad, eval_lpad,
	      "lpad(str STRING, len INT [, pad STRING]) -> STRING",
	      "The text filled up at its beginning to a length, or cut to it.", "lpad('7', 3, '0')",
	      "007"),
	ENTRY("rpad", 2, 3, resolve_pad, eval_rpad,
	      "rpad(str STRING, len INT [, pad STRING]) -> STRING",
	      "The text filled up at its end to a length, or cut to it.", "rpad('hi', 5, '?!')",
	      "hi?!?"),
	ENTRY("ascii", 1, 1, resolve_ascii, eval_ascii, "ascii(str STRING) -> INT",
	      "The code point of the first character; 0 for ''.", "ascii('a')", "97"),
	ENTRY("chr", 1, 1, resolve_chr, eval_chr, "chr(code BIGINT) -> STRING",
	      "The character of a code, modulo 256.", "chr(65)", "A"),
	ENTRY("char", 1, 1, resolve_chr, eval_chr, "char(code BIGINT) -> STRING",
	      "The character of a code, modulo 256: another name of chr.", "char(65)", "A"),
	ENTRY("space", 1, 1, resolve_space, eval_space, "space(count INT) -> STRING",
	      "So many spaces.", "concat('a', space(2), 'b')", "a  b"),
	{ .name = NULL },
};

/*
 * encode_functions.c - bytes as text and back: hex, base64; characters masked; the name of a type.
 */
#include <unicode/uchar.h>

#include "sql/kernel.h"
#include "sql/utf8.h"

static const char hex_digits[] = "0123456789ABCDEF";

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A kernel whose rows are written by `put` into room for `size` bytes. `put` gives the length, or
 * SIZE_MAX for NULL. `text` is the argument. */
#define TEXT_KERNEL(name, size, put)                                            \
	static enum status name(struct eval *eval, const struct expr *expr,     \
				const struct vector *args, struct vector *out)  \
	{                                                                       \
		struct text_heap heap = text_heap_of(eval);                     \
		size_t rows = kernel_rows(eval, out);                           \
                                                                                \
		for (size_t row = 0; row < rows; row++) {                       \
			struct span text = kernel_text(&args[0], row);          \
			size_t len;                                             \
			char *room;                                             \
                                                                                \
			if (!kernel_is_valid(out, row))                         \
				continue;                                       \
			room = text_heap_reserve(&heap, (size));                \
			if (!room)                                              \
				return kernel_no_memory(eval, expr);            \
			len = (put);                                            \
			if (len != SIZE_MAX)                                    \
				out->as.text[row] = text_heap_keep(&heap, len); \
			else if (!kernel_set_null(eval, out, row))              \
				return kernel_no_memory(eval, expr);            \
		}                                                               \
		return US_OK;                                                   \
	}

/* ---- hex ------------------------------------------------------------------------------------- */

static size_t put_hex(struct span bytes, char *out)
{
	for (size_t i = 0; i < bytes.len; i++) {
		out[2 * i] = hex_digits[(unsigned char)bytes.data[i] >> 4];
		out[2 * i + 1] = hex_digits[bytes.data[i] & 15];
	}
	return bytes.len * 2;
}

TEXT_KERNEL(hex_text, text.len * 2, put_hex(text, room))

/* A number's hexadecimal digits, two's complement, without leading zeros. */
static enum status hex_number(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		uint64_t value = (uint64_t)args[0].as.int64[row];
		int digits = value ? (64 - __builtin_clzll(value) + 3) / 4 : 1;
		char *room = text_heap_reserve(&heap, 16);

		if (!room)
			return kernel_no_memory(eval, expr);
		for (int i = digits; i-- > 0; value >>= 4)
			room[i] = hex_digits[value & 15];
		out->as.text[row] = text_heap_keep(&heap, (size_t)digits);
	}
	return US_OK;
}

static enum status eval_hex(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	return args[0].type.kind == SQL_BIGINT ? hex_number(eval, expr, args, out)
					       : hex_text(eval, expr, args, out);
}

/* An odd digit at the beginning is a byte of its own. */
static size_t put_unhex(struct span text, char *out)
{
	size_t len = 0, i = 0;

	if (text.len % 2) {
		int value = hex_value(text.data[i++]);

		if (value < 0)
			return SIZE_MAX;
		out[len++] = (char)value;
	}
	for (; i < text.len; i += 2) {
		int high = hex_value(text.data[i]), low = hex_value(text.data[i + 1]);

		if (high < 0 || low < 0)
			return SIZE_MAX;
		out[len++] = (char)(high << 4 | low);
	}
	return len;
}

TEXT_KERNEL(eval_unhex, text.len / 2 + 1, put_unhex(text, room))

/* ---- base64: MIME's, in lines of 76 characters --------------------------------------------------
 */

#define BASE64_LINE 57 /* bytes of a line */

static size_t put_base64(struct span bytes, char *out)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = 0;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t word = (uint32_t)(unsigned char)bytes.data[i] << 16;

		if (i && i % BASE64_LINE == 0) {
			out[len++] = '\r';
			out[len++] = '\n';
		}
		if (left > 1)
			word |= (uint32_t)(unsigned char)bytes.data[i + 1] << 8;
		if (left > 2)
			word |= (unsigned char)bytes.data[i + 2];
		out[len++] = digits[word >> 18];
		out[len++] = digits[word >> 12 & 63];
		out[len++] = left > 1 ? digits[word >> 6 & 63] : '=';
		out[len++] = left > 2 ? digits[word & 63] : '=';
	}
	return len;
}

TEXT_KERNEL(eval_base64, (text.len + 2) / 3 * 4 + text.len / BASE64_LINE * 2,
	    put_base64(text, room))

/* The value of a character of base 64; BASE64_PAD and BASE64_OTHER are negative. */
enum { BASE64_PAD = -2, BASE64_OTHER = -1 };

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '/')
		return c == '+' ? 62 : 63;
	return c == '=' ? BASE64_PAD : BASE64_OTHER;
}

/*
 * As Java's MIME decoder reads it: what is no character of base 64 is passed over, the padding at
 * the end may be missing, but must be whole where it is there. NULL; else why it cannot be decoded.
 */
static const char *put_unbase64(struct span text, char *out, size_t *out_len)
{
	uint32_t word = 0;
	size_t len = 0, i = 0;
	int have = 0, value = BASE64_OTHER; /* characters of the group of four */

	while (i < text.len && value != BASE64_PAD) {
		value = base64_value(text.data[i++]);
		if (value < 0)
			continue;
		word = word << 6 | (uint32_t)value;
		if (++have < 4)
			continue;
		out[len++] = (char)(word >> 16);
		out[len++] = (char)(word >> 8);
		out[len++] = (char)word;
		have = 0;
	}
	if (value == BASE64_PAD) {
		/* Of two characters the padding is two of them, side by side. */
		if (have == 0 || (have == 2 && (i == text.len || text.data[i++] != '=')))
			return "unbase64: padding where none may be";
		for (; i < text.len; i++)
			if (base64_value(text.data[i]) >= 0)
				return "unbase64: there is more behind the padding";
	}
	if (have == 1)
		return "unbase64: the last character stands alone";
	if (have > 1)
		out[len++] = (char)(word >> (have == 2 ? 4 : 10));
	if (have > 2)
		out[len++] = (char)(word >> 2);
	*out_len = len;
	return NULL;
}

static enum status eval_unbase64(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out), len = 0;

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		const char *why;
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, text.len / 4 * 3 + 3);
		if (!room)
			return kernel_no_memory(eval, expr);
		why = put_unbase64(text, room, &len);
		if (why)
			eval->reject(eval, row, why);
		else
			out->as.text[row] = text_heap_keep(&heap, len);
	}
	return US_OK;
}

/* ---- mask ------------------------------------------------------------------------------------ */

/* What a character becomes: the argument for its kind; NULL leaves it. The defaults are X, x, n,
 * and other characters as they are. */
static struct span masked(const struct expr *expr, const struct vector *args, size_t row,
			  struct span c)
{
	static const char *const defaults[] = { "X", "x", "n", NULL };
	size_t size, kind;
	UChar32 code = (UChar32)utf8_decode(c.data, &size);
	struct span with;

	if (size == 4)
		kind = 3; /* Java looks at the halves, which are no letters */
	else if (u_charType(code) == U_UPPERCASE_LETTER)
		kind = 0;
	else if (u_charType(code) == U_LOWERCASE_LETTER)
		kind = 1;
	else
		kind = u_charType(code) == U_DECIMAL_DIGIT_NUMBER ? 2 : 3;
	with = span_of(defaults[kind]);
	if (kind + 1 < expr->arg_count)
		with = vector_is_null(&args[kind + 1], row) ? SPAN_NULL
							    : kernel_text(&args[kind + 1], row);
	return with.data ? with : c;
}

static enum status eval_mask(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		size_t len = 0;
		char *room;

		if (vector_is_null(&args[0], row)) {
			if (!kernel_set_null(eval, out, row))
				return kernel_no_memory(eval, expr);
			continue;
		}
		room = text_heap_reserve(&heap, text.len * 6);
		if (!room)
			return kernel_no_memory(eval, expr);
		for (size_t i = 0, size; i < text.len; i += size) {
			struct span c = { text.data + i, utf8_size(text.data[i]) };
			struct span with = masked(expr, args, row, c);
			int times = c.len == 4 && with.data != c.data ? 2 : 1;

			size = c.len;
			for (; times > 0; times--, len += with.len)
				memcpy(room + len, with.data, with.len);
		}
		out->as.text[row] = text_heap_keep(&heap, len);
	}
	return US_OK;
}

/* Each replacement is constant and one character of the basic plane. */
static enum status prepare_mask(struct expr *expr, size_t *bad_arg, struct err *err)
{
	for (size_t a = 1; a < expr->arg_count; a++) {
		const struct span *text = constant_text(expr->args[a]);

		*bad_arg = a;
		if (expr->args[a]->kind != EXPR_LITERAL)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "the replacement of mask must be constant");
		if (text &&
		    (text->len == 0 || utf8_size(*text->data) != text->len || text->len == 4))
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "the replacement of mask must be one character");
	}
	return US_OK;
}

/* ---- typeof ---------------------------------------------------------------------------------- */

static enum status eval_typeof(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	char text[32], *copy;
	size_t len;

	sql_type_text(args[0].type, text, sizeof(text));
	len = strlen(text);
	for (size_t i = 0; i < len; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] | 0x20);
	copy = arena_strndup(eval->arena, text, len);
	if (!copy)
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows; row++)
		out->as.text[row] = (struct span){ copy, len };
	return US_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_binary, "b>s")
SIGNATURE(resolve_unhex, "s>b")
SIGNATURE(resolve_mask, "sssss>s")
/* What Spark calls an INTERVAL goes by the units that its literal names, which are not kept. */
static bool resolve_typeof(const struct sql_type *args, size_t count, struct sql_type *want,
			   struct sql_type *result, const char **why)
{
	*why = "an INTERVAL has no type of its own";
	return args[0].kind != SQL_INTERVAL &&
	       resolve_signature("?>s", args, count, want, result, why);
}

static bool resolve_hex(const struct sql_type *args, size_t count, struct sql_type *want,
			struct sql_type *result, const char **why)
{
	if (args[0].kind == SQL_BINARY || args[0].kind == SQL_STRING || args[0].kind == SQL_UUID)
		return resolve_signature("x>s", args, count, want, result, why);
	return resolve_signature("l>s", args, count, want, result, why);
}

#define ENTRY(n, least, most, types, rule, kernel, sign, text, shown, gives)              \
	{                                                                                 \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types), \
		.nulls = (rule), .eval = (kernel), .signature = sign, .summary = text,    \
		.example = shown, .result = gives                                         \
	}

const struct function functions_encode[] = {
	ENTRY("hex", 1, 1, resolve_hex, NULL_IN_NULL_OUT, eval_hex,
	      "hex(x BIGINT | STRING | BINARY) -> STRING",
	      "The number, or the bytes, in hexadecimal.", "hex('Spark')", "537061726B"),
	ENTRY("unhex", 1, 1, resolve_unhex, NULL_IN_NULL_OUT, eval_unhex,
	      "unhex(str STRING) -> BINARY", "The bytes of a hexadecimal text; NULL of any other.",
	      "CAST(unhex('537061726B') AS STRING)", "Spark"),
	ENTRY("base64", 1, 1, resolve_binary, NULL_IN_NULL_OUT, eval_base64,
	      "base64(x BINARY | STRING) -> STRING",
	      "The bytes in base 64, in lines of 76 characters with CR LF between them.",
	      "base64('Spark')", "U3Bhcms="),
	ENTRY("unbase64", 1, 1, resolve_unhex, NULL_IN_NULL_OUT, eval_unbase64,
	      "unbase64(str STRING) -> BINARY",
	      "The bytes of a text in base 64, by the rules of MIME. A text that ends in the "
	      "middle rejects the record (in Spark the query fails).",
	      "CAST(unbase64('U3Bhcms=') AS STRING)", "Spark"),
	{ .name = "mask",
	  .min_args = 1,
	  .max_args = 5,
	  .resolve = resolve_mask,
	  .nulls = NULL_OWN,
	  .eval = eval_mask,
	  .prepare = prepare_mask,
	  .signature = "mask(str STRING [, upper [, lower [, digit [, other]]]]) -> STRING",
	  .summary = "Capital letters, small letters, digits and other characters replaced by one "
		     "each; NULL keeps them. NULL where str is.",
	  .example = "mask('AbCD123-@$#')",
	  .result = "XxXXnnn-@$#" },
	ENTRY("typeof", 1, 1, resolve_typeof, NULL_OWN, eval_typeof, "typeof(a) -> STRING",
	      "The name of the value's type; of a bare NULL: void.", "typeof(1.50)",
	      "decimal(3,2)"),
	{ .name = NULL },
};

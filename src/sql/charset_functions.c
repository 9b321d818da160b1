/* charset_functions.c - encode, decode, normalize: texts as bytes, and in one of Unicode's forms.
 */
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

#include "core/mem.h"
#include "sql/charset.h"
#include "sql/kernel.h"
#include "sql/utf8.h"

#define SETS "US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or UTF-16LE"

/* ---- encode, decode -------------------------------------------------------------------------- */

static enum status convert(struct eval *eval, const struct expr *expr, const struct vector *args,
			   struct vector *out, size_t (*max)(size_t len),
			   size_t (*put)(enum charset, struct span, char *))
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);
	enum charset charset;

	/* A NULL set made every row NULL. */
	if (args[1].valid && vector_is_null(&args[1], 0))
		return US_OK;
	(void)charset_find(args[1].as.text[0], &charset); /* as prepare has found out */
	for (size_t row = 0; row < rows; row++) {
		struct span from = kernel_text(&args[0], row);
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, max(from.len));
		if (!room)
			return kernel_no_memory(eval, expr);
		out->as.text[row] = text_heap_keep(&heap, put(charset, from, room));
	}
	return US_OK;
}

static enum status eval_encode(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	return convert(eval, expr, args, out, charset_encoded_max, charset_encode);
}

static enum status prepare_charset(struct expr *expr, size_t *bad_arg, struct err *err)
{
	const struct span *name = constant_text(expr->args[1]);
	enum charset charset;

	*bad_arg = 1;
	if (expr->args[1]->kind != EXPR_LITERAL)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the character set must be constant");
	if (name && !charset_find(*name, &charset))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "an unknown character set; it is one of " SETS);
	return US_OK;
}

/* ---- decode as a list of cases --------------------------------------------------------------- */

/* Which argument a row gets: the result beside the first equal value, or the default; 0: none. */
static size_t chosen(const struct expr *expr, const struct vector *args, size_t row)
{
	size_t a = 1;

	for (; a + 1 < expr->arg_count; a += 2) {
		bool left = vector_is_null(&args[0], row), right = vector_is_null(&args[a], row);

		if (left ? right : !right && vector_compare(&args[0], row, &args[a], row) == 0)
			return a + 1;
	}
	return a < expr->arg_count ? a : 0;
}

static enum status eval_cases(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out), width = vector_width(out->type);

	for (size_t row = 0; row < rows; row++) {
		size_t a = chosen(expr, args, row);

		if (a && !vector_is_null(&args[a], row))
			memcpy((char *)out->as.data + row * width,
			       (const char *)args[a].as.data + vector_index(&args[a], row) * width,
			       width);
		else if (!kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static bool is_result(size_t i, size_t count)
{
	return i > 0 && (i % 2 == 0 || i + 1 == count);
}

static bool resolve_cases(const struct sql_type *args, size_t count, struct sql_type *want,
			  struct sql_type *result, const char **why)
{
	struct sql_type compared = SQL_TYPE(SQL_NULL), both[2];

	*why = "compares values of several types: cast them to one";
	for (size_t i = 1; i + 1 < count; i += 2) {
		if (!comparison_type(args[0], args[i], &want[i]))
			return false;
		if (i > 1 && !sql_type_equal(want[i], compared))
			return false;
		compared = want[i];
	}
	want[0] = compared;
	*why = "has results of types that do not go together";
	*result = SQL_TYPE(count % 2 ? SQL_STRING : SQL_NULL); /* the default that is not there */
	for (size_t i = 0; i < count; i++) {
		both[0] = *result;
		both[1] = args[i];
		if (is_result(i, count) && !common_type(both, 2, result))
			return false;
	}
	for (size_t i = 0; i < count; i++)
		if (is_result(i, count))
			want[i] = *result;
	return true;
}

static enum status eval_decode(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (expr->arg_count > 2)
		return eval_cases(eval, expr, args, out);
	for (size_t row = 0; row < rows; row++)
		if ((vector_is_null(&args[0], row) || vector_is_null(&args[1], row)) &&
		    !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	return convert(eval, expr, args, out, charset_decoded_max, charset_decode);
}

static enum status prepare_decode(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return expr->arg_count == 2 ? prepare_charset(expr, bad_arg, err) : US_OK;
}

/* ---- normalize ------------------------------------------------------------------------------- */

/* Java 17 knows Unicode 13: newer characters stay as they are, whatever ICU knows. */
struct normal_form {
	const UNormalizer2 *form; /* ICU's */
	UNormalizer2 *filtered;
	USet *known;
};

static void dispose_form(void *state)
{
	struct normal_form *form = state;

	if (!form)
		return;
	unorm2_close(form->filtered);
	uset_close(form->known);
	mem_free(form);
}

static const UNormalizer2 *find_form(struct span name, UErrorCode *code)
{
	static const struct {
		const char *name;
		const UNormalizer2 *(*get)(UErrorCode *);
	} forms[] = { { "NFC", unorm2_getNFCInstance },
		      { "NFD", unorm2_getNFDInstance },
		      { "NFKC", unorm2_getNFKCInstance },
		      { "NFKD", unorm2_getNFKDInstance } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (span_equal(name, span_of(forms[i].name)))
			return forms[i].get(code);
	return NULL;
}

static enum status prepare_normalize(struct expr *expr, size_t *bad_arg, struct err *err)
{
	static const UChar pattern[] = u"[:age=13.0:]";
	const struct span *name = constant_text(expr->args[1]);
	UErrorCode code = U_ZERO_ERROR;
	struct normal_form *state;

	*bad_arg = 1;
	if (expr->args[1]->kind != EXPR_LITERAL)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "the form must be constant");
	if (!name)
		return US_OK;
	state = mem_calloc(1, sizeof(*state));
	if (!state)
		return err_no_memory(err, "compiling a call of normalize");
	expr->state = state;
	state->form = find_form(*name, &code);
	if (!state->form)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "an unknown form; it is one of NFC, NFD, NFKC and NFKD");
	state->known = uset_openPattern(pattern, -1, &code);
	state->filtered = unorm2_openFiltered(state->form, state->known, &code);
	return U_SUCCESS(code) ? US_OK : err_no_memory(err, "compiling a call of normalize");
}

/* ICU works on UTF-16: three pieces of the arena's memory a text that is not ASCII. */
static bool normalize(struct eval *eval, struct text_heap *heap, const UNormalizer2 *form,
		      struct span text, struct span *out)
{
	UErrorCode code = U_ZERO_ERROR;
	int32_t size = (int32_t)text.len, room = size * 18 + 1, len, utf8_len; /* U+FDFA in NFKD */
	UChar *from = arena_alloc(eval->arena, (size_t)(size + 1) * sizeof(UChar));
	UChar *to;
	char *utf8;

	if (!from)
		return false;
	u_strFromUTF8(from, size + 1, &len, text.data, size, &code);
	if (unorm2_isNormalized(form, from, len, &code) && U_SUCCESS(code)) {
		*out = text;
		return true;
	}
	to = arena_alloc(eval->arena, (size_t)room * sizeof(UChar));
	if (!to)
		return false;
	len = unorm2_normalize(form, from, len, to, room, &code);
	utf8 = text_heap_reserve(heap, (size_t)len * 3 + 1);
	if (!utf8)
		return false;
	u_strToUTF8(utf8, len * 3 + 1, &utf8_len, to, len, &code);
	*out = text_heap_keep(heap, (size_t)utf8_len);
	return U_SUCCESS(code);
}

#define MOST_NORMALIZED (1U << 24)

static enum status eval_normalize(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	const struct normal_form *state = expr->state;
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);

		if (!kernel_is_valid(out, row))
			continue;
		if (utf8_is_ascii(text))
			out->as.text[row] = text;
		else if (text.len > MOST_NORMALIZED)
			eval->reject(eval, row, "normalize of a text of over 16 MiB");
		else if (!normalize(eval, &heap, state->filtered, text, &out->as.text[row]))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_encode, "ss>b")
SIGNATURE(resolve_normalize, "ss>s")

static bool resolve_decode(const struct sql_type *args, size_t count, struct sql_type *want,
			   struct sql_type *result, const char **why)
{
	if (count > 2)
		return resolve_cases(args, count, want, result, why);
	return resolve_signature("bs>s", args, count, want, result, why);
}

const struct function functions_charset[] = {
	{ .name = "encode",
	  .min_args = 2,
	  .max_args = 2,
	  .resolve = resolve_encode,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_encode,
	  .prepare = prepare_charset,
	  .signature = "encode(str STRING, charset STRING) -> BINARY",
	  .summary = "The text's bytes in a character set: " SETS ".",
	  .example = "hex(encode('é', 'UTF-16BE'))",
	  .result = "00E9" },
	{ .name = "decode",
	  .min_args = 2,
	  .max_args = SIZE_MAX,
	  .resolve = resolve_decode,
	  .nulls = NULL_OWN,
	  .eval = eval_decode,
	  .prepare = prepare_decode,
	  .signature =
	      "decode(bytes BINARY, charset STRING) -> STRING; decode(a, value, result, ... "
	      "[, default]) -> the results' common type",
	  .summary =
	      "The text that bytes are in a character set. With more than two arguments: the "
	      "result beside the first value that equals a (NULL equals NULL), or the "
	      "default.",
	  .example = "decode(unhex('E9'), 'ISO-8859-1')",
	  .result = "é" },
	{ .name = "normalize",
	  .min_args = 2,
	  .max_args = 2,
	  .resolve = resolve_normalize,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_normalize,
	  .prepare = prepare_normalize,
	  .dispose = dispose_form,
	  .signature = "normalize(str STRING, form STRING) -> STRING",
	  .summary =
	      "The text in one of Unicode's forms, NFC, NFD, NFKC or NFKD. Not a function of "
	      "Spark: this program's own.",
	  .example = "length(normalize('e\\u0301', 'NFC'))",
	  .result = "1" },
	{ .name = NULL },
};

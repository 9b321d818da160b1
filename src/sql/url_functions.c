/* url_functions.c - url_encode, url_decode, parse_url. */
#include <unicode/uchar.h>

#include "sql/charset.h"
#include "sql/regex_match.h"
#include "sql/uri.h"
#include "sql/utf8.h"

/* ---- url_encode ------------------------------------------------------------------------------ */

static size_t put_url(struct span text, char *out)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		    c == '.' || c == '-' || c == '*' || c == '_') {
			out[len++] = (char)c;
		} else if (c == ' ') {
			out[len++] = '+';
		} else {
			out[len++] = '%';
			out[len++] = digits[c >> 4];
			out[len++] = digits[c & 15];
		}
	}
	return len;
}

static enum status eval_url_encode(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, text.len * 3);
		if (!room)
			return kernel_no_memory(eval, expr);
		out->as.text[row] = text_heap_keep(&heap, put_url(text, room));
	}
	return US_OK;
}

/* ---- url_decode ------------------------------------------------------------------------------ */

/* A hexadecimal digit as Java's Character.digit knows it: of any script, and full width. */
static int digit_of(uint32_t code)
{
	int value = code < 0x10000 ? u_digit((UChar32)code, 16) : -1;

	return value;
}

/* The byte behind a '%', read as Java's Integer.parseInt does: two characters, of which the first
 * may be a sign. *p moves behind them. -1: none. */
static int escaped_byte(const char **p, const char *end)
{
	const char *at = *p;
	int value = 0;
	bool sign = at < end && (*at == '+' || *at == '-'), minus = sign && *at == '-';

	at += sign;
	for (int i = sign; i < 2; i++) {
		size_t size;
		int digit = at < end ? digit_of(utf8_decode(at, &size)) : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
		at += size;
	}
	*p = at;
	return minus && value ? -1 : value;
}

/* False: an escape that is none. The bytes of escapes one after another are decoded together. */
static bool put_decoded(struct span text, char *out, size_t *out_len)
{
	const char *p = text.data, *end = text.data + text.len;
	size_t len = 0;

	while (p < end) {
		char *bytes = out + len; /* gathered here: a byte takes no more than its escape */
		size_t count = 0;

		if (*p != '%') {
			out[len++] = *p == '+' ? ' ' : *p;
			p++;
			continue;
		}
		while (p < end && *p == '%') {
			int value;

			p++;
			value = escaped_byte(&p, end);
			if (value < 0)
				return false;
			bytes[count++] = (char)value;
		}
		/* Behind the gathered bytes there is room for what they become. */
		len += charset_decode(CHARSET_UTF_8, (struct span){ bytes, count }, bytes + count);
		memmove(bytes, bytes + count, len - (size_t)(bytes - out));
	}
	*out_len = len;
	return true;
}

static enum status eval_url_decode(struct eval *eval, const struct expr *expr,
				   const struct vector *args, struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out), len;

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		if (!memchr(text.data, '%', text.len) && !memchr(text.data, '+', text.len)) {
			out->as.text[row] = text;
			continue;
		}
		room = text_heap_reserve(&heap, text.len + charset_decoded_max(text.len / 3));
		if (!room)
			return kernel_no_memory(eval, expr);
		if (put_decoded(text, room, &len))
			out->as.text[row] = text_heap_keep(&heap, len);
		else
			eval->reject(eval, row,
				     "url_decode: a % without two hexadecimal digits behind it");
	}
	return US_OK;
}

/* ---- parse_url ------------------------------------------------------------------------------- */

enum part { HOST, PATH, QUERY, REF, PROTOCOL, FILE_PART, AUTHORITY, USERINFO, NO_PART };

static enum part part_of(struct span name)
{
	static const char *const names[NO_PART] = { "HOST",     "PATH", "QUERY",     "REF",
						    "PROTOCOL", "FILE", "AUTHORITY", "USERINFO" };
	enum part part = HOST;

	while (part < NO_PART && !span_equal(name, span_of(names[part])))
		part++;
	return part;
}

static struct span take(const struct uri *uri, enum part part)
{
	switch (part) {
	case HOST:
		return uri->host;
	case PATH:
		return uri->path;
	case QUERY:
		return uri->query;
	case REF:
		return uri->fragment;
	case PROTOCOL:
		return uri->scheme;
	case FILE_PART: /* they stand side by side */
		return uri->query.data
			   ? (struct span){ uri->path.data, uri->path.len + 1 + uri->query.len }
			   : uri->path;
	case AUTHORITY:
		return uri->authority;
	case USERINFO:
		return uri->user;
	case NO_PART:
		break;
	}
	return SPAN_NULL;
}

/* The value of a key in a query: group 2 of the prepared pattern. */
static struct span value_of_key(struct pattern_run *run, struct span query, size_t row,
				enum status *status)
{
	const struct regex *regex = run->prepared->regex;
	const size_t *offsets;

	if (!query.data ||
	    !pattern_search(run, regex, query, 0, utf8_is_ascii(query), row, &offsets, status) ||
	    offsets[4] == SIZE_MAX)
		return SPAN_NULL;
	return (struct span){ query.data + offsets[4], offsets[5] - offsets[4] };
}

static struct span parse_row(struct pattern_run *run, struct eval *eval, const struct vector *args,
			     size_t row, enum status *status)
{
	enum part part = part_of(kernel_text(&args[1], row));
	struct uri uri;
	enum uri_result result;

	if (part == NO_PART || (run->prepared && part != QUERY))
		return SPAN_NULL;
	result = uri_parse(kernel_text(&args[0], row), &uri);
	if (result == URI_BAD_ADDRESS)
		eval->reject(eval, row, "parse_url: a number in an IP address is too large");
	if (result != URI_OK)
		return SPAN_NULL;
	return run->prepared ? value_of_key(run, uri.query, row, status) : take(&uri, part);
}

static enum status eval_parse_url(struct eval *eval, const struct expr *expr,
				  const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	enum status status = US_OK;
	struct pattern_run run;

	if (!pattern_run_begin(&run, eval, expr))
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows && status == US_OK; row++) {
		struct span part;

		if (!kernel_is_valid(out, row))
			continue;
		part = parse_row(&run, eval, args, row, &status);
		out->as.text[row] = part;
		if (!part.data && !kernel_set_null(eval, out, row))
			status = US_FATAL;
	}
	pattern_run_end(&run);
	return status == US_OK ? US_OK : kernel_no_memory(eval, expr);
}

/* A key is, as in Spark, a part of a regular expression. */
static enum status prepare_parse_url(struct expr *expr, size_t *bad_arg, struct err *err)
{
	*bad_arg = 2;
	if (expr->arg_count < 3)
		return US_OK;
	if (expr->args[2]->kind != EXPR_LITERAL)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the key of parse_url must be constant");
	return constant_text(expr->args[2])
		   ? pattern_prepare_around(expr, 2, "(&|^)", "=([^&]*)", err)
		   : US_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_text, "s>s")
SIGNATURE(resolve_parse_url, "sss>s")

const struct function functions_url[] = {
	{ .name = "url_encode",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_text,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_url_encode,
	  .signature = "url_encode(str STRING) -> STRING",
	  .summary = "The text as a part of an URL's query.",
	  .example = "url_encode('a b&c')",
	  .result = "a+b%26c" },
	{ .name = "url_decode",
	  .min_args = 1,
	  .max_args = 1,
	  .resolve = resolve_text,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_url_decode,
	  .signature = "url_decode(str STRING) -> STRING",
	  .summary = "The text that a part of an URL's query stands for. A % without two digits "
		     "behind it rejects the record (in Spark the query fails).",
	  .example = "url_decode('a+b%26c')",
	  .result = "a b&c" },
	{ .name = "parse_url",
	  .min_args = 2,
	  .max_args = 3,
	  .resolve = resolve_parse_url,
	  .nulls = NULL_IN_NULL_OUT,
	  .arguments = ARGUMENTS_ALL,
	  .eval = eval_parse_url,
	  .prepare = prepare_parse_url,
	  .dispose = pattern_dispose,
	  .signature = "parse_url(url STRING, part STRING [, key STRING]) -> STRING",
	  .summary = "A part of an URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or "
		     "USERINFO; with a key, its value in the QUERY. NULL where the URL is none or "
		     "has no such part.",
	  .example = "parse_url('https://example.com/a?b=1&c=2', 'QUERY', 'c')",
	  .result = "2" },
	{ .name = NULL },
};

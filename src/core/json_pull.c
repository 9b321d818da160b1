/*
 * json_pull.c - see json_pull.h. Strict where it matters for our own texts (structure, strings,
 * numbers' ranges); it never reads past the end it was given, so a text torn by a broken disk is an
 * error and no more.
 */
#include "core/json_pull.h"

#include <errno.h>
#include <stdlib.h>

#define PULL_MAX_DEPTH 64

void json_pull_init(struct json_pull *pull, struct span text)
{
	*pull = (struct json_pull){ .start = text.data,
				    .at = text.data,
				    .end = text.data ? text.data + text.len : NULL };
}

static bool pull_fail(struct json_pull *pull)
{
	pull->bad = true;
	return false;
}

static void pull_space(struct json_pull *pull)
{
	while (pull->at < pull->end &&
	       (*pull->at == ' ' || *pull->at == '\n' || *pull->at == '\t' || *pull->at == '\r'))
		pull->at++;
}

static bool pull_char(struct json_pull *pull, char c)
{
	if (pull->bad)
		return false;
	pull_space(pull);
	if (pull->at == pull->end || *pull->at != c)
		return false;
	pull->at++;
	return true;
}

bool json_pull_open(struct json_pull *pull)
{
	if (!pull_char(pull, '{'))
		return pull_fail(pull);
	pull->first = true;
	return true;
}

bool json_pull_member(struct json_pull *pull, struct buf *name)
{
	if (pull_char(pull, '}')) {
		pull->first = false;
		return false;
	}
	if (pull->bad || (!pull->first && !pull_char(pull, ',')))
		return pull_fail(pull);
	pull->first = false;
	buf_reset(name);
	if (!json_pull_text(pull, name) || !pull_char(pull, ':'))
		return pull_fail(pull);
	if (name->failed) {
		pull->no_memory = true; /* a name cut short must not pass for another */
		return pull_fail(pull);
	}
	return true;
}

static bool pull_hex4(struct json_pull *pull, uint32_t *out)
{
	uint32_t value = 0;

	if (pull->end - pull->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = *pull->at++;

		value <<= 4;
		if (c >= '0' && c <= '9')
			value |= (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			value |= (uint32_t)((c | 32) - 'a' + 10);
		else
			return false;
	}
	*out = value;
	return true;
}

static void append_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_append_char(out, (char)c);
	} else if (c < 0x800) {
		buf_append_char(out, (char)(0xC0 | c >> 6));
		buf_append_char(out, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		buf_append_char(out, (char)(0xE0 | c >> 12));
		buf_append_char(out, (char)(0x80 | (c >> 6 & 63)));
		buf_append_char(out, (char)(0x80 | (c & 63)));
	} else {
		buf_append_char(out, (char)(0xF0 | c >> 18));
		buf_append_char(out, (char)(0x80 | (c >> 12 & 63)));
		buf_append_char(out, (char)(0x80 | (c >> 6 & 63)));
		buf_append_char(out, (char)(0x80 | (c & 63)));
	}
}

/* After "\u". */
static bool pull_unicode(struct json_pull *pull, struct buf *out)
{
	uint32_t high, low;

	if (!pull_hex4(pull, &high))
		return false;
	if (high >= 0xD800 && high < 0xDC00) {
		if (pull->end - pull->at < 2 || pull->at[0] != '\\' || pull->at[1] != 'u')
			return false;
		pull->at += 2;
		if (!pull_hex4(pull, &low) || low < 0xDC00 || low > 0xDFFF)
			return false;
		high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
	} else if (high >= 0xDC00 && high <= 0xDFFF) {
		return false;
	}
	append_utf8(out, high);
	return true;
}

static bool pull_escape(struct json_pull *pull, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (pull->at == pull->end)
		return false;
	if (*pull->at == 'u') {
		pull->at++;
		return pull_unicode(pull, out);
	}
	found = *pull->at ? strchr(from, *pull->at) : NULL;
	if (!found)
		return false;
	buf_append_char(out, to[found - from]);
	pull->at++;
	return true;
}

bool json_pull_text(struct json_pull *pull, struct buf *out)
{
	if (!pull_char(pull, '"'))
		return pull_fail(pull);
	for (;;) {
		const char *plain = pull->at;

		while (pull->at < pull->end && *pull->at != '"' && *pull->at != '\\' &&
		       (unsigned char)*pull->at >= 0x20)
			pull->at++;
		buf_append(out, plain, (size_t)(pull->at - plain));
		if (pull->at == pull->end || (unsigned char)*pull->at < 0x20)
			return pull_fail(pull);
		if (*pull->at++ == '"')
			return true;
		if (!pull_escape(pull, out))
			return pull_fail(pull);
	}
}

/* A number's text into `out`, NUL-terminated. */
static bool pull_number(struct json_pull *pull, char out[48])
{
	size_t len = 0;

	if (pull->bad)
		return false;
	pull_space(pull);
	while (pull->at < pull->end && len < 47 &&
	       ((*pull->at >= '0' && *pull->at <= '9') || *pull->at == '-' || *pull->at == '+' ||
		*pull->at == '.' || *pull->at == 'e' || *pull->at == 'E'))
		out[len++] = *pull->at++;
	out[len] = 0;
	return len > 0 || pull_fail(pull);
}

bool json_pull_int(struct json_pull *pull, int64_t *out)
{
	char text[48], *end;
	long long value;

	if (!pull_number(pull, text))
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end)
		return pull_fail(pull);
	*out = value;
	return true;
}

bool json_pull_real(struct json_pull *pull, double *out)
{
	char text[48], *end;
	double value;

	if (!pull_number(pull, text))
		return false;
	value = strtod(text, &end);
	if (*end)
		return pull_fail(pull);
	*out = value;
	return true;
}

static bool skip_text(struct json_pull *pull)
{
	for (pull->at++; pull->at < pull->end; pull->at++) {
		if (*pull->at == '"') {
			pull->at++;
			return true;
		}
		if (*pull->at == '\\' && ++pull->at == pull->end)
			break;
	}
	return pull_fail(pull);
}

bool json_pull_skip(struct json_pull *pull)
{
	int depth = 0;

	if (pull->bad)
		return false;
	do {
		pull_space(pull);
		if (pull->at == pull->end || depth > PULL_MAX_DEPTH)
			return pull_fail(pull);
		if (*pull->at == '"') {
			if (!skip_text(pull))
				return false;
		} else if (*pull->at == '{' || *pull->at == '[') {
			depth++;
			pull->at++;
		} else if (*pull->at == '}' || *pull->at == ']') {
			if (--depth < 0)
				return pull_fail(pull);
			pull->at++;
		} else if (*pull->at == ',' || *pull->at == ':') {
			if (depth == 0)
				return pull_fail(pull);
			pull->at++;
		} else {
			/* strchr finds the NUL at its text's end too: such a byte is no JSON */
			if (!*pull->at)
				return pull_fail(pull);
			while (pull->at < pull->end && !strchr("{}[],:\" \n\t\r", *pull->at))
				pull->at++;
		}
	} while (depth > 0);
	return true;
}

bool json_pull_done(struct json_pull *pull)
{
	pull_space(pull);
	if (pull->at != pull->end)
		pull->bad = true;
	return !pull->bad;
}

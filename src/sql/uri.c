/*
 * uri.c - see uri.h. A recursive descent over the text. Positions are pointers into it; a function
 * that scans returns where it stopped, NULL where the text cannot be a URI.
 */
#include "sql/uri.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>

#include "sql/utf8.h"

#define LAST_CONTROL 0x9f

/* Sets of ASCII characters, each a bit. */
enum {
	ALPHA = 1 << 0,
	DIGIT = 1 << 1,
	HEX = 1 << 2,
	SCHEME = 1 << 3, /* letters, digits, + - . */
	URIC = 1 << 4,   /* query, fragment, opaque part */
	PATH = 1 << 5,
	USER = 1 << 6,
	NAME = 1 << 7, /* an authority that is only a name */
	SERVER = 1 << 8,
	SCOPE = 1 << 9,    /* of an IPv6 address */
	PERCENT = 1 << 10, /* % alone */
	DASH = 1 << 11,
	DOT = 1 << 12,
	ALNUM = ALPHA | DIGIT,
	ALL = URIC | PATH | USER | NAME |
	      SERVER, /* they take %41 and characters beyond ASCII too */
	LETTER = ALPHA | SCHEME | SCOPE | ALL
};

__extension__ static const uint16_t sets[128] = {
	['0' ... '9'] = DIGIT | HEX | SCHEME | SCOPE | ALL,
	['A' ... 'F'] = LETTER | HEX,
	['G' ... 'Z'] = LETTER,
	['a' ... 'f'] = LETTER | HEX,
	['g' ... 'z'] = LETTER,
	['-'] = SCHEME | DASH | ALL,
	['.'] = SCHEME | SCOPE | DOT | ALL,
	['_'] = SCOPE | ALL,
	['!'] = ALL,
	['~'] = ALL,
	['*'] = ALL,
	['\''] = ALL,
	['('] = ALL,
	[')'] = ALL,
	['+'] = SCHEME | ALL,
	['&'] = ALL,
	['='] = ALL,
	['$'] = ALL,
	[','] = ALL,
	[';'] = ALL,
	[':'] = ALL,
	['@'] = URIC | PATH | NAME | SERVER,
	['/'] = URIC | PATH,
	['?'] = URIC,
	['['] = URIC | SERVER,
	[']'] = URIC | SERVER,
	['%'] = PERCENT,
};

static bool is_in(const char *p, const char *end, int wanted)
{
	return p < end && (unsigned char)*p < 128 && (sets[(unsigned char)*p] & wanted);
}

static bool at(const char *p, const char *end, char c)
{
	return p < end && *p == c;
}

/* The first of the characters of `set`, or the end. */
static const char *until(const char *p, const char *end, const char *set)
{
	while (p < end && !(*p && strchr(set, *p)))
		p++;
	return p;
}

/* Beyond what is in the sets. NULL: a % without two digits. */
static const char *over(const char *p, const char *end, int wanted)
{
	while (p < end) {
		UChar32 code;
		size_t size;

		if (is_in(p, end, wanted)) {
			p++;
			continue;
		}
		if (!(wanted & ALL))
			break;
		if (*p == '%') {
			if (!is_in(p + 1, end, HEX) || !is_in(p + 2, end, HEX))
				return NULL;
			p += 3;
			continue;
		}
		code = (UChar32)utf8_decode(p, &size);
		if (code <= LAST_CONTROL || u_isJavaSpaceChar(code))
			break;
		p += size;
	}
	return p;
}

/* Whether all up to the end is in the sets. */
static bool all_in(const char *p, const char *end, int wanted)
{
	return over(p, end, wanted) == end;
}

static struct span between(const char *p, const char *end)
{
	return (struct span){ p, (size_t)(end - p) };
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* Digits up to 255; *huge: more than an INT holds. */
static const char *byte(const char *p, const char *end, bool *huge)
{
	const char *q = p;
	uint64_t value = 0;

	for (; is_in(q, end, DIGIT); q++)
		value = value > INT32_MAX ? value : value * 10 + (uint64_t)(*q - '0');
	*huge = value > INT32_MAX;
	return value > 255 ? p : q;
}

/* Four numbers of digits, with nothing but digits and dots behind it up to `end`. NULL: none. */
static const char *ipv4(const char *p, const char *end, bool *huge)
{
	*huge = false;
	for (int i = 0; i < 4 && !*huge; i++) {
		const char *q;

		if (i > 0 && !at(p++, end, '.'))
			return NULL;
		q = byte(p, end, huge);
		if (q == p)
			return NULL;
		p = q;
	}
	return !*huge && !is_in(p, end, DIGIT | DOT) ? p : NULL;
}

/* An IPv6 address that is being read. */
struct ipv6 {
	const char *end;
	int bytes;
	bool huge;
};

/* The IPv4 address that it ends in. */
static const char *ipv6_tail(struct ipv6 *at6, const char *p)
{
	const char *q = all_in(p, at6->end, DIGIT | DOT) ? ipv4(p, at6->end, &at6->huge) : NULL;

	at6->bytes += 4;
	return q;
}

/*
 * Groups of up to four digits with colons between them. *stop receives where they end; where the
 * first is none (or begins an IPv4 address) it is `p`. False: malformed.
 */
static bool ipv6_groups(struct ipv6 *at6, const char *p, const char **stop)
{
	const char *end = at6->end, *q;

	for (*stop = p;; p++) {
		for (q = p; is_in(q, end, HEX);)
			q++;
		if (q == p)
			return *stop == p; /* a colon wants digits behind it */
		if (at(q, end, '.')) {
			*stop = *stop == p ? p : p - 1;
			return true;
		}
		if (q - p > 4)
			return false;
		at6->bytes += 2;
		*stop = q;
		if (!at(q, end, ':') || at(q + 1, end, ':'))
			return true;
		p = q;
	}
}

/* What is behind "::". */
static const char *ipv6_rest(struct ipv6 *at6, const char *p)
{
	const char *q;

	if (p == at6->end)
		return p;
	if (!ipv6_groups(at6, p, &q))
		return NULL;
	if (q == p)
		return ipv6_tail(at6, p);
	return at(q, at6->end, ':') ? ipv6_tail(at6, q + 1) : q;
}

static bool ipv6(const char *p, const char *end, bool *huge)
{
	struct ipv6 at6 = { .end = end, .bytes = 0, .huge = false };
	bool compressed = false;
	const char *q;

	if (!ipv6_groups(&at6, p, &q))
		return false;
	if (at(q, end, ':') && at(q + 1, end, ':')) {
		compressed = true;
		q = ipv6_rest(&at6, q + 2);
	} else if (q > p && at(q, end, ':')) {
		q = ipv6_tail(&at6, q + 1);
	}
	*huge = at6.huge;
	return q == end && (compressed ? at6.bytes < 16 : at6.bytes == 16);
}

/* ---- the authority --------------------------------------------------------------------------- */

/* Labels of letters, digits and dashes; the last of several begins with a letter. */
static const char *hostname(const char *p, const char *end)
{
	const char *start = p, *label = NULL;

	while (is_in(p, end, ALNUM)) {
		label = p;
		while (is_in(p, end, ALNUM | DASH))
			p++;
		if (p[-1] == '-')
			return NULL;
		if (!at(p, end, '.'))
			break;
		p++;
	}
	if (!label || (p < end && *p != ':') || (label > start && !is_in(label, end, ALPHA)))
		return NULL;
	return p;
}

/* [address] or [address%scope]. */
static const char *bracketed(const char *p, const char *end, bool *huge)
{
	const char *close = until(p, end, "]"), *scope = until(p, close, "%");

	if (close == end || close == p + 1)
		return NULL;
	if (scope < close && (scope + 1 == close || !all_in(scope + 1, close, SCOPE)))
		return NULL;
	return ipv6(p + 1, scope, huge) ? close + 1 : NULL;
}

/* user@host:port. False: it is none. */
static bool server(const char *p, const char *end, struct uri *out, bool *huge)
{
	const char *q = until(p, end, "@");
	uint64_t port = 0;
	bool overflow;

	if (q < end) {
		if (!all_in(p, q, USER))
			return false;
		out->user = between(p, q);
		p = q + 1;
	}
	if (at(p, end, '[')) {
		q = bracketed(p, end, huge);
	} else {
		q = ipv4(p, end, &overflow);
		if (!q || (q < end && *q != ':'))
			q = hostname(p, end);
	}
	if (!q)
		return false;
	out->host = between(p, q);
	if (!at(q, end, ':'))
		return q == end;
	for (q++; is_in(q, end, DIGIT) && port <= INT32_MAX; q++)
		port = port * 10 + (uint64_t)(*q - '0');
	return q == end && port <= INT32_MAX;
}

static enum uri_result authority(const char *p, const char *end, struct uri *out)
{
	/* A % may stand in a scope; but where the first character is "]". */
	const char *as_server = over(p, end, *p == ']' ? SERVER : SERVER | PERCENT);
	const char *as_name = over(p, end, NAME);
	bool huge = false;

	if (!as_server || !as_name)
		return URI_MALFORMED;
	out->authority = between(p, end);
	if (as_server == end && server(p, end, out, &huge))
		return URI_OK;
	if (huge)
		return URI_BAD_ADDRESS;
	out->user = out->host = SPAN_NULL;
	return as_name == end ? URI_OK : URI_MALFORMED;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum uri_result hierarchical(const char **at_p, const char *end, struct uri *out)
{
	const char *p = *at_p, *q;
	enum uri_result result;

	if (at(p, end, '/') && at(p + 1, end, '/')) {
		p += 2;
		q = until(p, end, "/?#");
		if (q == p && q == end)
			return URI_MALFORMED;
		result = q > p ? authority(p, q, out) : URI_OK;
		if (result != URI_OK)
			return result;
		p = q;
	}
	q = until(p, end, "?#");
	if (!all_in(p, q, PATH))
		return URI_MALFORMED;
	out->path = between(p, q);
	if (at(q, end, '?')) {
		p = q + 1;
		q = until(p, end, "#");
		if (!all_in(p, q, URIC))
			return URI_MALFORMED;
		out->query = between(p, q);
	}
	*at_p = q;
	return URI_OK;
}

enum uri_result uri_parse(struct span text, struct uri *out)
{
	const char *p = text.data, *end = text.data + text.len, *q = until(p, end, ":/?#");
	enum uri_result result = URI_OK;

	*out = (struct uri){ .scheme = SPAN_NULL };
	if (at(q, end, ':')) {
		if (!is_in(p, end, ALPHA) || !all_in(p, q, SCHEME))
			return URI_MALFORMED;
		out->scheme = between(p, q);
		p = q + 1;
	}
	if (!out->scheme.data || at(p, end, '/')) {
		result = hierarchical(&p, end, out);
	} else {
		q = until(p, end, "#");
		if (q == p || !all_in(p, q, URIC))
			return URI_MALFORMED;
		p = q;
	}
	if (result != URI_OK)
		return result;
	if (at(p, end, '#')) {
		if (!all_in(p + 1, end, URIC))
			return URI_MALFORMED;
		out->fragment = between(p + 1, end);
	}
	return URI_OK;
}

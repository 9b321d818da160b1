/*
 * double_parse.c - a scanner for Java's spellings, then one of two ways to the value: an exact
 * multiplication or division where digits and exponent are small (Clinger), the C library's strtod
 * (correctly rounded in glibc) for the rest.
 */
#include "sql/double_parse.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double powers_of_ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
#define MAX_EXACT_POWER 22
#define MAX_EXACT_INT   (UINT64_C(1) << 53)
#define STACK_TEXT      64

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_suffix(const char *p, const char *end)
{
	return p + 1 == end && (*p == 'f' || *p == 'F' || *p == 'd' || *p == 'D');
}

static bool equals(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - p) == len && strncasecmp(p, word, len) == 0;
}

/* NaN, Infinity and Spark's spellings. "-nan" is Java's "-NaN" only in that case of letters. */
static bool parse_word(const char *p, const char *end, double *out)
{
	bool negative = *p == '-';
	bool sign = negative || *p == '+';
	const char *word = p + sign;

	if (equals(word, end, "inf") || equals(word, end, "infinity")) {
		*out = negative ? -HUGE_VAL : HUGE_VAL;
		return true;
	}
	if (equals(word, end, "nan") && (!sign || memcmp(word, "NaN", 3) == 0)) {
		*out = (double)NAN;
		return true;
	}
	return false;
}

/* The exponent's digits after e or p, with sign. NULL: there are none. */
static const char *scan_exponent(const char *p, const char *end, int64_t *out)
{
	bool negative = false;
	int64_t value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end || !is_digit(*p))
		return NULL;
	for (; p < end && is_digit(*p); p++)
		if (value < 100000000)
			value = value * 10 + (*p - '0');
	*out = negative ? -value : value;
	return p;
}

/* [p, end) is a spelling that strtod takes whole. */
static enum double_parse_result slow(const char *p, const char *end, struct arena *arena,
				     double *out)
{
	char stack[STACK_TEXT];
	char *copy = stack;
	size_t len = (size_t)(end - p);
	locale_t c_locale;

	if (len >= sizeof(stack))
		copy = arena_alloc(arena, len + 1);
	if (!copy)
		return DOUBLE_NO_MEMORY;
	memcpy(copy, p, len);
	copy[len] = '\0';
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a static object in glibc */
	if (!c_locale)
		return DOUBLE_NO_MEMORY;
	*out = strtod_l(copy, NULL, c_locale);
	freelocale(c_locale);
	return DOUBLE_PARSED;
}

static enum double_parse_result parse_hex(const char *start, const char *p, const char *end,
					  struct arena *arena, double *out)
{
	bool digits = false;
	int64_t exponent;

	for (; p < end && is_hex_digit(*p); p++)
		digits = true;
	if (p < end && *p == '.')
		for (p++; p < end && is_hex_digit(*p); p++)
			digits = true;
	if (!digits || p == end || (*p != 'p' && *p != 'P'))
		return DOUBLE_INVALID;
	p = scan_exponent(p + 1, end, &exponent);
	if (!p || (p != end && !is_suffix(p, end)))
		return DOUBLE_INVALID;
	return slow(start, p, arena, out);
}

enum double_parse_result double_parse(struct span text, struct arena *arena, double *out)
{
	const char *p = text.data, *end = text.data + text.len, *start;
	uint64_t mantissa = 0;
	int64_t exponent = 0;
	unsigned significant = 0;
	bool digits = false, negative = false;

	while (p < end && (unsigned char)*p <= ' ')
		p++;
	while (p < end && (unsigned char)end[-1] <= ' ')
		end--;
	if (p == end)
		return DOUBLE_INVALID;
	start = p;
	if (*p == '-' || *p == '+')
		negative = *p++ == '-';
	if (end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		return parse_hex(start, p + 2, end, arena, out);
	for (; p < end && is_digit(*p); p++, digits = true)
		if (mantissa || *p != '0') {
			if (significant++ < 19)
				mantissa = mantissa * 10 + (uint64_t)(*p - '0');
		}
	if (p < end && *p == '.')
		for (p++; p < end && is_digit(*p); p++, digits = true) {
			exponent--;
			if ((mantissa || *p != '0') && significant++ < 19)
				mantissa = mantissa * 10 + (uint64_t)(*p - '0');
		}
	if (!digits)
		return parse_word(start, end, out) ? DOUBLE_PARSED : DOUBLE_INVALID;
	if (p < end && (*p == 'e' || *p == 'E')) {
		int64_t written;

		p = scan_exponent(p + 1, end, &written);
		if (!p)
			return DOUBLE_INVALID;
		exponent += written;
	}
	if (p != end && !is_suffix(p, end))
		return DOUBLE_INVALID;
	if (significant > 19 || mantissa > MAX_EXACT_INT || exponent < -MAX_EXACT_POWER ||
	    exponent > MAX_EXACT_POWER)
		return slow(start, p, arena, out);
	*out = exponent < 0 ? (double)mantissa / powers_of_ten[-exponent]
			    : (double)mantissa * powers_of_ten[exponent];
	if (negative)
		*out = -*out;
	return DOUBLE_PARSED;
}

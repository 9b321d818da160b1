/*
 * decimal.c - DECIMAL arithmetic on text and scales, by the rules of Java's BigDecimal and Spark's
 * Decimal.
 */
#include "sql/decimal.h"

#include <string.h>
#include <unicode/uchar.h>

#include "sql/double_parse.h"
#include "sql/utf8.h"

#define TEN_TO_19        UINT64_C(10000000000000000000)
#define MAX_DOUBLE_POWER 22

uint128 decimal_power(unsigned n)
{
	uint128 power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

unsigned decimal_digits(uint128 value)
{
	unsigned digits = 1;

	if (value >= TEN_TO_19) {
		value /= TEN_TO_19;
		digits += 19;
	}
	for (; value >= 10; value /= 10)
		digits++;
	return digits;
}

static uint128 magnitude(int128 value)
{
	return value < 0 ? -(uint128)value : (uint128)value;
}

static int128 with_sign(uint128 value, bool negative)
{
	return negative ? -(int128)value : (int128)value;
}

bool decimal_rescale(int128 value, unsigned from, unsigned to, unsigned precision, int128 *out)
{
	uint128 number = magnitude(value);

	if (to < from) {
		unsigned drop = from - to;
		uint128 divisor, rest;

		if (drop > DECIMAL_MAX_PRECISION) {
			number = 0;
		} else {
			divisor = decimal_power(drop);
			rest = number % divisor;
			number /= divisor;
			number += rest >= divisor - rest;
		}
	} else if (to > from && number) {
		unsigned more = to - from;

		if (decimal_digits(number) + more > DECIMAL_MAX_PRECISION)
			return false;
		number *= decimal_power(more);
	}
	if (decimal_digits(number) > precision && number)
		return false;
	*out = with_sign(number, value < 0);
	return true;
}

/*
 * The digit at *p, -1 where there is none; steps over it. As in Java, any decimal digit of
 * Unicode's basic plane will do.
 */
static int read_digit(const char **p, const char *end)
{
	size_t size;
	uint32_t c;

	if (*p == end)
		return -1;
	if (**p >= '0' && **p <= '9')
		return *(*p)++ - '0';
	if (!((unsigned char)**p & 0x80))
		return -1;
	c = utf8_decode(*p, &size);
	if (c > 0xffff || u_charType((UChar32)c) != U_DECIMAL_DIGIT_NUMBER)
		return -1;
	*p += size;
	return u_charDigitValue((UChar32)c);
}

/* Digits and exponent of a text. */
struct scanned {
	const char *first; /* first significant digit, NULL: none */
	const char *end;   /* of the text */
	size_t significant;
	int64_t exponent;
	bool negative;
};

/* Behind 'e': at most ten digits but for leading zeros, within an int. */
static bool scan_exponent(const char *p, const char *end, int64_t *out)
{
	bool negative = false;
	int digit, count = 0;
	int64_t value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end)
		return false;
	while ((digit = read_digit(&p, end)) >= 0) {
		count += count > 0 || digit > 0;
		if (count > 10)
			return false;
		value = value * 10 + digit;
	}
	*out += negative ? -value : value;
	return p == end && value <= INT32_MAX;
}

static bool scan(struct span text, struct scanned *out)
{
	const char *p = text.data, *end = text.data + text.len;
	bool digits = false, point = false;

	*out = (struct scanned){ .first = NULL };
	while (p < end && (unsigned char)*p <= ' ')
		p++;
	while (p < end && (unsigned char)end[-1] <= ' ')
		end--;
	out->end = end;
	if (p < end && (*p == '-' || *p == '+'))
		out->negative = *p++ == '-';
	while (p < end) {
		const char *start = p;
		int digit;

		if (*p == '.' && !point) {
			point = true;
			p++;
			continue;
		}
		digit = read_digit(&p, end);
		if (digit < 0)
			break;
		digits = true;
		out->exponent -= point;
		if (!out->first && digit)
			out->first = start;
		out->significant += out->first != NULL;
	}
	if (!digits)
		return false;
	if (p < end && (*p == 'e' || *p == 'E'))
		return scan_exponent(p + 1, end, &out->exponent);
	return p == end;
}

bool decimal_parse(struct span text, struct sql_type type, int128 *out)
{
	struct scanned at;
	uint128 number = 0;
	int64_t kept, whole;
	const char *p;

	if (!scan(text, &at))
		return false;
	if (at.exponent < -INT32_MAX)
		return false;
	/* Digits before the point, a zero being one. Spark counts them in an int: of a zero with
	 * too many for that it gets a negative count, and a zero. */
	whole = (int64_t)(at.first ? at.significant : 1) + at.exponent;
	if (whole > DECIMAL_MAX_PRECISION && (at.first || whole <= INT32_MAX))
		return false;
	if (!at.first) {
		*out = 0;
		return true;
	}
	kept = whole + type.scale; /* digits that remain */
	if (kept < 0) {
		*out = 0;
		return true;
	}
	if (kept > DECIMAL_MAX_PRECISION)
		return false;
	p = at.first;
	for (int64_t i = 0, left = (int64_t)at.significant; i <= kept; i++) {
		unsigned digit = 0;

		if (left > 0) {
			p += *p == '.';
			digit = (unsigned)read_digit(&p, at.end);
			left--;
		}
		if (i == kept)
			number += digit >= 5;
		else
			number = number * 10 + digit;
	}
	if (number && decimal_digits(number) > type.precision)
		return false;
	*out = with_sign(number, at.negative);
	return true;
}

/* The digits of a value, most significant first. */
static size_t put_digits(uint128 value, char *out)
{
	char reversed[40];
	size_t n = 0;

	do {
		reversed[n++] = (char)('0' + (unsigned)(value % 10));
		value /= 10;
	} while (value);
	for (size_t i = 0; i < n; i++)
		out[i] = reversed[n - 1 - i];
	return n;
}

size_t decimal_format(int128 value, unsigned scale, char out[DECIMAL_TEXT_MAX])
{
	char digits[40];
	size_t n = put_digits(magnitude(value), digits), len = 0;
	int adjusted = (int)n - 1 - (int)scale;

	if (value < 0)
		out[len++] = '-';
	if (scale == 0 || adjusted < -6) {
		size_t head = scale == 0 ? n : 1;

		memcpy(out + len, digits, head);
		len += head;
		if (scale == 0)
			return len;
		if (n > 1) {
			out[len++] = '.';
			memcpy(out + len, digits + 1, n - 1);
			len += n - 1;
		}
		out[len++] = 'E';
		out[len++] = '-';
		return len + put_digits((uint128)-adjusted, out + len);
	}
	if (n <= scale) {
		out[len++] = '0';
		out[len++] = '.';
		memset(out + len, '0', scale - n);
		len += scale - n;
		memcpy(out + len, digits, n);
		return len + n;
	}
	memcpy(out + len, digits, n - scale);
	len += n - scale;
	out[len++] = '.';
	memcpy(out + len, digits + n - scale, scale);
	return len + scale;
}

double decimal_to_double(int128 value, unsigned scale)
{
	uint128 number = magnitude(value);
	char text[DECIMAL_TEXT_MAX];
	double real = 0;

	if (number < (UINT64_C(1) << 52) && scale <= MAX_DOUBLE_POWER) {
		real = (double)(uint64_t)number / (double)decimal_power(scale);
		return value < 0 ? -real : real;
	}
	/* Under 60 characters: needs no arena. */
	(void)double_parse((struct span){ text, decimal_format(value, scale, text) }, NULL, &real);
	return real;
}

int128 decimal_truncate(int128 value, unsigned scale)
{
	return value / (int128)decimal_power(scale);
}

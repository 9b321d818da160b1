/*
 * double_text.c - digits as JDK 17 and earlier find them: a digit at a time, until the rest is
 * nearer than the distance to the neighbouring doubles (Steele and White's method), with that
 * implementation's habits: the estimate of the exponent, a comparison that is strict for small
 * operands and not for big ones, at least two digits in scientific notation, and whole numbers
 * below 2^63 printed as integers whose insignificant digits are rounded away.
 *
 * The value is B/S * 10^decimal_exponent, and M/S is half a unit in the last place. B, S and M are
 * products of powers of two and five with a 53-bit integer: under 1,200 bits.
 */
#include "sql/double_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FRACTION_BITS 52
#define BIAS          1023
#define MAX_DIGITS    20
#define WORDS         40

struct digits {
	char at[MAX_DIGITS + 4];
	int count;
	int exponent; /* 0.d1d2d3... * 10^exponent */
};

/* ---- unsigned big integers: little endian words of 32 bits ---------------------------------- */

struct big {
	uint32_t word[WORDS];
	int count;
};

static void big_trim(struct big *big)
{
	while (big->count > 0 && big->word[big->count - 1] == 0)
		big->count--;
}

static void big_multiply(struct big *big, uint32_t factor)
{
	uint64_t carry = 0;

	for (int i = 0; i < big->count; i++) {
		carry += (uint64_t)big->word[i] * factor;
		big->word[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry)
		big->word[big->count++] = (uint32_t)carry;
}

static void big_shift(struct big *big, int bits)
{
	int words = bits / 32, rest = bits % 32;

	if (!big->count)
		return;
	memmove(big->word + words, big->word, (size_t)big->count * sizeof(uint32_t));
	memset(big->word, 0, (size_t)words * sizeof(uint32_t));
	big->count += words;
	if (rest)
		big_multiply(big, UINT32_C(1) << rest);
}

/* value * 5^p5 * 2^p2 */
static struct big big_of(uint64_t value, int p5, int p2)
{
	struct big big = { .word = { (uint32_t)value, (uint32_t)(value >> 32) }, .count = 2 };

	big_trim(&big);
	for (; p5 >= 13; p5 -= 13)
		big_multiply(&big, 1220703125); /* 5^13 */
	for (; p5 > 0; p5--)
		big_multiply(&big, 5);
	big_shift(&big, p2);
	return big;
}

static int big_compare(const struct big *a, const struct big *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (int i = a->count - 1; i >= 0; i--)
		if (a->word[i] != b->word[i])
			return a->word[i] < b->word[i] ? -1 : 1;
	return 0;
}

static void big_subtract(struct big *a, const struct big *b)
{
	int64_t borrow = 0;

	for (int i = 0; i < a->count; i++) {
		borrow += (int64_t)a->word[i] - (i < b->count ? b->word[i] : 0);
		a->word[i] = (uint32_t)borrow;
		borrow >>= 32;
	}
	big_trim(a);
}

static struct big big_add(const struct big *a, const struct big *b)
{
	struct big sum = { .count = a->count > b->count ? a->count : b->count };
	uint64_t carry = 0;

	for (int i = 0; i < sum.count; i++) {
		carry += i < a->count ? a->word[i] : 0;
		carry += i < b->count ? b->word[i] : 0;
		sum.word[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry)
		sum.word[sum.count++] = (uint32_t)carry;
	return sum;
}

/* The digit a / b (below 10); a becomes (a mod b) * 10. */
static int big_next_digit(struct big *a, const struct big *b)
{
	int digit = 0;

	while (big_compare(a, b) >= 0) {
		big_subtract(a, b);
		digit++;
	}
	big_multiply(a, 10);
	return digit;
}

/* ---- finding the digits ---------------------------------------------------------------------- */

static void round_up(struct digits *digits)
{
	int i = digits->count - 1;

	while (i >= 0 && digits->at[i] == '9')
		digits->at[i--] = '0';
	if (i >= 0) {
		digits->at[i]++;
		return;
	}
	digits->exponent++; /* 99.9 became 100: the zeros behind do not matter */
	digits->at[0] = '1';
}

/* Rounding by how the loop stopped; `half`: the rest against a half, where both ends were near. */
static void finish(struct digits *digits, bool low, bool high, int half)
{
	if (high && (!low || half > 0 || (half == 0 && (digits->at[digits->count - 1] & 1))))
		round_up(digits);
}

/* A whole number: its digits but trailing zeros, after those below the precision are rounded. */
static void whole_number(uint64_t value, int insignificant, struct digits *digits)
{
	char reversed[MAX_DIGITS] = "";
	int n = 0, zeros = 0;

	if (insignificant) {
		uint64_t power = 1, rest;

		for (int i = 0; i < insignificant; i++)
			power *= 10;
		rest = value % power;
		value = value / power + (rest >= power / 2);
	}
	for (; value % 10 == 0; value /= 10)
		zeros++;
	for (; value; value /= 10)
		reversed[n++] = (char)('0' + value % 10);
	digits->count = n;
	digits->exponent = n + zeros + insignificant;
	for (int i = 0; i < n; i++)
		digits->at[i] = reversed[n - 1 - i];
}

struct scaled {
	uint64_t fraction;
	int b2, b5, s2, s5, m2, m5;
};

/* As Java's int or long overflows. */
static int64_t wrap(uint64_t value, bool narrow)
{
	return narrow ? (int32_t)(uint32_t)value : (int64_t)value;
}

/* Operands below 2^63, or below 2^31: the JDK counts in long, or int, and its sums overflow. */
static void small_digits(const struct scaled *at, bool narrow, int exponent, struct digits *digits)
{
	uint64_t b = at->fraction, s = 1, m = 1, tens;
	bool low, high;

	for (int i = 0; i < at->b5; i++)
		b *= 5;
	for (int i = 0; i < at->s5; i++)
		s *= 5;
	for (int i = 0; i < at->m5; i++)
		m *= 5;
	b <<= at->b2;
	s <<= at->s2;
	m <<= at->m2;
	tens = s * 10;
	for (bool first = true;; first = false) {
		unsigned digit = (unsigned)(b / s);

		b = 10 * (b % s);
		m = (uint64_t)wrap(m * 10, narrow);
		low = (int64_t)b < (int64_t)m;
		high = wrap(b + m, narrow) > (int64_t)tens;
		if (!first && (int64_t)m <= 0)
			low = high = true;
		if (first && digit == 0 && !high)
			exponent--;
		else
			digits->at[digits->count++] = (char)('0' + digit);
		if (first && (exponent < -3 || exponent >= 8))
			low = high = false;
		if (low || high)
			break;
	}
	digits->exponent = exponent + 1;
	finish(digits, low, high, b * 2 < tens ? -1 : b * 2 > tens);
}

static void big_digits(const struct scaled *at, int exponent, struct digits *digits)
{
	struct big b = big_of(at->fraction, at->b5, at->b2);
	struct big s = big_of(1, at->s5, at->s2);
	struct big m = big_of(1, at->m5, at->m2);
	struct big tens = big_of(1, at->s5 + 1, at->s2 + 1);
	bool low, high;

	for (bool first = true;; first = false) {
		int digit = big_next_digit(&b, &s);
		struct big sum;

		big_multiply(&m, 10);
		sum = big_add(&b, &m);
		low = big_compare(&b, &m) < 0;
		high = big_compare(&tens, &sum) <= 0;
		if (first && digit == 0 && !high)
			exponent--;
		else
			digits->at[digits->count++] = (char)('0' + digit);
		if (first && (exponent < -3 || exponent >= 8))
			low = high = false;
		if (low || high)
			break;
	}
	digits->exponent = exponent + 1;
	big_shift(&b, 1);
	finish(digits, low, high, big_compare(&b, &tens));
}

/* Bits of 5^n, as the JDK counts them. */
static int bits_of_power_of_five(int n)
{
	static const uint8_t bits[] = { 0,  3,  5,  7,  10, 12, 14, 17, 19, 21, 24, 26, 28, 31,
					33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61 };

	return n < (int)sizeof(bits) ? bits[n] : 3 * n;
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

static int min_int(int a, int b)
{
	return a < b ? a : b;
}

/* `fraction` has its highest bit at bit 52; the value is fraction * 2^(exponent - 52). */
static void find_digits(int exponent, uint64_t fraction, int significant_bits,
			struct digits *digits)
{
	int tail_zeros = __builtin_ctzll(fraction);
	int fraction_bits = FRACTION_BITS + 1 - tail_zeros;
	int tiny_bits = max_int(0, fraction_bits - exponent - 1);
	int decimal, common, bits;
	double mantissa;
	struct scaled at;

	if (exponent <= 62 && exponent >= -21 && tiny_bits == 0 &&
	    fraction_bits + bits_of_power_of_five(0) < 64) {
		int power = exponent - significant_bits - 1;
		int insignificant = exponent > significant_bits && power > 1
					? (int)(power * 0.30102999566)
					: 0;

		fraction = exponent >= FRACTION_BITS ? fraction << (exponent - FRACTION_BITS)
						     : fraction >> (FRACTION_BITS - exponent);
		whole_number(fraction, insignificant, digits);
		return;
	}
	mantissa = ldexp((double)fraction, -FRACTION_BITS);
	decimal = (int)floor((mantissa - 1.5) * 0.289529654 + 0.176091259 +
			     (double)exponent * 0.301029995663981);
	at.fraction = fraction >> tail_zeros;
	at.b5 = max_int(0, -decimal);
	at.b2 = at.b5 + tiny_bits + exponent;
	at.s5 = max_int(0, decimal);
	at.s2 = at.s5 + tiny_bits;
	at.m5 = at.b5;
	at.m2 = at.b2 - significant_bits;
	at.b2 -= fraction_bits - 1;
	common = min_int(at.b2, at.s2);
	at.b2 -= common;
	at.s2 -= common;
	at.m2 -= common;
	if (fraction_bits == 1) /* a power of two: the neighbour below is nearer */
		at.m2--;
	if (at.m2 < 0) {
		at.b2 -= at.m2;
		at.s2 -= at.m2;
		at.m2 = 0;
	}
	bits = max_int(fraction_bits + at.b2 + bits_of_power_of_five(at.b5),
		       at.s2 + 1 + bits_of_power_of_five(at.s5 + 1));
	if (bits < 64)
		small_digits(&at, bits < 32, decimal, digits);
	else
		big_digits(&at, decimal, digits);
}

/* ---- the text -------------------------------------------------------------------------------- */

static size_t put(char *out, const char *data, size_t len)
{
	memcpy(out, data, len);
	return len;
}

static size_t put_plain(const struct digits *digits, char *out)
{
	size_t len = 0, count = (size_t)digits->count;

	if (digits->exponent > 0) {
		size_t whole = (size_t)digits->exponent;
		size_t head = count < whole ? count : whole;

		len += put(out, digits->at, head);
		memset(out + len, '0', whole - head);
		len += whole - head;
		out[len++] = '.';
		if (count == head)
			out[len++] = '0';
		return len + put(out + len, digits->at + head, count - head);
	}
	len += put(out, "0.", 2);
	memset(out + len, '0', (size_t)-digits->exponent);
	len += (size_t)-digits->exponent;
	return len + put(out + len, digits->at, count);
}

static size_t put_scientific(const struct digits *digits, char *out)
{
	size_t len = 0;
	int exponent = digits->exponent - 1;

	out[len++] = digits->at[0];
	out[len++] = '.';
	if (digits->count > 1)
		len += put(out + len, digits->at + 1, (size_t)digits->count - 1);
	else
		out[len++] = '0';
	out[len++] = 'E';
	if (exponent < 0) {
		out[len++] = '-';
		exponent = -exponent;
	}
	if (exponent >= 100)
		out[len++] = (char)('0' + exponent / 100);
	if (exponent >= 10)
		out[len++] = (char)('0' + exponent / 10 % 10);
	out[len++] = (char)('0' + exponent % 10);
	return len;
}

size_t double_format(double value, char out[DOUBLE_TEXT_MAX])
{
	struct digits digits = { .count = 0 };
	uint64_t bits, fraction;
	int exponent, significant_bits = FRACTION_BITS + 1;
	size_t len = 0;

	if (isnan(value))
		return put(out, "NaN", 3);
	memcpy(&bits, &value, sizeof(bits));
	if (bits >> 63)
		out[len++] = '-';
	if (isinf(value))
		return len + put(out + len, "Infinity", 8);
	if (value == 0)
		return len + put(out + len, "0.0", 3);
	exponent = (int)(bits >> FRACTION_BITS & 0x7ff);
	fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
	if (exponent == 0) {
		int zeros = __builtin_clzll(fraction);
		int shift = zeros - (63 - FRACTION_BITS);

		fraction <<= shift;
		exponent = 1 - shift;
		significant_bits = 64 - zeros;
	} else {
		fraction |= UINT64_C(1) << FRACTION_BITS;
	}
	find_digits(exponent - BIAS, fraction, significant_bits, &digits);
	if (digits.exponent > -3 && digits.exponent < 8)
		return len + put_plain(&digits, out + len);
	return len + put_scientific(&digits, out + len);
}

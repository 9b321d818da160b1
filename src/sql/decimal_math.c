/*
 * decimal_math.c - the intermediates need up to 115 digits: 384 bits, in words of 32.
 */
#include "sql/decimal_math.h"

#include <string.h>

#include "sql/resolve.h"

#define WORDS           16
#define MINIMUM_SCALE   6
#define MULTIPLY_DIGITS 39 /* Spark's MathContext, rounding down */
#define DIVIDE_SCALE    38

/* ---- types ----------------------------------------------------------------------------------- */

static struct sql_type adjusted(int precision, int scale)
{
	int whole = precision - scale, least = scale < MINIMUM_SCALE ? scale : MINIMUM_SCALE;

	if (precision <= DECIMAL_MAX_PRECISION)
		return decimal_type(precision, scale);
	scale = DECIMAL_MAX_PRECISION - whole;
	return decimal_type(DECIMAL_MAX_PRECISION, scale > least ? scale : least);
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

struct sql_type decimal_sum_type(struct sql_type a, struct sql_type b)
{
	int scale = max_int(a.scale, b.scale);

	return adjusted(max_int(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
}

struct sql_type decimal_product_type(struct sql_type a, struct sql_type b)
{
	return adjusted(a.precision + b.precision + 1, a.scale + b.scale);
}

struct sql_type decimal_quotient_type(struct sql_type a, struct sql_type b)
{
	int scale = max_int(MINIMUM_SCALE, a.scale + b.precision + 1);

	return adjusted(a.precision - a.scale + b.scale + scale, scale);
}

struct sql_type decimal_remainder_type(struct sql_type a, struct sql_type b)
{
	int scale = max_int(a.scale, b.scale);
	int whole_a = a.precision - a.scale, whole_b = b.precision - b.scale;

	return adjusted((whole_a < whole_b ? whole_a : whole_b) + scale, scale);
}

/* ---- wide integers --------------------------------------------------------------------------- */

struct wide {
	uint32_t word[WORDS]; /* little endian */
};

static struct wide wide_of(uint128 value)
{
	struct wide wide = { .word = { 0 } };

	for (int i = 0; i < 4; i++, value >>= 32)
		wide.word[i] = (uint32_t)value;
	return wide;
}

static void wide_multiply_small(struct wide *wide, uint32_t factor)
{
	uint64_t carry = 0;

	for (int i = 0; i < WORDS; i++) {
		carry += (uint64_t)wide->word[i] * factor;
		wide->word[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static uint32_t wide_divide_small(struct wide *wide, uint32_t divisor)
{
	uint64_t rest = 0;

	for (int i = WORDS; i-- > 0;) {
		rest = rest << 32 | wide->word[i];
		wide->word[i] = (uint32_t)(rest / divisor);
		rest %= divisor;
	}
	return (uint32_t)rest;
}

static void wide_scale_up(struct wide *wide, unsigned digits)
{
	for (; digits >= 9; digits -= 9)
		wide_multiply_small(wide, 1000000000);
	for (; digits > 0; digits--)
		wide_multiply_small(wide, 10);
}

static struct wide wide_product(uint128 a, uint128 b)
{
	struct wide sum = { .word = { 0 } };

	for (int i = 0; i < 4; i++, b >>= 32) {
		struct wide part = wide_of(a);
		uint64_t carry = 0;

		wide_multiply_small(&part, (uint32_t)b);
		for (int j = 0; i + j < WORDS; j++) {
			carry += (uint64_t)sum.word[i + j] + part.word[j];
			sum.word[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
	}
	return sum;
}

static bool wide_is_zero(const struct wide *wide)
{
	for (int i = 0; i < WORDS; i++)
		if (wide->word[i])
			return false;
	return true;
}

static unsigned wide_digits(struct wide wide)
{
	unsigned digits = 0;

	for (; !wide_is_zero(&wide); digits++)
		(void)wide_divide_small(&wide, 10);
	return digits;
}

/* wide /= divisor; returns the rest. Bit by bit: at most 512 steps. */
static uint128 wide_divide(struct wide *wide, uint128 divisor)
{
	uint128 rest = 0;

	for (int bit = WORDS * 32; bit-- > 0;) {
		bool over = rest >> 127;
		uint32_t mask = UINT32_C(1) << (bit % 32);

		rest = rest << 1 | (wide->word[bit / 32] & mask ? 1 : 0);
		wide->word[bit / 32] &= ~mask;
		if (over || rest >= divisor) {
			rest -= divisor;
			wide->word[bit / 32] |= mask;
		}
	}
	return rest;
}

/* From one scale to the type's, half away from zero. */
static bool wide_finish(struct wide *wide, int scale, bool negative, struct sql_type type,
			int128 *out)
{
	uint32_t last = 0;
	uint128 value = 0;

	for (; scale > type.scale; scale--)
		last = wide_divide_small(wide, 10);
	if (last >= 5)
		for (int i = 0; i < WORDS && ++wide->word[i] == 0; i++)
			;
	if (wide_digits(*wide) > DECIMAL_MAX_PRECISION)
		return false;
	if (scale < type.scale)
		wide_scale_up(wide, (unsigned)(type.scale - scale));
	if (wide_digits(*wide) > type.precision)
		return false;
	for (int i = 4; i-- > 0;)
		value = value << 32 | wide->word[i];
	*out = negative ? -(int128)value : (int128)value;
	return true;
}

static uint128 magnitude(int128 value)
{
	return value < 0 ? -(uint128)value : (uint128)value;
}

/* ---- operations ------------------------------------------------------------------------------ */

bool decimal_add(struct decimal a, struct decimal b, struct sql_type type, int128 *out)
{
	unsigned scale = a.scale > b.scale ? a.scale : b.scale;
	struct wide x = wide_of(magnitude(a.value)), y = wide_of(magnitude(b.value));
	bool negative = a.value < 0;
	int64_t borrow = 0;

	wide_scale_up(&x, scale - a.scale);
	wide_scale_up(&y, scale - b.scale);
	if ((a.value < 0) == (b.value < 0)) {
		uint64_t carry = 0;

		for (int i = 0; i < WORDS; i++) {
			carry += (uint64_t)x.word[i] + y.word[i];
			x.word[i] = (uint32_t)carry;
			carry >>= 32;
		}
		return wide_finish(&x, (int)scale, negative, type, out);
	}
	for (int i = 0; i < WORDS; i++) {
		borrow += (int64_t)x.word[i] - y.word[i];
		x.word[i] = (uint32_t)borrow;
		borrow >>= 32;
	}
	if (borrow) { /* below zero: the complement, and the other sign */
		uint64_t carry = 1;

		for (int i = 0; i < WORDS; i++) {
			carry += (uint32_t)~x.word[i];
			x.word[i] = (uint32_t)carry;
			carry >>= 32;
		}
		negative = !negative;
	}
	return wide_finish(&x, (int)scale, negative, type, out);
}

bool decimal_multiply(struct decimal a, struct decimal b, struct sql_type type, int128 *out)
{
	struct wide product = wide_product(magnitude(a.value), magnitude(b.value));
	int scale = (int)(a.scale + b.scale);
	unsigned digits = wide_digits(product);

	for (; digits > MULTIPLY_DIGITS; digits--, scale--)
		(void)wide_divide_small(&product, 10);
	return wide_finish(&product, scale, (a.value < 0) != (b.value < 0), type, out);
}

bool decimal_divide(struct decimal a, struct decimal b, struct sql_type type, int128 *out)
{
	struct wide quotient = wide_of(magnitude(a.value));

	if (!b.value)
		return false;
	wide_scale_up(&quotient, DIVIDE_SCALE - a.scale + b.scale);
	(void)wide_divide(&quotient, magnitude(b.value));
	return wide_finish(&quotient, DIVIDE_SCALE, (a.value < 0) != (b.value < 0), type, out);
}

bool decimal_remainder(struct decimal a, struct decimal b, struct sql_type type, int128 *out)
{
	unsigned scale = a.scale > b.scale ? a.scale : b.scale;
	struct wide x = wide_of(magnitude(a.value)), y = wide_of(magnitude(b.value));
	struct wide rest;

	if (!b.value)
		return false;
	wide_scale_up(&x, scale - a.scale);
	wide_scale_up(&y, scale - b.scale);
	if (wide_digits(y) > DECIMAL_MAX_PRECISION) { /* then |a| < |b| */
		rest = x;
	} else {
		uint128 divisor = 0;

		for (int i = 4; i-- > 0;)
			divisor = divisor << 32 | y.word[i];
		rest = wide_of(wide_divide(&x, divisor));
	}
	return wide_finish(&rest, (int)scale, a.value < 0, type, out);
}

bool decimal_pmod(struct decimal a, struct decimal b, struct sql_type type, int128 *out)
{
	if (!decimal_remainder(a, b, type, out))
		return false;
	if (*out >= 0 || b.value < 0)
		return true;
	return decimal_add((struct decimal){ *out, type.scale }, b, type, out);
}

bool decimal_div(struct decimal a, struct decimal b, int64_t *out)
{
	struct wide quotient = wide_of(magnitude(a.value));
	unsigned excess = a.scale > b.scale ? a.scale - b.scale : 0;
	uint64_t low;

	if (!b.value)
		return false;
	if (b.scale > a.scale)
		wide_scale_up(&quotient, b.scale - a.scale);
	(void)wide_divide(&quotient, magnitude(b.value));
	if (excess)
		(void)wide_divide(&quotient, decimal_power(excess));
	if (wide_digits(quotient) > DECIMAL_MAX_PRECISION)
		return false;
	low = (uint64_t)quotient.word[1] << 32 | quotient.word[0];
	*out = (int64_t)((a.value < 0) != (b.value < 0) ? -low : low);
	return true;
}

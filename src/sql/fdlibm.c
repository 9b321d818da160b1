/*
 * fdlibm.c - after fdlibm 5.3, whose algorithms and constants these are:
 *
 * Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
 *
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that
 * this notice is preserved.
 *
 * The order of the operations is part of the result: nothing here may be simplified.
 */
#include "sql/fdlibm.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAGNITUDE UINT32_C(0x7fffffff) /* of a high word: all but the sign */
#define FRACTION  UINT32_C(0x000fffff)
#define HIDDEN    UINT32_C(0x00100000) /* the fraction's hidden bit */
#define ONE_HIGH  UINT32_C(0x3ff00000) /* high word of 1.0 */
#define INF_HIGH  UINT32_C(0x7ff00000)
#define BIAS      1023
#define TWO53     0x1.0p53
#define TWO54     0x1.0p54

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static uint32_t high(double x)
{
	return (uint32_t)(bits_of(x) >> 32);
}

static double of_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double with_high(double x, uint32_t word)
{
	return of_bits((bits_of(x) & UINT32_MAX) | (uint64_t)word << 32);
}

/* The number without the low half of its fraction. */
static double head(double x)
{
	return of_bits(bits_of(x) & ~(uint64_t)UINT32_MAX);
}

/* ---- exp ------------------------------------------------------------------------------------- */

static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

/* x - t * polynomial(t), of t = x * x: what exp and pow have in common. */
static double exp_core(double x, double t)
{
	static const double p1 = 0x1.555555555553ep-3, p2 = -0x1.6c16c16bebd93p-9,
			    p3 = 0x1.1566aaf25de2cp-14, p4 = -0x1.bbd41c5d26bf1p-20,
			    p5 = 0x1.6376972bea4d0p-25;

	return x - t * (p1 + t * (p2 + t * (p3 + t * (p4 + t * p5))));
}

double fdlibm_exp(double x)
{
	static const double overflow = 0x1.62e42fefa39efp9, underflow = -0x1.74910d52d3051p9,
			    inverse_ln2 = 0x1.71547652b82fep0, tiny = 0x1.0p-1000;
	bool negative = high(x) >> 31;
	uint32_t size = high(x) & MAGNITUDE;
	double above = 0, below = 0, c, y;
	int32_t k = 0;

	if (isnan(x))
		return x;
	if (x > overflow)
		return HUGE_VAL;
	if (x < underflow)
		return 0;
	if (size > 0x3fd62e42) { /* |x| > ln2 / 2: x = k * ln2 + the rest */
		if (size < 0x3ff0a2b2)
			k = negative ? -1 : 1;
		else
			k = (int32_t)(inverse_ln2 * x + (negative ? -0.5 : 0.5));
		above = x - k * ln2_high;
		below = k * ln2_low;
		x = above - below;
	} else if (size < 0x3e300000) { /* |x| < 2^-28 */
		return 1.0 + x;
	}
	c = exp_core(x, x * x);
	if (k == 0)
		return 1.0 - ((x * c) / (c - 2.0) - x);
	y = 1.0 - ((below - (x * c) / (2.0 - c)) - above);
	if (k >= -1021)
		return with_high(y, high(y) + ((uint32_t)k << 20));
	return with_high(y, high(y) + ((uint32_t)(k + 1000) << 20)) * tiny;
}

/* ---- log ------------------------------------------------------------------------------------- */

/* A positive finite number's exponent, and its fraction as a high word. A subnormal one is scaled
 * up. */
static int32_t exponent_of(double *x, uint32_t *fraction)
{
	int32_t k = 0;

	if (high(*x) < HIDDEN) {
		k = -54;
		*x *= TWO54;
	}
	*fraction = high(*x) & FRACTION;
	return k + (int32_t)(high(*x) >> 20) - BIAS;
}

/* What log gives outside the positive finite numbers. */
static double log_special(double x)
{
	if (x == 0)
		return -HUGE_VAL;
	return x < 0 ? (double)NAN : x + x;
}

double fdlibm_log(double x)
{
	static const double g1 = 0x1.5555555555593p-1, g2 = 0x1.999999997fa04p-2,
			    g3 = 0x1.2492494229359p-2, g4 = 0x1.c71c51d8e78afp-3,
			    g5 = 0x1.7466496cb03dep-3, g6 = 0x1.39a09d078c69fp-3,
			    g7 = 0x1.2f112df3e5244p-3;
	double f, s, z, w, r, half, dk;
	uint32_t fraction, up;
	int32_t k;

	if (!(x > 0) || isinf(x))
		return log_special(x);
	k = exponent_of(&x, &fraction);
	up = (fraction + 0x95f64) & HIDDEN; /* to between sqrt(2)/2 and sqrt(2) */
	x = with_high(x, fraction | (up ^ ONE_HIGH));
	k += (int32_t)(up >> 20);
	dk = k;
	f = x - 1.0;
	if ((FRACTION & (2 + fraction)) < 3) { /* |f| < 2^-20 */
		if (f == 0)
			return k == 0 ? 0 : dk * ln2_high + dk * ln2_low;
		r = f * f * (0.5 - 0.33333333333333333 * f);
		return k == 0 ? f - r : dk * ln2_high - ((r - dk * ln2_low) - f);
	}
	s = f / (2.0 + f);
	z = s * s;
	w = z * z;
	r = z * (g1 + w * (g3 + w * (g5 + w * g7))) + w * (g2 + w * (g4 + w * g6));
	if ((((int32_t)fraction - 0x6147a) | (0x6b851 - (int32_t)fraction)) > 0) {
		half = 0.5 * f * f;
		if (k == 0)
			return f - (half - s * (half + r));
		return dk * ln2_high - ((half - (s * (half + r) + dk * ln2_low)) - f);
	}
	return k == 0 ? f - s * (f - r) : dk * ln2_high - ((s * (f - r) - dk * ln2_low) - f);
}

double fdlibm_log10(double x)
{
	static const double inverse_ln10 = 0x1.bcb7b1526e50ep-2, log2_high = 0x1.34413509f6p-2,
			    log2_low = 0x1.9fef311f12b36p-42;
	uint32_t fraction, negative;
	int32_t k;
	double y, z;

	if (!(x > 0) || isinf(x))
		return log_special(x);
	k = exponent_of(&x, &fraction);
	negative = k < 0;
	y = k + (int32_t)negative;
	z = y * log2_low +
	    inverse_ln10 * fdlibm_log(with_high(x, fraction | (BIAS - negative) << 20));
	return z + y * log2_high;
}

/* ---- pow ------------------------------------------------------------------------------------- */

/* A number in two parts, the first with few bits. */
struct parts {
	double head, tail;
};

/* log2 of x, where |x - 1| < 2^-20. */
static struct parts log2_near_one(double x)
{
	static const double inverse_ln2 = 0x1.71547652b82fep0, inverse_high = 0x1.715476p0,
			    inverse_low = 0x1.4ae0bf85ddf44p-26;
	double t = x - 1.0, w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
	double u = inverse_high * t, v = t * inverse_low - w * inverse_ln2;
	struct parts out;

	out.head = head(u + v);
	out.tail = v - (out.head - u);
	return out;
}

/* log2 of a positive finite x. */
static struct parts log2_of(double x)
{
	static const double l1 = 0x1.3333333333303p-1, l2 = 0x1.b6db6db6fabffp-2,
			    l3 = 0x1.55555518f264dp-2, l4 = 0x1.17460a91d4101p-2,
			    l5 = 0x1.d864a93c9db65p-3, l6 = 0x1.a7e284a454eefp-3;
	static const double cp = 0x1.ec709dc3a03fdp-1, cp_high = 0x1.ec709ep-1,
			    cp_low = -0x1.e2fe0145b01f5p-28; /* 2 / (3 ln2) */
	static const double bp[] = { 1.0, 1.5 }, dp_high[] = { 0, 0x1.2b8034p-1 },
			    dp_low[] = { 0, 0x1.cfdeb43cfd006p-27 };
	double u, v, ss, s2, s_high, s_low, t_high, t_low, p_high, p_low, r, z_high, z_low, n = 0;
	uint32_t word, fraction, k = 0;
	struct parts out;

	if (high(x) < HIDDEN) {
		x *= TWO53;
		n = -53;
	}
	word = high(x);
	n += (int32_t)(word >> 20) - BIAS;
	fraction = word & FRACTION;
	word = fraction | ONE_HIGH;
	if (fraction > 0x3988e && fraction < 0xbb67a) { /* from sqrt(3/2) to sqrt(3) */
		k = 1;
	} else if (fraction >= 0xbb67a) {
		n += 1;
		word -= HIDDEN;
	}
	x = with_high(x, word);
	/* ss = s_high + s_low = (x - bp) / (x + bp) */
	u = x - bp[k];
	v = 1.0 / (x + bp[k]);
	ss = u * v;
	s_high = head(ss);
	t_high = with_high(0, ((word >> 1) | 0x20000000) + 0x00080000 + (k << 18));
	t_low = x - (t_high - bp[k]);
	s_low = v * ((u - s_high * t_high) - s_high * t_low);
	s2 = ss * ss;
	r = s2 * s2 * (l1 + s2 * (l2 + s2 * (l3 + s2 * (l4 + s2 * (l5 + s2 * l6)))));
	r += s_low * (s_high + ss);
	s2 = s_high * s_high;
	t_high = head(3.0 + s2 + r);
	t_low = r - ((t_high - 3.0) - s2);
	u = s_high * t_high;
	v = s_low * t_high + t_low * ss;
	p_high = head(u + v);
	p_low = v - (p_high - u);
	z_high = cp_high * p_high;
	z_low = cp_low * p_high + p_low * cp + dp_low[k];
	out.head = head(((z_high + z_low) + dp_high[k]) + n);
	out.tail = z_low - (((out.head - n) - dp_high[k]) - z_high);
	return out;
}

/* 2 to the power of p.head + p.tail, times sign. */
static double exp2_of(struct parts p, double sign)
{
	static const double overflow_tail = 8.0085662595372944372e-17;
	static const double ln2 = 0x1.62e42fefa39efp-1, ln2_h = 0x1.62e43p-1,
			    ln2_l = -0x1.05c610ca86c39p-29;
	double z = p.tail + p.head, t, u, v, w, r;
	int32_t n = 0;

	if (z > 1024 || (z == 1024 && p.tail + overflow_tail > z - p.head))
		return sign * HUGE_VAL;
	if (z < -1075 || (z == -1075 && p.tail <= z - p.head))
		return sign * 0.0;
	if ((high(z) & MAGNITUDE) > 0x3fe00000) { /* |z| > 1/2: n is the nearest whole number */
		uint32_t word = high(z) +
				(HIDDEN >> ((int32_t)((high(z) & MAGNITUDE) >> 20) - BIAS + 1));
		int32_t k = (int32_t)((word & MAGNITUDE) >> 20) - BIAS;

		n = (int32_t)(((word & FRACTION) | HIDDEN) >> (20 - k));
		if (high(z) >> 31)
			n = -n;
		p.head -= with_high(0, word & ~(FRACTION >> k));
	}
	t = head(p.tail + p.head);
	u = t * ln2_h;
	v = (p.tail - (t - p.head)) * ln2 + t * ln2_l;
	z = u + v;
	w = v - (z - u);
	t = exp_core(z, z * z);
	r = (z * t) / (t - 2.0) - (w + z * w);
	z = 1.0 - (r - z);
	if (((int32_t)(high(z) + ((uint32_t)n << 20)) >> 20) <= 0)
		return sign * scalbn(z, n); /* subnormal */
	return sign * with_high(z, high(z) + ((uint32_t)n << 20));
}

/* Whether y is a whole number, and an odd one. */
static bool is_whole(double y, bool *odd)
{
	*odd = fmod(fabs(y), 2) == 1; /* never from 2^53 on */
	return y == trunc(y);
}

/* The exponents with a rule of their own. False: none of them. */
static bool pow_of_special_exponent(double x, double y, double *out)
{
	double size = fabs(x);

	if (y == 0)
		*out = 1;
	else if (isnan(x) || isnan(y))
		*out = x + y;
	else if (y == 2)
		*out = x * x;
	else if (y == 0.5 && !(isinf(x) && x < 0))
		*out = sqrt(x + 0.0);
	else if (y == 1)
		*out = x;
	else if (y == -1)
		*out = 1.0 / x;
	else if (isinf(y) && size == 1)
		*out = (double)NAN;
	else if (isinf(y))
		*out = (size > 1) == (y > 0) ? HUGE_VAL : 0;
	else
		return false;
	return true;
}

double fdlibm_pow(double x, double y)
{
	double size = fabs(x), sign = 1, out;
	bool whole, odd;
	struct parts log2_x, product;

	if (pow_of_special_exponent(x, y, &out))
		return out;
	whole = is_whole(y, &odd);
	if (high(x) >> 31) {
		if (size == 0 || isinf(size) ? odd : whole && odd)
			sign = -1;
		else if (!whole && size != 0 && !isinf(size))
			return (double)NAN;
	}
	if (size == 0 || isinf(size) || size == 1)
		return sign * (y < 0 ? 1.0 / size : size);
	if (fabs(y) > 0x1.00000ffffffffp31) {
		if (size < 0x1.fffff00000000p-1)
			return y < 0 ? sign * HUGE_VAL : sign * 0.0;
		if (size > 0x1.00000ffffffffp0)
			return y > 0 ? sign * HUGE_VAL : sign * 0.0;
		log2_x = log2_near_one(size);
	} else {
		log2_x = log2_of(size);
	}
	product.tail = (y - head(y)) * log2_x.head + y * log2_x.tail;
	product.head = head(y) * log2_x.head;
	return exp2_of(product, sign);
}

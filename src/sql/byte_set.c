/*
 * byte_set.c - sixteen bytes in a few instructions: the low half of a byte chooses a row of the
 * set's table, the high half a bit of it. Where the machine has no byte shuffle, one by one.
 */
#include "sql/byte_set.h"

#include <string.h>

#if defined(__x86_64__)
/* The header of the intrinsics brings inline functions that call malloc, which is banned: leave
 * them out (GCC's name of their guard, and Clang's). */
#define _MM_MALLOC_H_INCLUDED 1
#define __MM_MALLOC_H         1
#include <tmmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define LANES 16

void byte_set_finish(struct byte_set *set)
{
	memset(set->rows, 0, sizeof(set->rows));
	for (unsigned c = 0; c < 0x80; c++)
		if (set->member[c])
			set->rows[c & 15] |= (uint8_t)(1U << (c >> 4));
}

uint64_t byte_set_mask_portable(const struct byte_set *set, const char *p, size_t n)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < n; i++)
		mask |= (uint64_t)set->member[(unsigned char)p[i]] << i;
	return mask;
}

#if defined(__x86_64__) || defined(__aarch64__)
/* n < 16 bytes and zeros behind them, without a call: two overlapping loads, or three bytes. */
static inline void load_tail(uint64_t out[2], const char *p, size_t n)
{
	uint32_t first, last;

	out[0] = out[1] = 0;
	if (n >= 8) {
		memcpy(&out[0], p, 8);
		if (n > 8) {
			memcpy(&out[1], p + n - 8, 8);
			out[1] >>= 8 * (16 - n);
		}
	} else if (n >= 4) {
		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
		out[0] = first | (uint64_t)last << (8 * (n - 4));
	} else if (n > 0) {
		out[0] = (uint64_t)(unsigned char)p[0] |
			 (uint64_t)(unsigned char)p[n / 2] << (8 * (n / 2)) |
			 (uint64_t)(unsigned char)p[n - 1] << (8 * (n - 1));
	}
}
#endif

static const uint8_t bits_of_row[LANES] = { 1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0 };

#if defined(__x86_64__)

/* Bytes above 0x7f choose 0 in both lookups, and are answered by `high`. */
__attribute__((target("ssse3"))) static uint64_t mask_ssse3(const struct byte_set *set,
							    const char *p, size_t n)
{
	const __m128i rows = _mm_loadu_si128((const __m128i *)(const void *)set->rows);
	const __m128i bits = _mm_loadu_si128((const __m128i *)(const void *)bits_of_row);
	const __m128i low = _mm_set1_epi8(0x0f);
	uint64_t mask = 0;

	for (size_t i = 0; i < n; i += LANES) {
		uint64_t tail[2];
		const char *from = p + i;
		__m128i text, row, bit;
		uint64_t part;

		if (n - i < LANES) {
			load_tail(tail, from, n - i);
			from = (const char *)tail;
		}
		text = _mm_loadu_si128((const __m128i *)(const void *)from);
		row = _mm_shuffle_epi8(rows, text); /* a set high bit gives 0 */
		bit = _mm_shuffle_epi8(bits, _mm_and_si128(_mm_srli_epi16(text, 4), low));
		part = (uint64_t)(uint32_t)~_mm_movemask_epi8(
			   _mm_cmpeq_epi8(_mm_and_si128(row, bit), _mm_setzero_si128())) &
		       0xffff;
		if (set->member[0x80])
			part |= (uint64_t)(uint32_t)_mm_movemask_epi8(text);
		mask |= part << i;
	}
	return n < 64 ? mask & ((UINT64_C(1) << n) - 1) : mask;
}

uint64_t byte_set_mask(const struct byte_set *set, const char *p, size_t n)
{
	return __builtin_cpu_supports("ssse3") ? mask_ssse3(set, p, n)
					       : byte_set_mask_portable(set, p, n);
}

#elif defined(__aarch64__)

uint64_t byte_set_mask(const struct byte_set *set, const char *p, size_t n)
{
	const uint8x16_t rows = vld1q_u8(set->rows), bits = vld1q_u8(bits_of_row);
	const uint8x16_t weights = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	uint64_t mask = 0;

	for (size_t i = 0; i < n; i += LANES) {
		uint64_t tail[2];
		uint8x16_t text, row, bit, hit;

		if (n - i < LANES)
			load_tail(tail, p + i, n - i);
		else
			memcpy(tail, p + i, LANES);
		text = vreinterpretq_u8_u64(vld1q_u64(tail));
		row = vqtbl1q_u8(rows, vandq_u8(text, vdupq_n_u8(0x0f)));
		bit = vqtbl1q_u8(bits, vshrq_n_u8(text, 4));
		hit = vtstq_u8(row, bit);
		if (set->member[0x80])
			hit = vorrq_u8(hit, vcgeq_u8(text, vdupq_n_u8(0x80)));
		hit = vandq_u8(hit, weights);
		mask |= (uint64_t)(vaddv_u8(vget_low_u8(hit)) |
				   (uint32_t)vaddv_u8(vget_high_u8(hit)) << 8)
			<< i;
	}
	return n < 64 ? mask & ((UINT64_C(1) << n) - 1) : mask;
}

#else

uint64_t byte_set_mask(const struct byte_set *set, const char *p, size_t n)
{
	return byte_set_mask_portable(set, p, n);
}

#endif

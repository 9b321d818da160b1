/*
 * random.c - the kernel's randomness, xoshiro256** (Blackman and Vigna), and a hash.
 */
#include "core/random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t rotate_left(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

void rng_seed(struct rng *rng, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		rng->state[i] = splitmix64(&seed);
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
	/* Lemire's multiplication; the few values that would be biased are drawn again. */
	uint64_t product = (rng_next(rng) >> 32) * bound;

	if ((uint32_t)product < bound) {
		uint32_t threshold = -bound % bound;

		while ((uint32_t)product < threshold)
			product = (rng_next(rng) >> 32) * bound;
	}
	return (uint32_t)(product >> 32);
}

void random_bytes(void *out, size_t len)
{
	char *to = out;

	while (len > 0) {
		ssize_t got = getrandom(to, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			abort(); /* no kernel that we run on; a guessable identity is worse */
		to += got;
		len -= (size_t)got;
	}
}

void random_uuid(char out[37])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[16];
	char *to = out;

	random_bytes(bytes, sizeof(bytes));
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[bytes[i] >> 4];
		*to++ = hex[bytes[i] & 15];
	}
	*to = '\0';
}

uint64_t hash_bytes(const void *data, size_t len, uint64_t seed)
{
	const char *p = data;
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ splitmix64(&seed);
	uint64_t state;

	for (size_t left = len; left > 0;) {
		size_t take = left < 8 ? left : 8;
		uint64_t word = 0;

		memcpy(&word, p, take); /* little endian, as all that we run on */
		hash = (hash ^ word) * UINT64_C(0x100000001b3);
		hash = rotate_left(hash, 29) * UINT64_C(0x9e3779b97f4a7c15);
		p += take;
		left -= take;
	}
	state = hash ^ len;
	return splitmix64(&state);
}

/*
 * random.h - random numbers: from the kernel for identities, and a small
 * deterministic generator (xoshiro256**, seeded through splitmix64) for what must repeat.
 */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state[4];
};

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);
/* Uniform in [0, bound), bound > 0. */
uint32_t rng_below(struct rng *rng, uint32_t bound);

/* Fill with random bytes from the kernel. Never fails on Linux >= 3.17. */
void random_bytes(void *out, size_t len);
/* A version 4 UUID as 36 characters and NUL. */
void random_uuid(char out[37]);
/* A fast 64-bit hash of bytes (FNV-1a on words of 8 bytes, ended by splitmix64); stable across
 * versions, not for secrets. */
uint64_t hash_bytes(const void *data, size_t len, uint64_t seed);

#endif

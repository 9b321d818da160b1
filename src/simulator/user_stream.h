/*
 * user_stream.h - random numbers for one user, a function of the seed's text and the user's number
 * alone. So the first ten of twenty users are the ten users, and the same seed gives the same
 * logins whatever else is asked for.
 *
 * Each user has two streams: one for what belongs to nobody's country (login, dates, coordinates),
 * one for the rest. splitmix64 (public domain, Sebastiano Vigna).
 */
#ifndef SIMULATOR_USER_STREAM_H
#define SIMULATOR_USER_STREAM_H

#include <stdint.h>

__extension__ typedef unsigned __int128 uint128;

struct user_seed {
	uint64_t high;
	uint64_t low;
};

struct user_stream {
	uint64_t state;
};

static inline uint64_t mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
	x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
	return x ^ (x >> 31);
}

static inline uint64_t user_stream_next(struct user_stream *stream)
{
	stream->state += 0x9E3779B97F4A7C15u;
	return mix64(stream->state);
}

/* Uniform in [0, bound). */
static inline uint32_t user_stream_below(struct user_stream *stream, uint32_t bound)
{
	return (uint32_t)((user_stream_next(stream) >> 32) * bound >> 32);
}

/* Digits out of one random number: a fraction whose integer parts are taken off the top. Good for
 * 18 decimal digits, or 10 of base 62. */
static inline uint32_t take_digit(uint64_t *fraction, uint32_t base)
{
	uint128 product = (uint128)*fraction * base;

	*fraction = (uint64_t)product;
	return (uint32_t)(product >> 64);
}

/* 128 bits for user number `index` of a seed: for one seed no two have the same `high`. */
static inline struct user_seed user_seed_at(struct user_seed seed, uint64_t index)
{
	struct user_seed out;

	out.high = mix64(seed.high ^ mix64(seed.low + index * 0x9E3779B97F4A7C15u));
	out.low = mix64(seed.low ^ mix64(out.high + 0xD1B54A32D192ED03u));
	return out;
}

#endif

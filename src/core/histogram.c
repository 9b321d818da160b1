/*
 * histogram.c - 64 buckets an octave. Values below 64 have a bucket each; a value with its highest
 * bit at m >= 6 goes by that octave and the 6 bits below. 2048 buckets end at 2^37 us (38 hours);
 * longer ones share the last bucket, and their maximum is kept.
 */
#include "core/histogram.h"

#include <stddef.h>

#define SUB_BITS    6
#define SUB_BUCKETS (1 << SUB_BITS)

static size_t bucket_of(uint64_t value)
{
	int octave;
	size_t bucket;

	if (value < SUB_BUCKETS)
		return (size_t)value;
	octave = 63 - __builtin_clzll(value) - SUB_BITS;
	bucket = (size_t)(octave + 1) * SUB_BUCKETS + ((value >> octave) & (SUB_BUCKETS - 1));
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/* The greatest value that falls into a bucket. */
static uint64_t upper_edge(size_t bucket)
{
	size_t octave;

	if (bucket < SUB_BUCKETS)
		return bucket;
	if (bucket == HISTOGRAM_BUCKETS - 1)
		return UINT64_MAX;
	octave = bucket / SUB_BUCKETS - 1;
	return ((uint64_t)(SUB_BUCKETS + bucket % SUB_BUCKETS + 1) << octave) - 1;
}

static uint64_t get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* One writer, so no read-modify-write is needed. */
static void put(_Atomic uint64_t *counter, uint64_t value)
{
	atomic_store_explicit(counter, value, memory_order_relaxed);
}

void histogram_reset(struct histogram *histogram)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		put(&histogram->bucket[i], 0);
	put(&histogram->count, 0);
	put(&histogram->sum, 0);
	put(&histogram->max, 0);
}

void histogram_add(struct histogram *histogram, int64_t value_us, uint64_t times)
{
	uint64_t value = value_us > 0 ? (uint64_t)value_us : 0;
	_Atomic uint64_t *bucket = &histogram->bucket[bucket_of(value)];

	if (times == 0)
		return;
	put(bucket, get(bucket) + times);
	put(&histogram->count, get(&histogram->count) + times);
	put(&histogram->sum, get(&histogram->sum) + value * times);
	if (value > get(&histogram->max))
		put(&histogram->max, value);
}

uint64_t histogram_quantile(const struct histogram *histogram, double share)
{
	uint64_t max = get(&histogram->max);
	uint64_t total = 0, rank, seen = 0;

	/* Not `count`: a writer may be between the two. */
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		total += get(&histogram->bucket[i]);
	if (total == 0)
		return 0;
	rank = (uint64_t)(share * (double)total);
	if ((double)rank < share * (double)total || rank == 0)
		rank++;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += get(&histogram->bucket[i]);
		if (seen >= rank)
			return upper_edge(i) < max ? upper_edge(i) : max;
	}
	return max;
}

uint64_t histogram_max(const struct histogram *histogram)
{
	return get(&histogram->max);
}

uint64_t histogram_count_below(const struct histogram *histogram, int64_t value_us)
{
	uint64_t count = 0;
	size_t last;

	if (value_us < 0)
		return 0;
	last = bucket_of((uint64_t)value_us);
	for (size_t i = 0; i <= last; i++)
		count += get(&histogram->bucket[i]);
	return count;
}

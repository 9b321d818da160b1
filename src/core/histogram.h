/*
 * histogram.h - latencies in microseconds in logarithmic buckets, 1.6 % wide at most.
 * One writer; readers may read at any time and see a slightly old picture (relaxed atomics).
 */
#ifndef CORE_HISTOGRAM_H
#define CORE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

#define HISTOGRAM_BUCKETS 2048

struct histogram {
	_Atomic uint64_t bucket[HISTOGRAM_BUCKETS];
	_Atomic uint64_t count;
	_Atomic uint64_t sum;
	_Atomic uint64_t max;
};

void histogram_reset(struct histogram *histogram);
/* Negative values count as 0. */
void histogram_add(struct histogram *histogram, int64_t value_us, uint64_t times);
/* share in [0, 1]: 0.99 for p99. 0 when empty. Upper edge of the bucket, never above the maximum.
 */
uint64_t histogram_quantile(const struct histogram *histogram, double share);
/* How many values were at most `value_us`, to the width of a bucket. */
uint64_t histogram_count_below(const struct histogram *histogram, int64_t value_us);
uint64_t histogram_max(const struct histogram *histogram);

#endif

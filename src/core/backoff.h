/*
 * backoff.h - exponential backoff with full jitter: the n-th wait is random between half and all of
 * min(cap, base * 2^n).
 */
#ifndef CORE_BACKOFF_H
#define CORE_BACKOFF_H

#include <stdint.h>

struct backoff {
	int base_ms;
	int cap_ms;
	int tries; /* failures in a row */
	uint64_t random;
};

void backoff_init(struct backoff *backoff, int base_ms, int cap_ms);
/* The next wait in milliseconds; at least `at_least_ms` (a server's Retry-After). */
int backoff_next_ms(struct backoff *backoff, int at_least_ms);
/* After a success. */
void backoff_reset(struct backoff *backoff);

#endif

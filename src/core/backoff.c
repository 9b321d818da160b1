/*
 * backoff.c - how long to wait after the n-th failure in a row.
 */
#include "core/backoff.h"

#include "core/random.h"

void backoff_init(struct backoff *backoff, int base_ms, int cap_ms)
{
	*backoff = (struct backoff){ .base_ms = base_ms, .cap_ms = cap_ms };
	random_bytes(&backoff->random, sizeof(backoff->random));
}

int backoff_next_ms(struct backoff *backoff, int at_least_ms)
{
	int64_t ceiling = backoff->base_ms;
	int64_t wait;

	for (int i = 0; i < backoff->tries && ceiling < backoff->cap_ms; i++)
		ceiling *= 2;
	if (ceiling > backoff->cap_ms)
		ceiling = backoff->cap_ms;
	backoff->tries++;
	backoff->random = hash_bytes(&backoff->tries, sizeof(backoff->tries), backoff->random);
	wait = ceiling / 2 + (int64_t)(backoff->random % (uint64_t)(ceiling - ceiling / 2 + 1));
	return wait > at_least_ms ? (int)wait : at_least_ms;
}

void backoff_reset(struct backoff *backoff)
{
	backoff->tries = 0;
}

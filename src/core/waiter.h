/*
 * waiter.h - something that can wait and can be woken from another thread or a
 * signal handler's pipe. Woken once means woken for good, until waiter_reset: a stop request cannot
 * be missed.
 */
#ifndef CORE_WAITER_H
#define CORE_WAITER_H

#include <stdbool.h>

#include "core/err.h"

struct waiter {
	int fd; /* an eventfd; readable once woken, for poll() beside other descriptors */
};

enum status waiter_init(struct waiter *waiter, struct err *err);
void waiter_release(struct waiter *waiter);
/* Wake it. Thread safe, async-signal safe, idempotent. */
void waiter_wake(struct waiter *waiter);
bool waiter_is_woken(const struct waiter *waiter);
void waiter_reset(struct waiter *waiter);
/* Sleep up to timeout_ms (< 0: for ever). True when woken, false when the time is up. */
bool waiter_wait(struct waiter *waiter, int timeout_ms);

#endif

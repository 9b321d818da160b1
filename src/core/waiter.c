/*
 * waiter.c - an eventfd that stays readable from the first wake to the reset.
 */
#include "core/waiter.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/clock.h"

enum status waiter_init(struct waiter *waiter, struct err *err)
{
	waiter->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (waiter->fd < 0)
		return err_set(err, US_FATAL, EXIT_INTERNAL,
			       "cannot make an eventfd: %s (too many open files? see ulimit -n)",
			       strerror(errno));
	return US_OK;
}

void waiter_release(struct waiter *waiter)
{
	if (waiter->fd >= 0)
		close(waiter->fd);
	waiter->fd = -1;
}

void waiter_wake(struct waiter *waiter)
{
	uint64_t one = 1;
	int saved = errno;
	ssize_t written;

	/* EAGAIN: the counter is full, so it is woken already. */
	do {
		written = write(waiter->fd, &one, sizeof(one));
	} while (written < 0 && errno == EINTR);
	errno = saved;
}

bool waiter_is_woken(const struct waiter *waiter)
{
	struct pollfd readable = { .fd = waiter->fd, .events = POLLIN };

	return poll(&readable, 1, 0) > 0;
}

void waiter_reset(struct waiter *waiter)
{
	uint64_t count;
	ssize_t got;

	do {
		got = read(waiter->fd, &count, sizeof(count));
	} while (got < 0 && errno == EINTR);
}

bool waiter_wait(struct waiter *waiter, int timeout_ms)
{
	struct pollfd readable = { .fd = waiter->fd, .events = POLLIN };
	int64_t until = timeout_ms < 0 ? 0 : clock_mono_us() + (int64_t)timeout_ms * 1000;
	int left = timeout_ms;

	for (;;) {
		int ready = poll(&readable, 1, left);
		int64_t left_us;

		if (ready > 0)
			return true;
		if (ready == 0 || errno != EINTR)
			return false;
		if (timeout_ms < 0)
			continue;
		left_us = until - clock_mono_us();
		left = left_us > 0 ? (int)((left_us + 999) / 1000) : 0;
	}
}

/*
 * rate_window.h - users handed out to each client address in the present window of fixed length,
 * as the real API counts them.
 */
#ifndef SIMULATOR_RATE_WINDOW_H
#define SIMULATOR_RATE_WINDOW_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define RATE_WINDOW_US   (5LL * 60 * 1000000)
#define RATE_ADDRESS_MAX 48
#define RATE_ADDRESSES   1024 /* in one window; all further ones share one count */

struct rate_entry {
	char address[RATE_ADDRESS_MAX];
	int64_t users;
};

struct rate_window {
	pthread_mutex_t lock;
	int64_t limit; /* 0: none */
	int64_t window;
	uint32_t count;
	struct rate_entry entries[RATE_ADDRESSES + 1]; /* the last: of all further addresses */
};

void rate_window_init(struct rate_window *rate, int64_t limit);
void rate_window_release(struct rate_window *rate);
/*
 * Counts `users` more for an address at `now_us` (any clock that only rises). True: within the
 * limit. *total is what the address has asked for in this window, refused requests included.
 * Thread safe.
 */
bool rate_window_take(struct rate_window *rate, const char *address, int64_t users, int64_t now_us,
		      int64_t *total);

#endif

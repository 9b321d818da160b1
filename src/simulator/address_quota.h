/*
 * address_quota.h - users handed out to each client address in the present window of fixed length,
 * as the real API counts them.
 */
#ifndef SIMULATOR_ADDRESS_QUOTA_H
#define SIMULATOR_ADDRESS_QUOTA_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define QUOTA_WINDOW_US   (5LL * 60 * 1000000)
#define QUOTA_ADDRESS_MAX 48
#define QUOTA_ADDRESSES   1024 /* in one window; all further ones share one count */

struct quota_entry {
	char address[QUOTA_ADDRESS_MAX];
	int64_t users;
};

struct address_quota {
	pthread_mutex_t lock;
	int64_t limit; /* 0: none */
	int64_t window;
	uint32_t count;
	struct quota_entry entries[QUOTA_ADDRESSES + 1]; /* the last: of all further addresses */
};

void address_quota_init(struct address_quota *quota, int64_t limit);
void address_quota_release(struct address_quota *quota);
/*
 * Counts `users` more for an address at `now_us` (any clock that only rises). True: within the
 * limit. *total is what the address has asked for in this window, refused requests included.
 * Thread safe.
 */
bool address_quota_take(struct address_quota *quota, const char *address, int64_t users,
			int64_t now_us, int64_t *total);

#endif

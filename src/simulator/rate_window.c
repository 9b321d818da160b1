/*
 * rate_window.c - a short list: a simulator has few clients.
 */
#include "simulator/rate_window.h"

#include <stdio.h>
#include <string.h>

void rate_window_init(struct rate_window *rate, int64_t limit)
{
	pthread_mutex_init(&rate->lock, NULL);
	rate->limit = limit;
	rate->window = -1;
	rate->count = 0;
}

void rate_window_release(struct rate_window *rate)
{
	pthread_mutex_destroy(&rate->lock);
}

static struct rate_entry *find(struct rate_window *rate, const char *address)
{
	struct rate_entry *entry;

	for (uint32_t i = 0; i < rate->count; i++)
		if (strcmp(rate->entries[i].address, address) == 0)
			return &rate->entries[i];
	if (rate->count == RATE_ADDRESSES)
		return &rate->entries[RATE_ADDRESSES];
	entry = &rate->entries[rate->count++];
	snprintf(entry->address, sizeof(entry->address), "%s", address);
	entry->users = 0;
	return entry;
}

bool rate_window_take(struct rate_window *rate, const char *address, int64_t users, int64_t now_us,
		      int64_t *total)
{
	struct rate_entry *entry;
	int64_t window = now_us / RATE_WINDOW_US;
	bool within;

	*total = users;
	if (rate->limit <= 0)
		return true;
	pthread_mutex_lock(&rate->lock);
	if (window != rate->window) {
		rate->window = window;
		rate->count = 0;
		rate->entries[RATE_ADDRESSES].users = 0;
	}
	entry = find(rate, address);
	entry->users += users;
	*total = entry->users;
	within = entry->users <= rate->limit;
	pthread_mutex_unlock(&rate->lock);
	return within;
}

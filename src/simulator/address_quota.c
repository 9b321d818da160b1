/*
 * address_quota.c - a short list: a simulator has few clients.
 */
#include "simulator/address_quota.h"

#include <stdio.h>
#include <string.h>

void address_quota_init(struct address_quota *quota, int64_t limit)
{
	pthread_mutex_init(&quota->lock, NULL);
	quota->limit = limit;
	quota->window = -1;
	quota->count = 0;
}

void address_quota_release(struct address_quota *quota)
{
	pthread_mutex_destroy(&quota->lock);
}

static struct quota_entry *find(struct address_quota *quota, const char *address)
{
	struct quota_entry *entry;

	for (uint32_t i = 0; i < quota->count; i++)
		if (strcmp(quota->entries[i].address, address) == 0)
			return &quota->entries[i];
	if (quota->count == QUOTA_ADDRESSES)
		return &quota->entries[QUOTA_ADDRESSES];
	entry = &quota->entries[quota->count++];
	snprintf(entry->address, sizeof(entry->address), "%s", address);
	entry->users = 0;
	return entry;
}

bool address_quota_take(struct address_quota *quota, const char *address, int64_t users,
			int64_t now_us, int64_t *total)
{
	struct quota_entry *entry;
	int64_t window = now_us / QUOTA_WINDOW_US;
	bool within;

	*total = users;
	if (quota->limit <= 0)
		return true;
	pthread_mutex_lock(&quota->lock);
	if (window != quota->window) {
		quota->window = window;
		quota->count = 0;
		quota->entries[QUOTA_ADDRESSES].users = 0;
	}
	entry = find(quota, address);
	entry->users += users;
	*total = entry->users;
	within = entry->users <= quota->limit;
	pthread_mutex_unlock(&quota->lock);
	return within;
}

/*
 * team.c - see team.h.
 */
#include "pipeline/team.h"

#include "core/mem.h"

void team_init(struct team *team, struct meter *meter)
{
	*team = (struct team){ .meter = meter };
	pthread_mutex_init(&team->lock, NULL);
	pthread_mutex_init(&team->learning, NULL);
}

void team_release(struct team *team)
{
	mem_free(team->partitions);
	pthread_mutex_destroy(&team->learning);
	pthread_mutex_destroy(&team->lock);
}

/* With the lock held. NULL: not there, and not to be added or out of memory. */
static struct team_partition *find(struct team *team, int32_t id, bool add)
{
	for (size_t i = 0; i < team->count; i++)
		if (team->partitions[i].id == id)
			return &team->partitions[i];
	if (!add)
		return NULL;
	if (team->count == team->capacity) {
		size_t capacity = team->capacity ? team->capacity * 2 : 8;
		struct team_partition *grown = mem_realloc(team->partitions,
							   capacity * sizeof(*grown));

		if (!grown)
			return NULL;
		team->partitions = grown;
		team->capacity = capacity;
	}
	team->partitions[team->count] =
	    (struct team_partition){ .id = id, .owner = -1, .began = -1 };
	return &team->partitions[team->count++];
}

/* ---- how far they are */

static int64_t lag_of(const struct team_partition *partition)
{
	return partition->owner >= 0 && partition->high > partition->settled
		   ? partition->high - partition->settled
		   : 0;
}

/* With the lock held. */
static void tell_lag(struct team *team)
{
	int64_t lag = 0;

	for (size_t i = 0; i < team->count; i++)
		lag += lag_of(&team->partitions[i]);
	meter_set(&team->meter->lag, lag);
}

bool team_own(struct team *team, int worker, int32_t partition, int64_t settled, int64_t high)
{
	struct team_partition *entry;

	pthread_mutex_lock(&team->lock);
	entry = find(team, partition, true);
	if (entry) {
		entry->owner = worker;
		entry->settled = settled;
		entry->high = high;
		tell_lag(team);
	}
	pthread_mutex_unlock(&team->lock);
	return entry != NULL;
}

void team_disown(struct team *team, int worker, int32_t partition)
{
	struct team_partition *entry;

	pthread_mutex_lock(&team->lock);
	entry = find(team, partition, false);
	if (entry && entry->owner == worker) {
		entry->owner = -1;
		tell_lag(team);
	}
	pthread_mutex_unlock(&team->lock);
}

void team_report(struct team *team, struct status_report *out)
{
	out->partition_count = 0;
	pthread_mutex_lock(&team->lock);
	for (size_t i = 0; i < team->count && out->partition_count < STATUS_PARTITIONS; i++) {
		const struct team_partition *entry = &team->partitions[i];

		if (entry->owner >= 0)
			out->partitions[out->partition_count++] =
			    (struct partition_status){ .partition = entry->id,
						       .worker = entry->owner,
						       .next = entry->settled,
						       .lag = lag_of(entry) };
	}
	pthread_mutex_unlock(&team->lock);
}

/* ---- a start over */

enum status team_learn(struct team *team,
		       enum status (*tell)(struct team *team, void *user, struct err *err),
		       void *user, struct err *err)
{
	enum status status = US_OK;

	pthread_mutex_lock(&team->learning);
	if (!team->learned)
		status = tell(team, user, err);
	team->learned = team->learned || status == US_OK;
	pthread_mutex_unlock(&team->learning);
	return status;
}

bool team_note(struct team *team, int32_t partition, int64_t generation)
{
	struct team_partition *entry;

	pthread_mutex_lock(&team->lock);
	entry = find(team, partition, true);
	if (entry)
		entry->began = generation;
	pthread_mutex_unlock(&team->lock);
	return entry != NULL;
}

bool team_begin(struct team *team, int32_t partition, int64_t generation)
{
	struct team_partition *entry;
	bool due;

	pthread_mutex_lock(&team->lock);
	entry = find(team, partition, true);
	due = entry && !entry->again && (entry->begun || entry->began == generation);
	if (due)
		entry->begun = true;
	pthread_mutex_unlock(&team->lock);
	return due;
}

void team_begun(struct team *team, int32_t partition)
{
	struct team_partition *entry;

	pthread_mutex_lock(&team->lock);
	entry = find(team, partition, false);
	if (entry)
		entry->again = true;
	pthread_mutex_unlock(&team->lock);
}

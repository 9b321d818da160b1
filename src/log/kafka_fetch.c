/*
 * kafka_fetch.c - librdkafka goes on fetching in time (kafka_reader.h).
 *
 * It fetches until what waits of each partition reaches a bound (queued.max.messages.kbytes,
 * queued.min.messages); then its thread sleeps for a second, or until something comes for it. A
 * reader that empties the queues in the meantime would wait for the rest of it. Since 2.2 the time
 * is a property, fetch.queue.backoff.ms; before that, any question to the broker wakes the thread.
 * The question is asked by a thread of its own, which waits for the answer that nobody needs.
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "log/kafka_reader.h"

/* How long to wait for the answer. */
#define ASK_MS     100

#define ASKED_MOST 64

struct kafka_fetch {
	rd_kafka_t *rk; /* borrowed */
	const char *topic;
	int64_t queue_bytes, queue_records; /* where librdkafka stops fetching, of each partition */
	bool started;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int32_t asked[ASKED_MOST]; /* partitions whose broker is to be asked */
	size_t asked_count;
	bool ends;
};

static int64_t number(rd_kafka_t *rk, const char *property)
{
	char text[32];
	size_t size = sizeof(text);

	return rd_kafka_conf_get(rd_kafka_conf(rk), property, text, &size) == RD_KAFKA_CONF_OK
		   ? strtoll(text, NULL, 10)
		   : INT64_MAX / 2048;
}

enum status kafka_fetch_new(struct kafka_reader *self, const struct kafka_settings *settings,
			    struct err *err)
{
	struct kafka_fetch *fetch;

	if (kafka_catalogue_find(&settings->catalogue, "fetch.queue.backoff.ms"))
		return US_OK;
	fetch = mem_calloc(1, sizeof(*fetch));
	if (!fetch)
		return err_no_memory(err, "reading from Kafka");
	fetch->rk = self->rk;
	fetch->topic = self->topic;
	fetch->queue_bytes = number(self->rk, "queued.max.messages.kbytes") * 1024;
	fetch->queue_records = number(self->rk, "queued.min.messages");
	pthread_mutex_init(&fetch->lock, NULL);
	pthread_cond_init(&fetch->changed, NULL);
	self->fetch = fetch;
	return US_OK;
}

void kafka_fetch_free(struct kafka_reader *self)
{
	struct kafka_fetch *fetch = self->fetch;

	if (!fetch)
		return;
	pthread_mutex_lock(&fetch->lock);
	fetch->ends = true;
	pthread_cond_signal(&fetch->changed);
	pthread_mutex_unlock(&fetch->lock);
	if (fetch->started)
		pthread_join(fetch->thread, NULL);
	pthread_cond_destroy(&fetch->changed);
	pthread_mutex_destroy(&fetch->lock);
	mem_free(fetch);
	self->fetch = NULL;
}

static void ask(const struct kafka_fetch *fetch, const int32_t *partitions, size_t count)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);

	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, fetch->topic, partitions[i])->offset =
		    RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_offsets_for_times(fetch->rk, list, ASK_MS); /* one question to each broker */
	rd_kafka_topic_partition_list_destroy(list);
}

static void *ask_all(void *opaque)
{
	struct kafka_fetch *fetch = opaque;
	int32_t partitions[ASKED_MOST];

	pthread_mutex_lock(&fetch->lock);
	while (!fetch->ends) {
		size_t count = fetch->asked_count;

		if (count == 0) {
			pthread_cond_wait(&fetch->changed, &fetch->lock);
			continue;
		}
		memcpy(partitions, fetch->asked, count * sizeof(*partitions));
		fetch->asked_count = 0;
		pthread_mutex_unlock(&fetch->lock);
		ask(fetch, partitions, count);
		pthread_mutex_lock(&fetch->lock);
	}
	pthread_mutex_unlock(&fetch->lock);
	return NULL;
}

static void ask_for(struct kafka_fetch *fetch, struct kafka_part *const *parts, size_t count)
{
	/* without the thread it is slower, no more */
	if (!fetch->started && pthread_create(&fetch->thread, NULL, ask_all, fetch) != 0)
		return;
	fetch->started = true;
	pthread_mutex_lock(&fetch->lock);
	for (size_t i = 0; i < count && fetch->asked_count < ASKED_MOST; i++) {
		parts[i]->asked = true;
		fetch->asked[fetch->asked_count++] = parts[i]->id;
	}
	pthread_cond_signal(&fetch->changed);
	pthread_mutex_unlock(&fetch->lock);
}

/* How many records of the partition librdkafka lets wait. */
static int64_t bound_of(const struct kafka_fetch *fetch, const struct kafka_part *part)
{
	int64_t by_size = fetch->queue_bytes / (part->record_bytes ? part->record_bytes : 1);

	return by_size < fetch->queue_records ? by_size : fetch->queue_records;
}

void kafka_fetch_on(struct kafka_reader *self, struct kafka_part *from, size_t taken)
{
	struct kafka_part *low[ASKED_MOST];
	int64_t waiting = 0, bound = 0;
	size_t count = 0;

	if (!self->fetch)
		return;
	from->most_waited = (int64_t)rd_kafka_queue_length(from->queue) + (int64_t)taken;
	from->asked = false;
	for (size_t i = 0; i < self->part_count; i++) {
		struct kafka_part *part = self->parts[i];
		int64_t here, most = bound_of(self->fetch, part);

		/* librdkafka stopped fetching those alone that were full, or may soon */
		if (!part->queue || part->paused || part->most_waited < most / 2)
			continue;
		here = (int64_t)rd_kafka_queue_length(part->queue);
		if (part->next + here >= part->high)
			continue; /* all of it is here */
		if (here == 0 && part->asked)
			continue; /* it was asked, and nothing has come */
		waiting += here;
		bound += most;
		if (here < most && count < ASKED_MOST)
			low[count++] = part;
	}
	/* at three quarters: what is low is fetched together, for half of the broker's work */
	if (count && waiting <= bound - bound / 4)
		ask_for(self->fetch, low, count);
}

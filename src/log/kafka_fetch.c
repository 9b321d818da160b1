/*
 * kafka_fetch.c - librdkafka goes on fetching in time (kafka_reader.h).
 *
 * It fetches until what waits of each partition reaches a bound (queued.max.messages.kbytes,
 * queued.min.messages); then its thread sleeps for a second, or until something comes for it. A
 * reader that empties the queues in the meantime would wait for the rest of it. Since 2.2 the time
 * is a property, fetch.queue.backoff.ms; before that, any question to the broker wakes the thread.
 */
#include <stdlib.h>

#include "log/kafka_reader.h"

/* How long to wait for the answer, which nobody needs. */
#define ASK_MS 100

static int64_t number(rd_kafka_t *rk, const char *property)
{
	char text[32];
	size_t size = sizeof(text);

	return rd_kafka_conf_get(rd_kafka_conf(rk), property, text, &size) == RD_KAFKA_CONF_OK
		   ? strtoll(text, NULL, 10)
		   : INT64_MAX / 2048;
}

void kafka_fetch_bounds(struct kafka_reader *self, const struct kafka_settings *settings)
{
	self->asks = !kafka_catalogue_find(&settings->catalogue, "fetch.queue.backoff.ms");
	self->queue_bytes = number(self->rk, "queued.max.messages.kbytes") * 1024;
	self->queue_records = number(self->rk, "queued.min.messages");
}

/* Did so many records of the partition reach about half of a bound? */
static bool is_much(const struct kafka_reader *self, const struct kafka_part *part, int64_t records)
{
	return records >= self->queue_records / 2 ||
	       records * part->record_bytes >= self->queue_bytes / 2;
}

void kafka_fetch_on(struct kafka_reader *self, struct kafka_part *part, size_t taken)
{
	int64_t waiting = (int64_t)rd_kafka_queue_length(part->queue);
	rd_kafka_topic_partition_list_t *list;

	if (waiting + (int64_t)taken > part->waited)
		part->waited = waiting + (int64_t)taken;
	if (!self->asks || waiting > part->waited / 2 || !is_much(self, part, part->waited) ||
	    part->next + waiting >= part->high)
		return;
	part->waited = waiting;
	list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, self->topic, part->id)->offset =
	    RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_offsets_for_times(self->rk, list, ASK_MS);
	rd_kafka_topic_partition_list_destroy(list);
}

/*
 * kafka_commit.c - the group's positions, which follow the sink's ledger (kafka_reader.h): for
 * retention, for people, and for the tools that show lag. Nothing depends on them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "log/kafka_reader.h"

#define EVERY_US INT64_C(1000000)

static rd_kafka_topic_partition_list_t *due_list(struct kafka_reader *self)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(
	    (int)self->part_count);
	char text[40];

	/* when: what else could tell how old a position is? */
	snprintf(text, sizeof(text), "us=%" PRId64, clock_wall_us());
	for (size_t i = 0; i < self->part_count; i++) {
		struct kafka_part *part = self->parts[i];
		rd_kafka_topic_partition_t *entry;

		if (part->committed < 0)
			continue;
		entry = rd_kafka_topic_partition_list_add(list, self->topic, part->id);
		entry->offset = part->committed;
		entry->metadata = rd_kafka_mem_malloc(self->rk, strlen(text) + 1);
		if (entry->metadata) {
			memcpy(entry->metadata, text, strlen(text) + 1);
			entry->metadata_size = strlen(text);
		}
		part->committed = -1;
	}
	return list;
}

/* What was refused is to be committed again, unless something newer is. */
static void take_back(struct kafka_reader *self, const rd_kafka_topic_partition_list_t *list)
{
	for (int i = 0; i < list->cnt; i++) {
		struct kafka_part *part = kafka_part_find(self, list->elems[i].partition);

		if (part && part->committed < 0)
			part->committed = list->elems[i].offset;
	}
}

static bool is_due(const struct kafka_reader *self)
{
	for (size_t i = 0; i < self->part_count; i++)
		if (self->parts[i]->committed >= 0)
			return true;
	return false;
}

void kafka_commit_due(struct kafka_reader *self, bool now, int wait_ms)
{
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_queue_t *answers = NULL;
	rd_kafka_resp_err_t code;
	int64_t time = clock_mono_us();

	if (!is_due(self) || (!now && time - self->commit_us < EVERY_US))
		return;
	self->commit_us = time;
	list = due_list(self);
	if (wait_ms) {
		rd_kafka_event_t *event;

		answers = rd_kafka_queue_new(self->rk);
		code = rd_kafka_commit_queue(self->rk, list, answers, NULL, NULL);
		event = code == RD_KAFKA_RESP_ERR_NO_ERROR ? rd_kafka_queue_poll(answers, wait_ms)
							   : NULL;
		code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
		if (event)
			rd_kafka_event_destroy(event);
		rd_kafka_queue_destroy(answers);
	} else {
		code = rd_kafka_commit(self->rk, list, 1);
	}
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
		take_back(self, list);
		note(NOTE_DEBUG, "log", "the group's position was not taken",
		     NOTE_TEXT("reason", rd_kafka_err2str(code)));
	}
	rd_kafka_topic_partition_list_destroy(list);
}

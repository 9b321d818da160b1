/*
 * kafka_append.h - records into a topic: where each goes, with which headers, and waiting until all
 * in-sync replicas have every one.
 *
 * A batch that is not acknowledged in time stays under way in librdkafka, which repeats it without
 * doubling; the next call with the same records goes on waiting for it.
 */
#ifndef LOG_KAFKA_APPEND_H
#define LOG_KAFKA_APPEND_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"
#include "log/kafka_client.h"

struct kafka_append {
	struct kafka_client *client; /* borrowed */
	char *topic_name;
	rd_kafka_topic_t *topic;
	const char *partitioner;
	bool by_partition;    /* dead letters: by the number of their record's partition */
	int32_t partitions;   /* of the topic */
	int64_t refreshed_us; /* when that was asked last */
	uint32_t turn;        /* of records without a key */
	int32_t *where;       /* of each record of the batch: its partition */
	size_t where_capacity;
	size_t *first, *last; /* of each partition: its first and last record in the batch */
	int32_t edge_capacity;
	bool active; /* a batch is under way */
	uint64_t hash;
	size_t count, sent;
	/* guarded by client->lock: */
	size_t left, delivered;      /* records not told of yet; acknowledged ones */
	bool orphan;                 /* released, and freed with the last record told of */
	struct kafka_append **slots; /* one a record, all of them this: its opaque is its slot */
	size_t slot_capacity;
	rd_kafka_resp_err_t failed; /* of the first record that was not taken, which is */
	size_t failed_at;
	int64_t first_offset;
};

/* What a batch's records say of it; NULL: nothing (kafka_mark.h). */
struct kafka_batch_mark {
	struct span text;
	struct span before, after;
};

/* `partitioner`: the user's, borrowed, or NULL; none where the number of a record's partition
 * counts (`by_partition`). NULL: out of memory. */
struct kafka_append *kafka_append_new(struct kafka_client *client, const char *topic,
				      int32_t partitions, const char *partitioner,
				      bool by_partition);
/* What is still under way is thrown away where the client is private, else it is left to end as it
 * may. NULL is allowed. */
void kafka_append_free(struct kafka_append *append);

/* Is the batch under way this one? `after`: the cursor after it, or NULL. */
bool kafka_append_is_of(const struct kafka_append *append, const struct record *records,
			size_t count, const struct span *after);
/* Wait for the batch under way, which its caller gave up: what is not sent of it is left out. As
 * kafka_append_batch(). */
enum status kafka_append_finish(struct kafka_append *append, struct err *err);
/*
 * Append and wait; goes on with the batch under way, if there is one. US_OK: all are acknowledged.
 * US_RETRY: under way, call again with the same. Other failures: append->delivered says how many
 * records are in the topic all the same.
 */
enum status kafka_append_batch(struct kafka_append *append, const struct record *records,
			       size_t count, const struct kafka_batch_mark *mark,
			       int64_t *first_offset, struct err *err);

/* A delivery report; called by the client with its lock held. */
void kafka_append_delivered(const rd_kafka_message_t *message);

#endif

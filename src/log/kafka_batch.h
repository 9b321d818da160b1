/*
 * kafka_batch.h - the records that a reader hands out. librdkafka's messages end where its buffers
 * end, but a JSON reader looks RECORD_PADDING bytes further; so they are copied, one after the
 * other and with zeros behind the last, and the messages are given back at once. A reader owns two
 * batches and fills them in turn.
 */
#ifndef LOG_KAFKA_BATCH_H
#define LOG_KAFKA_BATCH_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/record.h"

struct kafka_batch {
	char *bytes;
	size_t len, capacity;
	struct record *records; /* while it is filled, their spans hold positions in `bytes` */
	size_t count, record_capacity;
	struct header *headers;
	size_t header_count, header_capacity;
};

/* All zero is an empty batch. */
void kafka_batch_release(struct kafka_batch *batch);
/* Empty it; keeps the storage unless a huge record had blown it up. */
void kafka_batch_reset(struct kafka_batch *batch);
/* Bytes that a message takes up. */
size_t kafka_batch_size(const rd_kafka_message_t *message);
/* Is there room for a message of so many bytes? The first always fits. `max_records` 0: no wish. */
bool kafka_batch_has_room(const struct kafka_batch *batch, size_t len, size_t max_records);
/* Copy a message in, its headers too where wanted. False: out of memory; the batch is as it was. */
bool kafka_batch_add(struct kafka_batch *batch, rd_kafka_message_t *message, bool headers);
/* Turn positions into pointers. */
void kafka_batch_finish(struct kafka_batch *batch);

#endif

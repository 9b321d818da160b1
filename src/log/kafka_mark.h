/*
 * kafka_mark.h - what the headers of a record say of the batch that it was appended with, so that
 * the appender's position can be found again in the newest records:
 *
 *     userstream-batch    "NAME SEQUENCE COUNT STRAY": the producer, the batch's number, how many
 *                         records it has, and how many of unfinished batches stood before it
 *     userstream-before   the cursor before the batch: on its first record in each partition
 *     userstream-after    the cursor after it: on its last record in each partition
 *
 * A batch of which COUNT records are there is whole, and the position is the one after it. Else the
 * appender was killed in the middle: the position is the one before it.
 */
#ifndef LOG_KAFKA_MARK_H
#define LOG_KAFKA_MARK_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/record.h"

struct kafka_mark {
	struct span producer;
	int64_t sequence, count, stray;
	struct span before, after; /* SPAN_NULL: not on this record */
};

#define KAFKA_MARK_TEXT_MAX 160

/* The value of userstream-batch; returns its length. */
size_t kafka_mark_print(const struct kafka_mark *mark, char out[KAFKA_MARK_TEXT_MAX]);
/* Read a record's headers. False: it has no mark. Spans point into the record. */
bool kafka_mark_read(const struct record *record, struct kafka_mark *out);

/* Add the headers; `text` is what kafka_mark_print() made. */
void kafka_mark_add(rd_kafka_headers_t *headers, struct span text, const struct span *before,
		    const struct span *after);

#endif

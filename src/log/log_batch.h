/*
 * log_batch.h - the records that a reader hands out: stored bytes are copied in (so that no lock or
 * transaction outlives a poll), then made into struct records. A reader owns two and fills them in
 * turn: a batch stays valid until the second poll after it.
 */
#ifndef LOG_LOG_BATCH_H
#define LOG_LOG_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"

struct log_batch_entry {
	int64_t offset;
	size_t start; /* in bytes */
};

struct log_batch {
	char *bytes; /* the records one after the other, RECORD_PADDING zeros at the end */
	size_t len, capacity;
	struct log_batch_entry *entries;
	struct record *records;
	size_t count, entry_capacity;
	struct header *headers;
	size_t header_count, header_capacity;
};

/* All zero is an empty batch. */
void log_batch_release(struct log_batch *batch);
/* Empty it; keeps the storage unless a huge record had blown it up. */
void log_batch_reset(struct log_batch *batch);
/* Is there room for one more record of `len` bytes? The first always fits. */
bool log_batch_has_room(const struct log_batch *batch, size_t len, size_t max_records);
/* Copy a record in. False: out of memory; the batch is as it was. */
bool log_batch_add(struct log_batch *batch, int64_t offset, const char *data, size_t len);
/* Make the records. US_FATAL: out of memory, or stored bytes that are no record (a damaged log). */
enum status log_batch_finish(struct log_batch *batch, int32_t partition, struct err *err);

#endif

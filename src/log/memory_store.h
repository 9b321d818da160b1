/*
 * memory_store.h - the memory backend's data: one store per name, shared by the handles of this
 * process. Everything in it is guarded by its one mutex.
 *
 * A stream has partitions; a partition is a queue of chunks, each the bytes of one append.
 */
#ifndef LOG_MEMORY_STORE_H
#define LOG_MEMORY_STORE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "log/log_backend.h"

#define MEMORY_STREAMS 2

struct memory_chunk {
	int64_t first; /* offset of its first record */
	size_t count;
	size_t filled; /* bytes of data in use */
	char *data;
	size_t starts[]; /* count + 1 of them: where each record begins in data */
};

struct memory_partition {
	struct memory_chunk **chunks; /* ascending; those before `head` are gone */
	size_t head, count, capacity;
	int64_t low, high;
	int64_t bytes; /* of the records [low, high) */
};

/* A reader's name and what it committed; lives until it is dropped. */
struct memory_name {
	struct memory_name *next;
	char *name;
	bool in_use;
	int64_t updated_us;
	int64_t committed[]; /* per partition; -1: nothing yet */
};

struct memory_stream {
	struct memory_partition *partitions;
	struct memory_name *names;
	char *cursor;
	size_t cursor_len;
	bool has_appender;
	uint64_t turn; /* of records without a key */
};

struct memory_store {
	struct memory_store *next;
	char *name;
	unsigned refs;
	char identity[37];
	int32_t partition_count;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* of CLOCK_MONOTONIC */
	struct memory_stream streams[MEMORY_STREAMS];
};

/* Find or make the store of this name and take a reference. US_REJECT: missing and not `create`,
 * or made with another number of partitions. */
enum status memory_store_get(struct memory_store **out, const char *name, int32_t partitions,
			     bool create, struct err *err);
/* Give the reference back. The nameless store ends with the last one. */
void memory_store_put(struct memory_store *store);

/* The rest is called with the lock held. */

/* The first offset that the readers' names still hold back; -1: there are none, nothing is read. */
int64_t memory_stream_hold(const struct memory_stream *stream, int32_t partition);
/* The stored bytes of a record in [low, high). */
struct span memory_partition_record(const struct memory_partition *partition, int64_t offset);
/* Make room for one more chunk; false: out of memory. */
bool memory_partition_reserve(struct memory_partition *partition);
/* Add a chunk; room for it was reserved. */
void memory_partition_push(struct memory_partition *partition, struct memory_chunk *chunk);
/* Forget the records below `before`, which is at most high. */
void memory_partition_trim(struct memory_partition *partition, int64_t before);

#endif

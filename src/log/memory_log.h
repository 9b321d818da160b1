/*
 * memory_log.h - a handle of the memory backend, and what its two halves (memory_log.c appends,
 * memory_reader.c reads) know of each other.
 */
#ifndef LOG_MEMORY_LOG_H
#define LOG_MEMORY_LOG_H

#include "log/memory_store.h"

struct memory_log {
	struct log log; /* must be first */
	struct memory_store *store;
	struct memory_stream *stream; /* of store */
	size_t max_record;
	int64_t max_bytes, retain_bytes, retain_ms;
	bool exclusive, read_only, retain_unread;
};

/* log_ops.reader_open and drop_reader. */
enum status memory_reader_open(struct log *log, const char *name, struct log_reader **out,
			       struct err *err);
enum status memory_drop_reader(struct log *log, const char *name, struct err *err);

#endif

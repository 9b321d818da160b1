/*
 * lmdb_log.h - a handle of the LMDB backend, and what its parts know of each other: lmdb_log.c
 * opens and describes, lmdb_append.c writes and removes, lmdb_reader.c reads.
 */
#ifndef LOG_LMDB_LOG_H
#define LOG_LMDB_LOG_H

#include "log/lmdb_env.h"

struct lmdb_log {
	struct log log; /* must be first */
	struct lmdb_env *env;
	enum log_stream stream;
	struct lmdb_read read;
	size_t max_record;
	int64_t map_bytes, retain_bytes, retain_ms;
	bool read_only, retain_unread;
	int appender_lock; /* -1: not exclusive */
};

static inline struct lmdb_log *lmdb_log_of(struct log *log)
{
	return (struct lmdb_log *)log;
}

/* log_ops. */
enum status lmdb_append(struct log *log, const struct record *records, size_t count,
			const struct span *cursor, int64_t *first_offset, struct err *err);
enum status lmdb_trim(struct log *log, int32_t partition, int64_t before, bool force,
		      int64_t *removed, struct err *err);
enum status lmdb_reader_open(struct log *log, const char *name, struct log_reader **out,
			     struct err *err);

#endif

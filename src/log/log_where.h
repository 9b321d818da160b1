/*
 * log_where.h - a place in a log as a person writes it.
 */
#ifndef LOG_LOG_WHERE_H
#define LOG_LOG_WHERE_H

#include "log/log.h"

/*
 * "earliest" (low), "latest" (high), an offset, or a time in UTC (2026-01-31, 2026-01-31T10:00,
 * 2026-01-31 10:00:00Z), which means the first record at or after it, as an offset of a partition.
 * An offset need not be held any more. US_REJECT, EXIT_BAD_USAGE: none of these.
 */
enum status log_where(struct log_reader *reader, const struct log_partition_stat *partition,
		      const char *text, int64_t *offset, struct err *err);

#endif

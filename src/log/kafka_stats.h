/*
 * kafka_stats.h - librdkafka's own statistics, which each handle tells as a JSON text every
 * statistics.interval.ms, kept for log_metrics() (log.h).
 *
 * One of these belongs to a handle that lasts: the producers, and the readers with a name. Nothing
 * of it is touched by a record.
 */
#ifndef LOG_KAFKA_STATS_H
#define LOG_KAFKA_STATS_H

#include "core/span.h"

struct kafka_stats;

/* From now on log_metrics() tells of it, as soon as something was taken. NULL: out of memory. */
struct kafka_stats *kafka_stats_new(void);
/* NULL is allowed. Thread safe. */
void kafka_stats_free(struct kafka_stats *stats);
/*
 * Take a handle's statistics in the place of the former ones. A text that is not understood (names
 * in it are the brokers' own, and librdkafka does not escape them) changes nothing. One thread at
 * a time; beside log_metrics() of any.
 */
void kafka_stats_take(struct kafka_stats *stats, struct span text);

#endif

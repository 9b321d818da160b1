/*
 * kafka_log.h - what the files of the Kafka backend share: the handle of one stream.
 *
 *     kafka_uri, kafka_property, kafka_settings, kafka_conf   what is to be used, and how
 *     kafka_client, kafka_request, kafka_error, kafka_stats   the connection
 *     kafka_topic                                             the topic itself
 *     kafka_log, kafka_append, kafka_mark, kafka_cursor       the appending half
 *     kafka_reader, kafka_assign, kafka_batch, kafka_fetch    the reading half
 *     kafka_groups                                            readers, trimming
 */
#ifndef LOG_KAFKA_LOG_H
#define LOG_KAFKA_LOG_H

#include "log/kafka_append.h"
#include "log/kafka_client.h"
#include "log/kafka_settings.h"
#include "log/log_backend.h"

struct kafka_log {
	struct log log; /* must be first */
	struct kafka_settings settings;
	struct kafka_client *client;
	enum log_stream stream;
	char topic[KAFKA_TOPIC_MAX + 1];
	char identity[37];
	int32_t partitions;
	int member;
	bool read_only;
	size_t max_record;
	struct kafka_append *append; /* NULL until something is appended */
	/* where the appender stands: */
	bool recovered;
	struct buf cursor; /* the text of the last whole batch, or given alone since */
	int64_t sequence;  /* of the last batch that was begun; -1: none */
	int64_t stray;     /* records of unfinished batches since the last whole one */
};

static inline struct kafka_log *kafka_log_of(struct log *log)
{
	return (struct kafka_log *)log;
}

/* ---- kafka_cursor.c */

/* Find in the newest records where the appender stands: fills cursor, sequence and stray. */
enum status kafka_cursor_recover(struct kafka_log *log, struct err *err);
/* Keep a cursor to which no records belong, beside the batch `sequence`. */
enum status kafka_cursor_keep(struct kafka_log *log, struct span text, struct err *err);

/* ---- kafka_reader.c */

enum status kafka_reader_open(struct log *log, const char *name, struct log_reader **out,
			      struct err *err);

/* ---- kafka_groups.c: the consumer groups that read the topic are the log's readers. */

/* The group of a reader: the user's group.id, or "TOPIC.NAME". */
void kafka_group_name(const struct kafka_log *log, const char *reader, char *out, size_t size);
/* A cluster that does not tell of its groups is no failure. */
enum status kafka_readers(struct log *log, struct log_stat *stat, struct err *err);
enum status kafka_groups_drop(struct log *log, const char *name, struct err *err);
enum status kafka_trim(struct log *log, int32_t partition, int64_t before, bool force,
		       int64_t *removed, struct err *err);

/* The offsets that a partition holds, asked of the broker. */
enum status kafka_bounds(struct kafka_client *client, rd_kafka_t *rk, const char *topic,
			 int32_t partition, int64_t *low, int64_t *high, struct err *err);

#endif

/*
 * kafka_uri.h - kafka://host:port[,host:port…]/topic?name=value&… taken apart.
 *
 * Parameters of our own:
 *
 *     partitions=4           of a topic that has to be made
 *     replication=N          replicas of each; 0: as many as there are brokers, at most 3
 *     min_insync_replicas=N  that must have a record before it counts as appended; 0: 2 of three or
 *                            more, else 1
 *     max_record_bytes=N     the largest record
 *     producer=NAME          whose position is kept in the records' headers, where several
 *                            producers append to one topic
 *
 * Every other is a property of librdkafka, and checked by kafka_settings.h.
 */
#ifndef LOG_KAFKA_URI_H
#define LOG_KAFKA_URI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "log/log.h"

#define KAFKA_TOPIC_MAX      249
#define KAFKA_LETTERS_SUFFIX "_dlq"
#define KAFKA_DEFAULT_PORT   9092

/* A property of librdkafka; texts are owned by whatever holds it. */
struct kafka_property {
	char *name;
	char *value;
};

struct kafka_uri {
	char *brokers; /* "host:9092,host:9093" */
	char *topic;   /* of the records */
	char *producer;
	int64_t partitions, replication, min_insync_replicas, max_record_bytes;
	struct kafka_property *properties; /* decoded, in the order of the URI */
	size_t property_count;
};

/* US_REJECT, EXIT_BAD_CONFIG: not such a URI, or a bad value of a parameter of ours. */
enum status kafka_uri_parse(struct kafka_uri *out, const char *uri, struct err *err);
void kafka_uri_release(struct kafka_uri *uri);

/* The topic of a stream: that of the URI, or it and KAFKA_LETTERS_SUFFIX. */
void kafka_uri_topic(const struct kafka_uri *uri, enum log_stream stream,
		     char out[KAFKA_TOPIC_MAX + 1]);

/* The names of our own parameters; *count of them. */
const char *const *kafka_uri_parameters(size_t *count);

#endif

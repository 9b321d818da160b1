/*
 * kafka_topic.h - a log's topic: is it there, and if not, made as the settings say.
 */
#ifndef LOG_KAFKA_TOPIC_H
#define LOG_KAFKA_TOPIC_H

#include "log/kafka_client.h"
#include "log/kafka_settings.h"

/* What a topic that has to be made is to be like. */
struct kafka_topic_plan {
	const char *name;
	int32_t partitions;
	int replication;                 /* 0: as many as there are brokers, at most 3 */
	int min_insync;                  /* 0: 2 where there are three replicas or more, else 1 */
	int64_t retain_ms, retain_bytes; /* 0: for ever, without a bound; bytes of all partitions */
	int64_t max_record_bytes;
};

/*
 * Find the topic, and where it is missing and `create`, make it; who else makes it at the same time
 * does no harm. *partitions becomes their number. US_REJECT: missing and not `create` (kind
 * "missing"), or not to be made: err has the command that an administrator can run.
 */
enum status kafka_topic_open(struct kafka_client *client, const struct kafka_topic_plan *plan,
			     bool create, int32_t *partitions, struct err *err);

/*
 * A partition's leader said that there is no such topic. A broker that lags behind the others says
 * so of one that they have: US_RETRY where any knows the partition, or none answers; US_REJECT,
 * kind "missing", where that is not so for ten seconds. `rk` is told who leads it.
 */
enum status kafka_topic_doubt(struct kafka_client *client, rd_kafka_t *rk, const char *name,
			      int32_t partition, struct err *err);

/* The largest message that a topic takes, as its configuration says; INT64_MAX where that is not to
 * be learnt. */
int64_t kafka_topic_message_limit(struct kafka_client *client, const char *name);

/* US_RETRY, kind "no_leader": this partition has none, and err says what to do. */
enum status kafka_topic_check_leader(const struct rd_kafka_metadata *metadata, int32_t partition,
				     struct err *err);
/* Can records be appended to each partition? US_RETRY, kind "no_leader" or "too_few_in_sync": no,
 * and err says what to do; or the brokers do not answer. */
enum status kafka_topic_check(struct kafka_client *client, const char *name, struct err *err);
/* Is that what it said: the brokers answer, and a partition takes no records? */
bool kafka_topic_is_unfit(const struct err *err);

#endif

/*
 * kafka_topic.c - see kafka_topic.h.
 */
#include "log/kafka_topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"

/* The brokers hear of a topic one after the other: how long that may take. */
#define SPREAD_WAIT_US (10 * INT64_C(1000000))
#define SPREAD_LOOK_NS (50 * 1000000L)
#define MOST_REPLICAS  3
#define CONFIGS        5
/* err.kind of a partition that takes no records */
#define NO_LEADER "no_leader"
#define TOO_FEW   "too_few_in_sync"

/* ---- what it is to be like, with nothing left open */

struct shape {
	const struct kafka_topic_plan *plan;
	int replication;
	struct {
		const char *name;
		char value[32];
	} configs[CONFIGS];
	size_t config_count;
};

static void add_config(struct shape *shape, const char *name, int64_t value)
{
	shape->configs[shape->config_count].name = name;
	snprintf(shape->configs[shape->config_count].value, sizeof(shape->configs[0].value),
		 "%" PRId64, value);
	shape->config_count++;
}

static void shape_init(struct shape *shape, const struct kafka_topic_plan *plan, int brokers)
{
	int most = brokers < MOST_REPLICAS ? brokers : MOST_REPLICAS;
	int64_t min_insync;

	*shape = (struct shape){ .plan = plan };
	shape->replication = plan->replication ? plan->replication : most > 0 ? most : 1;
	min_insync = plan->min_insync ? plan->min_insync : shape->replication >= 3 ? 2 : 1;
	add_config(shape, "min.insync.replicas", min_insync);
	add_config(shape, "retention.ms", plan->retain_ms ? plan->retain_ms : -1);
	/* Kafka's bound is of each partition */
	add_config(shape, "retention.bytes",
		   plan->retain_bytes
		       ? (plan->retain_bytes + plan->partitions - 1) / plan->partitions
		       : -1);
	add_config(shape, "max.message.bytes", plan->max_record_bytes + 65536);
	shape->configs[shape->config_count].name = "message.timestamp.type";
	snprintf(shape->configs[shape->config_count].value, sizeof(shape->configs[0].value), "%s",
		 "CreateTime");
	shape->config_count++;
}

static void print_command(const struct shape *shape, const char *brokers, struct buf *out)
{
	buf_printf(out,
		   "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d "
		   "--replication-factor %d",
		   brokers, shape->plan->name, (int)shape->plan->partitions, shape->replication);
	for (size_t i = 0; i < shape->config_count; i++)
		buf_printf(out, " --config %s=%s", shape->configs[i].name, shape->configs[i].value);
}

static enum status refuse(const struct shape *shape, const char *brokers, const char *why,
			  struct err *err)
{
	struct buf command;
	enum status status;

	buf_init(&command, ERR_TEXT_MAX);
	print_command(shape, brokers, &command);
	status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			 "the topic %s is missing, and the broker does not let this user make it: "
			 "%s. Have it made:\n    %s",
			 shape->plan->name, why, buf_text(&command));
	if (err)
		err->kind = "forbidden";
	buf_release(&command);
	return status;
}

/* ---- making it */

static void send_create(void *user, rd_kafka_t *rk, const rd_kafka_AdminOptions_t *options,
			rd_kafka_queue_t *answers)
{
	const struct shape *shape = user;
	char text[256];
	rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(
	    shape->plan->name, shape->plan->partitions, shape->replication, text, sizeof(text));

	/* our numbers are in librdkafka's bounds: the URI's were checked */
	for (size_t i = 0; topic && i < shape->config_count; i++)
		rd_kafka_NewTopic_set_config(topic, shape->configs[i].name,
					     shape->configs[i].value);
	if (topic) {
		rd_kafka_CreateTopics(rk, &topic, 1, options, answers);
		rd_kafka_NewTopic_destroy(topic);
	}
}

/* What the broker answered about the one topic. */
static enum status judge(struct kafka_client *client, const struct shape *shape,
			 const rd_kafka_topic_result_t *result, struct err *err)
{
	rd_kafka_resp_err_t code = rd_kafka_topic_result_error(result);
	const char *why = rd_kafka_topic_result_error_string(result);

	switch ((int)code) {
	case RD_KAFKA_RESP_ERR_NO_ERROR:
		note(NOTE_INFO, "log", "topic made", NOTE_TEXT("topic", shape->plan->name),
		     NOTE_INT("partitions", shape->plan->partitions),
		     NOTE_INT("replicas", shape->replication));
		return US_OK;
	case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
		return US_OK;
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
	case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
		return refuse(shape, client->brokers, why ? why : rd_kafka_err2str(code), err);
	case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the topic %s cannot be made with %d replicas: %s Say "
			       "replication=N in the log's URI, N at most the number of brokers",
			       shape->plan->name, shape->replication,
			       why ? why : rd_kafka_err2str(code));
	default:
		return kafka_client_fail(client, err, code, "make the topic %s (%s)",
					 shape->plan->name, why ? why : "");
	}
}

static enum status create_topic(struct kafka_client *client, const struct shape *shape,
				struct err *err)
{
	rd_kafka_event_t *event = NULL;
	const rd_kafka_topic_result_t **results;
	struct shape copy = *shape;
	size_t count = 0;
	enum status status = kafka_client_ask(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, send_create,
					      &copy, "make the topic", &event, err);

	if (status != US_OK)
		return status;
	results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event),
						      &count);
	status = count == 1
		     ? judge(client, shape, results[0], err)
		     : err_set(err, US_FATAL, EXIT_INTERNAL,
			       "the broker's answer does not name the topic %s", shape->plan->name);
	rd_kafka_event_destroy(event);
	return status;
}

static int broker_count(struct kafka_client *client)
{
	const struct rd_kafka_metadata *metadata;
	int count = 0;

	if (rd_kafka_metadata(client->rk, 0, NULL, &metadata, client->request_ms) ==
	    RD_KAFKA_RESP_ERR_NO_ERROR) {
		count = metadata->broker_cnt;
		rd_kafka_metadata_destroy(metadata);
	}
	return count;
}

/* ---- the whole */

/* Is it there, and has every partition a leader? */
static enum status look(struct kafka_client *client, const char *name, int32_t *partitions,
			bool *ready, struct err *err)
{
	const struct rd_kafka_metadata *metadata;
	enum status status = kafka_client_topic(client, name, &metadata, err);

	if (status != US_OK)
		return status;
	*partitions = metadata->topics[0].partition_cnt;
	*ready = true;
	for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
		*ready = *ready && metadata->topics[0].partitions[i].leader >= 0;
	rd_kafka_metadata_destroy(metadata);
	return US_OK;
}

static bool is_missing(enum status status, const struct err *err)
{
	return status == US_REJECT && err->kind && strcmp(err->kind, "missing") == 0;
}

/* A topic that was just made appears, and gets its leaders, a moment later. */
static enum status wait_made(struct kafka_client *client, const char *name, int32_t *partitions,
			     struct err *err)
{
	const struct timespec pause = { .tv_nsec = SPREAD_LOOK_NS };
	int64_t deadline = clock_mono_us() + SPREAD_WAIT_US;

	for (;;) {
		struct err now = ERR_INIT;
		bool ready = false;
		enum status status = look(client, name, partitions, &ready, &now);

		if (status == US_OK && ready)
			return US_OK;
		if (status != US_OK && status != US_RETRY && !is_missing(status, &now)) {
			*err = now;
			return status;
		}
		if (clock_mono_us() > deadline)
			return err_set(err, US_RETRY, EXIT_UNREACHABLE,
				       "the topic %s was made, but its partitions have no leader "
				       "yet: are all brokers up?",
				       name);
		nanosleep(&pause, NULL);
	}
}

enum status kafka_topic_open(struct kafka_client *client, const struct kafka_topic_plan *plan,
			     bool create, int32_t *partitions, struct err *err)
{
	struct shape shape;
	struct err found = ERR_INIT;
	bool ready;
	enum status status = look(client, plan->name, partitions, &ready, &found);

	if (status == US_OK)
		return US_OK;
	if (!is_missing(status, &found)) {
		*err = found;
		return status;
	}
	if (!create)
		return err_missing(err, "there is no topic %s at %s", plan->name, client->brokers);
	shape_init(&shape, plan, plan->replication ? 0 : broker_count(client));
	status = create_topic(client, &shape, err);
	return status == US_OK ? wait_made(client, plan->name, partitions, err) : status;
}

/* Does the broker that answered know the partition? */
static bool has_partition(const struct rd_kafka_metadata *metadata, int32_t partition)
{
	bool found = false;

	for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
		found = found || metadata->topics[0].partitions[i].id == partition;
	return found;
}

enum status kafka_topic_doubt(struct kafka_client *client, rd_kafka_t *rk, const char *name,
			      int32_t partition, struct err *err)
{
	const struct timespec pause = { .tv_nsec = SPREAD_LOOK_NS };
	int64_t deadline = clock_mono_us() + SPREAD_WAIT_US;

	for (;;) {
		const struct rd_kafka_metadata *metadata = NULL;
		bool gone = kafka_client_metadata(client, rk, name, &metadata) ==
				RD_KAFKA_RESP_ERR_NO_ERROR &&
			    !has_partition(metadata, partition);

		if (metadata)
			rd_kafka_metadata_destroy(metadata);
		if (!gone)
			return err_set(err, US_RETRY, EXIT_UNREACHABLE,
				       "the broker that leads partition %d of the topic %s has "
				       "not yet heard of it",
				       (int)partition, name);
		if (clock_mono_us() > deadline)
			return err_missing(err, "partition %d of the topic %s is not there",
					   (int)partition, name);
		nanosleep(&pause, NULL);
	}
}

/* ---- its configuration */

static void send_describe(void *user, rd_kafka_t *rk, const rd_kafka_AdminOptions_t *options,
			  rd_kafka_queue_t *answers)
{
	const char *const *name = user;
	rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
									  *name);

	rd_kafka_DescribeConfigs(rk, &resource, 1, options, answers);
	rd_kafka_ConfigResource_destroy(resource);
}

/* A number of its configuration, `unknown` where that is not to be learnt. */
static int64_t config_of(struct kafka_client *client, const char *name, const char *config,
			 int64_t unknown)
{
	rd_kafka_event_t *event = NULL;
	struct err err = ERR_INIT;
	int64_t found = unknown;
	size_t resources = 0, entries = 0;

	if (kafka_client_ask(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, send_describe, &name,
			     "describe the topic", &event, &err) != US_OK)
		return unknown;
	const rd_kafka_ConfigResource_t **described = rd_kafka_DescribeConfigs_result_resources(
	    rd_kafka_event_DescribeConfigs_result(event), &resources);
	const rd_kafka_ConfigEntry_t **configs =
	    resources == 1 ? rd_kafka_ConfigResource_configs(described[0], &entries) : NULL;
	for (size_t i = 0; i < entries; i++) {
		const char *value = rd_kafka_ConfigEntry_value(configs[i]);

		if (value && strcmp(rd_kafka_ConfigEntry_name(configs[i]), config) == 0)
			found = strtoll(value, NULL, 10);
	}
	rd_kafka_event_destroy(event);
	return found;
}

int64_t kafka_topic_message_limit(struct kafka_client *client, const char *name)
{
	return config_of(client, name, "max.message.bytes", INT64_MAX);
}

/* ---- its brokers */

/* "1, 2 and 3" */
static void print_brokers(struct buf *out, const rd_kafka_metadata_partition_t *partition)
{
	for (int i = 0; i < partition->replica_cnt; i++)
		buf_printf(out, "%s%d",
			   i == 0                            ? ""
			   : i + 1 == partition->replica_cnt ? " and "
							     : ", ",
			   (int)partition->replicas[i]);
}

enum status kafka_topic_check_leader(const struct rd_kafka_metadata *metadata, int32_t partition,
				     struct err *err)
{
	const rd_kafka_metadata_topic_t *topic = &metadata->topics[0];
	struct buf brokers;
	enum status status = US_OK;

	for (int i = 0; i < topic->partition_cnt && status == US_OK; i++) {
		const rd_kafka_metadata_partition_t *found = &topic->partitions[i];

		if (found->id != partition || found->leader >= 0)
			continue;
		buf_init(&brokers, 1024);
		print_brokers(&brokers, found);
		status = err_set(err, US_RETRY, EXIT_UNREACHABLE,
				 "partition %d of the topic %s has no leader: no broker that has "
				 "all of it is up. It is kept by the brokers numbered %s: start "
				 "those that are down, or look why they left the cluster",
				 (int)partition, topic->topic, buf_text(&brokers));
		buf_release(&brokers);
		if (err)
			err->kind = NO_LEADER;
	}
	return status;
}

bool kafka_topic_is_unfit(const struct err *err)
{
	return err->kind && (strcmp(err->kind, NO_LEADER) == 0 || strcmp(err->kind, TOO_FEW) == 0);
}

/* Each of its partitions takes records? */
static enum status check_partitions(const rd_kafka_metadata_topic_t *topic, int64_t min_insync,
				    struct err *err)
{
	for (int i = 0; i < topic->partition_cnt; i++) {
		const rd_kafka_metadata_partition_t *partition = &topic->partitions[i];

		if (partition->isr_cnt >= min_insync)
			continue;
		err_set(err, US_RETRY, EXIT_UNREACHABLE,
			"partition %d of the topic %s has too few replicas in sync: %d of %d, "
			"and min.insync.replicas is %" PRId64
			", so nothing can be appended. Start the brokers that are down%s",
			(int)partition->id, topic->topic, partition->isr_cnt,
			partition->replica_cnt, min_insync,
			min_insync > partition->replica_cnt
			    ? ""
			    : ", or wait until they have caught up");
		if (err)
			err->kind = TOO_FEW;
		return US_RETRY;
	}
	return US_OK;
}

enum status kafka_topic_check(struct kafka_client *client, const char *name, struct err *err)
{
	const struct rd_kafka_metadata *metadata;
	enum status status = kafka_client_topic(client, name, &metadata, err);

	if (status != US_OK)
		return status;
	for (int i = 0; i < metadata->topics[0].partition_cnt && status == US_OK; i++)
		status = kafka_topic_check_leader(metadata, metadata->topics[0].partitions[i].id,
						  err);
	if (status == US_OK)
		status = check_partitions(&metadata->topics[0],
					  config_of(client, name, "min.insync.replicas", 0), err);
	rd_kafka_metadata_destroy(metadata);
	return status;
}

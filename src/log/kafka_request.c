/*
 * kafka_request.c - what is asked of a cluster (kafka_client.h), and why no answer came.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log/kafka_client.h"

#define REASON_WAIT_S 1

/* A request that failed with its connection may be ahead of the event that tells why. The lock is
 * held. */
static void await_reason(struct kafka_client *client, rd_kafka_resp_err_t code)
{
	struct timespec until;

	if (code != RD_KAFKA_RESP_ERR__RESOLVE && code != RD_KAFKA_RESP_ERR__TRANSPORT)
		return;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += REASON_WAIT_S;
	while (client->trouble.code == RD_KAFKA_RESP_ERR_NO_ERROR &&
	       client->past_trouble.code != code && !client->ended)
		if (pthread_cond_timedwait(&client->changed, &client->lock, &until) != 0)
			return;
}

enum status kafka_client_fail(struct kafka_client *client, struct err *err,
			      rd_kafka_resp_err_t code, const char *fmt, ...)
{
	struct kafka_trouble trouble;
	char doing[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(doing, sizeof(doing), fmt, args);
	va_end(args);
	pthread_mutex_lock(&client->lock);
	await_reason(client, code);
	trouble = client->trouble;
	if (trouble.code == RD_KAFKA_RESP_ERR_NO_ERROR && client->past_trouble.code == code)
		trouble = client->past_trouble;
	pthread_mutex_unlock(&client->lock);
	return kafka_fail(err, code, client->brokers, &trouble, "%s", doing);
}

/* "HOST:PORT/ID" of a partition's leader, as librdkafka calls it; false: it has none. */
static bool leader_name(const struct rd_kafka_metadata *metadata, int32_t partition, char *out,
			size_t size)
{
	const rd_kafka_metadata_topic_t *topic = &metadata->topics[0];
	int32_t leader = -1;

	for (int i = 0; metadata->topic_cnt == 1 && i < topic->partition_cnt; i++)
		if (topic->partitions[i].id == partition)
			leader = topic->partitions[i].leader;
	for (int i = 0; leader >= 0 && i < metadata->broker_cnt; i++)
		if (metadata->brokers[i].id == leader) {
			snprintf(out, size, "%s:%d/%d", metadata->brokers[i].host,
				 metadata->brokers[i].port, (int)leader);
			return true;
		}
	return false;
}

void kafka_client_blame_leader(struct kafka_client *client,
			       const struct rd_kafka_metadata *metadata, int32_t partition)
{
	char name[300];

	if (!leader_name(metadata, partition, name, sizeof(name)))
		return;
	pthread_mutex_lock(&client->lock);
	if (client->trouble.code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		/* what it told is told once, and another broker's answer ended it */
		if (strstr(client->past_trouble.text, name)) {
			client->trouble = client->past_trouble;
		} else {
			client->trouble.code = RD_KAFKA_RESP_ERR__TIMED_OUT;
			snprintf(client->trouble.text, sizeof(client->trouble.text),
				 "%.200s: it does not answer", name);
		}
	}
	pthread_mutex_unlock(&client->lock);
}

rd_kafka_resp_err_t kafka_client_metadata(struct kafka_client *client, rd_kafka_t *rk,
					  const char *topic, const struct rd_kafka_metadata **out)
{
	rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, topic, NULL);
	rd_kafka_resp_err_t code;

	if (!rkt)
		return RD_KAFKA_RESP_ERR__INVALID_ARG; /* no name of a topic */
	code = rd_kafka_metadata(rk, 0, rkt, out, client->request_ms);
	rd_kafka_topic_destroy(rkt);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		kafka_client_answered(client);
	return code;
}

enum status kafka_client_topic(struct kafka_client *client, const char *topic,
			       const struct rd_kafka_metadata **out, struct err *err)
{
	const struct rd_kafka_metadata *metadata = NULL;
	rd_kafka_resp_err_t code = kafka_client_metadata(client, client->rk, topic, &metadata);

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1)
		code = metadata->topics[0].err;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1 &&
	    metadata->topics[0].partition_cnt > 0) {
		*out = metadata;
		return US_OK;
	}
	if (metadata)
		rd_kafka_metadata_destroy(metadata);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	return kafka_client_fail(client, err, code, "open the topic %s", topic);
}

static void share_events(rd_kafka_t *from, rd_kafka_queue_t *to)
{
	rd_kafka_queue_t *events = rd_kafka_queue_get_main(from);

	rd_kafka_queue_forward(events, to);
	rd_kafka_queue_destroy(events);
}

enum status kafka_client_group(struct kafka_client *client, const char *group, rd_kafka_t **out,
			       struct err *err)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_dup(client->group_conf);
	char text[512] = "";
	enum status status;

	if (rd_kafka_conf_set(conf, "group.id", group, text, sizeof(text)) != RD_KAFKA_CONF_OK) {
		rd_kafka_conf_destroy(conf);
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s", text);
	}
	status = kafka_handle_new(out, RD_KAFKA_CONSUMER, conf, err);
	if (status == US_OK)
		share_events(*out, client->events);
	return status;
}

enum status kafka_client_ask(struct kafka_client *client, rd_kafka_admin_op_t kind,
			     kafka_send_fn *send, void *user, const char *doing,
			     rd_kafka_event_t **out, struct err *err)
{
	rd_kafka_AdminOptions_t *options;
	rd_kafka_queue_t *answers;
	rd_kafka_event_t *event;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
	enum status status = US_OK;

	options = rd_kafka_AdminOptions_new(client->rk, kind);
	answers = rd_kafka_queue_new(client->rk);
	rd_kafka_AdminOptions_set_request_timeout(options, client->request_ms, NULL, 0);
	send(user, client->rk, options, answers);
	event = rd_kafka_queue_poll(answers, 2 * client->request_ms);
	if (event)
		code = rd_kafka_event_error(event);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		kafka_client_answered(client);
		*out = event;
	} else {
		if (event)
			rd_kafka_event_destroy(event);
		status = kafka_client_fail(client, err, code, "%s", doing);
	}
	rd_kafka_queue_destroy(answers);
	rd_kafka_AdminOptions_destroy(options);
	return status;
}

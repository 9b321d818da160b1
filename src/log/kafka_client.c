/*
 * kafka_client.c - see kafka_client.h.
 */
#include "log/kafka_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "log/kafka_append.h"

#define EVENT_WAIT_MS 1000
#define PURGE_WAIT_MS 200
#define REASON_WAIT_S 1

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct kafka_client *clients; /* those that are shared */

/* ---- events */

static void on_error(struct kafka_client *client, rd_kafka_event_t *event)
{
	rd_kafka_resp_err_t code = rd_kafka_event_error(event);

	pthread_mutex_lock(&client->lock);
	/* "all brokers are down" follows upon the reason: keep that */
	if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
	    client->trouble.code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		client->trouble.code = code;
		snprintf(client->trouble.text, sizeof(client->trouble.text), "%s",
			 rd_kafka_event_error_string(event));
	}
	if (code == RD_KAFKA_RESP_ERR__FATAL)
		client->broken = true;
	pthread_cond_broadcast(&client->changed);
	pthread_mutex_unlock(&client->lock);
}

/* An answer came: what was told before is over. The lock is held. */
static void end_trouble(struct kafka_client *client)
{
	if (client->trouble.code != RD_KAFKA_RESP_ERR_NO_ERROR)
		client->past_trouble = client->trouble;
	client->trouble.code = RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void on_deliveries(struct kafka_client *client, rd_kafka_event_t *event)
{
	const rd_kafka_message_t *message;

	pthread_mutex_lock(&client->lock);
	while ((message = rd_kafka_event_message_next(event)) != NULL) {
		if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
			end_trouble(client);
		kafka_append_delivered(message);
	}
	pthread_cond_broadcast(&client->changed);
	pthread_mutex_unlock(&client->lock);
}

static void serve(struct kafka_client *client, rd_kafka_event_t *event)
{
	switch (rd_kafka_event_type(event)) {
	case RD_KAFKA_EVENT_DR:
		on_deliveries(client, event);
		break;
	case RD_KAFKA_EVENT_ERROR:
		on_error(client, event);
		break;
	default:
		break;
	}
	rd_kafka_event_destroy(event);
}

static void *serve_events(void *argument)
{
	struct kafka_client *client = argument;

	for (;;) {
		rd_kafka_event_t *event = rd_kafka_queue_poll(client->events, EVENT_WAIT_MS);
		bool ended;

		pthread_mutex_lock(&client->lock);
		ended = client->ended;
		pthread_mutex_unlock(&client->lock);
		if (event)
			serve(client, event);
		if (ended)
			return NULL;
	}
}

/* ---- making and ending */

static void client_free(struct kafka_client *client)
{
	rd_kafka_event_t *event;

	if (client->rk) {
		pthread_mutex_lock(&client->lock);
		client->ended = true;
		pthread_mutex_unlock(&client->lock);
		rd_kafka_queue_yield(client->events);
		pthread_join(client->thread, NULL);
		rd_kafka_purge(client->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
		while (rd_kafka_outq_len(client->rk) > 0 &&
		       (event = rd_kafka_queue_poll(client->events, PURGE_WAIT_MS)) != NULL)
			serve(client, event);
		if (client->groups)
			rd_kafka_destroy(client->groups);
		rd_kafka_queue_destroy(client->events);
		rd_kafka_destroy(client->rk);
	}
	if (client->groups_conf)
		rd_kafka_conf_destroy(client->groups_conf);
	pthread_cond_destroy(&client->changed);
	pthread_mutex_destroy(&client->lock);
	mem_free(client->brokers);
	mem_free(client->key);
	mem_free(client);
}

static enum status start(struct kafka_client *client, const struct kafka_settings *settings,
			 struct err *err)
{
	rd_kafka_conf_t *conf = NULL;
	enum status status = kafka_settings_conf(settings, KAFKA_PRODUCER, &conf, err);

	if (status == US_OK)
		status = kafka_settings_conf(settings, KAFKA_CONSUMER, &client->groups_conf, err);
	if (status != US_OK) {
		if (conf)
			rd_kafka_conf_destroy(conf);
		return status;
	}
	rd_kafka_conf_set(client->groups_conf, "group.id", "userstream-requests", NULL, 0);
	rd_kafka_conf_set_events(client->groups_conf, RD_KAFKA_EVENT_ERROR);
	rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
	status = kafka_handle_new(&client->rk, RD_KAFKA_PRODUCER, conf, err);
	if (status != US_OK)
		return status;
	client->events = rd_kafka_queue_get_main(client->rk);
	if (pthread_create(&client->thread, NULL, serve_events, client) == 0)
		return US_OK;
	rd_kafka_queue_destroy(client->events);
	rd_kafka_destroy(client->rk);
	client->rk = NULL;
	return err_set(err, US_FATAL, EXIT_INTERNAL,
		       "a thread cannot be started: the limit of threads is reached");
}

static int request_ms(const struct kafka_settings *settings)
{
	const char *text = kafka_settings_get(settings, "socket.timeout.ms");
	long ms = text ? strtol(text, NULL, 10) : KAFKA_REQUEST_MS;

	return ms > 0 && ms < KAFKA_REQUEST_MS ? (int)ms : KAFKA_REQUEST_MS;
}

/* `key` becomes the client's. */
static enum status client_new(struct kafka_client **out, const struct kafka_settings *settings,
			      char *key, struct err *err)
{
	struct kafka_client *client = mem_calloc(1, sizeof(*client));
	pthread_condattr_t attributes;
	enum status status;

	if (!client) {
		mem_free(key);
		return err_no_memory(err, "opening the log");
	}
	client->refs = 1;
	client->key = key;
	client->brokers = mem_strdup(settings->uri.brokers);
	client->request_ms = request_ms(settings);
	pthread_mutex_init(&client->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&client->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	status = client->brokers ? start(client, settings, err)
				 : err_no_memory(err, "opening the log");
	if (status == US_OK)
		*out = client;
	else
		client_free(client);
	return status;
}

enum status kafka_client_get(struct kafka_client **out, const struct kafka_settings *settings,
			     bool private, struct err *err)
{
	enum status status = US_OK;
	struct kafka_client *client;
	struct buf key;
	char *copy;

	if (private)
		return client_new(out, settings, NULL, err);
	buf_init(&key, 1 << 20);
	kafka_settings_key(settings, &key);
	copy = key.failed ? NULL : mem_strdup(buf_text(&key));
	buf_release(&key);
	if (!copy)
		return err_no_memory(err, "opening the log");
	pthread_mutex_lock(&list_lock);
	for (client = clients; client; client = client->next)
		if (strcmp(client->key, copy) == 0 && !client->broken)
			break;
	if (client) {
		client->refs++;
		mem_free(copy);
	} else {
		status = client_new(&client, settings, copy, err);
		if (client) {
			client->next = clients;
			clients = client;
		}
	}
	pthread_mutex_unlock(&list_lock);
	if (status == US_OK)
		*out = client;
	return status;
}

struct kafka_client *kafka_client_share(struct kafka_client *client)
{
	pthread_mutex_lock(&list_lock);
	client->refs++;
	pthread_mutex_unlock(&list_lock);
	return client;
}

void kafka_client_put(struct kafka_client *client)
{
	bool last;

	if (!client)
		return;
	pthread_mutex_lock(&list_lock);
	last = --client->refs == 0;
	for (struct kafka_client **at = &clients; last && *at; at = &(*at)->next)
		if (*at == client) {
			*at = client->next;
			break;
		}
	pthread_mutex_unlock(&list_lock);
	if (last)
		client_free(client);
}

/* ---- requests */

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

static void forget_trouble(struct kafka_client *client)
{
	pthread_mutex_lock(&client->lock);
	end_trouble(client);
	pthread_mutex_unlock(&client->lock);
}

enum status kafka_client_topic(struct kafka_client *client, const char *topic,
			       const struct rd_kafka_metadata **out, struct err *err)
{
	rd_kafka_topic_t *rkt = rd_kafka_topic_new(client->rk, topic, NULL);
	const struct rd_kafka_metadata *metadata = NULL;
	rd_kafka_resp_err_t code;

	if (!rkt)
		return err_no_memory(err, "opening the log");
	code = rd_kafka_metadata(client->rk, 0, rkt, &metadata, client->request_ms);
	rd_kafka_topic_destroy(rkt);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		forget_trouble(client);
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

/* The handle for a kind of request. */
static enum status handle_for(struct kafka_client *client, rd_kafka_admin_op_t kind,
			      rd_kafka_t **out, struct err *err)
{
	enum status status = US_OK;

	*out = client->rk;
	if (kind != RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS &&
	    kind != RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS)
		return US_OK;
	pthread_mutex_lock(&client->lock);
	if (!client->groups) {
		status = kafka_handle_new(&client->groups, RD_KAFKA_CONSUMER,
					  rd_kafka_conf_dup(client->groups_conf), err);
		if (status == US_OK)
			share_events(client->groups, client->events);
	}
	*out = client->groups;
	pthread_mutex_unlock(&client->lock);
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
	rd_kafka_t *rk;
	enum status status = handle_for(client, kind, &rk, err);

	if (status != US_OK)
		return status;
	options = rd_kafka_AdminOptions_new(rk, kind);
	answers = rd_kafka_queue_new(rk);
	rd_kafka_AdminOptions_set_request_timeout(options, client->request_ms, NULL, 0);
	send(user, rk, options, answers);
	event = rd_kafka_queue_poll(answers, 2 * client->request_ms);
	if (event)
		code = rd_kafka_event_error(event);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		forget_trouble(client);
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

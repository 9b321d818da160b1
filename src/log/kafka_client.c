/*
 * kafka_client.c - see kafka_client.h: its events, making and ending it.
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
	/* the event has the reason as its code, and that may be one of other errors, too */
	if (rd_kafka_fatal_error(client->rk, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
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

void kafka_client_answered(struct kafka_client *client)
{
	pthread_mutex_lock(&client->lock);
	end_trouble(client);
	pthread_mutex_unlock(&client->lock);
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
	case RD_KAFKA_EVENT_STATS:
		kafka_stats_take(client->stats, span_of(rd_kafka_event_stats(event)));
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
		rd_kafka_queue_destroy(client->events);
		rd_kafka_destroy(client->rk);
	}
	kafka_stats_free(client->stats);
	if (client->group_conf)
		rd_kafka_conf_destroy(client->group_conf);
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
		status = kafka_settings_conf(settings, KAFKA_CONSUMER, &client->group_conf, err);
	if (status != US_OK) {
		if (conf)
			rd_kafka_conf_destroy(conf);
		return status;
	}
	kafka_conf_no_stats(client->group_conf);
	rd_kafka_conf_set_events(client->group_conf, RD_KAFKA_EVENT_ERROR);
	rd_kafka_conf_set_events(conf,
				 RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS);
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
	client->stats = kafka_stats_new();
	status = client->brokers && client->stats ? start(client, settings, err)
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

/*
 * kafka_stats.c - see kafka_stats.h. What is read of the statistics is two tables: numbers of a
 * broker, numbers of a handle; each has the member's name in librdkafka's text and the metric.
 */
#include "log/kafka_stats.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core/json_pull.h"
#include "core/mem.h"
#include "log/log.h"

#define NAME_MAX_BYTES 128
/* Of one handle; further ones are not told of. */
#define BROKERS 64

struct number {
	const char *member; /* NULL: found out otherwise */
	struct log_metric metric;
};

enum { UP, QUEUED, IN_FLIGHT, RETRIES, TIMEOUTS, DISCONNECTS, BROKER_NUMBERS };
static const struct number of_broker[BROKER_NUMBERS] = {
	[UP] = { NULL,
		 { "kafka_broker_up", "1: this connection to a broker can be used.", false } },
	[QUEUED] = { "outbuf_cnt",
		     { "kafka_broker_requests_queued", "Requests that wait to be sent.", false } },
	[IN_FLIGHT] = { "waitresp_cnt",
			{ "kafka_broker_requests_in_flight", "Requests that wait for an answer.",
			  false } },
	[RETRIES] = { "txretries",
		      { "kafka_broker_request_retries_total", "Requests sent again.", true } },
	[TIMEOUTS] = { "req_timeouts",
		       { "kafka_broker_request_timeouts_total",
			 "Requests that were not answered in time.", true } },
	[DISCONNECTS] = { "disconnects",
			  { "kafka_broker_disconnects_total", "Connections that ended.", true } },
};

enum {
	PRODUCER_RECORDS,
	PRODUCER_BYTES,
	FETCHED_RECORDS,
	FETCHED_BYTES,
	JOINED,
	PARTITIONS,
	REBALANCES,
	HANDLE_NUMBERS
};
static const struct number of_handle[HANDLE_NUMBERS] = {
	[PRODUCER_RECORDS] = { "msg_cnt",
			       { "kafka_producer_queue_records",
				 "Records that are not acknowledged yet.", false } },
	[PRODUCER_BYTES] = { "msg_size",
			     { "kafka_producer_queue_bytes",
			       "Bytes of the records that are not acknowledged yet.", false } },
	[FETCHED_RECORDS] = { NULL,
			      { "kafka_fetch_queue_records",
				"Records that were fetched and are not worked on yet.", false } },
	[FETCHED_BYTES] = { NULL,
			    { "kafka_fetch_queue_bytes",
			      "Bytes of the records that were fetched and are not worked on yet.",
			      false } },
	[JOINED] = { NULL,
		     { "kafka_group_joined",
		       "1: the group has given this reader its part, and does not rebalance.",
		       false } },
	[PARTITIONS] = { "assignment_size",
			 { "kafka_group_partitions", "Partitions that are this reader's.",
			   false } },
	[REBALANCES] = { "rebalance_cnt",
			 { "kafka_group_rebalances_total",
			   "Rebalances of the group that this reader saw.", true } },
};

static const struct log_metric round_trip = {
	"kafka_broker_round_trip_seconds",
	"From a request to its answer, over the last interval of the statistics.", false
};

struct broker {
	char name[NAME_MAX_BYTES];
	int64_t numbers[BROKER_NUMBERS];
	int64_t p50_us, p99_us;
};

struct snapshot {
	char client[NAME_MAX_BYTES]; /* "": nothing was taken yet */
	bool reads;
	int64_t numbers[HANDLE_NUMBERS];
	struct broker brokers[BROKERS];
	size_t broker_count;
};

struct kafka_stats {
	struct kafka_stats *next;
	struct snapshot *told;    /* guarded by list_lock */
	struct snapshot *scratch; /* of the one thread that takes */
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct kafka_stats *all;

/* ---- reading */

/* What is being read: the text, the name of the member at hand, a string's content. */
struct reading {
	struct json_pull pull;
	struct buf name, text;
	struct snapshot *into;
	struct broker *broker;
};

typedef void member_fn(struct reading *reading, const char *name);

/* Each member of the object at hand; `take` leaves its value behind. */
static void each_member(struct reading *reading, member_fn *take)
{
	if (!json_pull_open(&reading->pull))
		return;
	while (json_pull_member(&reading->pull, &reading->name))
		take(reading, buf_text(&reading->name));
}

/* A name as a label shows it; anything but printable ASCII would be no name of a host. */
static void copy_name(char out[NAME_MAX_BYTES], const char *name)
{
	snprintf(out, NAME_MAX_BYTES, "%s", name);
	for (char *at = out; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

static const char *read_text(struct reading *reading)
{
	buf_reset(&reading->text);
	json_pull_text(&reading->pull, &reading->text);
	return buf_text(&reading->text);
}

/* A number that a table names; false: another member. */
static bool take_number(struct reading *reading, const char *name, const struct number *table,
			size_t count, int64_t *numbers)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].member && strcmp(table[i].member, name) == 0) {
			json_pull_int(&reading->pull, &numbers[i]);
			return true;
		}
	return false;
}

static void take_round_trip(struct reading *reading, const char *name)
{
	if (strcmp(name, "p50") == 0)
		json_pull_int(&reading->pull, &reading->broker->p50_us);
	else if (strcmp(name, "p99") == 0)
		json_pull_int(&reading->pull, &reading->broker->p99_us);
	else
		json_pull_skip(&reading->pull);
}

static void take_of_broker(struct reading *reading, const char *name)
{
	struct broker *broker = reading->broker;

	if (take_number(reading, name, of_broker, BROKER_NUMBERS, broker->numbers))
		return;
	if (strcmp(name, "state") == 0)
		broker->numbers[UP] = strcmp(read_text(reading), "UP") == 0;
	else if (strcmp(name, "rtt") == 0)
		each_member(reading, take_round_trip);
	else
		json_pull_skip(&reading->pull);
}

static void take_broker(struct reading *reading, const char *name)
{
	struct snapshot *into = reading->into;

	/* ":0/internal" is librdkafka's own queue */
	if (into->broker_count == BROKERS || strcmp(name, ":0/internal") == 0) {
		json_pull_skip(&reading->pull);
		return;
	}
	reading->broker = &into->brokers[into->broker_count++];
	*reading->broker = (struct broker){ .p50_us = 0 };
	copy_name(reading->broker->name, name);
	each_member(reading, take_of_broker);
}

static void take_of_partition(struct reading *reading, const char *name)
{
	int64_t value = 0;
	int64_t *sum = strcmp(name, "fetchq_cnt") == 0    ? &reading->into->numbers[FETCHED_RECORDS]
		       : strcmp(name, "fetchq_size") == 0 ? &reading->into->numbers[FETCHED_BYTES]
							  : NULL;

	if (!sum)
		json_pull_skip(&reading->pull);
	else if (json_pull_int(&reading->pull, &value) && value > 0 && value < INT64_MAX - *sum)
		*sum += value;
}

static void take_partition(struct reading *reading, const char *name)
{
	(void)name;
	each_member(reading, take_of_partition);
}

static void take_of_topic(struct reading *reading, const char *name)
{
	if (strcmp(name, "partitions") == 0)
		each_member(reading, take_partition);
	else
		json_pull_skip(&reading->pull);
}

static void take_topic(struct reading *reading, const char *name)
{
	(void)name;
	each_member(reading, take_of_topic);
}

static void take_of_group(struct reading *reading, const char *name)
{
	int64_t *numbers = reading->into->numbers;

	if (take_number(reading, name, of_handle, HANDLE_NUMBERS, numbers))
		return;
	if (strcmp(name, "join_state") == 0)
		numbers[JOINED] = strcmp(read_text(reading), "steady") == 0;
	else
		json_pull_skip(&reading->pull);
}

static void take_of_handle(struct reading *reading, const char *name)
{
	struct snapshot *into = reading->into;

	if (take_number(reading, name, of_handle, HANDLE_NUMBERS, into->numbers))
		return;
	if (strcmp(name, "name") == 0)
		copy_name(into->client, read_text(reading));
	else if (strcmp(name, "type") == 0)
		into->reads = strcmp(read_text(reading), "consumer") == 0;
	else if (strcmp(name, "brokers") == 0)
		each_member(reading, take_broker);
	else if (strcmp(name, "topics") == 0)
		each_member(reading, take_topic);
	else if (strcmp(name, "cgrp") == 0)
		each_member(reading, take_of_group);
	else
		json_pull_skip(&reading->pull);
}

void kafka_stats_take(struct kafka_stats *stats, struct span text)
{
	struct reading reading = { .into = stats->scratch };
	bool understood;

	*stats->scratch = (struct snapshot){ .broker_count = 0 };
	buf_init(&reading.name, 4096);
	buf_init(&reading.text, 4096);
	json_pull_init(&reading.pull, text);
	each_member(&reading, take_of_handle);
	understood = json_pull_done(&reading.pull) && !reading.text.failed;
	buf_release(&reading.name);
	buf_release(&reading.text);
	if (!understood)
		return;
	pthread_mutex_lock(&list_lock);
	stats->scratch = stats->told;
	stats->told = reading.into;
	pthread_mutex_unlock(&list_lock);
}

/* ---- telling */

struct telling {
	log_metric_fn *tell;
	void *user;
};

static void tell_of_handles(const struct telling *to, size_t i, bool readers)
{
	for (const struct kafka_stats *stats = all; stats; stats = stats->next) {
		const struct log_label label = { "client", stats->told->client };

		if (label.value[0] && stats->told->reads == readers)
			to->tell(to->user, &of_handle[i].metric, &label, 1,
				 (double)stats->told->numbers[i]);
	}
}

typedef void broker_fn(const struct telling *to, const struct broker *broker,
		       struct log_label labels[LOG_LABELS], size_t i);

static void tell_number(const struct telling *to, const struct broker *broker,
			struct log_label labels[LOG_LABELS], size_t i)
{
	to->tell(to->user, &of_broker[i].metric, labels, 2, (double)broker->numbers[i]);
}

static void tell_round_trip(const struct telling *to, const struct broker *broker,
			    struct log_label labels[LOG_LABELS], size_t i)
{
	(void)i;
	labels[2] = (struct log_label){ "quantile", "0.5" };
	to->tell(to->user, &round_trip, labels, 3, (double)broker->p50_us / 1e6);
	labels[2].value = "0.99";
	to->tell(to->user, &round_trip, labels, 3, (double)broker->p99_us / 1e6);
}

static void tell_of_brokers(const struct telling *to, broker_fn *tell, size_t i)
{
	for (const struct kafka_stats *stats = all; stats; stats = stats->next)
		for (size_t b = 0; b < stats->told->broker_count && stats->told->client[0]; b++) {
			struct log_label labels[LOG_LABELS] = { { "client", stats->told->client },
								{ "broker",
								  stats->told->brokers[b].name } };

			tell(to, &stats->told->brokers[b], labels, i);
		}
}

void log_metrics(log_metric_fn *tell, void *user)
{
	const struct telling to = { tell, user };

	pthread_mutex_lock(&list_lock);
	for (size_t i = 0; i < BROKER_NUMBERS; i++)
		tell_of_brokers(&to, tell_number, i);
	tell_of_brokers(&to, tell_round_trip, 0);
	for (size_t i = 0; i < HANDLE_NUMBERS; i++)
		tell_of_handles(&to, i, i > PRODUCER_BYTES);
	pthread_mutex_unlock(&list_lock);
}

/* ---- making and ending */

struct kafka_stats *kafka_stats_new(void)
{
	struct kafka_stats *stats = mem_calloc(1, sizeof(*stats));

	if (!stats)
		return NULL;
	stats->told = mem_calloc(1, sizeof(*stats->told));
	stats->scratch = mem_calloc(1, sizeof(*stats->scratch));
	if (!stats->told || !stats->scratch) {
		mem_free(stats->told);
		mem_free(stats->scratch);
		mem_free(stats);
		return NULL;
	}
	pthread_mutex_lock(&list_lock);
	stats->next = all;
	all = stats;
	pthread_mutex_unlock(&list_lock);
	return stats;
}

void kafka_stats_free(struct kafka_stats *stats)
{
	if (!stats)
		return;
	pthread_mutex_lock(&list_lock);
	for (struct kafka_stats **at = &all; *at; at = &(*at)->next)
		if (*at == stats) {
			*at = stats->next;
			break;
		}
	pthread_mutex_unlock(&list_lock);
	mem_free(stats->told);
	mem_free(stats->scratch);
	mem_free(stats);
}

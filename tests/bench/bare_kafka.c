/*
 * bare_kafka.c - librdkafka and SQLite with nothing around them, which kafka_latency.py holds the
 * program against; and a producer that keeps time.
 *
 *     bare_kafka produce BROKERS TOPIC FILE RATE COUNT   COUNT of FILE's lines, RATE a second, each
 *                                                        sent at its own time (acks=all); prints
 *                                                        each one's offset and when it was
 *                                                        acknowledged, microseconds since 1970
 *     bare_kafka store BROKERS TOPIC DATABASE COUNT      consume partition 0 and insert, until
 *                                                        COUNT are stored; prints "stored" after
 *                                                        the first, p50 and p99 (µs) at the end
 *
 * `store` inserts keys and values as they are, all that have come in one transaction, with the
 * sink's own settings, so that it is as durable. A record's time is the broker's, of its append.
 */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/histogram.h"
#include "sink/ddl.h"

#define AT_ONCE  4096
#define WAIT_MS  60000
#define UUID_LEN 36

static _Noreturn void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "bare_kafka: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char why[256] = "";

	if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) != RD_KAFKA_CONF_OK)
		die(name, why);
}

static rd_kafka_t *new_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, const char *brokers)
{
	char why[256] = "";
	rd_kafka_t *client;

	set(conf, "bootstrap.servers", brokers);
	set(conf, "socket.nagle.disable", "true");
	client = rd_kafka_new(type, conf, why, sizeof(why));
	if (!client)
		die("a client cannot be made", why);
	return client;
}

/* ---- produce */

static int64_t acknowledged;
static atomic_bool all_sent;

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *user)
{
	(void)client;
	(void)user;
	if (message->err)
		die("a record was not appended", rd_kafka_err2str(message->err));
	printf("%" PRId64 " %" PRId64 "\n", message->offset, clock_wall_us());
	acknowledged++;
}

/* Deliveries are told as they come, on a thread of their own. */
static void *deliver(void *client)
{
	while (!atomic_load(&all_sent) || rd_kafka_outq_len(client) > 0)
		rd_kafka_poll(client, 100);
	return NULL;
}

static void sleep_until(int64_t mono_us)
{
	struct timespec until = { .tv_sec = mono_us / 1000000,
				  .tv_nsec = mono_us % 1000000 * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))
		continue;
}

/* The next line without its end; after the last comes the first again. */
static size_t next_line(FILE *file, char **line, size_t *capacity)
{
	ssize_t length = getline(line, capacity, file);

	if (length <= 0) {
		rewind(file);
		length = getline(line, capacity, file);
	}
	if (length <= 1)
		die("no records", "the file is empty");
	return (size_t)length - 1;
}

static void send_line(rd_kafka_t *client, const char *topic, char *line, size_t length)
{
	static const char before[] = "\"uuid\":\"";
	char *key = strstr(line, before);
	rd_kafka_resp_err_t code;

	if (!key)
		die("a line without login.uuid", line);
	key += sizeof(before) - 1;
	code = rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
				 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
				 RD_KAFKA_V_KEY(key, UUID_LEN), RD_KAFKA_V_VALUE(line, length),
				 RD_KAFKA_V_END);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		die("a record cannot be sent", rd_kafka_err2str(code));
}

static int produce(const char *brokers, const char *topic, const char *path, double rate,
		   int64_t count)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t capacity = 0;
	pthread_t deliveries;
	rd_kafka_t *client;
	int64_t start, took;

	if (!file)
		die(path, "cannot be read");
	set(conf, "acks", "all");
	set(conf, "linger.ms", "0");
	set(conf, "compression.codec", "lz4");
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	client = new_client(RD_KAFKA_PRODUCER, conf, brokers);
	if (pthread_create(&deliveries, NULL, deliver, client))
		die("a thread cannot be started", "for the deliveries");
	start = clock_mono_us();
	for (int64_t i = 0; i < count; i++) {
		size_t length = next_line(file, &line, &capacity);

		sleep_until(start + (int64_t)((double)i * 1e6 / rate));
		send_line(client, topic, line, length);
	}
	took = clock_mono_us() - start;
	atomic_store(&all_sent, true);
	pthread_join(deliveries, NULL);
	rd_kafka_destroy(client);
	free(line);
	(void)fclose(file);
	if (acknowledged != count)
		die("not all records were acknowledged", "the broker is too slow");
	if ((double)took > 1.05 * 1e6 * (double)count / rate + 1e6)
		die("the pace was not kept", "this machine has too much else to do");
	return 0;
}

/* ---- store */

struct store {
	rd_kafka_t *client;
	rd_kafka_queue_t *queue;
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit;
	struct histogram latency;
	int64_t stored;
};

static sqlite3_stmt *statement(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *out = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &out, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(db));
	return out;
}

static void run(const struct store *store, sqlite3_stmt *step)
{
	if (sqlite3_step(step) != SQLITE_DONE)
		die(sqlite3_sql(step), sqlite3_errmsg(store->db));
	sqlite3_reset(step);
}

static void open_store(struct store *store, const char *brokers, const char *topic,
		       const char *path)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	if (sqlite3_open(path, &store->db) != SQLITE_OK ||
	    sqlite3_exec(store->db,
			 "PRAGMA journal_mode=WAL;" SINK_SQLITE_PRAGMAS
			 "CREATE TABLE users (id TEXT PRIMARY KEY, record TEXT)",
			 NULL, NULL, NULL) != SQLITE_OK)
		die(path, sqlite3_errmsg(store->db));
	store->begin = statement(store->db, "BEGIN IMMEDIATE");
	store->insert = statement(store->db, "INSERT OR REPLACE INTO users VALUES (?, ?)");
	store->commit = statement(store->db, "COMMIT");
	set(conf, "group.id", "bare");
	set(conf, "enable.auto.commit", "false");
	store->client = new_client(RD_KAFKA_CONSUMER, conf, brokers);
	rd_kafka_poll_set_consumer(store->client);
	rd_kafka_topic_partition_list_add(list, topic, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
	if (rd_kafka_assign(store->client, list) != RD_KAFKA_RESP_ERR_NO_ERROR)
		die(topic, "cannot be read");
	rd_kafka_topic_partition_list_destroy(list);
	store->queue = rd_kafka_queue_get_consumer(store->client);
}

/* All that has come, at least one: one transaction. */
static void store_some(struct store *store)
{
	static rd_kafka_message_t *messages[AT_ONCE];
	ssize_t count = rd_kafka_consume_batch_queue(store->queue, WAIT_MS, messages, 1);
	int64_t now;

	if (count == 1)
		count += rd_kafka_consume_batch_queue(store->queue, 0, messages + 1, AT_ONCE - 1);
	if (count < 1)
		die("no record came", "within a minute");
	run(store, store->begin);
	for (ssize_t i = 0; i < count; i++) {
		if (messages[i]->err)
			die("reading the topic", rd_kafka_message_errstr(messages[i]));
		sqlite3_bind_text(store->insert, 1, messages[i]->key, (int)messages[i]->key_len,
				  SQLITE_STATIC);
		sqlite3_bind_text(store->insert, 2, messages[i]->payload, (int)messages[i]->len,
				  SQLITE_STATIC);
		run(store, store->insert);
	}
	run(store, store->commit);
	now = clock_wall_us();
	for (ssize_t i = 0; i < count; i++) {
		rd_kafka_timestamp_type_t type;
		int64_t time_ms = rd_kafka_message_timestamp(messages[i], &type);

		if (type != RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME)
			die("the topic has not the times of appends", "LogAppendTime is needed");
		histogram_add(&store->latency, now - time_ms * 1000, 1);
		rd_kafka_message_destroy(messages[i]);
	}
	if (store->stored == 0) {
		puts("stored");
		(void)fflush(stdout);
	}
	store->stored += count;
}

static int consume(const char *brokers, const char *topic, const char *path, int64_t count)
{
	static struct store store;

	open_store(&store, brokers, topic, path);
	while (store.stored < count)
		store_some(&store);
	printf("%" PRIu64 " %" PRIu64 "\n", histogram_quantile(&store.latency, 0.5),
	       histogram_quantile(&store.latency, 0.99));
	sqlite3_finalize(store.begin);
	sqlite3_finalize(store.insert);
	sqlite3_finalize(store.commit);
	sqlite3_close(store.db);
	rd_kafka_queue_destroy(store.queue);
	rd_kafka_consumer_close(store.client);
	rd_kafka_destroy(store.client);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "produce") == 0)
		return produce(argv[2], argv[3], argv[4], atof(argv[5]), atoll(argv[6]));
	if (argc == 6 && strcmp(argv[1], "store") == 0)
		return consume(argv[2], argv[3], argv[4], atoll(argv[5]));
	die("usage", "bare_kafka produce BROKERS TOPIC FILE RATE COUNT | store BROKERS TOPIC "
		     "DATABASE COUNT");
}

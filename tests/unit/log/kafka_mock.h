/*
 * kafka_mock.h - librdkafka's mock cluster for tests: brokers of this process that speak the
 * protocol over loopback. They know no administration, no groups by name and no times.
 */
#ifndef TESTS_KAFKA_MOCK_H
#define TESTS_KAFKA_MOCK_H

/* clang-format off: the second needs the first */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
/* clang-format on */
#include <stdio.h>

#include "c11_threads.h"
#include "core/note.h"

/*
 * For builds that look for leaks. librdkafka 2.0 keeps a queue of a handle for good when a request
 * for all groups fails, as it does here each time; and its threads now and then lose an empty list
 * of partitions (16 bytes) when a consumer is closed while it is answered. So that no more than
 * what that function made and what those threads made (c11_threads.h; nothing of ours allocates on
 * them) is left out, stacks are unwound through the library.
 */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:rd_kafka_new\nleak:run_c11_thread\n";
}
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

static rd_kafka_t *mock_owner;
static rd_kafka_mock_cluster_t *mock_cluster;

/* A group setup: one broker. */
static int mock_start(void **state)
{
	char text[256] = "";
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	(void)state;
	note_set_level(NOTE_ERROR);
	rd_kafka_conf_set(conf, "bootstrap.servers", "127.0.0.1:1", NULL, 0);
	rd_kafka_conf_set_log_cb(conf, NULL);
	mock_owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	if (!mock_owner)
		return -1;
	mock_cluster = rd_kafka_mock_cluster_new(mock_owner, 1);
	return mock_cluster ? 0 : -1;
}

static int mock_stop(void **state)
{
	(void)state;
	rd_kafka_mock_cluster_destroy(mock_cluster);
	rd_kafka_destroy(mock_owner);
	return 0;
}

/*
 * The URI of a new topic, made with its dead letters' as an administrator would; valid until the
 * next call. Requests that the mock does not know fail soon.
 */
static inline const char *mock_topic(int partitions)
{
	static unsigned count;
	static char uri[256];
	char topic[32], letters[64];
	snprintf(topic, sizeof(topic), "topic-%u", count++);
	snprintf(letters, sizeof(letters), "%s_dlq", topic);
	rd_kafka_mock_topic_create(mock_cluster, topic, partitions, 1);
	rd_kafka_mock_topic_create(mock_cluster, letters, partitions, 1);
	snprintf(uri, sizeof(uri), "kafka://%s/%s?session.timeout.ms=6000&socket.timeout.ms=500",
		 rd_kafka_mock_cluster_bootstraps(mock_cluster), topic);
	return uri;
}

#endif

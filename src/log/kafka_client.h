/*
 * kafka_client.h - a connection to a cluster: a librdkafka producer that everything but reading
 * goes through (appending, metadata, administration), with a thread that serves its events.
 *
 * The logs of this process that have the same settings share one; the appender of the records has
 * one of its own, so that what it gives up can be thrown away without touching anybody else's.
 */
#ifndef LOG_KAFKA_CLIENT_H
#define LOG_KAFKA_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdbool.h>

#include "core/err.h"
#include "log/kafka_error.h"
#include "log/kafka_settings.h"
#include "log/kafka_stats.h"

/* How long a request may take before it is called a failure; less where the user's
 * socket.timeout.ms is. */
#define KAFKA_REQUEST_MS 5000

struct kafka_client {
	struct kafka_client *next; /* of those that are shared */
	unsigned refs;
	char *key; /* NULL: private */
	char *brokers;
	int request_ms;
	rd_kafka_t *rk;
	struct kafka_stats *stats;   /* of rk */
	rd_kafka_conf_t *group_conf; /* of the handles of kafka_client_group() */
	rd_kafka_queue_t *events;    /* of those, too */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows, and of every append's state */
	pthread_cond_t
	    changed; /* CLOCK_MONOTONIC: a record was delivered or not, or an error told */
	struct kafka_trouble trouble;
	struct kafka_trouble past_trouble; /* ended by an answer. librdkafka tells of the same
					      trouble again only after some time */
	bool ended;
	_Atomic bool broken; /* librdkafka says so itself: of no more use */
};

/* Find or make one and take a reference. US_REJECT, EXIT_BAD_CONFIG: settings that contradict each
 * other; US_FATAL: out of memory or threads. Nothing is connected yet. */
enum status kafka_client_get(struct kafka_client **out, const struct kafka_settings *settings,
			     bool private, struct err *err);
/* One reference more. */
struct kafka_client *kafka_client_share(struct kafka_client *client);
/* Give it back; NULL is allowed. With the last one what is not delivered is thrown away. */
void kafka_client_put(struct kafka_client *client);

/* An answer came: what was told of connections before is over. Thread safe. */
void kafka_client_answered(struct kafka_client *client);
/* The leader of a partition did not answer, though another broker did: unless a connection tells of
 * trouble, that is it. Thread safe. */
void kafka_client_blame_leader(struct kafka_client *client,
			       const struct rd_kafka_metadata *metadata, int32_t partition);
/* As kafka_fail(), with the client's own trouble. */
enum status kafka_client_fail(struct kafka_client *client, struct err *err,
			      rd_kafka_resp_err_t code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Ask the brokers of one topic: as librdkafka's rd_kafka_metadata(), through `rk`, which from then
 * on knows who leads its partitions.
 */
rd_kafka_resp_err_t kafka_client_metadata(struct kafka_client *client, rd_kafka_t *rk,
					  const char *topic, const struct rd_kafka_metadata **out);

/*
 * What the cluster says of one topic, to be freed with rd_kafka_metadata_destroy(). US_REJECT, kind
 * "missing": there is none. US_RETRY: no answer in KAFKA_REQUEST_MS.
 */
enum status kafka_client_topic(struct kafka_client *client, const char *topic,
			       const struct rd_kafka_metadata **out, struct err *err);

/*
 * A consumer of a group, which it never joins, to ask for the group's positions and to set them;
 * the caller ends it with rd_kafka_destroy(). (librdkafka's administrative requests for the same
 * take the program with them, up to 2.0 at least: connections that change while the coordinator is
 * looked for make it send one twice, and it dies of the second answer.)
 */
enum status kafka_client_group(struct kafka_client *client, const char *group, rd_kafka_t **out,
			       struct err *err);

/*
 * Send an administrative request whose answer goes to a queue, and wait for the answer, to be freed
 * with rd_kafka_event_destroy(). NULL, with err: it failed as a whole.
 *
 *     event = kafka_client_ask(client, &ask, "make the topic", &status, err)
 */
typedef void kafka_send_fn(void *user, rd_kafka_t *rk, const rd_kafka_AdminOptions_t *options,
			   rd_kafka_queue_t *answers);
enum status kafka_client_ask(struct kafka_client *client, rd_kafka_admin_op_t kind,
			     kafka_send_fn *send, void *user, const char *doing,
			     rd_kafka_event_t **out, struct err *err);

#endif

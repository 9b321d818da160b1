/*
 * kafka_conf.c - settings as librdkafka's configuration (kafka_settings.h): our own defaults, the
 * user's properties over them, and above all what is not to be changed.
 *
 * The defaults choose latency over throughput, and a failure noticed within seconds.
 */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "core/mem.h"
#include "core/note.h"
#include "log/kafka_settings.h"

struct fixed {
	unsigned roles;
	const char *name, *value;
};

/* less than librdkafka's default of receive.message.max.bytes */
#define RECEIVE_BYTES 90000000

#define BOTH          (KAFKA_PRODUCER | KAFKA_CONSUMER)

static const struct fixed defaults[] = {
	{ BOTH, "client.id", "userstream" },
	/* small requests must not wait for the acknowledgement of former ones (40 ms) */
	{ BOTH, "socket.nagle.disable", "true" },
	{ BOTH, "socket.keepalive.enable", "true" },
	{ BOTH, "socket.timeout.ms", "15000" },
	{ BOTH, "socket.connection.setup.timeout.ms", "10000" },
	{ BOTH, "reconnect.backoff.max.ms", "2000" },
	/* for /metrics */
	{ BOTH, "statistics.interval.ms", "5000" },
	{ KAFKA_PRODUCER, "linger.ms", "0" },
	{ KAFKA_PRODUCER, "compression.codec", "lz4" },
	{ KAFKA_PRODUCER, "request.timeout.ms", "10000" },
	/* for ever: who appends decides how long to wait */
	{ KAFKA_PRODUCER, "message.timeout.ms", "0" },
	{ KAFKA_CONSUMER, "partition.assignment.strategy", "cooperative-sticky" },
	{ KAFKA_CONSUMER, "session.timeout.ms", "10000" },
	{ KAFKA_CONSUMER, "fetch.error.backoff.ms", "100" },
	{ KAFKA_CONSUMER, "check.crcs", "true" },
	/* of each partition: what is read ahead while a batch is worked on */
	{ KAFKA_CONSUMER, "queued.max.messages.kbytes", "3072" },
	/* one request at a time: partitions that are at their end hold up the others so long */
	{ KAFKA_CONSUMER, "fetch.wait.max.ms", "50" },
	/* how soon a member learns that another has come or gone */
	{ KAFKA_CONSUMER, "heartbeat.interval.ms", "1000" },
	/* how long it stands still when what is read ahead is enough; an older librdkafka has none:
	 * kafka_fetch.c
	 */
	{ KAFKA_CONSUMER, "fetch.queue.backoff.ms", "10" },
};

static const struct fixed decided[] = {
	{ BOTH, "allow.auto.create.topics", "false" },
	{ KAFKA_PRODUCER, "enable.idempotence", "true" },
	{ KAFKA_PRODUCER, "acks", "all" },
	{ KAFKA_CONSUMER, "enable.auto.commit", "false" },
	{ KAFKA_CONSUMER, "enable.auto.offset.store", "false" },
	{ KAFKA_CONSUMER, "auto.offset.reset", "error" },
	{ KAFKA_CONSUMER, "enable.partition.eof", "true" },
};

/* What librdkafka says of itself, as that a broker cannot be reached: what matters of it comes as
 * an error too, and is told as the reason of a wait. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	(void)rk;
	note(level <= LOG_CRIT ? NOTE_ERROR : NOTE_DEBUG, "kafka", text,
	     NOTE_TEXT("facility", facility));
}

static enum status set(rd_kafka_conf_t *conf, const char *name, const char *value, struct err *err)
{
	char text[512] = "";

	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
		return US_OK;
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "librdkafka does not take %s: %s", name,
		       kafka_property_is_secret(name) ? "(its value is not shown)" : text);
}

/* Those that this librdkafka does not know are left out where it tells which it knows. */
static enum status set_all(rd_kafka_conf_t *conf, const struct fixed *all, size_t count,
			   enum kafka_role role, const struct kafka_catalogue *catalogue,
			   struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; i < count && status == US_OK; i++)
		if (all[i].roles & role &&
		    (!catalogue || kafka_catalogue_find(catalogue, all[i].name)))
			status = set(conf, all[i].name, all[i].value, err);
	return status;
}

/*
 * A record of the largest size, and what goes around it. A consumer takes what a broker has, up to
 * receive.message.max.bytes; to it this is how much room it makes for a compressed batch before it
 * sees how large that is, and much more than batches need makes each of them touch new memory.
 */
static enum status set_message_size(rd_kafka_conf_t *conf, enum kafka_role role,
				    int64_t max_record_bytes, struct err *err)
{
	char size[32];
	int64_t bytes = max_record_bytes + 65536;

	if (role == KAFKA_CONSUMER && bytes <= RECEIVE_BYTES)
		return US_OK;
	snprintf(size, sizeof(size), "%lld", (long long)(bytes < 1000000000 ? bytes : 1000000000));
	return set(conf, "message.max.bytes", size, err);
}

enum status kafka_settings_conf(const struct kafka_settings *settings, enum kafka_role role,
				rd_kafka_conf_t **out, struct err *err)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	enum status status = set_all(conf, defaults, sizeof(defaults) / sizeof(defaults[0]), role,
				     &settings->catalogue, err);

	for (size_t i = 0; i < settings->property_count && status == US_OK; i++) {
		const struct kafka_property *property = &settings->properties[i];
		const struct kafka_known *known = kafka_catalogue_find(&settings->catalogue,
								       property->name);

		if (known && known->roles & role)
			status = set(conf, property->name, property->value, err);
	}
	if (status == US_OK)
		status = set_all(conf, decided, sizeof(decided) / sizeof(decided[0]), role, NULL,
				 err);
	if (status == US_OK)
		status = set(conf, "bootstrap.servers", settings->uri.brokers, err);
	if (status == US_OK)
		status = set_message_size(conf, role, settings->uri.max_record_bytes, err);
	if (status != US_OK) {
		rd_kafka_conf_destroy(conf);
		return status;
	}
	rd_kafka_conf_set_log_cb(conf, on_log);
	*out = conf;
	return US_OK;
}

void kafka_conf_no_stats(rd_kafka_conf_t *conf)
{
	rd_kafka_conf_set(conf, "statistics.interval.ms", "0", NULL, 0);
}

void kafka_settings_key(const struct kafka_settings *settings, struct buf *out)
{
	buf_printf(out, "%s\n%lld\n", settings->uri.brokers,
		   (long long)settings->uri.max_record_bytes);
	for (size_t i = 0; i < settings->property_count; i++)
		buf_printf(out, "%s=%s\n", settings->properties[i].name,
			   settings->properties[i].value);
}

enum status kafka_handle_new(rd_kafka_t **out, rd_kafka_type_t type, rd_kafka_conf_t *conf,
			     struct err *err)
{
	char text[512] = "";

	*out = rd_kafka_new(type, conf, text, sizeof(text));
	if (*out)
		return US_OK;
	rd_kafka_conf_destroy(conf);
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "the Kafka client cannot be made: %s",
		       text);
}

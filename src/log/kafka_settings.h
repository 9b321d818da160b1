/*
 * kafka_settings.h - everything that is said about a Kafka log: its URI, librdkafka's properties of
 * the URI's query and of the variables USERSTREAM_KAFKA_<PROPERTY>, and our own defaults.
 *
 *     USERSTREAM_KAFKA_SASL_USERNAME=…        the property sasl.username
 *     USERSTREAM_KAFKA_SASL_PASSWORD_FILE=…   sasl.password is what the file holds
 *     kafka://…/topic?linger.ms=5             the URI wins over the variables
 *
 * All names and values are checked at once, each mistake with "did you mean". Secrets are taken
 * from variables and files only, and no message shows one.
 */
#ifndef LOG_KAFKA_SETTINGS_H
#define LOG_KAFKA_SETTINGS_H

#include <librdkafka/rdkafka.h>

#include "core/buf.h"
#include "log/kafka_property.h"
#include "log/kafka_uri.h"

struct kafka_settings {
	struct kafka_uri uri;
	struct kafka_property *properties; /* the user's, checked */
	size_t property_count;
	struct kafka_catalogue catalogue;
	struct buf mistakes; /* while they are read: a line each */
};

/* Copies what it needs. US_REJECT, EXIT_BAD_CONFIG: every mistake, a line each. On failure there is
 * nothing to release. */
enum status kafka_settings_init(struct kafka_settings *out, const struct log_config *config,
				struct err *err);
void kafka_settings_release(struct kafka_settings *settings);

/* The user's value of a property; NULL: not set. */
const char *kafka_settings_get(const struct kafka_settings *settings, const char *name);

/* librdkafka's configuration for a producer or a consumer, to be freed or handed to
 * rd_kafka_new(). */
enum status kafka_settings_conf(const struct kafka_settings *settings, enum kafka_role role,
				rd_kafka_conf_t **out, struct err *err);
/* For a handle that does not last: nobody would see its statistics. */
void kafka_conf_no_stats(rd_kafka_conf_t *conf);
/* Append a text that differs wherever two settings lead to different connections; it holds secrets.
 */
void kafka_settings_key(const struct kafka_settings *settings, struct buf *out);

/* Hand `conf`, which is taken in any case, to librdkafka. US_REJECT, EXIT_BAD_CONFIG: settings that
 * contradict each other, certificates that cannot be read. */
enum status kafka_handle_new(rd_kafka_t **out, rd_kafka_type_t type, rd_kafka_conf_t *conf,
			     struct err *err);

#endif

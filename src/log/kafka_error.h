/*
 * kafka_error.h - librdkafka's error codes as our four classes, with what to do about each.
 */
#ifndef LOG_KAFKA_ERROR_H
#define LOG_KAFKA_ERROR_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

#include "core/err.h"

/* err.kind of a refused name or password: at the start a mistake of the configuration, later
 * something that may pass. */
#define KAFKA_KIND_AUTHENTICATION "authentication"

/* The last trouble that a handle told of: why a request timed out. */
struct kafka_trouble {
	rd_kafka_resp_err_t code; /* NO_ERROR: none */
	char text[256];
};

/* No answer came: the reason is what the connections told of. */
bool kafka_is_unanswered(rd_kafka_resp_err_t code);
/* The broker that was asked knows no such topic, or no such partition of it. */
bool kafka_is_unknown_topic(rd_kafka_resp_err_t code);
/*
 * "cannot <doing>: <what>". `brokers` is where to look; `trouble` may be NULL. US_RETRY,
 * EXIT_UNREACHABLE: what may pass (no broker, no leader, too few replicas). US_REJECT,
 * EXIT_BAD_CONFIG: a name or password that is refused (kind KAFKA_KIND_AUTHENTICATION), a missing
 * right; a topic that is not there (kind "missing"). US_REJECT, EXIT_BAD_DATA: a record too large.
 * US_FATAL: else.
 */
enum status kafka_fail(struct err *err, rd_kafka_resp_err_t code, const char *brokers,
		       const struct kafka_trouble *trouble, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif

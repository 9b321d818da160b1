/*
 * kafka_error.c - see kafka_error.h.
 */
#include "log/kafka_error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

bool kafka_is_unanswered(rd_kafka_resp_err_t code)
{
	/* a bad message is also what librdkafka makes of a request that it could not send */
	return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
	       code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__BAD_MSG ||
	       code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE ||
	       code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT ||
	       code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

bool kafka_is_unknown_topic(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	       code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
	       code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

static bool is_authentication(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL ||
	       code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM;
}

static bool may_pass(rd_kafka_resp_err_t code)
{
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR__WAIT_COORD:
	case RD_KAFKA_RESP_ERR__IN_PROGRESS:
	case RD_KAFKA_RESP_ERR__STATE:
	case RD_KAFKA_RESP_ERR__QUEUE_FULL:
	case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
	case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
	case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
	case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
	case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
	case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
	case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
		return true;
	default:
		return kafka_is_unanswered(code);
	}
}

static bool is_forbidden(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
}

static enum status with_kind(enum status status, struct err *err, const char *kind)
{
	if (err)
		err->kind = kind;
	return status;
}

static enum status fail_authentication(struct err *err, const char *doing, const char *brokers,
				       const char *text)
{
	return with_kind(
	    err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		    "cannot %s: the brokers (%s) refuse this client: %s. Look at "
		    "USERSTREAM_KAFKA_SECURITY_PROTOCOL, SASL_MECHANISM, SASL_USERNAME, "
		    "SASL_PASSWORD (or _FILE), SSL_CA_LOCATION, "
		    "SSL_CERTIFICATE_LOCATION and SSL_KEY_LOCATION",
		    doing, brokers, text),
	    err, KAFKA_KIND_AUTHENTICATION);
}

static enum status fail_forbidden(struct err *err, rd_kafka_resp_err_t code, const char *doing)
{
	const char *what = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED   ? "--topic"
			   : code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ? "--group"
										  : "--cluster";

	return with_kind(
	    err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		    "cannot %s: this user lacks the right (%s). Grant it, for a topic "
		    "Describe, Read and Write, for the group Read: kafka-acls.sh --add "
		    "--allow-principal User:NAME --operation … %s …",
		    doing, rd_kafka_err2str(code), what),
	    err, "forbidden");
}

/* Is it of an address that we were not given, but that a broker says it has? "HOST:PORT/ID: …" */
static bool is_advertised(const char *brokers, const char *text)
{
	const char *name = strstr(text, "://"), *end;
	char address[300];

	name = name ? name + 3 : text;
	end = strchr(name, '/');
	if (!end || (size_t)(end - name) >= sizeof(address) || strncmp(end, "/bootstrap", 10) == 0)
		return false;
	memcpy(address, name, (size_t)(end - name));
	address[end - name] = '\0';
	return strchr(address, ':') && !strstr(brokers, address);
}

/* What to do about what a connection told of. */
static const char *advice(const char *brokers, const char *text)
{
	if (is_advertised(brokers, text))
		return ". The broker gives this address as its own: its advertised.listeners has "
		       "to name one that can be reached from here";
	if (strstr(text, "security.protocol"))
		return ". Where the broker asks for passwords or TLS, set "
		       "USERSTREAM_KAFKA_SECURITY_PROTOCOL to sasl_plaintext, ssl or sasl_ssl";
	if (strstr(text, "SSL alert"))
		return ". The broker refuses this client's certificate, or asks for one: set "
		       "USERSTREAM_KAFKA_SSL_CERTIFICATE_LOCATION and "
		       "USERSTREAM_KAFKA_SSL_KEY_LOCATION";
	/* a handshake that failed at once is told in OpenSSL's words only */
	if (strstr(text, "certificate verify failed"))
		return ". No authority known here signed the broker's certificate: set "
		       "USERSTREAM_KAFKA_SSL_CA_LOCATION";
	if (strstr(text, "SSL routines"))
		return ". Does the broker speak TLS at this port? If not, set "
		       "USERSTREAM_KAFKA_SECURITY_PROTOCOL to plaintext or sasl_plaintext";
	if (strstr(text, "resolve"))
		return ". Is the name in --log right?";
	if (strstr(text, "refused"))
		return ". Does the broker run, and is its port the one in --log?";
	return "";
}

enum status kafka_fail(struct err *err, rd_kafka_resp_err_t code, const char *brokers,
		       const struct kafka_trouble *trouble, const char *fmt, ...)
{
	char doing[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(doing, sizeof(doing), fmt, args);
	va_end(args);
	if (is_authentication(code))
		return fail_authentication(err, doing, brokers, rd_kafka_err2str(code));
	/* a request that timed out says nothing; what the connections told of says why */
	if (kafka_is_unanswered(code) && trouble && is_authentication(trouble->code))
		return fail_authentication(err, doing, brokers, trouble->text);
	if (kafka_is_unanswered(code) && trouble && trouble->code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return with_kind(err_set(err, US_RETRY, EXIT_UNREACHABLE,
					 "cannot %s: no answer from the brokers (%s): %s%s", doing,
					 brokers, trouble->text, advice(brokers, trouble->text)),
				 err, "unreachable");
	if (kafka_is_unanswered(code))
		return with_kind(err_set(err, US_RETRY, EXIT_UNREACHABLE,
					 "cannot %s: no answer from the brokers (%s)", doing,
					 brokers),
				 err, "unreachable");
	if (may_pass(code))
		return with_kind(err_set(err, US_RETRY, EXIT_UNREACHABLE, "cannot %s: %s", doing,
					 rd_kafka_err2str(code)),
				 err, "broker");
	if (is_forbidden(code))
		return fail_forbidden(err, code, doing);
	if (kafka_is_unknown_topic(code))
		return err_missing(err, "cannot %s: there is no such topic", doing);
	if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		return err_set(err, US_REJECT, EXIT_BAD_DATA,
			       "cannot %s: a record is larger than the broker takes "
			       "(max.message.bytes of the topic)",
			       doing);
	return err_set(err, US_FATAL, EXIT_UNREACHABLE, "cannot %s: %s", doing,
		       rd_kafka_err2str(code));
}

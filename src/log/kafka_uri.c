/*
 * kafka_uri.c - see kafka_uri.h.
 */
#include "log/kafka_uri.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "log/log_backend.h"

#define DEFAULT_PARTITIONS 4
#define PRODUCER_MAX       64
#define SCHEME             "kafka://"

struct number {
	const char *name;
	int64_t min, max;
	size_t field; /* offset of its int64_t in struct kafka_uri */
};

static const struct number numbers[] = {
	{ "partitions", 1, 10000, offsetof(struct kafka_uri, partitions) },
	{ "replication", 0, 100, offsetof(struct kafka_uri, replication) },
	{ "min_insync_replicas", 0, 100, offsetof(struct kafka_uri, min_insync_replicas) },
	{ "max_record_bytes", 1024, 1 << 30, offsetof(struct kafka_uri, max_record_bytes) },
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static const char *const names[] = { "partitions", "replication", "min_insync_replicas",
				     "max_record_bytes", "producer" };

const char *const *kafka_uri_parameters(size_t *count)
{
	*count = sizeof(names) / sizeof(names[0]);
	return names;
}

static enum status refuse(const char *why, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "the log's URI %s: write kafka://host:port[,host:port]/topic?name=value",
		       why);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A copy with %41 as A; a % that is no escape stays. NULL: out of memory. */
static char *decode(const char *text, size_t len)
{
	char *out = mem_strndup(text, len);
	size_t to = 0;

	for (size_t i = 0; out && i < len; i++) {
		int high = text[i] == '%' && i + 2 < len ? hex_digit(text[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

		if (low >= 0) {
			out[to++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[to++] = text[i];
		}
	}
	if (out)
		out[to] = '\0';
	return out;
}

static enum status take_number(struct kafka_uri *uri, const struct number *number,
			       const char *value, struct err *err)
{
	char *end = NULL;
	int64_t parsed = 0;

	errno = 0;
	if (value && *value)
		parsed = strtoll(value, &end, 10);
	if (!end || *end || errno || parsed < number->min || parsed > number->max)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the log's parameter %s must be a whole number from %lld to %lld",
			       number->name, (long long)number->min, (long long)number->max);
	memcpy((char *)uri + number->field, &parsed, sizeof(parsed));
	return US_OK;
}

static bool is_plain(const char *text, size_t max)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '_' && c != '-')
			return false;
	}
	return len > 0 && len <= max;
}

static enum status take_producer(struct kafka_uri *uri, char *value, struct err *err)
{
	if (!value || !is_plain(value, PRODUCER_MAX))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the log's parameter producer must be a name of at most %d letters, "
			       "digits, '.', '_' and '-'",
			       PRODUCER_MAX);
	mem_free(uri->producer);
	uri->producer = value;
	return US_OK;
}

/* `name` and `value` (NULL: no "=") become the URI's, or are freed. */
static enum status take_parameter(struct kafka_uri *uri, char *name, char *value, struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; i < NUMBERS; i++) {
		if (strcmp(numbers[i].name, name) != 0)
			continue;
		status = take_number(uri, &numbers[i], value, err);
		goto out;
	}
	if (strcmp(name, "producer") == 0) {
		status = take_producer(uri, value, err);
		if (status == US_OK)
			value = NULL;
		goto out;
	}
	if (!value) {
		status = refuse("has a parameter without a value", err);
		goto out;
	}
	struct kafka_property *grown = mem_realloc(uri->properties,
						   (uri->property_count + 1) * sizeof(*grown));
	if (!grown) {
		status = err_no_memory(err, "opening the log");
		goto out;
	}
	uri->properties = grown;
	uri->properties[uri->property_count++] = (struct kafka_property){ name, value };
	name = value = NULL;
out:
	mem_free(name);
	mem_free(value);
	return status;
}

static enum status take_query(struct kafka_uri *uri, const char *query, struct err *err)
{
	enum status status = US_OK;

	while (*query && status == US_OK) {
		size_t len = strcspn(query, "&");
		size_t name_len = strcspn(query, "=&");
		char *name = decode(query, name_len);
		char *value = name_len < len ? decode(query + name_len + 1, len - name_len - 1)
					     : NULL;

		if (!name || (name_len < len && !value)) {
			mem_free(name);
			mem_free(value);
			return err_no_memory(err, "opening the log");
		}
		if (len)
			status = take_parameter(uri, name, value, err);
		else
			mem_free(name);
		query += len + (query[len] == '&');
	}
	return status;
}

/* Each broker with its port. */
static enum status take_brokers(struct kafka_uri *uri, const char *text, size_t len,
				struct err *err)
{
	struct buf out;

	if (len == 0)
		return refuse("names no broker", err);
	if (memchr(text, '@', len))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the log's URI must not hold a user or a password: set "
			       "USERSTREAM_KAFKA_SASL_USERNAME, and USERSTREAM_KAFKA_SASL_PASSWORD "
			       "or USERSTREAM_KAFKA_SASL_PASSWORD_FILE");
	buf_init(&out, 1 << 16);
	for (size_t at = 0; at <= len;) {
		size_t end = at;

		while (end < len && text[end] != ',')
			end++;
		if (end == at)
			break;
		struct span broker = { text + at, end - at };
		const char *bracket = memchr(broker.data, ']', broker.len);
		const char *after = bracket ? bracket : broker.data;
		bool has_port = memchr(after, ':', (size_t)(broker.data + broker.len - after));

		if (out.len)
			buf_append_char(&out, ',');
		buf_append_span(&out, broker);
		if (!has_port)
			buf_printf(&out, ":%d", KAFKA_DEFAULT_PORT);
		at = end + 1;
	}
	if (!out.failed)
		uri->brokers = mem_strdup(buf_text(&out));
	buf_release(&out);
	return uri->brokers ? US_OK : err_no_memory(err, "opening the log");
}

static enum status take_topic(struct kafka_uri *uri, const char *text, size_t len, struct err *err)
{
	uri->topic = decode(text, len);
	if (!uri->topic)
		return err_no_memory(err, "opening the log");
	if (len == 0)
		return refuse("names no topic", err);
	if (!is_plain(uri->topic, KAFKA_TOPIC_MAX - strlen(KAFKA_LETTERS_SUFFIX)))
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "'%.80s' cannot be a topic's name: letters, digits, '.', '_' and '-', "
		    "at most %zu",
		    uri->topic, KAFKA_TOPIC_MAX - strlen(KAFKA_LETTERS_SUFFIX));
	return US_OK;
}

enum status kafka_uri_parse(struct kafka_uri *out, const char *uri, struct err *err)
{
	enum status status;

	*out = (struct kafka_uri){ .partitions = DEFAULT_PARTITIONS,
				   .max_record_bytes = LOG_MAX_RECORD_BYTES };
	if (strncmp(uri, SCHEME, strlen(SCHEME)) != 0)
		return refuse("has no // after kafka:", err);
	const char *brokers = uri + strlen(SCHEME);
	size_t brokers_len = strcspn(brokers, "/?");
	const char *topic = brokers + brokers_len + (brokers[brokers_len] == '/');
	size_t topic_len = strcspn(topic, "?");
	const char *query = topic + topic_len + (topic[topic_len] == '?');

	status = take_brokers(out, brokers, brokers_len, err);
	if (status == US_OK)
		status = take_topic(out, topic, topic_len, err);
	if (status == US_OK)
		status = take_query(out, query, err);
	if (status == US_OK && !out->producer) {
		out->producer = mem_strdup("userstream");
		if (!out->producer)
			status = err_no_memory(err, "opening the log");
	}
	if (status != US_OK)
		kafka_uri_release(out);
	return status;
}

void kafka_uri_release(struct kafka_uri *uri)
{
	for (size_t i = 0; i < uri->property_count; i++) {
		mem_free(uri->properties[i].name);
		mem_free(uri->properties[i].value);
	}
	mem_free(uri->properties);
	mem_free(uri->brokers);
	mem_free(uri->topic);
	mem_free(uri->producer);
	*uri = (struct kafka_uri){ 0 };
}

void kafka_uri_topic(const struct kafka_uri *uri, enum log_stream stream,
		     char out[KAFKA_TOPIC_MAX + 1])
{
	snprintf(out, KAFKA_TOPIC_MAX + 1, "%s%s", uri->topic,
		 stream == LOG_DEAD_LETTERS ? KAFKA_LETTERS_SUFFIX : "");
}

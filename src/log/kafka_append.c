/*
 * kafka_append.c - see kafka_append.h.
 */
#include "log/kafka_append.h"

#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/random.h"
#include "log/kafka_mark.h"
#include "log/kafka_topic.h"

#define REFRESH_US (60 * INT64_C(1000000))

/* ---- where a record goes */

static const struct {
	const char *name;
	int32_t (*of)(const rd_kafka_topic_t *topic, const void *key, size_t len,
		      int32_t partitions, void *topic_opaque, void *opaque);
} partitioners[] = {
	/* Java's own: clients of all languages put a key where we do */
	{ "murmur2_random", rd_kafka_msg_partitioner_murmur2 },
	{ "murmur2", rd_kafka_msg_partitioner_murmur2 },
	{ "consistent", rd_kafka_msg_partitioner_consistent },
	{ "consistent_random", rd_kafka_msg_partitioner_consistent },
	{ "fnv1a", rd_kafka_msg_partitioner_fnv1a },
	{ "fnv1a_random", rd_kafka_msg_partitioner_fnv1a },
	{ "random", rd_kafka_msg_partitioner_random },
};

static int32_t by_key(const struct kafka_append *append, struct span key)
{
	size_t chosen = 0;

	for (size_t i = 0;
	     append->partitioner && i < sizeof(partitioners) / sizeof(partitioners[0]); i++)
		if (strcmp(partitioners[i].name, append->partitioner) == 0)
			chosen = i;
	return partitioners[chosen].of(append->topic, key.data, key.len, append->partitions, NULL,
				       NULL);
}

static int32_t choose(struct kafka_append *append, const struct record *record)
{
	if (append->by_partition)
		return record->partition % append->partitions;
	if (record->key.data)
		return by_key(append, record->key);
	return (int32_t)(append->turn++ % (uint32_t)append->partitions);
}

static bool grow(struct kafka_append *append, size_t count)
{
	if (append->edge_capacity < append->partitions) {
		size_t partitions = (size_t)append->partitions;
		size_t *first = mem_realloc(append->first, partitions * sizeof(*first));
		size_t *last;

		if (!first)
			return false;
		append->first = first;
		last = mem_realloc(append->last, partitions * sizeof(*last));
		if (!last)
			return false;
		append->last = last;
		append->edge_capacity = append->partitions;
	}
	if (count > append->where_capacity) {
		int32_t *where = mem_realloc(append->where, count * sizeof(*where));

		if (!where)
			return false;
		append->where = where;
		append->where_capacity = count;
	}
	if (count > append->slot_capacity) {
		struct kafka_append **slots = mem_realloc(append->slots,
							  count * sizeof(struct kafka_append *));

		if (!slots)
			return false;
		append->slots = slots;
		append->slot_capacity = count;
		for (size_t i = 0; i < count; i++)
			slots[i] = append;
	}
	return true;
}

static void place_all(struct kafka_append *append, const struct record *records, size_t count)
{
	for (int32_t p = 0; p < append->partitions; p++)
		append->first[p] = SIZE_MAX;
	for (size_t i = 0; i < count; i++) {
		int32_t partition = choose(append, &records[i]);

		append->where[i] = partition;
		append->last[partition] = i;
		if (append->first[partition] == SIZE_MAX)
			append->first[partition] = i;
	}
}

/* Partitions may be added to a topic while it is in use. */
static void refresh(struct kafka_append *append)
{
	const struct rd_kafka_metadata *metadata;
	struct err err = ERR_INIT;
	int64_t now = clock_mono_us();

	if (now - append->refreshed_us < REFRESH_US)
		return;
	append->refreshed_us = now;
	if (kafka_client_topic(append->client, append->topic_name, &metadata, &err) != US_OK)
		return;
	if (metadata->topics[0].partition_cnt > append->partitions)
		append->partitions = metadata->topics[0].partition_cnt;
	rd_kafka_metadata_destroy(metadata);
}

/* ---- sending */

static rd_kafka_headers_t *headers_of(const struct kafka_append *append,
				      const struct record *record, size_t i,
				      const struct kafka_batch_mark *mark)
{
	size_t count = record->header_count + (mark ? 3 : 0);
	rd_kafka_headers_t *headers;

	if (count == 0)
		return NULL;
	headers = rd_kafka_headers_new(count);
	for (size_t h = 0; h < record->header_count; h++) {
		const struct header *header = &record->headers[h];

		rd_kafka_header_add(headers, header->name.data ? header->name.data : "",
				    (ssize_t)header->name.len, header->value.data,
				    (ssize_t)header->value.len);
	}
	if (mark) {
		int32_t partition = append->where[i];

		kafka_mark_add(headers, mark->text,
			       append->count > 1 && append->first[partition] == i ? &mark->before
										  : NULL,
			       append->last[partition] == i ? &mark->after : NULL);
	}
	return headers;
}

static rd_kafka_resp_err_t send_one(struct kafka_append *append, const struct record *record,
				    size_t i, const struct kafka_batch_mark *mark)
{
	rd_kafka_headers_t *headers = headers_of(append, record, i, mark);
	int64_t timestamp_ms = record->timestamp_us / 1000;
	rd_kafka_vu_t parts[8] = {
		{ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = append->topic },
		{ .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = append->where[i] },
		{ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
		/* 0 would be "now" */
		{ .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp_ms > 0 ? timestamp_ms : 1 },
		{ .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = &append->slots[i] },
	};
	rd_kafka_resp_err_t code;
	rd_kafka_error_t *error;
	size_t count = 5;
	union {
		const char *from;
		void *to;
	} key = { .from = record->key.data }, value = { .from = record->value.data };

	parts[count].vtype = RD_KAFKA_VTYPE_KEY;
	parts[count].u.mem.ptr = key.to;
	parts[count++].u.mem.size = record->key.len;
	parts[count].vtype = RD_KAFKA_VTYPE_VALUE;
	parts[count].u.mem.ptr = value.to;
	parts[count++].u.mem.size = record->value.len;
	if (headers) {
		parts[count].vtype = RD_KAFKA_VTYPE_HEADERS;
		parts[count++].u.headers = headers;
	}
	error = rd_kafka_produceva(append->client->rk, parts, count);
	if (!error)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	code = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	if (headers)
		rd_kafka_headers_destroy(headers);
	return code;
}

/* ---- deliveries */

static void append_destroy(struct kafka_append *append)
{
	if (append->topic)
		rd_kafka_topic_destroy(append->topic);
	mem_free(append->topic_name);
	mem_free(append->where);
	mem_free(append->first);
	mem_free(append->last);
	mem_free(append->slots);
	mem_free(append);
}

void kafka_append_delivered(const rd_kafka_message_t *message)
{
	struct kafka_append **slot = message->_private;
	struct kafka_append *append = *slot;
	size_t at = (size_t)(slot - append->slots);

	append->left--;
	if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		append->delivered++;
		if (at == 0)
			append->first_offset = message->offset;
	} else if (append->failed == RD_KAFKA_RESP_ERR_NO_ERROR || at < append->failed_at) {
		append->failed = message->err;
		append->failed_at = at;
	}
	if (append->orphan && append->left == 0)
		append_destroy(append);
}

/* With the client's lock held: wait for a change until the deadline; false: it is over. */
static bool wait_changed(struct kafka_client *client, int64_t deadline_us)
{
	struct timespec until = { .tv_sec = deadline_us / 1000000,
				  .tv_nsec = deadline_us % 1000000 * 1000 };

	return pthread_cond_timedwait(&client->changed, &client->lock, &until) == 0;
}

/* Those that are not sent will not be told of. */
static void forget_unsent(struct kafka_append *append)
{
	pthread_mutex_lock(&append->client->lock);
	append->left -= append->count - append->sent;
	append->count = append->sent;
	pthread_mutex_unlock(&append->client->lock);
}

/* Send what is not sent yet. RD_KAFKA_RESP_ERR__QUEUE_FULL: the deadline came first. */
static rd_kafka_resp_err_t send_rest(struct kafka_append *append, const struct record *records,
				     const struct kafka_batch_mark *mark, int64_t deadline_us)
{
	while (append->sent < append->count) {
		rd_kafka_resp_err_t code = send_one(append, &records[append->sent], append->sent,
						    mark);
		bool over;

		if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
			append->sent++;
			continue;
		}
		if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			return code;
		pthread_mutex_lock(&append->client->lock);
		over = !wait_changed(append->client, deadline_us);
		pthread_mutex_unlock(&append->client->lock);
		if (over)
			return code;
	}
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static enum status wait_for_all(struct kafka_append *append, int64_t deadline_us)
{
	struct kafka_client *client = append->client;
	bool left;

	pthread_mutex_lock(&client->lock);
	while (append->left && !client->broken && wait_changed(client, deadline_us))
		continue;
	left = append->left > 0;
	pthread_mutex_unlock(&client->lock);
	return left ? US_RETRY : US_OK;
}

/* ---- a batch */

static uint64_t hash_batch(const struct record *records, size_t count, const struct span *after)
{
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++) {
		hash = hash_bytes(records[i].key.data, records[i].key.len, hash);
		hash = hash_bytes(records[i].value.data, records[i].value.len, hash);
		/* of a dead letter they are the matter */
		for (size_t h = 0; h < records[i].header_count; h++)
			hash = hash_bytes(records[i].headers[h].value.data,
					  records[i].headers[h].value.len, hash);
	}
	return after ? hash_bytes(after->data, after->len, hash) : hash;
}

static enum status fatal(struct kafka_append *append, struct err *err)
{
	char text[256] = "";
	rd_kafka_resp_err_t code = rd_kafka_fatal_error(append->client->rk, text, sizeof(text));

	return err_set(err, US_FATAL, EXIT_UNREACHABLE, "appending to the topic %s: %s",
		       append->topic_name,
		       code == RD_KAFKA_RESP_ERR_NO_ERROR ? "the client gave up" : text);
}

/* Every record was sent and told of: how it ended. */
static enum status conclude(struct kafka_append *append, struct err *err)
{
	append->active = false;
	if (append->failed == RD_KAFKA_RESP_ERR_NO_ERROR)
		return US_OK;
	if (append->failed == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		return err_set(err, US_REJECT, EXIT_BAD_DATA,
			       "record %zu of the batch is larger than the broker takes "
			       "(max.message.bytes of the topic %s)",
			       append->failed_at, append->topic_name);
	if (append->client->broken)
		return fatal(append, err);
	if (kafka_is_unknown_topic(append->failed))
		return err_set(err, US_FATAL, EXIT_UNREACHABLE,
			       "the topic %s is gone while it is appended to", append->topic_name);
	return kafka_client_fail(append->client, err, append->failed, "append to the topic %s",
				 append->topic_name);
}

/*
 * The time is up: why? A partition without a leader, or with too few replicas in sync, is what
 * librdkafka tries again and again without a word, so the cluster is asked.
 */
static enum status unacknowledged(struct kafka_append *append, struct err *err)
{
	struct kafka_client *client = append->client;
	size_t missing = append->count - append->delivered;
	struct kafka_trouble trouble;
	struct err why = ERR_INIT;
	enum status status;

	pthread_mutex_lock(&client->lock);
	trouble = client->trouble;
	pthread_mutex_unlock(&client->lock);
	status = kafka_topic_check(client, append->topic_name, &why);
	pthread_mutex_lock(&client->lock);
	if (client->trouble.code == RD_KAFKA_RESP_ERR_NO_ERROR)
		client->trouble = trouble; /* this answer does not end it: the records wait */
	pthread_mutex_unlock(&client->lock);
	if (status != US_RETRY || !kafka_topic_is_unfit(&why))
		return kafka_client_fail(client, err, RD_KAFKA_RESP_ERR__TIMED_OUT,
					 "append to the topic %s: %zu of %zu records are not "
					 "acknowledged",
					 append->topic_name, missing, append->count);
	err_set(err, US_RETRY, EXIT_UNREACHABLE, "%s (%zu of %zu records wait)", why.text, missing,
		append->count);
	if (err)
		err->kind = why.kind;
	return US_RETRY;
}

/* Go on with the batch that is under way until it ends or the time is up. */
static enum status carry_on(struct kafka_append *append, const struct record *records,
			    const struct kafka_batch_mark *mark, struct err *err)
{
	/* a call that waits longer says that it waits */
	int64_t deadline = clock_mono_us() + append->client->request_ms * INT64_C(1000);
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	enum status status;

	if (records)
		code = send_rest(append, records, mark, deadline);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
		/* librdkafka refuses the record itself; what is sent is waited for */
		pthread_mutex_lock(&append->client->lock);
		append->failed = code;
		append->failed_at = append->sent;
		pthread_mutex_unlock(&append->client->lock);
		forget_unsent(append);
	}
	status = wait_for_all(append, deadline);
	if (append->client->broken) {
		append->active = false;
		return fatal(append, err);
	}
	if (status == US_OK && code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
		return conclude(append, err);
	return unacknowledged(append, err);
}

static enum status begin(struct kafka_append *append, const struct record *records, size_t count,
			 struct err *err)
{
	refresh(append);
	if (!grow(append, count))
		return err_no_memory(err, "appending to the log");
	append->active = true;
	append->count = count;
	append->left = count;
	append->sent = append->delivered = 0;
	append->failed = RD_KAFKA_RESP_ERR_NO_ERROR;
	append->failed_at = SIZE_MAX;
	append->first_offset = -1;
	append->hash = 0;
	place_all(append, records, count);
	return US_OK;
}

bool kafka_append_is_of(const struct kafka_append *append, const struct record *records,
			size_t count, const struct span *after)
{
	return append->hash == hash_batch(records, count, after);
}

enum status kafka_append_finish(struct kafka_append *append, struct err *err)
{
	forget_unsent(append);
	return carry_on(append, NULL, NULL, err);
}

enum status kafka_append_batch(struct kafka_append *append, const struct record *records,
			       size_t count, const struct kafka_batch_mark *mark,
			       int64_t *first_offset, struct err *err)
{
	enum status status = US_OK;

	if (append->client->broken)
		return fatal(append, err);
	if (!append->active)
		status = begin(append, records, count, err);
	if (status == US_OK)
		status = carry_on(append, records, mark, err);
	if (status == US_RETRY && append->active && append->hash == 0)
		append->hash = hash_batch(records, count, mark ? &mark->after : NULL);
	if (status == US_OK && first_offset)
		*first_offset = append->partitions == 1 ? append->first_offset : -1;
	return status;
}

struct kafka_append *kafka_append_new(struct kafka_client *client, const char *topic,
				      int32_t partitions, const char *partitioner,
				      bool by_partition)
{
	struct kafka_append *append = mem_calloc(1, sizeof(*append));

	if (!append)
		return NULL;
	append->client = client;
	append->topic_name = mem_strdup(topic);
	append->topic = rd_kafka_topic_new(client->rk, topic, NULL);
	append->partitioner = partitioner;
	append->by_partition = by_partition;
	append->partitions = partitions;
	append->refreshed_us = clock_mono_us();
	if (append->topic_name && append->topic)
		return append;
	append_destroy(append);
	return NULL;
}

void kafka_append_free(struct kafka_append *append)
{
	struct kafka_client *client;

	if (!append)
		return;
	client = append->client;
	if (append->active)
		forget_unsent(append);
	if (!client->key && wait_for_all(append, 0) != US_OK) {
		rd_kafka_purge(client->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
		wait_for_all(append, clock_mono_us() + client->request_ms * INT64_C(1000));
	}
	pthread_mutex_lock(&client->lock);
	append->orphan = append->left > 0;
	if (!append->orphan)
		append_destroy(append);
	pthread_mutex_unlock(&client->lock);
}

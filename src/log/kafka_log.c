/*
 * kafka_log.c - the Kafka backend: opening, describing, appending, closing a handle. kafka_log.h
 * says what is where.
 */
#include "log/kafka_log.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/random.h"
#include "log/kafka_mark.h"
#include "log/kafka_topic.h"
#include "log/log_record.h"

#define CURSOR_MAX_BYTES ((size_t)1 << 20)

/* ---- describing */

/*
 * The first offset, or the one after the last, as what the broker says of a time: `which` is
 * RD_KAFKA_OFFSET_BEGINNING or _END. (librdkafka's own call for watermarks does not keep to its
 * time-out where a partition's leader has gone.)
 */
static rd_kafka_resp_err_t ask_bound(struct kafka_client *client, rd_kafka_t *rk, const char *topic,
				     int32_t partition, int64_t which, int64_t *out)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t code;

	rd_kafka_topic_partition_list_add(list, topic, partition)->offset = which;
	code = rd_kafka_offsets_for_times(rk, list, client->request_ms);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = list->elems[0].err;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		*out = list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return code;
}

enum status kafka_bounds(struct kafka_client *client, rd_kafka_t *rk, const char *topic,
			 int32_t partition, int64_t *low, int64_t *high, struct err *err)
{
	const struct rd_kafka_metadata *metadata = NULL;
	enum status status = US_OK;
	rd_kafka_resp_err_t code = ask_bound(client, rk, topic, partition,
					     RD_KAFKA_OFFSET_BEGINNING, low);

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = ask_bound(client, rk, topic, partition, RD_KAFKA_OFFSET_END, high);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return US_OK;
	if (kafka_is_unknown_topic(code))
		return kafka_topic_doubt(client, rk, topic, partition, err);
	/* who leads a partition is kept for minutes, also after that broker died: ask the brokers
	 * anew, for the next try */
	if (kafka_client_metadata(client, rk, topic, &metadata) == RD_KAFKA_RESP_ERR_NO_ERROR) {
		status = kafka_topic_check_leader(metadata, partition, err);
		if (kafka_is_unanswered(code))
			kafka_client_blame_leader(client, metadata, partition);
		rd_kafka_metadata_destroy(metadata);
	}
	if (status != US_OK)
		return status;
	return kafka_client_fail(client, err, code, "ask for the offsets of partition %d of %s",
				 (int)partition, topic);
}

static enum status stat_all(struct kafka_log *self, struct log_stat *out, struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; i < out->partition_count && status == US_OK; i++) {
		struct log_partition_stat *partition = &out->partitions[i];

		partition->partition = (int32_t)i;
		status = kafka_bounds(self->client, self->client->rk, self->topic, (int32_t)i,
				      &partition->low, &partition->high, err);
	}
	return status;
}

static enum status kafka_stat(struct log *log, struct log_stat *out, struct err *err)
{
	struct kafka_log *self = kafka_log_of(log);
	enum status status;

	*out = (struct log_stat){ .partition_count = (size_t)self->partitions, .bytes = -1 };
	memcpy(out->identity, self->identity, sizeof(self->identity));
	snprintf(out->topic, sizeof(out->topic), "%s", self->topic);
	out->partitions = mem_calloc(out->partition_count + 1, sizeof(*out->partitions));
	status = out->partitions ? stat_all(self, out, err)
				 : err_no_memory(err, "describing the log");
	if (status != US_OK)
		log_stat_release(out);
	return status;
}

static enum status kafka_check(struct log *log, struct err *err)
{
	struct kafka_log *self = kafka_log_of(log);

	return self->partitions == 0 ? US_OK : kafka_topic_check(self->client, self->topic, err);
}

/* ---- appending */

static enum status make_append(struct kafka_log *self, struct err *err)
{
	int64_t limit;

	if (self->append)
		return US_OK;
	/* known before anything is sent, so that a record too large is refused with all others */
	limit = kafka_topic_message_limit(self->client, self->topic);
	if (limit < INT64_MAX && (int64_t)self->max_record > limit)
		self->max_record = (size_t)limit;
	self->append = kafka_append_new(self->client, self->topic, self->partitions,
					kafka_settings_get(&self->settings, "partitioner"),
					self->stream == LOG_DEAD_LETTERS);
	return self->append ? US_OK : err_no_memory(err, "appending to the log");
}

/* A batch is under way that the caller does not speak of any more: order is kept all the same. */
static enum status finish_former(struct kafka_log *self, struct err *err)
{
	enum status status = kafka_append_finish(self->append, err);

	if (status == US_RETRY && self->append->active)
		return status;
	self->sequence++;
	self->stray += (int64_t)self->append->delivered;
	return self->client->broken ? status : US_OK;
}

static enum status append_with_cursor(struct kafka_log *self, const struct record *records,
				      size_t count, struct span cursor, int64_t *first_offset,
				      struct err *err)
{
	const struct kafka_mark mark = { .producer = span_of(self->settings.uri.producer),
					 .sequence = self->sequence + 1,
					 .count = (int64_t)count,
					 .stray = self->stray };
	char text[KAFKA_MARK_TEXT_MAX];
	const struct kafka_batch_mark batch = { .text = { text, kafka_mark_print(&mark, text) },
						.before = buf_span(&self->cursor),
						.after = cursor };
	enum status status = kafka_append_batch(self->append, records, count, &batch, first_offset,
						err);

	if (status == US_RETRY && self->append->active)
		return status; /* goes on with the next call, as the same batch */
	self->sequence++;
	if (status != US_OK) {
		self->stray += (int64_t)self->append->delivered;
		return status;
	}
	self->stray = 0;
	buf_reset(&self->cursor);
	buf_append_span(&self->cursor, cursor);
	return self->cursor.failed ? err_no_memory(err, "keeping the cursor") : US_OK;
}

static enum status kafka_append(struct log *log, const struct record *records, size_t count,
				const struct span *cursor, int64_t *first_offset, struct err *err)
{
	struct kafka_log *self = kafka_log_of(log);
	enum status status;

	if (self->read_only)
		return log_refuse_read_only(self->topic, err);
	if (count == 0 && !cursor)
		return US_OK; /* retention is the broker's */
	if (self->partitions == 0)
		return err_missing(err, "there is no topic %s", self->topic);
	status = make_append(self, err);
	if (status == US_OK)
		status = log_records_check(records, count, self->max_record, NULL, err);
	if (status == US_OK && cursor && !self->recovered)
		status = kafka_cursor_recover(self, err);
	if (status == US_OK && self->append->active &&
	    !kafka_append_is_of(self->append, records, count, cursor))
		status = finish_former(self, err);
	if (status != US_OK)
		return status;
	if (count == 0)
		return kafka_cursor_keep(self, *cursor, err);
	if (cursor)
		return append_with_cursor(self, records, count, *cursor, first_offset, err);
	return kafka_append_batch(self->append, records, count, NULL, first_offset, err);
}

static enum status kafka_cursor(struct log *log, struct buf *out, int64_t *beyond, struct err *err)
{
	struct kafka_log *self = kafka_log_of(log);
	enum status status = kafka_cursor_recover(self, err); /* another may have appended */

	if (status != US_OK)
		return status;
	buf_append_span(out, buf_span(&self->cursor));
	*beyond = self->stray;
	return out->failed ? err_no_memory(err, "reading the log's cursor") : US_OK;
}

/* ---- opening and closing */

static void kafka_close(struct log *log)
{
	struct kafka_log *self = kafka_log_of(log);

	kafka_append_free(self->append);
	kafka_client_put(self->client);
	kafka_settings_release(&self->settings);
	buf_release(&self->cursor);
	mem_free(self);
}

static const struct log_ops kafka_ops = {
	.scheme = "kafka",
	.shared = true,
	.append = kafka_append,
	.cursor = kafka_cursor,
	.reader_open = kafka_reader_open,
	.stat = kafka_stat,
	.readers = kafka_readers,
	.check = kafka_check,
	.trim = kafka_trim,
	.drop_reader = kafka_groups_drop,
	.close = kafka_close,
};

/* The same for both streams, and as long as cluster and topic have their names. */
static enum status make_identity(struct kafka_log *self, struct err *err)
{
	char *cluster = rd_kafka_clusterid(self->client->rk, self->client->request_ms);
	uint64_t halves[2];

	if (!cluster)
		return kafka_client_fail(self->client, err, RD_KAFKA_RESP_ERR__TIMED_OUT,
					 "learn the cluster's identity");
	halves[0] = hash_bytes(cluster, strlen(cluster), 1);
	halves[1] = hash_bytes(cluster, strlen(cluster), 2);
	for (int i = 0; i < 2; i++)
		halves[i] = hash_bytes(self->settings.uri.topic, strlen(self->settings.uri.topic),
				       halves[i]);
	rd_kafka_mem_free(self->client->rk, cluster);
	/* as a UUID of version 8: made by a rule of ours */
	snprintf(self->identity, sizeof(self->identity), "%08x-%04x-8%03x-%04x-%012llx",
		 (unsigned)(halves[0] >> 32), (unsigned)(halves[0] >> 16 & 0xffff),
		 (unsigned)(halves[0] & 0xfff), (unsigned)(halves[1] >> 48 & 0x3fff) | 0x8000,
		 (unsigned long long)(halves[1] & 0xffffffffffff));
	return US_OK;
}

static bool is_missing(enum status status, const struct err *err)
{
	return status == US_REJECT && err->kind && strcmp(err->kind, "missing") == 0;
}

static enum status open_topic(struct kafka_log *self, const struct log_config *config,
			      struct err *err)
{
	const struct kafka_uri *uri = &self->settings.uri;
	bool create = config->create && !config->read_only;
	char letters[KAFKA_TOPIC_MAX + 1];
	struct kafka_topic_plan plan = {
		.name = self->topic,
		.partitions = (int32_t)uri->partitions,
		.replication = (int)uri->replication,
		.min_insync = (int)uri->min_insync_replicas,
		.retain_ms = config->retain_ms,
		.retain_bytes = config->retain_bytes,
		.max_record_bytes = uri->max_record_bytes,
	};
	enum status status = kafka_topic_open(self->client, &plan, create, &self->partitions, err);
	int32_t unused;

	/* dead letters that were never written are none */
	if (is_missing(status, err) && self->stream == LOG_DEAD_LETTERS)
		return US_OK;
	if (status != US_OK || !create || self->stream == LOG_DEAD_LETTERS)
		return status;
	/* as both streams of a directory are made at once */
	kafka_uri_topic(uri, LOG_DEAD_LETTERS, letters);
	plan.name = letters;
	return kafka_topic_open(self->client, &plan, true, &unused, err);
}

enum status log_open_kafka(struct log **out, const struct log_config *config, struct err *err)
{
	struct kafka_log *self = mem_calloc(1, sizeof(*self));
	enum status status;

	if (!self)
		return err_no_memory(err, "opening the log");
	self->log.ops = &kafka_ops;
	self->stream = config->stream;
	self->read_only = config->read_only;
	self->member = config->member;
	self->sequence = -1;
	buf_init(&self->cursor, CURSOR_MAX_BYTES);
	status = kafka_settings_init(&self->settings, config, err);
	if (status != US_OK) {
		mem_free(self);
		return status;
	}
	self->max_record = (size_t)self->settings.uri.max_record_bytes;
	kafka_uri_topic(&self->settings.uri, config->stream, self->topic);
	status = kafka_client_get(&self->client, &self->settings, config->exclusive, err);
	if (status == US_OK)
		status = open_topic(self, config, err);
	if (status == US_OK)
		status = make_identity(self, err);
	if (status == US_OK)
		*out = &self->log;
	else
		kafka_close(&self->log);
	return status;
}

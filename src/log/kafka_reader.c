/*
 * kafka_reader.c - see kafka_reader.h: opening and closing a reader, and its polls.
 */
#include "log/kafka_reader.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"

/* How often the bounds of a partition are asked that is paused, and so tells of none. */
#define BOUNDS_US     (5 * INT64_C(1000000))
#define CLOSE_WAIT_MS 2000

void kafka_reader_call(struct kafka_reader *self)
{
	pthread_mutex_lock(&self->lock);
	self->calls++;
	pthread_cond_broadcast(&self->changed);
	pthread_mutex_unlock(&self->lock);
}

enum status kafka_reader_fail(struct kafka_reader *self, struct err *err, rd_kafka_resp_err_t code,
			      const char *doing)
{
	return kafka_fail(err, code, self->client->brokers, &self->trouble, "%s (topic %s)", doing,
			  self->topic);
}

/* ---- what is no record */

/* librdkafka's errors: some are told, most mend themselves and are why nothing comes. */
static enum status on_error(struct kafka_reader *self, rd_kafka_resp_err_t code, const char *text,
			    struct err *err)
{
	if (kafka_is_unknown_topic(code))
		return err_set(err, US_FATAL, EXIT_UNREACHABLE,
			       "the topic %s is gone while it is read", self->topic);
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
		return kafka_reader_fail(self, err, code, "read");
	case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "another reader has the same group.instance.id: each needs one of its "
		    "own (%s)",
		    text);
	case RD_KAFKA_RESP_ERR__FATAL:
		return err_set(err, US_FATAL, EXIT_UNREACHABLE, "reading the topic %s: %s",
			       self->topic, text);
	case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
		note(NOTE_WARN, "log", "the group took the partitions away: no poll for too long",
		     NOTE_TEXT("topic", self->topic));
		return US_OK;
	default:
		self->trouble.code = code;
		snprintf(self->trouble.text, sizeof(self->trouble.text), "%s", text);
		return US_OK;
	}
}

/* Rebalances (their callback runs in here) and errors. */
static enum status serve_events(struct kafka_reader *self, struct err *err)
{
	enum status status = US_OK;

	while (status == US_OK && self->rebalance == REBALANCE_NONE) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(self->rk, 0);

		if (!message)
			break;
		if (message->err)
			status = on_error(self, message->err, rd_kafka_message_errstr(message),
					  err);
		rd_kafka_message_destroy(message);
	}
	return status;
}

/* ---- records */

/* Fetching stands still at an offset that the broker does not hold: why? */
static enum status on_out_of_range(struct kafka_reader *self, struct kafka_part *part,
				   struct log_event *event, struct err *err)
{
	enum status status = kafka_bounds(self->client, self->rk, self->topic, part->id, &part->low,
					  &part->high, err);

	if (status != US_OK)
		return status;
	part->bounds_us = clock_mono_us();
	if (part->next < part->low) {
		part->lost = true;
		*event = (struct log_event){ .kind = LOG_EVENT_LOST,
					     .partition = part->id,
					     .low = part->low,
					     .high = part->high,
					     .next = part->next };
		return US_OK;
	}
	if (part->next > part->high) {
		part->anew = true; /* the topic was cut, or made anew */
		return US_OK;
	}
	return kafka_restart(self, part, part->next, err);
}

/* A gap at the end: the position moves, without a record. */
static bool skip_gap(struct kafka_part *part, int64_t offset, struct log_event *event)
{
	if (offset <= part->next)
		return false;
	part->next = offset;
	event->kind = LOG_EVENT_RECORDS;
	return true;
}

/* The message that is held is no record. *event is filled where it is to be told. */
static enum status take_notice(struct kafka_reader *self, struct kafka_part *part,
			       struct log_event *event, struct err *err)
{
	rd_kafka_message_t *message = part->held;
	enum status status = US_OK;

	part->held = NULL; /* a seek would give it back */

	switch ((int)message->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		skip_gap(part, message->offset, event);
		break;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		status = on_out_of_range(self, part, event, err);
		if (status == US_RETRY)
			part->held = message; /* asked again with the next poll */
		break;
	default:
		if (self->named && kafka_is_unknown_topic(message->err))
			part->anew = true; /* deleted; one of the same name would begin anew */
		else
			status = on_error(self, message->err, rd_kafka_message_errstr(message),
					  err);
	}
	if (status != US_RETRY)
		rd_kafka_message_destroy(message);
	return status;
}

/*
 * The next message of the partition, held until it is dealt with; NULL: none waits. One by one: up
 * to 2.0, rd_kafka_consume_batch_queue() throws away what it has taken when a rebalance begins in
 * the middle of it, of partitions too that stay, and then goes on behind that.
 */
static rd_kafka_message_t *peek(struct kafka_part *part)
{
	if (!part->held)
		part->held = rd_kafka_consume_queue(part->queue, 0);
	return part->held;
}

/* Fill a batch; stops at what is no record, and at its bounds. */
static enum status fill(struct kafka_reader *self, struct kafka_part *part,
			struct kafka_batch *batch, size_t max_records, struct err *err)
{
	rd_kafka_message_t *message;

	while ((message = peek(part)) != NULL && !message->err &&
	       kafka_batch_has_room(batch, kafka_batch_size(message), max_records)) {
		if (message->offset >= part->next &&
		    !kafka_batch_add(batch, message, self->headers))
			return batch->count ? US_OK : err_no_memory(err, "reading from the log");
		if (message->offset >= part->next)
			part->next = message->offset + 1;
		kafka_part_drop_held(part);
	}
	return US_OK;
}

static void fill_event(struct kafka_reader *self, struct kafka_part *part, struct log_event *event)
{
	int64_t low = -1, high = -1;

	rd_kafka_get_watermark_offsets(self->rk, self->topic, part->id, &low, &high);
	if (high > part->high)
		part->high = high;
	if (part->high < part->next)
		part->high = part->next;
	event->partition = part->id;
	event->low = part->low;
	event->high = part->high;
	event->next = part->next;
}

static bool stands_still(const struct kafka_part *part)
{
	return !part->queue || part->paused || part->lost || part->anew;
}

static enum status look_at(struct kafka_reader *self, struct kafka_part *part, size_t max_records,
			   struct log_event *event, struct err *err)
{
	struct kafka_batch *batch = &self->batches[self->current ^ 1];
	enum status status = US_OK;

	kafka_batch_reset(batch);
	/* behind what is no record there may be one, of which no call will tell again */
	while (status == US_OK && event->kind == LOG_EVENT_NONE && !stands_still(part)) {
		status = fill(self, part, batch, max_records, err);
		if (status != US_OK || batch->count || !part->held)
			break;
		status = take_notice(self, part, event, err);
		if (status == US_OK && event->kind == LOG_EVENT_RECORDS)
			fill_event(self, part, event);
	}
	if (status != US_OK || batch->count == 0)
		return status;
	part->record_bytes = (int64_t)(batch->len / batch->count);
	kafka_batch_finish(batch);
	self->current ^= 1;
	self->trouble.code = RD_KAFKA_RESP_ERR_NO_ERROR;
	event->kind = LOG_EVENT_RECORDS;
	event->records = batch->records;
	event->record_count = batch->count;
	fill_event(self, part, event);
	kafka_fetch_on(self, part, batch->count);
	return US_OK;
}

/* ---- polling */

/* Is there something to tell? Nothing waits in here but for an answer of the broker. */
static enum status look(struct kafka_reader *self, size_t max_records, struct log_event *event,
			struct err *err)
{
	enum status status = serve_events(self, err);

	if (status == US_OK)
		status = kafka_tell_rebalance(self, event, err);
	if (status != US_OK || event->kind != LOG_EVENT_NONE)
		return status;
	kafka_commit_due(self, false, 0);
	for (size_t i = 0; i < self->part_count; i++) {
		size_t at = (self->turn + i) % self->part_count;

		status = look_at(self, self->parts[at], max_records, event, err);
		if (status != US_OK)
			return status;
		if (event->kind != LOG_EVENT_NONE) {
			self->turn = (at + 1) % self->part_count;
			return US_OK;
		}
	}
	return US_OK;
}

/* A rebalance, or a partition whose records may be others now: the next look tells of it. */
static bool is_to_be_told(const struct kafka_reader *self)
{
	for (size_t i = 0; i < self->part_count; i++)
		if (self->parts[i]->anew)
			return true;
	return self->rebalance != REBALANCE_NONE;
}

/* Sleep until something comes that was not there at `seen`; false: the time is up. */
static bool sleep_until(struct kafka_reader *self, uint64_t seen, int64_t deadline_us)
{
	struct timespec until = { .tv_sec = deadline_us / 1000000,
				  .tv_nsec = deadline_us % 1000000 * 1000 };
	bool more = true;

	pthread_mutex_lock(&self->lock);
	while (more && self->calls == seen && !self->woken)
		more = deadline_us == INT64_MAX
			   ? pthread_cond_wait(&self->changed, &self->lock) == 0
			   : pthread_cond_timedwait(&self->changed, &self->lock, &until) == 0;
	pthread_mutex_unlock(&self->lock);
	return more;
}

static uint64_t calls_so_far(struct kafka_reader *self, bool *woken)
{
	uint64_t calls;

	pthread_mutex_lock(&self->lock);
	calls = self->calls;
	*woken = self->woken;
	self->woken = false;
	pthread_mutex_unlock(&self->lock);
	return calls;
}

static enum status kafka_poll(struct log_reader *reader, int timeout_ms, size_t max_records,
			      struct log_event *event, struct err *err)
{
	struct kafka_reader *self = kafka_reader_of(reader);
	int64_t deadline = timeout_ms < 0 ? INT64_MAX
					  : clock_mono_us() + (int64_t)timeout_ms * 1000;
	enum status status = US_OK;

	*event = (struct log_event){ .kind = LOG_EVENT_NONE, .partition = -1 };
	for (;;) {
		bool woken;
		uint64_t seen = calls_so_far(self, &woken);

		if (woken)
			break;
		status = look(self, max_records, event, err);
		if (status != US_OK || event->kind != LOG_EVENT_NONE)
			break;
		if (is_to_be_told(self))
			continue;
		if (timeout_ms == 0 || !sleep_until(self, seen, deadline))
			break;
	}
	event->complete = self->complete && self->rebalance == REBALANCE_NONE;
	return status;
}

/* ---- the rest */

static enum status refuse_partition(const struct kafka_reader *self, int32_t partition,
				    struct err *err)
{
	return log_refuse_partition(self->topic, partition, err);
}

static enum status kafka_seek(struct log_reader *reader, int32_t partition, int64_t offset,
			      struct err *err)
{
	struct kafka_reader *self = kafka_reader_of(reader);
	struct kafka_part *part = kafka_part_find(self, partition);

	return part ? kafka_restart(self, part, offset, err)
		    : refuse_partition(self, partition, err);
}

static enum status kafka_offset_at(struct log_reader *reader, int32_t partition,
				   int64_t timestamp_us, int64_t *offset, struct err *err)
{
	struct kafka_reader *self = kafka_reader_of(reader);
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code;
	enum status status = US_OK;
	int64_t low, high;
	/* Kafka knows milliseconds */
	int64_t time = timestamp_us <= 0 ? 0 : timestamp_us / 1000 + (timestamp_us % 1000 > 0);

	if (!kafka_part_find(self, partition))
		return refuse_partition(self, partition, err);
	list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, self->topic, partition)->offset = time;
	code = rd_kafka_offsets_for_times(self->rk, list, self->client->request_ms);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = list->elems[0].err;
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		status = kafka_reader_fail(self, err, code, "find the offset of a time");
	else if (list->elems[0].offset >= 0)
		*offset = list->elems[0].offset;
	else { /* none is so new */
		status = kafka_bounds(self->client, self->rk, self->topic, partition, &low, &high,
				      err);
		if (status == US_OK)
			*offset = high;
	}
	rd_kafka_topic_partition_list_destroy(list);
	return status;
}

static enum status kafka_commit(struct log_reader *reader, int32_t partition, int64_t next,
				struct err *err)
{
	struct kafka_reader *self = kafka_reader_of(reader);
	struct kafka_part *part = kafka_part_find(self, partition);

	if (!part)
		return refuse_partition(self, partition, err);
	if (self->named) {
		part->committed = next;
		kafka_commit_due(self, false, 0);
	}
	return US_OK;
}

static enum status kafka_pause(struct log_reader *reader, int32_t partition, bool paused,
			       struct err *err)
{
	struct kafka_reader *self = kafka_reader_of(reader);
	struct kafka_part *part = kafka_part_find(self, partition);

	if (!part)
		return refuse_partition(self, partition, err);
	/* its queue fills up to librdkafka's bound, and is not looked at */
	part->paused = paused;
	return US_OK;
}

static void kafka_wake(struct log_reader *reader)
{
	struct kafka_reader *self = kafka_reader_of(reader);

	pthread_mutex_lock(&self->lock);
	self->woken = true;
	pthread_cond_broadcast(&self->changed);
	pthread_mutex_unlock(&self->lock);
}

static void kafka_reader_close(struct log_reader *reader)
{
	struct kafka_reader *self = kafka_reader_of(reader);

	if (self->rk) {
		kafka_fetch_free(self);
		self->closing = true;
		if (self->named) {
			kafka_commit_due(self, true, CLOSE_WAIT_MS);
			kafka_answer_untold(self);
		}
		kafka_parts_free(self);
		if (self->events) {
			rd_kafka_queue_cb_event_enable(self->events, NULL, NULL);
			rd_kafka_queue_destroy(self->events);
		}
		kafka_leave(self);
	}
	if (self->list)
		rd_kafka_topic_partition_list_destroy(self->list);
	kafka_stats_free(self->stats);
	mem_free(self->parts);
	kafka_batch_release(&self->batches[0]);
	kafka_batch_release(&self->batches[1]);
	pthread_cond_destroy(&self->changed);
	pthread_mutex_destroy(&self->lock);
	kafka_client_put(self->client);
	mem_free(self);
}

static const struct log_reader_ops kafka_reader_ops = {
	.poll = kafka_poll,
	.seek = kafka_seek,
	.offset_at = kafka_offset_at,
	.commit = kafka_commit,
	.pause = kafka_pause,
	.wake = kafka_wake,
	.close = kafka_reader_close,
};

/* ---- opening */

static void on_event(rd_kafka_t *rk, void *opaque)
{
	(void)rk;
	kafka_reader_call(opaque);
}

static int on_stats(rd_kafka_t *rk, char *json, size_t len, void *opaque)
{
	struct kafka_reader *self = opaque;

	(void)rk;
	kafka_stats_take(self->stats, (struct span){ json, len });
	return 0; /* librdkafka frees the text */
}

static enum status set_group(const struct kafka_log *log, const char *name, rd_kafka_conf_t *conf,
			     struct err *err)
{
	const char *instance = kafka_settings_get(&log->settings, "group.instance.id");
	char text[512] = "", group[2 * KAFKA_TOPIC_MAX], member[300];

	kafka_group_name(log, name[0] ? name : "nameless", group, sizeof(group));
	if (rd_kafka_conf_set(conf, "group.id", group, text, sizeof(text)) != RD_KAFKA_CONF_OK)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s", text);
	/* each reader of a process is a member of its own */
	if (instance && name[0] && log->member > 0) {
		snprintf(member, sizeof(member), "%.250s-%d", instance, log->member);
		if (rd_kafka_conf_set(conf, "group.instance.id", member, text, sizeof(text)) !=
		    RD_KAFKA_CONF_OK)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s", text);
	}
	return US_OK;
}

static enum status start(struct kafka_reader *self, const struct kafka_log *log, const char *name,
			 struct err *err)
{
	rd_kafka_conf_t *conf = NULL;
	rd_kafka_topic_partition_list_t *topics;
	rd_kafka_resp_err_t code;
	enum status status = kafka_settings_conf(&log->settings, KAFKA_CONSUMER, &conf, err);

	if (status != US_OK)
		return status;
	status = set_group(log, name, conf, err);
	if (status != US_OK) {
		rd_kafka_conf_destroy(conf);
		return status;
	}
	rd_kafka_conf_set_opaque(conf, self);
	rd_kafka_conf_set_rebalance_cb(conf, kafka_on_rebalance);
	if (self->stats)
		rd_kafka_conf_set_stats_cb(conf, on_stats);
	else
		kafka_conf_no_stats(conf);
	status = kafka_handle_new(&self->rk, RD_KAFKA_CONSUMER, conf, err);
	if (status != US_OK)
		return status;
	status = kafka_fetch_new(self, &log->settings, err);
	if (status != US_OK)
		return status;
	rd_kafka_poll_set_consumer(self->rk);
	self->events = rd_kafka_queue_get_consumer(self->rk);
	rd_kafka_queue_cb_event_enable(self->events, on_event, self);
	if (!self->named)
		return kafka_assign_all(self, err);
	topics = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(topics, self->topic, RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(self->rk, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return code == RD_KAFKA_RESP_ERR_NO_ERROR ? US_OK
						  : kafka_reader_fail(self, err, code, "read");
}

enum status kafka_reader_open(struct log *log, const char *name, struct log_reader **out,
			      struct err *err)
{
	struct kafka_log *owner = kafka_log_of(log);
	struct kafka_reader *self;
	pthread_condattr_t attributes;
	enum status status = log_check_reader_name(name, err);

	if (status != US_OK)
		return status;
	if (name[0] && owner->read_only)
		return log_refuse_read_only(owner->topic, err);
	self = mem_calloc(1, sizeof(*self));
	if (!self)
		return err_no_memory(err, "opening a reader of the log");
	self->reader.ops = &kafka_reader_ops;
	self->client = kafka_client_share(owner->client);
	self->partitions = owner->partitions;
	self->named = name[0] != '\0';
	/* whoever processes records looks at no headers, and they are costly */
	self->headers = !self->named || owner->stream == LOG_DEAD_LETTERS;
	snprintf(self->topic, sizeof(self->topic), "%s", owner->topic);
	pthread_mutex_init(&self->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&self->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	self->stats = self->named ? kafka_stats_new() : NULL;
	status = self->named && !self->stats ? err_no_memory(err, "opening a reader of the log")
					     : start(self, owner, name, err);
	if (status == US_OK)
		*out = &self->reader;
	else
		kafka_reader_close(&self->reader);
	return status;
}

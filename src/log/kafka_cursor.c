/*
 * kafka_cursor.c - where the appender stands, found again in the headers of the newest records
 * (kafka_mark.h), by reading the end of each partition.
 *
 * A cursor without records (a reservation under a rate limit) is kept in the metadata of a consumer
 * group's offset, "SEQUENCE TEXT": it counts while no later batch is there.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/note.h"
#include "log/kafka_log.h"
#include "log/kafka_mark.h"

/* How many records of a partition's end are looked at; more where the batch began before them. */
#define WINDOW_FIRST 1024
#define WINDOW_MOST  (1024 * 1024)
/* What a broker takes as metadata (offset.metadata.max.bytes). */
#define METADATA_MOST 4000
#define POLL_MS       10000

/* The newest batch of our producer in one partition. */
struct tail {
	int64_t low, high, next;
	int64_t sequence; /* -1: none was seen */
	int64_t here;     /* its records in this partition */
	int64_t count, stray;
	bool from_low; /* nothing is before the window */
	bool whole;    /* all of them were seen */
	bool done;     /* nothing more to look for */
	struct buf before, after;
};

static void take_mark(struct tail *tail, const struct kafka_mark *mark)
{
	if (mark->sequence != tail->sequence) {
		tail->whole = tail->from_low || tail->sequence >= 0 || mark->before.data ||
			      mark->count == 1;
		tail->sequence = mark->sequence;
		tail->here = 0;
		tail->count = mark->count;
		tail->stray = mark->stray;
		buf_reset(&tail->before);
		buf_reset(&tail->after);
	}
	tail->here++;
	if (mark->before.data) {
		buf_reset(&tail->before);
		buf_append_span(&tail->before, mark->before);
	}
	if (mark->after.data) {
		buf_reset(&tail->after);
		buf_append_span(&tail->after, mark->after);
	}
}

static void take_records(struct kafka_log *log, struct tail *tail, const struct log_event *event)
{
	struct span producer = span_of(log->settings.uri.producer);

	for (size_t i = 0; i < event->record_count; i++) {
		struct kafka_mark mark;

		if (event->records[i].offset < tail->high &&
		    kafka_mark_read(&event->records[i], &mark) &&
		    span_equal(mark.producer, producer))
			take_mark(tail, &mark);
	}
	tail->next = event->next;
}

/* ---- reading the ends */

static enum status start_window(struct log_reader *reader, struct tail *tails, size_t count,
				int64_t window, size_t *left, struct err *err)
{
	enum status status = US_OK;

	*left = 0;
	for (size_t i = 0; i < count && status == US_OK; i++) {
		struct tail *tail = &tails[i];

		if (tail->done || tail->high <= tail->low) {
			tail->done = true;
			status = reader->ops->pause(reader, (int32_t)i, true, err);
			continue;
		}
		tail->sequence = -1;
		tail->next = tail->high - window > tail->low ? tail->high - window : tail->low;
		tail->from_low = tail->next == tail->low;
		status = reader->ops->seek(reader, (int32_t)i, tail->next, err);
		++*left;
	}
	return status;
}

static enum status read_window(struct kafka_log *log, struct log_reader *reader, struct tail *tails,
			       size_t left, struct err *err)
{
	enum status status = US_OK;

	while (left && status == US_OK) {
		struct log_event event;

		status = reader->ops->poll(reader, POLL_MS, 0, &event, err);
		if (status != US_OK)
			break;
		if (event.kind == LOG_EVENT_LOST) { /* retention was faster */
			status = reader->ops->seek(reader, event.partition, event.low, err);
			continue;
		}
		if (event.kind == LOG_EVENT_NONE)
			return kafka_client_fail(log->client, err, RD_KAFKA_RESP_ERR__TIMED_OUT,
						 "read the end of the topic %s", log->topic);
		if (event.kind != LOG_EVENT_RECORDS ||
		    tails[event.partition].next >= tails[event.partition].high)
			continue;
		take_records(log, &tails[event.partition], &event);
		if (tails[event.partition].next >= tails[event.partition].high)
			left--;
	}
	return status;
}

/* Told of every partition; none is read before its window is known. */
static enum status learn_bounds(struct log_reader *reader, struct tail *tails, size_t count,
				struct err *err)
{
	enum status status = US_OK;

	for (size_t told = 0; told < count && status == US_OK;) {
		struct log_event event;

		status = reader->ops->poll(reader, POLL_MS, 0, &event, err);
		if (status != US_OK || event.kind != LOG_EVENT_ASSIGNED)
			continue;
		tails[event.partition].low = event.low;
		tails[event.partition].high = event.high;
		told++;
	}
	return status;
}

static enum status read_tails(struct kafka_log *log, struct tail *tails, size_t count,
			      struct err *err)
{
	struct log_reader *reader = NULL;
	enum status status = kafka_reader_open(&log->log, "", &reader, err);
	int64_t window = WINDOW_FIRST;

	if (status == US_OK)
		status = learn_bounds(reader, tails, count, err);
	for (bool more = true; more && status == US_OK; window *= 8) {
		size_t left;

		status = start_window(reader, tails, count, window, &left, err);
		if (status == US_OK)
			status = read_window(log, reader, tails, left, err);
		more = false;
		for (size_t i = 0; i < count; i++) {
			struct tail *tail = &tails[i];
			tail->done = tail->done || tail->from_low || window >= WINDOW_MOST ||
				     (tail->sequence >= 0 && tail->whole);
			more = more || !tail->done;
		}
	}
	log_reader_close(reader);
	return status;
}

/* ---- what they add up to */

static enum status add_up(struct kafka_log *log, const struct tail *tails, size_t count,
			  struct err *err)
{
	const struct tail *newest = NULL;
	int64_t here = 0;
	bool whole;

	buf_reset(&log->cursor);
	log->sequence = -1;
	log->stray = 0;
	for (size_t i = 0; i < count; i++) {
		if (tails[i].sequence < 0 || (newest && tails[i].sequence < newest->sequence))
			continue;
		if (!newest || tails[i].sequence > newest->sequence)
			here = 0;
		newest = &tails[i];
		here += tails[i].here;
	}
	if (!newest)
		return US_OK;
	whole = here >= newest->count;
	log->sequence = newest->sequence;
	buf_append_span(&log->cursor, buf_span(whole ? &newest->after : &newest->before));
	if (!whole) {
		log->stray = newest->stray + here;
		note(NOTE_WARN, "log",
		     "the last batch was not appended whole, and is fetched again",
		     NOTE_TEXT("topic", log->topic), NOTE_INT("records", here),
		     NOTE_INT("of", newest->count));
	}
	return log->cursor.failed ? err_no_memory(err, "reading the log's cursor") : US_OK;
}

/* ---- a cursor without records */

struct kept {
	const struct kafka_log *log;
	char group[2 * KAFKA_TOPIC_MAX];
	char metadata[METADATA_MOST + 1];
};

static void kept_init(struct kept *kept, const struct kafka_log *log)
{
	kept->log = log;
	snprintf(kept->group, sizeof(kept->group), "%s.cursor.%s", log->topic,
		 log->settings.uri.producer);
}

/* The group's one position, to be destroyed: of partition 0, and its metadata is the cursor. */
static rd_kafka_topic_partition_list_t *position_new(const struct kept *kept)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, kept->log->topic, 0)->offset = 0;
	return list;
}

static void take_kept(struct kafka_log *log, struct kept *kept,
		      const rd_kafka_topic_partition_t *position)
{
	char *text;

	if (position->err != RD_KAFKA_RESP_ERR_NO_ERROR || !position->metadata ||
	    position->metadata_size > METADATA_MOST)
		return;
	memcpy(kept->metadata, position->metadata, position->metadata_size);
	kept->metadata[position->metadata_size] = '\0';
	if (strtoll(kept->metadata, &text, 10) != log->sequence || *text != ' ')
		return;
	buf_reset(&log->cursor);
	buf_append_text(&log->cursor, text + 1);
	log->stray = 0; /* the cursor knows of them */
}

/* The cursor that was kept beside the newest batch, if there is one. Not being told is no failure:
 * a reservation is forgotten then, no more. */
static void recall(struct kafka_log *log)
{
	rd_kafka_topic_partition_list_t *list;
	struct err err = ERR_INIT;
	rd_kafka_t *rk = NULL;
	struct kept kept;

	kept_init(&kept, log);
	if (kafka_client_group(log->client, kept.group, &rk, &err) != US_OK)
		return;
	list = position_new(&kept);
	if (rd_kafka_committed(rk, list, log->client->request_ms) == RD_KAFKA_RESP_ERR_NO_ERROR)
		take_kept(log, &kept, &list->elems[0]);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(rk);
}

/* Commit the position with the metadata. */
static enum status commit_kept(struct kafka_log *log, struct kept *kept, struct err *err)
{
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_queue_t *answers;
	rd_kafka_event_t *event = NULL;
	rd_kafka_t *rk = NULL;
	rd_kafka_resp_err_t code;
	enum status status = kafka_client_group(log->client, kept->group, &rk, err);

	if (status != US_OK)
		return status;
	list = position_new(kept);
	list->elems[0].metadata = kept->metadata;
	list->elems[0].metadata_size = strlen(kept->metadata);
	answers = rd_kafka_queue_new(rk);
	code = rd_kafka_commit_queue(rk, list, answers, NULL, NULL); /* copies */
	list->elems[0].metadata = NULL;
	list->elems[0].metadata_size = 0;
	rd_kafka_topic_partition_list_destroy(list);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		event = rd_kafka_queue_poll(answers, log->client->request_ms);
		code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
	}
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(answers);
	rd_kafka_destroy(rk);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return US_OK;
	return kafka_client_fail(log->client, err, code, "keep the cursor in the group %s",
				 kept->group);
}

enum status kafka_cursor_keep(struct kafka_log *log, struct span text, struct err *err)
{
	enum status status = US_OK;
	struct kept kept;

	kept_init(&kept, log);
	/* too long for where it is kept: it goes with the next records */
	if (text.len + 32 <= METADATA_MOST) {
		snprintf(kept.metadata, sizeof(kept.metadata), "%" PRId64 " %.*s", log->sequence,
			 (int)text.len, text.data ? text.data : "");
		status = commit_kept(log, &kept, err);
		if (status != US_OK)
			return status;
		log->stray = 0; /* it counts them */
	}
	buf_reset(&log->cursor);
	buf_append_span(&log->cursor, text);
	return log->cursor.failed ? err_no_memory(err, "keeping the cursor") : US_OK;
}

enum status kafka_cursor_recover(struct kafka_log *log, struct err *err)
{
	size_t count = (size_t)log->partitions;
	struct tail *tails = mem_calloc(count, sizeof(*tails));
	enum status status;

	if (!tails)
		return err_no_memory(err, "reading the log's cursor");
	for (size_t i = 0; i < count; i++) {
		tails[i].sequence = -1;
		buf_init(&tails[i].before, log->cursor.max);
		buf_init(&tails[i].after, log->cursor.max);
	}
	status = read_tails(log, tails, count, err);
	if (status == US_OK)
		status = add_up(log, tails, count, err);
	if (status == US_OK)
		recall(log);
	log->recovered = status == US_OK;
	for (size_t i = 0; i < count; i++) {
		buf_release(&tails[i].before);
		buf_release(&tails[i].after);
	}
	mem_free(tails);
	return status;
}

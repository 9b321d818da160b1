/*
 * kafka_assign.c - partitions that come and go (kafka_reader.h).
 *
 * librdkafka asks for an assignment through a callback, and waits until it is made. We let it wait:
 * first each partition is told to the caller, who seeks; the poll after the last of them makes the
 * assignment, from the offsets sought. So nothing is fetched from a place that is not wanted.
 */
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "log/kafka_reader.h"

#define SEEK_MS 5000

struct kafka_part *kafka_part_find(const struct kafka_reader *self, int32_t id)
{
	for (size_t i = 0; i < self->part_count; i++)
		if (self->parts[i]->id == id)
			return self->parts[i];
	return NULL;
}

static struct kafka_part *part_add(struct kafka_reader *self, int32_t id)
{
	struct kafka_part *part = kafka_part_find(self, id);

	if (part)
		return part;
	if (self->part_count == self->part_capacity) {
		size_t capacity = self->part_capacity ? self->part_capacity * 2 : 8;
		struct kafka_part **grown = mem_realloc(self->parts,
							capacity * sizeof(struct kafka_part *));

		if (!grown)
			return NULL;
		self->parts = grown;
		self->part_capacity = capacity;
	}
	part = mem_calloc(1, sizeof(*part));
	if (!part)
		return NULL;
	part->id = id;
	part->committed = -1;
	self->parts[self->part_count++] = part;
	return part;
}

void kafka_part_drop_held(struct kafka_part *part)
{
	if (part->held)
		rd_kafka_message_destroy(part->held);
	part->held = NULL;
}

static void part_free(struct kafka_part *part)
{
	kafka_part_drop_held(part);
	if (part->queue) {
		rd_kafka_queue_cb_event_enable(part->queue, NULL, NULL);
		rd_kafka_queue_destroy(part->queue);
	}
	mem_free(part);
}

static void part_remove(struct kafka_reader *self, int32_t id)
{
	for (size_t i = 0; i < self->part_count; i++) {
		if (self->parts[i]->id != id)
			continue;
		part_free(self->parts[i]);
		self->parts[i] = self->parts[--self->part_count];
		return;
	}
}

void kafka_parts_free(struct kafka_reader *self)
{
	for (size_t i = 0; i < self->part_count; i++)
		part_free(self->parts[i]);
	self->part_count = 0;
}

/* ---- making what was asked for */

static void on_queue(rd_kafka_t *rk, void *opaque)
{
	(void)rk;
	kafka_reader_call(opaque);
}

/* Records of the partition come into a queue of its own. Before it is assigned: what librdkafka
 * fetches must not go into the common one first. */
static void part_listen(struct kafka_reader *self, struct kafka_part *part)
{
	if (part->queue)
		return;
	part->queue = rd_kafka_queue_get_partition(self->rk, self->topic, part->id);
	if (!part->queue)
		return;
	rd_kafka_queue_forward(part->queue, NULL);
	rd_kafka_queue_cb_event_enable(part->queue, on_queue, self);
}

static bool is_cooperative(const struct kafka_reader *self)
{
	const char *protocol = rd_kafka_rebalance_protocol(self->rk);

	return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

static rd_kafka_resp_err_t code_of(rd_kafka_error_t *error)
{
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

	if (error) {
		code = rd_kafka_error_code(error);
		rd_kafka_error_destroy(error);
	}
	return code;
}

/* librdkafka's answer to what it asked for. */
static rd_kafka_resp_err_t take_list(struct kafka_reader *self)
{
	return self->named && is_cooperative(self)
		   ? code_of(rd_kafka_incremental_assign(self->rk, self->list))
		   : rd_kafka_assign(self->rk, self->list);
}

/* Every partition was told of: hand librdkafka its answer. */
static enum status make_assignment(struct kafka_reader *self, struct err *err)
{
	rd_kafka_resp_err_t code;

	for (int i = 0; i < self->list->cnt; i++) {
		struct kafka_part *part = kafka_part_find(self, self->list->elems[i].partition);

		if (!part)
			continue;
		part_listen(self, part);
		self->list->elems[i].offset = part->next;
	}
	code = take_list(self);
	self->complete = true;
	return code == RD_KAFKA_RESP_ERR_NO_ERROR
		   ? US_OK
		   : kafka_reader_fail(self, err, code, "take over partitions");
}

static void make_revocation(struct kafka_reader *self)
{
	bool cooperative = is_cooperative(self);

	kafka_commit_due(self, true, 0);
	for (int i = 0; i < self->list->cnt; i++)
		part_remove(self, self->list->elems[i].partition);
	if (cooperative) {
		/* what is new in its part comes at once, and another part when all have joined
		 * again; of lost partitions, that alone */
		self->owed = rd_kafka_assignment_lost(self->rk) ? 1 : 2;
		code_of(rd_kafka_incremental_unassign(self->rk, self->list));
	} else {
		rd_kafka_assign(self->rk, NULL);
	}
}

static void end_rebalance(struct kafka_reader *self)
{
	if (self->list)
		rd_kafka_topic_partition_list_destroy(self->list);
	self->list = NULL;
	self->rebalance = REBALANCE_NONE;
	self->told = 0;
	self->asked = false;
}

void kafka_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code,
			rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
	struct kafka_reader *self = opaque;

	(void)rk;
	end_rebalance(self);
	self->list = rd_kafka_topic_partition_list_copy(partitions);
	self->rebalance = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? REBALANCE_ASSIGN
								       : REBALANCE_REVOKE;
	if (self->rebalance == REBALANCE_ASSIGN) {
		self->complete = false;
		self->joined = true;
		if (self->owed > 0)
			self->owed--;
	}
	if (self->closing) /* nobody is there to be told */
		kafka_answer_untold(self);
}

void kafka_answer_untold(struct kafka_reader *self)
{
	if (self->rebalance == REBALANCE_ASSIGN)
		take_list(self);
	else if (self->rebalance == REBALANCE_REVOKE)
		make_revocation(self);
	end_rebalance(self);
}

enum status kafka_assign_all(struct kafka_reader *self, struct err *err)
{
	end_rebalance(self);
	self->list = rd_kafka_topic_partition_list_new(self->partitions);
	if (self->partitions > 0)
		rd_kafka_topic_partition_list_add_range(self->list, self->topic, 0,
							self->partitions - 1);
	self->rebalance = REBALANCE_ASSIGN;
	for (int32_t i = 0; i < self->partitions; i++)
		if (!part_add(self, i))
			return err_no_memory(err, "reading the log");
	return US_OK;
}

/* ---- telling of it */

/* Where the group's positions are, once for all partitions of the list. */
static enum status ask_committed(struct kafka_reader *self, struct err *err)
{
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

	if (self->named)
		code = rd_kafka_committed(self->rk, self->list, self->client->request_ms);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return kafka_reader_fail(self, err, code, "ask for the group's positions");
	self->asked = true;
	return US_OK;
}

static enum status tell_assigned(struct kafka_reader *self, struct log_event *event,
				 struct err *err)
{
	const rd_kafka_topic_partition_t *wanted = &self->list->elems[self->told];
	struct kafka_part *part = part_add(self, wanted->partition);
	enum status status = US_OK;

	if (!part)
		return err_no_memory(err, "taking a partition over");
	if (!self->asked)
		status = ask_committed(self, err);
	if (status == US_OK)
		status = kafka_bounds(self->client, self->rk, self->topic, part->id, &part->low,
				      &part->high, err);
	if (status != US_OK)
		return status;
	part->next = wanted->offset >= 0 ? wanted->offset : part->low;
	part->bounds_us = clock_mono_us();
	part->told = true;
	part->lost = part->anew = false;
	self->told++;
	*event = (struct log_event){ .kind = LOG_EVENT_ASSIGNED,
				     .partition = part->id,
				     .low = part->low,
				     .high = part->high,
				     .next = part->next };
	return US_OK;
}

static void tell_revoked(struct kafka_reader *self, struct log_event *event)
{
	const rd_kafka_topic_partition_t *gone = &self->list->elems[self->told++];
	const struct kafka_part *part = kafka_part_find(self, gone->partition);

	*event = (struct log_event){ .kind = LOG_EVENT_REVOKED, .partition = gone->partition };
	if (part) {
		event->low = part->low;
		event->high = part->high;
		event->next = part->next;
	}
}

/* A partition whose records may be others now is told of as if it had been away. */
static bool tell_anew(struct kafka_reader *self, struct log_event *event, enum status *status,
		      struct err *err)
{
	for (size_t i = 0; i < self->part_count; i++) {
		struct kafka_part *part = self->parts[i];

		if (!part->anew)
			continue;
		*status = kafka_bounds(self->client, self->rk, self->topic, part->id, &part->low,
				       &part->high, err);
		if (*status != US_OK)
			return true;
		part->anew = false;
		part->lost = true; /* stands still until the seek */
		*event = (struct log_event){ .kind = LOG_EVENT_ASSIGNED,
					     .partition = part->id,
					     .low = part->low,
					     .high = part->high,
					     .next = part->next };
		return true;
	}
	return false;
}

enum status kafka_tell_rebalance(struct kafka_reader *self, struct log_event *event,
				 struct err *err)
{
	enum status status = US_OK;

	event->kind = LOG_EVENT_NONE;
	if (self->rebalance == REBALANCE_NONE) {
		tell_anew(self, event, &status, err);
		return status;
	}
	if (self->told < (size_t)self->list->cnt) {
		if (self->rebalance == REBALANCE_ASSIGN)
			return tell_assigned(self, event, err);
		tell_revoked(self, event);
		return US_OK;
	}
	if (self->rebalance == REBALANCE_ASSIGN)
		status = make_assignment(self, err);
	else
		make_revocation(self);
	end_rebalance(self);
	return status;
}

/* ---- another place */

/* A partition that librdkafka stands still at cannot be sought, only given up and taken again. */
static enum status take_again(struct kafka_reader *self, rd_kafka_topic_partition_list_t *list,
			      int64_t offset, struct err *err)
{
	rd_kafka_resp_err_t code = code_of(rd_kafka_incremental_unassign(self->rk, list));

	list->elems[0].offset = offset;
	list->elems[0].err = RD_KAFKA_RESP_ERR_NO_ERROR;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = code_of(rd_kafka_incremental_assign(self->rk, list));
	return code == RD_KAFKA_RESP_ERR_NO_ERROR
		   ? US_OK
		   : kafka_reader_fail(self, err, code, "go to another offset");
}

enum status kafka_restart(struct kafka_reader *self, struct kafka_part *part, int64_t offset,
			  struct err *err)
{
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t code;
	enum status status = US_OK;

	kafka_part_drop_held(part);
	part->next = offset;
	if (!part->queue) { /* not assigned yet: it will be from there */
		part->lost = false;
		return US_OK;
	}
	list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, self->topic, part->id)->offset = offset;
	code = code_of(rd_kafka_seek_partitions(self->rk, list, SEEK_MS));
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = list->elems[0].err;
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		status = take_again(self, list, offset, err);
	if (status == US_OK)
		part->lost = false;
	rd_kafka_topic_partition_list_destroy(list);
	return status;
}

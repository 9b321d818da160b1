/*
 * kafka_groups.c - consumer groups as the log's readers, and removing records (kafka_log.h). A
 * reader NAME of the topic T is the group T.NAME.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "log/kafka_log.h"

void kafka_group_name(const struct kafka_log *log, const char *reader, char *out, size_t size)
{
	const char *group = kafka_settings_get(&log->settings, "group.id");

	if (group)
		snprintf(out, size, "%s", group);
	else
		snprintf(out, size, "%s.%s", log->topic, reader);
}

/* The reader's name of a group of ours, NULL: another's. */
static const char *reader_of_group(const struct kafka_log *log, const char *group)
{
	const char *own = kafka_settings_get(&log->settings, "group.id");
	size_t len = strlen(log->topic);

	if (own && strcmp(own, group) == 0)
		return group;
	if (strncmp(group, log->topic, len) != 0 || group[len] != '.' ||
	    strncmp(group + len, ".cursor.", strlen(".cursor.")) == 0)
		return NULL;
	return group + len + 1;
}

/* ---- the positions of one group */

static bool add_reader(struct log_stat *out, const char *name,
		       const rd_kafka_topic_partition_t *position)
{
	const struct log_partition_stat *partition = &out->partitions[position->partition];
	struct log_reader_stat *grown = mem_realloc(out->readers,
						    (out->reader_count + 1) * sizeof(*grown));
	struct log_reader_stat *reader;
	const char *metadata = position->metadata;

	if (!grown)
		return false;
	out->readers = grown;
	reader = &grown[out->reader_count++];
	*reader = (struct log_reader_stat){ .partition = position->partition,
					    .next = position->offset >= 0 ? position->offset
									  : partition->low };
	reader->lag = partition->high > reader->next ? partition->high - reader->next : 0;
	snprintf(reader->name, sizeof(reader->name), "%s", name);
	if (metadata && position->metadata_size > 3 && position->metadata_size < 32 &&
	    memcmp(metadata, "us=", 3) == 0) {
		char digits[32] = "";

		memcpy(digits, metadata + 3, position->metadata_size - 3);
		reader->updated_us = strtoll(digits, NULL, 10);
	}
	return true;
}

static enum status list_offsets(struct kafka_log *log, const char *group, const char *name,
				struct log_stat *out, struct err *err)
{
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_t *rk = NULL;
	bool room = true;
	enum status status = kafka_client_group(log->client, group, &rk, err);

	if (status != US_OK)
		return status;
	list = rd_kafka_topic_partition_list_new(log->partitions);
	rd_kafka_topic_partition_list_add_range(list, log->topic, 0, log->partitions - 1);
	if (rd_kafka_committed(rk, list, log->client->request_ms) == RD_KAFKA_RESP_ERR_NO_ERROR)
		for (int i = 0; i < list->cnt && room; i++)
			if (list->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR &&
			    (size_t)list->elems[i].partition < out->partition_count)
				room = add_reader(out, name, &list->elems[i]);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(rk);
	return room ? US_OK : err_no_memory(err, "describing the log");
}

/* ---- all groups */

static void send_list(void *user, rd_kafka_t *rk, const rd_kafka_AdminOptions_t *options,
		      rd_kafka_queue_t *answers)
{
	(void)user;
	rd_kafka_ListConsumerGroups(rk, options, answers);
}

enum status kafka_readers(struct log *base, struct log_stat *out, struct err *err)
{
	struct kafka_log *log = kafka_log_of(base);
	rd_kafka_event_t *event = NULL;
	const rd_kafka_ConsumerGroupListing_t **groups;
	struct err unheard = ERR_INIT;
	enum status status = US_OK;
	size_t count = 0;

	if (log->partitions == 0)
		return US_OK;
	if (kafka_client_ask(log->client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, send_list, NULL,
			     "list the readers", &event, &unheard) != US_OK)
		return US_OK;
	groups = rd_kafka_ListConsumerGroups_result_valid(
	    rd_kafka_event_ListConsumerGroups_result(event), &count);
	for (size_t i = 0; i < count && status == US_OK; i++) {
		const char *group = rd_kafka_ConsumerGroupListing_group_id(groups[i]);
		const char *name = reader_of_group(log, group);

		if (name)
			status = list_offsets(log, group, name, out, err);
	}
	rd_kafka_event_destroy(event);
	return status;
}

static void send_drop(void *user, rd_kafka_t *rk, const rd_kafka_AdminOptions_t *options,
		      rd_kafka_queue_t *answers)
{
	const char *group = user;
	rd_kafka_DeleteGroup_t *drop = rd_kafka_DeleteGroup_new(group);

	rd_kafka_DeleteGroups(rk, &drop, 1, options, answers);
	rd_kafka_DeleteGroup_destroy(drop);
}

enum status kafka_groups_drop(struct log *log, const char *name, struct err *err)
{
	struct kafka_log *self = kafka_log_of(log);
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_event_t *event = NULL;
	const rd_kafka_group_result_t **results;
	char group[2 * KAFKA_TOPIC_MAX];
	size_t count = 0;
	enum status status;

	if (self->read_only)
		return log_refuse_read_only(self->topic, err);
	kafka_group_name(self, name, group, sizeof(group));
	status = kafka_client_ask(self->client, RD_KAFKA_ADMIN_OP_DELETEGROUPS, send_drop, group,
				  "drop a reader", &event, err);
	if (status != US_OK)
		return status;
	results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event),
						      &count);
	if (count == 1 && rd_kafka_group_result_error(results[0]))
		code = rd_kafka_error_code(rd_kafka_group_result_error(results[0]));
	rd_kafka_event_destroy(event);
	if (code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "the reader \"%s\" is in use: the group %s has members. Stop them "
			       "first, or wait until their session is over",
			       name, group);
	if (code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "the topic %s has no reader \"%s\" (there is no group %s)",
			       self->topic, name, group);
	return code == RD_KAFKA_RESP_ERR_NO_ERROR
		   ? US_OK
		   : kafka_client_fail(self->client, err, code, "drop the reader %s", name);
}

/* ---- removing records */

/* The first offset that a reader still holds back; where there is none, nobody has read any. */
static enum status hold_of(struct kafka_log *log, int32_t partition, int64_t *hold, struct err *err)
{
	struct log_stat stat;
	enum status status = log->log.ops->stat(&log->log, &stat, err);

	*hold = INT64_MAX;
	if (status != US_OK)
		return status;
	status = kafka_readers(&log->log, &stat, err);
	for (size_t i = 0; i < stat.reader_count; i++)
		if (stat.readers[i].partition == partition && stat.readers[i].next < *hold)
			*hold = stat.readers[i].next;
	if (*hold == INT64_MAX)
		*hold = stat.partitions[partition].low;
	log_stat_release(&stat);
	return status;
}

static void send_trim(void *user, rd_kafka_t *rk, const rd_kafka_AdminOptions_t *options,
		      rd_kafka_queue_t *answers)
{
	const rd_kafka_topic_partition_list_t *list = user;
	rd_kafka_DeleteRecords_t *request = rd_kafka_DeleteRecords_new(list);

	rd_kafka_DeleteRecords(rk, &request, 1, options, answers);
	rd_kafka_DeleteRecords_destroy(request);
}

static enum status delete_records(struct kafka_log *log, int32_t partition, int64_t before,
				  int64_t *low, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	const rd_kafka_topic_partition_list_t *done;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_event_t *event = NULL;
	enum status status;

	rd_kafka_topic_partition_list_add(list, log->topic, partition)->offset = before;
	status = kafka_client_ask(log->client, RD_KAFKA_ADMIN_OP_DELETERECORDS, send_trim, list,
				  "remove records", &event, err);
	if (status == US_OK) {
		done = rd_kafka_DeleteRecords_result_offsets(
		    rd_kafka_event_DeleteRecords_result(event));
		code = done->elems[0].err;
		*low = done->elems[0].offset;
		rd_kafka_event_destroy(event);
	}
	rd_kafka_topic_partition_list_destroy(list);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return kafka_client_fail(log->client, err, code,
					 "remove records of partition %d of %s", (int)partition,
					 log->topic);
	return status;
}

enum status kafka_trim(struct log *log, int32_t partition, int64_t before, bool force,
		       int64_t *removed, struct err *err)
{
	struct kafka_log *self = kafka_log_of(log);
	int64_t low = 0, high = 0, hold = INT64_MAX, after;
	enum status status;

	if (self->read_only)
		return log_refuse_read_only(self->topic, err);
	if (partition < 0 || partition >= self->partitions)
		return log_refuse_partition(self->topic, partition, err);
	status = kafka_bounds(self->client, self->client->rk, self->topic, partition, &low, &high,
			      err);
	if (status == US_OK && !force)
		status = hold_of(self, partition, &hold, err);
	if (status != US_OK)
		return status;
	if (before > hold)
		before = hold;
	if (before > high)
		before = high;
	after = low;
	if (before > low)
		status = delete_records(self, partition, before, &after, err);
	if (status == US_OK && removed)
		*removed = after > low ? after - low : 0;
	return status;
}

/*
 * log_scan.c - reading a log once from end to end, as the commands do (declared in dead_fold.h).
 */
#include "core/mem.h"
#include "pipeline/dead_fold.h"

static const struct log_partition_stat *partition_stat(const struct log_stat *stat,
						       int32_t partition)
{
	for (size_t i = 0; i < stat->partition_count; i++)
		if (stat->partitions[i].partition == partition)
			return &stat->partitions[i];
	return NULL;
}

static int64_t scan_start(const struct log_partition_stat *partition, int64_t tail)
{
	if (tail > 0 && partition->high - partition->low > tail)
		return partition->high - tail;
	return partition->low;
}

struct scan {
	struct log_reader *reader;
	const struct log_stat *stat;
	int64_t tail;
	log_scan_fn fn;
	void *user;
	size_t left; /* partitions not read to their end */
};

static enum status scan_event(struct scan *scan, const struct log_event *event, struct err *err)
{
	const struct log_partition_stat *partition = partition_stat(scan->stat, event->partition);
	enum status status = US_OK;

	if (!partition || partition->high <= partition->low)
		return US_OK;
	if (event->kind == LOG_EVENT_ASSIGNED)
		return scan->reader->ops->seek(scan->reader, event->partition,
					       scan_start(partition, scan->tail), err);
	if (event->kind == LOG_EVENT_LOST) /* retention removed it meanwhile */
		return scan->reader->ops->seek(scan->reader, event->partition, event->low, err);
	if (event->kind != LOG_EVENT_RECORDS)
		return US_OK;
	for (size_t i = 0; i < event->record_count && status == US_OK; i++)
		if (event->records[i].offset < partition->high)
			status = scan->fn(scan->user, &event->records[i], err);
	if (status == US_OK && event->next >= partition->high) {
		scan->left--;
		/* what is appended meanwhile is not of this scan */
		status = scan->reader->ops->pause(scan->reader, event->partition, true, err);
	}
	return status;
}

enum status log_scan(struct log *log, int64_t tail, log_scan_fn fn, void *user, struct err *err)
{
	struct log_stat stat = { 0 };
	struct scan scan = { .stat = &stat, .tail = tail, .fn = fn, .user = user };
	enum status status = log->ops->stat(log, &stat, err);

	if (status != US_OK)
		return status;
	for (size_t i = 0; i < stat.partition_count; i++)
		if (stat.partitions[i].high > stat.partitions[i].low)
			scan.left++;
	if (scan.left)
		status = log->ops->reader_open(log, "", &scan.reader, err);
	while (status == US_OK && scan.left) {
		struct log_event event = { 0 };

		status = scan.reader->ops->poll(scan.reader, 1000, 0, &event, err);
		if (status == US_OK)
			status = scan_event(&scan, &event, err);
	}
	log_reader_close(scan.reader);
	log_stat_release(&stat);
	return status;
}

const char *log_topic(const struct log_stat *stat, const char *fallback)
{
	return stat->topic[0] ? stat->topic : fallback ? fallback : "";
}

enum status log_read_one(struct log *log, int32_t partition, int64_t offset, log_scan_fn fn,
			 void *user, bool *found, struct err *err)
{
	struct log_reader *reader = NULL;
	struct log_stat stat = { 0 };
	const struct log_partition_stat *held;
	enum status status = log->ops->stat(log, &stat, err);

	*found = false;
	if (status != US_OK)
		return status;
	held = partition_stat(&stat, partition);
	if (!held || offset < held->low || offset >= held->high)
		goto out;
	status = log->ops->reader_open(log, "", &reader, err);
	for (bool done = false; status == US_OK && !done;) {
		struct log_event event = { 0 };

		status = reader->ops->poll(reader, 1000, 1, &event, err);
		if (status != US_OK)
			break;
		if (event.kind == LOG_EVENT_ASSIGNED && event.partition == partition)
			status = reader->ops->seek(reader, partition, offset, err);
		else if (event.kind == LOG_EVENT_ASSIGNED)
			status = reader->ops->pause(reader, event.partition, true, err);
		else if (event.kind == LOG_EVENT_LOST)
			done = true;
		else if (event.kind == LOG_EVENT_RECORDS && event.partition == partition) {
			done = true;
			if (event.records[0].offset == offset) {
				*found = true;
				status = fn(user, &event.records[0], err);
			}
		}
	}
out:
	log_reader_close(reader);
	log_stat_release(&stat);
	return status;
}

/*
 * log_export.c - the records of a log as JSON Lines, partition after partition, up to where each
 * ended when the export began.
 */
#include "cli/log_export.h"

#include <inttypes.h>

#include "cli/output.h"
#include "cli/stream.h"
#include "core/clock.h"
#include "core/json.h"
#include "log/log_where.h"

#define LINES_MAX   ((size_t)1 << 30)
#define WRITE_BYTES ((size_t)1 << 18)

struct export
{
	struct log *log;
	struct log_reader *reader;
	struct json_paths *paths; /* none: they only check that a value is JSON */
	struct json_reader *json;
	struct log_stat stat;
	struct buf out;
	int fd;
	bool whole;   /* metadata as well */
	int64_t left; /* records to write, -1: no bound */
};

/* On one line: in JSON, a line's end can only be white space. */
static void put_line(struct buf *out, struct span value)
{
	const char *at = value.data;
	const char *end = value.data + value.len;
	while (at < end) {
		const char *stop = at;
		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		buf_append(out, at, (size_t)(stop - at));
		if (stop < end)
			buf_append_char(out, ' ');
		at = stop < end ? stop + 1 : end;
	}
}

static void put_value(struct export *self, struct span value)
{
	if (!value.data) {
		buf_append_text(&self->out, "null");
		return;
	}
	struct err ignored = ERR_INIT;
	bool is_json = json_reader_read(self->json, value.data, value.len, true, NULL, 0,
					&ignored) == US_OK;
	json_reader_reset(self->json);
	if (is_json)
		put_line(&self->out, value);
	else
		buf_append_json(&self->out, value);
}

static void put_headers(struct buf *out, const struct record *record)
{
	buf_append_text(out, ",\"headers\":{");
	for (size_t i = 0; i < record->header_count; i++) {
		buf_append_text(out, i ? "," : "");
		buf_append_json(out, record->headers[i].name);
		buf_append_char(out, ':');
		buf_append_json(out, record->headers[i].value);
	}
	buf_append_char(out, '}');
}

static void put_record(struct export *self, const struct record *record)
{
	char time[CLOCK_TEXT_MAX];
	struct buf *out = &self->out;
	if (!self->whole) {
		put_value(self, record->value);
		buf_append_char(out, '\n');
		return;
	}
	clock_format_us(record->timestamp_us, time);
	buf_printf(out, "{\"partition\":%d,\"offset\":%" PRId64 ",\"timestamp\":\"%s\",\"key\":",
		   (int)record->partition, record->offset, time);
	buf_append_json(out, record->key);
	put_headers(out, record);
	buf_append_text(out, ",\"value\":");
	put_value(self, record->value);
	buf_append_text(out, "}\n");
}

static enum status flush(struct export *self, struct err *err)
{
	if (self->out.failed)
		return err_no_memory(err, "exporting the log");
	enum status status = output_write(self->fd, buf_span(&self->out), err);
	buf_reset(&self->out);
	return status;
}

static enum status put_batch(struct export *self, const struct log_event *event, int64_t high,
			     struct err *err)
{
	for (size_t i = 0; i < event->record_count && self->left != 0; i++) {
		if (event->records[i].offset >= high)
			break;
		put_record(self, &event->records[i]);
		if (self->left > 0)
			self->left--;
		if (self->out.len >= WRITE_BYTES || self->out.failed) {
			enum status status = flush(self, err);
			if (status != US_OK)
				return status;
		}
	}
	return flush(self, err);
}

/* One partition, of which the reader has been told, up to where it ended. */
static enum status put_partition(struct export *self, const struct log_partition_stat *partition,
				 const char *from, struct err *err)
{
	struct log_event event;
	int64_t next = partition->low;
	enum status status = US_OK;
	if (from)
		status = log_where(self->reader, partition, from, &next, err);
	if (next < partition->low)
		next = partition->low;
	if (status == US_OK)
		status = self->reader->ops->seek(self->reader, partition->partition, next, err);
	while (status == US_OK && next < partition->high && self->left != 0) {
		status = self->reader->ops->poll(self->reader, -1, 0, &event, err);
		if (status == US_OK && event.kind == LOG_EVENT_LOST) {
			/* retention was faster */
			status = self->reader->ops->seek(self->reader, event.partition, event.low,
							 err);
			next = event.low;
		} else if (status == US_OK && event.kind == LOG_EVENT_RECORDS) {
			status = put_batch(self, &event, partition->high, err);
			next = event.next;
		}
	}
	return status;
}

/* Let the reader learn of all partitions; each is silent until its turn. */
static enum status assign(struct export *self, struct err *err)
{
	struct log_event event;
	enum status status = US_OK;
	for (size_t known = 0; status == US_OK && known < self->stat.partition_count;) {
		status = self->reader->ops->poll(self->reader, -1, 0, &event, err);
		if (status != US_OK || event.kind != LOG_EVENT_ASSIGNED)
			continue;
		status = self->reader->ops->pause(self->reader, event.partition, true, err);
		known++;
	}
	return status;
}

static enum status put_all(struct export *self, const char *from, struct err *err)
{
	enum status status = assign(self, err);
	for (size_t i = 0; status == US_OK && i < self->stat.partition_count; i++) {
		const struct log_partition_stat *partition = &self->stat.partitions[i];
		status = self->reader->ops->pause(self->reader, partition->partition, false, err);
		if (status == US_OK)
			status = put_partition(self, partition, from, err);
		if (status == US_OK)
			status = self->reader->ops->pause(self->reader, partition->partition, true,
							  err);
	}
	return status;
}

enum status log_export(const struct options *options, int fd, struct err *err)
{
	struct log_config config;
	int64_t limit = option_int(options, OPTION_LIMIT);
	struct export self = { .fd = fd,
			       .whole = option_int(options, OPTION_FORMAT) == 1,
			       .left = limit > 0 ? limit : -1 };
	if (option_int(options, OPTION_FORMAT) == 2)
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "records are exported as JSON Lines: without --format their values, with "
		    "--format json all of them; as CSV there is userstream query");
	buf_init(&self.out, LINES_MAX);
	log_config_from_options(&config, options);
	config.create = false;
	config.read_only = true;
	enum status status = log_open(&self.log, &config, err);
	if (status == US_OK)
		status = self.log->ops->stat(self.log, &self.stat, err);
	if (status == US_OK)
		status = self.log->ops->reader_open(self.log, "", &self.reader, err);
	if (status != US_OK)
		goto out;
	self.paths = json_paths_new();
	self.json = self.paths ? json_reader_new(self.paths) : NULL;
	status = self.json ? put_all(&self, option_text(options, OPTION_FROM), err)
			   : err_no_memory(err, "exporting the log");
out:
	json_reader_free(self.json);
	json_paths_free(self.paths);
	buf_release(&self.out);
	log_reader_close(self.reader);
	log_stat_release(&self.stat);
	log_close(self.log);
	return status;
}

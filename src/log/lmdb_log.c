/*
 * lmdb_log.c - the LMDB backend: opening, describing and closing a handle. README.md draws the
 * files and says which lock guards what.
 */
#include "log/lmdb_log.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "log/lmdb_meta.h"
#include "log/log_record.h"

static enum status lmdb_cursor(struct log *log, struct buf *out, int64_t *beyond, struct err *err)
{
	struct lmdb_log *self = lmdb_log_of(log);
	*beyond = 0; /* all or nothing */
	struct span cursor;
	enum status status = lmdb_read_begin(self->env, self->stream, &self->read, err);
	if (status != US_OK)
		return status;
	int rc = lmdb_meta_get_cursor(self->env, self->read.txn, self->stream, &cursor);
	if (rc == 0)
		buf_append_span(out, cursor);
	lmdb_read_end(self->env, &self->read);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return lmdb_env_error(self->env, rc, "read", err);
	return out->failed ? err_no_memory(err, "reading the log's cursor") : US_OK;
}

/* The parts that need a transaction. LMDB's code. */
static int stat_stream(struct lmdb_log *self, struct log_stat *out)
{
	MDB_val key;
	MDB_val value;
	MDB_stat pages;
	struct log_partition_stat *partition = &out->partitions[0];
	MDB_cursor *cursor = self->read.cursor;
	int rc = lmdb_meta_bounds(self->env, self->read.txn, cursor, self->stream, &partition->low,
				  &partition->high);
	if (rc == 0)
		rc = mdb_stat(self->read.txn, self->env->streams[self->stream], &pages);
	if (rc != 0)
		return rc;
	out->bytes = (int64_t)((pages.ms_branch_pages + pages.ms_leaf_pages +
				pages.ms_overflow_pages) *
			       pages.ms_psize);
	if (partition->low == partition->high)
		return 0;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	if (rc == 0)
		out->oldest_us = log_record_timestamp(value.mv_data, value.mv_size);
	if (rc == 0)
		rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	if (rc == 0)
		out->newest_us = log_record_timestamp(value.mv_data, value.mv_size);
	return rc;
}

static enum status stat_all(struct lmdb_log *self, struct log_stat *out, struct err *err)
{
	struct stat st;
	int fd;
	enum status status = shared_file_list_readers(&self->env->shared, self->stream,
						      out->readers, &out->reader_count, err);
	if (status != US_OK)
		return status;
	status = lmdb_read_begin(self->env, self->stream, &self->read, err);
	if (status != US_OK)
		return status;
	int rc = stat_stream(self, out);
	lmdb_read_end(self->env, &self->read);
	if (rc != 0)
		return lmdb_env_error(self->env, rc, "describe", err);
	if (mdb_env_get_fd(self->env->mdb, &fd) == 0 && fstat(fd, &st) == 0)
		out->file_bytes = (int64_t)st.st_blocks * 512;
	for (size_t i = 0; i < out->reader_count; i++) {
		struct log_reader_stat *reader = &out->readers[i];
		if (reader->next < 0)
			reader->next = out->partitions[0].low;
		if (out->partitions[0].high > reader->next)
			reader->lag = out->partitions[0].high - reader->next;
	}
	return US_OK;
}

static enum status lmdb_stat(struct log *log, struct log_stat *out, struct err *err)
{
	struct lmdb_log *self = lmdb_log_of(log);
	*out = (struct log_stat){ .partition_count = 1 };
	memcpy(out->identity, self->env->identity, sizeof(self->env->identity));
	out->partitions = mem_calloc(1, sizeof(*out->partitions));
	out->readers = mem_calloc(SHARED_READERS, sizeof(*out->readers));
	enum status status = out->partitions && out->readers
				 ? stat_all(self, out, err)
				 : err_no_memory(err, "describing the log");
	if (status != US_OK)
		log_stat_release(out);
	return status;
}

static enum status lmdb_drop_reader(struct log *log, const char *name, struct err *err)
{
	struct lmdb_log *self = lmdb_log_of(log);
	if (self->read_only)
		return log_refuse_read_only(self->env->path, err);
	return shared_file_drop_reader(&self->env->shared, self->stream, name, err);
}

static void lmdb_close(struct log *log)
{
	struct lmdb_log *self = lmdb_log_of(log);
	if (self->env)
		lmdb_read_release(self->env, &self->read);
	if (self->appender_lock >= 0)
		close(self->appender_lock);
	lmdb_env_put(self->env);
	mem_free(self);
}

static const struct log_ops lmdb_ops = {
	.scheme = "lmdb",
	.append = lmdb_append,
	.cursor = lmdb_cursor,
	.reader_open = lmdb_reader_open,
	.stat = lmdb_stat,
	.trim = lmdb_trim,
	.drop_reader = lmdb_drop_reader,
	.close = lmdb_close,
};

enum status log_open_lmdb(struct log **out, const struct log_config *config, struct err *err)
{
	struct log_uri uri;
	enum status status = log_uri_parse(&uri, config->uri, "max_record_bytes", err);
	if (status != US_OK)
		return status;
	struct lmdb_log *self = mem_calloc(1, sizeof(*self));
	if (!self) {
		status = err_no_memory(err, "opening the log");
		goto out;
	}
	self->log.ops = &lmdb_ops;
	self->appender_lock = -1;
	self->stream = config->stream;
	self->max_record = (size_t)uri.max_record_bytes;
	self->map_bytes = config->map_bytes;
	self->retain_bytes = config->retain_bytes;
	self->retain_ms = config->retain_ms;
	self->retain_unread = config->retain_unread;
	self->read_only = config->read_only;
	status = lmdb_env_get(&self->env, uri.place, config->create && !config->read_only,
			      config->map_bytes, err);
	if (status == US_OK && self->env->read_only && !config->read_only)
		status = err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "the log %s cannot be written to (no permission, or a read-only file "
		    "system)",
		    uri.place);
	if (status == US_OK && config->exclusive)
		status = shared_file_claim_appender(&self->env->shared, self->stream,
						    &self->appender_lock, err);
	if (status == US_OK) {
		*out = &self->log;
		self = NULL;
	}
out:
	if (self)
		lmdb_close(&self->log);
	log_uri_release(&uri);
	return status;
}

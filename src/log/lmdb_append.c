/*
 * lmdb_append.c - the LMDB backend's writes: appending, retention, trimming.
 *
 * An append is one transaction: the records behind the last one, the source's cursor, and a bounded
 * piece of retention, so that its cost is spread over the appends. LMDB's commit writes the new
 * pages, syncs them, then writes and syncs the page that makes them valid: what was acknowledged
 * survives a power cut.
 */
#include <string.h>

#include "core/clock.h"
#include "log/lmdb_log.h"
#include "log/lmdb_meta.h"
#include "log/log_files.h"
#include "log/log_record.h"

/* Retention removes up to so many records in an append, beside twice as many as it appends. */
#define RETAIN_RECORDS 64
/* Trimming removes so many in a transaction: others get their turn in between. */
#define TRIM_RECORDS   4096
#define REMOVE_RESERVE (1 << 20)

/* What may be removed. */
struct limits {
	int64_t before;    /* only records below this offset */
	int64_t bytes;     /* while the stream's pages take up more than this */
	int64_t oldest_us; /* or while the first record is older than this */
	size_t count;      /* at most so many */
};

static bool is_over(MDB_txn *txn, MDB_dbi dbi, const struct limits *limits, const MDB_val *value)
{
	MDB_stat stat;
	if (log_record_timestamp(value->mv_data, value->mv_size) < limits->oldest_us)
		return true;
	if (limits->bytes == INT64_MAX || mdb_stat(txn, dbi, &stat) != 0)
		return false;
	size_t pages = stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
	return (int64_t)(pages * stat.ms_psize) > limits->bytes;
}

/* Remove records from the front, within the limits. LMDB's code. */
static int remove_front(struct lmdb_log *self, MDB_txn *txn, MDB_cursor *cursor,
			const struct limits *limits, size_t *removed)
{
	MDB_dbi dbi = self->env->streams[self->stream];
	MDB_val key;
	MDB_val value;
	*removed = 0;
	while (*removed < limits->count) {
		int64_t offset;
		int rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
		if (rc == MDB_NOTFOUND)
			return 0;
		if (rc != 0)
			return rc;
		memcpy(&offset, key.mv_data, sizeof(offset));
		if (offset >= limits->before || !is_over(txn, dbi, limits, &value))
			return 0;
		rc = mdb_cursor_del(cursor, 0);
		if (rc != 0)
			return rc;
		++*removed;
	}
	return 0;
}

/* How many records retention may remove beside appending so many; an append of none is about it. */
static size_t retained_count(const struct lmdb_log *self, size_t appended)
{
	if (!self->retain_bytes && !self->retain_ms)
		return 0;
	return appended ? RETAIN_RECORDS + 2 * appended : TRIM_RECORDS;
}

static struct limits retention(const struct lmdb_log *self, size_t appended)
{
	return (struct limits){
		.before = self->retain_unread ? INT64_MAX
					      : shared_file_hold(&self->env->shared, self->stream),
		.bytes = self->retain_bytes ? self->retain_bytes : INT64_MAX,
		.oldest_us = self->retain_ms ? clock_wall_us() - self->retain_ms * 1000 : INT64_MIN,
		.count = retained_count(self, appended),
	};
}

/* Put the records behind offset `next`. LMDB's code. */
static int put_records(MDB_cursor *cursor, const struct record *records, size_t count, int64_t next)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t offset = (uint64_t)next + i;
		MDB_val key = { .mv_data = &offset, .mv_size = sizeof(offset) };
		MDB_val value = { .mv_size = log_record_size(&records[i]) };
		int rc = mdb_cursor_put(cursor, &key, &value, MDB_APPEND | MDB_RESERVE);
		if (rc != 0)
			return rc;
		log_record_encode(&records[i], value.mv_data);
	}
	return 0;
}

struct batch {
	const struct record *records;
	size_t count;
	const struct span *cursor;
};

/* The whole append in one transaction. LMDB's code; *status is not US_OK where none was begun. */
static int append_once(struct lmdb_log *self, const struct batch *batch, int64_t *first,
		       enum status *status, struct err *err)
{
	MDB_txn *txn;
	MDB_cursor *cursor = NULL;
	*status = lmdb_write_begin(self->env, &txn, err);
	if (*status != US_OK)
		return 0;
	int64_t low = 0;
	size_t removed = 0;
	struct limits limits = retention(self, batch->count);
	int rc = mdb_cursor_open(txn, self->env->streams[self->stream], &cursor);
	if (rc == 0)
		rc = lmdb_meta_bounds(self->env, txn, cursor, self->stream, &low, first);
	if (rc == 0)
		rc = put_records(cursor, batch->records, batch->count, *first);
	if (rc == 0 && batch->cursor)
		rc = lmdb_meta_put_cursor(self->env, txn, self->stream, *batch->cursor);
	if (rc == 0)
		rc = remove_front(self, txn, cursor, &limits, &removed);
	if (rc == 0 && removed > 0) /* it may have removed all, and with them the next offset */
		rc = lmdb_meta_put_high(self->env, txn, self->stream,
					*first + (int64_t)batch->count);
	if (cursor)
		mdb_cursor_close(cursor);
	return lmdb_write_end(self->env, txn, rc);
}

/* A transaction that only removes. LMDB's code; *status is not US_OK where none was begun. */
static int remove_once(struct lmdb_log *self, const struct limits *limits, size_t *removed,
		       enum status *status, struct err *err)
{
	MDB_txn *txn;
	MDB_cursor *cursor = NULL;
	*removed = 0;
	*status = lmdb_write_begin(self->env, &txn, err);
	if (*status != US_OK)
		return 0;
	int64_t low = 0;
	int64_t high = 0;
	int rc = mdb_cursor_open(txn, self->env->streams[self->stream], &cursor);
	if (rc == 0)
		rc = lmdb_meta_bounds(self->env, txn, cursor, self->stream, &low, &high);
	if (rc == 0)
		rc = remove_front(self, txn, cursor, limits, removed);
	if (rc == 0)
		rc = lmdb_meta_put_high(self->env, txn, self->stream, high);
	if (cursor)
		mdb_cursor_close(cursor);
	rc = lmdb_write_end(self->env, txn, rc);
	if (rc != 0)
		*removed = 0;
	return rc;
}

static bool is_full(int rc)
{
	return rc == MDB_MAP_FULL || log_error_is_full(rc);
}

/* Make a little room in the map, or on the disk where it is for a removal. */
static bool borrow_room(struct lmdb_log *self, int rc, const struct limits *limits)
{
	if (rc != MDB_MAP_FULL)
		return limits->count > 0 && lmdb_env_use_reserve(self->env);
	return lmdb_env_grow(self->env, self->map_bytes ? self->map_bytes + REMOVE_RESERVE : 0);
}

/*
 * Remove within the limits. Also a removal writes pages before it frees any: where the map is full
 * to the last page, or the disk to the last block, it borrows some.
 */
static enum status remove_some(struct lmdb_log *self, const struct limits *limits, size_t *removed,
			       struct err *err)
{
	enum status status;
	int rc = remove_once(self, limits, removed, &status, err);
	if (is_full(rc) && borrow_room(self, rc, limits)) {
		rc = remove_once(self, limits, removed, &status, err);
		lmdb_env_bound(self->env, self->map_bytes);
		lmdb_env_make_reserve(self->env);
	}
	if (status != US_OK)
		return status;
	return rc == 0 ? US_OK : lmdb_env_error(self->env, rc, "trim", err);
}

/* Append, with a larger map where that is what it takes. */
static int append_growing(struct lmdb_log *self, const struct batch *batch, int64_t *first,
			  enum status *status, struct err *err)
{
	int rc;
	do {
		rc = append_once(self, batch, first, status, err);
	} while (rc == MDB_MAP_FULL && lmdb_env_grow(self->env, self->map_bytes));
	return rc;
}

/*
 * There is no room. LMDB reuses a page only two transactions after it was freed, and one that fails
 * does not count: without this commit, what a trim has freed could stay out of reach, and what
 * retention may remove would wait for an append that succeeds.
 */
static void turn_over(struct lmdb_log *self, size_t count)
{
	size_t removed;
	struct limits limits = retention(self, count);
	remove_some(self, &limits, &removed, NULL);
}

enum status lmdb_append(struct log *log, const struct record *records, size_t count,
			const struct span *cursor, int64_t *first_offset, struct err *err)
{
	struct lmdb_log *self = lmdb_log_of(log);
	if (self->read_only)
		return log_refuse_read_only(self->env->path, err);
	enum status status = log_records_check(records, count, self->max_record, NULL, err);
	if (status != US_OK)
		return status;
	const struct batch batch = { .records = records, .count = count, .cursor = cursor };
	int64_t first = 0;
	int rc = append_growing(self, &batch, &first, &status, err);
	if (is_full(rc)) {
		turn_over(self, count);
		rc = append_growing(self, &batch, &first, &status, err);
	}
	if (status != US_OK)
		return status;
	if (rc != 0)
		return lmdb_env_error(self->env, rc, "append to", err);
	if (first_offset)
		*first_offset = first;
	shared_file_wake(&self->env->shared, self->stream);
	return US_OK;
}

enum status lmdb_trim(struct log *log, int32_t partition, int64_t before, bool force,
		      int64_t *removed, struct err *err)
{
	struct lmdb_log *self = lmdb_log_of(log);
	if (self->read_only)
		return log_refuse_read_only(self->env->path, err);
	if (partition != 0)
		return log_refuse_partition(self->env->path, partition, err);
	struct limits limits = { .before = before,
				 .bytes = -1, /* all that the rest allows */
				 .oldest_us = INT64_MIN,
				 .count = TRIM_RECORDS };
	int64_t hold = force ? INT64_MAX : shared_file_hold(&self->env->shared, self->stream);
	if (limits.before > hold)
		limits.before = hold;
	int64_t total = 0;
	size_t now = 0;
	enum status status;
	do {
		status = remove_some(self, &limits, &now, err);
		total += (int64_t)now;
	} while (status == US_OK && now == limits.count);
	if (removed)
		*removed = total;
	return status;
}

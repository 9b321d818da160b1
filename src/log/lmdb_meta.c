/*
 * lmdb_meta.c - the database "meta": see lmdb_meta.h. Keys are texts; README.md lists them.
 */
#include "log/lmdb_meta.h"

#include <string.h>

#include "core/random.h"
#include "log/log_files.h"

static MDB_val key_of(const char *name)
{
	return (MDB_val){ .mv_data = (void *)(uintptr_t)name, .mv_size = strlen(name) };
}

static const char *high_key(enum log_stream stream)
{
	return stream == LOG_RECORDS ? "high.records" : "high.dead_letters";
}

static const char *cursor_key(enum log_stream stream)
{
	return stream == LOG_RECORDS ? "cursor.records" : "cursor.dead_letters";
}

static int put(MDB_txn *txn, MDB_dbi dbi, const char *name, const void *data, size_t len)
{
	MDB_val key = key_of(name);
	MDB_val value = { .mv_data = (void *)(uintptr_t)data, .mv_size = len };
	return mdb_put(txn, dbi, &key, &value, 0);
}

int lmdb_meta_put_high(struct lmdb_env *env, MDB_txn *txn, enum log_stream stream, int64_t high)
{
	return put(txn, env->meta, high_key(stream), &high, sizeof(high));
}

int lmdb_meta_put_cursor(struct lmdb_env *env, MDB_txn *txn, enum log_stream stream,
			 struct span cursor)
{
	return put(txn, env->meta, cursor_key(stream), cursor.data, cursor.len);
}

int lmdb_meta_get_cursor(struct lmdb_env *env, MDB_txn *txn, enum log_stream stream,
			 struct span *cursor)
{
	MDB_val key = key_of(cursor_key(stream));
	MDB_val value;
	int rc = mdb_get(txn, env->meta, &key, &value);
	if (rc == 0)
		*cursor = (struct span){ .data = value.mv_data, .len = value.mv_size };
	return rc;
}

static int read_offset(const MDB_val *key, int64_t *out)
{
	if (key->mv_size != sizeof(*out))
		return MDB_CORRUPTED;
	memcpy(out, key->mv_data, sizeof(*out));
	return *out < 0 || *out == INT64_MAX ? MDB_CORRUPTED : 0;
}

int lmdb_meta_bounds(struct lmdb_env *env, MDB_txn *txn, MDB_cursor *cursor, enum log_stream stream,
		     int64_t *low, int64_t *high)
{
	MDB_val key;
	MDB_val value;
	int64_t last = 0;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	if (rc == 0) {
		rc = read_offset(&key, &last);
		if (rc == 0)
			rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
		if (rc == 0)
			rc = read_offset(&key, low);
		*high = last + 1;
		return rc;
	}
	if (rc != MDB_NOTFOUND)
		return rc;
	key = key_of(high_key(stream));
	rc = mdb_get(txn, env->meta, &key, &value);
	*high = 0;
	if (rc == 0)
		rc = read_offset(&value, high);
	*low = *high;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Make the databases of a new log. */
static int create_all(struct lmdb_env *env, MDB_txn *txn)
{
	uint32_t version = LOG_FORMAT_VERSION;
	random_uuid(env->identity);
	int rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &env->meta);
	for (int i = 0; rc == 0 && i < SHARED_STREAMS; i++)
		rc = mdb_dbi_open(txn, log_stream_name((enum log_stream)i),
				  MDB_CREATE | MDB_INTEGERKEY, &env->streams[i]);
	if (rc == 0)
		rc = put(txn, env->meta, "format", &version, sizeof(version));
	if (rc == 0)
		rc = put(txn, env->meta, "identity", env->identity, strlen(env->identity));
	return rc;
}

static enum status not_a_log(const struct lmdb_env *env, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "%s holds an LMDB environment that is no log of userstream: use another "
		       "directory",
		       env->path);
}

/* The databases are there: check the version, read the identity. */
static enum status read_all(struct lmdb_env *env, MDB_txn *txn, struct err *err)
{
	uint32_t version = 0;
	MDB_val value;
	MDB_val key = key_of("format");
	int rc = mdb_get(txn, env->meta, &key, &value);
	if (rc == MDB_NOTFOUND || (rc == 0 && value.mv_size != sizeof(version)))
		return not_a_log(env, err);
	if (rc != 0)
		return lmdb_env_error(env, rc, "read", err);
	memcpy(&version, value.mv_data, sizeof(version));
	if (version > LOG_FORMAT_VERSION)
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "the log %s is of format %u, this program knows up to %d: use a newer "
		    "userstream",
		    env->path, version, LOG_FORMAT_VERSION);
	key = key_of("identity");
	rc = mdb_get(txn, env->meta, &key, &value);
	if (rc == MDB_NOTFOUND || (rc == 0 && value.mv_size >= sizeof(env->identity)))
		return not_a_log(env, err);
	if (rc == 0) {
		memcpy(env->identity, value.mv_data, value.mv_size);
		env->identity[value.mv_size] = '\0';
	}
	for (int i = 0; rc == 0 && i < SHARED_STREAMS; i++)
		rc = mdb_dbi_open(txn, log_stream_name((enum log_stream)i), MDB_INTEGERKEY,
				  &env->streams[i]);
	if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE)
		return not_a_log(env, err);
	return rc == 0 ? US_OK : lmdb_env_error(env, rc, "open", err);
}

/* Does the environment hold nothing at all? */
static int is_empty(MDB_txn *txn, bool *empty)
{
	MDB_dbi unnamed;
	MDB_stat stat;
	int rc = mdb_dbi_open(txn, NULL, 0, &unnamed);
	if (rc == 0)
		rc = mdb_stat(txn, unnamed, &stat);
	if (rc == 0)
		*empty = stat.ms_entries == 0;
	return rc;
}

enum status lmdb_meta_open(struct lmdb_env *env, bool create, struct err *err)
{
	bool empty = false;
	MDB_txn *txn;
	int rc = mdb_txn_begin(env->mdb, NULL, env->read_only || !create ? MDB_RDONLY : 0, &txn);
	if (rc != 0)
		return lmdb_env_error(env, rc, "open", err);
	enum status status = US_OK;
	rc = mdb_dbi_open(txn, "meta", 0, &env->meta);
	if (rc == MDB_NOTFOUND)
		rc = is_empty(txn, &empty);
	if (rc == 0 && empty && create)
		rc = create_all(env, txn);
	else if (rc == 0 && empty)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "there is no log in %s yet: userstream run or userstream produce "
				 "makes it",
				 env->path);
	else if (rc == 0 && env->meta == 0)
		status = not_a_log(env, err);
	else if (rc == 0)
		status = read_all(env, txn, err);
	if (rc != 0)
		status = rc == MDB_INCOMPATIBLE ? not_a_log(env, err)
						: lmdb_env_error(env, rc, "open", err);
	if (status != US_OK) {
		mdb_txn_abort(txn);
		return status;
	}
	rc = mdb_txn_commit(txn);
	return rc == 0 ? US_OK : lmdb_env_error(env, rc, "make", err);
}

/*
 * lmdb_txn.c - transactions on an environment, the map that grows under them, and LMDB's errors as
 * statuses.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "log/lmdb_env.h"
#include "log/log_files.h"

/* Another process may grow the map again and again; then it is its turn to wait. */
#define MAX_TRIES 100
/* A disk with less room than a large transaction takes may have cut a write short. */
#define LITTLE_ROOM (UINT64_C(64) << 20)
#define QUOTA_PROBE (1 << 20)

enum status lmdb_env_error(struct lmdb_env *env, int rc, const char *doing, struct err *err)
{
	if (rc == MDB_MAP_FULL || log_error_is_full(rc)) {
		err_set(
		    err, US_RETRY, EXIT_IO,
		    rc == MDB_MAP_FULL
			? "cannot %s the log %s: it has reached its bound. Let retention remove "
			  "more, or raise the bound (%s)"
			: "cannot %s the log %s: the disk is full (%s). Make room on it",
		    doing, env->path, mdb_strerror(rc));
		if (err)
			err->kind = "full";
		return US_RETRY;
	}
	if (rc == MDB_READERS_FULL) {
		err_set(err, US_RETRY, EXIT_TRY_AGAIN,
			"cannot %s the log %s: too many programs have it open at once", doing,
			env->path);
		if (err)
			err->kind = "readers";
		return US_RETRY;
	}
	if (rc == ENOMEM)
		return err_no_memory(err, "using the log");
	if (rc == MDB_PANIC || rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND || rc == EIO)
		atomic_store(&env->broken, true);
	return err_set(err, US_FATAL, EXIT_IO, "cannot %s the log %s: %s", doing, env->path,
		       mdb_strerror(rc));
}

/* After MDB_MAP_RESIZED: take over the size that another process gave the map. */
static int adopt_map(struct lmdb_env *env)
{
	pthread_rwlock_wrlock(&env->map_lock);
	int rc = mdb_env_set_mapsize(env->mdb, 0);
	if (rc != 0)
		atomic_store(&env->broken, true);
	pthread_rwlock_unlock(&env->map_lock);
	return rc;
}

/* Is there address space for a second map of this size? LMDB could not go back. */
static bool has_address_space(size_t size)
{
	void *map = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return false;
	munmap(map, size);
	return true;
}

bool lmdb_env_grow(struct lmdb_env *env, int64_t bound)
{
	bool grown = false;
	MDB_envinfo info;
	pthread_rwlock_wrlock(&env->map_lock);
	if (mdb_env_info(env->mdb, &info) != 0)
		goto out;
	size_t size = info.me_mapsize * 2;
	if (bound > 0 && size > (size_t)bound)
		size = (size_t)bound;
	if (size <= info.me_mapsize || !has_address_space(size))
		goto out;
	grown = mdb_env_set_mapsize(env->mdb, size) == 0;
	if (!grown)
		atomic_store(&env->broken, true);
out:
	pthread_rwlock_unlock(&env->map_lock);
	return grown;
}

void lmdb_env_bound(struct lmdb_env *env, int64_t bound)
{
	MDB_envinfo info;
	pthread_rwlock_wrlock(&env->map_lock);
	if (bound > 0 && mdb_env_info(env->mdb, &info) == 0 && info.me_mapsize > (size_t)bound &&
	    mdb_env_set_mapsize(env->mdb, (size_t)bound) != 0)
		atomic_store(&env->broken, true);
	pthread_rwlock_unlock(&env->map_lock);
}

/* Begin or renew a transaction; what stands in the way and can be mended is. */
static int begin(struct lmdb_env *env, unsigned flags, bool renew, MDB_txn **txn)
{
	int dead = 0;
	int rc = 0;
	for (int tries = 0; tries < MAX_TRIES; tries++) {
		if (atomic_load(&env->broken))
			return MDB_PANIC;
		pthread_rwlock_rdlock(&env->map_lock);
		rc = renew ? mdb_txn_renew(*txn) : mdb_txn_begin(env->mdb, NULL, flags, txn);
		if (rc == 0)
			return 0; /* keeps map_lock */
		pthread_rwlock_unlock(&env->map_lock);
		if (rc == MDB_MAP_RESIZED)
			rc = adopt_map(env);
		else if (rc == MDB_READERS_FULL && tries == 0)
			rc = mdb_reader_check(env->mdb, &dead);
		if (rc != 0)
			return rc;
	}
	return MDB_MAP_RESIZED;
}

enum status lmdb_read_begin(struct lmdb_env *env, enum log_stream stream, struct lmdb_read *read,
			    struct err *err)
{
	bool renew = read->txn;
	int rc = begin(env, MDB_RDONLY, renew, &read->txn);
	if (rc != 0) {
		if (!renew)
			read->txn = NULL;
		return lmdb_env_error(env, rc, "read", err);
	}
	rc = read->cursor ? mdb_cursor_renew(read->txn, read->cursor)
			  : mdb_cursor_open(read->txn, env->streams[stream], &read->cursor);
	if (rc == 0)
		return US_OK;
	lmdb_read_end(env, read);
	return lmdb_env_error(env, rc, "read", err);
}

void lmdb_read_end(struct lmdb_env *env, struct lmdb_read *read)
{
	mdb_txn_reset(read->txn);
	pthread_rwlock_unlock(&env->map_lock);
}

void lmdb_read_release(struct lmdb_env *env, struct lmdb_read *read)
{
	pthread_rwlock_rdlock(&env->map_lock);
	if (read->cursor)
		mdb_cursor_close(read->cursor);
	if (read->txn)
		mdb_txn_abort(read->txn);
	pthread_rwlock_unlock(&env->map_lock);
	*read = (struct lmdb_read){ NULL, NULL };
}

enum status lmdb_write_begin(struct lmdb_env *env, MDB_txn **out, struct err *err)
{
	int rc = begin(env, 0, false, out);
	return rc == 0 ? US_OK : lmdb_env_error(env, rc, "write", err);
}

/* LMDB reports a write that was cut short as EIO: was it for want of room? */
static bool is_disk_full(struct lmdb_env *env)
{
	struct statvfs disk;
	int fd = -1;
	if (mdb_env_get_fd(env->mdb, &fd) != 0 || fstatvfs(fd, &disk) != 0)
		return false;
	if ((uint64_t)disk.f_bavail * disk.f_frsize < LITTLE_ROOM)
		return true;
	struct stat st; /* or the user's quota is used up */
	return fstat(fd, &st) == 0 &&
	       fallocate(fd, FALLOC_FL_KEEP_SIZE, st.st_size, QUOTA_PROBE) != 0 &&
	       log_error_is_full(errno);
}

int lmdb_write_end(struct lmdb_env *env, MDB_txn *txn, int rc)
{
	if (rc == 0)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	if (rc == EIO && is_disk_full(env))
		rc = ENOSPC;
	pthread_rwlock_unlock(&env->map_lock);
	return rc;
}

/*
 * lmdb_env.h - an LMDB environment, one per directory and process, shared by all handles on it; its
 * transactions; its map, which grows as needed.
 *
 * LMDB must not be opened twice in one process, nor used after fork(): a list of the open ones, by
 * device and inode, sees to that. A transaction holds `map_lock` for reading, so that whoever grows
 * the map (for writing) knows that there is none in this process.
 */
#ifndef LOG_LMDB_ENV_H
#define LOG_LMDB_ENV_H

#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "log/log_backend.h"
#include "log/shared_file.h"

struct lmdb_env {
	struct lmdb_env *next; /* in the list of this process */
	unsigned refs;
	dev_t device;
	ino_t inode;
	pid_t pid;
	char *path;
	MDB_env *mdb;
	MDB_dbi meta;
	MDB_dbi streams[SHARED_STREAMS];
	pthread_rwlock_t map_lock;
	_Atomic bool broken; /* LMDB gave up: to be opened again once all handles are closed */
	bool read_only;      /* the file system is */
	char identity[37];
	struct shared_file shared;
};

/*
 * Find or open the environment in a directory and take a reference. map_bytes: the map's bound, 0
 * for none. Statuses are log_open()'s; US_RETRY also when a broken one is not yet closed by all.
 */
enum status lmdb_env_get(struct lmdb_env **out, const char *path, bool create, int64_t map_bytes,
			 struct err *err);
/* Take one more reference. */
struct lmdb_env *lmdb_env_share(struct lmdb_env *env);
/* Give the reference back; the last one closes it. Accepts NULL. */
void lmdb_env_put(struct lmdb_env *env);

/* A read transaction that is begun again and again: nothing is allocated after the first time. */
struct lmdb_read {
	MDB_txn *txn;
	MDB_cursor *cursor; /* on the stream */
};
/* The transaction keeps pages from being reused: end it soon. US_RETRY: too many readers. */
enum status lmdb_read_begin(struct lmdb_env *env, enum log_stream stream, struct lmdb_read *read,
			    struct err *err);
void lmdb_read_end(struct lmdb_env *env, struct lmdb_read *read);
void lmdb_read_release(struct lmdb_env *env, struct lmdb_read *read);

/* A write transaction: waits for those of other threads and processes. */
enum status lmdb_write_begin(struct lmdb_env *env, MDB_txn **out, struct err *err);
/* Commit, durably, where rc is 0; else abort. Returns LMDB's code; ENOSPC for every full disk. */
int lmdb_write_end(struct lmdb_env *env, MDB_txn *txn, int rc);

/* After MDB_MAP_FULL: double the map, up to `bound` bytes (0: none). False: it is at its bound, or
 * the process has no address space left. */
bool lmdb_env_grow(struct lmdb_env *env, int64_t bound);
/* Shrink the map to `bound` bytes (0: leave it), or as far as what is in it allows. */
void lmdb_env_bound(struct lmdb_env *env, int64_t bound);

/*
 * The file "reserve" keeps some room on the disk for what makes room: also removing records writes
 * pages before it frees any. Take it (false: it was gone), and set it up again as far as possible.
 */
bool lmdb_env_use_reserve(struct lmdb_env *env);
void lmdb_env_make_reserve(struct lmdb_env *env);

/*
 * Turn LMDB's code into a status and a text: US_RETRY "full" for a full disk or map, else US_FATAL;
 * what LMDB cannot recover from marks the environment broken. Rc must not be 0.
 */
enum status lmdb_env_error(struct lmdb_env *env, int rc, const char *doing, struct err *err);

#endif

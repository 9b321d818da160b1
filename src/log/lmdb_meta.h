/*
 * lmdb_meta.h - what an LMDB log says of itself: the database "meta" holds the format's version,
 * the identity, and for each stream the source's cursor and the offset to go on with after all
 * records were removed.
 */
#ifndef LOG_LMDB_META_H
#define LOG_LMDB_META_H

#include <lmdb.h>

#include "log/lmdb_env.h"

/*
 * Open the environment's databases and read its identity, making them where the environment is
 * empty and `create`. US_REJECT: no log of ours, a newer format, or empty and not `create`.
 */
enum status lmdb_meta_open(struct lmdb_env *env, bool create, struct err *err);

/* These return LMDB's codes. */

/* The first offset held and the one that the next record gets; equal: the stream is empty. */
int lmdb_meta_bounds(struct lmdb_env *env, MDB_txn *txn, MDB_cursor *cursor, enum log_stream stream,
		     int64_t *low, int64_t *high);
/* Remember `high`, to be used when the stream has no records. */
int lmdb_meta_put_high(struct lmdb_env *env, MDB_txn *txn, enum log_stream stream, int64_t high);
int lmdb_meta_put_cursor(struct lmdb_env *env, MDB_txn *txn, enum log_stream stream,
			 struct span cursor);
/* MDB_NOTFOUND: there is none. Valid until the transaction ends. */
int lmdb_meta_get_cursor(struct lmdb_env *env, MDB_txn *txn, enum log_stream stream,
			 struct span *cursor);

#endif

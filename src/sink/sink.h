/*
 * sink.h - where rows end up, to be queried: tables, the ledger beside them, and a small key-value
 * store for desired states.
 *
 * A const table of functions per backend; sink_open() picks it by scheme: sqlite:PATH
 * (sink/sqlite), cassandra://… (sink/cassandra), memory: (sink/memory, the reference), discard:
 * (the same without rows). One thread at a time per handle.
 *
 * Rows are written by primary key with a stamp: a row with a lower stamp than the stored one
 * changes nothing.
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/column.h"
#include "core/err.h"
#include "core/ledger.h"
#include "core/setting.h"

struct sink_config {
	const char *uri;
	const struct setting *settings; /* a backend takes those of its own prefix */
	size_t setting_count;
	bool create;    /* make what is missing */
	bool read_only; /* query only: no other call is made */
	bool bulk;      /* a rebuild is under way: the backend may trade latency for speed, never
			   durability of what it has acknowledged */
	/*
	 * A server that is not up yet is US_RETRY at once, or with `wait` waited for, as long as
	 * the URI says. Who repeats the call by itself says since when (clock_mono_us): past the
	 * same deadline it is US_REJECT, EXIT_UNREACHABLE. 0: there is none.
	 */
	bool wait;
	int64_t trying_since_us;
};

/* A dead letter that was stored by a replay: counted once in the generation of the write's first
 * ledger row. */
struct sink_mark {
	int32_t partition;
	int64_t offset;
	int64_t stamp;
};

struct sink_write {
	const struct row_batch *rows; /* one per table, any of them may be empty */
	size_t table_count;
	const int64_t *const *stamps;    /* stamps[table][row] */
	const struct ledger_row *ledger; /* one per table: the totals after this batch */
	int64_t
	    expected; /* the ledger's `next` before this batch, of every table; -1: no row yet */
	const struct sink_mark *marks; /* replay only */
	size_t mark_count;
	bool replay; /* the ledger's `next` stays: rows, marks and totals only. A mark that is there
			already makes the whole write US_REJECT, kind "marked" */
};

/* A column of a query's answer: "text", "integer", "real", "blob", "null" decide alignment and
 * quoting. */
struct sink_cell {
	enum { CELL_NULL, CELL_TEXT, CELL_INTEGER, CELL_REAL, CELL_BOOLEAN, CELL_BLOB } kind;
	struct span text; /* the value as text; raw bytes of a blob */
};
/* Called with row = NULL once with the names, then once a row. Return false to stop. Borrowed
 * during the call. */
typedef bool (*sink_row_fn)(void *user, size_t columns, const char *const *names,
			    const struct sink_cell *row);

struct sink;

struct sink_ops {
	const char *scheme;
	/* A query that lists the tables, for people: its first column is the table's name. NULL:
	 * the backend has none. And one to begin with, on the default pipeline's table. */
	const char *tables_query;
	const char *example_query;
	/*
	 * What whoever reads a whole table must know. How a query gives a row's stamp: as the
	 * column "_stamp"; or (not NULL) by this function of a column, as in "writetime": the
	 * greatest of those outside the key, and none where they are all NULL. Whether timestamps
	 * are cut to milliseconds. Whether a large table is better counted by reading its rows than
	 * by count(*). Whether rows are written before their ledger, not with it: then, where
	 * a writer was ended between, rows may stand of records that the ledger says are not done.
	 */
	const char *stamp_function;
	bool cuts_to_milliseconds;
	bool counts_by_reading;
	bool writes_rows_first;
	/*
	 * Make the tables, the ledger and the marks fit `tables` (the definitions are borrowed
	 * until close, the array is not): missing
	 * tables and columns are added when config.create, anything else that differs is US_REJECT,
	 * EXIT_BAD_CONFIG, with what to do. US_RETRY: not up yet. Where a table had to be made, the
	 * ledger rows and marks of all of `tables` are removed, in the same step or before it: they
	 * are rebuilt from the log. Of several that prepare at the same time none removes what
	 * another has written since.
	 */
	enum status (*prepare)(struct sink *sink, const struct table_def *const *tables,
			       size_t count, struct err *err);
	/* The ledger row of table and partition of a log. *found = false and *out zeroed when there
	 * is none. details is appended to `details` and out->details points there. */
	enum status (*ledger)(struct sink *sink, const char *table, const char *log_identity,
			      int32_t partition, struct ledger_row *out, bool *found,
			      struct buf *details, struct err *err);
	/*
	 * Rows, marks and ledger, in one transaction where the backend has them (else rows first,
	 * ledger last), durable when it returns US_OK. Write is idempotent: it may be repeated
	 * after US_RETRY. US_RETRY kind "full": no space. US_REJECT kind "row": err says which row
	 * the server refuses for itself; *bad_table and *bad_row name it, nothing was committed.
	 * US_FATAL kind "ownership": the ledger is not at `expected`, or of a later generation or a
	 * higher base of stamps, or (of the same generation) its `replayed` is not the writer's,
	 * because a replay came between: somebody else has written, nothing was written; read the
	 * ledger anew. *bad_table and *bad_row are untouched
	 * but for kind "row".
	 */
	enum status (*write)(struct sink *sink, const struct sink_write *write, size_t *bad_table,
			     int64_t *bad_row, struct err *err);
	/* Run a read-only query in the backend's own language. US_REJECT: the query is wrong, or
	 * would write. */
	enum status (*query)(struct sink *sink, const char *text, sink_row_fn row, void *user,
			     struct err *err);
	/* The store of states: *value is appended to `out`, found or not. put with a NULL span
	 * deletes. */
	enum status (*state_get)(struct sink *sink, const char *key, struct buf *out, bool *found,
				 struct err *err);
	enum status (*state_put)(struct sink *sink, const char *key, struct span value,
				 struct err *err);
	void (*close)(struct sink *sink);
};

struct sink {
	const struct sink_ops *ops;
	bool rows_expire; /* they vanish some time after they were written */
};

/* config's texts are copied. */
enum status sink_open(struct sink **out, const struct sink_config *config, struct err *err);

/* Is what the sink of this URI took still there when the program has ended? A bad URI keeps
 * nothing, which sink_open() tells. */
bool sink_uri_keeps(const char *uri);

static inline void sink_close(struct sink *sink)
{
	if (sink)
		sink->ops->close(sink);
}

#endif

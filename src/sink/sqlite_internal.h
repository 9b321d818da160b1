/*
 * sqlite_internal.h - what the files of the SQLite backend share.
 *
 *     sqlite_sink.c     open and close, settings, the ops table
 *     sqlite_schema.c   prepare: the table from the pipeline file, drift
 *     sqlite_write.c    write: one transaction
 *     sqlite_ledger.c   ledger, marks, states
 *     sqlite_query.c    query, read-only
 *     sqlite_err.c      result codes to our four classes
 */
#ifndef SINK_SQLITE_INTERNAL_H
#define SINK_SQLITE_INTERNAL_H

#include <sqlite3.h>
#include <stdbool.h>

#include "sink/cell.h"
#include "sink/row_order.h"
#include "sink/sink.h"

/* Statements that are prepared once, when first needed. */
enum statement_text {
	STATEMENT_BEGIN,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_LEDGER_GET,
	STATEMENT_LEDGER_PUT,
	STATEMENT_MARK_GET,
	STATEMENT_MARK_PUT,
	STATEMENT_STATE_GET,
	STATEMENT_STATE_PUT,
	STATEMENT_STATE_DELETE,
	STATEMENT_COUNT
};

struct sqlite_table {
	const struct table_def *def; /* borrowed from whoever prepared */
	sqlite3_stmt *upsert;
	char (*scratch)[CELL_SCRATCH]; /* a place a column, for values that are bound as text */
};

struct sqlite_sink {
	struct sink base;
	sqlite3 *db;
	char *path;
	bool create;
	bool read_only;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	struct sqlite_table *tables;
	size_t table_count;
	struct row_order order;
};

static inline struct sqlite_sink *sqlite_of(struct sink *sink)
{
	return (struct sqlite_sink *)sink;
}

/* ---- sqlite_err.c */

/* Turn the failure `rc` of the connection into status and text: "cannot <doing> <path>: ...". */
enum status sqlite_fail(const struct sqlite_sink *sink, int rc, const char *doing, struct err *err);
/* A refusal of the row itself, not of the database: too big, a constraint that a person added. */
bool sqlite_is_row_refusal(int rc);

/* ---- sqlite_sink.c */

/* A cached statement, reset and ready to bind. */
enum status sqlite_statement(struct sqlite_sink *sink, enum statement_text text, sqlite3_stmt **out,
			     struct err *err);
/* Step a statement without an answer to its end and reset it. */
enum status sqlite_run(struct sqlite_sink *sink, sqlite3_stmt *statement, const char *doing,
		       struct err *err);
/* BEGIN IMMEDIATE; US_RETRY kind "busy" when another process writes. US_FATAL kind "moved": the
 * file is not the one at `path` any more. */
enum status sqlite_begin(struct sqlite_sink *sink, struct err *err);
enum status sqlite_commit(struct sqlite_sink *sink, struct err *err);
/* Whatever happened before: after this no transaction is open. */
void sqlite_rollback(struct sqlite_sink *sink);
/* Run several statements that answer nothing. */
enum status sqlite_exec(struct sqlite_sink *sink, const char *sql, const char *doing,
			struct err *err);

/* ---- the ops */

enum status sqlite_prepare(struct sink *sink, const struct table_def *const *tables, size_t count,
			   struct err *err);
enum status sqlite_ledger(struct sink *sink, const char *table, const char *log_identity,
			  int32_t partition, struct ledger_row *out, bool *found,
			  struct buf *details, struct err *err);
enum status sqlite_write(struct sink *sink, const struct sink_write *write, size_t *bad_table,
			 int64_t *bad_row, struct err *err);
enum status sqlite_query(struct sink *sink, const char *text, sink_row_fn row, void *user,
			 struct err *err);
enum status sqlite_state_get(struct sink *sink, const char *key, struct buf *out, bool *found,
			     struct err *err);
enum status sqlite_state_put(struct sink *sink, const char *key, struct span value,
			     struct err *err);

/* ---- sqlite_schema.c, sqlite_ledger.c */

void sqlite_release_tables(struct sqlite_sink *sink);
/* Is there a table of this name? */
enum status sqlite_has_table(struct sqlite_sink *sink, const char *name, bool *found,
			     struct err *err);
/* The sink's own tables; within a transaction, or each statement for itself. */
enum status sqlite_make_own_tables(struct sqlite_sink *sink, struct err *err);
/* The ledger's row without its details; these into `details` where it is not NULL. */
enum status sqlite_ledger_get(struct sqlite_sink *sink, const char *table, const char *log_identity,
			      int32_t partition, struct ledger_row *out, bool *found,
			      struct buf *details, struct err *err);
enum status sqlite_ledger_put(struct sqlite_sink *sink, const struct ledger_row *row,
			      struct err *err);
/* Marks belong to the ledger row's table, log and generation. */
enum status sqlite_mark_get(struct sqlite_sink *sink, const struct ledger_row *ledger,
			    const struct sink_mark *mark, bool *found, struct err *err);
enum status sqlite_mark_put(struct sqlite_sink *sink, const struct ledger_row *ledger,
			    const struct sink_mark *mark, struct err *err);
/* Remove ledger rows and marks of a table: it begins anew. *rows counts ledger rows removed. */
enum status sqlite_forget_table(struct sqlite_sink *sink, const char *table, int *rows,
				struct err *err);

#endif

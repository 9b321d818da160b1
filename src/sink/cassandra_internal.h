/*
 * cassandra_internal.h - what the files of the Cassandra backend share.
 *
 *     cassandra_sink.c        open and close, waiting for the cluster, the ops table
 *     cassandra_settings.c    the URI and its parameters
 *     cassandra_plugin.c      loads the driver
 *     cassandra_call.c        calls of the driver: errors to our four classes, values to bind
 *     cassandra_schema.c      prepare: keyspace and tables from the pipeline file
 *     cassandra_shape.c       a table as it is stored, compared with the declared one
 *     cassandra_write.c       write: rows first, ledger last
 *     cassandra_ledger.c      ledger rows: reading, claiming, moving
 *     cassandra_marks.c       marks of replayed dead letters; states
 *     cassandra_reset.c       the ledger and the marks of tables that are missing
 *     cassandra_query.c       query, read-only
 *
 * Cassandra has no transactions, and any replica may be behind. What takes their place:
 *
 * A partition of the log has one owner at a time as far as anybody knows, and each assignment a
 * stamp base B above all former ones. Everything an owner writes carries a timestamp of its base:
 * rows B + offset, its ledger row B + next - 1. So what a former owner still has under way loses
 * against it, whenever it arrives.
 *
 * Before an owner writes anything it claims the partition: it writes the ledger row as it
 * stands under its own base, and reads it back. So whoever comes next takes a base above, even
 * where this owner is killed before its first ledger write, and whatever its clock says.
 *
 * Each later write reads the ledger after the rows, if it has not for 50 ms. A row of a higher base
 * there says that somebody else has taken over: the write ends with kind "ownership", and what it
 * wrote is below the other's.
 *
 * The ledger row is a function of the log's prefix, and written when all rows below it are
 * acknowledged by a quorum; so any version of it that a reader may see is true.
 *
 * A table that is missing is made when its ledger is cleared, never before: whoever is killed
 * between leaves no ledger that speaks of rows that are gone. Others may find it missing at the
 * same moment, make it and write. So the ledger is read first, the table is looked for once more,
 * and what is cleared is what was read, at its timestamps: what anybody has written into the new
 * table stands above.
 */
#ifndef SINK_CASSANDRA_INTERNAL_H
#define SINK_CASSANDRA_INTERNAL_H

#include <stdbool.h>

#include "core/arena.h"
#include "sink/cassandra_abi.h"
#include "sink/cassandra_settings.h"
#include "sink/drift.h"
#include "sink/sink.h"

/* Statements that are prepared once, when first needed. */
enum cassandra_statement {
	CQL_LEDGER_GET,   /* one table's row, with its details */
	CQL_LEDGER_CHECK, /* the rows of a partition of the log, without */
	CQL_LEDGER_PUT,
	CQL_LEDGER_CLEAR, /* the row stays, as none: see cassandra_forget_tables() */
	CQL_MARKS_OF,     /* all of a partition of the log */
	CQL_MARK_GET,
	CQL_MARK_PUT,
	CQL_MARK_DELETE,
	CQL_STATE_GET,
	CQL_STATE_PUT,
	CQL_STATEMENT_COUNT
};

struct cassandra_table {
	const struct table_def *def; /* borrowed from whoever prepared */
	uint32_t upsert;
};

/* A ledger row as it was last seen, and when it was written by its own timestamp. */
struct known_ledger {
	struct ledger_row row; /* without details */
	int64_t written_us;
	int64_t read_us; /* monotonic */
	bool found;
};

struct cassandra_sink {
	struct sink base;
	const struct cassandra_api *api;
	struct cassandra_session *session;
	struct cassandra_settings settings;
	bool create;
	bool read_only;
	bool has_own_tables;
	struct {
		bool prepared;
		uint32_t number;
	} statements[CQL_STATEMENT_COUNT];
	struct cassandra_table *tables;
	size_t table_count;
	/* what this handle has claimed or written last, a row a table and partition */
	struct known_ledger *known;
	size_t known_count, known_capacity;
};

static inline struct cassandra_sink *cassandra_of(struct sink *sink)
{
	return (struct cassandra_sink *)sink;
}

/* ---- cassandra_call.c */

/* What the plugin says, as status and text: "cannot <doing> <the cluster>: ...". Returns `status`.
 */
enum status cassandra_fail(const struct cassandra_sink *sink, int32_t status,
			   const struct cassandra_error *error, const char *doing, struct err *err);
/* The same of what is known to be there, since it was seen or made a moment ago: where a node has
 * not heard of it yet, as when another process makes it right now, the answer is US_RETRY. */
enum status cassandra_fail_known(const struct cassandra_sink *sink, int32_t status,
				 const struct cassandra_error *error, const char *doing,
				 struct err *err);
/* Run a text: the keyspace's tables are named as they are, `row` may be NULL. */
enum status cassandra_run(struct cassandra_sink *sink, const char *cql, const char *doing,
			  cassandra_row_fn row, void *user, struct err *err);
/* The same of a text in `cql`, which is checked and reset. */
enum status cassandra_run_buf(struct cassandra_sink *sink, struct buf *cql, const char *doing,
			      cassandra_row_fn row, void *user, struct err *err);
/* The number of one of our own statements. */
enum status cassandra_statement(struct cassandra_sink *sink, enum cassandra_statement statement,
				uint32_t *number, struct err *err);
/* Run one of our own statements. */
enum status cassandra_execute(struct cassandra_sink *sink, enum cassandra_statement statement,
			      const struct cassandra_value *values, size_t count, const char *doing,
			      cassandra_row_fn row, void *user, struct err *err);

static inline struct cassandra_value value_text(struct span text)
{
	return (struct cassandra_value){ .kind = text.data ? CASSANDRA_TEXT : CASSANDRA_NULL,
					 .data = text.data,
					 .len = text.len };
}

static inline struct cassandra_value value_integer64(int64_t integer)
{
	return (struct cassandra_value){ .kind = CASSANDRA_INTEGER, .integer = integer };
}

/* What cassandra_query() takes for a list of the keyspace's tables. */
#define CASSANDRA_TABLES_QUERY "DESCRIBE TABLES"

/* ---- the ops */

enum status cassandra_prepare(struct sink *sink, const struct table_def *const *tables,
			      size_t count, struct err *err);
enum status cassandra_ledger(struct sink *sink, const char *table, const char *log_identity,
			     int32_t partition, struct ledger_row *out, bool *found,
			     struct buf *details, struct err *err);
enum status cassandra_write(struct sink *sink, const struct sink_write *write, size_t *bad_table,
			    int64_t *bad_row, struct err *err);
enum status cassandra_query(struct sink *sink, const char *text, sink_row_fn row, void *user,
			    struct err *err);
enum status cassandra_state_get(struct sink *sink, const char *key, struct buf *out, bool *found,
				struct err *err);
enum status cassandra_state_put(struct sink *sink, const char *key, struct span value,
				struct err *err);

/* ---- cassandra_schema.c, cassandra_shape.c */

/* The keyspace and the sink's own tables, made where config.create; then the keyspace is the
 * session's. US_REJECT kind "missing": there is no keyspace. */
enum status cassandra_enter_keyspace(struct cassandra_sink *sink, struct err *err);
/* Is there a table of this name? */
enum status cassandra_has_table(struct cassandra_sink *sink, const char *name, bool *found,
				struct err *err);
/* Are the sink's own tables there? Asks again as long as they are not. */
enum status cassandra_has_own(struct cassandra_sink *sink, bool *found, struct err *err);
/* As drift_check of the stored table of this name; *shape's texts are in `arena`. */
enum status cassandra_compare(struct cassandra_sink *sink, const struct table_def *def,
			      struct arena *arena, struct table_shape *shape, size_t *missing,
			      struct err *err);
void cassandra_release_tables(struct cassandra_sink *sink);

/* ---- cassandra_ledger.c */

/* A ledger row with its details, and its timestamp. */
enum status cassandra_ledger_get(struct cassandra_sink *sink, const char *table,
				 const char *log_identity, int32_t partition,
				 struct known_ledger *out, struct buf *details, struct err *err);
/* The ledger rows of the tables of `write`, of its partition of the log, without their details:
 * rows[write->table_count]. */
enum status cassandra_ledger_check(struct cassandra_sink *sink, const struct sink_write *write,
				   struct known_ledger *rows, struct err *err);
/*
 * Write ledger rows of one partition of the log, each with its details and timestamp, and marks of
 * the write whose first row is `marked`. All of them have the same partition key, so they are one
 * mutation to Cassandra: all or nothing.
 */
enum status cassandra_put(struct cassandra_sink *sink, const struct known_ledger *rows,
			  size_t row_count, const struct ledger_row *marked,
			  const struct sink_mark *marks, size_t mark_count, struct err *err);
/* The timestamp of a ledger row that is to replace one of timestamp `former`. */
int64_t ledger_timestamp(const struct ledger_row *row, int64_t former);
/* Write what is stored under the base of `write`, so that no owner before it moves the ledger any
 * more. `stored` is what was read, and becomes what is there now. US_FATAL "ownership": somebody
 * else was quicker. */
enum status cassandra_claim(struct cassandra_sink *sink, const struct sink_write *write,
			    struct known_ledger *stored, struct err *err);
/* What this handle knows of a row; NULL: nothing. */
struct known_ledger *cassandra_known(struct cassandra_sink *sink, const struct ledger_row *row);
/* Remember a row. False: out of memory. */
bool cassandra_remember(struct cassandra_sink *sink, const struct known_ledger *known);
/* Forget the rows of a write: they are read before the next. */
void cassandra_forget(struct cassandra_sink *sink, const struct sink_write *write);

/* ---- cassandra_marks.c */

/* What CQL_MARK_PUT binds: the key, the stamp, the timestamp. They point into `ledger`. */
#define MARK_KEY_VALUES 5
#define MARK_PUT_VALUES 7
void mark_values(const struct ledger_row *ledger, const struct sink_mark *mark, int64_t written_us,
		 struct cassandra_value values[MARK_PUT_VALUES]);
/* How many of the write's marks are there already. */
enum status cassandra_marks_there(struct cassandra_sink *sink, const struct sink_write *write,
				  size_t *there, struct err *err);
/* Take back the marks of a write that came to nothing; they were written with this timestamp. */
enum status cassandra_marks_undo(struct cassandra_sink *sink, const struct sink_write *write,
				 int64_t written_us, struct err *err);
/* Delete the mark of this key, which was written with this timestamp. */
enum status cassandra_mark_delete(struct cassandra_sink *sink, int64_t written_us,
				  const struct cassandra_value key[MARK_KEY_VALUES],
				  struct err *err);

/* ---- cassandra_reset.c */

/* The ledger rows and marks of tables, as they stood when they were read. */
struct cassandra_former {
	struct arena arena;
	struct former_row *rows;
	struct former_mark *marks;
};

/* Read what the ledger says of these tables. Release *out whatever is returned. */
enum status cassandra_former_read(struct cassandra_sink *sink,
				  const struct table_def *const *tables, size_t count,
				  struct cassandra_former *out, struct err *err);
/* Let all of it begin anew, but what has been written since. May be repeated. */
enum status cassandra_former_clear(struct cassandra_sink *sink,
				   const struct cassandra_former *former, struct err *err);
void cassandra_former_release(struct cassandra_former *former);

#endif

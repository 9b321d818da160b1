/*
 * sqlite_ledger.c - the tables of the sink's own: userstream_ledger (the account, one row per table
 * and partition), userstream_replayed (marks of dead letters that a replay stored) and
 * userstream_state (desired states by name). Plain tables, to be read by people too.
 */
#include <stdio.h>
#include <string.h>

#include "sink/ledger_numbers.h"
#include "sink/sqlite_internal.h"

enum status sqlite_make_own_tables(struct sqlite_sink *sink, struct err *err)
{
	return sqlite_exec(
	    sink,
	    "CREATE TABLE IF NOT EXISTS userstream_ledger (\n"
	    "  table_name          TEXT NOT NULL,\n"
	    "  log_identity        TEXT NOT NULL, -- of the log; a new one after it was deleted\n"
	    "  partition           INTEGER NOT NULL,\n"
	    "  next                INTEGER NOT NULL, -- first offset not yet accounted for\n"
	    "  read                INTEGER NOT NULL, -- = stored + filtered + rejected\n"
	    "  stored              INTEGER NOT NULL,\n"
	    "  filtered            INTEGER NOT NULL,\n"
	    "  rejected            INTEGER NOT NULL, -- in the dead letters\n"
	    "  replayed            INTEGER NOT NULL, -- dead letters stored later, part of stored\n"
	    "  lost                INTEGER NOT NULL,\n"
	    "  stamp_base          INTEGER NOT NULL, -- _stamp = stamp_base + offset\n"
	    "  last_stamp          INTEGER NOT NULL,\n"
	    "  generation          INTEGER NOT NULL, -- passes over the log (--from)\n"
	    "  first               INTEGER NOT NULL, -- offset at which this generation began\n"
	    "  anchor_timestamp_us INTEGER NOT NULL, -- of the last record done\n"
	    "  anchor_hash         INTEGER NOT NULL,\n"
	    "  updated_us          INTEGER NOT NULL, -- microseconds since 1970\n"
	    "  fingerprint         TEXT NOT NULL, -- SHA-256 of the pipeline file's meaning\n"
	    "  details             TEXT, -- JSON: rejected by reason, violations, columns\n"
	    "  updated             TIMESTAMP AS (strftime('%Y-%m-%d %H:%M:%f', updated_us / 1e6,\n"
	    "                                             'unixepoch')) VIRTUAL,\n"
	    "  PRIMARY KEY (table_name, log_identity, partition)\n"
	    ") WITHOUT ROWID;\n"
	    "CREATE TABLE IF NOT EXISTS userstream_replayed (\n"
	    "  table_name          TEXT NOT NULL,\n"
	    "  log_identity        TEXT NOT NULL,\n"
	    "  generation          INTEGER NOT NULL,\n"
	    "  partition           INTEGER NOT NULL,\n"
	    "  \"offset\"            INTEGER NOT NULL,\n"
	    "  stamp               INTEGER NOT NULL,\n"
	    "  PRIMARY KEY (table_name, log_identity, generation, partition, \"offset\")\n"
	    ") WITHOUT ROWID;\n"
	    "CREATE TABLE IF NOT EXISTS userstream_state (\n"
	    "  key                 TEXT PRIMARY KEY NOT NULL,\n"
	    "  value               TEXT NOT NULL\n"
	    ") WITHOUT ROWID;\n",
	    "make tables in", err);
}

/* ---- the ledger */

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void copy_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	snprintf(out, size, "%s", text ? (const char *)text : "");
}

static void read_row(sqlite3_stmt *statement, struct ledger_row *out)
{
	int64_t numbers[LEDGER_NUMBERS];

	for (int i = 0; i < LEDGER_NUMBERS; i++)
		numbers[i] = sqlite3_column_int64(statement, i);
	ledger_from_numbers(out, numbers);
	copy_text(statement, LEDGER_NUMBERS, out->fingerprint, sizeof(out->fingerprint));
}

enum status sqlite_ledger_get(struct sqlite_sink *sink, const char *table, const char *log_identity,
			      int32_t partition, struct ledger_row *out, bool *found,
			      struct buf *details, struct err *err)
{
	sqlite3_stmt *statement;
	enum status status = sqlite_statement(sink, STATEMENT_LEDGER_GET, &statement, err);
	int rc;

	*found = false;
	memset(out, 0, sizeof(*out));
	if (status != US_OK)
		return status;
	bind_text(statement, 1, table);
	bind_text(statement, 2, log_identity);
	sqlite3_bind_int(statement, 3, partition);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		*found = true;
		snprintf(out->table, sizeof(out->table), "%s", table);
		snprintf(out->log_identity, sizeof(out->log_identity), "%s", log_identity);
		out->partition = partition;
		read_row(statement, out);
		if (details) {
			const char *text = sqlite3_column_blob(statement, LEDGER_NUMBERS + 1);
			size_t start = details->len,
			       len = (size_t)sqlite3_column_bytes(statement, LEDGER_NUMBERS + 1);

			buf_append(details, text ? text : "", len);
			out->details = (struct span){ .data = buf_text(details) + start,
						      .len = len };
			if (details->failed)
				status = err_no_memory(err, "reading the ledger");
		}
	} else if (rc != SQLITE_DONE) {
		status = sqlite_fail(sink, rc, "read the ledger of", err);
	}
	sqlite3_reset(statement);
	return status;
}

enum status sqlite_ledger(struct sink *base, const char *table, const char *log_identity,
			  int32_t partition, struct ledger_row *out, bool *found,
			  struct buf *details, struct err *err)
{
	struct sqlite_sink *sink = sqlite_of(base);
	bool exists = false;
	enum status status = sqlite_has_table(sink, "userstream_ledger", &exists, err);

	*found = false;
	memset(out, 0, sizeof(*out));
	if (status != US_OK || !exists)
		return status;
	return sqlite_ledger_get(sink, table, log_identity, partition, out, found, details, err);
}

enum status sqlite_ledger_put(struct sqlite_sink *sink, const struct ledger_row *row,
			      struct err *err)
{
	int64_t numbers[LEDGER_NUMBERS];
	sqlite3_stmt *statement;
	enum status status = sqlite_statement(sink, STATEMENT_LEDGER_PUT, &statement, err);

	if (status != US_OK)
		return status;
	bind_text(statement, 1, row->table);
	bind_text(statement, 2, row->log_identity);
	sqlite3_bind_int(statement, 3, row->partition);
	ledger_to_numbers(row, numbers);
	for (int i = 0; i < LEDGER_NUMBERS; i++)
		sqlite3_bind_int64(statement, 4 + i, numbers[i]);
	bind_text(statement, 18, row->fingerprint);
	sqlite3_bind_text64(statement, 19, row->details.data, row->details.len, SQLITE_STATIC,
			    SQLITE_UTF8);
	return sqlite_run(sink, statement, "write the ledger of", err);
}

enum status sqlite_forget_table(struct sqlite_sink *sink, const char *table, int *rows,
				struct err *err)
{
	static const char *const texts[] = {
		"DELETE FROM userstream_replayed WHERE table_name = ?1",
		"DELETE FROM userstream_ledger WHERE table_name = ?1",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		sqlite3_stmt *statement;
		int rc = sqlite3_prepare_v2(sink->db, texts[i], -1, &statement, NULL);
		enum status status;

		if (rc != SQLITE_OK)
			return sqlite_fail(sink, rc, "reset the ledger of", err);
		bind_text(statement, 1, table);
		status = sqlite_run(sink, statement, "reset the ledger of", err);
		sqlite3_finalize(statement);
		if (status != US_OK)
			return status;
	}
	*rows += sqlite3_changes(sink->db);
	return US_OK;
}

/* ---- marks */

static enum status bind_mark(struct sqlite_sink *sink, enum statement_text text,
			     const struct ledger_row *ledger, const struct sink_mark *mark,
			     sqlite3_stmt **out, struct err *err)
{
	enum status status = sqlite_statement(sink, text, out, err);

	if (status != US_OK)
		return status;
	bind_text(*out, 1, ledger->table);
	bind_text(*out, 2, ledger->log_identity);
	sqlite3_bind_int64(*out, 3, ledger->generation);
	sqlite3_bind_int(*out, 4, mark->partition);
	sqlite3_bind_int64(*out, 5, mark->offset);
	return US_OK;
}

enum status sqlite_mark_get(struct sqlite_sink *sink, const struct ledger_row *ledger,
			    const struct sink_mark *mark, bool *found, struct err *err)
{
	sqlite3_stmt *statement;
	enum status status = bind_mark(sink, STATEMENT_MARK_GET, ledger, mark, &statement, err);
	int rc;

	*found = false;
	if (status != US_OK)
		return status;
	rc = sqlite3_step(statement);
	*found = rc == SQLITE_ROW;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		status = sqlite_fail(sink, rc, "read the marks of", err);
	sqlite3_reset(statement);
	return status;
}

enum status sqlite_mark_put(struct sqlite_sink *sink, const struct ledger_row *ledger,
			    const struct sink_mark *mark, struct err *err)
{
	sqlite3_stmt *statement;
	enum status status = bind_mark(sink, STATEMENT_MARK_PUT, ledger, mark, &statement, err);

	if (status != US_OK)
		return status;
	sqlite3_bind_int64(statement, 6, mark->stamp);
	return sqlite_run(sink, statement, "write a mark to", err);
}

/* ---- states */

enum status sqlite_state_get(struct sink *base, const char *key, struct buf *out, bool *found,
			     struct err *err)
{
	struct sqlite_sink *sink = sqlite_of(base);
	bool exists = false;
	sqlite3_stmt *statement;
	enum status status = sqlite_has_table(sink, "userstream_state", &exists, err);
	int rc;

	*found = false;
	if (status == US_OK && exists)
		status = sqlite_statement(sink, STATEMENT_STATE_GET, &statement, err);
	if (status != US_OK || !exists)
		return status;
	bind_text(statement, 1, key);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		const char *value = sqlite3_column_blob(statement, 0);

		*found = true;
		buf_append(out, value ? value : "", (size_t)sqlite3_column_bytes(statement, 0));
		if (out->failed)
			status = err_no_memory(err, "reading a state");
	} else if (rc != SQLITE_DONE) {
		status = sqlite_fail(sink, rc, "read a state of", err);
	}
	sqlite3_reset(statement);
	return status;
}

enum status sqlite_state_put(struct sink *base, const char *key, struct span value, struct err *err)
{
	struct sqlite_sink *sink = sqlite_of(base);
	sqlite3_stmt *statement;
	enum status status = sqlite_statement(
	    sink, value.data ? STATEMENT_STATE_PUT : STATEMENT_STATE_DELETE, &statement, err);

	if (status != US_OK)
		return status;
	bind_text(statement, 1, key);
	if (value.data)
		sqlite3_bind_text64(statement, 2, value.data, value.len, SQLITE_STATIC,
				    SQLITE_UTF8);
	return sqlite_run(sink, statement, "store a state in", err);
}

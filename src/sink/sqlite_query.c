/*
 * sqlite_query.c - one read-only statement. What would write, attach, or change a setting is
 * refused while it is compiled, by an authorizer that knows what may pass; a read-only connection
 * stands behind it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/diag.h"
#include "core/mem.h"
#include "core/width.h"
#include "sink/sqlite_internal.h"

/* ---- what may pass */

static bool is_listed(const char *const *list, const char *name)
{
	for (; *list; list++) {
		if (sqlite3_stricmp(*list, name) == 0)
			return true;
	}
	return false;
}

static bool may_read_pragma(const char *name, const char *argument)
{
	static const char *const about[] = {
		"table_info",  "table_xinfo",      "table_list",      "index_list",  "index_info",
		"index_xinfo", "foreign_key_list", "integrity_check", "quick_check", NULL
	};
	static const char *const plain[] = {
		"application_id", "cache_size", "collation_list", "compile_options",
		"database_list",  "encoding",   "freelist_count", "function_list",
		"page_count",     "page_size",  "pragma_list",    "synchronous",
		"user_version",   NULL
	};

	return is_listed(about, name) || (!argument && is_listed(plain, name));
}

static int authorize(void *user, int action, const char *first, const char *second,
		     const char *database, const char *trigger)
{
	(void)user;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_UPDATE:
		/* asked when pragma_table_info() and its like declare themselves; a statement that
		 * really wrote there is no read-only one, and refused for that */
		return sqlite3_stricmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_FUNCTION:
		return sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_PRAGMA:
		return may_read_pragma(first, second) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

/* ---- what is wrong with it */

/* The names of the database's tables, for "did you mean". At most `max`; freed by the caller. */
static size_t list_tables(sqlite3 *db, char **names, size_t max)
{
	sqlite3_stmt *statement;
	size_t count = 0;

	if (sqlite3_prepare_v2(db,
			       "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND "
			       "name NOT LIKE 'sqlite_%' ORDER BY name LIKE 'userstream_%', name",
			       -1, &statement, NULL) != SQLITE_OK)
		return 0;
	while (count < max && sqlite3_step(statement) == SQLITE_ROW) {
		names[count] = mem_strdup((const char *)sqlite3_column_text(statement, 0));
		if (!names[count])
			break;
		count++;
	}
	sqlite3_finalize(statement);
	return count;
}

static void append_tables(sqlite3 *db, const char *wanted, struct buf *out)
{
	char *names[32];
	size_t count = list_tables(db, names, sizeof(names) / sizeof(names[0]));
	const char *nearest = suggest(span_of(wanted), (const char *const *)names, count);

	if (nearest)
		buf_printf(out, "\ndid you mean %s?", nearest);
	buf_append_text(out, count ? "\nthere are:" : "\nthe database has no tables yet");
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "%s %s", i ? "," : "", names[i]);
		mem_free(names[i]);
	}
}

/* The line of the query with the error, and a caret under it. */
static void append_caret(const char *text, int offset, struct buf *out)
{
	const char *start = text + offset, *end = text + offset;
	size_t cells;

	while (start > text && start[-1] != '\n')
		start--;
	end += strcspn(end, "\n");
	cells = text_width((struct span){ .data = start, .len = (size_t)(text + offset - start) });
	buf_printf(out, "\n  %.*s\n  %*s^", (int)(end - start), start, (int)cells, "");
}

static enum status refuse(struct sqlite_sink *sink, int rc, const char *text, struct err *err)
{
	static const char no_table[] = "no such table: ";
	const char *why = sqlite3_errmsg(sink->db);
	int offset = sqlite3_error_offset(sink->db);
	struct buf message;

	if ((rc & 0xff) == SQLITE_AUTH)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "the query was refused: only what reads is allowed here (SELECT, "
			       "WITH, EXPLAIN, and the PRAGMAs that look)");
	if ((rc & 0xff) != SQLITE_ERROR && (rc & 0xff) != SQLITE_TOOBIG)
		return sqlite_fail(sink, rc, "read", err);
	buf_init(&message, ERR_TEXT_MAX);
	buf_printf(&message, "the query is wrong: %s", why);
	if (offset >= 0 && (size_t)offset <= strlen(text))
		append_caret(text, offset, &message);
	if (strncmp(why, no_table, sizeof(no_table) - 1) == 0) {
		char name[256];

		snprintf(name, sizeof(name), "%s", why + sizeof(no_table) - 1);
		append_tables(sink->db, name, &message);
	}
	err_set(err, US_REJECT, EXIT_BAD_USAGE, "%s", buf_text(&message));
	buf_release(&message);
	return US_REJECT;
}

/* ---- rows */

struct answer {
	sqlite3_stmt *statement;
	size_t columns;
	const char **names;
	struct sink_cell *cells;
	char (*scratch)[CELL_SCRATCH];
};

static void fill_cell(const struct answer *answer, int column)
{
	struct sink_cell *cell = &answer->cells[column];
	char *scratch = answer->scratch[column];
	sqlite3_stmt *statement = answer->statement;
	const char *declared;

	cell->text = (struct span){ .data = scratch, .len = 0 };
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_INTEGER:
		declared = sqlite3_column_decltype(statement, column);
		if (declared && sqlite3_stricmp(declared, "BOOLEAN") == 0) {
			cell->kind = CELL_BOOLEAN;
			cell->text = sqlite3_column_int64(statement, column)
					 ? SPAN_LITERAL("true")
					 : SPAN_LITERAL("false");
			break;
		}
		cell->kind = CELL_INTEGER;
		cell->text.len = (size_t)snprintf(scratch, CELL_SCRATCH, "%" PRId64,
						  (int64_t)sqlite3_column_int64(statement, column));
		break;
	case SQLITE_FLOAT:
		cell->kind = CELL_REAL;
		cell->text.len = cell_format_double(sqlite3_column_double(statement, column),
						    scratch);
		break;
	case SQLITE_NULL:
		cell->kind = CELL_NULL;
		cell->text = SPAN_NULL;
		break;
	default: /* text, blob */
		cell->kind = sqlite3_column_type(statement, column) == SQLITE_BLOB ? CELL_BLOB
										   : CELL_TEXT;
		if (sqlite3_column_blob(statement, column))
			cell->text.data = sqlite3_column_blob(statement, column);
		cell->text.len = (size_t)sqlite3_column_bytes(statement, column);
		break;
	}
}

static int send_rows(const struct answer *answer, sink_row_fn row, void *user)
{
	int rc;

	if (!row(user, answer->columns, answer->names, NULL))
		return SQLITE_DONE;
	while ((rc = sqlite3_step(answer->statement)) == SQLITE_ROW) {
		for (size_t i = 0; i < answer->columns; i++)
			fill_cell(answer, (int)i);
		if (!row(user, answer->columns, answer->names, answer->cells))
			return SQLITE_DONE;
	}
	return rc;
}

static enum status run_answer(struct sqlite_sink *sink, sqlite3_stmt *statement, const char *text,
			      sink_row_fn row, void *user, struct err *err)
{
	size_t columns = (size_t)sqlite3_column_count(statement);
	struct answer answer = { .statement = statement, .columns = columns };
	enum status status = US_OK;
	int rc;

	answer.names = mem_calloc(columns + 1, sizeof(*answer.names));
	answer.cells = mem_calloc(columns + 1, sizeof(*answer.cells));
	answer.scratch = mem_calloc(columns + 1, sizeof(*answer.scratch));
	if (!answer.names || !answer.cells || !answer.scratch) {
		status = err_no_memory(err, "answering a query");
		goto out;
	}
	for (size_t i = 0; i < columns; i++) {
		answer.names[i] = sqlite3_column_name(statement, (int)i);
		if (!answer.names[i]) {
			status = err_no_memory(err, "answering a query");
			goto out;
		}
	}
	rc = send_rows(&answer, row, user);
	if (rc != SQLITE_DONE)
		status = refuse(sink, rc, text, err);
out:
	mem_free(answer.names);
	mem_free(answer.cells);
	mem_free(answer.scratch);
	return status;
}

/* Exactly one statement, and one that reads. */
static enum status compile(struct sqlite_sink *sink, const char *text, sqlite3_stmt **out,
			   struct err *err)
{
	const char *tail = NULL;
	sqlite3_stmt *second = NULL;
	int rc = sqlite3_prepare_v2(sink->db, text, -1, out, &tail);

	if (rc != SQLITE_OK)
		return refuse(sink, rc, text, err);
	if (!*out)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE, "the query is empty");
	rc = sqlite3_prepare_v2(sink->db, tail, -1, &second, NULL);
	sqlite3_finalize(second);
	if (second || rc != SQLITE_OK)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "one query at a time: there is more after the first one's end");
	if (!sqlite3_stmt_readonly(*out))
		return refuse(sink, SQLITE_AUTH, text, err);
	return US_OK;
}

enum status sqlite_query(struct sink *base, const char *text, sink_row_fn row, void *user,
			 struct err *err)
{
	struct sqlite_sink *sink = sqlite_of(base);
	sqlite3_stmt *statement = NULL;
	enum status status;

	sqlite3_set_authorizer(sink->db, authorize, NULL);
	status = compile(sink, text, &statement, err);
	if (status == US_OK)
		status = run_answer(sink, statement, text, row, user, err);
	sqlite3_finalize(statement);
	sqlite3_set_authorizer(sink->db, NULL, NULL);
	return status;
}

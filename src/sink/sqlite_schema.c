/*
 * sqlite_schema.c - prepare: makes the tables of a pipeline file, or finds how the stored ones
 * differ. All of it in one transaction.
 *
 * A table that is made while the ledger already counts its rows was dropped or renamed by a person:
 * the ledger of all tables of the pipeline is reset with it, since they advance together, and so
 * the pipeline is rebuilt from the log.
 */
#include <string.h>

#include "core/arena.h"
#include "core/mem.h"
#include "core/note.h"
#include "sink/ddl.h"
#include "sink/drift.h"
#include "sink/sqlite_internal.h"

#define SQL_MAX   (1 << 20)
#define SHAPE_MAX (4 << 20)
#define ADVICE                                                                                  \
	"Rename the table (ALTER TABLE ... RENAME TO ...), or stop the program and delete the " \
	"database, and run again: it is rebuilt from the log"

enum status sqlite_has_table(struct sqlite_sink *sink, const char *name, bool *found,
			     struct err *err)
{
	int rc = sqlite3_table_column_metadata(sink->db, "main", name, NULL, NULL, NULL, NULL, NULL,
					       NULL);

	*found = rc == SQLITE_OK;
	if (rc == SQLITE_OK || rc == SQLITE_ERROR)
		return US_OK;
	return sqlite_fail(sink, rc, "read the tables of", err);
}

/* ---- the stored table's shape */

struct shape_reader {
	struct sqlite_sink *sink;
	struct arena *arena;
	const char *table;
	struct table_shape *out;
	struct shape_column *columns;
	const char **key;
	enum sort_order *order;
};

static enum status prepare_for(const struct shape_reader *reader, const char *sql,
			       sqlite3_stmt **out, struct err *err)
{
	int rc = sqlite3_prepare_v2(reader->sink->db, sql, -1, out, NULL);

	if (rc != SQLITE_OK)
		return sqlite_fail(reader->sink, rc, "read the tables of", err);
	sqlite3_bind_text(*out, 1, reader->table, -1, SQLITE_STATIC);
	return US_OK;
}

static const char *keep_text(const struct shape_reader *reader, sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return arena_strndup(reader->arena, text ? (const char *)text : "",
			     (size_t)sqlite3_column_bytes(statement, column));
}

static enum status read_columns(struct shape_reader *reader, struct err *err)
{
	sqlite3_stmt *statement;
	enum status status = prepare_for(
	    reader, "SELECT name, type, \"notnull\" FROM pragma_table_xinfo(?1)", &statement, err);
	int rc;

	if (status != US_OK)
		return status;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *name = keep_text(reader, statement, 0);
		const char *type = keep_text(reader, statement, 1);

		if (!name || !type) {
			status = err_no_memory(err, "reading a table's columns");
			break;
		}
		if (sqlite3_stricmp(name, STAMP_COLUMN) == 0)
			continue;
		reader->columns[reader->out->column_count++] = (struct shape_column){
			.name = name, .type = type, .not_null = sqlite3_column_int(statement, 2)
		};
	}
	sqlite3_finalize(statement);
	if (status == US_OK && rc != SQLITE_DONE)
		status = sqlite_fail(reader->sink, rc, "read the tables of", err);
	return status;
}

static enum status read_key(struct shape_reader *reader, struct err *err)
{
	sqlite3_stmt *statement;
	enum status status = prepare_for(
	    reader,
	    "SELECT x.name, x.\"desc\" FROM pragma_index_list(?1) AS l, "
	    "pragma_index_xinfo(l.name) AS x WHERE l.origin = 'pk' AND x.\"key\" ORDER BY x.seqno",
	    &statement, err);
	int rc;

	if (status != US_OK)
		return status;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		size_t at = reader->out->key_count++;

		reader->key[at] = keep_text(reader, statement, 0);
		reader->order[at] = sqlite3_column_int(statement, 1) ? SORT_DESCENDING
								     : SORT_ASCENDING;
		if (!reader->key[at]) {
			status = err_no_memory(err, "reading a table's key");
			break;
		}
	}
	sqlite3_finalize(statement);
	if (status == US_OK && rc != SQLITE_DONE)
		status = sqlite_fail(reader->sink, rc, "read the tables of", err);
	return status;
}

static enum status read_shape(struct sqlite_sink *sink, const char *table, struct arena *arena,
			      struct table_shape *out, struct err *err)
{
	size_t max = (size_t)sqlite3_limit(sink->db, SQLITE_LIMIT_COLUMN, -1);
	struct shape_reader reader = { .sink = sink, .arena = arena, .table = table, .out = out };
	enum status status;

	reader.columns = arena_calloc(arena, max, sizeof(*reader.columns));
	reader.key = arena_calloc(arena, max, sizeof(*reader.key));
	reader.order = arena_calloc(arena, max, sizeof(*reader.order));
	if (!reader.columns || !reader.key || !reader.order)
		return err_no_memory(err, "reading a table's columns");
	*out = (struct table_shape){ .columns = reader.columns,
				     .key = reader.key,
				     .key_order = reader.order };
	status = read_columns(&reader, err);
	return status == US_OK ? read_key(&reader, err) : status;
}

/* ---- making it fit */

static enum status exec_buf(struct sqlite_sink *sink, struct buf *sql, const char *doing,
			    struct err *err)
{
	if (sql->failed)
		return err_no_memory(err, doing);
	return sqlite_exec(sink, buf_text(sql), doing, err);
}

static enum status create_table(struct sqlite_sink *sink, const struct table_def *def,
				struct err *err)
{
	struct buf sql;
	enum status status;

	buf_init(&sql, SQL_MAX);
	ddl_sqlite_table(&sql, def);
	status = exec_buf(sink, &sql, "make a table in", err);
	buf_release(&sql);
	return status;
}

static enum status add_columns(struct sqlite_sink *sink, const struct table_def *def,
			       const struct table_shape *shape, struct err *err)
{
	enum status status = US_OK;
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	for (size_t i = 0; status == US_OK && i < def->column_count; i++) {
		if (drift_column(shape, def->columns[i].name) < shape->column_count)
			continue;
		buf_reset(&sql);
		ddl_sqlite_add_column(&sql, def, i);
		status = exec_buf(sink, &sql, "add a column in", err);
		if (status == US_OK)
			note(NOTE_INFO, "sink",
			     "new column added; rows from before have NULL in it until they are "
			     "written again (userstream process --from earliest)",
			     NOTE_TEXT("table", def->name),
			     NOTE_TEXT("column", def->columns[i].name));
	}
	buf_release(&sql);
	return status;
}

static enum status fit_table(struct sqlite_sink *sink, const struct table_def *def, struct err *err)
{
	struct table_shape shape;
	struct arena arena;
	size_t missing = 0;
	enum status status;

	arena_init(&arena, 1 << 16, SHAPE_MAX);
	status = read_shape(sink, def->name, &arena, &shape, err);
	if (status == US_OK)
		status = drift_check(def, &shape, sink->path, ADVICE, &missing, err);
	if (status == US_OK && missing && !sink->create)
		status = err_missing(err,
				     "table %s in %s lacks %zu column%s of the pipeline file: run "
				     "`userstream run` or `userstream process`, which add them",
				     def->name, sink->path, missing, missing == 1 ? "" : "s");
	else if (status == US_OK && missing)
		status = add_columns(sink, def, &shape, err);
	arena_release(&arena);
	return status;
}

static enum status check_names(const struct table_def *def, struct err *err)
{
	if (sqlite3_strnicmp(def->name, "userstream_", 11) == 0 ||
	    sqlite3_strnicmp(def->name, "sqlite_", 7) == 0)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "a table cannot be named %s: names with sqlite_ or userstream_ in "
			       "front are taken",
			       def->name);
	for (size_t i = 0; i < def->column_count; i++) {
		if (sqlite3_stricmp(def->columns[i].name, STAMP_COLUMN) == 0)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "a column of table %s cannot be named " STAMP_COLUMN
				       ": the sink keeps the order of writing there",
				       def->name);
	}
	return US_OK;
}

static enum status make_or_fit(struct sqlite_sink *sink, const struct table_def *def, bool *is_new,
			       struct err *err)
{
	bool exists = false;
	enum status status = check_names(def, err);

	if (status == US_OK)
		status = sqlite_has_table(sink, def->name, &exists, err);
	if (status != US_OK)
		return status;
	if (exists)
		return fit_table(sink, def, err);
	if (!sink->create)
		return err_missing(err, "there is no table %s in %s: `userstream run` makes it",
				   def->name, sink->path);
	*is_new = true;
	return create_table(sink, def, err);
}

static enum status forget_tables(struct sqlite_sink *sink, const struct table_def *const *tables,
				 size_t count, struct err *err)
{
	int rows = 0;

	for (size_t i = 0; i < count; i++) {
		enum status status = sqlite_forget_table(sink, tables[i]->name, &rows, err);

		if (status != US_OK)
			return status;
	}
	if (rows)
		note(NOTE_WARN, "sink",
		     "a table of the pipeline was missing: its ledger is reset, and the tables are "
		     "rebuilt from the log",
		     NOTE_TEXT("database", sink->path));
	return US_OK;
}

static enum status fit_all(struct sqlite_sink *sink, const struct table_def *const *tables,
			   size_t count, struct err *err)
{
	bool is_new = false;
	enum status status = sink->create ? sqlite_make_own_tables(sink, err) : US_OK;

	for (size_t i = 0; status == US_OK && i < count; i++)
		status = make_or_fit(sink, tables[i], &is_new, err);
	if (status == US_OK && is_new)
		status = forget_tables(sink, tables, count, err);
	return status;
}

/* ---- statements of the tables */

void sqlite_release_tables(struct sqlite_sink *sink)
{
	for (size_t i = 0; i < sink->table_count; i++) {
		sqlite3_finalize(sink->tables[i].upsert);
		mem_free(sink->tables[i].scratch);
	}
	mem_free(sink->tables);
	sink->tables = NULL;
	sink->table_count = 0;
}

static enum status prepare_upsert(struct sqlite_sink *sink, struct sqlite_table *table,
				  struct err *err)
{
	struct buf sql;
	enum status status = US_OK;
	int rc;

	table->scratch = mem_calloc(table->def->column_count, sizeof(*table->scratch));
	if (!table->scratch)
		return err_no_memory(err, "preparing a table");
	buf_init(&sql, SQL_MAX);
	ddl_sqlite_upsert(&sql, table->def);
	if (sql.failed) {
		status = err_no_memory(err, "preparing a table");
	} else {
		rc = sqlite3_prepare_v3(sink->db, buf_text(&sql), -1, SQLITE_PREPARE_PERSISTENT,
					&table->upsert, NULL);
		if (rc != SQLITE_OK)
			status = sqlite_fail(sink, rc, "write to the tables of", err);
	}
	buf_release(&sql);
	return status;
}

static enum status prepare_upserts(struct sqlite_sink *sink, const struct table_def *const *tables,
				   size_t count, struct err *err)
{
	enum status status = US_OK;

	sqlite_release_tables(sink);
	sink->tables = mem_calloc(count, sizeof(*sink->tables));
	if (!sink->tables)
		return err_no_memory(err, "preparing the tables");
	sink->table_count = count;
	for (size_t i = 0; status == US_OK && i < count; i++) {
		sink->tables[i].def = tables[i];
		status = prepare_upsert(sink, &sink->tables[i], err);
	}
	if (status != US_OK)
		sqlite_release_tables(sink);
	return status;
}

enum status sqlite_prepare(struct sink *base, const struct table_def *const *tables, size_t count,
			   struct err *err)
{
	struct sqlite_sink *sink = sqlite_of(base);
	enum status status;

	if (sink->read_only)
		return fit_all(sink, tables, count, err);
	status = sqlite_begin(sink, err);
	if (status == US_OK)
		status = fit_all(sink, tables, count, err);
	if (status == US_OK)
		status = sqlite_commit(sink, err);
	if (status == US_OK)
		status = prepare_upserts(sink, tables, count, err);
	if (status != US_OK)
		sqlite_rollback(sink);
	return status;
}

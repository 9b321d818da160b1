/*
 * sqlite_sink.c - the SQLite backend: opening a database, the settings that durability and speed
 * rest on, and the cached statements.
 *
 * The database is in WAL mode, so that readers never wait for the writer. A commit is durable when
 * it returns: synchronous=FULL syncs the log of changes at each. Checkpoints, which copy pages from
 * the log into the file, come after 64 MiB of log: random keys touch most pages of the key's index
 * again and again, and each is copied once for many commits.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "sink/ddl.h"
#include "sink/ledger_numbers.h"
#include "sink/sink_backend.h"
#include "sink/sqlite_internal.h"

#define BUSY_TIMEOUT_MS 5000
#define APPLICATION_ID  0x75737472 /* "ustr" */
#define FORMAT_VERSION  1

#define TO_TEXT_(x)     #x
#define TO_TEXT(x)      TO_TEXT_(x)

/* ---- statements and transactions */

static const char *const statement_texts[STATEMENT_COUNT] = {
	[STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT] = "COMMIT",
	[STATEMENT_ROLLBACK] = "ROLLBACK",
	[STATEMENT_LEDGER_GET] =
	    "SELECT " LEDGER_NUMBER_COLUMNS ", fingerprint, details "
	    "FROM userstream_ledger WHERE table_name = ?1 AND log_identity = ?2 AND partition = ?3",
	[STATEMENT_LEDGER_PUT] =
	    "INSERT OR REPLACE INTO userstream_ledger (table_name, log_identity, "
	    "partition, " LEDGER_NUMBER_COLUMNS ", fingerprint, details) VALUES "
	    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
	    "?19)",
	[STATEMENT_MARK_GET] = "SELECT 1 FROM userstream_replayed WHERE table_name = ?1 AND "
			       "log_identity = ?2 AND generation = ?3 AND partition = ?4 AND "
			       "\"offset\" = ?5",
	[STATEMENT_MARK_PUT] =
	    "INSERT OR IGNORE INTO userstream_replayed (table_name, log_identity, "
	    "generation, partition, \"offset\", stamp) VALUES (?1, ?2, ?3, ?4, ?5, "
	    "?6)",
	[STATEMENT_STATE_GET] = "SELECT value FROM userstream_state WHERE key = ?1",
	[STATEMENT_STATE_PUT] =
	    "INSERT OR REPLACE INTO userstream_state (key, value) VALUES (?1, ?2)",
	[STATEMENT_STATE_DELETE] = "DELETE FROM userstream_state WHERE key = ?1",
};

enum status sqlite_statement(struct sqlite_sink *sink, enum statement_text text, sqlite3_stmt **out,
			     struct err *err)
{
	if (!sink->statements[text]) {
		int rc = sqlite3_prepare_v3(sink->db, statement_texts[text], -1,
					    SQLITE_PREPARE_PERSISTENT, &sink->statements[text],
					    NULL);

		if (rc != SQLITE_OK)
			return sqlite_fail(sink, rc, "use the tables of", err);
	}
	*out = sink->statements[text];
	return US_OK;
}

enum status sqlite_run(struct sqlite_sink *sink, sqlite3_stmt *statement, const char *doing,
		       struct err *err)
{
	int rc = sqlite3_step(statement);
	enum status status = rc == SQLITE_DONE || rc == SQLITE_ROW
				 ? US_OK
				 : sqlite_fail(sink, rc, doing, err);

	sqlite3_reset(statement);
	return status;
}

static enum status run_text(struct sqlite_sink *sink, enum statement_text text, const char *doing,
			    struct err *err)
{
	sqlite3_stmt *statement = NULL;
	enum status status = sqlite_statement(sink, text, &statement, err);

	return status == US_OK ? sqlite_run(sink, statement, doing, err) : status;
}

enum status sqlite_begin(struct sqlite_sink *sink, struct err *err)
{
	int moved = 0;

	sqlite3_file_control(sink->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved) {
		err_set(err, US_FATAL, EXIT_IO,
			"the database %s was removed or replaced while it was in use: it is opened "
			"anew, and rebuilt from the log where it is empty",
			sink->path);
		if (err)
			err->kind = "moved";
		return US_FATAL;
	}
	return run_text(sink, STATEMENT_BEGIN, "begin to write to", err);
}

enum status sqlite_commit(struct sqlite_sink *sink, struct err *err)
{
	return run_text(sink, STATEMENT_COMMIT, "commit to", err);
}

void sqlite_rollback(struct sqlite_sink *sink)
{
	if (!sqlite3_get_autocommit(sink->db))
		run_text(sink, STATEMENT_ROLLBACK, "roll back", NULL);
}

enum status sqlite_exec(struct sqlite_sink *sink, const char *sql, const char *doing,
			struct err *err)
{
	int rc = sqlite3_exec(sink->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? US_OK : sqlite_fail(sink, rc, doing, err);
}

/* ---- open */

/* The answer of a PRAGMA that gives one number. */
static enum status read_number(struct sqlite_sink *sink, const char *sql, int64_t *out,
			       struct err *err)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(sink->db, sql, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return sqlite_fail(sink, rc, "read", err);
	rc = sqlite3_step(statement);
	*out = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? US_OK : sqlite_fail(sink, rc, "read", err);
}

/* Both numbers as they were at one time: another process may be making the database. */
static enum status read_format(struct sqlite_sink *sink, int64_t *application, int64_t *version,
			       struct err *err)
{
	enum status status = sqlite_exec(sink, "BEGIN", "read", err);

	if (status != US_OK)
		return status;
	status = read_number(sink, "PRAGMA application_id", application, err);
	if (status == US_OK)
		status = read_number(sink, "PRAGMA user_version", version, err);
	sqlite_rollback(sink);
	return status;
}

/* Is it ours, or new, or a database of other tables that may hold ours too? */
static enum status check_format(struct sqlite_sink *sink, bool *is_new, struct err *err)
{
	int64_t application = 0, version = 0;
	enum status status = read_format(sink, &application, &version, err);

	if (status != US_OK)
		return status;
	if (application == APPLICATION_ID && version > FORMAT_VERSION)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "%s was written by a newer userstream (format %lld, this one knows "
			       "%d): use that one, or another file",
			       sink->path, (long long)version, FORMAT_VERSION);
	if (application != APPLICATION_ID && (application != 0 || version != 0))
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "%s is the database of another application (application_id 0x%08llx, "
		    "user_version %lld): use another file",
		    sink->path, (unsigned long long)application, (long long)version);
	*is_new = application == 0;
	return US_OK;
}

/* "PRAGMA journal_mode=WAL" answers with the mode that it has now. */
static enum status enter_wal(struct sqlite_sink *sink, struct err *err)
{
	sqlite3_stmt *statement;
	const unsigned char *mode;
	bool ok;
	int rc = sqlite3_prepare_v2(sink->db, "PRAGMA journal_mode=WAL", -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return sqlite_fail(sink, rc, "open", err);
	rc = sqlite3_step(statement);
	mode = rc == SQLITE_ROW ? sqlite3_column_text(statement, 0) : NULL;
	ok = mode && strcmp((const char *)mode, "wal") == 0;
	sqlite3_finalize(statement);
	if (rc != SQLITE_ROW)
		return sqlite_fail(sink, rc, "open", err);
	if (!ok)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "%s cannot be used in WAL mode: its file system has no shared "
			       "memory (a network mount?). Use a local disk",
			       sink->path);
	return US_OK;
}

static enum status set_up_writer(struct sqlite_sink *sink, struct err *err)
{
	bool is_new = false;
	enum status status = check_format(sink, &is_new, err);

	if (status == US_OK)
		status = enter_wal(sink, err);
	if (status == US_OK)
		status = sqlite_exec(sink, SINK_SQLITE_PRAGMAS, "set up", err);
	if (status != US_OK || !is_new)
		return status;
	status = sqlite_begin(sink, err);
	if (status == US_OK)
		status = sqlite_make_own_tables(sink, err);
	if (status == US_OK)
		status = sqlite_exec(
		    sink,
		    "PRAGMA application_id=" TO_TEXT(APPLICATION_ID) ";"
								     "PRAGMA user_version=" TO_TEXT(
									 FORMAT_VERSION) ";",
		    "set up", err);
	if (status == US_OK)
		status = sqlite_commit(sink, err);
	if (status != US_OK)
		sqlite_rollback(sink);
	return status;
}

static enum status set_up_reader(struct sqlite_sink *sink, struct err *err)
{
	bool is_new;
	enum status status;

	sqlite3_db_config(sink->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sink->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	status = sqlite_exec(sink, "PRAGMA query_only=1; PRAGMA cache_size=-16384;", "open", err);
	return status == US_OK ? check_format(sink, &is_new, err) : status;
}

/* The directories that lead to the file. */
static enum status make_directories(char *path, struct err *err)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int rc;

		*slash = '\0';
		rc = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
		if (rc) {
			enum status status = err_set(err, rc == ENOSPC ? US_RETRY : US_REJECT,
						     rc == ENOSPC ? EXIT_IO : EXIT_BAD_CONFIG,
						     "cannot make the directory %s: %s", path,
						     strerror(rc));

			if (err && rc == ENOSPC)
				err->kind = "full";
			*slash = '/';
			return status;
		}
		*slash = '/';
	}
	return US_OK;
}

/* A path that SQLite takes for a file name, never for a URI. NULL: out of memory. */
static char *plain_path(const char *rest)
{
	struct buf path;

	buf_init(&path, 1 << 16);
	if (*rest != '/' && strncmp(rest, "./", 2) != 0)
		buf_append_text(&path, "./");
	buf_append_text(&path, rest);
	if (path.failed)
		buf_release(&path);
	return path.data;
}

static enum status check_path(const char *rest, struct err *err)
{
	if (!*rest || strcmp(rest, ":memory:") == 0)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "sqlite:%s names no file: write sqlite:PATH, as in "
			       "sqlite:data/users.db",
			       rest);
	if (strncmp(rest, "//", 2) == 0)
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "sqlite:%s is not understood: write sqlite:PATH with one colon and no "
		    "slashes of a host, as in sqlite:data/users.db or sqlite:/var/lib/u.db",
		    rest);
	return US_OK;
}

static enum status open_file(struct sqlite_sink *sink, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX |
		    (sink->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
		    (sink->create ? SQLITE_OPEN_CREATE : 0);
	struct stat file;
	enum status status = US_OK;
	int rc;

	if (sink->create)
		status = make_directories(sink->path, err);
	if (status != US_OK)
		return status;
	if (!sink->create && stat(sink->path, &file) != 0)
		return err_missing(err, "there is no database %s (%s): `userstream run` makes it",
				   sink->path, strerror(errno));
	rc = sqlite3_open_v2(sink->path, &sink->db, flags, NULL);
	if (rc != SQLITE_OK)
		return sqlite_fail(sink, rc, "open", err);
	sqlite3_extended_result_codes(sink->db, 1);
	sqlite3_busy_timeout(sink->db, BUSY_TIMEOUT_MS);
	return sink->read_only ? set_up_reader(sink, err) : set_up_writer(sink, err);
}

static void sqlite_close(struct sink *base)
{
	struct sqlite_sink *sink = sqlite_of(base);

	sqlite_release_tables(sink);
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(sink->statements[i]);
	sqlite3_close(sink->db);
	row_order_release(&sink->order);
	mem_free(sink->path);
	mem_free(sink);
}

static const struct sink_ops sqlite_ops = {
	.scheme = "sqlite",
	.tables_query =
	    "SELECT name AS \"table\", (SELECT group_concat(name, ', ') FROM "
	    "pragma_table_info(s.name)) "
	    "AS columns FROM sqlite_schema AS s WHERE type IN ('table', 'view') AND name NOT LIKE "
	    "'sqlite_%' ORDER BY name LIKE 'userstream_%', name",
	.example_query = "SELECT nat, count(*) FROM user_profiles GROUP BY nat",
	.prepare = sqlite_prepare,
	.ledger = sqlite_ledger,
	.write = sqlite_write,
	.query = sqlite_query,
	.state_get = sqlite_state_get,
	.state_put = sqlite_state_put,
	.close = sqlite_close,
};

enum status sqlite_sink_open(struct sink **out, const char *rest, const struct sink_config *config,
			     struct err *err)
{
	struct sqlite_sink *sink;
	enum status status = check_path(rest, err);

	if (status != US_OK)
		return status;
	sink = mem_calloc(1, sizeof(*sink));
	if (!sink)
		return err_no_memory(err, "opening the SQLite sink");
	sink->base.ops = &sqlite_ops;
	sink->read_only = config->read_only;
	sink->create = config->create && !config->read_only;
	sink->path = plain_path(rest);
	status = sink->path ? open_file(sink, err) : err_no_memory(err, "opening the SQLite sink");
	if (status != US_OK) {
		sqlite_close(&sink->base);
		return status;
	}
	*out = &sink->base;
	return US_OK;
}

/*
 * sqlite_err.c - SQLite's result codes: who acts on them, and what to tell them.
 */
#include <errno.h>
#include <string.h>

#include "sink/sqlite_internal.h"

static enum status fail(struct err *err, enum status status, enum exit_code code, const char *kind,
			const char *doing, const char *path, const char *why, const char *advice)
{
	err_set(err, status, code, "cannot %s %s: %s%s%s", doing, path, why, *advice ? ". " : "",
		advice);
	if (err)
		err->kind = kind;
	return status;
}

static bool is_no_space(const struct sqlite_sink *sink, int rc)
{
	int error = sink->db ? sqlite3_system_errno(sink->db) : 0;

	if ((rc & 0xff) == SQLITE_FULL)
		return true;
	return ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN) &&
	       (error == ENOSPC || error == EDQUOT);
}

bool sqlite_is_row_refusal(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_TOOBIG:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return true;
	default:
		return false;
	}
}

enum status sqlite_fail(const struct sqlite_sink *sink, int rc, const char *doing, struct err *err)
{
	const char *path = sink->path;
	const char *why = sink->db ? sqlite3_errmsg(sink->db) : sqlite3_errstr(rc);

	if (is_no_space(sink, rc))
		return fail(err, US_RETRY, EXIT_IO, "full", doing, path, "no space left",
			    "Nothing is lost; it goes on when there is room on that disk");
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail(err, US_RETRY, EXIT_TRY_AGAIN, "busy", doing, path,
			    "another process is writing to it", "");
	case SQLITE_NOMEM:
		return err_no_memory(err, doing);
	case SQLITE_CORRUPT:
		return fail(err, US_FATAL, EXIT_IO, "corrupt", doing, path, why,
			    "The file is damaged: move it and its -wal and -shm files away and run "
			    "again, it is rebuilt from the log");
	case SQLITE_NOTADB:
		return fail(err, US_FATAL, EXIT_BAD_CONFIG, "corrupt", doing, path,
			    "it is no SQLite database",
			    "Name another file, or move this one away: a new one is built from the "
			    "log");
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return fail(err, US_FATAL, EXIT_BAD_CONFIG, "permission", doing, path, why,
			    "The file and its directory must be writable for this user");
	case SQLITE_CANTOPEN:
		return fail(err, US_FATAL, EXIT_BAD_CONFIG, "open", doing, path,
			    sink->db && sqlite3_system_errno(sink->db)
				? strerror(sqlite3_system_errno(sink->db))
				: why,
			    "The file and its directory must be there, and writable for this user "
			    "(SQLite keeps -wal and -shm files beside it)");
	case SQLITE_IOERR:
		return fail(err, US_FATAL, EXIT_IO, "io", doing, path, why,
			    "See the kernel's log for what the disk says");
	default:
		return fail(err, US_FATAL, EXIT_INTERNAL, "sqlite", doing, path, why, "");
	}
}

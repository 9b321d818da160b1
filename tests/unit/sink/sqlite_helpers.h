/*
 * sqlite_helpers.h - a directory of database files for a test program, removed at its end.
 */
#ifndef TESTS_SQLITE_HELPERS_H
#define TESTS_SQLITE_HELPERS_H

#include <sqlite3.h>
#include <unistd.h>

#include "sink/sink_helpers.h"

static char directory[64];
static char last_uri[128];

static inline const char *fresh_sqlite(void)
{
	static int count;

	snprintf(last_uri, sizeof(last_uri), "sqlite:%s/new/%d.db", directory, ++count);
	return last_uri;
}

static inline const char *path_of(const char *uri)
{
	return uri + strlen("sqlite:");
}

/* Run SQL on a connection of its own, as a person would. */
static inline void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Run a program's tests with a directory of its own. */
static inline int run_in_directory(int (*run)(void))
{
	char command[128];
	int failed;

	snprintf(directory, sizeof(directory), "/tmp/userstream-sink-XXXXXX");
	if (!mkdtemp(directory))
		return 1;
	failed = run();
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command) != 0 || failed; /* NOLINT */
}

#endif

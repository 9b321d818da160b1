/*
 * test_sqlite_crash.c - SQLite among other processes and on a bad day: readers and writers at the
 * same time, a full disk, kill -9.
 */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "private_mounts.h"
#include "sink/sqlite_helpers.h"
#include "sink/sqlite_internal.h"

static bool can_mount;

/* ---- two at a time */

static void test_readers_see_whole_batches(void **state)
{
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	struct sink *writer = open_sink(uri, &table, 1), *reader = NULL;
	const struct sink_config config = { .uri = uri, .read_only = true };
	pid_t child;
	int wait_status;

	(void)state;
	write_ok(writer, &people, -1, 0, 1, "");
	sink_close(writer); /* SQLite's handles do not survive a fork */
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char text[256];

		writer = open_sink(uri, &table, 1);
		for (int i = 0; i < 300; i++) {
			snprintf(text, sizeof(text), "%d|a|~\n%d|b|~\n", 2 * i, 2 * i + 1);
			if (try_write(writer, &people, i, i + 1, i, text, NULL) != US_OK)
				_exit(1);
		}
		sink_close(writer);
		_exit(0);
	}
	assert_int_equal(sink_open(&reader, &config, NULL), US_OK);
	do {
		assert_rows(reader,
			    "SELECT (SELECT count(*) FROM people) = 2 * (SELECT next FROM "
			    "userstream_ledger)",
			    "1\n");
	} while (waitpid(child, &wait_status, WNOHANG) == 0);
	assert_int_equal(wait_status, 0);
	assert_rows(reader, "SELECT count(*) FROM people", "600\n");
	sink_close(reader);
}

static void test_two_writers(void **state)
{
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	struct sink *one = open_sink(uri, &table, 1), *two = open_sink(uri, &table, 1);
	struct sqlite_sink *two_inside = (struct sqlite_sink *)two;
	struct err err = ERR_INIT;

	(void)state;
	write_ok(one, &people, -1, 10, 1, "1|Ada|~\n");
	assert_lost(two, -1, 11);
	assert_int_equal(try_write(two, &people, 10, 20, 2, "2|Bob|~\n", &err), US_OK);
	assert_lost(one, 10, 21);

	sqlite3_busy_timeout(two_inside->db, 1);
	assert_int_equal(sqlite_begin((struct sqlite_sink *)one, &err), US_OK);
	assert_int_equal(try_write(two, &people, 20, 30, 3, "3|Eve|~\n", &err), US_RETRY);
	assert_string_equal(err.kind, "busy");
	sqlite_rollback((struct sqlite_sink *)one);
	assert_int_equal(try_write(two, &people, 20, 30, 3, "3|Eve|~\n", &err), US_OK);
	sink_close(one);
	sink_close(two);
}

/* ---- a full disk: a small tmpfs of its own */

static void fill(const char *path, bool full)
{
	static char block[4096];
	FILE *file;

	if (!full) {
		unlink(path);
		return;
	}
	file = fopen(path, "w");
	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	while (fwrite(block, sizeof(block), 1, file) == 1)
		;
	fclose(file);
}

static void write_until_full(struct sink *sink, int64_t *next)
{
	struct err err = ERR_INIT;
	enum status status;
	char text[BUILT_ROWS_MAX * 512];

	do {
		size_t at = 0;

		for (int i = 0; i < 40; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%d|%0400d|~\n",
					       (int)*next * 40 + i, i);
		status = try_write(sink, &people, *next ? *next : -1, *next + 1, *next, text, &err);
		*next += status == US_OK;
		assert_true(*next < 1000);
	} while (status == US_OK);
	if (status != US_RETRY || strcmp(err.kind, "full") != 0)
		fail_msg("not told as a full disk: %s", err.text);
}

static void test_full_disk(void **state)
{
	const struct table_def *table = &people;
	char mount_point[128], uri[256], ballast[256], expected[64];
	struct err err = ERR_INIT;
	struct sink *sink;
	int64_t next = 0;

	(void)state;
	if (!can_mount)
		skip();
	snprintf(mount_point, sizeof(mount_point), "%s/small", directory);
	snprintf(uri, sizeof(uri), "sqlite:%s/users.db", mount_point);
	snprintf(ballast, sizeof(ballast), "%s/ballast", mount_point);
	mkdir(mount_point, 0700);
	assert_int_equal(mount("tmpfs", mount_point, "tmpfs", 0, "size=4m"), 0);
	sink = open_sink(uri, &table, 1);
	write_until_full(sink, &next);
	write_until_full(sink, &next); /* and stays so */
	assert_int_equal(ledger_next(sink), next);
	sink_close(sink); /* the checkpoint may not fit either */
	assert_int_equal(mount("tmpfs", mount_point, "tmpfs", MS_REMOUNT, "size=16m"), 0);

	fill(ballast, true);
	if (sink_open(&sink, &(struct sink_config){ .uri = uri, .create = true }, &err) == US_OK) {
		if (sink->ops->prepare(sink, &table, 1, &err) == US_OK)
			write_until_full(sink, &next);
		else
			assert_string_equal(err.kind, "full");
		fill(ballast, false);
		if (sink->ops->prepare(sink, &table, 1, &err) != US_OK)
			fail_msg("%s", err.text);
	} else {
		assert_string_equal(err.kind, "full");
		fill(ballast, false);
		sink = open_sink(uri, &table, 1);
	}
	write_ok(sink, &people, next, next + 1, 1 << 20, "-1|room again|~\n");
	assert_rows(sink, "PRAGMA integrity_check", "ok\n");
	snprintf(expected, sizeof(expected), "%d\n", (int)next * 40 + 1);
	assert_rows(sink, "SELECT count(*) FROM people", expected);
	sink_close(sink);
	assert_int_equal(umount2(mount_point, MNT_DETACH), 0);
}

/* ---- kill -9 */

static void write_for_ever(const char *uri)
{
	const struct table_def *table = &people;
	struct sink *sink = open_sink(uri, &table, 1);
	int64_t next = ledger_next(sink);
	char text[4096];

	for (next = next < 0 ? 0 : next;; next++) {
		size_t at = 0;

		for (int64_t i = 0; i < 40; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%d|%d|~\n",
					       (int)((next * 40 + i) * 7919 % 1000003), (int)next);
		if (try_write(sink, &people, next ? next : -1, next + 1, next, text, NULL) != US_OK)
			_exit(1);
	}
}

static void test_killed_while_writing(void **state)
{
	const char *uri = fresh_sqlite();
	const struct table_def *table = &people;
	unsigned random = 12345;
	int64_t before = 0;

	(void)state;
	for (int round = 0; round < 30; round++) {
		pid_t child = fork();
		int wait_status;
		struct sink *sink;
		char expected[64];

		assert_true(child >= 0);
		if (child == 0)
			write_for_ever(uri);
		random = random * 1103515245 + 12345;
		usleep(random / 65536 %
		       40000); /* the moment is what varies, nothing waits for it */
		assert_int_equal(waitpid(child, &wait_status, WNOHANG), 0);
		kill(child, SIGKILL);
		waitpid(child, &wait_status, 0);
		assert_true(WIFSIGNALED(wait_status));
		sink = open_sink(uri, &table, 1);
		assert_rows(sink, "PRAGMA integrity_check", "ok\n");
		int64_t next = ledger_next(sink);
		assert_true(next >= before || next == -1);
		snprintf(expected, sizeof(expected), "%d\n", next < 0 ? 0 : (int)next * 40);
		assert_rows(sink, "SELECT count(*) FROM people", expected);
		before = next;
		sink_close(sink);
	}
	assert_true(before > 0);
}

static int run_all(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers_see_whole_batches),
		cmocka_unit_test(test_two_writers),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_killed_while_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
	can_mount = private_mounts();
	return run_in_directory(run_all);
}

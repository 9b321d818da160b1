/*
 * The LMDB backend on a disk that is full, or read-only, and across PID namespaces. Needs a mount
 * of its own: as root, or in a user namespace where the system allows that; is skipped elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "log_helpers.h"
#include "private_mounts.h"

static char directory[256];
static char uri[300];
static bool can_mount;

static int set_up(void **state)
{
	(void)state;
	make_temp_directory(directory, sizeof(directory));
	snprintf(uri, sizeof(uri), "lmdb:%s/log", directory);
	if (can_mount && mount("tmpfs", directory, "tmpfs", 0, "size=4m") != 0) {
		print_message("no tmpfs: %s\n", strerror(errno));
		can_mount = false;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (can_mount)
		umount2(directory, MNT_DETACH);
	remove_tree(directory);
	return 0;
}

/* Take up the disk until less than `leave` bytes are left. */
static void fill_disk(int leave)
{
	char path[300];
	static const char zeros[4096];
	snprintf(path, sizeof(path), "%s/filler", directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	assert_true(fd >= 0);
	while (write(fd, zeros, sizeof(zeros)) > 0)
		continue;
	struct stat st;
	assert_int_equal(0, fstat(fd, &st));
	assert_true(st.st_size > leave);
	assert_int_equal(0, ftruncate(fd, st.st_size - leave));
	close(fd);
}

static void free_disk(void)
{
	char path[300];
	snprintf(path, sizeof(path), "%s/filler", directory);
	assert_int_equal(0, unlink(path));
}

static void read_everything(struct log *log, int64_t low, int64_t high)
{
	struct log_reader *reader = assigned_reader(log, "");
	int64_t expected = low;
	while (expected < high) {
		struct log_event event = poll_event(reader, 0, 0);
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		for (size_t i = 0; i < event.record_count; i++)
			assert_int_equal(expected++, event.records[i].offset);
	}
	log_reader_close(reader);
}

static void test_full_disk_is_back_pressure(void **state)
{
	(void)state;
	if (!can_mount)
		skip();
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	struct log *letters = open_log(
	    &(struct log_config){ .uri = uri, .stream = LOG_DEAD_LETTERS });
	for (int round = 0; round < 10; round++) {
		int64_t low = bounds_of(log).low;
		fill_disk(300000 - round * 7000);
		int64_t appended = bounds_of(log).high;
		enum status status;
		while ((status = append_many(log, 7, 900, 1, &err)) == US_OK)
			appended += 7;
		assert_status(US_RETRY, status, &err);
		assert_string_equal("full", err.kind);
		assert_int_equal(appended, bounds_of(log).high);
		while (append_many(letters, 1, 100, 1, &err) == US_OK)
			continue;
		assert_string_equal("full", err.kind);
		/* writing to the shared mappings does not need room */
		struct log_reader *reader = assigned_reader(log, "r");
		commit_to(reader, appended);
		log_reader_close(reader);
		read_everything(log, low, appended);
		free_disk();
		assert_ok(append_many(log, 7, 900, 1, &err), &err);
		assert_ok(append_many(letters, 1, 100, 1, &err), &err);
		read_everything(log, low, appended + 7);
		if (round % 3 == 2) { /* and opened again */
			log_close(log);
			log_close(letters);
			log = open_log(&(struct log_config){ .uri = uri });
			letters = open_log(
			    &(struct log_config){ .uri = uri, .stream = LOG_DEAD_LETTERS });
		}
		trim_to(log, appended - 100, true);
	}
	log_close(log);
	log_close(letters);
}

/* With the disk full of the log itself, trimming makes room in it. */
static void test_trimming_makes_room_on_a_full_disk(void **state)
{
	(void)state;
	if (!can_mount)
		skip();
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	while (append_many(log, 10, 900, 1, &err) == US_OK)
		continue;
	assert_string_equal("full", err.kind);
	int64_t high = bounds_of(log).high;
	assert_int_equal(high / 2, trim_to(log, high / 2, true));
	for (int i = 0; i < high / 40; i++)
		assert_ok(append_many(log, 10, 900, 1, &err), &err);
	read_everything(log, high / 2, bounds_of(log).high);
	log_close(log);
}

static void test_opening_on_a_full_disk(void **state)
{
	(void)state;
	if (!can_mount)
		skip();
	struct err err = ERR_INIT;
	for (int leave = 0; leave < 100000; leave += 4096) {
		struct log *log = NULL;
		fill_disk(leave);
		enum status status = log_open(
		    &log, &(struct log_config){ .uri = uri, .create = true }, &err);
		if (status == US_OK) {
			append_many(log, 1, 10, 1, &err);
			log_close(log);
		} else {
			assert_status(US_RETRY, status, &err);
			assert_string_equal("full", err.kind);
		}
		free_disk();
	}
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	append_text(log, "room");
	log_close(log);
}

static void test_read_only_file_system(void **state)
{
	(void)state;
	if (!can_mount)
		skip();
	struct err err = ERR_INIT;
	struct log_reader *reader = NULL;
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	assert_ok(append_many(log, 100, 100, 1, &err), &err);
	reader = assigned_reader(log, "r");
	commit_to(reader, 40);
	log_reader_close(reader);
	log_close(log);
	assert_int_equal(0, mount("none", directory, NULL, MS_REMOUNT | MS_RDONLY, NULL));
	struct log_config config = { .uri = uri };
	assert_non_null(strstr(refused_open(&config, US_REJECT), "read-only"));
	config.read_only = true;
	log = open_log(&config);
	read_everything(log, 0, 100);
	assert_int_equal(60, reader_stat_of(log, "r").lag);
	assert_status(US_REJECT, log->ops->reader_open(log, "r", &reader, &err), &err);
	reader = assigned_reader(log, "");
	seek_to(reader, 100);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, 5, 0).kind);
	reader->ops->wake(reader);
	assert_int_equal(LOG_EVENT_NONE, poll_event(reader, PATIENCE_MS, 0).kind);
	log_reader_close(reader);
	log_close(log);
}

/* In another PID namespace: 0 when it is refused with the reason. */
static int child_of_another_namespace(void)
{
	struct err err = ERR_INIT;
	struct log *log = NULL;
	if (log_open(&log, &(struct log_config){ .uri = uri }, &err) != US_REJECT)
		return 1;
	return strstr(err.text, "PID namespace") ? 0 : 2;
}

static void test_another_pid_namespace_is_refused(void **state)
{
	(void)state;
	if (!can_mount)
		skip();
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	pid_t outer = fork();
	assert_true(outer >= 0);
	if (outer == 0) {
		if (unshare(CLONE_NEWPID) != 0)
			_exit(3);
		pid_t inner = fork();
		if (inner == 0)
			_exit(child_of_another_namespace());
		int status = 0;
		_exit(waitpid(inner, &status, 0) == inner && WIFEXITED(status) ? WEXITSTATUS(status)
									       : 4);
	}
	int status = 0;
	assert_int_equal(outer, waitpid(outer, &status, 0));
	assert_true(WIFEXITED(status));
	assert_int_equal(0, WEXITSTATUS(status));
	log_close(log);
}

int main(void)
{
	can_mount = private_mounts();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_full_disk_is_back_pressure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_trimming_makes_room_on_a_full_disk, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_opening_on_a_full_disk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_only_file_system, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_another_pid_namespace_is_refused, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

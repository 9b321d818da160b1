/*
 * The LMDB backend between processes: this program starts itself again (fork and exec) as a writer,
 * a reader or a holder of locks.
 *
 *     test_lmdb_processes write URI RECORDS PAUSE   append one by one, print each offset that was
 *                                                   acknowledged; wait for a byte on standard
 *                                                   input before each where PAUSE is 1
 *     test_lmdb_processes hold URI READER           be appender and READER until killed
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/histogram.h"
#include "log_helpers.h"

static char directory[256];
static char uri[300];

static int set_up(void **state)
{
	(void)state;
	make_temp_directory(directory, sizeof(directory));
	snprintf(uri, sizeof(uri), "lmdb:%s/log", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	remove_tree(directory);
	return 0;
}

/* ---- the other process */

/* Its records can be told apart from a torn one: the text repeats its number. */
static size_t numbered_text(int64_t number, char *out, size_t size)
{
	size_t len = 0;
	for (int i = 0; i < 20; i++)
		len += (size_t)snprintf(out + len, size - len, "%lld,", (long long)number);
	return len;
}

static int child_write(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct log *log;
	char text[600];
	char byte;
	if (argc != 5 ||
	    log_open(&log,
		     &(struct log_config){ .uri = argv[2], .create = true, .exclusive = true },
		     &err) != US_OK) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	struct log_stat stat;
	if (log->ops->stat(log, &stat, &err) != US_OK)
		return 1;
	int64_t next = stat.partitions[0].high;
	log_stat_release(&stat);
	for (int64_t end = next + atoll(argv[3]); next < end; next++) {
		if (argv[4][0] == '1' && read(STDIN_FILENO, &byte, 1) != 1)
			break;
		struct record record = text_record(text, clock_mono_us());
		record.value.len = numbered_text(next, text, sizeof(text));
		char cursor_text[32];
		struct span cursor = { .data = cursor_text };
		cursor.len = (size_t)snprintf(cursor_text, sizeof(cursor_text), "%lld",
					      (long long)next);
		if (log->ops->append(log, &record, 1, &cursor, NULL, &err) != US_OK) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		if (write(STDOUT_FILENO, &next, sizeof(next)) != sizeof(next))
			return 1;
	}
	log_close(log);
	return 0;
}

static int child_hold(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct log *log;
	struct log_reader *reader;
	struct log_event event;
	if (argc != 4 ||
	    log_open(&log,
		     &(struct log_config){ .uri = argv[2], .create = true, .exclusive = true },
		     &err) != US_OK ||
	    log->ops->reader_open(log, argv[3], &reader, &err) != US_OK ||
	    reader->ops->poll(reader, 0, 0, &event, &err) != US_OK ||
	    write(STDOUT_FILENO, "!", 1) != 1) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	for (;;)
		reader->ops->poll(reader, -1, 0, &event, &err);
}

/* ---- starting it */

struct child {
	pid_t pid;
	int in;  /* its standard input */
	int out; /* its standard output */
};

static struct child start(const char *command, const char *first, const char *second)
{
	int in[2];
	int out[2];
	assert_int_equal(0, pipe(in));
	assert_int_equal(0, pipe(out));
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		execl("/proc/self/exe", "test_lmdb_processes", command, uri, first, second, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	return (struct child){ .pid = pid, .in = in[1], .out = out[0] };
}

/* Its exit status as waitpid() tells it. */
static int finish(struct child *child)
{
	int status = 0;
	close(child->in);
	close(child->out);
	assert_int_equal(child->pid, waitpid(child->pid, &status, 0));
	return status;
}

static void read_exactly(int fd, void *out, size_t len)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	for (size_t got = 0; got < len;) {
		assert_int_equal(1, poll(&wait, 1, PATIENCE_MS));
		ssize_t n = read(fd, (char *)out + got, len - got);
		assert_true(n > 0);
		got += (size_t)n;
	}
}

/* ---- tests */

/* The reader sleeps when the other process appends: it must be woken, each time. */
static void test_another_process_wakes_the_reader(void **state)
{
	(void)state;
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	struct log_reader *reader = assigned_reader(log, "r");
	struct child child = start("write", "200", "1");
	static struct histogram latency;
	histogram_reset(&latency);
	for (int i = 0; i < 200; i++) {
		int64_t acknowledged = -1;
		assert_int_equal(1, write(child.in, "x", 1));
		struct log_event event = poll_event(reader, PATIENCE_MS, 0);
		int64_t now = clock_mono_us();
		assert_int_equal(LOG_EVENT_RECORDS, event.kind);
		assert_int_equal(1, event.record_count);
		assert_int_equal(i, event.records[0].offset);
		histogram_add(&latency, now - event.records[0].timestamp_us, 1);
		read_exactly(child.out, &acknowledged, sizeof(acknowledged));
		assert_int_equal(i, acknowledged);
	}
	assert_int_equal(0, finish(&child));
	print_message("from before the append (with its sync) to the other process: p50 %llu us, "
		      "p99 %llu us, max %llu us\n",
		      (unsigned long long)histogram_quantile(&latency, 0.5),
		      (unsigned long long)histogram_quantile(&latency, 0.99),
		      (unsigned long long)histogram_max(&latency));
	/* sleeping through to the next look would be a second each time */
	assert_true(histogram_quantile(&latency, 0.5) < 500000);
	log_reader_close(reader);
	log_close(log);
}

static void test_locks_of_another_process(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct log_reader *reader = NULL;
	char byte;
	char pid[32];
	struct child child = start("hold", "r", NULL);
	read_exactly(child.out, &byte, 1);
	snprintf(pid, sizeof(pid), "%d", (int)child.pid);
	struct log_config config = { .uri = uri, .exclusive = true };
	assert_non_null(strstr(refused_open(&config, US_REJECT), pid));
	config.exclusive = false;
	struct log *log = open_log(&config);
	assert_status(US_REJECT, log->ops->reader_open(log, "r", &reader, &err), &err);
	assert_non_null(strstr(err.text, pid));
	assert_status(US_REJECT, log->ops->drop_reader(log, "r", &err), &err);
	kill(child.pid, SIGKILL);
	assert_true(WIFSIGNALED(finish(&child)));

	/* they died with it */
	reader = open_reader(log, "r");
	log_reader_close(reader);
	log_close(log);
	config.exclusive = true;
	log_close(open_log(&config));
}

static void check_record(const struct record *record)
{
	char text[600];
	size_t len = numbered_text(record->offset, text, sizeof(text));
	assert_int_equal(len, record->value.len);
	assert_memory_equal(text, record->value.data, len);
}

/* Kill the writer at any moment: what it said it had appended is there, and whole, and the cursor
 * is that of the last record. */
static void test_killed_writers_lose_nothing(void **state)
{
	(void)state;
	int64_t acknowledged = -1;
	int64_t expected = 0;
	struct log *log = NULL;
	struct log_reader *reader = NULL;
	for (int round = 0; round < 30; round++) {
		struct child child = start("write", "100000", "0");
		for (int i = 0; i <= round % 7; i++)
			read_exactly(child.out, &acknowledged, sizeof(acknowledged));
		kill(child.pid, SIGKILL);
		while (read(child.out, &acknowledged, sizeof(acknowledged)) == sizeof(acknowledged))
			continue;
		assert_true(WIFSIGNALED(finish(&child)));
		if (!log) {
			log = open_log(&(struct log_config){ .uri = uri });
			reader = assigned_reader(log, "r");
		}
		int64_t high = bounds_of(log).high;
		assert_true(high == acknowledged + 1 || high == acknowledged + 2);
		while (expected < high) {
			struct log_event event = poll_event(reader, 0, 0);
			assert_int_equal(LOG_EVENT_RECORDS, event.kind);
			for (size_t i = 0; i < event.record_count; i++) {
				assert_int_equal(expected++, event.records[i].offset);
				check_record(&event.records[i]);
			}
		}
		struct buf cursor;
		buf_init(&cursor, 100);
		cursor_of(log, &cursor);
		assert_int_equal(high - 1, atoll(cursor.data));
		buf_release(&cursor);
		if (round % 5 == 4) { /* also with nobody left who has it open */
			log_reader_close(reader);
			log_close(log);
			log = open_log(&(struct log_config){ .uri = uri });
			reader = assigned_reader(log, "r");
			seek_to(reader, expected);
		}
	}
	log_reader_close(reader);
	log_close(log);
}

/* The writer's map grows; a reader of another process follows. */
static void test_map_resized_by_another_process(void **state)
{
	(void)state;
	struct log *log = open_log(
	    &(struct log_config){ .uri = uri, .create = true, .map_bytes = 1 << 20 });
	struct log_reader *reader = assigned_reader(log, "");
	struct child child = start("write", "20000", "0");
	int64_t expected = 0;
	int64_t acknowledged = -1;
	while (acknowledged < 9999) {
		/* both sides go on, whichever is faster */
		read_exactly(child.out, &acknowledged, sizeof(acknowledged));
		struct log_event event = poll_event(reader, 0, 0);
		if (event.kind == LOG_EVENT_RECORDS) {
			assert_int_equal(expected, event.records[0].offset);
			expected = event.next;
		}
	}
	assert_true(expected > 9999); /* far beyond what the first map held */
	kill(child.pid, SIGKILL);
	finish(&child);
	log_reader_close(reader);
	log_close(log);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "write") == 0)
		return child_write(argc, argv);
	if (argc > 1 && strcmp(argv[1], "hold") == 0)
		return child_hold(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_another_process_wakes_the_reader, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_locks_of_another_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_killed_writers_lose_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_map_resized_by_another_process, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

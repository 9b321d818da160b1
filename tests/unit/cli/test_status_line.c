/*
 * test_status_line.c - what stands on a terminal while a stream runs.
 */
#include "cli/status_line.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include "cli_test.h"
#include "core/mem.h"

static int terminal = -1, saved = -1;

/* Standard error becomes a terminal of 200 columns, whose other end we read. */
static int begin(void **state)
{
	const struct winsize size = { .ws_row = 30, .ws_col = 200 };
	int theirs;

	(void)state;
	if (openpty(&terminal, &theirs, NULL, NULL, &size) != 0)
		return -1;
	saved = dup(STDERR_FILENO);
	setenv("TERM", "xterm", 1);
	return dup2(theirs, STDERR_FILENO) < 0 || close(theirs) != 0 ? -1 : 0;
}

static int finish(void **state)
{
	(void)state;
	dup2(saved, STDERR_FILENO);
	close(saved);
	return close(terminal);
}

/* What was written since the last call. */
static const char *written(void)
{
	static char text[65536];
	size_t len = 0;
	struct pollfd readable = { .fd = terminal, .events = POLLIN };

	while (len < sizeof(text) - 1 && poll(&readable, 1, 0) > 0) {
		ssize_t got = read(terminal, text + len, sizeof(text) - 1 - len);
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	text[len] = '\0';
	return text;
}

static struct status_report *new_report(void)
{
	struct status_report *report = mem_calloc(1, sizeof(*report));

	assert_non_null(report);
	report->ingest.state = COMPONENT_RUNNING;
	report->process.state = COMPONENT_RUNNING;
	return report;
}

static struct status_line *start(void)
{
	struct status_line *line = NULL;
	struct err err = ERR_INIT;

	assert_true(status_line_possible());
	if (status_line_start(&line, true, true, &err) != US_OK)
		fail_msg("%s", err.text);
	return line;
}

static void a_file_has_a_bar_and_the_time_left(void **state)
{
	struct status_report *report = new_report();
	struct status_line *line = start();
	const char *text, *left;
	double seconds;

	(void)state;
	/* a restart in the middle: what another run has read says nothing of how long it takes */
	report->total_bytes = 4000000;
	report->done_bytes = 2000000;
	report->fetched = 12345;
	report->stored = 12000;
	status_line_show(line, report);
	text = written();
	assert_non_null(strstr(text, "[#########.........] 50 %"));
	assert_non_null(strstr(text, "12,345 fetched"));
	assert_non_null(strstr(text, "12,000 stored"));
	assert_non_null(strstr(text, "/s"));
	assert_null(strstr(text, "left"));
	do { /* 1 byte in 10 ms at most: more than 5 hours for the rest */
		report->done_bytes++;
		(void)poll(NULL, 0, 10);
		status_line_show(line, report);
		text = written();
		left = strstr(text, " left");
	} while (!left);
	assert_non_null(strstr(text, " 50 % "));
	seconds = strtod(strstr(text, " 50 % ") + 6, NULL);
	assert_non_null(strstr(strstr(text, " 50 % "), "h"));
	assert_true(seconds >= 5);
	status_line_stop(line);
	mem_free(report);
}

static void what_is_waited_for_is_told(void **state)
{
	struct status_report *report = new_report();
	struct status_line *line = start();
	const char *text;

	(void)state;
	status_line_show(line, report);
	text = written();
	assert_null(strstr(text, "source"));
	assert_null(strchr(text, '%'));
	snprintf(report->ingest.reason, sizeof(report->ingest.reason), "20000 users\nare reached");
	status_line_show(line, report);
	assert_non_null(strstr(written(), "source waiting: 20000 users are reached"));
	report->ingest.state = COMPONENT_DEGRADED;
	snprintf(report->ingest.reason, sizeof(report->ingest.reason), "status 502");
	status_line_show(line, report);
	assert_non_null(strstr(written(), "source degraded: status 502"));
	status_line_stop(line);
	mem_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_has_a_bar_and_the_time_left, begin, finish),
		cmocka_unit_test_setup_teardown(what_is_waited_for_is_told, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

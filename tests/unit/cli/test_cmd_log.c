/*
 * userstream log, on a log of a few records: what it prints, what it removes, what it refuses.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "log/log.h"

#define AT "memory:cmd-log"

static char output_path[] = "/tmp/userstream-cmd-log-XXXXXX";

static void append(const char *value, int64_t timestamp_us)
{
	struct err err = ERR_INIT;
	struct log *log = NULL;
	struct log_config config = { .uri = AT, .create = true };
	const struct header header = { SPAN_LITERAL("why"), SPAN_LITERAL("a \"b\"") };
	struct record record = { .timestamp_us = timestamp_us,
				 .key = SPAN_LITERAL("k"),
				 .value = span_of(value),
				 .headers = &header,
				 .header_count = 1 };
	assert_int_equal(US_OK, log_open(&log, &config, &err));
	assert_int_equal(US_OK, log->ops->append(log, &record, 1, NULL, NULL, &err));
	log_close(log);
}

static void read_with(const char *name, int64_t committed)
{
	struct err err = ERR_INIT;
	struct log *log = NULL;
	struct log_reader *reader = NULL;
	assert_int_equal(US_OK, log_open(&log, &(struct log_config){ .uri = AT }, &err));
	assert_int_equal(US_OK, log->ops->reader_open(log, name, &reader, &err));
	assert_int_equal(US_OK, reader->ops->commit(reader, 0, committed, &err));
	log_reader_close(reader);
	log_close(log);
}

static int set_up(void **state)
{
	(void)state;
	append("{\"n\":0}", 1700000000000000);
	append("{\n \"n\": 1}", 1700000001000000);
	append("no JSON", 1700000002000000);
	append(NULL, 1700000003000000);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_memory_forget("cmd-log");
	return 0;
}

/* Run it with these arguments (NULL ends them); what it wrote with --output is in *text. */
static int run(char text[4096], ...)
{
	struct err err = ERR_INIT;
	struct options *options = NULL;
	char *args[20] = { (char *)(uintptr_t) "userstream", (char *)(uintptr_t) "log",
			   (char *)(uintptr_t) "--log",      (char *)(uintptr_t)AT,
			   (char *)(uintptr_t) "--output",   output_path };
	int count = 6;
	va_list more;
	va_start(more, text);
	while ((args[count] = va_arg(more, char *)))
		count++;
	va_end(more);
	char **rest;
	int rest_count;
	assert_int_equal(US_OK, options_parse(&options, COMMAND_LOG, count, args, 2, "/dev/null",
					      &rest, &rest_count, &err));
	int code = command_log.run(options, rest_count, rest);
	options_free(options);
	int fd = open(output_path, O_RDONLY);
	assert_true(fd >= 0);
	ssize_t len = read(fd, text, 4095);
	assert_true(len >= 0);
	text[len] = '\0';
	close(fd);
	return code;
}

static void test_stat(void **state)
{
	(void)state;
	char text[4096];
	assert_int_equal(EXIT_DONE, run(text, "stat", "--format", "json", NULL));
	assert_non_null(strstr(text, "{\"stream\":\"records\",\"partition\":0,\"low\":0,\"high\":4,"
				     "\"records\":4,"));
	assert_non_null(strstr(text, "\"oldest\":\"2023-11-14 22:13:20\""));
	assert_non_null(strstr(text, "\"stream\":\"dead letters\",\"partition\":0,\"low\":0"));
}

static void test_readers_and_drop(void **state)
{
	(void)state;
	char text[4096];
	read_with("process", 3);
	assert_int_equal(EXIT_DONE, run(text, "readers", "--format", "csv", NULL));
	assert_non_null(strstr(text, "records,process,0,3,1,"));
	assert_int_equal(EXIT_BAD_USAGE, run(text, "drop", "proces", NULL));
	assert_int_equal(EXIT_BAD_USAGE, run(text, "drop", NULL));
	assert_int_equal(EXIT_DONE, run(text, "drop", "process", NULL));
	assert_int_equal(EXIT_DONE, run(text, "readers", "--format", "csv", NULL));
	assert_null(strstr(text, "process"));
}

static void test_export(void **state)
{
	(void)state;
	char text[4096];
	assert_int_equal(EXIT_DONE, run(text, "export", NULL));
	assert_string_equal("{\"n\":0}\n{  \"n\": 1}\n\"no JSON\"\nnull\n", text);
	assert_int_equal(EXIT_DONE, run(text, "export", "--from", "1", "--limit", "1", NULL));
	assert_string_equal("{  \"n\": 1}\n", text);
	assert_int_equal(EXIT_DONE, run(text, "export", "--from", "2023-11-14T22:13:22", "--format",
					"json", NULL));
	assert_string_equal("{\"partition\":0,\"offset\":2,\"timestamp\":\"2023-11-14 22:13:22\","
			    "\"key\":\"k\",\"headers\":{\"why\":\"a \\\"b\\\"\"},"
			    "\"value\":\"no JSON\"}\n"
			    "{\"partition\":0,\"offset\":3,\"timestamp\":\"2023-11-14 22:13:23\","
			    "\"key\":\"k\",\"headers\":{\"why\":\"a \\\"b\\\"\"},\"value\":null}\n",
			    text);
	assert_int_equal(EXIT_BAD_USAGE, run(text, "export", "--format", "csv", NULL));
	assert_int_equal(EXIT_BAD_USAGE, run(text, "export", "--from", "yesterday", NULL));
}

static void assert_first(const char *offset)
{
	char text[4096];
	char expected[64];
	snprintf(expected, sizeof(expected), "records,0,%s,4,", offset);
	assert_int_equal(EXIT_DONE, run(text, "stat", "--format", "csv", NULL));
	assert_non_null(strstr(text, expected));
}

static void test_trim(void **state)
{
	(void)state;
	char text[4096];
	assert_int_equal(EXIT_DONE, run(text, "trim", "1", NULL));
	assert_non_null(strstr(text, "removed 0 records, 4 are left\nnobody has read this log"));
	read_with("process", 2);
	assert_int_equal(EXIT_BAD_USAGE, run(text, "trim", NULL));
	assert_int_equal(EXIT_DONE, run(text, "trim", "1", NULL));
	assert_string_equal("removed 1 records, 3 are left\n", text);
	assert_first("1");
	assert_int_equal(EXIT_DONE, run(text, "trim", "latest", NULL));
	assert_non_null(strstr(text, "the reader process has not read from offset 2 on"));
	assert_first("2");
	assert_int_equal(EXIT_DONE, run(text, "trim", "--retain", "1h", NULL));
	assert_first("2"); /* the rest is unread */
	assert_int_equal(EXIT_DONE, run(text, "trim", "--retain", "1h", "--force", NULL));
	assert_first("4");
}

static void test_mistakes(void **state)
{
	(void)state;
	char text[4096];
	assert_int_equal(EXIT_BAD_USAGE, run(text, NULL));
	assert_int_equal(EXIT_BAD_USAGE, run(text, "stats", NULL));
	assert_int_equal(EXIT_BAD_USAGE, run(text, "stat", "more", NULL));
	log_memory_forget("cmd-log");
	assert_int_equal(EXIT_BAD_CONFIG, run(text, "stat", NULL));
}

int main(void)
{
	int fd = mkstemp(output_path);
	if (fd < 0)
		return 1;
	close(fd);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_readers_and_drop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_export, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_trim, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mistakes, set_up, tear_down),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(output_path);
	return failed;
}

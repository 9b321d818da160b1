/*
 * cli_test.h - what the tests of the command line share: options from a list of arguments, and
 * standard output and error in temporary files.
 */
#ifndef TESTS_CLI_TEST_H
#define TESTS_CLI_TEST_H

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

#include "core/options.h"

/* Options of a command; `args` ends with NULL. Fails the test where they are wrong. */
static inline struct options *options_of(enum command_id command, const char *const *args)
{
	struct options *options = NULL;
	struct err err = ERR_INIT;
	char *argv[64], **rest;
	int argc = 0, rest_count;

	for (; args[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)args[argc];
	if (options_parse(&options, command, argc, argv, 0, "/dev/null", &rest, &rest_count,
			  &err) != US_OK)
		fail_msg("%s", err.text);
	assert_int_equal(rest_count, 0);
	return options;
}
#define options_from(command, ...) options_of((command), (const char *const[]){ __VA_ARGS__, NULL })

/* Standard output and error while something runs, and their texts afterwards. */
struct capture {
	int kept[2], files[2];
	char *text[2]; /* out, err */
};

static inline void capture_start(struct capture *capture)
{
	(void)fflush(NULL);
	for (int i = 0; i < 2; i++) {
		capture->text[i] = NULL;
		capture->kept[i] = dup(i + 1);
		capture->files[i] = open("/tmp", O_TMPFILE | O_RDWR, 0600);
		assert_true(capture->kept[i] >= 0 && capture->files[i] >= 0);
		assert_true(dup2(capture->files[i], i + 1) >= 0);
	}
}

static inline void capture_stop(struct capture *capture)
{
	(void)fflush(NULL);
	for (int i = 0; i < 2; i++) {
		off_t size = lseek(capture->files[i], 0, SEEK_END);

		assert_true(dup2(capture->kept[i], i + 1) >= 0);
		capture->text[i] = calloc(1, (size_t)size + 1);
		assert_non_null(capture->text[i]);
		assert_int_equal(pread(capture->files[i], capture->text[i], (size_t)size, 0), size);
		(void)close(capture->kept[i]);
		(void)close(capture->files[i]);
	}
}

static inline void capture_release(struct capture *capture)
{
	free(capture->text[0]);
	free(capture->text[1]);
}

#endif

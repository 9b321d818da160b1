/* rooms: core */
/*
 * fuzz_options.c - the command line and .env: the first byte picks the command, then NUL-ended
 * arguments up to an empty one, then the text of a .env file.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/options.h"

#define ARGS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every value can be read, whatever was given. */
static void read_all(const struct options *options)
{
	for (const struct option *o = option_table; o->flag; o++) {
		size_t count;

		(void)option_text(options, o->id);
		(void)option_int(options, o->id);
		(void)option_list(options, o->id, &count);
	}
	(void)option_variable(options, "A");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[4096], path[64];
	char *argv[ARGS_MAX], **rest;
	int argc = 0, rest_count, fd;
	struct options *options = NULL;
	struct err err = ERR_INIT;
	size_t at = 1;
	struct buf out;

	if (size < 2 || size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	while (at < size && argc < ARGS_MAX && text[at]) {
		/* that one opens files */
		if (strncmp(text + at, "--env-file", 10) == 0)
			return 0;
		argv[argc++] = text + at;
		at += strlen(text + at) + 1;
	}
	fd = memfd_create("env", MFD_CLOEXEC);
	if (fd < 0)
		return 0;
	if (at + 1 < size && write(fd, text + at + 1, size - at - 1) < 0)
		goto out;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (options_parse(&options, (enum command_id)(data[0] % COMMAND_COUNT), argc, argv, 0, path,
			  &rest, &rest_count, &err) == US_OK)
		read_all(options);
	else if (!err.text[0] || !memchr(err.text, '\0', sizeof(err.text)))
		__builtin_trap();
	options_free(options);
	buf_init(&out, 1 << 16);
	for (int i = 0; i < argc; i++)
		option_append_uri(&out, argv[i]);
	buf_release(&out);
out:
	close(fd);
	return 0;
}

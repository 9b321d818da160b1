/*
 * output.c - see output.h.
 */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/note.h"

int output_fail(const struct err *err)
{
	const char *line = err->text;

	for (const char *prefix = "userstream: "; *line; prefix = "            ") {
		size_t len = strcspn(line, "\n");

		(void)fprintf(stderr, "%s%.*s\n", prefix, (int)len, line);
		line += len + (line[len] == '\n');
	}
	return err->code;
}

enum status output_write(int fd, struct span text, struct err *err)
{
	while (text.len > 0) {
		ssize_t written = write(fd, text.data, text.len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set(err, US_FATAL, EXIT_IO, "cannot write the output: %s",
				       strerror(errno));
		text.data += written;
		text.len -= (size_t)written;
	}
	return US_OK;
}

int output_print(const struct buf *text)
{
	struct err err = ERR_INIT;
	enum status status;

	if (text->failed)
		status = err_no_memory(&err, "making the output");
	else
		status = output_write(STDOUT_FILENO, buf_span(text), &err);
	return status == US_OK ? EXIT_DONE : output_fail(&err);
}

bool output_has_color(int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fd) && (!no_color || !*no_color) && term && strcmp(term, "dumb") != 0;
}

void output_set_notes(const struct options *options)
{
	note_set_format((enum note_format)option_int(options, OPTION_LOG_FORMAT));
	note_set_level((enum note_level)option_int(options, OPTION_LOG_LEVEL));
}

const char *output_program_name(void)
{
	return program_invocation_name && strchr(program_invocation_name, '/')
		   ? program_invocation_name
		   : "userstream";
}

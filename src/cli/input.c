/*
 * input.c - see input.h.
 */
#include "cli/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE 4096

enum status input_read(struct buf *text, const char *what, struct err *err)
{
	ssize_t got = 1;

	while (got > 0 && !text->failed) {
		char *to = buf_reserve(text, PIECE);

		if (!to)
			break;
		got = read(STDIN_FILENO, to, PIECE);
		if (got > 0)
			text->len += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		return err_set(err, US_REJECT, EXIT_IO, "cannot read standard input: %s",
			       strerror(errno));
	buf_append(text, "", 0);
	if (text->failed)
		return err_set(err, US_REJECT, EXIT_BAD_DATA, "%s is longer than %zu bytes", what,
			       text->max);
	if (memchr(buf_text(text), '\0', text->len))
		return err_set(err, US_REJECT, EXIT_BAD_DATA, "%s has a NUL byte in it", what);
	return US_OK;
}

/*
 * file_read.c - read a file to its end.
 */
#include "core/file_read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum status file_read(const char *path, struct buf *text, bool *missing, struct err *err)
{
	FILE *file = fopen(path, "re");
	enum status status = US_OK;

	if (missing)
		*missing = !file && errno == ENOENT;
	if (!file)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "cannot read %s: %s", path,
			       strerror(errno));
	for (;;) {
		char chunk[8192];
		size_t got = fread(chunk, 1, sizeof(chunk), file);

		buf_append(text, chunk, got);
		if (text->failed) {
			status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
					 "cannot read %s: it is larger than %zu bytes, or memory "
					 "is short",
					 path, text->max);
			break;
		}
		if (got < sizeof(chunk))
			break;
	}
	if (status == US_OK && ferror(file))
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "cannot read %s: %s", path,
				 strerror(errno));
	(void)fclose(file);
	return status;
}

/*
 * file_read.h - a small text file, whole: .env, a pipeline file.
 */
#ifndef CORE_FILE_READ_H
#define CORE_FILE_READ_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * Append a file's bytes to `text`, whose max bounds it. US_REJECT, EXIT_BAD_CONFIG: it cannot be
 * read or is too large; *missing (may be NULL) tells whether there is no such file.
 */
enum status file_read(const char *path, struct buf *text, bool *missing, struct err *err);

#endif

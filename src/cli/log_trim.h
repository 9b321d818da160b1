/*
 * log_trim.h - userstream log trim: removes records from the front of a log.
 */
#ifndef CLI_LOG_TRIM_H
#define CLI_LOG_TRIM_H

#include "core/err.h"
#include "core/options.h"

/*
 * Remove the records before `where` (log/log_where.h), or, where it is NULL, what --retain and
 * --retain-bytes say, and say on `fd` what went, what is left and what holds it back. Stops at the
 * first record that is not read, unless --force. US_REJECT: nothing says what to remove, or a place
 * that is none; else as the log.
 */
enum status log_trim(const struct options *options, const char *where, int fd, struct err *err);

#endif

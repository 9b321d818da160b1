/*
 * log_export.h - userstream log export: the records of a log as JSON Lines.
 */
#ifndef CLI_LOG_EXPORT_H
#define CLI_LOG_EXPORT_H

#include "core/err.h"
#include "core/options.h"

/*
 * Write the records from --from on, at most --limit, on `fd`: their values, a line each, or with
 * --format json an object of partition, offset, timestamp, key, headers and value. A value that is
 * no JSON becomes a JSON string.
 */
enum status log_export(const struct options *options, int fd, struct err *err);

#endif

/*
 * file_source.h - records from a file or standard input: JSON Lines, answers of an API, arrays, one
 * object; plain, gzip or zstd.
 */
#ifndef SOURCE_FILE_SOURCE_H
#define SOURCE_FILE_SOURCE_H

#include "source/source.h"

/* As source_open(). */
enum status file_source_open(struct source **out, const struct source_config *config,
			     struct span cursor, struct err *err);

#endif

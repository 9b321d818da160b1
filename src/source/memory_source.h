/*
 * memory_source.h - a source for tests: "memory:N" gives the records
 *
 *     {"login":{"uuid":"00000000-0000-4000-8000-000000000000"},"n":0}     key: the uuid
 *
 * for n = 0 … N - 1, `results` at a time, then ends. Its cursor is n as a number. It takes no other
 * option into account, allocates per batch only what the largest one needs, and never fails but for
 * memory.
 */
#ifndef SOURCE_MEMORY_SOURCE_H
#define SOURCE_MEMORY_SOURCE_H

#include "source/source.h"

/* As source_open(). */
enum status memory_source_open(struct source **out, const struct source_config *config,
			       struct span cursor, struct err *err);

#endif

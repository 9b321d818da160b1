/*
 * ahead_source.h - a source whose next batch is made while the caller deals with the one before: a
 * thread of its own asks the inner source, and copies what that lends.
 */
#ifndef SOURCE_AHEAD_SOURCE_H
#define SOURCE_AHEAD_SOURCE_H

#include "source/source.h"

/*
 * Put such a source around *source, which must not wait for anybody (a file): closing it closes
 * both. It has the same batches in the same order, with their cursors and failures; after one that
 * failed or was the end nothing is asked before the next call. US_FATAL, out of memory or threads:
 * *source is as it was.
 */
enum status source_ahead(struct source **source, struct err *err);

#endif

/*
 * memory_query.h - the memory sink's few words of SQL; see memory_sink.h.
 */
#ifndef SINK_MEMORY_QUERY_H
#define SINK_MEMORY_QUERY_H

#include "sink/sink_store.h"

/* With the store's lock held. As sink_ops.query. */
enum status memory_query_run(const struct sink_store *store, const char *text, sink_row_fn row,
			     void *user, struct err *err);

#endif

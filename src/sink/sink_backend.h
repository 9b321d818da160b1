/*
 * sink_backend.h - what sink.c knows of the backends. `rest` is the URI after the scheme's colon.
 */
#ifndef SINK_SINK_BACKEND_H
#define SINK_SINK_BACKEND_H

#include "sink/sink.h"

enum status memory_sink_open(struct sink **out, const char *rest, const struct sink_config *config,
			     struct err *err);
/* As memory:, but rows are thrown away. */
enum status discard_sink_open(struct sink **out, const char *rest, const struct sink_config *config,
			      struct err *err);
enum status sqlite_sink_open(struct sink **out, const char *rest, const struct sink_config *config,
			     struct err *err);
enum status cassandra_sink_open(struct sink **out, const char *rest,
				const struct sink_config *config, struct err *err);

#endif

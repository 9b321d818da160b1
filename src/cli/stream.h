/*
 * stream.h - the body that run, produce and process share: check everything, start the supervisor
 * and the HTTP server, show how it goes until it ends or a signal comes, sum up.
 */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "core/options.h"

struct stream_parts {
	const char *command; /* "run", for messages */
	bool ingest;
	bool process;
};

/* Returns the exit code. */
int stream_run(const struct stream_parts *parts, const struct options *options, int arg_count,
	       char **args);

/* Tell every mistake that the options' values hold, and start nothing. */
void stream_check(const struct stream_parts *parts, const struct options *options);

/* What log_open() and sink_open() take, as the options say. */
struct log_config;
void log_config_from_options(struct log_config *out, const struct options *options);
struct sink_config;
void sink_config_from_options(struct sink_config *out, const struct options *options);

#endif

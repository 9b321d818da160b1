/*
 * cassandra_plugin.h - finds and loads the Cassandra plugin (cassandra_abi.h), when the first sink
 * of cassandra:// is opened.
 *
 * It is userstream-cassandra.so in the folder that the environment variable USERSTREAM_PLUGINS
 * names, else beside the program, else in ../lib/userstream of the program's folder. Once loaded it
 * stays: its threads and statics outlive no handle, but nothing says so to the loader.
 */
#ifndef SINK_CASSANDRA_PLUGIN_H
#define SINK_CASSANDRA_PLUGIN_H

#include "core/err.h"
#include "sink/cassandra_abi.h"

/* Thread safe. US_REJECT, EXIT_BAD_CONFIG: it is not there (how to get it), or is another
 * version's. */
enum status cassandra_plugin_load(const struct cassandra_api **out, struct err *err);

#endif

/*
 * cassandra_settings.h - what cassandra://host[:port][,host…]/keyspace?name=value&… says, together
 * with the variables USERSTREAM_CASSANDRA_NAME, which may give any of the parameters; the URI wins.
 * A password is taken from the variable or from a file, never from the URI.
 */
#ifndef SINK_CASSANDRA_SETTINGS_H
#define SINK_CASSANDRA_SETTINGS_H

#include "core/arena.h"
#include "core/err.h"
#include "core/options.h"
#include "sink/cassandra_abi.h"
#include "sink/cassandra_ddl.h"
#include "sink/sink.h"

struct cassandra_settings {
	struct arena arena; /* every text */
	const char *shown;  /* "cassandra://host:port/keyspace", for messages */
	char keyspace[CASSANDRA_NAME_MAX + 1];
	struct cassandra_config config; /* for the plugin */
	const char *replication; /* "3" or "dc1:3,dc2:2", checked; NULL: by the cluster's size */
	int64_t ttl_s;           /* of rows; 0: they stay */
	int64_t wait_ms;         /* for a cluster that is not up yet */
};

#define CASSANDRA_VARIABLES "USERSTREAM_CASSANDRA_"

/* Places in the table. */
enum cassandra_parameter {
	PARAMETER_CONSISTENCY,
	PARAMETER_DATACENTER,
	PARAMETER_REPLICATION,
	PARAMETER_TTL,
	PARAMETER_USERNAME,
	PARAMETER_PASSWORD,
	PARAMETER_PASSWORD_FILE,
	PARAMETER_TLS,
	PARAMETER_TLS_VERIFY,
	PARAMETER_TLS_CA,
	PARAMETER_TLS_CERT,
	PARAMETER_TLS_KEY,
	PARAMETER_TLS_NAME,
	PARAMETER_COMPRESSION,
	PARAMETER_IN_FLIGHT,
	PARAMETER_BATCH_BYTES,
	PARAMETER_CONNECTIONS,
	PARAMETER_TIMEOUT,
	PARAMETER_CONNECT_TIMEOUT,
	PARAMETER_WAIT,
	PARAMETER_COUNT
};

/* The parameters, ended by one without a flag. `variable` is the environment's name. */
extern const struct option cassandra_parameters[];

/*
 * Read the URI, of which `rest` is what follows "cassandra:", and the settings. US_REJECT,
 * EXIT_BAD_CONFIG: every mistake, a line each; no value of a secret is in it. On failure there is
 * nothing to release.
 */
enum status cassandra_settings_read(struct cassandra_settings *out, const char *rest,
				    const struct setting *settings, size_t setting_count,
				    struct err *err);
void cassandra_settings_release(struct cassandra_settings *settings);

#endif

/*
 * cassandra_abi.h - the border between this program and its Cassandra plugin (plugins/cassandra:
 * the scylla driver, in Rust). The plugin exports one table of functions, CASSANDRA_API_SYMBOL.
 * Rows cross the border a batch at a time, as the columns of core/column.h, which stay where they
 * are.
 *
 * The other side is plugins/cassandra/src/abi.rs. Whoever changes a struct here changes it there,
 * and CASSANDRA_ABI_VERSION; the sizes are compared when the plugin is loaded.
 *
 * Functions return an enum status. They may block, and are called by one thread at a time for one
 * session. Texts are UTF-8 with a NUL. All that is passed in is borrowed for the call; what a
 * callback is given is borrowed during the callback. No function panics or throws.
 */
#ifndef SINK_CASSANDRA_ABI_H
#define SINK_CASSANDRA_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/column.h"

#define CASSANDRA_ABI_VERSION 4
#define CASSANDRA_API_SYMBOL  "userstream_cassandra_api"

/* What went wrong. Filled where a function does not return US_OK. */
struct cassandra_error {
	const char *kind; /* static: "unavailable", "timeout", ... */
	char text[1024];  /* with the server's own words where it gave any */
};

enum cassandra_compression {
	CASSANDRA_COMPRESSION_NONE,
	CASSANDRA_COMPRESSION_LZ4,
	CASSANDRA_COMPRESSION_SNAPPY
};

/* A node's certificate must be signed by the CA, and hold the address at which the node answers. */
enum cassandra_tls_verify {
	CASSANDRA_TLS_VERIFY_OFF,
	CASSANDRA_TLS_VERIFY_CA,
	CASSANDRA_TLS_VERIFY_NODE
};

struct cassandra_config {
	const char *const *hosts; /* "host:port" */
	size_t host_count;
	const char
	    *keyspace; /* whose replication is looked at for routing; need not be there yet */
	const char *datacenter; /* the local one; NULL: any */
	const char *username;   /* NULL: no authentication */
	const char *password;
	bool tls;
	uint32_t tls_verify;  /* enum cassandra_tls_verify */
	const char *tls_ca;   /* PEM file; NULL: the system's */
	const char *tls_cert; /* PEM file of the client's certificate and chain; NULL: none */
	const char *tls_key;  /* PEM file of its key */
	const char *tls_name; /* what a node's certificate must hold instead of its address; NULL */
	const char *version;  /* told to the server beside the program's name */
	uint32_t consistency; /* the protocol's number */
	uint32_t compression; /* enum cassandra_compression */
	uint32_t in_flight;   /* rows at a time, at most */
	uint32_t batch_bytes; /* of rows in one request; a larger row goes alone */
	uint32_t connections; /* to each node */
	uint32_t connect_timeout_ms;
	uint32_t timeout_ms; /* of a request, retries included */
};

struct cassandra_session;

enum cassandra_kind {
	CASSANDRA_NULL,
	CASSANDRA_TEXT,      /* data, len */
	CASSANDRA_BLOB,      /* data, len */
	CASSANDRA_INTEGER,   /* integer; of the width that the column has */
	CASSANDRA_REAL,      /* real */
	CASSANDRA_BOOLEAN,   /* integer */
	CASSANDRA_TIMESTAMP, /* integer: milliseconds since 1970 */
	CASSANDRA_DATE,      /* integer: days since 1970 */
	CASSANDRA_UUID       /* data: 16 bytes; not bound */
};

struct cassandra_value {
	int32_t kind;
	int64_t integer;
	double real;
	const char *data;
	size_t len;
};

/* Called with values = NULL once with the names, then once a row. Return false to stop. */
typedef bool (*cassandra_row_fn)(void *user, size_t columns, const char *const *names,
				 const struct cassandra_value *values);

/* A prepared statement and what its markers stand for. */
struct cassandra_bound {
	uint32_t statement;
	const struct cassandra_value *values;
	size_t count;
};

/* Rows for one prepared statement: its markers are the columns in order, then the stamp. */
struct cassandra_rows {
	uint32_t statement;
	bool unset_nulls; /* a NULL leaves the stored value as it is */
	const struct column *columns;
	size_t column_count;
	const int64_t *stamps;
	int64_t row_count;
};

/* How a write went, whatever it returned. */
struct cassandra_outcome {
	size_t bad_set; /* with US_REJECT: the set and the row that the server refuses */
	int64_t bad_row;
	uint64_t retries; /* requests sent again */
};

enum cassandra_batch { CASSANDRA_SINGLE, CASSANDRA_UNLOGGED, CASSANDRA_LOGGED };

struct cassandra_api {
	uint32_t abi_version;
	uint32_t sizes[7];  /* of error, config, value, bound, rows, outcome, column */
	const char *driver; /* "scylla 1.9.0" */

	/* Connect and learn the cluster. US_RETRY: nobody answers yet. US_REJECT: credentials,
	 * certificates, an address that cannot be. */
	int32_t (*open)(const struct cassandra_config *config, struct cassandra_session **out,
			struct cassandra_error *err);
	/* NULL is accepted. Ends all connections; no thread of the session is left. */
	void (*close)(struct cassandra_session *session);
	/* *statement becomes its number, the same for the same text as long as the session lives.
	 * It must be idempotent. US_REJECT: the server refuses the text. */
	int32_t (*prepare)(struct cassandra_session *session, const char *cql, uint32_t *statement,
			   struct cassandra_error *err);
	/* Run a text once; a change of the schema is waited for until all nodes agree. Rows come in
	 * pages. US_REJECT: the server refuses the text. */
	int32_t (*query)(struct cassandra_session *session, const char *cql, cassandra_row_fn row,
			 void *user, struct cassandra_error *err);
	/* Run one prepared statement, or several as a batch; `row` may be NULL. */
	int32_t (*execute)(struct cassandra_session *session, const struct cassandra_bound *bound,
			   size_t count, int32_t batch, cassandra_row_fn row, void *user,
			   struct cassandra_error *err);
	/*
	 * Write all rows, hundreds at a time. US_OK: every row was acknowledged. US_RETRY,
	 * US_FATAL: some may have been. US_REJECT: the server refuses a row for itself; all others
	 * before it are acknowledged.
	 */
	int32_t (*write)(struct cassandra_session *session, const struct cassandra_rows *sets,
			 size_t count, struct cassandra_outcome *outcome,
			 struct cassandra_error *err);
};

#endif

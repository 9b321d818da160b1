/*
 * cassandra_ddl.h - the CQL of a pipeline's tables, and of those that the sink keeps beside them,
 * as text: what the sink runs and `userstream schema cassandra` prints. Names are quoted: CQL folds
 * plain ones to lower case, and reserves words.
 */
#ifndef SINK_CASSANDRA_DDL_H
#define SINK_CASSANDRA_DDL_H

#include "core/buf.h"
#include "core/column.h"
#include "core/err.h"

/* Of keyspaces and tables: letters, digits and _, at most so many. */
#define CASSANDRA_NAME_MAX 48

/* The sink's own tables. */
#define CASSANDRA_LEDGER "userstream_ledger"
#define CASSANDRA_MARKS  "userstream_replayed"
#define CASSANDRA_STATE  "userstream_state"

/* The keyspace that stands behind the hosts: "", "/keyspace", "/keyspace?…"; "userstream" where
 * there is none. US_REJECT: the name is none of Cassandra's. */
enum status cassandra_keyspace_of(const char *path, char out[CASSANDRA_NAME_MAX + 1],
				  struct err *err);

/* A name in quotes; a text as a CQL string. */
void cassandra_ddl_name(struct buf *out, const char *name);
void cassandra_ddl_string(struct buf *out, const char *text);

/* "CREATE KEYSPACE IF NOT EXISTS …;\n" `replication`: "3", replicas in each datacenter, or by
 * datacenter, "dc1:3,dc2:2". */
void cassandra_ddl_keyspace(struct buf *out, const char *keyspace, const char *replication);
/* "CREATE TABLE IF NOT EXISTS …;\n" US_REJECT: a name that Cassandra, or the sink, does not take.
 */
enum status cassandra_ddl_table(struct buf *out, const char *keyspace,
				const struct table_def *table, struct err *err);
/* The same of the i-th of the sink's own tables. */
#define CASSANDRA_OWN_TABLES 3
void cassandra_ddl_own(struct buf *out, const char *keyspace, size_t i);
/* "ALTER TABLE … ADD …" */
void cassandra_ddl_add_column(struct buf *out, const char *keyspace, const struct table_def *table,
			      size_t column);
/* "INSERT INTO … USING TIMESTAMP ?": marker i is column i, the last one is the stamp. ttl_s 0: the
 * row stays. */
void cassandra_ddl_upsert(struct buf *out, const char *keyspace, const struct table_def *table,
			  int64_t ttl_s);

#endif

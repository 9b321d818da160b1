/*
 * cassandra_ddl.h - the CQL of a pipeline's tables, as text.
 */
#ifndef CLI_CASSANDRA_DDL_H
#define CLI_CASSANDRA_DDL_H

#include "core/buf.h"
#include "core/column.h"
#include "core/err.h"

/* Of keyspaces and tables: letters, digits and _, at most so many. */
#define CASSANDRA_NAME_MAX 48

/*
 * The keyspace of cassandra://host[:port][,…]/keyspace?…; "userstream" for another URI, none, or
 * one without a keyspace. US_REJECT: the name is none of Cassandra's.
 */
enum status cassandra_keyspace(const char *uri, char out[CASSANDRA_NAME_MAX + 1], struct err *err);
/* "CREATE KEYSPACE IF NOT EXISTS …;\n" */
void cassandra_ddl_keyspace(struct buf *out, const char *keyspace);
/* "CREATE TABLE IF NOT EXISTS …;\n" US_REJECT: a name that Cassandra does not take. */
enum status cassandra_ddl_table(struct buf *out, const char *keyspace,
				const struct table_def *table, struct err *err);

#endif

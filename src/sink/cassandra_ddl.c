/*
 * cassandra_ddl.c - see cassandra_ddl.h.
 */
#include "sink/cassandra_ddl.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

static bool is_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return name.len > 0 && name.len <= CASSANDRA_NAME_MAX;
}

enum status cassandra_keyspace_of(const char *path, char out[CASSANDRA_NAME_MAX + 1],
				  struct err *err)
{
	struct span name = SPAN_LITERAL("userstream");

	if (path[0] == '/' && path[1] && path[1] != '?')
		name = (struct span){ .data = path + 1, .len = strcspn(path + 1, "?/") };
	if (!is_name(name))
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "\"%.*s\" is no keyspace of Cassandra's: 1 to %d letters, digits "
			       "and _",
			       (int)(name.len > 80 ? 80 : name.len), name.data, CASSANDRA_NAME_MAX);
	memcpy(out, name.data, name.len);
	out[name.len] = '\0';
	return US_OK;
}

void cassandra_ddl_name(struct buf *out, const char *name)
{
	buf_append_char(out, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			buf_append_char(out, '"');
		buf_append_char(out, *p);
	}
	buf_append_char(out, '"');
}

void cassandra_ddl_string(struct buf *out, const char *text)
{
	buf_append_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_append_char(out, '\'');
		buf_append_char(out, *text);
	}
	buf_append_char(out, '\'');
}

static const char *cql_type(enum column_type type)
{
	static const char *const names[] = {
		[COLUMN_TEXT] = "text",     [COLUMN_UUID] = "uuid",
		[COLUMN_INT] = "int",       [COLUMN_BIGINT] = "bigint",
		[COLUMN_DOUBLE] = "double", [COLUMN_BOOLEAN] = "boolean",
		[COLUMN_DATE] = "date",     [COLUMN_TIMESTAMP] = "timestamp",
	};

	return names[type];
}

static void print_table_name(struct buf *out, const char *keyspace, const char *table)
{
	cassandra_ddl_name(out, keyspace);
	buf_append_char(out, '.');
	cassandra_ddl_name(out, table);
}

void cassandra_ddl_keyspace(struct buf *out, const char *keyspace, const char *replication)
{
	buf_append_text(out, "CREATE KEYSPACE IF NOT EXISTS ");
	cassandra_ddl_name(out, keyspace);
	buf_append_text(out, "\n  WITH replication = {'class': 'NetworkTopologyStrategy'");
	if (!strchr(replication, ':')) {
		buf_printf(out, ", 'replication_factor': %s};\n", replication);
		return;
	}
	while (*replication) {
		size_t name = strcspn(replication, ":"), all = strcspn(replication, ",");

		buf_printf(out, ", '%.*s': %.*s", (int)name, replication, (int)(all - name - 1),
			   replication + name + 1);
		replication += all;
		replication += *replication == ',';
	}
	buf_append_text(out, "};\n");
}

static void print_key(struct buf *out, const struct table_def *table)
{
	buf_append_text(out, "  PRIMARY KEY ((");
	for (size_t i = 0; i < table->key_count; i++) {
		if (i > 0)
			buf_append_text(out, i == table->partition_key_count ? "), " : ", ");
		cassandra_ddl_name(out, table->columns[table->key[i]].name);
	}
	buf_append_text(out, table->key_count == table->partition_key_count ? "))\n" : ")\n");
}

/* " WITH CLUSTERING ORDER BY (…) AND comment = '…'", where there is something to say. */
static void print_options(struct buf *out, const struct table_def *table)
{
	const char *word = " WITH ";

	if (table->key_count > table->partition_key_count) {
		buf_append_text(out, " WITH CLUSTERING ORDER BY (");
		for (size_t i = table->partition_key_count; i < table->key_count; i++) {
			if (i > table->partition_key_count)
				buf_append_text(out, ", ");
			cassandra_ddl_name(out, table->columns[table->key[i]].name);
			buf_append_text(out,
					table->key_order[i] == SORT_DESCENDING ? " DESC" : " ASC");
		}
		buf_append_char(out, ')');
		word = "\n  AND ";
	}
	if (table->comment) {
		buf_append_text(out, word);
		buf_append_text(out, "comment = ");
		cassandra_ddl_string(out, table->comment);
	}
}

static enum status check_name(const char *name, struct err *err)
{
	if (!is_name(span_of(name)))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "Cassandra takes no table \"%s\": a name has 1 to %d letters, "
			       "digits and _",
			       name, CASSANDRA_NAME_MAX);
	if (strncasecmp(name, "userstream_", strlen("userstream_")) == 0)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "a table cannot be named %s: names with userstream_ in front are "
			       "taken",
			       name);
	return US_OK;
}

enum status cassandra_ddl_table(struct buf *out, const char *keyspace,
				const struct table_def *table, struct err *err)
{
	enum status status = check_name(table->name, err);

	if (status != US_OK)
		return status;
	buf_append_text(out, "CREATE TABLE IF NOT EXISTS ");
	print_table_name(out, keyspace, table->name);
	buf_append_text(out, " (\n");
	for (size_t i = 0; i < table->column_count; i++) {
		buf_append_text(out, "  ");
		cassandra_ddl_name(out, table->columns[i].name);
		buf_printf(out, " %s,\n", cql_type(table->columns[i].type));
	}
	print_key(out, table);
	buf_append_char(out, ')');
	print_options(out, table);
	buf_append_text(out, ";\n");
	return US_OK;
}

/* All tables of a partition of the log stand in one partition of the ledger: one batch moves them
 * together, and one query reads them. */
static const struct {
	const char *name, *columns;
} own_tables[CASSANDRA_OWN_TABLES] = {
	{ CASSANDRA_LEDGER,
	  "  log_identity text,\n"
	  "  partition int,\n"
	  "  table_name text,\n"
	  "  next bigint,\n"
	  "  read bigint,\n"
	  "  stored bigint,\n"
	  "  filtered bigint,\n"
	  "  rejected bigint,\n"
	  "  replayed bigint,\n"
	  "  lost bigint,\n"
	  "  stamp_base bigint,\n"
	  "  last_stamp bigint,\n"
	  "  generation bigint,\n"
	  "  first bigint,\n"
	  "  anchor_timestamp_us bigint,\n"
	  "  anchor_hash bigint,\n"
	  "  updated_us bigint,\n"
	  "  fingerprint text,\n"
	  "  details text,\n"
	  "  PRIMARY KEY ((log_identity, partition), table_name)\n"
	  ") WITH comment = 'userstream: the account of every record, read = stored + filtered + "
	  "rejected'" },
	{ CASSANDRA_MARKS,
	  "  log_identity text,\n"
	  "  partition int,\n"
	  "  generation bigint,\n"
	  "  table_name text,\n"
	  "  \"offset\" bigint,\n"
	  "  stamp bigint,\n"
	  "  PRIMARY KEY ((log_identity, partition), generation, table_name, \"offset\")\n"
	  ") WITH comment = 'userstream: dead letters that a replay has stored'" },
	{ CASSANDRA_STATE, "  key text PRIMARY KEY,\n"
			   "  value text,\n"
			   "  changed_us bigint\n"
			   ") WITH comment = 'userstream: what is known of this keyspace'" },
};

void cassandra_ddl_own(struct buf *out, const char *keyspace, size_t i)
{
	buf_append_text(out, "CREATE TABLE IF NOT EXISTS ");
	print_table_name(out, keyspace, own_tables[i].name);
	buf_printf(out, " (\n%s;\n", own_tables[i].columns);
}

void cassandra_ddl_add_column(struct buf *out, const char *keyspace, const struct table_def *table,
			      size_t column)
{
	buf_append_text(out, "ALTER TABLE ");
	print_table_name(out, keyspace, table->name);
	buf_append_text(out, " ADD ");
	cassandra_ddl_name(out, table->columns[column].name);
	buf_printf(out, " %s", cql_type(table->columns[column].type));
}

void cassandra_ddl_upsert(struct buf *out, const char *keyspace, const struct table_def *table,
			  int64_t ttl_s)
{
	buf_append_text(out, "INSERT INTO ");
	print_table_name(out, keyspace, table->name);
	for (size_t i = 0; i < table->column_count; i++) {
		buf_append_text(out, i ? ", " : " (");
		cassandra_ddl_name(out, table->columns[i].name);
	}
	buf_append_text(out, ") VALUES (");
	for (size_t i = 0; i < table->column_count; i++)
		buf_append_text(out, i ? ", ?" : "?");
	buf_append_text(out, ") USING TIMESTAMP ?");
	if (ttl_s)
		buf_printf(out, " AND TTL %" PRId64, ttl_s);
}

/*
 * cassandra_ddl.c - see cassandra_ddl.h. All names are quoted: CQL folds plain ones to lower case,
 * and reserves words.
 */
#include "cli/cassandra_ddl.h"

#include <string.h>

#define SCHEME "cassandra://"

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

enum status cassandra_keyspace(const char *uri, char out[CASSANDRA_NAME_MAX + 1], struct err *err)
{
	struct span name = SPAN_LITERAL("userstream");
	const char *slash = NULL;

	if (uri && strncmp(uri, SCHEME, strlen(SCHEME)) == 0)
		slash = strchr(uri + strlen(SCHEME), '/');
	if (slash && slash[1] && slash[1] != '?')
		name = (struct span){ .data = slash + 1, .len = strcspn(slash + 1, "?/") };
	if (!is_name(name))
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "\"%.*s\" is no keyspace of Cassandra's: 1 to %d letters, digits "
			       "and _",
			       (int)name.len, name.data, CASSANDRA_NAME_MAX);
	memcpy(out, name.data, name.len);
	out[name.len] = '\0';
	return US_OK;
}

static void print_name(struct buf *out, const char *name)
{
	buf_append_char(out, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			buf_append_char(out, '"');
		buf_append_char(out, *p);
	}
	buf_append_char(out, '"');
}

static void print_string(struct buf *out, const char *text)
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

void cassandra_ddl_keyspace(struct buf *out, const char *keyspace)
{
	buf_append_text(out, "CREATE KEYSPACE IF NOT EXISTS ");
	print_name(out, keyspace);
	buf_append_text(out, "\n  WITH replication = {'class': 'SimpleStrategy', "
			     "'replication_factor': 1};\n");
}

static void print_key(struct buf *out, const struct table_def *table)
{
	buf_append_text(out, "  PRIMARY KEY ((");
	for (size_t i = 0; i < table->key_count; i++) {
		if (i > 0)
			buf_append_text(out, i == table->partition_key_count ? "), " : ", ");
		print_name(out, table->columns[table->key[i]].name);
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
			print_name(out, table->columns[table->key[i]].name);
			buf_append_text(out,
					table->key_order[i] == SORT_DESCENDING ? " DESC" : " ASC");
		}
		buf_append_char(out, ')');
		word = "\n  AND ";
	}
	if (table->comment) {
		buf_append_text(out, word);
		buf_append_text(out, "comment = ");
		print_string(out, table->comment);
	}
}

enum status cassandra_ddl_table(struct buf *out, const char *keyspace,
				const struct table_def *table, struct err *err)
{
	if (!is_name(span_of(table->name)))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "Cassandra takes no table \"%s\": a name has 1 to %d letters, "
			       "digits and _",
			       table->name, CASSANDRA_NAME_MAX);
	buf_append_text(out, "CREATE TABLE IF NOT EXISTS ");
	print_name(out, keyspace);
	buf_append_char(out, '.');
	print_name(out, table->name);
	buf_append_text(out, " (\n");
	for (size_t i = 0; i < table->column_count; i++) {
		buf_append_text(out, "  ");
		print_name(out, table->columns[i].name);
		buf_printf(out, " %s,\n", cql_type(table->columns[i].type));
	}
	print_key(out, table);
	buf_append_char(out, ')');
	print_options(out, table);
	buf_append_text(out, ";\n");
	return US_OK;
}

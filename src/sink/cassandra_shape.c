/*
 * cassandra_shape.c - a table as system_schema describes it, compared with the declared one.
 *
 * Cassandra knows no NOT NULL, and no order of partition keys: in these two what is declared counts
 * as what is stored.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sink/cassandra_internal.h"

#define ADVICE                                                                                \
	"Name the table otherwise in the pipeline file, or stop the program, drop the table " \
	"(DROP TABLE in cqlsh) and run again: it is rebuilt from the log"
#define COLUMNS_MAX 4096

struct shape_reader {
	struct arena *arena;
	const struct table_def *def;
	struct shape_column *columns;
	size_t column_count;
	struct key_part {
		const char *name;
		int64_t place; /* partition columns first */
		enum sort_order order;
	} * key;
	size_t key_count, partition_key_count;
	bool no_memory;
};

static bool is_text(const struct cassandra_value *value, const char *text)
{
	return value->len == strlen(text) && memcmp(value->data, text, value->len) == 0;
}

static const char *keep(struct shape_reader *reader, const struct cassandra_value *value)
{
	const char *copy = arena_strndup(reader->arena, value->data ? value->data : "", value->len);

	reader->no_memory = reader->no_memory || !copy;
	return copy ? copy : "";
}

/* "TEXT" of "text": as the pipeline file has it, where it has such a type. */
static const char *declared_name(const char *type)
{
	for (int i = COLUMN_TEXT; i <= COLUMN_DATE; i++)
		if (strcasecmp(type, column_type_name((enum column_type)i)) == 0)
			return column_type_name((enum column_type)i);
	return type;
}

static bool is_declared_not_null(const struct table_def *def, const char *name)
{
	for (size_t i = 0; i < def->column_count; i++)
		if (strcmp(def->columns[i].name, name) == 0)
			return def->columns[i].not_null;
	return false;
}

/* Columns of an answer: name, type, kind, position, clustering order. */
static bool take_column(void *user, size_t columns, const char *const *names,
			const struct cassandra_value *values)
{
	struct shape_reader *reader = user;
	bool partition, clustering;
	const char *name;

	(void)names;
	if (!values || columns < 5 || reader->column_count == COLUMNS_MAX)
		return values == NULL;
	name = keep(reader, &values[0]);
	reader->columns[reader->column_count++] =
	    (struct shape_column){ .name = name,
				   .type = declared_name(keep(reader, &values[1])),
				   .not_null = is_declared_not_null(reader->def, name) };
	partition = is_text(&values[2], "partition_key");
	clustering = is_text(&values[2], "clustering");
	if (!partition && !clustering)
		return !reader->no_memory;
	reader->partition_key_count += partition;
	reader->key[reader->key_count++] = (struct key_part){
		.name = name,
		.place = values[3].integer + (clustering ? COLUMNS_MAX : 0),
		.order = is_text(&values[4], "desc") ? SORT_DESCENDING : SORT_ASCENDING
	};
	return !reader->no_memory;
}

static int compare_parts(const void *a, const void *b)
{
	const struct key_part *x = a, *y = b;

	return x->place < y->place ? -1 : x->place > y->place;
}

static enum status read_columns(struct cassandra_sink *sink, struct shape_reader *reader,
				struct err *err)
{
	struct buf cql;
	enum status status;

	buf_init(&cql, 4096);
	buf_append_text(&cql, "SELECT column_name, type, kind, position, clustering_order FROM "
			      "system_schema.columns WHERE keyspace_name = ");
	cassandra_ddl_string(&cql, sink->settings.keyspace);
	buf_append_text(&cql, " AND table_name = ");
	cassandra_ddl_string(&cql, reader->def->name);
	status = cassandra_run_buf(sink, &cql, "read the tables of", take_column, reader, err);
	buf_release(&cql);
	return status;
}

/* The key in order. */
static bool fill_key(const struct shape_reader *reader, struct table_shape *shape)
{
	const char **names = arena_calloc(reader->arena, reader->key_count + 1, sizeof(*names));
	enum sort_order *order = arena_calloc(reader->arena, reader->key_count + 1, sizeof(*order));

	if (!names || !order)
		return false;
	qsort(reader->key, reader->key_count, sizeof(*reader->key), compare_parts);
	for (size_t i = 0; i < reader->key_count; i++) {
		names[i] = reader->key[i].name;
		order[i] = i < reader->partition_key_count && i < reader->def->key_count
			       ? reader->def->key_order[i]
			       : reader->key[i].order;
	}
	shape->key = names;
	shape->key_order = order;
	shape->key_count = reader->key_count;
	shape->partition_key_count = reader->partition_key_count;
	return true;
}

/* A node that another process's CREATE TABLE has reached in part: no table is without columns. */
static enum status not_yet(const struct cassandra_sink *sink, const struct table_def *def,
			   struct err *err)
{
	err_set(err, US_RETRY, EXIT_UNREACHABLE,
		"table %s in %s has no columns yet: the nodes are still making it", def->name,
		sink->settings.shown);
	if (err)
		err->kind = "schema";
	return US_RETRY;
}

enum status cassandra_compare(struct cassandra_sink *sink, const struct table_def *def,
			      struct arena *arena, struct table_shape *shape, size_t *missing,
			      struct err *err)
{
	struct shape_reader reader = { .arena = arena, .def = def };
	enum status status;

	*missing = 0;
	reader.columns = arena_calloc(arena, COLUMNS_MAX, sizeof(*reader.columns));
	reader.key = arena_calloc(arena, COLUMNS_MAX, sizeof(*reader.key));
	if (!reader.columns || !reader.key)
		return err_no_memory(err, "reading a table's columns");
	status = read_columns(sink, &reader, err);
	if (status != US_OK)
		return status;
	if (reader.column_count == 0)
		return not_yet(sink, def, err);
	*shape = (struct table_shape){ .columns = reader.columns,
				       .column_count = reader.column_count };
	if (reader.no_memory || !fill_key(&reader, shape))
		return err_no_memory(err, "reading a table's columns");
	return drift_check(def, shape, sink->settings.shown, ADVICE, missing, err);
}

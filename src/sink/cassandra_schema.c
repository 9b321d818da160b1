/*
 * cassandra_schema.c - prepare: the keyspace and the tables, from the pipeline file where missing.
 *
 * The plugin waits after each change until all nodes agree, and sends changes of every client to
 * one node, so two processes that start at the same time make one table.
 */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/note.h"
#include "sink/cassandra_internal.h"

#define CQL_MAX   (1 << 20)
#define SHAPE_MAX (16 << 20)

/* ---- what there is */

static bool count_row(void *user, size_t columns, const char *const *names,
		      const struct cassandra_value *values)
{
	size_t *count = user;

	(void)columns;
	(void)names;
	*count += values != NULL;
	return true;
}

/* Rows of system_schema.<place> of this keyspace, and of this table where it is not NULL. */
static enum status count_schema(struct cassandra_sink *sink, const char *place, const char *table,
				size_t *count, struct err *err)
{
	struct buf cql;
	enum status status;

	*count = 0;
	buf_init(&cql, 4096);
	buf_printf(&cql,
		   "SELECT keyspace_name FROM system_schema.%s WHERE keyspace_name = ", place);
	cassandra_ddl_string(&cql, sink->settings.keyspace);
	if (table) {
		buf_append_text(&cql, " AND table_name = ");
		cassandra_ddl_string(&cql, table);
	}
	status = cassandra_run_buf(sink, &cql, "read the schema of", count_row, count, err);
	buf_release(&cql);
	return status;
}

enum status cassandra_has_table(struct cassandra_sink *sink, const char *name, bool *found,
				struct err *err)
{
	size_t count;
	enum status status = count_schema(sink, "tables", name, &count, err);

	*found = status == US_OK && count > 0;
	return status;
}

enum status cassandra_has_own(struct cassandra_sink *sink, bool *found, struct err *err)
{
	/* the last one that is made */
	enum status status = US_OK;

	if (!sink->has_own_tables)
		status = cassandra_has_table(sink, CASSANDRA_STATE, &sink->has_own_tables, err);
	*found = sink->has_own_tables;
	return status;
}

/* ---- the keyspace */

/* As the parameter says; else 3, or 1 where there are fewer nodes. */
static enum status choose_replication(struct cassandra_sink *sink, char out[8], struct err *err)
{
	size_t peers = 0;
	enum status status = cassandra_run(sink, "SELECT peer FROM system.peers",
					   "read the nodes of", count_row, &peers, err);

	snprintf(out, 8, "%d", peers + 1 >= 3 ? 3 : 1);
	return status;
}

static enum status make_keyspace(struct cassandra_sink *sink, struct err *err)
{
	const char *replication = sink->settings.replication;
	enum status status = US_OK;
	char chosen[8];
	struct buf cql;

	if (!replication) {
		status = choose_replication(sink, chosen, err);
		replication = chosen;
	}
	if (status != US_OK)
		return status;
	buf_init(&cql, CQL_MAX);
	cassandra_ddl_keyspace(&cql, sink->settings.keyspace, replication);
	status = cassandra_run_buf(sink, &cql, "make the keyspace of", NULL, NULL, err);
	buf_release(&cql);
	if (status == US_OK)
		note(NOTE_INFO, "sink", "keyspace made",
		     NOTE_TEXT("keyspace", sink->settings.keyspace),
		     NOTE_TEXT("replication", replication));
	return status;
}

static enum status make_own_tables(struct cassandra_sink *sink, struct err *err)
{
	enum status status = US_OK;
	struct buf cql;

	buf_init(&cql, CQL_MAX);
	for (size_t i = 0; status == US_OK && i < CASSANDRA_OWN_TABLES; i++) {
		cassandra_ddl_own(&cql, sink->settings.keyspace, i);
		status = cassandra_run_buf(sink, &cql, "make tables in", NULL, NULL, err);
	}
	buf_release(&cql);
	sink->has_own_tables = status == US_OK;
	return status;
}

static enum status use_keyspace(struct cassandra_sink *sink, struct err *err)
{
	struct cassandra_error error = { .kind = NULL };
	enum status status = US_OK;
	struct buf cql;
	int32_t result;

	buf_init(&cql, 256);
	buf_append_text(&cql, "USE ");
	cassandra_ddl_name(&cql, sink->settings.keyspace);
	if (cql.failed) {
		status = err_no_memory(err, "opening the Cassandra sink");
	} else {
		result = sink->api->query(sink->session, buf_text(&cql), NULL, NULL, &error);
		if (result != US_OK)
			status = cassandra_fail_known(sink, result, &error, "use the keyspace of",
						      err);
	}
	buf_release(&cql);
	return status;
}

enum status cassandra_enter_keyspace(struct cassandra_sink *sink, struct err *err)
{
	size_t found = 0;
	bool own = false;
	enum status status = count_schema(sink, "keyspaces", NULL, &found, err);

	if (status == US_OK && !found && !sink->create)
		return err_missing(err, "there is no keyspace %s at %s: `userstream run` makes it",
				   sink->settings.keyspace, sink->settings.shown);
	if (status == US_OK && !found)
		status = make_keyspace(sink, err);
	if (status != US_OK)
		return status;
	status = use_keyspace(sink, err);
	if (status == US_OK)
		status = cassandra_has_own(sink, &own, err);
	if (status == US_OK && !own && sink->create)
		status = make_own_tables(sink, err);
	return status;
}

/* ---- the pipeline's tables */

static enum status add_columns(struct cassandra_sink *sink, const struct table_def *def,
			       const struct table_shape *shape, struct err *err)
{
	enum status status = US_OK;
	struct buf cql;

	buf_init(&cql, CQL_MAX);
	for (size_t i = 0; status == US_OK && i < def->column_count; i++) {
		if (drift_column(shape, def->columns[i].name) < shape->column_count)
			continue;
		cassandra_ddl_add_column(&cql, sink->settings.keyspace, def, i);
		status = cassandra_run_buf(sink, &cql, "add a column in", NULL, NULL, err);
		if (status == US_OK)
			note(NOTE_INFO, "sink", "new column added", NOTE_TEXT("table", def->name),
			     NOTE_TEXT("column", def->columns[i].name));
	}
	buf_release(&cql);
	return status;
}

static enum status fit_once(struct cassandra_sink *sink, const struct table_def *def,
			    size_t *missing, struct err *err)
{
	struct table_shape shape;
	struct arena arena;
	enum status status;

	arena_init(&arena, 1 << 16, SHAPE_MAX);
	status = cassandra_compare(sink, def, &arena, &shape, missing, err);
	if (status == US_OK && *missing && !sink->create)
		status = err_missing(err,
				     "table %s in %s lacks %zu column%s of the pipeline file: run "
				     "`userstream run` or `userstream process`, which add them",
				     def->name, sink->settings.shown, *missing,
				     *missing == 1 ? "" : "s");
	else if (status == US_OK && *missing)
		status = add_columns(sink, def, &shape, err);
	arena_release(&arena);
	return status;
}

static enum status fit_table(struct cassandra_sink *sink, const struct table_def *def,
			     struct err *err)
{
	size_t missing = 0;
	enum status status = fit_once(sink, def, &missing, err);

	/* another process may have added the same column at the same time: look again */
	if (status == US_REJECT && missing && sink->create)
		status = fit_once(sink, def, &missing, err);
	return status;
}

static enum status create_table(struct cassandra_sink *sink, const struct table_def *def,
				struct err *err)
{
	struct buf cql;
	enum status status;

	buf_init(&cql, CQL_MAX);
	status = cassandra_ddl_table(&cql, sink->settings.keyspace, def, err);
	if (status == US_OK)
		status = cassandra_run_buf(sink, &cql, "make a table in", NULL, NULL, err);
	buf_release(&cql);
	return status;
}

/* *missing: the first that is not there, or NULL. */
static enum status find_missing(struct cassandra_sink *sink, const struct table_def *const *tables,
				size_t count, const struct table_def **missing, struct err *err)
{
	enum status status = US_OK;

	*missing = NULL;
	for (size_t i = 0; status == US_OK && !*missing && i < count; i++) {
		bool exists = false;

		status = cassandra_has_table(sink, tables[i]->name, &exists, err);
		if (status == US_OK && !exists)
			*missing = tables[i];
	}
	return status;
}

/* Their ledger is cleared before the first of them is made: cassandra_internal.h. */
static enum status make_missing(struct cassandra_sink *sink, const struct table_def *const *tables,
				size_t count, struct err *err)
{
	const struct table_def *missing = NULL;
	struct cassandra_former former;
	enum status status = cassandra_former_read(sink, tables, count, &former, err);

	if (status == US_OK)
		status = find_missing(sink, tables, count, &missing, err);
	if (status == US_OK && missing)
		status = cassandra_former_clear(sink, &former, err);
	for (size_t i = 0; status == US_OK && missing && i < count; i++)
		status = create_table(sink, tables[i], err); /* IF NOT EXISTS */
	cassandra_former_release(&former);
	return status;
}

/* ---- statements of the tables */

void cassandra_release_tables(struct cassandra_sink *sink)
{
	mem_free(sink->tables);
	sink->tables = NULL;
	sink->table_count = 0;
}

static enum status prepare_upsert(struct cassandra_sink *sink, struct cassandra_table *table,
				  struct err *err)
{
	struct cassandra_error error = { .kind = NULL };
	enum status status = US_OK;
	struct buf cql;
	int32_t result;

	buf_init(&cql, CQL_MAX);
	cassandra_ddl_upsert(&cql, sink->settings.keyspace, table->def, sink->settings.ttl_s);
	if (cql.failed) {
		status = err_no_memory(err, "preparing a table");
	} else {
		result = sink->api->prepare(sink->session, buf_text(&cql), &table->upsert, &error);
		if (result != US_OK)
			status = cassandra_fail_known(sink, result, &error,
						      "write to the tables of", err);
	}
	buf_release(&cql);
	return status;
}

static enum status prepare_upserts(struct cassandra_sink *sink,
				   const struct table_def *const *tables, size_t count,
				   struct err *err)
{
	enum status status = US_OK;

	cassandra_release_tables(sink);
	sink->tables = mem_calloc(count, sizeof(*sink->tables));
	if (!sink->tables)
		return err_no_memory(err, "preparing the tables");
	sink->table_count = count;
	for (size_t i = 0; status == US_OK && i < count; i++) {
		sink->tables[i].def = tables[i];
		if (!sink->read_only)
			status = prepare_upsert(sink, &sink->tables[i], err);
	}
	if (status != US_OK)
		cassandra_release_tables(sink);
	return status;
}

enum status cassandra_prepare(struct sink *base, const struct table_def *const *tables,
			      size_t count, struct err *err)
{
	struct cassandra_sink *sink = cassandra_of(base);
	const struct table_def *missing;
	enum status status = find_missing(sink, tables, count, &missing, err);

	if (status == US_OK && missing && !sink->create)
		return err_missing(err, "there is no table %s in %s: `userstream run` makes it",
				   missing->name, sink->settings.shown);
	if (status == US_OK && missing)
		status = make_missing(sink, tables, count, err);
	for (size_t i = 0; status == US_OK && i < count; i++)
		status = fit_table(sink, tables[i], err);
	return status == US_OK ? prepare_upserts(sink, tables, count, err) : status;
}

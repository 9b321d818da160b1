/*
 * cmd_schema.c - userstream schema: the tables of a pipeline file in the language of another
 * system.
 */
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/stream.h"
#include "core/diag.h"
#include "sink/cassandra_ddl.h"
#include "sink/cassandra_settings.h"
#include "sink/ddl.h"

#define SCHEMA_MAX ((size_t)64 << 20)

typedef enum status schema_fn(const struct plan *plan, const struct options *options,
			      struct buf *out, struct err *err);

static enum status schema_sqlite(const struct plan *plan, const struct options *options,
				 struct buf *out, struct err *err)
{
	(void)options;
	for (size_t i = 0; i < plan_table_count(plan); i++)
		ddl_sqlite_table(out, plan_table(plan, i));
	return out->failed ? err_no_memory(err, "writing the schema") : US_OK;
}

/* The keyspace, its replication and what else the URI says; the defaults where the sink is another.
 */
static enum status read_settings(struct cassandra_settings *out, const struct options *options,
				 struct err *err)
{
	const struct span scheme = SPAN_LITERAL("cassandra:");
	struct sink_config config;
	bool is_cassandra;

	sink_config_from_options(&config, options);
	is_cassandra = strncmp(config.uri, scheme.data, scheme.len) == 0;
	return cassandra_settings_read(out, is_cassandra ? config.uri + scheme.len : "//localhost",
				       config.settings, config.setting_count, err);
}

static enum status schema_cassandra(const struct plan *plan, const struct options *options,
				    struct buf *out, struct err *err)
{
	struct cassandra_settings settings;
	enum status status = read_settings(&settings, options, err);

	if (status != US_OK)
		return status;
	buf_append_text(out, "-- Made from the pipeline file by `userstream schema cassandra`; "
			     "userstream makes the same by itself\n-- where it is missing.\n\n");
	cassandra_ddl_keyspace(out, settings.keyspace,
			       settings.replication ? settings.replication : "1");
	for (size_t i = 0; status == US_OK && i < plan_table_count(plan); i++) {
		buf_append_char(out, '\n');
		status = cassandra_ddl_table(out, settings.keyspace, plan_table(plan, i), err);
	}
	buf_append_text(out, "\n-- What userstream keeps beside them.\n");
	for (size_t i = 0; i < CASSANDRA_OWN_TABLES; i++) {
		buf_append_text(out, i ? "\n" : "");
		cassandra_ddl_own(out, settings.keyspace, i);
	}
	if (status == US_OK && out->failed)
		status = err_no_memory(err, "writing the schema");
	cassandra_settings_release(&settings);
	return status;
}

/* What the Spark job needs: per table the schema of a record and the SELECT over it. */
static enum status schema_spark(const struct plan *plan, const struct options *options,
				struct buf *out, struct err *err)
{
	enum status status = US_OK;

	(void)options;
	for (size_t i = 0; status == US_OK && i < plan_table_count(plan); i++) {
		buf_printf(out, "-- table %s: from_json(value, schema), schema =\n-- ",
			   plan_table(plan, i)->name);
		status = plan_spark_schema(plan, i, out, err);
		buf_append_text(out, "\n");
		if (status == US_OK)
			status = plan_spark_select(plan, i, out, err);
		if (out->len > 0 && out->data[out->len - 1] == '\n')
			out->data[--out->len] = '\0';
		buf_append_text(out, ";\n");
	}
	if (status == US_OK && out->failed)
		status = err_no_memory(err, "writing the schema");
	return status;
}

static const struct {
	const char *name;
	schema_fn *write;
} targets[] = {
	{ "sqlite", schema_sqlite },
	{ "cassandra", schema_cassandra },
	{ "spark", schema_spark },
};
#define TARGET_COUNT (sizeof(targets) / sizeof(targets[0]))

/* The target that is named, or NULL and what is wrong. */
static schema_fn *find_target(int arg_count, char **args, struct err *err)
{
	const char *names[TARGET_COUNT], *near;

	for (size_t i = 0; i < TARGET_COUNT; i++) {
		names[i] = targets[i].name;
		if (arg_count == 1 && strcmp(args[0], targets[i].name) == 0)
			return targets[i].write;
	}
	if (arg_count != 1) {
		err_set(err, US_REJECT, EXIT_BAD_USAGE,
			"schema takes one of sqlite, cassandra, spark");
		return NULL;
	}
	near = suggest(span_of(args[0]), names, TARGET_COUNT);
	err_set(err, US_REJECT, EXIT_BAD_USAGE,
		"there is no schema for \"%s\"%s%s%s; it is one of sqlite, cassandra, spark",
		args[0], near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
	return NULL;
}

static int run_schema(const struct options *options, int arg_count, char **args)
{
	struct err err = ERR_INIT;
	schema_fn *write = find_target(arg_count, args, &err);
	struct plan *plan;
	struct buf out;
	int code;

	if (!write)
		return output_fail(&err);
	plan = pipeline_load_or_tell(options, &code);
	if (!plan)
		return code;
	buf_init(&out, SCHEMA_MAX);
	code = write(plan, options, &out, &err) == US_OK ? output_print(&out) : output_fail(&err);
	buf_release(&out);
	plan_free(plan);
	return code;
}

const struct command command_schema = {
	.name = "schema",
	.arguments = "sqlite|cassandra|spark",
	.summary = "Print the tables of a pipeline file for another system",
	.details =
	    "Prints what a pipeline file means to another system: the CREATE TABLE statements that "
	    "the SQLite sink runs, the CQL that makes the keyspace and the tables in Cassandra, or "
	    "the record's schema and the SELECT for Apache Spark. Keyspace and replication are "
	    "those of --sink where it is cassandra://..., else userstream and 1.\n"
	    "\n"
	    "    userstream schema sqlite\n"
	    "    userstream schema cassandra > cassandra/init.cql\n"
	    "    userstream schema cassandra --sink 'cassandra://db1/users?replication=dc1:3'\n"
	    "    userstream schema spark --pipeline pipelines/user_profiles.sql\n",
	.id = COMMAND_SCHEMA,
	.run = run_schema,
};

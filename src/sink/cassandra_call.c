/*
 * cassandra_call.c - calls of the driver: the statements of the sink's own tables, and what the
 * driver's errors mean to whoever called.
 */
#include <string.h>

#include "sink/cassandra_internal.h"
#include "sink/ledger_numbers.h"

#define FULL_KEY "log_identity = ? AND partition = ? AND table_name = ?"
#define MARK_KEY                                                                                   \
	"log_identity = ? AND partition = ? AND generation = ? AND table_name = ? AND \"offset\" " \
	"= ?"
#define COUNTS LEDGER_NUMBER_COLUMNS ", fingerprint"

static const char *const texts[CQL_STATEMENT_COUNT] = {
	[CQL_LEDGER_GET] = "SELECT table_name, writetime(updated_us), " COUNTS
			   ", details FROM " CASSANDRA_LEDGER " WHERE " FULL_KEY,
	[CQL_LEDGER_CHECK] = "SELECT table_name, writetime(updated_us), " COUNTS
			     " FROM " CASSANDRA_LEDGER " WHERE log_identity = ? AND partition = ?",
	[CQL_LEDGER_PUT] =
	    "INSERT INTO " CASSANDRA_LEDGER " (log_identity, partition, table_name, " COUNTS
	    ", details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING "
	    "TIMESTAMP ?",
	[CQL_LEDGER_CLEAR] = "UPDATE " CASSANDRA_LEDGER
			     " USING TIMESTAMP ? SET next = null, updated_us = ? WHERE " FULL_KEY,
	[CQL_MARKS_OF] =
	    "SELECT generation, table_name, \"offset\", writetime(stamp) FROM " CASSANDRA_MARKS
	    " WHERE log_identity = ? AND partition = ?",
	[CQL_MARK_GET] = "SELECT stamp FROM " CASSANDRA_MARKS " WHERE " MARK_KEY,
	[CQL_MARK_PUT] = "INSERT INTO " CASSANDRA_MARKS
			 " (log_identity, partition, generation, table_name, \"offset\", stamp) "
			 "VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?",
	[CQL_MARK_DELETE] = "DELETE FROM " CASSANDRA_MARKS " USING TIMESTAMP ? WHERE " MARK_KEY,
	[CQL_STATE_GET] = "SELECT value, writetime(changed_us) FROM " CASSANDRA_STATE
			  " WHERE key = ?",
	[CQL_STATE_PUT] = "INSERT INTO " CASSANDRA_STATE
			  " (key, value, changed_us) VALUES (?, ?, ?) USING TIMESTAMP ?",
};

/* What to do about it, by the kind; "" where the server's words say all. */
static const char *advice(const char *kind)
{
	static const struct {
		const char *kind, *text;
	} advices[] = {
		{ "authentication", ". Say username=NAME, and set " CASSANDRA_VARIABLES
				    "PASSWORD or password_file=FILE" },
		{ "permission",
		  ". The user needs CREATE, ALTER, SELECT and MODIFY on the keyspace; or make it "
		  "and its tables beforehand: userstream schema cassandra" },
		{ "tls",
		  ". See tls_ca, tls_verify, tls_name, tls_cert and tls_key in docs/cassandra.md" },
		{ "unavailable", ". Nothing is lost; it goes on when the nodes are back" },
	};

	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (strcmp(advices[i].kind, kind) == 0)
			return advices[i].text;
	return "";
}

enum status cassandra_fail(const struct cassandra_sink *sink, int32_t result,
			   const struct cassandra_error *error, const char *doing, struct err *err)
{
	const char *kind = error->kind ? error->kind : "cassandra";
	enum status status = (enum status)result;
	enum exit_code code = status == US_RETRY    ? EXIT_UNREACHABLE
			      : status == US_REJECT ? EXIT_BAD_CONFIG
						    : EXIT_INTERNAL;

	err_set(err, status, code, "cannot %s %s: %s%s", doing, sink->settings.shown, error->text,
		advice(kind));
	if (err)
		err->kind = kind;
	return status;
}

enum status cassandra_run(struct cassandra_sink *sink, const char *cql, const char *doing,
			  cassandra_row_fn row, void *user, struct err *err)
{
	struct cassandra_error error = { .kind = NULL };
	int32_t result = sink->api->query(sink->session, cql, row, user, &error);

	return result == US_OK ? US_OK : cassandra_fail(sink, result, &error, doing, err);
}

enum status cassandra_run_buf(struct cassandra_sink *sink, struct buf *cql, const char *doing,
			      cassandra_row_fn row, void *user, struct err *err)
{
	enum status status = cql->failed
				 ? err_no_memory(err, doing)
				 : cassandra_run(sink, buf_text(cql), doing, row, user, err);

	buf_reset(cql);
	return status;
}

/* A keyspace, table or column that a node has not heard of. */
static bool is_unknown(const struct cassandra_error *error)
{
	static const char *const words[] = { "does not exist", "unconfigured table",
					     "Undefined column name", "Unknown identifier" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(error->text, words[i]))
			return true;
	return false;
}

enum status cassandra_fail_known(const struct cassandra_sink *sink, int32_t result,
				 const struct cassandra_error *error, const char *doing,
				 struct err *err)
{
	enum status status = cassandra_fail(sink, result, error, doing, err);

	if (status != US_REJECT || !is_unknown(error))
		return status;
	if (err) {
		err->kind = "schema";
		err->code = EXIT_UNREACHABLE;
	}
	return US_RETRY;
}

enum status cassandra_statement(struct cassandra_sink *sink, enum cassandra_statement statement,
				uint32_t *number, struct err *err)
{
	struct cassandra_error error = { .kind = NULL };
	int32_t result;

	if (!sink->statements[statement].prepared) {
		result = sink->api->prepare(sink->session, texts[statement],
					    &sink->statements[statement].number, &error);
		if (result != US_OK)
			return cassandra_fail_known(sink, result, &error, "use the tables of", err);
		sink->statements[statement].prepared = true;
	}
	*number = sink->statements[statement].number;
	return US_OK;
}

enum status cassandra_execute(struct cassandra_sink *sink, enum cassandra_statement statement,
			      const struct cassandra_value *values, size_t count, const char *doing,
			      cassandra_row_fn row, void *user, struct err *err)
{
	struct cassandra_bound bound = { .values = values, .count = count };
	struct cassandra_error error = { .kind = NULL };
	enum status status = cassandra_statement(sink, statement, &bound.statement, err);
	int32_t result;

	if (status != US_OK)
		return status;
	result = sink->api->execute(sink->session, &bound, 1, CASSANDRA_SINGLE, row, user, &error);
	return result == US_OK ? US_OK : cassandra_fail(sink, result, &error, doing, err);
}

/*
 * cassandra_query.c - one read-only query in CQL, passed on as it stands; rows come a page at a
 * time. What reads begins with SELECT or DESCRIBE; the protocol takes one statement at a time.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/diag.h"
#include "core/mem.h"
#include "sink/cassandra_internal.h"
#include "sink/cell.h"

/* ---- rows */

struct answer {
	sink_row_fn row;
	void *user;
	struct sink_cell *cells;
	char (*scratch)[CELL_SCRATCH];
	bool no_memory;
};

static struct sink_cell text_cell(int kind, const char *text, size_t len)
{
	return (struct sink_cell){ .kind = kind, .text = { .data = text ? text : "", .len = len } };
}

static size_t format_timestamp(int64_t ms, char *scratch)
{
	int64_t us;

	if (__builtin_mul_overflow(ms, INT64_C(1000), &us))
		return (size_t)snprintf(scratch, CELL_SCRATCH, "%" PRId64 " ms", ms);
	return clock_format_us(us, scratch);
}

static struct sink_cell cell_of_value(const struct cassandra_value *value, char *scratch)
{
	switch ((enum cassandra_kind)value->kind) {
	case CASSANDRA_TEXT:
		return text_cell(CELL_TEXT, value->data, value->len);
	case CASSANDRA_BLOB:
		return text_cell(CELL_BLOB, value->data, value->len);
	case CASSANDRA_INTEGER:
		return text_cell(
		    CELL_INTEGER, scratch,
		    (size_t)snprintf(scratch, CELL_SCRATCH, "%" PRId64, value->integer));
	case CASSANDRA_REAL:
		return text_cell(CELL_REAL, scratch, cell_format_double(value->real, scratch));
	case CASSANDRA_BOOLEAN:
		return (struct sink_cell){ .kind = CELL_BOOLEAN,
					   .text = value->integer ? SPAN_LITERAL("true")
								  : SPAN_LITERAL("false") };
	case CASSANDRA_TIMESTAMP:
		return text_cell(CELL_TEXT, scratch, format_timestamp(value->integer, scratch));
	case CASSANDRA_DATE:
		return text_cell(CELL_TEXT, scratch,
				 clock_format_date((int32_t)value->integer, scratch));
	case CASSANDRA_UUID:
		cell_format_uuid((const uint8_t *)value->data, scratch);
		return text_cell(CELL_TEXT, scratch, UUID_TEXT);
	case CASSANDRA_NULL:
		break;
	}
	return (struct sink_cell){ .kind = CELL_NULL, .text = SPAN_NULL };
}

static bool give_row(void *user, size_t columns, const char *const *names,
		     const struct cassandra_value *values)
{
	struct answer *answer = user;

	if (!values) {
		answer->cells = mem_calloc(columns + 1, sizeof(*answer->cells));
		answer->scratch = mem_calloc(columns + 1, sizeof(*answer->scratch));
		answer->no_memory = !answer->cells || !answer->scratch;
		return !answer->no_memory && answer->row(answer->user, columns, names, NULL);
	}
	for (size_t i = 0; i < columns; i++)
		answer->cells[i] = cell_of_value(&values[i], answer->scratch[i]);
	return answer->row(answer->user, columns, names, answer->cells);
}

/* ---- what may pass */

/* The first word, past spaces and comments. */
static struct span first_word(const char *text)
{
	size_t len = 0;

	for (;;) {
		text += strspn(text, " \t\r\n;");
		if (strncmp(text, "--", 2) == 0 || strncmp(text, "//", 2) == 0) {
			text += strcspn(text, "\n");
		} else if (strncmp(text, "/*", 2) == 0) {
			const char *end = strstr(text + 2, "*/");

			text = end ? end + 2 : text + strlen(text);
		} else {
			break;
		}
	}
	while (isalpha((unsigned char)text[len]))
		len++;
	return (struct span){ .data = text, .len = len };
}

static enum status check_reads(const char *text, struct err *err)
{
	static const char *const readers[] = { "SELECT", "DESCRIBE", "DESC" };
	struct span word = first_word(text);

	if (!word.data[0])
		return err_set(err, US_REJECT, EXIT_BAD_USAGE, "the query is empty");
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strlen(readers[i]) == word.len &&
		    strncasecmp(readers[i], word.data, word.len) == 0)
			return US_OK;
	return err_set(err, US_REJECT, EXIT_BAD_USAGE,
		       "the query was refused: only what reads is allowed here (SELECT, DESCRIBE)");
}

/* ---- what is wrong with it */

#define TABLES_MAX 64

struct table_list {
	struct arena arena;
	const char *names[TABLES_MAX];
	size_t count;
};

static bool take_name(void *user, size_t columns, const char *const *names,
		      const struct cassandra_value *values)
{
	struct table_list *list = user;
	const char *name;

	(void)names;
	if (!values || columns < 1 || list->count == TABLES_MAX)
		return values == NULL;
	name = arena_strndup(&list->arena, values[0].data, values[0].len);
	if (name)
		list->names[list->count++] = name;
	return name != NULL;
}

/* "table nothing does not exist", "unconfigured table nothing": the tables that there are. */
static void append_tables(struct cassandra_sink *sink, const char *why, struct buf *out)
{
	const char *name = strstr(why, "table ");
	struct table_list list = { .count = 0 };
	const char *nearest;
	struct buf cql;

	if (!name || (!strstr(why, "does not exist") && !strstr(why, "unconfigured")))
		return;
	name += strlen("table ");
	arena_init(&list.arena, 4096, 1 << 20);
	buf_init(&cql, 4096);
	buf_append_text(&cql, "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ");
	cassandra_ddl_string(&cql, sink->settings.keyspace);
	if (cassandra_run_buf(sink, &cql, "read the tables of", take_name, &list, NULL) == US_OK) {
		nearest = suggest((struct span){ .data = name, .len = strcspn(name, " '\"") },
				  list.names, list.count);
		if (nearest)
			buf_printf(out, "\ndid you mean %s?", nearest);
		buf_append_text(out,
				list.count ? "\nthere are:" : "\nthe keyspace has no tables yet");
		for (size_t i = 0; i < list.count; i++)
			buf_printf(out, "%s %s", i ? "," : "", list.names[i]);
	}
	buf_release(&cql);
	arena_release(&list.arena);
}

static enum status refuse(struct cassandra_sink *sink, int32_t result,
			  const struct cassandra_error *error, struct err *err)
{
	struct buf message;

	if (result != US_REJECT)
		return cassandra_fail(sink, result, error, "read", err);
	buf_init(&message, ERR_TEXT_MAX);
	buf_printf(&message, "the query is wrong: %s", error->text);
	append_tables(sink, error->text, &message);
	err_set(err, US_REJECT, EXIT_BAD_USAGE, "%s", buf_text(&message));
	buf_release(&message);
	return US_REJECT;
}

enum status cassandra_query(struct sink *base, const char *text, sink_row_fn row, void *user,
			    struct err *err)
{
	struct cassandra_sink *sink = cassandra_of(base);
	struct answer answer = { .row = row, .user = user };
	struct cassandra_error error = { .kind = NULL };
	enum status status = check_reads(text, err);
	struct buf tables;
	int32_t result;

	if (status != US_OK)
		return status;
	buf_init(&tables, 4096);
	if (strcmp(text, CASSANDRA_TABLES_QUERY) == 0) {
		/* of this keyspace, the names first */
		buf_append_text(&tables, "SELECT table_name AS \"table\", comment FROM "
					 "system_schema.tables WHERE keyspace_name = ");
		cassandra_ddl_string(&tables, sink->settings.keyspace);
		text = buf_text(&tables);
	}
	result = sink->api->query(sink->session, text, give_row, &answer, &error);
	buf_release(&tables);
	if (result != US_OK)
		status = refuse(sink, result, &error, err);
	else if (answer.no_memory)
		status = err_no_memory(err, "answering a query");
	mem_free(answer.cells);
	mem_free(answer.scratch);
	return status;
}

/*
 * memory_query.c - reads the query word by word, then walks the table.
 */
#include "sink/memory_query.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "sink/cell.h"
#include "sink/ddl.h"

struct select {
	struct span *columns; /* as written */
	size_t column_count;
	bool all;
	bool count;
	struct span table;
	uint64_t limit;
};

/* ---- reading */

static struct span next_word(const char **at)
{
	const char *start = *at + strspn(*at, " \t\r\n"), *end = start;

	if (*start == '"') {
		end = strchr(start + 1, '"');
		if (end) {
			*at = end + 1;
			return (struct span){ .data = start + 1, .len = (size_t)(end - start - 1) };
		}
		end = start;
	}
	while (isalnum((unsigned char)*end) || *end == '_')
		end++;
	if (end == start && *end)
		end++;
	*at = end;
	return (struct span){ .data = start, .len = (size_t)(end - start) };
}

static bool is_word(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.data, text, word.len) == 0;
}

/* What stands between SELECT and FROM. */
static bool read_columns(const char **at, struct select *select)
{
	const char *ahead = *at;
	struct span word = next_word(&ahead);

	if (is_word(word, "*")) {
		select->all = true;
		*at = ahead;
		return true;
	}
	if (is_word(word, "count") && is_word(next_word(&ahead), "(")) {
		select->count = true;
		*at = ahead;
		return is_word(next_word(at), "*") && is_word(next_word(at), ")");
	}
	do {
		if (select->column_count == strlen(*at))
			return false;
		word = next_word(at);
		select->columns[select->column_count++] = word;
		ahead = *at;
		word = next_word(&ahead);
		if (is_word(word, ","))
			*at = ahead;
	} while (is_word(word, ","));
	return true;
}

static bool read_select(const char *text, struct select *select)
{
	const char *at = text;
	struct span word;
	char *end;

	if (!is_word(next_word(&at), "select") || !read_columns(&at, select) ||
	    !is_word(next_word(&at), "from"))
		return false;
	select->table = next_word(&at);
	select->limit = UINT64_MAX;
	word = next_word(&at);
	if (is_word(word, "limit")) {
		word = next_word(&at);
		if (!word.len || !isdigit((unsigned char)*word.data))
			return false;
		select->limit = strtoull(word.data, &end, 10);
		word = next_word(&at);
	}
	if (is_word(word, ";"))
		word = next_word(&at);
	return word.len == 0 && select->table.len > 0;
}

/* ---- answering */

static bool send_count(const struct memory_table *table, sink_row_fn row, void *user)
{
	static const char *const names[] = { "count(*)" };
	char text[24];
	int len = snprintf(text, sizeof(text), "%zu", table->rows.count);
	struct sink_cell cell = { .kind = CELL_INTEGER,
				  .text = { .data = text, .len = (size_t)len } };

	return row(user, 1, names, NULL) && row(user, 1, names, &cell);
}

struct projection {
	size_t *columns; /* of the table; column_count: the stamp */
	const char **names;
	struct sink_cell *cells;
	size_t count;
};

static void projection_release(struct projection *projection)
{
	mem_free(projection->columns);
	mem_free(projection->names);
	mem_free(projection->cells);
}

static bool projection_init(struct projection *projection, size_t count)
{
	projection->count = count;
	projection->columns = mem_calloc(count, sizeof(*projection->columns));
	projection->names = mem_calloc(count, sizeof(*projection->names));
	projection->cells = mem_calloc(count, sizeof(*projection->cells));
	return projection->columns && projection->names && projection->cells;
}

static enum status projection_resolve(struct projection *projection, const struct select *select,
				      const struct memory_table *table, struct err *err)
{
	for (size_t i = 0; i < projection->count; i++) {
		size_t at = select->all ? i : 0;

		while (!select->all && at < table->column_count &&
		       !is_word(select->columns[i], table->columns[at].name))
			at++;
		if (at == table->column_count && !select->all &&
		    !is_word(select->columns[i], STAMP_COLUMN))
			return err_set(err, US_REJECT, EXIT_BAD_USAGE,
				       "table %s has no column \"%.*s\"", table->name,
				       (int)select->columns[i].len, select->columns[i].data);
		projection->columns[i] = at;
		projection->names[i] = at < table->column_count ? table->columns[at].name
								: STAMP_COLUMN;
	}
	return US_OK;
}

static void send_rows(const struct memory_table *table, struct projection *projection,
		      uint64_t limit, sink_row_fn row, void *user)
{
	uint64_t sent = 0;

	if (!row(user, projection->count, projection->names, NULL))
		return;
	for (size_t i = 0; i < table->rows.capacity && sent < limit; i++) {
		const struct memory_row *stored = table->rows.slots[i];
		char stamp[24];

		if (!stored)
			continue;
		for (size_t j = 0; j < projection->count; j++) {
			if (projection->columns[j] < table->column_count) {
				projection->cells[j] = memory_cell(stored, projection->columns[j]);
				continue;
			}
			int len = snprintf(stamp, sizeof(stamp), "%" PRId64, stored->stamp);
			projection->cells[j] = (struct sink_cell){
				.kind = CELL_INTEGER, .text = { .data = stamp, .len = (size_t)len }
			};
		}
		if (!row(user, projection->count, projection->names, projection->cells))
			return;
		sent++;
	}
}

enum status memory_query_run(const struct sink_store *store, const char *text, sink_row_fn row,
			     void *user, struct err *err)
{
	struct select select = { .columns = mem_calloc(strlen(text) + 1, sizeof(struct span)) };
	struct projection projection = { .count = 0 };
	const struct memory_table *table;
	enum status status = US_OK;

	if (!select.columns)
		return err_no_memory(err, "reading a query");
	if (!read_select(text, &select)) {
		status = err_set(err, US_REJECT, EXIT_BAD_USAGE,
				 "the memory sink answers only SELECT * | count(*) | column, ... "
				 "FROM table [LIMIT n], not: %s",
				 text);
		goto out;
	}
	table = store_table(store, select.table);
	if (!table) {
		status = err_set(err, US_REJECT, EXIT_BAD_USAGE, "there is no table \"%.*s\"",
				 (int)select.table.len, select.table.data);
		goto out;
	}
	if (select.count) {
		send_count(table, row, user);
		goto out;
	}
	if (!projection_init(&projection,
			     select.all ? table->column_count + 1 : select.column_count)) {
		status = err_no_memory(err, "answering a query");
		goto out;
	}
	status = projection_resolve(&projection, &select, table, err);
	if (status == US_OK)
		send_rows(table, &projection, select.limit, row, user);
out:
	projection_release(&projection);
	mem_free(select.columns);
	return status;
}

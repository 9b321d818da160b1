/*
 * ddl.c - SQL texts made from a table_def.
 *
 * The declared types are the pipeline file's own (UUID, TIMESTAMP, BOOLEAN): SQLite accepts any
 * name and derives an affinity from it, none of which changes a value that we store (a UUID or a
 * time is never a number as a whole). So .schema says what a column means, drivers that read
 * declared types convert by them, and a changed pipeline file is found by comparing. STRICT tables
 * would know TEXT and INTEGER only.
 */
#include "sink/ddl.h"

#include <ctype.h>
#include <sqlite3.h>
#include <string.h>

static bool is_plain(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (const char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '_')
			return false;
	}
	return !sqlite3_keyword_check(name, (int)strlen(name));
}

void ddl_name(struct buf *out, const char *name)
{
	if (is_plain(name)) {
		buf_append_text(out, name);
		return;
	}
	buf_append_char(out, '"');
	for (const char *c = name; *c; c++) {
		if (*c == '"')
			buf_append_char(out, '"');
		buf_append_char(out, *c);
	}
	buf_append_char(out, '"');
}

/* One line of its own, whatever is in it. */
static void append_comment(struct buf *out, const char *comment)
{
	if (!comment)
		return;
	buf_append_text(out, " -- ");
	for (const char *c = comment; *c; c++)
		buf_append_char(out, (unsigned char)*c < ' ' ? ' ' : *c);
}

static void append_key(struct buf *out, const struct table_def *table, bool with_order)
{
	for (size_t i = 0; i < table->key_count; i++) {
		if (i)
			buf_append_text(out, ", ");
		ddl_name(out, table->columns[table->key[i]].name);
		if (with_order && table->key_order[i] == SORT_DESCENDING)
			buf_append_text(out, " DESC");
	}
}

static bool is_key(const struct table_def *table, size_t column)
{
	for (size_t i = 0; i < table->key_count; i++) {
		if (table->key[i] == column)
			return true;
	}
	return false;
}

void ddl_sqlite_table(struct buf *out, const struct table_def *table)
{
	buf_append_text(out, "CREATE TABLE IF NOT EXISTS ");
	ddl_name(out, table->name);
	buf_append_text(out, " (");
	append_comment(out, table->comment);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column_def *column = &table->columns[i];

		buf_append_text(out, "\n  ");
		ddl_name(out, column->name);
		buf_printf(out, " %s%s,", column_type_name(column->type),
			   column->not_null ? " NOT NULL" : "");
		append_comment(out, column->comment);
	}
	buf_append_text(out, "\n  " STAMP_COLUMN
			     " BIGINT NOT NULL, -- order of writing, microseconds; a lower one "
			     "never replaces a higher one\n  PRIMARY KEY (");
	append_key(out, table, true);
	buf_append_text(out, ")\n);\n");
}

void ddl_sqlite_add_column(struct buf *out, const struct table_def *table, size_t column)
{
	buf_append_text(out, "ALTER TABLE ");
	ddl_name(out, table->name);
	buf_append_text(out, " ADD COLUMN ");
	ddl_name(out, table->columns[column].name);
	buf_printf(out, " %s", column_type_name(table->columns[column].type));
}

static void append_assignment(struct buf *out, const struct table_def *table, size_t column)
{
	const char *name = table->columns[column].name;

	ddl_name(out, name);
	if (table->keep_nulls && !table->columns[column].not_null) {
		buf_append_text(out, " = coalesce(excluded.");
		ddl_name(out, name);
		buf_append_text(out, ", ");
		ddl_name(out, table->name);
		buf_append_char(out, '.');
		ddl_name(out, name);
		buf_append_text(out, "), ");
	} else {
		buf_append_text(out, " = excluded.");
		ddl_name(out, name);
		buf_append_text(out, ", ");
	}
}

void ddl_sqlite_upsert(struct buf *out, const struct table_def *table)
{
	buf_append_text(out, "INSERT INTO ");
	ddl_name(out, table->name);
	buf_append_text(out, " (");
	for (size_t i = 0; i < table->column_count; i++) {
		ddl_name(out, table->columns[i].name);
		buf_append_text(out, ", ");
	}
	buf_append_text(out, STAMP_COLUMN ") VALUES (");
	for (size_t i = 0; i < table->column_count; i++)
		buf_printf(out, "?%zu, ", i + 1);
	buf_printf(out, "?%zu) ON CONFLICT (", table->column_count + 1);
	append_key(out, table, false);
	buf_append_text(out, ") DO UPDATE SET ");
	for (size_t i = 0; i < table->column_count; i++) {
		if (!is_key(table, i))
			append_assignment(out, table, i);
	}
	buf_append_text(out, STAMP_COLUMN " = excluded." STAMP_COLUMN
					  " WHERE excluded." STAMP_COLUMN " >= ");
	ddl_name(out, table->name);
	buf_append_text(out, "." STAMP_COLUMN);
}

/*
 * bind_table.c - a statement: its columns, its key, its constraints. Its SELECT is bind_select.c's.
 */
#include <stdio.h>
#include <string.h>

#include "core/ledger.h"
#include "sql/binder.h"
#include "sql/function.h"

#define MAX_COLUMNS 1000

struct sql_type column_sql_type(enum column_type type)
{
	static const enum sql_kind kinds[] = {
		[COLUMN_TEXT] = SQL_STRING,
		[COLUMN_UUID] = SQL_STRING,
		[COLUMN_INT] = SQL_INT,
		[COLUMN_BIGINT] = SQL_BIGINT,
		[COLUMN_DOUBLE] = SQL_DOUBLE,
		[COLUMN_BOOLEAN] = SQL_BOOLEAN,
		[COLUMN_TIMESTAMP] = SQL_TIMESTAMP,
		[COLUMN_DATE] = SQL_DATE,
	};

	return SQL_TYPE(kinds[type]);
}

void bind_error_at(struct binder *binder, struct ast_name name, const char *hint, const char *text)
{
	diag_add(binder->diags, DIAG_ERROR, name.start, name.len, hint, "%s: %.*s", text,
		 (int)name.text.len, name.text.data);
}

const char *bind_copy(struct binder *binder, struct span text)
{
	const char *copy = text.data ? arena_strndup(binder->arena, text.data, text.len) : NULL;

	if (text.data && !copy)
		bind_no_memory(binder);
	return copy;
}

const char *bind_copy_source(struct binder *binder, uint32_t start, uint32_t len)
{
	return bind_copy(binder, (struct span){ .data = binder->source.data + start, .len = len });
}

/* ---- the declaration */

static void check_name(struct binder *binder, struct ast_name name, const char *what)
{
	if (name.text.len >= LEDGER_NAME_MAX)
		diag_add(binder->diags, DIAG_ERROR, name.start, name.len, NULL,
			 "the name of a %s has at most %d bytes", what, LEDGER_NAME_MAX - 1);
	else if (name.text.data[0] == '_' || memchr(name.text.data, '\0', name.text.len))
		diag_add(binder->diags, DIAG_ERROR, name.start, name.len, NULL,
			 "the name of a %s does not begin with _: those are userstream's own",
			 what);
	else if (name.text.len >= 7 && strncasecmp(name.text.data, "sqlite_", 7) == 0)
		diag_add(binder->diags, DIAG_ERROR, name.start, name.len, NULL,
			 "names that begin with sqlite_ are SQLite's own");
}

static bool bind_columns(struct binder *binder, const struct ast_table *table)
{
	const struct ast_column *columns = table->columns.items;
	struct column_def *defs;

	defs = arena_calloc(binder->arena, table->columns.count + 1, sizeof(*defs));
	if (!defs)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < table->columns.count; i++) {
		check_name(binder, columns[i].name, "column");
		if (bind_find_column(table, columns[i].name.text) != (ptrdiff_t)i)
			bind_error_at(binder, columns[i].name,
				      "the case of letters does not tell columns apart",
				      "a second column of the same name");
		defs[i] = (struct column_def){ .name = bind_copy(binder, columns[i].name.text),
					       .type = columns[i].type,
					       .not_null = columns[i].not_null,
					       .comment = bind_copy(binder, columns[i].comment) };
	}
	binder->table.out->def.columns = defs;
	binder->table.out->def.column_count = table->columns.count;
	return !binder->no_memory;
}

static bool key_has(const size_t *key, size_t count, size_t column)
{
	for (size_t i = 0; i < count; i++) {
		if (key[i] == column)
			return true;
	}
	return false;
}

static void bind_ordering(struct binder *binder, const struct ast_table *table,
			  enum sort_order *orders)
{
	const struct ast_order *ordering = table->ordering.items;
	const struct ast_name *key = table->key.items;
	size_t first = table->partition_key_count;

	for (size_t i = 0; i < table->ordering.count; i++) {
		if (first + i >= table->key.count ||
		    !name_equal(key[first + i].text, ordering[i].name.text)) {
			bind_error_at(
			    binder, ordering[i].name,
			    "CLUSTERING ORDER BY takes the columns of the key that follow the "
			    "partition key, in their order",
			    "not the next clustering column");
			return;
		}
		orders[first + i] = ordering[i].order;
	}
}

static const char *suggest_column(struct binder *binder, struct span name)
{
	const struct ast_table *table = binder->table.ast;
	const struct ast_column *columns = table->columns.items;
	struct span *names = arena_calloc(binder->arena, table->columns.count + 1, sizeof(*names));

	if (!names)
		return bind_no_memory(binder);
	for (size_t i = 0; i < table->columns.count; i++)
		names[i] = columns[i].name.text;
	return bind_suggest(binder, name, names, table->columns.count);
}

static bool bind_key(struct binder *binder, const struct ast_table *table)
{
	const struct ast_name *names = table->key.items;
	size_t *key = arena_calloc(binder->arena, table->key.count + 1, sizeof(*key));
	enum sort_order *orders = arena_calloc(binder->arena, table->key.count + 1,
					       sizeof(*orders));
	struct table_def *def = &binder->table.out->def;
	struct column_def *columns = arena_calloc(binder->arena, def->column_count + 1,
						  sizeof(*columns));

	if (!key || !orders || !columns)
		return bind_no_memory(binder) != NULL;
	memcpy(columns, def->columns, def->column_count * sizeof(*columns));
	if (!table->has_key && !table->damaged)
		diag_add(binder->diags, DIAG_ERROR, table->start, table->len,
			 "add PRIMARY KEY (id), with the column that tells rows apart",
			 "the table has no PRIMARY KEY");
	for (size_t i = 0; i < table->key.count; i++) {
		ptrdiff_t column = bind_find_column(table, names[i].text);

		if (column < 0) {
			if (!table->damaged)
				bind_error_at(binder, names[i],
					      suggest_column(binder, names[i].text),
					      "the PRIMARY KEY names no column of the table");
			continue;
		}
		if (key_has(key, def->key_count, (size_t)column))
			bind_error_at(binder, names[i], "each column stands in it once",
				      "twice in the PRIMARY KEY");
		key[def->key_count++] = (size_t)column;
		columns[column].not_null = true;
	}
	bind_ordering(binder, table, orders);
	def->columns = columns;
	def->key = key;
	def->key_order = orders;
	def->partition_key_count = table->partition_key_count;
	return true;
}

/* ---- constraints */

static bool bind_constraints(struct binder *binder, const struct ast_table *table)
{
	const struct ast_constraint *from = table->constraints.items;
	struct plan_table *out = binder->table.out;
	size_t count = table->constraints.count;

	out->constraints = arena_calloc(binder->arena, count + 1, sizeof(*out->constraints));
	out->checks = arena_calloc(binder->arena, count + 1, sizeof(struct expr *));
	if (!out->constraints || !out->checks)
		return bind_no_memory(binder) != NULL;
	binder->scope = BIND_CHECK;
	binder->dag = &plan_source(binder->plan, binder->index)->dag;
	out->constraint_count = count;
	for (size_t i = 0; i < count && !binder->no_memory; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!name_equal(from[i].name.text, from[j].name.text))
				continue;
			bind_error_at(binder, from[i].name, "dead letters are told apart by it",
				      "a second constraint of the same name");
			break;
		}
		out->constraints[i] = (struct constraint_def){
			.name = bind_copy(binder, from[i].name.text),
			.action = from[i].action,
			.text = bind_copy_source(binder, from[i].start, from[i].len)
		};
		if (from[i].condition)
			out->checks[i] = bind_condition(binder, from[i].condition, "EXPECT");
	}
	return !binder->no_memory;
}

/* Names, key, and the columns' types. */
static bool bind_declaration(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;
	struct plan_table *out = binder->table.out;

	out->def.comment = bind_copy(binder, table->comment);
	out->def.keep_nulls = table->keep_nulls;
	out->columns = arena_calloc(binder->arena, table->columns.count + 1, sizeof(*out->columns));
	if (!out->columns)
		return bind_no_memory(binder) != NULL;
	return bind_columns(binder, table) && bind_key(binder, table);
}

bool bind_statement(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;

	memset(&binder->fields, 0, sizeof(binder->fields));
	if (table->bare)
		return bind_bare_select(binder);
	if (!table->name.text.data)
		return true; /* its head was not understood */
	check_name(binder, table->name, "table");
	if (table->columns.count > MAX_COLUMNS || table->items.count > MAX_COLUMNS) {
		bind_error_at(binder, table->name, NULL, "a table of more than 1000 columns");
		return true;
	}
	return bind_declaration(binder) && bind_select(binder) && bind_constraints(binder, table) &&
	       !binder->no_memory;
}

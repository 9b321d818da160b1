/*
 * bind_table.c - a statement: its columns, its key, what the SELECT gives each column, WHERE, and
 * the constraints.
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

static void error_at(struct binder *binder, struct ast_name name, const char *hint,
		     const char *text)
{
	diag_add(binder->diags, DIAG_ERROR, name.start, name.len, hint, "%s: %.*s", text,
		 (int)name.text.len, name.text.data);
}

static const char *copy_text(struct binder *binder, struct span text)
{
	const char *copy = text.data ? arena_strndup(binder->arena, text.data, text.len) : NULL;

	if (text.data && !copy)
		bind_no_memory(binder);
	return copy;
}

/* The text of the file from start to start + len. */
static const char *copy_source(struct binder *binder, uint32_t start, uint32_t len)
{
	return copy_text(binder, (struct span){ .data = binder->source.data + start, .len = len });
}

/* The column of that name, or -1. */
static ptrdiff_t find_column(const struct ast_table *table, struct span name)
{
	const struct ast_column *columns = table->columns.items;

	for (size_t i = 0; i < table->columns.count; i++) {
		if (name_equal(columns[i].name.text, name))
			return (ptrdiff_t)i;
	}
	return -1;
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
		if (find_column(table, columns[i].name.text) != (ptrdiff_t)i)
			error_at(binder, columns[i].name,
				 "the case of letters does not tell columns apart",
				 "a second column of the same name");
		defs[i] = (struct column_def){ .name = copy_text(binder, columns[i].name.text),
					       .type = columns[i].type,
					       .not_null = columns[i].not_null,
					       .comment = copy_text(binder, columns[i].comment) };
	}
	binder->out->def.columns = defs;
	binder->out->def.column_count = table->columns.count;
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
			error_at(binder, ordering[i].name,
				 "CLUSTERING ORDER BY takes the columns of the key that follow the "
				 "partition key, in their order",
				 "not the next clustering column");
			return;
		}
		orders[first + i] = ordering[i].order;
	}
}

static bool bind_key(struct binder *binder, const struct ast_table *table)
{
	const struct ast_name *names = table->key.items;
	size_t *key = arena_calloc(binder->arena, table->key.count + 1, sizeof(*key));
	enum sort_order *orders = arena_calloc(binder->arena, table->key.count + 1,
					       sizeof(*orders));
	struct table_def *def = &binder->out->def;
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
		ptrdiff_t column = find_column(table, names[i].text);

		if (column < 0) {
			if (!table->damaged)
				error_at(binder, names[i], NULL,
					 "the PRIMARY KEY names no column of the table");
			continue;
		}
		if (key_has(key, def->key_count, (size_t)column))
			error_at(binder, names[i], NULL, "twice in the PRIMARY KEY");
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

/* ---- the SELECT */

/* The name that an item has: its alias, or a path's last field. */
struct ast_name bind_item_name(const struct ast_item *item)
{
	const struct ast *expr = item->expr;

	if (item->alias.text.data)
		return item->alias;
	if (expr && (expr->kind == AST_NAME || expr->kind == AST_FIELD))
		return (
		    struct ast_name){ .text = expr->text, .start = expr->start, .len = expr->len };
	return (struct ast_name){ .text = SPAN_NULL };
}

/* The item's value as the column's declared type. */
static void bind_conversion(struct binder *binder, const struct ast_item *item, size_t column,
			    struct expr *source)
{
	struct plan_column *out = &binder->out->columns[column];
	const struct column_def *def = &binder->out->def.columns[column];
	struct sql_type type = column_sql_type(def->type);
	char from[32];

	out->source = source;
	out->text = copy_source(binder, item->expr->start, item->expr->len);
	out->reason = arena_printf(binder->arena, "column %s", def->name ? def->name : "");
	if (!out->reason)
		bind_no_memory(binder);
	if (def->type == COLUMN_UUID && source->type.kind != SQL_STRING &&
	    source->type.kind != SQL_NULL) {
		diag_add(binder->diags, DIAG_ERROR, item->expr->start, item->expr->len,
			 "a UUID is made from its text, 8-4-4-4-12 hexadecimal digits",
			 "%s cannot be stored as UUID in column %s",
			 sql_type_text(source->type, from, sizeof(from)), def->name);
		return;
	}
	if (source->type.kind != SQL_NULL && !sql_type_equal(source->type, type) &&
	    !cast_is_possible(source->type, type)) {
		diag_add(binder->diags, DIAG_ERROR, item->expr->start, item->expr->len, NULL,
			 "%s cannot be stored as %s in column %s",
			 sql_type_text(source->type, from, sizeof(from)),
			 column_type_name(def->type), def->name);
		return;
	}
	out->value = bind_cast(binder, item->expr, source, type);
}

static void undeclared_item(struct binder *binder, const struct ast_table *table,
			    struct ast_name name)
{
	if (!table->damaged)
		error_at(binder, name, "declare it in the table, with its type",
			 "the table has no such column");
}

/* Bind items from left to right; each is then an alias for those that follow. */
static bool bind_items(struct binder *binder, const struct ast_table *table)
{
	const struct ast_item *items = table->items.items;
	size_t count = table->items.count;
	struct bind_alias *aliases = arena_calloc(binder->arena, count + 1, sizeof(*aliases));
	bool *given = arena_calloc(binder->arena, table->columns.count + 1, sizeof(*given));

	if (!aliases || !given)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < count; i++)
		aliases[i].name = items[i].alias.text;
	binder->aliases = aliases;
	bind_find_fields(binder, aliases);
	for (size_t i = 0; i < count && !binder->no_memory; i++) {
		struct ast_name name = bind_item_name(&items[i]);
		ptrdiff_t column = name.text.data ? find_column(table, name.text) : -1;

		binder->alias_count = i;
		aliases[i].expr = items[i].expr ? bind_expr(binder, items[i].expr) : NULL;
		if (!name.text.data)
			diag_add(binder->diags, DIAG_ERROR, items[i].expr->start,
				 items[i].expr->len, "write: … AS column",
				 "this expression has no name");
		else if (column < 0)
			undeclared_item(binder, table, name);
		else if (given[column])
			error_at(binder, name, NULL, "the SELECT gives this column twice");
		else if (aliases[i].expr)
			bind_conversion(binder, &items[i], (size_t)column, aliases[i].expr);
		if (column >= 0)
			given[column] = true;
	}
	for (size_t i = 0; i < table->columns.count && !table->damaged; i++) {
		const struct ast_column *columns = table->columns.items;

		if (!given[i] && find_column(table, columns[i].name.text) == (ptrdiff_t)i)
			error_at(binder, columns[i].name, "add: … AS this name to the SELECT",
				 "the SELECT gives no value for this column");
	}
	return !binder->no_memory;
}

struct expr *bind_condition(struct binder *binder, const struct ast *ast, const char *what)
{
	struct expr *expr = bind_expr(binder, ast);
	char type[32];

	if (!expr || expr->type.kind == SQL_BOOLEAN)
		return expr;
	if (expr->type.kind == SQL_NULL)
		return bind_cast(binder, ast, expr, SQL_TYPE(SQL_BOOLEAN));
	diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, "compare it with something",
		 "%s needs a BOOLEAN, this is %s", what,
		 sql_type_text(expr->type, type, sizeof(type)));
	return NULL;
}

bool bind_where(struct binder *binder)
{
	const struct ast *where = binder->table->where;

	if (!where)
		return true;
	binder->scope = BIND_WHERE;
	binder->out->where = bind_condition(binder, where, "WHERE");
	binder->out->where_text = copy_source(binder, where->start, where->len);
	return !binder->no_memory;
}

/* ---- constraints */

static bool bind_constraints(struct binder *binder, const struct ast_table *table)
{
	const struct ast_constraint *from = table->constraints.items;
	struct plan_table *out = binder->out;
	size_t count = table->constraints.count;

	out->constraints = arena_calloc(binder->arena, count + 1, sizeof(*out->constraints));
	out->checks = arena_calloc(binder->arena, count + 1, sizeof(struct expr *));
	if (!out->constraints || !out->checks)
		return bind_no_memory(binder) != NULL;
	binder->scope = BIND_CHECK;
	binder->dag = &out->check_dag;
	out->constraint_count = count;
	for (size_t i = 0; i < count && !binder->no_memory; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!name_equal(from[i].name.text, from[j].name.text))
				continue;
			error_at(binder, from[i].name, "dead letters are told apart by it",
				 "a second constraint of the same name");
			break;
		}
		out->constraints[i] = (struct constraint_def){
			.name = copy_text(binder, from[i].name.text),
			.action = from[i].action,
			.text = copy_source(binder, from[i].start, from[i].len)
		};
		if (from[i].condition)
			out->checks[i] = bind_condition(binder, from[i].condition, "EXPECT");
	}
	return !binder->no_memory;
}

static void check_stream(struct binder *binder, const struct ast_table *table)
{
	const char *stream = binder->options ? binder->options->stream : NULL;
	char hint[200];

	if (!table->stream.text.data || !stream || name_equal(table->stream.text, span_of(stream)))
		return;
	snprintf(hint, sizeof(hint), "FROM STREAM %s", stream);
	error_at(binder, table->stream, hint, "there is no such stream");
}

/* What exec computes for the table's columns: sources and values. */
bool bind_list_wanted(struct binder *binder)
{
	struct plan_table *out = binder->out;
	size_t columns = out->def.column_count;

	out->wanted = arena_calloc(binder->arena, 2 * columns + 1, sizeof(struct expr *));
	if (!out->wanted)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < columns; i++) {
		if (out->columns[i].source)
			out->wanted[out->wanted_count++] = out->columns[i].source;
		if (out->columns[i].value && out->columns[i].value != out->columns[i].source)
			out->wanted[out->wanted_count++] = out->columns[i].value;
	}
	return true;
}

bool bind_table(struct binder *binder, const struct ast_table *table, struct plan_table *out)
{
	binder->table = table;
	binder->out = out;
	dag_init(&out->check_dag, binder->arena);
	if (table->bare)
		return bind_bare_select(binder);
	if (!table->name.text.data)
		return true; /* its head was not understood */
	check_name(binder, table->name, "table");
	check_stream(binder, table);
	if (table->columns.count > MAX_COLUMNS || table->items.count > MAX_COLUMNS) {
		error_at(binder, table->name, NULL, "a table of more than 1000 columns");
		return true;
	}
	out->def.name = copy_text(binder, table->name.text);
	out->def.comment = copy_text(binder, table->comment);
	out->def.keep_nulls = table->keep_nulls;
	out->columns = arena_calloc(binder->arena, table->columns.count + 1, sizeof(*out->columns));
	if (!out->columns || !bind_columns(binder, table) || !bind_key(binder, table))
		return bind_no_memory(binder) != NULL;
	binder->scope = BIND_SELECT;
	binder->dag = &binder->plan->dag;
	if (!bind_items(binder, table))
		return false;
	if (!bind_where(binder))
		return false;
	return bind_list_wanted(binder) && bind_constraints(binder, table) && !binder->no_memory;
}

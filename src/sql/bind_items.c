/*
 * bind_items.c - what the SELECT gives each column of the table, and WHERE.
 */
#include <math.h>
#include <string.h>

#include "sql/binder.h"
#include "sql/function.h"
#include "sql/resolve.h"
#include "sql/uuid_parse.h"
#include "sql/value_text.h"

/* ---- items */

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

/* Whether values of one type can become another; a DATE as a number is always NULL in Spark. */
static bool is_storable(struct sql_type from, struct sql_type to)
{
	if (from.kind == SQL_DATE && (type_is_number(to) || to.kind == SQL_BOOLEAN))
		return false;
	return cast_is_possible(from, to);
}

static bool fits(const struct expr *value, enum column_type type)
{
	uint8_t uuid[16];

	if (expr_is_null_literal(value))
		return false;
	if (type == COLUMN_UUID)
		return uuid_parse(value->literal.as.text[0], uuid);
	return type != COLUMN_DOUBLE || !isnan(value->literal.as.real[0]);
}

/* A constant that does not fit its column would reject every record. */
static void check_constant(struct binder *binder, const struct ast *ast,
			   const struct column_def *def, const struct plan_column *column)
{
	const struct expr *source = column->source, *value = column->value;
	struct buf text;

	if (!value || source->kind != EXPR_LITERAL || value->kind != EXPR_LITERAL ||
	    expr_is_null_literal(source) || fits(value, def->type))
		return;
	buf_init(&text, 4096);
	if (source->hidden)
		buf_append_text(&text, "the variable's value");
	else
		value_print(&source->literal, 0, &text);
	diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL, "%s is no %s for column %s",
		 buf_text(&text), column_type_name(def->type), def->name);
	buf_release(&text);
}

/* The item's value as the column's declared type. */
static void bind_conversion(struct binder *binder, const struct ast_item *item, size_t column,
			    struct expr *source)
{
	struct plan_column *out = &binder->table.out->columns[column];
	const struct column_def *def = &binder->table.out->def.columns[column];
	struct sql_type type = column_sql_type(def->type);
	char from[32];

	out->source = source;
	out->text = bind_copy_source(binder, item->expr->start, item->expr->len);
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
	    !is_storable(source->type, type)) {
		diag_add(binder->diags, DIAG_ERROR, item->expr->start, item->expr->len,
			 type.kind == SQL_BOOLEAN        ? "compare it with something"
			 : source->type.kind == SQL_DATE ? "unix_date(x) is the number of its days"
							 : "CAST(x AS STRING) is its text",
			 "%s cannot be stored as %s in column %s",
			 sql_type_text(source->type, from, sizeof(from)),
			 column_type_name(def->type), def->name);
		return;
	}
	out->value = bind_cast(binder, item->expr, source, type);
	check_constant(binder, item->expr, def, out);
}

struct giving {
	struct binder *binder;
	bool *given;    /* by column */
	size_t unnamed; /* items without a name, which is told */
};

/* An item's value (NULL: it had errors) goes to the column of its name. */
static void give_column(struct giving *giving, const struct ast_item *item, struct ast_name name,
			struct expr *value)
{
	struct binder *binder = giving->binder;
	ptrdiff_t column = bind_find_column(binder->table.ast, name.text);

	if (column < 0) {
		if (!binder->table.ast->damaged)
			bind_error_at(binder, name, "declare it in the table, with its type",
				      "the table has no such column");
		return;
	}
	if (giving->given[column])
		bind_error_at(binder, name, "leave one of the two out",
			      "the SELECT gives this column twice");
	else if (value)
		bind_conversion(binder, item, (size_t)column, value);
	giving->given[column] = true;
}

/* What explode makes: one column or two. */
static void give_elements(struct giving *giving, const struct ast_item *item)
{
	struct binder *binder = giving->binder;
	const struct bind_alias *elements = binder->elements;

	for (int i = ELEMENT_COUNT - 1; i >= 0; i--) {
		struct ast_name name = { .text = elements[i].name,
					 .start = item->expr->start,
					 .len = item->expr->len };

		if (!elements[i].name.data)
			continue;
		if (item->alias.text.data == elements[i].name.data)
			name = item->alias;
		else if (item->second.text.data == elements[i].name.data)
			name = item->second;
		give_column(giving, item, name, elements[i].expr);
	}
}

static void give_item(struct giving *giving, const struct ast_item *item, struct expr **value)
{
	struct binder *binder = giving->binder;
	struct ast_name name = bind_item_name(item);

	*value = item->expr ? bind_expr(binder, item->expr) : NULL;
	if (item->second.text.data)
		bind_error_at(binder, item->second, "AS name", "an expression has one name");
	if (name.text.data)
		give_column(giving, item, name, *value);
	else if (item->expr)
		diag_add(binder->diags, DIAG_ERROR, item->expr->start, item->expr->len,
			 "add AS and the column that it is for", "this expression has no name");
	giving->unnamed += !name.text.data;
}

static bool is_missing(const struct giving *giving, size_t column)
{
	const struct ast_table *table = giving->binder->table.ast;
	const struct ast_column *columns = table->columns.items;

	return !giving->given[column] &&
	       bind_find_column(table, columns[column].name.text) == (ptrdiff_t)column;
}

static void miss_columns(const struct giving *giving)
{
	struct binder *binder = giving->binder;
	const struct ast_table *table = binder->table.ast;
	const struct ast_column *columns = table->columns.items;
	size_t missing = 0;

	for (size_t i = 0; i < table->columns.count; i++)
		missing += is_missing(giving, i);
	if (missing <= giving->unnamed || table->damaged)
		return; /* those without a name are likely the ones */
	for (size_t i = 0; i < table->columns.count; i++) {
		if (is_missing(giving, i))
			bind_error_at(binder, columns[i].name, "add: … AS this name to the SELECT",
				      "the SELECT gives no value for this column");
	}
}

/* A key of constants only is that of every record. */
static void warn_of_constant_key(struct binder *binder)
{
	const struct table_def *def = &binder->table.out->def;
	const struct ast_name *key = binder->table.ast->key.items;

	for (size_t i = 0; i < def->key_count; i++) {
		const struct expr *value = binder->table.out->columns[def->key[i]].value;

		if (!value || value->kind != EXPR_LITERAL)
			return;
	}
	if (def->key_count)
		diag_add(binder->diags, DIAG_WARNING, key->start, key->len,
			 "'id' and \"id\" are texts, id and `id` are names",
			 "the PRIMARY KEY is a constant: all records make one row");
}

/* Bind items from left to right; each is then an alias for those that follow. */
static bool bind_items(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;
	const struct ast_item *items = table->items.items;
	struct giving giving = { .binder = binder };
	bool generated = false;

	giving.given = arena_calloc(binder->arena, table->columns.count + 1, sizeof(bool));
	if (!giving.given)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < table->items.count && !binder->no_memory; i++) {
		bool generator = items[i].expr && bind_is_generator(items[i].expr);

		binder->alias_count = i;
		if (!generator)
			give_item(&giving, &items[i], &binder->aliases[i].expr);
		else if (!generated && !table->lateral)
			give_elements(&giving, &items[i]);
		else if (items[i].alias.text.data)
			give_column(&giving, &items[i], items[i].alias, NULL);
		generated = generated || generator;
	}
	miss_columns(&giving);
	warn_of_constant_key(binder);
	return !binder->no_memory;
}

/* ---- WHERE */

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

/* ---- the whole */

/* What exec computes for the table's columns: sources and values. */
bool bind_list_wanted(struct binder *binder)
{
	struct plan_table *out = binder->table.out;
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

bool bind_where(struct binder *binder)
{
	const struct ast *where = binder->table.ast->where;

	if (!where)
		return true;
	binder->scope = BIND_WHERE;
	binder->table.out->where = bind_condition(binder, where, "WHERE");
	binder->table.out->where_text = bind_copy_source(binder, where->start, where->len);
	return !binder->no_memory;
}

bool bind_begin_select(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;
	const struct ast_item *items = table->items.items;

	binder->dag = &plan_source(binder->plan, binder->table.out->source)->dag;
	binder->alias_count = 0;
	binder->aliases = arena_calloc(binder->arena, table->items.count + 1,
				       sizeof(*binder->aliases));
	if (!binder->aliases)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < table->items.count; i++)
		if (items[i].expr && !bind_is_generator(items[i].expr))
			binder->aliases[i].name = items[i].alias.text;
	if (!bind_generator(binder))
		return false;
	binder->scope = BIND_SELECT;
	return true;
}

bool bind_select(struct binder *binder)
{
	return bind_begin_select(binder) && bind_items(binder) && bind_where(binder) &&
	       bind_list_wanted(binder);
}

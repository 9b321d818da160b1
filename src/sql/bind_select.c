/*
 * bind_select.c - a SELECT by itself, as people try things out: its columns are what it gives.
 */
#include <string.h>

#include "sql/binder.h"

/* A value in a type that a column can have. NULL: told, or out of memory. */
static struct expr *storable(struct binder *binder, const struct ast *ast, struct expr *expr,
			     enum column_type *type)
{
	static const struct {
		enum sql_kind kind;
		enum column_type type;
	} same[] = { { SQL_STRING, COLUMN_TEXT },         { SQL_UUID, COLUMN_TEXT },
		     { SQL_BOOLEAN, COLUMN_BOOLEAN },     { SQL_INT, COLUMN_INT },
		     { SQL_BIGINT, COLUMN_BIGINT },       { SQL_DOUBLE, COLUMN_DOUBLE },
		     { SQL_TIMESTAMP, COLUMN_TIMESTAMP }, { SQL_DATE, COLUMN_DATE } };

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		if (expr->type.kind == same[i].kind) {
			*type = same[i].type;
			return expr;
		}
	}
	*type = COLUMN_TEXT;
	if (expr->type.kind == SQL_BINARY)
		return bind_call(binder, ast, SPAN_LITERAL("hex"), &expr, 1);
	return bind_cast(binder, ast, expr, SQL_TYPE(SQL_STRING));
}

/* The text on one line: an unnamed column's name. */
static char *one_line(struct binder *binder, const struct ast *ast)
{
	char *name = arena_strndup(binder->arena, binder->source.data + ast->start, ast->len);
	char *to = name;

	for (const char *from = name; from && *from; from++) {
		bool blank = strchr(" \t\r\n", *from) != NULL;

		if (!blank || (to > name && to[-1] != ' '))
			*to++ = blank ? ' ' : *from;
	}
	if (to)
		*to = '\0';
	return name;
}

static bool name_column(struct binder *binder, size_t i, struct column_def *defs)
{
	const struct ast_item *items = binder->table->items.items;
	struct ast_name name = bind_item_name(&items[i]);

	defs[i].name = name.text.data ? arena_strndup(binder->arena, name.text.data, name.text.len)
				      : one_line(binder, items[i].expr);
	if (!defs[i].name)
		return bind_no_memory(binder) != NULL;
	for (size_t j = 0; j < i; j++) {
		if (!defs[j].name || !name_equal(span_of(defs[j].name), span_of(defs[i].name)))
			continue;
		diag_add(binder->diags, DIAG_ERROR, items[i].expr->start, items[i].expr->len,
			 "give one of them another name with AS", "a second column called %s",
			 defs[i].name);
		break;
	}
	return true;
}

static bool bind_item(struct binder *binder, size_t i, struct bind_alias *alias,
		      struct column_def *defs)
{
	const struct ast_item *item = (const struct ast_item *)binder->table->items.items + i;
	struct plan_column *column = &binder->out->columns[i];

	binder->alias_count = i;
	alias->expr = item->expr ? bind_expr(binder, item->expr) : NULL;
	if (!item->expr || !name_column(binder, i, defs))
		return !binder->no_memory;
	column->text = arena_strndup(binder->arena, binder->source.data + item->expr->start,
				     item->expr->len);
	column->reason = defs[i].name;
	if (!column->text)
		return bind_no_memory(binder) != NULL;
	if (alias->expr)
		column->source = column->value = storable(binder, item->expr, alias->expr,
							  &defs[i].type);
	return !binder->no_memory;
}

bool bind_bare_select(struct binder *binder)
{
	const struct ast_table *table = binder->table;
	const struct ast_item *items = table->items.items;
	size_t count = table->items.count;
	struct bind_alias *aliases = arena_calloc(binder->arena, count + 1, sizeof(*aliases));
	struct column_def *defs = arena_calloc(binder->arena, count + 1, sizeof(*defs));

	binder->out->bare = true;
	binder->out->def = (struct table_def){ .name = "", .columns = defs, .column_count = count };
	binder->out->columns = arena_calloc(binder->arena, count + 1, sizeof(struct plan_column));
	if (!aliases || !defs || !binder->out->columns)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < count; i++)
		aliases[i].name = items[i].alias.text;
	binder->scope = BIND_SELECT;
	binder->dag = &binder->plan->dag;
	binder->aliases = aliases;
	bind_find_fields(binder, aliases);
	for (size_t i = 0; i < count; i++) {
		if (!bind_item(binder, i, &aliases[i], defs))
			return false;
	}
	return bind_where(binder) && bind_list_wanted(binder);
}

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

struct bare {
	struct binder *binder;
	struct column_def *defs; /* of binder->table.out->def */
	bool generated;          /* an item further left explodes */
};

/* A column of that name and value more; `item` gives it. */
static bool add_column(struct bare *bare, const struct ast_item *item, const char *name,
		       struct expr *value)
{
	struct binder *binder = bare->binder;
	struct table_def *def = &binder->table.out->def;
	struct column_def *defs = bare->defs;
	struct plan_column *column = &binder->table.out->columns[def->column_count];

	if (!name)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < def->column_count; i++) {
		if (!name_equal(span_of(defs[i].name), span_of(name)))
			continue;
		diag_add(binder->diags, DIAG_ERROR, item->expr->start, item->expr->len,
			 "give one of them another name with AS", "a second column called %s",
			 name);
		break;
	}
	column->text = bind_copy_source(binder, item->expr->start, item->expr->len);
	column->reason = name;
	defs[def->column_count].name = name;
	if (value)
		column->source = column->value = storable(binder, item->expr, value,
							  &defs[def->column_count].type);
	def->column_count++;
	return !binder->no_memory;
}

/* What explode makes: one column or two. */
static bool add_elements(struct bare *bare, const struct ast_item *item)
{
	struct binder *binder = bare->binder;

	for (int i = ELEMENT_COUNT - 1; i >= 0; i--) {
		const struct bind_alias *element = &binder->elements[i];

		if (element->name.data &&
		    !add_column(bare, item, bind_copy(binder, element->name), element->expr))
			return false;
	}
	return true;
}

static bool bind_item(struct bare *bare, size_t i)
{
	struct binder *binder = bare->binder;
	const struct ast_item *item = (const struct ast_item *)binder->table.ast->items.items + i;
	struct bind_alias *alias = &binder->aliases[i];
	struct ast_name name = bind_item_name(item);

	binder->alias_count = i;
	if (item->expr && bind_is_generator(item->expr)) {
		bool first = !bare->generated && !binder->table.ast->lateral;

		bare->generated = true;
		return !first || add_elements(bare, item); /* a second one is told already */
	}
	alias->expr = item->expr ? bind_expr(binder, item->expr) : NULL;
	if (!item->expr)
		return true;
	return add_column(bare, item,
			  name.text.data ? bind_copy(binder, name.text)
					 : one_line(binder, item->expr),
			  alias->expr);
}

bool bind_bare_select(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;
	struct plan_table *out = binder->table.out;
	size_t most = table->items.count + ELEMENT_COUNT;
	struct bare bare = { .binder = binder };

	out->bare = true;
	bare.defs = arena_calloc(binder->arena, most, sizeof(*bare.defs));
	out->def = (struct table_def){ .name = "", .columns = bare.defs };
	out->columns = arena_calloc(binder->arena, most, sizeof(*out->columns));
	if (!bare.defs || !out->columns)
		return bind_no_memory(binder) != NULL;
	if (!bind_begin_select(binder))
		return false;
	for (size_t i = 0; i < table->items.count; i++) {
		if (!bind_item(&bare, i))
			return false;
	}
	return bind_where(binder) && bind_list_wanted(binder);
}

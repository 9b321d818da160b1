/*
 * bind_generator.c - explode and its kin: a row for each element of an array. One of them a SELECT,
 * as an item of its own or as LATERAL VIEW.
 *
 * A path that stands where an ARRAY is needed is read as ARRAY<STRING>, as Spark's from_json reads
 * it under such a schema: its elements as texts, each like a path's value; NULL where it is no
 * array.
 */
#include <stdio.h>
#include <string.h>

#include "sql/binder.h"

static const struct generator_name {
	const char *name;
	bool outer, place;
} generator_names[] = {
	{ "explode", false, false },
	{ "explode_outer", true, false },
	{ "posexplode", false, true },
	{ "posexplode_outer", true, true },
};

static const struct generator_name *find_generator(const struct ast *ast)
{
	for (size_t i = 0; i < sizeof(generator_names) / sizeof(*generator_names); i++) {
		if (ast->kind == AST_CALL &&
		    !ast->operator&& name_equal(ast->text, span_of(generator_names[i].name)))
			return &generator_names[i];
	}
	return NULL;
}

bool bind_is_generator(const struct ast *ast)
{
	return find_generator(ast) != NULL;
}

static struct expr *bind_array(struct binder *binder, const struct ast *call)
{
	struct expr *expr;
	char type[32];

	if (call->arg_count != 1) {
		diag_add(binder->diags, DIAG_ERROR, call->start, call->len, "explode(tags)",
			 "%.*s takes 1 argument, not %zu", (int)call->text.len, call->text.data,
			 call->arg_count);
		return NULL;
	}
	binder->scope = BIND_ARRAY;
	expr = bind_expr(binder, call->args[0]);
	if (!expr || expr->type.kind == SQL_ARRAY)
		return expr;
	if (expr->kind == EXPR_PATH)
		return bind_elements(binder, call->args[0], expr);
	diag_add(binder->diags, DIAG_ERROR, call->args[0]->start, call->args[0]->len,
		 "a path of the record, or split(x, ',')", "%.*s needs an ARRAY, this is %s",
		 (int)call->text.len, call->text.data,
		 sql_type_text(expr->type, type, sizeof(type)));
	return NULL;
}

/* What it makes is called as written, else as in Spark. */
static void name_elements(struct binder *binder, const struct generator_name *generator,
			  struct ast_name first, struct ast_name second, const struct ast *call)
{
	static const struct sql_type types[ELEMENT_COUNT] = {
		[ELEMENT_VALUE] = { .kind = SQL_STRING }, [ELEMENT_PLACE] = { .kind = SQL_INT }
	};
	struct span names[ELEMENT_COUNT] = {
		[ELEMENT_VALUE] = SPAN_LITERAL("col"), [ELEMENT_PLACE] = SPAN_NULL
	};

	if (generator->place ? first.text.data && !second.text.data : second.text.data != NULL) {
		diag_add(binder->diags, DIAG_ERROR, first.start, first.len,
			 generator->place ? "posexplode(tags) AS (place, tag)"
					  : "explode(tags) AS tag",
			 "%s makes %s", generator->name,
			 generator->place ? "two columns" : "one column");
		names[ELEMENT_VALUE] = first.text;
		names[ELEMENT_PLACE] = second.text;
	} else if (generator->place) {
		names[ELEMENT_PLACE] = first.text.data ? first.text : SPAN_LITERAL("pos");
		names[ELEMENT_VALUE] = second.text.data ? second.text : SPAN_LITERAL("col");
	} else if (first.text.data) {
		names[ELEMENT_VALUE] = first.text;
	}
	for (int i = 0; i < ELEMENT_COUNT; i++) {
		binder->elements[i] = (struct bind_alias){ .name = names[i] };
		if (names[i].data)
			binder->elements[i].expr = bind_leaf(binder, call, EXPR_ELEMENT, types[i],
							     i);
	}
}

static bool set_generator(struct binder *binder, const struct ast *call, bool outer, bool lateral)
{
	struct plan_generator *out = arena_calloc(binder->arena, 1, sizeof(*out));

	if (!out)
		return bind_no_memory(binder) != NULL;
	out->outer = outer;
	out->lateral = lateral;
	out->text = arena_strndup(binder->arena, binder->source.data + call->start, call->len);
	if (!out->text)
		return bind_no_memory(binder) != NULL;
	binder->table.out->generator = out;
	return true;
}

static void refuse_second(struct binder *binder, const struct ast *call)
{
	diag_add(binder->diags, DIAG_ERROR, call->start, call->len,
		 "let a second table read this one", "one explode a SELECT");
}

static bool bind_lateral(struct binder *binder, const struct ast_lateral *lateral)
{
	const struct generator_name *generator = find_generator(lateral->call);

	if (!generator) {
		diag_add(binder->diags, DIAG_ERROR, lateral->call->start, lateral->call->len,
			 "LATERAL VIEW explode(tags) t AS tag",
			 "LATERAL VIEW takes explode, explode_outer, posexplode or "
			 "posexplode_outer");
		return true;
	}
	name_elements(binder, generator, lateral->first, lateral->second, lateral->call);
	return set_generator(binder, lateral->call, generator->outer || lateral->outer, true);
}

bool bind_generator(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;
	const struct ast_item *items = table->items.items;
	const struct ast *call = table->lateral ? table->lateral->call : NULL;

	memset(binder->elements, 0, sizeof(binder->elements));
	if (table->lateral && !bind_lateral(binder, table->lateral))
		return false;
	for (size_t i = 0; i < table->items.count; i++) {
		const struct generator_name *generator = items[i].expr
							     ? find_generator(items[i].expr)
							     : NULL;

		if (generator && call) {
			refuse_second(binder, items[i].expr);
		} else if (generator) {
			call = items[i].expr;
			name_elements(binder, generator, items[i].alias, items[i].second, call);
			if (!set_generator(binder, call, generator->outer, false))
				return false;
		}
	}
	bind_find_fields(binder);
	if (call && binder->table.out->generator)
		binder->table.out->generator->array = bind_array(binder, call);
	return !binder->no_memory;
}

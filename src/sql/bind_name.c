/*
 * bind_name.c - what names stand for, by the rules of binder.h: columns, items further left, what
 * explode makes. Fields of the record are bind_path.c's.
 */
#include <stdio.h>
#include <string.h>

#include "sql/binder.h"

#define NAMES_SHOWN 8

const struct ast *bind_chain_root(const struct ast *ast)
{
	while (ast->kind == AST_FIELD || ast->kind == AST_INDEX)
		ast = ast->args[0];
	return ast->kind == AST_NAME ? ast : NULL;
}

bool bind_is_source_name(const struct binder *binder, struct span name)
{
	const struct ast_table *table = binder->table.ast;

	if (table->stream_alias.text.data)
		return name_equal(name, table->stream_alias.text);
	return table->stream.text.data && name_equal(name, table->stream.text);
}

bool bind_is_view_name(const struct binder *binder, struct span name)
{
	const struct ast_lateral *lateral = binder->table.ast->lateral;

	return lateral && lateral->view.text.data && name_equal(name, lateral->view.text);
}

struct expr *bind_leaf(struct binder *binder, const struct ast *ast, enum expr_kind kind,
		       struct sql_type type, int slot)
{
	struct expr wanted = {
		.kind = kind, .type = type, .slot = slot, .start = ast->start, .len = ast->len
	};
	struct expr *expr = dag_intern(binder->dag, &wanted, NULL);

	return expr ? expr : bind_no_memory(binder);
}

/* "there are a, b, c, …" */
static const char *list_names(struct binder *binder, const char *const *names, size_t count)
{
	char text[240];
	size_t i = 0, used = (size_t)snprintf(text, sizeof(text), "%s",
					      count == 1 ? "there is only " : "there are ");

	for (; i < count && i < NAMES_SHOWN && strlen(names[i]) + used + 8 < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? ", " : "",
					 names[i]);
	return i ? arena_printf(binder->arena, "%s%s", text, i < count ? ", …" : "") : NULL;
}

const char *bind_suggest(struct binder *binder, struct span name, const struct span *names,
			 size_t count)
{
	const char **texts = arena_calloc(binder->arena, count + 1, sizeof(*texts));
	const char *near;
	size_t n = 0;

	if (!texts)
		return bind_no_memory(binder);
	for (size_t i = 0; i < count; i++) {
		if (!names[i].data)
			continue;
		texts[n] = arena_strndup(binder->arena, names[i].data, names[i].len);
		if (!texts[n++])
			return bind_no_memory(binder);
	}
	near = suggest(name, texts, n);
	return near ? arena_printf(binder->arena, "did you mean %s?", near)
		    : list_names(binder, texts, n);
}

/* ---- columns */

ptrdiff_t bind_find_column(const struct ast_table *table, struct span name)
{
	const struct ast_column *columns = table->columns.items;

	for (size_t i = 0; i < table->columns.count; i++) {
		if (name_equal(columns[i].name.text, name))
			return (ptrdiff_t)i;
	}
	return -1;
}

/* A column of a table; `ast` is where it is used. */
static struct expr *column_leaf(struct binder *binder, const struct ast *ast,
				const struct bind_table *of, size_t column)
{
	enum column_type type = ((const struct ast_column *)of->ast->columns.items)[column].type;

	if (type == COLUMN_UUID)
		of->out->uuid_read = true;
	return bind_leaf(binder, ast, EXPR_COLUMN, column_sql_type(type), (int)column);
}

/* Every name that an expression may use here, for "did you mean". */
static const char *suggest_name(struct binder *binder, const struct bind_table *of,
				struct span name)
{
	const struct ast_column *columns = of->ast->columns.items;
	size_t column_count = of->ast->columns.count, n = 0;
	size_t alias_count = binder->scope == BIND_SELECT ? binder->alias_count : 0;
	struct span *names = arena_calloc(binder->arena, column_count + alias_count + ELEMENT_COUNT,
					  sizeof(*names));

	if (!names)
		return bind_no_memory(binder);
	for (size_t i = 0; i < column_count; i++)
		names[n++] = columns[i].name.text;
	for (size_t i = 0; i < alias_count; i++)
		names[n++] = binder->aliases[i].name;
	for (size_t i = 0; i < ELEMENT_COUNT && binder->scope == BIND_SELECT; i++)
		names[n++] = binder->elements[i].name;
	return bind_suggest(binder, name, names, n);
}

static struct expr *no_parts(struct binder *binder, const struct ast *ast, const struct ast *root)
{
	diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
		 "get_json_object(x, '$.field') reads a text as JSON",
		 "%.*s is a column of the table, and has no parts", (int)root->text.len,
		 root->text.data);
	return NULL;
}

/* In a constraint: a column of the table itself. */
static struct expr *bind_own_column(struct binder *binder, const struct ast *ast,
				    const struct ast *root)
{
	ptrdiff_t column = bind_find_column(binder->table.ast, root->text);

	if (column >= 0)
		return root == ast ? column_leaf(binder, ast, &binder->table, (size_t)column)
				   : no_parts(binder, ast, root);
	if (!binder->table.ast->damaged)
		diag_add(binder->diags, DIAG_ERROR, root->start, root->len,
			 suggest_name(binder, &binder->table, root->text),
			 "a constraint sees the table's columns, and there is no column %.*s",
			 (int)root->text.len, root->text.data);
	return NULL;
}

/* ---- items and elements */

static bool sees_elements(const struct binder *binder)
{
	return binder->scope == BIND_SELECT ||
	       (binder->scope == BIND_WHERE && binder->table.ast->lateral);
}

static const struct bind_alias *find_element(const struct binder *binder, struct span name)
{
	for (size_t i = 0; i < ELEMENT_COUNT && sees_elements(binder); i++) {
		const struct bind_alias *element = &binder->elements[i];

		if (element->name.data && name_equal(element->name, name))
			return element;
	}
	return NULL;
}

static const struct bind_alias *find_alias(const struct binder *binder, struct span name)
{
	for (size_t i = binder->scope == BIND_SELECT ? binder->alias_count : 0; i-- > 0;) {
		const struct bind_alias *alias = &binder->aliases[i];

		if (!alias->field && alias->name.data && name_equal(alias->name, name))
			return alias;
	}
	return NULL;
}

/* x.f, x[i] where x is no path: an element of an array, or a mistake. */
static struct expr *bind_part(struct binder *binder, const struct ast *ast)
{
	struct expr *args[2];

	if (ast->kind == AST_FIELD) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "get_json_object(x, '$.field') reads a text as JSON",
			 "only paths of the record have fields");
		return NULL;
	}
	args[0] = bind_expr(binder, ast->args[0]);
	args[1] = bind_expr(binder, ast->args[1]);
	return args[0] && args[1] ? bind_call(binder, ast, SPAN_LITERAL("[]"), args, 2) : NULL;
}

/* view.name: what LATERAL VIEW makes. */
static struct expr *bind_view_name(struct binder *binder, const struct ast *ast)
{
	const struct bind_alias *element = find_element(binder, ast->text);
	struct span names[ELEMENT_COUNT];

	if (element)
		return element->expr;
	for (size_t i = 0; i < ELEMENT_COUNT; i++)
		names[i] = binder->elements[i].name;
	if (sees_elements(binder))
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 bind_suggest(binder, ast->text, names, ELEMENT_COUNT),
			 "the view makes no %.*s", (int)ast->text.len, ast->text.data);
	else
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL,
			 "explode cannot read what it makes itself");
	return NULL;
}

static struct expr *ambiguous(struct binder *binder, const struct ast *root)
{
	char hint[320];
	struct ast_name of = binder->table.ast->stream_alias.text.data
				 ? binder->table.ast->stream_alias
				 : binder->table.ast->stream;

	snprintf(hint, sizeof(hint), "%.*s.%.*s, or the view's name before it", (int)of.text.len,
		 of.text.data, (int)root->text.len, root->text.data);
	diag_add(binder->diags, DIAG_ERROR, root->start, root->len, hint,
		 "ambiguous: %.*s is a name of what is read, too", (int)root->text.len,
		 root->text.data);
	return NULL;
}

/* A name that nothing but the statement gives a meaning; NULL and *found false: it has none. */
static struct expr *bind_alias(struct binder *binder, const struct ast *ast, const struct ast *root,
			       bool *found)
{
	const struct bind_alias *alias = find_element(binder, root->text);

	*found = true;
	if (alias && alias->field && binder->table.ast->lateral)
		return ambiguous(binder, root);
	if (!alias || alias->field)
		alias = find_alias(binder, root->text);
	if (alias)
		return root == ast ? alias->expr : bind_part(binder, ast);
	*found = false;
	return NULL;
}

/* ---- the rows of another table */

static struct expr *unknown_column(struct binder *binder, const struct ast *at, struct span name)
{
	const char *table = binder->parent.out->def.name;

	if (binder->parent.ast->damaged)
		return NULL;
	if (bind_meta_column(name) != META_COUNT)
		diag_add(binder->diags, DIAG_ERROR, at->start, at->len,
			 "make it a column of that table",
			 "the log's metadata is not there in the rows of %s", table);
	else
		diag_add(binder->diags, DIAG_ERROR, at->start, at->len,
			 suggest_name(binder, &binder->parent, name),
			 "the table %s has no column %.*s", table, (int)name.len, name.data);
	return NULL;
}

/* column, table.column, alias.column */
static struct expr *bind_parent_name(struct binder *binder, const struct ast *ast,
				     const struct ast *root)
{
	ptrdiff_t column = bind_find_column(binder->parent.ast, root->text);
	struct expr *expr;
	bool found;

	if (ast->kind == AST_FIELD && ast->args[0] == root &&
	    bind_is_source_name(binder, root->text)) {
		column = bind_find_column(binder->parent.ast, ast->text);
		return column >= 0 ? column_leaf(binder, ast, &binder->parent, (size_t)column)
				   : unknown_column(binder, ast, ast->text);
	}
	expr = bind_alias(binder, ast, root, &found);
	if (found && (column < 0 || !expr))
		return expr;
	if (column < 0)
		return unknown_column(binder, root, root->text);
	return root == ast ? column_leaf(binder, ast, &binder->parent, (size_t)column)
			   : no_parts(binder, ast, root);
}

/* ---- the record */

static struct expr *bind_record_name(struct binder *binder, const struct ast *ast,
				     const struct ast *root)
{
	bool found = false;
	struct expr *expr = NULL;

	if (bind_meta_column(root->text) == META_COUNT &&
	    (root == ast || !bind_is_source_name(binder, root->text)))
		expr = bind_alias(binder, ast, root, &found);
	return found ? expr : bind_path(binder, ast, root);
}

struct expr *bind_name(struct binder *binder, const struct ast *ast)
{
	const struct ast *root = bind_chain_root(ast);

	if (!root)
		return bind_part(binder, ast);
	if (binder->scope == BIND_CHECK)
		return bind_own_column(binder, ast, root);
	if (ast->kind == AST_FIELD && ast->args[0] == root && bind_is_view_name(binder, root->text))
		return bind_view_name(binder, ast);
	return binder->parent.ast ? bind_parent_name(binder, ast, root)
				  : bind_record_name(binder, ast, root);
}

/* ---- which names are the source's */

struct marking {
	struct binder *binder;
	size_t seen;   /* items further left */
	bool elements; /* a use here says that the source has it, though explode makes it too */
};

static void mark_name(const struct marking *marking, struct span name, bool qualified)
{
	struct binder *binder = marking->binder;
	struct bind_alias *aliases = binder->aliases;
	size_t total = binder->table.ast->items.count;
	bool known = false;

	for (size_t i = 0; i < ELEMENT_COUNT; i++) {
		struct bind_alias *element = &binder->elements[i];

		if (!element->name.data || !name_equal(element->name, name))
			continue;
		element->field |= qualified || marking->elements;
		known |= !element->field;
	}
	for (size_t i = 0; !qualified && i < marking->seen && !known; i++)
		known = aliases[i].name.data && name_equal(aliases[i].name, name);
	for (size_t i = 0; i < total && !known; i++)
		aliases[i].field |= aliases[i].name.data && name_equal(aliases[i].name, name);
}

/* Mark the aliases whose names are used in `ast` where the items seen so far only are known. */
static void mark_fields(const struct marking *marking, const struct ast *ast)
{
	const struct ast *root = bind_chain_root(ast);

	if (ast->kind == AST_INDEX)
		mark_fields(marking, ast->args[1]);
	if (ast->kind == AST_FIELD && ast->args[0]->kind == AST_NAME &&
	    bind_is_view_name(marking->binder, ast->args[0]->text))
		return;
	if (ast->kind == AST_FIELD && ast->args[0]->kind == AST_NAME &&
	    bind_is_source_name(marking->binder, ast->args[0]->text)) {
		mark_name(marking, ast->text, true);
		return;
	}
	if (root && root == ast) {
		mark_name(marking, root->text, false);
	} else if (ast->kind == AST_FIELD || ast->kind == AST_INDEX) {
		mark_fields(marking, ast->args[0]);
	} else {
		for (size_t i = 0; i < ast->arg_count; i++)
			mark_fields(marking, ast->args[i]);
	}
}

/* A name in WHERE that nothing but an item of the SELECT has: most likely that one is meant. */
static void warn_of_alias(struct binder *binder, const struct ast *ast)
{
	const struct ast *root = bind_chain_root(ast);

	for (size_t i = 0; root == ast && i < binder->table.ast->items.count; i++) {
		const struct bind_alias *alias = &binder->aliases[i];

		if (!alias->name.data || alias->field || !name_equal(alias->name, ast->text))
			continue;
		diag_add(binder->diags, DIAG_WARNING, ast->start, ast->len,
			 "repeat its expression, or let a second table read this one",
			 "WHERE does not see the SELECT's %.*s: this is a field of the record",
			 (int)ast->text.len, ast->text.data);
		return;
	}
	for (size_t i = 0; root != ast && i < ast->arg_count; i++)
		warn_of_alias(binder, ast->args[i]);
}

/* Over another table's rows the columns are known. */
static void find_columns(struct binder *binder)
{
	for (size_t i = 0; i < ELEMENT_COUNT; i++) {
		struct bind_alias *element = &binder->elements[i];

		element->field = element->name.data &&
				 bind_find_column(binder->parent.ast, element->name) >= 0;
	}
	for (size_t i = 0; i < binder->table.ast->items.count; i++) {
		struct bind_alias *alias = &binder->aliases[i];

		alias->field = alias->name.data &&
			       bind_find_column(binder->parent.ast, alias->name) >= 0;
	}
}

void bind_find_fields(struct binder *binder)
{
	const struct ast_table *table = binder->table.ast;
	const struct ast_item *items = table->items.items;
	struct marking marking = { .binder = binder };

	if (binder->parent.ast) {
		find_columns(binder);
		return;
	}
	for (size_t i = 0; i < table->items.count; i++) {
		marking.seen = i;
		marking.elements = items[i].expr && bind_is_generator(items[i].expr);
		if (marking.elements)
			marking.seen = 0; /* explode's argument sees the record only */
		if (items[i].expr)
			mark_fields(&marking, items[i].expr);
	}
	marking = (struct marking){ .binder = binder, .elements = true };
	if (table->lateral)
		mark_fields(&marking, table->lateral->call);
	marking.elements = !table->lateral;
	if (table->where) {
		warn_of_alias(binder, table->where);
		mark_fields(&marking, table->where);
	}
}

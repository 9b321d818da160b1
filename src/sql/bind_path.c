/*
 * bind_path.c - what names stand for: a field of the record, metadata, an item further left, an
 * output column (in a constraint). See binder.h for the rules.
 */
#include <stdio.h>
#include <string.h>

#include "sql/binder.h"

static const char *const meta_names[META_COUNT] = { "_key", "_topic", "_partition", "_offset",
						    "_timestamp" };
static const enum sql_kind meta_kinds[META_COUNT] = { SQL_STRING, SQL_STRING, SQL_INT, SQL_BIGINT,
						      SQL_TIMESTAMP };

enum meta_column bind_meta_column(struct span name)
{
	for (int i = 0; i < META_COUNT; i++) {
		if (name_equal(name, span_of(meta_names[i])))
			return (enum meta_column)i;
	}
	return META_COUNT;
}

/* Whether the name is the stream's, or its alias: `r` in r.gender. */
static bool is_stream_name(const struct binder *binder, struct span name)
{
	const struct ast_table *table = binder->table;

	if (table->stream_alias.text.data)
		return name_equal(name, table->stream_alias.text);
	return table->stream.text.data && name_equal(name, table->stream.text);
}

/* The name at the bottom of a chain of fields and indexes; NULL where it is not a name. */
static const struct ast *chain_root(const struct ast *ast)
{
	while (ast->kind == AST_FIELD || ast->kind == AST_INDEX)
		ast = ast->args[0];
	return ast->kind == AST_NAME ? ast : NULL;
}

static size_t chain_length(const struct ast *ast)
{
	size_t count = 1;

	for (; ast->kind == AST_FIELD || ast->kind == AST_INDEX; ast = ast->args[0])
		count++;
	return count;
}

static struct expr *leaf(struct binder *binder, const struct ast *ast, enum expr_kind kind,
			 struct sql_type type, int slot)
{
	struct expr wanted = {
		.kind = kind, .type = type, .slot = slot, .start = ast->start, .len = ast->len
	};
	struct expr *expr = dag_intern(binder->dag, &wanted, NULL);

	return expr ? expr : bind_no_memory(binder);
}

/* ---- fields of the record */

static bool index_step(struct binder *binder, const struct ast *index, struct json_step *out)
{
	int64_t value = 0;

	if (index->kind == AST_STRING) {
		*out = (struct json_step){ .name = index->text };
		return true;
	}
	for (size_t i = 0; index->kind == AST_NUMBER && i < index->text.len; i++) {
		char c = index->text.data[i];

		value = c >= '0' && c <= '9' && value < INT32_MAX ? value * 10 + (c - '0') : -1;
		if (value < 0)
			break;
	}
	if (index->kind != AST_NUMBER || index->negative || value < 0 || value > INT32_MAX) {
		diag_add(binder->diags, DIAG_ERROR, index->start, index->len,
			 "tags[0] is an array's first element, a['b c'] a field",
			 "a path goes on with a number from 0 or a 'field' only");
		return false;
	}
	*out = (struct json_step){ .name = SPAN_NULL, .index = value };
	return true;
}

/* The steps of a path; a stream's name in front is left out. */
static struct json_step *path_steps(struct binder *binder, const struct ast *ast, size_t *count)
{
	size_t length = chain_length(ast);
	struct json_step *steps = arena_calloc(binder->arena, length, sizeof(*steps));
	size_t i = length;

	if (!steps)
		return bind_no_memory(binder);
	for (; ast->kind != AST_NAME; ast = ast->args[0]) {
		if (ast->kind == AST_FIELD)
			steps[--i] = (struct json_step){ .name = ast->text };
		else if (!index_step(binder, ast->args[1], &steps[--i]))
			return NULL;
	}
	steps[0] = (struct json_step){ .name = ast->text };
	if (length > 1 && steps[1].name.data && is_stream_name(binder, ast->text)) {
		steps++;
		length--;
	}
	*count = length;
	return steps;
}

static bool note_slot(struct binder *binder, int slot, const struct json_step *steps, size_t count)
{
	struct plan *plan = binder->plan;

	if ((size_t)slot < plan->path_count)
		return true;
	if (plan->path_count == plan->path_capacity) {
		size_t capacity = plan->path_capacity ? 2 * plan->path_capacity : 32;
		struct plan_path *path = arena_calloc(binder->arena, capacity, sizeof(*path));

		if (!path)
			return false;
		if (plan->path_count)
			memcpy(path, plan->path, plan->path_count * sizeof(*path));
		plan->path = path;
		plan->path_capacity = capacity;
	}
	plan->path[plan->path_count++] = (struct plan_path){ .steps = steps, .count = count };
	return true;
}

static struct expr *bind_field(struct binder *binder, const struct ast *ast)
{
	size_t count = 0, step = 0;
	struct json_step *steps = path_steps(binder, ast, &count);
	struct field *clash;
	int slot;

	if (!steps)
		return NULL;
	if (binder->table->bare && !binder->table->damaged && !binder->table->stream.text.data) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "add FROM STREAM and a name, as in FROM STREAM users",
			 "a field of a record, and a SELECT without FROM reads none");
		return NULL;
	}
	if (!fields_add(binder->fields, binder->arena, steps, count, ast->start, ast->len, &clash,
			&step))
		return bind_no_memory(binder);
	if (clash)
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "SQL's names are not case-sensitive, JSON's keys are: write it as the "
			 "record has it",
			 "ambiguous: %.*s and %.*s differ in case only", (int)steps[step].name.len,
			 steps[step].name.data, (int)clash->step.name.len, clash->step.name.data);
	slot = json_paths_add(binder->plan->paths, steps, count);
	if (slot < 0 || !note_slot(binder, slot, steps, count))
		return bind_no_memory(binder);
	return leaf(binder, ast, EXPR_PATH, SQL_TYPE(SQL_STRING), slot);
}

/* ---- other names */

/* In a constraint: the table's columns. */
static struct expr *bind_column(struct binder *binder, const struct ast *ast)
{
	const struct ast_column *columns = binder->table->columns.items;
	size_t count = binder->table->columns.count;
	const struct ast *root = chain_root(ast);
	const char **names;
	const char *near;
	char hint[160] = "";

	for (size_t i = 0; i < count; i++) {
		if (!name_equal(columns[i].name.text, root->text))
			continue;
		if (root != ast) {
			diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL,
				 "a constraint sees the table's columns, and %.*s has no parts",
				 (int)root->text.len, root->text.data);
			return NULL;
		}
		if (columns[i].type == COLUMN_UUID)
			binder->out->uuid_checked = true;
		return leaf(binder, ast, EXPR_COLUMN, column_sql_type(columns[i].type), (int)i);
	}
	names = arena_alloc(binder->arena, (count + 1) * sizeof(*names));
	if (!names)
		return bind_no_memory(binder);
	for (size_t i = 0; i < count; i++) {
		names[i] = arena_strndup(binder->arena, columns[i].name.text.data,
					 columns[i].name.text.len);
		if (!names[i])
			return bind_no_memory(binder);
	}
	near = suggest(root->text, names, count);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean %s?", near);
	if (!binder->table->damaged)
		diag_add(binder->diags, DIAG_ERROR, root->start, root->len, near ? hint : NULL,
			 "a constraint sees the table's columns, and there is no column %.*s",
			 (int)root->text.len, root->text.data);
	return NULL;
}

static struct expr *bind_meta(struct binder *binder, const struct ast *ast, enum meta_column meta,
			      bool has_parts)
{
	if (has_parts) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL,
			 "%s is the log's metadata and has no fields", meta_names[meta]);
		return NULL;
	}
	binder->plan->meta_used[meta] = true;
	return leaf(binder, ast, EXPR_META, SQL_TYPE(meta_kinds[meta]), (int)meta);
}

static const struct bind_alias *find_alias(const struct binder *binder, struct span name)
{
	for (size_t i = binder->scope == BIND_SELECT ? binder->alias_count : 0; i-- > 0;) {
		if (!binder->aliases[i].field && name_equal(binder->aliases[i].name, name))
			return &binder->aliases[i];
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

struct expr *bind_path(struct binder *binder, const struct ast *ast)
{
	const struct ast *root = chain_root(ast);
	const struct bind_alias *alias;
	enum meta_column meta;

	if (!root)
		return bind_part(binder, ast);
	if (binder->scope == BIND_CHECK)
		return bind_column(binder, ast);
	meta = bind_meta_column(root->text);
	if (meta != META_COUNT)
		return bind_meta(binder, ast, meta, root != ast);
	if (ast->kind == AST_FIELD && ast->args[0] == root && is_stream_name(binder, root->text)) {
		meta = bind_meta_column(ast->text);
		if (meta != META_COUNT)
			return bind_meta(binder, ast, meta, false);
	}
	alias = root == ast || !is_stream_name(binder, root->text) ? find_alias(binder, root->text)
								   : NULL;
	if (!alias)
		return bind_field(binder, ast);
	if (root != ast)
		return bind_part(binder, ast);
	return alias->expr;
}

/* ---- which names are fields */

/* Mark the aliases whose names are used in `ast` where the first `seen` aliases only are known. */
static void mark_fields(struct binder *binder, const struct ast *ast, struct bind_alias *aliases,
			size_t seen)
{
	const struct ast *root = chain_root(ast);
	size_t total = binder->table->items.count;
	bool known = false;

	if (ast->kind == AST_INDEX)
		mark_fields(binder, ast->args[1], aliases, seen);
	if (ast->kind == AST_FIELD && ast->args[0]->kind == AST_NAME &&
	    is_stream_name(binder, ast->args[0]->text)) {
		root = ast; /* its text is the field's name */
		seen = 0;   /* said to be a field */
	}
	if (root) {
		for (size_t i = 0; i < seen && !known; i++)
			known = aliases[i].name.data && name_equal(aliases[i].name, root->text);
		for (size_t i = 0; i < total && !known; i++)
			aliases[i].field |= aliases[i].name.data &&
					    name_equal(aliases[i].name, root->text);
		if (root == ast || ast->args[0] == root)
			return;
	}
	if (ast->kind == AST_FIELD || ast->kind == AST_INDEX) {
		mark_fields(binder, ast->args[0], aliases, seen);
		return;
	}
	for (size_t i = 0; i < ast->arg_count; i++)
		mark_fields(binder, ast->args[i], aliases, seen);
}

void bind_find_fields(struct binder *binder, struct bind_alias *aliases)
{
	const struct ast_item *items = binder->table->items.items;

	for (size_t i = 0; i < binder->table->items.count; i++) {
		if (items[i].expr)
			mark_fields(binder, items[i].expr, aliases, i);
	}
	if (binder->table->where)
		mark_fields(binder, binder->table->where, aliases, 0);
}

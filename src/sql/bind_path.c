/*
 * bind_path.c - fields of the record, and the log's metadata.
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

static size_t chain_length(const struct ast *ast)
{
	size_t count = 1;

	for (; ast->kind == AST_FIELD || ast->kind == AST_INDEX; ast = ast->args[0])
		count++;
	return count;
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
	if (length > 1 && steps[1].name.data && bind_is_source_name(binder, ast->text)) {
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

struct expr *bind_elements(struct binder *binder, const struct ast *ast, struct expr *expr)
{
	const struct plan_path *path;
	struct json_step *steps;
	struct expr *array;
	int slot;

	if (expr->kind != EXPR_PATH)
		return NULL;
	path = &binder->plan->path[expr->slot];
	steps = arena_alloc(binder->arena, (path->count + 1) * sizeof(*steps));
	if (!steps)
		return bind_no_memory(binder);
	memcpy(steps, path->steps, path->count * sizeof(*steps));
	steps[path->count] = (struct json_step){ .name = SPAN_NULL, .index = JSON_ELEMENTS };
	slot = json_paths_add(binder->plan->paths, steps, path->count + 1);
	if (slot < 0 || !note_slot(binder, slot, steps, path->count + 1))
		return bind_no_memory(binder);
	array = bind_leaf(binder, ast, EXPR_PATH, SQL_TYPE(SQL_STRING), slot);
	return array ? bind_call(binder, ast, SPAN_LITERAL("[*]"), &array, 1) : NULL;
}

static struct expr *bind_field(struct binder *binder, const struct ast *ast)
{
	size_t count = 0, step = 0;
	struct json_step *steps = path_steps(binder, ast, &count);
	const struct ast_table *table = binder->table.ast;
	struct field *clash;
	int slot;

	if (!steps)
		return NULL;
	if (table->bare && !table->damaged && !table->stream.text.data) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "add FROM STREAM and a name, as in FROM STREAM users",
			 "a field of a record, and a SELECT without FROM reads none");
		return NULL;
	}
	if (!fields_add(&binder->fields, binder->arena, steps, count, ast->start, ast->len, &clash,
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
	return bind_leaf(binder, ast, EXPR_PATH, SQL_TYPE(SQL_STRING), slot);
}

/* ---- metadata */

static struct expr *bind_meta(struct binder *binder, const struct ast *ast, enum meta_column meta,
			      bool has_parts)
{
	if (has_parts) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL,
			 "%s is the log's metadata and has no fields", meta_names[meta]);
		return NULL;
	}
	binder->plan->meta_used[meta] = true;
	return bind_leaf(binder, ast, EXPR_META, SQL_TYPE(meta_kinds[meta]), (int)meta);
}

/* FROM STREAM users AS u: there is no users then, as in Spark. */
static bool refuse_renamed(struct binder *binder, const struct ast *ast, const struct ast *root)
{
	const struct ast_table *table = binder->table.ast;
	char hint[320];

	if (root == ast || !table->stream_alias.text.data || !table->stream.text.data ||
	    !name_equal(root->text, table->stream.text) || bind_is_source_name(binder, root->text))
		return false;
	snprintf(hint, sizeof(hint), "begin with %.*s.", (int)table->stream_alias.text.len,
		 table->stream_alias.text.data);
	diag_add(binder->diags, DIAG_ERROR, root->start, root->len, hint,
		 "%.*s is called %.*s here", (int)root->text.len, root->text.data,
		 (int)table->stream_alias.text.len, table->stream_alias.text.data);
	return true;
}

struct expr *bind_path(struct binder *binder, const struct ast *ast, const struct ast *root)
{
	enum meta_column meta = bind_meta_column(root->text);

	if (refuse_renamed(binder, ast, root))
		return NULL;

	if (meta != META_COUNT)
		return bind_meta(binder, ast, meta, root != ast);
	if (ast->kind == AST_FIELD && ast->args[0] == root &&
	    bind_is_source_name(binder, root->text)) {
		meta = bind_meta_column(ast->text);
		if (meta != META_COUNT)
			return bind_meta(binder, ast, meta, false);
	}
	return bind_field(binder, ast);
}

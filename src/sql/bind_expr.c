/*
 * bind_expr.c - calls, casts and constant folding. Recursion is bounded by the parser
 * (AST_MAX_HEIGHT).
 */
#include <stdio.h>
#include <string.h>

#include "sql/binder.h"
#include "sql/function.h"
#include "sql/resolve.h"

void *bind_no_memory(struct binder *binder)
{
	binder->no_memory = true;
	return NULL;
}

/* ---- folding */

static bool is_constant(const struct expr *expr)
{
	for (size_t i = 0; i < expr->arg_count; i++) {
		if (expr->args[i]->kind != EXPR_LITERAL)
			return false;
	}
	return true;
}

/* Whether the value of a variable is among the arguments. */
static bool has_hidden(const struct expr *expr)
{
	for (size_t i = 0; i < expr->arg_count; i++) {
		if (expr->args[i]->hidden)
			return true;
	}
	return false;
}

/* What a call over constants was refused for; it may quote them. */
static void refused_call(struct binder *binder, const struct ast *at, const struct expr *call,
			 const char *why)
{
	if (has_hidden(call))
		diag_add(binder->diags, DIAG_ERROR, at->start, at->len,
			 "write it as a literal to see what is wrong with it",
			 "a variable's value does not do here (it is not shown)");
	else
		diag_add(binder->diags, DIAG_ERROR, at->start, at->len, NULL, "%s", why);
}

/* A call over constants as the literal that it gives. */
static struct expr *fold(struct binder *binder, const struct ast *ast, struct expr *call)
{
	struct expr literal = {
		.kind = EXPR_LITERAL, .type = call->type, .start = ast->start, .len = ast->len
	};
	struct err err = ERR_INIT;
	struct expr *folded;
	enum status status = expr_fold(call, binder->arena, &literal.literal, &err);

	if (status == US_FATAL)
		return bind_no_memory(binder);
	if (status != US_OK) {
		refused_call(binder, ast, call, err.text);
		return NULL;
	}
	literal.literal.constant = true;
	literal.hidden = has_hidden(call);
	folded = dag_intern(binder->dag, &literal, NULL);
	return folded ? folded : bind_no_memory(binder);
}

/* Let the function look at its constant arguments. False: out of memory. */
static bool prepare(struct binder *binder, struct expr *expr)
{
	struct err err = ERR_INIT;
	enum status status = expr->function->prepare(expr, &expr->refused_arg, &err);

	if (status == US_OK)
		return true;
	if (status == US_FATAL)
		return bind_no_memory(binder) != NULL;
	expr->refused = arena_strndup(binder->arena, err.text, strlen(err.text));
	return expr->refused != NULL || bind_no_memory(binder) != NULL;
}

/* The node of a call: made, prepared, folded. */
static struct expr *finish_call(struct binder *binder, const struct ast *ast,
				const struct expr *wanted)
{
	bool added;
	struct expr *expr = dag_intern(binder->dag, wanted, &added);

	if (!expr)
		return bind_no_memory(binder);
	if (added && expr->function->prepare && !prepare(binder, expr))
		return NULL;
	if (expr->refused) {
		refused_call(
		    binder, expr->refused_arg < ast->arg_count ? ast->args[expr->refused_arg] : ast,
		    expr, expr->refused);
		return NULL;
	}
	return is_constant(expr) ? fold(binder, ast, expr) : expr;
}

/* ---- casts */

static struct expr **copy_args(struct binder *binder, struct expr *const *args, size_t count)
{
	struct expr **copy = arena_alloc(binder->arena,
					 (count ? count : 1) * sizeof(struct expr *));

	if (!copy)
		return bind_no_memory(binder);
	for (size_t i = 0; i < count; i++)
		copy[i] = args[i];
	return copy;
}

/* CAST, or TRY_CAST. */
static struct expr *cast_with(struct binder *binder, const struct ast *ast, struct expr *expr,
			      struct sql_type type, const struct function *function, bool possible)
{
	struct expr wanted = { .kind = EXPR_CALL,
			       .type = type,
			       .start = ast->start,
			       .len = ast->len,
			       .function = function,
			       .arg_count = 1 };
	char from[32], to[32];
	struct expr *null;

	if (sql_type_equal(expr->type, type))
		return expr;
	if (expr->type.kind == SQL_NULL || (expr_is_null_literal(expr) && possible)) {
		null = dag_literal(binder->dag, type, NULL, ast->start, ast->len);
		return null ? null : bind_no_memory(binder);
	}
	if (!possible) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL,
			 "%s cannot be %s to %s", sql_type_text(expr->type, from, sizeof(from)),
			 function == function_cast() ? "cast" : "tried to be cast",
			 sql_type_text(type, to, sizeof(to)));
		return NULL;
	}
	wanted.args = copy_args(binder, &expr, 1);
	return wanted.args ? finish_call(binder, ast, &wanted) : NULL;
}

struct expr *bind_cast(struct binder *binder, const struct ast *ast, struct expr *expr,
		       struct sql_type type)
{
	return cast_with(binder, ast, expr, type, function_cast(),
			 cast_is_possible(expr->type, type));
}

/* ---- calls */

static void unknown_function(struct binder *binder, const struct ast *ast, struct span name)
{
	const char *refused = function_refused(name), *near;
	const char **names;
	char hint[160];
	size_t count = function_count(), len = ast->operator? ast->len : name.len;

	if (bind_is_generator(ast)) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "SELECT explode(tags) AS tag, upper(tag) AS u, or LATERAL VIEW "
			 "explode(tags) t AS tag",
			 "%.*s makes rows: it stands alone in the SELECT, never inside an "
			 "expression",
			 (int)name.len, name.data);
		return;
	}
	if (refused) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, len, NULL, "%.*s is refused: it %s",
			 (int)name.len, name.data, refused);
		return;
	}
	if (ast->operator) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, len, NULL,
			 "the operator %.*s is not supported", (int)name.len, name.data);
		return;
	}
	names = arena_alloc(binder->arena, (count + 1) * sizeof(*names));
	if (!names) {
		bind_no_memory(binder);
		return;
	}
	for (size_t i = 0; i < count; i++)
		names[i] = function_at(i)->name;
	names[count] = "explode";
	near = suggest(name, names, count + 1);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean %s?", near);
	diag_add(binder->diags, DIAG_ERROR, ast->start, len, near ? hint : NULL,
		 "there is no function %.*s", (int)name.len, name.data);
}

static void wrong_arity(struct binder *binder, const struct ast *ast,
			const struct function *function, size_t count)
{
	char needs[64];

	if (function->max_args == function->min_args)
		snprintf(needs, sizeof(needs), "%zu", function->min_args);
	else if (function->max_args == SIZE_MAX)
		snprintf(needs, sizeof(needs), "at least %zu", function->min_args);
	else
		snprintf(needs, sizeof(needs), "%zu to %zu", function->min_args,
			 function->max_args);
	diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, function->signature,
		 "%s takes %s argument%s, not %zu", function->name, needs,
		 function->max_args == 1 ? "" : "s", count);
}

/* "STRING, INT" */
static void print_types(const struct sql_type *types, size_t count, char *out, size_t size)
{
	size_t used = 0;
	char name[32];

	out[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++) {
		int n = snprintf(out + used, size - used, "%s%s", i ? ", " : "",
				 sql_type_text(types[i], name, sizeof(name)));

		used += n > 0 ? (size_t)n : 0;
	}
}

/*
 * An argument that is a path of the record, where only an ARRAY fits, is read as one: size(tags).
 * False: that is not what is wrong.
 */
static bool read_elements(struct binder *binder, const struct ast *ast,
			  const struct function *function, struct expr **args, size_t count)
{
	struct sql_type *types = arena_calloc(binder->arena, 2 * count + 1, sizeof(*types));
	struct sql_type result;
	const char *why;

	if (!types)
		return bind_no_memory(binder) != NULL;
	for (size_t i = 0; i < count; i++)
		types[i] = types[count + i] = args[i]->type;
	for (size_t i = 0; i < count; i++) {
		if (args[i]->kind != EXPR_PATH)
			continue;
		types[i] = SQL_TYPE(SQL_ARRAY);
		if (function->resolve(types, count, types + count, &result, &why)) {
			args[i] = bind_elements(
			    binder, ast->arg_count == count ? ast->args[i] : ast, args[i]);
			return args[i] != NULL;
		}
		types[i] = args[i]->type;
	}
	return false;
}

/* How many digits a whole number has that is written as one: Spark gives it no more of them where
 * it meets a DECIMAL. */
static uint8_t literal_digits(const struct ast *ast, const struct expr *expr)
{
	int64_t value;
	uint8_t digits = 1;

	if (ast->kind != AST_NUMBER || expr->kind != EXPR_LITERAL || !type_is_integral(expr->type))
		return 0;
	value = expr->type.kind == SQL_INT ? *expr->literal.as.int32 : *expr->literal.as.int64;
	while ((value /= 10) != 0)
		digits++;
	return digits;
}

/* nullif(a, b) is CASE WHEN a = b THEN NULL ELSE a END; a is computed once. */
static struct expr *bind_nullif(struct binder *binder, const struct ast *ast, struct expr **args)
{
	struct expr *parts[3] = { bind_call(binder, ast, span_of("="), args, 2), NULL, args[0] };

	if (!parts[0])
		return NULL;
	parts[1] = dag_literal(binder->dag, args[0]->type, NULL, ast->start, ast->len);
	return parts[1] ? bind_call(binder, ast, span_of("case"), parts, 3)
			: bind_no_memory(binder);
}

static struct expr *resolve_call(struct binder *binder, const struct ast *ast,
				 const struct function *function, struct expr **args, size_t count)
{
	struct sql_type *types = arena_calloc(binder->arena, 2 * count + 1, sizeof(*types));
	struct expr wanted = { .kind = EXPR_CALL,
			       .start = ast->start,
			       .len = ast->len,
			       .function = function,
			       .arg_count = count };
	struct sql_type *want;
	const char *why = "these types do not fit";
	char text[256];

	if (!types)
		return bind_no_memory(binder);
	want = types + count;
	for (size_t i = 0; i < count; i++) {
		types[i] = want[i] = args[i]->type;
		if (ast->arg_count == count)
			types[i].digits = literal_digits(ast->args[i], args[i]);
	}
	if (!function->resolve(types, count, want, &wanted.type, &why)) {
		if (read_elements(binder, ast, function, args, count))
			return resolve_call(binder, ast, function, args, count);
		print_types(types, count, text, sizeof(text));
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 ast->operator? NULL : function->signature, "%s of (%s): %s",
			 function->name, text, why);
		return NULL;
	}
	if (!function->eval)
		return bind_nullif(binder, ast, args);
	wanted.type.digits = 0;
	wanted.args = copy_args(binder, args, count);
	if (!wanted.args)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct ast *at = ast->arg_count == count ? ast->args[i] : ast;

		want[i].digits = 0;
		wanted.args[i] = bind_cast(binder, at, args[i], want[i]);
		if (!wanted.args[i])
			return NULL;
	}
	return finish_call(binder, ast, &wanted);
}

static bool changes_case(const struct function *function)
{
	static const char *const names[] = { "lower", "lcase", "upper", "ucase" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(function->name, names[i]) == 0)
			return true;
	return false;
}

/* What lower or upper reads: Spark leaves out a change of case under another one, so
 * lower(upper(x)) is lower(x), though not of a constant, nor where the inner one is an item's by
 * its alias. */
static struct expr *under_case(const struct ast *ast, struct expr *arg)
{
	while (ast->kind == AST_CAST)
		ast = ast->args[0];
	return ast->kind == AST_CALL && arg->kind == EXPR_CALL && changes_case(arg->function)
		   ? arg->args[0]
		   : arg;
}

struct expr *bind_call(struct binder *binder, const struct ast *ast, struct span name,
		       struct expr **args, size_t count)
{
	const struct function *function = function_find(name);

	if (!function) {
		unknown_function(binder, ast, name);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		if (!args[i])
			return NULL;
	}
	if (count < function->min_args || count > function->max_args) {
		wrong_arity(binder, ast, function, count);
		return NULL;
	}
	if (changes_case(function) && ast->arg_count == count)
		args[0] = under_case(ast->args[0], args[0]);
	return resolve_call(binder, ast, function, args, count);
}

/* current_date and its like, which Spark reads as calls also without parentheses. */
static bool is_bare_call(const struct ast *ast)
{
	static const char *const names[] = { "current_date", "current_timestamp", "current_time",
					     "current_user", "localtimestamp" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!ast->quoted && name_equal(ast->text, span_of(names[i])))
			return true;
	}
	return false;
}

struct expr *bind_expr(struct binder *binder, const struct ast *ast)
{
	struct expr **args, *value;

	switch (ast->kind) {
	case AST_NULL:
	case AST_BOOLEAN:
	case AST_NUMBER:
	case AST_STRING:
	case AST_TYPED:
	case AST_INTERVAL:
	case AST_VARIABLE:
		return bind_literal(binder, ast);
	case AST_NAME:
		if (is_bare_call(ast)) {
			unknown_function(binder, ast, ast->text);
			return NULL;
		}
		return bind_name(binder, ast);
	case AST_FIELD:
	case AST_INDEX:
		return bind_name(binder, ast);
	case AST_CAST:
		value = bind_expr(binder, ast->args[0]);
		if (value && ast->try_cast)
			return cast_with(binder, ast, value, ast->type, function_try_cast(),
					 try_cast_is_possible(value->type, ast->type));
		return value ? bind_cast(binder, ast, value, ast->type) : NULL;
	case AST_CALL:
		args = arena_calloc(binder->arena, ast->arg_count + 1, sizeof(struct expr *));
		if (!args)
			return bind_no_memory(binder);
		for (size_t i = 0; i < ast->arg_count; i++) /* all of them: all mistakes */
			args[i] = bind_expr(binder, ast->args[i]);
		return bind_call(binder, ast, ast->text, args, ast->arg_count);
	}
	return NULL;
}

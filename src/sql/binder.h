/*
 * binder.h - trees (ast.h) to typed expressions (expr.h): names are resolved, functions found,
 * implicit casts inserted, constants folded, equal expressions made one. All mistakes of a file are
 * told.
 *
 * Names in a SELECT, by Spark's rules for the record as a table of the fields that the file reads:
 *   - _key _topic _partition _offset _timestamp are the log's metadata;
 *   - stream.x, or alias.x, is the field x;
 *   - x is the field x of the record, unless an item further left is called x (in any case) and no
 *     use of x says that there is a field x: then it is that item's value. A use says so when it
 *     stands left of the item, in the item itself, or in WHERE, where items have no names.
 */
#ifndef SQL_BINDER_H
#define SQL_BINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/diag.h"
#include "core/err.h"
#include "sql/ast.h"
#include "sql/lexer.h"
#include "sql/plan_state.h"

enum bind_scope { BIND_SELECT, BIND_WHERE, BIND_CHECK };

struct bind_alias {
	struct span name;
	struct expr *expr; /* NULL: its expression has errors */
	bool field;        /* a field of this name is read: the alias is not seen */
};

struct binder {
	struct plan *plan;
	struct arena *arena; /* the plan's */
	struct diag_list *diags;
	const struct plan_options *options;
	struct span source;
	struct field *fields; /* of the table's record */
	enum bind_scope scope;
	struct dag *dag;
	const struct ast_table *table;
	struct plan_table *out;
	struct bind_alias *aliases; /* items further left */
	size_t alias_count;
	bool no_memory;
};

/* Bind one statement into `out`, which is zeroed; fields read are added to binder->fields. False:
 * out of memory; mistakes are in diags. */
bool bind_table(struct binder *binder, const struct ast_table *table, struct plan_table *out);

/* ---- for bind_*.c. NULL: a mistake, told; or out of memory, noted. */
struct expr *bind_expr(struct binder *binder, const struct ast *ast);
struct expr *bind_literal(struct binder *binder, const struct ast *ast);
/* A name, path, field or index. */
struct expr *bind_path(struct binder *binder, const struct ast *ast);
/* Call `function` with args that are bound; resolves types, casts, prepares, folds. */
struct expr *bind_call(struct binder *binder, const struct ast *ast, struct span name,
		       struct expr **args, size_t count);
/* `expr` as `type`. Impossible: told at `ast`. */
struct expr *bind_cast(struct binder *binder, const struct ast *ast, struct expr *expr,
		       struct sql_type type);
/* The name that an item has: its alias, or a path's last field; else text.data is NULL. */
struct ast_name bind_item_name(const struct ast_item *item);
/* A condition, which has to be BOOLEAN; `what` it is, for the diagnostic. */
struct expr *bind_condition(struct binder *binder, const struct ast *ast, const char *what);
/* Bind the WHERE of binder->table; list what exec computes for its columns. False: out of memory.
 */
bool bind_where(struct binder *binder);
bool bind_list_wanted(struct binder *binder);
/* Bind a SELECT by itself into binder->out. False: out of memory. (bind_select.c) */
bool bind_bare_select(struct binder *binder);
/* Note that memory is out; returns NULL. */
void *bind_no_memory(struct binder *binder);
/* Which aliases are hidden by fields: sets `field` of aliases[i] for the items of the statement. */
void bind_find_fields(struct binder *binder, struct bind_alias *aliases);

enum meta_column bind_meta_column(struct span name); /* META_COUNT: none */
struct sql_type column_sql_type(enum column_type type);

#endif

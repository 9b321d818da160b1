/*
 * binder.h - trees (ast.h) to typed expressions (expr.h): names are resolved, functions found,
 * implicit casts inserted, constants folded, equal expressions made one. All mistakes of a file are
 * told.
 *
 * Names in a SELECT over the stream, by Spark's rules for the record as a table of the fields that
 * the file reads:
 *   - _key _topic _partition _offset _timestamp are the log's metadata;
 *   - stream.x, or alias.x, is the field x; view.x is what LATERAL VIEW makes;
 *   - x is the field x of the record, unless no use of x says that there is a field x: then it is
 *     what explode makes under that name, or the value of an item further left that is called x (in
 *     any case). A use says so when it stands left of the item, in the item itself, in explode's
 *     argument, or in WHERE, where items have no names.
 * Over the rows of another table x is the column x of that table, else what explode makes, else an
 * item further left. In a constraint x is a column of the table itself.
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

enum bind_scope {
	BIND_SELECT,
	BIND_WHERE,
	BIND_ARRAY, /* explode's argument */
	BIND_CHECK
};

/* A name that an expression of the statement itself has: an item, or what explode makes. */
struct bind_alias {
	struct span name;
	struct expr *expr; /* NULL: its expression has errors */
	bool field;        /* the source has a field (a column) of this name */
};

/* One table being bound, or read. */
struct bind_table {
	const struct ast_table *ast;
	struct plan_table *out;
};

struct binder {
	struct plan *plan;
	struct arena *arena; /* the plan's */
	struct diag_list *diags;
	const struct plan_options *options;
	struct span source;
	struct field fields; /* of the stream's record, that all tables together read */
	enum bind_scope scope;
	struct dag *dag;
	size_t index; /* of the table in the plan */
	struct bind_table table;
	struct bind_table parent;   /* the table that it reads; ast NULL: the stream */
	struct bind_alias *aliases; /* items further left */
	size_t alias_count;
	struct bind_alias elements[ELEMENT_COUNT]; /* what explode makes; name.data NULL: nothing */
	bool no_memory;
};

/* Bind binder->table into its `out`, which is zeroed but for `source`. False: out of memory;
 * mistakes are in diags. */
bool bind_statement(struct binder *binder);

/* ---- for bind_*.c. NULL: a mistake, told; or out of memory, noted. */
struct expr *bind_expr(struct binder *binder, const struct ast *ast);
struct expr *bind_literal(struct binder *binder, const struct ast *ast);
/* A name, path, field or index. */
struct expr *bind_name(struct binder *binder, const struct ast *ast);
/* A field of the stream's record, or its metadata; `root` is the name at the chain's bottom. */
struct expr *bind_path(struct binder *binder, const struct ast *ast, const struct ast *root);
/* explode, explode_outer, posexplode, posexplode_outer. */
bool bind_is_generator(const struct ast *ast);
/* The SELECT of the statement, whose columns are bound. False: out of memory. */
bool bind_select(struct binder *binder);
/* A SELECT by itself. False: out of memory. (bind_select.c) */
bool bind_bare_select(struct binder *binder);
/* What comes first: the names of items, the generator. False: out of memory. */
bool bind_begin_select(struct binder *binder);
/* What comes last: WHERE; what exec computes. False: out of memory. */
bool bind_where(struct binder *binder);
bool bind_list_wanted(struct binder *binder);
/* The name that an item has: its alias, or a path's last field; else text.data is NULL. */
struct ast_name bind_item_name(const struct ast_item *item);
/* A condition, which has to be BOOLEAN; `what` for the diagnostic. */
struct expr *bind_condition(struct binder *binder, const struct ast *ast, const char *what);
/* The statement's generator, if any, and the names of what it makes. False: out of memory. */
bool bind_generator(struct binder *binder);
/* `expr` as an ARRAY where it is a path of the record, else NULL, nothing told. */
struct expr *bind_elements(struct binder *binder, const struct ast *ast, struct expr *expr);
/* Call `function` with args that are bound; resolves types, casts, prepares, folds. */
struct expr *bind_call(struct binder *binder, const struct ast *ast, struct span name,
		       struct expr **args, size_t count);
/* `expr` as `type`. Impossible: told at `ast`. */
struct expr *bind_cast(struct binder *binder, const struct ast *ast, struct expr *expr,
		       struct sql_type type);
/* "text: name", at the name. */
void bind_error_at(struct binder *binder, struct ast_name name, const char *hint, const char *text);
/* Into the plan; NULL for SPAN_NULL, or out of memory. */
const char *bind_copy(struct binder *binder, struct span text);
/* The text of the file from start to start + len. */
const char *bind_copy_source(struct binder *binder, uint32_t start, uint32_t len);
/* Note that memory is out; returns NULL. */
void *bind_no_memory(struct binder *binder);
/* Which aliases are hidden by fields: sets `field` of binder->aliases and elements. */
void bind_find_fields(struct binder *binder);
/* The expression that a name stands for, but for those of the source. */
struct expr *bind_leaf(struct binder *binder, const struct ast *ast, enum expr_kind kind,
		       struct sql_type type, int slot);
/* The name at the bottom of a chain of fields and indexes; NULL where it is not a name. */
const struct ast *bind_chain_root(const struct ast *ast);
/* Whether the name is the source's, or its alias: `r` in r.gender. */
bool bind_is_source_name(const struct binder *binder, struct span name);
bool bind_is_view_name(const struct binder *binder, struct span name);
/* The column of that name in a declaration, or -1. */
ptrdiff_t bind_find_column(const struct ast_table *table, struct span name);
/* "did you mean x?" among names, else "there are x, y". NULL: there is none. */
const char *bind_suggest(struct binder *binder, struct span name, const struct span *names,
			 size_t count);

enum meta_column bind_meta_column(struct span name); /* META_COUNT: none */
struct sql_type column_sql_type(enum column_type type);

#endif

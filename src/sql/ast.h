/*
 * ast.h - what the parser makes of a pipeline file: names and types are not looked at yet. All of
 * it lives in the arena of the compilation. Where a part stands in the text (start, len in bytes)
 * goes with everything that a diagnostic may point at.
 */
#ifndef SQL_AST_H
#define SQL_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/column.h"
#include "core/span.h"
#include "sql/lexer.h"
#include "sql/transform.h"
#include "sql/type.h"
#include "sql/vector.h"

/* Nesting that is taken; what goes deeper is a compile error, never a stack overflow. */
#define AST_MAX_HEIGHT 500

enum ast_kind {
	AST_NULL,
	AST_BOOLEAN, /* truth */
	AST_NUMBER,  /* text as spelled, negative */
	AST_STRING,  /* text */
	AST_TYPED,   /* DATE '…', TIMESTAMP '…', X'…': type, text */
	AST_INTERVAL,
	AST_VARIABLE, /* ${text} */
	AST_NAME,     /* text, the start of a path, an alias or a column */
	AST_FIELD,    /* args[0].text */
	AST_INDEX,    /* args[0][args[1]] */
	AST_CALL,     /* text(args): functions, and operators by their name in the function table */
	AST_CAST      /* args[0] to type */
};

struct ast {
	enum ast_kind kind;
	uint32_t start, len;
	uint32_t height;
	struct span text;
	bool negative;
	bool truth;
	bool quoted;   /* the name was between backquotes */
	bool operator; /* the call was not written as name(...): `text` is shown as an operator */
	bool try_cast;
	bool postfix_cast; /* x :: TYPE */
	struct sql_type type;
	struct sql_interval interval;
	struct ast **args;
	size_t arg_count;
};

/* A name at its place. */
struct ast_name {
	struct span text;
	uint32_t start, len;
};

struct ast_column {
	struct ast_name name;
	enum column_type type;
	bool not_null;
	struct span comment; /* SPAN_NULL: none */
};

struct ast_constraint {
	struct ast_name name;
	struct ast *condition; /* NULL: it had errors */
	uint32_t start, len;   /* of the condition */
	enum violation_action action;
};

struct ast_item {
	struct ast *expr;               /* NULL: it had errors */
	struct ast_name alias;          /* text.data NULL: none was written */
	struct ast_name second;         /* of AS (alias, second), else text.data NULL */
	size_t first_token, last_token; /* of the expression, [first, last) */
};

struct ast_order {
	struct ast_name name;
	enum sort_order order;
};

/* LATERAL VIEW [OUTER] explode(x) view AS first, second */
struct ast_lateral {
	struct ast *call;
	size_t first_token, last_token; /* of the call, [first, last) */
	bool outer;
	struct ast_name view, first, second; /* text.data NULL: not written */
};

/* A growing array in the arena; the element's type is said where it is used. */
struct ast_list {
	void *items;
	size_t count, capacity;
};

struct ast_table {
	struct ast_name name;
	uint32_t start, len;         /* CREATE … TABLE */
	struct ast_list columns;     /* struct ast_column */
	struct ast_list constraints; /* struct ast_constraint */
	struct ast_list key;         /* struct ast_name */
	size_t partition_key_count;
	bool has_key;
	struct ast_list ordering; /* struct ast_order: CLUSTERING ORDER BY */
	struct span comment;
	bool keep_nulls;
	struct ast_list items; /* struct ast_item */
	struct ast_name stream, stream_alias;
	struct ast_lateral *lateral; /* or NULL */
	struct ast *where;
	size_t where_first_token, where_last_token;
	bool bare;    /* a SELECT by itself: no name, columns or key */
	bool damaged; /* a part was left out after a syntax error: what is missing is not missed */
};

struct ast_file {
	struct ast_list tables; /* struct ast_table * */
};

#endif

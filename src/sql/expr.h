/*
 * expr.h - the typed plan: a DAG of expressions over the columns of a batch. Made by the binder
 * (every cast is explicit in it, equal subexpressions are one node, constants are folded), run by
 * exec. Immutable after binding; shared by threads.
 */
#ifndef SQL_EXPR_H
#define SQL_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "sql/type.h"
#include "sql/vector.h"

struct function; /* sql/function.h */

enum expr_kind {
	EXPR_LITERAL, /* `literal`: a constant vector of one row */
	EXPR_PATH,    /* `slot` of the JSON reader: STRING */
	EXPR_META,    /* _key _topic _partition _offset _timestamp: `slot` is enum meta_column */
	EXPR_COLUMN, /* `slot`: a column of a table, after conversion (in its constraints, and where
			another table reads its rows) */
	EXPR_ELEMENT, /* what explode makes: `slot` ELEMENT_VALUE: STRING, ELEMENT_PLACE: INT */
	EXPR_CALL     /* `function` over `args`: operators, casts and CASE too are functions */
};

enum meta_column { META_KEY, META_TOPIC, META_PARTITION, META_OFFSET, META_TIMESTAMP, META_COUNT };

enum element_part { ELEMENT_VALUE, ELEMENT_PLACE, ELEMENT_COUNT };

struct expr {
	enum expr_kind kind;
	struct sql_type type;
	uint32_t
	    id; /* dense, topological: every argument's id is smaller. Exec keeps results by it */
	uint32_t start, len; /* where it stands in the text */
	int slot;
	bool hidden; /* a literal made from a ${VARIABLE}: its value is never shown */
	struct vector literal;
	const struct function *function;
	struct expr **args;
	size_t arg_count;
	const char
	    *refused; /* while binding: why prepare refused it, and which argument; or NULL */
	size_t refused_arg;
	void *state; /* what function->prepare made of constant arguments (a compiled pattern);
			released by function->dispose */
};

#endif

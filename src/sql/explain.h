/*
 * explain.h - how a plan's expressions are written for people: shared by explain.c and
 * profile_print.c. The values of variables are not shown.
 */
#ifndef SQL_EXPLAIN_H
#define SQL_EXPLAIN_H

#include "core/buf.h"
#include "sql/plan_state.h"

/* A literal as it is, else the number of the node: #7. */
void explain_reference(const struct expr *expr, struct buf *out);
/* What a node does: a path, a column's name, trim(#5). `table`: whose rows the expressions are
 * over; not read where they are over the stream's. */
void explain_node(const struct plan *plan, const struct plan_table *table, const struct expr *expr,
		  struct buf *out);

#endif

/*
 * plan_link.h - how the tables of a file hang together: who reads whom before they are bound, and
 * what is computed over which rows after that.
 */
#ifndef SQL_PLAN_LINK_H
#define SQL_PLAN_LINK_H

#include <stdbool.h>

#include "core/diag.h"
#include "sql/ast.h"
#include "sql/plan_state.h"

/*
 * Settle what each FROM STREAM names, and the order of the tables. A table that reads itself, by
 * whatever way, a name that nothing has, a second stream, a second table of one name: told. False:
 * out of memory.
 */
bool plan_link(struct plan *plan, const struct ast_file *file, const struct plan_options *options,
	       struct diag_list *diags);

/* Number the expressions of all tables, once they are bound without mistakes. False: out of memory.
 */
bool plan_number(struct plan *plan);

#endif

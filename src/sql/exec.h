/*
 * exec.h - runs a typed plan over a batch, column by column: every expression that is wanted, and
 * what it needs, is computed once, in the order of the expressions' ids.
 */
#ifndef SQL_EXEC_H
#define SQL_EXEC_H

#include <stddef.h>

#include "core/err.h"
#include "core/span.h"
#include "sql/expr.h"
#include "sql/function.h"
#include "sql/profile.h"
#include "sql/vector.h"

struct exec; /* one per worker: holds the scratch memory of the kernels. Not thread safe */

/*
 * `exprs` are all nodes of the plan in the order of their ids (exprs[i]->id == i); borrowed until
 * exec_free. NULL: out of memory.
 */
struct exec *exec_new(const struct expr *const *exprs, size_t count);
void exec_free(struct exec *exec);
/* Count rows and time of each node as of the source `source` of a profile; NULL: no longer. */
void exec_measure(struct exec *exec, struct profile *profile, size_t source);

/* The values that EXPR_PATH, EXPR_META, EXPR_COLUMN and EXPR_ELEMENT stand for; eval->rows of each.
 * A part that the wanted expressions do not name may be NULL. */
struct exec_inputs {
	const struct span *const *paths; /* by slot; a span whose data is NULL is NULL */
	const struct vector *meta;       /* by enum meta_column */
	const struct vector *columns;    /* by column of the table whose rows they are */
	const struct vector *elements;   /* by enum element_part */
};

/*
 * Compute the `n` wanted expressions over eval->rows rows (1 to VECTOR_ROWS) into
 * results[expr->id]. `results` has room for all nodes; entries of nodes that are not needed are
 * left alone. The caller fills eval->arena, rows, reject and err; scratch is set here. Everything
 * in the results lives in eval->arena or in the inputs. US_OK, or US_FATAL: out of memory.
 */
enum status exec_run(struct exec *exec, struct eval *eval, const struct exec_inputs *in,
		     const struct expr *const *wanted, size_t n, struct vector *results,
		     struct err *err);

#endif

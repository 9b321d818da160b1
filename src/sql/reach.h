/*
 * reach.h - which nodes of a plan a row's values need, one by one, as Spark computes them: not the
 * branch of CASE that is not taken, nor what stands behind FALSE AND. Exec computes a node for all
 * rows of a batch; what it refuses where the row does not reach it is no reason to reject.
 */
#ifndef SQL_REACH_H
#define SQL_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include "sql/dag.h"
#include "sql/vector.h"

/*
 * reached[id] becomes whether row `row` needs node id for the roots (NULL entries are skipped).
 * `results` are exec's, by node, of a run that wanted these roots; `reached` has room for
 * dag->count.
 */
void reach_row(const struct dag *dag, struct expr *const *roots, size_t count,
	       const struct vector *results, size_t row, bool *reached);

#endif

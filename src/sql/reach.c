/*
 * reach.c - see reach.h. Nodes are shared, so a node is reached when one of its parents asks for
 * it. Every argument's id is smaller than its parent's: one pass from the highest id down.
 *
 * A reached node looks at the values of arguments that it reaches only. So the meaningless value of
 * a refused node that is not reached decides nothing.
 */
#include "sql/reach.h"

#include <string.h>

#include "sql/function.h"
#include "sql/kernel.h"

struct reach {
	const struct vector *results;
	size_t row;
	bool *reached;
};

static const struct vector *take(const struct reach *reach, const struct expr *expr, size_t arg)
{
	uint32_t id = expr->args[arg]->id;

	reach->reached[id] = true;
	return &reach->results[id];
}

static bool is_boolean(const struct reach *reach, const struct vector *vector, uint8_t value)
{
	return !vector_is_null(vector, reach->row) &&
	       vector->as.boolean[vector_index(vector, reach->row)] == value;
}

static bool is_zero(const struct reach *reach, const struct vector *vector)
{
	size_t i = vector_index(vector, reach->row);

	switch (vector->type.kind) {
	case SQL_INT:
		return vector->as.int32[i] == 0;
	case SQL_BIGINT:
		return vector->as.int64[i] == 0;
	case SQL_DOUBLE:
		return vector->as.real[i] == 0;
	case SQL_DECIMAL:
		return vector->as.decimal[i] == 0;
	default:
		return false;
	}
}

/* CASE: conditions up to the first that is TRUE, and its value. */
static void take_case(const struct reach *reach, const struct expr *expr)
{
	for (size_t a = 0; a + 1 < expr->arg_count; a += 2)
		if (is_boolean(reach, take(reach, expr, a), 1)) {
			take(reach, expr, a + 1);
			return;
		}
	if (expr->arg_count % 2 == 1)
		take(reach, expr, expr->arg_count - 1);
}

/* IN: nothing is looked for where the value is NULL, nor behind what is equal to it. */
static void take_in(const struct reach *reach, const struct expr *expr)
{
	const struct vector *value = take(reach, expr, 0), *other;
	size_t row = reach->row;
	bool done = vector_is_null(value, row);

	for (size_t a = 1; a < expr->arg_count && !done; a++) {
		other = take(reach, expr, a);
		done = !vector_is_null(other, row) && vector_compare(value, row, other, row) == 0;
	}
}

static void take_divisor_first(const struct reach *reach, const struct expr *expr)
{
	const struct vector *divisor = take(reach, expr, 1);

	if (!vector_is_null(divisor, reach->row) && !is_zero(reach, divisor))
		take(reach, expr, 0);
}

/* From the left, up to the first argument that decides the value. */
static void take_in_order(const struct reach *reach, const struct expr *expr,
			  enum argument_rule rule)
{
	bool decided = false;

	for (size_t a = 0; a < expr->arg_count && !decided; a++) {
		const struct vector *value = take(reach, expr, a);

		if (rule == ARGUMENTS_TO_FALSE)
			decided = is_boolean(reach, value, 0);
		else if (rule == ARGUMENTS_TO_TRUE)
			decided = is_boolean(reach, value, 1);
		else if (rule == ARGUMENTS_TO_VALUE)
			decided = !vector_is_null(value, reach->row);
		else if (rule == ARGUMENTS_TO_NULL)
			decided = vector_is_null(value, reach->row);
	}
}

/* Argument `first`, if there is one; where it is not NULL, all from the left up to a NULL. */
static void take_first(const struct reach *reach, const struct expr *expr, size_t first)
{
	if (first >= expr->arg_count || !vector_is_null(take(reach, expr, first), reach->row))
		take_in_order(reach, expr, ARGUMENTS_TO_NULL);
}

static void take_arguments(const struct reach *reach, const struct expr *expr)
{
	enum argument_rule rule = expr->function->arguments;

	if (rule == ARGUMENTS_BY_NULLS)
		rule = expr->function->nulls == NULL_IN_NULL_OUT ? ARGUMENTS_TO_NULL
								 : ARGUMENTS_ALL;
	if (rule == ARGUMENTS_OF_CASE)
		take_case(reach, expr);
	else if (rule == ARGUMENTS_OF_IN)
		take_in(reach, expr);
	else if (rule == ARGUMENTS_OF_NVL2)
		take(reach, expr, vector_is_null(take(reach, expr, 0), reach->row) ? 2 : 1);
	else if (rule == ARGUMENTS_SECOND_FIRST)
		take_first(reach, expr, 1);
	else if (rule == ARGUMENTS_THIRD_FIRST)
		take_first(reach, expr, 2);
	else if (rule == ARGUMENTS_DIVISOR_FIRST)
		take_divisor_first(reach, expr);
	else
		take_in_order(reach, expr, rule);
}

void reach_row(const struct dag *dag, struct expr *const *roots, size_t count,
	       const struct vector *results, size_t row, bool *reached)
{
	const struct reach reach = { .results = results, .row = row, .reached = reached };

	memset(reached, 0, dag->count * sizeof(*reached));
	for (size_t i = 0; i < count; i++)
		if (roots[i])
			reached[roots[i]->id] = true;
	for (size_t id = dag->count; id-- > 0;)
		if (reached[id] && dag->nodes[id]->kind == EXPR_CALL)
			take_arguments(&reach, dag->nodes[id]);
}

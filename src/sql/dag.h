/*
 * dag.h - the nodes of typed expressions while they are made: equal nodes are one (hash-consing),
 * constant ones are folded. When all are there, dag_finish keeps those that are needed and numbers
 * them.
 */
#ifndef SQL_DAG_H
#define SQL_DAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "sql/expr.h"

struct dag {
	struct arena *arena; /* of the plan */
	struct expr **all;   /* every node ever made, in the order of making */
	size_t all_count, all_capacity;
	struct expr **buckets; /* open addressing */
	size_t bucket_count;
	struct expr **nodes; /* after dag_finish: the needed ones, nodes[i]->id == i */
	size_t count;
};

void dag_init(struct dag *dag, struct arena *arena);
/* Disposes of what functions prepared. The nodes are the arena's. */
void dag_release(struct dag *dag);

/*
 * The node equal to `wanted` (kind, type, slot, function, args, literal), which is added when there
 * is none. *added, which may be NULL, tells which. args and literal data have to be in the arena.
 * NULL: out of memory.
 */
struct expr *dag_intern(struct dag *dag, const struct expr *wanted, bool *added);
/* A literal of one value; NULL where `value` is NULL, else `vector_width(type)` bytes are copied.
 * NULL: out of memory. */
struct expr *dag_literal(struct dag *dag, struct sql_type type, const void *value, uint32_t start,
			 uint32_t len);
/* A STRING whose value is never shown. NULL: out of memory. */
struct expr *dag_hidden_text(struct dag *dag, struct span text, uint32_t start, uint32_t len);
bool expr_is_null_literal(const struct expr *expr);

/* Number what the roots (NULL entries are skipped) need, arguments first. False: out of memory. */
bool dag_finish(struct dag *dag, struct expr *const *roots, size_t count);

#endif

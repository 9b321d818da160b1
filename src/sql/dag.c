/*
 * dag.c - see dag.h. Arguments are interned before their parent, so two calls are equal when their
 * arguments are the same pointers.
 */
#include "sql/dag.h"

#include <string.h>

#include "core/random.h"
#include "sql/function.h"

#define UNNUMBERED UINT32_MAX
#define NEEDED     (UINT32_MAX - 1)

void dag_init(struct dag *dag, struct arena *arena)
{
	*dag = (struct dag){ .arena = arena };
}

void dag_release(struct dag *dag)
{
	for (size_t i = 0; i < dag->all_count; i++) {
		struct expr *expr = dag->all[i];

		if (expr->state && expr->function->dispose)
			expr->function->dispose(expr->state);
		expr->state = NULL;
	}
	dag->all_count = dag->count = 0;
}

bool expr_is_null_literal(const struct expr *expr)
{
	return expr->kind == EXPR_LITERAL && vector_is_null(&expr->literal, 0);
}

/* The bytes by which two literals of one type differ; texts are compared by content. */
static struct span literal_bytes(const struct expr *expr)
{
	if (expr->literal.type.kind == SQL_NULL || vector_is_null(&expr->literal, 0))
		return SPAN_NULL;
	if (expr->type.kind == SQL_STRING || expr->type.kind == SQL_BINARY)
		return expr->literal.as.text[0];
	return (struct span){ .data = expr->literal.as.data, .len = vector_width(expr->type) };
}

static uint64_t expr_hash(const struct expr *expr)
{
	uintptr_t key[4] = { (uintptr_t)expr->kind | (uintptr_t)expr->type.kind << 8 |
				 (uintptr_t)expr->type.precision << 16 |
				 (uintptr_t)expr->type.scale << 24,
			     (uintptr_t)expr->slot, (uintptr_t)expr->function, expr->arg_count };
	uint64_t hash = hash_bytes(key, sizeof(key), 1);
	struct span bytes;

	if (expr->arg_count)
		hash = hash_bytes(expr->args, expr->arg_count * sizeof(struct expr *), hash);
	if (expr->kind == EXPR_LITERAL && expr->type.kind != SQL_ARRAY) {
		bytes = literal_bytes(expr);
		hash = hash_bytes(bytes.data ? bytes.data : "", bytes.len, hash);
	}
	return hash;
}

static bool expr_equal(const struct expr *a, const struct expr *b)
{
	struct span x, y;

	if (a->kind != b->kind || !sql_type_equal(a->type, b->type) || a->slot != b->slot ||
	    a->function != b->function || a->arg_count != b->arg_count || a->hidden != b->hidden)
		return false;
	if (a->kind != EXPR_LITERAL)
		return a->arg_count == 0 ||
		       memcmp(a->args, b->args, a->arg_count * sizeof(struct expr *)) == 0;
	if (a->type.kind == SQL_ARRAY) /* their items are not compared */
		return false;
	x = literal_bytes(a);
	y = literal_bytes(b);
	if (!x.data || !y.data)
		return x.data == y.data;
	return span_equal(x, y);
}

/* The bucket where `expr` is, or the empty one where it belongs. */
static struct expr **find_bucket(const struct dag *dag, const struct expr *expr)
{
	size_t i = expr_hash(expr) & (dag->bucket_count - 1);

	while (dag->buckets[i] && !expr_equal(dag->buckets[i], expr))
		i = (i + 1) & (dag->bucket_count - 1);
	return &dag->buckets[i];
}

/* Room for one more node, at most half full. */
static bool grow(struct dag *dag)
{
	size_t capacity = dag->all_capacity ? 2 * dag->all_capacity : 64;
	struct expr **all, **buckets;

	if (dag->all_count < dag->all_capacity)
		return true;
	all = arena_alloc(dag->arena, capacity * sizeof(struct expr *));
	buckets = arena_calloc(dag->arena, 2 * capacity, sizeof(struct expr *));
	if (!all || !buckets)
		return false;
	if (dag->all_count)
		memcpy(all, dag->all, dag->all_count * sizeof(struct expr *));
	dag->all = all;
	dag->all_capacity = capacity;
	dag->buckets = buckets;
	dag->bucket_count = 2 * capacity;
	for (size_t i = 0; i < dag->all_count; i++)
		*find_bucket(dag, all[i]) = all[i];
	return true;
}

struct expr *dag_intern(struct dag *dag, const struct expr *wanted, bool *added)
{
	struct expr **bucket, *expr;

	if (added)
		*added = false;
	if (!grow(dag))
		return NULL;
	bucket = find_bucket(dag, wanted);
	expr = *bucket;
	if (expr)
		return expr;
	expr = arena_alloc(dag->arena, sizeof(*expr));
	if (!expr)
		return NULL;
	*expr = *wanted;
	expr->id = UNNUMBERED;
	*bucket = expr;
	dag->all[dag->all_count++] = expr;
	if (added)
		*added = true;
	return expr;
}

static struct expr *literal(struct dag *dag, struct expr *expr, const void *value)
{
	if (!vector_init(&expr->literal, expr->type, 1, dag->arena))
		return NULL;
	expr->literal.constant = true;
	if (value) {
		memcpy(expr->literal.as.data, value, vector_width(expr->type));
	} else {
		if (!vector_make_valid(&expr->literal, 1, dag->arena))
			return NULL;
		vector_set_null(&expr->literal, 0);
	}
	return dag_intern(dag, expr, NULL);
}

struct expr *dag_literal(struct dag *dag, struct sql_type type, const void *value, uint32_t start,
			 uint32_t len)
{
	struct expr expr = { .kind = EXPR_LITERAL, .type = type, .start = start, .len = len };

	return literal(dag, &expr, value);
}

struct expr *dag_hidden_text(struct dag *dag, struct span text, uint32_t start, uint32_t len)
{
	struct expr expr = { .kind = EXPR_LITERAL,
			     .type = SQL_TYPE(SQL_STRING),
			     .start = start,
			     .len = len,
			     .hidden = true };

	return literal(dag, &expr, &text);
}

/* Nodes are made after their arguments: backwards, every parent is met before its arguments. */
bool dag_finish(struct dag *dag, struct expr *const *roots, size_t count)
{
	dag->nodes = arena_alloc(dag->arena,
				 (dag->all_count ? dag->all_count : 1) * sizeof(struct expr *));
	if (!dag->nodes)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (roots[i])
			roots[i]->id = NEEDED;
	}
	for (size_t i = dag->all_count; i-- > 0;) {
		struct expr *expr = dag->all[i];

		for (size_t j = 0; expr->id == NEEDED && j < expr->arg_count; j++)
			expr->args[j]->id = NEEDED;
	}
	for (size_t i = 0; i < dag->all_count; i++) {
		struct expr *expr = dag->all[i];

		if (expr->id == NEEDED) {
			expr->id = (uint32_t)dag->count;
			dag->nodes[dag->count++] = expr;
		}
	}
	return true;
}

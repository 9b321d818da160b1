/*
 * kernel.h - what the kernels of all functions share: walking over rows, room for texts in the
 * batch's arena, and how the one table is put together from a table per area.
 */
#ifndef SQL_KERNEL_H
#define SQL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "sql/expr.h"
#include "sql/function.h"
#include "sql/resolve.h"
#include "sql/vector.h"

/* Rows to fill: 1 when all arguments are constant. */
static inline size_t kernel_rows(const struct eval *eval, const struct vector *out)
{
	return out->constant ? 1 : eval->rows;
}

static inline bool kernel_is_valid(const struct vector *out, size_t row)
{
	return !out->valid || (out->valid[row >> 6] >> (row & 63) & 1);
}

/* Make a row NULL; false: out of memory. */
static inline bool kernel_set_null(struct eval *eval, struct vector *out, size_t row)
{
	if (!out->valid && !vector_make_valid(out, kernel_rows(eval, out), eval->arena))
		return false;
	vector_set_null(out, row);
	return true;
}

static inline struct span kernel_text(const struct vector *vector, size_t row)
{
	return vector->as.text[vector_index(vector, row)];
}

/* Order of two values of one type, neither NULL: < 0, 0, > 0. (compare_functions.c) */
int vector_compare(const struct vector *left, size_t l, const struct vector *right, size_t r);

/* Texts of one column are written one after another into pieces of the arena. */
struct text_heap {
	struct arena *arena;
	char *at;
	char *end;
	size_t piece; /* size of the next piece */
};

struct text_heap text_heap_of(const struct eval *eval);
/* Room for `size` bytes at the returned place, NULL: out of memory. */
char *text_heap_reserve(struct text_heap *heap, size_t size);
/* Keep the first `size` bytes of what was reserved last. */
static inline struct span text_heap_keep(struct text_heap *heap, size_t size)
{
	struct span text = { .data = heap->at, .len = size };

	heap->at += size;
	return text;
}
static inline bool text_heap_copy(struct text_heap *heap, const char *data, size_t size,
				  struct span *out)
{
	char *room = text_heap_reserve(heap, size);

	if (!room)
		return false;
	if (size)
		memcpy(room, data, size);
	*out = text_heap_keep(heap, size);
	return true;
}

enum status kernel_no_memory(struct eval *eval, const struct expr *expr);

/* The value of a constant argument, at bind time. NULL: not constant, or NULL. */
const struct span *constant_text(const struct expr *expr);

/* The tables of the areas, each ended by an entry without a name. function.c joins them. */
extern const struct function functions_logic[];
extern const struct function functions_compare[];
extern const struct function functions_arithmetic[];
extern const struct function functions_cast[];
extern const struct function functions_trim[];
extern const struct function functions_concat[];
extern const struct function functions_case[];
extern const struct function functions_regex[];
extern const struct function functions_like[];
extern const struct function functions_time[];
extern const struct function functions_math[];
extern const struct function functions_power[];
extern const struct function functions_charset[];
extern const struct function functions_url[];
extern const struct function functions_json[];
extern const struct function functions_extract[];
extern const struct function functions_array[];
extern const struct function functions_elements[];
extern const struct function functions_digest[];
extern const struct function functions_encode[];
extern const struct function functions_date[];
extern const struct function functions_time_shift[];
extern const struct function functions_text[];
extern const struct function functions_search[];
extern const struct function functions_substring[];

#endif

/*
 * vector.h - the values of one expression over a batch of at most VECTOR_ROWS rows. Memory is the
 * batch's arena.
 *
 * Texts are spans: they point into the record, a literal, or the arena, so that trim() or a path
 * copies nothing. The data of a NULL row is defined (zero, or an empty span) but meaningless:
 * kernels may compute on it, and must not trap on it.
 */
#ifndef SQL_VECTOR_H
#define SQL_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"
#include "sql/type.h"

#define VECTOR_ROWS 4096

/* Years and months, or days and times: the other is 0. */
struct sql_interval {
	int32_t months;
	int64_t micros;
};

struct sql_array {
	const struct span *items; /* a span with data NULL is a NULL element */
	size_t count;
};

struct vector {
	struct sql_type type;
	bool constant;   /* row 0 stands for every row: index with vector_index() */
	uint64_t *valid; /* bit i of word i / 64: row i is not NULL. NULL: no row is. Words = (rows
			    + 63) / 64 */
	union {
		void *data;
		uint8_t *boolean; /* 0 or 1 a row */
		int32_t *int32;   /* INT, DATE */
		int64_t *int64;   /* BIGINT, TIMESTAMP */
		double *real;
		int128 *decimal;   /* unscaled */
		struct span *text; /* STRING, BINARY, UUID (as text) */
		struct sql_array *array;
		struct sql_interval *interval;
	} as;
};

static inline size_t vector_index(const struct vector *vector, size_t row)
{
	return vector->constant ? 0 : row;
}
static inline bool vector_is_null(const struct vector *vector, size_t row)
{
	size_t i = vector_index(vector, row);
	return vector->valid && !(vector->valid[i >> 6] >> (i & 63) & 1);
}

/* Bytes of one value of a type. */
size_t vector_width(struct sql_type type);
/* Room for `rows` values (zeroed), no validity yet (no NULLs). False: out of memory. */
bool vector_init(struct vector *vector, struct sql_type type, size_t rows, struct arena *arena);
/* Give it a bitmap, all rows valid, if it has none. False: out of memory. */
bool vector_make_valid(struct vector *vector, size_t rows, struct arena *arena);
static inline void vector_set_null(struct vector *vector, size_t row)
{
	vector->valid[row >> 6] &= ~(UINT64_C(1) << (row & 63));
}

#endif

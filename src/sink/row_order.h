/*
 * row_order.h - the order in which a batch is written: by primary key, so that a B-tree is walked
 * from left to right; rows of one key by stamp, then as they came.
 */
#ifndef SINK_ROW_ORDER_H
#define SINK_ROW_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/column.h"

struct row_place {
	uint64_t prefix; /* orders as the first key column does, as far as 8 bytes go */
	uint32_t row;
};

/* Filled anew for each batch; keeps its memory. Starts zeroed. */
struct row_order {
	struct row_place *places; /* the batch's row_count of them, in order */
	size_t capacity;
};

/* False: out of memory. */
bool row_order_sort(struct row_order *order, const struct row_batch *batch, const int64_t *stamps);
void row_order_release(struct row_order *order);

#endif

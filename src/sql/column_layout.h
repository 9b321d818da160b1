/*
 * column_layout.h - sizes of Arrow's buffers.
 */
#ifndef SQL_COLUMN_LAYOUT_H
#define SQL_COLUMN_LAYOUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/arena.h"
#include "core/column.h"

#define ARROW_PADDING 64

/* Bytes of a buffer: never 0, padded as Arrow wants it. */
static inline size_t arrow_padded(size_t bytes)
{
	return bytes < ARROW_PADDING ? ARROW_PADDING
				     : (bytes + ARROW_PADDING - 1) & ~(size_t)(ARROW_PADDING - 1);
}

/* Bytes of a value; 0 for texts and booleans. */
static inline size_t arrow_width(enum column_type type)
{
	static const uint8_t widths[] = {
		[COLUMN_UUID] = 16,  [COLUMN_INT] = 4,    [COLUMN_DATE] = 4,
		[COLUMN_BIGINT] = 8, [COLUMN_DOUBLE] = 8, [COLUMN_TIMESTAMP] = 8,
	};

	return widths[type];
}

/* So many bits, all zero. NULL: out of memory. */
static inline uint64_t *arrow_bits(size_t count, struct arena *arena)
{
	size_t bytes = arrow_padded((count + 7) / 8);
	uint64_t *bits = arena_alloc(arena, bytes);

	if (bits)
		memset(bits, 0, bytes);
	return bits;
}

/* A buffer of `size` bytes with what is in the first `used` of another. NULL: out of memory. */
static inline void *arrow_grown(const void *from, size_t used, size_t size, struct arena *arena)
{
	void *to = arena_alloc(arena, arrow_padded(size));

	if (to && used)
		memcpy(to, from, used);
	return to;
}

#endif

/*
 * column_take.c - a column's selected rows as another.
 */
#include <string.h>

#include "sql/column_layout.h"
#include "sql/worker_state.h"

static bool bit_of(const void *bits, size_t i)
{
	return ((const uint8_t *)bits)[i >> 3] >> (i & 7) & 1;
}

/* The selected bits of a bitmap. NULL: out of memory. */
static uint8_t *take_bits(const void *from, const struct selection *selection, struct arena *arena)
{
	uint8_t *bits = (uint8_t *)arrow_bits(selection->count, arena);

	for (size_t i = 0; bits && i < selection->count; i++)
		bits[i >> 3] |= (uint8_t)(bit_of(from, selection->rows[i]) << (i & 7));
	return bits;
}

static bool take_text(struct column *out, const struct column *from,
		      const struct selection *selection, struct arena *arena)
{
	int32_t *offsets = arena_alloc(arena,
				       arrow_padded((selection->count + 1) * sizeof(*offsets)));
	size_t total = 0;
	char *data;

	for (size_t i = 0; offsets && i < selection->count; i++) {
		uint32_t row = selection->rows[i];

		offsets[i] = (int32_t)total;
		total += (size_t)(from->offsets[row + 1] - from->offsets[row]);
	}
	data = offsets ? arena_alloc(arena, arrow_padded(total)) : NULL;
	if (!data)
		return false;
	offsets[selection->count] = (int32_t)total;
	for (size_t i = 0; i < selection->count; i++)
		memcpy(data + offsets[i],
		       (const char *)from->data + from->offsets[selection->rows[i]],
		       (size_t)(offsets[i + 1] - offsets[i]));
	out->offsets = offsets;
	out->data = data;
	return true;
}

static bool take_fixed(struct column *out, const struct column *from, size_t width,
		       const struct selection *selection, struct arena *arena)
{
	char *data = arena_alloc(arena, arrow_padded(selection->count * width));

	if (!data)
		return false;
	for (size_t i = 0; i < selection->count; i++)
		memcpy(data + i * width, (const char *)from->data + selection->rows[i] * width,
		       width);
	out->data = data;
	return true;
}

bool column_take(struct column *out, const struct column *from, const struct selection *selection,
		 struct arena *arena)
{
	*out = (struct column){ .type = from->type, .length = (int64_t)selection->count };
	for (size_t i = 0; i < selection->count; i++)
		out->null_count += column_is_null(from, selection->rows[i]);
	if (out->null_count) {
		out->validity = take_bits(from->validity, selection, arena);
		if (!out->validity)
			return false;
	}
	if (from->type == COLUMN_TEXT)
		return take_text(out, from, selection, arena);
	if (from->type != COLUMN_BOOLEAN)
		return take_fixed(out, from, arrow_width(from->type), selection, arena);
	out->data = take_bits(from->data, selection, arena);
	return out->data != NULL;
}

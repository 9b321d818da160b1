/*
 * column_join.c - a table's pieces as one column, and a column's selected rows as another.
 */
#include <string.h>

#include "sql/column_layout.h"
#include "sql/worker_state.h"

#define EACH_PIECE(piece, part)                    \
	const struct piece *piece = (part)->first; \
	(piece);                                   \
	(piece) = (piece)->next

/* ---- joining */

/* Append `count` bits at bit `at` of zeroed storage. Bits of `from` past count are zero. */
static void append_bits(uint64_t *to, size_t at, const uint64_t *from, size_t count)
{
	unsigned shift = at & 63;

	for (size_t w = 0; w * 64 < count; w++) {
		to[at / 64 + w] |= from[w] << shift;
		if (shift && from[w] >> (64 - shift))
			to[at / 64 + w + 1] |= from[w] >> (64 - shift);
	}
}

static bool join_validity(struct column *out, const struct table_part *part, size_t column,
			  struct arena *arena)
{
	uint64_t ones[BITMAP_WORDS], *bits;
	size_t at = 0;

	for (EACH_PIECE(piece, part))
		out->null_count += piece->columns[column].null_count;
	if (out->null_count == 0)
		return true;
	bits = arrow_bits((size_t)out->length, arena);
	if (!bits)
		return false;
	for (EACH_PIECE(piece, part)) {
		const void *valid = piece->columns[column].validity;

		if (!valid)
			bits_fill(ones, piece->count);
		append_bits(bits, at, valid ? valid : ones, piece->count);
		at += piece->count;
	}
	out->validity = (uint8_t *)bits;
	return true;
}

static bool join_text(struct column *out, const struct table_part *part, size_t column,
		      struct arena *arena)
{
	int32_t *offsets = arena_alloc(arena,
				       arrow_padded(((size_t)out->length + 1) * sizeof(*offsets)));
	size_t total = 0, at = 0;
	char *data;

	for (EACH_PIECE(piece, part))
		total += (size_t)piece->columns[column].offsets[piece->count];
	if (!offsets || total > INT32_MAX)
		return false;
	out->offsets = offsets;
	out->data = data = arena_alloc(arena, arrow_padded(total));
	if (!data)
		return false;
	total = 0;
	offsets[0] = 0;
	for (EACH_PIECE(piece, part)) {
		const struct column *from = &piece->columns[column];

		for (size_t row = 1; row <= piece->count; row++)
			offsets[at + row] = (int32_t)total + from->offsets[row];
		memcpy(data + total, from->data, (size_t)from->offsets[piece->count]);
		total += (size_t)from->offsets[piece->count];
		at += piece->count;
	}
	return true;
}

static bool join_booleans(struct column *out, const struct table_part *part, size_t column,
			  struct arena *arena)
{
	uint64_t *bits = arrow_bits((size_t)out->length, arena);
	size_t at = 0;

	if (!bits)
		return false;
	for (EACH_PIECE(piece, part)) {
		append_bits(bits, at, piece->columns[column].data, piece->count);
		at += piece->count;
	}
	out->data = bits;
	return true;
}

static bool join_fixed(struct column *out, const struct table_part *part, size_t column,
		       size_t width, struct arena *arena)
{
	char *data = arena_alloc(arena, arrow_padded((size_t)out->length * width));

	if (!data)
		return false;
	out->data = data;
	for (EACH_PIECE(piece, part)) {
		memcpy(data, piece->columns[column].data, piece->count * width);
		data += piece->count * width;
	}
	return true;
}

bool column_join(struct column *out, enum column_type type, const struct table_part *part,
		 size_t column, struct arena *arena)
{
	*out = (struct column){ .type = type };
	for (EACH_PIECE(piece, part))
		out->length += (int64_t)piece->count;
	if (!join_validity(out, part, column, arena))
		return false;
	if (type == COLUMN_TEXT)
		return join_text(out, part, column, arena);
	if (type == COLUMN_BOOLEAN)
		return join_booleans(out, part, column, arena);
	return join_fixed(out, part, column, arrow_width(type), arena);
}

/* ---- taking */

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

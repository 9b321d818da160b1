/*
 * column_build.c - a vector's selected rows as an Arrow column, and columns joined to one.
 */
#include <string.h>

#include "sql/worker_state.h"

#define ARROW_PADDING 64

static size_t padded(size_t bytes)
{
	return bytes < ARROW_PADDING ? ARROW_PADDING
				     : (bytes + ARROW_PADDING - 1) & ~(size_t)(ARROW_PADDING - 1);
}

/* Bytes of a value; 0 for texts and booleans. */
static size_t fixed_width(enum column_type type)
{
	static const uint8_t widths[] = {
		[COLUMN_UUID] = 16,  [COLUMN_INT] = 4,    [COLUMN_DATE] = 4,
		[COLUMN_BIGINT] = 8, [COLUMN_DOUBLE] = 8, [COLUMN_TIMESTAMP] = 8,
	};

	return widths[type];
}

/* The bitmap of the selected rows, and how many are NULL. */
static bool build_validity(struct column *out, const struct vector *vector,
			   const struct selection *selection, struct arena *arena)
{
	size_t words = (selection->count + 63) / 64;
	uint64_t *bits;
	size_t valid = 0;

	if (!vector->valid || (vector->constant && (vector->valid[0] & 1)))
		return true;
	bits = arena_alloc(arena, padded(words * sizeof(*bits)));
	if (!bits)
		return false;
	memset(bits, 0, padded(words * sizeof(*bits)));
	if (vector->constant) {
		/* all NULL */
	} else if (selection->all) {
		memcpy(bits, vector->valid, words * sizeof(*bits));
		if (selection->count & 63)
			bits[words - 1] &= (UINT64_C(1) << (selection->count & 63)) - 1;
	} else {
		for (size_t i = 0; i < selection->count; i++)
			bits[i >> 6] |= (uint64_t)bit_get(vector->valid, selection->rows[i])
					<< (i & 63);
	}
	for (size_t w = 0; w < words; w++)
		valid += (size_t)__builtin_popcountll(bits[w]);
	out->null_count = (int64_t)(selection->count - valid);
	if (out->null_count)
		out->validity = (uint8_t *)bits;
	return true;
}

/* Texts of one batch rarely differ much in length: short ones are copied without a call. */
static inline char *append_text(char *to, const char *from, size_t len)
{
	if (len >= 8 && len <= 32) {
		uint64_t a, b, c, d;

		memcpy(&a, from, 8);
		memcpy(&d, from + len - 8, 8);
		if (len > 16) {
			memcpy(&b, from + 8, 8);
			memcpy(&c, from + len - 16, 8);
			memcpy(to + 8, &b, 8);
			memcpy(to + len - 16, &c, 8);
		}
		memcpy(to, &a, 8);
		memcpy(to + len - 8, &d, 8);
	} else {
		memcpy(to, from, len);
	}
	return to + len;
}

static bool build_text(struct column *out, const struct vector *vector,
		       const struct selection *selection, struct arena *arena)
{
	const struct span *texts = vector->as.text;
	int32_t *offsets = arena_alloc(arena, padded((selection->count + 1) * sizeof(*offsets)));
	size_t total = 0;
	char *data;

	if (!offsets)
		return false;
	for (size_t i = 0; i < selection->count; i++) {
		size_t row = vector->constant ? 0 : selection->rows[i];

		offsets[i] = (int32_t)total;
		if (!column_is_null(out, (int64_t)i))
			total += texts[row].len;
		if (total > INT32_MAX)
			return false;
	}
	offsets[selection->count] = (int32_t)total;
	out->offsets = offsets;
	out->data = data = arena_alloc(arena, padded(total));
	if (!data)
		return false;
	for (size_t i = 0; i < selection->count; i++) {
		size_t row = vector->constant ? 0 : selection->rows[i];
		size_t len = (size_t)(offsets[i + 1] - offsets[i]);

		if (len)
			data = append_text(data, texts[row].data, len);
	}
	return true;
}

static bool build_boolean(struct column *out, const struct vector *vector,
			  const struct selection *selection, struct arena *arena)
{
	size_t bytes = padded((selection->count + 7) / 8);
	uint8_t *bits = arena_alloc(arena, bytes);

	if (!bits)
		return false;
	memset(bits, 0, bytes);
	for (size_t i = 0; i < selection->count; i++) {
		size_t row = vector->constant ? 0 : selection->rows[i];

		bits[i >> 3] |= (uint8_t)((vector->as.boolean[row] != 0) << (i & 7));
	}
	out->data = bits;
	return true;
}

static bool build_fixed(struct column *out, const void *values, size_t width, bool constant,
			const struct selection *selection, struct arena *arena)
{
	char *data;

	data = arena_alloc(arena, padded(selection->count * width));
	if (!data)
		return false;
	out->data = data;
	if (selection->all && !constant) {
		memcpy(data, values, selection->count * width);
		return true;
	}
	for (size_t i = 0; i < selection->count; i++)
		memcpy(data + i * width,
		       (const char *)values + (constant ? 0 : selection->rows[i]) * width, width);
	return true;
}

bool column_build(struct column *out, enum column_type type, const struct vector *vector,
		  const uint8_t *uuids, const struct selection *selection, struct arena *arena)
{
	*out = (struct column){ .type = type, .length = (int64_t)selection->count };
	if (!build_validity(out, vector, selection, arena))
		return false;
	if (type == COLUMN_TEXT)
		return build_text(out, vector, selection, arena);
	if (type == COLUMN_BOOLEAN)
		return build_boolean(out, vector, selection, arena);
	return build_fixed(out, type == COLUMN_UUID ? uuids : vector->as.data, fixed_width(type),
			   vector->constant, selection, arena);
}

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

static uint64_t *new_bits(size_t count, struct arena *arena)
{
	size_t bytes = padded((count + 7) / 8);
	uint64_t *bits = arena_alloc(arena, bytes);

	if (bits)
		memset(bits, 0, bytes);
	return bits;
}

static bool join_validity(struct column *out, const struct piece *pieces, size_t piece_count,
			  size_t column, struct arena *arena)
{
	uint64_t ones[BITMAP_WORDS], *bits;
	size_t at = 0;

	for (size_t i = 0; i < piece_count; i++)
		out->null_count += pieces[i].columns[column].null_count;
	if (out->null_count == 0)
		return true;
	bits = new_bits((size_t)out->length, arena);
	if (!bits)
		return false;
	for (size_t i = 0; i < piece_count; at += pieces[i++].count) {
		const void *valid = pieces[i].columns[column].validity;

		if (!valid)
			bits_fill(ones, pieces[i].count);
		append_bits(bits, at, valid ? valid : ones, pieces[i].count);
	}
	out->validity = (uint8_t *)bits;
	return true;
}

static bool join_text(struct column *out, const struct piece *pieces, size_t piece_count,
		      size_t column, struct arena *arena)
{
	int32_t *offsets = arena_alloc(arena, padded(((size_t)out->length + 1) * sizeof(*offsets)));
	size_t total = 0, at = 0;
	char *data;

	for (size_t i = 0; i < piece_count; i++)
		total += (size_t)pieces[i].columns[column].offsets[pieces[i].count];
	if (!offsets || total > INT32_MAX)
		return false;
	out->offsets = offsets;
	out->data = data = arena_alloc(arena, padded(total));
	if (!data)
		return false;
	total = 0;
	offsets[0] = 0;
	for (size_t i = 0; i < piece_count; at += pieces[i++].count) {
		const struct column *from = &pieces[i].columns[column];

		for (size_t row = 1; row <= pieces[i].count; row++)
			offsets[at + row] = (int32_t)total + from->offsets[row];
		memcpy(data + total, from->data, (size_t)from->offsets[pieces[i].count]);
		total += (size_t)from->offsets[pieces[i].count];
	}
	return true;
}

static bool join_booleans(struct column *out, const struct piece *pieces, size_t piece_count,
			  size_t column, struct arena *arena)
{
	uint64_t *bits = new_bits((size_t)out->length, arena);
	size_t at = 0;

	if (!bits)
		return false;
	for (size_t i = 0; i < piece_count; at += pieces[i++].count)
		append_bits(bits, at, pieces[i].columns[column].data, pieces[i].count);
	out->data = bits;
	return true;
}

static bool join_fixed(struct column *out, const struct piece *pieces, size_t piece_count,
		       size_t column, size_t width, struct arena *arena)
{
	char *data = arena_alloc(arena, padded((size_t)out->length * width));

	if (!data)
		return false;
	out->data = data;
	for (size_t i = 0; i < piece_count; i++) {
		memcpy(data, pieces[i].columns[column].data, pieces[i].count * width);
		data += pieces[i].count * width;
	}
	return true;
}

bool column_join(struct column *out, enum column_type type, const struct piece *pieces,
		 size_t piece_count, size_t column, struct arena *arena)
{
	*out = (struct column){ .type = type };
	for (size_t i = 0; i < piece_count; i++)
		out->length += (int64_t)pieces[i].count;
	if (!join_validity(out, pieces, piece_count, column, arena))
		return false;
	switch (type) {
	case COLUMN_TEXT:
		return join_text(out, pieces, piece_count, column, arena);
	case COLUMN_BOOLEAN:
		return join_booleans(out, pieces, piece_count, column, arena);
	case COLUMN_UUID:
	case COLUMN_INT:
	case COLUMN_DATE:
	case COLUMN_BIGINT:
	case COLUMN_DOUBLE:
	case COLUMN_TIMESTAMP:
		break;
	}
	return join_fixed(out, pieces, piece_count, column, fixed_width(type), arena);
}

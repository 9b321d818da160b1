/*
 * column_build.c - a vector's selected rows as an Arrow column.
 */
#include <string.h>

#include "sql/column_layout.h"
#include "sql/worker_state.h"

/* The bitmap of the selected rows, and how many are NULL. */
static bool build_validity(struct column *out, const struct vector *vector,
			   const struct selection *selection, struct arena *arena)
{
	size_t words = (selection->count + 63) / 64;
	uint64_t *bits;
	size_t valid = 0;

	if (!vector->valid || (vector->constant && (vector->valid[0] & 1)))
		return true;
	bits = arrow_bits(selection->count, arena);
	if (!bits)
		return false;
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
	int32_t *offsets = arena_alloc(arena,
				       arrow_padded((selection->count + 1) * sizeof(*offsets)));
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
	out->data = data = arena_alloc(arena, arrow_padded(total));
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
	size_t bytes = arrow_padded((selection->count + 7) / 8);
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

	data = arena_alloc(arena, arrow_padded(selection->count * width));
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
	return build_fixed(out, type == COLUMN_UUID ? uuids : vector->as.data, arrow_width(type),
			   vector->constant, selection, arena);
}

/*
 * column_build.c - a table's Arrow columns, to which each chunk's vectors add the rows that are
 * selected.
 */
#include <string.h>

#include "sql/column_layout.h"
#include "sql/worker_state.h"

/* Bytes of texts for which there is room before they come. */
#define MOST_AHEAD (256 << 10)

/* ---- room */

static uint64_t *grown_bits(const void *from, size_t used, size_t rows, struct arena *arena)
{
	uint64_t *bits = arrow_bits(rows, arena);

	if (bits && used)
		memcpy(bits, from, (used + 7) / 8);
	return bits;
}

bool column_reserve(struct column_draft *draft, size_t rows, struct arena *arena)
{
	struct column *column = &draft->column;
	size_t width = arrow_width(column->type), used = (size_t)column->length;

	if (column->type == COLUMN_TEXT) {
		column->offsets = arrow_grown(
		    column->offsets, column->offsets ? (used + 1) * sizeof(*column->offsets) : 0,
		    (rows + 1) * sizeof(*column->offsets), arena);
		if (!column->offsets)
			return false;
	} else {
		column->data = width ? arrow_grown(column->data, used * width, rows * width, arena)
				     : grown_bits(column->data, used, rows, arena);
		if (!column->data)
			return false;
	}
	if (column->validity) {
		column->validity = (uint8_t *)grown_bits(column->validity, used, rows, arena);
		if (!column->validity)
			return false;
	}
	draft->rows = rows;
	return true;
}

/* Room for so many more bytes of texts, the next `count` rows'. */
static bool reserve_bytes(struct column_draft *draft, size_t more, size_t count,
			  struct arena *arena)
{
	struct column *column = &draft->column;
	size_t used = (size_t)column->offsets[column->length];
	size_t need = used + more, ahead = 0;

	if (need > INT32_MAX)
		return false;
	if (need <= draft->bytes)
		return true;
	/* the rows to come are taken to be as long as these, and a bit; but one may be very long */
	if (count)
		ahead = (more + more / 8) * (draft->rows - (size_t)column->length - count) / count;
	if (ahead > MOST_AHEAD)
		ahead = MOST_AHEAD;
	if (ahead < used / 2)
		ahead = used / 2;
	draft->bytes = arrow_padded(need + ahead);
	column->data = arrow_grown(column->data, used, draft->bytes, arena);
	return column->data != NULL;
}

/* ---- validity */

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

/* The bits of the rows that are not NULL; returns how many are. */
static size_t select_valid(const struct vector *vector, const struct selection *selection,
			   uint64_t *bits)
{
	if (selection->all || vector->constant || !vector->valid) {
		bits_fill(bits, selection->count);
		for (size_t w = 0; w * 64 < selection->count; w++)
			bits[w] &= vector_valid_word(vector, w);
	} else {
		memset(bits, 0, BITMAP_WORDS * sizeof(*bits));
		for (size_t i = 0; i < selection->count; i++)
			bits[i >> 6] |= (uint64_t)bit_get(vector->valid, selection->rows[i])
					<< (i & 63);
	}
	return bits_count(bits);
}

/* The bitmap comes with the first NULL. */
static bool append_validity(struct column_draft *draft, const uint64_t *bits, size_t nulls,
			    size_t count, struct arena *arena)
{
	struct column *column = &draft->column;

	column->null_count += (int64_t)nulls;
	if (!column->validity) {
		if (nulls == 0)
			return true;
		column->validity = (uint8_t *)arrow_bits(draft->rows, arena);
		if (!column->validity)
			return false;
		memset(column->validity, 0xFF, (size_t)column->length / 8);
		column->validity[column->length / 8] = (uint8_t)((1U << (column->length & 7)) - 1);
	}
	append_bits((uint64_t *)(void *)column->validity, (size_t)column->length, bits, count);
	return true;
}

/* ---- values */

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

static bool append_texts(struct column_draft *draft, const struct vector *vector,
			 const uint64_t *valid, const struct selection *selection,
			 struct arena *arena)
{
	struct column *column = &draft->column;
	const struct span *texts = vector->as.text;
	int32_t *offsets = column->offsets + column->length;
	size_t end = (size_t)offsets[0];
	char *data;

	for (size_t i = 0; i < selection->count; i++) {
		size_t row = vector->constant ? 0 : selection->rows[i];

		if (bit_get(valid, i))
			end += texts[row].len;
		if (end > INT32_MAX)
			return false;
		offsets[i + 1] = (int32_t)end;
	}
	if (!reserve_bytes(draft, end - (size_t)offsets[0], selection->count, arena))
		return false;
	data = (char *)column->data + offsets[0];
	for (size_t i = 0; i < selection->count; i++) {
		size_t row = vector->constant ? 0 : selection->rows[i];
		size_t len = (size_t)(offsets[i + 1] - offsets[i]);

		if (len)
			data = append_text(data, texts[row].data, len);
	}
	return true;
}

static void append_booleans(struct column *column, const struct vector *vector,
			    const struct selection *selection)
{
	uint8_t *bits = column->data;

	for (size_t i = 0; i < selection->count; i++) {
		size_t row = vector->constant ? 0 : selection->rows[i];
		size_t at = (size_t)column->length + i;

		bits[at >> 3] |= (uint8_t)((vector->as.boolean[row] != 0) << (at & 7));
	}
}

static void append_fixed(struct column *column, const void *values, size_t width, bool constant,
			 const struct selection *selection)
{
	char *data = (char *)column->data + (size_t)column->length * width;

	if (selection->all && !constant) {
		memcpy(data, values, selection->count * width);
		return;
	}
	for (size_t i = 0; i < selection->count; i++)
		memcpy(data + i * width,
		       (const char *)values + (constant ? 0 : selection->rows[i]) * width, width);
}

/* ---- the column */

bool column_begin(struct column_draft *draft, enum column_type type, size_t rows,
		  struct arena *arena)
{
	*draft = (struct column_draft){ .column = { .type = type } };
	if (!column_reserve(draft, rows, arena))
		return false;
	if (type != COLUMN_TEXT)
		return true;
	draft->column.offsets[0] = 0;
	draft->column.data = arena_alloc(arena, arrow_padded(0));
	return draft->column.data != NULL;
}

bool column_append(struct column_draft *draft, const struct vector *vector, const uint8_t *uuids,
		   const struct selection *selection, struct arena *arena)
{
	struct column *column = &draft->column;
	uint64_t valid[BITMAP_WORDS];
	size_t nulls = selection->count - select_valid(vector, selection, valid);

	if (!append_validity(draft, valid, nulls, selection->count, arena))
		return false;
	if (column->type == COLUMN_TEXT) {
		if (!append_texts(draft, vector, valid, selection, arena))
			return false;
	} else if (column->type == COLUMN_BOOLEAN) {
		append_booleans(column, vector, selection);
	} else {
		append_fixed(column, column->type == COLUMN_UUID ? uuids : vector->as.data,
			     arrow_width(column->type), vector->constant, selection);
	}
	column->length += (int64_t)selection->count;
	return true;
}

/*
 * row_order.c - sorts (prefix of the key, row) pairs; only equal prefixes look at the columns.
 */
#include "sink/row_order.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct sort_context {
	const struct row_batch *batch;
	const int64_t *stamps;
};

static int compare_int64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_text(struct span a, struct span b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int difference = shorter && a.data && b.data ? memcmp(a.data, b.data, shorter) : 0;

	return difference ? difference : (a.len > b.len) - (a.len < b.len);
}

/* Key columns are never NULL. */
static int compare_values(const struct column *column, uint32_t a, uint32_t b)
{
	switch (column->type) {
	case COLUMN_TEXT:
		return compare_text(column_text(column, a), column_text(column, b));
	case COLUMN_UUID:
		return memcmp((const char *)column->data + (size_t)16 * a,
			      (const char *)column->data + (size_t)16 * b, 16);
	case COLUMN_INT:
	case COLUMN_DATE:
		return compare_int64(((const int32_t *)column->data)[a],
				     ((const int32_t *)column->data)[b]);
	case COLUMN_BIGINT:
	case COLUMN_TIMESTAMP:
		return compare_int64(((const int64_t *)column->data)[a],
				     ((const int64_t *)column->data)[b]);
	case COLUMN_DOUBLE: {
		double x = ((const double *)column->data)[a], y = ((const double *)column->data)[b];

		return (x > y) - (x < y);
	}
	case COLUMN_BOOLEAN:
		return column_bool(column, a) - column_bool(column, b);
	}
	return 0;
}

static int compare_places(const void *left, const void *right, void *user)
{
	const struct row_place *a = left, *b = right;
	const struct sort_context *context = user;
	const struct table_def *table = context->batch->table;
	int order;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	for (size_t i = 0; i < table->key_count; i++) {
		order = compare_values(&context->batch->columns[table->key[i]], a->row, b->row);
		if (order)
			return order;
	}
	order = compare_int64(context->stamps[a->row], context->stamps[b->row]);
	return order ? order : (a->row > b->row) - (a->row < b->row);
}

static uint64_t bytes_prefix(const char *data, size_t len)
{
	unsigned char bytes[8] = { 0 };
	uint64_t prefix = 0;

	if (data && len)
		memcpy(bytes, data, len < sizeof(bytes) ? len : sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		prefix = prefix << 8 | bytes[i];
	return prefix;
}

static uint64_t signed_prefix(int64_t value)
{
	return (uint64_t)value ^ UINT64_C(1) << 63;
}

static uint64_t double_prefix(double value)
{
	uint64_t bits;

	if (value == 0)
		value = 0; /* -0.0 is the same key */
	memcpy(&bits, &value, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static uint64_t key_prefix(const struct column *column, uint32_t row)
{
	struct span text;

	switch (column->type) {
	case COLUMN_TEXT:
		text = column_text(column, row);
		return bytes_prefix(text.data, text.len);
	case COLUMN_UUID:
		return bytes_prefix((const char *)column->data + (size_t)16 * row, 16);
	case COLUMN_INT:
	case COLUMN_DATE:
		return signed_prefix(((const int32_t *)column->data)[row]);
	case COLUMN_BIGINT:
	case COLUMN_TIMESTAMP:
		return signed_prefix(((const int64_t *)column->data)[row]);
	case COLUMN_DOUBLE:
		return double_prefix(((const double *)column->data)[row]);
	case COLUMN_BOOLEAN:
		return column_bool(column, row);
	}
	return 0;
}

bool row_order_sort(struct row_order *order, const struct row_batch *batch, const int64_t *stamps)
{
	size_t count = (size_t)batch->row_count;
	const struct column *first = &batch->columns[batch->table->key[0]];
	struct sort_context context = { .batch = batch, .stamps = stamps };

	if (count > order->capacity) {
		struct row_place *places = mem_realloc(order->places,
						       count * sizeof(*order->places));

		if (!places)
			return false;
		order->places = places;
		order->capacity = count;
	}
	for (size_t i = 0; i < count; i++)
		order->places[i] = (struct row_place){ .prefix = key_prefix(first, (uint32_t)i),
						       .row = (uint32_t)i };
	qsort_r(order->places, count, sizeof(*order->places), compare_places, &context);
	return true;
}

void row_order_release(struct row_order *order)
{
	mem_free(order->places);
	*order = (struct row_order){ .places = NULL };
}

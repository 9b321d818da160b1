/* cast_text.c - CAST to STRING from every type. */
#include "sql/cast.h"
#include "sql/decimal.h"
#include "sql/double_text.h"
#include "sql/time_text.h"

#define MAX_INT_TEXT 24

static size_t put_int64(int64_t value, char *out)
{
	char reversed[MAX_INT_TEXT];
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	size_t n = 0, len = 0;

	do {
		reversed[n++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		out[len++] = '-';
	while (n > 0)
		out[len++] = reversed[--n];
	return len;
}

/* A kernel whose rows are written by `put`, an expression on `row` and the room `text` of `size`
 * bytes, which gives the length. */
#define TEXT_KERNEL(name, size, put)                                           \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *from, struct vector *out) \
	{                                                                      \
		struct text_heap heap = text_heap_of(eval);                    \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		for (size_t row = 0; row < rows; row++) {                      \
			char *text;                                            \
                                                                               \
			if (!kernel_is_valid(out, row))                        \
				continue;                                      \
			text = text_heap_reserve(&heap, (size));               \
			if (!text)                                             \
				return kernel_no_memory(eval, expr);           \
			out->as.text[row] = text_heap_keep(&heap, (put));      \
		}                                                              \
		return US_OK;                                                  \
	}

TEXT_KERNEL(int32_text, MAX_INT_TEXT, put_int64(from->as.int32[row], text))
TEXT_KERNEL(int64_text, MAX_INT_TEXT, put_int64(from->as.int64[row], text))
TEXT_KERNEL(double_text, DOUBLE_TEXT_MAX, double_format(from->as.real[row], text))
TEXT_KERNEL(decimal_text, DECIMAL_TEXT_MAX,
	    decimal_format(from->as.decimal[row], from->type.scale, text))
TEXT_KERNEL(date_text, TIME_TEXT_MAX, time_format_date(from->as.int32[row], text))
TEXT_KERNEL(timestamp_text, TIME_TEXT_MAX, time_format_timestamp(from->as.int64[row], text))

static enum status boolean_text(struct eval *eval, const struct expr *expr,
				const struct vector *from, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row))
			out->as.text[row] = from->as.boolean[row] ? SPAN_LITERAL("true")
								  : SPAN_LITERAL("false");
	return US_OK;
}

static size_t array_size(const struct sql_array *array)
{
	size_t size = 2;

	for (size_t i = 0; i < array->count; i++)
		size += (array->items[i].data ? array->items[i].len : 4) + 2;
	return size;
}

/* [a, null, b] */
static size_t put_array(const struct sql_array *array, char *out)
{
	size_t len = 0;

	out[len++] = '[';
	for (size_t i = 0; i < array->count; i++) {
		struct span item = array->items[i].data ? array->items[i] : SPAN_LITERAL("null");

		if (i) {
			out[len++] = ',';
			out[len++] = ' ';
		}
		if (item.len)
			memcpy(out + len, item.data, item.len);
		len += item.len;
	}
	out[len++] = ']';
	return len;
}

TEXT_KERNEL(array_text, array_size(&from->as.array[row]), put_array(&from->as.array[row], text))

cast_kernel cast_to_text(struct sql_type from)
{
	switch ((enum sql_kind)from.kind) {
	case SQL_BOOLEAN:
		return boolean_text;
	case SQL_INT:
		return int32_text;
	case SQL_BIGINT:
		return int64_text;
	case SQL_DOUBLE:
		return double_text;
	case SQL_DECIMAL:
		return decimal_text;
	case SQL_DATE:
		return date_text;
	case SQL_TIMESTAMP:
		return timestamp_text;
	case SQL_ARRAY:
		return array_text;
	case SQL_BINARY:
		return cast_binary_to_text;
	case SQL_NULL:
	case SQL_STRING:
	case SQL_INTERVAL:
	case SQL_UUID:
		break;
	}
	return NULL;
}

/* cast_string.c - CAST from STRING to numbers, BOOLEAN, DATE, TIMESTAMP. */
#include <math.h>
#include <strings.h>

#include "sql/cast.h"
#include "sql/decimal.h"
#include "sql/double_parse.h"
#include "sql/scratch.h"
#include "sql/time_text.h"

/* What Spark's trimAll cuts: ASCII white space and control characters. */
static struct span trim_all(struct span text)
{
	const char *p = text.data, *end = text.data + text.len;

	while (p < end && ((unsigned char)*p <= ' ' || *p == 0x7f))
		p++;
	while (p < end && ((unsigned char)end[-1] <= ' ' || end[-1] == 0x7f))
		end--;
	return (struct span){ .data = p, .len = (size_t)(end - p) };
}

bool text_to_boolean(struct span text, bool *out)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = { { "t", true },   { "true", true }, { "y", true },      { "yes", true },
		      { "1", true },   { "f", false },   { "false", false }, { "n", false },
		      { "no", false }, { "0", false } };

	text = trim_all(text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i].text) == text.len &&
		    strncasecmp(words[i].text, text.data, text.len) == 0) {
			*out = words[i].value;
			return true;
		}
	return false;
}

/* Digits with a sign; a fraction must be digits too and is dropped. */
bool text_to_int64(struct span text, int64_t *out)
{
	const char *p, *end;
	bool negative;
	int64_t value = 0;

	text = trim_all(text);
	p = text.data;
	end = p + text.len;
	if (p == end)
		return false;
	negative = *p == '-';
	if ((negative || *p == '+') && ++p == end)
		return false;
	for (; p < end && *p != '.'; p++) {
		if (*p < '0' || *p > '9' || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *p - '0', &value))
			return false;
	}
	for (p += p < end; p < end; p++)
		if (*p < '0' || *p > '9')
			return false;
	if (!negative && value == INT64_MIN)
		return false;
	*out = negative ? value : -value;
	return true;
}

bool text_to_int32(struct span text, int32_t *out)
{
	int64_t value;

	if (!text_to_int64(text, &value) || value < INT32_MIN || value > INT32_MAX)
		return false;
	*out = (int32_t)value;
	return true;
}

/* ---- kernels: `store` puts a row's value or says that there is none ---------------------------
 */

#define CAST_LOOP(eval, expr, from, out, text, store)                         \
	do {                                                                  \
		size_t rows = kernel_rows((eval), (out));                     \
		for (size_t row = 0; row < rows; row++) {                     \
			struct span text = (from)->as.text[row];              \
			if (!kernel_is_valid((out), row))                     \
				continue;                                     \
			if (!(store) && !kernel_set_null((eval), (out), row)) \
				return kernel_no_memory((eval), (expr));      \
		}                                                             \
	} while (0)

static enum status to_boolean(struct eval *eval, const struct expr *expr, const struct vector *from,
			      struct vector *out)
{
	bool value = false;

	CAST_LOOP(eval, expr, from, out, text,
		  text_to_boolean(text, &value) && (out->as.boolean[row] = value, true));
	return US_OK;
}

static enum status to_int32(struct eval *eval, const struct expr *expr, const struct vector *from,
			    struct vector *out)
{
	CAST_LOOP(eval, expr, from, out, text, text_to_int32(text, &out->as.int32[row]));
	return US_OK;
}

static enum status to_int64(struct eval *eval, const struct expr *expr, const struct vector *from,
			    struct vector *out)
{
	CAST_LOOP(eval, expr, from, out, text, text_to_int64(text, &out->as.int64[row]));
	return US_OK;
}

static enum status to_double(struct eval *eval, const struct expr *expr, const struct vector *from,
			     struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		if (!kernel_is_valid(out, row))
			continue;
		switch (double_parse(from->as.text[row], eval->arena, &out->as.real[row])) {
		case DOUBLE_PARSED:
			break;
		case DOUBLE_INVALID:
			if (kernel_set_null(eval, out, row))
				break;
			return kernel_no_memory(eval, expr);
		case DOUBLE_NO_MEMORY:
			return kernel_no_memory(eval, expr);
		}
	}
	return US_OK;
}

static enum status to_decimal(struct eval *eval, const struct expr *expr, const struct vector *from,
			      struct vector *out)
{
	CAST_LOOP(eval, expr, from, out, text,
		  decimal_parse(text, out->type, &out->as.decimal[row]));
	return US_OK;
}

static enum status to_date(struct eval *eval, const struct expr *expr, const struct vector *from,
			   struct vector *out)
{
	CAST_LOOP(eval, expr, from, out, text,
		  time_parse_date(trim_all(text), &out->as.int32[row]));
	return US_OK;
}

static enum status to_timestamp(struct eval *eval, const struct expr *expr,
				const struct vector *from, struct vector *out)
{
	struct time_zones *zones = scratch_zones(eval);

	if (!zones)
		return kernel_no_memory(eval, expr);
	CAST_LOOP(eval, expr, from, out, text,
		  time_parse_timestamp(trim_all(text), zones, &out->as.int64[row]));
	return US_OK;
}

cast_kernel cast_from_text(struct sql_type to)
{
	switch ((enum sql_kind)to.kind) {
	case SQL_BOOLEAN:
		return to_boolean;
	case SQL_INT:
		return to_int32;
	case SQL_BIGINT:
		return to_int64;
	case SQL_DOUBLE:
		return to_double;
	case SQL_DECIMAL:
		return to_decimal;
	case SQL_DATE:
		return to_date;
	case SQL_TIMESTAMP:
		return to_timestamp;
	case SQL_NULL:
	case SQL_STRING:
	case SQL_BINARY:
	case SQL_ARRAY:
	case SQL_INTERVAL:
	case SQL_UUID:
		break;
	}
	return NULL;
}

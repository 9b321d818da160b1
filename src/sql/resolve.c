/* resolve.c - implicit casts and common types. */
#include "sql/resolve.h"

#include "sql/decimal.h"

bool type_is_integral(struct sql_type type)
{
	return type.kind == SQL_INT || type.kind == SQL_BIGINT;
}

bool type_is_number(struct sql_type type)
{
	return type_is_integral(type) || type.kind == SQL_DOUBLE || type.kind == SQL_DECIMAL;
}

bool type_is_text(struct sql_type type)
{
	return type.kind == SQL_STRING || type.kind == SQL_UUID;
}

bool type_is_time(struct sql_type type)
{
	return type.kind == SQL_DATE || type.kind == SQL_TIMESTAMP;
}

static bool is_atomic(struct sql_type type)
{
	return type.kind != SQL_NULL && type.kind != SQL_ARRAY && type.kind != SQL_INTERVAL;
}

struct sql_type decimal_type(int precision, int scale)
{
	return (struct sql_type){
		.kind = SQL_DECIMAL,
		.precision = (uint8_t)(precision > DECIMAL_MAX_PRECISION ? DECIMAL_MAX_PRECISION
									 : precision),
		.scale = (uint8_t)(scale > DECIMAL_MAX_PRECISION ? DECIMAL_MAX_PRECISION : scale)
	};
}

struct sql_type decimal_of(struct sql_type type)
{
	if (type.kind == SQL_DECIMAL)
		return type;
	if (type.digits)
		return decimal_type(type.digits, 0);
	return decimal_type(type.kind == SQL_INT ? 10 : 20, 0);
}

/* ---- one argument against one letter --------------------------------------------------------- */

static bool fit_number(struct sql_type from, struct sql_type to, struct sql_type *want,
		       const char **why)
{
	*want = to;
	*why = "needs a number";
	return type_is_number(from) || type_is_text(from) || from.kind == SQL_NULL;
}

static bool fit_time(struct sql_type from, struct sql_type to, struct sql_type *want,
		     const char **why)
{
	*want = to;
	*why = to.kind == SQL_DATE ? "needs a DATE" : "needs a TIMESTAMP";
	return type_is_time(from) || type_is_text(from) || from.kind == SQL_NULL;
}

static bool fit(char letter, struct sql_type from, struct sql_type *want, const char **why)
{
	switch (letter) {
	case 's':
		*want = SQL_TYPE(SQL_STRING);
		*why = "needs a STRING";
		return is_atomic(from) || from.kind == SQL_NULL;
	case 'x':
		*want = SQL_TYPE(from.kind == SQL_BINARY ? SQL_BINARY : SQL_STRING);
		*why = "needs a STRING or BINARY";
		return is_atomic(from) || from.kind == SQL_NULL;
	case 'b':
	case 'y':
		*want = SQL_TYPE(letter == 'y' && type_is_text(from) ? SQL_STRING : SQL_BINARY);
		*why = "needs a BINARY or STRING";
		return from.kind == SQL_BINARY || type_is_text(from) || from.kind == SQL_NULL;
	case 'i':
		return fit_number(from, SQL_TYPE(SQL_INT), want, why);
	case 'l':
		return fit_number(from, SQL_TYPE(SQL_BIGINT), want, why);
	case 'd':
		return fit_number(from, SQL_TYPE(SQL_DOUBLE), want, why);
	case 'n':
		return fit_number(from, type_is_number(from) ? from : SQL_TYPE(SQL_DOUBLE), want,
				  why);
	case 'D':
		return fit_time(from, SQL_TYPE(SQL_DATE), want, why);
	case 'T':
		return fit_time(from, SQL_TYPE(SQL_TIMESTAMP), want, why);
	case 'o':
		*want = SQL_TYPE(SQL_BOOLEAN);
		*why = "needs a BOOLEAN";
		return from.kind == SQL_BOOLEAN || from.kind == SQL_NULL;
	case 'a':
		*want = SQL_TYPE(SQL_ARRAY);
		*why = "needs an ARRAY";
		return from.kind == SQL_ARRAY || from.kind == SQL_NULL;
	default: /* '?' */
		*want = from;
		want->digits = 0;
		return true;
	}
}

static struct sql_type result_type(char letter, const struct sql_type *want, size_t count)
{
	switch (letter) {
	case 's':
		return SQL_TYPE(SQL_STRING);
	case 'b':
		return SQL_TYPE(SQL_BINARY);
	case 'i':
		return SQL_TYPE(SQL_INT);
	case 'l':
		return SQL_TYPE(SQL_BIGINT);
	case 'd':
		return SQL_TYPE(SQL_DOUBLE);
	case 'o':
		return SQL_TYPE(SQL_BOOLEAN);
	case 'D':
		return SQL_TYPE(SQL_DATE);
	case 'T':
		return SQL_TYPE(SQL_TIMESTAMP);
	case 'a':
		return SQL_TYPE(SQL_ARRAY);
	default: /* '0' */
		return count ? want[0] : SQL_TYPE(SQL_STRING);
	}
}

bool resolve_signature(const char *signature, const struct sql_type *args, size_t count,
		       struct sql_type *want, struct sql_type *result, const char **why)
{
	const char *letter = signature;

	for (size_t i = 0; i < count; i++) {
		if (!fit(*letter, args[i], &want[i], why))
			return false;
		if (letter[1] != '*')
			letter++;
	}
	while (*letter != '>')
		letter++;
	*result = result_type(letter[1], want, count);
	return true;
}

/* ---- common types ---------------------------------------------------------------------------- */

static struct sql_type wider_decimal(struct sql_type a, struct sql_type b)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;
	int whole_a = a.precision - a.scale, whole_b = b.precision - b.scale;

	return decimal_type((whole_a > whole_b ? whole_a : whole_b) + scale, scale);
}

static bool wider_number(struct sql_type a, struct sql_type b, struct sql_type *out)
{
	if (a.kind == SQL_DOUBLE || b.kind == SQL_DOUBLE)
		*out = SQL_TYPE(SQL_DOUBLE);
	else if (a.kind == SQL_DECIMAL || b.kind == SQL_DECIMAL)
		*out = wider_decimal(decimal_of(a), decimal_of(b));
	else
		*out = SQL_TYPE(a.kind == SQL_BIGINT || b.kind == SQL_BIGINT ? SQL_BIGINT
									     : SQL_INT);
	return true;
}

static bool wider_type(struct sql_type a, struct sql_type b, struct sql_type *out)
{
	a.digits = b.digits = 0;
	if (a.kind == SQL_UUID)
		a = SQL_TYPE(SQL_STRING);
	if (b.kind == SQL_UUID)
		b = SQL_TYPE(SQL_STRING);
	*out = a.kind == SQL_NULL ? b : a;
	if (a.kind == SQL_NULL || b.kind == SQL_NULL || sql_type_equal(a, b))
		return true;
	if (type_is_number(a) && type_is_number(b))
		return wider_number(a, b, out);
	*out = SQL_TYPE(SQL_TIMESTAMP);
	if (type_is_time(a) && type_is_time(b))
		return true;
	*out = SQL_TYPE(SQL_STRING);
	if (a.kind == SQL_STRING || b.kind == SQL_STRING) {
		struct sql_type other = a.kind == SQL_STRING ? b : a;

		return is_atomic(other) && other.kind != SQL_BINARY && other.kind != SQL_BOOLEAN;
	}
	return false;
}

bool common_type(const struct sql_type *types, size_t count, struct sql_type *out)
{
	bool text = false;

	/* Where there is a STRING, it is met first, so that the order does not decide. */
	*out = SQL_TYPE(SQL_NULL);
	for (size_t i = 0; i < count; i++)
		text = text || type_is_text(types[i]);
	if (text)
		*out = SQL_TYPE(SQL_STRING);
	for (size_t i = 0; i < count; i++)
		if (!wider_type(*out, types[i], out))
			return false;
	return true;
}

bool comparison_type(struct sql_type left, struct sql_type right, struct sql_type *out)
{
	struct sql_type other = type_is_text(left) ? right : left;

	if (type_is_text(left) != type_is_text(right) && other.kind != SQL_NULL) {
		other.digits = 0;
		*out = other.kind == SQL_DECIMAL ? SQL_TYPE(SQL_DOUBLE) : other;
		return is_atomic(other);
	}
	if (left.kind == SQL_BOOLEAN && type_is_number(right)) {
		*out = right;
		out->digits = 0;
		return true;
	}
	if (right.kind == SQL_BOOLEAN && type_is_number(left)) {
		*out = left;
		out->digits = 0;
		return true;
	}
	return wider_type(left, right, out);
}

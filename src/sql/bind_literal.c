/*
 * bind_literal.c - literals and their types: 1 is an INT, or what is wide enough; 1.0 is
 * DECIMAL(2,1); 1e3 is a DOUBLE; suffixes L, D, BD. Texts become other types by the same casts that
 * run on records.
 */
#include <math.h>
#include <string.h>

#include "sql/binder.h"
#include "sql/decimal.h"
#include "sql/function.h"

#define MAX_DIGITS 38

static struct expr *literal(struct binder *binder, const struct ast *ast, struct sql_type type,
			    const void *value)
{
	struct expr *expr = dag_literal(binder->dag, type, value, ast->start, ast->len);

	return expr ? expr : bind_no_memory(binder);
}

static struct expr *text_literal(struct binder *binder, const struct ast *ast, struct span text)
{
	return literal(binder, ast, SQL_TYPE(SQL_STRING), &text);
}

/* A text as a typed constant; what is no value of the type is a mistake. */
static struct expr *converted(struct binder *binder, const struct ast *ast, struct span text,
			      struct sql_type type, const char *hint)
{
	struct expr *expr = text_literal(binder, ast, text);

	expr = expr ? bind_cast(binder, ast, expr, type) : NULL;
	if (expr && expr_is_null_literal(expr)) {
		char name[32];

		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, hint, "this is no %s",
			 sql_type_text(type, name, sizeof(name)));
		return NULL;
	}
	return expr;
}

struct number {
	uint128 digits;
	int significant; /* digits without leading zeros */
	int scale;       /* digits after the point, less the exponent */
	bool point, exponent, too_long;
	struct span suffix;
};

static void read_number(struct span text, struct number *out)
{
	size_t i = 0;
	int exponent = 0;
	bool negative = false;

	*out = (struct number){ .digits = 0 };
	for (; i < text.len; i++) {
		char c = text.data[i];

		if (c == '.') {
			out->point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		out->scale += out->point;
		if (out->significant > 0 || c != '0')
			out->significant++;
		if (out->significant > MAX_DIGITS)
			out->too_long = true;
		else
			out->digits = out->digits * 10 + (unsigned)(c - '0');
	}
	if (i < text.len && (text.data[i] | 0x20) == 'e') {
		out->exponent = true;
		negative = text.data[++i] == '-';
		i += negative || text.data[i] == '+';
		for (; i < text.len && text.data[i] >= '0' && text.data[i] <= '9'; i++)
			exponent = exponent > 9999 ? exponent
						   : exponent * 10 + (text.data[i] - '0');
		out->scale += negative ? exponent : -exponent;
	}
	out->suffix = (struct span){ .data = text.data + i, .len = text.len - i };
}

static struct expr *bind_decimal(struct binder *binder, const struct ast *ast,
				 struct number *number)
{
	struct sql_type type = SQL_TYPE(SQL_DECIMAL);
	int128 value;

	while (number->scale < 0 && number->significant <= MAX_DIGITS) { /* 1e3BD is 1000 */
		number->digits *= 10;
		number->significant += number->digits != 0;
		number->scale++;
	}
	if (number->too_long || number->significant > MAX_DIGITS || number->scale > MAX_DIGITS ||
	    number->scale < 0) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "write it with an exponent (1e3) or a D to have a DOUBLE",
			 "a number has at most %d digits", MAX_DIGITS);
		return NULL;
	}
	type.scale = (uint8_t)number->scale;
	type.precision = (uint8_t)(number->significant > number->scale ? number->significant
								       : number->scale);
	if (type.precision == 0)
		type.precision = 1;
	value = (int128)number->digits;
	if (ast->negative)
		value = -value;
	return literal(binder, ast, type, &value);
}

static struct expr *bind_integer(struct binder *binder, const struct ast *ast,
				 struct number *number, bool big)
{
	uint128 limit = (uint128)INT64_MAX + ast->negative;
	int64_t wide;
	int32_t narrow;

	if (number->too_long || number->digits > limit) {
		if (!big)
			return bind_decimal(binder, ast, number);
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, NULL,
			 "this number does not fit into a BIGINT");
		return NULL;
	}
	wide = (int64_t)(ast->negative ? -number->digits : number->digits);
	if (big || wide < INT32_MIN || wide > INT32_MAX)
		return literal(binder, ast, SQL_TYPE(SQL_BIGINT), &wide);
	narrow = (int32_t)wide;
	return literal(binder, ast, SQL_TYPE(SQL_INT), &narrow);
}

static struct expr *bind_number(struct binder *binder, const struct ast *ast)
{
	struct number number;
	struct span text = ast->text;
	struct expr *expr;
	char *copy;

	read_number(text, &number);
	if (name_equal(number.suffix, SPAN_LITERAL("l")) && !number.point && !number.exponent)
		return bind_integer(binder, ast, &number, true);
	if (name_equal(number.suffix, SPAN_LITERAL("bd")))
		return bind_decimal(binder, ast, &number);
	if (number.suffix.len > 0 && !name_equal(number.suffix, SPAN_LITERAL("d"))) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "L for BIGINT, D for DOUBLE, BD for DECIMAL, or CAST",
			 "there is no such type of number");
		return NULL;
	}
	if (!number.exponent && number.suffix.len == 0)
		return number.point ? bind_decimal(binder, ast, &number)
				    : bind_integer(binder, ast, &number, false);
	copy = arena_printf(binder->arena, "%s%.*s", ast->negative ? "-" : "",
			    (int)(text.len - number.suffix.len), text.data);
	if (!copy)
		return bind_no_memory(binder);
	expr = converted(binder, ast, span_of(copy), SQL_TYPE(SQL_DOUBLE), NULL);
	if (!expr || isfinite(*expr->literal.as.real))
		return expr;
	diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
		 "CAST('Infinity' AS DOUBLE) is the infinite one",
		 "this number does not fit into a DOUBLE");
	return NULL;
}

static struct expr *bind_binary(struct binder *binder, const struct ast *ast)
{
	size_t len = ast->text.len, odd = len & 1;
	char *bytes = arena_calloc(binder->arena, len / 2 + 1, 1);
	struct span value;

	if (!bytes)
		return bind_no_memory(binder);
	for (size_t i = 0; i < len; i++) { /* X'1' is X'01' */
		char c = ast->text.data[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0) {
			diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len, "X'1F00'",
				 "a binary literal has hexadecimal digits only");
			return NULL;
		}
		bytes[(i + odd) / 2] = (char)((unsigned char)bytes[(i + odd) / 2] << 4 | digit);
	}
	value = (struct span){ .data = bytes, .len = (len + 1) / 2 };
	return literal(binder, ast, SQL_TYPE(SQL_BINARY), &value);
}

static struct expr *bind_variable(struct binder *binder, const struct ast *ast)
{
	const struct plan_options *options = binder->options;
	const char *value = options && options->variable
				? options->variable(options->user, ast->text)
				: NULL;
	struct expr *expr;
	char *copy;

	if (!value) {
		diag_add(binder->diags, DIAG_ERROR, ast->start, ast->len,
			 "set it in the environment or in .env", "the variable %.*s is not set",
			 (int)ast->text.len, ast->text.data);
		return NULL;
	}
	copy = arena_strndup(binder->arena, value, strlen(value));
	expr = copy ? dag_hidden_text(binder->dag, span_of(copy), ast->start, ast->len) : NULL;
	return expr ? expr : bind_no_memory(binder);
}

struct expr *bind_literal(struct binder *binder, const struct ast *ast)
{
	uint8_t truth = ast->truth;

	if (ast->kind == AST_NULL)
		return literal(binder, ast, SQL_TYPE(SQL_NULL), NULL);
	if (ast->kind == AST_BOOLEAN)
		return literal(binder, ast, SQL_TYPE(SQL_BOOLEAN), &truth);
	if (ast->kind == AST_NUMBER)
		return bind_number(binder, ast);
	if (ast->kind == AST_STRING)
		return text_literal(binder, ast, ast->text);
	if (ast->kind == AST_VARIABLE)
		return bind_variable(binder, ast);
	if (ast->kind == AST_INTERVAL)
		return literal(binder, ast, ast->type, &ast->interval);
	if (ast->type.kind == SQL_BINARY)
		return bind_binary(binder, ast);
	return converted(binder, ast, ast->text, ast->type,
			 ast->type.kind == SQL_DATE ? "DATE '2020-01-31'"
						    : "TIMESTAMP '2020-01-31 12:00:00'");
}

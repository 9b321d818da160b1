/*
 * parser_cast.c - CAST(x AS TYPE), TRY_CAST(x AS TYPE), and the types that stand there.
 */
#include "sql/parser_state.h"

static bool parse_number_of(struct parser *parser, int max, uint8_t *out)
{
	const struct token *token = parser_peek(parser);
	int value = 0;

	for (size_t i = 0; i < token->value.len && token->kind == TOKEN_NUMBER && value <= max; i++)
		value = token->value.data[i] >= '0' && token->value.data[i] <= '9'
			    ? value * 10 + (token->value.data[i] - '0')
			    : max + 1;
	if (token->kind != TOKEN_NUMBER || value > max) {
		parser_expected(parser, "a number up to 38", "DECIMAL(10, 2)");
		return false;
	}
	*out = (uint8_t)value;
	parser->pos++;
	return true;
}

static bool parse_decimal_size(struct parser *parser, struct sql_type *out)
{
	const struct token *token = parser_peek(parser);

	out->precision = 10;
	if (!parser_take_symbol(parser, "("))
		return true;
	if (!parse_number_of(parser, 38, &out->precision))
		return false;
	if (parser_take_symbol(parser, ",") && !parse_number_of(parser, 38, &out->scale))
		return false;
	if (out->precision == 0 || out->scale > out->precision) {
		parser_error(parser, token->start, parser_last_end(parser) - token->start,
			     "DECIMAL(10, 2): 10 digits, 2 of them after the point",
			     "no such DECIMAL");
		return false;
	}
	return parser_want_symbol(parser, ")");
}

bool parse_cast_type(struct parser *parser, struct sql_type *out)
{
	static const struct {
		const char *name;
		enum sql_kind kind;
	} names[] = {
		{ "string", SQL_STRING },
		{ "boolean", SQL_BOOLEAN },
		{ "int", SQL_INT },
		{ "integer", SQL_INT },
		{ "bigint", SQL_BIGINT },
		{ "long", SQL_BIGINT },
		{ "double", SQL_DOUBLE },
		{ "decimal", SQL_DECIMAL },
		{ "dec", SQL_DECIMAL },
		{ "numeric", SQL_DECIMAL },
		{ "date", SQL_DATE },
		{ "timestamp", SQL_TIMESTAMP },
		{ "timestamp_ltz", SQL_TIMESTAMP },
		{ "binary", SQL_BINARY },
	};
	const struct token *token = parser_peek(parser);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!parser_take_word(parser, names[i].name))
			continue;
		*out = SQL_TYPE(names[i].kind);
		return names[i].kind != SQL_DECIMAL || parse_decimal_size(parser, out);
	}
	if (token_is_word(token, "text") || token_is_word(token, "uuid"))
		parser_expected(parser, "a type of Spark's",
				"STRING; TEXT and UUID are types of columns only");
	else
		parser_expected(parser, "a type",
				"STRING, BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p,s), DATE, "
				"TIMESTAMP or BINARY");
	return false;
}

struct ast *parse_cast(struct parser *parser, const struct token *word, bool try_cast)
{
	struct ast *value, *node;
	struct sql_type type;

	if (!parser_want_symbol(parser, "("))
		return NULL;
	value = parse_expression(parser);
	if (!value || !parser_want_word(parser, "AS") || !parse_cast_type(parser, &type) ||
	    !parser_want_symbol(parser, ")"))
		return NULL;
	node = ast_new(parser, AST_CAST, word->start);
	if (node) {
		node->type = type;
		node->try_cast = try_cast;
	}
	return ast_set_args(parser, node, &value, 1);
}

/*
 * parser_special.c - calls with a grammar of their own beside the plain one: TRIM(BOTH x FROM y),
 * EXTRACT(YEAR FROM x), POSITION(a IN b), SUBSTRING(x FROM a FOR n), and the operators that are
 * functions too, LIKE(x, pattern). Each becomes a plain call.
 */
#include <string.h>

#include "sql/parser_state.h"

/* TRIM([BOTH | LEADING | TRAILING] [chars] FROM text), beside trim(text). */
static struct ast *parse_trim(struct parser *parser, const struct token *name)
{
	const char *function = "trim";
	bool sided = true;
	struct ast *args[2] = { NULL, NULL };
	struct ast *node;

	if (parser_take_word(parser, "leading"))
		function = "ltrim";
	else if (parser_take_word(parser, "trailing"))
		function = "rtrim";
	else
		sided = parser_take_word(parser, "both");
	if (!(sided && parser_at_word(parser, "from")))
		args[1] = parse_expression(parser);
	if (!args[1] && !(sided && parser_at_word(parser, "from")))
		return NULL;
	if (parser_take_word(parser, "from")) {
		args[0] = parse_expression(parser);
		if (!args[0] || !parser_want_symbol(parser, ")"))
			return NULL;
		/* As functions, ltrim and rtrim take (chars, text), btrim (text, chars). */
		if (args[1] && strcmp(function, "trim") == 0) {
			function = "btrim";
		} else if (args[1]) {
			struct ast *text = args[0];

			args[0] = args[1];
			args[1] = text;
		}
		node = ast_call(parser, function, name->start, args, args[1] ? 2 : 1);
		return node;
	}
	if (sided) {
		parser_expected(parser, "FROM", "TRIM(BOTH 'x' FROM text)");
		return NULL;
	}
	if (parser_at_symbol(parser, ",")) {
		parser_expected(
		    parser, "\")\"",
		    "trim takes one argument; TRIM(chars FROM text) cuts other characters");
		return NULL;
	}
	if (!parser_want_symbol(parser, ")"))
		return NULL;
	node = ast_call(parser, "trim", name->start, &args[1], 1);
	if (node)
		node->operator= false;
	return node;
}

/* EXTRACT(field FROM x) is the function of the field's name. */
static struct ast *parse_extract(struct parser *parser, const struct token *name)
{
	static const char *const fields[] = { "year",      "quarter", "month",  "day",
					      "hour",      "minute",  "second", "week",
					      "dayofweek", "dow",     "doy" };
	static const char *const functions[] = { "year",      "quarter",   "month",    "day",
						 "hour",      "minute",    "second",   "weekofyear",
						 "dayofweek", "dayofweek", "dayofyear" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct ast *value;

		if (!parser_take_word(parser, fields[i]))
			continue;
		if (!parser_want_word(parser, "FROM"))
			return NULL;
		value = parse_expression(parser);
		if (!value || !parser_want_symbol(parser, ")"))
			return NULL;
		return ast_call(parser, functions[i], name->start, &value, 1);
	}
	parser_expected(parser, "a field",
			"YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFWEEK, DOY, HOUR, MINUTE or SECOND");
	return NULL;
}

/* POSITION(a IN b) beside position(a, b). IN belongs to no operand here, so the operand is a value.
 */
static struct ast *parse_position(struct parser *parser, const struct token *name)
{
	size_t pos = parser->pos;
	size_t level = 0;
	struct ast *args[2];

	for (; parser->tokens[pos].kind != TOKEN_END; pos++) {
		const struct token *token = &parser->tokens[pos];

		level += token_is_symbol(token, "(");
		if (token_is_symbol(token, ")") && level-- == 0)
			break;
		if (level == 0 && token_is_symbol(token, ","))
			return parse_call(parser, name);
	}
	args[0] = parse_value(parser);
	if (!args[0] || !parser_want_word(parser, "IN"))
		return NULL;
	args[1] = parse_value(parser);
	if (!args[1] || !parser_want_symbol(parser, ")"))
		return NULL;
	return ast_call(parser, "position", name->start, args, 2);
}

/* SUBSTRING(x FROM a [FOR n]) beside substring(x, a, n). */
static struct ast *parse_substring(struct parser *parser, const struct token *name)
{
	struct ast_list args = { 0 };
	struct ast *node;
	bool standard;

	if (!parser_add_arg(parser, &args, parse_expression(parser)))
		return NULL;
	standard = parser_take_word(parser, "from");
	if (standard && !parser_add_arg(parser, &args, parse_expression(parser)))
		return NULL;
	if (standard && parser_take_word(parser, "for") &&
	    !parser_add_arg(parser, &args, parse_expression(parser)))
		return NULL;
	while (!standard && parser_take_symbol(parser, ",")) {
		if (!parser_add_arg(parser, &args, parse_expression(parser)))
			return NULL;
	}
	if (!parser_want_symbol(parser, ")"))
		return NULL;
	node = ast_new(parser, AST_CALL, name->start);
	if (node)
		node->text = name->value;
	return ast_set_args(parser, node, args.items, args.count);
}

/* An operator as a function has the two sides only: ESCAPE is the operator's. */
static struct ast *parse_operator_call(struct parser *parser, const struct token *name)
{
	struct ast *node = parse_call(parser, name);

	if (!node || node->arg_count <= 2)
		return node;
	parser_error(parser, name->start, name->len,
		     token_is_word(name, "like") || token_is_word(name, "ilike")
			 ? "another escape character: str LIKE pattern ESCAPE 'c'"
			 : NULL,
		     "%.*s() takes 2 arguments, not %zu", (int)name->value.len, name->value.data,
		     node->arg_count);
	return NULL;
}

bool is_operator_name(const struct token *token)
{
	static const char *const words[] = { "like", "ilike", "rlike", "regexp", "div" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (token_is_word(token, words[i]))
			return true;
	return false;
}

struct ast *parse_special_call(struct parser *parser, const struct token *name)
{
	if (parser_at_symbol(parser, ")"))
		return parse_call(parser, name);
	if (token_is_word(name, "trim"))
		return parse_trim(parser, name);
	if (token_is_word(name, "extract"))
		return parse_extract(parser, name);
	if (token_is_word(name, "position"))
		return parse_position(parser, name);
	if (token_is_word(name, "substring") || token_is_word(name, "substr"))
		return parse_substring(parser, name);
	if (is_operator_name(name))
		return parse_operator_call(parser, name);
	return parse_call(parser, name);
}

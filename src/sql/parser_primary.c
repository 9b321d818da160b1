/*
 * parser_primary.c - the operands of expressions: literals, names and paths, calls, CASE,
 * parentheses, and what follows an operand directly (.field, [index], ::TYPE). CAST and its types
 * are in parser_cast.c, the calls with a grammar of their own (TRIM(BOTH …), …) in
 * parser_special.c.
 */
#include <stdlib.h>
#include <string.h>

#include "sql/parser_state.h"

static struct ast *literal(struct parser *parser, enum ast_kind kind)
{
	const struct token *token = parser_peek(parser);
	struct ast *node;

	parser->pos++;
	node = ast_new(parser, kind, token->start);
	if (node)
		node->text = token->value;
	return node;
}

/* 'a' 'b' is 'ab'. */
static struct ast *parse_string(struct parser *parser)
{
	struct ast *node = literal(parser, AST_STRING);

	while (node && parser_peek(parser)->kind == TOKEN_STRING) {
		struct span more = parser_peek(parser)->value;
		char *both = arena_alloc(parser->arena, node->text.len + more.len + 1);

		if (!both) {
			parser->no_memory = true;
			return NULL;
		}
		memcpy(both, node->text.data, node->text.len);
		memcpy(both + node->text.len, more.data, more.len);
		node->text = (struct span){ .data = both, .len = node->text.len + more.len };
		parser->pos++;
		node->len = parser_last_end(parser) - node->start;
	}
	return node;
}

bool parser_add_arg(struct parser *parser, struct ast_list *list, struct ast *arg)
{
	struct ast **slot = arg ? parser_list_add(parser, list, sizeof(struct ast *)) : NULL;

	if (slot)
		*slot = arg;
	return slot != NULL;
}

/* CASE [x] WHEN … THEN … [ELSE …] END is case(condition, value, …[, else]). */
static struct ast *parse_case(struct parser *parser, const struct token *word)
{
	struct ast_list args = { 0 };
	struct ast *subject = NULL;

	if (!parser_at_word(parser, "when")) {
		subject = parse_expression(parser);
		if (!subject)
			return NULL;
	}
	if (!parser_at_word(parser, "when")) {
		parser_expected(parser, "WHEN", "CASE WHEN condition THEN value ELSE value END");
		return NULL;
	}
	while (parser_take_word(parser, "when")) {
		struct ast *condition = parse_expression(parser);
		struct ast *both[] = { subject, condition };

		if (condition && subject)
			condition = ast_call(parser, "=", condition->start, both, 2);
		if (!parser_add_arg(parser, &args, condition) ||
		    !parser_want_word(parser, "THEN") ||
		    !parser_add_arg(parser, &args, parse_expression(parser)))
			return NULL;
	}
	if (parser_take_word(parser, "else") &&
	    !parser_add_arg(parser, &args, parse_expression(parser)))
		return NULL;
	if (!parser_want_word(parser, "END"))
		return NULL;
	return ast_call(parser, "case", word->start, args.items, args.count);
}

/* name( is taken. */
struct ast *parse_call(struct parser *parser, const struct token *name)
{
	struct ast_list args = { 0 };
	struct ast *node;

	if (parser_at_word(parser, "distinct") || parser_at_symbol(parser, "*")) {
		parser_expected(
		    parser, "an argument",
		    "a stream is transformed record by record: there are no aggregates");
		return NULL;
	}
	if (!parser_take_symbol(parser, ")")) {
		do {
			if (!parser_add_arg(parser, &args, parse_expression(parser)))
				return NULL;
		} while (parser_take_symbol(parser, ","));
		if (!parser_want_symbol(parser, ")"))
			return NULL;
	}
	if (parser_at_word(parser, "over")) {
		parser_expected(parser, "an operator",
				"a stream is transformed record by record: there are no windows");
		return NULL;
	}
	node = ast_new(parser, AST_CALL, name->start);
	if (node)
		node->text = name->value;
	return ast_set_args(parser, node, args.items, args.count);
}

static struct ast *parse_typed_literal(struct parser *parser, const struct token *word)
{
	struct ast *node;
	struct sql_type type = token_is_word(word, "date")        ? SQL_TYPE(SQL_DATE)
			       : token_is_word(word, "timestamp") ? SQL_TYPE(SQL_TIMESTAMP)
								  : SQL_TYPE(SQL_BINARY);

	parser->tokens[parser->pos++].keyword = true;
	node = parse_string(parser);
	if (node) {
		node->kind = AST_TYPED;
		node->type = type;
		node->len += node->start - word->start;
		node->start = word->start;
	}
	return node;
}

static struct ast *parse_name(struct parser *parser)
{
	const struct token *token = parser_peek(parser), *next = parser_peek_at(parser, 1);
	struct ast *node;

	if (token->kind == TOKEN_NAME && next->kind == TOKEN_STRING) {
		if (token_is_word(token, "date") || token_is_word(token, "timestamp") ||
		    token_is_word(token, "x"))
			return parse_typed_literal(parser, token);
		if (!token_is_word(token, "interval")) {
			parser_error(
			    parser, token->start, token->len,
			    "DATE '2020-01-31', TIMESTAMP '…', X'1F', r'raw', INTERVAL '1' DAY",
			    "no such literal");
			return NULL;
		}
	}
	if (parser_at_interval(parser)) {
		parser_take_word(parser, "interval");
		return parse_interval(parser, token);
	}
	if (token_is_symbol(next, "(")) {
		if (token->kind == TOKEN_NAME)
			parser->tokens[parser->pos].keyword = true;
		parser->pos += 2;
		return parse_special_call(parser, token);
	}
	node = literal(parser, AST_NAME);
	if (node)
		node->quoted = token->kind == TOKEN_QUOTED_NAME;
	return node;
}

/* A reserved word that could be a field's name. */
static bool is_noun(const struct token *token)
{
	static const char *const words[] = { "order", "group", "limit", "case",   "end", "select",
					     "union", "join",  "table", "having", "cast" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (token_is_word(token, words[i]))
			return true;
	return false;
}

static struct ast *parse_operand(struct parser *parser)
{
	const struct token *token = parser_peek(parser);
	struct ast *node;

	if (token->kind == TOKEN_NUMBER)
		return literal(parser, AST_NUMBER);
	if (token->kind == TOKEN_STRING)
		return parse_string(parser);
	if (token->kind == TOKEN_VARIABLE)
		return literal(parser, AST_VARIABLE);
	if (parser_take_symbol(parser, "(")) {
		node = parse_expression(parser);
		if (node && parser_at_symbol(parser, ",")) {
			parser_expected(parser, "\")\"", "structs are not supported");
			return NULL;
		}
		return node && parser_want_symbol(parser, ")") ? node : NULL;
	}
	if (parser_take_word(parser, "null"))
		return ast_new(parser, AST_NULL, token->start);
	if (parser_take_word(parser, "true") || parser_take_word(parser, "false")) {
		node = ast_new(parser, AST_BOOLEAN, token->start);
		if (node)
			node->truth = token_is_word(token, "true");
		return node;
	}
	if (parser_take_word(parser, "case"))
		return parse_case(parser, token);
	if (parser_take_word(parser, "cast"))
		return parse_cast(parser, token, false);
	if (parser_take_word(parser, "try_cast"))
		return parse_cast(parser, token, true);
	if (token->kind == TOKEN_QUOTED_NAME ||
	    (token->kind == TOKEN_NAME && !parser_is_reserved(token)))
		return parse_name(parser);
	if (is_operator_name(token) && token_is_symbol(parser_peek_at(parser, 1), "("))
		return parse_name(parser);
	parser_expected(parser, "an expression",
			is_noun(token) ? "a field of this name is written between backquotes"
			: token_is_symbol(token, "*") ? "name the fields; * is not supported"
						      : NULL);
	return NULL;
}

static struct ast *parse_field(struct parser *parser, struct ast *base)
{
	const struct token *token = parser_peek(parser);
	struct ast *node;

	if (token->kind != TOKEN_NAME && token->kind != TOKEN_QUOTED_NAME) {
		parser_expected(parser, "a field's name",
				token_is_symbol(token, "*") ? "name the fields; * is not supported"
							    : NULL);
		return NULL;
	}
	parser->pos++;
	node = ast_new(parser, AST_FIELD, base->start);
	if (node)
		node->text = token->value;
	return ast_set_args(parser, node, &base, 1);
}

static struct ast *parse_index(struct parser *parser, struct ast *base)
{
	struct ast *args[2] = { base, parse_expression(parser) };

	if (!args[1] || !parser_want_symbol(parser, "]"))
		return NULL;
	return ast_set_args(parser, ast_new(parser, AST_INDEX, base->start), args, 2);
}

/* `start`: where the operand began, its parentheses included. */
static struct ast *parse_postfix_cast(struct parser *parser, struct ast *base, uint32_t start)
{
	struct sql_type type;
	struct ast *node;

	if (!parse_cast_type(parser, &type))
		return NULL;
	node = ast_new(parser, AST_CAST, start);
	if (node) {
		node->type = type;
		node->postfix_cast = true;
	}
	return ast_set_args(parser, node, &base, 1);
}

struct ast *parse_primary(struct parser *parser)
{
	uint32_t start = parser_peek(parser)->start;
	struct ast *node = parse_operand(parser);

	while (node) {
		if (parser_take_symbol(parser, "."))
			node = parse_field(parser, node);
		else if (parser_take_symbol(parser, "["))
			node = parse_index(parser, node);
		else if (parser_take_symbol(parser, "::"))
			node = parse_postfix_cast(parser, node, start);
		else
			break;
	}
	return node;
}

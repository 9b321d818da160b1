/*
 * parser_expr.c - expressions from OR down to the unary signs, with Spark's precedence:
 *
 *     OR < AND < NOT < BETWEEN IN LIKE IS … (once, after a value)
 *        < = <=> < > … < | < ^ < & < + - || < * / % DIV < unary + - ~ < :: [ ] .
 *
 * Every operator becomes a call of the function table's entry of that name; those that the language
 * defines by others (BETWEEN, IS DISTINCT FROM, simple CASE) are written out here.
 */
#include <stdio.h>
#include <string.h>

#include "sql/parser_state.h"

/* One more level of recursion; false (and told) when there are too many. */
static bool enter(struct parser *parser)
{
	const struct token *token = parser_peek(parser);

	if (++parser->depth <= AST_MAX_HEIGHT)
		return true;
	parser->depth--;
	parser_error(parser, token->start, token->len, NULL, "nested deeper than %d levels",
		     AST_MAX_HEIGHT);
	return false;
}

static struct ast *binary(struct parser *parser, const char *function, struct ast *left,
			  struct ast *right)
{
	struct ast *args[] = { left, right };

	return left ? ast_call(parser, function, left->start, args, 2) : NULL;
}

static struct ast *negate(struct parser *parser, bool negated, uint32_t start, struct ast *node)
{
	return negated && node ? ast_call(parser, "not", start, &node, 1) : node;
}

/* ---- unary and binary operators of values */

static struct ast *parse_unary(struct parser *parser)
{
	const struct token *token = parser_peek(parser);
	struct ast *node;
	const char *function;

	if (token_is_symbol(token, "-") && parser_peek_at(parser, 1)->kind == TOKEN_NUMBER) {
		parser->pos++;
		node = parse_primary(parser);
		if (!node || node->kind != AST_NUMBER) /* -1::STRING, -1[0] */
			return node ? ast_call(parser, "negative", token->start, &node, 1) : NULL;
		node->negative = true;
		node->len += node->start - token->start;
		node->start = token->start;
		return node;
	}
	function = token_is_symbol(token, "-")   ? "negative"
		   : token_is_symbol(token, "+") ? "positive"
		   : token_is_symbol(token, "~") ? "~"
						 : NULL;
	if (!function)
		return parse_primary(parser);
	parser->pos++;
	if (!enter(parser))
		return NULL;
	node = parse_unary(parser);
	parser->depth--;
	return node ? ast_call(parser, function, token->start, &node, 1) : NULL;
}

/* The binary operators by level, the tightest first, and the function that each is. */
static const struct operator
{
	int level;
	const char *symbol;
	const char *function;
}
operators[] = {
	{ 0, "*", "*" },     { 0, "/", "/" },   { 0, "%", "%" },       { 0, "div", "div" },
	{ 1, "+", "+" },     { 1, "-", "-" },   { 1, "||", "concat" }, { 2, "&", "&" },
	{ 3, "^", "^" },     { 4, "|", "|" },   { 5, "=", "=" },       { 5, "==", "=" },
	{ 5, "<=>", "<=>" }, { 5, "<>", "<>" }, { 5, "!=", "<>" },     { 5, "<", "<" },
	{ 5, "<=", "<=" },   { 5, ">", ">" },   { 5, ">=", ">=" },
};
#define LOOSEST_LEVEL 5

static const char *take_operator(struct parser *parser, int level)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		if (operators[i].level == level &&
		    (parser_take_symbol(parser, operators[i].symbol) ||
		     (level == 0 && parser_take_word(parser, operators[i].symbol))))
			return operators[i].function;
	}
	return NULL;
}

static struct ast *parse_level(struct parser *parser, int level)
{
	struct ast *left = level ? parse_level(parser, level - 1) : parse_unary(parser);
	const char *function;

	while (left && (function = take_operator(parser, level)) != NULL) {
		struct ast *right = level ? parse_level(parser, level - 1) : parse_unary(parser);

		left = binary(parser, function, left, right);
	}
	return left;
}

struct ast *parse_value(struct parser *parser)
{
	return parse_level(parser, LOOSEST_LEVEL);
}

/* ---- predicates */

/* x BETWEEN a AND b is x >= a AND x <= b; x is evaluated once, the binder sees to that. */
static struct ast *parse_between(struct parser *parser, struct ast *left)
{
	struct ast *low, *high;

	low = parse_value(parser);
	if (!low || !parser_want_word(parser, "AND"))
		return NULL;
	high = parse_value(parser);
	if (!high)
		return NULL;
	low = binary(parser, ">=", left, low);
	high = binary(parser, "<=", left, high);
	return low && high ? binary(parser, "and", low, high) : NULL;
}

static struct ast *parse_in(struct parser *parser, struct ast *left)
{
	struct ast_list list = { 0 };
	struct ast **slot;

	if (!parser_want_symbol(parser, "("))
		return NULL;
	if (parser_at_word(parser, "select")) {
		parser_expected(parser, "values", "a subquery cannot run over a stream");
		return NULL;
	}
	slot = parser_list_add(parser, &list, sizeof(struct ast *));
	if (!slot)
		return NULL;
	*slot = left;
	do {
		struct ast *value = parse_expression(parser);

		slot = value ? parser_list_add(parser, &list, sizeof(struct ast *)) : NULL;
		if (!slot)
			return NULL;
		*slot = value;
	} while (parser_take_symbol(parser, ","));
	if (!parser_want_symbol(parser, ")"))
		return NULL;
	return ast_call(parser, "in", left->start, list.items, list.count);
}

/* LIKE, ILIKE (with ESCAPE 'c'), RLIKE. */
static struct ast *parse_like(struct parser *parser, const char *function, struct ast *left)
{
	struct ast *args[3] = { left, NULL, NULL };
	size_t count = 2;

	if (parser_at_word(parser, "any") || parser_at_word(parser, "all") ||
	    parser_at_word(parser, "some")) {
		parser_expected(parser, "a pattern", "write x LIKE a OR x LIKE b");
		return NULL;
	}
	args[1] = parse_value(parser);
	if (!args[1])
		return NULL;
	if (strcmp(function, "rlike") != 0 && parser_take_word(parser, "escape")) {
		args[2] = parse_primary(parser);
		if (!args[2])
			return NULL;
		count = 3;
	}
	return ast_call(parser, function, left->start, args, count);
}

static struct ast *truth_node(struct parser *parser, bool truth)
{
	struct ast *node = ast_new(parser, AST_BOOLEAN, parser_peek(parser)->start);

	if (node) {
		node->truth = truth;
		node->len = 1;
	}
	return node;
}

static struct ast *parse_is(struct parser *parser, struct ast *left)
{
	bool negated = parser_take_word(parser, "not");
	struct ast *node;

	if (parser_take_word(parser, "null") || parser_take_word(parser, "unknown"))
		return ast_call(parser, negated ? "isnotnull" : "isnull", left->start, &left, 1);
	if (parser_take_word(parser, "true")) {
		node = binary(parser, "<=>", left, truth_node(parser, true));
	} else if (parser_take_word(parser, "false")) {
		node = binary(parser, "<=>", left, truth_node(parser, false));
	} else if (parser_take_word(parser, "distinct")) {
		if (!parser_want_word(parser, "FROM"))
			return NULL;
		node = binary(parser, "<=>", left, parse_value(parser));
		negated = !negated;
	} else {
		parser_expected(parser, "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM", NULL);
		return NULL;
	}
	return negate(parser, negated, left->start, node);
}

static struct ast *parse_predicate(struct parser *parser)
{
	struct ast *left = parse_value(parser), *node;
	bool negated;

	if (!left)
		return NULL;
	if (parser_take_word(parser, "is"))
		return parse_is(parser, left);
	negated = parser_at_word(parser, "not") &&
		  (token_is_word(parser_peek_at(parser, 1), "between") ||
		   token_is_word(parser_peek_at(parser, 1), "in") ||
		   token_is_word(parser_peek_at(parser, 1), "like") ||
		   token_is_word(parser_peek_at(parser, 1), "ilike") ||
		   token_is_word(parser_peek_at(parser, 1), "rlike") ||
		   token_is_word(parser_peek_at(parser, 1), "regexp")) &&
		  parser_take_word(parser, "not");
	if (parser_take_word(parser, "between"))
		node = parse_between(parser, left);
	else if (parser_take_word(parser, "in"))
		node = parse_in(parser, left);
	else if (parser_take_word(parser, "like"))
		node = parse_like(parser, "like", left);
	else if (parser_take_word(parser, "ilike"))
		node = parse_like(parser, "ilike", left);
	else if (parser_take_word(parser, "rlike") || parser_take_word(parser, "regexp"))
		node = parse_like(parser, "rlike", left);
	else
		return left;
	return negate(parser, negated, left->start, node);
}

/* ---- NOT, AND, OR */

static struct ast *parse_not(struct parser *parser)
{
	uint32_t start = parser_peek(parser)->start;
	struct ast *node;

	if (!parser_take_word(parser, "not") && !parser_take_symbol(parser, "!"))
		return parse_predicate(parser);
	if (!enter(parser))
		return NULL;
	node = parse_not(parser);
	parser->depth--;
	return negate(parser, true, start, node);
}

static struct ast *parse_and(struct parser *parser)
{
	struct ast *left = parse_not(parser);

	while (left && parser_take_word(parser, "and"))
		left = binary(parser, "and", left, parse_not(parser));
	return left;
}

struct ast *parse_expression(struct parser *parser)
{
	struct ast *left;

	if (!enter(parser))
		return NULL;
	left = parse_and(parser);
	while (left && parser_take_word(parser, "or"))
		left = binary(parser, "or", left, parse_and(parser));
	parser->depth--;
	return left;
}

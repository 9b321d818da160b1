/*
 * parser_state.c - see parser_state.h.
 */
#include "sql/parser_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct token *parser_peek(const struct parser *parser)
{
	return &parser->tokens[parser->pos];
}

const struct token *parser_peek_at(const struct parser *parser, size_t ahead)
{
	size_t pos = parser->pos;

	while (ahead-- > 0 && parser->tokens[pos].kind != TOKEN_END)
		pos++;
	return &parser->tokens[pos];
}

bool parser_at_word(const struct parser *parser, const char *word)
{
	return token_is_word(parser_peek(parser), word);
}

bool parser_at_symbol(const struct parser *parser, const char *symbol)
{
	return token_is_symbol(parser_peek(parser), symbol);
}

bool parser_at_end(const struct parser *parser)
{
	return parser_at_symbol(parser, ";") || parser_peek(parser)->kind == TOKEN_END;
}

bool parser_take_word(struct parser *parser, const char *word)
{
	if (!parser_at_word(parser, word))
		return false;
	parser->tokens[parser->pos++].keyword = true;
	return true;
}

bool parser_take_symbol(struct parser *parser, const char *symbol)
{
	if (!parser_at_symbol(parser, symbol))
		return false;
	parser->pos++;
	return true;
}

void parser_error(struct parser *parser, size_t start, size_t len, const char *hint,
		  const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag_add(parser->diags, DIAG_ERROR, start, len ? len : 1, hint, "%s", text);
}

void parser_expected(struct parser *parser, const char *what, const char *hint)
{
	const struct token *token = parser_peek(parser);

	if (token->kind == TOKEN_END && parser->cut)
		return; /* what has no end took it all, and is told */
	if (token->kind == TOKEN_END)
		parser_error(parser, token->start, 1, hint,
			     "expected %s, found the end of the file", what);
	else
		parser_error(parser, token->start, token->len, hint, "expected %s", what);
}

bool parser_want_word(struct parser *parser, const char *word)
{
	if (parser_take_word(parser, word))
		return true;
	parser_expected(parser, word, NULL);
	return false;
}

bool parser_want_symbol(struct parser *parser, const char *symbol)
{
	char what[8];

	if (parser_take_symbol(parser, symbol))
		return true;
	snprintf(what, sizeof(what), "\"%s\"", symbol);
	parser_expected(parser, what, NULL);
	return false;
}

bool parser_is_reserved(const struct token *token)
{
	static const char *const words[] = {
		"select",   "from",   "where",      "and",    "or",     "not",      "in",
		"between",  "like",   "ilike",      "rlike",  "regexp", "is",       "as",
		"case",     "when",   "then",       "else",   "end",    "null",     "true",
		"false",    "create", "constraint", "div",    "on",     "distinct", "cast",
		"try_cast", "group",  "order",      "having", "limit",  "union",    "join",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (token_is_word(token, words[i]))
			return true;
	}
	return false;
}

bool parser_want_name(struct parser *parser, const char *what, struct ast_name *out)
{
	const struct token *token = parser_peek(parser);

	if ((token->kind != TOKEN_NAME && token->kind != TOKEN_QUOTED_NAME) ||
	    parser_is_reserved(token)) {
		parser_expected(
		    parser, what,
		    parser_is_reserved(token)
			? "this word has a meaning of its own: write it between backquotes"
			: NULL);
		return false;
	}
	*out = (struct ast_name){ .text = token->value, .start = token->start, .len = token->len };
	parser->pos++;
	return true;
}

bool parser_want_string(struct parser *parser, struct span *out)
{
	if (parser_peek(parser)->kind != TOKEN_STRING) {
		parser_expected(parser, "a string", "'text'");
		return false;
	}
	*out = parser_peek(parser)->value;
	parser->pos++;
	return true;
}

/* Parentheses that are open at the present token and were not at `from`. */
static size_t open_level(const struct parser *parser, size_t from)
{
	size_t level = 0;

	for (; from < parser->pos; from++) {
		const struct token *token = &parser->tokens[from];

		if (token_is_symbol(token, "(") || token_is_symbol(token, "["))
			level++;
		else if (token_is_symbol(token, ")") || token_is_symbol(token, "]"))
			level -= level > 0;
	}
	return level;
}

/* Whether a list ends at the present token, parentheses apart. */
static bool at_list_end(const struct parser *parser, enum skip list, size_t level)
{
	const struct token *next = parser_peek_at(parser, 1);

	if (parser_peek(parser)->kind == TOKEN_END || parser_at_symbol(parser, ";") ||
	    parser_at_word(parser, "create"))
		return true;
	if (list == SKIP_ELEMENT)
		return (level == 0 && parser_at_symbol(parser, ")")) ||
		       (parser_at_word(parser, "as") && token_is_word(next, "select"));
	return (parser_at_word(parser, "from") && (level == 0 || token_is_word(next, "stream"))) ||
	       (level == 0 && parser_at_word(parser, "where"));
}

void parser_skip_to(struct parser *parser, size_t from, enum skip list)
{
	size_t level = open_level(parser, from);

	for (; !at_list_end(parser, list, level); parser->pos++) {
		if (level == 0 && parser_at_symbol(parser, ","))
			return;
		if (parser_at_symbol(parser, "(") || parser_at_symbol(parser, "["))
			level++;
		else if (parser_at_symbol(parser, ")") || parser_at_symbol(parser, "]"))
			level -= level > 0;
	}
}

uint32_t parser_last_end(const struct parser *parser)
{
	const struct token *last = &parser->tokens[parser->pos ? parser->pos - 1 : 0];

	return last->start + last->len;
}

void *parser_list_add(struct parser *parser, struct ast_list *list, size_t size)
{
	char *items = list->items;

	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 8;

		items = arena_calloc(parser->arena, capacity, size);
		if (!items) {
			parser->no_memory = true;
			return NULL;
		}
		if (list->count)
			memcpy(items, list->items, list->count * size);
		list->items = items;
		list->capacity = capacity;
	}
	return items + list->count++ * size;
}

struct ast *ast_new(struct parser *parser, enum ast_kind kind, uint32_t start)
{
	struct ast *node = arena_calloc(parser->arena, 1, sizeof(*node));

	if (!node) {
		parser->no_memory = true;
		return NULL;
	}
	node->kind = kind;
	node->start = start;
	node->len = parser_last_end(parser) - start;
	node->height = 1;
	return node;
}

struct ast *ast_set_args(struct parser *parser, struct ast *node, struct ast *const *args,
			 size_t count)
{
	if (!node)
		return NULL;
	node->args = arena_alloc(parser->arena, (count ? count : 1) * sizeof(struct ast *));
	if (!node->args) {
		parser->no_memory = true;
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		if (!args[i])
			return NULL;
		node->args[i] = args[i];
		if (args[i]->height >= node->height)
			node->height = args[i]->height + 1;
	}
	node->arg_count = count;
	if (node->height > AST_MAX_HEIGHT) {
		parser_error(parser, node->start, node->len, NULL, "nested deeper than %d levels",
			     AST_MAX_HEIGHT);
		return NULL;
	}
	return node;
}

struct ast *ast_call(struct parser *parser, const char *function, uint32_t start,
		     struct ast *const *args, size_t count)
{
	struct ast *node;

	for (size_t i = 0; i < count; i++) {
		if (!args[i])
			return NULL;
	}
	node = ast_new(parser, AST_CALL, start);
	if (!node)
		return NULL;
	node->text = span_of(function);
	node->operator= true;
	return ast_set_args(parser, node, args, count);
}

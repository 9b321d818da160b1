/*
 * parser_query.c - the query of a statement:
 *
 *     SELECT expression [[AS] name], explode(array) AS name, posexplode(array) AS (name, name), …
 *     FROM STREAM name [[AS] alias]
 *     [LATERAL VIEW [OUTER] explode(array) [view] [AS] name [, name]]
 *     [WHERE condition]
 *
 * In a query by itself FROM may be left out, and the word STREAM.
 */
#include <string.h>

#include "sql/parser_state.h"

/* A name that may stand without AS before it. */
static bool at_plain_name(const struct parser *parser)
{
	const struct token *token = parser_peek(parser);

	return token->kind == TOKEN_QUOTED_NAME ||
	       (token->kind == TOKEN_NAME && !parser_is_reserved(token));
}

static bool at_lateral(const struct parser *parser)
{
	return parser_at_word(parser, "lateral") &&
	       token_is_word(parser_peek_at(parser, 1), "view");
}

/* ---- the list of expressions */

/* name, or (name, name) of what gives two columns; AS is taken. */
static bool parse_aliases(struct parser *parser, struct ast_item *item)
{
	if (!parser_take_symbol(parser, "("))
		return parser_want_name(parser, "a name", &item->alias);
	if (!parser_want_name(parser, "a name", &item->alias))
		return false;
	if (parser_take_symbol(parser, ",") && !parser_want_name(parser, "a name", &item->second))
		return false;
	return parser_want_symbol(parser, ")");
}

static bool parse_item(struct parser *parser, struct ast_table *table)
{
	struct ast_item item = { .first_token = parser->pos };
	struct ast_item *slot;

	item.expr = parse_expression(parser);
	item.last_token = parser->pos;
	if (!item.expr)
		return false;
	if (parser_take_word(parser, "as")) {
		if (!parse_aliases(parser, &item))
			return false;
	} else if (at_plain_name(parser)) {
		parser_want_name(parser, "a name", &item.alias);
	}
	slot = parser_list_add(parser, &table->items, sizeof(*slot));
	if (slot)
		*slot = item;
	return slot != NULL;
}

static bool parse_select_list(struct parser *parser, struct ast_table *table)
{
	do {
		size_t from = parser->pos;

		if (parser_at_symbol(parser, "*")) {
			parser_expected(parser, "an expression",
					"a record has no fixed columns: name the fields, as in "
					"SELECT email, name.first");
			return false;
		}
		if (parser_at_word(parser, "from")) {
			parser_expected(parser, "an expression", "a \",\" too many");
			table->damaged = true;
			break;
		}
		if (parse_item(parser, table)) {
			if (parser_at_symbol(parser, ",") || parser_at_word(parser, "from") ||
			    (table->bare && parser_at_end(parser)))
				continue;
			parser_expected(parser, "\",\" or FROM", NULL);
			table->items.count--; /* it is not what it looks like */
		}
		if (parser->no_memory)
			return false;
		table->damaged = true;
		parser_skip_to(parser, from, SKIP_ITEM);
	} while (parser_take_symbol(parser, ","));
	return true;
}

/* ---- FROM */

/* Names with dots are joined. */
static bool parse_stream_name(struct parser *parser, struct ast_table *table)
{
	if (!parser_want_name(parser, "the stream's name", &table->stream))
		return false;
	while (parser_take_symbol(parser, ".")) {
		struct ast_name part;
		char *joined;

		if (!parser_want_name(parser, "a name", &part))
			return false;
		joined = arena_printf(parser->arena, "%.*s.%.*s", (int)table->stream.text.len,
				      table->stream.text.data, (int)part.text.len, part.text.data);
		if (!joined) {
			parser->no_memory = true;
			return false;
		}
		table->stream.text = span_of(joined);
		table->stream.len = part.start + part.len - table->stream.start;
	}
	return true;
}

/* FROM STREAM name, FROM STREAM(name). */
static bool parse_stream(struct parser *parser, struct ast_table *table)
{
	bool parenthesis;

	if (table->bare && parser_at_end(parser))
		return true;
	if (!parser_want_word(parser, "FROM"))
		return false;
	if (!parser_take_word(parser, "stream") && !table->bare) /* goes on as if it were there */
		parser_expected(parser, "STREAM",
				"FROM STREAM and the name: a table is filled record by record");
	parenthesis = parser_take_symbol(parser, "(");
	if (!parse_stream_name(parser, table) || (parenthesis && !parser_want_symbol(parser, ")")))
		return false;
	if (parser_take_word(parser, "as") || (!at_lateral(parser) && at_plain_name(parser)))
		return parser_want_name(parser, "an alias", &table->stream_alias);
	return true;
}

/* ---- LATERAL VIEW */

static bool parse_lateral_names(struct parser *parser, struct ast_lateral *lateral)
{
	if (at_plain_name(parser))
		parser_want_name(parser, "the view's name", &lateral->view);
	if (!parser_take_word(parser, "as") && !at_plain_name(parser))
		return true;
	if (!parser_want_name(parser, "a name", &lateral->first))
		return false;
	return !parser_take_symbol(parser, ",") ||
	       parser_want_name(parser, "a name", &lateral->second);
}

static bool parse_lateral(struct parser *parser, struct ast_table *table)
{
	struct ast_lateral *lateral = arena_calloc(parser->arena, 1, sizeof(*lateral));
	const struct token *name;

	if (!lateral) {
		parser->no_memory = true;
		return false;
	}
	parser_take_word(parser, "lateral");
	parser_take_word(parser, "view");
	lateral->outer = parser_take_word(parser, "outer");
	name = parser_peek(parser);
	if (name->kind != TOKEN_NAME || !token_is_symbol(parser_peek_at(parser, 1), "(")) {
		parser_expected(parser, "explode(…)", "LATERAL VIEW explode(tags) t AS tag");
		return false;
	}
	parser->tokens[parser->pos].keyword = true;
	lateral->first_token = parser->pos;
	parser->pos += 2;
	lateral->call = parse_call(parser, name);
	lateral->last_token = parser->pos;
	if (!lateral->call || !parse_lateral_names(parser, lateral))
		return false;
	table->lateral = lateral;
	return true;
}

bool parse_query(struct parser *parser, struct ast_table *table)
{
	if (!parser_want_word(parser, "SELECT"))
		return false;
	if (parser_at_word(parser, "distinct")) {
		parser_expected(parser, "an expression",
				"a stream is transformed record by record; the PRIMARY KEY keeps "
				"one row a key");
		return false;
	}
	if (!parse_select_list(parser, table) || !parse_stream(parser, table))
		return false;
	if (at_lateral(parser) && !parse_lateral(parser, table))
		return false;
	if (at_lateral(parser)) {
		parser_expected(parser, "WHERE or the statement's end",
				"one LATERAL VIEW a SELECT: let a second table read this one");
		return false;
	}
	if (!parser_take_word(parser, "where"))
		return true;
	table->where_first_token = parser->pos;
	table->where = parse_expression(parser);
	table->where_last_token = parser->pos;
	return table->where != NULL;
}

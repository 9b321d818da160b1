/*
 * parser.c - the statements:
 *
 *     CREATE [OR REFRESH] STREAMING TABLE name (
 *       column TYPE [NOT NULL] [PRIMARY KEY] [COMMENT 'text'], …,
 *       PRIMARY KEY (a, …) | PRIMARY KEY ((a, …), b, …),
 *       CONSTRAINT name EXPECT (condition) [ON VIOLATION DROP ROW | FAIL UPDATE], …
 *     ) [COMMENT 'text'] [TBLPROPERTIES ('nulls' = 'keep')]
 *       [[WITH] CLUSTERING ORDER BY (b DESC, …)]
 *     AS query ;
 *
 * or, where it is allowed, one query by itself. What is between the parentheses is
 * parser_table.c's, the query parser_query.c's.
 */
#include "sql/parser.h"

#include <string.h>

#include "sql/parser_state.h"

static bool parse_property(struct parser *parser, struct ast_table *table)
{
	const struct token *at_name = parser_peek(parser), *at_value;
	struct span name, value;

	if (!parser_want_string(parser, &name) || !parser_want_symbol(parser, "="))
		return false;
	at_value = parser_peek(parser);
	if (!parser_want_string(parser, &value))
		return false;
	if (!span_equal(name, SPAN_LITERAL("nulls")))
		parser_error(parser, at_name->start, at_name->len,
			     "the only one is 'nulls' = 'keep' or 'write'",
			     "there is no property %.*s", (int)name.len, name.data);
	else if (!span_equal(value, SPAN_LITERAL("keep")) &&
		 !span_equal(value, SPAN_LITERAL("write")))
		parser_error(parser, at_value->start, at_value->len,
			     "'keep' leaves the stored value, 'write' overwrites it with NULL",
			     "'nulls' is 'keep' or 'write'");
	table->keep_nulls = span_equal(value, SPAN_LITERAL("keep"));
	return true;
}

static bool parse_ordering(struct parser *parser, struct ast_table *table)
{
	if (!parser_want_word(parser, "ORDER") || !parser_want_word(parser, "BY") ||
	    !parser_want_symbol(parser, "("))
		return false;
	do {
		struct ast_order order = { .order = SORT_ASCENDING };
		struct ast_order *slot;

		if (!parser_want_name(parser, "a column of the key", &order.name))
			return false;
		if (parser_take_word(parser, "desc"))
			order.order = SORT_DESCENDING;
		else
			parser_take_word(parser, "asc");
		slot = parser_list_add(parser, &table->ordering, sizeof(*slot));
		if (!slot)
			return false;
		*slot = order;
	} while (parser_take_symbol(parser, ","));
	return parser_want_symbol(parser, ")");
}

/* COMMENT, TBLPROPERTIES, CLUSTERING ORDER BY: in any order, up to AS. */
static bool parse_clauses(struct parser *parser, struct ast_table *table)
{
	while (!parser_at_word(parser, "as")) {
		if (parser_take_word(parser, "comment")) {
			if (!parser_want_string(parser, &table->comment))
				return false;
		} else if (parser_take_word(parser, "tblproperties")) {
			if (!parser_want_symbol(parser, "("))
				return false;
			do {
				if (!parse_property(parser, table))
					return false;
			} while (parser_take_symbol(parser, ","));
			if (!parser_want_symbol(parser, ")"))
				return false;
		} else if (parser_at_word(parser, "with") || parser_at_word(parser, "clustering")) {
			parser_take_word(parser, "with");
			if (!parser_want_word(parser, "CLUSTERING") ||
			    !parse_ordering(parser, table))
				return false;
		} else {
			parser_expected(parser,
					"AS SELECT, COMMENT, TBLPROPERTIES or CLUSTERING ORDER BY",
					parser_at_word(parser, "select") ? "AS stands before SELECT"
					: parser_at_symbol(parser, ",")  ? "a \",\" too many"
									 : NULL);
			if (!parser_at_word(parser, "select"))
				return false;
			return true; /* as if it were there */
		}
	}
	return parser_take_word(parser, "as");
}

/* CREATE [OR REFRESH] STREAMING TABLE. What is missing is told, and taken as if it were there. */
static bool parse_create(struct parser *parser)
{
	static const char statement[] = "CREATE [OR REFRESH] STREAMING TABLE name (column TYPE, …, "
					"PRIMARY KEY (…)) AS SELECT … FROM STREAM …";
	bool streaming;

	if (!parser_at_word(parser, "create")) {
		parser_expected(
		    parser, "CREATE",
		    parser_at_word(parser, "select")
			? "userstream sql runs a SELECT; here one fills a table: CREATE "
			  "STREAMING TABLE … AS SELECT …"
			: statement);
		return false;
	}
	parser_take_word(parser, "create");
	if (parser_take_word(parser, "or") && !parser_take_word(parser, "refresh")) {
		parser_expected(parser, "REFRESH",
				"rows stay and are brought up to date: process --from earliest "
				"fills a table anew");
		parser->pos += parser_at_word(parser, "replace");
	}
	streaming = parser_take_word(parser, "streaming");
	if (!streaming)
		parser_expected(parser, "STREAMING", statement);
	if (parser_take_word(parser, "table"))
		return true;
	if (streaming)
		parser_expected(parser, "TABLE", statement);
	return false;
}

static bool parse_table_head(struct parser *parser, struct ast_table *table)
{
	table->start = parser_peek(parser)->start;
	if (!parse_create(parser))
		return false;
	table->len = parser_last_end(parser) - table->start;
	if (parser_at_word(parser, "if") && token_is_word(parser_peek_at(parser, 1), "not")) {
		parser_expected(parser, "the table's name",
				"a table is made where it is missing: leave IF NOT EXISTS out");
		parser->pos += 2;
		parser->pos += parser_at_word(parser, "exists");
	}
	if (!parser_want_name(parser, "the table's name", &table->name))
		return false;
	if (!parser_at_symbol(parser, "(")) {
		parser_expected(parser, "\"(\" and the table's columns",
				parser_at_symbol(parser, ".")
				    ? "a table's name stands alone: where it is stored is --sink's"
				    : "name, type and key of the table have to be declared: (id "
				      "UUID, …, PRIMARY KEY (id))");
		return false;
	}
	return parser_take_symbol(parser, "(");
}

static bool parse_table(struct parser *parser, struct ast_table *table)
{
	if (!table->bare && (!parse_table_head(parser, table) || !parse_elements(parser, table) ||
			     !parse_clauses(parser, table)))
		return false;
	if (!parse_query(parser, table))
		return false;
	if (parser_at_end(parser))
		return true;
	parser_expected(parser, "\";\" or the end of the file",
			parser_at_word(parser, "create") ? "a statement ends with \";\""
			: parser_at_word(parser, "group") || parser_at_word(parser, "order") ||
				parser_at_word(parser, "join") || parser_at_word(parser, "limit")
			    ? "a stream is transformed record by record: SELECT … FROM STREAM … "
			      "WHERE … is all there is"
			    : NULL);
	return false;
}

/* To the next statement. */
static void skip_statement(struct parser *parser)
{
	while (parser_peek(parser)->kind != TOKEN_END && !parser_at_symbol(parser, ";") &&
	       !parser_at_word(parser, "create"))
		parser->pos++;
}

/* One SELECT and nothing after it. */
static enum status parse_bare(struct parser *parser, struct ast_file *out, struct err *err)
{
	struct ast_table *table = arena_calloc(parser->arena, 1, sizeof(*table));
	struct ast_table **slot = table ? parser_list_add(parser, &out->tables,
							  sizeof(struct ast_table *))
					: NULL;

	if (!slot)
		return err_no_memory(err, "parsing a SELECT");
	*slot = table;
	table->bare = true;
	table->damaged = !parse_table(parser, table);
	while (parser_take_symbol(parser, ";"))
		;
	if (!table->damaged && parser_peek(parser)->kind != TOKEN_END)
		parser_expected(parser, "the end", "one SELECT at a time");
	return parser->no_memory ? err_no_memory(err, "parsing a SELECT") : US_OK;
}

enum status parse(const struct token_list *tokens, bool bare, struct arena *arena,
		  struct diag_list *diags, struct ast_file *out, struct err *err)
{
	struct parser parser = {
		.tokens = tokens->tokens, .arena = arena, .diags = diags, .cut = tokens->cut
	};

	*out = (struct ast_file){ .tables = { 0 } };
	if (bare && parser_at_word(&parser, "select"))
		return parse_bare(&parser, out, err);
	for (;;) {
		struct ast_table *table, **slot;

		while (parser_take_symbol(&parser, ";"))
			;
		if (parser_peek(&parser)->kind == TOKEN_END)
			break;
		table = arena_calloc(arena, 1, sizeof(*table));
		slot = table ? parser_list_add(&parser, &out->tables, sizeof(struct ast_table *))
			     : NULL;
		if (!slot)
			return err_no_memory(err, "parsing the pipeline file");
		*slot = table;
		if (!parse_table(&parser, table)) {
			table->damaged = true;
			if (parser.pos == 0 || parser_at_word(&parser, "create"))
				parser.pos += parser_last_end(&parser) <= table->start;
			skip_statement(&parser);
		}
		if (parser.no_memory)
			return err_no_memory(err, "parsing the pipeline file");
	}
	if (out->tables.count == 0 && diags->errors == 0)
		diag_add(diags, DIAG_ERROR, 0, 1,
			 "CREATE STREAMING TABLE name (…) AS SELECT … FROM STREAM user_topic;",
			 "the pipeline file has no table");
	return US_OK;
}

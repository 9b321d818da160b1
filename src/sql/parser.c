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
 * or, where it is allowed, one query by itself. The query is in parser_query.c.
 */
#include "sql/parser.h"

#include <string.h>

#include "sql/parser_state.h"

static bool parse_column_type(struct parser *parser, enum column_type *out)
{
	static const struct {
		const char *name;
		enum column_type type;
	} names[] = {
		{ "text", COLUMN_TEXT },       { "string", COLUMN_TEXT },
		{ "uuid", COLUMN_UUID },       { "int", COLUMN_INT },
		{ "integer", COLUMN_INT },     { "bigint", COLUMN_BIGINT },
		{ "long", COLUMN_BIGINT },     { "double", COLUMN_DOUBLE },
		{ "boolean", COLUMN_BOOLEAN }, { "timestamp", COLUMN_TIMESTAMP },
		{ "date", COLUMN_DATE },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (parser_take_word(parser, names[i].name)) {
			*out = names[i].type;
			return true;
		}
	}
	parser_expected(parser, "a type",
			"UUID, TEXT, INT, BIGINT, DOUBLE, BOOLEAN, TIMESTAMP or DATE");
	return false;
}

static bool add_key_column(struct parser *parser, struct ast_table *table, struct ast_name name)
{
	struct ast_name *key = parser_list_add(parser, &table->key, sizeof(*key));

	if (key)
		*key = name;
	return key != NULL;
}

static bool begin_key(struct parser *parser, struct ast_table *table, const struct token *word)
{
	if (table->has_key) {
		parser_error(parser, word->start, word->len, "list all of its columns in one",
			     "a second PRIMARY KEY");
		return false;
	}
	table->has_key = true;
	return true;
}

/* (a, b) or ((a, b), c); PRIMARY KEY is taken. */
static bool parse_key(struct parser *parser, struct ast_table *table, const struct token *word)
{
	struct ast_name name;
	bool composite;

	if (!begin_key(parser, table, word) || !parser_want_symbol(parser, "("))
		return false;
	composite = parser_take_symbol(parser, "(");
	do {
		if (!parser_want_name(parser, "a column", &name) ||
		    !add_key_column(parser, table, name))
			return false;
	} while ((composite || table->key.count == 0) && parser_take_symbol(parser, ","));
	if (composite && !parser_want_symbol(parser, ")"))
		return false;
	table->partition_key_count = table->key.count;
	while (parser_take_symbol(parser, ",")) {
		if (!parser_want_name(parser, "a column", &name) ||
		    !add_key_column(parser, table, name))
			return false;
	}
	return parser_want_symbol(parser, ")");
}

static bool parse_violation(struct parser *parser, enum violation_action *action)
{
	*action = VIOLATION_COUNT;
	if (!parser_take_word(parser, "on"))
		return true;
	if (!parser_want_word(parser, "VIOLATION"))
		return false;
	if (parser_take_word(parser, "drop")) {
		*action = VIOLATION_DROP_ROW;
		return parser_want_word(parser, "ROW");
	}
	if (parser_take_word(parser, "fail")) {
		*action = VIOLATION_FAIL_UPDATE;
		return parser_want_word(parser, "UPDATE");
	}
	parser_expected(parser, "DROP ROW or FAIL UPDATE",
			"without ON VIOLATION it is counted and the row kept");
	return false;
}

/* CONSTRAINT is taken. */
static bool parse_constraint(struct parser *parser, struct ast_table *table)
{
	struct ast_constraint *constraint;
	struct ast_name name;
	const struct token *word;

	if (!parser_want_name(parser, "the constraint's name", &name))
		return false;
	word = parser_peek(parser);
	if (parser_take_word(parser, "primary"))
		return parser_want_word(parser, "KEY") && parse_key(parser, table, word);
	if (!parser_want_word(parser, "EXPECT") || !parser_want_symbol(parser, "("))
		return false;
	constraint = parser_list_add(parser, &table->constraints, sizeof(*constraint));
	if (!constraint)
		return false;
	constraint->name = name;
	constraint->start = parser_peek(parser)->start;
	constraint->condition = parse_expression(parser);
	if (!constraint->condition)
		return false;
	constraint->len = parser_last_end(parser) - constraint->start;
	return parser_want_symbol(parser, ")") && parse_violation(parser, &constraint->action);
}

static bool parse_column(struct parser *parser, struct ast_table *table)
{
	struct ast_column column = { .comment = SPAN_NULL };
	struct ast_column *slot;

	if (!parser_want_name(parser, "a column, PRIMARY KEY or CONSTRAINT", &column.name) ||
	    !parse_column_type(parser, &column.type))
		return false;
	for (;;) {
		const struct token *word = parser_peek(parser);

		if (parser_take_word(parser, "not")) {
			if (!parser_want_word(parser, "NULL"))
				return false;
			column.not_null = true;
		} else if (parser_take_word(parser, "primary")) {
			if (!parser_want_word(parser, "KEY") || !begin_key(parser, table, word) ||
			    !add_key_column(parser, table, column.name))
				return false;
			table->partition_key_count = 1;
		} else if (parser_take_word(parser, "comment")) {
			if (!parser_want_string(parser, &column.comment))
				return false;
		} else {
			break;
		}
	}
	slot = parser_list_add(parser, &table->columns, sizeof(*slot));
	if (slot)
		*slot = column;
	return slot != NULL;
}

static bool parse_element(struct parser *parser, struct ast_table *table)
{
	const struct token *word = parser_peek(parser);

	if (parser_take_word(parser, "constraint"))
		return parse_constraint(parser, table);
	if (parser_at_word(parser, "primary") && token_is_word(parser_peek_at(parser, 1), "key")) {
		parser_take_word(parser, "primary");
		parser_take_word(parser, "key");
		return parse_key(parser, table, word);
	}
	return parse_column(parser, table);
}

/* The elements between the parentheses, going on after a mistake. False: the list has no end. */
static bool parse_elements(struct parser *parser, struct ast_table *table)
{
	do {
		size_t from = parser->pos;

		if (parse_element(parser, table)) {
			if (parser_at_symbol(parser, ",") || parser_at_symbol(parser, ")"))
				continue;
			parser_expected(parser, "\",\" or \")\"", NULL);
		}
		if (parser->no_memory)
			return false;
		table->damaged = true;
		parser_skip_to(parser, from, false);
	} while (parser_take_symbol(parser, ","));
	return parser_want_symbol(parser, ")");
}

static bool parse_property(struct parser *parser, struct ast_table *table)
{
	const struct token *token = parser_peek(parser);
	struct span name, value;

	if (!parser_want_string(parser, &name) || !parser_want_symbol(parser, "="))
		return false;
	if (!span_equal(name, SPAN_LITERAL("nulls"))) {
		parser_error(parser, token->start, token->len, "'nulls' = 'keep' or 'write'",
			     "there is no such property");
		return false;
	}
	token = parser_peek(parser);
	if (!parser_want_string(parser, &value))
		return false;
	if (!span_equal(value, SPAN_LITERAL("keep")) && !span_equal(value, SPAN_LITERAL("write"))) {
		parser_error(parser, token->start, token->len,
			     "'keep' leaves the stored value, 'write' overwrites it with NULL",
			     "'nulls' is 'keep' or 'write'");
		return false;
	}
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
					NULL);
			return false;
		}
	}
	return parser_take_word(parser, "as");
}

static bool parse_table_head(struct parser *parser, struct ast_table *table)
{
	table->start = parser_peek(parser)->start;
	if (!parser_want_word(parser, "CREATE"))
		return false;
	if (parser_take_word(parser, "or") && !parser_want_word(parser, "REFRESH"))
		return false;
	if (!parser_want_word(parser, "STREAMING") || !parser_want_word(parser, "TABLE"))
		return false;
	table->len = parser_last_end(parser) - table->start;
	if (!parser_want_name(parser, "the table's name", &table->name))
		return false;
	if (!parser_at_symbol(parser, "(")) {
		parser_expected(parser, "\"(\" and the table's columns",
				"name, type and key of the table have to be declared: (id UUID, …, "
				"PRIMARY KEY (id))");
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
			parser_at_word(parser, "group") || parser_at_word(parser, "order") ||
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
	struct parser parser = { .tokens = tokens->tokens, .arena = arena, .diags = diags };

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

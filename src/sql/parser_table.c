/*
 * parser_table.c - what a statement declares between its parentheses: columns, the key,
 * constraints. After a mistake it goes on with the next of them.
 */
#include <stdio.h>
#include <string.h>

#include "core/diag.h"
#include "sql/parser_state.h"

/* ---- types */

static const struct {
	const char *name;
	enum column_type type;
} types[] = {
	{ "TEXT", COLUMN_TEXT },       { "STRING", COLUMN_TEXT },
	{ "UUID", COLUMN_UUID },       { "INT", COLUMN_INT },
	{ "INTEGER", COLUMN_INT },     { "BIGINT", COLUMN_BIGINT },
	{ "LONG", COLUMN_BIGINT },     { "DOUBLE", COLUMN_DOUBLE },
	{ "BOOLEAN", COLUMN_BOOLEAN }, { "TIMESTAMP", COLUMN_TIMESTAMP },
	{ "DATE", COLUMN_DATE },
};
#define TYPE_COUNT (sizeof(types) / sizeof(*types))

/* Types of other systems, and what does here. */
static const struct {
	const char *name, *hint;
} foreign_types[] = {
	{ "varchar", "TEXT, of any length" },
	{ "char", "TEXT, of any length" },
	{ "ascii", "TEXT" },
	{ "float", "DOUBLE" },
	{ "real", "DOUBLE" },
	{ "decimal", "DOUBLE, or TEXT, which keeps every digit" },
	{ "numeric", "DOUBLE, or TEXT, which keeps every digit" },
	{ "tinyint", "INT" },
	{ "smallint", "INT" },
	{ "short", "INT" },
	{ "byte", "INT" },
	{ "varint", "BIGINT, or TEXT, which keeps every digit" },
	{ "bool", "BOOLEAN" },
	{ "datetime", "TIMESTAMP" },
	{ "timestamptz", "TIMESTAMP, which is UTC" },
	{ "timestamp_ltz", "TIMESTAMP, which is UTC" },
	{ "timestamp_ntz", "TIMESTAMP, which is UTC" },
	{ "timeuuid", "UUID" },
	{ "time", "TEXT" },
	{ "binary", "TEXT: base64(x) or hex(x)" },
	{ "blob", "TEXT: base64(x) or hex(x)" },
	{ "array", "TEXT, a list as JSON, or a table of its own with explode" },
	{ "list", "TEXT, a list as JSON, or a table of its own with explode" },
	{ "set", "TEXT, a list as JSON, or a table of its own with explode" },
	{ "map", "TEXT, an object as JSON" },
	{ "struct", "TEXT, an object as JSON" },
	{ "json", "TEXT: a path that is an object or array is JSON" },
	{ "variant", "TEXT: a path that is an object or array is JSON" },
};

static void unknown_type(struct parser *parser)
{
	static const char all[] = "UUID, TEXT, INT, BIGINT, DOUBLE, BOOLEAN, TIMESTAMP or DATE";
	const struct token *token = parser_peek(parser);
	const char *names[TYPE_COUNT], *near;
	const char *hint = all;
	char text[64];

	if (token->kind != TOKEN_NAME || parser_is_reserved(token)) {
		parser_expected(parser, "the column's type", all);
		return;
	}
	for (size_t i = 0; i < TYPE_COUNT; i++)
		names[i] = types[i].name;
	near = suggest(token->value, names, TYPE_COUNT);
	if (near) {
		snprintf(text, sizeof(text), "did you mean %s?", near);
		hint = text;
	}
	for (size_t i = 0; i < sizeof(foreign_types) / sizeof(*foreign_types); i++)
		if (token_is_word(token, foreign_types[i].name))
			hint = foreign_types[i].hint;
	parser_error(parser, token->start, token->len, hint, "there is no type %.*s for a column",
		     (int)token->value.len, token->value.data);
}

static bool parse_column_type(struct parser *parser, enum column_type *out)
{
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		if (parser_take_word(parser, types[i].name)) {
			*out = types[i].type;
			return true;
		}
	}
	unknown_type(parser);
	return false;
}

/* ---- PRIMARY KEY */

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

/* A column of the table; a path is a mistake that is told as such. */
static bool parse_key_column(struct parser *parser, struct ast_table *table)
{
	struct ast_name name;

	if (!parser_want_name(parser, "a column", &name) || !add_key_column(parser, table, name))
		return false;
	if (!parser_at_symbol(parser, "."))
		return true;
	parser_expected(parser, "\",\" or \")\"",
			"the key is of columns of the table, not of paths of the record");
	return false;
}

/* (a, b) or ((a, b), c); PRIMARY KEY is taken. */
static bool parse_key(struct parser *parser, struct ast_table *table, const struct token *word)
{
	bool composite;

	if (!begin_key(parser, table, word) || !parser_want_symbol(parser, "("))
		return false;
	composite = parser_take_symbol(parser, "(");
	do {
		if (!parse_key_column(parser, table))
			return false;
	} while ((composite || table->key.count == 0) && parser_take_symbol(parser, ","));
	if (composite && !parser_want_symbol(parser, ")"))
		return false;
	table->partition_key_count = table->key.count;
	while (parser_take_symbol(parser, ",")) {
		if (!parse_key_column(parser, table))
			return false;
	}
	return parser_want_symbol(parser, ")");
}

/* ---- CONSTRAINT */

static bool parse_violation(struct parser *parser, enum violation_action *action)
{
	*action = VIOLATION_COUNT;
	if (!parser_take_word(parser, "on"))
		return true;
	if (!parser_want_word(parser, "VIOLATION"))
		return false;
	if (parser_at_word(parser, "drop") && token_is_word(parser_peek_at(parser, 1), "row")) {
		*action = VIOLATION_DROP_ROW;
		return parser_take_word(parser, "drop") && parser_take_word(parser, "row");
	}
	if (parser_at_word(parser, "fail") && token_is_word(parser_peek_at(parser, 1), "update")) {
		*action = VIOLATION_FAIL_UPDATE;
		return parser_take_word(parser, "fail") && parser_take_word(parser, "update");
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
	if (!parser_at_word(parser, "expect")) {
		parser_expected(parser, "EXPECT",
				"CONSTRAINT name EXPECT (condition) [ON VIOLATION DROP ROW | FAIL "
				"UPDATE]");
		return false;
	}
	parser_take_word(parser, "expect");
	if (!parser_want_symbol(parser, "("))
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

/* ---- columns */

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

bool parse_elements(struct parser *parser, struct ast_table *table)
{
	do {
		size_t from = parser->pos;

		if (parse_element(parser, table)) {
			if (parser_at_symbol(parser, ",") || parser_at_symbol(parser, ")"))
				continue;
			parser_expected(parser, "\",\" or \")\"",
					parser_at_word(parser, "as")
					    ? "the columns end with \")\""
					    : "behind a column's type: NOT NULL, PRIMARY KEY, "
					      "COMMENT 'text'");
		}
		if (parser->no_memory)
			return false;
		table->damaged = true;
		parser_skip_to(parser, from, SKIP_ELEMENT);
		if (parser_at_word(parser, "as")) /* the ")" is missing, and was missed */
			return true;
	} while (parser_take_symbol(parser, ","));
	return parser_want_symbol(parser, ")");
}

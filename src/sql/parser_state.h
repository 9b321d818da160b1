/*
 * parser_state.h - what parser*.c share: the position in the tokens, and small steps over them.
 * A parse_* function returns NULL or false after it has told the mistake; whoever called it either
 * returns too or recovers (parser_skip_to).
 */
#ifndef SQL_PARSER_STATE_H
#define SQL_PARSER_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/diag.h"
#include "sql/ast.h"
#include "sql/lexer.h"

struct parser {
	struct token *tokens;
	size_t pos;
	struct arena *arena;
	struct diag_list *diags;
	uint32_t depth;
	bool cut; /* the text goes on where the tokens end */
	bool no_memory;
};

const struct token *parser_peek(const struct parser *parser);
const struct token *parser_peek_at(const struct parser *parser, size_t ahead);
bool parser_at_word(const struct parser *parser, const char *word);
bool parser_at_symbol(const struct parser *parser, const char *symbol);
/* At a ";" or the end of the file. */
bool parser_at_end(const struct parser *parser);
/* Take the token when it is this one. */
bool parser_take_word(struct parser *parser, const char *word);
bool parser_take_symbol(struct parser *parser, const char *symbol);
/* Take it, or tell that it was expected. */
bool parser_want_word(struct parser *parser, const char *word);
bool parser_want_symbol(struct parser *parser, const char *symbol);
/* A name or a quoted name; `what` for the diagnostic ("a column's name"). */
bool parser_want_name(struct parser *parser, const char *what, struct ast_name *out);
bool parser_want_string(struct parser *parser, struct span *out);
/* "expected …, found …" at the present token. */
void parser_expected(struct parser *parser, const char *what, const char *hint);
void parser_error(struct parser *parser, size_t start, size_t len, const char *hint,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Whether a name has a meaning in the grammar, so that it must be quoted to be a name. */
bool parser_is_reserved(const struct token *token);
/* What a list is of. */
enum skip { SKIP_ELEMENT, SKIP_ITEM };
/*
 * Recover in a list whose present element began at token `from`: skip to its "," or what ends the
 * list: ")" or AS SELECT of a table's elements, FROM or WHERE of the SELECT's items; or to a ";",
 * CREATE or the end.
 */
void parser_skip_to(struct parser *parser, size_t from, enum skip list);
/* Where the last taken token ended. */
uint32_t parser_last_end(const struct parser *parser);

/* Append a zeroed element; NULL: out of memory (noted in the parser). */
void *parser_list_add(struct parser *parser, struct ast_list *list, size_t size);

/* Append to a list of struct ast *; false: arg was NULL, or out of memory. */
bool parser_add_arg(struct parser *parser, struct ast_list *list, struct ast *arg);

/* ---- parser_table.c: the declarations, "(" is taken, to the ")". False: the list has no end. */
bool parse_elements(struct parser *parser, struct ast_table *table);

/* ---- parser_query.c: SELECT … to the statement's end. False: a mistake, told. */
bool parse_query(struct parser *parser, struct ast_table *table);

/* ---- parser_expr.c, parser_primary.c */
struct ast *parse_expression(struct parser *parser);
/* The levels under AND, OR and NOT: a condition's operand. */
struct ast *parse_value(struct parser *parser);
struct ast *parse_primary(struct parser *parser);
/* The arguments of a call, after `name(`. */
struct ast *parse_call(struct parser *parser, const struct token *name);
/* parser_special.c: as parse_call, for the names that have a grammar of their own too. */
struct ast *parse_special_call(struct parser *parser, const struct token *name);
/* Whether a word is an operator's and a function's: rlike(str, pattern). */
bool is_operator_name(const struct token *token);
/* Whether the word INTERVAL begins a literal here, and is no name: interval - 1 is a difference. */
bool parser_at_interval(const struct parser *parser);
/* INTERVAL is taken. */
struct ast *parse_interval(struct parser *parser, const struct token *word);

/* ---- parser_cast.c */
/* CAST(x AS TYPE), TRY_CAST(x AS TYPE); the word is taken. */
struct ast *parse_cast(struct parser *parser, const struct token *word, bool try_cast);
/* A type in CAST: STRING, DECIMAL(10,2), … */
bool parse_cast_type(struct parser *parser, struct sql_type *out);

/* ---- parser_state.c */
/* A node from `start` to the last taken token, holding args (NULL in one of them: NULL). */
struct ast *ast_new(struct parser *parser, enum ast_kind kind, uint32_t start);
struct ast *ast_call(struct parser *parser, const char *function, uint32_t start,
		     struct ast *const *args, size_t count);
/* Set args and height; NULL when nested too deep (told) or out of memory. */
struct ast *ast_set_args(struct parser *parser, struct ast *node, struct ast *const *args,
			 size_t count);

#endif

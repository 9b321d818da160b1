/*
 * parser.h - tokens to trees (ast.h). After a mistake it goes on at the next column, constraint,
 * SELECT item or statement, so that one run tells all of them.
 */
#ifndef SQL_PARSER_H
#define SQL_PARSER_H

#include "core/arena.h"
#include "core/diag.h"
#include "core/err.h"
#include "sql/ast.h"
#include "sql/lexer.h"

/* Parse a pipeline file: one or more CREATE STREAMING TABLE or, where `bare` allows it, one SELECT.
 * Marks keywords in `tokens`. Mistakes are in diags. US_FATAL: out of memory. */
enum status parse(const struct token_list *tokens, bool bare, struct arena *arena,
		  struct diag_list *diags, struct ast_file *out, struct err *err);

#endif

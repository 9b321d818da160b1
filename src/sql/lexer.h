/*
 * lexer.h - the text of a pipeline file as tokens, by Spark's rules: `--` and nested comments are
 * dropped, strings are unescaped, `quoted` names unquoted. The parser marks the tokens that it took
 * as keywords, so that a fingerprint can tell a keyword from a JSON key of the same letters.
 */
#ifndef SQL_LEXER_H
#define SQL_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/diag.h"
#include "core/err.h"
#include "core/span.h"

enum token_kind {
	TOKEN_END, /* once, the last */
	TOKEN_NAME,
	TOKEN_QUOTED_NAME, /* `a b` */
	TOKEN_STRING,
	TOKEN_NUMBER,   /* spelling kept: 1, 1.0, 1e3, 1L, 1.0D, 1BD */
	TOKEN_VARIABLE, /* ${NAME}: value is NAME */
	TOKEN_SYMBOL    /* value is the operator or punctuation: "<=>", "(" */
};

struct token {
	enum token_kind kind;
	uint32_t start, len; /* where it stands in the text, bytes */
	struct span value;   /* unescaped, unquoted; borrowed from the text or the arena */
	bool keyword;        /* set by the parser: its case means nothing */
};

struct token_list {
	struct token *tokens;
	size_t count; /* the TOKEN_END included */
	bool cut;     /* a string, quoted name or comment without an end took the rest */
};

/*
 * Cut `source` (of less than 4 GiB) into tokens. What cannot be read is told to diags and left out
 * (or there as what it was likely meant to be), the rest is there. Tokens live in `arena` and
 * borrow from `source`. US_FATAL: out of memory.
 */
enum status lex(struct span source, struct arena *arena, struct diag_list *diags,
		struct token_list *out, struct err *err);

/* A name that is not quoted and has these letters, in any case. */
bool token_is_word(const struct token *token, const char *word);
bool token_is_symbol(const struct token *token, const char *symbol);

/* Equal, where the case of ASCII letters does not count: how SQL compares names. */
bool name_equal(struct span a, struct span b);

#endif

/*
 * fingerprint.h - what a pipeline file means to the data, as a digest.
 */
#ifndef SQL_FINGERPRINT_H
#define SQL_FINGERPRINT_H

#include "core/err.h"
#include "sql/lexer.h"
#include "sql/transform.h"

/*
 * SHA-256 in hex of the tokens, after the parser has marked the keywords: comments, white space,
 * the case of keywords and functions, and the way of quoting do not count; the case of names
 * (JSON's keys) and the values of variables do. US_FATAL: out of memory.
 */
enum status fingerprint(const struct token_list *tokens, const struct plan_options *options,
			char out[65], struct err *err);

#endif

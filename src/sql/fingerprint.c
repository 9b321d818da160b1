/*
 * fingerprint.c - see fingerprint.h. Every token goes in as its kind, its length and its bytes, so
 * that no two lists of tokens give the same input.
 */
#include "sql/fingerprint.h"

#include <openssl/evp.h>
#include <string.h>

/* A semicolon before the end of the file means nothing. */
static bool ends_file(const struct token_list *tokens, size_t i)
{
	for (; i < tokens->count; i++) {
		if (tokens->tokens[i].kind != TOKEN_END &&
		    !token_is_symbol(&tokens->tokens[i], ";"))
			return false;
	}
	return true;
}

static bool add_piece(EVP_MD_CTX *digest, char kind, struct span text)
{
	unsigned char head[9] = { (unsigned char)kind };

	for (int i = 0; i < 8; i++)
		head[1 + i] = (unsigned char)(text.len >> (8 * i));
	return EVP_DigestUpdate(digest, head, sizeof(head)) == 1 &&
	       (text.len == 0 || EVP_DigestUpdate(digest, text.data, text.len) == 1);
}

static bool add_keyword(EVP_MD_CTX *digest, struct span word)
{
	char upper[64];

	if (word.len > sizeof(upper)) /* no keyword: a name of no function */
		return add_piece(digest, 'k', word);
	for (size_t i = 0; i < word.len; i++) {
		char c = word.data[i];

		upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return add_piece(digest, 'k', (struct span){ .data = upper, .len = word.len });
}

static bool add_token(EVP_MD_CTX *digest, const struct token *token,
		      const struct plan_options *options)
{
	const char *value;

	switch (token->kind) {
	case TOKEN_NAME:
	case TOKEN_QUOTED_NAME:
		return token->keyword ? add_keyword(digest, token->value)
				      : add_piece(digest, 'n', token->value);
	case TOKEN_STRING:
		return add_piece(digest, 's', token->value);
	case TOKEN_NUMBER:
		return add_piece(digest, '1', token->value);
	case TOKEN_SYMBOL:
		return add_piece(digest, 'o', token->value);
	case TOKEN_VARIABLE:
		value = options && options->variable
			    ? options->variable(options->user, token->value)
			    : NULL;
		return add_piece(digest, 's', span_of(value ? value : ""));
	case TOKEN_END:
		break;
	}
	return true;
}

enum status fingerprint(const struct token_list *tokens, const struct plan_options *options,
			char out[65], struct err *err)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	bool good = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; good && i < tokens->count && !ends_file(tokens, i); i++)
		good = add_token(digest, &tokens->tokens[i], options);
	good = good && EVP_DigestFinal_ex(digest, bytes, &len) == 1 && len == 32;
	EVP_MD_CTX_free(digest);
	if (!good)
		return err_no_memory(err, "computing the pipeline's fingerprint");
	for (unsigned int i = 0; i < len; i++) {
		out[2 * i] = hex[bytes[i] >> 4];
		out[2 * i + 1] = hex[bytes[i] & 15];
	}
	out[64] = '\0';
	return US_OK;
}

/*
 * test_lexer.c - texts and the tokens they are cut into; mistakes and what is told.
 */
#include "sql_helpers.h"

#include "sql/lexer.h"

static void dump_tokens(const struct token_list *tokens, struct buf *out)
{
	static const char marks[] = {
		[TOKEN_NAME] = 'n',   [TOKEN_QUOTED_NAME] = 'q', [TOKEN_STRING] = 's',
		[TOKEN_NUMBER] = '1', [TOKEN_VARIABLE] = '$',    [TOKEN_SYMBOL] = 'o'
	};

	for (size_t i = 0; i + 1 < tokens->count; i++) {
		const struct token *token = &tokens->tokens[i];

		buf_printf(out, "%s%c:", i ? " " : "", marks[token->kind]);
		buf_append_span(out, token->value);
	}
}

static void check(const char *text, const char *expected_tokens, const char *expected_error)
{
	struct arena arena;
	struct diag_list diags;
	struct token_list tokens;
	struct err err = ERR_INIT;
	struct buf out;

	arena_init(&arena, 4096, 1 << 20);
	diag_init(&diags, "t", span_of(text));
	buf_init(&out, 1 << 16);
	assert_int_equal(lex(span_of(text), &arena, &diags, &tokens, &err), US_OK);
	assert_int_equal(tokens.tokens[tokens.count - 1].kind, TOKEN_END);
	dump_tokens(&tokens, &out);
	assert_string_equal(buf_text(&out), expected_tokens);
	if (expected_error) {
		assert_int_equal(diags.errors, 1);
		assert_string_equal(diags.first->text, expected_error);
	} else if (diags.errors) {
		fail_msg("%s: %s", text, diags.first->text);
	}
	buf_release(&out);
	diag_release(&diags);
	arena_release(&arena);
}

static void tokens_of_texts(void **state)
{
	static const struct {
		const char *text, *tokens;
	} cases[] = {
		{ "", "" },
		{ "SELECT a.b, c", "n:SELECT n:a o:. n:b o:, n:c" },
		{ "a -- comment\nb", "n:a n:b" },
		{ "a/* x /* nested */ y */b", "n:a n:b" },
		{ "`a b` `c``d`", "q:a b q:c`d" },
		{ "'a' \"b\" ''", "s:a s:b s:" },
		{ "'it\\'s'", "s:it's" },
		{ "'\\\\s+'", "s:\\s+" },
		{ "'\\d'", "s:d" },
		{ "'\\101\\u0041\\U0001F600'", "s:AA\xF0\x9F\x98\x80" },
		{ "'\\ud83d\\ude00'", "s:\xF0\x9F\x98\x80" },
		{ "'a\\%b\\_c'", "s:a\\%b\\_c" },
		{ "'\\t\\n\\Z'", "s:\t\n\x1A" },
		{ "r'\\s+' R\"\\d\"", "s:\\s+ s:\\d" },
		{ "1 1.5 .5 5. 1e3 1E-3 1L 1.0D 1BD",
		  "1:1 1:1.5 1:.5 1:5. 1:1e3 1:1E-3 1:1L 1:1.0D 1:1BD" },
		{ "a.1st 1st a.5", "n:a o:. n:1st n:1st n:a o:. n:5" },
		{ "a[0].b", "n:a o:[ 1:0 o:] o:. n:b" },
		{ "a<=>b<=c<>d!=e==f||g::h",
		  "n:a o:<=> n:b o:<= n:c o:<> n:d o:!= n:e o:== n:f o:|| n:g o::: n:h" },
		{ "${NAME}", "$:NAME" },
		{ "e1 x'1F'", "n:e1 n:x s:1F" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(cases[i].text, cases[i].tokens, NULL);
}

static void mistakes(void **state)
{
	static const struct {
		const char *text, *tokens, *error;
	} cases[] = {
		{ "a 'b", "n:a", "this string has no end" },
		{ "a `b", "n:a", "this quoted name has no end" },
		{ "a `` b", "n:a n:b", "an empty name" },
		{ "a /* b", "n:a", "this comment has no end" },
		{ "a \x01 b", "n:a n:b", "unexpected character" },
		{ "a caf\xC3\xA9s", "n:a q:caf\xC3\xA9s",
		  "a name with letters beyond a-z has to be quoted" },
		{ "\u00e9t\u00e9 b", "q:\u00e9t\u00e9 n:b",
		  "a name with letters beyond a-z has to be quoted" },
		{ "a\u00a0b", "n:a n:b", "unexpected character" },
		{ "= \u2018x", "o:= n:x", "unexpected character" },
		{ "a \xFF b", "n:a", "this byte is not UTF-8" },
		{ "a ${} b", "n:a s: n:b", "this is no variable" },
		{ "'\\ud83d'", "s:\xEF\xBF\xBD", "this escape is no Unicode character" },
		{ "1.5x", "n:1.5x", "this is no number" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(cases[i].text, cases[i].tokens, cases[i].error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_of_texts),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

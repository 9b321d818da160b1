/*
 * lexer.c - see lexer.h. One pass over the text; each lex_* function takes one token that starts at
 * `pos`. What strings mean is in lexer_string.c.
 */
#include "sql/lexer.h"

#include <string.h>
#include <strings.h>

#include "sql/lexer_string.h"

#define MAX_TOKENS (1U << 20)

struct lexer {
	struct span source;
	size_t pos;
	struct arena *arena;
	struct diag_list *diags;
	struct token *tokens;
	size_t count, capacity;
	bool cut;
	bool no_memory;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_beyond_ascii(char c)
{
	return ((unsigned char)c & 0x80) != 0;
}

static bool is_word(char c)
{
	return is_letter(c) || is_digit(c);
}

/* The byte at pos + ahead; NUL past the end. */
static char at(const struct lexer *lexer, size_t ahead)
{
	size_t i = lexer->pos + ahead;

	return i < lexer->source.len ? lexer->source.data[i] : '\0';
}

static void push(struct lexer *lexer, enum token_kind kind, size_t start, struct span value)
{
	if (lexer->count == lexer->capacity) {
		size_t capacity = lexer->capacity ? 2 * lexer->capacity : 256;
		struct token *tokens = capacity <= MAX_TOKENS
					   ? arena_alloc(lexer->arena, capacity * sizeof(*tokens))
					   : NULL;

		if (!tokens) {
			lexer->no_memory = true;
			return;
		}
		if (lexer->count)
			memcpy(tokens, lexer->tokens, lexer->count * sizeof(*tokens));
		lexer->tokens = tokens;
		lexer->capacity = capacity;
	}
	lexer->tokens[lexer->count++] = (struct token){ .kind = kind,
							.start = (uint32_t)start,
							.len = (uint32_t)(lexer->pos - start),
							.value = value };
}

static struct span slice(const struct lexer *lexer, size_t start, size_t end)
{
	return (struct span){ .data = lexer->source.data + start, .len = end - start };
}

/* Bracketed comments nest, as Spark's do. */
static void lex_bracketed_comment(struct lexer *lexer)
{
	size_t start = lexer->pos, depth = 0;

	while (lexer->pos < lexer->source.len) {
		if (at(lexer, 0) == '/' && at(lexer, 1) == '*') {
			depth++;
			lexer->pos += 2;
		} else if (at(lexer, 0) == '*' && at(lexer, 1) == '/') {
			lexer->pos += 2;
			if (--depth == 0)
				return;
		} else {
			lexer->pos++;
		}
	}
	lexer->cut = true;
	diag_add(lexer->diags, DIAG_ERROR, start, 2, "end it with */", "this comment has no end");
}

static bool skip_blank(struct lexer *lexer)
{
	char c = at(lexer, 0);

	if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		lexer->pos++;
		return true;
	}
	if (c == '-' && at(lexer, 1) == '-') {
		while (lexer->pos < lexer->source.len && at(lexer, 0) != '\n')
			lexer->pos++;
		return true;
	}
	if (c == '/' && at(lexer, 1) == '*') {
		lex_bracketed_comment(lexer);
		return true;
	}
	return false;
}

/* `a``b` is the name a`b. */
static void lex_quoted_name(struct lexer *lexer)
{
	size_t start = lexer->pos++, n = 0;
	char *name;

	for (;; lexer->pos++) {
		if (lexer->pos >= lexer->source.len) {
			lexer->cut = true;
			diag_add(lexer->diags, DIAG_ERROR, start, 1, "end it with a backquote",
				 "this quoted name has no end");
			return;
		}
		if (at(lexer, 0) != '`')
			continue;
		if (at(lexer, 1) != '`')
			break;
		lexer->pos++;
	}
	lexer->pos++;
	name = arena_alloc(lexer->arena, lexer->pos - start);
	if (!name) {
		lexer->no_memory = true;
		return;
	}
	for (size_t i = start + 1; i + 1 < lexer->pos; i++) {
		name[n++] = lexer->source.data[i];
		if (lexer->source.data[i] == '`')
			i++;
	}
	if (n == 0) {
		diag_add(lexer->diags, DIAG_ERROR, start, 2, NULL, "an empty name");
		return;
	}
	push(lexer, TOKEN_QUOTED_NAME, start, (struct span){ .data = name, .len = n });
}

static void lex_string(struct lexer *lexer, bool raw)
{
	size_t start = lexer->pos;
	char quote;
	struct span value;

	lexer->pos += raw ? 1 : 0;
	quote = at(lexer, 0);
	lexer->pos++;
	for (; at(lexer, 0) != quote || lexer->pos >= lexer->source.len; lexer->pos++) {
		if (lexer->pos >= lexer->source.len) {
			lexer->cut = true;
			diag_add(lexer->diags, DIAG_ERROR, start, 1, "end it with the same quote",
				 "this string has no end");
			return;
		}
		if (at(lexer, 0) == '\\' && !raw && lexer->pos + 1 < lexer->source.len)
			lexer->pos++;
	}
	lexer->pos++;
	value = slice(lexer, start + 1 + raw, lexer->pos - 1);
	if (!raw && !string_unescape(value, start + 1, lexer->arena, lexer->diags, &value)) {
		lexer->no_memory = true;
		return;
	}
	push(lexer, TOKEN_STRING, start, value);
}

static void lex_variable(struct lexer *lexer)
{
	size_t start = lexer->pos, name = start + 2;

	lexer->pos = name;
	while (is_word(at(lexer, 0)))
		lexer->pos++;
	if (!is_letter(lexer->source.data[name]) || at(lexer, 0) != '}') {
		diag_add(lexer->diags, DIAG_ERROR, start, lexer->pos - start,
			 "write ${NAME}: a letter, then letters, digits and _",
			 "this is no variable");
		lexer->pos += at(lexer, 0) == '}';
		push(lexer, TOKEN_STRING, start, SPAN_LITERAL("")); /* no mistake more for it */
		return;
	}
	lexer->pos++;
	push(lexer, TOKEN_VARIABLE, start, slice(lexer, name, lexer->pos - 1));
}

static void skip_digits(struct lexer *lexer)
{
	while (is_digit(at(lexer, 0)))
		lexer->pos++;
}

/*
 * 12, 1.5, .5, 5., 1e3, then a suffix (L, D, BD, ...). Digits that go on as a word ("1a") are a
 * name, as in Spark, where JSON keys may begin with a digit.
 */
static void lex_number(struct lexer *lexer)
{
	size_t start = lexer->pos, exponent;
	bool after_dot = lexer->count > 0 && token_is_symbol(&lexer->tokens[lexer->count - 1], ".");
	bool plain;

	skip_digits(lexer);
	if (after_dot) { /* a.1st is a path, never a number */
		while (is_word(at(lexer, 0)))
			lexer->pos++;
		push(lexer, TOKEN_NAME, start, slice(lexer, start, lexer->pos));
		return;
	}
	plain = at(lexer, 0) != '.';
	if (!plain) {
		lexer->pos++;
		skip_digits(lexer);
	}
	exponent = (at(lexer, 1) == '+' || at(lexer, 1) == '-') ? 2 : 1;
	if ((at(lexer, 0) | 0x20) == 'e' && is_digit(at(lexer, exponent))) {
		lexer->pos += exponent;
		skip_digits(lexer);
	}
	if ((at(lexer, 0) | 0x20) == 'b' && (at(lexer, 1) | 0x20) == 'd' && !is_word(at(lexer, 2)))
		lexer->pos += 2;
	else if (is_letter(at(lexer, 0)) && strchr("LlSsYyFfDd", at(lexer, 0)) &&
		 !is_word(at(lexer, 1)))
		lexer->pos++;
	if (is_word(at(lexer, 0))) {
		while (is_word(at(lexer, 0)))
			lexer->pos++;
		if (!plain)
			diag_add(lexer->diags, DIAG_ERROR, start, lexer->pos - start,
				 "1, 1L, 1.5, 1e3, 1.5D and 1.5BD are numbers",
				 "this is no number");
		push(lexer, TOKEN_NAME, start, slice(lexer, start, lexer->pos));
		return;
	}
	push(lexer, TOKEN_NUMBER, start, slice(lexer, start, lexer->pos));
}

/* What word processors make of quotes and blanks. */
static const struct mark {
	const char *text, *hint;
} marks[] = {
	{ "\u2018", "a text is between straight quotes: 'text'" },
	{ "\u2019", "a text is between straight quotes: 'text'" },
	{ "\u201c", "a text is between straight quotes: 'text'" },
	{ "\u201d", "a text is between straight quotes: 'text'" },
	{ "\u00a0", "this is a no-break space: write a plain one" },
};

static const struct mark *find_mark(const struct lexer *lexer)
{
	struct span rest = slice(lexer, lexer->pos, lexer->source.len);

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t len = strlen(marks[i].text);

		if (rest.len >= len && memcmp(rest.data, marks[i].text, len) == 0)
			return &marks[i];
	}
	return NULL;
}

/* A name; with letters beyond a-z, which have to be quoted, it is taken as if it were. */
static void lex_word(struct lexer *lexer)
{
	const struct mark *mark = find_mark(lexer);
	size_t start = lexer->pos;
	bool plain = true;

	if (mark) {
		lexer->pos += strlen(mark->text);
		diag_add(lexer->diags, DIAG_ERROR, start, lexer->pos - start, mark->hint,
			 "unexpected character");
		return;
	}
	for (; is_word(at(lexer, 0)) || (is_beyond_ascii(at(lexer, 0)) && !find_mark(lexer));
	     lexer->pos++)
		plain = plain && is_word(at(lexer, 0));
	if (!plain)
		diag_add(lexer->diags, DIAG_ERROR, start, lexer->pos - start,
			 "write the name between backquotes",
			 "a name with letters beyond a-z has to be quoted");
	push(lexer, plain ? TOKEN_NAME : TOKEN_QUOTED_NAME, start, slice(lexer, start, lexer->pos));
}

static void lex_symbol(struct lexer *lexer)
{
	static const char *const symbols[] = {
		"<=>", "<=", ">=", "<>", "!=", "==", "||", "::", "->", "(", ")", "[", "]", ",", ".",
		";",   "+",  "-",  "*",  "/",  "%",  "=",  "<",  ">",  "!", "&", "|", "^", "~", ":",
	};
	size_t start = lexer->pos, left = lexer->source.len - start;
	const char *text = lexer->source.data + start;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		size_t len = strlen(symbols[i]);

		if (len <= left && memcmp(text, symbols[i], len) == 0) {
			lexer->pos += len;
			push(lexer, TOKEN_SYMBOL, start, slice(lexer, start, lexer->pos));
			return;
		}
	}
	lexer->pos++;
	diag_add(lexer->diags, DIAG_ERROR, start, 1,
		 strchr("$?@#", *text) ? "a variable of the configuration is ${NAME}" : NULL,
		 "unexpected character");
}

/* Whether a "." here goes on with what is before it: a.5 and a[0].5 are paths, (.5) is a number. */
static bool after_operand(const struct lexer *lexer)
{
	const struct token *last = lexer->count ? &lexer->tokens[lexer->count - 1] : NULL;

	return last && last->start + last->len == lexer->pos &&
	       (last->kind == TOKEN_NAME || last->kind == TOKEN_QUOTED_NAME ||
		token_is_symbol(last, ")") || token_is_symbol(last, "]"));
}

static void lex_token(struct lexer *lexer)
{
	char c = at(lexer, 0), next = at(lexer, 1);

	if (c == '\'' || c == '"') {
		lex_string(lexer, false);
	} else if ((c == 'r' || c == 'R') && (next == '\'' || next == '"')) {
		lex_string(lexer, true);
	} else if (c == '`') {
		lex_quoted_name(lexer);
	} else if (c == '$' && next == '{') {
		lex_variable(lexer);
	} else if (is_digit(c) || (c == '.' && is_digit(next) && !after_operand(lexer))) {
		lex_number(lexer);
	} else if (is_letter(c) || is_beyond_ascii(c)) {
		lex_word(lexer);
	} else {
		lex_symbol(lexer);
	}
}

enum status lex(struct span source, struct arena *arena, struct diag_list *diags,
		struct token_list *out, struct err *err)
{
	struct lexer lexer = { .source = source, .arena = arena, .diags = diags };
	size_t bad;

	if (source.len > UINT32_MAX / 2)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the pipeline file is too big: %zu bytes", source.len);
	bad = utf8_first_error(source);
	if (bad < source.len) {
		diag_add(diags, DIAG_ERROR, bad, 1, "save the file as UTF-8",
			 "this byte is not UTF-8");
		source.len = lexer.source.len = bad;
	}
	while (lexer.pos < source.len && !lexer.no_memory) {
		if (!skip_blank(&lexer))
			lex_token(&lexer);
	}
	push(&lexer, TOKEN_END, lexer.pos, SPAN_LITERAL("the end of the file"));
	if (lexer.no_memory)
		return err_no_memory(err, "reading the pipeline file");
	*out =
	    (struct token_list){ .tokens = lexer.tokens, .count = lexer.count, .cut = lexer.cut };
	return US_OK;
}

bool name_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}

bool token_is_word(const struct token *token, const char *word)
{
	return token->kind == TOKEN_NAME && name_equal(token->value, span_of(word));
}

bool token_is_symbol(const struct token *token, const char *symbol)
{
	return token->kind == TOKEN_SYMBOL && span_equal(token->value, span_of(symbol));
}

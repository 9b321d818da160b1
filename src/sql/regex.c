/*
 * regex.c - compiles the two forms of a pattern (for subjects of ASCII, for UTF-8) and searches.
 * Patterns that are one set of characters or a plain text are recognised here, so that callers can
 * do without matching.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "sql/regex.h"

#include <pcre2.h>
#include <string.h>
#include <unicode/uchar.h>

#include "core/mem.h"
#include "sql/regex_tree.h"
#include "sql/utf8.h"

#define MAX_TEXT    (16U << 20) /* of a pattern in PCRE2's syntax */
#define STACK_FIRST (32U << 10)
#define STACK_MOST  (8U << 20)
#define MAX_CODE    0x10ffff

struct program {
	pcre2_code *code;
	bool jit;
};

struct regex {
	struct program ascii, utf8;
	uint32_t groups;
	bool doubtful;
	char *literal; /* NULL: none */
	size_t literal_len;
	struct regex_bytes *bytes; /* NULL: none */
	struct arena names;
	struct regex_name *first_name;
};

static void *allocate(size_t size, void *user)
{
	(void)user;
	return mem_alloc(size);
}

static void release(void *p, void *user)
{
	(void)user;
	mem_free(p);
}

/* ---- recognising what needs no matching ------------------------------------------------------ */

/* The only child of sequences of one. */
static const struct regex_node *only_node(const struct regex_node *node)
{
	while (node->kind == NODE_CONCAT && node->first && !node->first->next)
		node = node->first;
	return node;
}

static bool find_bytes(const struct regex_tree *tree, struct regex *regex)
{
	const struct regex_node *node = only_node(tree->root);
	bool repeated = false, high;

	if (node->kind == NODE_REPEAT && node->min == 1 && node->max == REGEX_UNBOUNDED &&
	    node->greed != LAZY) {
		repeated = true;
		node = only_node(node->first);
	}
	if (node->kind != NODE_SET)
		return true;
	high = uset_containsRange(node->set, 0x80, 0xd7ff) &&
	       uset_containsRange(node->set, 0xe000, MAX_CODE);
	for (int32_t i = 0; !high && i < uset_getItemCount(node->set); i++) {
		UErrorCode error = U_ZERO_ERROR;
		UChar32 start, end;

		if (uset_getItem(node->set, i, &start, &end, NULL, 0, &error) != 0 || end > 0x7f)
			return true; /* some but not all characters above ASCII */
	}
	regex->bytes = mem_calloc(1, sizeof(*regex->bytes));
	if (!regex->bytes)
		return false;
	regex->bytes->repeated = repeated;
	for (int c = 0; c < 256; c++)
		regex->bytes->set.member[c] = c < 0x80 ? (uint8_t)uset_contains(node->set, c)
						       : high;
	byte_set_finish(&regex->bytes->set);
	return true;
}

static bool find_literal(const struct regex_tree *tree, struct regex *regex)
{
	const struct regex_node *node;
	size_t len = 0;

	if (tree->root->kind != NODE_CONCAT || !tree->root->first)
		return true;
	for (node = tree->root->first; node; node = node->next, len++)
		if (node->kind != NODE_CHAR)
			return true;
	regex->literal = mem_alloc(len * 4);
	if (!regex->literal)
		return false;
	for (node = tree->root->first; node; node = node->next)
		regex->literal_len += utf8_encode(node->code_point,
						  regex->literal + regex->literal_len);
	return true;
}

/* ---- compiling ------------------------------------------------------------------------------- */

static enum status compile_program(const struct regex_tree *tree, bool ascii, struct program *out,
				   struct err *err)
{
	pcre2_general_context *general = pcre2_general_context_create(allocate, release, NULL);
	pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
	uint32_t options = PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C;
	enum status status;
	struct buf text;
	size_t where;
	int code;

	buf_init(&text, MAX_TEXT);
	if (!ascii)
		options |= PCRE2_UTF | PCRE2_NO_UTF_CHECK;
	if (!ascii && tree->has_word)
		options |= PCRE2_NO_AUTO_POSSESS; /* it does not see what callouts decide */
	/* The JIT of PCRE2 10.42 misses matches when it looks ahead for where one may begin, in
	 * patterns such as [a]*+[^b]{0,2}?c. */
	if (tree->has_repeat)
		options |= PCRE2_NO_START_OPTIMIZE;
	status = context ? regex_write(tree, ascii, &text, err)
			 : err_no_memory(err, "compiling a regular expression");
	if (status == US_OK) {
		out->code = pcre2_compile((PCRE2_SPTR)buf_text(&text), text.len, options, &code,
					  &where, context);
		if (!out->code && code == PCRE2_ERROR_NOMEMORY)
			status = err_no_memory(err, "compiling a regular expression");
		else if (!out->code) {
			PCRE2_UCHAR message[128];

			pcre2_get_error_message(code, message, sizeof(message));
			status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "regular expression: %s",
					 (char *)message);
		} else {
			out->jit = pcre2_jit_compile(out->code, PCRE2_JIT_COMPLETE) == 0;
		}
	}
	buf_release(&text);
	pcre2_compile_context_free(context);
	pcre2_general_context_free(general);
	return status;
}

/* Copy the names, so that the tree can go. */
static bool keep_names(const struct regex_tree *tree, struct regex *regex)
{
	for (const struct regex_name *name = tree->names; name; name = name->next) {
		struct regex_name *copy = arena_alloc(&regex->names, sizeof(*copy));
		char *text = arena_strndup(&regex->names, name->text.data, name->text.len);

		if (!copy || !text)
			return false;
		*copy = (struct regex_name){ .text = { text, name->text.len },
					     .group = name->group,
					     .next = regex->first_name };
		regex->first_name = copy;
	}
	return true;
}

enum status regex_compile(struct span pattern, struct regex **out, struct err *err)
{
	struct regex *regex = NULL;
	struct regex_tree tree;
	enum status status = regex_read(pattern, &tree, err);

	if (status != US_OK)
		goto out;
	regex = mem_calloc(1, sizeof(*regex));
	if (!regex) {
		status = err_no_memory(err, "compiling a regular expression");
		goto out;
	}
	arena_init(&regex->names, 256, 1U << 20);
	regex->groups = tree.groups;
	regex->doubtful = tree.has_stale;
	if (!keep_names(&tree, regex) || !find_bytes(&tree, regex) || !find_literal(&tree, regex))
		status = err_no_memory(err, "compiling a regular expression");
	if (status == US_OK)
		status = compile_program(&tree, true, &regex->ascii, err);
	if (status == US_OK)
		status = compile_program(&tree, false, &regex->utf8, err);
	if (status == US_OK && regex->doubtful && tree.has_backref)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "regular expression: a back reference beside a group within a "
				 "repeated group or a look-around");
	if (status == US_OK) {
		*out = regex;
		regex = NULL;
	}
out:
	regex_free(regex);
	regex_tree_release(&tree);
	return status;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_code_free(regex->ascii.code);
	pcre2_code_free(regex->utf8.code);
	mem_free(regex->literal);
	mem_free(regex->bytes);
	arena_release(&regex->names);
	mem_free(regex);
}

uint32_t regex_groups(const struct regex *regex)
{
	return regex->groups;
}

uint32_t regex_group_number(const struct regex *regex, struct span name)
{
	for (const struct regex_name *item = regex->first_name; item; item = item->next)
		if (span_equal(item->text, name))
			return item->group;
	return 0;
}

bool regex_groups_doubtful(const struct regex *regex)
{
	return regex->doubtful;
}

const struct regex_bytes *regex_as_bytes(const struct regex *regex)
{
	return regex->bytes;
}

struct span regex_as_literal(const struct regex *regex)
{
	return (struct span){ .data = regex->literal, .len = regex->literal_len };
}

/* ---- word boundaries of Java 17 -------------------------------------------------------------- */

#define LETTER_OR_DIGIT (U_GC_L_MASK | U_GC_ND_MASK)

/* A character that Java 17 knows: it has Unicode 13. */
static bool is_known(UChar32 c)
{
	UVersionInfo age;

	u_charAge(c, age);
	return age[0] <= 13;
}

static bool is_word(UChar32 c)
{
	return c == '_' || (U_GET_GC_MASK(c) & LETTER_OR_DIGIT && is_known(c));
}

/* The character at p counts as a part of a word: a mark does behind a letter or digit, with marks
 * between them. */
static bool is_word_at(const char *p, const char *begin)
{
	size_t size;
	UChar32 c = (UChar32)utf8_decode(p, &size);

	if (is_word(c))
		return true;
	while (U_GET_GC_MASK(c) & U_GC_MN_MASK && is_known(c)) {
		if (p == begin)
			return false;
		do
			p--;
		while (utf8_continues(*p));
		c = (UChar32)utf8_decode(p, &size);
		if (size == 4) /* Java sees the half of a pair */
			return false;
		if (U_GET_GC_MASK(c) & LETTER_OR_DIGIT && is_known(c))
			return true;
	}
	return false;
}

/* (?C1) is \b, (?C2) is \B: 0 goes on, 1 is no match here. */
static int check_boundary(pcre2_callout_block *block, void *user)
{
	const char *begin = (const char *)block->subject;
	const char *at = begin + block->current_position, *before = at;
	bool left = false, right = false;

	(void)user;
	if (at > begin) {
		do
			before--;
		while (utf8_continues(*before));
		left = is_word_at(before, begin);
	}
	if (block->current_position < block->subject_length)
		right = is_word_at(at, begin);
	return (left != right) == (block->callout_number == 1) ? 0 : 1;
}

/* ---- searching ------------------------------------------------------------------------------- */

struct regex_scratch {
	pcre2_general_context *general;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	pcre2_match_data *data;
	uint32_t pairs;
};

struct regex_scratch *regex_scratch_new(void)
{
	struct regex_scratch *scratch = mem_calloc(1, sizeof(*scratch));

	if (!scratch)
		return NULL;
	scratch->general = pcre2_general_context_create(allocate, release, NULL);
	if (scratch->general) {
		scratch->context = pcre2_match_context_create(scratch->general);
		scratch->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, scratch->general);
	}
	if (!scratch->context || !scratch->stack) {
		regex_scratch_free(scratch);
		return NULL;
	}
	pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
	pcre2_set_match_limit(scratch->context, REGEX_STEPS);
	pcre2_set_callout(scratch->context, check_boundary, NULL);
	return scratch;
}

void regex_scratch_free(struct regex_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_match_data_free(scratch->data);
	pcre2_match_context_free(scratch->context);
	pcre2_jit_stack_free(scratch->stack);
	pcre2_general_context_free(scratch->general);
	mem_free(scratch);
}

static bool make_room(struct regex_scratch *scratch, uint32_t pairs)
{
	pcre2_match_data *data;

	if (scratch->data && scratch->pairs >= pairs)
		return true;
	data = pcre2_match_data_create(pairs, scratch->general);
	if (!data)
		return false;
	pcre2_match_data_free(scratch->data);
	scratch->data = data;
	scratch->pairs = pairs;
	return true;
}

enum regex_result regex_search(const struct regex *regex, struct regex_scratch *scratch,
			       struct span subject, size_t start, bool ascii,
			       const size_t **offsets)
{
	const struct program *program = ascii ? &regex->ascii : &regex->utf8;
	PCRE2_SPTR text = (PCRE2_SPTR)subject.data;
	int result;

	if (!make_room(scratch, regex->groups + 1))
		return REGEX_NO_MEMORY;
	if (program->jit)
		result = pcre2_jit_match(program->code, text, subject.len, start, 0, scratch->data,
					 scratch->context);
	else
		result = pcre2_match(program->code, text, subject.len, start, PCRE2_NO_UTF_CHECK,
				     scratch->data, scratch->context);
	*offsets = pcre2_get_ovector_pointer(scratch->data);
	if (result > 0)
		return REGEX_MATCH;
	if (result == PCRE2_ERROR_NOMATCH)
		return REGEX_NO_MATCH;
	return result == PCRE2_ERROR_NOMEMORY ? REGEX_NO_MEMORY : REGEX_LIMIT;
}

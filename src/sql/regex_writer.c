/*
 * regex_writer.c - puts a tree into PCRE2's syntax. Nothing of Java's meaning is left to PCRE2's
 * options: sets are plain ranges, anchors are spelled out, groups keep their numbers.
 *
 * A text is written in one of two modes: for subjects of ASCII only (bytes, the fast way) or for
 * UTF-8. Word boundaries are PCRE2's own in the first; in the second Java's need a look at the
 * character's category and at a run of marks, which a callout does (1: \b, 2: \B).
 */
#include "sql/regex_tree.h"

#define MAX_BEHIND      64  /* alternatives of a look-behind */
#define MAX_BEHIND_LEN  255 /* characters, PCRE2's own limit is larger */
#define MAX_ASCII       0x7f
#define MAX_CODE_POINT  0x10ffff
#define SURROGATES      0xd800
#define PAST_SURROGATES 0xe000

struct writer {
	struct buf *out;
	struct err *err;
	bool ascii;
	uint32_t groups;
	struct arena *arena; /* for look-behinds */
	enum status status;
};

static void write_node(struct writer *writer, const struct regex_node *node);

static void write_code_point(struct writer *writer, uint32_t c)
{
	if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == ' ')
		buf_append_char(writer->out, (char)c);
	else if (c > ' ' && c < 0x7f)
		buf_printf(writer->out, "\\%c", (char)c);
	else
		buf_printf(writer->out, "\\x{%x}", c);
}

static void write_range(struct writer *writer, uint32_t first, uint32_t last)
{
	if (first > last)
		return;
	write_code_point(writer, first);
	if (last == first)
		return;
	if (last > first + 1)
		buf_append_char(writer->out, '-');
	write_code_point(writer, last);
}

/* The ranges of a set within the mode's characters, without surrogates, which no text has. False:
 * there are none. */
static bool write_ranges(struct writer *writer, const USet *set)
{
	uint32_t most = writer->ascii ? MAX_ASCII : MAX_CODE_POINT;
	size_t before = writer->out->len;

	for (int32_t i = 0; i < uset_getItemCount(set); i++) {
		UErrorCode error = U_ZERO_ERROR;
		UChar32 start, end;
		uint32_t first, last;

		if (uset_getItem(set, i, &start, &end, NULL, 0, &error) != 0)
			break; /* no ranges follow */
		first = (uint32_t)start;
		last = (uint32_t)end < most ? (uint32_t)end : most;
		if (first > most)
			break;
		if (first < SURROGATES && last >= SURROGATES) {
			write_range(writer, first, SURROGATES - 1);
			first = SURROGATES;
		}
		if (first >= SURROGATES && first < PAST_SURROGATES)
			first = PAST_SURROGATES;
		if (last < SURROGATES || last >= PAST_SURROGATES)
			write_range(writer, first, last);
	}
	return writer->out->len > before || writer->out->failed;
}

/* What is left of a set's complement is shorter where the set reaches to the last character. */
static void write_set(struct writer *writer, const USet *set)
{
	bool negated = uset_contains(set, writer->ascii ? MAX_ASCII : MAX_CODE_POINT);
	size_t before = writer->out->len;
	USet *copy = NULL;
	bool any;

	if (negated) {
		copy = uset_cloneAsThawed(set);
		if (!copy) {
			writer->status = err_no_memory(writer->err, "a regular expression");
			return;
		}
		uset_complement(copy);
	}
	buf_append_text(writer->out, negated ? "[^" : "[");
	any = write_ranges(writer, copy ? copy : set);
	buf_append_char(writer->out, ']');
	if (copy)
		uset_close(copy);
	if (any)
		return;
	writer->out->len = before;
	if (negated)
		buf_append_char(writer->out, '.'); /* anything, with PCRE2_DOTALL */
	else
		buf_append_text(writer->out,
				writer->ascii ? "[^\\x{0}-\\x{ff}]" : "[^\\x{0}-\\x{10ffff}]");
}

/* A set that is everything: '.' under PCRE2_DOTALL. */
static bool is_everything(const USet *set)
{
	return uset_getItemCount(set) == 1 && uset_containsRange(set, 0, MAX_CODE_POINT);
}

static void write_assertion(struct writer *writer, enum regex_assertion assertion)
{
	/* By assertion, for ASCII and for UTF-8. */
	static const char *const texts[][2] = {
		[ASSERT_BEGIN] = { "\\A", "\\A" },
		[ASSERT_END] = { "\\z", "\\z" },
		[ASSERT_LAST_LINE] = { "(?:\\z|(?=\\r?\\n\\z|\\r\\z)(?<!\\r(?=\\n)))",
				       "(?:\\z|(?=\\r?\\n\\z|[\\r\\x{85}\\x{2028}\\x{2029}]\\z)"
				       "(?<!\\r(?=\\n)))" },
		[ASSERT_LINE_BEGIN] = { "(?!\\z)(?:\\A|(?<=\\n)|(?<=\\r)(?!\\n))",
					"(?!\\z)(?:\\A|(?<=[\\n\\x{85}\\x{2028}\\x{2029}])|"
					"(?<=\\r)(?!\\n))" },
		[ASSERT_LINE_END] = { "(?:\\z|(?=[\\n\\r])(?<!\\r(?=\\n)))",
				      "(?:\\z|(?=[\\n\\r\\x{85}\\x{2028}\\x{2029}])"
				      "(?<!\\r(?=\\n)))" },
		[ASSERT_UNIX_LAST_LINE] = { "(?=\\n?\\z)", "(?=\\n?\\z)" },
		[ASSERT_UNIX_LINE_BEGIN] = { "(?!\\z)(?:\\A|(?<=\\n))", "(?!\\z)(?:\\A|(?<=\\n))" },
		[ASSERT_UNIX_LINE_END] = { "(?:\\z|(?=\\n))", "(?:\\z|(?=\\n))" },
		[ASSERT_WORD] = { "\\b", "(?C1)" },
		[ASSERT_NOT_WORD] = { "\\B", "(?C2)" },
	};

	buf_append_text(writer->out, texts[assertion][writer->ascii ? 0 : 1]);
}

static void write_quantifier(struct writer *writer, const struct regex_node *node)
{
	if (node->min == 0 && node->max == REGEX_UNBOUNDED)
		buf_append_char(writer->out, '*');
	else if (node->min == 1 && node->max == REGEX_UNBOUNDED)
		buf_append_char(writer->out, '+');
	else if (node->min == 0 && node->max == 1)
		buf_append_char(writer->out, '?');
	else if (node->max == REGEX_UNBOUNDED)
		buf_printf(writer->out, "{%u,}", node->min);
	else
		buf_printf(writer->out, "{%u,%u}", node->min, node->max);
	if (node->greed != GREEDY)
		buf_append_char(writer->out, node->greed == LAZY ? '?' : '+');
}

/* ---- look-behinds: PCRE2 takes alternatives of one length each ------------------------------- */

struct texts {
	struct span items[MAX_BEHIND];
	size_t count;
};

static bool expand(struct writer *writer, const struct regex_node *node, struct texts *out);

static bool fail_behind(struct writer *writer, const char *what)
{
	if (writer->status == US_OK)
		writer->status = err_set(writer->err, US_REJECT, EXIT_BAD_CONFIG,
					 "regular expression: %s", what);
	return false;
}

static bool add_text(struct writer *writer, struct texts *texts, struct span a, struct span b)
{
	char *joined;

	if (texts->count == MAX_BEHIND)
		return fail_behind(writer, "a look-behind of over 64 alternatives");
	joined = arena_alloc(writer->arena, a.len + b.len + 1);
	if (!joined) {
		writer->status = err_no_memory(writer->err, "a regular expression");
		return false;
	}
	if (a.len)
		memcpy(joined, a.data, a.len);
	if (b.len)
		memcpy(joined + a.len, b.data, b.len);
	texts->items[texts->count++] = (struct span){ joined, a.len + b.len };
	return true;
}

/* out = out x right */
static bool multiply(struct writer *writer, struct texts *out, const struct texts *right)
{
	struct texts product = { .count = 0 };

	for (size_t i = 0; i < out->count; i++)
		for (size_t j = 0; j < right->count; j++)
			if (!add_text(writer, &product, out->items[i], right->items[j]))
				return false;
	*out = product;
	return true;
}

/* What matches in one way only, to Java: it gives no maximum length to a group that is repeated
 * (but by ?) and is not so. */
static bool is_deterministic(const struct regex_node *node)
{
	if (node->kind == NODE_ALTERNATE || (node->kind == NODE_REPEAT && node->min != node->max))
		return false;
	for (const struct regex_node *child = node->first; child; child = child->next)
		if (!is_deterministic(child))
			return false;
	return true;
}

static bool expand_repeat(struct writer *writer, const struct regex_node *node, struct texts *out)
{
	struct texts power = { .items = { SPAN_LITERAL("") }, .count = 1 }, body = { .count = 0 };

	if (node->max == REGEX_UNBOUNDED ||
	    (node->first->kind == NODE_GROUP && !(node->min == 0 && node->max == 1) &&
	     !is_deterministic(node->first)))
		return fail_behind(writer, "a look-behind without an obvious maximum length");
	if (node->max > MAX_BEHIND_LEN)
		return fail_behind(writer, "a look-behind that is too long");
	if (node->greed == POSSESSIVE)
		return fail_behind(writer, "a possessive quantifier in a look-behind");
	if (!expand(writer, node->first, &body))
		return false;
	for (uint32_t i = 0; i <= node->max; i++) {
		if (i >= node->min)
			for (size_t t = 0; t < power.count; t++)
				if (!add_text(writer, out, power.items[t], SPAN_LITERAL("")))
					return false;
		if (i < node->max && !multiply(writer, &power, &body))
			return false;
	}
	return true;
}

/* A character, a set or an assertion, as it is written elsewhere. */
static bool expand_piece(struct writer *writer, const struct regex_node *node, struct texts *out)
{
	struct buf *whole = writer->out, piece;
	bool fine;

	buf_init(&piece, whole->max);
	writer->out = &piece;
	write_node(writer, node);
	writer->out = whole;
	if (piece.failed)
		writer->status = err_no_memory(writer->err, "compiling a regular expression");
	fine = writer->status == US_OK && add_text(writer, out, buf_span(&piece), SPAN_LITERAL(""));
	buf_release(&piece);
	return fine;
}

/* The texts of one length each that a node stands for. */
static bool expand(struct writer *writer, const struct regex_node *node, struct texts *out)
{
	struct texts all = { .items = { SPAN_LITERAL("") }, .count = 1 };

	switch (node->kind) {
	case NODE_CONCAT:
		for (const struct regex_node *child = node->first; child; child = child->next) {
			struct texts part = { .count = 0 };

			if (!expand(writer, child, &part) || !multiply(writer, &all, &part))
				return false;
		}
		for (size_t i = 0; i < all.count; i++)
			if (!add_text(writer, out, all.items[i], SPAN_LITERAL("")))
				return false;
		return true;
	case NODE_ALTERNATE:
		for (const struct regex_node *child = node->first; child; child = child->next)
			if (!expand(writer, child, out))
				return false;
		return true;
	case NODE_REPEAT:
		return expand_repeat(writer, node, out);
	case NODE_GROUP:
		if (node->group_kind != GROUP_PLAIN)
			return fail_behind(writer, "a group of this kind in a look-behind");
		return expand(writer, node->first, out);
	case NODE_BACKREF:
		return fail_behind(writer, "a back reference in a look-behind");
	case NODE_CHAR:
	case NODE_SET:
	case NODE_ASSERTION:
		break;
	}
	return expand_piece(writer, node, out);
}

static void write_behind(struct writer *writer, const struct regex_node *node)
{
	struct texts texts = { .count = 0 };

	if (!expand(writer, node->first, &texts))
		return;
	buf_append_text(writer->out, node->group_kind == GROUP_BEHIND ? "(?<=" : "(?<!");
	for (size_t i = 0; i < texts.count; i++) {
		if (i)
			buf_append_char(writer->out, '|');
		buf_append_span(writer->out, texts.items[i]);
	}
	buf_append_char(writer->out, ')');
}

static void write_group(struct writer *writer, const struct regex_node *node)
{
	static const char *const heads[] = { [GROUP_PLAIN] = "(?:",
					     [GROUP_CAPTURE] = "(",
					     [GROUP_ATOMIC] = "(?>",
					     [GROUP_AHEAD] = "(?=",
					     [GROUP_NOT_AHEAD] = "(?!" };

	if (node->group_kind == GROUP_BEHIND || node->group_kind == GROUP_NOT_BEHIND) {
		write_behind(writer, node);
		return;
	}
	buf_append_text(writer->out, heads[node->group_kind]);
	write_node(writer, node->first);
	buf_append_char(writer->out, ')');
}

static void write_node(struct writer *writer, const struct regex_node *node)
{
	switch (node->kind) {
	case NODE_CHAR:
		if (writer->ascii && node->code_point > MAX_ASCII)
			buf_append_text(writer->out, "[^\\x{0}-\\x{ff}]"); /* never */
		else
			write_code_point(writer, node->code_point);
		break;
	case NODE_SET:
		if (is_everything(node->set))
			buf_append_char(writer->out, '.');
		else
			write_set(writer, node->set);
		break;
	case NODE_ASSERTION:
		write_assertion(writer, node->assertion);
		break;
	case NODE_CONCAT:
		for (const struct regex_node *child = node->first; child; child = child->next)
			write_node(writer, child);
		break;
	case NODE_ALTERNATE:
		for (const struct regex_node *child = node->first; child; child = child->next) {
			if (child != node->first)
				buf_append_char(writer->out, '|');
			write_node(writer, child);
		}
		break;
	case NODE_GROUP:
		write_group(writer, node);
		break;
	case NODE_REPEAT:
		write_node(writer, node->first);
		write_quantifier(writer, node);
		break;
	case NODE_BACKREF:
		if (node->group > writer->groups)
			buf_append_text(writer->out, "(?!)"); /* no such group: never */
		else
			buf_printf(writer->out, "\\g{%u}", node->group);
		break;
	}
}

enum status regex_write(const struct regex_tree *tree, bool ascii, struct buf *out, struct err *err)
{
	struct arena arena;
	struct writer writer = {
		.out = out, .err = err, .ascii = ascii, .groups = tree->groups, .arena = &arena
	};

	arena_init(&arena, 1024, 16U << 20);
	write_node(&writer, tree->root);
	arena_release(&arena);
	if (writer.status == US_OK && out->failed)
		return err_no_memory(err, "compiling a regular expression");
	return writer.status;
}

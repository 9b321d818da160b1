/*
 * regex_reader.c - reads Java's regular-expression syntax into a tree. A recursive descent: an
 * alternation of sequences of pieces, a piece being an atom and its quantifier.
 *
 * What it does not know, or what Java does in a way that PCRE2 cannot be told, is a compile error.
 */
#include <string.h>

#include "sql/regex_tree.h"
#include "sql/utf8.h"

#define MAX_PATTERN (1U << 20)

void *regex_error(struct regex_reader *reader, const char *what)
{
	if (reader->status == US_OK)
		reader->status = err_set(reader->err, US_REJECT, EXIT_BAD_CONFIG,
					 "regular expression: %s near index %zu", what,
					 reader->at < reader->len ? reader->at : reader->len);
	return NULL;
}

void *regex_no_memory(struct regex_reader *reader)
{
	if (reader->status == US_OK)
		reader->status = err_no_memory(reader->err, "reading a regular expression");
	return NULL;
}

struct regex_node *regex_new_node(struct regex_reader *reader, enum regex_node_kind kind)
{
	struct regex_node *node = arena_calloc(&reader->tree->arena, 1, sizeof(*node));

	if (!node)
		return regex_no_memory(reader);
	node->kind = kind;
	return node;
}

void regex_add_child(struct regex_node *parent, struct regex_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

static struct regex_node *new_assertion(struct regex_reader *reader, enum regex_assertion assertion)
{
	struct regex_node *node = regex_new_node(reader, NODE_ASSERTION);

	if (node)
		node->assertion = assertion;
	if (assertion == ASSERT_WORD || assertion == ASSERT_NOT_WORD)
		reader->tree->has_word = true;
	return node;
}

static struct regex_node *set_node(struct regex_reader *reader, USet *set)
{
	struct regex_node *node = set ? regex_new_node(reader, NODE_SET) : NULL;

	if (node)
		node->set = set;
	return node;
}

static struct regex_node *char_node(struct regex_reader *reader, uint32_t c)
{
	struct regex_node *node;
	USet *set;

	if (c >= 0xd800 && c <= 0xdfff)
		return regex_error(reader, "half of a surrogate pair");
	if (reader->flags & FLAG_CASELESS && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) {
		set = regex_new_set(reader);
		if (!set)
			return NULL;
		uset_add(set, (UChar32)c);
		regex_close_case(set);
		return set_node(reader, set);
	}
	node = regex_new_node(reader, NODE_CHAR);
	if (node)
		node->code_point = c;
	return node;
}

/* ---- atoms ----------------------------------------------------------------------------------- */

static struct regex_node *read_alternation(struct regex_reader *reader);

/* \1 to \9, and further digits as long as so many groups have been opened. */
static struct regex_node *read_backref(struct regex_reader *reader)
{
	uint32_t number = reader->text[reader->at++] - '0';
	struct regex_node *node;

	while (regex_peek(reader, 0) >= '0' && regex_peek(reader, 0) <= '9' &&
	       number * 10 + (regex_peek(reader, 0) - '0') <= reader->tree->groups)
		number = number * 10 + (reader->text[reader->at++] - '0');
	if (reader->flags & FLAG_CASELESS)
		return regex_error(reader, "a back reference under (?i)");
	node = regex_new_node(reader, NODE_BACKREF);
	if (node)
		node->group = number;
	reader->tree->has_backref = true;
	return node;
}

static bool is_letter(uint32_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Up to '>', which is consumed. */
static bool read_name(struct regex_reader *reader, struct span *out)
{
	size_t start = reader->at;
	char *name;

	if (!is_letter(regex_peek(reader, 0)))
		return regex_error(reader, "a group's name begins with a Latin letter") != NULL;
	while (is_letter(regex_peek(reader, 0)) ||
	       (regex_peek(reader, 0) >= '0' && regex_peek(reader, 0) <= '9'))
		reader->at++;
	if (!regex_at(reader, '>'))
		return regex_error(reader, "a group's name misses its '>'") != NULL;
	*out = (struct span){ .len = reader->at - start };
	name = arena_alloc(&reader->tree->arena, out->len);
	if (!name)
		return regex_no_memory(reader) != NULL;
	for (size_t i = 0; i < out->len; i++)
		name[i] = (char)reader->text[start + i];
	out->data = name;
	reader->at++;
	return true;
}

static struct regex_node *read_named_backref(struct regex_reader *reader)
{
	struct regex_node *node;
	struct span text;

	if (!regex_at(reader, '<'))
		return regex_error(reader, "\\k is not followed by '<'");
	reader->at++;
	if (!read_name(reader, &text))
		return NULL;
	if (reader->flags & FLAG_CASELESS)
		return regex_error(reader, "a back reference under (?i)");
	for (struct regex_name *name = reader->tree->names; name; name = name->next)
		if (span_equal(name->text, text)) {
			node = regex_new_node(reader, NODE_BACKREF);
			if (node)
				node->group = name->group;
			reader->tree->has_backref = true;
			return node;
		}
	return regex_error(reader, "no group of that name");
}

/* \R: a line break. \r\n is taken whole first, but can be given back (not under a quantifier). */
static struct regex_node *line_break(struct regex_reader *reader)
{
	struct regex_node *group = regex_new_node(reader, NODE_GROUP);
	struct regex_node *either = regex_new_node(reader, NODE_ALTERNATE);
	struct regex_node *pair = regex_new_node(reader, NODE_CONCAT);
	struct regex_node *cr = regex_new_node(reader, NODE_CHAR),
			  *lf = regex_new_node(reader, NODE_CHAR);
	struct regex_node *one = set_node(reader, regex_letter_set(reader, 'v'));

	if (!group || !either || !pair || !cr || !lf || !one)
		return NULL;
	cr->code_point = '\r';
	lf->code_point = '\n';
	regex_add_child(pair, cr);
	regex_add_child(pair, lf);
	regex_add_child(either, pair);
	regex_add_child(either, one);
	regex_add_child(group, either);
	group->line_break = true;
	return group;
}

/* Behind a backslash. */
static struct regex_node *read_escaped(struct regex_reader *reader)
{
	uint32_t c = regex_peek(reader, 0), value;
	USet *set;

	if (c >= '1' && c <= '9')
		return read_backref(reader);
	set = regex_letter_set(reader, c);
	if (reader->status != US_OK)
		return NULL;
	if (!set && !regex_looking_at(reader, 0, c) && reader->at < reader->len)
		c = 0; /* quoted: no meaning of its own */
	if (set) {
		reader->at++;
		return set_node(reader, set);
	}
	switch (c) {
	case 'p':
	case 'P':
		reader->at++;
		return set_node(reader, regex_read_property(reader, c == 'P'));
	case 'A':
		reader->at++;
		return new_assertion(reader, ASSERT_BEGIN);
	case 'z':
		reader->at++;
		return new_assertion(reader, ASSERT_END);
	case 'Z':
		reader->at++;
		return new_assertion(reader, reader->flags & FLAG_UNIX_LINES ? ASSERT_UNIX_LAST_LINE
									     : ASSERT_LAST_LINE);
	case 'b':
	case 'B':
		reader->at++;
		if (c == 'b' && regex_at(reader, '{'))
			return regex_error(reader, "\\b{g} is not supported");
		return new_assertion(reader, c == 'b' ? ASSERT_WORD : ASSERT_NOT_WORD);
	case 'R':
		reader->at++;
		return line_break(reader);
	case 'k':
		reader->at++;
		return read_named_backref(reader);
	default:
		return regex_read_escape(reader, &value) ? char_node(reader, value) : NULL;
	}
}

static struct regex_node *read_dot(struct regex_reader *reader)
{
	USet *set = regex_new_set(reader);

	if (!set)
		return NULL;
	if (!(reader->flags & FLAG_DOTALL)) {
		uset_add(set, '\n');
		if (!(reader->flags & FLAG_UNIX_LINES)) {
			uset_add(set, '\r');
			uset_add(set, 0x85);
			uset_addRange(set, 0x2028, 0x2029);
		}
	}
	uset_complement(set);
	return set_node(reader, set);
}

static struct regex_node *read_line_anchor(struct regex_reader *reader, bool end)
{
	bool unix_lines = reader->flags & FLAG_UNIX_LINES;

	if (!(reader->flags & FLAG_MULTILINE)) {
		if (!end)
			return new_assertion(reader, ASSERT_BEGIN);
		return new_assertion(reader, unix_lines ? ASSERT_UNIX_LAST_LINE : ASSERT_LAST_LINE);
	}
	if (end)
		return new_assertion(reader, unix_lines ? ASSERT_UNIX_LINE_END : ASSERT_LINE_END);
	return new_assertion(reader, unix_lines ? ASSERT_UNIX_LINE_BEGIN : ASSERT_LINE_BEGIN);
}

/* ---- groups ---------------------------------------------------------------------------------- */

static bool open_capture(struct regex_reader *reader, struct regex_node *group, struct span name)
{
	struct regex_name *item;

	group->group_kind = GROUP_CAPTURE;
	group->group = ++reader->tree->groups;
	if (group->group > REGEX_MAX_GROUPS)
		return regex_error(reader, "too many groups") != NULL;
	if (!name.data)
		return true;
	for (item = reader->tree->names; item; item = item->next)
		if (span_equal(item->text, name))
			return regex_error(reader, "two groups of one name") != NULL;
	item = arena_alloc(&reader->tree->arena, sizeof(*item));
	if (!item)
		return regex_no_memory(reader) != NULL;
	*item =
	    (struct regex_name){ .text = name, .group = group->group, .next = reader->tree->names };
	reader->tree->names = item;
	return true;
}

/* (?ims-d: and (?i) from the first letter; *only_flags: ')' followed, there is no group. */
static bool read_flags(struct regex_reader *reader, bool *only_flags)
{
	unsigned on = reader->flags;
	bool add = true;

	for (;; reader->at++) {
		unsigned flag = 0;

		switch (regex_peek(reader, 0)) {
		case 'i':
			flag = FLAG_CASELESS;
			break;
		case 'm':
			flag = FLAG_MULTILINE;
			break;
		case 's':
			flag = FLAG_DOTALL;
			break;
		case 'd':
			flag = FLAG_UNIX_LINES;
			break;
		case '-':
			if (!add)
				return regex_error(reader, "unknown inline modifier") != NULL;
			add = false;
			continue;
		case ')':
		case ':':
			*only_flags = regex_peek(reader, 0) == ')';
			reader->at++;
			reader->flags = on;
			return true;
		case 'u':
		case 'U':
		case 'x':
			return regex_error(reader, "the flags u, U and x are not supported") !=
			       NULL;
		default:
			return regex_error(reader, "unknown inline modifier") != NULL;
		}
		on = add ? on | flag : on & ~flag;
	}
}

/* Behind "(?": what kind of group it is. */
static bool read_group_kind(struct regex_reader *reader, struct regex_node *group, bool *only_flags)
{
	struct span name;
	uint32_t c = regex_peek(reader, 0), after;

	*only_flags = false;
	switch (c) {
	case ':':
		group->group_kind = GROUP_PLAIN;
		break;
	case '=':
		group->group_kind = GROUP_AHEAD;
		break;
	case '!':
		group->group_kind = GROUP_NOT_AHEAD;
		break;
	case '>':
		group->group_kind = GROUP_ATOMIC;
		break;
	case '<':
		reader->at++;
		after = regex_peek(reader, 0);
		if (after == '=' || after == '!') {
			group->group_kind = after == '=' ? GROUP_BEHIND : GROUP_NOT_BEHIND;
			break;
		}
		return read_name(reader, &name) && open_capture(reader, group, name);
	default:
		group->group_kind = GROUP_PLAIN;
		return read_flags(reader, only_flags);
	}
	reader->at++;
	return true;
}

/* At '('. *only_flags: it was "(?i)", no node. */
static struct regex_node *read_group(struct regex_reader *reader, bool *only_flags)
{
	struct regex_node *group = regex_new_node(reader, NODE_GROUP), *inner;
	unsigned flags = reader->flags;

	*only_flags = false;
	if (!group)
		return NULL;
	if (++reader->depth > REGEX_MAX_DEPTH)
		return regex_error(reader, "groups nested too deep");
	reader->at++;
	if (regex_at(reader, '?')) {
		reader->at++;
		if (!read_group_kind(reader, group, only_flags))
			return NULL;
		if (*only_flags) {
			reader->depth--;
			return group;
		}
	} else if (!open_capture(reader, group, SPAN_NULL)) {
		return NULL;
	}
	inner = read_alternation(reader);
	if (!inner)
		return NULL;
	if (!regex_at(reader, ')'))
		return regex_error(reader, "unclosed group");
	reader->at++;
	reader->depth--;
	reader->flags = flags;
	regex_add_child(group, inner);
	if (group->group_kind >= GROUP_ATOMIC && regex_has_capture(inner))
		reader->tree->has_stale = true; /* Java does not take them back */
	return group;
}

/* ---- sequences ------------------------------------------------------------------------------- */

static struct regex_node *read_atom(struct regex_reader *reader, bool *only_flags)
{
	uint32_t c = reader->text[reader->at];

	*only_flags = false;
	if (reader->quoted[reader->at]) {
		reader->at++;
		return char_node(reader, c);
	}
	switch (c) {
	case '(':
		return read_group(reader, only_flags);
	case '[':
		return set_node(reader, regex_read_class(reader));
	case '\\':
		reader->at++;
		return read_escaped(reader);
	case '.':
		reader->at++;
		return read_dot(reader);
	case '^':
	case '$':
		reader->at++;
		return read_line_anchor(reader, c == '$');
	case '*':
	case '+':
	case '?':
		return regex_error(reader, "dangling meta character");
	case '{':
		return regex_error(reader, "illegal repetition");
	default:
		reader->at++;
		return char_node(reader, c);
	}
}

static struct regex_node *read_sequence(struct regex_reader *reader)
{
	struct regex_node *sequence = regex_new_node(reader, NODE_CONCAT);

	while (sequence && reader->at < reader->len && !regex_at(reader, '|') &&
	       !regex_at(reader, ')')) {
		bool only_flags;
		struct regex_node *piece = read_atom(reader, &only_flags);

		if (piece && only_flags)
			continue;
		if (piece)
			piece = regex_read_quantifier(reader, piece);
		if (!piece)
			return NULL;
		regex_add_child(sequence, piece);
	}
	return sequence;
}

/* Flags set within an alternative go on into the next ones, as in Java. */
static struct regex_node *read_alternation(struct regex_reader *reader)
{
	struct regex_node *first = read_sequence(reader), *either;

	if (!first || !regex_at(reader, '|'))
		return first;
	either = regex_new_node(reader, NODE_ALTERNATE);
	if (!either)
		return NULL;
	regex_add_child(either, first);
	while (regex_at(reader, '|')) {
		struct regex_node *next;

		reader->at++;
		next = read_sequence(reader);
		if (!next)
			return NULL;
		regex_add_child(either, next);
	}
	return either;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Code points, \Q...\E taken off and what stood between marked. */
static bool decode(struct regex_reader *reader, struct span pattern)
{
	uint32_t *text = arena_alloc(&reader->tree->arena, (pattern.len + 1) * sizeof(*text));
	uint8_t *quoted = arena_calloc(&reader->tree->arena, pattern.len + 1, 1);
	bool quoting = false;

	if (!text || !quoted)
		return regex_no_memory(reader) != NULL;
	for (size_t i = 0; i < pattern.len;) {
		size_t size, left = pattern.len - i;
		const char *p = pattern.data + i;

		if (left >= 2 && p[0] == '\\' && p[1] == (quoting ? 'E' : 'Q')) {
			quoting = !quoting;
			i += 2;
			continue;
		}
		text[reader->len] = utf8_decode(p, &size);
		quoted[reader->len++] = quoting;
		i += size;
		if (!quoting && *p == '\\' && i < pattern.len) { /* \\Q is no quote */
			text[reader->len++] = utf8_decode(pattern.data + i, &size);
			i += size;
		}
	}
	text[reader->len] = 0;
	reader->text = text;
	reader->quoted = quoted;
	return true;
}

enum status regex_read(struct span pattern, struct regex_tree *tree, struct err *err)
{
	struct regex_reader reader = { .tree = tree, .err = err, .status = US_OK };

	*tree = (struct regex_tree){ .root = NULL };
	arena_init(&tree->arena, 2048, 256U << 20);
	if (pattern.len > MAX_PATTERN) {
		regex_error(&reader, "over 1 MiB long");
		return reader.status;
	}
	if (!decode(&reader, pattern))
		return reader.status;
	tree->root = read_alternation(&reader);
	if (tree->root && reader.at < reader.len)
		regex_error(&reader, "unmatched closing ')'");
	return reader.status;
}

void regex_tree_release(struct regex_tree *tree)
{
	for (struct regex_set_list *item = tree->sets; item; item = item->next)
		uset_close(item->set);
	arena_release(&tree->arena);
	*tree = (struct regex_tree){ .root = NULL };
}

/*
 * regex_quantifier.c - quantifiers, and what the parts they stand behind are like.
 */
#include "sql/regex_tree.h"

/* Whether a group has a capture within it (beside itself). */
static bool has_inner_capture(const struct regex_node *node)
{
	for (const struct regex_node *child = node->first; child; child = child->next)
		if ((child->kind == NODE_GROUP && child->group_kind == GROUP_CAPTURE) ||
		    has_inner_capture(child))
			return true;
	return false;
}

bool regex_has_capture(const struct regex_node *node)
{
	return (node->kind == NODE_GROUP && node->group_kind == GROUP_CAPTURE) ||
	       has_inner_capture(node);
}

/* Whether the text it matches may be empty. */
static bool may_be_empty(const struct regex_node *node)
{
	const struct regex_node *child = node->first;

	switch (node->kind) {
	case NODE_CHAR:
	case NODE_SET:
		return false;
	case NODE_ASSERTION:
	case NODE_BACKREF:
		return true;
	case NODE_CONCAT:
		while (child && may_be_empty(child))
			child = child->next;
		return !child;
	case NODE_ALTERNATE:
		while (child && !may_be_empty(child))
			child = child->next;
		return child != NULL;
	case NODE_GROUP:
		return node->group_kind >= GROUP_AHEAD || may_be_empty(child);
	case NODE_REPEAT:
		return node->min == 0 || may_be_empty(child);
	}
	return true;
}

static bool read_count(struct regex_reader *reader, uint32_t *out)
{
	if (regex_peek(reader, 0) < '0' || regex_peek(reader, 0) > '9')
		return regex_error(reader, "illegal repetition") != NULL;
	for (*out = 0; regex_peek(reader, 0) >= '0' && regex_peek(reader, 0) <= '9'; reader->at++) {
		*out = *out * 10 + (regex_peek(reader, 0) - '0');
		if (*out > REGEX_MAX_REPEAT)
			return regex_error(reader, "a repetition of over 65535") != NULL;
	}
	return true;
}

/* False: no quantifier stands here, or an error. */
static bool read_range_quantifier(struct regex_reader *reader, uint32_t *min, uint32_t *max)
{
	reader->at++;
	if (!read_count(reader, min))
		return false;
	*max = *min;
	if (regex_at(reader, ',')) {
		reader->at++;
		*max = REGEX_UNBOUNDED;
		if (!regex_at(reader, '}') && !read_count(reader, max))
			return false;
	}
	if (!regex_at(reader, '}'))
		return regex_error(reader, "unclosed counted closure") != NULL;
	if (*max < *min)
		return regex_error(reader, "illegal repetition range") != NULL;
	reader->at++;
	return true;
}

static bool read_counts(struct regex_reader *reader, uint32_t *min, uint32_t *max)
{
	if (regex_at(reader, '{'))
		return read_range_quantifier(reader, min, max);
	*min = regex_at(reader, '+') ? 1 : 0;
	*max = regex_at(reader, '?') ? 1 : REGEX_UNBOUNDED;
	if (!regex_at(reader, '?') && !regex_at(reader, '*') && !regex_at(reader, '+'))
		return false;
	reader->at++;
	return true;
}

static bool is_zero_width(const struct regex_node *node)
{
	return node->kind == NODE_ASSERTION ||
	       (node->kind == NODE_GROUP && node->group_kind >= GROUP_AHEAD);
}

/* What takes no text holds or not, however often it is asked; and may be left out where 0 times
 * do. */
static struct regex_node *repeat_assertion(struct regex_reader *reader, struct regex_node *atom,
					   uint32_t min)
{
	struct regex_node *group, *either, *nothing;

	if (regex_has_capture(atom))
		return regex_error(reader, "a quantifier behind a look-around with a group in it");
	if (min)
		return atom;
	group = regex_new_node(reader, NODE_GROUP);
	either = regex_new_node(reader, NODE_ALTERNATE);
	nothing = regex_new_node(reader, NODE_CONCAT);
	if (!group || !either || !nothing)
		return NULL;
	regex_add_child(either, atom);
	regex_add_child(either, nothing);
	regex_add_child(group, either);
	return group;
}

struct regex_node *regex_read_quantifier(struct regex_reader *reader, struct regex_node *atom)
{
	struct regex_node *repeat;
	uint32_t min = 0, max = 0;

	if (!read_counts(reader, &min, &max))
		return reader->status == US_OK ? atom : NULL;
	repeat = regex_new_node(reader, NODE_REPEAT);
	if (!repeat)
		return NULL;
	repeat->min = min;
	repeat->max = max;
	repeat->greed = regex_at(reader, '?') ? LAZY : regex_at(reader, '+') ? POSSESSIVE : GREEDY;
	reader->at += repeat->greed != GREEDY;
	if (regex_at(reader, '{'))
		return regex_error(reader, "illegal repetition: a quantifier behind a quantifier");
	if ((max > 1 && min != max && has_inner_capture(atom)) ||
	    (max > 1 && regex_has_capture(atom) && may_be_empty(atom)) ||
	    (repeat->greed == POSSESSIVE && regex_has_capture(atom)))
		reader->tree->has_stale = true;
	if (is_zero_width(atom))
		return repeat_assertion(reader, atom, min);
	if (atom->line_break)
		atom->group_kind = GROUP_ATOMIC;
	reader->tree->has_repeat = true;
	regex_add_child(repeat, atom);
	return repeat;
}

/* regex_replacement.c - see regex_replacement.h. */
#include "sql/regex_replacement.h"

static enum status fail(struct err *err, const char *what)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "replacement: %s", what);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Behind '$'. */
static enum status read_group(struct span text, size_t *at, const struct regex *regex,
			      uint32_t *group, struct err *err)
{
	size_t i = *at;

	if (i == text.len)
		return fail(err, "illegal group reference: nothing behind $");
	if (text.data[i] == '{') {
		size_t start = ++i;

		while (i < text.len && is_name(text.data[i]))
			i++;
		if (i == start || is_digit(text.data[start]))
			return fail(err, "a group's name in ${} begins with a Latin letter");
		if (i == text.len || text.data[i] != '}')
			return fail(err, "${ misses its }");
		*group = regex_group_number(regex, (struct span){ text.data + start, i - start });
		if (!*group)
			return fail(err, "no group of the name in ${}");
		*at = i + 1;
		return US_OK;
	}
	if (!is_digit(text.data[i]))
		return fail(err,
			    "illegal group reference: $ needs a digit or {name}; write \\$ for "
			    "a dollar sign");
	*group = (uint32_t)(text.data[i++] - '0');
	if (*group > regex_groups(regex))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "replacement: no group %u: the pattern has %u", *group,
			       regex_groups(regex));
	for (; i < text.len && is_digit(text.data[i]); i++) {
		uint32_t longer = *group * 10 + (uint32_t)(text.data[i] - '0');

		if (longer > regex_groups(regex))
			break;
		*group = longer;
	}
	*at = i;
	return US_OK;
}

enum status replacement_read(struct span text, const struct regex *regex, struct arena *arena,
			     struct replacement *out, struct err *err)
{
	/* A piece takes at least one byte, but for a text before each of them. */
	size_t i = 0, start = 0;

	*out = (struct replacement){ .count = 0 };
	out->pieces = arena_alloc(arena, (text.len * 2 + 1) * sizeof(*out->pieces));
	if (!out->pieces)
		return err_no_memory(err, "reading a replacement");
	while (i <= text.len) {
		bool special = i < text.len && (text.data[i] == '$' || text.data[i] == '\\');
		enum status status;
		uint32_t group = 0;

		if (i < text.len && !special) {
			i++;
			continue;
		}
		if (i > start)
			out->pieces[out->count++] = (struct replacement_piece){
				.text = { text.data + start, i - start }, .group = NO_GROUP
			};
		if (i == text.len)
			break;
		if (text.data[i++] == '\\') {
			if (i == text.len)
				return fail(err, "nothing behind the last backslash");
			start = i++; /* as it is, whatever it is */
			continue;
		}
		status = read_group(text, &i, regex, &group, err);
		if (status != US_OK)
			return status;
		out->pieces[out->count++] = (struct replacement_piece){ .text = SPAN_NULL,
									.group = group };
		out->has_group = out->has_group || group > 0;
		start = i;
	}
	return US_OK;
}

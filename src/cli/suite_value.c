/*
 * suite_value.c - see suite_value.h.
 */
#include "cli/suite_value.h"

#include <stdlib.h>
#include <string.h>

#include "core/json_pull.h"
#include "core/json_token.h"

#define TEXT_MAX ((size_t)1 << 20)

/* A scalar that is no string, of the grammar of JSON. */
static bool classify(struct suite_member *member)
{
	struct span text = member->text;

	if (span_equal(text, SPAN_LITERAL("null")))
		member->kind = VALUE_NULL;
	else if (span_equal(text, SPAN_LITERAL("true")) || span_equal(text, SPAN_LITERAL("false")))
		member->kind = VALUE_BOOLEAN;
	else if (json_number_end(text.data, text.data + text.len) == text.data + text.len)
		member->kind = VALUE_NUMBER;
	else
		return false;
	return true;
}

static bool keep(struct arena *arena, const struct buf *from, struct span *out)
{
	char *copy = from->failed ? NULL : arena_strndup(arena, buf_text(from), from->len);

	*out = (struct span){ .data = copy, .len = copy ? from->len : 0 };
	return copy != NULL;
}

/* The value at pull->at. False: pull->bad, or out of memory. */
static bool read_value(struct json_pull *pull, struct suite_member *member, struct arena *arena,
		       struct buf *text)
{
	const char *from;

	while (pull->at < pull->end && json_is_space(*pull->at))
		pull->at++;
	from = pull->at;
	if (from < pull->end && *from == '"') {
		buf_reset(text);
		member->kind = VALUE_TEXT;
		return json_pull_text(pull, text) && keep(arena, text, &member->text);
	}
	if (!json_pull_skip(pull))
		return false;
	member->text = (struct span){ .data = from, .len = (size_t)(pull->at - from) };
	if (classify(member))
		return true;
	pull->bad = true;
	pull->at = from;
	return false;
}

struct suite_member *suite_members(struct span json, struct arena *arena, struct diag_list *diags,
				   bool *bad, bool *no_memory)
{
	struct suite_member *first = NULL, **last = &first;
	struct json_pull pull;
	struct buf name, text;

	buf_init(&name, TEXT_MAX);
	buf_init(&text, TEXT_MAX);
	json_pull_init(&pull, json);
	json_pull_open(&pull);
	while (!pull.bad && json_pull_member(&pull, &name)) {
		struct suite_member *member = arena_calloc(arena, 1, sizeof(*member));

		*no_memory = !member || !keep(arena, &name, &member->name);
		if (*no_memory)
			break;
		member->at = (size_t)(pull.at - diags->source.data);
		if (read_value(&pull, member, arena, &text)) {
			*last = member;
			last = &member->next;
		} else if (!pull.bad) {
			*no_memory = true;
			break;
		}
	}
	if (!*no_memory && !json_pull_done(&pull)) {
		size_t at = (size_t)(pull.at - diags->source.data);

		diag_add(diags, DIAG_ERROR, at - (at > 0 && pull.at == pull.end), 1,
			 "{\"column\": \"text\", \"other\": 1.5, \"third\": null}",
			 "no JSON object of texts, numbers, booleans and nulls");
		*bad = true;
	}
	buf_release(&name);
	buf_release(&text);
	return *bad || *no_memory ? NULL : first;
}

static bool same_number(struct span expected, struct span found)
{
	char a[64], b[64];

	if (span_equal(expected, found))
		return true;
	if (expected.len >= sizeof(a) || found.len >= sizeof(b))
		return false;
	memcpy(a, expected.data, expected.len);
	memcpy(b, found.data, found.len);
	a[expected.len] = b[found.len] = '\0';
	/* integers of 64 bits are no doubles: those are equal as text or not at all */
	return strpbrk(a, ".eE") || strpbrk(b, ".eE") ? strtod(a, NULL) == strtod(b, NULL) : false;
}

bool suite_value_is(const struct suite_member *member, const struct table_cell *cell)
{
	switch (cell->kind) {
	case TABLE_NULL:
		return member->kind == VALUE_NULL;
	case TABLE_TEXT:
	case TABLE_BLOB:
		return member->kind == VALUE_TEXT && span_equal(member->text, cell->text);
	case TABLE_INTEGER:
		return member->kind == VALUE_NUMBER && same_number(member->text, cell->text);
	case TABLE_REAL:
		return (member->kind == VALUE_NUMBER && same_number(member->text, cell->text)) ||
		       (member->kind == VALUE_TEXT && span_equal(member->text, cell->text));
	case TABLE_BOOLEAN:
		return member->kind == VALUE_BOOLEAN && span_equal(member->text, cell->text);
	}
	return false;
}

void suite_print_member(const struct suite_member *member, struct buf *out)
{
	if (member->kind == VALUE_TEXT)
		buf_append_json(out, member->text);
	else
		buf_append_span(out, member->text);
}

void suite_print_cell(const struct table_cell *cell, struct buf *out)
{
	bool finite = cell->text.len > 0 &&
		      strchr("NI", cell->text.data[cell->text.data[0] == '-']) == NULL;

	if (cell->kind == TABLE_NULL)
		buf_append_text(out, "null");
	else if (cell->kind == TABLE_INTEGER || cell->kind == TABLE_BOOLEAN ||
		 (cell->kind == TABLE_REAL && finite))
		buf_append_span(out, cell->text);
	else
		buf_append_json(out, cell->text);
}

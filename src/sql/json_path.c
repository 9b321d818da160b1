/* json_path.c - see json_path.h. */
#include "sql/json_path.h"

#include <string.h>

#include "sql/json_tokens.h"
#include "sql/json_writer.h"
#include "sql/utf8.h"

enum step_kind {
	STEP_FIELD, /* of an object, by name */
	STEP_INDEX, /* of an array */
	STEP_ALL,   /* [*]: every element of an array */
	STEP_NEVER  /* .* and ['*'], which find nothing */
};

struct step {
	enum step_kind kind;
	struct span name;
	uint64_t index;
};

struct json_path {
	size_t count;
	struct step steps[];
};

/* ---- reading a path -------------------------------------------------------------------------- */

struct reader {
	const char *p, *end;
};

static void skip_space(struct reader *at)
{
	while (at->p < at->end && (*at->p == ' ' || (*at->p >= '\t' && *at->p <= '\r')))
		at->p++;
}

/* Take a piece of text, before which there may be white space. */
static bool take(struct reader *at, const char *text)
{
	struct reader next = *at;
	size_t len = strlen(text);

	skip_space(&next);
	if ((size_t)(next.end - next.p) < len || memcmp(next.p, text, len) != 0)
		return false;
	at->p = next.p + len;
	return true;
}

static bool take_char(struct reader *at, char c)
{
	if (at->p == at->end || *at->p != c)
		return false;
	at->p++;
	return true;
}

/* White space, and then at least one character that is none of `set`. */
static bool take_until(struct reader *at, const char *set, struct span *out)
{
	const char *start;

	skip_space(at);
	start = at->p;
	while (at->p < at->end && !(*at->p && strchr(set, *at->p)))
		at->p++;
	*out = (struct span){ start, (size_t)(at->p - start) };
	return out->len > 0;
}

static bool take_index(struct reader *at, uint64_t *out)
{
	const char *start;

	skip_space(at);
	start = at->p;
	for (*out = 0; at->p < at->end && *at->p >= '0' && *at->p <= '9'; at->p++) {
		*out = *out * 10 + (uint64_t)(*at->p - '0');
		if (*out > INT32_MAX)
			return false;
	}
	return at->p > start;
}

static bool take_step(struct reader *at, struct step *out)
{
	struct reader next = *at;

	*out = (struct step){ .kind = STEP_NEVER };
	if (take(at, ".*") || take(at, "['*']"))
		return true;
	out->kind = STEP_FIELD;
	if (take_char(&next, '.') && take_until(&next, ".[", &out->name)) {
		*at = next;
		return true;
	}
	next = *at;
	if (take(&next, "['") && take_until(&next, "'?", &out->name) && take(&next, "']")) {
		*at = next;
		return true;
	}
	if (!take_char(at, '['))
		return false;
	out->kind = STEP_ALL;
	if (take_char(at, '*'))
		return take_char(at, ']');
	out->kind = STEP_INDEX;
	return take_index(at, &out->index) && take_char(at, ']');
}

enum status json_path_parse(struct span text, struct arena *arena, struct json_path **out,
			    struct err *err)
{
	struct reader at = { text.data, text.data + text.len };
	struct json_path *path = arena_calloc(arena, 1,
					      sizeof(*path) + (text.len + 1) * sizeof(struct step));

	if (!path)
		return err_no_memory(err, "reading a JSON path");
	if (!take_char(&at, '$'))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "no JSON path: it begins with $, as in $.a[0]['b']");
	while (at.p < at.end && take_step(&at, &path->steps[path->count]))
		path->count++;
	skip_space(&at);
	if (at.p < at.end)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "no JSON path from its character %zu on: .name, ['name'], [0] or "
			       "[*] may stand there",
			       utf8_length((struct span){ text.data, (size_t)(at.p - text.data) }) +
				   1);
	*out = path;
	return US_OK;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* How strings are written, and what becomes of arrays in arrays. */
enum style { STYLE_RAW, STYLE_QUOTED, STYLE_FLATTEN };

static bool name_is(const struct json_tokens *from, struct span name)
{
	const char *p = from->text.data, *end = p + from->text.len;
	size_t len = 0;

	if (!from->escaped)
		return span_equal(from->text, name);
	while (p < end) {
		struct json_writer unit = { .out = (char[4]){ 0 } };

		json_write_unit(&unit, json_tokens_char(&p), &p, end);
		if (unit.failed || name.len - len < unit.len ||
		    memcmp(name.data + len, unit.out, unit.len) != 0)
			return false;
		len += unit.len;
	}
	return len == name.len;
}

static bool find(const struct step *steps, size_t count, struct json_tokens *from,
		 struct json_writer *to, enum style style);

static bool find_in_object(const struct step *steps, size_t count, struct json_tokens *from,
			   struct json_writer *to, enum style style)
{
	bool found = false;

	while (json_tokens_next(from) != JSON_OBJECT_END) {
		if (from->token == JSON_BAD)
			return false;
		if (from->token == JSON_NAME && !found && name_is(from, steps[0].name)) {
			json_tokens_next(from);
			if (from->token != JSON_NULL)
				found = find(steps + 1, count - 1, from, to, style);
		} else {
			json_tokens_skip(from);
		}
	}
	return found;
}

/* Every element, in brackets. Returns how many gave something. */
static size_t find_all(const struct step *steps, size_t count, struct json_tokens *from,
		       struct json_writer *to, enum style style)
{
	size_t found = 0;

	json_write_comma(to);
	json_write_char(to, '[');
	to->comma = false;
	while (json_tokens_next(from) != JSON_ARRAY_END && from->token != JSON_BAD)
		found += find(steps, count, from, to, style);
	json_write_char(to, ']');
	to->comma = true;
	return found;
}

/* As find_all; the brackets stay only around several, nothing at all where nothing is found. */
static bool find_some(const struct step *steps, size_t count, struct json_tokens *from,
		      struct json_writer *to, enum style style)
{
	struct json_writer before = *to;
	size_t start = before.len + before.comma, found;

	to->halves = false;
	found = find_all(steps, count, from, to, style);
	to->halves = before.halves;
	if (found == 0) {
		to->len = before.len;
		to->comma = before.comma;
	} else if (found == 1) {
		to->len -= 2;
		memmove(to->out + start, to->out + start + 1, to->len - start);
	}
	return found > 0;
}

static bool find_at(const struct step *steps, size_t count, struct json_tokens *from,
		    struct json_writer *to, enum style style)
{
	bool found;

	for (uint64_t i = 0; json_tokens_next(from) != JSON_ARRAY_END; i++) {
		if (from->token == JSON_BAD)
			return false;
		if (i < steps[0].index) {
			json_tokens_skip(from);
			continue;
		}
		found = find(steps + 1, count - 1, from, to, style);
		while (json_tokens_next(from) != JSON_ARRAY_END && from->token != JSON_BAD)
			json_tokens_skip(from);
		return found;
	}
	return false;
}

static bool find_in_array(const struct step *steps, size_t count, struct json_tokens *from,
			  struct json_writer *to, enum style style)
{
	bool all_next = count > 1 && steps[1].kind == STEP_ALL;

	if (steps[0].kind == STEP_INDEX)
		return find_at(steps, count, from, to, all_next ? STYLE_QUOTED : style);
	if (all_next) /* [*][*] */
		return find_all(steps + 2, count - 2, from, to, STYLE_FLATTEN) > 0;
	if (style == STYLE_QUOTED)
		return find_all(steps + 1, count - 1, from, to, STYLE_QUOTED) > 0;
	return find_some(steps + 1, count - 1, from, to, style == STYLE_RAW ? STYLE_QUOTED : style);
}

/* An array's elements one by one, as if they stood in the array around it. */
static bool find_flat(struct json_tokens *from, struct json_writer *to)
{
	bool found = false;

	while (json_tokens_next(from) != JSON_ARRAY_END && from->token != JSON_BAD)
		found |= find(NULL, 0, from, to, STYLE_FLATTEN);
	return found;
}

/* What the steps find in the value that begins at the present token; afterwards its end is the
 * present token. Where the text is malformed the result does not matter. */
static bool find(const struct step *steps, size_t count, struct json_tokens *from,
		 struct json_writer *to, enum style style)
{
	if (count == 0 && from->token == JSON_STRING && style == STYLE_RAW) {
		json_write_content(to, from, true);
		return true;
	}
	if (count == 0 && from->token == JSON_ARRAY && style == STYLE_FLATTEN)
		return find_flat(from, to);
	if (count == 0)
		return json_write_value(to, from);
	if (from->token == JSON_OBJECT && steps[0].kind == STEP_FIELD)
		return find_in_object(steps, count, from, to, style);
	if (from->token == JSON_ARRAY && (steps[0].kind == STEP_INDEX || steps[0].kind == STEP_ALL))
		return find_in_array(steps, count, from, to, style);
	json_tokens_skip(from);
	return false;
}

enum json_found json_path_find(const struct json_path *path, struct span json, struct arena *arena,
			       char *room, size_t *len)
{
	struct json_writer to = { .out = room, .arena = arena, .halves = true };
	struct json_tokens from;
	bool found;

	json_tokens_init(&from, json);
	json_tokens_next(&from);
	found = find(path->steps, path->count, &from, &to, STYLE_RAW);
	*len = to.len;
	if (to.no_memory)
		return JSON_NO_MEMORY;
	return found && !from.broken && !to.failed ? JSON_FOUND : JSON_NOTHING;
}

/*
 * json_reshape.c - walks compact JSON once, byte by byte.
 */
#include "simulator/json_reshape.h"

#include <stdbool.h>
#include <string.h>

#define CSV_DEPTH_MAX 8

static void new_line(struct buf *out, size_t depth)
{
	buf_append_char(out, '\n');
	for (size_t i = 0; i < depth; i++)
		buf_append_text(out, "  ");
}

/* The length of the string at `at`, quotes included. */
static size_t string_length(struct span json, size_t at)
{
	size_t end = at + 1;

	while (end < json.len && json.data[end] != '"')
		end += json.data[end] == '\\' ? 2 : 1;
	end++;
	return (end > json.len ? json.len : end) - at;
}

void json_reshape_pretty(struct span json, struct buf *out)
{
	size_t depth = 0;
	size_t i = 0;

	while (i < json.len) {
		char c = json.data[i];

		if (c == '"') {
			size_t len = string_length(json, i);

			buf_append(out, json.data + i, len);
			i += len;
			continue;
		}
		if ((c == '}' || c == ']') && depth)
			new_line(out, --depth);
		buf_append_char(out, c);
		i++;
		if (c == ':')
			buf_append_char(out, ' ');
		if (c == ',')
			new_line(out, depth);
		if (c != '{' && c != '[')
			continue;
		if (i < json.len && json.data[i] == c + 2) /* {} and [] stay together */
			buf_append_char(out, json.data[i++]);
		else
			new_line(out, ++depth);
	}
}

/* Where a walk through objects is: the names that lead to the value. */
struct csv_path {
	struct span names[CSV_DEPTH_MAX];
	size_t depth;
};

static void put_csv_field(struct buf *out, struct span value)
{
	bool quote = false;

	if (value.len && value.data[0] == '"') { /* a string: without its quotes */
		value.data++;
		value.len -= value.len > 1 ? 2 : 1;
	} else if (value.len == 4 && memcmp(value.data, "null", 4) == 0) {
		return;
	}
	for (size_t i = 0; i < value.len; i++)
		quote = quote || strchr(",\"\\\r\n", value.data[i]) != NULL;
	if (!quote) {
		buf_append_span(out, value);
		return;
	}
	buf_append_char(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] == '\\' && i + 1 < value.len)
			i++;
		if (value.data[i] == '"')
			buf_append_char(out, '"');
		buf_append_char(out, value.data[i]);
	}
	buf_append_char(out, '"');
}

static void put_csv_name(struct buf *out, const struct csv_path *path)
{
	for (size_t i = 0; i < path->depth; i++) {
		if (i)
			buf_append_char(out, '.');
		buf_append_span(out, path->names[i]);
	}
}

static size_t value_length(struct span json, size_t at)
{
	size_t end = at;

	if (json.data[at] == '"')
		return string_length(json, at);
	while (end < json.len && json.data[end] != ',' && json.data[end] != '}')
		end++;
	return end - at;
}

/* One line of the object at `at`: its values, or the names that lead to them. Returns the place
 * after the object. */
static size_t put_csv_line(struct span json, size_t at, bool header, struct buf *out)
{
	struct csv_path path = { .depth = 0 };
	bool first = true;

	at++; /* { */
	while (at < json.len) {
		if (json.data[at] == '}') {
			at++;
			if (path.depth == 0)
				break;
			path.depth--;
		} else if (json.data[at] == ',') {
			at++;
		} else {
			size_t len = string_length(json, at);

			if (path.depth == CSV_DEPTH_MAX)
				return json.len;
			path.names[path.depth++] = (struct span){ .data = json.data + at + 1,
								  .len = len - 2 };
			at += len + 1; /* "name": */
			if (at < json.len && json.data[at] == '{') {
				at++;
				continue;
			}
			if (!first)
				buf_append_char(out, ',');
			first = false;
			len = value_length(json, at);
			if (header)
				put_csv_name(out, &path);
			else
				put_csv_field(out,
					      (struct span){ .data = json.data + at, .len = len });
			at += len;
			path.depth--;
		}
	}
	buf_append_text(out, "\r\n");
	return at;
}

void json_reshape_csv(struct span users, struct buf *out)
{
	size_t at = 0;

	if (users.len == 0)
		return;
	put_csv_line(users, 0, true, out);
	while (at < users.len)
		at = put_csv_line(users, at, false, out) + 1; /* the comma */
}

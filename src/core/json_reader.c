/*
 * json_reader.c - chosen paths of one document as texts. The walk notes the token of each wanted
 * value; here the tokens become spans: of the document itself where the text stands there as it is
 * wanted, of the reader's arena where it had to be unescaped or minified.
 */
#include <string.h>

#include "core/arena.h"
#include "core/json.h"
#include "core/json_token.h"
#include "core/json_walk.h"
#include "core/mem.h"

/* No batch unescapes more than this: its documents are bounded by the log long before. */
#define TEXTS_MAX   ((size_t)4 << 30)
#define TEXTS_BLOCK ((size_t)16 << 10)

struct json_reader {
	struct json_walk walk;
	struct arena texts;
};

struct json_reader *json_reader_new(const struct json_paths *paths)
{
	struct json_reader *reader = mem_calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	if (!json_walk_init(&reader->walk, paths)) {
		mem_free(reader);
		return NULL;
	}
	arena_init(&reader->texts, TEXTS_BLOCK, TEXTS_MAX);
	return reader;
}

void json_reader_free(struct json_reader *reader)
{
	if (!reader)
		return;
	json_walk_release(&reader->walk);
	arena_release(&reader->texts);
	mem_free(reader);
}

void json_reader_reset(struct json_reader *reader)
{
	arena_reset(&reader->texts);
}

/* False: out of memory. */
static bool container_text(struct json_reader *reader, const char *doc, uint32_t token,
			   struct span *out)
{
	const struct json_index *index = &reader->walk.index;
	uint32_t close = reader->walk.close[token];
	size_t len = index->at[close] + 1 - index->at[token];
	char *copy;

	*out = (struct span){ .data = doc + index->at[token], .len = len };
	if (!reader->walk.spaced)
		return true;
	copy = arena_alloc(&reader->texts, len);
	if (!copy)
		return false;
	*out = (struct span){ .data = copy,
			      .len = json_minify(index, doc, token, close + 1, copy) };
	return true;
}

/* False: out of memory. */
static bool value_text(struct json_reader *reader, const char *doc, uint32_t token,
		       struct span *out)
{
	const uint32_t *at = reader->walk.index.at + token;
	char first = doc[at[0]];
	char *copy;

	if (first == '"' && !reader->walk.spaced && !reader->walk.escaped) {
		*out = (struct span){ .data = doc + at[0] + 1, .len = at[1] - at[0] - 2 };
		return true;
	}
	if (first == '{' || first == '[')
		return container_text(reader, doc, token, out);
	if (first == 'n') {
		*out = SPAN_NULL;
		return true;
	}
	*out = json_token_text(&reader->walk.index, doc, token);
	if (!reader->walk.escaped || first != '"' || !memchr(out->data, '\\', out->len))
		return true;
	copy = arena_alloc(&reader->texts, out->len);
	if (!copy)
		return false;
	*out = (struct span){ .data = copy,
			      .len = json_unescape(out->data, out->data + out->len, copy) };
	return true;
}

enum status json_reader_read(struct json_reader *reader, const char *doc, size_t len,
			     bool any_value, struct span *const *values, size_t row,
			     struct err *err)
{
	struct json_walk *walk = &reader->walk;
	enum status status = json_walk_text(walk, doc, len, err);

	if (status != US_OK)
		return status;
	if (!any_value && doc[walk->index.at[0]] != '{') {
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "the record is no JSON object: byte %u begins another value",
				 walk->index.at[0] + 1);
		if (err)
			err->kind = "json";
		return status;
	}
	for (uint32_t slot = 0; slot < walk->paths->slot_count; slot++) {
		if (walk->found[slot] == JSON_NO_TOKEN)
			values[slot][row] = SPAN_NULL;
		else if (!value_text(reader, doc, walk->found[slot], &values[slot][row]))
			return err_no_memory(err, "keeping the texts of JSON values");
	}
	for (uint32_t i = 0; i < walk->paths->array_count; i++) {
		const struct json_array_slot *array = &walk->paths->arrays[i];
		uint32_t token = walk->found[array->of];

		if (token != JSON_NO_TOKEN && doc[walk->index.at[token]] == '[')
			values[array->slot][row] = values[array->of][row];
	}
	return US_OK;
}

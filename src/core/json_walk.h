/*
 * json_walk.h - walk a text's tokens once: check the grammar of all of it, and note where the
 * wanted paths' values are.
 */
#ifndef CORE_JSON_WALK_H
#define CORE_JSON_WALK_H

#include "core/err.h"
#include "core/json_index.h"
#include "core/json_paths.h"
#include "core/json_shape.h"

#define JSON_NO_TOKEN UINT32_MAX

struct json_frame;

struct json_walk {
	const struct json_paths *paths;
	struct json_index index;
	struct json_frame *frames; /* JSON_MAX_DEPTH + 1 of them */
	/* For each slot the token of the value found last, or JSON_NO_TOKEN. */
	uint32_t *found;
	/* For each token that opens an object or array, the token that closes it. */
	uint32_t *close;
	size_t close_capacity;
	uint64_t *seen; /* for each node, the object that had it last: finds duplicate keys */
	uint64_t serial;
	struct json_shape shape; /* of the text that found and close are of */
	char *name;              /* of a key with escapes */
	size_t name_capacity;
	bool spaced;  /* of the last text: there is white space between some tokens */
	bool escaped; /* of the last text: there is a backslash somewhere */
};

/* The paths must outlive the walk and not change. False: out of memory, nothing to release. */
bool json_walk_init(struct json_walk *walk, const struct json_paths *paths);
void json_walk_release(struct json_walk *walk);

/*
 * Index and check a text. US_REJECT with a position, or US_FATAL (out of memory); then found and
 * close are undefined. The text is borrowed by walk->index until the next call. It need not be
 * padded.
 */
enum status json_walk_text(struct json_walk *walk, const char *text, size_t len, struct err *err);

/*
 * The trie's child of `node` for the member's name at `key` (a token of the text walked last).
 * False: out of memory.
 */
bool json_walk_field(struct json_walk *walk, const struct json_paths *paths, uint32_t node,
		     const char *text, uint32_t key, uint32_t *child);

/* The token after the value at `token`: what is inside an object or array is stepped over. */
static inline uint32_t json_walk_after(const struct json_walk *walk, const char *text,
				       uint32_t token)
{
	char first = text[walk->index.at[token]];

	return (first == '{' || first == '[' ? walk->close[token] : token) + 1;
}

/*
 * The texts of the tokens from first up to, not including, `end`, without the white space between
 * them, written to `out`. Returns the length, which is not above that of the original.
 */
size_t json_minify(const struct json_index *index, const char *text, uint32_t first, uint32_t end,
		   char *out);

#endif

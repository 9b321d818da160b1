/*
 * json_shape.c - see json_shape.h.
 *
 * A piece is compared eight bytes at a time, its last bytes under a mask. The text may be looked at
 * up to its end only, so near the end it is compared byte by byte.
 */
#include "core/json_shape.h"

#include <string.h>

#include "core/json_scalar.h"
#include "core/mem.h"

#define PIECES_MAX 2048
#define TEXT_MAX   ((size_t)64 << 10)
/* What a text that does not fit counts, against 1 of one that does, and where it is given up. */
#define MISS       8
#define MISSES_MAX 64
/* After so many texts that were not compared, a few are again. */
#define PAUSE 256

struct json_piece {
	uint32_t at;     /* in shape->text, a multiple of 8 */
	uint32_t len;    /* bytes */
	uint32_t tokens; /* that begin in it */
	uint64_t mask;   /* of its last eight bytes */
};

void json_shape_release(struct json_shape *shape)
{
	mem_free(shape->pieces);
	mem_free(shape->text);
	*shape = (struct json_shape){ .pieces = NULL };
}

bool json_shape_worth(struct json_shape *shape)
{
	if (shape->misses < MISSES_MAX)
		return true;
	if (++shape->untested < PAUSE)
		return false;
	shape->untested = 0;
	shape->misses = MISSES_MAX - MISS;
	return true;
}

/* ---- taking it */

static bool grow(void **array, size_t *capacity, size_t wanted, size_t width)
{
	size_t more = *capacity ? *capacity : 64;
	void *grown;

	if (wanted <= *capacity)
		return true;
	while (more < wanted)
		more *= 2;
	grown = mem_realloc(*array, more * width);
	if (!grown)
		return false;
	*array = grown;
	*capacity = more;
	return true;
}

static bool add_piece(struct json_shape *shape, const char *from, size_t len, uint32_t tokens,
		      size_t *used)
{
	size_t words = (len + 7) / 8;
	struct json_piece *piece;

	if (shape->piece_count == PIECES_MAX || *used + 8 * words > TEXT_MAX ||
	    !grow((void **)&shape->pieces, &shape->piece_capacity, shape->piece_count + 1,
		  sizeof(*piece)) ||
	    !grow((void **)&shape->text, &shape->text_capacity, *used + 8 * words + 8, 1))
		return false;
	piece = &shape->pieces[shape->piece_count++];
	*piece =
	    (struct json_piece){ .at = (uint32_t)*used, .len = (uint32_t)len, .tokens = tokens };
	memset(&piece->mask, 0, sizeof(piece->mask));
	if (words) {
		memset(&piece->mask, 0xFF, len - 8 * (words - 1));
		memset(shape->text + *used + 8 * (words - 1), 0, 8);
		memcpy(shape->text + *used, from, len);
	}
	*used += 8 * words;
	return true;
}

static bool is_structural(char c)
{
	return c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',';
}

void json_shape_take(struct json_shape *shape, const struct json_cursor *walked, uint32_t tokens)
{
	const char *text = walked->text;
	const uint32_t *at = walked->at;
	size_t used = 0;
	uint32_t first = 0; /* token that the present piece begins with */

	shape->known = false;
	shape->piece_count = 0;
	shape->token_count = tokens;
	if (at[0] != 0 || !is_structural(text[0]) || at[tokens] != at[tokens - 1] + 1)
		return;
	for (uint32_t token = 1; token < tokens; token++) {
		if (is_structural(text[at[token]]) || text[at[token + 1]] == ':')
			continue;
		if (!add_piece(shape, text + at[first], at[token] - at[first], token - first,
			       &used))
			return;
		first = token + 1;
	}
	shape->known = add_piece(shape, text + at[first], at[tokens] - at[first], tokens - first,
				 &used);
}

/* ---- comparing with it */

static inline uint64_t load(const char *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	return word;
}

static inline bool has_piece(const struct json_shape *shape, const struct json_piece *piece,
			     const char *text, const char *end)
{
	const char *wanted = shape->text + piece->at;
	size_t last = piece->len ? (piece->len - 1) & ~(size_t)7 : 0;
	uint64_t differ = 0;

	if ((size_t)(end - text) < last + 8)
		return (size_t)(end - text) >= piece->len && memcmp(text, wanted, piece->len) == 0;
	for (size_t i = 0; i < last; i += 8)
		differ |= load(text + i) ^ load(wanted + i);
	differ |= (load(text + last) ^ load(wanted + last)) & piece->mask;
	return differ == 0;
}

/* A string without white space behind it and without a backslash up to its end: the usual value. */
static inline bool is_plain_string(const struct json_cursor *c, const uint32_t *at)
{
	const char *quote = c->text + at[1] - 1;

	return c->text[at[0]] == '"' && *quote == '"' && quote > c->text + at[0] &&
	       c->backslash > quote;
}

static bool fits(const struct json_shape *shape, struct json_cursor *c)
{
	const struct json_piece *piece = shape->pieces, *last = piece + shape->piece_count - 1;
	const uint32_t *at = c->at;

	for (;; piece++, at++) {
		uint32_t from = *at;

		if (!has_piece(shape, piece, c->text + from, c->end))
			return false;
		at += piece->tokens;
		if (*at != from + piece->len)
			return false;
		if (piece == last)
			return true;
		if (is_plain_string(c, at))
			continue;
		c->token = (uint32_t)(at - c->at);
		if (!json_check_scalar(c))
			return false;
	}
}

bool json_shape_fits(struct json_shape *shape, struct json_cursor *c, uint32_t tokens)
{
	if (!shape->known)
		return false;
	if (shape->token_count == tokens && c->at[0] == 0 && fits(shape, c)) {
		shape->misses -= shape->misses > 0;
		return true;
	}
	shape->misses += MISS;
	return false;
}

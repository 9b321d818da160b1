/*
 * json_shape.h - what the documents of a stream have in common: all bytes but their scalar values.
 *
 *     {"gender":"male","name":{"title":"Mr","first":"Ed"},"age":54}
 *     pieces:  {"gender":   ,"name":{"title":   ,"first":   },"age":   }
 *
 * A text whose tokens are as many and whose pieces are the same has the grammar of the one that the
 * shape was taken from, each of its values at the same token, the same members twice. So only the
 * scalars are left to be checked, and what the walk found is still true. Texts with white space
 * between tokens have no shape; a text that does not fit is walked.
 */
#ifndef CORE_JSON_SHAPE_H
#define CORE_JSON_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_cursor;
struct json_piece;

struct json_shape {
	struct json_piece *pieces; /* before each scalar, and behind the last one */
	size_t piece_count, piece_capacity;
	char *text; /* of the pieces, one after the other, each padded */
	size_t text_capacity;
	uint32_t token_count;
	bool known;
	int misses;   /* fewer for each text that fits; many: not worth trying */
	int untested; /* texts since then */
};

/* Take the shape of a text that was walked and has no white space between its tokens. Where there
 * is no memory, or the text is too large for it, there is no shape. */
void json_shape_take(struct json_shape *shape, const struct json_cursor *walked, uint32_t tokens);
/*
 * Does the text at the cursor (its first token) have this shape? False also when a scalar of it is
 * wrong: the walk then says what. The cursor's gaps are set as the walk sets them.
 */
bool json_shape_fits(struct json_shape *shape, struct json_cursor *c, uint32_t tokens);
/* Whether the next text is to be compared, so that a stream of unlike texts is not slowed down. */
bool json_shape_worth(struct json_shape *shape);
void json_shape_release(struct json_shape *shape);

#endif

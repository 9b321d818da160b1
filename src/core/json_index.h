/*
 * json_index.h - simdjson's first stage behind C: the positions of a text's tokens, found with the
 * machine's widest vectors (simdjson picks the kernel at run time), and the checks that come with
 * it: UTF-8, control characters in strings, a string that does not end.
 *
 *     {"a": [1, "x"]}        at = 0 1 4 6 7 8 10 13 14, count = 9, at[9] = 15 (the length)
 *
 * A position is that of a structural character ({ } [ ] : ,) or of the first byte of a string,
 * number or word. Nothing of the grammar is checked yet: that is json_walk's part.
 */
#ifndef CORE_JSON_INDEX_H
#define CORE_JSON_INDEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest text: positions are 32 bits wide. */
#define JSON_INDEX_MAX 0xF0000000U

enum json_index_result {
	JSON_INDEX_OK,
	JSON_INDEX_EMPTY, /* nothing but white space */
	JSON_INDEX_BAD,   /* not UTF-8, a control character in a string, or an unclosed string */
	JSON_INDEX_TOO_LONG,
	JSON_INDEX_NO_MEMORY
};

struct json_index {
	const uint32_t *at; /* count positions, then the length of the text */
	uint32_t count;
	void *parser; /* simdjson's */
	size_t capacity;
};

/* All zero is a valid empty index. Memory is kept from text to text. */
enum json_index_result json_index_build(struct json_index *index, const char *text, size_t len);
void json_index_release(struct json_index *index);

#ifdef __cplusplus
}
#endif
#endif

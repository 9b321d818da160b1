/*
 * json_paths.h - the trie of wanted paths, as json_walk reads it.
 *
 * A node is a step on the way to a wanted value: node 0 is the document. Fields are found in an
 * open-addressed table per node, by the first eight bytes of the name and its length, so that both
 * a wanted and an unwanted key cost one multiplication and one compare.
 */
#ifndef CORE_JSON_PATHS_H
#define CORE_JSON_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/json.h"

#define JSON_NO_NODE UINT32_MAX
#define JSON_NO_SLOT UINT32_MAX

struct json_field {
	uint64_t prefix; /* the name's first eight bytes, zeros after its end */
	uint32_t len;
	uint32_t child; /* JSON_NO_NODE: an empty place */
	char *name;
};

struct json_element {
	int64_t index;
	uint32_t child;
};

struct json_node {
	uint32_t slot; /* JSON_NO_SLOT: only passed through */
	uint32_t parent;
	uint32_t field_count;
	uint32_t field_mask;       /* size of fields - 1 */
	struct json_field *fields; /* a power of two of them, at most half full; or NULL */
	struct json_element *elements;
	uint32_t element_count;
};

/* A slot that holds the array of another slot, where that is one. */
struct json_array_slot {
	uint32_t slot, of;
};

struct json_paths {
	struct json_node *nodes;
	uint32_t node_count;
	uint32_t *slot_node; /* for each slot, its node */
	uint32_t slot_count;
	struct json_array_slot *arrays;
	uint32_t array_count;
};

static inline uint64_t json_field_prefix(const char *name, size_t len, const char *readable_end)
{
	uint64_t prefix = 0;

	if ((size_t)(readable_end - name) >= sizeof(prefix)) {
		memcpy(&prefix, name, sizeof(prefix));
		if (len < sizeof(prefix)) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			prefix &= ((uint64_t)1 << (8 * len)) - 1;
#else
			prefix &= ~(UINT64_MAX >> (8 * len));
#endif
		}
	} else {
		memcpy(&prefix, name, len < sizeof(prefix) ? len : sizeof(prefix));
	}
	return prefix;
}

static inline uint32_t json_field_hash(uint64_t prefix, size_t len)
{
	return (uint32_t)(((prefix ^ len) * 0x9E3779B97F4A7C15U) >> 40);
}

/* The child of `node` for a field's name (already unescaped), or JSON_NO_NODE. Bytes up to
 * readable_end may be looked at. */
static inline uint32_t json_node_field(const struct json_node *node, const char *name, size_t len,
				       const char *readable_end)
{
	uint64_t prefix;
	uint32_t i;

	if (!node->fields)
		return JSON_NO_NODE;
	prefix = json_field_prefix(name, len, readable_end);
	for (i = json_field_hash(prefix, len);; i++) {
		const struct json_field *field = &node->fields[i & node->field_mask];
		if (field->child == JSON_NO_NODE)
			return JSON_NO_NODE;
		if (field->prefix == prefix && field->len == len &&
		    (len <= sizeof(prefix) || memcmp(field->name, name, len) == 0))
			return field->child;
	}
}

static inline uint32_t json_node_element(const struct json_node *node, int64_t index)
{
	for (uint32_t i = 0; i < node->element_count; i++) {
		if (node->elements[i].index == index)
			return node->elements[i].child;
	}
	return JSON_NO_NODE;
}

/* Is `node` the node `above`, or below it? */
static inline bool json_node_is_under(const struct json_paths *paths, uint32_t node, uint32_t above)
{
	while (node != above && node != 0)
		node = paths->nodes[node].parent;
	return node == above;
}

/*
 * Add a dotted path ("login.uuid"; a step's name may hold anything but a dot). *slot is its number.
 * US_REJECT: an empty step or more than 64 of them. US_FATAL: out of memory. `what` names the path
 * in messages.
 */
enum status json_paths_add_dotted(struct json_paths *paths, const char *dotted, const char *what,
				  int *slot, struct err *err);

#endif

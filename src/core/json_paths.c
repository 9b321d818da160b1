/*
 * json_paths.c - building the trie of wanted paths.
 */
#include "core/json_paths.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "core/mem.h"

#define DOTTED_STEPS_MAX 64

static int node_new(struct json_paths *paths, uint32_t parent)
{
	uint32_t count = paths->node_count;
	struct json_node *nodes;

	if (count >= INT_MAX)
		return -1;
	if ((count & (count - 1)) == 0) { /* full at each power of two */
		nodes = mem_realloc(paths->nodes, (count ? 2 * (size_t)count : 1) * sizeof(*nodes));
		if (!nodes)
			return -1;
		paths->nodes = nodes;
	}
	paths->nodes[count] = (struct json_node){ .slot = JSON_NO_SLOT, .parent = parent };
	paths->node_count++;
	return (int)count;
}

struct json_paths *json_paths_new(void)
{
	struct json_paths *paths = mem_calloc(1, sizeof(*paths));

	if (!paths)
		return NULL;
	if (node_new(paths, JSON_NO_NODE) < 0) {
		mem_free(paths);
		return NULL;
	}
	return paths;
}

void json_paths_free(struct json_paths *paths)
{
	if (!paths)
		return;
	for (uint32_t n = 0; n < paths->node_count; n++) {
		struct json_node *node = &paths->nodes[n];
		for (uint32_t f = 0; node->fields && f <= node->field_mask; f++)
			mem_free(node->fields[f].name);
		mem_free(node->fields);
		mem_free(node->elements);
	}
	mem_free(paths->nodes);
	mem_free(paths->slot_node);
	mem_free(paths->arrays);
	mem_free(paths);
}

size_t json_paths_count(const struct json_paths *paths)
{
	return paths->slot_count;
}

static void fields_put(struct json_field *fields, uint32_t mask, struct json_field field)
{
	uint32_t i = json_field_hash(field.prefix, field.len);

	while (fields[i & mask].child != JSON_NO_NODE)
		i++;
	fields[i & mask] = field;
}

/* Keep the table at most half full, so that a miss ends soon. */
static bool fields_reserve(struct json_node *node)
{
	uint32_t size = node->fields ? node->field_mask + 1 : 0;
	uint32_t wanted = size ? size : 4;
	struct json_field *fields;

	while (2 * (node->field_count + 1) > wanted)
		wanted *= 2;
	if (node->fields && wanted == size)
		return true;
	fields = mem_calloc(wanted, sizeof(*fields));
	if (!fields)
		return false;
	for (uint32_t i = 0; i < wanted; i++)
		fields[i].child = JSON_NO_NODE;
	for (uint32_t i = 0; i < size; i++) {
		if (node->fields[i].child != JSON_NO_NODE)
			fields_put(fields, wanted - 1, node->fields[i]);
	}
	mem_free(node->fields);
	node->fields = fields;
	node->field_mask = wanted - 1;
	return true;
}

static int add_field(struct json_paths *paths, uint32_t parent, struct span name)
{
	uint32_t known = json_node_field(&paths->nodes[parent], name.data, name.len,
					 name.data + name.len);
	struct json_field *fields;
	struct json_field field;
	int child;

	if (known != JSON_NO_NODE)
		return (int)known;
	if (name.len > INT_MAX || !fields_reserve(&paths->nodes[parent]))
		return -1;
	fields = paths->nodes[parent].fields;
	field.name = mem_strndup(name.data, name.len);
	if (!field.name)
		return -1;
	child = node_new(paths, parent);
	if (child < 0) {
		mem_free(field.name);
		return -1;
	}
	field.child = (uint32_t)child;
	field.len = (uint32_t)name.len;
	field.prefix = json_field_prefix(field.name, name.len, field.name + name.len);
	fields_put(fields, paths->nodes[parent].field_mask, field);
	paths->nodes[parent].field_count++;
	return child;
}

static int add_element(struct json_paths *paths, uint32_t parent, int64_t index)
{
	uint32_t known = json_node_element(&paths->nodes[parent], index);
	struct json_node *node = &paths->nodes[parent];
	struct json_element *elements;
	int child;

	if (known != JSON_NO_NODE)
		return (int)known;
	elements = mem_realloc(node->elements, (node->element_count + 1) * sizeof(*elements));
	if (!elements)
		return -1;
	node->elements = elements;
	child = node_new(paths, parent);
	if (child < 0)
		return -1;
	node = &paths->nodes[parent]; /* node_new may have moved it */
	elements[node->element_count] = (struct json_element){ .index = index,
							       .child = (uint32_t)child };
	node->element_count++;
	return child;
}

/* Note that a new slot holds the array that the slot of a node's parent may hold. */
static bool add_array(struct json_paths *paths, uint32_t node)
{
	uint32_t of = paths->nodes[paths->nodes[node].parent].slot;
	struct json_array_slot *arrays;

	assert(of != JSON_NO_SLOT);
	arrays = mem_realloc(paths->arrays, (paths->array_count + 1) * sizeof(*arrays));
	if (!arrays)
		return false;
	paths->arrays = arrays;
	arrays[paths->array_count++] = (struct json_array_slot){ paths->slot_count, of };
	return true;
}

int json_paths_add(struct json_paths *paths, const struct json_step *steps, size_t count)
{
	bool array = count && !steps[count - 1].name.data &&
		     steps[count - 1].index == JSON_ELEMENTS;
	int node = 0;
	uint32_t *slot_node;

	for (size_t i = 0; i < count; i++) {
		node = steps[i].name.data ? add_field(paths, (uint32_t)node, steps[i].name)
					  : add_element(paths, (uint32_t)node, steps[i].index);
		if (node < 0)
			return -1;
	}
	if (paths->nodes[node].slot != JSON_NO_SLOT)
		return (int)paths->nodes[node].slot;
	slot_node = mem_realloc(paths->slot_node, (paths->slot_count + 1) * sizeof(*slot_node));
	if (!slot_node)
		return -1;
	paths->slot_node = slot_node;
	if (array && !add_array(paths, (uint32_t)node))
		return -1;
	slot_node[paths->slot_count] = (uint32_t)node;
	paths->nodes[node].slot = paths->slot_count;
	return (int)paths->slot_count++;
}

enum status json_paths_add_dotted(struct json_paths *paths, const char *dotted, const char *what,
				  int *slot, struct err *err)
{
	struct json_step steps[DOTTED_STEPS_MAX];
	size_t count = 0;

	for (const char *at = dotted;;) {
		const char *end = strchrnul(at, '.');
		if (end == at)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "%s: \"%s\" is no path: a step is empty; write it as "
				       "\"login.uuid\"",
				       what, dotted);
		if (count == DOTTED_STEPS_MAX)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "%s: \"%.40s...\" has more than %d steps", what, dotted,
				       DOTTED_STEPS_MAX);
		steps[count++] = (struct json_step){ .name = { .data = at,
							       .len = (size_t)(end - at) } };
		if (!*end)
			break;
		at = end + 1;
	}
	*slot = json_paths_add(paths, steps, count);
	return *slot < 0 ? err_no_memory(err, "keeping the paths of JSON fields") : US_OK;
}

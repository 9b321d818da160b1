/*
 * json_walk.c - the grammar of JSON over the positions that simdjson's first stage found.
 *
 * The walk is one loop over tokens with an explicit stack, so that depth costs no C stack. What
 * stage 1 guarantees is used, the rest is checked here:
 *
 *   - between two tokens there is only the tail of the first one and white space, so a string ends
 *     at the last quote before the next token;
 *   - a string's bytes are UTF-8 without control characters; its escapes are checked here, but only
 *     where there is a backslash at all (one memchr runs ahead over the text);
 *   - a number or word is checked byte by byte, with what follows it.
 *
 * The text ends in a closing bracket where it starts with an opening one (checked first), so only
 * after a closing bracket can the tokens run out: no other step asks for the end.
 */
#include "core/json_walk.h"

#include <string.h>

#include "core/json_scalar.h"
#include "core/json_token.h"
#include "core/mem.h"

struct json_frame {
	uint64_t object;  /* of an object: its serial; of an array: the current element's index */
	uint32_t node;    /* JSON_NO_NODE: nothing in here is wanted */
	uint32_t opening; /* token */
	bool is_object;
};

bool json_walk_init(struct json_walk *walk, const struct json_paths *paths)
{
	*walk = (struct json_walk){ .paths = paths };
	walk->frames = mem_alloc((JSON_MAX_DEPTH + 1) * sizeof(*walk->frames));
	walk->found = mem_alloc((paths->slot_count + 1) * sizeof(*walk->found));
	walk->seen = mem_calloc(paths->node_count, sizeof(*walk->seen));
	if (walk->frames && walk->found && walk->seen)
		return true;
	json_walk_release(walk);
	return false;
}

void json_walk_release(struct json_walk *walk)
{
	json_index_release(&walk->index);
	json_shape_release(&walk->shape);
	mem_free(walk->frames);
	mem_free(walk->found);
	mem_free(walk->close);
	mem_free(walk->seen);
	mem_free(walk->name);
	*walk = (struct json_walk){ .paths = NULL };
}

/* Values found under `node` belong to a member that a later one of the same name replaces. */
static void forget_under(struct json_walk *walk, uint32_t node)
{
	for (uint32_t slot = 0; slot < walk->paths->slot_count; slot++) {
		if (json_node_is_under(walk->paths, walk->paths->slot_node[slot], node))
			walk->found[slot] = JSON_NO_TOKEN;
	}
}

/* As json_node_field, for a name with escapes. False: out of memory. */
static bool lookup_escaped(struct json_walk *walk, const struct json_node *node, struct span name,
			   uint32_t *child)
{
	size_t plain;

	if (name.len > walk->name_capacity) {
		char *grown = mem_realloc(walk->name, 2 * name.len);
		if (!grown)
			return false;
		walk->name = grown;
		walk->name_capacity = 2 * name.len;
	}
	plain = json_unescape(name.data, name.data + name.len, walk->name);
	*child = json_node_field(node, walk->name, plain, walk->name + plain);
	return true;
}

bool json_walk_field(struct json_walk *walk, const struct json_paths *paths, uint32_t node,
		     const char *text, uint32_t key, uint32_t *child)
{
	struct span name = json_token_text(&walk->index, text, key);

	if (walk->escaped && memchr(name.data, '\\', name.len))
		return lookup_escaped(walk, &paths->nodes[node], name, child);
	*child = json_node_field(&paths->nodes[node], name.data, name.len, name.data + name.len);
	return true;
}

/* The trie's node for the key at the current token, which ends at `quote`. False: out of memory. */
static inline bool lookup_key(struct json_cursor *c, const struct json_frame *frame,
			      const char *quote, bool has_escape, uint32_t *child)
{
	const struct json_node *node = &c->nodes[frame->node];
	const char *name = c->text + c->at[c->token] + 1;
	size_t len = (size_t)(quote - name);

	if (!has_escape) {
		*child = json_node_field(node, name, len, c->end);
	} else if (!lookup_escaped(c->walk, node, (struct span){ .data = name, .len = len },
				   child)) {
		c->no_memory = true;
		return false;
	}
	if (*child != JSON_NO_NODE) {
		if (c->walk->seen[*child] == frame->object)
			forget_under(c->walk, *child);
		c->walk->seen[*child] = frame->object;
	}
	return true;
}

/* At a key: check it and the colon, go to its value. Returns the value's node in *node. */
static inline bool step_key(struct json_cursor *c, const struct json_frame *frame, uint32_t *node)
{
	const char *key = c->text + c->at[c->token];
	const char *before = c->backslash;
	const char *quote;

	if (*key != '"')
		return json_fault(c, key,
				  "is not expected: a member's name in quotes must be here");
	quote = json_string_end(c);
	if (!quote)
		return false;
	*node = JSON_NO_NODE;
	if (frame->node != JSON_NO_NODE &&
	    !lookup_key(c, frame, quote, c->backslash != before, node))
		return false;
	c->token++;
	if (c->text[c->at[c->token]] != ':')
		return json_fault(c, c->text + c->at[c->token],
				  "is not expected: a colon must follow a member's name");
	c->gaps |= c->at[c->token + 1] - c->at[c->token] - 1;
	c->token++;
	return true;
}

static inline uint32_t element_node(const struct json_cursor *c, const struct json_frame *frame)
{
	if (frame->node == JSON_NO_NODE || c->nodes[frame->node].element_count == 0)
		return JSON_NO_NODE;
	return json_node_element(&c->nodes[frame->node], (int64_t)frame->object);
}

/* Push the object or array at the current token; the token moves to what is inside. */
static inline bool open_container(struct json_cursor *c, struct json_frame **top, uint32_t node,
				  char opening)
{
	struct json_frame *frame = *top + 1;

	if (frame > c->walk->frames + JSON_MAX_DEPTH)
		return json_fault(c, c->text + c->at[c->token],
				  "is nested more than 1000 levels deep");
	frame->node = node;
	frame->opening = c->token;
	frame->is_object = opening == '{';
	frame->object = frame->is_object ? ++c->walk->serial : 0;
	c->gaps |= c->at[c->token + 1] - c->at[c->token] - 1;
	c->token++;
	*top = frame;
	return true;
}

/*
 * The text as a whole: an object or array with everything in it. The token after it is left in
 * c->token. Every iteration reads one member or element, then what follows it.
 */
static bool walk_container(struct json_cursor *c)
{
	struct json_walk *walk = c->walk;
	const uint32_t count = walk->index.count;
	struct json_frame *top = walk->frames; /* the first is not used: nothing is open */
	uint32_t node = 0;
	char first = c->text[c->at[0]];

	for (;;) {
		if (node != JSON_NO_NODE && c->nodes[node].slot != JSON_NO_SLOT)
			walk->found[c->nodes[node].slot] = c->token;
		if (first == '{' || first == '[') {
			if (!open_container(c, &top, node, first))
				return false;
			/* '{' + 2 is '}', '[' + 2 is ']': an empty one */
			if (c->text[c->at[c->token]] != first + 2)
				goto inside;
		} else {
			if (!json_check_scalar(c))
				return false;
			c->token++;
		}
		while (c->text[c->at[c->token]] == (top->is_object ? '}' : ']')) {
			walk->close[top->opening] = c->token++;
			if (--top == walk->frames)
				return true;
			if (c->token == count)
				return json_fault(c, c->end,
						  "ends too early: a bracket is not closed");
			c->gaps |= c->at[c->token] - c->at[c->token - 1] - 1;
		}
		if (c->text[c->at[c->token]] != ',')
			return json_fault(c, c->text + c->at[c->token],
					  top->is_object
					      ? "is not expected: a comma or } must be here"
					      : "is not expected: a comma or ] must be here");
		c->gaps |= c->at[c->token + 1] - c->at[c->token] - 1;
		c->token++;
		top->object += !top->is_object;
	inside:
		if (top->is_object) {
			if (!step_key(c, top, &node))
				return false;
		} else {
			node = element_node(c, top);
		}
		first = c->text[c->at[c->token]];
	}
}

static bool walk_document(struct json_cursor *c)
{
	uint32_t count = c->walk->index.count;
	char first = c->text[c->at[0]];
	char last = c->text[c->at[count - 1]];

	if (first == '{' || first == '[') {
		if (last != '}' && last != ']')
			return json_fault(c, c->end, "ends too early: a bracket is not closed");
		if (!walk_container(c))
			return false;
	} else {
		if (c->nodes[0].slot != JSON_NO_SLOT)
			c->walk->found[c->nodes[0].slot] = 0;
		if (!json_check_scalar(c))
			return false;
		c->token = 1;
	}
	if (c->token != count)
		return json_fault(c, c->text + c->at[c->token],
				  "is not expected: the text is complete before it");
	return true;
}

static bool reserve_close(struct json_walk *walk)
{
	size_t capacity = walk->close_capacity ? walk->close_capacity : 1024;
	uint32_t *grown;

	if (walk->index.count <= walk->close_capacity)
		return true;
	while (capacity < walk->index.count)
		capacity *= 2;
	grown = mem_realloc(walk->close, capacity * sizeof(*grown));
	if (!grown)
		return false;
	walk->close = grown;
	walk->close_capacity = capacity;
	return true;
}

static enum status refuse(struct err *err, const char *text, size_t len, size_t at,
			  const char *what)
{
	enum status status;
	unsigned char byte = at < len ? (unsigned char)text[at] : 0;

	if (at >= len)
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "not valid JSON: the text %s (%zu bytes)", what, len);
	else if (byte > 0x20 && byte < 0x7F)
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "not valid JSON: byte %zu, '%c', %s", at + 1, byte, what);
	else
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "not valid JSON: byte %zu, 0x%02X, %s", at + 1, byte, what);
	if (err)
		err->kind = "json";
	return status;
}

static enum status refuse_index(enum json_index_result result, const char *text, size_t len,
				struct err *err)
{
	enum status status;
	size_t at = 0;
	const char *what;

	switch (result) {
	case JSON_INDEX_EMPTY:
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "not valid JSON: the text is empty");
		break;
	case JSON_INDEX_TOO_LONG:
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "a JSON text of %zu bytes is too long: at most %u", len,
				 JSON_INDEX_MAX);
		break;
	case JSON_INDEX_NO_MEMORY:
		return err_no_memory(err, "reading JSON");
	case JSON_INDEX_BAD:
	case JSON_INDEX_OK:
	default:
		what = json_index_failure(text, len, &at);
		return refuse(err, text, len, at, what);
	}
	if (err)
		err->kind = "json";
	return status;
}

/* The backslash that comes first, so that strings are looked at for escapes only behind it. */
static void find_backslash(struct json_walk *walk, struct json_cursor *c)
{
	c->backslash = memchr(c->text, '\\', (size_t)(c->end - c->text));
	walk->escaped = c->backslash != NULL;
	if (!c->backslash)
		c->backslash = c->end;
}

enum status json_walk_text(struct json_walk *walk, const char *text, size_t len, struct err *err)
{
	enum json_index_result result = json_index_build(&walk->index, text, len);
	struct json_cursor c = { .walk = walk, .text = text, .end = text + len };
	bool alike;

	if (result != JSON_INDEX_OK)
		return refuse_index(result, text, len, err);
	c.nodes = walk->paths->nodes;
	c.at = walk->index.at;
	find_backslash(walk, &c);
	alike = json_shape_worth(&walk->shape);
	if (alike && json_shape_fits(&walk->shape, &c, walk->index.count)) {
		walk->spaced = c.gaps != 0;
		return US_OK;
	}
	walk->shape.known = false;
	if (!reserve_close(walk))
		return err_no_memory(err, "reading JSON");
	for (uint32_t slot = 0; slot < walk->paths->slot_count; slot++)
		walk->found[slot] = JSON_NO_TOKEN;
	c = (struct json_cursor){
		.walk = walk, .text = text, .end = text + len, .nodes = c.nodes, .at = c.at
	};
	find_backslash(walk, &c);
	if (!walk_document(&c)) {
		if (c.no_memory)
			return err_no_memory(err, "reading JSON");
		return refuse(err, text, len, (size_t)(c.fault - text), c.what);
	}
	walk->spaced = c.gaps != 0;
	if (alike && !walk->spaced)
		json_shape_take(&walk->shape, &c, walk->index.count);
	return US_OK;
}

size_t json_minify(const struct json_index *index, const char *text, uint32_t first, uint32_t end,
		   char *out)
{
	char *to = out;

	for (uint32_t token = first; token < end; token++) {
		const char *start = text + index->at[token];
		const char *stop = text + index->at[token + 1];
		while (json_is_space(stop[-1]))
			stop--;
		if (stop - start == 1) {
			*to++ = *start;
		} else {
			memcpy(to, start, (size_t)(stop - start));
			to += stop - start;
		}
	}
	return (size_t)(to - out);
}

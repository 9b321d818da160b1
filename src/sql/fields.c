/*
 * fields.c - see fields.h.
 */
#include "sql/fields.h"

#include "sql/lexer.h"

static bool step_equal(const struct json_step *a, const struct json_step *b)
{
	if (!a->name.data || !b->name.data)
		return !a->name.data && !b->name.data && a->index == b->index;
	return span_equal(a->name, b->name);
}

static struct field *find_child(const struct field *parent, const struct json_step *step,
				struct field **clash)
{
	for (struct field *child = parent->children; child; child = child->next) {
		if (step_equal(&child->step, step))
			return child;
		if (step->name.data && child->step.name.data &&
		    name_equal(child->step.name, step->name))
			*clash = child;
	}
	return NULL;
}

bool fields_add(struct field *root, struct arena *arena, const struct json_step *steps,
		size_t count, uint32_t start, uint32_t len, struct field **clash, size_t *step)
{
	struct field *field = root;

	*clash = NULL;
	for (size_t i = 0; i < count; i++) {
		struct field *other = NULL, *child = find_child(field, &steps[i], &other);

		if (!child) {
			child = arena_calloc(arena, 1, sizeof(*child));
			if (!child)
				return false;
			*child = (struct field){ .step = steps[i], .start = start, .len = len };
			if (field->last_child)
				field->last_child->next = child;
			else
				field->children = child;
			field->last_child = child;
			if (other && !*clash) {
				*clash = other;
				*step = i;
			}
		}
		field = child;
	}
	field->whole = true;
	return true;
}

static void print_quoted(struct span name, struct buf *out)
{
	buf_append_char(out, '`');
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '`')
			buf_append_char(out, '`');
		buf_append_char(out, name.data[i]);
	}
	buf_append_char(out, '`');
}

void name_print(struct span name, struct buf *out)
{
	bool plain = name.len > 0 && !(name.data[0] >= '0' && name.data[0] <= '9');

	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				  (c >= '0' && c <= '9') || c == '_');
	}
	if (plain) {
		buf_append_span(out, name);
		return;
	}
	print_quoted(name, out);
}

void path_print(const struct json_step *steps, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		if (!steps[i].name.data) {
			if (steps[i].index == JSON_ELEMENTS)
				buf_append_text(out, "[*]");
			else
				buf_printf(out, "[%lld]", (long long)steps[i].index);
			continue;
		}
		if (i > 0)
			buf_append_char(out, '.');
		name_print(steps[i].name, out);
	}
}

static void print_type(const struct field *field, struct buf *out, const struct field **both);

/* The elements of an array have one type: the union of what is read of any of them. */
static void print_children(const struct field *field, const char *separator, struct buf *out,
			   const struct field **both)
{
	for (const struct field *child = field->children; child; child = child->next) {
		if (child != field->children)
			buf_append_text(out, ", ");
		print_quoted(child->step.name, out);
		buf_append_text(out, separator);
		print_type(child, out, both);
	}
}

static void print_type(const struct field *field, struct buf *out, const struct field **both)
{
	if (field->whole && field->children)
		*both = field;
	if (!field->children) {
		buf_append_text(out, "STRING");
	} else if (!field->children->step.name.data) { /* an array, read by elements or whole */
		/* all elements are read alike, or there is one only; else the union is not told */
		for (const struct field *child = field->children->next; child; child = child->next)
			if (child->children || field->children->children || child->step.name.data)
				*both = field;
		buf_append_text(out, "ARRAY<");
		print_type(field->children, out, both);
		buf_append_char(out, '>');
	} else {
		for (const struct field *child = field->children; child; child = child->next)
			if (!child->step.name.data)
				*both = field;
		if (*both == field)
			return;
		buf_append_text(out, "STRUCT<");
		print_children(field, ": ", out, both);
		buf_append_char(out, '>');
	}
}

void fields_spark_schema(const struct field *root, struct buf *out, const struct field **both)
{
	*both = NULL;
	print_children(root, " ", out, both);
}

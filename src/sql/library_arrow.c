/*
 * library_arrow.c - see library_arrow.h. Column buffers grow by doubling. An exported struct array
 * owns one allocation with the children in it, and the buffers; each child can be moved out on its
 * own, as the interface allows, so buffers are released by the child.
 */
#include "sql/library_arrow.h"

#include <string.h>

#include "core/mem.h"

/* ---- schema */

static const char *arrow_format(enum column_type type)
{
	static const char *const formats[] = {
		[COLUMN_TEXT] = "u",   [COLUMN_UUID] = "w:16",         [COLUMN_INT] = "i",
		[COLUMN_BIGINT] = "l", [COLUMN_DOUBLE] = "g",          [COLUMN_BOOLEAN] = "b",
		[COLUMN_DATE] = "tdD", [COLUMN_TIMESTAMP] = "tsu:UTC",
	};

	return formats[type];
}

/* A schema's name is what private_data owns. */
static void release_schema(struct ArrowSchema *schema)
{
	for (int64_t i = 0; schema->children && i < schema->n_children; i++) {
		struct ArrowSchema *child = schema->children[i];

		if (child && child->release)
			child->release(child);
		mem_free(child);
	}
	mem_free(schema->children);
	mem_free(schema->private_data);
	schema->release = NULL;
}

static bool schema_init(struct ArrowSchema *out, const char *format, const char *name,
			int64_t flags, int64_t children)
{
	*out = (struct ArrowSchema){ .format = format, .flags = flags, .release = release_schema };
	out->private_data = mem_strdup(name);
	out->name = out->private_data;
	if (children > 0)
		out->children = mem_calloc((size_t)children, sizeof(struct ArrowSchema *));
	if (!out->name || (children > 0 && !out->children)) {
		release_schema(out);
		return false;
	}
	return true;
}

bool arrow_schema_export(const struct table_def *table, struct ArrowSchema *out)
{
	if (!schema_init(out, "+s", table->name, 0, (int64_t)table->column_count))
		return false;
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column_def *def = &table->columns[i];
		struct ArrowSchema *child = mem_calloc(1, sizeof(*child));

		if (child && !schema_init(child, arrow_format(def->type), def->name,
					  def->not_null ? 0 : ARROW_FLAG_NULLABLE, 0)) {
			mem_free(child);
			child = NULL;
		}
		if (!child) {
			release_schema(out);
			return false;
		}
		out->children[out->n_children++] = child;
	}
	return true;
}

/* ---- builder */

struct bytes {
	char *data;
	size_t len, capacity;
};

struct column_builder {
	enum column_type type;
	struct bytes validity; /* empty until the first NULL */
	struct bytes offsets;
	struct bytes data;
	int64_t null_count;
};

struct arrow_builder {
	struct column_builder *columns;
	size_t column_count;
	int64_t rows;
};

/* Room for `len` bytes in all, new ones zeroed. */
static bool bytes_resize(struct bytes *bytes, size_t len)
{
	if (len > bytes->capacity) {
		size_t capacity = bytes->capacity ? bytes->capacity : 64;
		char *data;

		while (capacity < len)
			capacity *= 2;
		data = mem_realloc(bytes->data, capacity);
		if (!data)
			return false;
		memset(data + bytes->capacity, 0, capacity - bytes->capacity);
		bytes->data = data;
		bytes->capacity = capacity;
	}
	bytes->len = len;
	return true;
}

static size_t fixed_width(enum column_type type)
{
	switch (type) {
	case COLUMN_UUID:
		return 16;
	case COLUMN_INT:
	case COLUMN_DATE:
		return 4;
	case COLUMN_BIGINT:
	case COLUMN_DOUBLE:
	case COLUMN_TIMESTAMP:
		return 8;
	case COLUMN_TEXT:
	case COLUMN_BOOLEAN:
		break;
	}
	return 0;
}

/* Copy `count` bits to bit `at` of a zeroed tail. */
static void append_bits(uint8_t *to, int64_t at, const uint8_t *from, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		if (from[i >> 3] >> (i & 7) & 1)
			to[(at + i) >> 3] |= (uint8_t)(1 << ((at + i) & 7));
	}
}

static void set_bits(uint8_t *to, int64_t from, int64_t end)
{
	for (int64_t i = from; i < end; i++)
		to[i >> 3] |= (uint8_t)(1 << (i & 7));
}

static bool append_validity(struct column_builder *builder, const struct column *column,
			    int64_t rows)
{
	int64_t total = rows + column->length;
	bool first = builder->validity.len == 0;

	if (first && !column->validity)
		return true;
	if (!bytes_resize(&builder->validity, (size_t)(total + 7) / 8))
		return false;
	if (first)
		set_bits((uint8_t *)builder->validity.data, 0, rows);
	if (column->validity)
		append_bits((uint8_t *)builder->validity.data, rows, column->validity,
			    column->length);
	else
		set_bits((uint8_t *)builder->validity.data, rows, total);
	builder->null_count += column->null_count;
	return true;
}

static bool append_texts(struct column_builder *builder, const struct column *column, int64_t rows)
{
	size_t old = builder->data.len, more = (size_t)column->offsets[column->length];
	int32_t *offsets;

	if (old + more > INT32_MAX ||
	    !bytes_resize(&builder->offsets,
			  (size_t)(rows + column->length + 1) * sizeof(*offsets)) ||
	    !bytes_resize(&builder->data, old + more))
		return false;
	offsets = (int32_t *)(void *)builder->offsets.data + rows;
	for (int64_t i = 0; i <= column->length; i++)
		offsets[i] = (int32_t)old + column->offsets[i];
	if (more)
		memcpy(builder->data.data + old, column->data, more);
	return true;
}

static bool append_column(struct column_builder *builder, const struct column *column, int64_t rows)
{
	size_t width = fixed_width(builder->type), old = builder->data.len;

	if (!append_validity(builder, column, rows))
		return false;
	if (builder->type == COLUMN_TEXT)
		return append_texts(builder, column, rows);
	if (builder->type == COLUMN_BOOLEAN) {
		if (!bytes_resize(&builder->data, (size_t)(rows + column->length + 7) / 8))
			return false;
		append_bits((uint8_t *)builder->data.data, rows, column->data, column->length);
		return true;
	}
	if (!bytes_resize(&builder->data, old + (size_t)column->length * width))
		return false;
	memcpy(builder->data.data + old, column->data, (size_t)column->length * width);
	return true;
}

struct arrow_builder *arrow_builder_new(const struct table_def *table)
{
	struct arrow_builder *builder = mem_calloc(1, sizeof(*builder));

	if (!builder)
		return NULL;
	builder->column_count = table->column_count;
	builder->columns = mem_calloc(table->column_count + 1, sizeof(*builder->columns));
	if (!builder->columns) {
		mem_free(builder);
		return NULL;
	}
	for (size_t i = 0; i < table->column_count; i++)
		builder->columns[i].type = table->columns[i].type;
	return builder;
}

void arrow_builder_free(struct arrow_builder *builder)
{
	if (!builder)
		return;
	for (size_t i = 0; i < builder->column_count; i++) {
		mem_free(builder->columns[i].validity.data);
		mem_free(builder->columns[i].offsets.data);
		mem_free(builder->columns[i].data.data);
	}
	mem_free(builder->columns);
	mem_free(builder);
}

bool arrow_builder_append(struct arrow_builder *builder, const struct row_batch *rows)
{
	for (size_t i = 0; i < builder->column_count && rows->row_count > 0; i++) {
		if (!append_column(&builder->columns[i], &rows->columns[i], builder->rows))
			return false;
	}
	builder->rows += rows->row_count;
	return true;
}

/* ---- array */

/* Of a child, and of the struct: its buffers. */
struct array_owner {
	const void *buffers[3];
};

static void release_array(struct ArrowArray *array)
{
	struct array_owner *owner = array->private_data;

	for (int64_t i = 0; array->children && i < array->n_children; i++) {
		struct ArrowArray *child = array->children[i];

		if (child && child->release)
			child->release(child);
		mem_free(child);
	}
	mem_free(array->children);
	for (int64_t i = 0; owner && i < array->n_buffers; i++) {
		void *buffer;

		memcpy(&buffer, &owner->buffers[i], sizeof(buffer)); /* const in the interface */
		mem_free(buffer);
	}
	mem_free(owner);
	array->release = NULL;
}

static bool array_init(struct ArrowArray *out, int64_t length, int64_t buffers, int64_t children)
{
	struct array_owner *owner = mem_calloc(1, sizeof(*owner));

	*out = (struct ArrowArray){ .length = length,
				    .n_buffers = buffers,
				    .buffers = owner ? owner->buffers : NULL,
				    .private_data = owner,
				    .release = release_array };
	if (children > 0)
		out->children = mem_calloc((size_t)children, sizeof(struct ArrowArray *));
	if (!owner || (children > 0 && !out->children)) {
		release_array(out);
		return false;
	}
	return true;
}

/* A column without rows still has its buffers: the interface wants them where length is not 0, and
 * readers like them always. */
static bool fill_empty(struct column_builder *builder)
{
	if (builder->type == COLUMN_TEXT && builder->offsets.len == 0 &&
	    !bytes_resize(&builder->offsets, sizeof(int32_t)))
		return false;
	if (builder->data.capacity > 0)
		return true;
	if (!bytes_resize(&builder->data, 1))
		return false;
	builder->data.len = 0;
	return true;
}

static void move_column(struct column_builder *builder, struct ArrowArray *array)
{
	struct array_owner *owner = array->private_data;
	int n = 0;

	array->null_count = builder->null_count;
	owner->buffers[n++] = builder->validity.data;
	if (builder->type == COLUMN_TEXT)
		owner->buffers[n++] = builder->offsets.data;
	owner->buffers[n] = builder->data.data;
	builder->validity = builder->offsets = builder->data = (struct bytes){ .len = 0 };
}

bool arrow_builder_export(struct arrow_builder *builder, struct ArrowArray *out)
{
	size_t count = builder->column_count;

	if (!array_init(out, builder->rows, 1, (int64_t)count))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct column_builder *column = &builder->columns[i];
		struct ArrowArray *child = mem_calloc(1, sizeof(*child));

		if (child &&
		    (!fill_empty(column) ||
		     !array_init(child, builder->rows, column->type == COLUMN_TEXT ? 3 : 2, 0))) {
			mem_free(child);
			child = NULL;
		}
		if (!child) {
			release_array(out);
			return false;
		}
		move_column(column, child);
		out->children[out->n_children++] = child;
	}
	builder->rows = 0;
	return true;
}

/* rooms: core */
/*
 * fuzz_json_shape.c - two documents, with a NUL between them: the second is read by a reader that
 * has read the first and by one that has read nothing. They must say the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/mem.h"

#define SLOTS 6

static const char *const wanted[SLOTS] = { "a", "b", "o", "o.x", "l", "k\n" };

struct reading {
	enum status status;
	struct err err;
	struct span values[SLOTS];
};

static struct json_paths *new_paths(void)
{
	struct json_paths *paths = json_paths_new();

	for (int i = 0; paths && i < SLOTS; i++) {
		const char *dot = strchr(wanted[i], '.');
		struct json_step steps[2] = { { .name = span_of(wanted[i]) } };

		if (dot) {
			steps[0].name.len = (size_t)(dot - wanted[i]);
			steps[1].name = span_of(dot + 1);
		}
		if (json_paths_add(paths, steps, dot ? 2 : 1) != i)
			abort();
	}
	return paths;
}

static void read_with(struct json_reader *reader, const char *doc, size_t len, struct reading *out)
{
	struct span *values[SLOTS];

	*out = (struct reading){ .err = ERR_INIT };
	for (int i = 0; i < SLOTS; i++)
		values[i] = &out->values[i];
	out->status = json_reader_read(reader, doc, len, true, values, 0, &out->err);
}

static void must_be_equal(const struct reading *a, const struct reading *b)
{
	if (a->status != b->status || strcmp(a->err.text, b->err.text) != 0)
		abort();
	for (int i = 0; i < SLOTS && a->status == US_OK; i++)
		if (!a->values[i].data != !b->values[i].data ||
		    !span_equal(a->values[i], b->values[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct json_paths *paths;
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t first = nul ? (size_t)(nul - data) : 0, second = nul ? size - first - 1 : 0;
	struct json_reader *seasoned, *fresh;
	struct reading before, a, b;
	char *doc;

	if (!paths)
		paths = new_paths();
	seasoned = json_reader_new(paths);
	fresh = json_reader_new(paths);
	doc = mem_calloc(1, size + 2 * JSON_PADDING);
	if (!nul || !seasoned || !fresh || !doc)
		goto out;
	memcpy(doc, data, first);
	read_with(seasoned, doc, first, &before);
	memcpy(doc, nul + 1, second);
	memset(doc + second, '"', JSON_PADDING);
	read_with(seasoned, doc, second, &a);
	read_with(fresh, doc, second, &b);
	must_be_equal(&a, &b);
out:
	mem_free(doc);
	json_reader_free(seasoned);
	json_reader_free(fresh);
	return 0;
}

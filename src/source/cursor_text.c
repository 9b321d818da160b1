/*
 * cursor_text.c - see cursor_text.h.
 */
#include "source/cursor_text.h"

#include <string.h>

#include "core/json.h"
#include "core/mem.h"

void cursor_text_release(struct cursor_text *cursor)
{
	json_reader_free(cursor->reader);
	json_paths_free(cursor->paths);
	mem_free(cursor->copy);
	*cursor = (struct cursor_text){ .copy = NULL };
}

enum status cursor_text_read(struct cursor_text *cursor, struct span text, const char *const *names,
			     size_t count, struct err *err)
{
	struct span *values[CURSOR_FIELDS_MAX];
	enum status status = US_FATAL;

	*cursor = (struct cursor_text){ .copy = mem_calloc(1, text.len + JSON_PADDING) };
	cursor->paths = json_paths_new();
	if (!cursor->copy || !cursor->paths)
		goto out;
	if (text.len)
		memcpy(cursor->copy, text.data, text.len);
	for (size_t i = 0; i < count; i++) {
		struct json_step step = { .name = span_of(names[i]) };
		if (json_paths_add(cursor->paths, &step, 1) < 0)
			goto out;
		values[i] = &cursor->values[i];
	}
	cursor->reader = json_reader_new(cursor->paths);
	if (!cursor->reader)
		goto out;
	status = json_reader_read(cursor->reader, cursor->copy, text.len, false, values, 0, NULL);
	if (status == US_REJECT) {
		for (size_t i = 0; i < count; i++)
			cursor->values[i] = SPAN_NULL;
		status = US_OK;
	}
out:
	if (status == US_OK)
		return US_OK;
	cursor_text_release(cursor);
	return err_no_memory(err, "reading the source's cursor");
}

int64_t cursor_text_number(struct span value)
{
	int64_t number = 0;

	if (value.len == 0 || value.len > 18)
		return -1;
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] < '0' || value.data[i] > '9')
			return -1;
		number = number * 10 + (value.data[i] - '0');
	}
	return number;
}

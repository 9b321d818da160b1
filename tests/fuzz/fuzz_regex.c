/* rooms: sql core */
/*
 * The reader of Java's regular expressions and the matching behind it: pattern, line feed,
 * replacement, line feed, subject. A pattern that is read must also compile and search without
 * crashing, in both of its forms, and offsets must lie within the subject.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sql/regex.h"
#include "sql/regex_replacement.h"
#include "sql/utf8.h"

#define MAX_SEARCHES 50

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The engine's texts are valid UTF-8. */
static bool is_utf8(struct span text)
{
	const char *p = text.data, *end = text.data + text.len;
	size_t skip, size;

	for (; p < end; p += size)
		if (!(size = utf8_check(p, end, &skip)))
			return false;
	return true;
}

static struct span next_line(struct span *rest)
{
	const char *stop = memchr(rest->data, '\n', rest->len);
	struct span line = { rest->data, stop ? (size_t)(stop - rest->data) : rest->len };

	rest->data += line.len + (stop != NULL);
	rest->len -= line.len + (stop != NULL);
	return line;
}

static void search(const struct regex *regex, struct span subject)
{
	struct regex_scratch *scratch = regex_scratch_new();
	bool ascii = utf8_is_ascii(subject);
	const size_t *offsets;
	size_t at = 0;

	if (!scratch)
		abort();
	for (int n = 0; n < MAX_SEARCHES && at <= subject.len; n++) {
		if (regex_search(regex, scratch, subject, at, ascii, &offsets) != REGEX_MATCH)
			break;
		for (uint32_t g = 0; g <= regex_groups(regex); g++)
			if (offsets[2 * g] != SIZE_MAX && (offsets[2 * g] > offsets[2 * g + 1] ||
							   offsets[2 * g + 1] > subject.len))
				abort();
		if (offsets[0] < at)
			abort();
		at = offsets[1];
		if (offsets[0] == offsets[1])
			at += at < subject.len ? utf8_size(subject.data[at]) : 1;
	}
	regex_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct span rest, pattern, with;
	struct regex *regex = NULL;
	struct replacement replacement;
	struct err err = ERR_INIT;
	struct arena arena;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	rest = (struct span){ copy, size };
	if (is_utf8(rest)) {
		pattern = next_line(&rest);
		with = next_line(&rest);
		if (regex_compile(pattern, &regex, &err) == US_OK) {
			arena_init(&arena, 256, 1 << 20);
			(void)replacement_read(with, regex, &arena, &replacement, &err);
			arena_release(&arena);
			search(regex, rest);
		}
		regex_free(regex);
	}
	free(copy);
	return 0;
}

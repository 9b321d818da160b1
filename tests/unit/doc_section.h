/*
 * doc_section.h - a part of a document, between two markers, that is made from a table of ours: it
 * must say what the table says. With USERSTREAM_WRITE_DOCS=1 in the environment it is written anew.
 */
#ifndef TESTS_DOC_SECTION_H
#define TESTS_DOC_SECTION_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file_read.h"

#define DOC_MAX (4 << 20)

/* The whole document; the caller releases `out`. */
static inline void doc_read(const char *path, struct buf *out)
{
	struct err err = ERR_INIT;

	buf_init(out, DOC_MAX);
	if (file_read(path, out, NULL, &err) != US_OK)
		fail_msg("%s (run from the top of the tree)", err.text);
}

static inline void doc_write(const char *path, const struct buf *before, size_t begin, size_t end,
			     const struct buf *list)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fwrite(before->data, 1, begin, file);
	fwrite(list->data, 1, list->len, file);
	fwrite(before->data + end, 1, before->len - end, file);
	assert_int_equal(fclose(file), 0);
}

/* What stands between `first` and `last` is `list`. */
static inline void doc_section_is(const char *path, const char *first, const char *last,
				  const struct buf *list)
{
	const char *begin, *end;
	struct buf docs;

	doc_read(path, &docs);
	begin = strstr(buf_text(&docs), first);
	end = strstr(buf_text(&docs), last);
	assert_non_null(begin);
	assert_non_null(end);
	begin += strlen(first);
	if (getenv("USERSTREAM_WRITE_DOCS"))
		doc_write(path, &docs, (size_t)(begin - docs.data), (size_t)(end - docs.data),
			  list);
	else if ((size_t)(end - begin) != list->len || memcmp(begin, list->data, list->len) != 0)
		fail_msg("%s is not what the table says: run this test again with "
			 "USERSTREAM_WRITE_DOCS=1, and look at the difference",
			 path);
	buf_release(&docs);
}

#endif

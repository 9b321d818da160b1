/*
 * buf.h - a growable byte buffer with a hard maximum. Always NUL-terminated
 * (len does not count the NUL), so data can be printed. Growth is by doubling.
 *
 * A failed append (out of memory or over max) sets `failed` and leaves the
 * content as it was; later appends do nothing. So a chain of appends needs one check at its end.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/span.h"

struct buf {
	char *data; /* NULL until the first append, use buf_text() to print */
	size_t len;
	size_t capacity;
	size_t max; /* hard maximum of len */
	bool failed;
};

/* Owns nothing yet; never fails. */
void buf_init(struct buf *buf, size_t max);
/* Frees the storage; the buf may be used again as after buf_init. */
void buf_release(struct buf *buf);
/* len = 0, failed = false; keeps the storage. */
void buf_reset(struct buf *buf);

void buf_append(struct buf *buf, const void *data, size_t len);
void buf_append_char(struct buf *buf, char c);
void buf_append_text(struct buf *buf, const char *text);
void buf_append_span(struct buf *buf, struct span span);
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Appends a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. A NULL span
 * appends null. */
void buf_append_json(struct buf *buf, struct span text);
/* Make room for `more` bytes after len; returns the place to write to (then add to len), or NULL.
 */
char *buf_reserve(struct buf *buf, size_t more);

/* "" when nothing was appended. */
static inline const char *buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}
static inline struct span buf_span(const struct buf *buf)
{
	struct span span = { buf_text(buf), buf->len };

	return span;
}

#endif

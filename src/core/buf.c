/*
 * buf.c - the growable buffer. Capacity counts the byte of the NUL; max does not.
 */
#include "core/buf.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define SMALLEST_CAPACITY 64

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){ .max = max };
}

void buf_release(struct buf *buf)
{
	mem_free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data)
		buf->data[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t more)
{
	size_t needed, capacity;
	char *data;

	if (buf->failed)
		return NULL;
	if (more > buf->max || buf->len > buf->max - more) {
		buf->failed = true;
		return NULL;
	}
	needed = buf->len + more + 1;
	if (needed > buf->capacity) {
		capacity = buf->capacity ? buf->capacity : SMALLEST_CAPACITY;
		while (capacity < needed)
			capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
		if (buf->max < SIZE_MAX && capacity > buf->max + 1)
			capacity = buf->max + 1;
		data = mem_realloc(buf->data, capacity);
		if (!data) {
			buf->failed = true;
			return NULL;
		}
		buf->data = data;
		buf->capacity = capacity;
	}
	buf->data[buf->len] = '\0';
	buf->data[buf->len + more] = '\0';
	return buf->data + buf->len;
}

void buf_append(struct buf *buf, const void *data, size_t len)
{
	char *to = buf_reserve(buf, len);

	if (!to)
		return;
	if (len)
		memcpy(to, data, len);
	buf->len += len;
}

void buf_append_char(struct buf *buf, char c)
{
	buf_append(buf, &c, 1);
}

void buf_append_text(struct buf *buf, const char *text)
{
	buf_append(buf, text, strlen(text));
}

void buf_append_span(struct buf *buf, struct span span)
{
	buf_append(buf, span.data, span.len);
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list args;
	char *to;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0) {
		buf->failed = true;
		return;
	}
	to = buf_reserve(buf, (size_t)len);
	if (!to)
		return;
	va_start(args, fmt);
	vsnprintf(to, (size_t)len + 1, fmt, args);
	va_end(args);
	buf->len += (size_t)len;
}

/* Length of the well-formed UTF-8 sequence at `s`, 0 where there is none (RFC 3629, table 3-7 of
 * Unicode). */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
	unsigned char lowest = 0x80, highest = 0xbf;
	size_t need;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		need = 2;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		need = 3;
		if (s[0] == 0xe0)
			lowest = 0xa0;
		else if (s[0] == 0xed)
			highest = 0x9f;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		need = 4;
		if (s[0] == 0xf0)
			lowest = 0x90;
		else if (s[0] == 0xf4)
			highest = 0x8f;
	} else {
		return 0;
	}
	if (len < need || s[1] < lowest || s[1] > highest)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

static void append_escape(struct buf *buf, unsigned char c)
{
	static const char short_escapes[][2] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' },
						 { '\r', 'r' }, { '\t', 't' },  { '\b', 'b' },
						 { '\f', 'f' } };

	for (size_t i = 0; i < sizeof(short_escapes) / sizeof(*short_escapes); i++) {
		if ((unsigned char)short_escapes[i][0] == c) {
			buf_append_char(buf, '\\');
			buf_append_char(buf, short_escapes[i][1]);
			return;
		}
	}
	buf_printf(buf, "\\u%04x", c);
}

void buf_append_json(struct buf *buf, struct span text)
{
	const unsigned char *s = (const unsigned char *)text.data;
	size_t start = 0, i = 0, before = buf->len;

	if (!s) {
		buf_append(buf, "null", 4);
		return;
	}
	buf_append_char(buf, '"');
	while (i < text.len) {
		size_t sequence = utf8_sequence(s + i, text.len - i);

		if (sequence > 0 && s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' && s[i] != 0x7f) {
			i += sequence;
			continue;
		}
		buf_append(buf, text.data + start, i - start);
		if (sequence == 0)
			buf_append(buf, "\xef\xbf\xbd", 3);
		else
			append_escape(buf, s[i]);
		start = ++i;
	}
	buf_append(buf, text.data + start, i - start);
	buf_append_char(buf, '"');
	if (buf->failed && buf->len > before) { /* all or nothing, as every append */
		buf->len = before;
		buf->data[before] = '\0';
	}
}

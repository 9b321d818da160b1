/*
 * line_reader.h - the lines of a byte stream, from a window that moves over it. A line is handed
 * out where it lies in the window: nothing is copied.
 */
#ifndef SOURCE_LINE_READER_H
#define SOURCE_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "source/byte_stream.h"

#define LINE_MAX_BYTES ((size_t)64 << 20)

struct line_reader {
	struct byte_stream *stream; /* borrowed */
	char *data;
	size_t capacity;
	size_t max;      /* of a line */
	size_t part_max; /* of a line so long the beginning is handed out as a part; 0: of none */
	size_t start;    /* of what was not handed out */
	size_t end;
	size_t scanned; /* no newline from start up to here */
	bool ended;     /* the stream is at its end */
	int64_t offset; /* in the stream, of data[start] */
	int64_t line;   /* number of the line handed out last, from 1 */
};

struct line {
	struct span text; /* without the newline. SPAN_NULL: no line (see at_end) */
	int64_t offset;   /* of its first byte in the stream */
	bool terminated;  /* a newline follows; not so of the last line of some files */
	bool too_long;    /* it was longer than the maximum and has been skipped; text is empty */
	bool is_part;     /* it goes on behind the window: it is not handed out, text shows its
			     beginning */
	bool at_end;      /* without a text: the stream has ended; else it would have to wait */
};

/* `offset` and `line` say where the stream stands. False: out of memory, nothing to release. */
bool line_reader_init(struct line_reader *reader, struct byte_stream *stream, int64_t offset,
		      int64_t line);
void line_reader_release(struct line_reader *reader);
/*
 * The next line; it stays until the next call. With `wait` false and a stream that is no file it
 * does not wait for more. Errors as of byte_stream_read(); what was read before one is kept, and
 * comes with the next call.
 */
enum status line_reader_next(struct line_reader *reader, bool wait, struct line *line,
			     struct err *err);
/* Put the line handed out last back: it, or what it begins, comes next. */
void line_reader_unread(struct line_reader *reader, const struct line *line);
/* Read more behind what is in the window, which may move. Errors as of byte_stream_read(). */
enum status line_reader_more(struct line_reader *reader, struct err *err);

#endif

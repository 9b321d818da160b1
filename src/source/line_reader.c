/*
 * line_reader.c - see line_reader.h.
 */
#include "source/line_reader.h"

#include <string.h>

#include "core/mem.h"

#define WINDOW ((size_t)1 << 20)

bool line_reader_init(struct line_reader *reader, struct byte_stream *stream, int64_t offset,
		      int64_t line)
{
	*reader = (struct line_reader){ .stream = stream,
					.capacity = WINDOW,
					.max = LINE_MAX_BYTES,
					.offset = offset,
					.line = line };
	reader->data = mem_alloc(reader->capacity);
	return reader->data != NULL;
}

void line_reader_release(struct line_reader *reader)
{
	mem_free(reader->data);
	reader->data = NULL;
}

/* Make room behind what is there: move it to the front, or grow. */
static enum status make_room(struct line_reader *reader, struct err *err)
{
	size_t capacity = reader->capacity * 2;
	char *grown;

	if (reader->start > 0) {
		memmove(reader->data, reader->data + reader->start, reader->end - reader->start);
		reader->end -= reader->start;
		reader->scanned -= reader->start;
		reader->start = 0;
	}
	if (reader->end < reader->capacity)
		return US_OK;
	if (capacity > reader->max + 1)
		capacity = reader->max + 1;
	grown = mem_realloc(reader->data, capacity);
	if (!grown)
		return err_no_memory(err, "reading a long line");
	reader->data = grown;
	reader->capacity = capacity;
	return US_OK;
}

enum status line_reader_more(struct line_reader *reader, struct err *err)
{
	size_t got = 0;
	enum status status = make_room(reader, err);

	if (status == US_OK)
		status = byte_stream_read(reader->stream, reader->data + reader->end,
					  reader->capacity - reader->end, &got, err);
	if (status != US_OK)
		return status;
	reader->end += got;
	reader->ended = got == 0;
	return US_OK;
}

static void hand_out(struct line_reader *reader, size_t len, bool terminated, struct line *line)
{
	line->text = (struct span){ .data = reader->data + reader->start, .len = len };
	line->offset = reader->offset;
	line->terminated = terminated;
	reader->start += len + terminated;
	reader->scanned = reader->start;
	reader->offset += (int64_t)(len + terminated);
	reader->line++;
}

/* A line over the maximum: drop it up to its newline. */
static enum status skip_line(struct line_reader *reader, struct line *line, struct err *err)
{
	*line =
	    (struct line){ .text = SPAN_LITERAL(""), .offset = reader->offset, .too_long = true };
	for (;;) {
		size_t have = reader->end - reader->start;
		const char *newline = memchr(reader->data + reader->start, '\n', have);
		enum status status;
		size_t drop = newline ? (size_t)(newline + 1 - reader->data) - reader->start : have;
		reader->start += drop;
		reader->scanned = reader->start;
		reader->offset += (int64_t)drop;
		if (newline || reader->ended)
			break;
		status = line_reader_more(reader, err);
		if (status != US_OK)
			return status;
	}
	line->terminated = true;
	reader->line++;
	return US_OK;
}

enum status line_reader_next(struct line_reader *reader, bool wait, struct line *line,
			     struct err *err)
{
	*line = (struct line){ .text = SPAN_NULL };
	for (;;) {
		size_t have = reader->end - reader->start;
		const char *newline = memchr(reader->data + reader->scanned, '\n',
					     reader->end - reader->scanned);
		enum status status;
		if (newline) {
			hand_out(reader, (size_t)(newline - reader->data) - reader->start, true,
				 line);
			return US_OK;
		}
		reader->scanned = reader->end;
		if (reader->ended) {
			if (have)
				hand_out(reader, have, false, line);
			else
				line->at_end = true;
			return US_OK;
		}
		if (reader->part_max && have >= reader->part_max) {
			line->text = (struct span){ .data = reader->data + reader->start,
						    .len = have };
			line->is_part = true;
			return US_OK;
		}
		if (have > reader->max)
			return skip_line(reader, line, err);
		if (!wait && !byte_stream_is_ready(reader->stream))
			return US_OK;
		status = line_reader_more(reader, err);
		if (status != US_OK)
			return status;
	}
}

void line_reader_unread(struct line_reader *reader, const struct line *line)
{
	size_t back = (size_t)(reader->offset - line->offset);

	reader->start -= back;
	reader->scanned = reader->start;
	reader->offset = line->offset;
	reader->line--;
}

/*
 * file_cursor.c - see file_cursor.h.
 */
#include "source/file_cursor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "source/cursor_text.h"

#define VERSION 1

enum field {
	TYPE,
	VERSION_FIELD,
	PATH,
	HEAD,
	HEAD_LEN,
	SIZE,
	MODE,
	OFFSET,
	LINE,
	RETRY_OFFSET,
	ENDED,
	WITHIN,
	FIELDS
};

static const char *const names[FIELDS] = { "type",     "version",      "path",  "head",
					   "head_len", "size",         "mode",  "offset",
					   "line",     "retry_offset", "ended", "within" };

static void start(struct file_cursor *cursor, const struct byte_stream *stream)
{
	*cursor = (struct file_cursor){ .retry_offset = -1, .size = byte_stream_size(stream) };
	cursor->head_len = cursor->size < BYTE_STREAM_HEAD ? cursor->size : BYTE_STREAM_HEAD;
	if (!byte_stream_head_hash(stream, (size_t)cursor->head_len, &cursor->head_hash))
		cursor->head_len = 0;
}

static uint64_t hex_number(struct span text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len && i < 16; i++) {
		char c = text.data[i];
		value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

static bool take_fields(struct file_cursor *cursor, const struct span *values)
{
	int64_t mode = cursor_text_number(values[MODE]);
	int64_t within = cursor_text_number(values[WITHIN]);

	cursor->head_hash = hex_number(values[HEAD]);
	cursor->head_len = cursor_text_number(values[HEAD_LEN]);
	cursor->size = cursor_text_number(values[SIZE]);
	cursor->offset = cursor_text_number(values[OFFSET]);
	cursor->line = cursor_text_number(values[LINE]);
	cursor->retry_offset = cursor_text_number(values[RETRY_OFFSET]);
	cursor->ended = values[ENDED].data && span_equal(values[ENDED], SPAN_LITERAL("true"));
	cursor->mode = mode >= FILE_UNKNOWN && mode <= FILE_WHOLE ? (enum file_mode)mode
								  : FILE_UNKNOWN;
	cursor->within = within > DOCUMENT_BETWEEN && within <= DOCUMENT_IN_ANSWER
			     ? (enum document_place)within
			     : DOCUMENT_BETWEEN;
	return values[HEAD].len == 16 && cursor->head_len >= 0 &&
	       cursor->head_len <= BYTE_STREAM_HEAD && cursor->size >= 0 && cursor->offset >= 0 &&
	       cursor->line >= 0;
}

static bool same_file(const struct file_cursor *old, const struct byte_stream *stream)
{
	uint64_t hash;

	return byte_stream_head_hash(stream, (size_t)old->head_len, &hash) &&
	       hash == old->head_hash;
}

/* The file is the one that was read: go on where its last durable record ended. */
static enum status go_on(struct file_cursor *cursor, const struct byte_stream *stream,
			 const char *path, const struct file_cursor *old, struct err *err)
{
	start(cursor, stream);
	if (old->mode == FILE_WHOLE && old->ended && cursor->size != old->size)
		return err_set(err, US_REJECT, EXIT_BAD_DATA,
			       "%s has changed since it was read: it is one document, so going on "
			       "in it would repeat records. Give the new content another name, or "
			       "use another data directory",
			       path);
	cursor->mode = old->mode;
	cursor->within = old->within;
	cursor->offset = old->offset;
	cursor->line = old->line;
	if (old->retry_offset >= 0 && cursor->size > old->size) {
		cursor->offset = old->retry_offset;
		cursor->line--;
	}
	cursor->news = "going on in the file";
	return US_OK;
}

static enum status compare(struct file_cursor *cursor, const struct byte_stream *stream,
			   const char *path, struct span old_path, const struct file_cursor *old,
			   struct err *err)
{
	bool same_path = span_equal(old_path, span_of(path));
	int shown = (int)(old_path.len < 200 ? old_path.len : 200);

	if (same_file(old, stream) && (same_path || old->head_len > 0))
		return go_on(cursor, stream, path, old, err);
	if (same_path)
		return err_set(err, US_REJECT, EXIT_BAD_DATA,
			       "%s is not the file that was read up to line %" PRId64
			       ": its beginning has changed. Give the new content another name, or "
			       "use another data directory",
			       path, old->line);
	if (!old->ended)
		return err_set(err, US_REJECT, EXIT_BAD_DATA,
			       "%.*s was read up to line %" PRId64
			       " only: finish it first (--source file:%.*s), or use another data "
			       "directory for %s",
			       shown, old_path.data, old->line, shown, old_path.data, path);
	start(cursor, stream);
	cursor->news = "the former file was read to its end; starting another";
	return US_OK;
}

enum status file_cursor_resume(struct file_cursor *cursor, const struct byte_stream *stream,
			       const char *path, struct span text, struct err *err)
{
	struct cursor_text parsed;
	struct file_cursor old;
	enum status status = cursor_text_read(&parsed, text, names, FIELDS, err);
	const struct span *v = parsed.values;

	if (status != US_OK)
		return status;
	start(cursor, stream);
	if (v[TYPE].data && span_equal(v[TYPE], SPAN_LITERAL("file")) &&
	    cursor_text_number(v[VERSION_FIELD]) != VERSION)
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "the cursor in the log was written by a newer userstream: use "
				 "that one");
	else if (v[TYPE].data && !byte_stream_is_file(stream) &&
		 (path ? span_equal(v[PATH], span_of(path))
		       : span_equal(v[TYPE], SPAN_LITERAL("stdin"))))
		cursor->news = "what was read cannot be read again, so it is not known where it "
			       "stood: what comes is taken as new";
	else if (v[TYPE].data && span_equal(v[TYPE], SPAN_LITERAL("file")) && v[PATH].data &&
		 take_fields(&old, v) && path && byte_stream_is_file(stream))
		status = compare(cursor, stream, path, v[PATH], &old, err);
	cursor_text_release(&parsed);
	return status;
}

void file_cursor_print(const struct file_cursor *cursor, const char *path, struct buf *out)
{
	if (!path) {
		buf_printf(out, "{\"type\":\"stdin\",\"version\":%d,\"line\":%" PRId64 "}", VERSION,
			   cursor->line);
		return;
	}
	buf_printf(out, "{\"type\":\"file\",\"version\":%d,\"path\":", VERSION);
	buf_append_json(out, span_of(path));
	buf_printf(out,
		   ",\"head\":\"%016" PRIx64 "\",\"head_len\":%" PRId64 ",\"size\":%" PRId64
		   ",\"mode\":%d,\"offset\":%" PRId64 ",\"line\":%" PRId64
		   ",\"retry_offset\":%" PRId64 ",\"ended\":%s,\"within\":%d}",
		   cursor->head_hash, cursor->head_len, cursor->size, (int)cursor->mode,
		   cursor->offset, cursor->line, cursor->retry_offset,
		   cursor->ended ? "true" : "false", (int)cursor->within);
}

/*
 * file_cursor.h - how far a file has been read, as a text: one line of JSON.
 *
 *     {"type":"file","version":1,"path":"users.jsonl","head":"1f3a…","head_len":4096,"size":123456,
 *      "mode":1,"offset":110880,"line":100,"retry_offset":-1,"ended":false,"within":0}
 *
 * A file is known by the hash of its first bytes: it may be renamed, and lines may be appended.
 */
#ifndef SOURCE_FILE_CURSOR_H
#define SOURCE_FILE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "source/byte_stream.h"
#include "source/document_reader.h"

enum file_mode {
	FILE_UNKNOWN, /* nothing read yet */
	FILE_RECORDS, /* each line is a record, or an array of them */
	FILE_ANSWERS, /* each line is an API's answer */
	FILE_WHOLE    /* documents over many lines, or too long for one */
};

struct file_cursor {
	uint64_t head_hash;
	int64_t head_len;
	int64_t size;         /* on disk, when it was read last */
	int64_t offset;       /* in the decompressed bytes: the next line's beginning */
	int64_t line;         /* number of the last line read */
	int64_t retry_offset; /* of a last line without newline that was refused: read again when
				 the file has grown; -1: none */
	enum file_mode mode;
	enum document_place within; /* of FILE_WHOLE */
	bool ended;                 /* it was read to its end */
	const char *news;           /* what to tell of the start, static text; NULL: nothing */
};

/*
 * Compare a text with the file that is open now and find where to go on; `path` NULL: standard
 * input, which starts anew, as any pipe does. US_REJECT: the file is another one, and going on
 * would repeat or skip records. US_FATAL: out of memory.
 */
enum status file_cursor_resume(struct file_cursor *cursor, const struct byte_stream *stream,
			       const char *path, struct span text, struct err *err);
/* Appends to `out`. */
void file_cursor_print(const struct file_cursor *cursor, const char *path, struct buf *out);

#endif

/*
 * document_reader.h - the records of JSON documents of any length, from the window of a line
 * reader: never more than one record is held. A stream may have several documents, one after the
 * other.
 *
 *     [ {…}, {…} ]                        each element is a piece
 *     {"info":{…}, "results":[ {…} ]}     so is each of the array at `path`
 *     {…}                                 without that array: the document itself
 *
 * Only as much of the grammar is checked as is needed to find the ends of the pieces; each piece
 * is to be checked by whoever takes it.
 */
#ifndef SOURCE_DOCUMENT_READER_H
#define SOURCE_DOCUMENT_READER_H

#include <stdbool.h>

#include "core/err.h"
#include "core/span.h"
#include "source/line_reader.h"

/* Where the stream stands between two pieces. */
enum document_place {
	DOCUMENT_BETWEEN,  /* outside any document */
	DOCUMENT_IN_ARRAY, /* behind an element of a document that is an array */
	DOCUMENT_IN_ANSWER /* behind an element of the array at `path` */
};

struct document_reader {
	struct line_reader *window; /* borrowed */
	const char *path;           /* dotted; "": none. Borrowed */
	const char *name;           /* of the file, in messages. Borrowed */
	enum document_place place;  /* may be set, to go on in the middle of a document */
	bool first;                 /* no element of the array was handed out yet */
};

struct document_piece {
	struct span text; /* SPAN_NULL: no piece (see at_end). Stays until the next call */
	bool is_document; /* it is no element of an array, but a document of its own */
	bool at_end;      /* without a text: the stream has ended; else it would have to wait */
};

/*
 * The next piece. With `wait` false and a stream that is no file it does not wait for more.
 * US_REJECT: the stream ends within a document, a piece is longer than LINE_MAX_BYTES, or what
 * stands between two pieces is no JSON; err says where. Others as of byte_stream_read().
 */
enum status document_reader_next(struct document_reader *reader, bool wait,
				 struct document_piece *piece, struct err *err);

#endif

/* rooms: source net core */
/*
 * Documents of a file: any bytes either give pieces or an error, and reading on from where a piece
 * ended, as a restart does, gives the same pieces.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/document_reader.h"

#define PIECES 64

struct open_document {
	struct byte_stream *stream;
	struct line_reader window;
	struct document_reader reader;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_at(struct open_document *document, const char *path, int64_t offset,
		    enum document_place place)
{
	if (byte_stream_open(&document->stream, path, NULL, NULL) != US_OK ||
	    (offset && byte_stream_skip(document->stream, offset, NULL) != US_OK) ||
	    !line_reader_init(&document->window, document->stream, offset, 0))
		abort();
	document->reader = (struct document_reader){
		.window = &document->window, .path = "a.b", .name = "fuzz", .place = place
	};
}

static void close_it(struct open_document *document)
{
	line_reader_release(&document->window);
	byte_stream_close(document->stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct open_document whole, again;
	struct document_piece piece, other;
	char path[64];
	int fd = memfd_create("fuzz", 0);

	/* compressed input is byte_stream's matter */
	if (fd < 0 || write(fd, " ", 1) != 1 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	open_at(&whole, path, 0, DOCUMENT_BETWEEN);
	for (int i = 0; i < PIECES; i++) {
		int64_t offset = whole.window.offset;
		enum document_place place = whole.reader.place;
		enum status status = document_reader_next(&whole.reader, true, &piece, NULL);
		enum status same;

		/* only behind a piece a restart may begin; before the first element it does not */
		if (i > 0 || place == DOCUMENT_BETWEEN) {
			open_at(&again, path, offset, place);
			same = document_reader_next(&again.reader, true, &other, NULL);
			if (same != status || other.at_end != piece.at_end ||
			    other.text.len != piece.text.len ||
			    (piece.text.data &&
			     memcmp(other.text.data, piece.text.data, piece.text.len) != 0))
				abort();
			close_it(&again);
		}
		if (status != US_OK || !piece.text.data)
			break;
		if (piece.text.len == 0)
			abort();
	}
	close_it(&whole);
	(void)close(fd);
	return 0;
}

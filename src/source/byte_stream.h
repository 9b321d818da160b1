/*
 * byte_stream.h - the bytes of a file or of standard input, decompressed: gzip and zstd are told by
 * their first bytes, several members or frames one after the other are one stream.
 */
#ifndef SOURCE_BYTE_STREAM_H
#define SOURCE_BYTE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/waiter.h"

/* So many first bytes tell one file from another. */
#define BYTE_STREAM_HEAD 4096

struct byte_stream;

/*
 * `path` NULL: standard input. `stop` (may be NULL) is borrowed. Nothing is taken out of a pipe
 * before the first read. US_REJECT: cannot be opened. US_FATAL: out of memory.
 */
enum status byte_stream_open(struct byte_stream **out, const char *path, struct waiter *stop,
			     struct err *err);
void byte_stream_close(struct byte_stream *stream);

/* A file that can be read again from anywhere; not a pipe or terminal. */
bool byte_stream_is_file(const struct byte_stream *stream);
/* Of a file, standard input included: its size, as it lies on disk. 0 of others. */
int64_t byte_stream_size(const struct byte_stream *stream);
/* Bytes read so far, as they lie on disk. */
int64_t byte_stream_done(const struct byte_stream *stream);
/* A hash of a file's first `len` bytes (at most BYTE_STREAM_HEAD). False: it has fewer. */
bool byte_stream_head_hash(const struct byte_stream *stream, size_t len, uint64_t *hash);

/* Would a read come back at once? Always of a file. */
bool byte_stream_is_ready(const struct byte_stream *stream);
/*
 * Up to `capacity` bytes; *got = 0: the end. US_RETRY with kind "stopped". US_REJECT: a pipe cannot
 * be opened, or the compressed data is damaged or ends too early. US_FATAL: the system cannot read
 * it, or out of memory.
 */
enum status byte_stream_read(struct byte_stream *stream, char *to, size_t capacity, size_t *got,
			     struct err *err);
/* Go to an offset in the decompressed bytes, before the first read. US_REJECT also: it has fewer.
 */
enum status byte_stream_skip(struct byte_stream *stream, int64_t offset, struct err *err);

#endif

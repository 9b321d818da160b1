/*
 * byte_stream.c - see byte_stream.h. Plain bytes go from the system straight into the caller's
 * memory; compressed ones through a buffer of ours. A file is opened at once; a pipe with the first
 * read, so that whoever opens a stream only to look at the settings takes nothing out of it.
 */
#include "source/byte_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "core/mem.h"
#include "core/random.h"

#define RAW_SIZE   ((size_t)256 << 10)
#define MAGIC_SIZE 4

enum coding { CODING_PLAIN, CODING_GZIP, CODING_ZSTD };

struct byte_stream {
	int fd;     /* -1: a pipe that is not open yet */
	char *path; /* NULL: standard input */
	struct waiter *stop;
	bool is_file;
	bool detected; /* the coding is known */
	enum coding coding;
	int64_t done;
	char *raw; /* bytes read and not yet handed out or decompressed */
	size_t raw_start;
	size_t raw_end;
	bool raw_ended;
	const char *damage; /* what is wrong with the compressed data, once it is */
	bool in_member;     /* the compressed data is in the middle of a member or frame */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

static const char *name_of(const struct byte_stream *stream)
{
	return stream->path ? stream->path : "standard input";
}

/* ---- the raw bytes */

static enum status stopped(struct err *err)
{
	enum status status = err_set(err, US_RETRY, EXIT_TRY_AGAIN, "stopped while reading");

	if (err)
		err->kind = "stopped";
	return status;
}

/* Wait until a pipe has something, or somebody wakes the waiter. */
static enum status wait_readable(struct byte_stream *stream, struct err *err)
{
	struct pollfd fds[2] = { { .fd = stream->fd, .events = POLLIN },
				 { .fd = stream->stop ? stream->stop->fd : -1, .events = POLLIN } };

	if (stream->is_file)
		return US_OK;
	for (;;) {
		int ready = poll(fds, 2, -1);
		if (ready > 0 && fds[1].revents)
			return stopped(err);
		if (ready > 0)
			return US_OK;
		if (ready < 0 && errno != EINTR)
			return err_set(err, US_FATAL, EXIT_IO, "waiting for %s: %s",
				       name_of(stream), strerror(errno));
	}
}

static enum status read_raw(struct byte_stream *stream, char *to, size_t capacity, size_t *got,
			    struct err *err)
{
	ssize_t len;

	*got = 0;
	if (stream->raw_ended)
		return US_OK;
	do {
		enum status status = wait_readable(stream, err);
		if (status != US_OK)
			return status;
		len = read(stream->fd, to, capacity);
	} while (len < 0 && (errno == EINTR || errno == EAGAIN));
	if (len < 0)
		return err_set(err, US_FATAL, EXIT_IO, "cannot read %s: %s", name_of(stream),
			       strerror(errno));
	stream->raw_ended = len == 0;
	stream->done += len;
	*got = (size_t)len;
	return US_OK;
}

/* Have something in the raw buffer, or its end. */
static enum status fill_raw(struct byte_stream *stream, struct err *err)
{
	size_t got;
	enum status status;

	if (stream->raw_start < stream->raw_end)
		return US_OK;
	stream->raw_start = stream->raw_end = 0;
	status = read_raw(stream, stream->raw, RAW_SIZE, &got, err);
	stream->raw_end = got;
	return status;
}

/* ---- opening */

/* Read enough to see the magic; a pipe may give it byte by byte. Stopped, it goes on later. */
static enum status detect_coding(struct byte_stream *stream, struct err *err)
{
	const unsigned char *raw = (const unsigned char *)stream->raw;

	while (stream->raw_end < MAGIC_SIZE) {
		size_t got;
		enum status status = read_raw(stream, stream->raw + stream->raw_end,
					      RAW_SIZE - stream->raw_end, &got, err);
		if (status != US_OK)
			return status;
		if (got == 0)
			break;
		stream->raw_end += got;
	}
	if (stream->raw_end >= 2 && raw[0] == 0x1F && raw[1] == 0x8B) {
		if (inflateInit2(&stream->gzip, 16 + MAX_WBITS) != Z_OK)
			return err_no_memory(err, "preparing to read gzip");
		stream->coding = CODING_GZIP;
	} else if (stream->raw_end >= 4 && raw[0] == 0x28 && raw[1] == 0xB5 && raw[2] == 0x2F &&
		   raw[3] == 0xFD) {
		stream->zstd = ZSTD_createDStream();
		if (!stream->zstd)
			return err_no_memory(err, "preparing to read zstd");
		stream->coding = CODING_ZSTD;
	}
	stream->detected = true;
	return US_OK;
}

static enum status cannot_open(const struct byte_stream *stream, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "cannot open the source %s: %s",
		       name_of(stream), strerror(errno));
}

/* What is there, and a file's first bytes. */
static enum status look_at(struct byte_stream *stream, struct err *err)
{
	struct stat st;

	if ((stream->path ? stat(stream->path, &st) : fstat(STDIN_FILENO, &st)) != 0)
		return cannot_open(stream, err);
	if (S_ISDIR(st.st_mode))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the source %s is a directory: name a file in it", name_of(stream));
	if (!stream->path) {
		/* it may be a file, but the next start will not find it there again */
		stream->fd = STDIN_FILENO;
		stream->done = S_ISREG(st.st_mode) ? lseek(stream->fd, 0, SEEK_CUR) : 0;
		return US_OK;
	}
	if (!S_ISREG(st.st_mode))
		return access(stream->path, R_OK) == 0 ? US_OK : cannot_open(stream, err);
	stream->is_file = true;
	stream->fd = open(stream->path, O_RDONLY | O_CLOEXEC);
	return stream->fd < 0 ? cannot_open(stream, err) : detect_coding(stream, err);
}

/* Before the first byte of a pipe. Not blocking: the wait for a writer can be stopped. */
static enum status open_pipe(struct byte_stream *stream, struct err *err)
{
	if (stream->fd < 0)
		stream->fd = open(stream->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return stream->fd < 0 ? cannot_open(stream, err) : detect_coding(stream, err);
}

enum status byte_stream_open(struct byte_stream **out, const char *path, struct waiter *stop,
			     struct err *err)
{
	struct byte_stream *stream = mem_calloc(1, sizeof(*stream));
	enum status status;

	if (!stream)
		return err_no_memory(err, "opening a file");
	stream->fd = -1;
	stream->stop = stop;
	stream->path = path ? mem_strdup(path) : NULL;
	stream->raw = mem_alloc(RAW_SIZE);
	if ((path && !stream->path) || !stream->raw) {
		byte_stream_close(stream);
		return err_no_memory(err, "opening a file");
	}
	status = look_at(stream, err);
	if (status == US_OK)
		*out = stream;
	else
		byte_stream_close(stream);
	return status;
}

void byte_stream_close(struct byte_stream *stream)
{
	if (!stream)
		return;
	if (stream->coding == CODING_GZIP)
		inflateEnd(&stream->gzip);
	ZSTD_freeDStream(stream->zstd);
	if (stream->path && stream->fd >= 0)
		close(stream->fd);
	mem_free(stream->raw);
	mem_free(stream->path);
	mem_free(stream);
}

bool byte_stream_is_file(const struct byte_stream *stream)
{
	return stream->is_file;
}

int64_t byte_stream_size(const struct byte_stream *stream)
{
	struct stat st;

	return stream->fd >= 0 && fstat(stream->fd, &st) == 0 && S_ISREG(st.st_mode)
		   ? (int64_t)st.st_size
		   : 0;
}

int64_t byte_stream_done(const struct byte_stream *stream)
{
	return stream->done - (int64_t)(stream->raw_end - stream->raw_start);
}

bool byte_stream_head_hash(const struct byte_stream *stream, size_t len, uint64_t *hash)
{
	char head[BYTE_STREAM_HEAD];
	size_t have = 0;

	while (stream->is_file && have < len) {
		ssize_t got = pread(stream->fd, head + have, len - have, (off_t)have);
		if (got <= 0 && !(got < 0 && errno == EINTR))
			return false;
		have += got > 0 ? (size_t)got : 0;
	}
	*hash = hash_bytes(head, have, 1);
	return have == len;
}

bool byte_stream_is_ready(const struct byte_stream *stream)
{
	struct pollfd readable = { .fd = stream->fd, .events = POLLIN };

	return stream->is_file || stream->raw_ended || stream->raw_start < stream->raw_end ||
	       poll(&readable, 1, 0) > 0;
}

/* ---- reading */

static enum status damaged(struct byte_stream *stream, const char *what, struct err *err)
{
	enum status status;

	stream->damage = what;
	status = err_set(err, US_REJECT, EXIT_BAD_DATA,
			 "%s: the compressed data %s at byte %" PRId64 ": is the file complete?",
			 name_of(stream), what, byte_stream_done(stream));

	if (err)
		err->kind = "truncated";
	return status;
}

static enum status read_plain(struct byte_stream *stream, char *to, size_t capacity, size_t *got,
			      struct err *err)
{
	size_t left = stream->raw_end - stream->raw_start;

	if (left == 0)
		return read_raw(stream, to, capacity, got, err);
	*got = left < capacity ? left : capacity;
	memcpy(to, stream->raw + stream->raw_start, *got);
	stream->raw_start += *got;
	return US_OK;
}

/* Between two members: zeros are padding, anything else but a member is damage. */
static enum status next_member(struct byte_stream *stream, bool *ended, struct err *err)
{
	for (;;) {
		enum status status = fill_raw(stream, err);
		if (status != US_OK)
			return status;
		*ended = stream->raw_start == stream->raw_end;
		if (*ended)
			return US_OK;
		if (stream->raw[stream->raw_start] != '\0')
			break;
		stream->raw_start++;
	}
	if ((unsigned char)stream->raw[stream->raw_start] != 0x1F)
		return damaged(stream, "is followed by something else", err);
	inflateReset(&stream->gzip);
	stream->in_member = true;
	return US_OK;
}

static enum status read_gzip(struct byte_stream *stream, char *to, size_t capacity, size_t *got,
			     struct err *err)
{
	*got = 0;
	while (*got == 0) {
		z_stream *gzip = &stream->gzip;
		enum status status;
		bool ended = false;
		int result;
		status = stream->in_member ? fill_raw(stream, err)
					   : next_member(stream, &ended, err);
		if (status != US_OK || ended)
			return status;
		if (stream->raw_start == stream->raw_end)
			return damaged(stream, "ends too early", err);
		gzip->next_in = (Bytef *)stream->raw + stream->raw_start;
		gzip->avail_in = (uInt)(stream->raw_end - stream->raw_start);
		gzip->next_out = (Bytef *)to;
		gzip->avail_out = capacity > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)capacity;
		result = inflate(gzip, Z_NO_FLUSH);
		stream->raw_start = stream->raw_end - gzip->avail_in;
		*got = (size_t)((char *)gzip->next_out - to);
		if (result == Z_MEM_ERROR)
			return err_no_memory(err, "reading gzip");
		if (result == Z_STREAM_END)
			stream->in_member = false;
		else if (result != Z_OK && result != Z_BUF_ERROR)
			return damaged(stream, "is no good", err);
	}
	return US_OK;
}

static enum status read_zstd(struct byte_stream *stream, char *to, size_t capacity, size_t *got,
			     struct err *err)
{
	ZSTD_outBuffer out = { .dst = to, .size = capacity };

	*got = 0;
	while (out.pos == 0) {
		ZSTD_inBuffer in;
		size_t left;
		enum status status = fill_raw(stream, err);
		if (status != US_OK)
			return status;
		in = (ZSTD_inBuffer){ .src = stream->raw,
				      .size = stream->raw_end,
				      .pos = stream->raw_start };
		if (in.pos == in.size) {
			if (stream->in_member)
				return damaged(stream, "ends too early", err);
			return US_OK;
		}
		left = ZSTD_decompressStream(stream->zstd, &out, &in);
		stream->raw_start = in.pos;
		if (ZSTD_isError(left))
			return damaged(stream, "is no good", err);
		stream->in_member = left != 0;
	}
	*got = out.pos;
	return US_OK;
}

enum status byte_stream_read(struct byte_stream *stream, char *to, size_t capacity, size_t *got,
			     struct err *err)
{
	*got = 0;
	if (stream->damage)
		return damaged(stream, stream->damage, err);
	if (!stream->detected) {
		enum status status = open_pipe(stream, err);
		if (status != US_OK)
			return status;
	}
	switch (stream->coding) {
	case CODING_GZIP:
		return read_gzip(stream, to, capacity, got, err);
	case CODING_ZSTD:
		return read_zstd(stream, to, capacity, got, err);
	case CODING_PLAIN:
	default:
		return read_plain(stream, to, capacity, got, err);
	}
}

static enum status too_short(const struct byte_stream *stream, int64_t offset, struct err *err)
{
	return err_set(
	    err, US_REJECT, EXIT_BAD_DATA,
	    "%s has become shorter: it was read up to byte %" PRId64
	    ", which it no longer has. Give the new content another name, or use another "
	    "data directory",
	    name_of(stream), offset);
}

enum status byte_stream_skip(struct byte_stream *stream, int64_t offset, struct err *err)
{
	enum status status = US_OK;
	char *scratch;

	if (stream->coding == CODING_PLAIN && stream->is_file) {
		if (offset > byte_stream_size(stream))
			return too_short(stream, offset, err);
		if (lseek(stream->fd, (off_t)offset, SEEK_SET) < 0)
			return err_set(err, US_FATAL, EXIT_IO, "cannot seek in %s: %s",
				       name_of(stream), strerror(errno));
		stream->raw_start = stream->raw_end = 0;
		stream->raw_ended = false;
		stream->done = offset;
		return US_OK;
	}
	scratch = mem_alloc(RAW_SIZE);
	if (!scratch)
		return err_no_memory(err, "going on in a compressed file");
	while (status == US_OK && offset > 0) {
		size_t want = offset < (int64_t)RAW_SIZE ? (size_t)offset : RAW_SIZE;
		size_t got = 0;
		status = byte_stream_read(stream, scratch, want, &got, err);
		if (status == US_OK && got == 0)
			status = too_short(stream, offset, err);
		offset -= (int64_t)got;
	}
	mem_free(scratch);
	return status;
}

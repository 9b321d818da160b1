/*
 * gzip_encoder.c - zlib at its fastest level: answers go over a local network, where time counts
 * more than bytes.
 */
#define ZLIB_CONST /* input is const */

#include "net/gzip_encoder.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "core/mem.h"

#define GZIP_WINDOW_BITS (15 + 16) /* + 16: with gzip's header and checksum */
#define GZIP_MEMORY      8         /* zlib's default */

struct gzip_encoder {
	z_stream stream;
};

static voidpf zlib_alloc(voidpf opaque, uInt items, uInt size)
{
	(void)opaque;
	return mem_calloc(items, size);
}

static void zlib_free(voidpf opaque, voidpf address)
{
	(void)opaque;
	mem_free(address);
}

struct gzip_encoder *gzip_encoder_new(void)
{
	struct gzip_encoder *encoder = mem_calloc(1, sizeof(*encoder));

	if (!encoder)
		return NULL;
	encoder->stream.zalloc = zlib_alloc;
	encoder->stream.zfree = zlib_free;
	if (deflateInit2(&encoder->stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK) {
		mem_free(encoder);
		return NULL;
	}
	return encoder;
}

void gzip_encoder_free(struct gzip_encoder *encoder)
{
	if (!encoder)
		return;
	deflateEnd(&encoder->stream);
	mem_free(encoder);
}

bool gzip_encode(struct gzip_encoder *encoder, struct span in, struct buf *out)
{
	z_stream *stream = &encoder->stream;
	uLong bound;
	char *to;

	if (in.len > UINT_MAX / 2 || deflateReset(stream) != Z_OK)
		return false;
	bound = deflateBound(stream, in.len);
	to = buf_reserve(out, bound);
	if (!to)
		return false;
	stream->next_in = (z_const Bytef *)in.data;
	stream->avail_in = (uInt)in.len;
	stream->next_out = (Bytef *)to;
	stream->avail_out = (uInt)bound;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END)
		return false;
	out->len += bound - stream->avail_out;
	return true;
}

/* One element of the list, "gzip;q=0.5": its name is gzip (or x-gzip, *) and its weight not 0. */
static bool element_allows(const char *element, size_t len)
{
	size_t name = strcspn(element, "; \t,");
	const char *weight;

	if (name > len)
		name = len;
	if (!(name == 4 && strncasecmp(element, "gzip", 4) == 0) &&
	    !(name == 6 && strncasecmp(element, "x-gzip", 6) == 0) &&
	    !(name == 1 && element[0] == '*'))
		return false;
	weight = memmem(element, len, "q=", 2);
	return !weight || strtod(weight + 2, NULL) > 0;
}

bool gzip_accepted(const char *accept)
{
	while (accept && *accept) {
		size_t len;

		accept += strspn(accept, ", \t");
		len = strcspn(accept, ",");
		if (len && element_allows(accept, len))
			return true;
		accept += len;
	}
	return false;
}

/*
 * gzip_encoder.h - compresses one answer after the other with zlib; its memory is used again.
 */
#ifndef NET_GZIP_ENCODER_H
#define NET_GZIP_ENCODER_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/span.h"

/* One per thread. NULL: out of memory. */
struct gzip_encoder;
struct gzip_encoder *gzip_encoder_new(void);
void gzip_encoder_free(struct gzip_encoder *encoder);
/* Appends `in` as one gzip member to `out`. False: out of memory, or more than out's maximum. */
bool gzip_encode(struct gzip_encoder *encoder, struct span in, struct buf *out);

/* Does an Accept-Encoding header (NULL: none) allow gzip? "gzip;q=0" does not. */
bool gzip_accepted(const char *accept_encoding);

#endif

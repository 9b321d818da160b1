/*
 * record.h - a record on its way from the source through the log to the transform.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include <stdint.h>

#include "core/span.h"

/* The JSON reader looks up to so many bytes past a value's end: they must be readable, their
 * content is ignored. */
#define RECORD_PADDING 64

struct header {
	struct span name;
	struct span value;
};

/* Borrowed from whoever handed it out; each interface says until when. */
struct record {
	int32_t partition;
	int64_t offset;       /* set by the log */
	int64_t timestamp_us; /* microseconds since 1970, UTC: when the source fetched it */
	struct span key;      /* SPAN_NULL: none */
	struct span value; /* SPAN_NULL: a tombstone. Readable RECORD_PADDING bytes past its end */
	const struct header *headers; /* a named reader of the records may leave them out */
	size_t header_count;
};

#endif

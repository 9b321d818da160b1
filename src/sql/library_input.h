/*
 * library_input.h - the records that a caller of the library hands over: a C array of them, or an
 * Arrow array of texts.
 */
#ifndef SQL_LIBRARY_INPUT_H
#define SQL_LIBRARY_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/record.h"
#include "userstream.h"

/* All of it is the caller's. */
struct library_input {
	size_t count;
	const struct us_record *records; /* or NULL: */
	const uint8_t *validity;         /* or NULL */
	const void *offsets;             /* int32_t, or int64_t where `large` */
	const char *data;
	int64_t first; /* index of the first value in the buffers */
	bool large;
	int64_t first_offset; /* of the records */
};

/* False: an array of another type. */
bool library_input_of_arrow(struct library_input *out, const struct ArrowSchema *schema,
			    const struct ArrowArray *array, int64_t first_offset);
/* How many records from `first` on make a batch: at most TRANSFORM_ROWS, of one topic. */
size_t library_input_batch(const struct library_input *input, size_t first);
const char *library_input_topic(const struct library_input *input, size_t i);
/*
 * Fill out[0..count) with the records from `first` on. Values that nothing readable follows are
 * copied into `values`, which is reset before. False: out of memory.
 */
bool library_input_load(const struct library_input *input, size_t first, size_t count,
			struct record *out, struct buf *values);

#endif

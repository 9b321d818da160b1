/*
 * row_digest.h - one value as a 32-bit hash and as bytes of a key, the same whether it comes from
 * the transform's columns or as text out of a sink.
 */
#ifndef PIPELINE_ROW_DIGEST_H
#define PIPELINE_ROW_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/column.h"
#include "sink/sink.h"

/* Append a value's canonical bytes to `out`; false: it is NULL (nothing is appended). Of a
 * timestamp the sink keeps whole multiples of `unit_us` microseconds. */
bool digest_column(const struct column *column, int64_t row, int64_t unit_us, struct buf *out);
bool digest_cell(enum column_type type, const struct sink_cell *cell, struct buf *out);
/* Of canonical bytes; never 0, which stands for NULL. */
uint32_t digest_hash(struct span bytes);
/* Append a key's part with its length, so that ("ab","c") and ("a","bc") differ. */
void digest_key_part(struct buf *key, struct span bytes);
/* Append a key for people: parts with commas. */
void digest_key_print(const struct table_def *table, struct span key, struct buf *out);

#endif

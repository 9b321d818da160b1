/*
 * log_record.h - a record as bytes, the way the backends store it (README.md shows the layout):
 *
 *     0  u8   flags: 1 has a key, 2 has a value (else: a tombstone)
 *     1  u8   0
 *     2  u16  number of headers
 *     4  u32  length of the key
 *     8  i64  timestamp, microseconds since 1970
 *    16       the key
 *             for each header: u32 length of its name, u32 length of its value
 *             (0xffffffff: NULL), name, value
 *             the value: the rest
 *
 * All numbers are little endian. The offset is the key under which the bytes are stored.
 */
#ifndef LOG_LOG_RECORD_H
#define LOG_LOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"

/* Bytes that log_record_encode() writes. */
size_t log_record_size(const struct record *record);
/*
 * May these records be stored, none larger than `max` bytes as stored? US_REJECT names the index
 * of the first that may not. *total, where not NULL, becomes their size together.
 */
enum status log_records_check(const struct record *records, size_t count, size_t max, size_t *total,
			      struct err *err);
/* The record must have passed log_records_check(). */
void log_record_encode(const struct record *record, char *out);

/* The number of headers that the bytes speak of; 0 for bytes too short to be a record. */
size_t log_record_header_count(const char *data, size_t len);
/* The timestamp; 0 for bytes too short to be a record. */
int64_t log_record_timestamp(const char *data, size_t len);
/*
 * Fill *out (all but partition and offset) and `headers`, which has room for
 * log_record_header_count() entries. Texts point into `data`. False: these bytes are no record.
 */
bool log_record_decode(const char *data, size_t len, struct record *out, struct header *headers);

#endif

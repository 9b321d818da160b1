/*
 * spill.h - rows of two sides, put into bucket files by the hash of their key, so that a comparison
 * of any size needs the memory of one bucket. The files have no name: nothing is left behind, even
 * by kill -9.
 *
 * An entry is a row reduced to its key, an order (offset or stamp) and a hash for each column; NULL
 * is 0.
 */
#ifndef PIPELINE_SPILL_H
#define PIPELINE_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

struct spill_entry {
	uint32_t size; /* of the entry, its tail included; a multiple of 8 */
	uint32_t key_len;
	uint64_t hash;
	int64_t order;
	int64_t offset;
	int32_t partition;
	uint32_t column_count;
	uint32_t columns[]; /* then the key's bytes */
};

static inline struct span spill_key(const struct spill_entry *entry)
{
	return (struct span){ .data = (const char *)&entry->columns[entry->column_count],
			      .len = entry->key_len };
}

struct spill;
/* `expected` entries decide how many buckets there are. US_FATAL, EXIT_IO: `dir` is no place for
 * files. */
enum status spill_open(struct spill **out, const char *dir, int64_t expected, struct err *err);
void spill_close(struct spill *spill);
size_t spill_buckets(const struct spill *spill);
/* Two spills of one comparison must have equally many buckets: open the second one like the first.
 */
enum status spill_open_like(struct spill **out, const char *dir, const struct spill *other,
			    struct err *err);
/* Add a row. `entry` has order, offset, partition; key and columns are given beside. US_FATAL: the
 * disk is full, or out of memory. */
enum status spill_add(struct spill *spill, const struct spill_entry *entry, struct span key,
		      const uint32_t *columns, size_t column_count, struct err *err);
/*
 * Read a bucket: *entries points to *count entries sorted by key, then partition, then order, valid
 * until the next load or close.
 */
enum status spill_load(struct spill *spill, size_t bucket, const struct spill_entry ***entries,
		       size_t *count, struct err *err);
/* By hash, then key: 0 for the same key. */
int spill_compare_keys(const struct spill_entry *a, const struct spill_entry *b);

#endif

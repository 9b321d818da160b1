/*
 * ledger.h - the account of every record, as it is stored beside the rows. One row per table and
 * partition of the log.
 *
 *     read = stored + filtered + rejected         (of records below `next`; lost counts offsets
 * that were never read)
 *
 * The row is a function of the log's prefix [0, next): replays cannot count twice. It is the
 * authority on the position.
 */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

#define LEDGER_NAME_MAX 128

struct ledger_row {
	char table[LEDGER_NAME_MAX];
	char log_identity[64];
	int32_t partition;
	int64_t next; /* offset of the first record not yet accounted for */
	int64_t read;
	int64_t stored;
	int64_t filtered;            /* WHERE was not true */
	int64_t rejected;            /* dead letters, replayed ones taken off */
	int64_t replayed;            /* dead letters that were stored later; part of `stored` */
	int64_t lost;                /* offsets skipped with --accept-gap */
	int64_t stamp_base;          /* B: stamp = B + offset, microseconds */
	int64_t last_stamp;          /* the greatest stamp used so far */
	int64_t generation;          /* counts --from runs: a new pass over the log */
	int64_t first;               /* offset at which this generation began */
	int64_t anchor_timestamp_us; /* of the last record done */
	uint64_t anchor_hash;        /* hash_bytes() of its value */
	int64_t updated_us;
	char fingerprint[65]; /* of the pipeline file, SHA-256 in hex */
	struct span details;  /* JSON object: violations by constraint, rejected by reason,
				 statistics by column. See pipeline/ledger */
};

/* Of two owners of a partition, each with the generation of its pass and its base of stamps: was
 * the one before the other? The later one prevails, in the ledger and in the dead letters. */
static inline bool ledger_owner_before(int64_t generation, int64_t base, int64_t other_generation,
				       int64_t other_base)
{
	return generation < other_generation ||
	       (generation == other_generation && base < other_base);
}

#endif

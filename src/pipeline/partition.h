/*
 * partition.h - what process knows of one partition that it owns: where it stands, the totals of
 * each table up to there, and the base of its stamps.
 *
 * The sink's ledger is the authority: partition_load() takes everything from there, at the first
 * assignment and again after every write that failed.
 */
#ifndef PIPELINE_PARTITION_H
#define PIPELINE_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "pipeline/totals.h"
#include "sink/sink.h"

/* A record that the sink refused for itself: rejected when it is read again. */
struct refused_row {
	int64_t offset;
	uint32_t table;
	char *text;
};

struct partition {
	int32_t id;
	bool owned;
	bool pending;            /* assigned, but the ledger was not read yet; not owned */
	int64_t next;            /* first record not yet handed to the sink thread */
	int64_t settled;         /* the ledger's next */
	int64_t expected;        /* what the ledger says before the next job; -1: no row yet */
	int64_t low, high;       /* of the log, as last told */
	int64_t beyond_since_us; /* monotonic; since when high is before next; 0: it is not */
	int64_t first, generation;
	char fingerprint[65]; /* of the pipeline file that the ledger was last moved with, or "" */
	int64_t stamp_base, last_stamp;
	int64_t letters_through; /* dead letters below it are appended already */
	bool check_anchor;       /* the first record to come is the last one done */
	int64_t anchor_timestamp_us;
	uint64_t anchor_hash;
	struct totals *totals; /* a table each, up to `next` */
	size_t table_count;
	struct refused_row *refused;
	size_t refused_count, refused_capacity;
};

struct partition *partition_new(int32_t id, const struct plan *plan); /* NULL: out of memory */
void partition_free(struct partition *partition);

/*
 * Take everything from the ledger. *found says whether there was any; if not, the position is `low`
 * and the totals are zero. US_REJECT: the tables do not stand at the same position, or damaged
 * details. US_RETRY, US_FATAL: of the sink.
 */
enum status partition_load(struct partition *partition, struct sink *sink, const char *identity,
			   int64_t low, bool *found, struct err *err);
/* A new pass over the log, from `offset`: the generation after the ledger's and after `generation`,
 * with totals of zero, in the ledger at once. */
enum status partition_restart(struct partition *partition, struct sink *sink, const char *identity,
			      const char *fingerprint, int64_t offset, int64_t generation,
			      struct err *err);
/*
 * The ledger as it stands, under this partition's base of stamps: from then on no owner of a lower
 * base writes it. US_FATAL, kind "ownership": another has moved it; as sink_ops.write otherwise.
 */
enum status partition_claim(struct partition *partition, struct sink *sink, const char *identity,
			    const char *fingerprint, struct err *err);
/* B = max(now, last stamp + a gap) - next, above the former B: once an assignment. */
void partition_fix_stamps(struct partition *partition);
/* The ledger row of a table as it stands at `next`. `details` is appended to; the caller sets
 * row->details. */
void partition_ledger(const struct partition *partition, size_t table, const char *identity,
		      const char *fingerprint, struct ledger_row *row, struct buf *details);

/* Remember that the sink refused a row. False: out of memory. */
bool partition_refuse(struct partition *partition, int64_t offset, uint32_t table,
		      const char *text);
/* The refused row of a record; NULL when there is none. */
const struct refused_row *partition_refused(const struct partition *partition, int64_t offset);

#endif

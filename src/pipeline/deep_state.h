/*
 * deep_state.h - what the two halves of verify --deep share: running the log again (verify_deep.c)
 * and comparing (deep_compare.c).
 */
#ifndef PIPELINE_DEEP_STATE_H
#define PIPELINE_DEEP_STATE_H

#include "pipeline/spill.h"
#include "pipeline/verify_state.h"

struct deep {
	struct verify *verify;
	struct worker *worker;
	struct totals *recount;            /* tables x partitions, table first */
	struct spill **expected, **stored; /* a table each */
	size_t tables;
	size_t partition; /* index of the one being read */
	struct buf key, value;
	uint32_t *hashes; /* of a row */
	int64_t unit_us;  /* of the sink's timestamps */
	int64_t would_pass, beyond;
	int64_t unsettled;   /* rows that records which are not done yet may have given */
	int64_t expired;     /* rows that are not there, of a sink whose rows expire */
	int64_t purged;      /* records that pass now, and whose dead letters were purged */
	int64_t purged_left; /* so many rows may still be missing of the table for that */
	bool partial;        /* the log does not reach back to where the ledger began */
};

static inline struct totals *recount_of(const struct deep *deep, size_t t, size_t partition)
{
	return &deep->recount[t * deep->verify->stat.partition_count + partition];
}

/* Read the tables into deep->stored, and compare rows, totals and letters. */
enum status deep_compare(struct deep *deep, struct err *err);

#endif

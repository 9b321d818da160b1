/*
 * profile.h - where a worker's time goes: every piece of it is counted for the operator that it was
 * spent in, and with it the rows that came to the operator and those that it left. A worker without
 * a profile reads no clock.
 *
 * Operators run one after another, so one clock reading each is enough: who ends takes the time
 * since the one before ended.
 */
#ifndef SQL_PROFILE_H
#define SQL_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "sql/transform.h"

/* What a table does with rows, beside the expressions. */
enum table_step {
	STEP_WHERE,   /* rows where the condition is TRUE */
	STEP_EXPLODE, /* rows of the source to a row for each element */
	STEP_CONVERT, /* what does not fit the declared types is rejected */
	STEP_CHECK,   /* NOT NULL and constraints */
	STEP_BUILD,   /* columns */
	STEP_FINISH,  /* keys that come again in a record; outcomes */
	STEP_COUNT
};

struct figure {
	int64_t in, out; /* rows */
	int64_t ns;
};

struct profile {
	const struct plan *plan;
	int64_t last;                       /* when the operator before ended */
	struct figure read;                 /* JSON */
	struct figure rest;                 /* what belongs to no operator */
	struct figure **nodes;              /* as plan->sources, by node of the dag */
	struct figure (*steps)[STEP_COUNT]; /* by table */
	struct table_counts {
		int64_t stored, filtered, rejected; /* records */
	} * counts;                                 /* by table */
};

/* The time from here on belongs to the operator that ends next. All of these do nothing where
 * `profile` is NULL. */
void profile_begin(struct profile *profile);
void profile_read(struct profile *profile, size_t records, size_t rows);
/* Of the expressions over the rows of a source: an index of plan->sources. */
void profile_node(struct profile *profile, size_t source, uint32_t node, size_t rows);
void profile_step(struct profile *profile, size_t table, enum table_step step, size_t in,
		  size_t out);
/* The time since the operator before ended was spent in none. */
void profile_other(struct profile *profile);
/* Of each operator the smaller of two times: of rounds over the same records, what other work on
 * the machine has not stretched. */
void profile_least(struct profile *profile, const struct profile *round);
/* A batch is done. */
void profile_end(struct profile *profile, const struct transform_result *result);

#endif

/*
 * gate.h - conditions on the ledger's running totals, for `userstream verify --gate`:
 *
 *     rows>=100, rejected_share<0.01, violations(born_before_joining)=0, nulls(email)=0
 *
 * A gate is a list of conditions with commas; each is a measure, one of < <= = == != >= >, and a
 * number, perhaps with a %. Measures:
 *
 *     rows                    rows in the table
 *     read stored filtered rejected replayed lost        records, from the ledger
 *     rejected_share filtered_share                      of the records read; 0 when none were
 *     lag                     records in the log not yet settled
 *     fetched appended refused source_filtered           of the source
 *     violations(CONSTRAINT)  rejected(REASON)           records
 *     nulls(COLUMN)           NULLs among the rows written
 *     null_share(COLUMN)      of the rows written
 *     min(COLUMN) max(COLUMN) of numbers
 *
 * With several tables in the pipeline file counts are sums; TABLE.rows, nulls(TABLE.COLUMN) name
 * one.
 */
#ifndef PIPELINE_GATE_H
#define PIPELINE_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "pipeline/totals.h"
#include "sql/transform.h"

/* What is measured: of each table the totals over all partitions. */
struct gate_facts {
	const struct plan *plan;
	const struct totals *totals; /* a table each */
	const int64_t *rows;         /* count(*) of each table */
	int64_t lag;
	int64_t fetched, appended, refused, source_filtered;
};

struct gate;

/*
 * Parse a gate against a pipeline. US_REJECT, EXIT_BAD_USAGE: every mistake, with its place and
 * what would be right. US_FATAL: out of memory.
 */
enum status gate_parse(struct gate **out, struct span text, const struct plan *plan,
		       struct err *err);
void gate_free(struct gate *gate);
size_t gate_count(const struct gate *gate);
/* Measure: a line for each condition that fails ("rows>=100: it is 42"); returns how many. */
int64_t gate_measure(const struct gate *gate, const struct gate_facts *facts, struct buf *out);

#endif

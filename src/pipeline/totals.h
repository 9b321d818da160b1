/*
 * totals.h - the running account of one table and partition: the counters of its ledger row, and
 * the details that stand beside them as JSON:
 *
 *     {"rows":990,"violations":{"born_before_joining":12},"rejected":{"valid_email":3},
 *      "columns":{"email":{"nulls":0},"latitude":{"nulls":2,"min":-89.9,"max":89.9}}}
 *
 * All of it is a function of the records below the ledger's `next` (and of the replayed dead
 * letters), so it can be recounted. The cost per row is what min and max of the numeric columns
 * cost; NULLs come from the batch's own counts.
 */
#ifndef PIPELINE_TOTALS_H
#define PIPELINE_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/column.h"
#include "core/err.h"
#include "core/ledger.h"
#include "sql/transform.h"

#define DETAILS_MAX ((size_t)1 << 20)

struct count_entry {
	char *name;
	int64_t count;
};
/* Names and counts, in the order of first sight. */
struct count_list {
	struct count_entry *items;
	size_t count, capacity;
};
/* Add to a name. False: out of memory. */
bool count_list_add(struct count_list *list, const char *name, int64_t count);
/* 0 where the name is unknown; *found may be NULL. */
int64_t count_list_get(const struct count_list *list, const char *name, bool *found);
void count_list_release(struct count_list *list);

struct column_total {
	int64_t nulls;
	bool ranged; /* min and max are known: numbers, times and dates, once one was not NULL */
	int64_t min, max;
	double min_real, max_real; /* COLUMN_DOUBLE */
};

struct totals {
	const struct table_def *table; /* borrowed from the plan */
	int64_t read, stored, filtered, rejected, replayed, lost;
	int64_t rows; /* written; a record may give several or none */
	struct count_list violations, rejected_by;
	struct column_total *columns; /* table->column_count */
};

/* False: out of memory, nothing to release. */
bool totals_init(struct totals *totals, const struct table_def *table);
void totals_release(struct totals *totals);
/* All zero again. */
void totals_clear(struct totals *totals);

/* Add what the transform made of `count` records. False: out of memory (then it is half added). */
bool totals_add(struct totals *totals, const struct plan *plan, uint32_t table,
		const struct transform_result *result, size_t count);
/* Add the columns' statistics of one batch of rows only. */
void totals_add_rows(struct totals *totals, const struct row_batch *rows);

/* Take counters and details from a ledger row. US_REJECT: the details are damaged. */
enum status totals_load(struct totals *totals, const struct ledger_row *row, struct err *err);
/* Put the counters into a ledger row and append the details to `details`; row->details is left to
 * the caller (the buffer may still move). */
void totals_store(const struct totals *totals, struct ledger_row *row, struct buf *details);

/*
 * Append a line for each counter in which the two differ ("stored: ledger 10, recount 11\n").
 * Returns how many differ.
 */
int64_t totals_compare(const struct totals *ledger, const struct totals *recount, struct buf *out);

#endif

/*
 * transform.h - the room's interface to pipeline/, cli/ and the library: compile a pipeline file,
 * run batches of records through it.
 */
#ifndef SQL_TRANSFORM_H
#define SQL_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/column.h"
#include "core/diag.h"
#include "core/err.h"
#include "core/record.h"

struct plan; /* a compiled pipeline file: immutable, shared by threads */

struct plan_options {
	const char *
	    stream; /* the name FROM STREAM must match: the topic's, e.g. "user_topic"; NULL: any */
	/* ${NAME}: returns the value to bind as a literal, or NULL: unknown. May be NULL. */
	const char *(*variable)(void *user, struct span name);
	void *user;
	/*
	 * A text that is one SELECT is taken too: one table without name and key. Its columns have
	 * the types of the expressions (DECIMAL, ARRAY and INTERVAL are TEXT as by Spark's CAST,
	 * BINARY is TEXT in hexadecimal), and are called as the aliases, the fields or, failing
	 * that, the expressions' texts. Values are kept as they are: NaN is no reason to reject.
	 * FROM may be left out; then no field can be read.
	 */
	bool bare_select;
};

/* NULL when there are errors, all of which are in `diags`. `text` need not outlive the call. */
struct plan *plan_compile(struct span text, const struct plan_options *options,
			  struct diag_list *diags, struct err *err);
void plan_free(struct plan *plan);

enum violation_action { VIOLATION_COUNT, VIOLATION_DROP_ROW, VIOLATION_FAIL_UPDATE };
struct constraint_def {
	const char *name;
	enum violation_action action;
	const char *text; /* the expression as written */
};

/* Tables of one file; dead letters have a bit for each. */
#define PLAN_TABLES_MAX 24
size_t plan_table_count(const struct plan *plan);
const struct table_def *plan_table(const struct plan *plan, size_t table);
/* What FROM STREAM names: the index of another table, whose rows it reads, or PLAN_STREAM. */
#define PLAN_STREAM SIZE_MAX
size_t plan_table_source(const struct plan *plan, size_t table);
size_t plan_constraint_count(const struct plan *plan, size_t table);
const struct constraint_def *plan_constraint(const struct plan *plan, size_t table, size_t i);
/* What FROM STREAM names; "" where a bare SELECT has no FROM. */
const char *plan_stream(const struct plan *plan);
/* SHA-256 in hex of what the file means to the data: comments, white space and the case of keywords
 * do not change it. */
const char *plan_fingerprint(const struct plan *plan);
/* The typed plan, paths, types stored, where each column comes from: for people. */
enum status plan_explain(const struct plan *plan, struct buf *out, struct err *err);
/* The SELECT of a table as plain Spark SQL text, for the Spark job; ${NAME} is the parameter marker
 * :NAME. */
enum status plan_spark_select(const struct plan *plan, size_t table, struct buf *out,
			      struct err *err);
/*
 * The fields that a table's SELECT reads, as a schema for Spark's from_json. plan_spark_select
 * reads from a view named as the stream, whose columns are these and the metadata columns that are
 * used. Of a table that reads another: the columns of that one, as Spark has them. US_REJECT:
 * Spark's from_json cannot give this (a field is read both whole and in parts).
 */
enum status plan_spark_schema(const struct plan *plan, size_t table, struct buf *out,
			      struct err *err);

struct worker;                                      /* one per thread */
struct worker *worker_new(const struct plan *plan); /* NULL: out of memory */
void worker_free(struct worker *worker);

enum reject_kind {
	REJECT_MALFORMED,  /* "malformed_json" */
	REJECT_TOMBSTONE,  /* "tombstone" */
	REJECT_COLUMN,     /* conversion or NULL in a NOT NULL column: `name` is the column */
	REJECT_CONSTRAINT, /* `name` is the constraint */
	REJECT_EVALUATION  /* an expression refused the record (a match limit) */
};

struct rejection {
	uint32_t record; /* index in the batch */
	uint32_t table;
	enum reject_kind kind;
	const char *name;   /* column or constraint, else "" */
	const char *reason; /* stable label for counting: "malformed_json", "tombstone",
			       "valid_email", "column id", "evaluation" */
	const char *text;   /* for people, with the value */
};

enum { OUTCOME_STORED, OUTCOME_FILTERED, OUTCOME_REJECTED };

/*
 * What became of the records in one table. A record gives no row, one, or with explode several; it
 * counts once, and is rejected, with none of its rows left, when any of them is. Of a record's rows
 * with one primary key only the last is there.
 */
struct table_result {
	struct row_batch rows;              /* row_count may be above or below `stored` */
	const uint8_t *outcome;             /* per record */
	int64_t stored, filtered, rejected; /* records; filtered: it gave no row */
	const int64_t
	    *violations; /* per constraint: records that violated it, whatever the action */
};

struct transform_result {
	const struct table_result *tables;  /* plan_table_count() */
	const struct rejection *rejections; /* by record, then table */
	size_t rejection_count;
	/* A FAIL UPDATE constraint was violated: index of the first such record; records before it
	 * are fine. -1: none */
	int64_t failed_record;
	uint32_t failed_table;
	const char *failed_text;
};

/*
 * Transform at most VECTOR_ROWS records of one topic and partition. Everything in *out lives until
 * the second call after this one (two arenas in turn), so a sink can write one batch while the next
 * is transformed. US_OK or US_FATAL (out of memory).
 *
 * The first reason of a record and table counts: malformed, evaluation, conversion (in the order of
 * columns), NULL in a NOT NULL column, constraints (in their order). Constraints are evaluated, and
 * their violations counted, for every row that was converted, also where an earlier one dropped it.
 * A table that reads another sees the rows of the records which that one accepted; what that one
 * rejected it rejects too, for the same reason.
 * A record that FAIL UPDATE stops at is listed as rejected too; who commits cuts the batch before
 * it and transforms that again, so that the counts are those of the cut batch.
 */
#define TRANSFORM_ROWS 4096
enum status worker_transform(struct worker *worker, const char *topic, const struct record *records,
			     size_t count, struct transform_result *out, struct err *err);

/* Rows and time of each operator, over all batches of the worker that has it. */
struct profile;
struct profile *profile_new(const struct plan *plan); /* NULL: out of memory */
void profile_free(struct profile *profile);
/* Count into a profile of the same plan from the next batch on; NULL: no longer. Borrowed. */
void worker_measure(struct worker *worker, struct profile *profile);
/* The operators with their figures: for people. The expressions are numbered as in plan_explain. */
enum status profile_print(const struct profile *profile, struct buf *out, struct err *err);

#endif

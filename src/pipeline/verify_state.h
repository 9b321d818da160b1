/*
 * verify_state.h - what verify.c and its deep part share.
 */
#ifndef PIPELINE_VERIFY_STATE_H
#define PIPELINE_VERIFY_STATE_H

#include "pipeline/dead_fold.h"
#include "pipeline/ingest_cursor.h"
#include "pipeline/partition.h"
#include "pipeline/verify.h"

struct verify {
	const struct verify_config *config;
	struct verify_result *result;
	struct log *log, *letters;
	struct sink *sink;
	struct ingest_cursor cursor;
	struct dead_fold fold;
	bool letters_purged;  /* the stream does not reach back to its beginning */
	bool former_log;      /* the table holds rows of a log that is gone */
	bool fingerprint_new; /* the pipeline file is not the one that filled the table */
	struct log_stat stat;
	struct partition **partitions; /* of the ledger, one for each of the log */
	bool *found;
	struct totals *sums; /* a table each, over partitions */
	int64_t *rows;       /* count(*) of each table */
	int64_t lag;
};

/* Count a difference, and tell it unless there were too many. */
void verify_differs(struct verify *verify, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A line that is no difference. */
void verify_tell(struct verify *verify, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* May rows stand of records that are not done yet: written before their ledger, which did not
 * follow? */
bool verify_is_unsettled(const struct verify *verify);

/* How many dead letters of a table and partition wait to be replayed. */
int64_t verify_pending_letters(const struct verify *verify, const char *table, int32_t partition);

/* The deep part: run the pipeline again and compare. */
enum status verify_deep(struct verify *verify, struct err *err);

#endif

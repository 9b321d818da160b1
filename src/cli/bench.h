/*
 * bench.h - the built-in benchmarks: figures of whole paths on this machine, each beside a
 * reference measured in the same run, since no absolute time says much on a shared machine.
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include <stdint.h>

#include "core/err.h"
#include "core/record.h"
#include "sql/transform.h"

#define BENCH_PATH_MAX 512

/* What every bench works with. */
struct bench {
	const char *directory; /* for files, removed afterwards */
	const char *program;   /* path of this executable */
	const char *pipeline;  /* path of the pipeline file */
	const struct plan *plan;
	int64_t users;
	int64_t batch; /* records in one transaction */
	int missed;    /* goals, so far */
};

/* A line of the report: ours, the reference, and ours as a share of it. */
struct bench_figure {
	const char *what;
	const char *unit;
	double ours;
	const char *reference;
	double theirs;
	double ratio;    /* 0: ours / theirs */
	double at_least; /* what the ratio is to be; 0: no such goal */
	double at_most;
};

/* Print it, and count a goal that is missed. */
void bench_report(struct bench *bench, const struct bench_figure *figure);

/* file: -> LMDB -> SQL -> SQLite against a bare loop of the same upserts. */
enum status bench_pipeline(struct bench *bench, struct err *err);
/* The cost of a user from ten thousand users to bench->users. */
enum status bench_growth(struct bench *bench, struct err *err);
/* From fetched to stored, against a bare loop of the same two durable commits. */
enum status bench_latency(struct bench *bench, struct err *err);
/* From exec to the first row that another process can read. */
enum status bench_startup(struct bench *bench, struct err *err);

/* ---- the bare loop: SQLite's own calls and nothing else, on the sink's schema and settings. */
struct bare_sink;
/* `path` must not exist. */
enum status bare_sink_open(struct bare_sink **out, const char *path, const struct table_def *table,
			   struct err *err);
/* One transaction: the rows in the order the sink writes them, and a ledger row. *took_ns grows by
 * the time between BEGIN and the end of COMMIT. */
enum status bare_sink_write(struct bare_sink *sink, const struct row_batch *rows,
			    int64_t first_stamp, int64_t *took_ns, struct err *err);
void bare_sink_close(struct bare_sink *sink);

#endif

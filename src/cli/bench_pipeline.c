/*
 * bench_pipeline.c - whole paths: a file of users through log, transform and sink, beside what
 * SQLite alone needs for the same rows; and how the cost of a user grows with their number.
 *
 * The two take turns, each on a database of its own: the program takes a part of the file, then the
 * bare loop stores the same records, and so on. So both meet the same machine.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/bench.h"
#include "core/clock.h"
#include "log/log.h"
#include "pipeline/supervisor.h"
#include "simulator/simulator.h"
#include "source/source.h"

static const char *const REDACT[] = { "login.password", "login.salt", "login.md5", "login.sha1",
				      "login.sha256" };

struct contest {
	const struct bench *bench;
	char users_file[BENCH_PATH_MAX], source[BENCH_PATH_MAX + 8];
	char log[BENCH_PATH_MAX], sink[BENCH_PATH_MAX];
	struct bare_sink *bare;
	struct worker *worker;
	int64_t next; /* offset below which both have stored */
};

/* Nanoseconds a user of one turn. */
struct turn {
	double ours;
	double flowing; /* ours, without opening and closing: first commit to last */
	double bare;
};

/* Write `users` simulated users to a file, a line each. */
static enum status write_users(const char *path, int64_t users, struct err *err)
{
	struct simulator *simulator = NULL;
	struct source *source = NULL;
	FILE *file = fopen(path, "we");
	if (!file)
		return err_set(err, US_REJECT, EXIT_IO, "%s: %s", path, strerror(errno));
	struct simulator_config simulated = { .listen = "127.0.0.1:0",
					      .clean = true,
					      .threads = 1 };
	enum status status = simulator_start(&simulator, &simulated, err);
	if (status == US_OK) {
		struct source_config config = { .uri = simulator_url(simulator),
						.records = "results",
						.key = "login.uuid",
						.results = 5000,
						.seed = "bench",
						.local = true,
						.timeout_ms = 60000,
						.user_agent = "userstream-bench" };
		status = source_open(&source, &config, (struct span){ .data = "", .len = 0 }, err);
	}
	int64_t written = 0;
	while (status == US_OK && written < users) {
		struct source_batch batch;
		status = source_next(source, &batch, err);
		for (size_t i = 0; status == US_OK && i < batch.record_count && written < users;
		     i++, written++) {
			fwrite(batch.records[i].value.data, 1, batch.records[i].value.len, file);
			putc('\n', file);
		}
	}
	source_close(source);
	simulator_stop(simulator);
	bool bad = ferror(file);
	if ((fclose(file) != 0 || bad) && status == US_OK)
		status = err_set(err, US_REJECT, EXIT_IO, "%s: cannot be written: %s", path,
				 strerror(errno));
	return status;
}

static void contest_end(struct contest *contest)
{
	bare_sink_close(contest->bare);
	worker_free(contest->worker);
	unlink(contest->users_file);
}

/* On failure there is nothing to end. */
static enum status contest_begin(struct contest *contest, const struct bench *bench,
				 const char *name, struct err *err)
{
	char bare[BENCH_PATH_MAX];
	*contest = (struct contest){ .bench = bench };
	snprintf(contest->users_file, BENCH_PATH_MAX, "%s/%s.jsonl", bench->directory, name);
	snprintf(contest->source, sizeof(contest->source), "file:%s", contest->users_file);
	snprintf(contest->log, BENCH_PATH_MAX, "lmdb:%s/%s.log", bench->directory, name);
	snprintf(contest->sink, BENCH_PATH_MAX, "sqlite:%s/%s.db", bench->directory, name);
	snprintf(bare, sizeof(bare), "%s/%s_bare.db", bench->directory, name);
	contest->worker = worker_new(bench->plan);
	enum status status = contest->worker ? US_OK : err_no_memory(err, "starting a worker");
	if (status == US_OK)
		status = bare_sink_open(&contest->bare, bare, plan_table(bench->plan, 0), err);
	if (status == US_OK)
		status = write_users(contest->users_file, bench->users, err);
	if (status != US_OK)
		contest_end(contest);
	return status;
}

/* Wait for the end; nanoseconds a record between the first commit seen and the last (0: all came
 * with one). */
static double watch(struct supervisor *supervisor)
{
	int64_t first = 0, first_ns = 0, last = 0, last_ns = 0;
	bool ended;
	do {
		struct status_report report;
		ended = supervisor_wait(supervisor, 1);
		supervisor_report(supervisor, &report);
		int64_t done = report.stored + report.rejected + report.filtered;
		if (done == last)
			continue;
		last = done;
		last_ns = clock_mono_ns();
		if (first == 0) {
			first = last;
			first_ns = last_ns;
		}
	} while (!ended);
	return last > first ? (double)(last_ns - first_ns) / (double)(last - first) : 0;
}

/* The next `count` users (0: all that are left) through the whole pipeline. */
static enum status run_ours(struct contest *contest, int64_t count, int64_t *took_ns,
			    double *flowing, struct err *err)
{
	const struct bench *bench = contest->bench;
	struct supervisor_config config = {
		.ingest = true,
		.process = true,
		.source = { .uri = contest->source,
			    .records = "results",
			    .key = "login.uuid",
			    .redact = REDACT,
			    .redact_count = sizeof(REDACT) / sizeof(REDACT[0]) },
		.source_identity = contest->source,
		.log = { .uri = contest->log, .create = true },
		.sink = { .uri = contest->sink, .create = true },
		.plan = bench->plan,
		.topic = "user_topic",
		.reader = "process",
		.count = count,
		.batch_records = (int)bench->batch,
	};
	struct supervisor *supervisor = NULL;
	int64_t start = clock_mono_ns();
	enum status status = supervisor_start(&supervisor, &config, err);
	if (status != US_OK)
		return status;
	*flowing = watch(supervisor);
	*took_ns = clock_mono_ns() - start;
	status = supervisor_result(supervisor, err);
	supervisor_free(supervisor);
	return status;
}

/* The same records from the log, transformed outside the clock, into the bare loop. */
static enum status run_bare(struct contest *contest, int64_t *took_ns, int64_t *rows,
			    struct err *err)
{
	size_t most = contest->bench->batch < TRANSFORM_ROWS ? (size_t)contest->bench->batch
							     : TRANSFORM_ROWS;
	struct log_config config = { .uri = contest->log,
				     .stream = LOG_RECORDS,
				     .read_only = true };
	struct log *log = NULL;
	struct log_reader *reader = NULL;
	enum status status = log_open(&log, &config, err);
	if (status == US_OK)
		status = log->ops->reader_open(log, "", &reader, err);
	while (status == US_OK) {
		struct log_event event;
		struct transform_result result;
		status = reader->ops->poll(reader, 0, most, &event, err);
		if (status != US_OK || event.kind == LOG_EVENT_NONE)
			break;
		if (event.kind == LOG_EVENT_ASSIGNED)
			status = reader->ops->seek(reader, event.partition, contest->next, err);
		if (event.kind != LOG_EVENT_RECORDS)
			continue;
		status = worker_transform(contest->worker, "user_topic", event.records,
					  event.record_count, &result, err);
		if (status == US_OK)
			status = bare_sink_write(contest->bare, &result.tables[0].rows,
						 1 + event.records[0].offset, took_ns, err);
		if (status == US_OK) {
			*rows += result.tables[0].rows.row_count;
			contest->next = event.next;
		}
	}
	log_reader_close(reader);
	log_close(log);
	return status;
}

static enum status contest_turn(struct contest *contest, int64_t count, struct turn *turn,
				struct err *err)
{
	int64_t ours_ns = 0, bare_ns = 0, rows = 0, before = contest->next;
	double flowing = 0;
	enum status status = run_ours(contest, count, &ours_ns, &flowing, err);
	if (status == US_OK)
		status = run_bare(contest, &bare_ns, &rows, err);
	if (status == US_OK && rows == 0)
		status = err_set(err, US_FATAL, EXIT_INTERNAL,
				 "there are too few users for a turn (--count)");
	if (status == US_OK)
		*turn = (struct turn){ .ours = (double)ours_ns / (double)(contest->next - before),
				       .flowing = flowing,
				       .bare = (double)bare_ns / (double)rows };
	return status;
}

static int compare_shares(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

enum status bench_pipeline(struct bench *bench, struct err *err)
{
	enum { TURNS = 3, MIDDLE = TURNS / 2 };
	struct contest contest;
	double shares[TURNS], ours = 0, bare = 0;
	enum status status = contest_begin(&contest, bench, "pipeline", err);
	if (status != US_OK)
		return status;
	for (int i = 0; status == US_OK && i < TURNS; i++) {
		struct turn turn = { .ours = 0 };
		status = contest_turn(&contest, i + 1 < TURNS ? bench->users / TURNS : 0, &turn,
				      err);
		shares[i] = turn.ours > 0 ? turn.bare / turn.ours : 0;
		ours += turn.ours / TURNS;
		bare += turn.bare / TURNS;
	}
	contest_end(&contest);
	if (status != US_OK)
		return status;
	qsort(shares, TURNS, sizeof(shares[0]), compare_shares);
	bench_report(bench, &(struct bench_figure){ .what = "file to SQLite, median of 3",
						    .unit = "users/s",
						    .ours = 1e9 / ours,
						    .reference = "the same upserts, bare",
						    .theirs = 1e9 / bare,
						    .ratio = shares[MIDDLE],
						    .at_least = 0.8 });
	return US_OK;
}

enum status bench_growth(struct bench *bench, struct err *err)
{
	struct contest contest;
	enum status status = contest_begin(&contest, bench, "growth", err);
	if (status != US_OK)
		return status;
	for (int64_t upto = 10000; status == US_OK && contest.next < bench->users; upto *= 10) {
		struct turn turn;
		char what[64];
		int64_t first = contest.next;
		bool last = upto >= bench->users;
		status = contest_turn(&contest, last ? 0 : upto - first, &turn, err);
		if (status != US_OK)
			break;
		snprintf(what, sizeof(what), "users %lld to %lld", (long long)first,
			 (long long)contest.next);
		bench_report(bench, &(struct bench_figure){ .what = what,
							    .unit = "us/user",
							    .ours = turn.flowing / 1e3,
							    .reference = "bare SQLite",
							    .theirs = turn.bare / 1e3,
							    .at_most = first ? 1.25 : 0 });
	}
	contest_end(&contest);
	return status;
}

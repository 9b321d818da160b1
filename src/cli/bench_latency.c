/*
 * bench_latency.c - how long a user is on the way: from fetched to stored in a running pipeline,
 * and from exec to the first row that another process can read.
 *
 * The reference of the first is a bare loop of what durability alone costs: one commit of the log,
 * then one of the database, of as many records at the same pace.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/bench.h"
#include "core/clock.h"
#include "core/histogram.h"
#include "core/mem.h"
#include "log/log.h"
#include "pipeline/supervisor.h"
#include "simulator/simulator.h"

#define PAGE_USERS 100
#define PAGES      200
#define PACE_MS    20

extern char **environ;

static enum status start_simulator(struct simulator **out, struct err *err)
{
	struct simulator_config config = { .listen = "127.0.0.1:0", .clean = true, .threads = 1 };
	return simulator_start(out, &config, err);
}

static enum status run_paced(const struct bench *bench, struct histogram *latency, struct err *err)
{
	char log[BENCH_PATH_MAX], sink[BENCH_PATH_MAX];
	snprintf(log, sizeof(log), "lmdb:%s/latency.log", bench->directory);
	snprintf(sink, sizeof(sink), "sqlite:%s/latency.db", bench->directory);
	struct simulator *simulator = NULL;
	struct supervisor *supervisor = NULL;
	enum status status = start_simulator(&simulator, err);
	if (status != US_OK)
		return status;
	struct supervisor_config config = {
		.ingest = true,
		.process = true,
		.source = { .uri = simulator_url(simulator),
			    .records = "results",
			    .key = "login.uuid",
			    .results = PAGE_USERS,
			    .local = true,
			    .timeout_ms = 60000,
			    .user_agent = "userstream-bench" },
		.source_identity = "simulator:",
		.log = { .uri = log, .create = true },
		.sink = { .uri = sink, .create = true },
		.plan = bench->plan,
		.topic = "user_topic",
		.reader = "process",
		.every_ms = PACE_MS,
		.count = (int64_t)PAGE_USERS * PAGES,
		.batch_records = (int)bench->batch,
	};
	status = supervisor_start(&supervisor, &config, err);
	if (status == US_OK) {
		supervisor_wait(supervisor, -1);
		status = supervisor_result(supervisor, err);
		struct status_report *report = mem_calloc(1, sizeof(*report));
		if (report) {
			supervisor_report(supervisor, report);
			memcpy(latency, report->latency, sizeof(*latency));
			mem_free(report);
		} else {
			status = err_no_memory(err, "reading the latency");
		}
	}
	supervisor_free(supervisor);
	simulator_stop(simulator);
	return status;
}

/* Read the same pages back from the log of the run, and commit them anew, bare, at the same pace.
 */
static enum status run_bare_commits(const struct bench *bench, struct histogram *latency,
				    struct err *err)
{
	char from[BENCH_PATH_MAX], to[BENCH_PATH_MAX], path[BENCH_PATH_MAX];
	snprintf(from, sizeof(from), "lmdb:%s/latency.log", bench->directory);
	snprintf(to, sizeof(to), "lmdb:%s/bare.log", bench->directory);
	snprintf(path, sizeof(path), "%s/bare_latency.db", bench->directory);
	struct log_config reading = { .uri = from, .stream = LOG_RECORDS, .read_only = true };
	struct log_config writing = {
		.uri = to, .stream = LOG_RECORDS, .create = true, .exclusive = true
	};
	struct log *source = NULL, *target = NULL;
	struct log_reader *reader = NULL;
	struct bare_sink *bare = NULL;
	struct worker *worker = worker_new(bench->plan);
	enum status status = worker ? US_OK : err_no_memory(err, "starting a worker");
	if (status == US_OK)
		status = bare_sink_open(&bare, path, plan_table(bench->plan, 0), err);
	if (status == US_OK)
		status = log_open(&source, &reading, err);
	if (status == US_OK)
		status = log_open(&target, &writing, err);
	if (status == US_OK)
		status = source->ops->reader_open(source, "", &reader, err);
	while (status == US_OK) {
		struct log_event event;
		struct transform_result result;
		status = reader->ops->poll(reader, 0, PAGE_USERS, &event, err);
		if (status != US_OK || event.kind == LOG_EVENT_NONE)
			break;
		if (event.kind != LOG_EVENT_RECORDS)
			continue;
		status = worker_transform(worker, "user_topic", event.records, event.record_count,
					  &result, err);
		if (status != US_OK)
			break;
		int64_t start = clock_mono_us(), in_sqlite_ns = 0;
		status = target->ops->append(target, event.records, event.record_count, NULL, NULL,
					     err);
		if (status == US_OK)
			status = bare_sink_write(bare, &result.tables[0].rows,
						 1 + event.records[0].offset, &in_sqlite_ns, err);
		histogram_add(latency, clock_mono_us() - start, event.record_count);
		poll(NULL, 0, PACE_MS);
	}
	log_reader_close(reader);
	log_close(source);
	log_close(target);
	bare_sink_close(bare);
	worker_free(worker);
	return status;
}

enum status bench_latency(struct bench *bench, struct err *err)
{
	struct histogram *ours = mem_calloc(2, sizeof(*ours));
	if (!ours)
		return err_no_memory(err, "measuring latency");
	struct histogram *bare = ours + 1;
	enum status status = run_paced(bench, ours, err);
	if (status == US_OK)
		status = run_bare_commits(bench, bare, err);
	if (status == US_OK) {
		bench_report(bench, &(struct bench_figure){
					.what = "fetched to stored, p50",
					.unit = "us",
					.ours = (double)histogram_quantile(ours, 0.50),
					.reference = "two bare commits",
					.theirs = (double)histogram_quantile(bare, 0.50) });
		bench_report(
		    bench, &(struct bench_figure){ .what = "fetched to stored, p99",
						   .unit = "us",
						   .ours = (double)histogram_quantile(ours, 0.99),
						   .reference = "two bare commits",
						   .theirs = (double)histogram_quantile(bare, 0.99),
						   .at_most = 3 });
	}
	mem_free(ours);
	return status;
}

/* True once a row can be read. */
static bool has_row(const char *path)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	bool found = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
		     sqlite3_prepare_v2(db, "SELECT 1 FROM user_profiles LIMIT 1", -1, &statement,
					NULL) == SQLITE_OK &&
		     sqlite3_step(statement) == SQLITE_ROW;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return found;
}

/* Start the program on empty directories and poll its database; microseconds, or -1. */
static int64_t first_row_us(const struct bench *bench, int trial)
{
	char log[BENCH_PATH_MAX], sink[BENCH_PATH_MAX];
	snprintf(log, sizeof(log), "lmdb:%s/startup%d.log", bench->directory, trial);
	snprintf(sink, sizeof(sink), "sqlite:%s/startup%d.db", bench->directory, trial);
	const char *const args[] = { bench->program, "run",   "--source",   "simulator:",
				     "--listen",     "none",  "--pipeline", bench->pipeline,
				     "--log",        log,     "--sink",     sink,
				     "--log-level",  "error", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	pid_t pid;
	int64_t start = clock_mono_us(), took = -1;
	int failed = posix_spawn(&pid, bench->program, &actions, NULL,
				 (char *const *)(uintptr_t)args, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		return -1;
	while (took < 0 && clock_mono_us() - start < 20 * 1000 * 1000 &&
	       waitpid(pid, NULL, WNOHANG) == 0) {
		if (has_row(sink + strlen("sqlite:")))
			took = clock_mono_us() - start;
		else
			poll(NULL, 0, 1);
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	return took;
}

static int compare_us(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

enum status bench_startup(struct bench *bench, struct err *err)
{
	enum { TRIALS = 9, MIDDLE = TRIALS / 2 };
	int64_t took[TRIALS];
	for (int trial = 0; trial < TRIALS; trial++) {
		took[trial] = first_row_us(bench, trial);
		if (took[trial] < 0)
			return err_set(err, US_FATAL, EXIT_INTERNAL,
				       "the program did not store a row within 20 s of its start");
	}
	qsort(took, TRIALS, sizeof(took[0]), compare_us);
	bench_report(bench, &(struct bench_figure){ .what = "exec to first row, best of 9",
						    .unit = "ms",
						    .ours = (double)took[0] / 1e3,
						    .reference = "the goal",
						    .theirs = 100 });
	bench_report(bench, &(struct bench_figure){ .what = "exec to first row, median",
						    .unit = "ms",
						    .ours = (double)took[MIDDLE] / 1e3,
						    .reference = "the goal",
						    .theirs = 100,
						    .at_most = 1 });
	return US_OK;
}

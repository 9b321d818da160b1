/*
 * bench_pipeline.c - whole paths: a file of users through log, transform and sink, beside what
 * SQLite alone needs for the same rows; and how the cost of a user grows with their number.
 */
#include <errno.h>
#include <stdio.h>
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

enum status bench_users_file(const struct bench *bench, int64_t users, const char *path,
			     struct err *err)
{
	(void)bench;
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

/* Run a file through the whole pipeline into DIRECTORY/NAME.log and .db; *took_us is the wall time.
 */
static enum status run_file(const struct bench *bench, const char *users_file, const char *name,
			    int64_t *took_us, struct err *err)
{
	char source[BENCH_PATH_MAX], log[BENCH_PATH_MAX], sink[BENCH_PATH_MAX];
	snprintf(source, sizeof(source), "file:%s", users_file);
	snprintf(log, sizeof(log), "lmdb:%s/%s.log", bench->directory, name);
	snprintf(sink, sizeof(sink), "sqlite:%s/%s.db", bench->directory, name);
	struct supervisor_config config = {
		.ingest = true,
		.process = true,
		.source = { .uri = source,
			    .records = "results",
			    .key = "login.uuid",
			    .redact = REDACT,
			    .redact_count = sizeof(REDACT) / sizeof(REDACT[0]) },
		.source_identity = source,
		.log = { .uri = log, .create = true },
		.sink = { .uri = sink, .create = true },
		.plan = bench->plan,
		.topic = "user_topic",
		.reader = "process",
		.batch_records = (int)bench->batch,
	};
	struct supervisor *supervisor = NULL;
	int64_t start = clock_mono_us();
	enum status status = supervisor_start(&supervisor, &config, err);
	if (status != US_OK)
		return status;
	supervisor_wait(supervisor, -1);
	*took_us = clock_mono_us() - start;
	status = supervisor_result(supervisor, err);
	supervisor_free(supervisor);
	return status;
}

/* The same records from the log, transformed outside the clock, into the bare loop. */
static enum status run_bare(const struct bench *bench, const char *name, int64_t *took_ns,
			    int64_t *rows, struct err *err)
{
	char uri[BENCH_PATH_MAX], path[BENCH_PATH_MAX];
	snprintf(uri, sizeof(uri), "lmdb:%s/%s.log", bench->directory, name);
	snprintf(path, sizeof(path), "%s/bare.db", bench->directory);
	struct log_config config = { .uri = uri, .stream = LOG_RECORDS, .read_only = true };
	struct log *log = NULL;
	struct log_reader *reader = NULL;
	struct bare_sink *bare = NULL;
	struct worker *worker = worker_new(bench->plan);
	enum status status = worker ? US_OK : err_no_memory(err, "starting a worker");
	if (status == US_OK)
		status = bare_sink_open(&bare, path, plan_table(bench->plan, 0), err);
	if (status == US_OK)
		status = log_open(&log, &config, err);
	if (status == US_OK)
		status = log->ops->reader_open(log, "", &reader, err);
	*took_ns = *rows = 0;
	while (status == US_OK) {
		struct log_event event;
		size_t most = bench->batch < TRANSFORM_ROWS ? (size_t)bench->batch : TRANSFORM_ROWS;
		status = reader->ops->poll(reader, 0, most, &event, err);
		if (status != US_OK || event.kind == LOG_EVENT_NONE)
			break;
		if (event.kind != LOG_EVENT_RECORDS)
			continue;
		struct transform_result result;
		status = worker_transform(worker, "user_topic", event.records, event.record_count,
					  &result, err);
		if (status == US_OK)
			status = bare_sink_write(bare, &result.tables[0].rows,
						 1 + event.records[0].offset, took_ns, err);
		if (status == US_OK)
			*rows += result.tables[0].rows.row_count;
	}
	log_reader_close(reader);
	log_close(log);
	bare_sink_close(bare);
	worker_free(worker);
	unlink(path);
	return status;
}

enum status bench_pipeline(const struct bench *bench, struct err *err)
{
	char users_file[BENCH_PATH_MAX];
	snprintf(users_file, sizeof(users_file), "%s/users.jsonl", bench->directory);
	enum status status = bench_users_file(bench, bench->users, users_file, err);
	int64_t took_us = 0, bare_ns = 0, rows = 0;
	if (status == US_OK)
		status = run_file(bench, users_file, "pipeline", &took_us, err);
	unlink(users_file);
	if (status == US_OK)
		status = run_bare(bench, "pipeline", &bare_ns, &rows, err);
	if (status == US_OK)
		bench_line("file to SQLite", "users/s",
			   (double)bench->users * 1e6 / (double)took_us, "the same upserts, bare",
			   (double)rows * 1e9 / (double)bare_ns);
	return status;
}

enum status bench_growth(const struct bench *bench, struct err *err)
{
	double first = 0;
	enum status status = US_OK;
	for (int64_t users = 10000; users <= bench->users && status == US_OK; users *= 10) {
		char users_file[BENCH_PATH_MAX], name[64], what[64];
		snprintf(users_file, sizeof(users_file), "%s/growth.jsonl", bench->directory);
		snprintf(name, sizeof(name), "growth%lld", (long long)users);
		snprintf(what, sizeof(what), "%lld users", (long long)users);
		int64_t took_us = 0, bare_ns = 0, rows = 0;
		status = bench_users_file(bench, users, users_file, err);
		if (status == US_OK)
			status = run_file(bench, users_file, name, &took_us, err);
		unlink(users_file);
		if (status == US_OK)
			status = run_bare(bench, name, &bare_ns, &rows, err);
		if (status != US_OK)
			break;
		double cost = (double)took_us / (double)users;
		if (first == 0)
			first = cost;
		bench_line(what, "us/user", cost, "bare SQLite",
			   (double)bare_ns / 1e3 / (double)rows);
	}
	return status;
}

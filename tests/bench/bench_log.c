/*
 * bench_log.c - the LMDB log's append against a bare loop of LMDB's own calls: the same bytes, in
 * transactions of the same size, on the same disk, both with a sync for each commit; in turns, so
 * that a machine that is busy for a while is busy for both. Then reading, and waking.
 *
 *     bench_log [DIRECTORY]     the directory is made and removed; default: under the working one
 */
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "log/log.h"
#include "log/log_record.h"

#define ROUNDS      9
#define VALUE_BYTES 1100 /* a user of the API, without its login's secrets */

static char values[64][VALUE_BYTES + 64];
static const char key[] = "00000000-0000-4000-8000-000000000000";

static void check(int rc, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mdb_strerror(rc));
	exit(1);
}

static void check_status(enum status status, const struct err *err)
{
	if (status == US_OK)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

static struct record record_of(size_t i)
{
	size_t len = VALUE_BYTES - 50 + i % 100;
	return (struct record){ .timestamp_us = (int64_t)i,
				.key = { .data = key, .len = sizeof(key) - 1 },
				.value = { .data = values[i % 64], .len = len } };
}

/* ---- the bare loop */

struct bare {
	MDB_env *env;
	MDB_dbi dbi;
	size_t next;
	char *bytes; /* what the log would store, made beforehand */
	size_t *lengths;
};

static void bare_open(struct bare *bare, const char *path)
{
	MDB_txn *txn;
	mkdir(path, 0700);
	check(mdb_env_create(&bare->env), "create");
	check(mdb_env_set_mapsize(bare->env, (size_t)4 << 30), "map size");
	check(mdb_env_open(bare->env, path, 0, 0600), "open");
	check(mdb_txn_begin(bare->env, NULL, 0, &txn), "begin");
	check(mdb_dbi_open(txn, NULL, MDB_INTEGERKEY, &bare->dbi), "database");
	check(mdb_txn_commit(txn), "commit");
	bare->next = 0;
}

/* Nanoseconds for `count` puts in transactions of `batch`. */
static int64_t bare_append(struct bare *bare, size_t count, size_t batch)
{
	int64_t start = clock_mono_ns();
	for (size_t done = 0; done < count; done += batch) {
		MDB_txn *txn;
		MDB_cursor *cursor;
		check(mdb_txn_begin(bare->env, NULL, 0, &txn), "begin");
		check(mdb_cursor_open(txn, bare->dbi, &cursor), "cursor");
		char *at = bare->bytes;
		for (size_t i = 0; i < batch; i++) {
			MDB_val k = { .mv_data = &bare->next, .mv_size = sizeof(bare->next) };
			MDB_val v = { .mv_data = at, .mv_size = bare->lengths[i] };
			check(mdb_cursor_put(cursor, &k, &v, MDB_APPEND), "put");
			at += bare->lengths[i];
			bare->next++;
		}
		mdb_cursor_close(cursor);
		check(mdb_txn_commit(txn), "commit");
	}
	return clock_mono_ns() - start;
}

/* ---- ours */

static int64_t log_append(struct log *log, const struct record *records, size_t count, size_t batch)
{
	struct err err = ERR_INIT;
	const struct span cursor = SPAN_LITERAL("{\"seed\":\"0123456789abcdef\",\"page\":1234}");
	int64_t start = clock_mono_ns();
	for (size_t done = 0; done < count; done += batch)
		check_status(log->ops->append(log, records, batch, &cursor, NULL, &err), &err);
	return clock_mono_ns() - start;
}

static double log_read(struct log *log, size_t count)
{
	struct err err = ERR_INIT;
	struct log_reader *reader;
	struct log_event event;
	check_status(log->ops->reader_open(log, "", &reader, &err), &err);
	check_status(reader->ops->poll(reader, 0, 0, &event, &err), &err);
	int64_t start = clock_mono_ns();
	for (size_t got = 0; got < count; got += event.record_count) {
		check_status(reader->ops->poll(reader, 0, 0, &event, &err), &err);
		if (event.kind != LOG_EVENT_RECORDS) {
			fprintf(stderr, "the log ends too early\n");
			exit(1);
		}
	}
	int64_t took = clock_mono_ns() - start;
	log_reader_close(reader);
	return (double)count * 1e9 / (double)took;
}

static int compare_shares(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

static double bench_batch(const char *directory, size_t batch)
{
	struct err err = ERR_INIT;
	char path[300];
	char uri[310];
	struct bare bare = { 0 };
	struct log *log;
	size_t round = batch < 1000 ? batch * 40 : 20000 / batch * batch;
	struct record *records = calloc(batch, sizeof(*records));
	bare.bytes = malloc(batch * (VALUE_BYTES + 200));
	bare.lengths = calloc(batch, sizeof(*bare.lengths));
	if (!records || !bare.bytes || !bare.lengths)
		exit(1);
	char *at = bare.bytes;
	for (size_t i = 0; i < batch; i++) {
		records[i] = record_of(i);
		log_record_encode(&records[i], at);
		bare.lengths[i] = log_record_size(&records[i]);
		at += bare.lengths[i];
	}
	snprintf(path, sizeof(path), "%s/bare-%zu", directory, batch);
	bare_open(&bare, path);
	snprintf(uri, sizeof(uri), "lmdb:%s/log-%zu", directory, batch);
	check_status(log_open(&log,
			      &(struct log_config){ .uri = uri, .create = true, .exclusive = true },
			      &err),
		     &err);
	int64_t ours = 0;
	int64_t theirs = 0;
	double shares[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		int64_t bare_ns = bare_append(&bare, round, batch);
		int64_t log_ns = log_append(log, records, round, batch);
		shares[i] = (double)bare_ns / (double)log_ns;
		theirs += bare_ns;
		ours += log_ns;
	}
	qsort(shares, ROUNDS, sizeof(shares[0]), compare_shares);
	double share = shares[ROUNDS / 2];
	double total = (double)round * ROUNDS;
	printf("append, %5zu a transaction: %9.0f records/s, a bare LMDB loop %9.0f: %5.1f %% "
	       "(median of rounds)\n",
	       batch, total * 1e9 / (double)ours, total * 1e9 / (double)theirs, 100.0 * share);
	if (batch == 1000)
		printf("read:                       %9.0f records/s\n",
		       log_read(log, round * ROUNDS));
	log_close(log);
	mdb_env_close(bare.env);
	free(bare.bytes);
	free(bare.lengths);
	free(records);
	return share;
}

int main(int argc, char **argv)
{
	char directory[256];
	char command[300];
	snprintf(directory, sizeof(directory), "%s/bench-log-%d", argc > 1 ? argv[1] : ".",
		 (int)getpid());
	if (mkdir(directory, 0700) != 0) {
		perror(directory);
		return 1;
	}
	for (size_t i = 0; i < 64; i++)
		memset(values[i], 'a' + (int)(i % 26), sizeof(values[i]));
	double worst = 1e9;
	static const size_t batches[] = { 1, 100, 1000, 5000 };
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		double share = bench_batch(directory, batches[i]);
		if (share < worst)
			worst = share;
	}
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	if (system(command) != 0)
		return 1;
	printf("the least: %.1f %% (at least 60 %% is wanted)\n", 100.0 * worst);
	return worst < 0.6;
}

/*
 * bench_sink.c - the SQLite sink against a bare loop of the same upserts: same rows in the same
 * order, same settings, same transactions. Both write a batch in turn, each into a database of its
 * own, so that both see the same disk.
 *
 *     bench_sink [ROWS [ROWS_IN_A_BATCH]]
 *
 * The bare loop gets its texts ready-made and unsorted work done for it: formatting and sorting are
 * ours and count against us.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/random.h"
#include "sink/cell.h"
#include "sink/ddl.h"
#include "sink/row_order.h"
#include "sink/sink.h"

#define STEPS 5

static const char *const texts[] = { "title",    "first_name", "last_name", "gender",
				     "address",  "city",       "state",     "country",
				     "postcode", "timezone",   "email",     "username",
				     "phone",    "cell",       "picture",   "nat" };
#define TEXTS   (sizeof(texts) / sizeof(texts[0]))
#define COLUMNS (TEXTS + 5)

/* Bytes of each text, about those of a real user. */
static const int text_lengths[TEXTS] = { 3, 7, 8, 6, 48, 12, 14, 13, 6, 6, 28, 16, 12, 12, 58, 2 };

static struct column_def columns[COLUMNS];
static const size_t key[] = { 0 };
static const enum sort_order key_order[] = { SORT_ASCENDING };
static const struct table_def table = { .name = "user_profiles",
					.columns = columns,
					.column_count = COLUMNS,
					.key = key,
					.key_count = 1,
					.partition_key_count = 1,
					.key_order = key_order };

static void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "bench_sink: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void define_table(void)
{
	columns[0] = (struct column_def){ .name = "id", .type = COLUMN_UUID, .not_null = true };
	for (size_t i = 0; i < TEXTS; i++)
		columns[i + 1] = (struct column_def){ .name = texts[i], .type = COLUMN_TEXT };
	columns[TEXTS + 1] = (struct column_def){ .name = "latitude", .type = COLUMN_DOUBLE };
	columns[TEXTS + 2] = (struct column_def){ .name = "longitude", .type = COLUMN_DOUBLE };
	columns[TEXTS + 3] = (struct column_def){ .name = "dob", .type = COLUMN_TIMESTAMP };
	columns[TEXTS + 4] = (struct column_def){ .name = "registered_date",
						  .type = COLUMN_TIMESTAMP };
}

/* ---- rows */

static void fill_texts(struct column *column, int64_t rows, int length, struct arena *arena,
		       struct rng *rng)
{
	char *data = arena_alloc(arena, (size_t)(rows * length));

	column->offsets = arena_alloc(arena, (size_t)(rows + 1) * sizeof(int32_t));
	for (int64_t i = 0; i <= rows; i++)
		column->offsets[i] = (int32_t)(i * length);
	for (int64_t i = 0; i < rows * length; i++)
		data[i] = (char)('a' + rng_below(rng, 26));
	column->data = data;
}

static void fill_batch(struct row_batch *batch, int64_t rows, int64_t stamp, int64_t *stamps,
		       struct arena *arena, struct rng *rng)
{
	arena_reset(arena);
	*batch = (struct row_batch){ .table = &table, .row_count = rows };
	batch->columns = arena_calloc(arena, COLUMNS, sizeof(struct column));
	for (size_t i = 0; i < COLUMNS; i++) {
		struct column *column = &batch->columns[i];
		uint64_t *words;

		column->type = columns[i].type;
		column->length = rows;
		if (column->type == COLUMN_TEXT) {
			fill_texts(column, rows, text_lengths[i - 1], arena, rng);
			continue;
		}
		column->data = words = arena_alloc(arena, (size_t)rows * 16);
		for (int64_t row = 0; row < rows * (column->type == COLUMN_UUID ? 2 : 1); row++) {
			words[row] = rng_next(rng);
			if (column->type == COLUMN_DOUBLE)
				((double *)column->data)[row] = (double)(words[row] % 1800000) /
								1e4;
			if (column->type == COLUMN_TIMESTAMP)
				words[row] = words[row] % 1600000000 * 1000000 + 667000;
		}
	}
	for (int64_t i = 0; i < rows; i++)
		stamps[i] = stamp + i;
}

/* ---- ours */

static int64_t write_ours(struct sink *sink, const struct row_batch *batch, const int64_t *stamps,
			  int64_t done)
{
	struct ledger_row ledger = { .table = "user_profiles",
				     .log_identity = "bench",
				     .next = done + batch->row_count,
				     .updated_us = clock_wall_us() };
	const struct sink_write write = { .rows = batch,
					  .table_count = 1,
					  .stamps = &stamps,
					  .ledger = &ledger,
					  .expected = done ? done : -1 };
	struct err err = ERR_INIT;
	size_t bad_table;
	int64_t bad_row, start = clock_mono_ns();

	if (sink->ops->write(sink, &write, &bad_table, &bad_row, &err) != US_OK)
		die("the sink", err.text);
	return clock_mono_ns() - start;
}

/* ---- the bare loop */

struct bare {
	sqlite3 *db;
	sqlite3_stmt *upsert, *ledger;
	char (*ready)[3][CELL_SCRATCH]; /* the formatted values of a row */
	int (*ready_len)[3];
};

static void bare_exec(struct bare *bare, const char *sql)
{
	if (sqlite3_exec(bare->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(bare->db));
}

static void bare_open(struct bare *bare, const char *path, int64_t rows)
{
	struct buf sql;

	if (sqlite3_open(path, &bare->db) != SQLITE_OK)
		die(path, sqlite3_errmsg(bare->db));
	bare_exec(bare, SINK_SQLITE_PRAGMAS);
	buf_init(&sql, 1 << 20);
	ddl_sqlite_upsert(&sql, &table);
	if (sqlite3_prepare_v2(bare->db, buf_text(&sql), -1, &bare->upsert, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(bare->db,
			       "INSERT OR REPLACE INTO userstream_state VALUES ('next', ?1)", -1,
			       &bare->ledger, NULL) != SQLITE_OK)
		die("the bare loop", sqlite3_errmsg(bare->db));
	buf_release(&sql);
	bare->ready = mem_alloc((size_t)rows * sizeof(*bare->ready));
	bare->ready_len = mem_alloc((size_t)rows * sizeof(*bare->ready_len));
	if (!bare->ready || !bare->ready_len)
		die("the bare loop", "out of memory");
}

static void bare_format(const struct bare *bare, const struct row_batch *batch)
{
	for (int64_t row = 0; row < batch->row_count; row++) {
		const size_t at[3] = { 0, TEXTS + 3, TEXTS + 4 };

		for (int i = 0; i < 3; i++) {
			struct sink_cell cell = cell_of(&batch->columns[at[i]], row,
							bare->ready[row][i]);

			bare->ready_len[row][i] = (int)cell.text.len;
		}
	}
}

static void bare_row(const struct bare *bare, const struct row_batch *batch, int64_t row,
		     int64_t stamp)
{
	sqlite3_stmt *upsert = bare->upsert;

	sqlite3_bind_text(upsert, 1, bare->ready[row][0], bare->ready_len[row][0], SQLITE_STATIC);
	for (size_t i = 1; i <= TEXTS; i++) {
		const struct column *column = &batch->columns[i];

		sqlite3_bind_text(upsert, (int)i + 1,
				  (const char *)column->data + column->offsets[row],
				  column->offsets[row + 1] - column->offsets[row], SQLITE_STATIC);
	}
	for (int i = 1; i <= 2; i++)
		sqlite3_bind_double(upsert, (int)TEXTS + 1 + i,
				    ((const double *)batch->columns[TEXTS + (size_t)i].data)[row]);
	for (int i = 1; i <= 2; i++)
		sqlite3_bind_text(upsert, (int)TEXTS + 3 + i, bare->ready[row][i],
				  bare->ready_len[row][i], SQLITE_STATIC);
	sqlite3_bind_int64(upsert, (int)COLUMNS + 1, stamp);
	if (sqlite3_step(upsert) != SQLITE_DONE)
		die("the bare loop", sqlite3_errmsg(bare->db));
	sqlite3_reset(upsert);
}

static int64_t write_bare(struct bare *bare, const struct row_batch *batch, const int64_t *stamps,
			  const struct row_order *order)
{
	int64_t start;

	bare_format(bare, batch);
	start = clock_mono_ns();
	bare_exec(bare, "BEGIN IMMEDIATE");
	for (int64_t i = 0; i < batch->row_count; i++) {
		uint32_t row = order->places[i].row;

		bare_row(bare, batch, row, stamps[row]);
	}
	sqlite3_bind_int64(bare->ledger, 1, start);
	sqlite3_step(bare->ledger);
	sqlite3_reset(bare->ledger);
	bare_exec(bare, "COMMIT");
	return clock_mono_ns() - start;
}

static void bare_close(struct bare *bare)
{
	sqlite3_finalize(bare->upsert);
	sqlite3_finalize(bare->ledger);
	sqlite3_close(bare->db);
	mem_free(bare->ready);
	mem_free(bare->ready_len);
}

/* ---- both */

/* A database with the tables in it: the sink makes both. */
static struct sink *open_database(const char *path)
{
	char uri[256];
	struct sink_config config = { .uri = uri, .create = true };
	const struct table_def *tables = &table;
	struct err err = ERR_INIT;
	struct sink *sink;

	(void)snprintf(uri, sizeof(uri), "sqlite:%s", path);
	if (sink_open(&sink, &config, &err) != US_OK ||
	    sink->ops->prepare(sink, &tables, 1, &err) != US_OK)
		die(path, err.text);
	return sink;
}

static void run(struct sink *sink, struct bare *bare, int64_t total, int64_t rows)
{
	struct arena arena;
	struct row_batch batch;
	struct row_order order = { .places = NULL };
	struct rng rng;
	int64_t *stamps = mem_alloc((size_t)rows * sizeof(*stamps));
	int64_t ours = 0, theirs = 0, step_ours = 0, step_theirs = 0, step = total / STEPS,
		shown = 0;

	arena_init(&arena, 1 << 20, 1 << 30);
	rng_seed(&rng, 1);
	printf("%10s %14s %14s %7s\n", "users", "sink us/user", "bare us/user", "ratio");
	for (int64_t done = 0; stamps && done < total; done += rows) {
		int64_t took;

		fill_batch(&batch, rows, done, stamps, &arena, &rng);
		if (!row_order_sort(&order, &batch, stamps))
			die("sorting", "out of memory");
		took = write_ours(sink, &batch, stamps, done);
		ours += took;
		step_ours += took;
		took = write_bare(bare, &batch, stamps, &order);
		theirs += took;
		step_theirs += took;
		if (done + rows < shown + step)
			continue;
		printf("%10" PRId64 " %14.2f %14.2f %6.1f%%\n", done + rows,
		       (double)step_ours / 1e3 / (double)(done + rows - shown),
		       (double)step_theirs / 1e3 / (double)(done + rows - shown),
		       100.0 * (double)step_theirs / (double)step_ours);
		(void)fflush(stdout);
		shown = done + rows;
		step_ours = step_theirs = 0;
	}
	printf("sqlite sink: %.0f users/s, bare loop: %.0f users/s, ratio %.1f%% (at least 80)\n",
	       (double)total * 1e9 / (double)ours, (double)total * 1e9 / (double)theirs,
	       100.0 * (double)theirs / (double)ours);
	arena_release(&arena);
	row_order_release(&order);
	mem_free(stamps);
}

int main(int argc, char **argv)
{
	int64_t total = argc > 1 ? strtoll(argv[1], NULL, 10) : 1000000;
	int64_t rows = argc > 2 ? strtoll(argv[2], NULL, 10) : 4096;
	char directory[] = "bench-sink-XXXXXX", ours[64], theirs[64], command[64];
	struct bare bare = { .db = NULL };
	struct sink *sink;

	if (total < rows || rows < 1 || !mkdtemp(directory))
		die("bench_sink", "needs ROWS >= ROWS_IN_A_BATCH >= 1 and a writable directory");
	define_table();
	(void)snprintf(ours, sizeof(ours), "%s/ours.db", directory);
	(void)snprintf(theirs, sizeof(theirs), "%s/bare.db", directory);
	sink_close(open_database(theirs));
	bare_open(&bare, theirs, rows);
	sink = open_database(ours);
	run(sink, &bare, total - total % rows, rows);
	sink_close(sink);
	bare_close(&bare);
	(void)snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

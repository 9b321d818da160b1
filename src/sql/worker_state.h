/*
 * worker_state.h - a worker at work, for transform*.c. A batch is cut into chunks, whose vectors
 * together fit into a core's cache. A chunk goes through these steps, each over all of its rows:
 *
 *     records ─read─▶ paths ─WHERE─▶ rows ─SELECT─▶ vectors ─▶ per table: convert, check, build
 *
 * In the end each table's pieces, one of each chunk, are joined to the batch's columns.
 *
 * A row is a record that was read (and that some table's WHERE keeps); `record` maps it back. Which
 * rows a table still has is a bitmap: each step takes rows out of it.
 */
#ifndef SQL_WORKER_STATE_H
#define SQL_WORKER_STATE_H

#include "core/arena.h"
#include "core/json.h"
#include "sql/exec.h"
#include "sql/plan_state.h"
#include "sql/transform.h"
#include "sql/vector.h"

/* Measured with tests/bench/bench_transform: 256 to 512 are a quarter faster than 4096. */
#define CHUNK_ROWS   512
#define CHUNKS       (TRANSFORM_ROWS / CHUNK_ROWS)
#define BITMAP_WORDS (CHUNK_ROWS / 64)

struct worker {
	const struct plan *plan;
	struct arena arenas[2]; /* of this batch and the one before, in turn */
	struct arena scratch;   /* of the chunk */
	unsigned turn;
	struct json_reader *reader;
	struct exec *exec;        /* of the plan's dag */
	struct exec **check_exec; /* by table */
	struct span **paths;      /* by slot: CHUNK_ROWS values */
	struct vector *results;   /* by node of the plan's dag */
	struct vector *check_results;
	struct buf text; /* a reason being written */
};

/* The rows that a chunk gave a table. */
struct piece {
	struct column *columns;
	uint32_t *record;
	size_t count;
};

/* A table's part of the batch. */
struct table_part {
	struct piece pieces[CHUNKS];
	size_t piece_count;
	int64_t *violations;
};

struct batch {
	struct eval eval; /* first member: eval's callback finds the batch by it */
	struct worker *worker;
	struct arena *arena; /* the batch's: what the caller gets */
	const char *topic;
	const struct record *records;
	size_t count;                /* records */
	struct rejection **rejected; /* by record * tables + table; NULL until there is one */
	struct table_part *parts;    /* by table */
	int64_t failed_record;
	uint32_t failed_table;
	const char *failed_text;
	bool no_memory;
	struct err *err;

	/* of the chunk at work, in `scratch` */
	struct arena *scratch;
	size_t first, end; /* its records */
	size_t rows;       /* of them, those at work */
	uint32_t *record;  /* by row, the index in the batch */
	struct vector meta[META_COUNT];
	const char **refused; /* by row: why an expression refused it; NULL until one does */
	uint64_t (*kept)[BITMAP_WORDS]; /* by table: the rows that WHERE keeps */
};

static inline bool bit_get(const uint64_t *bits, size_t i)
{
	return bits[i >> 6] >> (i & 63) & 1;
}
static inline void bit_set(uint64_t *bits, size_t i)
{
	bits[i >> 6] |= UINT64_C(1) << (i & 63);
}
static inline void bit_clear(uint64_t *bits, size_t i)
{
	bits[i >> 6] &= ~(UINT64_C(1) << (i & 63));
}
/* The first `rows` bits set, the others not. */
void bits_fill(uint64_t *bits, size_t rows);
size_t bits_count(const uint64_t *bits);
/* Word w of a vector's validity, also where it is constant or has no NULL. */
uint64_t vector_valid_word(const struct vector *vector, size_t w);
/* Word w of a BOOLEAN vector: the rows where it is TRUE. */
uint64_t vector_true_word(const struct vector *vector, size_t w, size_t rows);

/* Reject a record for one table; the first reason counts. `text` is copied. */
void batch_reject(struct batch *batch, size_t table, uint32_t record, enum reject_kind kind,
		  const char *name, const char *reason, struct span text);
/* An empty buffer to write a reason in, the worker's. */
struct buf *batch_text(struct batch *batch);

/* The SELECT's vectors to the table's piece of this chunk, rejections and violations. US_FATAL: out
 * of memory. */
enum status table_transform(struct batch *batch, size_t table);
/* Join the pieces, count the outcomes. US_FATAL: out of memory. */
enum status table_finish(struct batch *batch, size_t table, struct table_result *out);

/* ---- column_build.c */
struct selection {
	const uint32_t *rows; /* which rows, ascending */
	size_t count;
	bool all; /* rows[i] == i: buffers of the vector may be used as they are */
};
/* A column of the selected rows; uuids: 16 bytes a row for COLUMN_UUID. False: out of memory. */
bool column_build(struct column *out, enum column_type type, const struct vector *vector,
		  const uint8_t *uuids, const struct selection *selection, struct arena *arena);

/* The column that is these pieces one after another. False: out of memory, or over 2 GiB of text.
 */
bool column_join(struct column *out, enum column_type type, const struct piece *pieces,
		 size_t piece_count, size_t column, struct arena *arena);

/* ---- uuid_parse.c */
/* 8-4-4-4-12 hexadecimal digits of any case. False: it is none; `out` is then undefined. */
bool uuid_parse(struct span text, uint8_t out[16]);

#endif

/*
 * worker_state.h - a worker at work, for transform*.c. A batch is cut into chunks, whose vectors
 * together fit into a core's cache. A chunk goes through these steps, each over all of its rows:
 *
 *     records ─read─▶ paths ─WHERE─▶ rows ─SELECT─▶ vectors ─▶ per table: convert, check, build
 *                                      │                              │
 *                                  explode: rows of                   └▶ rows of the tables that
 *                                  one table alone                       read this one: WHERE …
 *
 * Build adds the chunk's rows to the batch's columns.
 *
 * A row is a record that was read (and that some table's WHERE keeps), an element of one with
 * explode, or a row of a table; `record` maps it back. Which rows a table still has is a bitmap:
 * each step takes rows out of it.
 */
#ifndef SQL_WORKER_STATE_H
#define SQL_WORKER_STATE_H

#include "core/arena.h"
#include "core/json.h"
#include "sql/exec.h"
#include "sql/plan_state.h"
#include "sql/profile.h"
#include "sql/transform.h"
#include "sql/vector.h"

/* Measured with tests/bench/bench_transform: 256 to 512 are a quarter faster than 4096. */
#define CHUNK_ROWS   512
#define BITMAP_WORDS (CHUNK_ROWS / 64)

/* What runs the expressions over one kind of rows. */
struct runner {
	struct exec *exec;
	struct vector *results; /* by node of the source's dag */
};

struct worker {
	const struct plan *plan;
	struct arena arenas[2]; /* of this batch and the one before, in turn */
	struct arena scratch;   /* of the chunk */
	unsigned turn;
	struct json_reader *reader;
	struct runner *runners;  /* as plan->sources */
	struct span **paths;     /* by slot: CHUNK_ROWS values */
	struct arena *exploded;  /* by table: of the rows that its explode makes at a time */
	struct buf text;         /* a reason being written */
	struct profile *profile; /* or NULL */
};

/* A column to which rows are added: there is room for so many, and so many bytes of their texts. */
struct column_draft {
	struct column column;
	size_t rows, bytes;
};

/* A table's part of the batch: what the chunks (or the parts of what explode made of them) have
 * given it. */
struct table_part {
	struct column_draft *drafts; /* by column */
	uint32_t *record;            /* by row */
	size_t count, room;          /* of rows */
	int64_t *violations;
	uint32_t *violated; /* by constraint: 1 + the last record that was counted */
};

/* Rows at work: at most CHUNK_ROWS. */
struct rows {
	struct arena *arena; /* where they and what is computed of them live */
	size_t count;
	uint32_t *record;                /* by row, ascending: the index in the batch */
	const struct span *const *paths; /* by slot */
	struct vector meta[META_COUNT];
	const struct vector *columns; /* of the table whose rows they are */
	struct vector elements[ELEMENT_COUNT];
	uint64_t (*kept)[BITMAP_WORDS]; /* by table that reads them: the rows that it still has */
};

/* An expression refused a row. */
struct refusal {
	uint32_t row;
	uint32_t node; /* of the dag that runs */
	const char *reason;
	struct refusal *next;
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
	size_t first, end; /* the records of the chunk at work */
	/* of the run at work */
	size_t source;
	struct rows *rows;
	struct refusal *refused, **last_refused;
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
/* How many of a bitmap's bits are set. */
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

/* ---- transform_source.c */
/* What runs the expressions over the rows of a source. */
struct runner *source_runner(const struct batch *batch, size_t source);
/* Compute `wanted` over the rows of a source into its runner's results; batch->refused becomes what
 * was refused meanwhile. */
enum status source_run(struct batch *batch, size_t source, struct rows *rows,
		       struct expr *const *wanted, size_t count);
/* WHERE of one table: what is left of rows->kept[table]. */
enum status source_where(struct batch *batch, size_t table, struct rows *rows);
/* WHERE of all tables that read a source (but for LATERAL VIEW's): what is left of rows->kept. */
enum status source_filter(struct batch *batch, size_t source, struct rows *rows);
/* SELECT of all tables that read a source, for the rows that they keep; then the tables that read
 * them. */
enum status source_select(struct batch *batch, size_t source, struct rows *rows);
/* A table's SELECT is computed over these rows: its own part, then the tables that read it. */
enum status source_descend(struct batch *batch, size_t table, struct rows *rows);
/* What was refused in the run at work, where a row's values of `wanted` need it: rejected for a
 * table, and taken out of the rows that it still has. */
void source_reject(struct batch *batch, size_t table, uint64_t *kept, struct expr *const *wanted,
		   size_t count);

/* ---- transform_explode.c: a table with explode. */
enum status explode_transform(struct batch *batch, size_t table, struct rows *rows);

/* ---- transform_table.c */
/* The SELECT's vectors to a piece of the table; rejections and violations. `alive` becomes the rows
 * that it keeps, `columns` what another table or a constraint reads. US_FATAL: out of memory. */
enum status table_transform(struct batch *batch, size_t table, struct rows *rows, uint64_t *alive,
			    struct vector **columns);

/* ---- transform_finish.c */
/* The rows of all tables; count the outcomes. US_FATAL: out of memory. */
enum status tables_finish(struct batch *batch, struct table_result *results);

/* ---- column_build.c */
struct selection {
	const uint32_t *rows; /* which rows, ascending */
	size_t count;
	bool all; /* rows[i] == i: buffers of the vector may be used as they are */
};
/* A column without rows, with room for `rows`. Its buffers are the arena's. False: out of memory.
 */
bool column_begin(struct column_draft *draft, enum column_type type, size_t rows,
		  struct arena *arena);
/* Room for `rows` in all. False: out of memory. */
bool column_reserve(struct column_draft *draft, size_t rows, struct arena *arena);
/* Add the selected rows, at most CHUNK_ROWS, for which there is room; uuids: 16 bytes a row for
 * COLUMN_UUID. False: out of memory, or over 2 GiB of text. */
bool column_append(struct column_draft *draft, const struct vector *vector, const uint8_t *uuids,
		   const struct selection *selection, struct arena *arena);

/* ---- column_take.c */
/* The column that is the selected rows of another. False: out of memory. */
bool column_take(struct column *out, const struct column *from, const struct selection *selection,
		 struct arena *arena);

#endif

/*
 * plan_state.h - what a compiled pipeline file consists of, for the files of this room. Everything
 * lives in the plan's arena and is immutable after plan_compile.
 */
#ifndef SQL_PLAN_STATE_H
#define SQL_PLAN_STATE_H

#include "core/arena.h"
#include "core/json.h"
#include "sql/dag.h"
#include "sql/fields.h"
#include "sql/transform.h"

/* How a column of a table is made: `source` is what the SELECT says, `value` that cast to the
 * declared type (the same node where nothing is to be cast). A UUID's value is its text. */
struct plan_column {
	struct expr *source;
	struct expr *value;
	const char *text;   /* the expression as written */
	const char *reason; /* "column NAME": the label of its rejections */
};

/* explode: a row of the source becomes a row for each element of an array. */
struct plan_generator {
	struct expr *array; /* over the source's rows; NULL: it had errors */
	bool outer;         /* a row without elements stays, with NULL for the element */
	bool lateral;       /* LATERAL VIEW: WHERE sees the elements */
	const char *text;   /* as written */
};

struct plan_table {
	struct table_def def;
	bool bare;                        /* a SELECT by itself: no key, values as they are */
	size_t source;                    /* PLAN_STREAM or the index of the table that it reads */
	struct plan_column *columns;      /* by column */
	struct plan_generator *generator; /* or NULL */
	bool many;                        /* a record may give several rows, here or further up */
	struct expr *where;               /* BOOLEAN, or NULL */
	const char *where_text;           /* as written, or NULL */
	struct constraint_def *constraints;
	struct expr **checks; /* by constraint: BOOLEAN over the table's own rows */
	size_t constraint_count;
	bool uuid_read;       /* a constraint or another table reads a UUID column */
	struct expr **wanted; /* of the source's dag: sources and values of the columns */
	size_t wanted_count;
	bool *needs; /* by node of the source's dag: what `wanted`, WHERE and the array need */
	const char *spark_select;
	const struct field *spark_conflict; /* why there is none, or NULL */
	const char *spark_schema;
};

/*
 * Rows that tables read: the log's records, or the rows of a table after conversion. Expressions
 * over the same rows share one dag: the SELECTs of all tables that read them and, over a table's
 * rows, its constraints.
 */
struct plan_source {
	struct dag dag;
	struct expr **wanted; /* of the tables that read it and have no generator */
	size_t wanted_count;
};

/* A path that the reader reads into slot i. */
struct plan_path {
	const struct json_step *steps;
	size_t count;
};

struct plan {
	struct arena arena;
	const char *stream;
	char fingerprint[65];
	struct json_paths *paths;
	struct plan_path *path; /* by slot */
	size_t path_count, path_capacity;
	bool meta_used[META_COUNT];
	struct plan_source *sources; /* the stream, then the rows of each table */
	struct plan_table *tables;
	size_t table_count;
	size_t *order; /* of the tables: each after the one that it reads */
};

/* The rows of the stream (PLAN_STREAM) or of a table. */
static inline struct plan_source *plan_source(const struct plan *plan, size_t source)
{
	return &plan->sources[source == PLAN_STREAM ? 0 : source + 1];
}

#endif

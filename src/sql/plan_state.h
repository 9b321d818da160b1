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

struct plan_table {
	struct table_def def;
	bool bare;                   /* a SELECT by itself: no key, values as they are */
	struct plan_column *columns; /* by column */
	struct expr *where;          /* BOOLEAN, or NULL */
	const char *where_text;      /* as written, or NULL */
	struct constraint_def *constraints;
	struct expr **checks; /* by constraint: BOOLEAN over the output columns */
	size_t constraint_count;
	struct dag check_dag;
	bool uuid_checked;    /* a constraint reads a UUID column */
	struct expr **wanted; /* of the plan's dag: sources and values */
	size_t wanted_count;
	const char *spark_select;
	const struct field *spark_conflict; /* why there is none, or NULL */
	const char *spark_schema;
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
	struct dag dag;       /* over the record: SELECT and WHERE of all tables */
	struct expr **wanted; /* of all tables */
	size_t wanted_count;
	struct plan_table *tables;
	size_t table_count;
};

#endif

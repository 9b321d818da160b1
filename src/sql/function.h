/*
 * function.h - what an expression can call. ONE table holds every function, operator and cast: the
 * binder resolves names and types by it, exec runs its kernels, `explain` and docs/sql.md are
 * printed from it.
 */
#ifndef SQL_FUNCTION_H
#define SQL_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "sql/expr.h"
#include "sql/type.h"
#include "sql/vector.h"

/* What a kernel works with; one per worker and batch. */
struct eval {
	struct arena *arena; /* of the batch */
	size_t rows;
	/* Reject the record of a row: a match limit, a value that Spark would raise an error on.
	 * Text is copied. The first reason of a row counts. */
	void (*reject)(struct eval *eval, size_t row, const char *reason);
	void *scratch; /* of the worker: PCRE2 match data and JIT stack, ICU handles. See sql/exec.c
			*/
	/* Set by exec for whoever implements `reject`: the call at work, and whether it is computed
	 * for one row that stands for all. */
	const struct expr *call;
	bool constant;
	struct err *err;
};

enum null_rule {
	NULL_IN_NULL_OUT, /* exec ANDs the arguments' validity into out->valid before the kernel
			     runs; the kernel may clear more bits */
	NULL_OWN /* the kernel sets out->valid itself (coalesce, concat_ws, AND, CASE, IS NULL) */
};

/* Which arguments Spark computes for a row: what it does not compute cannot make its query fail. */
enum argument_rule {
	ARGUMENTS_BY_NULLS, /* ARGUMENTS_TO_NULL with NULL_IN_NULL_OUT, else ARGUMENTS_ALL */
	ARGUMENTS_ALL,
	ARGUMENTS_TO_NULL,  /* from the left, up to the first that is NULL */
	ARGUMENTS_TO_FALSE, /* ... that is FALSE: AND */
	ARGUMENTS_TO_TRUE,  /* ... that is TRUE: OR */
	ARGUMENTS_TO_VALUE, /* ... that is not NULL: coalesce */
	ARGUMENTS_OF_CASE,  /* conditions up to the first that is TRUE, and its value */
	ARGUMENTS_OF_IN,    /* none behind the first where that is NULL; up to one equal to it */
	ARGUMENTS_OF_NVL2,  /* the first; the second or the third */
	ARGUMENTS_SECOND_FIRST, /* the second, if there is one; the others: to the first NULL */
	ARGUMENTS_THIRD_FIRST,  /* the third ... */
	ARGUMENTS_DIVISOR_FIRST /* the second; the first where that is neither NULL nor 0 */
};

struct function {
	const char
	    *name; /* lower case; operators and internal ones as "+", "cast", "case", "and" */
	size_t min_args;
	size_t max_args; /* SIZE_MAX: any number */
	/*
	 * Resolve types: look at args' types, put into want[i] the type that each argument must be
	 * cast to (implicitly; Spark's rules with ANSI off), and into *result the result type.
	 * False: these types do not fit; *why is then a static text ("needs a STRING, not a DATE").
	 */
	bool (*resolve)(const struct sql_type *args, size_t count, struct sql_type *want,
			struct sql_type *result, const char **why);
	enum null_rule nulls;
	enum argument_rule arguments;
	/*
	 * Fill `out`, which exec has initialised with rows (or 1 row, constant = true, when all
	 * arguments are constant). US_OK, or US_FATAL: out of memory. NULL: the binder writes the
	 * call by other functions (nullif).
	 */
	enum status (*eval)(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out);
	/*
	 * Optional, at bind time, when arguments are constant: check and compile (a pattern, a
	 * format). US_REJECT: err->text is the compile error, *bad_arg the argument it is about.
	 * May put what it made into expr->state.
	 */
	enum status (*prepare)(struct expr *expr, size_t *bad_arg, struct err *err);
	void (*dispose)(void *state);
	const char *signature; /* "regexp_replace(str STRING, pattern STRING, replacement STRING) ->
				  STRING" */
	const char *summary;   /* one sentence */
	const char *example;   /* "regexp_replace('a1b', '[0-9]', '')" */
	const char *result;    /* "ab", as Spark prints it */
};

/* NULL when there is none of that name (any case; aliases are entries of their own). */
const struct function *function_find(struct span name);
/* For "did you mean" and the documentation: every entry that can be called by name. */
size_t function_count(void);
const struct function *function_at(size_t i);
/* The whole table, operators and casts too, as parts with a title; several may have the same. Each
 * part ends with an entry without a name. */
struct function_area {
	const char *title;
	const struct function *functions;
};
const struct function_area *function_areas(size_t *count);
/* Why a known but refused name is refused ("uuid": not deterministic, a replay would differ). NULL:
 * not known at all. */
const char *function_refused(struct span name);

/* Casts as used by the binder: function "cast" (an impossible one is refused by resolve) with the
 * target type as expr->type. */
const struct function *function_cast(void);
bool cast_is_possible(struct sql_type from, struct sql_type to);
const struct function *function_try_cast(void);
bool try_cast_is_possible(struct sql_type from, struct sql_type to);

/*
 * Run one expression whose inputs are all constant and put its value into a literal: the binder's
 * constant folding. The vector lives in `arena`.
 */
enum status expr_fold(const struct expr *expr, struct arena *arena, struct vector *out,
		      struct err *err);

#endif

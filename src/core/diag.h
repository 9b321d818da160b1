/*
 * diag.h - diagnostics of text that a person wrote (a pipeline file, an option):
 * file:line:column, the line, a caret, and what would be right. All of them are collected, then
 * printed.
 */
#ifndef CORE_DIAG_H
#define CORE_DIAG_H

#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag {
	enum diag_level level;
	size_t start; /* byte offset into the text */
	size_t len;   /* bytes marked, at least 1 */
	const char *text;
	const char *hint; /* what would be right, or NULL */
	struct diag *next;
};

struct diag_list {
	const char *file; /* as shown: "pipelines/user_profiles.sql" */
	struct span source;
	struct arena arena;
	struct diag *first;
	struct diag **last;
	size_t errors;
	size_t warnings;
};

/* Borrows file and source until release. */
void diag_init(struct diag_list *list, const char *file, struct span source);
void diag_release(struct diag_list *list);
/* At most 100 errors are kept; further ones are counted. `hint` may be NULL. Texts are copied. */
void diag_add(struct diag_list *list, enum diag_level level, size_t start, size_t len,
	      const char *hint, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* 1-based; the column counts code points. */
void diag_position(struct span source, size_t start, size_t *line, size_t *column);
/* "file:3:14: error: ...\n  the line\n     ^~~~\n  hint: ...\n" for each, in order of position. */
void diag_print(struct diag_list *list, struct buf *out);

/*
 * "did you mean": the candidate nearest to `name` by edit distance (a swap counts one,
 * case does not count), NULL when none is near enough.
 */
const char *suggest(struct span name, const char *const *candidates, size_t count);

#endif

/*
 * regex_match.h - what the functions with a pattern share: the pattern compiled at bind time or,
 * where it differs from row to row, when it changes; and the loop over all matches in a text.
 */
#ifndef SQL_REGEX_MATCH_H
#define SQL_REGEX_MATCH_H

#include "sql/kernel.h"
#include "sql/regex.h"
#include "sql/regex_replacement.h"

/* What prepare makes of constant arguments: expr->state. */
struct pattern_state {
	struct regex *regex;
	struct replacement replacement;
	bool has_replacement;
	struct arena arena;
};

void pattern_dispose(void *state);
/* Compile argument 1 where it is constant. */
enum status pattern_prepare(struct expr *expr, size_t *bad_arg, struct err *err);
/* The same, and the replacement that is argument 2. */
enum status pattern_prepare_replace(struct expr *expr, size_t *bad_arg, struct err *err);

/* Compile an argument, which is constant, with a piece of a pattern before and one behind it.
 * Groups are to be used. */
enum status pattern_prepare_around(struct expr *expr, size_t arg, const char *before,
				   const char *behind, struct err *err);

/* One call over a batch. */
struct pattern_run {
	struct eval *eval;
	struct regex_scratch *scratch;
	const struct pattern_state *prepared; /* NULL: the pattern differs by row */
	struct regex *own;                    /* compiled for own_pattern */
	struct span own_pattern;
	struct text_heap heap;
};

/* False: out of memory. */
bool pattern_run_begin(struct pattern_run *run, struct eval *eval, const struct expr *expr);
void pattern_run_end(struct pattern_run *run);
const struct regex *pattern_compile_own(struct pattern_run *run, struct span pattern, size_t row,
					enum status *status);
/* The regex of a row; NULL: the record has been rejected, or *status is US_FATAL. */
static inline const struct regex *pattern_of_row(struct pattern_run *run,
						 const struct vector *patterns, size_t row,
						 enum status *status)
{
	if (run->prepared)
		return run->prepared->regex;
	return pattern_compile_own(run, kernel_text(patterns, row), row, status);
}

/* The next match at or behind `at`: false where there is none, or the record has been rejected, or
 * *status is US_FATAL. */
bool pattern_search(struct pattern_run *run, const struct regex *regex, struct span text, size_t at,
		    bool ascii, size_t row, const size_t **offsets, enum status *status);
/* Where to search on behind a match. */
size_t pattern_next(struct span text, const size_t *offsets);

#endif

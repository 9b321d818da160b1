/*
 * scratch.h - what a worker's kernels keep from batch to batch: handles of libraries, made when
 * they are first needed. eval->scratch points to it.
 */
#ifndef SQL_SCRATCH_H
#define SQL_SCRATCH_H

#include <stddef.h>

#include "sql/function.h"

struct case_scratch;   /* text_case.c */
struct digest_scratch; /* digest_functions.c */
struct regex_scratch;  /* regex.c */
struct time_zones;     /* time_zone.h */

struct eval_scratch {
	struct case_scratch *letters;
	struct regex_scratch *regex;
	struct time_zones *zones;
	struct digest_scratch *digest;
};

void scratch_init(struct eval_scratch *scratch);
void scratch_release(struct eval_scratch *scratch);

/* Each NULL when out of memory. */
struct time_zones *scratch_zones(struct eval *eval);
struct case_scratch *scratch_letters(struct eval *eval);
struct regex_scratch *scratch_regex(struct eval *eval);
struct digest_scratch *scratch_digest(struct eval *eval);

#endif

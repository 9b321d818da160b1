/*
 * regex.h - Java's regular expressions, matched by PCRE2's JIT. A compiled one is immutable and
 * shared by threads; what changes while matching is in the worker's regex_scratch.
 *
 * One intended difference: Java finds positions between the two halves of a character beyond U+FFFF
 * (so that replacing the empty match tears it apart); here there are none.
 */
#ifndef SQL_REGEX_H
#define SQL_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "sql/byte_set.h"

struct regex;
struct regex_scratch;

/* US_REJECT: the pattern is no Java regular expression, or one that this reader does not know.
 * *out is to be freed with regex_free. */
enum status regex_compile(struct span pattern, struct regex **out, struct err *err);
void regex_free(struct regex *regex);

uint32_t regex_groups(const struct regex *regex);
/* The number of a named group, 0: there is none. */
uint32_t regex_group_number(const struct regex *regex, struct span name);
/* Groups may hold what Java would not: there are captures within a repeated, possessive or atomic
 * group or a look-around, where Java keeps old ones. Only the whole match is to be used. */
bool regex_groups_doubtful(const struct regex *regex);

/* What a pattern of one set of characters is, so that it needs no matching: which bytes belong to
 * it. Bytes >= 0x80 all belong, or none does. */
struct regex_bytes {
	bool repeated; /* [...]+ rather than [...] */
	struct byte_set set;
};
/* NULL: the pattern is not of that kind. */
const struct regex_bytes *regex_as_bytes(const struct regex *regex);
/* The literal text that the pattern is; data NULL: it is something else. */
struct span regex_as_literal(const struct regex *regex);

/* NULL: out of memory. */
struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *scratch);

enum regex_result {
	REGEX_NO_MATCH,
	REGEX_MATCH,
	REGEX_LIMIT, /* too many steps: REGEX_STEPS */
	REGEX_NO_MEMORY
};

/* Steps of one match after which it is given up. */
#define REGEX_STEPS 5000000

/*
 * The first match at or behind `start`. `ascii`: the subject has no byte above 0x7f. *offsets
 * receives pairs of start and end by group, SIZE_MAX for a group that took no part; good until the
 * next search with this scratch.
 */
enum regex_result regex_search(const struct regex *regex, struct regex_scratch *scratch,
			       struct span subject, size_t start, bool ascii,
			       const size_t **offsets);

#endif

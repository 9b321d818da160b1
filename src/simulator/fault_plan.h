/*
 * fault_plan.h - faults on demand: which request, and which record, goes wrong in which way. The
 * n-th request of a plan fails the same way in every run with the same seed.
 */
#ifndef SIMULATOR_FAULT_PLAN_H
#define SIMULATOR_FAULT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "simulator/user_record.h"

enum fault {
	FAULT_NONE,
	/* of a whole answer */
	FAULT_429, /* the rate limit's answer */
	FAULT_500, /* HTML, as from a proxy in front */
	FAULT_502,
	FAULT_503, /* with Retry-After: 1 */
	FAULT_504,
	FAULT_EMPTY,        /* 200 without users, though info says 1 */
	FAULT_TRUNCATED,    /* the connection ends in the middle of the body */
	FAULT_HTML,         /* 200 with a web page */
	FAULT_SLOW,         /* the right answer, 100 to 1000 ms late */
	FAULT_HANG,         /* no answer, the connection stays */
	FAULT_REFUSED,      /* no answer, the connection is closed */
	FAULT_SHORT,        /* fewer users than asked for */
	FAULT_BADJSON,      /* a body that is no JSON */
	FAULT_CONTENT_TYPE, /* the right body, called text/plain */
	/* of a record */
	FAULT_BAD_EMAIL,
	FAULT_BAD_COORDINATES,
	FAULT_NO_UUID,
	FAULT_BORN_LATE,
	FAULT_COUNT
};

#define FAULT_FIRST_OF_RECORD FAULT_BAD_EMAIL

struct fault_plan {
	uint64_t seed;
	double share[FAULT_COUNT];
	bool spoils_records;
};

/* "429", "bad_email": the names of --fault. */
const char *fault_name(enum fault fault);

/*
 * Reads "502=0.02,slow=0.01"; NULL or "" is no fault. US_REJECT, EXIT_BAD_USAGE: err tells every
 * mistake, a line each.
 */
enum status fault_plan_parse(struct fault_plan *plan, const char *text, uint64_t seed,
			     struct err *err);

/* What goes wrong with request number n = 0, 1, ... *detail is a random number that belongs to it
 * (where to cut, how long to wait). */
enum fault fault_plan_request(const struct fault_plan *plan, uint64_t n, uint64_t *detail);

/* What goes wrong with a user: the same for the same user. */
enum record_fault fault_plan_record(const struct fault_plan *plan, uint64_t seed, uint64_t index);

#endif

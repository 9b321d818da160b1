/*
 * simulator.h - the built-in Random User API: the same parameters, answers, limits and faults, over
 * real HTTP on a port of its own.
 */
#ifndef SIMULATOR_SIMULATOR_H
#define SIMULATOR_SIMULATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct simulator_config {
	const char *listen; /* "127.0.0.1:0": any free port */
	bool clean;         /* without the dirt: no stray white space, no letters in phone
			       numbers, no broken ids */
	int64_t rate_limit; /* users per client address per fixed 5 minutes, as the real one's
			       20,000; 0: none */
	const char *
	    faults; /* "429=0.05,502=0.02,empty=0.02,truncated=0.01,html=…,slow=…,hang=…,refused=…",
		       or NULL */
	uint64_t fault_seed; /* so that faults repeat */
	int threads;         /* that make answers; below 1 means 1 */
};

struct simulator_counts {
	int64_t users;   /* in good answers, late ones included */
	int64_t answers; /* good ones */
	int64_t refused; /* for the rate limit */
	int64_t faults;  /* answers that went wrong on demand */
};

struct simulator;
/*
 * Borrows nothing of the configuration. US_REJECT: a fault that it does not know (err has all
 * mistakes), or an address that cannot be used. US_RETRY: the address is in use. US_FATAL: out of
 * memory.
 */
enum status simulator_start(struct simulator **out, const struct simulator_config *config,
			    struct err *err);
/* "http://127.0.0.1:PORT/api/", owned by the simulator. This and the counts are thread safe. */
const char *simulator_url(const struct simulator *simulator);
int64_t simulator_users_served(const struct simulator *simulator);
void simulator_read_counts(const struct simulator *simulator, struct simulator_counts *out);
/* Waits for answers under way; see http_server_stop. NULL is allowed. */
void simulator_stop(struct simulator *simulator);

#endif

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
	bool clean;         /* without the dirt: every record passes the default pipeline */
	int64_t rate_limit; /* users per client address per fixed 5 minutes, as the real one's
			       20,000; 0: none */
	const char *faults; /* "429=0.05,502=0.02,empty=0.02,truncated=0.01,html=…,slow=…,hang=…,refused=…",
			       or NULL */
	uint64_t fault_seed; /* so that faults repeat */
	int threads;
};

struct simulator;
/* US_REJECT: a fault that it does not know (err has all mistakes). */
enum status simulator_start(struct simulator **out, const struct simulator_config *config,
			    struct err *err);
/* "http://127.0.0.1:PORT/api/", owned by the simulator. */
const char *simulator_url(const struct simulator *simulator);
int64_t simulator_users_served(const struct simulator *simulator);
void simulator_stop(struct simulator *simulator);

#endif

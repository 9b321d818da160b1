/*
 * team.h - what the workers of one supervisor share: how far each partition is, for the report, and
 * which of them a start over (--from) has begun anew, so that one that moves from worker to worker
 * is begun once.
 *
 * Every function is thread safe.
 */
#ifndef PIPELINE_TEAM_H
#define PIPELINE_TEAM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipeline/meter.h"

struct team_partition {
	int32_t id;
	int owner; /* which worker, -1: none of this process */
	int64_t settled, high;
	int64_t began;     /* the generation when the start over was asked for, -1: no ledger */
	bool begun, again; /* begun: a worker tries to; again: it is done */
};

struct team {
	struct meter *meter; /* borrowed; its lag is the sum over all workers' partitions */
	pthread_mutex_t lock;
	struct team_partition *partitions;
	size_t count, capacity;
	pthread_mutex_t learning;
	bool learned; /* `began` is known of every partition that there was */
};

void team_init(struct team *team, struct meter *meter);
void team_release(struct team *team);

/* A worker owns a partition, and is so far. False: out of memory. */
bool team_own(struct team *team, int worker, int32_t partition, int64_t settled, int64_t high);
/* It does not any more: nobody does, unless another took it meanwhile. */
void team_disown(struct team *team, int worker, int32_t partition);
/* Fill the report's partitions. */
void team_report(struct team *team, struct status_report *out);

/*
 * --from: let the first caller tell the generation that each partition has before any is begun
 * anew, with team_note(); others wait for it, and the next one is asked where it failed.
 */
enum status team_learn(struct team *team,
		       enum status (*tell)(struct team *team, void *user, struct err *err),
		       void *user, struct err *err);
/* `generation` -1: no ledger. False: out of memory. */
bool team_note(struct team *team, int32_t partition, int64_t generation);
/*
 * Is a partition, whose ledger has this generation now, still to be begun anew? Not when a worker
 * of another process has begun it since. The one who asks tries to; team_begun() says that it is
 * done.
 */
bool team_begin(struct team *team, int32_t partition, int64_t generation);
void team_begun(struct team *team, int32_t partition);

#endif

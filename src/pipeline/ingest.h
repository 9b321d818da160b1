/*
 * ingest.h - source -> log, on one thread. Each batch of the source is appended together with the
 * cursor that stands after it, in one transaction: a restart neither skips nor repeats.
 */
#ifndef PIPELINE_INGEST_H
#define PIPELINE_INGEST_H

#include "core/err.h"
#include "pipeline/component.h"
#include "pipeline/meter.h"
#include "pipeline/supervisor.h"

struct ingest {
	const struct supervisor_config *config; /* borrowed */
	struct component component;
	struct meter *meter; /* borrowed */
};

/* The thread's work: runs until the source ends, `count` is reached, it is drained or stopped, or
 * it fails for good. Ends the component. */
void ingest_run(struct ingest *ingest);

#endif

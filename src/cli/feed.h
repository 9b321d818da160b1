/*
 * feed.h - a source's records, to its end, for a command that stores nothing: in pieces that the
 * transform takes.
 */
#ifndef CLI_FEED_H
#define CLI_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"
#include "source/source.h"

struct feed {
	/* At most TRANSFORM_ROWS records with their offsets, borrowed until it returns. */
	enum status (*take)(struct feed *feed, const struct record *records, size_t count,
			    struct err *err);
	int64_t max_records; /* 0: all */
	bool enough;         /* take() sets it to stop */
	int64_t records;     /* that take() got before this call; all of them in the end */
	int64_t refused;     /* by the source */
};

/* What take() or the source returns; a source that does not answer is US_FATAL, EXIT_UNREACHABLE:
 * nobody waits here. */
enum status feed_run(struct feed *feed, const struct source_config *config, struct err *err);

#endif

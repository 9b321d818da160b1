/*
 * progress.h - a line on a terminal that says how far a file has been read:
 *
 *     users.jsonl  [=========>          ]  46.3 %  310.2 MB/s  0:12 left
 */
#ifndef SOURCE_PROGRESS_H
#define SOURCE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int fd;           /* -1: show nothing */
	const char *name; /* borrowed */
	int64_t start_us; /* of CLOCK_MONOTONIC */
	int64_t start_bytes;
	int64_t shown_us;
	bool shown;
};

/* Shows only where fd is a terminal. `done` bytes are there already and do not count in the rate.
 */
void progress_init(struct progress *progress, int fd, const char *name, int64_t done);
/* At most ten times a second. total 0: unknown. */
void progress_update(struct progress *progress, int64_t done, int64_t total);
/* Show the last state and end the line. */
void progress_end(struct progress *progress, int64_t done, int64_t total);
/* The text for a state after `elapsed_us`; returns its length, below `capacity`. */
int progress_format(const struct progress *progress, int64_t done, int64_t total,
		    int64_t elapsed_us, char *out, int capacity);

#endif

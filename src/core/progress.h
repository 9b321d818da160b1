/*
 * progress.h - one live line at the bottom of a terminal, which notes do not tear apart: it is
 * cleared before a note is written and drawn again after it. One at a time in a process.
 */
#ifndef CORE_PROGRESS_H
#define CORE_PROGRESS_H

#include <stdbool.h>

#include "core/err.h"

struct progress;

/* Is `fd` a terminal that can show it (and not TERM=dumb)? */
bool progress_possible(int fd);
/* Starts empty, and takes note.h's hooks. US_FATAL: out of memory. */
enum status progress_start(struct progress **out, int fd, struct err *err);
/* Show `line` (UTF-8, no control characters) in place of the former one; cut to the terminal's
 * width. Thread safe. */
void progress_show(struct progress *progress, const char *line);
/* Clear the line, give the hooks back, free. NULL is allowed. */
void progress_stop(struct progress *progress);

#endif

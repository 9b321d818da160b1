/*
 * live_line.h - one live line at the bottom of a terminal, which notes do not tear apart: it is
 * cleared before a note is written and drawn again after it. One at a time in a process.
 */
#ifndef CORE_LIVE_LINE_H
#define CORE_LIVE_LINE_H

#include <stdbool.h>

#include "core/err.h"

struct live_line;

/* Is `fd` a terminal that can show it (and not TERM=dumb)? */
bool live_line_possible(int fd);
/* Starts empty, and takes note.h's hooks. US_FATAL: out of memory. */
enum status live_line_start(struct live_line **out, int fd, struct err *err);
/* Show `line` (UTF-8, no control characters) in place of the former one; cut to the terminal's
 * width. Thread safe. */
void live_line_show(struct live_line *live, const char *line);
/* Clear the line, give the hooks back, free. NULL is allowed. */
void live_line_stop(struct live_line *live);

#endif

/*
 * status_line.h - how a stream goes, while it goes: a live line on a terminal, a note elsewhere.
 */
#ifndef CLI_STATUS_LINE_H
#define CLI_STATUS_LINE_H

#include <stdbool.h>

#include "core/err.h"
#include "pipeline/supervisor.h"

struct status_line;

/* Is standard error a terminal that can show it? */
bool status_line_possible(void);
enum status status_line_start(struct status_line **out, bool ingest, bool process, struct err *err);
void status_line_show(struct status_line *line, const struct status_report *report);
/* Clear it. NULL is allowed. */
void status_line_stop(struct status_line *line);

/* The same as a note of level info. */
void status_note(const struct status_report *report);

#endif

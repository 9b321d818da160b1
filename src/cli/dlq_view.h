/*
 * dlq_view.h - userstream dlq list and dlq show: dead letters for people and for programs. Both
 * print on standard output and return the exit code.
 */
#ifndef CLI_DLQ_VIEW_H
#define CLI_DLQ_VIEW_H

#include "core/options.h"
#include "pipeline/dead_view.h"

/*
 * How many for which reason, and the letters as a table of at most --limit (20) rows; with --format
 * json or csv the letters alone, and all of them unless --limit says otherwise.
 */
int dlq_list(const struct options *options, struct dead_view *view);
/* All that is known of the letter of one record, "PARTITION:OFFSET" or "OFFSET". */
int dlq_show(struct dead_view *view, const char *origin);

#endif

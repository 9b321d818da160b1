/*
 * plan_tables.h - the tables of a plan as the array that sinks take.
 */
#ifndef PIPELINE_PLAN_TABLES_H
#define PIPELINE_PLAN_TABLES_H

#include "sink/sink.h"
#include "sql/transform.h"

/* To be freed with mem_free; NULL: out of memory. */
const struct table_def **plan_tables_new(const struct plan *plan);

/* Open a sink and fit it to a plan's tables. On failure nothing is left open. The tables are
 * borrowed from the plan. As sink_open() and sink_ops.prepare(). */
enum status plan_sink_open(struct sink **out, const struct sink_config *config,
			   const struct plan *plan, struct err *err);

#endif

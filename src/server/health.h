/*
 * health.h - the answers of /healthz, /readyz and /metrics, made from a report alone.
 */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include "core/buf.h"
#include "pipeline/supervisor.h"

/*
 * Append {"status":"ok","ingest":{"state":"running","reason":""},...}; returns the HTTP status: 200
 * for ok and degraded, 503 when a component failed or nothing was delivered for too long.
 */
int health_print(const struct status_report *report, struct buf *out);
/* 200 when every component that is on runs or has done its work, else 503. */
int ready_print(const struct status_report *report, struct buf *out);
/* Prometheus text format 0.0.4. */
void metrics_print(const struct status_report *report, struct buf *out);

#endif

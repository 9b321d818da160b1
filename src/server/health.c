/*
 * health.c - /healthz and /readyz, see health.h.
 */
#include "server/health.h"

#include <inttypes.h>

static bool is_degraded(const struct component_status *status)
{
	return status->state == COMPONENT_DEGRADED;
}

static bool is_failed(const struct component_status *status)
{
	return status->state == COMPONENT_FAILED;
}

static void print_component(struct buf *out, const char *name,
			    const struct component_status *status)
{
	buf_printf(out, ",\"%s\":{\"state\":\"%s\",\"reason\":", name,
		   component_state_name(status->state));
	buf_append_json(out, span_of(status->reason));
	buf_printf(out, ",\"restarts\":%" PRId64 ",\"retries\":%" PRId64 "}", status->restarts,
		   status->retries);
}

int health_print(const struct status_report *report, struct buf *out)
{
	bool failed = is_failed(&report->ingest) || is_failed(&report->process) || report->stalled;
	bool degraded = is_degraded(&report->ingest) || is_degraded(&report->process);

	buf_printf(out, "{\"status\":\"%s\",\"version\":\"%s\"",
		   failed     ? "failed"
		   : degraded ? "degraded"
			      : "ok",
		   USERSTREAM_VERSION);
	print_component(out, "ingest", &report->ingest);
	print_component(out, "process", &report->process);
	if (report->lag >= 0)
		buf_printf(out, ",\"lag\":%" PRId64, report->lag);
	else
		buf_append_text(out, ",\"lag\":null");
	buf_append_text(out, ",\"stalled\":");
	if (report->stalled)
		buf_append_json(out, span_of(report->stalled_reason));
	else
		buf_append_text(out, "null");
	buf_append_text(out, "}\n");
	return failed ? 503 : 200;
}

static bool is_ready(const struct component_status *status)
{
	return status->state != COMPONENT_STARTING && status->state != COMPONENT_FAILED;
}

int ready_print(const struct status_report *report, struct buf *out)
{
	bool ready = is_ready(&report->ingest) && is_ready(&report->process);

	buf_printf(out, "{\"ready\":%s", ready ? "true" : "false");
	print_component(out, "ingest", &report->ingest);
	print_component(out, "process", &report->process);
	buf_append_text(out, "}\n");
	return ready ? 200 : 503;
}

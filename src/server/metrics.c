/*
 * metrics.c - /metrics in Prometheus text format 0.0.4, see health.h. Names end in their unit;
 * counters are of this process, and begin at 0 when it starts.
 */
#include <inttypes.h>

#include "core/clock.h"
#include "server/health.h"

static void print_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP userstream_%s %s\n# TYPE userstream_%s %s\n", name, help, name,
		   type);
}

static void print_value(struct buf *out, const char *name, const char *type, const char *help,
			int64_t value)
{
	print_head(out, name, type, help);
	buf_printf(out, "userstream_%s %" PRId64 "\n", name, value);
}

/* A label's value: backslash, quote and line end are escaped. */
static void print_label(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			buf_append_char(out, '\\');
		if (*text == '\n')
			buf_append_text(out, "\\n");
		else
			buf_append_char(out, *text);
	}
}

static void print_named(struct buf *out, const char *name, const char *label, const char *help,
			const struct reason_count counts[STATUS_REASONS])
{
	print_head(out, name, "counter", help);
	for (size_t i = 0; i < STATUS_REASONS && counts[i].name[0]; i++) {
		buf_printf(out, "userstream_%s{%s=\"", name, label);
		print_label(out, counts[i].name);
		buf_printf(out, "\"} %" PRId64 "\n", counts[i].count);
	}
}

static void print_components(struct buf *out, const struct status_report *report)
{
	const struct {
		const char *name;
		const struct component_status *status;
	} components[] = { { "ingest", &report->ingest }, { "process", &report->process } };

	print_head(out, "component_state", "gauge", "1 for the state that a component is in.");
	for (size_t i = 0; i < 2; i++)
		for (int state = COMPONENT_OFF; state <= COMPONENT_FAILED; state++)
			buf_printf(
			    out, "userstream_component_state{component=\"%s\",state=\"%s\"} %d\n",
			    components[i].name, component_state_name((enum component_state)state),
			    components[i].status->state == (enum component_state)state);
	print_head(out, "component_restarts_total", "counter",
		   "Handles that failed and were reopened.");
	for (size_t i = 0; i < 2; i++)
		buf_printf(out,
			   "userstream_component_restarts_total{component=\"%s\"} %" PRId64 "\n",
			   components[i].name, components[i].status->restarts);
	print_head(out, "component_retries_total", "counter", "Waits for something to come back.");
	for (size_t i = 0; i < 2; i++)
		buf_printf(out,
			   "userstream_component_retries_total{component=\"%s\"} %" PRId64 "\n",
			   components[i].name, components[i].status->retries);
	print_head(out, "last_progress_timestamp_seconds", "gauge",
		   "When a component last delivered something; 0: not yet.");
	for (size_t i = 0; i < 2; i++)
		buf_printf(
		    out, "userstream_last_progress_timestamp_seconds{component=\"%s\"} %.6f\n",
		    components[i].name, (double)components[i].status->last_progress_us / 1e6);
}

/* Microseconds; a bucket counts what is at most its bound. The histogram's own buckets are finer by
 * far (1.6 %), so a bound is met to that precision. */
static void print_latency(struct buf *out, const struct histogram *latency)
{
	static const int64_t bounds_us[] = { 500,     1000,     2500,     5000,    10000,   25000,
					     50000,   100000,   250000,   500000,  1000000, 2500000,
					     5000000, 10000000, 30000000, 60000000 };
	uint64_t count = atomic_load_explicit(&latency->count, memory_order_relaxed);
	uint64_t sum = atomic_load_explicit(&latency->sum, memory_order_relaxed);

	print_head(out, "latency_seconds", "histogram", "From fetched to stored, per record.");
	for (size_t i = 0; i < sizeof(bounds_us) / sizeof(bounds_us[0]); i++) {
		uint64_t below = histogram_count_below(latency, bounds_us[i]);

		buf_printf(out, "userstream_latency_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
			   (double)bounds_us[i] / 1e6, below < count ? below : count);
	}
	buf_printf(out, "userstream_latency_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n", count);
	buf_printf(out, "userstream_latency_seconds_sum %.6f\n", (double)sum / 1e6);
	buf_printf(out, "userstream_latency_seconds_count %" PRIu64 "\n", count);
}

static void print_partitions(struct buf *out, const struct status_report *report)
{
	print_head(out, "partition_lag_records", "gauge",
		   "Records of a partition that are not settled yet, of those that are ours.");
	for (size_t i = 0; i < report->partition_count; i++)
		buf_printf(out, "userstream_partition_lag_records{partition=\"%d\"} %" PRId64 "\n",
			   (int)report->partitions[i].partition, report->partitions[i].lag);
}

/* ---- what the logs tell of themselves */

struct log_numbers {
	struct buf *out;
	const struct log_metric *metric; /* the one that has its head */
};

static void print_log_number(void *user, const struct log_metric *metric,
			     const struct log_label *labels, size_t label_count, double value)
{
	struct log_numbers *numbers = user;
	struct buf *out = numbers->out;

	if (metric != numbers->metric)
		print_head(out, metric->name, metric->counter ? "counter" : "gauge", metric->help);
	numbers->metric = metric;
	buf_printf(out, "userstream_%s{", metric->name);
	for (size_t i = 0; i < label_count; i++) {
		buf_printf(out, "%s%s=\"", i ? "," : "", labels[i].name);
		print_label(out, labels[i].value);
		buf_append_char(out, '"');
	}
	buf_printf(out, "} %.15g\n", value);
}

void metrics_print(const struct status_report *report, struct buf *out)
{
	const struct {
		const char *name, *help;
		int64_t value;
	} counters[] = {
		{ "fetched_total", "Records that the source delivered.", report->fetched },
		{ "appended_total", "Records appended to the log.", report->appended },
		{ "refused_total", "Records of the source that could not be parsed.",
		  report->refused },
		{ "source_filtered_total", "Records left out on purpose before the log.",
		  report->source_filtered },
		{ "refetched_total", "Records fetched again after the log failed.",
		  report->refetched },
		{ "read_total", "Records read from the log and accounted for.", report->read },
		{ "stored_total", "Records stored.", report->stored },
		{ "filtered_total", "Records for which WHERE was not true.", report->filtered },
		{ "rejected_total", "Records that became dead letters.", report->rejected },
		{ "lost_total", "Offsets passed over with --accept-gap.", report->lost },
	};

	print_head(out, "build_info", "gauge", "1; the version is a label.");
	buf_printf(out, "userstream_build_info{version=\"%s\"} 1\n", USERSTREAM_VERSION);
	print_head(out, "start_time_seconds", "gauge", "When this process started.");
	buf_printf(out, "userstream_start_time_seconds %.6f\n", (double)report->started_us / 1e6);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		print_value(out, counters[i].name, "counter", counters[i].help, counters[i].value);
	print_named(out, "source_errors_total", "kind", "Answers of the source that were none.",
		    report->source_errors);
	print_named(out, "rejected_by_total", "reason", "Dead letters by reason.",
		    report->rejected_by);
	print_named(out, "violations_total", "constraint",
		    "Records that violated a constraint, kept or not.", report->violations);
	if (report->lag >= 0)
		print_value(out, "lag_records", "gauge",
			    "Records in the log that are not settled yet.", report->lag);
	print_partitions(out, report);
	if (report->log_metrics)
		report->log_metrics(print_log_number, &(struct log_numbers){ .out = out });
	print_value(out, "stalled", "gauge", "1: nothing was delivered for too long.",
		    report->stalled);
	print_components(out, report);
	print_latency(out, report->latency);
}

/*
 * status_line.c - see status_line.h. The rate is that of the last few seconds.
 */
#include "cli/status_line.h"

#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/human.h"
#include "core/live_line.h"
#include "core/mem.h"
#include "core/note.h"

#define SAMPLES        16
#define BAR            20
#define LEFT_AFTER_US  500000 /* so much progress must be seen to tell the time left */
#define DOT            " \xc2\xb7 "
#define LINE_MAX_BYTES 4096

struct status_line {
	bool ingest, process;
	struct live_line *live;
	struct buf text;
	struct {
		int64_t time_us;
		int64_t count;
	} samples[SAMPLES]; /* a ring */
	size_t sample_count;
	/* of a file: where the bar began, which after a restart is not its beginning */
	int64_t begun_us;
	int64_t begun_bytes;
};

bool status_line_possible(void)
{
	return live_line_possible(STDERR_FILENO);
}

enum status status_line_start(struct status_line **out, bool ingest, bool process, struct err *err)
{
	struct status_line *line = mem_calloc(1, sizeof(*line));
	enum status status;

	if (!line)
		return err_no_memory(err, "starting the status line");
	line->ingest = ingest;
	line->process = process;
	buf_init(&line->text, LINE_MAX_BYTES);
	status = live_line_start(&line->live, STDERR_FILENO, err);
	if (status != US_OK) {
		mem_free(line);
		return status;
	}
	*out = line;
	return US_OK;
}

/* What is settled (or, without a processor, appended). */
static int64_t done(const struct status_line *line, const struct status_report *report)
{
	return line->process ? report->stored + report->filtered + report->rejected
			     : report->appended;
}

static void append_rate(struct status_line *line, int64_t count)
{
	int64_t now = clock_mono_us();
	size_t oldest = line->sample_count < SAMPLES ? 0 : line->sample_count % SAMPLES;

	if (line->sample_count > 0)
		human_rate(&line->text, count - line->samples[oldest].count,
			   now - line->samples[oldest].time_us);
	else
		buf_append_text(&line->text, "0/s");
	line->samples[line->sample_count % SAMPLES].time_us = now;
	line->samples[line->sample_count % SAMPLES].count = count;
	line->sample_count++;
}

static void append_count(struct buf *out, int64_t count, const char *what)
{
	if (out->len)
		buf_append_text(out, DOT);
	human_count(out, count);
	buf_append_char(out, ' ');
	buf_append_text(out, what);
}

static void append_bar(struct status_line *line, const struct status_report *report)
{
	struct buf *out = &line->text;
	int64_t now = clock_mono_us();
	int64_t left = report->total_bytes - report->done_bytes;
	int64_t done;

	if (!line->begun_us) {
		line->begun_us = now;
		line->begun_bytes = report->done_bytes;
	}
	done = report->done_bytes - line->begun_bytes;
	human_bar(out, report->done_bytes, report->total_bytes, BAR);
	buf_printf(out, " %d %%", (int)(report->done_bytes * 100 / report->total_bytes));
	if (done > 0 && left > 0 && now - line->begun_us > LEFT_AFTER_US) {
		buf_append_text(out, " ");
		human_duration_us(
		    out, (int64_t)((double)(now - line->begun_us) / (double)done * (double)left));
		buf_append_text(out, " left");
	}
}

/* The components' states and their reasons; nothing while all runs and nothing waits. */
static void append_state(struct buf *out, const struct status_report *report)
{
	const struct component_status *components[] = { &report->ingest, &report->process };
	static const char *const names[] = { "source", "process" };

	for (int i = 0; i < 2; i++) {
		enum component_state state = components[i]->state;

		if (state == COMPONENT_OFF || state == COMPONENT_DONE ||
		    (state == COMPONENT_RUNNING && !components[i]->reason[0]))
			continue;
		buf_printf(out, DOT "%s %s", names[i],
			   state == COMPONENT_RUNNING ? "waiting" : component_state_name(state));
		if (components[i]->reason[0])
			buf_printf(out, ": %s", components[i]->reason);
	}
}

void status_line_show(struct status_line *line, const struct status_report *report)
{
	struct buf *out = &line->text;

	buf_reset(out);
	if (report->total_bytes > 0)
		append_bar(line, report);
	if (line->ingest)
		append_count(out, report->fetched, "fetched");
	if (line->process) {
		append_count(out, report->stored, "stored");
		append_count(out, report->rejected, "rejected");
	}
	buf_append_text(out, DOT);
	append_rate(line, done(line, report));
	if (line->process && report->lag >= 0) {
		buf_append_text(out, DOT "lag ");
		human_count(out, report->lag);
	}
	if (line->process && report->latency && histogram_max(report->latency)) {
		buf_append_text(out, DOT "latency p50 ");
		human_duration_us(out, (int64_t)histogram_quantile(report->latency, 0.5));
		buf_append_text(out, " p99 ");
		human_duration_us(out, (int64_t)histogram_quantile(report->latency, 0.99));
	}
	append_state(out, report);
	for (size_t i = 0; i < out->len; i++) /* a reason may have several lines */
		if ((unsigned char)out->data[i] < ' ')
			out->data[i] = ' ';
	live_line_show(line->live, buf_text(out));
}

void status_line_stop(struct status_line *line)
{
	if (!line)
		return;
	live_line_stop(line->live);
	buf_release(&line->text);
	mem_free(line);
}

void status_note(const struct status_report *report)
{
	note(NOTE_INFO, "cli", "progress", NOTE_INT("fetched", report->fetched),
	     NOTE_INT("appended", report->appended), NOTE_INT("stored", report->stored),
	     NOTE_INT("filtered", report->filtered), NOTE_INT("rejected", report->rejected),
	     NOTE_INT("lag", report->lag),
	     NOTE_TEXT("ingest", component_state_name(report->ingest.state)),
	     NOTE_TEXT("process", component_state_name(report->process.state)));
}

/*
 * supervisor.c - see supervisor.h. A thread for each component, and one for the clock where the run
 * is bounded in time. The components mend themselves (component.h); what is here starts them, ends
 * them in order (a drain of process begins when ingest appends no more), and reports.
 */
#include "pipeline/supervisor.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/mem.h"
#include "pipeline/ingest.h"
#include "pipeline/ingest_cursor.h"
#include "pipeline/plan_tables.h"
#include "pipeline/process.h"

#define STALL_DEFAULT_MS (120 * 1000)

struct supervisor {
	struct supervisor_config config;
	struct meter meter;
	struct ingest ingest;
	struct process process;
	pthread_t ingest_thread, process_thread, clock_thread;
	bool ingest_started, process_started, clock_started;
	struct waiter clock_waiter; /* woken by supervisor_free */
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a component ended; CLOCK_MONOTONIC */
	int64_t started_us;
};

/* ---- threads */

static void tell_ended(struct supervisor *supervisor)
{
	pthread_mutex_lock(&supervisor->lock);
	pthread_cond_broadcast(&supervisor->ended);
	pthread_mutex_unlock(&supervisor->lock);
}

static void drain_process(struct supervisor *supervisor)
{
	atomic_store(&supervisor->process.upstream_ended, true);
	component_drain(&supervisor->process.component);
	process_wake(&supervisor->process);
}

static void *ingest_thread(void *arg)
{
	struct supervisor *supervisor = arg;

	ingest_run(&supervisor->ingest);
	if (supervisor->config.process)
		drain_process(supervisor);
	tell_ended(supervisor);
	return NULL;
}

static void *process_thread(void *arg)
{
	struct supervisor *supervisor = arg;

	process_run(&supervisor->process);
	tell_ended(supervisor);
	return NULL;
}

static void *clock_thread(void *arg)
{
	struct supervisor *supervisor = arg;
	int64_t end = clock_mono_us() + supervisor->config.for_ms * 1000;

	for (;;) {
		int64_t left_ms = (end - clock_mono_us() + 999) / 1000;

		if (left_ms <= 0)
			break;
		if (waiter_wait(&supervisor->clock_waiter,
				left_ms > INT32_MAX ? INT32_MAX : (int)left_ms))
			return NULL;
	}
	supervisor_drain(supervisor);
	return NULL;
}

/* ---- checks before the start */

/* One mistake more. What only is not there yet is none. */
static void collect(struct buf *mistakes, enum exit_code *code, enum status status,
		    const struct err *err)
{
	if (status != US_REJECT && status != US_FATAL)
		return;
	if (mistakes->len)
		buf_append_char(mistakes, '\n');
	else
		*code = err->code;
	buf_append_text(mistakes, err->text);
}

/* Without a plan: only whether it opens; one that is not there yet is not made then. */
static enum status check_sink(const struct supervisor_config *config, struct err *err)
{
	struct sink_config sink_config = config->sink;
	struct sink *sink = NULL;
	enum status status;

	sink_config.create = config->plan != NULL;
	sink_config.read_only = false;
	status = config->plan ? plan_sink_open(&sink, &sink_config, config->plan, err)
			      : sink_open(&sink, &sink_config, err);
	sink_close(sink);
	if (status == US_REJECT && !config->plan && err->kind && strcmp(err->kind, "missing") == 0)
		return US_OK;
	return status;
}

/* Does another process have the reader that this one would process with? */
static enum status check_reader(const struct supervisor_config *config, struct log *log,
				struct err *err)
{
	struct log_reader *reader = NULL;
	enum status status = log->ops->reader_open(log, config->reader ? config->reader : "process",
						   &reader, err);

	log_reader_close(reader);
	return status;
}

/* Without a log: the settings alone, as of a first start. */
static enum status check_source(const struct supervisor_config *config, struct log *log,
				struct err *err)
{
	struct source_config source_config = config->source;
	struct ingest_cursor cursor;
	struct waiter stop;
	struct source *source = NULL;
	enum status status;

	/* standard input can be opened once only */
	if (source_config.uri && strcmp(source_config.uri, "-") == 0)
		return US_OK;
	status = waiter_init(&stop, err);
	if (status != US_OK)
		return status;
	source_config.stop = &stop;
	ingest_cursor_init(&cursor);
	if (log)
		status = ingest_cursor_read(log, &cursor, err);
	if (status == US_OK)
		status = source_open(&source, &source_config, buf_span(&cursor.state), err);
	source_close(source);
	ingest_cursor_release(&cursor);
	waiter_release(&stop);
	return status;
}

enum status supervisor_check(const struct supervisor_config *config, struct err *err)
{
	struct log_config log_config = config->log;
	struct place from;
	enum exit_code code = EXIT_BAD_CONFIG;
	struct err one = ERR_INIT;
	struct log *log = NULL;
	struct buf mistakes;
	enum status status;

	buf_init(&mistakes, ERR_TEXT_MAX * 4);
	log_config.stream = LOG_RECORDS;
	log_config.create = true;
	log_config.exclusive = config->ingest;
	log_config.read_only = false;
	status = log_open(&log, &log_config, &one);
	collect(&mistakes, &code, status, &one);
	if (config->ingest)
		collect(&mistakes, &code, check_source(config, log, &one), &one);
	if (config->process && config->from)
		collect(&mistakes, &code, process_check_from(config->from, &from, &one), &one);
	if (config->process && log)
		collect(&mistakes, &code, check_reader(config, log, &one), &one);
	log_close(log);
	if (config->process)
		collect(&mistakes, &code, check_sink(config, &one), &one);
	status = US_OK;
	if (mistakes.failed)
		status = err_no_memory(err, "checking the configuration");
	else if (mistakes.len)
		status = err_set(err, US_REJECT, code, "%s", buf_text(&mistakes));
	buf_release(&mistakes);
	return status;
}

/* ---- start */

static enum status start_thread(pthread_t *thread, bool *started, void *(*run)(void *),
				struct supervisor *supervisor, struct err *err)
{
	*started = pthread_create(thread, NULL, run, supervisor) == 0;
	if (*started)
		return US_OK;
	return err_set(err, US_FATAL, EXIT_INTERNAL,
		       "a thread cannot be started: the limit of threads is reached");
}

static enum status init_parts(struct supervisor *supervisor, struct err *err)
{
	pthread_condattr_t attributes;
	enum status status = waiter_init(&supervisor->clock_waiter, err);

	if (status != US_OK)
		return status;
	status = component_init(&supervisor->ingest.component, "ingest", err);
	if (status != US_OK)
		goto no_ingest;
	status = process_init(&supervisor->process, &supervisor->config, &supervisor->meter, err);
	if (status != US_OK)
		goto no_process;
	supervisor->ingest.config = &supervisor->config;
	supervisor->ingest.meter = &supervisor->meter;
	meter_init(&supervisor->meter);
	pthread_mutex_init(&supervisor->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&supervisor->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	return US_OK;
no_process:
	component_release(&supervisor->ingest.component);
no_ingest:
	waiter_release(&supervisor->clock_waiter);
	return status;
}

static enum status start_threads(struct supervisor *supervisor, struct err *err)
{
	const struct supervisor_config *config = &supervisor->config;
	enum status status = US_OK;

	if (!config->ingest)
		component_set(&supervisor->ingest.component, COMPONENT_OFF, "%s", "");
	if (!config->process)
		component_set(&supervisor->process.component, COMPONENT_OFF, "%s", "");
	if (config->process)
		status = start_thread(&supervisor->process_thread, &supervisor->process_started,
				      process_thread, supervisor, err);
	if (status == US_OK && config->ingest)
		status = start_thread(&supervisor->ingest_thread, &supervisor->ingest_started,
				      ingest_thread, supervisor, err);
	if (status == US_OK && config->for_ms > 0)
		status = start_thread(&supervisor->clock_thread, &supervisor->clock_started,
				      clock_thread, supervisor, err);
	return status;
}

enum status supervisor_start(struct supervisor **out, const struct supervisor_config *config,
			     struct err *err)
{
	struct supervisor *supervisor;
	enum status status;

	if (config->process && !config->plan)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "there is no pipeline file to process with");
	status = supervisor_check(config, err);
	if (status != US_OK)
		return status;
	supervisor = mem_calloc(1, sizeof(*supervisor));
	if (!supervisor)
		return err_no_memory(err, "starting");
	supervisor->config = *config;
	supervisor->started_us = clock_wall_us();
	status = init_parts(supervisor, err);
	if (status != US_OK) {
		mem_free(supervisor);
		return status;
	}
	status = start_threads(supervisor, err);
	if (status != US_OK) {
		supervisor_free(supervisor);
		return status;
	}
	*out = supervisor;
	return US_OK;
}

/* ---- end */

void supervisor_drain(struct supervisor *supervisor)
{
	component_drain(&supervisor->ingest.component);
	/* with an ingest here, process drains when that has ended: what was fetched is stored */
	if (!supervisor->config.ingest)
		drain_process(supervisor);
}

static bool all_ended(struct supervisor *supervisor)
{
	return component_ended(&supervisor->ingest.component) &&
	       component_ended(&supervisor->process.component);
}

bool supervisor_wait(struct supervisor *supervisor, int timeout_ms)
{
	struct timespec until;
	bool ended = false;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&supervisor->lock);
	while (!all_ended(supervisor)) {
		if (timeout_ms < 0)
			pthread_cond_wait(&supervisor->ended, &supervisor->lock);
		else if (pthread_cond_timedwait(&supervisor->ended, &supervisor->lock, &until))
			break;
	}
	ended = all_ended(supervisor);
	pthread_mutex_unlock(&supervisor->lock);
	return ended;
}

enum status supervisor_result(const struct supervisor *supervisor, struct err *err)
{
	const struct component *components[] = { &supervisor->process.component,
						 &supervisor->ingest.component };

	for (size_t i = 0; i < 2; i++) {
		if (components[i]->result == US_OK)
			continue;
		*err = components[i]->result_err;
		return components[i]->result;
	}
	return US_OK;
}

void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return;
	component_stop(&supervisor->ingest.component);
	component_stop(&supervisor->process.component);
	process_wake(&supervisor->process);
	waiter_wake(&supervisor->clock_waiter);
	if (supervisor->clock_started)
		pthread_join(supervisor->clock_thread, NULL);
	if (supervisor->ingest_started)
		pthread_join(supervisor->ingest_thread, NULL);
	if (supervisor->process_started)
		pthread_join(supervisor->process_thread, NULL);
	process_release(&supervisor->process);
	component_release(&supervisor->ingest.component);
	waiter_release(&supervisor->clock_waiter);
	meter_release(&supervisor->meter);
	pthread_cond_destroy(&supervisor->ended);
	pthread_mutex_destroy(&supervisor->lock);
	mem_free(supervisor);
}

/* ---- report */

static void report_component(struct component *component, struct component_status *out)
{
	pthread_mutex_lock(&component->lock);
	*out = component->status;
	pthread_mutex_unlock(&component->lock);
	if (out->state == COMPONENT_RUNNING && component_draining(component))
		out->state = COMPONENT_DRAINING;
}

static bool is_working(const struct component_status *status)
{
	return status->state == COMPONENT_STARTING || status->state == COMPONENT_RUNNING ||
	       status->state == COMPONENT_DEGRADED || status->state == COMPONENT_DRAINING;
}

static void report_stall(const struct supervisor *supervisor, struct status_report *out)
{
	const struct supervisor_config *config = &supervisor->config;
	int64_t limit_ms = config->stall_ms ? config->stall_ms : STALL_DEFAULT_MS;
	const struct {
		const char *name;
		const struct component_status *status;
		bool has_work;
	} components[] = { { "ingest", &out->ingest, true },
			   { "process", &out->process, out->lag != 0 } };

	if (!config->stall_ms && limit_ms < 3 * config->every_ms)
		limit_ms = 3 * config->every_ms;
	for (size_t i = 0; i < 2 && !out->stalled; i++) {
		int64_t since = components[i].status->last_progress_us;
		int64_t for_us;

		if (!is_working(components[i].status) || !components[i].has_work)
			continue;
		if (since < supervisor->started_us)
			since = supervisor->started_us;
		for_us = clock_wall_us() - since;
		if (for_us <= limit_ms * 1000)
			continue;
		out->stalled = true;
		snprintf(out->stalled_reason, sizeof(out->stalled_reason),
			 "%s has delivered nothing for %" PRId64 " s", components[i].name,
			 for_us / 1000000);
	}
}

/* Reading takes the locks of what is read: constant for the caller only. */
static struct supervisor *unlocked(const struct supervisor *supervisor)
{
	union {
		const struct supervisor *from;
		struct supervisor *to;
	} cast = { .from = supervisor };

	return cast.to;
}

void supervisor_report(const struct supervisor *supervisor, struct status_report *out)
{
	struct supervisor *locks = unlocked(supervisor);

	memset(out, 0, sizeof(*out));
	out->started_us = supervisor->started_us;
	report_component(&locks->ingest.component, &out->ingest);
	report_component(&locks->process.component, &out->process);
	meter_report(&locks->meter, out);
	out->caught_up = out->lag == 0;
	report_stall(supervisor, out);
}

/*
 * supervisor.c - see supervisor.h. A thread for each component (and each worker of process), and
 * one for the clock where the run is bounded in time. The components mend themselves (component.h);
 * what is here starts them, ends them in order (a drain of process begins when ingest appends no
 * more), and reports.
 */
#include "pipeline/supervisor.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/mem.h"
#include "pipeline/ingest.h"
#include "pipeline/process.h"

#define STALL_DEFAULT_MS (120 * 1000)

/* One of process's. */
struct worker_thread {
	struct supervisor *supervisor;
	struct process process;
	pthread_t thread;
	bool started;
};

struct supervisor {
	struct supervisor_config config;
	struct meter meter;
	struct ingest ingest;
	struct team team;
	struct worker_thread *workers;
	size_t worker_count; /* at least one, which is off where nothing is processed */
	pthread_t ingest_thread, clock_thread;
	bool ingest_started, clock_started;
	struct waiter clock_waiter; /* woken by supervisor_free */
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a component ended; CLOCK_MONOTONIC */
	int64_t started_us;
	bool source_owes; /* it should always give something: it is no pipe */
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
	for (size_t i = 0; i < supervisor->worker_count; i++) {
		struct process *process = &supervisor->workers[i].process;

		atomic_store(&process->upstream_ended, true);
		component_drain(&process->component);
		process_wake(process);
	}
}

/* What one cannot get over the others will not either, once they have its partitions. */
static void stop_workers(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->worker_count; i++) {
		component_stop(&supervisor->workers[i].process.component);
		process_wake(&supervisor->workers[i].process);
	}
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
	struct worker_thread *worker = arg;

	process_run(&worker->process);
	if (worker->process.component.result != US_OK)
		stop_workers(worker->supervisor);
	tell_ended(worker->supervisor);
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

/* ---- start */

static enum status start_thread(pthread_t *thread, bool *started, void *(*run)(void *), void *arg,
				struct err *err)
{
	*started = pthread_create(thread, NULL, run, arg) == 0;
	if (*started)
		return US_OK;
	return err_set(err, US_FATAL, EXIT_INTERNAL,
		       "a thread cannot be started: the limit of threads is reached");
}

static enum status init_workers(struct supervisor *supervisor, struct err *err)
{
	size_t count = supervisor->config.workers > 1 ? (size_t)supervisor->config.workers : 1;
	enum status status = US_OK;

	supervisor->workers = mem_calloc(count, sizeof(*supervisor->workers));
	if (!supervisor->workers)
		return err_no_memory(err, "starting");
	while (supervisor->worker_count < count && status == US_OK) {
		struct worker_thread *worker = &supervisor->workers[supervisor->worker_count];

		worker->supervisor = supervisor;
		status = process_init(&worker->process, &supervisor->config, &supervisor->meter,
				      &supervisor->team, (int)supervisor->worker_count, err);
		if (status == US_OK)
			supervisor->worker_count++;
	}
	return status;
}

static void release_workers(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->worker_count; i++)
		process_release(&supervisor->workers[i].process);
	mem_free(supervisor->workers);
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
	status = init_workers(supervisor, err);
	if (status != US_OK)
		goto no_process;
	supervisor->ingest.config = &supervisor->config;
	supervisor->ingest.meter = &supervisor->meter;
	meter_init(&supervisor->meter);
	team_init(&supervisor->team, &supervisor->meter);
	pthread_mutex_init(&supervisor->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&supervisor->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	return US_OK;
no_process:
	release_workers(supervisor);
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
	for (size_t i = 0; i < supervisor->worker_count && status == US_OK; i++) {
		struct worker_thread *worker = &supervisor->workers[i];

		if (config->process)
			status = start_thread(&worker->thread, &worker->started, process_thread,
					      worker, err);
		else
			component_set(&worker->process.component, COMPONENT_OFF, "%s", "");
	}
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
	supervisor->source_owes = config->ingest && !source_is_once(config->source.uri);
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
	for (size_t i = 0; i < supervisor->worker_count; i++)
		if (!component_ended(&supervisor->workers[i].process.component))
			return false;
	return component_ended(&supervisor->ingest.component);
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
	const struct component *failed = &supervisor->ingest.component;

	for (size_t i = supervisor->worker_count; i-- > 0;)
		if (supervisor->workers[i].process.component.result != US_OK)
			failed = &supervisor->workers[i].process.component;
	if (failed->result != US_OK)
		*err = failed->result_err;
	return failed->result;
}

void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return;
	component_stop(&supervisor->ingest.component);
	stop_workers(supervisor);
	waiter_wake(&supervisor->clock_waiter);
	if (supervisor->clock_started)
		pthread_join(supervisor->clock_thread, NULL);
	if (supervisor->ingest_started)
		pthread_join(supervisor->ingest_thread, NULL);
	for (size_t i = 0; i < supervisor->worker_count; i++)
		if (supervisor->workers[i].started)
			pthread_join(supervisor->workers[i].thread, NULL);
	release_workers(supervisor);
	team_release(&supervisor->team);
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

/* All workers as one component: in the state of the one that most is to be said of. */
static void report_workers(struct supervisor *supervisor, struct component_status *out)
{
	static const enum component_state order[] = { COMPONENT_OFF,      COMPONENT_DONE,
						      COMPONENT_RUNNING,  COMPONENT_DRAINING,
						      COMPONENT_STARTING, COMPONENT_DEGRADED,
						      COMPONENT_FAILED };
	size_t most = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < supervisor->worker_count; i++) {
		struct component_status one;
		size_t rank = 0;

		report_component(&supervisor->workers[i].process.component, &one);
		while (order[rank] != one.state)
			rank++;
		if (rank > most || i == 0) {
			most = rank;
			out->state = one.state;
			memcpy(out->reason, one.reason, sizeof(out->reason));
		}
		out->restarts += one.restarts;
		out->retries += one.retries;
		if (one.last_progress_us > out->last_progress_us)
			out->last_progress_us = one.last_progress_us;
		if (one.pause_until_us > out->pause_until_us)
			out->pause_until_us = one.pause_until_us;
	}
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
	} components[] = { { "ingest", &out->ingest, supervisor->source_owes },
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
		if (since < components[i].status->pause_until_us)
			since = components[i].status->pause_until_us;
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
	report_workers(locks, &out->process);
	meter_report(&locks->meter, out);
	team_report(&locks->team, out);
	out->log_metrics = log_metrics;
	out->caught_up = out->lag == 0;
	report_stall(supervisor, out);
}

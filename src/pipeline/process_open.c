/*
 * process_open.c - opening and closing what a session of process works with (process.h).
 */
#include <stdio.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "pipeline/dead_fold.h"
#include "pipeline/plan_tables.h"
#include "pipeline/process.h"

static enum status open_log(struct process *process, struct err *err)
{
	const struct supervisor_config *config = process->config;
	struct log_config log_config = config->log;
	struct log_stat stat = { 0 };
	enum status status;

	log_config.create = true;
	log_config.exclusive = log_config.read_only = false;
	log_config.stream = LOG_RECORDS;
	log_config.member = process->worker_number;
	status = log_open(&process->log, &log_config, err);
	log_config.stream = LOG_DEAD_LETTERS;
	if (status == US_OK)
		status = log_open(&process->letters, &log_config, err);
	if (status == US_OK && config->hooks && config->hooks->log) {
		process->log = config->hooks->log(config->hooks->user, process->log);
		process->letters = config->hooks->log(config->hooks->user, process->letters);
	}
	if (status == US_OK)
		status = process->log->ops->stat(process->log, &stat, err);
	if (status != US_OK)
		return status;
	snprintf(process->identity, sizeof(process->identity), "%s", stat.identity);
	snprintf(process->topic, sizeof(process->topic), "%s", log_topic(&stat, config->topic));
	log_stat_release(&stat);
	return US_OK;
}

static enum status open_reader(struct process *process, struct err *err)
{
	const char *name = process->config->reader ? process->config->reader : "process";
	struct log_reader *reader = NULL;
	enum status status = process->log->ops->reader_open(process->log, name, &reader, err);

	if (status != US_OK)
		return status;
	pthread_mutex_lock(&process->wake_lock);
	process->reader = reader;
	pthread_mutex_unlock(&process->wake_lock);
	return US_OK;
}

/* Another log than the one that the rows came from: a gap of unknown size. */
enum status process_check_log(const struct supervisor_config *config, struct sink *sink,
			      const char *identity, struct buf *former, struct err *err)
{
	bool found = false;
	enum status status;

	buf_reset(former);
	status = sink->ops->state_get(sink, STATE_LOG, former, &found, err);
	if (status != US_OK)
		return status;
	if (!found || strcmp(buf_text(former), identity) == 0) {
		buf_reset(former);
		return US_OK;
	}
	if (config->accept_gap)
		return US_OK;
	return err_set(
	    err, US_REJECT, EXIT_BAD_DATA,
	    "the rows in %s came from the log %s, but %s is the log %s: it was deleted and "
	    "made anew, or is another one. If the former log is gone for good, go on with "
	    "--accept-gap; if not, set --log to it",
	    config->sink.uri, buf_text(former), config->log.uri, identity);
}

/* Remember whose rows the sink holds. */
static enum status note_log(struct process *process, struct err *err)
{
	struct sink *sink = process->sink;
	struct buf former;
	bool found = false;
	enum status status;

	buf_init(&former, sizeof(process->former_identity) - 1);
	status = process_check_log(process->config, sink, process->identity, &former, err);
	if (status == US_OK && former.len) {
		note(NOTE_WARN, "process", "going on with another log",
		     NOTE_TEXT("former", buf_text(&former)), NOTE_TEXT("log", process->identity));
		status = sink->ops->state_put(sink, STATE_FORMER_LOG, buf_span(&former), err);
	}
	if (status == US_OK)
		status = sink->ops->state_put(sink, STATE_LOG, span_of(process->identity), err);
	/* perhaps another worker went on with this log, or a run before this one */
	buf_reset(&former);
	if (status == US_OK)
		status = sink->ops->state_get(sink, STATE_FORMER_LOG, &former, &found, err);
	if (status == US_OK && found)
		snprintf(process->former_identity, sizeof(process->former_identity), "%s",
			 buf_text(&former));
	buf_release(&former);
	return status;
}

static enum status open_sink(struct process *process, struct err *err)
{
	struct sink_config sink_config = process->config->sink;
	enum status status;

	sink_config.create = true;
	sink_config.read_only = false;
	sink_config.trying_since_us = process->trying_since_us;
	status = plan_sink_open(&process->sink, &sink_config, process->config->plan, err);
	if (status == US_OK)
		process->trying_since_us = 0; /* from now on it is waited for without end */
	if (status == US_OK && process->config->hooks && process->config->hooks->sink)
		process->sink = process->config->hooks->sink(process->config->hooks->user,
							     process->sink);
	if (status == US_OK)
		status = note_log(process, err);
	return status;
}

/* Before a start over: which pass each partition is in. */
static enum status tell_generations(struct team *team, void *user, struct err *err)
{
	struct process *process = user;
	struct log_stat stat = { 0 };
	enum status status = process->log->ops->stat(process->log, &stat, err);

	for (size_t i = 0; i < stat.partition_count && status == US_OK; i++) {
		int64_t generation;

		status = process_generation(process, stat.partitions[i].partition, &generation,
					    NULL, err);
		if (status == US_OK && !team_note(team, stat.partitions[i].partition, generation))
			status = err_no_memory(err, "starting over");
	}
	log_stat_release(&stat);
	return status;
}

static void wake_reader(void *user)
{
	process_wake(user);
}

enum status process_open(struct process *process, struct err *err)
{
	enum status status = open_log(process, err); /* its identity is checked by the sink's */
	bool shared = status == US_OK && process->log->ops->shared;

	process->waiting = process->complete = false;
	process->polls = 0;
	if (status == US_OK && !shared)
		status = open_reader(process, err);
	if (status == US_OK)
		status = open_sink(process, err);
	if (status == US_OK && process->config->from)
		status = team_learn(process->team, tell_generations, process, err);
	if (status == US_OK) {
		process->worker = worker_new(process->config->plan);
		if (!process->worker)
			status = err_no_memory(err, "starting the transform");
	}
	if (status == US_OK)
		status = handover_start(&process->handover, process->config->plan, process->meter,
					err);
	process->handover_started = status == US_OK;
	if (status == US_OK) {
		process->handover.sink = process->sink;
		process->handover.failed = wake_reader;
		process->handover.user = process;
		/* others that share the log wait for this one, so it comes when it can work */
		if (shared)
			status = open_reader(process, err);
	}
	if (status != US_OK)
		process_close(process);
	return status;
}

void process_close(struct process *process)
{
	struct log_reader *reader = process->reader;

	if (process->handover_started)
		handover_end(&process->handover);
	process->handover_started = false;
	letter_clear(&process->writer);
	worker_free(process->worker);
	process->worker = NULL;
	pthread_mutex_lock(&process->wake_lock);
	process->reader = NULL;
	pthread_mutex_unlock(&process->wake_lock);
	log_reader_close(reader);
	log_close(process->letters);
	log_close(process->log);
	sink_close(process->sink);
	process->letters = process->log = NULL;
	process->sink = NULL;
	for (size_t i = 0; i < process->partition_count; i++) {
		process->partitions[i]->owned = process->partitions[i]->pending = false;
		process_tell(process, process->partitions[i]);
	}
}

void process_wake(struct process *process)
{
	pthread_mutex_lock(&process->wake_lock);
	if (process->reader)
		process->reader->ops->wake(process->reader);
	pthread_mutex_unlock(&process->wake_lock);
}

enum status process_init(struct process *process, const struct supervisor_config *config,
			 struct meter *meter, struct team *team, int worker, struct err *err)
{
	enum status status;

	memset(process, 0, sizeof(*process));
	status = component_init(&process->component, "process", err);
	if (status != US_OK)
		return status;
	process->config = config;
	process->meter = meter;
	process->trying_since_us = clock_mono_us();
	process->team = team;
	process->worker_number = worker;
	pthread_mutex_init(&process->wake_lock, NULL);
	letter_writer_init(&process->writer);
	return US_OK;
}

void process_release(struct process *process)
{
	for (size_t i = 0; i < process->partition_count; i++)
		partition_free(process->partitions[i]);
	mem_free(process->partitions);
	log_stat_release(&process->target);
	letter_writer_release(&process->writer);
	pthread_mutex_destroy(&process->wake_lock);
	component_release(&process->component);
}

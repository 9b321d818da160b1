/*
 * process.c - see process.h. The loop of the component's own thread.
 */
#include "pipeline/process.h"

#include "core/clock.h"
#include "core/note.h"

/* How long a poll waits: jobs under way have to be taken note of soon, and a lag of 0 is to be
 * refreshed once a second. */
#define POLL_BUSY_MS  20
#define POLL_HURRY_MS 5
#define POLL_IDLE_MS  1000

void process_tell(struct process *process, const struct partition *partition)
{
	if (!partition->owned)
		team_disown(process->team, process->worker_number, partition->id);
	else if (!team_own(process->team, process->worker_number, partition->id, partition->settled,
			   partition->high))
		note(NOTE_DEBUG, "process", "no memory to tell the lag");
}

bool process_settle(struct process *process)
{
	struct job *job;

	while ((job = handover_reap(&process->handover)) != NULL) {
		struct partition *partition = process_partition(process, job->partition);
		struct err err = ERR_INIT;

		if (job->status != US_OK)
			return false;
		partition->settled = job->next;
		component_progress(&process->component);
		handover_reaped(&process->handover);
		/* the ledger is the authority: a commit that fails costs nothing but retention */
		if (partition->owned &&
		    process->reader->ops->commit(process->reader, partition->id, partition->settled,
						 &err) != US_OK)
			note(NOTE_DEBUG, "process", "the log did not take the position",
			     NOTE_TEXT("reason", err.text));
		process_tell(process, partition);
	}
	return true;
}

/* Everything that was to be stored is stored. */
static bool drained(struct process *process, struct err *err)
{
	if (!component_draining(&process->component) || !atomic_load(&process->upstream_ended) ||
	    process->waiting || handover_under_way(&process->handover))
		return false;
	return !process->config->ingest || process_reached_end(process, err);
}

/* The log gives a partition: it is this worker's, once its ledger is read. */
static enum status assigned(struct process *process, const struct log_event *event, struct err *err)
{
	struct partition *partition = process_partition(process, event->partition);

	if (!partition)
		return err_no_memory(err, "taking a partition over");
	partition->owned = false;
	partition->pending = true;
	partition->low = event->low;
	partition->high = event->high;
	if (process->waiting)
		return process->reader->ops->pause(process->reader, partition->id, true, err);
	return process_take(process, partition, err);
}

/* What is under way of it is finished first; what failed of it is its next owner's to do. */
static void revoked(struct process *process, int32_t id)
{
	struct partition *partition = process_partition(process, id);

	handover_wait(&process->handover, 0);
	process_settle(process);
	if (!partition)
		return;
	partition->owned = partition->pending = false;
	process_tell(process, partition);
}

static enum status records(struct process *process, const struct log_event *event, struct err *err)
{
	struct partition *partition = process_partition(process, event->partition);

	if (!partition || !partition->owned || process->waiting)
		return US_OK;
	partition->low = event->low;
	partition->high = event->high;
	return process_records(process, partition, event, err);
}

static enum status act_on(struct process *process, const struct log_event *event, struct err *err)
{
	switch (event->kind) {
	case LOG_EVENT_NONE:
		return US_OK;
	case LOG_EVENT_ASSIGNED:
		return assigned(process, event, err);
	case LOG_EVENT_REVOKED:
		revoked(process, event->partition);
		return US_OK;
	case LOG_EVENT_LOST:
		return process_lost(process, event, err);
	case LOG_EVENT_RECORDS:
		return records(process, event, err);
	}
	return US_OK;
}

static bool all_settled(const struct process *process)
{
	for (size_t i = 0; i < process->partition_count; i++)
		if (process->partitions[i]->owned &&
		    process->partitions[i]->settled < process->partitions[i]->high)
			return false;
	return process->complete;
}

static size_t poll_records(const struct process *process)
{
	int batch = process->config->batch_records;

	return batch > 0 && batch < TRANSFORM_ROWS ? (size_t)batch : TRANSFORM_ROWS;
}

static int poll_ms(struct process *process)
{
	int64_t left_us = process->retry_us - clock_mono_us();

	if (process->waiting)
		return left_us <= 0                    ? 0
		       : left_us < POLL_IDLE_MS * 1000 ? (int)((left_us + 999) / 1000)
						       : POLL_IDLE_MS;
	if (handover_under_way(&process->handover))
		return POLL_BUSY_MS;
	return component_draining(&process->component) || process->config->until_caught_up
		   ? POLL_HURRY_MS
		   : POLL_IDLE_MS;
}

/* A FAIL UPDATE: what stands before it is written first. */
static enum status stop_before(struct process *process, struct err *err)
{
	handover_wait(&process->handover, 0);
	return process_settle(process) ? US_REJECT : process_mend(process, err);
}

/* One turn: poll, act. *idle: the log has nothing more, and all is settled. */
static enum status turn(struct process *process, bool *idle, struct err *err)
{
	struct log_event event = { 0 };
	enum status status;

	*idle = false;
	/* the log lends records until the second poll after theirs */
	process->polls++;
	if (process->polls >= 2)
		handover_wait_poll(&process->handover, process->polls - 2);
	if (!process_settle(process))
		return process_mend(process, err);
	if (process->waiting && component_out_of_patience(&process->component))
		return US_RETRY; /* err still says for what */
	if (process->waiting && clock_mono_us() >= process->retry_us)
		return process_resume(process, err);
	status = process->reader->ops->poll(process->reader, poll_ms(process),
					    poll_records(process), &event, err);
	process->complete = status == US_OK && event.complete;
	if (status == US_RETRY) {
		/* who does not poll answers no rebalance, and the whole group waits for it */
		component_sleep(&process->component, component_retry_soon(&process->component, err),
				false);
		return component_out_of_patience(&process->component) ? US_RETRY : US_OK;
	}
	if (status == US_OK)
		status = act_on(process, &event, err);
	if (status == US_RETRY)
		return process_wait(process, err);
	if (status == US_REJECT)
		return stop_before(process, err);
	if (status != US_OK)
		return status;
	if (event.kind == LOG_EVENT_NONE && !process->waiting &&
	    !handover_under_way(&process->handover) && process_settle(process) &&
	    all_settled(process)) {
		if (component_get(&process->component) == COMPONENT_STARTING)
			component_set(&process->component, COMPONENT_RUNNING, "%s", "");
		*idle = true;
	}
	return US_OK;
}

/* US_OK: done. US_REJECT: for good. US_FATAL: open everything again. US_RETRY: given up while
 * draining. */
static enum status session_run(struct process *process, struct err *err)
{
	while (!component_stopped(&process->component)) {
		bool idle;
		enum status status;

		if (drained(process, err))
			return US_OK;
		status = turn(process, &idle, err);
		if (status != US_OK)
			return status;
		if (idle && process->config->until_caught_up && process_reached_end(process, err))
			return US_OK;
	}
	return US_OK;
}

void process_run(struct process *process)
{
	struct component *component = &process->component;
	struct err err = ERR_INIT;
	enum status status = US_OK;

	while (!component_stopped(component)) {
		int wait_ms;

		status = process_open(process, &err);
		if (status == US_OK) {
			status = session_run(process, &err);
			process_close(process);
		}
		if (status == US_OK || status == US_REJECT)
			break;
		if (component_out_of_patience(component))
			break;
		wait_ms = status == US_RETRY ? component_retry(component, &err)
					     : component_reopen(component, &err);
		if (wait_ms < 0)
			break;
		component_sleep(component, wait_ms, false);
		status = US_OK;
	}
	if (status == US_RETRY)
		err.code = EXIT_TRY_AGAIN;
	component_end(component, status, &err);
}

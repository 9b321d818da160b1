/*
 * process.c - see process.h. The loop of the component's own thread, and what it does when
 * something failed.
 */
#include "pipeline/process.h"

#include <inttypes.h>

#include "core/clock.h"
#include "core/note.h"

/* How long a poll waits: jobs under way have to be taken note of soon, and a lag of 0 is to be
 * refreshed once a second. */
#define POLL_BUSY_MS 20
#define POLL_IDLE_MS 1000

static void update_lag(struct process *process)
{
	int64_t lag = 0;

	for (size_t i = 0; i < process->partition_count; i++) {
		const struct partition *partition = process->partitions[i];

		if (partition->owned && partition->high > partition->settled)
			lag += partition->high - partition->settled;
	}
	meter_set(&process->meter->lag, lag);
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
		update_lag(process);
	}
	return true;
}

static enum status remember_refused(struct process *process, const struct job *job, struct err *err)
{
	struct partition *partition = process_partition(process, job->partition);
	const struct row_batch *rows;
	int64_t offset;

	if (job->bad_table >= job->table_count)
		return err_set(err, US_FATAL, EXIT_INTERNAL,
			       "the sink refused a row of table number %zu, which there is not",
			       job->bad_table);
	rows = &job->rows[job->bad_table];
	if (job->bad_row < 0 || job->bad_row >= rows->row_count)
		return err_set(err, US_FATAL, EXIT_INTERNAL,
			       "the sink refused row number %" PRId64 ", which there is not",
			       job->bad_row);
	offset = job->records[rows->record[job->bad_row]].offset;
	note(NOTE_WARN, "process", "the sink refused a row", NOTE_INT("partition", partition->id),
	     NOTE_INT("offset", offset), NOTE_TEXT("reason", job->err.text));
	/* its letter is still to be written; those after it may be written twice, and count once */
	if (offset < partition->letters_through)
		partition->letters_through = offset;
	return partition_refuse(partition, offset, (uint32_t)job->bad_table, job->err.text)
		   ? US_OK
		   : err_no_memory(err, "remembering a refused row");
}

/*
 * The oldest finished job failed. US_OK: mended, go on. US_FATAL: open everything again. US_REJECT:
 * for good. US_RETRY: draining, and the sink stays away.
 */
static enum status mend(struct process *process, struct err *err)
{
	struct component *component = &process->component;
	struct job *job = handover_reap(&process->handover);
	enum status status = US_OK;

	*err = job->err;
	if (job->status == US_FATAL)
		return US_FATAL;
	if (job->status == US_REJECT) {
		if (!job->err.kind || strcmp(job->err.kind, "row") != 0)
			return US_REJECT;
		status = remember_refused(process, job, err);
	} else {
		int wait_ms = component_retry(component, &job->err);

		if (component_out_of_patience(component))
			return US_RETRY;
		component_sleep(component, wait_ms, false);
	}
	handover_wait(&process->handover, 0);
	while (handover_reap(&process->handover))
		handover_reaped(&process->handover);
	handover_mend(&process->handover);
	while (status == US_OK && !component_stopped(component)) {
		status = process_rewind(process, err);
		if (status != US_RETRY || component_out_of_patience(component))
			break;
		component_sleep(component, component_retry(component, err), false);
		status = US_OK;
	}
	return status;
}

/* Where a drain ends: what the log holds when nothing is appended by this process any more. */
static enum status learn_target(struct process *process, struct err *err)
{
	enum status status = process->log->ops->stat(process->log, &process->target, err);

	process->target_known = status == US_OK;
	return status;
}

/* Everything that was to be stored is stored. */
static bool drained(struct process *process, struct err *err)
{
	if (!component_draining(&process->component) || !atomic_load(&process->upstream_ended) ||
	    handover_under_way(&process->handover))
		return false;
	if (!process->config->ingest)
		return true;
	if (!process->target_known && learn_target(process, err) != US_OK)
		return false;
	for (size_t i = 0; i < process->target.partition_count; i++) {
		const struct log_partition_stat *target = &process->target.partitions[i];
		const struct partition *partition = NULL;

		if (target->high <= target->low)
			continue;
		for (size_t p = 0; p < process->partition_count; p++)
			if (process->partitions[p]->id == target->partition)
				partition = process->partitions[p];
		if (!partition || !partition->owned || partition->settled < target->high)
			return false;
	}
	return true;
}

static enum status revoke(struct process *process, int32_t id)
{
	struct partition *partition = process_partition(process, id);

	handover_wait(&process->handover, 0);
	if (partition)
		partition->owned = false;
	return US_OK;
}

static enum status act_on(struct process *process, const struct log_event *event, struct err *err)
{
	struct partition *partition;

	switch (event->kind) {
	case LOG_EVENT_NONE:
		return US_OK;
	case LOG_EVENT_ASSIGNED:
		return process_assign(process, event, err);
	case LOG_EVENT_REVOKED:
		return revoke(process, event->partition);
	case LOG_EVENT_LOST:
		return process_lost(process, event, err);
	case LOG_EVENT_RECORDS:
		partition = process_partition(process, event->partition);
		if (!partition || !partition->owned)
			return US_OK;
		partition->high = event->high;
		return process_records(process, partition, event, err);
	}
	return US_OK;
}

static bool all_settled(const struct process *process)
{
	for (size_t i = 0; i < process->partition_count; i++)
		if (process->partitions[i]->owned &&
		    process->partitions[i]->settled < process->partitions[i]->high)
			return false;
	return process->partition_count > 0;
}

static size_t poll_records(const struct process *process)
{
	int batch = process->config->batch_records;

	return batch > 0 && batch < TRANSFORM_ROWS ? (size_t)batch : TRANSFORM_ROWS;
}

/* One turn: poll, act. *idle: the log has nothing more, and all is settled. */
static enum status turn(struct process *process, bool *idle, struct err *err)
{
	struct component *component = &process->component;
	struct log_event event = { 0 };
	bool busy, hurry;
	enum status status;

	*idle = false;
	/* the log lends records until the second poll after theirs */
	process->polls++;
	if (process->polls >= 2)
		handover_wait_poll(&process->handover, process->polls - 2);
	if (!process_settle(process))
		return mend(process, err);
	busy = handover_under_way(&process->handover) > 0;
	hurry = component_draining(&process->component) || process->config->until_caught_up;
	status = process->reader->ops->poll(process->reader,
					    busy    ? POLL_BUSY_MS
					    : hurry ? 5
						    : POLL_IDLE_MS,
					    poll_records(process), &event, err);
	if (status == US_RETRY) {
		int wait_ms = component_retry(component, err);

		if (component_out_of_patience(component))
			return US_RETRY;
		component_sleep(component, wait_ms, false);
		return US_OK;
	}
	if (status != US_OK)
		return status;
	status = act_on(process, &event, err);
	if (status == US_REJECT) {
		/* what stands before a FAIL UPDATE is written first */
		handover_wait(&process->handover, 0);
		return process_settle(process) ? US_REJECT : mend(process, err);
	}
	if (event.kind == LOG_EVENT_NONE && !handover_under_way(&process->handover) &&
	    process_settle(process) && all_settled(process)) {
		meter_set(&process->meter->lag, 0);
		if (component_get(&process->component) == COMPONENT_STARTING)
			component_set(&process->component, COMPONENT_RUNNING, "%s", "");
		*idle = true;
	}
	return status;
}

/* US_OK: done. US_REJECT: for good. US_RETRY, US_FATAL: open everything again, for an event that
 * was not dealt with (an assignment) does not come twice. */
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
		if (idle && process->config->until_caught_up)
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

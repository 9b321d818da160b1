/*
 * process_mend.c - when something failed or does not answer (process.h).
 */
#include <inttypes.h>

#include "core/clock.h"
#include "core/note.h"
#include "pipeline/process.h"

/* How often the ledger is asked how far others are. */
#define OTHERS_US (100 * INT64_C(1000))

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

/* ---- waiting */

static void pause_all(struct process *process, bool paused)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < process->partition_count; i++) {
		const struct partition *partition = process->partitions[i];

		/* it refuses a partition that it has taken away: then there is nothing to pause */
		if (partition->owned || partition->pending)
			process->reader->ops->pause(process->reader, partition->id, paused, &err);
	}
}

/* What comes into the log meanwhile is to be seen as lag. */
static void learn_lag(struct process *process)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < process->partition_count; i++) {
		struct partition *partition = process->partitions[i];
		int64_t high;

		if (!partition->owned)
			continue;
		if (process->reader->ops->offset_at(process->reader, partition->id, INT64_MAX,
						    &high, &err) != US_OK)
			return; /* nor will it for the others */
		partition->high = high;
		process_tell(process, partition);
	}
}

/* Everything under way is finished or failed: forget it, for the ledgers will be read again. */
static void drop_under_way(struct process *process)
{
	handover_wait(&process->handover, 0);
	while (handover_reap(&process->handover))
		handover_reaped(&process->handover);
	handover_mend(&process->handover);
}

static enum status wait_for(struct process *process, int wait_ms)
{
	process->waiting = true;
	process->retry_us = clock_mono_us() + wait_ms * INT64_C(1000);
	pause_all(process, true);
	return US_OK;
}

enum status process_wait(struct process *process, struct err *err)
{
	struct component *component = &process->component;
	int wait_ms = component_retry(component, err);

	handover_wait(&process->handover, 0);
	if (!process_settle(process))
		return process_mend(process, err); /* that waits as well */
	if (component_out_of_patience(component))
		return US_RETRY;
	learn_lag(process);
	return wait_for(process, wait_ms);
}

enum status process_resume(struct process *process, struct err *err)
{
	enum status status = process_rewind(process, err);

	for (size_t i = 0; i < process->partition_count && status == US_OK; i++)
		if (process->partitions[i]->pending)
			status = process_take(process, process->partitions[i], err);
	if (status == US_RETRY)
		return process_wait(process, err);
	if (status != US_OK)
		return status;
	process->waiting = false;
	pause_all(process, false);
	return US_OK;
}

/* Another has written the ledger of a partition that the group says is ours: a worker that was
 * asleep, or we were. Whoever it belongs to is told with the next polls. */
static enum status yield_partition(struct process *process, const struct job *job, struct err *err)
{
	struct partition *partition = process_partition(process, job->partition);
	int wait_ms = component_reopen(&process->component, err);

	if (!partition || wait_ms < 0)
		return US_FATAL;
	if (partition->owned)
		partition->pending = true;
	partition->owned = false;
	process_tell(process, partition);
	drop_under_way(process);
	return wait_for(process, wait_ms);
}

bool process_is_ownership(const struct process *process, const struct err *err)
{
	return process->log->ops->shared && err->kind && strcmp(err->kind, "ownership") == 0;
}

enum status process_mend(struct process *process, struct err *err)
{
	struct component *component = &process->component;
	struct job *job = handover_reap(&process->handover);
	enum status status;

	*err = job->err;
	if (job->status == US_FATAL)
		return process_is_ownership(process, err) ? yield_partition(process, job, err)
							  : US_FATAL;
	if (job->status == US_REJECT) {
		if (!job->err.kind || strcmp(job->err.kind, "row") != 0)
			return US_REJECT;
		status = remember_refused(process, job, err);
		drop_under_way(process);
		return status == US_OK ? process_resume(process, err) : status;
	}
	drop_under_way(process);
	if (component_out_of_patience(component))
		return US_RETRY;
	learn_lag(process);
	return wait_for(process, component_retry(component, err));
}

/* ---- the end of a bounded run */

/* Of a partition that another worker or process has: its ledger. */
static bool reached_by_others(struct process *process, const struct log_partition_stat *target,
			      struct err *err)
{
	const char *table = plan_table(process->config->plan, 0)->name;
	struct ledger_row row;
	struct buf details;
	bool found = false;
	enum status status;

	buf_init(&details, DETAILS_MAX);
	status = process->sink->ops->ledger(process->sink, table, process->identity,
					    target->partition, &row, &found, &details, err);
	buf_release(&details);
	return status == US_OK && found && row.next >= target->high;
}

static bool reached(struct process *process, const struct log_partition_stat *target, bool ask,
		    struct err *err)
{
	const struct partition *partition = NULL;

	if (target->high <= target->low)
		return true;
	for (size_t i = 0; i < process->partition_count; i++)
		if (process->partitions[i]->id == target->partition)
			partition = process->partitions[i];
	if (partition && partition->owned)
		return partition->settled >= target->high;
	return ask && process->log->ops->shared && reached_by_others(process, target, err);
}

bool process_reached_end(struct process *process, struct err *err)
{
	int64_t now = clock_mono_us();
	bool ask = now - process->target_asked_us >= OTHERS_US;

	if (!process->target_known) {
		if (process->log->ops->stat(process->log, &process->target, err) != US_OK)
			return false;
		process->target_known = true;
	}
	if (ask)
		process->target_asked_us = now;
	for (size_t i = 0; i < process->target.partition_count; i++)
		if (!reached(process, &process->target.partitions[i], ask, err))
			return false;
	return true;
}

/*
 * process_assign.c - taking a partition over, and going back to where its ledger stands
 * (process.h).
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "pipeline/dead_fold.h"
#include "pipeline/process.h"

struct partition *process_partition(struct process *process, int32_t id)
{
	struct partition *partition;
	struct partition **partitions;

	for (size_t i = 0; i < process->partition_count; i++)
		if (process->partitions[i]->id == id)
			return process->partitions[i];
	partitions = mem_realloc(process->partitions,
				 (process->partition_count + 1) * sizeof(void *));
	if (!partitions)
		return NULL;
	process->partitions = partitions;
	partition = partition_new(id, process->config->plan);
	if (partition)
		partitions[process->partition_count++] = partition;
	return partition;
}

/* ---- starting over */

enum status process_check_from(const char *from, struct place *place, struct err *err)
{
	if (place_read(from, place) && place->kind != PLACE_LATEST)
		return US_OK;
	return err_set(err, US_REJECT, EXIT_BAD_USAGE,
		       "--from '%.80s': use earliest, an offset (1200), or a time in UTC "
		       "(2026-01-31T10:00:00)",
		       from);
}

/* --from as an offset of this partition. */
static enum status from_offset(struct process *process, const struct partition *partition,
			       int64_t *offset, struct err *err)
{
	struct place place;
	enum status status = process_check_from(process->config->from, &place, err);

	if (status != US_OK)
		return status;
	if (place.kind == PLACE_TIME)
		return process->reader->ops->offset_at(process->reader, partition->id, place.value,
						       offset, err);
	*offset = place.kind == PLACE_EARLIEST ? partition->low : place.value;
	if (*offset < partition->low || *offset > partition->high)
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "--from %s: partition %d of the log holds the offsets %" PRId64 " to %" PRId64,
		    process->config->from, (int)partition->id, partition->low, partition->high);
	return US_OK;
}

enum status process_restart(struct process *process, struct partition *partition, int64_t offset,
			    struct err *err)
{
	int64_t generation;
	enum status status = dead_letters_generation(process->letters, process->identity,
						     partition->id, &generation, err);

	if (status != US_OK)
		return status;
	note(NOTE_INFO, "process", "starting over", NOTE_INT("partition", partition->id),
	     NOTE_INT("offset", offset));
	return partition_restart(partition, process->sink, process->identity,
				 plan_fingerprint(process->config->plan), offset, generation, err);
}

enum status process_generation(struct process *process, int32_t partition, int64_t *generation,
			       int64_t *next, struct err *err)
{
	const struct plan *plan = process->config->plan;
	enum status status = US_OK;
	struct ledger_row row;
	struct buf details;
	int64_t lowest = -1;
	bool found = false;

	*generation = -1;
	buf_init(&details, DETAILS_MAX);
	for (size_t t = 0; t < plan_table_count(plan) && status == US_OK; t++) {
		buf_reset(&details);
		status = process->sink->ops->ledger(process->sink, plan_table(plan, t)->name,
						    process->identity, partition, &row, &found,
						    &details, err);
		if (status != US_OK || !found)
			continue;
		if (row.generation > *generation)
			*generation = row.generation;
		if (lowest < 0 || row.next < lowest)
			lowest = row.next;
	}
	buf_release(&details);
	if (next)
		*next = lowest;
	return status;
}

/* --from may be an offset or a time that no pass has got to: what is skipped is asked for, and
 * told. */
static void tell_skipped(const struct partition *partition, int64_t next, int64_t offset)
{
	int64_t from = next < partition->low ? partition->low : next;

	if (offset > from)
		note(NOTE_WARN, "process", "records are skipped, as --from says",
		     NOTE_INT("partition", partition->id), NOTE_INT("from", from),
		     NOTE_INT("count", offset - from));
}

/* --from, where that was not done yet; *done: it is now. */
static enum status start_over(struct process *process, struct partition *partition, bool *done,
			      struct err *err)
{
	int64_t generation, next, offset = 0;
	enum status status;

	*done = false;
	if (!process->config->from)
		return US_OK;
	status = process_generation(process, partition->id, &generation, &next, err);
	if (status != US_OK || !team_begin(process->team, partition->id, generation))
		return status;
	status = from_offset(process, partition, &offset, err);
	if (status == US_OK)
		tell_skipped(partition, next, offset);
	if (status == US_OK)
		status = process_restart(process, partition, offset, err);
	if (status == US_OK)
		team_begun(process->team, partition->id);
	*done = status == US_OK;
	return status;
}

/* ---- the first time */

/* The ledger knows nothing of this partition, but letters may be there, of a table that was
 * deleted: this pass judges anew what they judged. */
static enum status first_pass(struct process *process, struct partition *partition, struct err *err)
{
	int64_t generation;
	enum status status = dead_letters_generation(process->letters, process->identity,
						     partition->id, &generation, err);

	if (status == US_OK)
		partition->generation = generation + 1;
	return status;
}

/* ---- going on */

/*
 * Letters at or after the position are of an owner that never counted them: say so. The partition
 * is claimed first. So whoever it was cannot count them any more, and if another has counted them
 * meanwhile, they stay: the claim fails, and everything is taken from the ledger anew.
 */
static enum status void_letters(struct process *process, struct partition *partition,
				struct err *err)
{
	const char *fingerprint = plan_fingerprint(process->config->plan);
	struct dead_letter letter = {
		.kind = LETTER_RESTART,
		.partition = partition->id,
		.offset = partition->next,
		.generation = partition->generation,
		.time_us = clock_wall_us(),
		.identity = span_of(process->identity),
		.fingerprint = span_of(fingerprint),
	};
	bool ahead = false;
	int64_t base;
	enum status status = dead_letters_ahead(process->letters, process->identity, partition->id,
						partition->generation, partition->next, &ahead,
						&base, err);

	if (status != US_OK || !ahead)
		return status;
	/* whoever appended them may have taken its base by a clock that is ahead of ours */
	if (base >= partition->stamp_base)
		partition->stamp_base = base + 1;
	letter.stamp = partition->stamp_base + partition->next;
	status = partition_claim(partition, process->sink, process->identity, fingerprint, err);
	if (status == US_FATAL && process_is_ownership(process, err))
		return US_RETRY;
	if (status == US_OK)
		status = letter_add(&process->writer, &letter, err);
	return status == US_OK ? process_flush_letters(process, err) : status;
}

/* Stamps go on from the rows of a former log too. */
static enum status former_stamp(struct process *process, struct partition *partition,
				struct err *err)
{
	struct partition *former;
	bool found;
	enum status status;

	if (!process->former_identity[0])
		return US_OK;
	former = partition_new(partition->id, process->config->plan);
	if (!former)
		return err_no_memory(err, "reading the ledger");
	status = partition_load(former, process->sink, process->former_identity, 0, &found, err);
	if (status == US_OK && found && former->last_stamp > partition->last_stamp)
		partition->last_stamp = former->last_stamp;
	partition_free(former);
	return status;
}

/* What is stored stays as the former pipeline file made it: that is not to be a surprise. */
static void tell_changed_pipeline(const struct process *process, const struct partition *partition)
{
	if (partition->fingerprint[0] &&
	    strcmp(partition->fingerprint, plan_fingerprint(process->config->plan)) != 0)
		note(NOTE_INFO, "process",
		     "the pipeline file has changed: rows that are stored stay as they were made "
		     "(userstream process --from earliest makes them anew)",
		     NOTE_INT("partition", partition->id), NOTE_INT("offset", partition->next));
}

enum status process_seek(struct process *process, struct partition *partition, struct err *err)
{
	int64_t offset = partition->next;

	partition->check_anchor = partition->anchor_timestamp_us != 0 &&
				  offset > partition->first && offset > partition->low;
	if (partition->check_anchor)
		offset--;
	return process->reader->ops->seek(process->reader, partition->id, offset, err);
}

/* Everything from the ledger. */
static enum status load(struct process *process, struct partition *partition, struct err *err)
{
	bool found = false;
	enum status status = partition_load(partition, process->sink, process->identity,
					    partition->low, &found, err);

	if (status != US_OK)
		return status;
	tell_changed_pipeline(process, partition);
	if (found)
		return US_OK;
	status = first_pass(process, partition, err);
	return status == US_OK ? former_stamp(process, partition, err) : status;
}

enum status process_take(struct process *process, struct partition *partition, struct err *err)
{
	bool done;
	enum status status;

	handover_wait(&process->handover, 0);
	status = start_over(process, partition, &done, err);
	if (status == US_OK && !done)
		status = load(process, partition, err);
	if (status == US_OK && partition->next > partition->high)
		status = process_pass_cut(process, partition, err);
	if (status != US_OK)
		return status;
	partition->beyond_since_us = 0;
	partition->letters_through = partition->next;
	partition_fix_stamps(partition);
	status = void_letters(process, partition, err);
	if (status != US_OK)
		return status;
	partition->pending = false;
	partition->owned = true;
	process_tell(process, partition);
	if (partition->next < partition->low)
		status = process_pass_gap(process, partition, err);
	return status == US_OK ? process_seek(process, partition, err) : status;
}

enum status process_lost(struct process *process, const struct log_event *event, struct err *err)
{
	struct partition *partition = process_partition(process, event->partition);
	enum status status = US_OK;

	if (!partition || !partition->owned)
		return US_OK;
	partition->low = event->low;
	partition->high = event->high;
	if (event->low > partition->next)
		status = process_pass_gap(process, partition, err);
	return status == US_OK ? process_seek(process, partition, err) : status;
}

/* Did another write the ledger of a partition that was ours? */
static enum status moved(struct process *process, struct partition *partition, struct err *err)
{
	if (!process->log->ops->shared) {
		err_set(err, US_FATAL, EXIT_TRY_AGAIN,
			"partition %d was taken over by another process: its ledger moved to "
			"offset %" PRId64,
			(int)partition->id, partition->next);
		err->kind = "ownership";
		return US_FATAL;
	}
	partition->owned = false;
	partition->pending = true;
	process_tell(process, partition);
	return US_OK;
}

static enum status rewind_one(struct process *process, struct partition *partition, struct err *err)
{
	int64_t base = partition->stamp_base, handed = partition->next;
	int64_t generation = partition->generation;
	bool found, claimed;
	enum status status = partition_load(partition, process->sink, process->identity,
					    partition->first, &found, err);

	if (status != US_OK)
		return status;
	if (!found)
		partition->generation = generation; /* not yet in the ledger */
	claimed = partition->stamp_base > base;     /* by another */
	/* within one assignment B stays, so what was written without our knowing is written
	 * over with the same stamps */
	partition->stamp_base = base;
	if (claimed || partition->next > handed || partition->generation != generation)
		return moved(process, partition, err);
	return process_seek(process, partition, err);
}

enum status process_rewind(struct process *process, struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; i < process->partition_count && status == US_OK; i++)
		if (process->partitions[i]->owned)
			status = rewind_one(process, process->partitions[i], err);
	return status;
}

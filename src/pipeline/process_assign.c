/*
 * process_assign.c - where to go on (process.h): the ledger's position, checked against the log. A
 * gap is never passed in silence.
 *
 *     low <= next <= high, and the record at next - 1 is the one the ledger remembers   go on
 *     next < low          records were removed before they were read                    a gap
 *     next > high         the log was cut, or put back from an older copy               a gap
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
static enum status from_offset(struct process *process, const struct log_event *event,
			       int64_t *offset, struct err *err)
{
	struct place place;
	enum status status = process_check_from(process->config->from, &place, err);

	if (status != US_OK)
		return status;
	if (place.kind == PLACE_TIME)
		return process->reader->ops->offset_at(process->reader, event->partition,
						       place.value, offset, err);
	*offset = place.kind == PLACE_EARLIEST ? event->low : place.value;
	if (*offset < event->low || *offset > event->high)
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "--from %s: partition %d of the log holds the offsets %" PRId64 " to %" PRId64,
		    process->config->from, (int)event->partition, event->low, event->high);
	return US_OK;
}

static enum status restart(struct process *process, struct partition *partition, int64_t offset,
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

/* Records [next, low) are gone. */
static enum status pass_gap(struct process *process, struct partition *partition, int64_t low,
			    struct err *err)
{
	int64_t lost = low - partition->next;

	if (!process->config->accept_gap)
		return err_set(
		    err, US_REJECT, EXIT_BAD_DATA,
		    "partition %d: the log does not hold the offsets %" PRId64 " to %" PRId64
		    " any more: %" PRId64
		    " records were removed before they were stored. To count them as lost "
		    "and go on: --accept-gap",
		    (int)partition->id, partition->next, low - 1, lost);
	note(NOTE_WARN, "process", "records are lost", NOTE_INT("partition", partition->id),
	     NOTE_INT("from", partition->next), NOTE_INT("count", lost));
	for (size_t t = 0; t < partition->table_count; t++)
		partition->totals[t].lost += lost;
	meter_add(&process->meter->lost, lost);
	partition->next = low;
	partition->check_anchor = false;
	partition->anchor_timestamp_us = 0;
	partition->anchor_hash = 0;
	partition_fix_stamps(partition);
	return process_move(process, partition, err);
}

/* The log ends before the position: it is not the log that was read. */
static enum status pass_cut(struct process *process, struct partition *partition,
			    const struct log_event *event, struct err *err)
{
	if (!process->config->accept_gap)
		return err_set(
		    err, US_REJECT, EXIT_BAD_DATA,
		    "partition %d: the ledger stands at offset %" PRId64
		    ", but the log ends at %" PRId64
		    ": it was cut, or put back from an older copy. To go on with what it "
		    "holds from now on: --accept-gap; to fill the table again from it: "
		    "userstream process --from earliest",
		    (int)partition->id, partition->next, event->high);
	return restart(process, partition, event->high, err);
}

/* Letters at or after the position are of a pass that the ledger never counted: say so. */
static enum status void_letters(struct process *process, const struct partition *partition,
				struct err *err)
{
	struct dead_letter letter = {
		.kind = LETTER_RESTART,
		.partition = partition->id,
		.offset = partition->next,
		.generation = partition->generation,
		.time_us = clock_wall_us(),
		.identity = span_of(process->identity),
		.fingerprint = span_of(plan_fingerprint(process->config->plan)),
	};
	bool ahead = false;
	enum status status = dead_letters_ahead(process->letters, process->identity, partition->id,
						partition->generation, partition->next, &ahead,
						err);

	if (status != US_OK || !ahead)
		return status;
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

static enum status seek(struct process *process, struct partition *partition, int64_t low,
			struct err *err)
{
	int64_t offset = partition->next;

	partition->check_anchor = partition->anchor_timestamp_us != 0 &&
				  offset > partition->first && offset > low;
	if (partition->check_anchor)
		offset--;
	return process->reader->ops->seek(process->reader, partition->id, offset, err);
}

enum status process_assign(struct process *process, const struct log_event *event, struct err *err)
{
	struct partition *partition = process_partition(process, event->partition);
	bool from, found = false;
	enum status status = US_OK;

	if (!partition)
		return err_no_memory(err, "taking a partition over");
	handover_wait(&process->handover, 0);
	from = process->config->from && !partition->from_done;
	if (from) {
		int64_t offset = 0;

		status = from_offset(process, event, &offset, err);
		if (status == US_OK)
			status = restart(process, partition, offset, err);
		if (status == US_OK)
			partition->from_done = true;
	} else {
		status = partition_load(partition, process->sink, process->identity, event->low,
					&found, err);
		if (status == US_OK)
			tell_changed_pipeline(process, partition);
		if (status == US_OK && !found)
			status = first_pass(process, partition, err);
		if (status == US_OK && !found)
			status = former_stamp(process, partition, err);
	}
	if (status != US_OK)
		return status;
	partition->owned = true;
	partition->high = event->high;
	partition->letters_through = partition->next;
	if (partition->next > event->high)
		status = pass_cut(process, partition, event, err);
	if (status == US_OK)
		partition_fix_stamps(partition);
	if (status == US_OK)
		status = void_letters(process, partition, err);
	if (status == US_OK && partition->next < event->low)
		status = pass_gap(process, partition, event->low, err);
	return status == US_OK ? seek(process, partition, event->low, err) : status;
}

enum status process_lost(struct process *process, const struct log_event *event, struct err *err)
{
	struct partition *partition = process_partition(process, event->partition);
	enum status status = US_OK;

	if (!partition || !partition->owned)
		return US_OK;
	if (event->low > partition->next)
		status = pass_gap(process, partition, event->low, err);
	return status == US_OK ? seek(process, partition, event->low, err) : status;
}

enum status process_rewind(struct process *process, struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; i < process->partition_count && status == US_OK; i++) {
		struct partition *partition = process->partitions[i];
		int64_t low = partition->first;
		int64_t base = partition->stamp_base, handed = partition->next;
		int64_t generation = partition->generation;
		bool found;

		if (!partition->owned)
			continue;
		status = partition_load(partition, process->sink, process->identity, low, &found,
					err);
		if (status != US_OK)
			break;
		if (!found)
			partition->generation = generation; /* not yet in the ledger */
		/* within one assignment B stays, so what was written without our knowing is written
		 * over with the same stamps */
		partition->stamp_base = base;
		if (partition->next > handed || partition->generation != generation) {
			status = err_set(err, US_FATAL, EXIT_TRY_AGAIN,
					 "partition %d was taken over by another process: its "
					 "ledger moved to offset %" PRId64,
					 (int)partition->id, partition->next);
			err->kind = "ownership";
			break;
		}
		status = seek(process, partition, low, err);
	}
	return status;
}

/*
 * process_gap.c - a position that does not fit the log (process.h). A gap is never passed in
 * silence.
 *
 *     low <= next <= high, and the record at next - 1 is the one the ledger remembers   go on
 *     next < low           records were removed before they were read                   a gap
 *     next > high          the log was cut, put back from an older copy, or made anew   a gap
 *     another at next - 1  it was made anew, and is longer by now                       a gap
 *
 * A log of ours says by its identity that it was made anew; a topic does not. There the time of the
 * last record done tells where to go on: all that is newer was not there yet.
 *
 * A broker that slept (a pause, a network that was cut) tells the end that it knows, until it
 * learns that another leads the partition: an end before the position is believed when it stays.
 */
#include <inttypes.h>

#include "core/clock.h"
#include "core/note.h"
#include "core/random.h"
#include "pipeline/process.h"

#define CUT_SURE_DEFAULT_MS 10000

static void pass_over(struct process *process, struct partition *partition, int64_t from,
		      int64_t lost)
{
	note(NOTE_WARN, "process", "records are lost", NOTE_INT("partition", partition->id),
	     NOTE_INT("from", from), NOTE_INT("count", lost));
	for (size_t t = 0; t < partition->table_count; t++)
		partition->totals[t].lost += lost;
	meter_add(&process->meter->lost, lost);
	partition->check_anchor = false;
	partition->anchor_timestamp_us = 0;
	partition->anchor_hash = 0;
	partition->beyond_since_us = 0;
}

enum status process_pass_gap(struct process *process, struct partition *partition, struct err *err)
{
	int64_t lost = partition->low - partition->next;

	if (!process->config->accept_gap)
		return err_set(
		    err, US_REJECT, EXIT_BAD_DATA,
		    "partition %d: the log does not hold the offsets %" PRId64 " to %" PRId64
		    " any more: %" PRId64
		    " records were removed before they were stored. To count them as lost "
		    "and go on: --accept-gap",
		    (int)partition->id, partition->next, partition->low - 1, lost);
	pass_over(process, partition, partition->next, lost);
	partition->next = partition->low;
	partition_fix_stamps(partition);
	return process_move(process, partition, err);
}

/* A topic that is not the one that was read: go on after the time of the last record done. */
static enum status pass_anew(struct process *process, struct partition *partition, struct err *err)
{
	int64_t offset = partition->low, next = partition->next;
	enum status status = US_OK;

	if (partition->anchor_timestamp_us)
		status = process->reader->ops->offset_at(process->reader, partition->id,
							 partition->anchor_timestamp_us + 1,
							 &offset, err);
	if (status != US_OK)
		return status;
	if (!process->config->accept_gap)
		return err_set(
		    err, US_REJECT, EXIT_BAD_DATA,
		    "partition %d of the topic %s: the ledger stands at offset %" PRId64
		    ", but the record before it is not the one that was stored from there; "
		    "the topic holds the offsets %" PRId64 " to %" PRId64
		    " now: it was deleted and made anew, or cut. What was in it and not stored "
		    "is lost. To go on with what is newer than the last record stored, from "
		    "offset %" PRId64 ": --accept-gap; to fill the table again from this topic: "
		    "userstream process --from earliest",
		    (int)partition->id, process->topic, next, partition->low, partition->high - 1,
		    offset);
	status = process_restart(process, partition, offset, err);
	if (status != US_OK)
		return status;
	/* of the new one, what was removed before it was read */
	pass_over(process, partition, 0, offset == partition->low ? offset : 0);
	partition_fix_stamps(partition);
	return process_move(process, partition, err);
}

/* Has the end been before the position for so long that nothing else explains it? */
static bool is_cut(const struct process *process, struct partition *partition)
{
	int64_t sure_ms = process->config->cut_sure_ms ? process->config->cut_sure_ms
						       : CUT_SURE_DEFAULT_MS;
	int64_t now_us = clock_mono_us();

	if (!partition->beyond_since_us)
		partition->beyond_since_us = now_us;
	return now_us - partition->beyond_since_us >= sure_ms * 1000;
}

enum status process_pass_cut(struct process *process, struct partition *partition, struct err *err)
{
	/* or a worker that lost it wrote what came after we were told of its end */
	enum status status = process->reader->ops->offset_at(process->reader, partition->id,
							     INT64_MAX, &partition->high, err);

	if (status != US_OK)
		return status;
	if (partition->next <= partition->high) {
		partition->beyond_since_us = 0;
		return US_OK;
	}
	if (process->log->ops->shared && !is_cut(process, partition))
		return err_set(err, US_RETRY, EXIT_TRY_AGAIN,
			       "partition %d of the topic %s ends at offset %" PRId64
			       ", a broker says, and the ledger stands at %" PRId64
			       ": it is asked again, since one that slept does not know better",
			       (int)partition->id, process->topic, partition->high,
			       partition->next);
	if (process->log->ops->shared)
		return pass_anew(process, partition, err);
	if (!process->config->accept_gap)
		return err_set(
		    err, US_REJECT, EXIT_BAD_DATA,
		    "partition %d: the ledger stands at offset %" PRId64
		    ", but the log ends at %" PRId64
		    ": it was cut, or put back from an older copy. To go on with what it "
		    "holds from now on: --accept-gap; to fill the table again from it: "
		    "userstream process --from earliest",
		    (int)partition->id, partition->next, partition->high);
	return process_restart(process, partition, partition->high, err);
}

enum status process_check_anchor(struct process *process, struct partition *partition,
				 const struct record *record, bool *fits, struct err *err)
{
	struct span value = record->value.data ? record->value : SPAN_LITERAL("");
	enum status status;

	partition->check_anchor = false;
	*fits = record->timestamp_us == partition->anchor_timestamp_us &&
		hash_bytes(value.data, value.len, 0) == partition->anchor_hash;
	if (*fits)
		return US_OK;
	if (process->log->ops->shared) {
		handover_wait(&process->handover, 0);
		if (!process_settle(process))
			return US_OK; /* the ledger will be read again, and this found again */
		status = pass_anew(process, partition, err);
		return status == US_OK ? process_seek(process, partition, err) : status;
	}
	*fits = true;
	if (process->config->accept_gap)
		return US_OK;
	return err_set(err, US_REJECT, EXIT_BAD_DATA,
		       "partition %d: the record at offset %" PRId64
		       " is not the one that was stored from there: the log was made anew or "
		       "changed. To go on from there all the same: --accept-gap; to fill the "
		       "table again from this log: userstream process --from earliest",
		       (int)partition->id, record->offset);
}

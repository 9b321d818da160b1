/*
 * process_batch.c - one batch of records on its way (process.h): cut into chunks, transformed, its
 * dead letters made durable, its rows and ledger handed to the sink thread.
 */
#include <inttypes.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/random.h"
#include "pipeline/process.h"

/* ---- dead letters */

enum status process_flush_letters(struct process *process, struct err *err)
{
	enum status status = letter_flush(&process->writer, process->letters, err);

	letter_clear(&process->writer);
	if (status != US_OK)
		err_prefix(err, "writing a dead letter");
	return status == US_REJECT ? US_FATAL : status;
}

static enum status add_letter(struct process *process, const struct partition *partition,
			      const struct record *record, const struct rejection *rejection,
			      struct err *err)
{
	bool withhold = rejection->kind == REJECT_MALFORMED && !process->config->dlq_raw;
	char sha256[65] = "", *kept = NULL;
	struct dead_letter letter = {
		.kind = LETTER_NEW,
		.partition = partition->id,
		.offset = record->offset,
		.stamp = partition->stamp_base + record->offset,
		.generation = partition->generation,
		.time_us = clock_wall_us(),
		.timestamp_us = record->timestamp_us,
		.table = span_of(plan_table(process->config->plan, rejection->table)->name),
		.reason = span_of(rejection->reason),
		.name = span_of(rejection->name),
		.text = span_of(rejection->text),
		.topic = span_of(process->topic),
		.identity = span_of(process->identity),
		.fingerprint = span_of(plan_fingerprint(process->config->plan)),
		.key = record->key,
		.value = withhold ? SPAN_NULL : record->value,
		.length = (int64_t)record->value.len,
	};

	if (withhold) {
		/* what cannot be parsed could not be redacted: only what identifies it is kept */
		if (!letter_sha256(record->value, sha256))
			return err_no_memory(err, "digesting a dead letter");
		kept = arena_strndup(&process->writer.arena, sha256, 64);
		if (!kept)
			return err_no_memory(err, "writing a dead letter");
		letter.sha256 = span_of(kept);
	}
	return letter_add(&process->writer, &letter, err);
}

static enum status write_letters(struct process *process, struct partition *partition,
				 const struct record *records, size_t count,
				 const struct transform_result *result, struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; i < result->rejection_count && status == US_OK; i++) {
		const struct record *record = &records[result->rejections[i].record];

		/* read again after a failed write: the letter stands already, with this stamp */
		if (record->offset >= partition->letters_through)
			status = add_letter(process, partition, record, &result->rejections[i],
					    err);
	}
	if (status == US_OK)
		status = process_flush_letters(process, err);
	if (status != US_OK)
		letter_clear(&process->writer);
	else if (count && records[count - 1].offset >= partition->letters_through)
		partition->letters_through = records[count - 1].offset + 1;
	return status;
}

/* ---- the job */

/* The sink refused a row of this one record: its rows of that table are left out. */
static void apply_refusal(struct job *job, const struct refused_row *refused)
{
	struct transform_result *result = &job->result;
	struct table_result *made = &job->tables[refused->table];
	size_t kept = 0;

	for (size_t i = 0; i < result->rejection_count && kept < job->table_count; i++)
		if (result->rejections[i].table != refused->table)
			job->extra[kept++] = result->rejections[i];
	job->extra[kept++] = (struct rejection){
		.record = 0,
		.table = refused->table,
		.kind = REJECT_EVALUATION,
		.name = "",
		.reason = "refused_by_sink",
		.text = refused->text,
	};
	result->rejections = job->extra;
	result->rejection_count = kept;
	made->rows.row_count = 0;
	made->stored = made->filtered = 0;
	made->rejected = 1;
}

static bool fill_stamps(struct job *job, size_t table, const struct partition *partition,
			const struct record *records)
{
	const struct row_batch *rows = &job->rows[table];
	size_t count = (size_t)rows->row_count;

	if (count > job->stamp_capacity[table]) {
		int64_t *stamps = mem_realloc(job->stamps[table], count * sizeof(*stamps));

		if (!stamps)
			return false;
		job->stamps[table] = stamps;
		job->stamp_capacity[table] = count;
	}
	for (size_t i = 0; i < count; i++)
		job->stamps[table][i] = partition->stamp_base + records[rows->record[i]].offset;
	return true;
}

/* The ledger after the job, and what the sink thread needs. */
static enum status finish_job(struct process *process, struct partition *partition, struct job *job,
			      int64_t next, struct err *err)
{
	job->partition = partition->id;
	job->next = next;
	job->poll = process->polls;
	job->expected = partition->expected;
	partition->next = next;
	for (size_t t = 0; t < job->table_count; t++) {
		buf_reset(&job->details[t]);
		partition_ledger(partition, t, process->identity,
				 plan_fingerprint(process->config->plan), &job->ledger[t],
				 &job->details[t]);
		if (job->details[t].failed)
			return err_no_memory(err, "writing the ledger");
		job->ledger[t].details = buf_span(&job->details[t]);
	}
	partition->expected = next;
	handover_submit(&process->handover);
	return US_OK;
}

static void set_anchor(struct partition *partition, const struct record *last)
{
	partition->anchor_timestamp_us = last->timestamp_us;
	partition->anchor_hash = hash_bytes(last->value.data ? last->value.data : "",
					    last->value.len, 0);
	partition->last_stamp = partition->stamp_base + last->offset;
}

static enum status hand_over(struct process *process, struct partition *partition,
			     const struct record *records, size_t count, int64_t next,
			     const struct transform_result *result, struct err *err)
{
	struct job *job = handover_slot(&process->handover);
	const struct refused_row *refused = count == 1
						? partition_refused(partition, records[0].offset)
						: NULL;
	enum status status;

	job->records = records;
	job->record_count = count;
	job->result = *result;
	memcpy(job->tables, result->tables, job->table_count * sizeof(*job->tables));
	job->result.tables = job->tables;
	if (refused)
		apply_refusal(job, refused);
	status = write_letters(process, partition, records, count, &job->result, err);
	if (status != US_OK)
		return status;
	for (size_t t = 0; t < job->table_count; t++) {
		job->rows[t] = job->tables[t].rows;
		if (!totals_add(&partition->totals[t], process->config->plan, (uint32_t)t,
				&job->result, count) ||
		    !fill_stamps(job, t, partition, records))
			return err_no_memory(err, "counting a batch");
	}
	set_anchor(partition, &records[count - 1]);
	return finish_job(process, partition, job, next, err);
}

enum status process_move(struct process *process, struct partition *partition, struct err *err)
{
	struct job *job;

	handover_wait(&process->handover, 0);
	if (!process_settle(process))
		return US_OK; /* the ledger will be read again, and the gap found again */
	job = handover_slot(&process->handover);
	job->records = NULL;
	job->record_count = 0;
	job->result = (struct transform_result){ .tables = job->tables, .failed_record = -1 };
	for (size_t t = 0; t < job->table_count; t++) {
		job->tables[t] = (struct table_result){ .rows = { .table = plan_table(
								      process->config->plan, t) } };
		job->rows[t] = job->tables[t].rows;
	}
	return finish_job(process, partition, job, partition->next, err);
}

/* ---- chunks */

static enum status fail_update(struct process *process, struct partition *partition,
			       const struct record *records, const struct transform_result *failed,
			       struct err *err)
{
	size_t before = (size_t)failed->failed_record;
	const struct record *record = &records[before];
	const char *table = plan_table(process->config->plan, failed->failed_table)->name;
	struct transform_result result;
	enum status status = US_OK;
	struct err reason = ERR_INIT;

	err_set(&reason, US_REJECT, EXIT_BAD_DATA,
		"table %s, partition %d, offset %" PRId64
		": %s. ON VIOLATION FAIL UPDATE: nothing from this record on is stored; mend the "
		"data or the pipeline file, then start again",
		table, (int)partition->id, record->offset, failed->failed_text);
	reason.kind = "fail_update";
	/* the transform runs again, over what the job under way stands in */
	handover_wait(&process->handover, 0);
	if (!process_settle(process))
		return US_RETRY;
	if (before > 0) {
		status = worker_transform(process->worker, process->topic, records, before, &result,
					  err);
		if (status == US_OK)
			status = hand_over(process, partition, records, before, record->offset,
					   &result, err);
	}
	if (status != US_OK)
		return status;
	*err = reason;
	return US_REJECT;
}

static enum status process_chunk(struct process *process, struct partition *partition,
				 const struct record *records, size_t count, int64_t next,
				 struct err *err)
{
	struct transform_result result;
	enum status status;

	handover_wait(&process->handover, 1);
	if (!process_settle(process))
		return US_RETRY;
	status = worker_transform(process->worker, process->topic, records, count, &result, err);
	if (status != US_OK)
		return US_FATAL;
	if (result.failed_record >= 0)
		return fail_update(process, partition, records, &result, err);
	return hand_over(process, partition, records, count, next, &result, err);
}

/* Up to the batch size; a record whose row the sink refused goes alone. */
static size_t chunk_size(const struct process *process, const struct partition *partition,
			 const struct record *records, size_t count)
{
	size_t most = TRANSFORM_ROWS;

	if (process->config->batch_records > 0 && process->config->batch_records < TRANSFORM_ROWS)
		most = (size_t)process->config->batch_records;
	if (count > most)
		count = most;
	if (partition->refused_count == 0)
		return count;
	for (size_t i = 0; i < count; i++)
		if (partition_refused(partition, records[i].offset))
			return i ? i : 1;
	return count;
}

enum status process_records(struct process *process, struct partition *partition,
			    const struct log_event *event, struct err *err)
{
	const struct record *records = event->records;
	size_t count = event->record_count;
	enum status status = US_OK;

	if (partition->check_anchor && count && records[0].offset == partition->next - 1) {
		bool fits;

		status = process_check_anchor(process, partition, &records[0], &fits, err);
		if (status != US_OK || !fits)
			return status;
	}
	partition->check_anchor = false;
	while (count && records[0].offset < partition->next) {
		records++;
		count--;
	}
	while (count && status == US_OK && !component_stopped(&process->component)) {
		size_t chunk = chunk_size(process, partition, records, count);
		int64_t next = chunk == count ? event->next : records[chunk].offset;

		status = process_chunk(process, partition, records, chunk, next, err);
		records += chunk;
		count -= chunk;
	}
	if (status == US_OK && count == 0 &&
	    event->next > partition->next) { /* a gap that is no loss */
		partition->next = event->next;
		status = process_move(process, partition, err);
	}
	/* given up because a job failed: the loop sees to that, and these records come again */
	return status == US_RETRY && !process_settle(process) ? US_OK : status;
}

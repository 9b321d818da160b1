/*
 * verify_deep.c - verify --deep: the pipeline runs again over the log, and what it makes is
 * compared with the tables, the ledger and the dead letters.
 *
 *     log -> transform -> expected rows \
 *                                        > buckets by key -> sort -> the last record of a key wins
 *     table ---------------> stored rows /
 *
 * A record with a pending dead letter is expected to be no row, even where the present pipeline
 * would let it pass (it waits for a replay, or the sink refused it).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "pipeline/deep_state.h"
#include "pipeline/row_digest.h"

/* ---- the expected side */

static enum status expect_rows(struct deep *deep, size_t t, const struct row_batch *rows,
			       const struct record *records, struct err *err)
{
	const struct table_def *table = rows->table;
	enum status status = US_OK;

	for (int64_t r = 0; r < rows->row_count && status == US_OK; r++) {
		const struct record *record = &records[rows->record[r]];
		const struct spill_entry entry = { .order = record->offset,
						   .offset = record->offset,
						   .partition = record->partition };
		bool room = true;

		buf_reset(&deep->key);
		for (size_t c = 0; c < table->column_count; c++) {
			buf_reset(&deep->value);
			deep->hashes[c] = digest_column(&rows->columns[c], r, deep->unit_us,
							&deep->value)
					      ? digest_hash(buf_span(&deep->value))
					      : 0;
			room = room && !deep->value.failed;
		}
		for (size_t k = 0; k < table->key_count; k++) {
			buf_reset(&deep->value);
			digest_column(&rows->columns[table->key[k]], r, deep->unit_us,
				      &deep->value);
			digest_key_part(&deep->key, buf_span(&deep->value));
			room = room && !deep->value.failed;
		}
		if (deep->key.failed || !room)
			return err_no_memory(err, "comparing rows");
		status = spill_add(deep->expected[t], &entry, buf_span(&deep->key), deep->hashes,
				   table->column_count, err);
	}
	return status;
}

static bool is_pending(const struct deep *deep, const struct record *record, size_t t)
{
	const struct dead_fold *fold = &deep->verify->fold;
	const struct folded_letter *letter = dead_fold_find(fold, record->partition,
							    record->offset);

	return letter && letter->state == LETTER_PENDING &&
	       (letter->tables &
		dead_fold_table(fold, plan_table(deep->verify->config->plan, t)->name));
}

static void rejection_without_letter(struct deep *deep, const struct transform_result *result,
				     const struct record *records)
{
	for (size_t i = 0; i < result->rejection_count; i++) {
		const struct rejection *rejection = &result->rejections[i];
		const struct record *record = &records[rejection->record];

		if (is_pending(deep, record, rejection->table) || deep->verify->letters_purged)
			continue;
		verify_differs(deep->verify,
			       "partition %d, offset %" PRId64
			       ": table %s rejects it (%s), but there is no dead letter",
			       (int)record->partition, record->offset,
			       plan_table(deep->verify->config->plan, rejection->table)->name,
			       rejection->text);
	}
}

/* The record passes, but a letter waits: in that table it counts as rejected. */
static bool passes_in_vain(const struct deep *deep, const struct transform_result *result,
			   const struct record *records, size_t i)
{
	for (size_t t = 0; t < deep->tables; t++)
		if (result->tables[t].outcome[i] != OUTCOME_REJECTED &&
		    is_pending(deep, &records[i], t))
			return true;
	return false;
}

/* Count and expect what was made of records of which none passes in vain. */
static enum status take_result(struct deep *deep, const struct transform_result *result,
			       const struct record *records, size_t count, struct err *err)
{
	enum status status = US_OK;

	for (size_t t = 0; t < deep->tables && status == US_OK; t++) {
		if (!totals_add(recount_of(deep, t, deep->partition), deep->verify->config->plan,
				(uint32_t)t, result, count))
			return err_no_memory(err, "recounting");
		status = expect_rows(deep, t, &result->tables[t].rows, records, err);
	}
	rejection_without_letter(deep, result, records);
	return status;
}

/* One record that passes in some table where its letter is pending. */
static enum status take_in_vain(struct deep *deep, const struct transform_result *result,
				const struct record *record, struct err *err)
{
	enum status status = US_OK;

	deep->would_pass++;
	for (size_t t = 0; t < deep->tables && status == US_OK; t++) {
		struct totals *totals = recount_of(deep, t, deep->partition);

		if (is_pending(deep, record, t) &&
		    result->tables[t].outcome[0] != OUTCOME_REJECTED) {
			totals->read++;
			totals->rejected++;
		} else {
			if (!totals_add(totals, deep->verify->config->plan, (uint32_t)t, result, 1))
				return err_no_memory(err, "recounting");
			status = expect_rows(deep, t, &result->tables[t].rows, record, err);
		}
	}
	return status;
}

static enum status transform(struct deep *deep, const struct record *records, size_t count,
			     struct transform_result *out, struct err *err)
{
	return worker_transform(deep->worker,
				log_topic(&deep->verify->stat, deep->verify->config->topic),
				records, count, out, err);
}

/* The first record to be looked at alone: it passes in vain, or stops the update. */
static size_t first_odd(const struct deep *deep, const struct transform_result *result,
			const struct record *records, size_t count)
{
	size_t limit = result->failed_record >= 0 ? (size_t)result->failed_record : count;

	for (size_t i = 0; i < limit; i++)
		if (passes_in_vain(deep, result, records, i))
			return i;
	return limit;
}

static enum status take_odd(struct deep *deep, const struct record *record, struct err *err)
{
	struct transform_result result;
	enum status status = transform(deep, record, 1, &result, err);

	if (status != US_OK)
		return status;
	if (result.failed_record < 0)
		return take_in_vain(deep, &result, record, err);
	verify_differs(deep->verify,
		       "partition %d, offset %" PRId64 ": is processed, but now: %s (FAIL UPDATE)",
		       (int)record->partition, record->offset, result.failed_text);
	for (size_t t = 0; t < deep->tables; t++)
		recount_of(deep, t, deep->partition)->read++;
	return US_OK;
}

static enum status take_records(struct deep *deep, const struct record *records, size_t count,
				struct err *err)
{
	enum status status = US_OK;

	while (count && status == US_OK) {
		size_t chunk = count < TRANSFORM_ROWS ? count : TRANSFORM_ROWS, odd;
		struct transform_result result;

		status = transform(deep, records, chunk, &result, err);
		if (status != US_OK)
			break;
		odd = first_odd(deep, &result, records, chunk);
		if (odd == chunk) {
			status = take_result(deep, &result, records, chunk, err);
			records += chunk;
			count -= chunk;
			continue;
		}
		if (odd > 0) {
			status = transform(deep, records, odd, &result, err);
			if (status == US_OK)
				status = take_result(deep, &result, records, odd, err);
		}
		if (status == US_OK)
			status = take_odd(deep, &records[odd], err);
		records += odd + 1;
		count -= odd + 1;
	}
	return status;
}

/* Read partition `deep->partition` from where its ledger began to where it stands. */
static enum status run_partition(struct deep *deep, struct log_reader *reader, struct err *err)
{
	const struct partition *partition = deep->verify->partitions[deep->partition];
	const struct log_partition_stat *stat = &deep->verify->stat.partitions[deep->partition];
	int64_t at = partition->first > stat->low ? partition->first : stat->low;
	enum status status;

	/* lost records were never read: a gap at the start is as it was then */
	if (stat->low > partition->first + partition->totals[0].lost)
		deep->partial = true;
	if (partition->totals[0].lost && stat->low <= partition->first)
		deep->partial = true; /* the gap was elsewhere: the log was put back */
	status = reader->ops->seek(reader, partition->id, at, err);
	while (status == US_OK && at < partition->next) {
		struct log_event event = { 0 };
		size_t count = 0;

		status = reader->ops->poll(reader, 1000, TRANSFORM_ROWS, &event, err);
		if (status != US_OK)
			break;
		if (event.kind == LOG_EVENT_LOST) {
			deep->partial = true;
			at = event.low;
			status = reader->ops->seek(reader, partition->id, at, err);
			continue;
		}
		if (event.kind != LOG_EVENT_RECORDS || event.partition != partition->id)
			continue;
		while (count < event.record_count && event.records[count].offset < partition->next)
			count++;
		status = take_records(deep, event.records, count, err);
		at = event.next;
	}
	if (status == US_OK)
		status = reader->ops->pause(reader, partition->id, true, err);
	return status;
}

static enum status run_log(struct deep *deep, struct err *err)
{
	const struct verify *verify = deep->verify;
	struct log_reader *reader = NULL;
	enum status status = verify->log->ops->reader_open(verify->log, "", &reader, err);
	size_t assigned = 0;

	/* all are assigned and stand still, then one after the other is read */
	while (status == US_OK && assigned < verify->stat.partition_count) {
		struct log_event event = { 0 };

		status = reader->ops->poll(reader, 1000, 1, &event, err);
		if (status == US_OK && event.kind == LOG_EVENT_ASSIGNED) {
			assigned++;
			status = reader->ops->pause(reader, event.partition, true, err);
		}
	}
	for (size_t i = 0; i < verify->stat.partition_count && status == US_OK; i++) {
		deep->partition = i;
		if (!verify->found[i])
			continue;
		status = reader->ops->pause(reader, verify->partitions[i]->id, false, err);
		if (status == US_OK)
			status = run_partition(deep, reader, err);
	}
	log_reader_close(reader);
	return status;
}

/* ---- the whole */

static enum status deep_init(struct deep *deep, const char *dir, struct err *err)
{
	const struct verify *verify = deep->verify;
	size_t partitions = verify->stat.partition_count, columns = 1;
	enum status status = US_OK;

	buf_init(&deep->key, (size_t)1 << 26);
	buf_init(&deep->value, (size_t)1 << 26);
	for (size_t t = 0; t < deep->tables; t++)
		if (plan_table(verify->config->plan, t)->column_count > columns)
			columns = plan_table(verify->config->plan, t)->column_count;
	deep->worker = worker_new(verify->config->plan);
	deep->hashes = mem_calloc(columns, sizeof(*deep->hashes));
	deep->expected = mem_calloc(deep->tables, sizeof(struct spill *));
	deep->stored = mem_calloc(deep->tables, sizeof(struct spill *));
	deep->recount = mem_calloc(deep->tables * partitions + 1, sizeof(*deep->recount));
	if (!deep->worker || !deep->hashes || !deep->expected || !deep->stored || !deep->recount)
		return err_no_memory(err, "verifying");
	for (size_t t = 0; t < deep->tables && status == US_OK; t++) {
		int64_t most = verify->rows[t] > verify->sums[t].rows ? verify->rows[t]
								      : verify->sums[t].rows;

		for (size_t i = 0; i < partitions; i++)
			if (!totals_init(recount_of(deep, t, i),
					 plan_table(verify->config->plan, t)))
				return err_no_memory(err, "verifying");
		status = spill_open(&deep->expected[t], dir, most, err);
		if (status == US_OK)
			status = spill_open_like(&deep->stored[t], dir, deep->expected[t], err);
	}
	return status;
}

static void deep_release(struct deep *deep)
{
	size_t partitions = deep->verify->stat.partition_count;

	for (size_t i = 0; deep->recount && i < deep->tables * partitions; i++)
		totals_release(&deep->recount[i]);
	for (size_t t = 0; t < deep->tables; t++) {
		if (deep->expected)
			spill_close(deep->expected[t]);
		if (deep->stored)
			spill_close(deep->stored[t]);
	}
	mem_free(deep->recount);
	mem_free(deep->expected);
	mem_free(deep->stored);
	mem_free(deep->hashes);
	buf_release(&deep->key);
	buf_release(&deep->value);
	worker_free(deep->worker);
}

enum status verify_deep(struct verify *verify, struct err *err)
{
	struct deep deep = { .verify = verify, .tables = plan_table_count(verify->config->plan) };
	const char *dir = verify->config->spill_dir;
	enum status status;

	deep.unit_us = verify->sink->ops->cuts_to_milliseconds ? 1000 : 1;
	if (!dir)
		dir = getenv("TMPDIR");
	if (!dir || !*dir)
		dir = "/var/tmp";
	for (size_t i = 0; i < verify->stat.partition_count; i++)
		deep.partial = deep.partial || verify->partitions[i]->first > 0;
	status = deep_init(&deep, dir, err);
	if (status == US_OK)
		status = run_log(&deep, err);
	if (status == US_OK)
		status = deep_compare(&deep, err);
	if (status == US_OK) {
		int64_t read = 0;

		for (size_t i = 0; i < verify->stat.partition_count; i++)
			read += recount_of(&deep, 0, i)->read;
		verify_tell(verify,
			    "deep: %" PRId64 " records of the log went through the pipeline again",
			    read);
		if (deep.beyond)
			verify_tell(verify,
				    "deep: %" PRId64
				    " rows are from before the pass that the ledger counts, or of "
				    "records that the log no longer holds",
				    deep.beyond);
		if (deep.unsettled)
			verify_tell(verify,
				    "deep: %" PRId64
				    " rows are not as the records that are done give them; records "
				    "that are not done yet may have, whose ledger was not written: "
				    "userstream process --until-caught-up, then verify again",
				    deep.unsettled);
		if (deep.expired)
			verify_tell(verify,
				    "deep: %" PRId64
				    " rows are not there (any more): the sink's rows expire",
				    deep.expired);
		if (deep.would_pass)
			verify_tell(verify,
				    "deep: %" PRId64
				    " dead letters would pass now: userstream dlq replay",
				    deep.would_pass);
		if (deep.purged)
			verify_tell(verify,
				    "deep: %" PRId64
				    " records whose dead letters were purged would pass now: "
				    "userstream process --from earliest",
				    deep.purged);
	}
	deep_release(&deep);
	return status;
}

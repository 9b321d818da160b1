/*
 * replay_batch.c - a batch of dead letters through the pipeline and into the sink (replay_state.h):
 *
 *     transform the batch -> those that fail: attempt entries -> transform the others alone ->
 *     one sink write with marks -> replayed entries
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "core/backoff.h"
#include "core/clock.h"
#include "core/mem.h"
#include "pipeline/partition.h"
#include "pipeline/plan_tables.h"
#include "pipeline/replay_state.h"

#define REPLAY_TRIES 40

enum status replay_open_sink(struct replay *replay, struct err *err)
{
	struct sink_config config = replay->config->sink;

	/* a new column of the pipeline file may be what makes the letters pass */
	config.create = true;
	config.read_only = false;
	return plan_sink_open(&replay->sink, &config, replay->config->plan, err);
}

bool replay_keep_failure(struct replay *replay, struct replay_item *item, const char *reason,
			 const char *name, const char *text)
{
	item->failed = true;
	item->reason = arena_strndup(&replay->arena, reason, strlen(reason));
	item->name = arena_strndup(&replay->arena, name, strlen(name));
	item->text = arena_strndup(&replay->arena, text, strlen(text));
	return item->reason && item->name && item->text;
}

/* The records that have not failed, and whose items they are. */
static size_t gather_good(struct replay *replay, size_t *owner)
{
	size_t count = 0;

	for (size_t i = 0; i < replay->count; i++)
		if (!replay->items[i].failed) {
			owner[count] = i;
			replay->good[count++] = replay->records[i];
		}
	return count;
}

/* The bit of a table of the plan among the letters' tables. */
static bool is_pending_in(const struct replay *replay, uint32_t table)
{
	return replay->tables &
	       dead_fold_table(&replay->fold, plan_table(replay->config->plan, table)->name);
}

/*
 * Transform until only records are left that pass in every table they are pending in: *out is of
 * those. Each round finds at least one that fails, or is the last.
 */
static enum status sieve(struct replay *replay, struct transform_result *out, size_t *owner,
			 size_t *good, struct err *err)
{
	for (;;) {
		bool failed = false;
		enum status status;

		*good = gather_good(replay, owner);
		if (*good == 0)
			return US_OK;
		status = worker_transform(replay->worker, replay->topic, replay->good, *good, out,
					  err);
		if (status != US_OK)
			return status;
		for (size_t i = 0; i < out->rejection_count; i++) {
			const struct rejection *rejection = &out->rejections[i];
			struct replay_item *item = &replay->items[owner[rejection->record]];

			if (item->failed || !is_pending_in(replay, rejection->table))
				continue;
			failed = true;
			if (!replay_keep_failure(replay, item, rejection->reason, rejection->name,
						 rejection->text))
				return err_no_memory(err, "replaying");
		}
		if (out->failed_record >= 0) {
			failed = true;
			if (!replay_keep_failure(replay, &replay->items[owner[out->failed_record]],
						 "fail_update", "", out->failed_text))
				return err_no_memory(err, "replaying");
		}
		if (!failed)
			return US_OK;
	}
}

static enum status write_entries(struct replay *replay, bool failed, struct err *err)
{
	for (size_t i = 0; i < replay->count; i++) {
		const struct replay_item *item = &replay->items[i];
		struct dead_letter entry = item->letter;
		enum status status;

		if (item->failed != failed)
			continue;
		entry.time_us = clock_wall_us();
		entry.fingerprint = span_of(plan_fingerprint(replay->config->plan));
		entry.kind = failed ? LETTER_ATTEMPT : LETTER_REPLAYED;
		if (failed) {
			entry.attempts++;
			entry.reason = span_of(item->reason);
			entry.name = span_of(item->name);
			entry.text = span_of(item->text);
			if (!count_list_add(&replay->result->failed_by, item->reason, 1))
				return err_no_memory(err, "replaying");
		} else {
			entry.value = SPAN_NULL;
		}
		status = letter_add(&replay->writer, &entry, err);
		if (status != US_OK)
			return status;
	}
	return letter_flush(&replay->writer, replay->letters, err);
}

/* The ledger's totals with these records stored instead of rejected. */
static enum status move_totals(struct replay *replay, struct partition *partition, size_t t,
			       const struct table_result *made, const size_t *owner, size_t good,
			       struct err *err)
{
	struct totals *totals = &partition->totals[t];

	totals->stored += made->stored;
	totals->filtered += made->filtered;
	totals->rejected -= (int64_t)good;
	totals->replayed += (int64_t)good;
	totals_add_rows(totals, &made->rows);
	for (size_t i = 0; i < good; i++) {
		struct span counted = replay->items[owner[i]].letter.counted;
		char *reason = arena_strndup(&replay->arena, counted.data, counted.len);

		if (!reason)
			return err_no_memory(err, "replaying");
		if (count_list_get(&totals->rejected_by, reason, NULL) > 0 &&
		    !count_list_add(&totals->rejected_by, reason, -1))
			return err_no_memory(err, "replaying");
	}
	return US_OK;
}

/* What one write needs, of so many tables: in the batch's arena. */
struct replay_write {
	struct row_batch *rows;
	struct ledger_row *ledger;
	const int64_t **stamps;
	struct buf *details;
	struct sink_mark *marks;
};

static bool write_alloc(struct replay *replay, struct replay_write *write, size_t tables,
			size_t marks)
{
	write->rows = arena_calloc(&replay->arena, tables, sizeof(*write->rows));
	write->ledger = arena_calloc(&replay->arena, tables, sizeof(*write->ledger));
	write->stamps = arena_calloc(&replay->arena, tables, sizeof(*write->stamps));
	write->details = arena_calloc(&replay->arena, tables, sizeof(*write->details));
	write->marks = arena_calloc(&replay->arena, marks, sizeof(*write->marks));
	for (size_t t = 0; write->details && t < tables; t++)
		buf_init(&write->details[t], DETAILS_MAX);
	return write->rows && write->ledger && write->stamps && write->details && write->marks;
}

static enum status fill_table(struct replay *replay, struct partition *partition,
			      struct replay_write *write, size_t t,
			      const struct transform_result *result, const size_t *owner,
			      size_t good, struct err *err)
{
	const struct table_result *made = &result->tables[t];
	int64_t *stamps;
	enum status status = US_OK;

	write->rows[t] = made->rows;
	if (!is_pending_in(replay, (uint32_t)t))
		write->rows[t].row_count = 0;
	else if (!replay->earlier)
		status = move_totals(replay, partition, t, made, owner, good, err);
	if (status != US_OK)
		return status;
	stamps = arena_calloc(&replay->arena, (size_t)made->rows.row_count + 1, sizeof(*stamps));
	if (!stamps)
		return err_no_memory(err, "replaying");
	for (int64_t r = 0; r < write->rows[t].row_count; r++)
		stamps[r] = replay->items[owner[made->rows.record[r]]].letter.stamp;
	write->stamps[t] = stamps;
	partition_ledger(partition, t, replay->identity, plan_fingerprint(replay->config->plan),
			 &write->ledger[t], &write->details[t]);
	if (write->details[t].failed)
		return err_no_memory(err, "writing the ledger");
	write->ledger[t].details = buf_span(&write->details[t]);
	return US_OK;
}

/* One try to store the good ones. *bad: the item that the sink refuses, SIZE_MAX: none. */
static enum status write_once(struct replay *replay, const struct transform_result *result,
			      const size_t *owner, size_t good, size_t *bad, struct err *err)
{
	size_t tables = plan_table_count(replay->config->plan), bad_table = 0;
	struct partition *partition = partition_new(replay->partition, replay->config->plan);
	struct replay_write write = { 0 };
	int64_t bad_row = 0;
	bool found = false;
	enum status status;

	*bad = SIZE_MAX;
	if (!partition || !write_alloc(replay, &write, tables, good)) {
		status = err_no_memory(err, "replaying");
		goto out;
	}
	status = partition_load(partition, replay->sink, replay->identity, 0, &found, err);
	if (status == US_OK && !found)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "%s has no ledger of this log: the dead letters belong to a table "
				 "that is not there. Fill it first: userstream process",
				 replay->config->sink.uri);
	for (size_t t = 0; status == US_OK && t < tables; t++)
		status = fill_table(replay, partition, &write, t, result, owner, good, err);
	for (size_t i = 0; status == US_OK && i < good; i++)
		write.marks[i] =
		    (struct sink_mark){ .partition = replay->partition,
					.offset = replay->items[owner[i]].letter.offset,
					.stamp = replay->items[owner[i]].letter.stamp };
	if (status == US_OK) {
		const struct sink_write out = { .rows = write.rows,
						.table_count = tables,
						.stamps = write.stamps,
						.ledger = write.ledger,
						.expected = partition->expected,
						.marks = write.marks,
						.mark_count = good,
						.replay = true };

		status = replay->sink->ops->write(replay->sink, &out, &bad_table, &bad_row, err);
		if (status == US_REJECT && err->kind && strcmp(err->kind, "row") == 0)
			*bad = owner[write.rows[bad_table].record[bad_row]];
	}
out:
	for (size_t t = 0; write.details && t < tables; t++)
		buf_release(&write.details[t]);
	partition_free(partition);
	return status;
}

static bool is_kind(const struct err *err, const char *kind)
{
	return err->kind && strcmp(err->kind, kind) == 0;
}

/* Store the good ones; waits a while for a busy sink, and reads a ledger that moved again. */
static enum status write_good(struct replay *replay, const struct transform_result *result,
			      const size_t *owner, size_t good, size_t *bad, struct err *err)
{
	struct backoff backoff;

	backoff_init(&backoff, 5, 500);
	for (int tries = 1;; tries++) {
		enum status status = write_once(replay, result, owner, good, bad, err);
		bool moved = status == US_FATAL && is_kind(err, "ownership");
		struct timespec pause = { 0 };

		if (tries == REPLAY_TRIES || (status != US_RETRY && !moved))
			return moved ? US_RETRY : status;
		if (moved) {
			struct err reopened = ERR_INIT;

			sink_close(replay->sink);
			replay->sink = NULL;
			status = replay_open_sink(replay, &reopened);
			if (status != US_OK) {
				*err = reopened;
				return status;
			}
		}
		pause.tv_nsec = (long)backoff_next_ms(&backoff, 0) * 1000000;
		nanosleep(&pause, NULL);
	}
}

/* One of several was stored before, by a replay that was interrupted: each alone. */
static enum status replay_singly(struct replay *replay, struct err *err)
{
	size_t count = replay->count;
	struct replay_item *items = arena_alloc(&replay->arena, count * sizeof(*replay->items));
	struct record *records = arena_alloc(&replay->arena, count * sizeof(*replay->records));
	enum status status = US_OK;

	if (!items || !records)
		return err_no_memory(err, "replaying");
	memcpy(items, replay->items, count * sizeof(*items));
	memcpy(records, replay->records, count * sizeof(*records));
	for (size_t i = 0; i < count && status == US_OK; i++) {
		if (items[i].failed)
			continue; /* told already */
		replay->items[0] = items[i];
		replay->records[0] = records[i];
		replay->count = 1;
		status = replay_batch(replay, err);
	}
	return status;
}

static void count_done(struct replay *replay, int64_t stored, int64_t failed, int64_t already)
{
	struct replay_progress *progress = &replay->result->progress;

	progress->stored += stored;
	progress->failed += failed;
	progress->already += already;
	progress->done += stored + failed + already;
	if (replay->config->progress)
		replay->config->progress(replay->config->user, progress);
}

enum status replay_batch(struct replay *replay, struct err *err)
{
	size_t owner[REPLAY_BATCH], good = 0, bad;
	struct transform_result result;
	enum status status;
	int64_t failed;
	bool marked;

	for (;;) {
		status = sieve(replay, &result, owner, &good, err);
		if (status != US_OK || good == 0)
			break;
		status = write_good(replay, &result, owner, good, &bad, err);
		if (status != US_REJECT || !is_kind(err, "row"))
			break;
		if (!replay_keep_failure(replay, &replay->items[bad], "refused_by_sink", "",
					 err->text))
			return err_no_memory(err, "replaying");
	}
	failed = (int64_t)(replay->count - good);
	marked = status == US_REJECT && is_kind(err, "marked");
	if (marked && good > 1) {
		/* one of them was stored before: tell the failed ones, then see to each alone */
		status = write_entries(replay, true, err);
		if (status == US_OK)
			count_done(replay, 0, failed, 0);
		return status == US_OK ? replay_singly(replay, err) : status;
	}
	if (marked || (status == US_OK && good))
		status = write_entries(replay, false, err);
	if (status == US_OK)
		status = write_entries(replay, true, err);
	if (status == US_OK)
		count_done(replay, marked ? 0 : (int64_t)good, failed, marked ? (int64_t)good : 0);
	return status;
}

/*
 * cassandra_write.c - one batch: rows first, ledger last, never the ledger without the rows.
 *
 *     first write of an assignment   read ledger -> claim -> rows -> ledger
 *     each further one               rows -> read ledger, now and then -> ledger
 *     replay of dead letters         read ledger and marks -> rows -> ledger and marks -> read back
 *
 * (cassandra_internal.h says why.)
 */
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "core/random.h"
#include "sink/cassandra_internal.h"
#include "sink/ledger_check.h"

/* What a replay puts between its ledger row and the one before, microseconds: more than a write of
 * the partition's owner that is under way can be above it, less than what two bases are apart. */
#define REPLAY_STEP 500000

/* How long an owner trusts what it read of the ledger. What it writes when another has taken over
 * meanwhile is below the other's, and what a replay has put above its ledger row is found then: in
 * this time a partition must not go on by REPLAY_STEP records. */
#define READ_AGAIN_US 50000

struct writing {
	struct cassandra_sink *sink;
	const struct sink_write *write;
	struct known_ledger *stored; /* a row a table, as read */
	struct known_ledger *after;  /* what will be written */
	struct cassandra_rows *sets;
	size_t *set_tables; /* of each set, the index of its table in the write */
	size_t set_count;
};

/* ---- may it go on? */

/* Is it the claim of this very write, which then failed and is repeated? */
static bool is_own_claim(const struct sink_write *write, const struct ledger_row *wanted,
			 const struct known_ledger *stored)
{
	return write->expected == -1 && stored->found &&
	       stored->row.stamp_base == wanted->stamp_base &&
	       stored->row.generation == wanted->generation &&
	       stored->row.next == stored->row.first && stored->row.next == wanted->first;
}

static enum ledger_verdict judge(const struct writing *writing, size_t t, bool claimed)
{
	const struct sink_write *write = writing->write;
	const struct ledger_row *wanted = &write->ledger[t];
	const struct known_ledger *stored = &writing->stored[t];

	/* what a former owner had under way came after the claim */
	if (claimed && stored->found && !write->replay &&
	    stored->row.generation == wanted->generation &&
	    stored->row.stamp_base < wanted->stamp_base)
		return LEDGER_GO;
	if (!write->replay && is_own_claim(write, wanted, stored))
		return LEDGER_GO;
	return ledger_judge(write, t, &stored->row, stored->found);
}

/* *done: this write was committed before. */
static enum status judge_all(struct writing *writing, bool claimed, bool *done, struct err *err)
{
	const struct sink_write *write = writing->write;

	*done = true;
	for (size_t t = 0; t < write->table_count; t++) {
		const struct known_ledger *stored = &writing->stored[t];
		enum ledger_verdict verdict = judge(writing, t, claimed);

		if (verdict == LEDGER_LOST)
			return ledger_lost(write, t, &stored->row, stored->found, err);
		*done = *done && verdict == LEDGER_DONE;
	}
	return US_OK;
}

/* Does this handle own the partition, as far as it knows, and stand where the write begins? */
static bool is_owner(const struct writing *writing)
{
	const struct sink_write *write = writing->write;

	for (size_t t = 0; t < write->table_count; t++) {
		const struct known_ledger *known = cassandra_known(writing->sink,
								   &write->ledger[t]);

		if (!known || known->row.stamp_base != write->ledger[t].stamp_base)
			return false;
		writing->stored[t] = *known;
		if (judge(writing, t, true) != LEDGER_GO)
			return false;
	}
	return !write->replay;
}

/* Does the ledger stand under another base? Then the partition is to be claimed first. */
static bool must_claim(const struct writing *writing)
{
	const struct sink_write *write = writing->write;

	if (write->replay)
		return false;
	for (size_t t = 0; t < write->table_count; t++)
		if (!writing->stored[t].found ||
		    writing->stored[t].row.stamp_base != write->ledger[t].stamp_base)
			return true;
	return false;
}

static enum status check_marks(struct writing *writing, bool *done, struct err *err)
{
	size_t there = 0;
	enum status status = cassandra_marks_there(writing->sink, writing->write, &there, err);

	if (status != US_OK || (*done && there == writing->write->mark_count))
		return status;
	*done = false;
	return there ? marks_refuse(err) : US_OK;
}

/* Read, judge, claim. */
static enum status take_over(struct writing *writing, bool *done, struct err *err)
{
	enum status status = cassandra_ledger_check(writing->sink, writing->write, writing->stored,
						    err);

	if (status == US_OK)
		status = judge_all(writing, false, done, err);
	if (status == US_OK && writing->write->replay)
		status = check_marks(writing, done, err);
	if (status == US_OK && !*done && must_claim(writing))
		status = cassandra_claim(writing->sink, writing->write, writing->stored, err);
	return status;
}

/* ---- rows */

static const struct cassandra_table *find_table(const struct cassandra_sink *sink,
						const struct table_def *def)
{
	for (size_t i = 0; i < sink->table_count; i++)
		if (sink->tables[i].def == def || strcmp(sink->tables[i].def->name, def->name) == 0)
			return &sink->tables[i];
	return NULL;
}

static enum status gather_rows(struct writing *writing, struct err *err)
{
	const struct sink_write *write = writing->write;

	for (size_t t = 0; t < write->table_count; t++) {
		const struct row_batch *batch = &write->rows[t];
		const struct cassandra_table *table;

		if (!batch->row_count)
			continue;
		table = find_table(writing->sink, batch->table);
		if (!table)
			return err_set(err, US_FATAL, EXIT_INTERNAL,
				       "table %s was not prepared in %s", batch->table->name,
				       writing->sink->settings.shown);
		writing->set_tables[writing->set_count] = t;
		writing->sets[writing->set_count++] =
		    (struct cassandra_rows){ .statement = table->upsert,
					     .unset_nulls = batch->table->keep_nulls,
					     .columns = batch->columns,
					     .column_count = batch->table->column_count,
					     .stamps = write->stamps[t],
					     .row_count = batch->row_count };
	}
	return US_OK;
}

static enum status refuse_row(const struct writing *writing,
			      const struct cassandra_outcome *outcome,
			      const struct cassandra_error *error, size_t *bad_table,
			      int64_t *bad_row, struct err *err)
{
	*bad_table = writing->set_tables[outcome->bad_set];
	*bad_row = outcome->bad_row;
	err_set(err, US_REJECT, EXIT_BAD_DATA, "%s refuses row %lld of table %s: %s",
		writing->sink->settings.shown, (long long)outcome->bad_row,
		writing->write->rows[*bad_table].table->name, error->text);
	if (err)
		err->kind = "row";
	return US_REJECT;
}

static enum status write_rows(struct writing *writing, size_t *bad_table, int64_t *bad_row,
			      struct err *err)
{
	struct cassandra_sink *sink = writing->sink;
	struct cassandra_outcome outcome = { .bad_row = -1 };
	struct cassandra_error error = { .kind = NULL };
	enum status status;
	int32_t result;

	if (!writing->set_count)
		return US_OK;
	result = sink->api->write(sink->session, writing->sets, writing->set_count, &outcome,
				  &error);
	if (result == US_OK) {
		/* the ledger follows: who measures sees from when on the rows stood */
		note(NOTE_DEBUG, "sink", "rows are acknowledged",
		     NOTE_INT("partition", writing->write->ledger[0].partition),
		     NOTE_INT("next", writing->write->ledger[0].next),
		     NOTE_INT("at_us", clock_wall_us()));
		return US_OK;
	}
	if (result == US_REJECT && outcome.bad_row >= 0)
		return refuse_row(writing, &outcome, &error, bad_table, bad_row, err);
	/* a refusal of anything else is none of the record's */
	status = cassandra_fail(sink, result, &error, "write rows to", err);
	return status == US_REJECT ? US_FATAL : status;
}

/* Has anybody taken over, or replayed, since the ledger was read last? */
static enum status read_again(struct writing *writing, bool *done, struct err *err)
{
	enum status status;

	if (clock_mono_us() - writing->stored[0].read_us < READ_AGAIN_US)
		return US_OK;
	status = cassandra_ledger_check(writing->sink, writing->write, writing->stored, err);
	return status == US_OK ? judge_all(writing, true, done, err) : status;
}

/* ---- ledger */

static enum status write_ledger(struct writing *writing, struct err *err)
{
	const struct sink_write *write = writing->write;
	int64_t step = write->replay ? REPLAY_STEP : 0;
	struct rng rng;
	enum status status;

	if (write->replay) {
		/* of two replays at a time, one is above the other */
		uint64_t seed;

		random_bytes(&seed, sizeof(seed));
		rng_seed(&rng, seed);
		step += rng_below(&rng, 1 << 14);
	}
	for (size_t t = 0; t < write->table_count; t++) {
		const struct known_ledger *stored = &writing->stored[t];
		struct known_ledger *after = &writing->after[t];

		after->row = ledger_after(write, t, &stored->row);
		after->found = true;
		after->read_us = stored->read_us;
		after->written_us = write->replay
					? stored->written_us + step
					: ledger_timestamp(&after->row, stored->written_us);
	}
	status = cassandra_put(writing->sink, writing->after, write->table_count, &write->ledger[0],
			       write->marks, write->mark_count, err);
	for (size_t t = 0; status == US_OK && t < write->table_count; t++)
		if (!cassandra_remember(writing->sink, &writing->after[t]))
			status = err_no_memory(err, "writing the ledger");
	return status;
}

/* Did the ledger row of this replay prevail? If not, its marks are taken back, and it must be
 * counted anew. */
static enum status confirm_replay(struct writing *writing, struct err *err)
{
	const struct sink_write *write = writing->write;
	enum status status = cassandra_ledger_check(writing->sink, write, writing->stored, err);

	for (size_t t = 0; status == US_OK && t < write->table_count; t++) {
		if (writing->stored[t].written_us == writing->after[t].written_us)
			continue;
		status = cassandra_marks_undo(writing->sink, write, writing->after[0].written_us,
					      err);
		if (status == US_OK)
			return ledger_lost(write, t, &writing->stored[t].row,
					   writing->stored[t].found, err);
	}
	return status;
}

/* ---- the whole */

static enum status run(struct writing *writing, size_t *bad_table, int64_t *bad_row,
		       struct err *err)
{
	bool owner = is_owner(writing), done = false;
	enum status status = gather_rows(writing, err);

	if (status == US_OK && !owner)
		status = take_over(writing, &done, err);
	if (status != US_OK || done)
		return status;
	status = write_rows(writing, bad_table, bad_row, err);
	if (status == US_OK && owner)
		status = read_again(writing, &done, err);
	if (status == US_OK && !done)
		status = write_ledger(writing, err);
	if (status == US_OK && writing->write->replay)
		status = confirm_replay(writing, err);
	return status;
}

enum status cassandra_write(struct sink *base, const struct sink_write *write, size_t *bad_table,
			    int64_t *bad_row, struct err *err)
{
	size_t count = write->table_count;
	struct writing writing = { .sink = cassandra_of(base), .write = write };
	enum status status;

	writing.stored = mem_calloc(count, sizeof(*writing.stored));
	writing.after = mem_calloc(count, sizeof(*writing.after));
	writing.sets = mem_calloc(count, sizeof(*writing.sets));
	writing.set_tables = mem_calloc(count, sizeof(*writing.set_tables));
	if (writing.stored && writing.after && writing.sets && writing.set_tables)
		status = run(&writing, bad_table, bad_row, err);
	else
		status = err_no_memory(err, "writing to Cassandra");
	if (status != US_OK)
		cassandra_forget(writing.sink, write);
	mem_free(writing.stored);
	mem_free(writing.after);
	mem_free(writing.sets);
	mem_free(writing.set_tables);
	return status;
}

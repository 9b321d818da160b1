/*
 * partition.c - see partition.h.
 */
#include "pipeline/partition.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/mem.h"

/* Between the last stamp that the ledger knows and the first of a new assignment, microseconds:
 * more than the records that a former owner can have under way. */
#define STAMP_GAP ((int64_t)1 << 20)

struct partition *partition_new(int32_t id, const struct plan *plan)
{
	struct partition *partition = mem_calloc(1, sizeof(*partition));
	size_t tables = plan_table_count(plan);

	if (!partition)
		return NULL;
	partition->id = id;
	partition->totals = mem_calloc(tables, sizeof(*partition->totals));
	for (size_t t = 0; partition->totals && t < tables; t++) {
		if (!totals_init(&partition->totals[t], plan_table(plan, t)))
			break;
		partition->table_count++;
	}
	if (partition->table_count == tables)
		return partition;
	partition_free(partition);
	return NULL;
}

void partition_free(struct partition *partition)
{
	if (!partition)
		return;
	for (size_t t = 0; t < partition->table_count; t++)
		totals_release(&partition->totals[t]);
	for (size_t i = 0; i < partition->refused_count; i++)
		mem_free(partition->refused[i].text);
	mem_free(partition->refused);
	mem_free(partition->totals);
	mem_free(partition);
}

static void take_row(struct partition *partition, const struct ledger_row *row)
{
	partition->next = partition->settled = partition->expected = row->next;
	partition->first = row->first;
	partition->generation = row->generation;
	partition->stamp_base = row->stamp_base;
	partition->anchor_timestamp_us = row->anchor_timestamp_us;
	partition->anchor_hash = row->anchor_hash;
	memcpy(partition->fingerprint, row->fingerprint, sizeof(partition->fingerprint));
	if (row->last_stamp > partition->last_stamp)
		partition->last_stamp = row->last_stamp;
}

static enum status refuse_apart(const struct partition *partition, const char *one,
				int64_t one_next, const char *other, int64_t other_next,
				struct err *err)
{
	char where[64];

	if (other_next < 0)
		snprintf(where, sizeof(where), "has none");
	else
		snprintf(where, sizeof(where), "stands at offset %" PRId64, other_next);
	return err_set(
	    err, US_REJECT, EXIT_BAD_CONFIG,
	    "the ledger of table %s stands at offset %" PRId64
	    " of partition %d, that of table %s %s: the pipeline file has got a table that "
	    "was not there before (or a start over was interrupted). Fill all tables "
	    "again: userstream process --from earliest",
	    one, one_next, (int)partition->id, other, where);
}

static void begin_empty(struct partition *partition, int64_t low)
{
	partition->next = partition->settled = partition->first = low;
	partition->expected = -1;
	partition->generation = 0;
	partition->fingerprint[0] = '\0';
	partition->anchor_timestamp_us = 0;
	partition->anchor_hash = 0;
	for (size_t t = 0; t < partition->table_count; t++)
		totals_clear(&partition->totals[t]);
}

enum status partition_load(struct partition *partition, struct sink *sink, const char *identity,
			   int64_t low, bool *found, struct err *err)
{
	enum status status = US_OK;
	bool any = false, first_found = false;
	struct buf details;

	buf_init(&details, DETAILS_MAX);
	begin_empty(partition, low);
	for (size_t t = 0; t < partition->table_count && status == US_OK; t++) {
		const char *table = partition->totals[t].table->name;
		const char *first_table = partition->totals[0].table->name;
		struct ledger_row row = { 0 };
		bool here = false;

		buf_reset(&details);
		status = sink->ops->ledger(sink, table, identity, partition->id, &row, &here,
					   &details, err);
		if (status == US_OK && details.failed)
			status = err_no_memory(err, "reading the ledger");
		if (status == US_OK && here)
			status = totals_load(&partition->totals[t], &row, err);
		if (status != US_OK)
			break;
		if (t == 0)
			first_found = here;
		else if (here && !first_found)
			status = refuse_apart(partition, table, row.next, first_table, -1, err);
		else if (!here && first_found)
			status = refuse_apart(partition, first_table, partition->next, table, -1,
					      err);
		else if (here && row.next != partition->next)
			status = refuse_apart(partition, first_table, partition->next, table,
					      row.next, err);
		if (here)
			take_row(partition, &row);
		any = any || here;
	}
	buf_release(&details);
	*found = any;
	return status;
}

void partition_fix_stamps(struct partition *partition)
{
	int64_t now = clock_wall_us(), base;

	if (now < partition->last_stamp + STAMP_GAP)
		now = partition->last_stamp + STAMP_GAP;
	base = now - partition->next;
	/* where records are gone the position leaps ahead of the time */
	if (base <= partition->stamp_base)
		base = partition->stamp_base + 1;
	partition->stamp_base = base;
}

void partition_ledger(const struct partition *partition, size_t table, const char *identity,
		      const char *fingerprint, struct ledger_row *row, struct buf *details)
{
	const struct totals *totals = &partition->totals[table];

	*row = (struct ledger_row){
		.partition = partition->id,
		.next = partition->next,
		.stamp_base = partition->stamp_base,
		.last_stamp = partition->last_stamp,
		.generation = partition->generation,
		.first = partition->first,
		.anchor_timestamp_us = partition->anchor_timestamp_us,
		.anchor_hash = partition->anchor_hash,
		.updated_us = clock_wall_us(),
	};
	snprintf(row->table, sizeof(row->table), "%s", totals->table->name);
	snprintf(row->log_identity, sizeof(row->log_identity), "%s", identity);
	snprintf(row->fingerprint, sizeof(row->fingerprint), "%s", fingerprint);
	totals_store(totals, row, details);
}

/* The ledger of one table as it is stored, without its details. */
static enum status read_ledger(const struct partition *partition, struct sink *sink, size_t table,
			       const char *identity, struct ledger_row *row, bool *found,
			       struct err *err)
{
	struct buf details;
	enum status status;

	*found = false;
	buf_init(&details, DETAILS_MAX);
	status = sink->ops->ledger(sink, partition->totals[table].table->name, identity,
				   partition->id, row, found, &details, err);
	buf_release(&details);
	row->details = (struct span){ 0 };
	return status;
}

/* The ledgers of `count` tables from `first` on go to where the partition stands now, in one write.
 */
static enum status write_ledgers(const struct partition *partition, struct sink *sink, size_t first,
				 size_t count, const char *identity, const char *fingerprint,
				 int64_t expected, struct err *err)
{
	size_t made = 0, bad_table;
	struct row_batch *rows = mem_calloc(count, sizeof(*rows));
	struct ledger_row *ledger = mem_calloc(count, sizeof(*ledger));
	const int64_t **stamps = mem_calloc(count, sizeof(*stamps));
	struct buf *details = mem_calloc(count, sizeof(*details));
	enum status status = US_OK;
	int64_t bad_row;

	if (!rows || !ledger || !stamps || !details) {
		status = err_no_memory(err, "writing the ledger");
		goto out;
	}
	for (; status == US_OK && made < count; made++) {
		struct buf *text = &details[made];

		rows[made].table = partition->totals[first + made].table;
		buf_init(text, DETAILS_MAX);
		partition_ledger(partition, first + made, identity, fingerprint, &ledger[made],
				 text);
		ledger[made].details = buf_span(text);
		if (text->failed)
			status = err_no_memory(err, "writing the ledger");
	}
	if (status == US_OK) {
		const struct sink_write write = { .rows = rows,
						  .table_count = count,
						  .stamps = stamps,
						  .ledger = ledger,
						  .expected = expected };

		status = sink->ops->write(sink, &write, &bad_table, &bad_row, err);
	}
	for (size_t t = 0; t < made; t++)
		buf_release(&details[t]);
out:
	mem_free(rows);
	mem_free(ledger);
	mem_free(stamps);
	mem_free(details);
	return status;
}

enum status partition_restart(struct partition *partition, struct sink *sink, const char *identity,
			      const char *fingerprint, int64_t offset, int64_t generation,
			      struct err *err)
{
	enum status status = US_OK;

	/* the tables may stand apart: this is what puts them together again */
	for (size_t t = 0; t < partition->table_count && status == US_OK; t++) {
		struct ledger_row row;
		bool found;

		status = read_ledger(partition, sink, t, identity, &row, &found, err);
		if (found && row.generation > generation)
			generation = row.generation;
		if (found && row.last_stamp > partition->last_stamp)
			partition->last_stamp = row.last_stamp;
		if (found && row.stamp_base > partition->stamp_base)
			partition->stamp_base = row.stamp_base;
	}
	if (status != US_OK)
		return status;
	begin_empty(partition, offset);
	partition->generation = generation + 1;
	partition_fix_stamps(partition);
	for (size_t t = 0; t < partition->table_count && status == US_OK; t++) {
		struct ledger_row row;
		bool found;

		status = read_ledger(partition, sink, t, identity, &row, &found, err);
		if (status == US_OK)
			status = write_ledgers(partition, sink, t, 1, identity, fingerprint,
					       found ? row.next : -1, err);
	}
	partition->expected = offset;
	return status;
}

enum status partition_claim(struct partition *partition, struct sink *sink, const char *identity,
			    const char *fingerprint, struct err *err)
{
	enum status status = write_ledgers(partition, sink, 0, partition->table_count, identity,
					   fingerprint, partition->expected, err);

	if (status == US_OK)
		partition->expected = partition->next;
	return status;
}

bool partition_refuse(struct partition *partition, int64_t offset, uint32_t table, const char *text)
{
	char *copy;
	size_t kept = 0;

	/* those that the ledger has passed are done with */
	for (size_t i = 0; i < partition->refused_count; i++) {
		if (partition->refused[i].offset < partition->settled)
			mem_free(partition->refused[i].text);
		else
			partition->refused[kept++] = partition->refused[i];
	}
	partition->refused_count = kept;
	if (kept == partition->refused_capacity) {
		size_t capacity = kept ? kept * 2 : 4;
		struct refused_row *refused = mem_realloc(partition->refused,
							  capacity * sizeof(*refused));

		if (!refused)
			return false;
		partition->refused = refused;
		partition->refused_capacity = capacity;
	}
	copy = mem_strdup(text);
	if (!copy)
		return false;
	partition->refused[partition->refused_count++] =
	    (struct refused_row){ .offset = offset, .table = table, .text = copy };
	return true;
}

const struct refused_row *partition_refused(const struct partition *partition, int64_t offset)
{
	for (size_t i = 0; i < partition->refused_count; i++)
		if (partition->refused[i].offset == offset)
			return &partition->refused[i];
	return NULL;
}

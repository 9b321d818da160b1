/*
 * deep_compare.c - verify --deep, second half: the tables as they are against what the log gives
 * (deep_state.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "pipeline/deep_state.h"
#include "pipeline/row_digest.h"

/* ---- the stored side */

struct stored_scan {
	struct deep *deep;
	size_t t;
	enum status status;
	struct err *err;
};

/* Of cells that hold stamps; 0: all are NULL, the row has none. */
static int64_t greatest(const struct sink_cell *cells, size_t count)
{
	int64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		char text[32] = "";
		int64_t stamp;

		if (cells[i].text.len < sizeof(text) && cells[i].text.len)
			memcpy(text, cells[i].text.data, cells[i].text.len);
		stamp = strtoll(text, NULL, 10);
		if (stamp > most)
			most = stamp;
	}
	return most;
}

static bool take_stored(void *user, size_t columns, const char *const *names,
			const struct sink_cell *row)
{
	struct stored_scan *scan = user;
	struct deep *deep = scan->deep;
	const struct table_def *table = plan_table(deep->verify->config->plan, scan->t);
	struct spill_entry entry = { .partition = 0 };
	bool room = true;

	(void)names;
	if (!row)
		return true;
	if (columns < table->column_count)
		return false;
	buf_reset(&deep->key);
	for (size_t c = 0; c < table->column_count; c++) {
		buf_reset(&deep->value);
		deep->hashes[c] = digest_cell(table->columns[c].type, &row[c], &deep->value)
				      ? digest_hash(buf_span(&deep->value))
				      : 0;
		room = room && !deep->value.failed;
	}
	for (size_t k = 0; k < table->key_count; k++) {
		buf_reset(&deep->value);
		digest_cell(table->columns[table->key[k]].type, &row[table->key[k]], &deep->value);
		digest_key_part(&deep->key, buf_span(&deep->value));
		room = room && !deep->value.failed;
	}
	entry.order = greatest(&row[table->column_count], columns - table->column_count);
	if (deep->key.failed || !room)
		scan->status = err_no_memory(scan->err, "comparing rows");
	else
		scan->status = spill_add(deep->stored[scan->t], &entry, buf_span(&deep->key),
					 deep->hashes, table->column_count, scan->err);
	return scan->status == US_OK;
}

static bool is_key(const struct table_def *table, size_t column)
{
	for (size_t k = 0; k < table->key_count; k++)
		if (table->key[k] == column)
			return true;
	return false;
}

/*
 * All columns, then what holds the stamp. Where NULLs keep former values and each value has a stamp
 * of its own, the greatest need not be the last record's: then the row has none.
 */
static void append_query(struct buf *out, const struct sink *sink, const struct table_def *table)
{
	const char *function = sink->ops->stamp_function;

	buf_append_text(out, "SELECT ");
	for (size_t c = 0; c < table->column_count; c++)
		buf_printf(out, "%s\"%s\"", c ? ", " : "", table->columns[c].name);
	if (!function)
		buf_append_text(out, ", \"_stamp\"");
	for (size_t c = 0; function && !table->keep_nulls && c < table->column_count; c++)
		if (!is_key(table, c))
			buf_printf(out, ", %s(\"%s\")", function, table->columns[c].name);
	buf_printf(out, " FROM \"%s\"", table->name);
}

static enum status read_table(struct deep *deep, size_t t, struct err *err)
{
	const struct table_def *table = plan_table(deep->verify->config->plan, t);
	struct stored_scan scan = { .deep = deep, .t = t, .status = US_OK, .err = err };
	struct sink *sink = deep->verify->sink;
	struct buf query;
	enum status status;

	buf_init(&query, 1 << 16);
	append_query(&query, sink, table);
	status = query.failed ? err_no_memory(err, "comparing rows")
			      : sink->ops->query(sink, buf_text(&query), take_stored, &scan, err);
	buf_release(&query);
	return status == US_OK ? scan.status : status;
}

/* ---- the comparison */

static void describe(const struct table_def *table, const struct spill_entry *entry,
		     struct buf *out)
{
	buf_reset(out);
	digest_key_print(table, spill_key(entry), out);
}

/* The columns that differ, by name. */
static void compare_columns(struct deep *deep, const struct table_def *table,
			    const struct spill_entry *expected, const uint32_t *columns,
			    const struct spill_entry *stored)
{
	struct buf names;
	size_t differ = 0;

	buf_init(&names, 4096);
	for (size_t c = 0; c < table->column_count; c++)
		if (columns[c] != stored->columns[c])
			buf_printf(&names, "%s%s", differ++ ? ", " : "", table->columns[c].name);
	if (differ && verify_is_unsettled(deep->verify)) {
		deep->unsettled++;
	} else if (differ) {
		describe(table, expected, &deep->value);
		verify_differs(deep->verify,
			       "table %s, key %s (partition %d, offset %" PRId64
			       "): another value in %s",
			       table->name, buf_text(&deep->value), (int)expected->partition,
			       expected->offset, buf_text(&names));
	}
	buf_release(&names);
}

/* Offset and stamp of a row found on both sides. */
struct stamped {
	int32_t partition;
	int64_t offset, stamp;
	const struct spill_entry *entry;
};

static int compare_stamped(const void *a, const void *b)
{
	const struct stamped *x = a, *y = b;

	if (x->partition != y->partition)
		return x->partition < y->partition ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* The base of the partition's present assignment, from its ledger; the highest there was. */
static int64_t stamp_base_of(const struct deep *deep, int32_t partition)
{
	for (size_t i = 0; i < deep->verify->stat.partition_count; i++)
		if (deep->verify->partitions[i]->id == partition)
			return deep->verify->partitions[i]->stamp_base;
	return 0;
}

/*
 * A stamp is the base of an assignment plus the offset, and later assignments have higher bases: in
 * the order of offsets, bases never fall, and none is above the ledger's. The rows of one bucket
 * are a sample of the whole. (A row that a later record has written already is none of the offset
 * it is paired with.)
 */
static void check_stamps(struct deep *deep, const struct table_def *table, struct stamped *pairs,
			 size_t count)
{
	if (verify_is_unsettled(deep->verify))
		return;
	qsort(pairs, count, sizeof(*pairs), compare_stamped);
	for (size_t i = 0; i < count; i++) {
		const struct stamped *pair = &pairs[i], *former = i ? pair - 1 : NULL;
		int64_t base = pair->stamp - pair->offset;
		int64_t highest = stamp_base_of(deep, pair->partition);
		bool falls = former && former->partition == pair->partition &&
			     base < former->stamp - former->offset;

		if (!falls && base <= highest)
			continue;
		describe(table, pair->entry, &deep->value);
		if (falls)
			verify_differs(deep->verify,
				       "table %s, key %s (partition %d, offset %" PRId64
				       "): its stamp %" PRId64
				       " is below what it must be after offset %" PRId64
				       ", which has %" PRId64,
				       table->name, buf_text(&deep->value), (int)pair->partition,
				       pair->offset, pair->stamp, former->offset, former->stamp);
		else
			verify_differs(deep->verify,
				       "table %s, key %s (partition %d, offset %" PRId64
				       "): its stamp %" PRId64
				       " is above any that was given; the ledger's base is "
				       "%" PRId64,
				       table->name, buf_text(&deep->value), (int)pair->partition,
				       pair->offset, pair->stamp, highest);
	}
}

static void report_missing(struct deep *deep, const struct table_def *table,
			   const struct spill_entry *expected)
{
	if (deep->purged_left > 0) {
		deep->purged_left--;
		return;
	}
	if (deep->verify->sink->rows_expire) {
		deep->expired++;
		return;
	}
	describe(table, expected, &deep->value);
	verify_differs(
	    deep->verify, "table %s, key %s (partition %d, offset %" PRId64 "): no such row",
	    table->name, buf_text(&deep->value), (int)expected->partition, expected->offset);
}

static void report_extra(struct deep *deep, const struct table_def *table,
			 const struct spill_entry *stored)
{
	if (deep->partial || deep->verify->former_log) {
		deep->beyond++;
		return;
	}
	if (verify_is_unsettled(deep->verify)) {
		deep->unsettled++;
		return;
	}
	describe(table, stored, &deep->value);
	verify_differs(deep->verify, "table %s, key %s: a row that no record of the log gives",
		       table->name, buf_text(&deep->value));
}

/* The entries of one key, in order of offset: *winner is the last; its columns, with those of
 * former rows where NULL keeps them, go into deep->hashes. Returns how many entries. */
static size_t fold_key(struct deep *deep, const struct table_def *table,
		       const struct spill_entry **entries, size_t count,
		       const struct spill_entry **winner)
{
	size_t n = 0;

	*winner = entries[0];
	memset(deep->hashes, 0, table->column_count * sizeof(*deep->hashes));
	while (n < count && spill_compare_keys(entries[0], entries[n]) == 0) {
		for (size_t c = 0; c < table->column_count; c++)
			if (entries[n]->columns[c] || !table->keep_nulls)
				deep->hashes[c] = entries[n]->columns[c];
		*winner = entries[n++];
	}
	return n;
}

static enum status compare_bucket(struct deep *deep, size_t t, size_t bucket, struct err *err)
{
	const struct table_def *table = plan_table(deep->verify->config->plan, t);
	const struct spill_entry **expected, **stored, *winner = NULL;
	size_t expected_count, stored_count, i = 0, j = 0, paired = 0;
	struct stamped *pairs;
	enum status status = spill_load(deep->expected[t], bucket, &expected, &expected_count, err);

	if (status == US_OK)
		status = spill_load(deep->stored[t], bucket, &stored, &stored_count, err);
	if (status != US_OK)
		return status;
	pairs = mem_calloc(stored_count + 1, sizeof(*pairs));
	if (!pairs)
		return err_no_memory(err, "comparing rows");
	while (i < expected_count || j < stored_count) {
		int order = i >= expected_count ? 1
			    : j >= stored_count ? -1
						: spill_compare_keys(expected[i], stored[j]);

		if (order > 0) {
			report_extra(deep, table, stored[j++]);
			continue;
		}
		i += fold_key(deep, table, &expected[i], expected_count - i, &winner);
		if (order < 0) {
			report_missing(deep, table, winner);
			continue;
		}
		compare_columns(deep, table, winner, deep->hashes, stored[j]);
		if (stored[j]->order)
			pairs[paired++] = (struct stamped){ .partition = winner->partition,
							    .offset = winner->offset,
							    .stamp = stored[j]->order,
							    .entry = winner };
		j++;
	}
	check_stamps(deep, table, pairs, paired);
	mem_free(pairs);
	return US_OK;
}

/* Records of a table that the ledger counts as rejected, though their letters were purged. */
static int64_t purged_letters(const struct deep *deep, size_t t, size_t i)
{
	const struct verify *verify = deep->verify;
	const struct totals *totals = &verify->partitions[i]->totals[t];
	int64_t letters = verify_pending_letters(verify, totals->table->name,
						 verify->partitions[i]->id);

	return verify->letters_purged ? totals->rejected - letters : 0;
}

/* Do the two differ in nothing but records that were rejected then, have no letter, and pass now?
 */
static bool differ_by_purged(struct deep *deep, const struct totals *ledger,
			     const struct totals *recount, int64_t purged)
{
	int64_t more = recount->stored + recount->filtered - ledger->stored - ledger->filtered;

	if (recount->read != ledger->read || more <= 0 || more > purged ||
	    ledger->rejected - recount->rejected != more)
		return false;
	deep->purged += more;
	deep->purged_left += more;
	return true;
}

static enum status compare_totals(struct deep *deep, size_t t, size_t i, struct err *err)
{
	const struct verify *verify = deep->verify;
	const struct partition *partition = verify->partitions[i];
	const struct totals *ledger = &partition->totals[t];
	struct totals *recount = recount_of(deep, t, i);
	struct buf lines;
	char *line, *rest;

	if (deep->partial || !verify->found[i] ||
	    differ_by_purged(deep, ledger, recount, purged_letters(deep, t, i)))
		return US_OK;
	buf_init(&lines, 1 << 20);
	totals_compare(ledger, recount, &lines);
	if (lines.failed) {
		buf_release(&lines);
		return err_no_memory(err, "comparing totals");
	}
	for (line = lines.len ? lines.data : NULL; line && *line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = 0;
		/* what letters that were replayed since had violated is not known any more */
		if ((ledger->replayed || deep->would_pass) &&
		    (strncmp(line, "violations", 10) == 0 || strncmp(line, "rejected by", 11) == 0))
			continue;
		verify_differs(deep->verify, "table %s, partition %d: %s", ledger->table->name,
			       (int)partition->id, line);
	}
	buf_release(&lines);
	return US_OK;
}

/* Pending letters of records that the log holds are met one by one in the run; this finds those
 * whose records are not there. */
static void unpaired_letters(struct deep *deep)
{
	const struct verify *verify = deep->verify;

	for (size_t s = 0; s < verify->fold.capacity; s++) {
		const struct folded_letter *letter = &verify->fold.slots[s];
		bool known = false;

		if (letter->partition < 0 || letter->state != LETTER_PENDING)
			continue;
		/* where there is no ledger, they are of a table that was deleted */
		for (size_t i = 0; i < verify->stat.partition_count; i++)
			known = known || (verify->partitions[i]->id == letter->partition &&
					  (letter->offset < verify->partitions[i]->next ||
					   !verify->found[i]));
		if (!known)
			verify_differs(deep->verify,
				       "partition %d, offset %" PRId64
				       ": a dead letter of a record that was never processed",
				       (int)letter->partition, letter->offset);
	}
}

enum status deep_compare(struct deep *deep, struct err *err)
{
	enum status status = US_OK;

	for (size_t t = 0; t < deep->tables && status == US_OK; t++) {
		deep->purged_left = 0;
		for (size_t i = 0; i < deep->verify->stat.partition_count && status == US_OK; i++)
			status = compare_totals(deep, t, i, err);
		if (status == US_OK)
			status = read_table(deep, t, err);
		for (size_t b = 0; b < spill_buckets(deep->expected[t]) && status == US_OK; b++)
			status = compare_bucket(deep, t, b, err);
	}
	unpaired_letters(deep);
	return status;
}

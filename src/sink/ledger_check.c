/*
 * ledger_check.c - the rules of the ledger.
 *
 * A write goes on only from the position it expects. A replay changes totals and leaves the
 * position, so a writer that knows the totals from before a replay would undo it: `replayed` must
 * be the stored one too. Of two owners of a partition at a time the one with the higher base of
 * stamps prevails, in the ledger as in the tables: a late one is told, wherever the ledger stands.
 */
#include "sink/ledger_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool totals_are_equal(const struct ledger_row *a, const struct ledger_row *b)
{
	return a->read == b->read && a->stored == b->stored && a->filtered == b->filtered &&
	       a->rejected == b->rejected && a->replayed == b->replayed && a->lost == b->lost &&
	       a->updated_us == b->updated_us;
}

static bool is_same_row(const struct ledger_row *a, const struct ledger_row *b)
{
	return totals_are_equal(a, b) && a->next == b->next && a->stamp_base == b->stamp_base &&
	       a->last_stamp == b->last_stamp && a->generation == b->generation &&
	       a->anchor_hash == b->anchor_hash && strcmp(a->fingerprint, b->fingerprint) == 0;
}

/* Did a later pass, or an owner that came after the writer, write it? */
static bool is_newer(const struct ledger_row *stored, const struct ledger_row *wanted)
{
	return ledger_owner_before(wanted->generation, wanted->stamp_base, stored->generation,
				   stored->stamp_base);
}

enum ledger_verdict ledger_judge(const struct sink_write *write, size_t table,
				 const struct ledger_row *stored, bool found)
{
	const struct ledger_row *wanted = &write->ledger[table];
	bool expected = found ? stored->next == write->expected : write->expected == -1;

	if (write->replay) {
		if (found && totals_are_equal(stored, wanted))
			return LEDGER_DONE;
		return found && expected ? LEDGER_GO : LEDGER_LOST;
	}
	if (found && is_same_row(stored, wanted))
		return LEDGER_DONE;
	if (found && is_newer(stored, wanted))
		return LEDGER_LOST;
	if (found && stored->generation == wanted->generation &&
	    stored->replayed != wanted->replayed)
		return LEDGER_LOST;
	return expected ? LEDGER_GO : LEDGER_LOST;
}

struct ledger_row ledger_after(const struct sink_write *write, size_t table,
			       const struct ledger_row *stored)
{
	struct ledger_row row = write->ledger[table];

	if (!write->replay)
		return row;
	row.next = stored->next;
	row.stamp_base = stored->stamp_base;
	row.last_stamp = stored->last_stamp;
	row.generation = stored->generation;
	row.first = stored->first;
	row.anchor_timestamp_us = stored->anchor_timestamp_us;
	row.anchor_hash = stored->anchor_hash;
	memcpy(row.fingerprint, stored->fingerprint, sizeof(row.fingerprint));
	return row;
}

enum status ledger_lost(const struct sink_write *write, size_t table,
			const struct ledger_row *stored, bool found, struct err *err)
{
	const struct ledger_row *wanted = &write->ledger[table];
	char at[64];

	if (!found)
		snprintf(at, sizeof(at), "is not there");
	else if (!write->replay && is_newer(stored, wanted))
		snprintf(at, sizeof(at), "is at offset %" PRId64 " of a later owner", stored->next);
	else if (stored->next == write->expected)
		snprintf(at, sizeof(at), "was changed by a replay of dead letters");
	else
		snprintf(at, sizeof(at), "is at offset %" PRId64, stored->next);
	err_set(
	    err, US_FATAL, EXIT_TRY_AGAIN,
	    "the ledger of table %s, partition %" PRId32 " %s, not at offset %" PRId64
	    " as this process left it: another process owns the partition. Nothing was written; "
	    "run one processor a partition",
	    wanted->table, wanted->partition, at, write->expected);
	if (err)
		err->kind = "ownership";
	return US_FATAL;
}

enum status marks_refuse(struct err *err)
{
	err_set(err, US_REJECT, EXIT_BAD_DATA,
		"a dead letter of this replay was stored by a replay before; nothing was written");
	if (err)
		err->kind = "marked";
	return US_REJECT;
}

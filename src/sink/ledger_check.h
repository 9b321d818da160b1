/*
 * ledger_check.h - may this write go on? Every backend asks before it touches a row.
 */
#ifndef SINK_LEDGER_CHECK_H
#define SINK_LEDGER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "sink/sink.h"

enum ledger_verdict {
	LEDGER_GO,   /* the ledger is where the writer thinks it is */
	LEDGER_DONE, /* this very write was committed before, and its answer was lost */
	LEDGER_LOST  /* somebody else has moved it */
};

/* `stored` is the ledger's row of write->ledger[table], `found` whether there is one. A replay that
 * was committed before is known by its totals; its marks must be looked at beside it. */
enum ledger_verdict ledger_judge(const struct sink_write *write, size_t table,
				 const struct ledger_row *stored, bool found);

/* The row to store: of a replay, the stored position with the new totals. Its details are borrowed
 * from the write. */
struct ledger_row ledger_after(const struct sink_write *write, size_t table,
			       const struct ledger_row *stored);

/* The error of LEDGER_LOST: US_FATAL, kind "ownership". */
enum status ledger_lost(const struct sink_write *write, size_t table,
			const struct ledger_row *stored, bool found, struct err *err);

/* A mark is there already: US_REJECT, kind "marked". */
enum status marks_refuse(struct err *err);

#endif

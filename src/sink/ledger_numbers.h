/*
 * ledger_numbers.h - the counts of a ledger row as every database keeps them: 64-bit columns, in
 * one order.
 */
#ifndef SINK_LEDGER_NUMBERS_H
#define SINK_LEDGER_NUMBERS_H

#include <stdint.h>

#include "core/ledger.h"

#define LEDGER_NUMBERS 14
#define LEDGER_NUMBER_COLUMNS                                                              \
	"next, read, stored, filtered, rejected, replayed, lost, stamp_base, last_stamp, " \
	"generation, first, anchor_timestamp_us, anchor_hash, updated_us"

void ledger_to_numbers(const struct ledger_row *row, int64_t numbers[LEDGER_NUMBERS]);
void ledger_from_numbers(struct ledger_row *row, const int64_t numbers[LEDGER_NUMBERS]);

#endif

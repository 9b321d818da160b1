/*
 * ledger_numbers.c - see ledger_numbers.h.
 */
#include "sink/ledger_numbers.h"

#include <stddef.h>
#include <string.h>

/* In the order of LEDGER_NUMBER_COLUMNS. */
static const size_t places[LEDGER_NUMBERS] = {
	offsetof(struct ledger_row, next),        offsetof(struct ledger_row, read),
	offsetof(struct ledger_row, stored),      offsetof(struct ledger_row, filtered),
	offsetof(struct ledger_row, rejected),    offsetof(struct ledger_row, replayed),
	offsetof(struct ledger_row, lost),        offsetof(struct ledger_row, stamp_base),
	offsetof(struct ledger_row, last_stamp),  offsetof(struct ledger_row, generation),
	offsetof(struct ledger_row, first),       offsetof(struct ledger_row, anchor_timestamp_us),
	offsetof(struct ledger_row, anchor_hash), offsetof(struct ledger_row, updated_us),
};

void ledger_to_numbers(const struct ledger_row *row, int64_t numbers[LEDGER_NUMBERS])
{
	for (size_t i = 0; i < LEDGER_NUMBERS; i++)
		memcpy(&numbers[i], (const char *)row + places[i], sizeof(numbers[i]));
}

void ledger_from_numbers(struct ledger_row *row, const int64_t numbers[LEDGER_NUMBERS])
{
	for (size_t i = 0; i < LEDGER_NUMBERS; i++)
		memcpy((char *)row + places[i], &numbers[i], sizeof(numbers[i]));
}

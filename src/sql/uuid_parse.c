/*
 * uuid_parse.c - a UUID's text to its 16 bytes, without a branch a digit.
 */
#include "sql/worker_state.h"

/* Value of a hexadecimal digit plus one; 0 where it is none. */
static const uint8_t hex_digit[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool uuid_parse(struct span text, uint8_t out[16])
{
	static const uint8_t place[16] = {
		0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34
	};
	const uint8_t *p = (const uint8_t *)text.data;
	unsigned bad = 0;

	if (text.len != 36)
		return false;
	for (int i = 0; i < 16; i++) {
		unsigned high = hex_digit[p[place[i]]], low = hex_digit[p[place[i] + 1]];

		bad |= (high == 0) | (low == 0);
		out[i] = (uint8_t)((high - 1) << 4 | ((low - 1) & 15));
	}
	bad |= (p[8] != '-') | (p[13] != '-') | (p[18] != '-') | (p[23] != '-');
	return bad == 0;
}

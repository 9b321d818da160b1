/*
 * uuid_parse.c - a UUID's text to its 16 bytes, eight digits at a time in one 64-bit word.
 */
#include <string.h>

#include "sql/uuid_parse.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Eight hexadecimal digits, the first in the lowest byte, to four bytes. The values are made
 * without looking whether they are any: those that are give the text back, in lower case. Not zero:
 * no digits.
 */
static inline uint64_t read_digits(uint64_t text, uint8_t out[4])
{
	uint64_t letter = text >> 6 & EACH(1); /* 1 in each byte that is 'A' to 'F', 'a' to 'f' */
	uint64_t value = (text & EACH(0x0F)) + letter * 9;
	uint64_t from_ten = (value + EACH(6)) >> 4 & EACH(1);
	uint64_t again = value + EACH('0') + from_ten * ('a' - '0' - 10);
	uint64_t bad = ((text | letter << 5) ^ again) | (value & EACH(0x10));

	value = (value << 4 | value >> 8) & UINT64_C(0x00FF00FF00FF00FF);
	value = (value | value >> 8) & UINT64_C(0x0000FFFF0000FFFF);
	value |= value >> 16;
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (8 * i));
	return bad;
}

/* Four digits at each of two places, or eight at one. */
static inline uint64_t digits_at(const char *first, const char *second)
{
	uint8_t bytes[8];
	uint64_t word = 0;

	memcpy(bytes, first, 4);
	memcpy(bytes + 4, second, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&word, bytes, sizeof(word));
#else
	for (int i = 8; i-- > 0;)
		word = word << 8 | bytes[i];
#endif
	return word;
}

bool uuid_parse(struct span text, uint8_t out[16])
{
	const char *p = text.data;

	if (text.len != 36 || p[8] != '-' || p[13] != '-' || p[18] != '-' || p[23] != '-')
		return false;
	return (read_digits(digits_at(p, p + 4), out) |
		read_digits(digits_at(p + 9, p + 14), out + 4) |
		read_digits(digits_at(p + 19, p + 24), out + 8) |
		read_digits(digits_at(p + 28, p + 32), out + 12)) == 0;
}

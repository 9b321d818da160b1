/*
 * text_writer.c - numbers, dates and patterns as text.
 */
#include "simulator/text_writer.h"

#include "simulator/calendar.h"

static inline char *put_two(char *to, uint32_t value)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";

	memcpy(to, pairs + (size_t)2 * value, 2);
	return to + 2;
}

char *text_put_uint(char *to, uint32_t value)
{
	char digits[10];
	size_t len = 0;

	do {
		digits[sizeof(digits) - ++len] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	memcpy(to, digits + sizeof(digits) - len, len);
	return to + len;
}

char *text_put_decimal4(char *to, int32_t value)
{
	uint32_t size = value < 0 ? (uint32_t)-value : (uint32_t)value;
	uint32_t fraction = size % 10000;

	if (value < 0)
		*to++ = '-';
	to = text_put_uint(to, size / 10000);
	*to++ = '.';
	to = put_two(to, fraction / 100);
	return put_two(to, fraction % 100);
}

static inline char *put_hex(char *to, uint64_t value, int nibbles)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = nibbles - 1; i >= 0; i--)
		*to++ = digits[value >> (4 * i) & 15];
	return to;
}

char *text_put_uuid(char *to, uint64_t high, uint64_t low)
{
	high = (high & ~(uint64_t)0xF000) | 0x4000;
	low = (low & ~((uint64_t)3 << 62)) | (uint64_t)2 << 62;
	to = put_hex(to, high >> 32, 8);
	*to++ = '-';
	to = put_hex(to, high >> 16, 4);
	*to++ = '-';
	to = put_hex(to, high, 4);
	*to++ = '-';
	to = put_hex(to, low >> 48, 4);
	*to++ = '-';
	return put_hex(to, low, 12);
}

char *text_put_iso_ms(char *to, int64_t ms)
{
	struct calendar_day day = calendar_from_ms(ms);
	uint32_t seconds = day.ms / 1000;

	to = put_two(to, day.year / 100);
	to = put_two(to, day.year % 100);
	*to++ = '-';
	to = put_two(to, day.month);
	*to++ = '-';
	to = put_two(to, day.day);
	*to++ = 'T';
	to = put_two(to, seconds / 3600);
	*to++ = ':';
	to = put_two(to, seconds / 60 % 60);
	*to++ = ':';
	to = put_two(to, seconds % 60);
	*to++ = '.';
	*to++ = (char)('0' + day.ms % 1000 / 100);
	to = put_two(to, day.ms % 100);
	*to++ = 'Z';
	return to;
}

char *text_put_escaped(char *to, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			*to++ = '\\';
		*to++ = text[i];
	}
	return to;
}

uint32_t calendar_age(int64_t from_ms, int64_t now_ms)
{
	struct calendar_day from = calendar_from_ms(from_ms);
	struct calendar_day now = calendar_from_ms(now_ms);
	uint32_t years = now.year - from.year;

	if (from_ms >= now_ms)
		return 0;
	if (now.month != from.month)
		return years - (now.month < from.month);
	if (now.day != from.day)
		return years - (now.day < from.day);
	return years - (now.ms < from.ms);
}

/* The alternative to write: of n the k-th, up to '|' or the end. */
static const char *choose_alternative(struct user_stream *stream, const char *pattern)
{
	uint32_t count = 1;
	uint32_t chosen;

	for (const char *p = pattern; *p; p++)
		count += *p == '|';
	if (count == 1)
		return pattern;
	chosen = user_stream_below(stream, count);
	while (chosen) {
		chosen -= *pattern == '|';
		pattern++;
	}
	return pattern;
}

static char *put_value(char *to, char name, const struct pattern_values *values)
{
	struct calendar_day born = calendar_from_ms(values->born_ms);

	switch (name) {
	case 'd':
		return put_two(to, born.day);
	case 'm':
		return put_two(to, born.month);
	case '0':
		return put_two(to, born.month - 1);
	case 'y':
		return put_two(to, born.year % 100);
	case 'g':
		*to++ = values->gender;
		return to;
	default: /* 'L' */
		*to++ = (char)(values->initial >= 'a' && values->initial <= 'z'
				   ? values->initial - ('a' - 'A')
				   : values->initial);
		return to;
	}
}

char *text_put_pattern(char *to, struct user_stream *stream, const char *pattern,
		       const struct pattern_values *values)
{
	/* Eleven digits and two letters are the most that one number is used for. */
	uint64_t digits = user_stream_next(stream);
	uint64_t letters = user_stream_next(stream);
	const char *p = choose_alternative(stream, pattern);

	for (; *p && *p != '|'; p++) {
		if (*p == '#') {
			*to++ = (char)('0' + take_digit(&digits, 10));
		} else if (*p == '@') {
			*to++ = (char)('A' + take_digit(&letters, 26));
		} else if (*p == '[') { /* [3-7] */
			*to++ = (char)(p[1] +
				       (char)take_digit(&digits, (uint32_t)(p[3] - p[1] + 1)));
			p += 4;
		} else if (*p == '%') {
			to = put_value(to, *++p, values);
		} else {
			*to++ = *p;
		}
	}
	return to;
}

/*
 * time_pattern_read.c - times read by a pattern, as java.time does it in strict mode with Spark's
 * defaults: 1970-01-01 00:00:00 for what the pattern leaves out.
 */
#include <string.h>
#include <unicode/uchar.h>

#include "sql/time_pattern_state.h"
#include "sql/time_text.h"
#include "sql/utf8.h"

#define MOST_OFFSET (18 * 3600)
#define MOST_YEAR   999999999
#define NOTHING     INT64_MIN

/* What has been read. */
struct fields {
	int64_t year, month, day, hour, half_hour, minute, second, nanos, half, offset;
};

/* ---- letters --------------------------------------------------------------------------------- */

bool time_same_letter(uint32_t a, uint32_t b)
{
	UChar32 x = (UChar32)a, y = (UChar32)b;

	if (a == b)
		return true;
	if (a > 0xffff || b > 0xffff) /* Java compares halves of characters */
		return false;
	return u_toupper(x) == u_toupper(y) || u_tolower(x) == u_tolower(y);
}

/* The characters of `word` at *p, cases aside. */
static bool match_word(const char **p, const char *end, const char *word, size_t len)
{
	const char *at = *p;

	for (size_t i = 0, size, word_size; i < len; i += word_size, at += size)
		if (at == end ||
		    !time_same_letter(utf8_decode(at, &size), utf8_decode(word + i, &word_size)))
			return false;
	*p = at;
	return true;
}

unsigned time_match_month(const char **p, const char *end, unsigned count)
{
	for (unsigned i = 0; i < TIME_MONTHS; i++) {
		const char *name = time_month_names[i];

		if (count != 3 && match_word(p, end, name, strlen(name)))
			return i + 1;
		if (count != 4 && match_word(p, end, name, 3))
			return i + 1;
	}
	return 0;
}

int time_match_half(const char **p, const char *end)
{
	if (match_word(p, end, "AM", 2))
		return 0;
	return match_word(p, end, "PM", 2) ? 1 : -1;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static size_t count_digits(const char *p, const char *end, size_t most)
{
	size_t n = 0;

	while (n < most && p + n < end && p[n] >= '0' && p[n] <= '9')
		n++;
	return n;
}

/* A sign is read where the width is not fixed: a minus, and a plus before a year of more than four
 * digits. */
static bool read_number(const struct time_item *item, const char **p, const char *end, int64_t *out)
{
	bool fixed = item->least == item->most, year = item->letter == 'y' && item->count >= 4;
	bool minus = *p < end && **p == '-', plus = *p < end && **p == '+';
	const char *start = *p + (minus || plus);
	size_t digits;
	int64_t value = 0;

	if ((minus && fixed) || (plus && !year))
		return false;
	digits = count_digits(start, end, (size_t)item->most + item->following);
	if (digits < item->least)
		return false;
	if (item->following) {
		size_t left = digits < item->following ? 0 : digits - item->following;

		digits = left < item->least ? item->least : left;
	}
	for (size_t i = 0; i < digits; i++)
		value = value > MOST_YEAR ? value : value * 10 + (start[i] - '0');
	if (minus && value == 0)
		return false;
	if (year && !minus && plus != (digits > item->count))
		return false;
	*p = start + digits;
	*out = minus ? -value : value;
	return true;
}

static bool read_fraction(const struct time_item *item, const char **p, const char *end,
			  int64_t *out)
{
	size_t digits = count_digits(*p, end, item->most);

	if (digits < item->least)
		return false;
	*out = 0;
	for (size_t i = 0; i < 9; i++)
		*out = *out * 10 + (i < digits ? (*p)[i] - '0' : 0);
	*p += digits;
	return true;
}

static bool two_digits(const char **p, const char *end, int64_t *out)
{
	if (count_digits(*p, end, 2) < 2)
		return false;
	*out = ((*p)[0] - '0') * 10 + ((*p)[1] - '0');
	*p += 2;
	return true;
}

/* X: Z or +HH and minutes if there are any; XX: with minutes; XXX: with a colon before them. x:
 * zero is no Z but digits. */
static bool read_offset(const struct time_item *item, const char **p, const char *end, int64_t *out)
{
	int64_t hours, minutes = 0;
	bool minus = *p < end && **p == '-';

	if (item->letter == 'X' && *p < end && (**p == 'Z' || **p == 'z')) {
		++*p;
		*out = 0;
		return true;
	}
	if (*p == end || (**p != '+' && !minus))
		return false;
	if (item->letter == 'x' && item->count == 1 && match_word(p, end, "+00", 3)) {
		*out = 0; /* no minutes are looked for */
		return true;
	}
	++*p;
	if (!two_digits(p, end, &hours))
		return false;
	if (item->count == 3 && (*p == end || *(*p)++ != ':'))
		return false;
	if (!two_digits(p, end, &minutes) && item->count > 1)
		return false;
	*out = (hours * 60 + minutes) * 60;
	if (hours > 23 || minutes > 59 || *out > MOST_OFFSET)
		return false;
	if (minus)
		*out = -*out;
	return true;
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool read_item(const struct time_item *item, const char **p, const char *end,
		      struct fields *out)
{
	switch (item->letter) {
	case 0:
		return match_word(p, end, item->text.data, item->text.len);
	case 'y':
		if (!read_number(item, p, end, &out->year))
			return false;
		if (item->count == 2)
			out->year += 2000;
		return true;
	case 'M':
		if (item->count < 3)
			return read_number(item, p, end, &out->month);
		out->month = time_match_month(p, end, item->count);
		return out->month > 0;
	case 'd':
		return read_number(item, p, end, &out->day);
	case 'H':
		return read_number(item, p, end, &out->hour);
	case 'h':
		return read_number(item, p, end, &out->half_hour);
	case 'm':
		return read_number(item, p, end, &out->minute);
	case 's':
		return read_number(item, p, end, &out->second);
	case 'S':
		return read_fraction(item, p, end, &out->nanos);
	case 'a':
		out->half = time_match_half(p, end);
		return out->half >= 0;
	default:
		return read_offset(item, p, end, &out->offset);
	}
}

static bool in_range(int64_t value, int64_t least, int64_t most)
{
	return value == NOTHING || (value >= least && value <= most);
}

static int64_t or_default(int64_t value, int64_t otherwise)
{
	return value == NOTHING ? otherwise : value;
}

static bool combine(struct fields *at, int64_t *micros, bool *overflow)
{
	int64_t year = or_default(at->year, 1970), hour, seconds;
	int32_t days;

	if (year < -MOST_YEAR || year > MOST_YEAR)
		return false;
	if (!in_range(at->month, 1, 12) || !in_range(at->day, 1, 31) ||
	    !in_range(at->hour, 0, 23) || !in_range(at->half_hour, 1, 12) ||
	    !in_range(at->minute, 0, 59) || !in_range(at->second, 0, 59))
		return false;
	if (at->hour != NOTHING)
		hour = at->hour;
	else if (at->half_hour != NOTHING)
		hour = at->half_hour % 12 + 12 * or_default(at->half, 0);
	else
		hour = 12 * or_default(at->half, 0);
	*overflow = year > 5000000 || year < -5000000;
	if (*overflow)
		return time_days_of(2000 + year % 400, (unsigned)or_default(at->month, 1),
				    (unsigned)or_default(at->day, 1), &days);
	if (!time_days_of(year, (unsigned)or_default(at->month, 1),
			  (unsigned)or_default(at->day, 1), &days))
		return false;
	seconds = days * INT64_C(86400) + hour * 3600 + or_default(at->minute, 0) * 60 +
		  or_default(at->second, 0) - or_default(at->offset, 0);
	*overflow = __builtin_mul_overflow(seconds, MICROS_PER_SECOND, micros) ||
		    __builtin_add_overflow(*micros, or_default(at->nanos, 0) / 1000, micros);
	return true;
}

enum time_read time_pattern_read(const struct time_pattern *pattern, struct span text,
				 int64_t *micros)
{
	const char *p = text.data, *end = text.data + text.len;
	struct fields at = { .year = NOTHING,
			     .month = NOTHING,
			     .day = NOTHING,
			     .hour = NOTHING,
			     .half_hour = NOTHING,
			     .minute = NOTHING,
			     .second = NOTHING,
			     .nanos = NOTHING,
			     .half = NOTHING,
			     .offset = NOTHING };
	bool good = true, overflow = false;

	for (size_t i = 0; i < pattern->count && good; i++)
		good = read_item(&pattern->items[i], &p, end, &at);
	if (good && p == end && combine(&at, micros, &overflow))
		return overflow ? TIME_FAILS : TIME_READ;
	return time_pattern_legacy_reads(pattern, text) ? TIME_FAILS : TIME_NONE;
}

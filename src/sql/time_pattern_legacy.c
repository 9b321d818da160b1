/*
 * time_pattern_legacy.c - whether Spark 2 would have read a text that java.time does not: then
 * Spark 3 fails rather than giving NULL. It is java.text.SimpleDateFormat, not lenient: text behind
 * the time does not matter, numbers may have white space and a minus before them, an exponent, and
 * the digits of any script; years before 1582 are the Julian calendar's.
 */
#include <math.h>
#include <string.h>
#include <unicode/uchar.h>

#include "sql/time_pattern_state.h"
#include "sql/time_text.h"
#include "sql/utf8.h"

#define MOST_YEAR 292278994
#define NOTHING   INT64_MIN

/* What has been read. */
struct fields {
	int64_t year, month, day, hour, half_hour, minute, second, millis, half, offset_minutes;
};

static int digit_at(const char *p, const char *end, size_t *size)
{
	uint32_t code;

	if (p == end)
		return -1;
	code = utf8_decode(p, size);
	return code > 0xffff ? -1 : u_digit((UChar32)code, 10);
}

/* A number as Java's DecimalFormat reads it: digits * 10^exponent. */
struct number {
	uint64_t digits;
	int64_t exponent;
	bool minus, huge; /* huge: beyond a BIGINT */
};

static void times_ten(struct number *number, unsigned digit)
{
	number->huge = number->huge ||
		       __builtin_mul_overflow(number->digits, UINT64_C(10), &number->digits) ||
		       __builtin_add_overflow(number->digits, digit, &number->digits);
}

static bool read_digits(const char **p, const char *end, struct number *out)
{
	size_t size;
	int digit;
	bool any = false;

	for (; (digit = digit_at(*p, end, &size)) >= 0; *p += size, any = true)
		times_ten(out, (unsigned)digit);
	return any;
}

/* E and digits behind it; anything else is left. */
static void read_exponent(const char **p, const char *end, struct number *out)
{
	struct number exponent = { .digits = 0 };
	const char *at = *p;

	if (at == end || *at != 'E')
		return;
	at++;
	exponent.minus = at < end && *at == '-';
	at += exponent.minus;
	if (!read_digits(&at, end, &exponent) || exponent.huge || exponent.digits > INT32_MAX)
		return;
	out->exponent = exponent.minus ? -(int64_t)exponent.digits : (int64_t)exponent.digits;
	*p = at;
}

/* Java's intValue: the low bits of a whole number, INT's limit for what is none or too large. */
static int64_t int_value(struct number number)
{
	uint64_t low;

	if (number.digits == 0 && !number.huge)
		return 0;
	for (; number.exponent < 0 && number.digits % 10 == 0; number.exponent++)
		number.digits /= 10;
	if (number.exponent < 0) {
		double value = trunc((double)number.digits / pow(10, (double)-number.exponent));

		low = value > INT32_MAX ? INT32_MAX : (uint64_t)value;
	} else {
		for (; number.exponent > 0 && !number.huge; number.exponent--)
			times_ten(&number, 0);
		if (number.huge || number.digits > (uint64_t)INT64_MAX + number.minus)
			return number.minus ? INT32_MIN : INT32_MAX;
		low = number.digits;
	}
	return (int32_t)(uint32_t)(number.minus ? -low : low);
}

/* False: there is no number. */
static bool read_number(const char **p, const char *end, int64_t *out)
{
	struct number number = { .digits = 0 };

	if (end - *p >= 3 && memcmp(*p, "NaN", 3) == 0) {
		*p += 3;
		*out = 0;
		return true;
	}
	number.minus = *p < end && **p == '-';
	*p += number.minus;
	if (!read_digits(p, end, &number))
		return false;
	read_exponent(p, end, &number);
	*out = int_value(number);
	return true;
}

/* The text up to `count` characters behind its beginning; false: it is shorter. */
static bool cut(const char *start, const char **end, unsigned count)
{
	const char *p = start;

	for (unsigned left = count; left > 0; left--) {
		if (p >= *end)
			return false;
		if (utf8_size(*p) == 4 && left-- == 1)
			break; /* a half of a character: it ends the number anyway */
		p += utf8_size(*p);
	}
	*end = p;
	return true;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* A number follows directly, so that the letters count. */
static bool is_followed(const struct time_pattern *pattern, size_t i)
{
	const struct time_item *next = &pattern->items[i + 1];

	if (i + 1 == pattern->count || !next->letter)
		return false;
	return next->letter != 'a' && next->letter != 'X' &&
	       !(next->letter == 'M' && next->count > 2);
}

static bool read_field(const struct time_pattern *pattern, size_t i, const char **p,
		       const char *end, int64_t *out)
{
	const char *start = *p;

	while (*p < end && (**p == ' ' || **p == '\t'))
		++*p;
	if (*p == end)
		return false;
	if (is_followed(pattern, i) && !cut(start, &end, pattern->items[i].count))
		return false;
	if (*p > end)
		return false;
	return read_number(p, end, out);
}

static bool is_ascii_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static bool two_digits(const char **p, const char *end, int64_t *out)
{
	if (!is_ascii_digit(*p, end) || !is_ascii_digit(*p + 1, end))
		return false;
	*out = ((*p)[0] - '0') * 10 + ((*p)[1] - '0');
	*p += 2;
	return true;
}

static bool read_offset(unsigned count, const char **p, const char *end, int64_t *out)
{
	int64_t hours, minutes = 0;
	bool minus;

	while (*p < end && (**p == ' ' || **p == '\t'))
		++*p;
	if (*p == end)
		return false;
	*out = 0;
	if (**p == 'Z') {
		++*p;
		return true;
	}
	minus = **p == '-';
	if (!minus && **p != '+')
		return false;
	++*p;
	if (!two_digits(p, end, &hours) || hours > 23)
		return false;
	if (count == 3 && (*p == end || *(*p)++ != ':'))
		return false;
	if (count > 1 && (!two_digits(p, end, &minutes) || minutes > 59))
		return false;
	*out = minus ? -(hours * 60 + minutes) : hours * 60 + minutes;
	return *out >= -13 * 60 && *out <= 14 * 60;
}

static bool read_literal(struct span literal, const char **p, const char *end)
{
	if ((size_t)(end - *p) < literal.len || memcmp(*p, literal.data, literal.len) != 0)
		return false;
	*p += literal.len;
	return true;
}

static bool is_two_digit_year(const char *start, const char *stop)
{
	size_t first, second;

	while (start < stop && (*start == ' ' || *start == '\t'))
		start++;
	if (digit_at(start, stop, &first) < 0 || digit_at(start + first, stop, &second) < 0)
		return false;
	return start + first + second == stop;
}

static bool read_year(const struct time_pattern *pattern, size_t i, const char **p, const char *end,
		      int64_t *out)
{
	const char *start = *p;

	if (!read_field(pattern, i, p, end, out))
		return false;
	if (pattern->items[i].count <= 2 && is_two_digit_year(start, *p))
		*out += 2000; /* or 1900: the leap years are the same, but for 00, which java.time
				 reads */
	return true;
}

static bool read_item(const struct time_pattern *pattern, size_t i, const char **p, const char *end,
		      struct fields *out)
{
	const struct time_item *item = &pattern->items[i];

	switch (item->letter) {
	case 0:
		return read_literal(item->text, p, end);
	case 'y':
		return read_year(pattern, i, p, end, &out->year);
	case 'M':
		if (item->count < 3)
			return read_field(pattern, i, p, end, &out->month);
		out->month = time_match_month(p, end, 0);
		return out->month > 0;
	case 'd':
		return read_field(pattern, i, p, end, &out->day);
	case 'H':
		return read_field(pattern, i, p, end, &out->hour);
	case 'h':
		return read_field(pattern, i, p, end, &out->half_hour) && out->half_hour >= 1 &&
		       out->half_hour <= 12;
	case 'm':
		return read_field(pattern, i, p, end, &out->minute);
	case 's':
		return read_field(pattern, i, p, end, &out->second);
	case 'S':
		return read_field(pattern, i, p, end, &out->millis);
	case 'a':
		out->half = time_match_half(p, end);
		return out->half >= 0;
	default:
		return read_offset(item->count, p, end, &out->offset_minutes);
	}
}

/* ---- the calendar ---------------------------------------------------------------------------- */

static unsigned days_in_month(int64_t year, unsigned month)
{
	if (month == 2 && year <= 1582)
		return year % 4 == 0 ? 29 : 28;
	return time_days_in_month(year, month);
}

static bool is_date(const struct fields *at)
{
	int64_t year = at->year == NOTHING ? 1970 : at->year;
	int64_t month = at->month == NOTHING ? 1 : at->month;
	int64_t day = at->day == NOTHING ? 1 : at->day;

	if (year < 1 || year > MOST_YEAR || month < 1 || month > 12 || day < 1)
		return false;
	if (year == 1582 && month == 10 && day > 4 && day < 15)
		return false;
	return day <= days_in_month(year, (unsigned)month);
}

static bool in_range(int64_t value, int64_t most)
{
	return value == NOTHING || (value >= 0 && value <= most);
}

/* Whether Spark's microseconds hold it. The calendar does not matter so late. */
static bool is_timestamp(const struct fields *at)
{
	int64_t micros, seconds;
	int32_t days;

	if (at->year < 294247)
		return true;
	if (!time_days_of(at->year, at->month == NOTHING ? 1 : (unsigned)at->month,
			  at->day == NOTHING ? 1 : (unsigned)at->day, &days))
		return false;
	seconds = days * INT64_C(86400) - at->offset_minutes * 60;
	seconds += at->hour == NOTHING ? 0 : at->hour * 3600;
	seconds += at->minute == NOTHING ? 0 : at->minute * 60;
	seconds += at->second == NOTHING ? 0 : at->second;
	return !__builtin_mul_overflow(seconds, MICROS_PER_SECOND, &micros);
}

bool time_pattern_legacy_reads(const struct time_pattern *pattern, struct span text)
{
	const char *p = text.data, *end = text.data + text.len;
	struct fields at = { .year = NOTHING,
			     .month = NOTHING,
			     .day = NOTHING,
			     .hour = NOTHING,
			     .half_hour = NOTHING,
			     .minute = NOTHING,
			     .second = NOTHING,
			     .millis = NOTHING };

	if (!pattern->known_to_spark_2)
		return false;
	for (size_t i = 0; i < pattern->count; i++)
		if (!read_item(pattern, i, &p, end, &at))
			return false;
	return is_date(&at) && is_timestamp(&at) && in_range(at.hour, 23) &&
	       in_range(at.minute, 59) && in_range(at.second, 59) && in_range(at.millis, 999);
}

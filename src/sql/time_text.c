/*
 * time_text.c - reading and writing dates and times.
 *
 * Nearly every text that a pipeline meets is "2016-03-25T07:13:10.667Z": that shape is read without
 * a state machine, anything else by the general reader below it.
 */
#include "sql/time_text.h"

#include <string.h>

#include "sql/time_zone.h"

#define MAX_SECOND_DIGITS 2

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned time_days_in_month(int64_t year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years begin in March, so that the leap day is the last one; eras of 400 years. */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400), of_era = y - era * 400;
	int64_t of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool time_days_of(int64_t year, unsigned month, unsigned day, int32_t *out)
{
	int64_t days;

	if (month < 1 || month > 12 || day < 1 || day > time_days_in_month(year, month))
		return false;
	days = days_from_civil(year, month, day);
	if (days < INT32_MIN || days > INT32_MAX)
		return false;
	*out = (int32_t)days;
	return true;
}

void time_date_of(int32_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = (int64_t)days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t of_era_year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	*month = (unsigned)(m < 10 ? m + 3 : m - 9);
	*year = of_era_year + era * 400 + (*month <= 2);
}

int32_t time_day_of(int64_t micros, int64_t *rest)
{
	*rest = micros % MICROS_PER_DAY;
	if (*rest < 0)
		*rest += MICROS_PER_DAY;
	return (int32_t)floor_div(micros, MICROS_PER_DAY);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool time_parse_date(struct span text, int32_t *out)
{
	const char *p = text.data, *end = text.data + text.len;
	int32_t segments[3] = { 1, 1, 1 };
	int64_t value = 0;
	bool negative = false;
	int digits = 0, i = 0;

	if (p == end)
		return false;
	if (*p == '-' || *p == '+')
		negative = *p++ == '-';
	for (; p < end && *p != ' ' && *p != 'T'; p++) {
		if (i < 2 && *p == '-') {
			if (i == 0 ? digits < 4 || digits > 7 : digits < 1 || digits > 2)
				return false;
			segments[i++] = (int32_t)value;
			value = digits = 0;
		} else {
			if (!is_digit(*p) || ++digits > 7)
				return false;
			value = value * 10 + (*p - '0');
		}
	}
	if (i == 0 ? digits < 4 : digits < 1 || digits > 2)
		return false;
	if (i < 2 && p < end)
		return false;
	segments[i] = (int32_t)value;
	return time_days_of(negative ? -segments[0] : segments[0], (unsigned)segments[1],
			    (unsigned)segments[2], out);
}

/* What the reader collects: year, month, day, hour, minute, second, microseconds. */
enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION, ZONE };

struct reading {
	int64_t segments[8];
	struct span zone; /* data NULL: none was written */
	bool negative;
};

static bool valid_digits(int segment, int digits)
{
	if (segment == FRACTION)
		return true;
	if (segment == YEAR)
		return digits >= 4 && digits <= 6;
	if (segment == ZONE)
		return digits <= MAX_SECOND_DIGITS;
	return digits > 0 && digits <= MAX_SECOND_DIGITS;
}

/* Whether a character that is no digit ends a segment; in *zone whether a time zone begins. */
static bool ends_segment(int segment, char c, bool *zone)
{
	*zone = false;
	switch (segment) {
	case YEAR:
	case MONTH:
		return c == '-';
	case DAY:
		return c == ' ' || c == 'T';
	case HOUR:
	case MINUTE:
		return c == ':';
	case SECOND:
		*zone = c != '.';
		return true;
	case FRACTION:
		*zone = true;
		return true;
	default:
		return false;
	}
}

static bool read_segments(struct span text, struct reading *out)
{
	const char *p = text.data, *end = text.data + text.len;
	int segment = YEAR, digits = 0, fraction_digits = 0;
	int64_t value = 0;

	if (p == end)
		return false;
	if (*p == '-' || *p == '+')
		out->negative = *p++ == '-';
	for (; p < end; p++) {
		bool zone;

		if (is_digit(*p)) {
			fraction_digits += segment == FRACTION;
			if (digits < 6)
				value = value * 10 + (*p - '0');
			digits++;
			continue;
		}
		if (!ends_segment(segment, *p, &zone) || !valid_digits(segment, digits))
			return false;
		out->segments[segment++] = value;
		value = digits = 0;
		if (zone) {
			segment = ZONE;
			out->zone = (struct span){ .data = p, .len = (size_t)(end - p) };
			break;
		}
	}
	if (!valid_digits(segment, digits))
		return false;
	out->segments[segment] = value;
	for (; fraction_digits < 6; fraction_digits++)
		out->segments[FRACTION] *= 10;
	return true;
}

static bool combine(const struct reading *at, struct time_zones *zones, int64_t *out)
{
	struct time_zone zone = { .offset_seconds = 0 };
	int64_t micros;
	int32_t days;

	if (at->segments[HOUR] > 23 || at->segments[MINUTE] > 59 || at->segments[SECOND] > 59)
		return false;
	if (!time_days_of(at->negative ? -at->segments[YEAR] : at->segments[YEAR],
			  (unsigned)at->segments[MONTH], (unsigned)at->segments[DAY], &days))
		return false;
	if (at->zone.data && !time_zone_find(zones, at->zone, &zone))
		return false;
	micros = ((at->segments[HOUR] * 60 + at->segments[MINUTE]) * 60 + at->segments[SECOND]) *
		     MICROS_PER_SECOND +
		 at->segments[FRACTION];
	if (days < 0) { /* from the end of the day, so that the least timestamp is reached */
		days++;
		micros -= MICROS_PER_DAY;
	}
	if (__builtin_mul_overflow((int64_t)days, MICROS_PER_DAY, out) ||
	    __builtin_add_overflow(*out, micros, out))
		return false;
	return !at->zone.data || time_zone_to_utc(&zone, *out, out);
}

/* `n` digits; false when one is none. */
static bool read_digits(const char *p, int n, unsigned *out)
{
	unsigned value = 0, bad = 0;

	for (int i = 0; i < n; i++) {
		unsigned digit = (unsigned char)p[i] - '0';

		bad |= digit > 9;
		value = value * 10 + digit;
	}
	*out = value;
	return !bad;
}

/* "YYYY-MM-DDTHH:MM:SS", then nothing, "Z", or ".mmmZ". */
static bool parse_common(struct span text, int64_t *out)
{
	const char *p = text.data;
	unsigned year, month, day, hour, minute, second, millis = 0;
	int32_t days;

	if (text.len != 20 && text.len != 24 && text.len != 19)
		return false;
	if (p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != ' ') || p[13] != ':' ||
	    p[16] != ':')
		return false;
	if (text.len > 19 && text.data[text.len - 1] != 'Z')
		return false;
	if (text.len == 24 && (p[19] != '.' || !read_digits(p + 20, 3, &millis)))
		return false;
	if (!read_digits(p, 4, &year) || !read_digits(p + 5, 2, &month) ||
	    !read_digits(p + 8, 2, &day) || !read_digits(p + 11, 2, &hour) ||
	    !read_digits(p + 14, 2, &minute) || !read_digits(p + 17, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59 || !time_days_of(year, month, day, &days))
		return false;
	*out = days * MICROS_PER_DAY +
	       (int64_t)((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND +
	       (int64_t)millis * 1000;
	return true;
}

bool time_parse_timestamp(struct span text, struct time_zones *zones, int64_t *out)
{
	struct reading at = { .segments = { 1, 1, 1, 0, 0, 0, 0, 0 } };

	if (parse_common(text, out))
		return true;
	return read_segments(text, &at) && combine(&at, zones, out);
}

/* ---- writing --------------------------------------------------------------------------------- */

static size_t put_number(char *out, uint64_t value, int width)
{
	char reversed[24];
	int n = 0;

	do {
		reversed[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value || n < width);
	for (int i = 0; i < n; i++)
		out[i] = reversed[n - 1 - i];
	return (size_t)n;
}

size_t time_format_date(int32_t days, char out[TIME_TEXT_MAX])
{
	int64_t year;
	unsigned month, day;
	size_t len = 0;

	time_date_of(days, &year, &month, &day);
	if (year < 0 || year > 9999)
		out[len++] = year < 0 ? '-' : '+';
	len += put_number(out + len, (uint64_t)(year < 0 ? -year : year), 4);
	out[len++] = '-';
	len += put_number(out + len, month, 2);
	out[len++] = '-';
	return len + put_number(out + len, day, 2);
}

size_t time_format_timestamp(int64_t micros, char out[TIME_TEXT_MAX])
{
	int64_t rest;
	size_t len = time_format_date(time_day_of(micros, &rest), out);
	int64_t seconds = rest / MICROS_PER_SECOND, fraction = rest % MICROS_PER_SECOND;

	out[len++] = ' ';
	len += put_number(out + len, (uint64_t)(seconds / 3600), 2);
	out[len++] = ':';
	len += put_number(out + len, (uint64_t)(seconds / 60 % 60), 2);
	out[len++] = ':';
	len += put_number(out + len, (uint64_t)(seconds % 60), 2);
	if (fraction) {
		out[len++] = '.';
		len += put_number(out + len, (uint64_t)fraction, 6);
		while (out[len - 1] == '0')
			len--;
	}
	return len;
}

/* time_pattern_format.c - times written by a pattern, in UTC. */
#include <string.h>

#include "sql/date_parts.h"
#include "sql/time_pattern_state.h"
#include "sql/time_text.h"

#define MOST_OF_ITEM 32 /* bytes: "Coordinated Universal Time" */

size_t time_pattern_room(const struct time_pattern *pattern)
{
	size_t room = 0;

	for (size_t i = 0; i < pattern->count; i++)
		room += pattern->items[i].letter ? MOST_OF_ITEM : pattern->items[i].text.len;
	return room;
}

/* A time in parts. */
struct parts {
	int32_t days;
	struct day day;
	int64_t hour, minute, second, micros;
};

static struct parts parts_of(int64_t micros)
{
	struct parts at;
	int64_t rest, seconds;

	at.days = time_day_of(micros, &rest);
	at.day = day_of(at.days);
	seconds = rest / MICROS_PER_SECOND;
	at.hour = seconds / 3600;
	at.minute = seconds / 60 % 60;
	at.second = seconds % 60;
	at.micros = rest % MICROS_PER_SECOND;
	return at;
}

static size_t put_text(char *out, const char *text, size_t len)
{
	memcpy(out, text, len);
	return len;
}

static size_t put_whole(char *out, const char *text)
{
	return put_text(out, text, strlen(text));
}

static size_t put_number(char *out, int64_t value, unsigned width)
{
	char digits[24];
	unsigned n = 0;
	size_t len = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value || n < width);
	while (n > 0)
		out[len++] = digits[--n];
	return len;
}

/* yy: the last two digits; from yyyy on a sign where the year has more digits. */
static size_t put_year(char *out, int64_t year, unsigned count)
{
	int64_t size = year < 0 ? -year : year, limit = 1;
	size_t len = 0;

	if (count == 2)
		return put_number(out, size % 100, 2);
	for (unsigned i = 0; i < count; i++)
		limit *= 10;
	if (year < 0)
		out[len++] = '-';
	else if (count >= 4 && size >= limit)
		out[len++] = '+';
	return len + put_number(out + len, size, count);
}

/* One or two letters: a number; three: the short name; four: the name. */
static size_t put_name(char *out, const char *name, int64_t number, unsigned count)
{
	if (count <= 2)
		return put_number(out, number, count);
	return count == 3 ? put_text(out, name, 3) : put_whole(out, name);
}

static size_t put_quarter(char *out, unsigned month, unsigned count)
{
	static const char *const names[] = { "1st quarter", "2nd quarter", "3rd quarter",
					     "4th quarter" };
	unsigned quarter = (month + 2) / 3;

	if (count <= 2)
		return put_number(out, quarter, count);
	if (count == 4)
		return put_whole(out, names[quarter - 1]);
	out[0] = 'Q';
	return 1 + put_number(out + 1, quarter, 1);
}

/* The era: before it stands y for the year of it, without a sign. */
static size_t put_era(char *out, int64_t year, unsigned count)
{
	if (count < 4)
		return put_whole(out, year > 0 ? "AD" : "BC");
	return put_whole(out, year > 0 ? "Anno Domini" : "Before Christ");
}

static size_t put_fraction(char *out, int64_t micros, unsigned count)
{
	char digits[16];

	(void)put_number(digits, micros * 1000, 9);
	return put_text(out, digits, count);
}

static size_t put_zone(char *out, char letter, unsigned count)
{
	static const char *const offsets[] = { "+00", "+0000", "+00:00", "+0000", "+00:00" };

	switch (letter) {
	case 'X':
		return put_whole(out, "Z");
	case 'x':
		return put_whole(out, offsets[count - 1]);
	case 'Z':
		return put_whole(out, count < 4 ? "+0000" : count == 4 ? "GMT" : "Z");
	case 'z':
		return put_whole(out, count < 4 ? "UTC" : "Coordinated Universal Time");
	case 'V':
		return put_whole(out, "UTC");
	default: /* O */
		return put_whole(out, "GMT");
	}
}

static size_t put_item(char *out, const struct time_item *item, const struct parts *at, bool eras)
{
	unsigned count = item->count;
	int64_t year = at->day.year;

	switch (item->letter) {
	case 0:
		return put_text(out, item->text.data, item->text.len);
	case 'y':
		return put_year(out, eras && year <= 0 ? 1 - year : year, count);
	case 'M':
		return put_name(out, time_month_names[at->day.month - 1], at->day.month, count);
	case 'd':
		return put_number(out, at->day.day, count);
	case 'D':
		return put_number(out, at->days - days_of(year, 1, 1) + 1, count);
	case 'E':
		return put_name(out, time_day_names[weekday(at->days)], 0, count < 3 ? 3 : count);
	case 'Q':
		return put_quarter(out, at->day.month, count);
	case 'G':
		return put_era(out, year, count);
	case 'H':
		return put_number(out, at->hour, count);
	case 'h':
		return put_number(out, (at->hour + 11) % 12 + 1, count);
	case 'K':
		return put_number(out, at->hour % 12, count);
	case 'k':
		return put_number(out, at->hour ? at->hour : 24, count);
	case 'm':
		return put_number(out, at->minute, count);
	case 's':
		return put_number(out, at->second, count);
	case 'S':
		return put_fraction(out, at->micros, count);
	case 'a':
		return put_whole(out, at->hour < 12 ? "AM" : "PM");
	default:
		return put_zone(out, item->letter, count);
	}
}

size_t time_pattern_format(const struct time_pattern *pattern, int64_t micros, char *out)
{
	struct parts at = parts_of(micros);
	bool eras = false;
	size_t len = 0;

	for (size_t i = 0; i < pattern->count; i++)
		eras = eras || pattern->items[i].letter == 'G';
	for (size_t i = 0; i < pattern->count; i++)
		len += put_item(out + len, &pattern->items[i], &at, eras);
	return len;
}

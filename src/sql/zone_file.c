/*
 * zone_file.c - reads a file of RFC 8536. Behind its last transition a rule such as
 * "CET-1CEST,M3.5.0,M10.5.0/3" goes on for ever.
 */
#include "sql/zone_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "sql/time_text.h"

#define DIRECTORY       "/usr/share/zoneinfo"
#define MAX_FILE        (1U << 18)
#define MAX_TRANSITIONS 4000
#define MAX_OFFSET      (26 * 3600)
#define HEADER          44
#define SECONDS_PER_DAY INT64_C(86400)
#define MAX_TIME        (INT64_C(1) << 59)

/* When summer time begins or ends in a year. */
struct change {
	char kind; /* 'M' month.week.day, 'J' day without February 29, 'D' day from 0 */
	int month, week, day;
	int32_t seconds; /* of the day, wall time before the change */
};

struct footer {
	int32_t standard, summer;
	bool has_summer;
	struct change begin, end;
};

struct zone_rules {
	size_t count;
	int64_t *at;      /* transitions, ascending */
	int32_t *offsets; /* count + 1: offsets[i] holds before at[i] */
	struct footer footer;
};

/* ---- the rule behind the last transition ------------------------------------------------------
 */

static bool read_int(const char **p, int *out)
{
	if (**p < '0' || **p > '9')
		return false;
	for (*out = 0; **p >= '0' && **p <= '9' && *out < 1000; (*p)++)
		*out = *out * 10 + (**p - '0');
	return true;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(const char **p, int32_t *out)
{
	int sign = **p == '-' ? -1 : 1, part = 0, scale = 3600;

	*p += **p == '-' || **p == '+';
	if (!read_int(p, &part) || part > 167)
		return false;
	for (*out = part * scale; **p == ':' && scale > 1; *out += part * scale) {
		(*p)++;
		scale /= 60;
		if (!read_int(p, &part) || part > 59)
			return false;
	}
	*out *= sign;
	return true;
}

/* CET or <+03> */
static bool skip_name(const char **p)
{
	const char *start = *p;

	if (**p == '<') {
		const char *stop = strchr(*p, '>');

		*p = stop ? stop + 1 : *p;
		return stop != NULL;
	}
	while ((**p >= 'a' && **p <= 'z') || (**p >= 'A' && **p <= 'Z'))
		(*p)++;
	return *p > start;
}

static bool read_change(const char **p, struct change *out)
{
	if (*(*p)++ != ',')
		return false;
	out->kind = 'D';
	out->seconds = 2 * 3600;
	if (**p == 'M' || **p == 'J')
		out->kind = *(*p)++;
	if (out->kind != 'M') {
		if (!read_int(p, &out->day) || out->day > 366)
			return false;
	} else {
		if (!read_int(p, &out->month) || *(*p)++ != '.' || !read_int(p, &out->week) ||
		    *(*p)++ != '.' || !read_int(p, &out->day))
			return false;
		if (out->month < 1 || out->month > 12 || out->week < 1 || out->week > 5 ||
		    out->day > 6)
			return false;
	}
	if (**p != '/')
		return true;
	(*p)++;
	return read_time(p, &out->seconds);
}

static bool read_footer(const char *p, struct footer *out)
{
	if (!skip_name(&p) || !read_time(&p, &out->standard))
		return false;
	out->standard = -out->standard;
	if (!*p)
		return true;
	out->has_summer = true;
	out->summer = out->standard + 3600;
	if (!skip_name(&p))
		return false;
	if (*p != ',') {
		if (!read_time(&p, &out->summer))
			return false;
		out->summer = -out->summer;
	}
	return read_change(&p, &out->begin) && read_change(&p, &out->end) && !*p;
}

/* Days since 1970 of a change in a year. */
static int64_t change_day(const struct change *change, int64_t year)
{
	int32_t first = 0;
	int weekday, day;

	if (change->kind != 'M') {
		(void)time_days_of(year, 1, 1, &first);
		day = change->day - (change->kind == 'J');
		if (change->kind == 'J' && change->day >= 60 && time_days_in_month(year, 2) == 29)
			day++;
		return (int64_t)first + day;
	}
	(void)time_days_of(year, (unsigned)change->month, 1, &first);
	weekday = (int)(((int64_t)first + 4) % 7); /* Sunday is 0; 1970-01-01 was a Thursday */
	weekday = weekday < 0 ? weekday + 7 : weekday;
	day = (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
	while (day >= (int)time_days_in_month(year, (unsigned)change->month))
		day -= 7;
	return (int64_t)first + day;
}

/* The changes of a year, as instants. */
static void changes_of(const struct footer *footer, int64_t year, int64_t *begin, int64_t *end)
{
	*begin = change_day(&footer->begin, year) * SECONDS_PER_DAY + footer->begin.seconds -
		 footer->standard;
	*end = change_day(&footer->end, year) * SECONDS_PER_DAY + footer->end.seconds -
	       footer->summer;
}

static int64_t year_of(int64_t seconds)
{
	int64_t days = seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0), year;
	unsigned month, day;

	time_date_of((int32_t)days, &year, &month, &day);
	return year;
}

static int32_t footer_offset_at(const struct footer *footer, int64_t utc)
{
	int64_t begin, end;
	bool summer;

	if (!footer->has_summer)
		return footer->standard;
	changes_of(footer, year_of(utc + footer->standard), &begin, &end);
	summer = begin < end ? utc >= begin && utc < end : !(utc >= end && utc < begin);
	return summer ? footer->summer : footer->standard;
}

static int32_t footer_offset_of_local(const struct footer *footer, int64_t local)
{
	int32_t later = footer->summer > footer->standard ? footer->summer : footer->standard;
	int64_t begin, end;
	bool summer;

	if (!footer->has_summer)
		return footer->standard;
	changes_of(footer, year_of(local), &begin, &end);
	begin += later;
	end += later;
	summer = begin < end ? local >= begin && local < end : !(local >= end && local < begin);
	return summer ? footer->summer : footer->standard;
}

/* ---- the file -------------------------------------------------------------------------------- */

static uint64_t big_endian(const unsigned char *p, int size)
{
	uint64_t value = 0;

	for (int i = 0; i < size; i++)
		value = value << 8 | p[i];
	return value;
}

struct counts {
	size_t utc, standard, leap, times, types, chars;
};

static bool read_counts(const unsigned char *p, size_t left, struct counts *out)
{
	if (left < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	*out = (struct counts){ .utc = big_endian(p + 20, 4),
				.standard = big_endian(p + 24, 4),
				.leap = big_endian(p + 28, 4),
				.times = big_endian(p + 32, 4),
				.types = big_endian(p + 36, 4),
				.chars = big_endian(p + 40, 4) };
	return out->times <= MAX_TRANSITIONS && out->types >= 1 && out->types <= 256 &&
	       out->chars <= MAX_FILE && out->leap <= MAX_FILE && out->utc <= MAX_FILE &&
	       out->standard <= MAX_FILE;
}

static size_t block_size(const struct counts *counts, size_t width)
{
	return counts->times * (width + 1) + counts->types * 6 + counts->chars +
	       counts->leap * (width + 4) + counts->standard + counts->utc;
}

/* At the second block, of 64-bit times. */
static bool read_block(const unsigned char *p, const struct counts *counts,
		       struct zone_rules *rules)
{
	const unsigned char *kinds = p + counts->times * 8, *types = kinds + counts->times;

	rules->at = mem_calloc(counts->times + 1, sizeof(*rules->at));
	rules->offsets = mem_calloc(counts->times + 1, sizeof(*rules->offsets));
	if (!rules->at || !rules->offsets)
		return false;
	rules->count = counts->times;
	rules->offsets[0] = (int32_t)(uint32_t)big_endian(types, 4);
	for (size_t i = 0; i < counts->times; i++) {
		if (kinds[i] >= counts->types)
			return false;
		rules->at[i] = (int64_t)big_endian(p + i * 8, 8);
		rules->offsets[i + 1] = (int32_t)(uint32_t)big_endian(types + kinds[i] * 6, 4);
		if (rules->at[i] < -MAX_TIME || rules->at[i] > MAX_TIME ||
		    (i && rules->at[i] <= rules->at[i - 1]))
			return false;
	}
	for (size_t i = 0; i <= counts->times; i++)
		if (rules->offsets[i] < -MAX_OFFSET || rules->offsets[i] > MAX_OFFSET)
			return false;
	return true;
}

static bool parse(unsigned char *data, size_t size, struct zone_rules *rules)
{
	struct counts counts;
	size_t at, block;
	char *footer, *stop;

	if (!read_counts(data, size, &counts))
		return false;
	at = HEADER + block_size(&counts, 4);
	if (at > size || !read_counts(data + at, size - at, &counts))
		return false;
	at += HEADER;
	block = block_size(&counts, 8);
	if (block > size - at || !read_block(data + at, &counts, rules))
		return false;
	footer = (char *)data + at + block;
	if (at + block >= size || *footer++ != '\n')
		return false;
	stop = memchr(footer, '\n', size - (size_t)(footer - (char *)data));
	if (!stop)
		return false;
	*stop = '\0';
	if (!*footer) { /* the last offset goes on */
		rules->footer.standard = rules->offsets[rules->count];
		return true;
	}
	return read_footer(footer, &rules->footer);
}

static bool read_file(const char *path, unsigned char **data, size_t *size)
{
	FILE *file = fopen(path, "rbe");

	*data = NULL;
	if (!file)
		return false;
	*data = mem_alloc(MAX_FILE);
	*size = *data ? fread(*data, 1, MAX_FILE, file) : 0;
	(void)fclose(file);
	return *data != NULL;
}

struct zone_rules *zone_rules_parse(unsigned char *data, size_t size)
{
	struct zone_rules *rules = mem_calloc(1, sizeof(*rules));

	if (rules && !parse(data, size, rules)) {
		zone_rules_free(rules);
		rules = NULL;
	}
	return rules;
}

struct zone_rules *zone_rules_load(const char *directory, const char *name)
{
	struct zone_rules *rules = NULL;
	unsigned char *data = NULL;
	char path[512];
	size_t size;
	int len = snprintf(path, sizeof(path), "%s/%s", directory ? directory : DIRECTORY, name);

	/* A name is letters and a few signs; no way leads out of the directory. */
	if (len < 0 || (size_t)len >= sizeof(path) || strstr(name, "..") || *name == '/')
		return NULL;
	if (read_file(path, &data, &size))
		rules = zone_rules_parse(data, size);
	mem_free(data);
	return rules;
}

void zone_rules_free(struct zone_rules *rules)
{
	if (!rules)
		return;
	mem_free(rules->at);
	mem_free(rules->offsets);
	mem_free(rules);
}

/* ---- looking up ------------------------------------------------------------------------------ */

int32_t zone_offset_at(const struct zone_rules *rules, int64_t utc)
{
	size_t low = 0, high = rules->count;

	while (low < high) { /* the first transition behind `utc` */
		size_t middle = low + (high - low) / 2;

		if (rules->at[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low == rules->count ? footer_offset_at(&rules->footer, utc) : rules->offsets[low];
}

int32_t zone_offset_of_local(const struct zone_rules *rules, int64_t local)
{
	size_t low = 0, high = rules->count;

	while (low < high) { /* the first transition that is over, on both clocks, behind `local` */
		size_t middle = low + (high - low) / 2;
		int32_t before = rules->offsets[middle], after = rules->offsets[middle + 1];

		if (rules->at[middle] + (before > after ? before : after) <= local)
			low = middle + 1;
		else
			high = middle;
	}
	return low == rules->count ? footer_offset_of_local(&rules->footer, local)
				   : rules->offsets[low];
}

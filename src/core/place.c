/*
 * place.c - see place.h.
 */
#include "core/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"

/* ".5", ".123456": microseconds; past them. */
static int64_t read_fraction(const char **at)
{
	int64_t us = 0;

	if (**at != '.')
		return 0;
	++*at;
	for (int64_t unit = 100000; **at >= '0' && **at <= '9'; unit /= 10)
		us += (*(*at)++ - '0') * unit;
	return us;
}

static bool read_time(const char *text, int64_t *us)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
					     "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, forms[i], &tm);
		int64_t days, seconds, fraction;

		fraction = end && strchr(forms[i], 'S') ? read_fraction(&end) : 0;
		if (!end || (*end != '\0' && strcmp(end, "Z") != 0))
			continue;
		days = clock_days_from_civil(tm.tm_year + INT64_C(1900), (unsigned)tm.tm_mon + 1,
					     (unsigned)tm.tm_mday);
		seconds = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
		*us = (days * 86400 + seconds) * 1000000 + fraction;
		return true;
	}
	return false;
}

static bool read_offset(const char *text, int64_t *offset)
{
	char *end;

	errno = 0;
	*offset = strtoll(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

bool place_read(const char *text, struct place *out)
{
	*out = (struct place){ .kind = PLACE_EARLIEST };
	if (strcmp(text, "earliest") == 0)
		return true;
	if (strcmp(text, "latest") == 0) {
		out->kind = PLACE_LATEST;
		return true;
	}
	out->kind = PLACE_TIME;
	if (read_time(text, &out->value))
		return true;
	out->kind = PLACE_OFFSET;
	return read_offset(text, &out->value);
}

/*
 * log_where.c - a place in a log as a person writes it.
 */
#include "log/log_where.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"

static bool read_time(const char *text, int64_t *us)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
					     "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d" };
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, forms[i], &tm);
		if (!end || (end[0] != '\0' && strcmp(end, "Z") != 0))
			continue;
		int64_t days = clock_days_from_civil(tm.tm_year + INT64_C(1900),
						     (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday);
		int64_t seconds = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
		*us = (days * 86400 + seconds) * 1000000;
		return true;
	}
	return false;
}

static bool read_offset(const char *text, int64_t *offset)
{
	char *end;
	errno = 0;
	*offset = strtoll(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

enum status log_where(struct log_reader *reader, const struct log_partition_stat *partition,
		      const char *text, int64_t *offset, struct err *err)
{
	int64_t us;
	if (strcmp(text, "earliest") == 0)
		*offset = partition->low;
	else if (strcmp(text, "latest") == 0)
		*offset = partition->high;
	else if (read_time(text, &us))
		return reader->ops->offset_at(reader, partition->partition, us, offset, err);
	else if (!read_offset(text, offset))
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "'%s' is no place in a log: write earliest, latest, an offset (1200), "
		    "or a time in UTC (2026-01-31T10:00:00)",
		    text);
	return US_OK;
}

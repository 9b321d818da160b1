/*
 * log_where.c - a place in a log as a person writes it.
 */
#include "log/log_where.h"

#include "core/place.h"

enum status log_where(struct log_reader *reader, const struct log_partition_stat *partition,
		      const char *text, int64_t *offset, struct err *err)
{
	struct place place;

	if (!place_read(text, &place))
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "'%s' is no place in a log: write earliest, latest, an offset (1200), "
		    "or a time in UTC (2026-01-31T10:00:00)",
		    text);
	switch (place.kind) {
	case PLACE_EARLIEST:
		*offset = partition->low;
		return US_OK;
	case PLACE_LATEST:
		*offset = partition->high;
		return US_OK;
	case PLACE_TIME:
		return reader->ops->offset_at(reader, partition->partition, place.value, offset,
					      err);
	case PLACE_OFFSET:
	default:
		*offset = place.value;
		return US_OK;
	}
}

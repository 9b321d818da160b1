/*
 * log_trim.c - see log_trim.h. What is not read yet stays, unless --force: then it is said who has
 * not read it.
 */
#include "cli/log_trim.h"

#include <inttypes.h>

#include "cli/output.h"
#include "cli/stream.h"
#include "core/human.h"
#include "log/log_where.h"

#define MESSAGE_MAX 4096

struct trim {
	const char *where; /* NULL: what retention says */
	struct log *log;
	bool force;       /* also what is not read */
	bool wanted_more; /* something that was to go is held back */
	int64_t removed;
};

static int64_t held(const struct log_stat *stat)
{
	int64_t records = 0;
	for (size_t i = 0; i < stat->partition_count; i++)
		records += stat->partitions[i].high - stat->partitions[i].low;
	return records;
}

static enum status count_held(struct log *log, int64_t *records, struct err *err)
{
	struct log_stat stat;
	enum status status = log->ops->stat(log, &stat, err);
	if (status != US_OK)
		return status;
	*records = held(&stat);
	log_stat_release(&stat);
	return US_OK;
}

/* Remove what is before a place, in each partition. */
static enum status trim_before(struct trim *trim, const struct log_stat *stat, struct err *err)
{
	struct log *log = trim->log;
	struct log_reader *reader = NULL;
	enum status status = log->ops->reader_open(log, "", &reader, err);
	for (size_t i = 0; status == US_OK && i < stat->partition_count; i++) {
		const struct log_partition_stat *partition = &stat->partitions[i];
		int64_t before = 0;
		int64_t now = 0;
		status = log_where(reader, partition, trim->where, &before, err);
		if (status == US_OK)
			status = log->ops->trim(log, partition->partition, before, trim->force,
						&now, err);
		trim->removed += now;
		if (before > partition->high)
			before = partition->high;
		trim->wanted_more = trim->wanted_more || partition->low + now < before;
	}
	log_reader_close(reader);
	return status;
}

/* Retention works with each append; so appending nothing, until nothing more goes, is all of it. */
static enum status trim_by_retention(struct trim *trim, struct err *err)
{
	int64_t before = 0;
	int64_t after = 0;
	enum status status = count_held(trim->log, &after, err);
	do {
		before = after;
		if (status == US_OK)
			status = trim->log->ops->append(trim->log, NULL, 0, NULL, NULL, err);
		if (status == US_OK)
			status = count_held(trim->log, &after, err);
		trim->removed += before > after ? before - after : 0;
	} while (status == US_OK && after < before);
	trim->wanted_more = !trim->force && after > 0;
	return status;
}

/* Who stands at the first record that is left, and so may have held back more. */
static void say_who_holds(struct buf *out, const struct log_stat *stat)
{
	if (stat->reader_count == 0) {
		buf_append_text(out, "nobody has read this log yet, so nothing goes; --force "
				     "removes it all the same\n");
		return;
	}
	for (size_t r = 0; r < stat->reader_count; r++) {
		const struct log_reader_stat *reader = &stat->readers[r];
		for (size_t p = 0; p < stat->partition_count; p++)
			if (stat->partitions[p].partition == reader->partition &&
			    reader->next <= stat->partitions[p].low && reader->lag > 0)
				buf_printf(out,
					   "the reader %s has not read from offset %" PRId64
					   " on: let it read, drop it (userstream log drop %s), or "
					   "--force\n",
					   reader->name, stat->partitions[p].low, reader->name);
	}
}

static enum status say(const struct trim *trim, int fd, struct err *err)
{
	struct log_stat stat;
	struct buf text;
	enum status status = trim->log->ops->stat(trim->log, &stat, err);
	if (status != US_OK)
		return status;
	if (trim->wanted_more)
		status = log_readers(trim->log, &stat, err);
	buf_init(&text, MESSAGE_MAX);
	buf_append_text(&text, "removed ");
	human_count(&text, trim->removed);
	buf_append_text(&text, " records, ");
	human_count(&text, held(&stat));
	buf_append_text(&text, " are left\n");
	if (trim->wanted_more)
		say_who_holds(&text, &stat);
	if (status == US_OK)
		status = text.failed ? err_no_memory(err, "trimming the log")
				     : output_write(fd, buf_span(&text), err);
	buf_release(&text);
	log_stat_release(&stat);
	return status;
}

enum status log_trim(const struct options *options, const char *where, int fd, struct err *err)
{
	struct trim trim = {
		.where = where,
		.force = option_bool(options, OPTION_FORCE) ||
			 (!where && option_bool(options, OPTION_RETAIN_UNREAD)),
	};
	struct log_config config;
	struct log_stat stat = { .partitions = NULL };
	log_config_from_options(&config, options);
	config.create = false;
	config.retain_unread = config.retain_unread || trim.force;
	if (!where && !config.retain_bytes && !config.retain_ms)
		return err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "remove what? userstream log trim WHERE, an offset, a time or latest; or "
		    "give --retain or --retain-bytes");
	enum status status = log_open(&trim.log, &config, err);
	if (status == US_OK)
		status = trim.log->ops->stat(trim.log, &stat, err);
	if (status == US_OK)
		status = where ? trim_before(&trim, &stat, err) : trim_by_retention(&trim, err);
	if (status == US_OK)
		status = say(&trim, fd, err);
	log_stat_release(&stat);
	log_close(trim.log);
	return status;
}

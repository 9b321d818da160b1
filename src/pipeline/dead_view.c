/*
 * dead_view.c - see dead_view.h.
 */
#include "pipeline/dead_view.h"

#include <stdio.h>

#include "core/mem.h"
#include "pipeline/partition.h"
#include "pipeline/plan_tables.h"

enum status dead_judge_by_ledger(struct dead_fold *fold, struct log *log, struct sink *sink,
				 const char *identity, const struct plan *plan, bool marks,
				 struct err *err)
{
	struct log_stat stat = { 0 };
	enum status status = log->ops->stat(log, &stat, err);

	for (size_t i = 0; status == US_OK && i < stat.partition_count; i++) {
		struct partition *partition = partition_new(stat.partitions[i].partition, plan);
		struct fold_generation now;
		bool found = false;

		if (!partition) {
			status = err_no_memory(err, "reading the ledger");
			break;
		}
		status = partition_load(partition, sink, identity, 0, &found, err);
		now = (struct fold_generation){ .partition = partition->id,
						.generation = partition->generation,
						.first = partition->first,
						.next = partition->next };
		if (status == US_OK && found)
			dead_fold_judge(fold, &now, 1);
		if (status == US_OK && found && marks)
			status = dead_fold_marks(fold, sink, identity, &now, err);
		partition_free(partition);
	}
	log_stat_release(&stat);
	return status;
}

static bool is_missing(enum status status, const struct err *err)
{
	return status == US_REJECT && err->kind && strcmp(err->kind, "missing") == 0;
}

static enum status open_sink(struct dead_view *view, const struct dead_view_config *config,
			     struct err *err)
{
	struct sink_config sink_config = config->sink;
	struct err sink_err = ERR_INIT;
	enum status status;

	sink_config.create = sink_config.read_only = false;
	status = plan_sink_open(&view->sink, &sink_config, config->plan, &sink_err);
	if (is_missing(status, &sink_err))
		return US_OK;
	if (status != US_OK)
		*err = sink_err;
	return status;
}

static enum status open_logs(struct dead_view *view, const struct dead_view_config *config,
			     struct err *err)
{
	struct log_config log_config = config->log;
	struct log_stat stat = { 0 };
	enum status status;

	log_config.create = log_config.exclusive = false;
	log_config.read_only = !config->change;
	log_config.stream = LOG_RECORDS;
	status = log_open(&view->log, &log_config, err);
	log_config.stream = LOG_DEAD_LETTERS;
	if (status == US_OK)
		status = log_open(&view->letters, &log_config, err);
	if (status == US_OK)
		status = view->log->ops->stat(view->log, &stat, err);
	if (status != US_OK)
		return status;
	snprintf(view->identity, sizeof(view->identity), "%s", stat.identity);
	log_stat_release(&stat);
	status = view->letters->ops->stat(view->letters, &view->read, err);
	if (status != US_OK)
		return status;
	return dead_fold_read(&view->fold, view->letters, view->identity, err);
}

enum status dead_view_open(struct dead_view *view, const struct dead_view_config *config,
			   struct err *err)
{
	enum status status;

	*view = (struct dead_view){ 0 };
	status = open_logs(view, config, err);
	if (status == US_OK)
		status = open_sink(view, config, err);
	if (status == US_OK && view->sink)
		status = dead_judge_by_ledger(&view->fold, view->log, view->sink, view->identity,
					      config->plan, true, err);
	if (status != US_OK)
		dead_view_close(view);
	return status;
}

void dead_view_close(struct dead_view *view)
{
	dead_fold_release(&view->fold);
	log_stat_release(&view->read);
	sink_close(view->sink);
	log_close(view->letters);
	log_close(view->log);
	*view = (struct dead_view){ 0 };
}

struct view_scan {
	struct dead_view *view;
	const char *reason;
	dead_view_fn fn;
	void *user;
};

static enum status view_record(void *user, const struct record *record, struct err *err)
{
	struct view_scan *scan = user;
	const struct folded_letter *state;
	struct dead_letter letter;

	if (!letter_parse(record, &letter) ||
	    !span_equal(letter.identity, span_of(scan->view->identity)))
		return US_OK;
	state = dead_fold_find(&scan->view->fold, letter.partition, letter.offset);
	/* a letter is shown at its newest entry */
	if (!state || state->state != LETTER_PENDING || state->at != record->offset ||
	    state->at_partition != record->partition)
		return US_OK;
	if (scan->reason && !span_equal(letter.reason, span_of(scan->reason)))
		return US_OK;
	return scan->fn(scan->user, &letter, state, err);
}

enum status dead_view_each(struct dead_view *view, const char *reason, dead_view_fn fn, void *user,
			   struct err *err)
{
	struct view_scan scan = { view, reason, fn, user };

	return log_scan(view->letters, 0, view_record, &scan, err);
}

int64_t dead_view_count(const struct dead_view *view)
{
	int64_t count = 0;

	for (size_t i = 0; i < view->fold.capacity; i++)
		count += view->fold.slots[i].partition >= 0 &&
			 view->fold.slots[i].state == LETTER_PENDING;
	return count;
}

/* The end of what may be purged of a partition of the letters. */
static int64_t purge_end(const struct dead_view *view, const struct log_partition_stat *partition)
{
	int64_t end = partition->high;

	for (size_t i = 0; i < view->fold.capacity; i++) {
		const struct folded_letter *letter = &view->fold.slots[i];

		if (letter->partition >= 0 && letter->state == LETTER_AHEAD &&
		    letter->at_partition == partition->partition && letter->at < end)
			end = letter->at;
	}
	return end;
}

enum status dead_view_purge(struct dead_view *view, int64_t *removed, struct err *err)
{
	enum status status = US_OK;
	int64_t sum = 0;

	for (size_t i = 0; status == US_OK && i < view->read.partition_count; i++) {
		const struct log_partition_stat *partition = &view->read.partitions[i];
		int64_t count = 0;

		status = view->letters->ops->trim(view->letters, partition->partition,
						  purge_end(view, partition), true, &count, err);
		sum += count;
	}
	if (removed)
		*removed = sum;
	return status;
}

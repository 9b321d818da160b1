/*
 * replay.c - see replay.h. The stream of dead letters is read once, in order; pending letters of
 * one partition (of the same tables and account) are gathered into a batch, copied, since the
 * reader lends records for a moment only. What becomes of a batch: replay_batch.c.
 */
#include "pipeline/replay.h"

#include <stdio.h>

#include "core/mem.h"
#include "pipeline/dead_view.h"
#include "pipeline/replay_state.h"

/* ---- opening */

static enum status open_logs(struct replay *replay, struct err *err)
{
	struct log_config config = replay->config->log;
	struct log_stat stat = { 0 };
	enum status status;

	config.create = config.exclusive = config.read_only = false;
	config.stream = LOG_RECORDS;
	status = log_open(&replay->log, &config, err);
	config.stream = LOG_DEAD_LETTERS;
	if (status == US_OK)
		status = log_open(&replay->letters, &config, err);
	if (status == US_OK)
		status = replay->log->ops->stat(replay->log, &stat, err);
	if (status != US_OK)
		return status;
	snprintf(replay->identity, sizeof(replay->identity), "%s", stat.identity);
	snprintf(replay->topic, sizeof(replay->topic), "%s",
		 log_topic(&stat, replay->config->topic));
	log_stat_release(&stat);
	return dead_fold_read(&replay->fold, replay->letters, replay->identity, err);
}

/* ---- gathering */

static void batch_clear(struct replay *replay)
{
	replay->count = 0;
	arena_reset(&replay->arena);
}

static bool copy_span(struct replay *replay, struct span *span, size_t padding)
{
	char *copy;

	if (!span->data)
		return true;
	copy = arena_calloc(&replay->arena, span->len + padding + 1, 1);
	if (!copy)
		return false;
	memcpy(copy, span->data, span->len);
	span->data = copy;
	return true;
}

static bool copy_letter(struct replay *replay, struct dead_letter *letter)
{
	struct span *texts[] = { &letter->table,    &letter->reason,      &letter->counted,
				 &letter->name,     &letter->text,        &letter->topic,
				 &letter->identity, &letter->fingerprint, &letter->key,
				 &letter->sha256 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!copy_span(replay, texts[i], 0))
			return false;
	return copy_span(replay, &letter->value, RECORD_PADDING);
}

static enum status take_from_log(void *user, const struct record *record, struct err *err)
{
	struct replay *replay = user;
	struct dead_letter *letter = &replay->items[replay->count].letter;

	letter->value = record->value;
	return copy_span(replay, &letter->value, RECORD_PADDING) ? US_OK
								 : err_no_memory(err, "replaying");
}

/* Put a letter into the batch, with its payload from the log itself where the letter has none. */
static enum status take(struct replay *replay, const struct dead_letter *letter, struct err *err)
{
	struct replay_item *item = &replay->items[replay->count];
	enum status status = US_OK;
	struct span value;

	*item = (struct replay_item){ .letter = *letter };
	if (!copy_letter(replay, &item->letter))
		return err_no_memory(err, "replaying");
	value = item->letter.value;
	if (!value.data && letter->length > 0) {
		bool found;

		status = log_read_one(replay->log, letter->partition, letter->offset, take_from_log,
				      replay, &found, err);
		if (status != US_OK)
			return status;
		value = item->letter.value;
		item->letter.value = SPAN_NULL; /* what was withheld stays withheld */
		if (!found &&
		    !replay_keep_failure(replay, item, "no_payload", "",
					 "the letter keeps no payload, and the log does not hold "
					 "the record any more"))
			return err_no_memory(err, "replaying");
	}
	replay->records[replay->count++] = (struct record){
		.partition = letter->partition,
		.offset = letter->offset,
		.timestamp_us = letter->timestamp_us,
		.key = item->letter.key,
		.value = value,
	};
	return US_OK;
}

static enum status finish_batch(struct replay *replay, struct err *err)
{
	enum status status = replay->count ? replay_batch(replay, err) : US_OK;

	batch_clear(replay);
	return status;
}

static bool enough(const struct replay *replay)
{
	const struct replay_config *config = replay->config;

	return (config->stop && waiter_is_woken(config->stop)) ||
	       (config->limit > 0 &&
		replay->result->progress.done + (int64_t)replay->count >= config->limit);
}

static enum status replay_entry(void *user, const struct record *record, struct err *err)
{
	struct replay *replay = user;
	const struct folded_letter *folded;
	struct dead_letter letter;
	enum status status = US_OK;

	if (!letter_parse(record, &letter) || enough(replay) ||
	    !span_equal(letter.identity, span_of(replay->identity)))
		return US_OK;
	folded = dead_fold_find(&replay->fold, letter.partition, letter.offset);
	if (!folded || folded->state != LETTER_PENDING || folded->at != record->offset ||
	    folded->at_partition != record->partition)
		return US_OK;
	if (replay->config->reason && !span_equal(letter.reason, span_of(replay->config->reason)))
		return US_OK;
	if (replay->count &&
	    (replay->count == REPLAY_BATCH || replay->partition != letter.partition ||
	     replay->tables != folded->tables || replay->earlier != folded->earlier))
		status = finish_batch(replay, err);
	replay->partition = letter.partition;
	replay->tables = folded->tables;
	replay->earlier = folded->earlier;
	return status == US_OK ? take(replay, &letter, err) : status;
}

enum status replay_run(const struct replay_config *config, struct replay_result *out,
		       struct err *err)
{
	struct replay *replay = mem_calloc(1, sizeof(*replay));
	struct folded_letter *pending = NULL;
	size_t pending_count;
	enum status status;

	*out = (struct replay_result){ 0 };
	if (!replay)
		return err_no_memory(err, "replaying");
	replay->config = config;
	replay->result = out;
	letter_writer_init(&replay->writer);
	arena_init(&replay->arena, 64 * 1024, (size_t)256 << 20);
	replay->worker = worker_new(config->plan);
	status = replay->worker ? replay_open_sink(replay, err) : err_no_memory(err, "replaying");
	if (status == US_OK)
		status = open_logs(replay, err);
	if (status == US_OK)
		status = dead_judge_by_ledger(&replay->fold, replay->log, replay->sink,
					      replay->identity, config->plan, false, err);
	if (status == US_OK && !dead_fold_pending(&replay->fold, &pending, &pending_count))
		status = err_no_memory(err, "replaying");
	if (status == US_OK) {
		out->progress.total = (int64_t)pending_count;
		status = log_scan(replay->letters, 0, replay_entry, replay, err);
	}
	if (status == US_OK)
		status = finish_batch(replay, err);
	mem_free(pending);
	dead_fold_release(&replay->fold);
	letter_writer_release(&replay->writer);
	arena_release(&replay->arena);
	worker_free(replay->worker);
	log_close(replay->letters);
	log_close(replay->log);
	sink_close(replay->sink);
	mem_free(replay);
	return status;
}

void replay_result_release(struct replay_result *result)
{
	count_list_release(&result->failed_by);
}

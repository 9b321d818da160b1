/*
 * ingest.c - see ingest.h.
 *
 *     session: open log, read cursor, open source          FATAL of either: close both, back off,
 *       loop:  source_next -> append(records, cursor)      next session (within the budget)
 *
 * A RETRY of the source backs off and asks again; our own rate limit is no failure, only a pause. A
 * RETRY of the log (a full disk) keeps the batch, which stays borrowed, and appends the same one
 * again: back-pressure, nothing is fetched meanwhile.
 */
#include "pipeline/ingest.h"

#include <stdio.h>
#include <strings.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "core/options.h"
#include "pipeline/ingest_cursor.h"
#include "source/ahead_source.h"

#define EMPTY_MS 500 /* the least time between requests after an answer without a record */

struct ingest_session {
	struct ingest *ingest;
	struct log *log;
	struct source *source;
	struct ingest_cursor cursor; /* after the last durable append */
	struct buf text;             /* the cursor's, of the batch in hand */
	struct record *kept;         /* the batch without records that the log refused */
	size_t kept_capacity;
	bool reopened;
};

static void session_close(struct ingest_session *session)
{
	source_close(session->source);
	log_close(session->log);
	session->source = NULL;
	session->log = NULL;
}

static bool is_file(const char *uri)
{
	return strncasecmp(uri, "file:", 5) == 0 && !source_is_once(uri);
}

static enum status session_open(struct ingest_session *session, struct err *err)
{
	const struct supervisor_config *config = session->ingest->config;
	struct source_config source_config = config->source;
	struct log_config log_config = config->log;
	enum status status;

	log_config.stream = LOG_RECORDS;
	log_config.create = log_config.exclusive = true;
	log_config.read_only = false;
	status = log_open(&session->log, &log_config, err);
	if (status == US_OK && config->hooks && config->hooks->log)
		session->log = config->hooks->log(config->hooks->user, session->log);
	if (status == US_OK)
		status = ingest_cursor_read(session->log, &session->cursor, err);
	/* a later session's were counted when its former one failed */
	if (status == US_OK && !session->reopened)
		meter_add(&session->ingest->meter->refetched, session->cursor.beyond);
	session->reopened = session->reopened || status == US_OK;
	source_config.identity = config->source_identity;
	source_config.stop = &session->ingest->component.waiter;
	if (status == US_OK)
		status = source_open(&session->source, &source_config,
				     buf_span(&session->cursor.state), err);
	/* a file pours in: its next batch is made while the log writes one */
	if (status == US_OK && is_file(source_config.uri))
		status = source_ahead(&session->source, err);
	if (status == US_OK && config->hooks && config->hooks->source)
		session->source = config->hooks->source(config->hooks->user, session->source);
	if (status != US_OK)
		session_close(session);
	return status;
}

/* The cursor as it will stand after a batch of which `appended` records go into the log. */
static enum status next_cursor(struct ingest_session *session, const struct source_batch *batch,
			       size_t appended, struct ingest_cursor *next, struct err *err)
{
	const char *identity = session->ingest->config->source_identity;

	if (!identity)
		identity = session->ingest->config->source.uri;
	ingest_cursor_init(next);
	option_append_uri(&next->source, identity); /* without what is secret in it */
	buf_append_span(&next->state, batch->cursor);
	next->fetched = session->cursor.fetched + batch->fetched;
	next->appended = session->cursor.appended + (int64_t)appended;
	next->filtered = session->cursor.filtered + batch->filtered;
	next->refetched = session->cursor.refetched;
	next->refused = session->cursor.refused + batch->refused +
			(int64_t)(batch->record_count - appended);
	buf_reset(&session->text);
	ingest_cursor_print(next, &session->text);
	if (next->source.failed || next->state.failed || session->text.failed) {
		ingest_cursor_release(next);
		return err_no_memory(err, "keeping the cursor");
	}
	return US_OK;
}

/* The log refused a record for its size: leave out the largest, which it must be. */
static enum status drop_largest(struct ingest_session *session, const struct record **records,
				size_t *count, struct err *err)
{
	size_t largest = 0;

	if (*records != session->kept) {
		if (*count > session->kept_capacity) {
			struct record *kept = mem_realloc(session->kept,
							  *count * sizeof(*session->kept));

			if (!kept)
				return err_no_memory(err, "leaving out a record");
			session->kept = kept;
			session->kept_capacity = *count;
		}
		memcpy(session->kept, *records, *count * sizeof(*session->kept));
		*records = session->kept;
	}
	for (size_t i = 1; i < *count; i++)
		if (session->kept[i].value.len > session->kept[largest].value.len)
			largest = i;
	memmove(&session->kept[largest], &session->kept[largest + 1],
		(*count - largest - 1) * sizeof(*session->kept));
	--*count;
	return US_OK;
}

static void count_appended(struct ingest_session *session, const struct source_batch *batch,
			   size_t appended)
{
	struct meter *meter = session->ingest->meter;
	struct source_stat stat = { 0 };

	meter_add(&meter->fetched, batch->fetched);
	meter_add(&meter->appended, (int64_t)appended);
	meter_add(&meter->source_filtered, batch->filtered);
	meter_add(&meter->refused, batch->refused + (int64_t)(batch->record_count - appended));
	if (meter_get(&meter->lag) >= 0)
		meter_add(&meter->lag, (int64_t)appended);
	source_stat(session->source, &stat);
	meter_set(&meter->done_bytes, stat.done_bytes);
	meter_set(&meter->total_bytes, stat.total_bytes);
	meter_set_cursor(meter, batch->cursor);
	/* a reservation under the rate limit is no answer: it mends nothing */
	if (batch->fetched || batch->wait || batch->end)
		component_progress(&session->ingest->component);
}

/*
 * Append a batch and its cursor; comes back only when it is durable (US_OK), the log failed
 * (US_FATAL), or the component is to end (US_RETRY: not appended, to be fetched again).
 */
static enum status append_batch(struct ingest_session *session, const struct source_batch *batch,
				struct err *err)
{
	struct component *component = &session->ingest->component;
	const struct record *records = batch->records;
	size_t count = batch->record_count;
	struct ingest_cursor next;
	enum status status;

	for (;;) {
		struct span cursor;

		status = next_cursor(session, batch, count, &next, err);
		if (status != US_OK)
			return status;
		cursor = buf_span(&session->text);
		status = session->log->ops->append(session->log, records, count, &cursor, NULL,
						   err);
		if (status == US_OK) {
			ingest_cursor_release(&session->cursor);
			session->cursor = next;
			count_appended(session, batch, count);
			return US_OK;
		}
		ingest_cursor_release(&next);
		if (status == US_FATAL)
			return status;
		if (status == US_REJECT) {
			note(NOTE_WARN, "ingest", "a record was refused by the log",
			     NOTE_TEXT("reason", err->text));
			if (count == 0)
				return US_FATAL;
			meter_count(session->ingest->meter, METER_SOURCE_ERRORS, "too_large", 1);
			status = drop_largest(session, &records, &count, err);
			if (status != US_OK)
				return status;
			continue;
		}
		/* a full disk while draining still waits a while: what was fetched shall be stored
		 */
		if (component_sleep(component, component_retry(component, err), false) ||
		    component_out_of_patience(component))
			return US_RETRY;
	}
}

/* --every is from the start of one request to the start of the next. A source that has nothing for
 * now is not asked back to back. */
static void pace(struct ingest_session *session, const struct source_batch *batch, int64_t began_us)
{
	int64_t every_ms = session->ingest->config->every_ms;
	int64_t left_ms;

	if (batch->fetched == 0 && every_ms < EMPTY_MS)
		every_ms = EMPTY_MS;
	left_ms = every_ms - (clock_mono_us() - began_us) / 1000;

	if (left_ms > 0)
		component_sleep(&session->ingest->component,
				left_ms > INT32_MAX ? INT32_MAX : (int)left_ms, true);
}

static bool count_reached(const struct ingest *ingest)
{
	return ingest->config->count > 0 &&
	       meter_get(&ingest->meter->fetched) >= ingest->config->count;
}

/* US_OK: done. US_FATAL: next session. US_REJECT: the input is bad for good. US_RETRY: it ends with
 * a batch that could not be appended, and will be fetched again. */
static enum status session_run(struct ingest_session *session, struct err *err)
{
	struct component *component = &session->ingest->component;

	while (!component_draining(component) && !count_reached(session->ingest)) {
		int64_t began_us = clock_mono_us();
		struct source_batch batch = { 0 };
		enum status status = source_next(session->source, &batch, err);

		if (status == US_RETRY) {
			if (err->kind && strcmp(err->kind, "stopped") == 0)
				continue;
			if (err->kind && strcmp(err->kind, "rate_limit") == 0) {
				component_pause(component, err->retry_after_ms, err->text);
				continue;
			}
			meter_count(session->ingest->meter, METER_SOURCE_ERRORS,
				    err->kind ? err->kind : "unknown", 1);
			component_sleep(component, component_retry(component, err), true);
			continue;
		}
		if (status != US_OK)
			return status;
		if (batch.record_count || batch.fetched || batch.cursor.len) {
			status = append_batch(session, &batch, err);
			if (status == US_FATAL)
				meter_add(&session->ingest->meter->refetched, batch.fetched);
			if (status != US_OK)
				return status;
		}
		if (batch.end)
			break;
		if (batch.wait && !count_reached(session->ingest))
			pace(session, &batch, began_us);
	}
	return US_OK;
}

void ingest_run(struct ingest *ingest)
{
	struct component *component = &ingest->component;
	struct ingest_session session = { .ingest = ingest };
	struct err err = ERR_INIT;
	enum status status = US_OK;

	ingest_cursor_init(&session.cursor);
	buf_init(&session.text, 2 * CURSOR_MAX);
	while (!component_draining(component)) {
		int wait_ms;
		bool opened;

		status = session_open(&session, &err);
		opened = status == US_OK;
		if (opened) {
			if (component_get(component) == COMPONENT_STARTING)
				component_set(component, COMPONENT_RUNNING, "%s", "");
			status = session_run(&session, &err);
			session_close(&session);
		}
		if (status == US_OK || status == US_REJECT || (opened && status == US_RETRY))
			break;
		meter_count(ingest->meter, METER_SOURCE_ERRORS, err.kind ? err.kind : "reopened",
			    1);
		wait_ms = status == US_RETRY ? component_retry(component, &err)
					     : component_reopen(component, &err);
		if (wait_ms < 0)
			break;
		component_sleep(component, wait_ms, true);
		status = US_OK;
	}
	if (status == US_RETRY)
		err.code = EXIT_TRY_AGAIN;
	component_end(component, status, &err);
	mem_free(session.kept);
	buf_release(&session.text);
	ingest_cursor_release(&session.cursor);
}

/*
 * ingest_cursor.c - see ingest_cursor.h.
 */
#include "pipeline/ingest_cursor.h"

#include <inttypes.h>

#include "core/json_pull.h"

#define CURSOR_VERSION 1

void ingest_cursor_init(struct ingest_cursor *cursor)
{
	*cursor = (struct ingest_cursor){ 0 };
	buf_init(&cursor->source, CURSOR_MAX);
	buf_init(&cursor->state, CURSOR_MAX);
}

void ingest_cursor_release(struct ingest_cursor *cursor)
{
	buf_release(&cursor->source);
	buf_release(&cursor->state);
}

static bool parse_member(struct ingest_cursor *cursor, struct json_pull *pull, const char *name,
			 int64_t *version)
{
	if (strcmp(name, "version") == 0)
		return json_pull_int(pull, version);
	if (strcmp(name, "source") == 0)
		return json_pull_text(pull, &cursor->source);
	if (strcmp(name, "state") == 0)
		return json_pull_text(pull, &cursor->state);
	if (strcmp(name, "fetched") == 0)
		return json_pull_int(pull, &cursor->fetched);
	if (strcmp(name, "appended") == 0)
		return json_pull_int(pull, &cursor->appended);
	if (strcmp(name, "refused") == 0)
		return json_pull_int(pull, &cursor->refused);
	if (strcmp(name, "filtered") == 0)
		return json_pull_int(pull, &cursor->filtered);
	if (strcmp(name, "refetched") == 0)
		return json_pull_int(pull, &cursor->refetched);
	return json_pull_skip(pull);
}

enum status ingest_cursor_parse(struct ingest_cursor *cursor, struct span text, struct err *err)
{
	struct json_pull pull;
	struct buf name;
	int64_t version = 0;
	enum status status = US_OK;

	buf_reset(&cursor->source);
	buf_reset(&cursor->state);
	cursor->fetched = cursor->appended = cursor->refused = cursor->filtered = 0;
	cursor->refetched = cursor->beyond = 0;
	if (text.len == 0)
		return US_OK;
	buf_init(&name, 256);
	json_pull_init(&pull, text);
	if (json_pull_open(&pull))
		while (json_pull_member(&pull, &name) &&
		       parse_member(cursor, &pull, buf_text(&name), &version))
			;
	if (cursor->source.failed || cursor->state.failed || pull.no_memory)
		status = err_no_memory(err, "reading the log's cursor");
	else if (!json_pull_done(&pull))
		status = err_set(
		    err, US_REJECT, EXIT_BAD_DATA,
		    "the log's cursor is damaged at byte %zu of %zu; what was "
		    "appended is whole, only where to go on at the source is not known",
		    (size_t)(pull.at - pull.start), text.len);
	else if (version != CURSOR_VERSION)
		status = err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "the log's cursor has version %" PRId64
		    ", this program knows version %d: use the userstream that wrote it, "
		    "or a newer one",
		    version, CURSOR_VERSION);
	buf_release(&name);
	return status;
}

void ingest_cursor_print(const struct ingest_cursor *cursor, struct buf *out)
{
	buf_printf(out, "{\"version\":%d,\"source\":", CURSOR_VERSION);
	buf_append_json(out, buf_span(&cursor->source));
	buf_append_text(out, ",\"state\":");
	buf_append_json(out, buf_span(&cursor->state));
	buf_printf(out,
		   ",\"fetched\":%" PRId64 ",\"appended\":%" PRId64 ",\"refused\":%" PRId64
		   ",\"filtered\":%" PRId64 ",\"refetched\":%" PRId64 "}",
		   cursor->fetched, cursor->appended, cursor->refused, cursor->filtered,
		   cursor->refetched);
}

enum status ingest_cursor_read(struct log *log, struct ingest_cursor *cursor, struct err *err)
{
	int64_t beyond = 0;
	struct buf text;
	enum status status;

	buf_init(&text, CURSOR_MAX);
	status = log->ops->cursor(log, &text, &beyond, err);
	if (status == US_OK && text.failed)
		status = err_no_memory(err, "reading the log's cursor");
	if (status == US_OK)
		status = ingest_cursor_parse(cursor, buf_span(&text), err);
	if (status == US_OK) {
		cursor->refetched += beyond;
		cursor->beyond = beyond;
	}
	buf_release(&text);
	return status;
}

enum status ingest_recorded_source(const struct log_config *config, struct buf *identity,
				   struct err *err)
{
	struct log_config read_config = *config;
	struct ingest_cursor cursor;
	struct log *log = NULL;
	struct err open_err = ERR_INIT;
	enum status status;

	read_config.stream = LOG_RECORDS;
	read_config.create = read_config.exclusive = false;
	read_config.read_only = true;
	status = log_open(&log, &read_config, &open_err);
	if (status == US_REJECT && open_err.kind && strcmp(open_err.kind, "missing") == 0)
		return US_OK;
	if (status != US_OK) {
		*err = open_err;
		return status;
	}
	ingest_cursor_init(&cursor);
	status = ingest_cursor_read(log, &cursor, err);
	if (status == US_OK && cursor.fetched > 0)
		buf_append_span(identity, buf_span(&cursor.source));
	ingest_cursor_release(&cursor);
	log_close(log);
	return status;
}

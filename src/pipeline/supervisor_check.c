/*
 * supervisor_check.c - everything that can be wrong before a start (supervisor.h): each part is
 * opened as it will be, and closed again. What does not answer yet is no mistake.
 */
#include <stdio.h>

#include "core/buf.h"
#include "pipeline/ingest_cursor.h"
#include "pipeline/plan_tables.h"
#include "pipeline/process.h"
#include "pipeline/supervisor.h"

/* One mistake more. What only is not there yet is none. */
static void collect(struct buf *mistakes, enum exit_code *code, enum status status,
		    const struct err *err)
{
	if (status != US_REJECT && status != US_FATAL)
		return;
	if (mistakes->len)
		buf_append_char(mistakes, '\n');
	else
		*code = err->code;
	buf_append_text(mistakes, err->text);
}

/* Without a plan: only whether it opens; one that is not there yet is not made then. `identity` is
 * the log's, "": unknown. */
static enum status check_sink(const struct supervisor_config *config, const char *identity,
			      struct err *err)
{
	struct buf former;
	struct sink_config sink_config = config->sink;
	struct sink *sink = NULL;
	enum status status;

	sink_config.create = config->plan != NULL;
	sink_config.read_only = false;
	status = config->plan ? plan_sink_open(&sink, &sink_config, config->plan, err)
			      : sink_open(&sink, &sink_config, err);
	if (status == US_OK && config->plan && *identity) {
		buf_init(&former, 64);
		status = process_check_log(config, sink, identity, &former, err);
		buf_release(&former);
	}
	sink_close(sink);
	if (status == US_REJECT && !config->plan && err->kind && strcmp(err->kind, "missing") == 0)
		return US_OK;
	return status;
}

static enum status read_identity(struct log *log, char identity[64], struct err *err)
{
	struct log_stat stat = { 0 };
	enum status status = log->ops->stat(log, &stat, err);

	if (status != US_OK)
		return status;
	snprintf(identity, 64, "%s", stat.identity);
	log_stat_release(&stat);
	return US_OK;
}

/* Does another process have the reader that this one would process with? */
static enum status check_reader(const struct supervisor_config *config, struct log *log,
				struct err *err)
{
	struct log_reader *reader = NULL;
	enum status status = log->ops->reader_open(log, config->reader ? config->reader : "process",
						   &reader, err);

	log_reader_close(reader);
	return status;
}

/* Without a log: the settings alone, as of a first start. */
static enum status check_source(const struct supervisor_config *config, struct log *log,
				struct err *err)
{
	struct source_config source_config = config->source;
	struct ingest_cursor cursor;
	struct waiter stop;
	struct source *source = NULL;
	enum status status;

	status = waiter_init(&stop, err);
	if (status != US_OK)
		return status;
	source_config.stop = &stop;
	ingest_cursor_init(&cursor);
	if (log)
		status = ingest_cursor_read(log, &cursor, err);
	if (status == US_OK)
		status = source_open(&source, &source_config, buf_span(&cursor.state), err);
	source_close(source);
	ingest_cursor_release(&cursor);
	waiter_release(&stop);
	return status;
}

enum status supervisor_check(const struct supervisor_config *config, struct err *err)
{
	struct log_config log_config = config->log;
	struct place from;
	enum exit_code code = EXIT_BAD_CONFIG;
	struct err one = ERR_INIT;
	struct log *log = NULL;
	char identity[64] = "";
	struct buf mistakes;
	enum status status;

	buf_init(&mistakes, ERR_TEXT_MAX * 4);
	log_config.stream = LOG_RECORDS;
	log_config.create = true;
	log_config.exclusive = config->ingest;
	log_config.read_only = false;
	status = log_open(&log, &log_config, &one);
	if (status == US_OK)
		status = read_identity(log, identity, &one);
	collect(&mistakes, &code, status, &one);
	if (config->ingest)
		collect(&mistakes, &code, check_source(config, log, &one), &one);
	if (config->process && config->from)
		collect(&mistakes, &code, process_check_from(config->from, &from, &one), &one);
	/* members of a group share a name */
	if (config->process && log && !log->ops->shared)
		collect(&mistakes, &code, check_reader(config, log, &one), &one);
	if (config->process && config->workers > 1 && log && !log->ops->shared)
		collect(&mistakes, &code,
			err_set(&one, US_REJECT, EXIT_BAD_CONFIG,
				"--workers %d: this log has one reader, and so one worker; topics "
				"of Kafka can have many",
				config->workers),
			&one);
	log_close(log);
	if (config->process)
		collect(&mistakes, &code, check_sink(config, identity, &one), &one);
	status = US_OK;
	if (mistakes.failed)
		status = err_no_memory(err, "checking the configuration");
	else if (mistakes.len)
		status = err_set(err, US_REJECT, code, "%s", buf_text(&mistakes));
	buf_release(&mistakes);
	return status;
}

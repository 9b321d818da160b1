/*
 * stream.c - a list of steps: signals, pipeline file, source, supervisor, server; then the loop;
 * then the summary. Mistakes of the configuration are collected over the steps and told together.
 */
#include "cli/stream.h"

#include <unistd.h>

#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/source_choice.h"
#include "cli/status_line.h"
#include "cli/stopper.h"
#include "cli/summary.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "net/listen_socket.h"
#include "pipeline/supervisor.h"
#include "server/server.h"

#define LINE_EVERY_MS 200
#define NOTE_EVERY_MS 10000

struct stream {
	const struct stream_parts *parts;
	const struct options *options;
	struct stopper *stopper;
	struct plan *plan;
	struct source_choice source;
	char topic[LOG_TOPIC_MAX];
	struct supervisor_config config;
	struct supervisor *supervisor;
	struct server *server;
	struct status_report report; /* large: not on the stack */
};

void log_config_from_options(struct log_config *out, const struct options *options)
{
	*out = (struct log_config){
		.uri = option_text(options, OPTION_LOG),
		.stream = LOG_RECORDS,
		.create = true,
		.retain_bytes = option_int(options, OPTION_RETAIN_BYTES),
		.retain_ms = option_int(options, OPTION_RETAIN),
		.retain_unread = option_bool(options, OPTION_RETAIN_UNREAD),
		.map_bytes = option_int(options, OPTION_MAP_SIZE),
	};
	out->settings = options_settings(options, &out->setting_count);
}

void sink_config_from_options(struct sink_config *out, const struct options *options)
{
	*out = (struct sink_config){ .uri = option_text(options, OPTION_SINK) };
	out->settings = options_settings(options, &out->setting_count);
}

/* Everything of the supervisor's configuration that the options say. */
static void configure(struct stream *stream)
{
	const struct options *options = stream->options;
	struct supervisor_config *config = &stream->config;

	*config = (struct supervisor_config){
		.ingest = stream->parts->ingest,
		.process = stream->parts->process,
		.reader = option_text(options, OPTION_READER),
		.every_ms = option_int(options, OPTION_EVERY),
		.count = option_int(options, OPTION_COUNT_USERS),
		.for_ms = option_int(options, OPTION_FOR),
		.until_caught_up = option_bool(options, OPTION_UNTIL_CAUGHT_UP),
		.from = option_text(options, OPTION_FROM),
		.accept_gap = option_bool(options, OPTION_ACCEPT_GAP),
		.dlq_raw = option_bool(options, OPTION_DLQ_RAW),
		.batch_records = (int)option_int(options, OPTION_BATCH),
		.workers = (int)option_int(options, OPTION_WORKERS),
	};
	sink_config_from_options(&config->sink, options);
	config->sink.create = true;
	config->sink.bulk = option_given(options, OPTION_FROM);
	log_config_from_options(&config->log, options);
	source_config_from_options(&config->source, options);
	if (config->count > 0 && config->source.results > config->count)
		config->source.results = (int)config->count; /* --count 20 asks for 20 */
}

/* Tell a failure; the first one's code is what the program exits with. */
static void tell(int *exit_code, const struct err *err)
{
	int code = output_fail(err);

	if (*exit_code == EXIT_DONE)
		*exit_code = code;
}

/*
 * Settle where users come from. Where that fails, or is not to be asked now (`start` false), what
 * is left in the configuration lets the source's other settings be checked.
 */
static void prepare_source(struct stream *stream, bool start, int *exit_code)
{
	struct source_config *source = &stream->config.source;
	bool is_auto = strcmp(source->uri, "auto") == 0;
	struct waiter *stop = stream->stopper ? stopper_waiter(stream->stopper) : NULL;
	struct err err = ERR_INIT;

	if (start || !is_auto) {
		if (source_choose(&stream->source, stream->options, &stream->config.log, stop,
				  &err) == US_OK) {
			source_choice_apply(&stream->source, source);
			stream->config.source_identity = stream->source.identity;
			return;
		}
		tell(exit_code, &err);
	}
	if (is_auto || strcmp(source->uri, "simulator:") == 0)
		source->uri = option_table[OPTION_SOURCE].fallback;
}

/* Is the address good and free? Asked before anything streams. */
static void check_listen(const struct stream *stream, int *exit_code)
{
	const char *listen = option_text(stream->options, OPTION_LISTEN);
	struct err err = ERR_INIT;
	int fd, port;

	if (strcmp(listen, "none") == 0)
		return;
	if (listen_socket_open(&fd, &port, listen, &err) == US_OK) {
		close(fd);
		return;
	}
	err_prefix(&err, "--listen %s", listen);
	tell(exit_code, &err);
}

/* Find every mistake; with none, and `start`, all is there to start. */
static int prepare(struct stream *stream, bool start)
{
	struct err err = ERR_INIT;
	int exit_code = EXIT_DONE;

	configure(stream);
	if (stream->parts->process) {
		stream->plan = pipeline_load_or_tell(stream->options, &exit_code);
		stream->config.plan = stream->plan;
		if (stream->plan)
			stream->config.topic = pipeline_topic(stream->options, stream->plan,
							      stream->topic);
	}
	if (stream->parts->ingest)
		prepare_source(stream, start, &exit_code);
	check_listen(stream, &exit_code);
	/* without a mistake so far, the start itself tells what is wrong with log, sink, source */
	if ((exit_code != EXIT_DONE || !start) && supervisor_check(&stream->config, &err) != US_OK)
		tell(&exit_code, &err);
	return exit_code;
}

static int start(struct stream *stream)
{
	const char *listen = option_text(stream->options, OPTION_LISTEN);
	struct err err = ERR_INIT;
	enum status status = supervisor_start(&stream->supervisor, &stream->config, &err);

	if (status == US_OK && strcmp(listen, "none") != 0) {
		status = server_start(&stream->server, listen, stream->supervisor, &err);
		if (status != US_OK)
			err_prefix(&err, "--listen %s", listen);
	}
	if (status != US_OK)
		return output_fail(&err);
	if (stream->server) {
		char url[300];
		const char *colon = strrchr(listen, ':');
		int host = colon ? (int)(colon - listen) : 0;

		snprintf(url, sizeof(url), "http://%.*s:%d", host < 256 ? host : 256, listen,
			 server_port(stream->server));
		note(NOTE_INFO, "server", "serving health and metrics", NOTE_TEXT("url", url));
	}
	return EXIT_DONE;
}

static void drain(void *user)
{
	supervisor_drain(user);
}

/* Until every component has ended. */
static void watch(struct stream *stream)
{
	int64_t choice = option_int(stream->options, OPTION_STATUS);
	struct status_line *line = NULL;
	struct err err = ERR_INIT;
	int every_ms = NOTE_EVERY_MS;

	if (choice == 1 || (choice == 0 && status_line_possible())) {
		if (status_line_start(&line, stream->parts->ingest, stream->parts->process, &err) ==
		    US_OK)
			every_ms = LINE_EVERY_MS;
		else
			note(NOTE_WARN, "cli", "no status line", NOTE_TEXT("reason", err.text));
	}
	stopper_attach(stream->stopper, drain, stream->supervisor);
	while (!supervisor_wait(stream->supervisor, every_ms)) {
		supervisor_report(stream->supervisor, &stream->report);
		if (line)
			status_line_show(line, &stream->report);
		else
			status_note(&stream->report);
	}
	stopper_detach(stream->stopper);
	status_line_stop(line);
	supervisor_report(stream->supervisor, &stream->report);
}

/* What the whole comes to, on standard output, and why it failed, on standard error. */
static int conclude(struct stream *stream, int64_t started_us)
{
	struct err err = ERR_INIT;
	struct summary summary = {
		.command = stream->parts->command,
		.ingest = stream->parts->ingest,
		.process = stream->parts->process,
		.options = stream->options,
		.source = stream->source.identity,
		.plan = stream->plan,
		.report = &stream->report,
		.elapsed_us = clock_mono_us() - started_us,
	};
	enum status status = supervisor_result(stream->supervisor, &err);
	int exit_code;

	/* it failed before it did anything: there is nothing to sum up */
	if (status != US_OK && stream->report.fetched == 0 && stream->report.read == 0)
		return output_fail(&err);
	exit_code = summary_print(&summary);
	if (status != US_OK)
		return output_fail(&err);
	if (stream->parts->ingest && summary_nothing_came(&stream->report, &err))
		return output_fail(&err);
	return exit_code;
}

static void stream_free(struct stream *stream)
{
	server_stop(stream->server);
	supervisor_free(stream->supervisor);
	source_choice_release(&stream->source);
	plan_free(stream->plan);
	stopper_stop(stream->stopper);
	mem_free(stream);
}

int stream_run(const struct stream_parts *parts, const struct options *options, int arg_count,
	       char **args)
{
	struct stream *stream = mem_calloc(1, sizeof(*stream));
	struct err err = ERR_INIT;
	int64_t started_us = clock_mono_us();
	int exit_code = EXIT_DONE;

	if (!stream) {
		err_no_memory(&err, "starting");
		return output_fail(&err);
	}
	stream->parts = parts;
	stream->options = options;
	if (arg_count > 0)
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"%s takes no arguments, and here is '%.80s'; see userstream %s --help",
			parts->command, args[0], parts->command);
	if (arg_count > 0 ||
	    stopper_start(&stream->stopper, "what was fetched is stored", &err) != US_OK) {
		exit_code = output_fail(&err);
		goto out;
	}
	exit_code = prepare(stream, true);
	if (exit_code == EXIT_DONE)
		exit_code = start(stream);
	if (exit_code == EXIT_DONE) {
		watch(stream);
		server_stop(stream->server);
		stream->server = NULL;
		exit_code = conclude(stream, started_us);
	}
out:
	stream_free(stream);
	return exit_code;
}

void stream_check(const struct stream_parts *parts, const struct options *options)
{
	struct stream *stream = mem_calloc(1, sizeof(*stream));

	if (!stream)
		return;
	stream->parts = parts;
	stream->options = options;
	note_set_level(NOTE_ERROR); /* nothing starts: there is nothing to tell but mistakes */
	prepare(stream, false);
	stream_free(stream);
}

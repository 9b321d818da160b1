/*
 * cmd_check.c - userstream check: looks at everything that run would use, changes nothing, and says
 * for each part what is wrong and what to do. All of it at once.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/source_choice.h"
#include "cli/stream.h"
#include "core/human.h"
#include "core/mem.h"
#include "core/note.h"
#include "net/http_server.h"
#include "pipeline/process.h"
#include "sink/sink.h"

#define OUT_MAX ((size_t)1 << 20)

struct check {
	const struct options *options;
	struct plan *plan;
	char identity[64]; /* of the log; "": there is none yet */
	struct buf out;
	struct buf diagnostics;
	bool misconfigured;
	bool unreachable;
};

static void good(struct check *check, const char *part, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void good(struct check *check, const char *part, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_printf(&check->out, "ok    %-9s %s\n", part, text);
}

static void bad(struct check *check, const char *part, const struct err *err)
{
	const char *line = err->text;

	for (int i = 0; *line; i++) {
		size_t len = strcspn(line, "\n");

		buf_printf(&check->out, "%-5s %-9s %.*s\n", i ? "" : "FAIL", i ? "" : part,
			   (int)len, line);
		line += len + (line[len] == '\n');
	}
	if (err->code == EXIT_UNREACHABLE || err->code == EXIT_TRY_AGAIN || err->code == EXIT_IO)
		check->unreachable = true;
	else
		check->misconfigured = true;
}

static bool is_missing(enum status status, const struct err *err)
{
	return status == US_REJECT && err->kind && strcmp(err->kind, "missing") == 0;
}

/* Could the place of "scheme:PATH?…" be made: is the nearest directory that exists writable? */
static void check_place(struct check *check, const char *part, const char *uri, bool keeps)
{
	const char *colon = strchr(uri, ':');
	struct err err = ERR_INIT;
	char path[4096];
	size_t len;

	if (strstr(uri, "://")) {
		struct buf shown;

		buf_init(&shown, 4096);
		option_append_uri(&shown, uri);
		good(check, part, "%s: answers; not there yet, will be made", buf_text(&shown));
		buf_release(&shown);
		return;
	}

	if (!keeps || !colon || strcmp(colon, ":") == 0) {
		good(check, part, "%s is made at the start, and gone at the end", uri);
		return;
	}
	len = strcspn(colon + 1, "?");
	if (len >= sizeof(path))
		len = sizeof(path) - 1;
	memcpy(path, colon + 1, len);
	do { /* up to what exists */
		while (len > 0 && path[len - 1] != '/')
			len--;
		while (len > 1 && path[len - 1] == '/')
			len--;
		path[len] = '\0';
	} while (len > 1 && access(path, F_OK) != 0);
	if (access(len ? path : ".", W_OK | X_OK) == 0) {
		good(check, part, "%s: not there yet, will be made", uri);
		return;
	}
	err_set(&err, US_REJECT, EXIT_BAD_CONFIG,
		"%s: cannot be made, since %s is not writable for this user: mend its permissions "
		"or say another --%s",
		uri, len ? path : "the current directory", part);
	bad(check, part, &err);
}

static void check_pipeline(struct check *check)
{
	struct err err = ERR_INIT;
	const struct table_def *table;

	if (pipeline_load(&check->plan, check->options, &check->diagnostics, &err) != US_OK) {
		bad(check, "pipeline", &err);
		return;
	}
	table = plan_table(check->plan, 0);
	good(check, "pipeline", "%s: table %s, %zu columns, %zu constraints%s",
	     option_text(check->options, OPTION_PIPELINE), table->name, table->column_count,
	     plan_constraint_count(check->plan, 0),
	     plan_table_count(check->plan) > 1 ? ", and more tables" : "");
}

static void check_log(struct check *check)
{
	struct log_config config;
	struct err err = ERR_INIT;
	struct log *log = NULL;
	struct log_stat stat = { 0 };
	struct buf size;
	enum status status;
	int64_t records = 0;

	log_config_from_options(&config, check->options);
	config.create = false;
	config.read_only = true;
	status = log_open(&log, &config, &err);
	if (is_missing(status, &err)) {
		check_place(check, "log", config.uri, log_uri_keeps(config.uri));
		return;
	}
	if (status == US_OK)
		status = log_check(log, &err);
	if (status == US_OK)
		status = log->ops->stat(log, &stat, &err);
	log_close(log);
	if (status != US_OK) {
		bad(check, "log", &err);
		return;
	}
	for (size_t i = 0; i < stat.partition_count; i++)
		records += stat.partitions[i].high - stat.partitions[i].low;
	snprintf(check->identity, sizeof(check->identity), "%s", stat.identity);
	buf_init(&size, 64);
	human_bytes(&size, stat.bytes);
	good(check, "log", "%s: %" PRId64 " records, %s", config.uri, records, buf_text(&size));
	buf_release(&size);
	log_stat_release(&stat);
}

/* Do the tables fit the pipeline file? Without changing them. */
static enum status check_tables(struct check *check, struct sink *sink, struct err *err)
{
	size_t count = plan_table_count(check->plan);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers is meant */
	const struct table_def **tables = mem_calloc(count, sizeof(*tables));
	enum status status;

	if (!tables)
		return err_no_memory(err, "checking the sink");
	for (size_t i = 0; i < count; i++)
		tables[i] = plan_table(check->plan, i);
	status = sink->ops->prepare(sink, tables, count, err);
	mem_free(tables);
	return status;
}

/* Did the rows come from this log? */
static enum status check_origin(struct check *check, struct sink *sink, struct err *err)
{
	const struct supervisor_config config = {
		.log = { .uri = option_text(check->options, OPTION_LOG) },
		.sink = { .uri = option_text(check->options, OPTION_SINK) }
	};
	struct buf former;
	enum status status;

	buf_init(&former, sizeof(check->identity));
	status = process_check_log(&config, sink, check->identity, &former, err);
	buf_release(&former);
	return status;
}

static void check_sink(struct check *check)
{
	struct sink_config config;
	struct err err = ERR_INIT;
	struct sink *sink = NULL;
	struct buf uri;
	enum status status;

	sink_config_from_options(&config, check->options);
	buf_init(&uri, 4096);
	option_append_uri(&uri, config.uri);
	status = sink_open(&sink, &config, &err);
	if (is_missing(status, &err)) {
		check_place(check, "sink", config.uri, sink_uri_keeps(config.uri));
		goto out;
	}
	if (status == US_OK && check->plan)
		status = check_tables(check, sink, &err);
	if (status == US_OK || is_missing(status, &err)) {
		struct err origin = ERR_INIT;

		if (check->identity[0] && check_origin(check, sink, &origin) != US_OK) {
			status = US_REJECT;
			err = origin;
		}
	}
	if (is_missing(status, &err))
		good(check, "sink",
		     "%s: the pipeline file's tables or columns are not all there yet, "
		     "will be made",
		     buf_text(&uri));
	else if (status != US_OK)
		bad(check, "sink", &err);
	else
		good(check, "sink", "%s: opens%s", buf_text(&uri),
		     check->plan ? ", its tables fit the pipeline file" : "");
out:
	sink_close(sink);
	buf_release(&uri);
}

/* First all that the settings alone tell, then one user where that takes none away. */
static enum status probe(struct check *check, const struct source_choice *choice,
			 struct waiter *stop, struct err *err)
{
	struct source_config config;
	struct source *source = NULL;
	enum status status;

	source_config_from_options(&config, check->options);
	source_choice_apply(choice, &config);
	config.stop = stop;
	status = source_open(&source, &config, SPAN_LITERAL(""), err);
	source_close(source);
	if (status != US_OK || source_is_once(choice->uri))
		return status;
	config.results = 1;
	config.rate_limit = 0;
	return source_probe(&config, err);
}

static void check_source(struct check *check)
{
	const char *source = option_text(check->options, OPTION_SOURCE);
	struct source_choice choice = { 0 };
	struct log_config log_config;
	struct err err = ERR_INIT;
	struct waiter stop;
	struct buf shown;
	enum status status;

	if (waiter_init(&stop, &err) != US_OK) {
		bad(check, "source", &err);
		return;
	}
	log_config_from_options(&log_config, check->options);
	status = source_choose(&choice, check->options, &log_config, &stop, &err);
	if (status == US_OK)
		status = probe(check, &choice, &stop, &err);
	buf_init(&shown, 4096);
	option_append_uri(&shown, choice.identity ? choice.identity : source);
	if (status == US_OK) {
		good(check, "source",
		     source_is_once(choice.uri)
			 ? "%s can be read only once, so it was not looked at"
			 : "%s gives users",
		     buf_text(&shown));
	} else {
		if (!strstr(err.text, buf_text(&shown)))
			err_prefix(&err, "%s", buf_text(&shown));
		bad(check, "source", &err);
	}
	source_choice_release(&choice);
	buf_release(&shown);
	waiter_release(&stop);
}

static void answer(void *user, const struct http_request *request, struct http_response *response)
{
	(void)user;
	(void)request;
	response->status = 404;
}

static void check_listen(struct check *check)
{
	const char *listen = option_text(check->options, OPTION_LISTEN);
	const struct http_server_config config = { .listen = listen,
						   .threads = 1,
						   .max_request_body = 1024,
						   .max_response_body = 1024,
						   .handler = answer };
	struct http_server *server = NULL;
	struct err err = ERR_INIT;

	if (strcmp(listen, "none") == 0) {
		good(check, "listen", "none: no health and metrics");
	} else if (http_server_start(&server, &config, &err) == US_OK) {
		good(check, "listen", "%s: free", listen);
		http_server_stop(server);
	} else {
		err_prefix(&err, "--listen %s", listen);
		bad(check, "listen", &err);
	}
}

static int run(const struct options *options, int arg_count, char **args)
{
	struct check check = { .options = options };
	struct err err = ERR_INIT;
	int exit_code;

	if (arg_count > 0) {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"check takes no arguments, and here is '%.80s'", args[0]);
		return output_fail(&err);
	}
	if (!option_given(options, OPTION_LOG_LEVEL))
		note_set_level(NOTE_WARN); /* the report says it all */
	buf_init(&check.out, OUT_MAX);
	buf_init(&check.diagnostics, OUT_MAX);
	check_pipeline(&check);
	check_log(&check);
	check_sink(&check);
	check_source(&check);
	check_listen(&check);
	exit_code = output_print(&check.diagnostics);
	if (exit_code == EXIT_DONE)
		exit_code = output_print(&check.out);
	if (exit_code == EXIT_DONE && check.misconfigured)
		exit_code = EXIT_BAD_CONFIG;
	else if (exit_code == EXIT_DONE && check.unreachable)
		exit_code = EXIT_UNREACHABLE;
	plan_free(check.plan);
	buf_release(&check.diagnostics);
	buf_release(&check.out);
	return exit_code;
}

const struct command command_check = {
	.name = "check",
	.arguments = "",
	.summary = "Say what is wrong with the configuration, and what to do",
	.details =
	    "Reads the options as run would, compiles the pipeline file, opens the log and the "
	    "sink, "
	    "asks the source for one user, and tries the listening address. It makes and changes "
	    "nothing.\n"
	    "\n"
	    "Exits 0 when all is well, 78 when something is to be set otherwise, 69 when only a "
	    "server does not answer.\n"
	    "\n"
	    "    userstream check\n"
	    "    userstream check --source https://users.example/api --records items --key id",
	.id = COMMAND_CHECK,
	.run = run,
};

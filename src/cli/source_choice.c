/*
 * source_choice.c - see source_choice.h.
 */
#include "cli/source_choice.h"

#include <string.h>

#include "core/mem.h"
#include "core/note.h"
#include "core/random.h"
#include "pipeline/ingest_cursor.h"
#include "simulator/simulator.h"

#define AUTO              "auto"
#define SIMULATOR         "simulator:"
#define PROBE_MS          3000
#define SIMULATOR_THREADS 2

void source_config_from_options(struct source_config *out, const struct options *options)
{
	*out = (struct source_config){
		.uri = option_text(options, OPTION_SOURCE),
		.records = option_text(options, OPTION_RECORDS),
		.key = option_text(options, OPTION_KEY),
		.results = (int)option_int(options, OPTION_RESULTS),
		.every_ms = option_int(options, OPTION_EVERY),
		.seed = option_text(options, OPTION_SEED),
		.nat = option_text(options, OPTION_NAT),
		.inc = option_text(options, OPTION_INC),
		.exc = option_text(options, OPTION_EXC),
		.gender = option_text(options, OPTION_GENDER),
		.timeout_ms = (int)option_int(options, OPTION_TIMEOUT),
		.proxy = option_text(options, OPTION_PROXY),
		.ca_file = option_text(options, OPTION_CA_FILE),
		.rate_limit = option_int(options, OPTION_RATE_LIMIT),
		.user_agent = "userstream/" USERSTREAM_VERSION,
	};
	out->redact = option_list(options, OPTION_REDACT, &out->redact_count);
}

enum status source_probe(const struct source_config *config, struct err *err)
{
	struct source *source = NULL;
	struct source_batch batch = { 0 };
	enum status status = source_open(&source, config, SPAN_LITERAL(""), err);

	if (status != US_OK)
		return status;
	/* The first answer may be a cursor alone (a reservation under the rate limit). */
	do {
		status = source_next(source, &batch, err);
	} while (status == US_OK && batch.fetched == 0 && !batch.end);
	source_close(source);
	return status;
}

/* US_OK: the real API answers, with users in it. US_REJECT: with these settings it is not asked. */
static enum status ask_real_api(const struct options *options, const char *uri, struct waiter *stop,
				struct err *err)
{
	struct source_config config;
	enum status status;

	source_config_from_options(&config, options);
	config.uri = uri;
	config.results = 1;
	config.seed = NULL;
	config.timeout_ms = PROBE_MS;
	config.rate_limit = 0;
	config.stop = stop;
	note_set_level(NOTE_WARN); /* asking is not yet streaming */
	status = source_probe(&config, err);
	note_set_level((enum note_level)option_int(options, OPTION_LOG_LEVEL));
	return status;
}

/* What the log's records came from. Its password is not kept, so it cannot be used without. */
static enum status take_recorded(struct source_choice *choice, const struct buf *recorded,
				 struct err *err)
{
	if (strstr(buf_text(recorded), "***"))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "--source auto: this log's records came from %.400s, whose secrets "
			       "are not kept in the log: say it with --source",
			       buf_text(recorded));
	choice->owned = mem_strndup(recorded->data, recorded->len);
	choice->identity = choice->owned;
	if (!choice->owned)
		return err_no_memory(err, "choosing the source");
	note(NOTE_INFO, "source", "going on with the source that this log's records came from",
	     NOTE_TEXT("source", choice->identity));
	return US_OK;
}

static enum status choose_auto(struct source_choice *choice, const struct options *options,
			       const struct log_config *log, struct waiter *stop, struct err *err)
{
	const char *real = option_table[OPTION_SOURCE].fallback;
	struct err why = ERR_INIT;
	enum status status, asked;
	struct buf recorded;

	buf_init(&recorded, CURSOR_MAX);
	status = log ? ingest_recorded_source(log, &recorded, err) : US_OK;
	if (status != US_OK || recorded.len) {
		if (status == US_OK)
			status = take_recorded(choice, &recorded, err);
		goto out;
	}
	asked = ask_real_api(options, real, stop, &why);
	if (asked == US_REJECT) {
		choice->identity = real; /* what is wrong is told with all other mistakes */
	} else if (asked == US_OK) {
		choice->identity = real;
		note(NOTE_INFO, "source", "the Random User API answers",
		     NOTE_TEXT("source", choice->identity));
	} else if (stop && waiter_is_woken(stop)) {
		status = err_set(err, US_RETRY, EXIT_TRY_AGAIN,
				 "stopped before the source was chosen");
	} else {
		choice->identity = SIMULATOR;
		note(NOTE_WARN, "source",
		     log ? "the Random User API does not answer, so the users are made up by the "
			   "built-in simulator, now and at every later start on this log"
			 : "the Random User API does not answer, so the users are made up by the "
			   "built-in simulator",
		     NOTE_TEXT("source", choice->identity), NOTE_TEXT("reason", why.text));
	}
out:
	buf_release(&recorded);
	return status;
}

static enum status start_simulator(struct source_choice *choice, const struct options *options,
				   struct err *err)
{
	struct simulator_config config = {
		.listen = "127.0.0.1:0",
		.clean = option_bool(options, OPTION_CLEAN),
		.rate_limit = option_int(options, OPTION_SIMULATOR_RATE_LIMIT),
		.faults = option_text(options, OPTION_FAULT),
		.threads = SIMULATOR_THREADS,
	};
	enum status status;

	random_bytes(&config.fault_seed, sizeof(config.fault_seed));
	status = simulator_start(&choice->simulator, &config, err);
	if (status == US_OK)
		choice->uri = simulator_url(choice->simulator);
	return status;
}

enum status source_choose(struct source_choice *out, const struct options *options,
			  const struct log_config *log, struct waiter *stop, struct err *err)
{
	const char *source = option_text(options, OPTION_SOURCE);
	enum status status = US_OK;

	*out = (struct source_choice){ .identity = source };
	if (strcmp(source, AUTO) == 0)
		status = choose_auto(out, options, log, stop, err);
	else if (strcmp(source, SIMULATOR) != 0 &&
		 (option_is_flag(options, OPTION_FAULT) || option_is_flag(options, OPTION_CLEAN)))
		status = err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "--fault and --clean are the simulator's: say --source simulator:");
	if (status != US_OK)
		goto out;
	out->uri = out->identity;
	if (strcmp(out->identity, SIMULATOR) == 0)
		status = start_simulator(out, options, err);
out:
	if (status != US_OK)
		source_choice_release(out);
	return status;
}

void source_choice_apply(const struct source_choice *choice, struct source_config *config)
{
	config->uri = choice->uri;
	config->identity = choice->identity;
	config->local = choice->simulator != NULL;
}

void source_choice_release(struct source_choice *choice)
{
	if (choice->simulator)
		simulator_stop(choice->simulator);
	mem_free(choice->owned);
	*choice = (struct source_choice){ 0 };
}

/*
 * cassandra_sink.c - the sink cassandra://host[:port][,host…]/keyspace?…: opening and closing, and
 * the table of its functions. cassandra_internal.h describes the whole.
 */
#include <string.h>
#include <time.h>

#include "core/backoff.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/note.h"
#include "sink/cassandra_internal.h"
#include "sink/cassandra_plugin.h"
#include "sink/sink_backend.h"

static void cassandra_close(struct sink *base)
{
	struct cassandra_sink *sink = cassandra_of(base);

	if (sink->session)
		sink->api->close(sink->session);
	cassandra_release_tables(sink);
	mem_free(sink->known);
	cassandra_settings_release(&sink->settings);
	mem_free(sink);
}

static const struct sink_ops cassandra_ops = {
	.scheme = "cassandra",
	.tables_query = CASSANDRA_TABLES_QUERY,
	.stamp_function = "writetime",
	.cuts_to_milliseconds = true,
	.counts_by_reading = true,
	.writes_rows_first = true,
	.example_query = "SELECT first_name, last_name, email FROM user_profiles LIMIT 10",
	.prepare = cassandra_prepare,
	.ledger = cassandra_ledger,
	.write = cassandra_write,
	.query = cassandra_query,
	.state_get = cassandra_state_get,
	.state_put = cassandra_state_put,
	.close = cassandra_close,
};

/* One try. */
static enum status connect(struct cassandra_sink *sink, struct err *err)
{
	struct cassandra_error error = { .kind = NULL };
	int32_t result = sink->api->open(&sink->settings.config, &sink->session, &error);
	enum status status;

	if (result != US_OK)
		return cassandra_fail(sink, result, &error, "connect to", err);
	status = cassandra_enter_keyspace(sink, err);
	if (status != US_OK) {
		sink->api->close(sink->session);
		sink->session = NULL;
	}
	return status;
}

/* The cluster was waited for long enough. */
static enum status give_up(const struct cassandra_sink *sink, const struct err *reason,
			   struct err *err)
{
	err_set(err, US_REJECT, EXIT_UNREACHABLE, "%s (waited %lld s; wait=TIME says how long)",
		reason->text, (long long)(sink->settings.wait_ms / 1000));
	if (err)
		err->kind = reason->kind;
	return US_REJECT;
}

static enum status connect_or_wait(struct cassandra_sink *sink, const struct sink_config *config,
				   struct err *err)
{
	int64_t since = config->trying_since_us ? config->trying_since_us : clock_mono_us();
	int64_t deadline = since + sink->settings.wait_ms * 1000;
	struct err reason = ERR_INIT;
	struct backoff backoff;
	enum status status;
	bool told = false;

	backoff_init(&backoff, 100, 2000);
	for (;;) {
		struct timespec pause = { 0 };

		status = connect(sink, &reason);
		if (status != US_RETRY || clock_mono_us() >= deadline || !config->wait)
			break;
		if (!told)
			note(NOTE_WARN, "sink", "waiting for Cassandra",
			     NOTE_TEXT("at", sink->settings.shown),
			     NOTE_INT("at_most_s", sink->settings.wait_ms / 1000),
			     NOTE_TEXT("reason", reason.text));
		told = true;
		pause.tv_nsec = (long)backoff_next_ms(&backoff, 0) * 1000000;
		pause.tv_sec = pause.tv_nsec / 1000000000;
		pause.tv_nsec %= 1000000000;
		nanosleep(&pause, NULL);
	}
	if (status == US_RETRY && (config->wait || config->trying_since_us) &&
	    clock_mono_us() >= deadline)
		return give_up(sink, &reason, err);
	if (status != US_OK && err)
		*err = reason;
	return status;
}

enum status cassandra_sink_open(struct sink **out, const char *rest,
				const struct sink_config *config, struct err *err)
{
	struct cassandra_sink *sink = mem_calloc(1, sizeof(*sink));
	enum status status;

	if (!sink)
		return err_no_memory(err, "opening the Cassandra sink");
	sink->base.ops = &cassandra_ops;
	sink->read_only = config->read_only;
	sink->create = config->create && !config->read_only;
	status = cassandra_settings_read(&sink->settings, rest, config->settings,
					 config->setting_count, err);
	sink->base.rows_expire = status == US_OK && sink->settings.ttl_s > 0;
	if (status == US_OK)
		status = cassandra_plugin_load(&sink->api, err);
	if (status == US_OK)
		status = connect_or_wait(sink, config, err);
	if (status != US_OK) {
		cassandra_close(&sink->base);
		return status;
	}
	*out = &sink->base;
	return US_OK;
}

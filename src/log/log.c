/*
 * log.c - opens a log by the scheme of its URI. A backend is one line in the table below.
 */
#include "log/log.h"

#include <stdatomic.h>
#include <string.h>

#include "core/diag.h"
#include "core/mem.h"
#include "log/kafka_uri.h"
#include "log/log_backend.h"

#define SUPPORTED                                                            \
	"lmdb:PATH (a directory), kafka://host:port/topic or memory: (gone " \
	"when the program ends)"

struct backend {
	const char *scheme; /* with its colon */
	enum status (*open)(struct log **out, const struct log_config *config, struct err *err);
	bool keeps; /* its records outlive the program */
};

static const struct backend backends[] = {
	{ "lmdb:", log_open_lmdb, true },
	{ "memory:", log_open_memory, false },
	{ "kafka:", log_open_kafka, true },
	{ NULL, NULL, false },
};

static struct log *(*_Atomic wrapper)(struct log *log, const struct log_config *config);

void log_set_wrapper(struct log *(*wrap)(struct log *log, const struct log_config *config))
{
	atomic_store(&wrapper, wrap);
}

static enum status open_wrapped(const struct backend *backend, struct log **out,
				const struct log_config *config, struct err *err)
{
	struct log *(*wrap)(struct log *, const struct log_config *) = atomic_load(&wrapper);
	struct log *log = NULL;
	enum status status = backend->open(&log, config, err);
	if (status == US_OK && wrap) {
		struct log *wrapped = wrap(log, config);
		if (!wrapped) {
			log_close(log);
			return err_no_memory(err, "opening the log");
		}
		log = wrapped;
	}
	if (status == US_OK)
		*out = log;
	return status;
}

/* A URI may hold a password: only its scheme is shown. */
static enum status refuse_scheme(const char *uri, struct err *err)
{
	static const char *const known[] = { "lmdb", "kafka", "memory" };
	struct span scheme = { .data = uri, .len = strcspn(uri, ":/") };
	const char *meant = suggest(scheme, known, sizeof(known) / sizeof(*known));
	if (uri[scheme.len] != ':')
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "--log must be " SUPPORTED);
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "--log: no log is named \"%.*s:\"%s%s%s it must be " SUPPORTED,
		       (int)scheme.len, uri, meant ? "; did you mean \"" : "", meant ? meant : "",
		       meant ? ":\"?" : ";");
}

/* NULL: none has this scheme. */
static const struct backend *find_backend(const char *uri)
{
	for (const struct backend *backend = backends; backend->scheme; backend++)
		if (strncmp(uri, backend->scheme, strlen(backend->scheme)) == 0)
			return backend;
	return NULL;
}

enum status log_open(struct log **out, const struct log_config *config, struct err *err)
{
	const char *uri = config->uri ? config->uri : "";
	const struct backend *backend = find_backend(uri);
	return backend ? open_wrapped(backend, out, config, err) : refuse_scheme(uri, err);
}

bool log_uri_keeps(const char *uri)
{
	const struct backend *backend = find_backend(uri);
	return backend && backend->keeps;
}

void log_uri_topic(const char *uri, char out[LOG_TOPIC_MAX])
{
	struct err ignored = ERR_INIT;
	struct kafka_uri kafka;

	out[0] = '\0';
	if (strncmp(uri, "kafka:", 6) != 0 || kafka_uri_parse(&kafka, uri, &ignored) != US_OK)
		return;
	kafka_uri_topic(&kafka, LOG_RECORDS, out);
	kafka_uri_release(&kafka);
}

void log_stat_release(struct log_stat *stat)
{
	if (!stat)
		return;
	mem_free(stat->partitions);
	mem_free(stat->readers);
	stat->partitions = NULL;
	stat->readers = NULL;
	stat->partition_count = 0;
	stat->reader_count = 0;
}

enum status log_refuse_read_only(const char *place, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "the log %s was opened for reading only: it cannot be changed through this "
		       "handle",
		       place);
}

enum status log_refuse_partition(const char *place, int32_t partition, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_USAGE, "the log %s has no partition %d", place,
		       partition);
}

enum status log_check_reader_name(const char *name, struct err *err)
{
	size_t room = sizeof(((struct log_reader_stat *)NULL)->name);
	if (strlen(name) < room)
		return US_OK;
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "the reader's name \"%.40s...\" is too long: at most %zu bytes", name,
		       room - 1);
}

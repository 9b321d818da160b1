/*
 * sink.c - picks the backend by the URI's scheme.
 */
#include "sink/sink.h"

#include <string.h>

#include "core/diag.h"
#include "sink/sink_backend.h"

#define SUPPORTED                                                                                \
	"sqlite:PATH (a database file), cassandra://host:9042/keyspace, memory: (gone when the " \
	"program ends) or discard: (rows are thrown away)"

typedef enum status sink_open_fn(struct sink **out, const char *rest,
				 const struct sink_config *config, struct err *err);

static const struct {
	const char *scheme;
	sink_open_fn *open;
	bool keeps; /* its rows outlive the program */
} backends[] = {
	{ "sqlite", sqlite_sink_open, true },
	{ "cassandra", cassandra_sink_open, true },
	{ "memory", memory_sink_open, false },
	{ "discard", discard_sink_open, false },
};

#define BACKENDS (sizeof(backends) / sizeof(backends[0]))

/* A URI may hold a password: only its scheme is shown. */
static enum status refuse_scheme(const char *uri, struct err *err)
{
	const char *known[BACKENDS], *meant;
	struct span scheme = { .data = uri, .len = strcspn(uri, ":/") };

	for (size_t i = 0; i < BACKENDS; i++)
		known[i] = backends[i].scheme;
	meant = suggest(scheme, known, BACKENDS);
	if (uri[scheme.len] != ':')
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "--sink must be " SUPPORTED);
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "--sink: no sink is named \"%.*s:\"%s%s%s it must be " SUPPORTED,
		       (int)scheme.len, uri, meant ? "; did you mean \"" : "", meant ? meant : "",
		       meant ? ":\"?" : ";");
}

/* The backend's place in the table; BACKENDS: none has this scheme. */
static size_t find_backend(const char *uri)
{
	size_t len = strcspn(uri, ":"), i = 0;

	while (i < BACKENDS && (uri[len] != ':' || strlen(backends[i].scheme) != len ||
				memcmp(backends[i].scheme, uri, len) != 0))
		i++;
	return i;
}

enum status sink_open(struct sink **out, const struct sink_config *config, struct err *err)
{
	const char *uri = config->uri ? config->uri : "";
	size_t found = find_backend(uri);

	*out = NULL;
	if (found == BACKENDS)
		return refuse_scheme(uri, err);
	return backends[found].open(out, uri + strlen(backends[found].scheme) + 1, config, err);
}

bool sink_uri_keeps(const char *uri)
{
	size_t found = find_backend(uri);

	return found < BACKENDS && backends[found].keeps;
}

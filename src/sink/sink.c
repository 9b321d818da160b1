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
} backends[] = {
	{ "sqlite", sqlite_sink_open },
	{ "cassandra", cassandra_sink_open },
	{ "memory", memory_sink_open },
	{ "discard", discard_sink_open },
};

/* A URI may hold a password: only its scheme is shown. */
static enum status refuse_scheme(const char *uri, struct err *err)
{
	const char *known[sizeof(backends) / sizeof(backends[0])], *meant;
	struct span scheme = { .data = uri, .len = strcspn(uri, ":/") };

	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++)
		known[i] = backends[i].scheme;
	meant = suggest(scheme, known, sizeof(backends) / sizeof(backends[0]));
	if (uri[scheme.len] != ':')
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "--sink must be " SUPPORTED);
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "--sink: no sink is named \"%.*s:\"%s%s%s it must be " SUPPORTED,
		       (int)scheme.len, uri, meant ? "; did you mean \"" : "", meant ? meant : "",
		       meant ? ":\"?" : ";");
}

enum status sink_open(struct sink **out, const struct sink_config *config, struct err *err)
{
	const char *uri = config->uri ? config->uri : "";
	const char *colon = strchr(uri, ':');
	size_t len = colon ? (size_t)(colon - uri) : 0;

	*out = NULL;
	for (size_t i = 0; colon && i < sizeof(backends) / sizeof(backends[0]); i++) {
		if (strlen(backends[i].scheme) == len && strncmp(backends[i].scheme, uri, len) == 0)
			return backends[i].open(out, colon + 1, config, err);
	}
	return refuse_scheme(uri, err);
}

/*
 * sink.c - picks the backend by the URI's scheme.
 */
#include "sink/sink.h"

#include <string.h>

#include "sink/sink_backend.h"

#define SUPPORTED "sqlite:PATH (a database file) or memory: (gone when the program ends)"

typedef enum status sink_open_fn(struct sink **out, const char *rest,
				 const struct sink_config *config, struct err *err);

static const struct {
	const char *scheme;
	sink_open_fn *open;
} backends[] = {
	{ "sqlite", sqlite_sink_open },
	{ "memory", memory_sink_open },
};

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
	if (!colon)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the sink \"%s\" is no URI: write " SUPPORTED, uri);
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "this build has no sink of scheme \"%.*s:\": write " SUPPORTED, (int)len,
		       uri);
}

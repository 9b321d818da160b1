/*
 * api_query.h - the API's parameters, with its habit of never complaining: what it does not
 * understand becomes the default, silently.
 */
#ifndef SIMULATOR_API_QUERY_H
#define SIMULATOR_API_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/user_record.h"

#define API_RESULTS_MAX 5000
#define API_PAGE_MAX    10000
#define API_SEED_MAX    1024 /* longer seeds are cut, in bytes */

enum api_format { API_FORMAT_JSON, API_FORMAT_PRETTY, API_FORMAT_CSV };

struct api_query {
	const char *version;              /* "1.4", static text */
	char seed_text[API_SEED_MAX + 1]; /* as info shows it */
	struct user_seed seed;            /* of the text and the page */
	uint32_t results;
	uint32_t page;
	enum api_format format;
	bool no_info;
	struct user_shape shape;
};

/* A parameter's decoded value, NULL when absent, "" when given without a value. */
typedef const char *(*api_parameter)(const void *source, const char *name);

/* now_ms: what ages are relative to. Without a seed a random one is taken. */
void api_query_read(struct api_query *query, api_parameter parameter, const void *source,
		    const char *version, int64_t now_ms);

/*
 * "/api", "/api/", "/api/1.3/" give the version's text ("1.4" where there is none), anything else
 * below /api/ NULL with *is_api true, other paths NULL with *is_api false.
 */
const char *api_version_of_path(const char *path, bool *is_api);

#endif

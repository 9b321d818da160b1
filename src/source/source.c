/*
 * source.c - picks a backend by the URI's scheme.
 */
#include "source/source.h"

#include <string.h>
#include <sys/stat.h>

#include "core/diag.h"
#include "source/file_source.h"
#include "source/http_source.h"
#include "source/memory_source.h"

static const struct {
	const char *prefix;
	enum status (*open)(struct source **out, const struct source_config *config,
			    struct span cursor, struct err *err);
} schemes[] = {
	{ "https://", http_source_open },
	{ "http://", http_source_open },
	{ "file:", file_source_open },
	{ "memory:", memory_source_open },
};

static enum status refuse_scheme(const char *uri, struct err *err)
{
	static const char *const known[] = {
		"https", "http", "file", "simulator", "auto", "memory"
	};
	struct span scheme = { .data = uri, .len = strcspn(uri, ":/") };
	const char *meant = suggest(scheme, known, sizeof(known) / sizeof(*known));

	/* A URI may hold a password: only its scheme is shown. */
	if (uri[scheme.len] == ':' && meant)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "--source: no source is named \"%.*s:\"; did you mean \"%s:\"?",
			       (int)scheme.len, uri, meant);
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "--source must be https://…, http://…, file:PATH, - (standard input), "
		       "simulator: or auto; a file is written as file:PATH");
}

enum status source_open(struct source **out, const struct source_config *config, struct span cursor,
			struct err *err)
{
	if (!config->uri || !*config->uri)
		return refuse_scheme("", err);
	if (strcmp(config->uri, "-") == 0)
		return file_source_open(out, config, cursor, err);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		if (strncasecmp(config->uri, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
			return schemes[i].open(out, config, cursor, err);
	}
	return refuse_scheme(config->uri, err);
}

bool source_is_once(const char *uri)
{
	struct stat st;

	if (strcmp(uri, "-") == 0)
		return true;
	return strncasecmp(uri, "file:", 5) == 0 && stat(uri + 5, &st) == 0 &&
	       !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

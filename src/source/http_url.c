/*
 * http_url.c - the URL of a page (declared in http_config.h).
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "source/http_config.h"

/* Percent-encode all but the unreserved characters, and commas: they are what lists are made of. */
static void append_encoded(struct buf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < 0x80 && (isalnum(c) || strchr("-._~,", c)))
			buf_append_char(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

static void append_parameter(struct buf *out, char *separator, const char *name, const char *value)
{
	if (!value)
		return;
	buf_append_char(out, *separator);
	*separator = '&';
	buf_append_text(out, name);
	buf_append_char(out, '=');
	append_encoded(out, value);
}

static void random_user_url(const struct http_config *config, const char *seed, const char *page,
			    const char *results, struct buf *out)
{
	size_t len = strcspn(config->uri, "#");
	char separator = memchr(config->uri, '?', len) ? '&' : '?';

	buf_append(out, config->uri, len);
	append_parameter(out, &separator, "results", results);
	append_parameter(out, &separator, "seed", seed);
	append_parameter(out, &separator, "page", page);
	append_parameter(out, &separator, "nat", config->nat);
	append_parameter(out, &separator, "inc", config->inc);
	append_parameter(out, &separator, "exc", config->exc);
}

static void template_url(const struct http_config *config, const char *seed, const char *page,
			 const char *results, struct buf *out)
{
	const struct {
		const char *name;
		const char *value;
	} places[] = {
		{ "{page}", page },       { "{results}", results }, { "{seed}", seed },
		{ "{nat}", config->nat }, { "{inc}", config->inc }, { "{exc}", config->exc }
	};
	const size_t count = sizeof(places) / sizeof(*places);

	for (const char *at = config->uri; *at;) {
		size_t i = 0;
		while (i < count && strncmp(at, places[i].name, strlen(places[i].name)) != 0)
			i++;
		if (i == count) {
			buf_append_char(out, *at++);
		} else {
			append_encoded(out, places[i].value ? places[i].value : "");
			at += strlen(places[i].name);
		}
	}
}

void http_config_url(const struct http_config *config, const char *seed, int64_t page,
		     struct buf *out)
{
	char page_text[24];
	char results_text[16];

	(void)snprintf(page_text, sizeof(page_text), "%" PRId64, page);
	(void)snprintf(results_text, sizeof(results_text), "%d", config->results);
	switch (config->style) {
	case HTTP_RANDOM_USER:
		random_user_url(config, seed, page_text, results_text, out);
		break;
	case HTTP_TEMPLATE:
		template_url(config, seed, page_text, results_text, out);
		break;
	case HTTP_PLAIN:
		buf_append_text(out, config->uri);
		break;
	}
}

void http_config_parameters(const struct http_config *config, struct buf *out)
{
	buf_printf(out, "results=%d&every=%" PRId64, config->results, config->every_ms);
	if (config->nat)
		buf_printf(out, "&nat=%s", config->nat);
	if (config->inc)
		buf_printf(out, "&inc=%s", config->inc);
	if (config->exc)
		buf_printf(out, "&exc=%s", config->exc);
}

/*
 * http_config.h - what an HTTP source was asked to do, checked: all mistakes are found before the
 * first request.
 *
 * The Random User API passes over what it does not understand, so its rules are kept here:
 *   - more than 5,000 results would become 1: refused
 *   - one unknown nationality would discard the whole list: refused, with a suggestion
 *   - a seed that has 18 characters, or comes to 18 with a page's digits, is read in a special way:
 *     refused; our own have 12
 *   - gender is ignored beside a seed: never sent, the users are picked on our side
 *   - without `login` there is no login.uuid, so no key: refused
 *   - what we send ourselves, or what would make the answer no JSON, may not stand in the URL
 */
#ifndef SOURCE_HTTP_CONFIG_H
#define SOURCE_HTTP_CONFIG_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"
#include "source/source.h"

#define HTTP_URL_MAX     ((size_t)32 << 10)
#define HTTP_PAGES       9999 /* of one seed; page 10,000 and above become page 1 */
#define HTTP_RESULTS_MAX 5000

enum http_style {
	HTTP_RANDOM_USER, /* parameters appended, answers checked by that API's rules */
	HTTP_TEMPLATE,    /* {page} and the like replaced */
	HTTP_PLAIN        /* asked for as it is */
};

/* Texts are copies, owned by this struct. */
struct http_config {
	enum http_style style;
	char *uri;
	char *shown;    /* scheme, host and path: without password and query, for messages */
	char *identity; /* of the source, in the cursor */
	char *records;
	char *key;
	char **redact;
	size_t redact_count;
	int results;
	int64_t every_ms;
	char *seed; /* NULL: random ones */
	char *nat;  /* NULL where not given */
	char *inc;
	char *exc;
	char *gender;
	bool local;
	char *proxy;
	char *ca_file;
	char *user_agent;
	int timeout_ms;
	int64_t rate_limit;
};

/* US_REJECT: every mistake, a line each. US_FATAL: out of memory. On failure nothing is to be
 * released. */
enum status http_config_init(struct http_config *out, const struct source_config *config,
			     struct err *err);
void http_config_release(struct http_config *config);

/* What makes one stream of pages: another text here needs another seed. Appends to `out`. */
void http_config_parameters(const struct http_config *config, struct buf *out);

/* The URL of a page. Appends to `out`. */
void http_config_url(const struct http_config *config, const char *seed, int64_t page,
		     struct buf *out);

/* Has a text so many characters, as JavaScript counts (UTF-16), that the API reads a seed made of
 * it and a page in a special way? */
bool http_seed_is_special(const char *seed);

#endif

/*
 * http_config.c - see http_config.h.
 */
#include "source/http_config.h"

#include <ctype.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <string.h>

#include "core/diag.h"
#include "core/file_read.h"
#include "core/mem.h"
#include "core/random.h"
#include "source/http_client.h"

static const char *const nationalities[] = { "AU", "BR", "CA", "CH", "DE", "DK", "ES",
					     "FI", "FR", "GB", "IE", "IN", "IR", "MX",
					     "NL", "NO", "NZ", "RS", "TR", "UA", "US" };
static const char *const fields[] = { "gender", "name", "location",   "email",   "login", "dob",
				      "phone",  "cell", "registered", "picture", "id",    "nat" };
/* Parameters of the API that this source sends, with the option that sets them. */
static const struct {
	const char *name;
	const char *instead;
} ours[] = {
	{ "results", "use --results" },
	{ "seed", "use --seed" },
	{ "page", "pages are counted by userstream" },
	{ "nat", "use --nat" },
	{ "inc", "use --inc" },
	{ "exc", "use --exc" },
	{ "gender", "use --gender: the API ignores it beside a seed" },
	{ "noinfo", "leave it out: answers are checked by their info" },
	{ "callback", "leave it out: the answer would not be JSON" },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define CA_FILE_MAX  ((size_t)8 << 20)

/* ---- collecting mistakes */

static void mistake(struct buf *mistakes, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void mistake(struct buf *mistakes, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (mistakes->len)
		buf_append_char(mistakes, '\n');
	buf_append_text(mistakes, text);
}

static bool list_has(const char *list, const char *item)
{
	size_t len = strlen(item);

	for (const char *at = list; at && *at; at += *at == ',') {
		const char *end = strchrnul(at, ',');
		if ((size_t)(end - at) == len && strncasecmp(at, item, len) == 0)
			return true;
		at = end;
	}
	return false;
}

/* Each item of a comma list must be one of the known ones. */
static void check_list(struct buf *mistakes, const char *option, const char *what, const char *list,
		       const char *const *known, size_t count)
{
	for (const char *at = list; at; at = *at ? at + 1 : NULL) {
		const char *end = strchrnul(at, ',');
		struct span item = { .data = at, .len = (size_t)(end - at) };
		const char *meant;
		bool found = false;
		for (size_t i = 0; i < count && !found; i++)
			found = strlen(known[i]) == item.len &&
				strncasecmp(known[i], at, item.len) == 0;
		meant = found ? NULL : suggest(item, known, count);
		if (!found && item.len == 0)
			mistake(mistakes, "%s: an empty item in \"%s\"", option, list);
		else if (!found)
			mistake(mistakes, "%s: \"%.*s\" is no %s%s%s%s", option,
				(int)(item.len < 40 ? item.len : 40), at, what,
				meant ? "; did you mean \"" : "", meant ? meant : "",
				meant ? "\"?" : "");
		at = end;
	}
}

/* ---- the URL */

/* "/api", "/api/", "/api/1.4", "/api/1.4/" at the path's end. */
static bool path_is_random_user(const char *path)
{
	size_t len = strlen(path);

	while (len && path[len - 1] == '/')
		len--;
	if (len > 4 && isdigit((unsigned char)path[len - 1])) {
		size_t start = len;
		while (start && (isdigit((unsigned char)path[start - 1]) || path[start - 1] == '.'))
			start--;
		if (start && path[start - 1] == '/')
			len = start - 1;
	}
	return len >= 4 && strncmp(path + len - 4, "/api", 4) == 0;
}

static bool has_placeholder(const char *uri)
{
	static const char *const names[] = { "{page}", "{results}", "{seed}",
					     "{nat}",  "{inc}",     "{exc}" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (strstr(uri, names[i]))
			return true;
	}
	return false;
}

static void check_query(struct buf *mistakes, const char *query)
{
	for (const char *at = query; at && *at; at += *at == '&') {
		const char *end = strchrnul(at, '&');
		size_t len = strcspn(at, "=&");
		for (size_t i = 0; i < COUNT(ours); i++) {
			if (strlen(ours[i].name) == len && strncasecmp(at, ours[i].name, len) == 0)
				mistake(mistakes, "--source: the URL has the parameter %s: %s",
					ours[i].name, ours[i].instead);
		}
		if (len == 6 && strncasecmp(at, "format", 6) == 0 &&
		    strncasecmp(at, "format=json", (size_t)(end - at)) != 0 &&
		    strncasecmp(at, "format=pretty", (size_t)(end - at)) != 0)
			mistake(mistakes,
				"--source: the URL asks for %.*s: leave it out, records "
				"are read from JSON",
				(int)((end - at) < 40 ? end - at : 40), at);
		at = end;
	}
}

/* Take the URL apart: its shown form, its style. Placeholders are braces, which curl's parser takes
 * as they are. */
static enum status read_url(struct http_config *config, struct buf *mistakes, struct err *err)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL, *path = NULL, *query = NULL;
	struct buf shown;
	enum status status = US_OK;
	CURLUcode code;

	buf_init(&shown, HTTP_URL_MAX);
	if (!url)
		return err_no_memory(err, "reading the source's URL");
	code = curl_url_set(url, CURLUPART_URL, config->uri, 0);
	if (code == CURLUE_OUT_OF_MEMORY) {
		status = err_no_memory(err, "reading the source's URL");
		goto out;
	}
	if (code != CURLUE_OK || strlen(config->uri) > HTTP_URL_MAX / 2) {
		mistake(mistakes, "--source: the URL is no good: %s",
			code == CURLUE_OK ? "it is too long" : curl_url_strerror(code));
		goto out;
	}
	curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
	curl_url_get(url, CURLUPART_HOST, &host, 0);
	curl_url_get(url, CURLUPART_PORT, &port, 0);
	curl_url_get(url, CURLUPART_PATH, &path, 0);
	curl_url_get(url, CURLUPART_QUERY, &query, 0);
	if (!scheme || !host || !path) {
		status = err_no_memory(err, "reading the source's URL");
		goto out;
	}
	buf_printf(&shown, "%s://%s%s%s%s", scheme, host, port ? ":" : "", port ? port : "", path);
	config->shown = mem_strdup(buf_text(&shown));
	if (shown.failed || !config->shown)
		status = err_no_memory(err, "reading the source's URL");
	config->style = has_placeholder(config->uri) ? HTTP_TEMPLATE
			: path_is_random_user(path) && strcmp(config->records, "results") == 0
			    ? HTTP_RANDOM_USER
			    : HTTP_PLAIN;
	if (config->style == HTTP_RANDOM_USER)
		check_query(mistakes, query);
out:
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(path);
	curl_free(query);
	curl_url_cleanup(url);
	buf_release(&shown);
	return status;
}

/* ---- the rules */

bool http_seed_is_special(const char *seed)
{
	size_t units = 0;

	for (const unsigned char *at = (const unsigned char *)seed; *at; at++)
		units += (*at & 0xC0) == 0x80 ? 0 : *at >= 0xF0 ? 2 : 1;
	/* pages 2 to 9,999 put up to four digits behind it */
	return units >= 14 && units <= 18;
}

/* Does an answer have this field of a user, after inc and exc? */
static bool field_is_sent(const struct http_config *config, const char *field)
{
	if (config->inc)
		return list_has(config->inc, field);
	return !config->exc || !list_has(config->exc, field);
}

static void check_random_user(struct buf *mistakes, const struct http_config *config)
{
	if (config->results > HTTP_RESULTS_MAX)
		mistake(
		    mistakes,
		    "--results: %d is too many: the API gives at most %d, and 1 instead of more",
		    config->results, HTTP_RESULTS_MAX);
	if (config->nat)
		check_list(mistakes, "--nat", "nationality of the API", config->nat, nationalities,
			   COUNT(nationalities));
	if (config->inc)
		check_list(mistakes, "--inc", "field of a user", config->inc, fields,
			   COUNT(fields));
	if (config->exc)
		check_list(mistakes, "--exc", "field of a user", config->exc, fields,
			   COUNT(fields));
	if (config->inc && config->exc)
		mistake(mistakes, "--inc and --exc exclude each other: give one of them");
	if (config->seed && http_seed_is_special(config->seed))
		mistake(mistakes,
			"--seed: with a page's digits it may come to 18 characters, which "
			"the API reads as a seed with a nationality in it: use fewer than "
			"14 or more than 18");
	if (*config->key) {
		char *first = mem_strndup(config->key, strcspn(config->key, "."));
		if (first && !field_is_sent(config, first))
			mistake(
			    mistakes,
			    "%s: the key %s is in %s, which would not be sent: %s it, or choose "
			    "another --key",
			    config->inc ? "--inc" : "--exc", config->key, first,
			    config->inc ? "add" : "do not exclude");
		mistakes->failed |= !first;
		mem_free(first);
	}
	if (config->gender && !field_is_sent(config, "gender"))
		mistake(mistakes,
			"--gender: the users are picked by their field gender, which would "
			"not be sent: %s",
			config->inc ? "add it to --inc" : "do not exclude it");
}

/* Options that would do nothing with another kind of URL. */
static void check_unused(struct buf *mistakes, const struct http_config *config)
{
	const struct {
		const char *option, *placeholder;
		const char *value;
	} options[] = { { "--nat", "{nat}", config->nat },
			{ "--inc", "{inc}", config->inc },
			{ "--exc", "{exc}", config->exc },
			{ "--seed", "{seed}", config->seed } };

	for (size_t i = 0; i < COUNT(options); i++) {
		if (options[i].value && !strstr(config->uri, options[i].placeholder))
			mistake(mistakes,
				"%s: this is no Random User API (its path ends in /api/, its "
				"--records are results), and the URL has no %s, so it would do "
				"nothing",
				options[i].option, options[i].placeholder);
	}
}

/* libcurl says of a file without certificates no more than that it cannot be set. */
static void check_ca_file(struct buf *mistakes, const char *path)
{
	struct err err = ERR_INIT;
	struct buf text;

	buf_init(&text, CA_FILE_MAX);
	if (file_read(path, &text, NULL, &err) != US_OK)
		mistake(mistakes, "--ca-file: %.400s", err.text);
	else if (text.len == 0 || !memmem(text.data, text.len, "-----BEGIN ", 11))
		mistake(mistakes,
			"--ca-file: %.200s has no certificate: it must be PEM text with lines "
			"-----BEGIN CERTIFICATE-----",
			path);
	buf_release(&text);
}

static void check_common(struct buf *mistakes, const struct http_config *config)
{
	if (config->results < 1)
		mistake(mistakes, "--results: %d: ask for at least 1", config->results);
	if (config->timeout_ms < 1)
		mistake(mistakes, "--timeout: %d ms: a request needs more time",
			config->timeout_ms);
	if (config->rate_limit < 0)
		mistake(mistakes, "--rate-limit: %" PRId64 ": 0 means none", config->rate_limit);
	if (config->rate_limit > 0 && config->results > config->rate_limit)
		mistake(mistakes,
			"--rate-limit: %" PRId64 " users in 5 minutes are fewer than one request's "
			"%d (--results)",
			config->rate_limit, config->results);
	if (config->gender && strcmp(config->gender, "male") != 0 &&
	    strcmp(config->gender, "female") != 0)
		mistake(mistakes, "--gender: \"%.40s\": it is male or female", config->gender);
	for (size_t i = 0; config->gender && i < config->redact_count; i++) {
		if (strcmp(config->redact[i], "gender") == 0)
			mistake(mistakes, "--gender: the field gender is redacted, so users cannot "
					  "be picked by it");
	}
	if (config->seed && strlen(config->seed) > 400)
		mistake(mistakes, "--seed: is longer than 400 bytes");
	if (config->seed && !*config->seed)
		mistake(mistakes, "--seed: is empty; leave it out for a random one");
	for (size_t i = 0; i < config->redact_count; i++) {
		if (strcmp(config->redact[i], config->key) == 0)
			mistake(mistakes,
				"--redact: %.100s is the key (--key), which is written with every "
				"record: choose another key, or '' for none",
				config->key);
	}
	if (config->ca_file)
		check_ca_file(mistakes, config->ca_file);
}

/* ---- */

/* NULL stays NULL, and so does an empty text where that means the same. */
static bool copy_text(char **to, const char *text, bool keep_empty)
{
	if (!text || (!*text && !keep_empty))
		return true;
	*to = mem_strdup(text);
	return *to != NULL;
}

static bool copy_texts(struct http_config *out, const struct source_config *config)
{
	const char *identity = config->identity ? config->identity : config->uri;

	if (config->redact_count) {
		out->redact = mem_calloc(config->redact_count, sizeof(*out->redact));
		if (!out->redact)
			return false;
	}
	for (size_t i = 0; i < config->redact_count; i++) {
		out->redact[i] = mem_strdup(config->redact[i]);
		if (!out->redact[i])
			return false;
		out->redact_count++;
	}
	out->local = config->local;
	return copy_text(&out->uri, config->uri, true) &&
	       copy_text(&out->identity, identity, true) &&
	       copy_text(&out->records, config->records ? config->records : "results", true) &&
	       copy_text(&out->key, config->key ? config->key : "login.uuid", true) &&
	       copy_text(&out->seed, config->seed, true) &&
	       copy_text(&out->nat, config->nat, false) &&
	       copy_text(&out->inc, config->inc, false) &&
	       copy_text(&out->exc, config->exc, false) &&
	       copy_text(&out->gender, config->gender, false) &&
	       copy_text(&out->proxy, config->proxy, false) &&
	       copy_text(&out->ca_file, config->ca_file, false) &&
	       copy_text(&out->user_agent,
			 config->user_agent ? config->user_agent : "userstream/" USERSTREAM_VERSION,
			 true);
}

/* The identity is kept in the cursor and shown: a URL may hold a password, so only its hash is. */
static bool hide_identity(struct http_config *config)
{
	char *hidden;
	struct buf text;

	if (!strstr(config->identity, "://") || !config->shown)
		return true;
	buf_init(&text, HTTP_URL_MAX);
	buf_printf(&text, "%s#%016" PRIx64, config->shown,
		   hash_bytes(config->identity, strlen(config->identity), 1));
	hidden = text.failed ? NULL : mem_strdup(buf_text(&text));
	buf_release(&text);
	if (!hidden)
		return false;
	mem_free(config->identity);
	config->identity = hidden;
	return true;
}

enum status http_config_init(struct http_config *out, const struct source_config *config,
			     struct err *err)
{
	struct buf mistakes;
	enum status status;

	*out = (struct http_config){ .results = config->results,
				     .every_ms = config->every_ms,
				     .timeout_ms = config->timeout_ms,
				     .rate_limit = config->rate_limit };
	buf_init(&mistakes, (size_t)64 << 10);
	status = http_client_global_init(err);
	if (status == US_OK && !copy_texts(out, config))
		status = err_no_memory(err, "reading the source's configuration");
	if (status == US_OK)
		status = read_url(out, &mistakes, err);
	if (status != US_OK)
		goto out;
	check_common(&mistakes, out);
	if (out->style == HTTP_RANDOM_USER)
		check_random_user(&mistakes, out);
	else
		check_unused(&mistakes, out);
	if (mistakes.failed || !hide_identity(out))
		status = err_no_memory(err, "reading the source's configuration");
	else if (mistakes.len)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s", buf_text(&mistakes));
out:
	buf_release(&mistakes);
	if (status != US_OK)
		http_config_release(out);
	return status;
}

void http_config_release(struct http_config *config)
{
	char *const texts[] = { config->uri,       config->shown, config->identity,
				config->records,   config->key,   config->seed,
				config->nat,       config->inc,   config->exc,
				config->gender,    config->proxy, config->ca_file,
				config->user_agent };

	for (size_t i = 0; i < COUNT(texts); i++)
		mem_free(texts[i]);
	for (size_t i = 0; i < config->redact_count; i++)
		mem_free(config->redact[i]);
	mem_free(config->redact);
	*config = (struct http_config){ .uri = NULL };
}

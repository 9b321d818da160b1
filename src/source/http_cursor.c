/*
 * http_cursor.c - see http_cursor.h.
 */
#include "source/http_cursor.h"

#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/random.h"
#include "source/cursor_text.h"

#define VERSION 1

enum field {
	TYPE,
	VERSION_FIELD,
	SOURCE,
	PARAMETERS,
	SEED,
	GIVEN,
	SERIES,
	PAGE,
	RESERVED,
	WINDOW,
	FIELDS
};

static const char *const names[FIELDS] = { "type",  "version", "source", "parameters", "seed",
					   "given", "series",  "page",   "reserved",   "window" };

/*
 * 12 characters: short of the API's special 18 with any page behind it. The last one is a letter
 * beyond hex, so that no seed with a page's digits is another seed with another page's.
 */
static void random_seed(char out[HTTP_SEED_MAX])
{
	unsigned char bytes[6];

	random_bytes(bytes, sizeof(bytes));
	(void)snprintf(out, HTTP_SEED_MAX, "%02x%02x%02x%02x%02x%xu", bytes[0], bytes[1], bytes[2],
		       bytes[3], bytes[4], bytes[5] & 15U);
}

/* A given seed goes on as "seed.2u", "seed.3u", lengthened past what the API reads specially. */
static void given_seed(char out[HTTP_SEED_MAX], const char *seed, int64_t series)
{
	int len;

	if (series == 1) {
		(void)snprintf(out, HTTP_SEED_MAX, "%s", seed);
		return;
	}
	len = snprintf(out, HTTP_SEED_MAX, "%.400s.%" PRId64 "u", seed, series);
	while (http_seed_is_special(out) && len + 1 < HTTP_SEED_MAX) {
		out[len++] = 'u';
		out[len] = '\0';
	}
}

static void start_series(struct http_cursor *cursor, const struct http_config *config)
{
	cursor->page = 1;
	if (config->seed)
		given_seed(cursor->seed, config->seed, cursor->series);
	else
		random_seed(cursor->seed);
}

void http_cursor_start(struct http_cursor *cursor, const struct http_config *config)
{
	cursor->series = 1;
	start_series(cursor, config);
}

void http_cursor_next_series(struct http_cursor *cursor, const struct http_config *config)
{
	cursor->series++;
	start_series(cursor, config);
}

/* Take over what the text says; false: something in it is no good. */
static bool take_fields(struct http_cursor *cursor, const struct span *values)
{
	cursor->series = cursor_text_number(values[SERIES]);
	cursor->page = cursor_text_number(values[PAGE]);
	if (cursor->series < 1 || cursor->page < 1 || values[SEED].len == 0 ||
	    values[SEED].len >= HTTP_SEED_MAX)
		return false;
	memcpy(cursor->seed, values[SEED].data, values[SEED].len);
	cursor->seed[values[SEED].len] = '\0';
	return true;
}

static bool parameters_differ(const struct http_config *config, struct span text)
{
	struct buf own;
	bool differ;

	buf_init(&own, HTTP_URL_MAX);
	http_config_parameters(config, &own);
	differ = own.failed || !span_equal(buf_span(&own), text);
	buf_release(&own);
	return differ;
}

/* Of identities, "https://host/path#…": the limit is the server's, whatever is asked of it. */
static bool same_server(struct span a, struct span b)
{
	const char *authority = a.len ? memmem(a.data, a.len, "://", 3) : NULL;
	const char *end;
	size_t len;

	if (!authority)
		return span_equal(a, b);
	authority += 3;
	end = memchr(authority, '/', (size_t)(a.data + a.len - authority));
	len = end ? (size_t)(end + 1 - a.data) : a.len;
	return b.len >= len && strncasecmp(a.data, b.data, len) == 0;
}

/* What the same server gave counts, whatever else has changed. */
static void take_window(struct http_cursor *cursor, const struct span *values)
{
	int64_t reserved = cursor_text_number(values[RESERVED]);

	if (values[WINDOW].data)
		(void)rate_window_parse(&cursor->window, values[WINDOW]);
	if (reserved > 0)
		rate_window_add(&cursor->window, reserved, clock_wall_us());
}

enum status http_cursor_parse(struct http_cursor *cursor, const struct http_config *config,
			      struct span text, bool *fresh, const char **why, struct err *err)
{
	struct cursor_text parsed;
	const struct span *v = parsed.values;
	enum status status = cursor_text_read(&parsed, text, names, FIELDS, err);

	if (status != US_OK)
		return status;
	*cursor = (struct http_cursor){ .window.limit = config->rate_limit };
	*fresh = true;
	*why = NULL;
	if (!v[TYPE].data || !span_equal(v[TYPE], SPAN_LITERAL("http"))) {
		*why = text.len ? "the former source was of another kind" : NULL;
	} else if (cursor_text_number(v[VERSION_FIELD]) != VERSION) {
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "the cursor in the log was written by a newer userstream (its "
				 "version is %.*s, this program knows %d): use that one",
				 (int)(v[VERSION_FIELD].len < 20 ? v[VERSION_FIELD].len : 20),
				 v[VERSION_FIELD].data ? v[VERSION_FIELD].data : "", VERSION);
		goto out;
	} else {
		if (same_server(v[SOURCE], span_of(config->identity)))
			take_window(cursor, v);
		if (!span_equal(v[SOURCE], span_of(config->identity)))
			*why = "the source is another one";
		else if (!v[PARAMETERS].data || parameters_differ(config, v[PARAMETERS]))
			*why = "the parameters have changed";
		else if (!v[GIVEN].data ||
			 !span_equal(v[GIVEN], span_of(config->seed ? config->seed : "")))
			*why = "the seed has changed";
		else if (!take_fields(cursor, v))
			*why = "the cursor is no good";
		else
			*fresh = false;
	}
	if (*fresh)
		http_cursor_start(cursor, config);
out:
	cursor_text_release(&parsed);
	return status;
}

void http_cursor_print(const struct http_cursor *cursor, const struct http_config *config,
		       struct buf *out)
{
	struct buf text;

	buf_init(&text, HTTP_URL_MAX);
	buf_printf(out, "{\"type\":\"http\",\"version\":%d,\"source\":", VERSION);
	buf_append_json(out, span_of(config->identity));
	buf_append_text(out, ",\"parameters\":");
	http_config_parameters(config, &text);
	buf_append_json(out, buf_span(&text));
	buf_append_text(out, ",\"seed\":");
	buf_append_json(out, span_of(cursor->seed));
	buf_append_text(out, ",\"given\":");
	buf_append_json(out, span_of(config->seed ? config->seed : ""));
	buf_printf(out, ",\"series\":%" PRId64 ",\"page\":%" PRId64 ",\"reserved\":%" PRId64,
		   cursor->series, cursor->page, cursor->reserved);
	out->failed |= text.failed;
	buf_reset(&text);
	rate_window_print(&cursor->window, &text);
	buf_append_text(out, ",\"window\":");
	buf_append_json(out, buf_span(&text));
	buf_append_char(out, '}');
	out->failed |= text.failed;
	buf_release(&text);
}

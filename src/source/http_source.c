/*
 * http_source.c - pages of users, one request at a time.
 *
 * Each call of next() is a request, but under a rate limit each request is preceded by a
 * reservation: an empty batch whose cursor counts the users that the request may bring. The caller
 * makes that durable first, so that a program killed between request and append cannot ask for more
 * than the limit when it comes back:
 *
 *     next() -> no records, cursor {page 7, reserved 100}     nothing is asked yet
 *     next() -> 100 records, cursor {page 8, reserved 0, window …:100}
 *
 * A reservation whose request was refused (429, 502, no connection …) serves the next try; one
 * whose request the server may have served is used up, whether or not the answer arrived. How many
 * records another API than the Random User API answers with is known only then: what is more than
 * was reserved is counted too, and reserved from then on.
 */
#include "source/http_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/note.h"
#include "source/http_answer.h"
#include "source/http_client.h"
#include "source/http_config.h"
#include "source/http_cursor.h"

#define CURSOR_MAX      ((size_t)256 << 10)
#define TIMEOUTS_MAX    3 /* in a row on one page; then the seed is taken to hang the server */
#define HEADERS         4
#define RECORDS_AT_ONE  64
#define REFUSED_NOTE_US 10000000

struct http_source {
	struct source base;
	struct http_config config;
	struct http_client *client;
	struct json_splitter *splitter;
	struct json_paths *gender_path; /* NULL: no filter */
	struct json_reader *gender;
	struct http_cursor cursor;
	int64_t expected; /* records of one answer, as far as is known */
	bool start_told; /* where it starts is noted with the first batch, not by who only checks */
	bool start_fresh;
	const char *start_why; /* static text, or NULL */
	struct waiter *stop;
	struct source_stat stat;
	int timeouts;
	int64_t refused_told_us; /* 0: never */
	struct record *records;
	size_t record_capacity;
	struct buf cursor_text;
	struct buf url;
	struct header headers[HEADERS];
	char fetched_at[CLOCK_TEXT_MAX];
	char seed[HTTP_SEED_MAX];
	char page[24];
};

/* ---- opening and closing */

static void http_close(struct source *base)
{
	struct http_source *source = (struct http_source *)base;

	http_client_close(source->client);
	json_splitter_free(source->splitter);
	json_reader_free(source->gender);
	json_paths_free(source->gender_path);
	http_config_release(&source->config);
	buf_release(&source->cursor_text);
	buf_release(&source->url);
	mem_free(source->records);
	mem_free(source);
}

static void http_stat(const struct source *base, struct source_stat *out)
{
	*out = ((const struct http_source *)base)->stat;
}

static enum status http_next(struct source *base, struct source_batch *batch, struct err *err);

static const struct source_ops http_ops = {
	.scheme = "http", .next = http_next, .stat = http_stat, .close = http_close
};

static enum status open_splitter(struct http_source *source, struct err *err)
{
	const struct http_config *config = &source->config;
	struct json_splitter_config splitter = {
		.records = config->records,
		.key = config->key,
		.redact = (const char *const *)config->redact,
		.redact_count = config->redact_count,
		.count = config->style == HTTP_RANDOM_USER ? "info.results" : NULL,
	};
	struct json_step step = { .name = SPAN_LITERAL("gender") };

	if (config->gender) {
		source->gender_path = json_paths_new();
		if (!source->gender_path || json_paths_add(source->gender_path, &step, 1) < 0)
			return err_no_memory(err, "opening the source");
		source->gender = json_reader_new(source->gender_path);
		if (!source->gender)
			return err_no_memory(err, "opening the source");
	}
	return json_splitter_new(&source->splitter, &splitter, err);
}

static enum status open_client(struct http_source *source, struct err *err)
{
	const struct http_client_config config = { .uncompressed = source->config.local,
						   .proxy = source->config.local
								? ""
								: source->config.proxy,
						   .ca_file = source->config.ca_file,
						   .user_agent = source->config.user_agent,
						   .timeout_ms = source->config.timeout_ms,
						   .stop = source->stop };

	return http_client_open(&source->client, &config, err);
}

static void note_start(struct http_source *source)
{
	const char *why = source->start_fresh ? source->start_why : "restart";

	if (source->start_told)
		return;
	source->start_told = true;
	note(NOTE_INFO, "source",
	     source->start_fresh ? "starting a new seed" : "going on where it stood",
	     NOTE_TEXT("source", source->config.shown), NOTE_TEXT("seed", source->cursor.seed),
	     NOTE_INT("page", source->cursor.page), NOTE_TEXT("reason", why ? why : "first start"));
}

enum status http_source_open(struct source **out, const struct source_config *config,
			     struct span cursor, struct err *err)
{
	struct http_source *source = mem_calloc(1, sizeof(*source));
	enum status status;

	if (!source)
		return err_no_memory(err, "opening the source");
	source->start_fresh = true;
	source->base.ops = &http_ops;
	source->stop = config->stop;
	buf_init(&source->cursor_text, CURSOR_MAX);
	buf_init(&source->url, HTTP_URL_MAX);
	status = http_config_init(&source->config, config, err);
	if (status == US_OK)
		status = open_splitter(source, err);
	if (status == US_OK)
		status = open_client(source, err);
	if (status == US_OK)
		status = http_cursor_parse(&source->cursor, &source->config, cursor,
					   &source->start_fresh, &source->start_why, err);
	if (status != US_OK) {
		http_close(&source->base);
		return status;
	}
	source->start_told = !source->start_fresh && source->start_why;
	source->expected = source->config.results;
	*out = &source->base;
	return US_OK;
}

/* ---- batches */

static enum status print_cursor(struct http_source *source, struct source_batch *batch,
				struct err *err)
{
	buf_reset(&source->cursor_text);
	http_cursor_print(&source->cursor, &source->config, &source->cursor_text);
	if (source->cursor_text.failed)
		return err_no_memory(err, "printing the source's cursor");
	batch->cursor = buf_span(&source->cursor_text);
	return US_OK;
}

/* Under a rate limit: count the users of the next request before it is made, or say how long to
 * wait. */
static enum status reserve(struct http_source *source, struct source_batch *batch, struct err *err)
{
	int64_t users = source->expected;
	int64_t wait_ms = rate_window_wait_ms(&source->cursor.window, users, clock_wall_us());
	enum status status;

	if (wait_ms > 0) {
		status = err_set(err, US_RETRY, EXIT_TRY_AGAIN,
				 "%" PRId64 " users in 5 minutes are reached (--rate-limit): the "
				 "next request in %" PRId64 " s",
				 source->config.rate_limit, (wait_ms + 999) / 1000);
		if (err) {
			err->kind = "rate_limit";
			err->retry_after_ms = (int)wait_ms;
		}
		return status;
	}
	source->cursor.reserved = users;
	return print_cursor(source, batch, err);
}

/* The reservation's users were, or may have been, answered. */
static void settle(struct http_source *source)
{
	if (source->cursor.reserved) {
		rate_window_add(&source->cursor.window, source->cursor.reserved, clock_wall_us());
		source->cursor.reserved = 0;
	}
}

/* The answer has more records than were expected. */
static void settle_more(struct http_source *source, int64_t got)
{
	int64_t limit = source->config.rate_limit;

	if (limit == 0 || got <= source->expected)
		return;
	rate_window_add(&source->cursor.window, got - source->expected, clock_wall_us());
	source->expected = got < limit ? got : limit;
}

/* Is the record of the wanted gender? True without a filter. */
static enum status is_wanted(struct http_source *source, struct span value, bool *wanted,
			     struct err *err)
{
	struct span gender = SPAN_NULL;
	struct span *const values[] = { &gender };
	enum status status;

	*wanted = true;
	if (!source->gender)
		return US_OK;
	status = json_reader_read(source->gender, value.data, value.len, false, values, 0, err);
	*wanted = gender.data && span_equal(gender, span_of(source->config.gender));
	json_reader_reset(source->gender);
	return status;
}

static void set_headers(struct http_source *source, int64_t now_us)
{
	(void)snprintf(source->page, sizeof(source->page), "%" PRId64, source->cursor.page);
	memcpy(source->seed, source->cursor.seed, sizeof(source->seed));
	clock_format_us(now_us, source->fetched_at);
	source->headers[0] = (struct header){ .name = SPAN_LITERAL("source"),
					      .value = span_of(source->config.shown) };
	source->headers[1] = (struct header){ .name = SPAN_LITERAL("fetched_at"),
					      .value = span_of(source->fetched_at) };
	source->headers[2] = (struct header){ .name = SPAN_LITERAL("seed"),
					      .value = span_of(source->seed) };
	source->headers[3] = (struct header){ .name = SPAN_LITERAL("page"),
					      .value = span_of(source->page) };
}

static enum status fill_batch(struct http_source *source, const struct json_split_result *result,
			      struct source_batch *batch, struct err *err)
{
	int64_t now_us = clock_wall_us();
	size_t capacity = source->record_capacity ? source->record_capacity : RECORDS_AT_ONE;

	while (capacity < result->record_count)
		capacity *= 2;
	if (capacity > source->record_capacity) {
		struct record *grown = mem_realloc(source->records, capacity * sizeof(*grown));
		if (!grown)
			return err_no_memory(err, "keeping the users of an answer");
		source->records = grown;
		source->record_capacity = capacity;
	}
	set_headers(source, now_us);
	for (size_t i = 0; i < result->record_count; i++) {
		bool wanted;
		enum status status = is_wanted(source, result->records[i].value, &wanted, err);
		if (status != US_OK)
			return status;
		if (!wanted) {
			batch->filtered++;
			continue;
		}
		source->records[batch->record_count++] =
		    (struct record){ .timestamp_us = now_us,
				     .key = result->records[i].key,
				     .value = result->records[i].value,
				     .headers = source->headers,
				     .header_count = HEADERS };
	}
	batch->records = source->records;
	batch->refused = (int64_t)result->refused;
	batch->fetched = (int64_t)(result->record_count + result->refused);
	return US_OK;
}

static void advance(struct http_source *source, const struct source_batch *batch)
{
	/* A template's empty page is its end for now: ask for it again. */
	if (source->config.style == HTTP_TEMPLATE && batch->fetched == 0)
		return;
	if (source->config.style == HTTP_RANDOM_USER && source->cursor.page >= HTTP_PAGES)
		http_cursor_next_series(&source->cursor, &source->config);
	else
		source->cursor.page++;
}

/*
 * A seed that runs into a fault of the API's makes it hang for ever. After a few time-outs in a row
 * the page's seed is given up for another.
 */
static void count_failure(struct http_source *source, const struct err *err)
{
	if (!err->kind || strcmp(err->kind, "timeout") != 0) {
		source->timeouts = 0;
		return;
	}
	if (++source->timeouts < TIMEOUTS_MAX || source->config.style != HTTP_RANDOM_USER)
		return;
	source->timeouts = 0;
	http_cursor_next_series(&source->cursor, &source->config);
	note(NOTE_WARN, "source", "no answer again and again: trying another seed",
	     NOTE_TEXT("source", source->config.shown), NOTE_TEXT("seed", source->cursor.seed));
}

static enum status fetch(struct http_source *source, struct json_split_result *result,
			 struct err *err)
{
	struct http_answer answer;
	bool served = false;
	enum status status;

	/* A large page is in memory once at a time: as an answer, or as records, not as both of
	 * two. */
	json_splitter_shrink(source->splitter);
	buf_reset(&source->url);
	http_config_url(&source->config, source->cursor.seed, source->cursor.page, &source->url);
	if (source->url.failed)
		return err_no_memory(err, "building the URL of a page");
	source->stat.requests++;
	status = http_client_get(source->client, buf_text(&source->url), source->config.shown,
				 &answer, &served, err);
	if (served)
		settle(source);
	if (status != US_OK)
		return status;
	source->stat.bytes += (int64_t)answer.body.len;
	status = http_answer_split(&answer, &source->config, source->splitter, result, err);
	http_client_forget_body(source->client);
	return status;
}

/* Told of at most every ten seconds; each is counted. */
static void note_refused(struct http_source *source, const struct source_batch *batch)
{
	int64_t now_us = clock_mono_us();

	if (source->refused_told_us && now_us - source->refused_told_us < REFUSED_NOTE_US)
		return;
	source->refused_told_us = now_us;
	note(NOTE_WARN, "source", "records of an answer are refused",
	     NOTE_TEXT("source", source->config.shown), NOTE_INT("refused", batch->refused),
	     NOTE_INT("of", batch->fetched),
	     NOTE_TEXT("reason", "no JSON object, or without the key (--key)"),
	     NOTE_TEXT("key", source->config.key));
}

static enum status http_next(struct source *base, struct source_batch *batch, struct err *err)
{
	struct http_source *source = (struct http_source *)base;
	struct json_split_result result = { .record_count = 0 };
	struct err failure = ERR_INIT;
	enum status status;

	*batch = (struct source_batch){ .records = NULL };
	note_start(source);
	if (source->config.rate_limit > 0 && source->cursor.reserved == 0)
		return reserve(source, batch, err);
	status = fetch(source, &result, &failure);
	if (status != US_OK) {
		count_failure(source, &failure);
		if (err)
			*err = failure;
		return status;
	}
	source->timeouts = 0;
	status = fill_batch(source, &result, batch, err);
	if (status != US_OK)
		return status;
	settle_more(source, batch->fetched);
	if (result.refused)
		note_refused(source, batch);
	advance(source, batch);
	batch->wait = true;
	return print_cursor(source, batch, err);
}

/*
 * source.h - where records come from. A source hands out batches with the cursor
 * that stands after them; the caller appends both in one transaction of the log, so that a restart
 * neither skips nor repeats.
 *
 * A const table of functions per backend; source_open() picks it by the URI's scheme:
 *
 *   https://… http://…   source/http_source. How the URL is used, in this order:
 *        with {page} {results} {seed} {nat} {inc} {exc} in it: they are replaced, for any API that
 *        pages; an empty page is asked for again until it has records
 *        with a path that ends in /api, /api/, /api/1.4 … and records at "results": the Random User
 *        API's parameters are appended and its rules are kept (see http_config.h)
 *        any other: asked for as it is, again and again
 *   file:PATH, -         source/file_source: JSON Lines, an API's answer, an array or one object;
 *        plain, gzip or zstd, told by their first bytes; a pipe is not touched before next()
 *   memory:N             source/memory_source: N small records, for tests
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"
#include "core/span.h"
#include "core/waiter.h"

struct source_config {
	const char *uri;
	const char *identity; /* what the cursor remembers as the source where the uri changes from
				 start to start (a simulator's port); NULL: the uri */
	const char *records;  /* dotted path of the array of records, default "results"; "" = the
				 answer is one */
	const char *key;      /* dotted path of the key, default "login.uuid"; "" = none */
	const char *const *redact; /* dotted paths */
	size_t redact_count;
	/* http only: */
	int results; /* users in one request */
	int64_t
	    every_ms; /* between requests: kept by the caller, part of the cursor's parameters */
	const char *seed; /* NULL: a new random one per run of pages */
	const char *nat;  /* comma lists, or NULL */
	const char *inc;
	const char *exc;
	const char *gender; /* "male", "female" or NULL: filtered on our side, since the API ignores
			       it beside a seed */
	int timeout_ms;     /* of one whole request */
	bool local;         /* the server is in this process: no proxy, no compression */
	const char *proxy;  /* or NULL: the environment's */
	const char *ca_file; /* or NULL: the system's */
	int64_t rate_limit;  /* users in any 5 minutes, 0: none */
	const char *user_agent;
	struct waiter *stop; /* a woken one makes next() return US_RETRY with err.kind "stopped" */
};

struct source_batch {
	const struct record *records; /* key, value, timestamp_us, headers set. Borrowed until the
					 next call of next() or close() */
	size_t record_count; /* 0 with a changed cursor: append the cursor alone (a reservation
				under the rate limit, or a page of which nothing was kept) */
	struct span cursor;  /* the source's own text of its position after these records; borrowed
				likewise */
	int64_t fetched;     /* records that the source got: record_count + refused + filtered */
	int64_t refused;     /* could not be parsed or has no key: counted, never appended */
	int64_t filtered;    /* left out on purpose (gender) */
	bool end;            /* nothing will ever follow (a file is read) */
	bool wait;           /* pause for --every before the next call */
};

struct source_stat {
	int64_t requests;
	int64_t bytes;       /* received, after decompression */
	int64_t total_bytes; /* of a file, for progress; 0: unknown */
	int64_t done_bytes;
};

struct source;

struct source_ops {
	const char *scheme;
	/*
	 * The next batch. May block (a request, the rate limit); returns early when config.stop is
	 * woken. US_OK: batch is filled. US_RETRY: the source answered badly or not at all;
	 * err.kind is one of "http_429", "http_5xx", "http_4xx", "html", "empty", "short", "json",
	 * "content_type", "truncated", "timeout", "refused", "tls", "dns", "proxy", "redirect",
	 * "too_long", "rate_limit", "stopped"; err.retry_after_ms is obeyed. US_REJECT: the input
	 * is bad for good (a file that is no JSON): stop, say so. US_FATAL: close.
	 */
	enum status (*next)(struct source *source, struct source_batch *batch, struct err *err);
	void (*stat)(const struct source *source, struct source_stat *out);
	void (*close)(struct source *source);
};

struct source { /* first member of every backend's struct */
	const struct source_ops *ops;
};

/*
 * Open. `cursor` is the text of the last durable batch, empty on the first start; the source goes
 * on from there. A cursor of another source or other parameters starts afresh where that is
 * harmless (http: a new seed) and is refused where it would repeat or skip (file: the same path
 * with other content; another file before the first one was read to its end). All mistakes in
 * `config` are told at once. config's texts are copied; config.stop is borrowed until close.
 * US_REJECT with code EXIT_BAD_CONFIG: the configuration; with EXIT_BAD_DATA: the cursor does not
 * fit the file. US_FATAL: out of memory.
 */
enum status source_open(struct source **out, const struct source_config *config, struct span cursor,
			struct err *err);

/* Can it be read only once (standard input, a pipe)? A look at its records takes them away. */
bool source_is_once(const char *uri);

static inline enum status source_next(struct source *source, struct source_batch *batch,
				      struct err *err)
{
	return source->ops->next(source, batch, err);
}
static inline void source_stat(const struct source *source, struct source_stat *out)
{
	source->ops->stat(source, out);
}
static inline void source_close(struct source *source)
{
	if (source)
		source->ops->close(source);
}

#endif

/*
 * http_client.h - one GET at a time over a kept-alive connection, on libcurl: TLS, gzip, proxies,
 * redirects, a bounded body, and an end at once when somebody wakes the waiter.
 */
#ifndef SOURCE_HTTP_CLIENT_H
#define SOURCE_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "core/waiter.h"

#define HTTP_BODY_MAX ((size_t)64 << 20)

struct http_client_config {
	const char *proxy;   /* NULL: the environment's; "": none */
	const char *ca_file; /* NULL: the system's */
	const char *user_agent;
	int timeout_ms;
	bool uncompressed;   /* do not offer gzip */
	struct waiter *stop; /* may be NULL */
	size_t body_max;     /* bytes after decompression; 0: HTTP_BODY_MAX */
};

struct http_answer {
	int status;               /* of HTTP */
	struct span content_type; /* SPAN_NULL: none was sent */
	struct span body;         /* decompressed */
	int64_t retry_after_ms;   /* what a Retry-After says, 0: none */
};

struct http_client;
/* Once per process, before the first client; again is harmless. Thread safe. */
enum status http_client_global_init(struct err *err);
/* Texts are copied; stop is borrowed. */
enum status http_client_open(struct http_client **out, const struct http_client_config *config,
			     struct err *err);
void http_client_close(struct http_client *client);
/*
 * GET. US_OK: a whole answer, whatever its status; it stays until the next call. US_RETRY: none;
 * err.kind says why ("refused" (also: closed without an answer), "dns", "timeout", "tls", "proxy",
 * "truncated", "redirect", "too_long", "stopped"). US_FATAL: out of memory. `shown` stands for the
 * URL in messages, which never hold the URL itself: it may contain a password. *served (may be
 * NULL): the request was sent, and no status of the server says that it was refused: it may have
 * been answered, whether or not the answer came.
 */
enum status http_client_get(struct http_client *client, const char *url, const char *shown,
			    struct http_answer *answer, bool *served, struct err *err);

/* Give back the body of the last answer where it was large; the answer is gone. */
void http_client_forget_body(struct http_client *client);

#endif

/*
 * http_server.h - the small HTTP server that server/ and simulator/ share, on libmicrohttpd.
 * A fixed pool of threads; the handler runs on one of them and may block. One more thread does the
 * sockets, so a handler that blocks holds up no other connection.
 */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

struct http_request; /* valid during the handler */
const char *http_request_method(const struct http_request *request);
const char *http_request_path(const struct http_request *request);
/* Decoded; NULL when absent, "" when given without a value. Of several the first. */
const char *http_request_query(const struct http_request *request, const char *name);
const char *http_request_header(const struct http_request *request, const char *name);
struct span http_request_body(const struct http_request *request);
/* The client's address as the socket tells it: "127.0.0.1", "::1". No header is trusted. */
const char *http_request_peer(const struct http_request *request);

struct http_response {
	int status;               /* 200 */
	const char *content_type; /* static text */
	struct buf body;          /* initialised by the server; the handler appends */
	char location[256];       /* header Location, or "" */
	int retry_after_s;        /* header Retry-After, 0: none */
	bool gzip;                /* compress when the client accepts it */
	/* faults, for the simulator: */
	int delay_ms;     /* before the first byte */
	long truncate_at; /* close the connection after so many bytes of the (compressed) body;
			     -1: no */
	bool hang;        /* never answer; the connection closes when the client goes or the server
			     stops */
	bool drop;        /* close the connection without an answer */
};

typedef void (*http_handler)(void *user, const struct http_request *request,
			     struct http_response *response);

struct http_server_config {
	const char *listen;       /* "127.0.0.1:8088", "[::1]:0", "localhost:0" (127.0.0.1); port 0:
				     any free one */
	int threads;              /* for handlers, >= 1 */
	size_t max_request_body;  /* larger ones get 413 */
	size_t max_response_body; /* larger ones become a 500 that says so */
	http_handler handler;
	void *user;
};

struct http_server;
/*
 * Copies the configuration, but for `user`. US_REJECT, EXIT_BAD_CONFIG: the address is wrong (or
 * not of this machine, or not allowed). US_RETRY, EXIT_UNREACHABLE: it is in use. US_FATAL: out of
 * memory or threads.
 */
enum status http_server_start(struct http_server **out, const struct http_server_config *config,
			      struct err *err);
int http_server_port(const struct http_server *server);
/*
 * Stops accepting, ends what hangs or is delayed at once, waits for running handlers and up to a
 * second for their answers to be sent. NULL is allowed.
 */
void http_server_stop(struct http_server *server);

#endif

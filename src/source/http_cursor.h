/*
 * http_cursor.h - where an HTTP source stands, as a text: one line of JSON.
 *
 *     {"type":"http","version":1,"source":"https://randomuser.me/api/#0f3a…","parameters":"results=100&every=5000",
 *      "seed":"3f9a1c0b7d2u","given":"","series":1,"page":12,"reserved":0,"window":"1763855005:100"}
 */
#ifndef SOURCE_HTTP_CURSOR_H
#define SOURCE_HTTP_CURSOR_H

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "source/http_config.h"
#include "source/rate_window.h"

#define HTTP_SEED_MAX 512

struct http_cursor {
	char seed[HTTP_SEED_MAX]; /* of the pages */
	int64_t series;   /* the how manieth seed; a given seed's second series has another one */
	int64_t page;     /* the next one to ask for, from 1 */
	int64_t reserved; /* users that the next request may bring, already counted; 0: none yet */
	struct rate_window window;
};

/* The first page of a new seed: the configured one, or a random one of 12 characters. */
void http_cursor_start(struct http_cursor *cursor, const struct http_config *config);
/* The first page of the next seed. */
void http_cursor_next_series(struct http_cursor *cursor, const struct http_config *config);

/*
 * Read a text. One of another kind of source, with other parameters, of another source or seed
 * starts anew (*fresh becomes true, with the reason in *why); the window is kept where it is of the
 * same server. Users reserved by a request that never came back are counted as of now. US_REJECT:
 * of a newer version. US_FATAL: out of memory.
 */
enum status http_cursor_parse(struct http_cursor *cursor, const struct http_config *config,
			      struct span text, bool *fresh, const char **why, struct err *err);
/* Appends to `out`. */
void http_cursor_print(const struct http_cursor *cursor, const struct http_config *config,
		       struct buf *out);

#endif

/*
 * rate_window.h - how many users were asked for in the last five minutes, so that never more than a
 * limit are, across restarts too: the window is printed into the source's cursor.
 *
 * Times are rounded up to five seconds, so that any history is at most 61 entries and an entry
 * never ends too early.
 */
#ifndef SOURCE_RATE_WINDOW_H
#define SOURCE_RATE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

#define RATE_WINDOW_S     300
#define RATE_GRAIN_S      5
#define RATE_WINDOW_SLOTS (RATE_WINDOW_S / RATE_GRAIN_S + 2)

struct rate_window {
	int64_t limit;                     /* users in any 5 minutes; 0: none */
	int64_t time_s[RATE_WINDOW_SLOTS]; /* since 1970, never falling */
	int64_t users[RATE_WINDOW_SLOTS];
	int count;
};

/* Milliseconds to wait until `users` more are allowed; 0: now. users <= limit. */
int64_t rate_window_wait_ms(struct rate_window *window, int64_t users, int64_t now_us);
/* Count users that were (or may have been) answered now. */
void rate_window_add(struct rate_window *window, int64_t users, int64_t now_us);
/* "1763855005:100 1763855010:200" */
void rate_window_print(const struct rate_window *window, struct buf *out);
/* Keeps the limit. False: not such a text; the window is empty then. */
bool rate_window_parse(struct rate_window *window, struct span text);

#endif

/*
 * rate_window.c - see rate_window.h.
 */
#include "source/rate_window.h"

#include <inttypes.h>
#include <string.h>

/* Forget what is older than the window. A clock that was set back must not keep entries for ever:
 * none is later than now's grain. */
static void expire(struct rate_window *window, int64_t now_s)
{
	int64_t latest = now_s + RATE_GRAIN_S;
	int gone = 0;

	for (int i = 0; i < window->count; i++) {
		if (window->time_s[i] > latest)
			window->time_s[i] = latest;
	}
	while (gone < window->count && window->time_s[gone] + RATE_WINDOW_S <= now_s)
		gone++;
	window->count -= gone;
	memmove(window->time_s, window->time_s + gone,
		(size_t)window->count * sizeof(*window->time_s));
	memmove(window->users, window->users + gone,
		(size_t)window->count * sizeof(*window->users));
}

int64_t rate_window_wait_ms(struct rate_window *window, int64_t users, int64_t now_us)
{
	int64_t now_s = now_us / 1000000;
	int64_t sum = users;
	int64_t wait_ms = 0;

	if (window->limit == 0)
		return 0;
	expire(window, now_s);
	for (int i = 0; i < window->count; i++)
		sum += window->users[i];
	/* As many of the oldest entries must end as stand in the way. */
	for (int i = 0; i < window->count && sum > window->limit; i++) {
		sum -= window->users[i];
		wait_ms = (window->time_s[i] + RATE_WINDOW_S - now_s) * 1000;
	}
	return wait_ms;
}

void rate_window_add(struct rate_window *window, int64_t users, int64_t now_us)
{
	int64_t now_s = now_us / 1000000;
	int64_t grain = (now_s / RATE_GRAIN_S + 1) * RATE_GRAIN_S;
	int last;

	if (window->limit == 0)
		return;
	expire(window, now_s);
	last = window->count - 1;
	if (last < 0 || (window->time_s[last] < grain && window->count < RATE_WINDOW_SLOTS)) {
		last = window->count++;
		window->users[last] = 0;
	}
	window->time_s[last] = grain;
	window->users[last] += users;
}

void rate_window_print(const struct rate_window *window, struct buf *out)
{
	for (int i = 0; i < window->count; i++)
		buf_printf(out, "%s%" PRId64 ":%" PRId64, i ? " " : "", window->time_s[i],
			   window->users[i]);
}

/* A number of at most 18 digits; advances *at. -1: none. */
static int64_t read_number(struct span text, size_t *at)
{
	int64_t value = 0;
	size_t start = *at;

	while (*at < text.len && text.data[*at] >= '0' && text.data[*at] <= '9') {
		if (*at - start == 18)
			return -1;
		value = value * 10 + (text.data[(*at)++] - '0');
	}
	return *at == start ? -1 : value;
}

bool rate_window_parse(struct rate_window *window, struct span text)
{
	size_t at = 0;

	window->count = 0;
	while (at < text.len) {
		int64_t time_s = read_number(text, &at);
		int64_t users = -1;
		if (time_s >= 0 && at < text.len && text.data[at] == ':') {
			at++;
			users = read_number(text, &at);
		}
		if (users < 0 || window->count == RATE_WINDOW_SLOTS ||
		    (window->count && time_s < window->time_s[window->count - 1]) ||
		    (at < text.len && text.data[at] != ' ')) {
			window->count = 0;
			return false;
		}
		window->time_s[window->count] = time_s;
		window->users[window->count++] = users;
		at++;
	}
	return true;
}

/*
 * json_pull.h - reads small JSON objects whose form is known: what this program itself wrote (the
 * ingest cursor, the ledger's details), the values of a pipeline's tests, librdkafka's statistics.
 * A pull reader without a tree: open an object, ask for its members one by one.
 * The first mistake sets `bad` and every later call fails, so one check at the end is enough.
 * Whether the buffers that texts go to had room is theirs to tell (buf.failed). (Foreign JSON is
 * read by core/json.h.)
 *
 *     json_pull_open(&pull);
 *     while (json_pull_member(&pull, &name))
 *             ... json_pull_int(&pull, &value) or json_pull_skip(&pull) ...
 */
#ifndef CORE_JSON_PULL_H
#define CORE_JSON_PULL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

struct json_pull {
	const char *start, *at, *end;
	bool bad;       /* not JSON, or not the type asked for; `at` is where */
	bool no_memory; /* bad, because a member's name found no room */
	bool first;     /* the next member is the first of its object */
};

void json_pull_init(struct json_pull *pull, struct span text);
/* The next value is an object: step into it. */
bool json_pull_open(struct json_pull *pull);
/* The next member's name into `name` (reset before); the value follows. False: no more members (the
 * object is left behind), or bad. */
bool json_pull_member(struct json_pull *pull, struct buf *name);
/* A string's content is appended to `out`. */
bool json_pull_text(struct json_pull *pull, struct buf *out);
bool json_pull_int(struct json_pull *pull, int64_t *out);
bool json_pull_real(struct json_pull *pull, double *out);
/* Any value, with what is in it. */
bool json_pull_skip(struct json_pull *pull);
/* Nothing but white space is left, and nothing was bad. */
bool json_pull_done(struct json_pull *pull);

#endif

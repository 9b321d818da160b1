/*
 * http_answer.h - is an answer what was asked for? Status, kind of content, JSON, number of
 * records.
 */
#ifndef SOURCE_HTTP_ANSWER_H
#define SOURCE_HTTP_ANSWER_H

#include "core/err.h"
#include "core/json.h"
#include "source/http_client.h"
#include "source/http_config.h"

/*
 * Split a good answer into records. US_RETRY: it is not good; err.kind is "http_429", "http_5xx",
 * "http_4xx", "redirect", "html", "empty", "short", "json", "content_type" or "truncated", and
 * err.retry_after_ms what the server wishes. US_FATAL: out of memory.
 *
 * Of the Random User API an answer is good only when it has as many users as were asked for and as
 * its info says: an outage of that API answers 200 with an empty list. Elsewhere any number is
 * good.
 */
enum status http_answer_split(const struct http_answer *answer, const struct http_config *config,
			      struct json_splitter *splitter, struct json_split_result *out,
			      struct err *err);

#endif

/*
 * http_answer.c - see http_answer.h.
 */
#include "source/http_answer.h"

#include <inttypes.h>
#include <string.h>

/* Bytes of a text from the server that are shown. */
#define SHOWN_MAX 120

static enum status not_good(struct err *err, const struct http_answer *answer, const char *kind,
			    const char *shown, const char *what)
{
	enum status status = err_set(err, US_RETRY, EXIT_UNREACHABLE, "%s: %s", shown, what);

	if (err) {
		err->kind = kind;
		err->retry_after_ms = (int)answer->retry_after_ms;
	}
	return status;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static struct span trim(struct span text)
{
	while (text.len && is_space(text.data[0])) {
		text.data++;
		text.len--;
	}
	while (text.len && is_space(text.data[text.len - 1]))
		text.len--;
	return text;
}

static bool contains(struct span text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		if (strncasecmp(text.data + i, word, len) == 0)
			return true;
	}
	return false;
}

/* A server's status that is no success. */
static enum status check_status(const struct http_answer *answer, const struct http_config *config,
				struct json_splitter *splitter, struct err *err)
{
	struct json_split_result result = { .record_count = 0 };
	char said[SHOWN_MAX + 4] = "";
	char what[SHOWN_MAX + 128];
	const char *kind = "http_4xx";

	if (answer->status >= 200 && answer->status < 300)
		return US_OK;
	if (answer->status == 429)
		kind = "http_429";
	else if (answer->status >= 500)
		kind = "http_5xx";
	else if (answer->status < 400)
		kind = "redirect";
	/* an error as JSON is worth showing, a page of HTML is not */
	if (answer->body.len && answer->body.data[0] == '{')
		(void)json_split(splitter, answer->body.data, answer->body.len, &result, NULL);
	if (result.answer_error.data)
		err_foreign(result.answer_error, said, sizeof(said));
	else if (contains(answer->content_type, "text/plain"))
		err_foreign(trim(answer->body), said, sizeof(said));
	(void)snprintf(what, sizeof(what), "HTTP status %d%s%s%s%s", answer->status,
		       answer->status == 429 ? ", too many requests" : "", *said ? ": \"" : "",
		       said, *said ? "\"" : "");
	return not_good(err, answer, kind, config->shown, what);
}

static enum status check_content(const struct http_answer *answer, const struct http_config *config,
				 struct err *err)
{
	struct span body = trim(answer->body);
	char type[SHOWN_MAX + 4];
	char what[SHOWN_MAX + 128];

	if (body.len == 0)
		return not_good(err, answer, "empty", config->shown, "the answer is empty");
	if (body.data[0] == '<' || contains(answer->content_type, "text/html"))
		return not_good(err, answer, "html", config->shown,
				"the answer is HTML, not JSON: a page of a proxy or of an outage?");
	if (config->style == HTTP_RANDOM_USER && answer->content_type.data &&
	    !contains(answer->content_type, "json")) {
		(void)snprintf(what, sizeof(what), "the answer is %s, not JSON",
			       err_foreign(answer->content_type, type, sizeof(type)));
		return not_good(err, answer, "content_type", config->shown, what);
	}
	return US_OK;
}

/* Text that is no JSON: cut off, or wrong from the start? */
static enum status refuse_text(const struct http_answer *answer, const struct http_config *config,
			       const struct err *json, struct err *err)
{
	struct span body = trim(answer->body);
	char last = body.data[body.len - 1];
	bool begins = body.data[0] == '{' || body.data[0] == '[';
	bool ends = last == '}' || last == ']';

	return not_good(err, answer, begins && !ends ? "truncated" : "json", config->shown,
			json->text);
}

static enum status check_count(const struct http_answer *answer, const struct http_config *config,
			       const struct json_split_result *result, struct err *err)
{
	int64_t got = (int64_t)(result->record_count + result->refused);
	char what[256];

	if (config->style != HTTP_RANDOM_USER)
		return US_OK;
	if (got == 0)
		return not_good(err, answer, "empty", config->shown,
				"the answer has no users though it says all is well: the API is "
				"out of order");
	if (got != config->results) {
		(void)snprintf(what, sizeof(what),
			       "the answer has %" PRId64 " users, %d were asked for", got,
			       config->results);
		return not_good(err, answer, "short", config->shown, what);
	}
	if (result->declared_count >= 0 && result->declared_count != got) {
		(void)snprintf(what, sizeof(what),
			       "the answer has %" PRId64 " users but its info says %" PRId64, got,
			       result->declared_count);
		return not_good(err, answer, "short", config->shown, what);
	}
	return US_OK;
}

enum status http_answer_split(const struct http_answer *answer, const struct http_config *config,
			      struct json_splitter *splitter, struct json_split_result *out,
			      struct err *err)
{
	struct err json = ERR_INIT;
	enum status status = check_status(answer, config, splitter, err);

	if (status == US_OK)
		status = check_content(answer, config, err);
	if (status != US_OK)
		return status;
	status = json_split(splitter, answer->body.data, answer->body.len, out, &json);
	if (status == US_REJECT)
		return refuse_text(answer, config, &json, err);
	if (status != US_OK) {
		if (err)
			*err = json;
		return status;
	}
	return check_count(answer, config, out, err);
}

/* rooms: source net core */
/*
 * The check of HTTP answers: any status, any content type, any body. Good answers must hold what
 * was asked for and no secret; bad ones must have a kind and a printable text.
 *
 * The input's first byte chooses the status, the second the content type and the style.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/http_answer.h"

static char shown[] = "http://host/api/";
static struct http_config config = { .shown = shown };
static struct json_splitter *splitter;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const secrets[] = { "password" };
	const struct json_splitter_config split = { .records = "results",
						    .key = "k",
						    .redact = secrets,
						    .redact_count = 1,
						    .count = "info.results" };

	(void)argc;
	(void)argv;
	if (json_splitter_new(&splitter, &split, NULL) != US_OK)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 200, 200, 200, 204, 301, 404, 429, 500, 503 };
	static const char *const types[] = { "application/json", "text/html", "text/plain", NULL };
	struct json_split_result result = { .record_count = 0 };
	struct http_answer answer = { .retry_after_ms = 5 };
	struct err err = ERR_INIT;
	enum status status;
	char *body;

	if (size < 2)
		return 0;
	answer.status = statuses[data[0] % (sizeof(statuses) / sizeof(*statuses))];
	answer.content_type = span_of(types[data[1] & 3]);
	config.style = data[1] & 4 ? HTTP_PLAIN : HTTP_RANDOM_USER;
	config.results = 1 + (data[1] >> 4);
	/* exactly as long as it is, so that a look beyond is seen */
	body = malloc(size - 2 ? size - 2 : 1);
	if (!body)
		return 0;
	memcpy(body, data + 2, size - 2);
	answer.body = (struct span){ .data = body, .len = size - 2 };
	status = http_answer_split(&answer, &config, splitter, &result, &err);
	if (status == US_OK) {
		if (config.style == HTTP_RANDOM_USER &&
		    result.record_count + result.refused != (size_t)config.results)
			abort();
	} else if (status != US_RETRY || !err.kind || err.retry_after_ms != 5 ||
		   strpbrk(err.text, "\x1b\n\r")) {
		abort();
	}
	free(body);
	return 0;
}

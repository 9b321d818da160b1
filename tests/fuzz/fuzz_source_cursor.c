/* rooms: source net core */
/*
 * Cursors come back from a log that others may have written: no text may crash the readers, and
 * what is taken over must be printable and read again as the same place.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/http_cursor.h"

static struct http_config config;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct source_config source = { .uri = "http://h/api/",
					      .identity = "i",
					      .results = 1,
					      .timeout_ms = 1,
					      .rate_limit = 1000 };

	(void)argc;
	(void)argv;
	if (http_config_init(&config, &source, NULL) != US_OK)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_cursor cursor, again;
	const char *why;
	bool fresh;
	struct buf text;

	if (http_cursor_parse(&cursor, &config,
			      (struct span){ .data = (const char *)data, .len = size }, &fresh,
			      &why, NULL) != US_OK)
		return 0;
	if (cursor.page < 1 || cursor.series < 1 || !*cursor.seed ||
	    cursor.window.count > RATE_WINDOW_SLOTS)
		abort();
	(void)rate_window_wait_ms(&cursor.window, 1, INT64_C(1700000000000000));
	cursor.reserved = 0;
	buf_init(&text, (size_t)1 << 20);
	http_cursor_print(&cursor, &config, &text);
	if (text.failed ||
	    http_cursor_parse(&again, &config, buf_span(&text), &fresh, &why, NULL) != US_OK ||
	    fresh || again.page != cursor.page || strcmp(again.seed, cursor.seed) != 0 ||
	    again.window.count != cursor.window.count)
		abort();
	buf_release(&text);
	return 0;
}

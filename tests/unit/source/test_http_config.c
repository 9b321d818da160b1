/*
 * What an HTTP source refuses before its first request, the URLs it asks for, the window of its
 * rate limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/http_config.h"
#include "source/http_cursor.h"
#include "source/rate_window.h"

static struct source_config random_user(void)
{
	return (struct source_config){ .uri = "https://randomuser.example/api/",
				       .records = "results",
				       .key = "login.uuid",
				       .results = 100,
				       .timeout_ms = 30000 };
}

static void assert_refused(const struct source_config *config, const char *says)
{
	struct http_config checked;
	struct err err = ERR_INIT;

	assert_int_equal(http_config_init(&checked, config, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	if (!strstr(err.text, says))
		fail_msg("\"%s\" does not say \"%s\"", err.text, says);
}

static void assert_good(const struct source_config *config)
{
	struct http_config checked;
	struct err err = ERR_INIT;

	if (http_config_init(&checked, config, &err) != US_OK)
		fail_msg("%s", err.text);
	http_config_release(&checked);
}

static void wrong_combinations_are_refused(void **state)
{
	struct source_config config = random_user();

	(void)state;
	assert_good(&config);
	config.results = 5001;
	assert_refused(&config, "5001 is too many");
	config.results = 5000;
	assert_good(&config);
	config.results = 0;
	assert_refused(&config, "at least 1");
	config = random_user();
	config.nat = "gb,fr,US";
	assert_good(&config);
	config.nat = "gb,frr";
	assert_refused(&config, "\"frr\" is no nationality of the API; did you mean \"FR\"?");
	config.nat = "gb,,fr";
	assert_refused(&config, "empty item");
	config.nat = "gb,";
	assert_refused(&config, "empty item");
	config = random_user();
	config.exc = "login";
	assert_refused(&config, "do not exclude it");
	config.exc = "Login,name";
	assert_refused(&config, "login.uuid");
	config.exc = "logn";
	assert_refused(&config, "did you mean \"login\"");
	config.exc = "name,picture";
	assert_good(&config);
	config.inc = "name,login";
	assert_refused(&config, "exclude each other");
	config.exc = NULL;
	assert_good(&config);
	config.inc = "name";
	assert_refused(&config, "add it");
	config.key = "";
	assert_good(&config);
	config.gender = "male";
	assert_refused(&config, "--gender");
	config.inc = "name,gender";
	assert_good(&config);
	config.gender = "mael";
	assert_refused(&config, "male or female");
	config = random_user();
	config.rate_limit = 99;
	assert_refused(&config, "fewer than one request's 100");
	config = random_user();
	config.timeout_ms = 0;
	assert_refused(&config, "--timeout");
	config = random_user();
	config.ca_file = "/no/such/file.pem";
	assert_refused(&config, "cannot read /no/such/file.pem");
	config.ca_file = "/dev/null";
	assert_refused(&config, "/dev/null has no certificate");
}

/* The key is written with every record, whatever is cut out of the record itself. */
static void a_key_cannot_be_redacted(void **state)
{
	static const char *const redact[] = { "login.password", "login.uuid" };
	struct source_config config = random_user();
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	config.redact = redact;
	config.redact_count = 1;
	assert_good(&config);
	config.redact_count = 2;
	assert_refused(&config, "--redact: login.uuid is the key");
	config.key = "";
	assert_good(&config);
	config.key = "login.uuid";
	config.uri = "file:/dev/null";
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_REJECT);
	assert_non_null(strstr(err.text, "--redact: login.uuid is the key"));
}

static void special_seeds_are_refused(void **state)
{
	struct source_config config = random_user();
	char seed[512];

	(void)state;
	for (size_t len = 1; len < 30; len++) {
		memset(seed, 'x', len);
		seed[len] = '\0';
		config.seed = seed;
		if (len >= 14 && len <= 18)
			assert_refused(&config, "18 characters");
		else
			assert_good(&config);
	}
	/* characters, not bytes */
	config.seed = "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9";
	assert_good(&config);
	config.seed = "";
	assert_refused(&config, "empty");
	memset(seed, 'x', 500);
	seed[500] = '\0';
	config.seed = seed;
	assert_refused(&config, "longer");
}

static void the_url_may_not_say_what_we_say(void **state)
{
	static const struct {
		const char *uri;
		const char *says;
	} bad[] = {
		{ "https://x/api/?results=5", "use --results" },
		{ "https://x/api/?a=b&SEED=5", "use --seed" },
		{ "https://x/api/?page=5", "counted" },
		{ "https://x/api/1.4/?nat=gb", "use --nat" },
		{ "https://x/api/?gender=male", "use --gender" },
		{ "https://x/api?noinfo", "info" },
		{ "https://x/api/?callback=f", "JSON" },
		{ "https://x/api/?format=csv", "format=csv" },
		{ "https://x/api/?dl&format=yaml", "format=yaml" },
		{ "https://", "the URL is no good" },
		{ "http://x:99999/api/", "the URL is no good" },
	};
	struct source_config config = random_user();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		config.uri = bad[i].uri;
		assert_refused(&config, bad[i].says);
	}
	config.uri = "https://x/api/?format=json&password=upper,1-8&lego";
	assert_good(&config);
}

static void options_that_would_do_nothing_are_refused(void **state)
{
	struct source_config config = random_user();

	(void)state;
	config.uri = "https://x/users.json";
	assert_good(&config);
	config.nat = "gb";
	assert_refused(&config, "--nat");
	config.uri = "https://x/users?country={nat}";
	assert_good(&config);
	config.seed = "s";
	assert_refused(&config, "{seed}");
}

static void all_mistakes_are_told_at_once(void **state)
{
	struct source_config config = random_user();
	struct http_config checked;
	struct err err = ERR_INIT;
	size_t lines = 1;

	(void)state;
	config.uri = "https://x/api/?format=csv&seed=1";
	config.results = 9999;
	config.nat = "xx";
	config.exc = "login";
	config.gender = "x";
	assert_int_equal(http_config_init(&checked, &config, &err), US_REJECT);
	for (const char *at = err.text; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 6);
}

static void passwords_stay_hidden(void **state)
{
	struct source_config config = random_user();
	struct http_config checked;
	struct err err = ERR_INIT;

	(void)state;
	config.uri = "https://user:hunter2@x/api/?apikey=hunter2";
	assert_int_equal(http_config_init(&checked, &config, &err), US_OK);
	assert_string_equal(checked.shown, "https://x/api/");
	assert_null(strstr(checked.identity, "hunter2"));
	http_config_release(&checked);
	config.uri = "https://user:hunter2@x/api/?seed=hunter2";
	assert_refused(&config, "seed");
	assert_int_equal(http_config_init(&checked, &config, &err), US_REJECT);
	assert_null(strstr(err.text, "hunter2"));
}

static void assert_url(const struct source_config *config, const char *want)
{
	struct http_config checked;
	struct err err = ERR_INIT;
	struct buf url;

	if (http_config_init(&checked, config, &err) != US_OK)
		fail_msg("%s", err.text);
	buf_init(&url, HTTP_URL_MAX);
	http_config_url(&checked, "s d", 7, &url);
	assert_string_equal(buf_text(&url), want);
	buf_release(&url);
	http_config_release(&checked);
}

static void urls_of_pages(void **state)
{
	struct source_config config = random_user();

	(void)state;
	config.uri = "https://x/api";
	assert_url(&config, "https://x/api?results=100&seed=s%20d&page=7");
	config.uri = "https://x/api/1.4/?lego#top";
	config.nat = "gb,fr";
	assert_url(&config, "https://x/api/1.4/?lego&results=100&seed=s%20d&page=7&nat=gb,fr");
	config.uri = "https://x/api/{page}/of?n={results}&s={seed}&n2={nat}&{inc}{other}";
	assert_url(&config, "https://x/api/7/of?n=100&s=s%20d&n2=gb,fr&{other}");
	config = random_user();
	config.uri = "https://x/apis/users";
	assert_url(&config, "https://x/apis/users");
	config.uri = "https://x/v1.4";
	assert_url(&config, "https://x/v1.4");
}

static void every_allocation_may_fail(void **state)
{
	struct source_config config = random_user();
	static const char *const redact[] = { "a", "b" };
	uint64_t n = 1;

	(void)state;
	config.nat = "gb";
	config.redact = redact;
	config.redact_count = 2;
	for (;; n++) {
		struct http_config checked;
		enum status status;
		mem_fail_at(n);
		status = http_config_init(&checked, &config, NULL);
		if (status == US_OK) {
			http_config_release(&checked);
			break;
		}
		assert_int_equal(status, US_FATAL);
	}
	mem_fail_at(0);
	assert_true(n > 8);
}

/* ---- the window */

#define SECOND INT64_C(1000000)

static void the_window_never_lets_too_many_through(void **state)
{
	struct rate_window window = { .limit = 1000 };
	int64_t now = INT64_C(1700000000) * SECOND;
	int64_t asked_at[4096];
	int64_t asked[4096];
	int count = 0;
	unsigned random = 12345;

	(void)state;
	while (count < 4096) {
		int64_t users;
		random = random * 1664525U + 1013904223U;
		users = 1 + (random >> 8) % 300;
		if (rate_window_wait_ms(&window, users, now) == 0) {
			rate_window_add(&window, users, now);
			asked_at[count] = now;
			asked[count++] = users;
		}
		now += (int64_t)((random >> 20) % 30) * SECOND / 4;
	}
	for (int last = 0; last < count; last++) {
		int64_t sum = 0;
		for (int i = last; i >= 0 && asked_at[last] - asked_at[i] < 300 * SECOND; i--)
			sum += asked[i];
		assert_true(sum <= 1000);
	}
}

static void the_window_says_how_long_to_wait(void **state)
{
	struct rate_window window = { .limit = 100 };
	int64_t now = INT64_C(1700000000) * SECOND;
	int64_t wait_ms;

	(void)state;
	assert_int_equal(rate_window_wait_ms(&window, 100, now), 0);
	rate_window_add(&window, 60, now);
	rate_window_add(&window, 40, now + 60 * SECOND);
	wait_ms = rate_window_wait_ms(&window, 50, now + 60 * SECOND);
	assert_in_range(wait_ms, 240000, 246000);
	assert_int_equal(rate_window_wait_ms(&window, 50, now + 60 * SECOND + wait_ms * 1000), 0);
	wait_ms = rate_window_wait_ms(&window, 100, now + 60 * SECOND);
	assert_in_range(wait_ms, 300000, 306000);
	/* a clock that was set back does not block for ever */
	wait_ms = rate_window_wait_ms(&window, 100, now - 86400 * SECOND);
	assert_in_range(wait_ms, 1, 306000);
	/* no limit */
	window.limit = 0;
	assert_int_equal(rate_window_wait_ms(&window, 1000000, now), 0);
}

static void the_window_survives_printing(void **state)
{
	struct rate_window window = { .limit = 1000000 };
	struct rate_window copy = { .limit = 1000000 };
	int64_t now = INT64_C(1700000000) * SECOND;
	struct buf text;
	static const char *const bad[] = { "x",       "1",       "1:",   ":1",
					   "1:2,3:4", "5:1 4:1", "1:2 ", "99999999999999999999:1" };

	(void)state;
	buf_init(&text, 10000);
	for (int i = 0; i < 1000; i++)
		rate_window_add(&window, i, now + i * SECOND);
	assert_true(window.count <= RATE_WINDOW_SLOTS);
	rate_window_print(&window, &text);
	assert_false(text.failed);
	assert_true(text.len < 1500);
	assert_true(rate_window_parse(&copy, buf_span(&text)));
	assert_memory_equal(&copy.users, &window.users, (size_t)window.count * sizeof(int64_t));
	assert_int_equal(copy.count, window.count);
	assert_true(rate_window_parse(&copy, SPAN_LITERAL("")));
	assert_int_equal(copy.count, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (i == 6)
			continue; /* a space at the end is harmless */
		assert_false(rate_window_parse(&copy, span_of(bad[i])));
		assert_int_equal(copy.count, 0);
	}
	buf_release(&text);
}

/* ---- the cursor */

static void foreign_cursors_start_anew(void **state)
{
	static const char *const texts[] = { "",
					     "7",
					     "null",
					     "[]",
					     "not json",
					     "{}",
					     "{\"type\":\"file\"}",
					     "{\"type\":5}",
					     "{\"type\":\"http\",\"version\":1}" };
	struct source_config config = random_user();
	struct http_config checked;

	(void)state;
	assert_int_equal(http_config_init(&checked, &config, NULL), US_OK);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct http_cursor cursor;
		const char *why = NULL;
		bool fresh = false;
		assert_int_equal(
		    http_cursor_parse(&cursor, &checked, span_of(texts[i]), &fresh, &why, NULL),
		    US_OK);
		assert_true(fresh);
		assert_int_equal(cursor.page, 1);
		assert_int_equal(strlen(cursor.seed), 12);
		assert_false(http_seed_is_special(cursor.seed));
	}
	http_config_release(&checked);
}

static void a_newer_cursor_is_refused(void **state)
{
	struct source_config config = random_user();
	struct http_config checked;
	struct http_cursor cursor;
	const char *why;
	struct err err = ERR_INIT;
	bool fresh;

	(void)state;
	assert_int_equal(http_config_init(&checked, &config, NULL), US_OK);
	assert_int_equal(http_cursor_parse(&cursor, &checked,
					   SPAN_LITERAL("{\"type\":\"http\",\"version\":2}"),
					   &fresh, &why, &err),
			 US_REJECT);
	assert_non_null(strstr(err.text, "newer"));
	http_config_release(&checked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_combinations_are_refused),
		cmocka_unit_test(a_key_cannot_be_redacted),
		cmocka_unit_test(special_seeds_are_refused),
		cmocka_unit_test(the_url_may_not_say_what_we_say),
		cmocka_unit_test(options_that_would_do_nothing_are_refused),
		cmocka_unit_test(all_mistakes_are_told_at_once),
		cmocka_unit_test(passwords_stay_hidden),
		cmocka_unit_test(urls_of_pages),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(the_window_never_lets_too_many_through),
		cmocka_unit_test(the_window_says_how_long_to_wait),
		cmocka_unit_test(the_window_survives_printing),
		cmocka_unit_test(foreign_cursors_start_anew),
		cmocka_unit_test(a_newer_cursor_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

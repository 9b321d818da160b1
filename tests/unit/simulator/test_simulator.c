/* The whole simulator over HTTP: answers, rate limit, each fault as a client meets it, starting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "core/buf.h"
#include "core/mem.h"
#include "simulator/simulator.h"

struct answer {
	CURLcode result;
	long status;
	struct buf body;
	struct buf headers;
};

static struct simulator *start(int64_t rate_limit, const char *faults)
{
	struct simulator_config config = { .listen = "127.0.0.1:0",
					   .rate_limit = rate_limit,
					   .faults = faults,
					   .fault_seed = 1,
					   .threads = 2 };
	struct simulator *simulator = NULL;
	struct err err = ERR_INIT;

	if (simulator_start(&simulator, &config, &err))
		fail_msg("%s", err.text);
	return simulator;
}

static size_t take(char *data, size_t size, size_t count, void *to)
{
	buf_append(to, data, size * count);
	return size * count;
}

static void get(struct answer *answer, const struct simulator *simulator, const char *query)
{
	CURL *curl = curl_easy_init();
	char url[300];

	buf_init(&answer->body, (size_t)64 << 20);
	buf_init(&answer->headers, 1 << 20);
	answer->status = 0;
	snprintf(url, sizeof(url), "%s%s", simulator_url(simulator), query);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer->headers);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 300L);
	if (!strstr(query, "hang"))
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
	answer->result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_cleanup(curl);
}

static void answer_release(struct answer *answer)
{
	buf_release(&answer->body);
	buf_release(&answer->headers);
}

static void test_an_answer_and_its_counts(void **state)
{
	struct simulator *simulator = start(0, NULL);
	struct simulator_counts counts;
	struct answer twenty;
	struct answer ten;

	(void)state;
	get(&twenty, simulator, "?results=20&seed=abc&noinfo");
	get(&ten, simulator, "?results=10&seed=abc&noinfo");
	assert_int_equal(twenty.status, 200);
	assert_non_null(strstr(buf_text(&twenty.headers), "Content-Type: application/json"));
	assert_true(ten.body.len < twenty.body.len);
	/* all but the closing ]} */
	assert_memory_equal(ten.body.data, twenty.body.data, ten.body.len - 2);
	simulator_read_counts(simulator, &counts);
	assert_int_equal(counts.users, 30);
	assert_int_equal(counts.answers, 2);
	assert_int_equal(counts.refused, 0);
	assert_int_equal(counts.faults, 0);
	answer_release(&twenty);
	answer_release(&ten);
	get(&ten, simulator, "1.9/");
	assert_int_equal(ten.status, 404);
	answer_release(&ten);
	simulator_stop(simulator);
}

static void test_rate_limit(void **state)
{
	struct simulator *simulator = start(100, NULL);
	struct simulator_counts counts;
	struct answer answer;

	(void)state;
	get(&answer, simulator, "?results=60");
	assert_int_equal(answer.status, 200);
	answer_release(&answer);
	get(&answer, simulator, "?results=60");
	assert_int_equal(answer.status, 429);
	assert_int_equal(strncmp(buf_text(&answer.body), "{\"error\":\"", 10), 0);
	assert_non_null(strstr(buf_text(&answer.body), "120 users"));
	assert_null(strstr(buf_text(&answer.headers), "Retry-After"));
	answer_release(&answer);
	simulator_read_counts(simulator, &counts);
	assert_int_equal(counts.refused, 1);
	assert_int_equal(counts.users, 60);
	simulator_stop(simulator);
}

static void test_each_fault_as_a_client_meets_it(void **state)
{
	static const struct {
		const char *fault;
		CURLcode result;
		long status;
		const char *header;
		const char *body;
	} cases[] = {
		{ "429=1", CURLE_OK, 429, "application/json", "{\"error\":\"" },
		{ "500=1", CURLE_OK, 500, "text/html", "<h1>500 " },
		{ "502=1", CURLE_OK, 502, "text/html", "<h1>502 " },
		{ "503=1", CURLE_OK, 503, "Retry-After: 1\r\n", "<h1>503 " },
		{ "504=1", CURLE_OK, 504, "text/html", "<h1>504 " },
		{ "empty=1", CURLE_OK, 200, "application/json", "{\"results\":[],\"info\":" },
		{ "truncated=1", CURLE_PARTIAL_FILE, 200, "Content-Length: ", "" },
		{ "html=1", CURLE_OK, 200, "text/html", "<!DOCTYPE html>" },
		{ "slow=1", CURLE_OK, 200, "application/json", "\"page\":1,\"version\"" },
		{ "hang=1", CURLE_OPERATION_TIMEDOUT, 0, "", "" },
		{ "refused=1", CURLE_GOT_NOTHING, 0, "", "" },
		{ "short=1", CURLE_OK, 200, "application/json", ",\"results\":50," },
		{ "badjson=1", CURLE_OK, 200, "application/json", "\1" },
		{ "content_type=1", CURLE_OK, 200, "text/plain", "{\"results\":[{" },
		{ "bad_email=1", CURLE_OK, 200, "application/json", "example.com" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct simulator *simulator = start(0, cases[i].fault);
		struct simulator_counts counts;
		struct answer answer;

		get(&answer, simulator,
		    strcmp(cases[i].fault, "hang=1") == 0 ? "?results=50&hang" : "?results=50");
		if (answer.result != cases[i].result || answer.status != cases[i].status ||
		    !strstr(buf_text(&answer.headers), cases[i].header) ||
		    !strstr(buf_text(&answer.body), cases[i].body))
			fail_msg("%s: result %d, status %ld, %s%.300s", cases[i].fault,
				 (int)answer.result, answer.status, buf_text(&answer.headers),
				 buf_text(&answer.body));
		simulator_read_counts(simulator, &counts);
		assert_int_equal(counts.faults + counts.answers, 1);
		answer_release(&answer);
		simulator_stop(simulator);
	}
}

static void test_starting_fails_with_all_that_is_wrong(void **state)
{
	struct simulator_config config = { .listen = "127.0.0.1:0", .faults = "slwo=0.1,429=7" };
	struct simulator *simulator = NULL;
	struct err err = ERR_INIT;
	uint64_t before;
	uint64_t allocations;

	(void)state;
	assert_int_equal(simulator_start(&simulator, &config, &err), US_REJECT);
	assert_non_null(strstr(err.text, "did you mean slow?"));
	assert_non_null(strstr(err.text, "the share of 429"));
	config.faults = NULL;
	config.listen = "nowhere:0";
	assert_int_equal(simulator_start(&simulator, &config, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	config.listen = "127.0.0.1:0";
	before = mem_count();
	assert_int_equal(simulator_start(&simulator, &config, &err), US_OK);
	allocations = mem_count() - before;
	simulator_stop(simulator);
	simulator = NULL;
	for (uint64_t n = 1; n <= allocations; n++) {
		mem_fail_at(n);
		assert_int_equal(simulator_start(&simulator, &config, &err), US_FATAL);
		assert_null(simulator);
	}
	mem_fail_at(0);
	simulator_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_answer_and_its_counts),
		cmocka_unit_test(test_rate_limit),
		cmocka_unit_test(test_each_fault_as_a_client_meets_it),
		cmocka_unit_test(test_starting_fails_with_all_that_is_wrong),
	};
	int failed;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	curl_global_cleanup();
	return failed;
}

/*
 * The splitter: records out of answers and lines, minified, redacted, with their keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/mem.h"

static const char *const secrets[] = { "login.password", "login.salt", "token" };

static const struct json_splitter_config api = { .records = "results",
						 .key = "login.uuid",
						 .redact = secrets,
						 .redact_count = 3,
						 .count = "info.results" };
static const struct json_splitter_config lines = { .key = "id",
						   .redact = secrets,
						   .redact_count = 3 };
static const struct json_splitter_config keyless = { .records = "",
						     .redact = secrets,
						     .redact_count = 3 };

static struct json_splitter *open_splitter(const struct json_splitter_config *config)
{
	struct json_splitter *splitter = NULL;
	struct err err = ERR_INIT;

	if (json_splitter_new(&splitter, config, &err) != US_OK)
		fail_msg("%s", err.text);
	return splitter;
}

static void assert_span(struct span got, const char *want)
{
	if (!want) {
		assert_null(got.data);
		return;
	}
	assert_non_null(got.data);
	if (!span_equal(got, span_of(want)))
		fail_msg("got %.*s\nwant %s", (int)got.len, got.data, want);
}

/* One line in, one record out. */
static void assert_line(const char *line, const char *value, const char *key)
{
	struct json_splitter *splitter = open_splitter(&lines);
	struct json_split_result result;
	struct err err = ERR_INIT;

	if (json_split(splitter, line, strlen(line), &result, &err) != US_OK)
		fail_msg("%s: %s", line, err.text);
	assert_int_equal(result.record_count, value ? 1 : 0);
	assert_int_equal(result.refused, value ? 0 : 1);
	assert_int_equal(result.declared_count, -1);
	if (value) {
		assert_span(result.records[0].value, value);
		assert_span(result.records[0].key, key);
	}
	json_splitter_free(splitter);
}

static void splits_an_answer(void **state)
{
	static const char answer[] =
	    "{\"results\":[{\"a\":1,\"login\":{\"uuid\":\"u1\",\"password\":\"p\",\"salt\":\"s\"},"
	    "\"b\":[1]},{\"login\":{\"password\":\"p\",\"uuid\":\"u2\"}},7,{\"a\":2},"
	    "{\"login\":{\"uuid\":null}},{\"login\":{\"uuid\":{}}},{\"login\":{\"uuid\":5}}],"
	    "\"info\":{\"seed\":\"x\",\"results\":7,\"page\":1}}";
	struct json_splitter *splitter = open_splitter(&api);
	struct json_split_result result;

	(void)state;
	for (int again = 0; again < 3; again++) {
		assert_int_equal(json_split(splitter, answer, strlen(answer), &result, NULL),
				 US_OK);
		assert_int_equal(result.record_count, 3);
		assert_int_equal(result.refused, 4);
		assert_int_equal(result.declared_count, 7);
		assert_null(result.answer_error.data);
		assert_span(result.records[0].value,
			    "{\"a\":1,\"login\":{\"uuid\":\"u1\"},\"b\":[1]}");
		assert_span(result.records[0].key, "u1");
		assert_span(result.records[1].value, "{\"login\":{\"uuid\":\"u2\"}}");
		assert_span(result.records[2].key, "5");
	}
	json_splitter_free(splitter);
}

static void redacts_wherever_the_member_stands(void **state)
{
	(void)state;
	assert_line("{\"id\":1,\"token\":2}", "{\"id\":1}", "1");
	assert_line("{\"token\":2,\"id\":1}", "{\"id\":1}", "1");
	assert_line("{\"a\":0,\"token\":{\"x\":[1,{}]},\"id\":1}", "{\"a\":0,\"id\":1}", "1");
	assert_line("{\"id\":\"x\",\"login\":{\"password\":1}}", "{\"id\":\"x\",\"login\":{}}",
		    "x");
	assert_line("{\"id\":\"x\",\"login\":{\"password\":1,\"salt\":2}}",
		    "{\"id\":\"x\",\"login\":{}}", "x");
	assert_line("{\"id\":\"x\",\"login\":{\"a\":0,\"password\":1,\"salt\":2}}",
		    "{\"id\":\"x\",\"login\":{\"a\":0}}", "x");
	assert_line("{\"id\":\"x\",\"login\":{\"password\":1,\"a\":0,\"salt\":2},\"z\":1}",
		    "{\"id\":\"x\",\"login\":{\"a\":0},\"z\":1}", "x");
	/* duplicates, each of them; names with escapes */
	assert_line("{\"token\":1,\"id\":1,\"token\":2,\"token\":3}", "{\"id\":1}", "1");
	assert_line("{\"id\":1,\"\\u0074oken\":1,\"login\":{\"pass\\u0077ord\":\"x\"}}",
		    "{\"id\":1,\"login\":{}}", "1");
	assert_line("{\"login\":{\"password\":1},\"id\":1,\"login\":{\"salt\":2,\"k\":3}}",
		    "{\"login\":{},\"id\":1,\"login\":{\"k\":3}}", "1");
	/* other places keep theirs */
	assert_line("{\"id\":1,\"a\":{\"token\":1},\"password\":2,\"login\":[{\"password\":1}]}",
		    "{\"id\":1,\"a\":{\"token\":1},\"password\":2,\"login\":[{\"password\":1}]}",
		    "1");
	assert_line("{\"id\":\"to,ken\",\"tokens\":\",\"}", "{\"id\":\"to,ken\",\"tokens\":\",\"}",
		    "to,ken");
}

static void minifies(void **state)
{
	(void)state;
	assert_line(" { \"id\" : 1 , \"token\" : [ 1 ] } \r\n", "{\"id\":1}", "1");
	assert_line("{ \"token\" : \"x y\" , \"id\" : \" a  b \" , \"c\" : [ 1 , 2 , { } ] }",
		    "{\"id\":\" a  b \",\"c\":[1,2,{}]}", " a  b ");
	assert_line("{\"id\": 1, \"login\": {\"salt\": 1, \"b\": 2}}",
		    "{\"id\":1,\"login\":{\"b\":2}}", "1");
	assert_line("{\"id\":1}   ", "{\"id\":1}", "1");
	assert_line("   {\"id\":1}", "{\"id\":1}", "1");
}

static void keys_are_texts(void **state)
{
	(void)state;
	assert_line("{\"id\":\"\\u00e9\\n\"}", "{\"id\":\"\\u00e9\\n\"}", "\xC3\xA9\n");
	assert_line("{\"\\u0069d\":true}", "{\"\\u0069d\":true}", "true");
	assert_line("{\"id\":1,\"id\":2}", "{\"id\":1,\"id\":2}", "2");
	assert_line("{\"id\":\"\"}", "{\"id\":\"\"}", "");
	assert_line("{\"id\":1,\"id\":null}", NULL, NULL);
	assert_line("{\"id\":null}", NULL, NULL);
	assert_line("{\"id\":[1]}", NULL, NULL);
	assert_line("{}", NULL, NULL);
	assert_line("\"id\"", NULL, NULL);
	assert_line("12", NULL, NULL);
}

static void a_key_may_be_redacted(void **state)
{
	static const char *const redact[] = { "login" };
	const struct json_splitter_config config = { .key = "login.uuid",
						     .redact = redact,
						     .redact_count = 1 };
	static const char line[] = "{\"a\":1,\"login\":{\"uuid\":\"u\"}}";
	struct json_splitter *splitter = open_splitter(&config);
	struct json_split_result result;

	(void)state;
	assert_int_equal(json_split(splitter, line, strlen(line), &result, NULL), US_OK);
	assert_span(result.records[0].value, "{\"a\":1}");
	assert_span(result.records[0].key, "u");
	json_splitter_free(splitter);
}

static void an_array_is_many_records(void **state)
{
	static const char text[] = "[{\"token\":1},{\"a\":2},[],{}]";
	struct json_splitter *splitter = open_splitter(&keyless);
	struct json_split_result result;

	(void)state;
	assert_int_equal(json_split(splitter, text, strlen(text), &result, NULL), US_OK);
	assert_int_equal(result.record_count, 3);
	assert_int_equal(result.refused, 1);
	assert_span(result.records[0].value, "{}");
	assert_span(result.records[1].value, "{\"a\":2}");
	assert_span(result.records[2].value, "{}");
	assert_null(result.records[0].key.data);
	assert_int_equal(json_split(splitter, "[]", 2, &result, NULL), US_OK);
	assert_int_equal(result.record_count, 0);
	assert_int_equal(result.refused, 0);
	json_splitter_free(splitter);
}

static void says_what_is_wrong_with_an_answer(void **state)
{
	static const struct {
		const char *answer;
		const char *kind;
		const char *says;
		const char *answer_error;
	} cases[] = {
		{ "{\"error\":\"Whoa, ease up \\u0026 rest\"}", "shape", "Whoa, ease up & rest",
		  "Whoa, ease up & rest" },
		{ "{\"error\":\"a\\r\\u001b[1mb\"}", "shape", "it says: a  [1mb", "a\r\x1b[1mb" },
		{ "{\"error\":{\"code\":5}}", "shape", "{\"code\":5}", "{\"code\":5}" },
		{ "{\"results\":{}}", "shape", "\"results\"", NULL },
		{ "{\"results\":null}", "shape", "\"results\"", NULL },
		{ "[]", "shape", "\"results\"", NULL },
		{ "1", "shape", "\"results\"", NULL },
		{ "{\"results\":[", "json", "not valid JSON", NULL },
		{ "<html>", "json", "not valid JSON", NULL },
		{ "", "json", "empty", NULL },
		{ "{\"results\":[{\"login\":{\"uuid\":1}}],\"x\":tru}", "json", "no value", NULL },
	};
	struct json_splitter *splitter = open_splitter(&api);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_split_result result;
		struct err err = ERR_INIT;
		assert_int_equal(
		    json_split(splitter, cases[i].answer, strlen(cases[i].answer), &result, &err),
		    US_REJECT);
		assert_string_equal(err.kind, cases[i].kind);
		assert_int_equal(result.record_count, 0);
		if (!strstr(err.text, cases[i].says))
			fail_msg("%s: %s", cases[i].answer, err.text);
		assert_span(result.answer_error, cases[i].answer_error);
	}
	json_splitter_free(splitter);
}

static void counts_are_whole_numbers(void **state)
{
	static const struct {
		const char *answer;
		int64_t count;
	} cases[] = {
		{ "{\"results\":[],\"info\":{\"results\":0}}", 0 },
		{ "{\"results\":[],\"info\":{\"results\":5000}}", 5000 },
		{ "{\"results\":[],\"info\":{\"results\":1.0}}", -1 },
		{ "{\"results\":[],\"info\":{\"results\":-1}}", -1 },
		{ "{\"results\":[],\"info\":{\"results\":\"1\"}}", -1 },
		{ "{\"results\":[],\"info\":{\"results\":null}}", -1 },
		{ "{\"results\":[],\"info\":{\"results\":{}}}", -1 },
		{ "{\"results\":[],\"info\":[]}", -1 },
		{ "{\"results\":[],\"info\":{\"results\":99999999999999999999}}", -1 },
	};
	struct json_splitter *splitter = open_splitter(&api);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_split_result result;
		assert_int_equal(
		    json_split(splitter, cases[i].answer, strlen(cases[i].answer), &result, NULL),
		    US_OK);
		assert_int_equal(result.declared_count, cases[i].count);
	}
	json_splitter_free(splitter);
}

static void refuses_paths_that_are_none(void **state)
{
	static const char *const bad[] = { "", ".", "a.", ".a", "a..b" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct json_splitter_config config = { .redact = &bad[i], .redact_count = 1 };
		struct json_splitter *splitter = NULL;
		struct err err = ERR_INIT;
		assert_int_equal(json_splitter_new(&splitter, &config, &err), US_REJECT);
		assert_int_equal(err.code, EXIT_BAD_CONFIG);
		assert_non_null(strstr(err.text, "redact"));
		assert_null(splitter);
	}
}

static bool split_everything(void)
{
	static const char answer[] =
	    "{\"results\":[{\"login\":{\"pass\\u0077ord\":1,\"\\u0075uid\":\"u\\n\"}}]}";
	struct json_splitter *splitter = NULL;
	struct json_split_result result;
	enum status status = json_splitter_new(&splitter, &api, NULL);

	if (status == US_OK)
		status = json_split(splitter, answer, strlen(answer), &result, NULL);
	json_splitter_free(splitter);
	assert_true(status == US_OK || status == US_FATAL);
	return status == US_OK;
}

static void every_allocation_may_fail(void **state)
{
	uint64_t n = 1;

	(void)state;
	for (;; n++) {
		mem_fail_at(n);
		if (split_everything())
			break;
		assert_true(n < 1000);
	}
	mem_fail_at(0);
	assert_true(n > 10);
}

static void a_steady_stream_allocates_nothing(void **state)
{
	struct json_splitter *splitter = open_splitter(&lines);
	static const char line[] = "{\"id\":\"\\u0041\",\"token\":[1, 2],\"b\":\"c\"}";
	struct json_split_result result;
	uint64_t before = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(json_split(splitter, line, strlen(line), &result, NULL), US_OK);
		if (i == 0)
			before = mem_count();
	}
	assert_int_equal(mem_count(), before);
	json_splitter_free(splitter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_an_answer),
		cmocka_unit_test(redacts_wherever_the_member_stands),
		cmocka_unit_test(minifies),
		cmocka_unit_test(keys_are_texts),
		cmocka_unit_test(a_key_may_be_redacted),
		cmocka_unit_test(an_array_is_many_records),
		cmocka_unit_test(says_what_is_wrong_with_an_answer),
		cmocka_unit_test(counts_are_whole_numbers),
		cmocka_unit_test(refuses_paths_that_are_none),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(a_steady_stream_allocates_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

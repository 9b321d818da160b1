/*
 * The memory source keeps the contract of sources; source_open's schemes.
 */
#include "contract_source.h"

static enum status open_memory(void *user, struct source **out, struct span cursor,
			       struct waiter *stop, struct err *err)
{
	const struct source_config config = { .uri = user, .results = 7, .stop = stop };

	return source_open(out, &config, cursor, err);
}

static char uri[] = "memory:40";
static const struct contract contract = { .open = open_memory, .user = uri };

static void restarts_where_it_stood(void **state)
{
	(void)state;
	contract_restarts_where_it_stood(&contract);
}

static void survives_every_failed_allocation(void **state)
{
	(void)state;
	contract_survives_every_failed_allocation(&contract);
}

static void a_steady_stream_allocates_nothing(void **state)
{
	(void)state;
	contract_steady_stream_allocates_nothing(&contract);
}

static void unknown_schemes_are_refused(void **state)
{
	static const struct {
		const char *uri;
		const char *says;
	} cases[] = { { "", "file:PATH" },
		      { "users.jsonl", "file:PATH" },
		      { "htps://user:hunter2@x/", "did you mean \"https:\"" },
		      { "flie:x", "did you mean \"file:\"" },
		      { "memory:x", "whole number" },
		      { "ftp://user:hunter2@x/", "--source" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct source_config config = { .uri = cases[i].uri, .results = 1 };
		struct source *source = NULL;
		struct err err = ERR_INIT;
		assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_REJECT);
		assert_int_equal(err.code, EXIT_BAD_CONFIG);
		assert_null(source);
		assert_null(strstr(err.text, "hunter2"));
		if (!strstr(err.text, cases[i].says))
			fail_msg("%s: %s", cases[i].uri, err.text);
	}
	source_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restarts_where_it_stood),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(a_steady_stream_allocates_nothing),
		cmocka_unit_test(unknown_schemes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

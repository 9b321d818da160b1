/*
 * test_memory_sink.c - the contract on the memory sink, and what is its own.
 */
#include "sink/contract_sink.h"
#include "sink/memory_sink.h"

static const char *fresh(void)
{
	static char uri[64];
	static int count;

	if (count)
		sink_memory_forget(uri + strlen("memory:"));
	snprintf(uri, sizeof(uri), "memory:test-%d", ++count);
	return uri;
}

const struct contract_backend contract_backend = { .fresh = fresh, .keeps_after_close = true };

static void test_nameless_ends_with_its_last_handle(void **state)
{
	const struct table_def *table = &people;
	struct sink *one = open_sink("memory:", &table, 1), *two = open_sink("memory:", &table, 1);

	(void)state;
	write_ok(one, &people, -1, 10, 1, "1|Ada|~\n");
	sink_close(one);
	assert_rows(two, PEOPLE, "1|Ada|~\n");
	sink_close(two);
	one = open_sink("memory:", &table, 1);
	assert_rows(one, PEOPLE, "");
	sink_close(one);
}

static void test_many_rows(void **state)
{
	struct sink *sink = open_one(&people);
	char text[256];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "%d|first|~\n%d|second|~\n", i, i / 2);
		write_ok(sink, &people, i ? i : -1, i + 1, 2 * i, text);
	}
	assert_rows(sink, "SELECT count(*) FROM people", "3000\n");
	sink_close(sink);
	fresh();
}

/* The ledger moves, and is checked, as if there were rows. */
static void test_discard(void **state)
{
	const struct table_def *table = &people;
	struct sink *sink = open_sink("discard:", &table, 1);

	(void)state;
	write_ok(sink, &people, -1, 3, 100, "1|a|~\n2|b|~\n");
	write_ok(sink, &people, 3, 5, 200, "3|c|~\n");
	assert_rows(sink, "SELECT count(*) FROM people", "0\n");
	assert_int_equal(ledger_next(sink), 5);
	sink_close(sink);
}

static void test_unknown_schemes(void **state)
{
	static const char *const uris[] = { "redis://localhost/us", "users.db", "", "sqlit:x" };

	(void)state;
	for (size_t i = 0; i < COUNT(uris); i++) {
		const struct sink_config config = { .uri = uris[i], .create = true };
		struct err err = ERR_INIT;
		struct sink *sink;

		assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
		assert_int_equal(err.code, EXIT_BAD_CONFIG);
		assert_non_null(strstr(err.text, "sqlite:PATH"));
		assert_non_null(strstr(err.text, "memory:"));
		assert_null(strstr(err.text, "localhost")); /* there may be a password there */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_TESTS, cmocka_unit_test(test_nameless_ends_with_its_last_handle),
		cmocka_unit_test(test_many_rows), cmocka_unit_test(test_discard),
		cmocka_unit_test(test_unknown_schemes)
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fresh();
	return failed;
}

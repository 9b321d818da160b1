/*
 * contract_cassandra.c - the sink's contract on a real Cassandra, at USERSTREAM_TEST_CASSANDRA
 * (cassandra://127.0.0.1:9042) with the parameters of USERSTREAM_TEST_CASSANDRA_QUERY
 * ("?name=value", or not set). Each test has a keyspace of its own.
 */
#include <unistd.h>

#include "sink/contract_sink.h"

static const char *fresh(void)
{
	static char uri[1024];
	static int count;
	const char *query = getenv("USERSTREAM_TEST_CASSANDRA_QUERY");

	snprintf(uri, sizeof(uri), "%s/contract_%d_%d%s", getenv("USERSTREAM_TEST_CASSANDRA"),
		 (int)getpid(), ++count, query ? query : "");
	return uri;
}

const struct contract_backend contract_backend = { .fresh = fresh,
						   .keeps_after_close = true,
						   .cuts_to_milliseconds = true,
						   .stamps_values = true,
						   .refuses_empty_keys = true,
						   .knows_values_only = true,
						   .writes_rows_first = true,
						   .allocation_step = 7 };

int main(void)
{
	const struct CMUnitTest tests[] = { CONTRACT_TESTS };

	if (!getenv("USERSTREAM_TEST_CASSANDRA")) {
		fprintf(stderr, "USERSTREAM_TEST_CASSANDRA must name a cluster\n");
		return EXIT_FAILURE;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Addresses to listen on, and what is said of wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/listen_socket.h"

static void test_any_free_port(void **state)
{
	static const char *const addresses[] = { "127.0.0.1:0", "[::1]:0", "localhost:0" };

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		struct err err = ERR_INIT;
		int fd = -1;
		int port = 0;

		assert_int_equal(listen_socket_open(&fd, &port, addresses[i], &err), US_OK);
		assert_true(fd >= 0);
		assert_in_range(port, 1, 65535);
		assert_string_equal(err.text, "");
		close(fd);
	}
}

static void test_wrong_addresses_are_explained(void **state)
{
	static const struct {
		const char *address;
		const char *part;
	} cases[] = {
		{ "", "the port is missing" },
		{ "127.0.0.1", "the port is missing" },
		{ "127.0.0.1:", "\"\" is no port" },
		{ "127.0.0.1:65536", "\"65536\" is no port" },
		{ "127.0.0.1:80x", "\"80x\" is no port" },
		{ "127.0.0.1:-1", "\"-1\" is no port" },
		{ ":8088", "must be an IP address" },
		{ "::1:8088", "must be an IP address" },
		{ "[::1:8088", "must be an IP address" },
		{ "[]:8088", "must be an IP address" },
		{ "example.org:8088", "must be an IP address" },
		{ "1.2.3.4.5:8088", "must be an IP address" },
		{ "192.0.2.1:8088", "has no such address" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = ERR_INIT;
		int fd = -1;
		int port = 0;

		assert_int_equal(listen_socket_open(&fd, &port, cases[i].address, &err), US_REJECT);
		assert_int_equal(err.code, EXIT_BAD_CONFIG);
		if (!strstr(err.text, cases[i].part))
			fail_msg("\"%s\": %s", cases[i].address, err.text);
		assert_int_equal(fd, -1);
	}
}

static void test_an_address_in_use_is_worth_a_retry(void **state)
{
	struct err err = ERR_INIT;
	char again[32];
	int first = -1;
	int second = -1;
	int port = 0;

	(void)state;
	assert_int_equal(listen_socket_open(&first, &port, "127.0.0.1:0", &err), US_OK);
	snprintf(again, sizeof(again), "127.0.0.1:%d", port);
	assert_int_equal(listen_socket_open(&second, &port, again, &err), US_RETRY);
	assert_int_equal(err.code, EXIT_UNREACHABLE);
	assert_non_null(strstr(err.text, again));
	assert_non_null(strstr(err.text, "another program listens there"));
	close(first);
	assert_int_equal(listen_socket_open(&second, &port, again, &err), US_OK);
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_free_port),
		cmocka_unit_test(test_wrong_addresses_are_explained),
		cmocka_unit_test(test_an_address_in_use_is_worth_a_retry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

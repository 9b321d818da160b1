/*
 * test_cassandra_settings.c - URIs and variables of the Cassandra sink: what is read from them, and
 * what is said about mistakes. No server, no plugin.
 */
#include <stdlib.h>
#include <unistd.h>

#include "sink/cassandra_settings.h"
#include "sink/sink_helpers.h"

static struct cassandra_settings read_ok(const char *rest, const struct setting *settings,
					 size_t count)
{
	struct cassandra_settings out;
	struct err err = ERR_INIT;

	if (cassandra_settings_read(&out, rest, settings, count, &err) != US_OK)
		fail_msg("%s: %s", rest, err.text);
	return out;
}

static void assert_refused(const char *rest, const struct setting *settings, size_t count,
			   const char *says)
{
	struct cassandra_settings out;
	struct err err = ERR_INIT;

	if (cassandra_settings_read(&out, rest, settings, count, &err) != US_REJECT)
		fail_msg("not refused: %s", rest);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	if (!strstr(err.text, says))
		fail_msg("\"%s\" is not in: %s", says, err.text);
}

static void test_defaults(void **state)
{
	struct cassandra_settings s = read_ok("//db1", NULL, 0);

	(void)state;
	assert_int_equal(s.config.host_count, 1);
	assert_string_equal(s.config.hosts[0], "db1:9042");
	assert_string_equal(s.keyspace, "userstream");
	assert_string_equal(s.shown, "cassandra://db1:9042/userstream");
	assert_int_equal(s.config.consistency, 6); /* LOCAL_QUORUM */
	assert_int_equal(s.config.in_flight, 256);
	assert_int_equal(s.config.batch_bytes, 5000);
	assert_int_equal(s.config.timeout_ms, 10000);
	assert_int_equal(s.wait_ms, 60000);
	assert_int_equal(s.ttl_s, 0);
	assert_false(s.config.tls);
	assert_int_equal(s.config.tls_verify, CASSANDRA_TLS_VERIFY_NODE);
	assert_null(s.config.username);
	assert_null(s.replication);
	cassandra_settings_release(&s);
}

static void test_any_tls_parameter_turns_tls_on(void **state)
{
	static const char *const rests[] = { "//h/k?tls=on",        "//h/k?tls_verify=off",
					     "//h/k?tls_verify=on", "//h/k?tls_ca=x",
					     "//h/k?tls_name=x",    "//h/k?tls_cert=x&tls_key=y" };

	(void)state;
	for (size_t i = 0; i < COUNT(rests); i++) {
		struct cassandra_settings s = read_ok(rests[i], NULL, 0);

		assert_true(s.config.tls);
		cassandra_settings_release(&s);
	}
}

static void test_everything_is_read(void **state)
{
	static const struct setting settings[] = {
		{ "USERSTREAM_CASSANDRA_PASSWORD", "s3cret" },
		{ "USERSTREAM_CASSANDRA_TIMEOUT", "3s" },
		{ "USERSTREAM_CASSANDRA_IN_FLIGHT", "7" },
		{ "USERSTREAM_KAFKA_ACKS", "all" }, /* another's */
	};
	struct cassandra_settings s = read_ok(
	    "//db1:19042,db2,[::1]:9043/Keys_1?consistency=quorum&datacenter=dc1&"
	    "replication=dc1:3,dc2:2&ttl=1d&username=u&tls_ca=/a%20b.pem&tls_verify=ca&"
	    "compression=lz4&in_flight=512&connections=2&wait=none",
	    settings, COUNT(settings));

	(void)state;
	assert_int_equal(s.config.host_count, 3);
	assert_string_equal(s.config.hosts[0], "db1:19042");
	assert_string_equal(s.config.hosts[1], "db2:9042");
	assert_string_equal(s.config.hosts[2], "[::1]:9043");
	assert_string_equal(s.keyspace, "Keys_1");
	assert_int_equal(s.config.consistency, 4);
	assert_string_equal(s.config.datacenter, "dc1");
	assert_string_equal(s.replication, "dc1:3,dc2:2");
	assert_int_equal(s.ttl_s, 86400);
	assert_string_equal(s.config.username, "u");
	assert_string_equal(s.config.password, "s3cret");
	assert_true(s.config.tls); /* since a CA is given */
	assert_int_equal(s.config.tls_verify, CASSANDRA_TLS_VERIFY_CA);
	assert_string_equal(s.config.tls_ca, "/a b.pem");
	assert_int_equal(s.config.compression, CASSANDRA_COMPRESSION_LZ4);
	assert_int_equal(s.config.in_flight, 512); /* the URI wins */
	assert_int_equal(s.config.connections, 2);
	assert_int_equal(s.config.timeout_ms, 3000);
	assert_int_equal(s.wait_ms, 0);
	assert_null(strstr(s.shown, "s3cret"));
	cassandra_settings_release(&s);
}

static void test_password_from_a_file(void **state)
{
	char path[] = "/tmp/test-cassandra-XXXXXX", rest[128];
	int fd = mkstemp(path);
	struct cassandra_settings s;

	(void)state;
	assert_int_equal(write(fd, "first line\nsecond", 17), 17);
	close(fd);
	snprintf(rest, sizeof(rest), "//h/k?username=u&password_file=%s", path);
	s = read_ok(rest, NULL, 0);
	assert_string_equal(s.config.password, "first line");
	cassandra_settings_release(&s);
	unlink(path);
	assert_refused(rest, NULL, 0, "password_file: ");
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *rest, *says;
	} wrong[] = {
		{ "//h/k?consistancy=ONE", "did you mean consistency?" },
		{ "//h/k?consistency=SOME", "one of ONE, TWO" },
		{ "//h/k?consistency=localquorum", "did you mean LOCAL_QUORUM?" },
		{ "//h/k?compression=lz", "did you mean lz4?" },
		{ "//h/k?in_flight=0", "from 1 to 16384" },
		{ "//h/k?ttl=-1", "ttl must be a duration" },
		{ "//h/k?ttl", "ttl has no value" },
		{ "//h/k?replication=three", "replication must be" },
		{ "//h/k?replication=0", "replication must be" },
		{ "//h/k?replication=dc1:", "replication must be" },
		{ "//h/k?username=u", "no password" },
		{ "//h/k?tls=off&tls_ca=x", "tls is off, but tls_ca is given" },
		{ "//h/k?tls_cert=x", "tls_key is missing" },
		{ "//h/k?tls_key=x", "tls_cert is missing" },
		{ "//h/a-b", "no keyspace of Cassandra's" },
		{ "//h:0/k", "\"h:0\" is no host" },
		{ "//h:99999/k", "is no host" },
		{ "//h:9042x/k", "is no host" },
		{ "//a,,b/k", "\"\" is no host" },
		{ "//[::1/k", "is no host" },
		{ "///k", "\"\" is no host" },
		{ "h/k", "cassandra://host:9042/userstream" },
		{ "", "cassandra://host:9042/userstream" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_refused(wrong[i].rest, NULL, 0, wrong[i].says);
	/* all of them at once */
	assert_refused("//h/k?foo=1&ttl=x&in_flight=y", NULL, 0, "in_flight must be");
	assert_refused("//h/k?foo=1&ttl=x&in_flight=y", NULL, 0, "there is no parameter foo");
}

static void test_variables_are_checked_too(void **state)
{
	static const struct setting misspelt = { "USERSTREAM_CASSANDRA_PASWORD", "s3cret" };
	static const struct setting alone = { "USERSTREAM_CASSANDRA_PASSWORD", "s3cret" };
	static const struct setting wrong = { "USERSTREAM_CASSANDRA_TTL", "soon" };

	(void)state;
	assert_refused("//h/k", &misspelt, 1, "did you mean USERSTREAM_CASSANDRA_PASSWORD?");
	assert_refused("//h/k", &alone, 1, "no username");
	assert_refused("//h/k", &wrong, 1, "not \"soon\"");
}

static void test_no_secret_is_told(void **state)
{
	static const char *const rests[] = { "//user:s3cret@h/k", "//h/k?password=s3cret",
					     "//h/k?username=u&password=s3cret&foo=1" };
	static const struct setting password = { "USERSTREAM_CASSANDRA_PASSWORD", "s3cret" };

	(void)state;
	for (size_t i = 0; i < COUNT(rests); i++) {
		struct cassandra_settings out;
		struct err err = ERR_INIT;

		assert_int_equal(cassandra_settings_read(&out, rests[i], &password, 1, &err),
				 US_REJECT);
		assert_null(strstr(err.text, "s3cret"));
		assert_non_null(strstr(err.text, "USERSTREAM_CASSANDRA_PASSWORD"));
	}
}

static void test_failing_allocations(void **state)
{
	static const struct setting password = { "USERSTREAM_CASSANDRA_PASSWORD", "p" };
	enum status status = US_FATAL;
	uint64_t n;

	(void)state;
	for (n = 1; status != US_OK && n < 100; n++) {
		struct cassandra_settings out;

		mem_fail_at(n);
		status = cassandra_settings_read(&out, "//a,b/k?username=u&ttl=1d", &password, 1,
						 NULL);
		mem_fail_at(0);
		if (status == US_OK)
			cassandra_settings_release(&out);
		else
			assert_int_equal(status, US_FATAL);
	}
	assert_true(n > 2 && n < 100);
}

static void test_the_table_is_whole(void **state)
{
	size_t count = 0;

	(void)state;
	while (cassandra_parameters[count].flag)
		count++;
	assert_int_equal(count, PARAMETER_COUNT);
}

static void test_without_the_plugin(void **state)
{
	const struct sink_config config = { .uri = "cassandra://127.0.0.1:1/k", .create = true };
	struct err err = ERR_INIT;
	struct sink *sink = NULL;

	(void)state;
	setenv("USERSTREAM_PLUGINS", "/nonexistent", 1);
	assert_int_equal(sink_open(&sink, &config, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	assert_string_equal(err.kind, "plugin");
	assert_non_null(strstr(err.text, "/nonexistent/userstream-cassandra.so"));
	assert_non_null(strstr(err.text, "make cassandra"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_any_tls_parameter_turns_tls_on),
		cmocka_unit_test(test_everything_is_read),
		cmocka_unit_test(test_password_from_a_file),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_variables_are_checked_too),
		cmocka_unit_test(test_no_secret_is_told),
		cmocka_unit_test(test_failing_allocations),
		cmocka_unit_test(test_the_table_is_whole),
		cmocka_unit_test(test_without_the_plugin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

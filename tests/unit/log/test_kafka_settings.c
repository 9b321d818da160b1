/*
 * A Kafka log's URI and settings: what is taken, what is refused and with which words, and that no
 * secret is shown.
 */
#include "log/kafka_settings.h"
#include "log_helpers.h"

static struct kafka_settings settings;

static enum status read_settings(const char *uri, const struct setting *variables, size_t count,
				 struct err *err)
{
	const struct log_config config = { .uri = uri,
					   .settings = variables,
					   .setting_count = count };
	return kafka_settings_init(&settings, &config, err);
}

/* The text of the refusal. */
static const char *refused(const char *uri, const struct setting *variables, size_t count)
{
	static struct err err;
	err = (struct err)ERR_INIT;
	assert_status(US_REJECT, read_settings(uri, variables, count, &err), &err);
	assert_int_equal(EXIT_BAD_CONFIG, err.code);
	return err.text;
}

static void assert_says(const char *part, const char *text)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static const char *value(const char *name)
{
	const char *text = kafka_settings_get(&settings, name);
	return text ? text : "(not set)";
}

static void test_uri(void **state)
{
	struct err err = ERR_INIT;
	char topic[KAFKA_TOPIC_MAX + 1];
	(void)state;
	assert_ok(
	    read_settings("kafka://a,b:9093,[::1],[::2]:9094/user_topic?partitions=7&linger.ms=5&"
			  "client.id=a%20b%26c&replication=3",
			  NULL, 0, &err),
	    &err);
	assert_string_equal("a:9092,b:9093,[::1]:9092,[::2]:9094", settings.uri.brokers);
	assert_string_equal("user_topic", settings.uri.topic);
	assert_int_equal(7, settings.uri.partitions);
	assert_int_equal(3, settings.uri.replication);
	assert_string_equal("userstream", settings.uri.producer);
	assert_string_equal("5", value("linger.ms"));
	assert_string_equal("a b&c", value("client.id"));
	kafka_uri_topic(&settings.uri, LOG_DEAD_LETTERS, topic);
	assert_string_equal("user_topic_dlq", topic);
	kafka_settings_release(&settings);
}

static void test_bad_uris(void **state)
{
	static const char *const bad[][2] = {
		{ "kafka:host/topic", "kafka://host:port" },
		{ "kafka:///topic", "no broker" },
		{ "kafka://host", "no topic" },
		{ "kafka://host/", "no topic" },
		{ "kafka://host/a/b", "topic's name" },
		{ "kafka://host/t?partitions=0", "partitions" },
		{ "kafka://host/t?partitions=many", "partitions" },
		{ "kafka://host/t?linger.ms", "without a value" },
		{ "kafka://host/t?producer=a/b", "producer" },
		{ "kafka://user:pass@host/t", "SASL_PASSWORD_FILE" },
		{ "kafka://host/t?partitons=3", "did you mean partitions?" },
		{ "kafka://host/t?lingr.ms=3", "did you mean linger.ms?" },
		{ "kafka://host/t?linger.ms=soon", "linger.ms" },
		{ "kafka://host/t?acks=1", "all in-sync replicas" },
		{ "kafka://host/t?enable.idempotence=false", "always on" },
		{ "kafka://host/t?sasl.password=hush", "does not belong into a URI" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *text = refused(bad[i][0], NULL, 0);
		assert_says(bad[i][1], text);
		assert_null(strstr(text, "hush"));
		assert_null(strstr(text, "pass@"));
	}
}

static void test_variables(void **state)
{
	const struct setting variables[] = {
		{ "USERSTREAM_KAFKA_LINGER_MS", "7" },
		{ "USERSTREAM_KAFKA_SESSION_TIMEOUT_MS", "9000" },
		{ "USERSTREAM_CASSANDRA_PASSWORD", "another's" },
	};
	struct err err = ERR_INIT;
	(void)state;
	assert_ok(read_settings("kafka://host/t?linger.ms=3", variables, 3, &err), &err);
	assert_string_equal("3", value("linger.ms")); /* the URI wins */
	assert_string_equal("9000", value("session.timeout.ms"));
	assert_int_equal(2, settings.property_count);
	kafka_settings_release(&settings);
}

static void test_all_mistakes_at_once(void **state)
{
	const struct setting variables[] = {
		{ "USERSTREAM_KAFKA_SASL_USRNAME", "me" },
		{ "USERSTREAM_KAFKA_LINGER_MS", "soon" },
		{ "USERSTREAM_KAFKA_BOOTSTRAP_SERVERS", "elsewhere" },
		{ "USERSTREAM_KAFKA_SASL_PASSWORD_FILE", "/no/such/file" },
	};
	(void)state;
	const char *text = refused("kafka://host/t?colour=red", variables, 4);
	assert_says("colour", text);
	assert_says("did you mean USERSTREAM_KAFKA_SASL_USERNAME?", text);
	assert_says("USERSTREAM_KAFKA_LINGER_MS: ", text);
	assert_says("the brokers are those of the log's URI", text);
	assert_says("/no/such/file", text);
}

static void test_secrets(void **state)
{
	char directory[256], path[300];
	struct err err = ERR_INIT;
	(void)state;
	make_temp_directory(directory, sizeof(directory));
	snprintf(path, sizeof(path), "%s/password", directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("hush hush\n", file);
	fclose(file);
	const struct setting variables[] = {
		{ "USERSTREAM_KAFKA_SECURITY_PROTOCOL", "sasl_ssl" },
		{ "USERSTREAM_KAFKA_SASL_MECHANISM", "PLAIN" },
		{ "USERSTREAM_KAFKA_SASL_USERNAME", "me" },
		{ "USERSTREAM_KAFKA_SASL_PASSWORD_FILE", path },
	};
	assert_ok(read_settings("kafka://host/t", variables, 4, &err), &err);
	assert_string_equal("hush hush", value("sasl.password"));
	kafka_settings_release(&settings);
	/* librdkafka would connect without asking for the name, and say nothing */
	assert_says("security.protocol", refused("kafka://host/t", variables + 1, 3));
	remove_tree(directory);
}

/* A certificate that is not there is found when the client is made, and named. */
static void test_certificates(void **state)
{
	const struct setting variables[] = {
		{ "USERSTREAM_KAFKA_SECURITY_PROTOCOL", "ssl" },
		{ "USERSTREAM_KAFKA_SSL_CA_LOCATION", "/no/such/ca.pem" },
	};
	struct err err = ERR_INIT;
	struct log *log = NULL;
	(void)state;
	const struct log_config config = { .uri = "kafka://127.0.0.1:1/t",
					   .settings = variables,
					   .setting_count = 2 };
	assert_status(US_REJECT, log_open(&log, &config, &err), &err);
	assert_int_equal(EXIT_BAD_CONFIG, err.code);
	assert_says("ssl.ca.location", err.text);
}

static void test_every_allocation_may_fail(void **state)
{
	const struct setting variables[] = { { "USERSTREAM_KAFKA_LINGER_MS", "7" } };
	enum status status = US_FATAL;
	uint64_t n = 1;
	(void)state;
	for (; status != US_OK && n < 2000; n++) {
		struct err err = ERR_INIT;
		mem_fail_at(n);
		status = read_settings("kafka://a,b/t?partitions=2&client.id=x", variables, 1,
				       &err);
		mem_fail_at(0);
		if (status != US_OK)
			assert_status(US_FATAL, status, &err);
	}
	assert_in_range(n, 10, 1999);
	kafka_settings_release(&settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uri),
		cmocka_unit_test(test_bad_uris),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_all_mistakes_at_once),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_every_allocation_may_fail),
	};
	return cmocka_run_group_tests_name("kafka_settings", tests, NULL, NULL);
}

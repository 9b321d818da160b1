/*
 * test_kafka_stats.c - librdkafka's statistics: what is understood of a text, and what handles on
 * its mock cluster tell.
 */
#include "kafka_helpers.h"
#include "kafka_mock.h"
#include "log/kafka_stats.h"

/* ---- texts */

/* Everything that is told, a line a number: "name{label,label} value". */
static void tell(void *user, const struct log_metric *metric, const struct log_label *labels,
		 size_t label_count, double value)
{
	struct buf *out = user;
	assert_true(label_count >= 1 && label_count <= LOG_LABELS);
	assert_string_equal(labels[0].name, "client");
	buf_printf(out, "%s{", metric->name);
	for (size_t i = 0; i < label_count; i++)
		buf_printf(out, "%s%s", i ? "," : "", labels[i].value);
	buf_printf(out, "} %.15g\n", value);
}

static void expect_told(const char *expected)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	log_metrics(tell, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void test_a_producer(void **state)
{
	struct kafka_stats *stats = kafka_stats_new();
	(void)state;
	assert_non_null(stats);
	expect_told("");
	kafka_stats_take(
	    stats,
	    span_of("{ \"name\": \"u#producer-1\", \"client_id\": \"u\", \"type\": \"producer\", "
		    "\"ts\":1, \"msg_cnt\":7, \"msg_size\":700, \"brokers\":{ "
		    "\"h:9092/1\": { \"name\":\"h:9092/1\", \"state\":\"UP\", \"outbuf_cnt\":1, "
		    "\"waitresp_cnt\":2, \"txretries\":3, \"req_timeouts\":4, \"disconnects\":5, "
		    "\"rtt\": { \"min\":1, \"p50\":500, \"p99\":2000 }, "
		    "\"toppars\":{ \"t-0\": { \"topic\":\"t\", \"partition\":0} } } ,"
		    "\":0/internal\": { \"state\":\"UP\" } , "
		    "\"b\\u00e4d\\nname\": { \"state\":\"DOWN\" } }, "
		    "\"topics\":{ \"t\": { \"partitions\":{ \"0\": { \"fetchq_cnt\":9 } } } } }"));
	expect_told("kafka_broker_up{u#producer-1,h:9092/1} 1\n"
		    "kafka_broker_up{u#producer-1,b??d?name} 0\n"
		    "kafka_broker_requests_queued{u#producer-1,h:9092/1} 1\n"
		    "kafka_broker_requests_queued{u#producer-1,b??d?name} 0\n"
		    "kafka_broker_requests_in_flight{u#producer-1,h:9092/1} 2\n"
		    "kafka_broker_requests_in_flight{u#producer-1,b??d?name} 0\n"
		    "kafka_broker_request_retries_total{u#producer-1,h:9092/1} 3\n"
		    "kafka_broker_request_retries_total{u#producer-1,b??d?name} 0\n"
		    "kafka_broker_request_timeouts_total{u#producer-1,h:9092/1} 4\n"
		    "kafka_broker_request_timeouts_total{u#producer-1,b??d?name} 0\n"
		    "kafka_broker_disconnects_total{u#producer-1,h:9092/1} 5\n"
		    "kafka_broker_disconnects_total{u#producer-1,b??d?name} 0\n"
		    "kafka_broker_round_trip_seconds{u#producer-1,h:9092/1,0.5} 0.0005\n"
		    "kafka_broker_round_trip_seconds{u#producer-1,h:9092/1,0.99} 0.002\n"
		    "kafka_broker_round_trip_seconds{u#producer-1,b??d?name,0.5} 0\n"
		    "kafka_broker_round_trip_seconds{u#producer-1,b??d?name,0.99} 0\n"
		    "kafka_producer_queue_records{u#producer-1} 7\n"
		    "kafka_producer_queue_bytes{u#producer-1} 700\n");
	kafka_stats_free(stats);
	expect_told("");
}

#define CONSUMER                                                                                \
	"{\"name\":\"u#consumer-2\",\"type\":\"consumer\",\"msg_cnt\":1,\"brokers\":{},"        \
	"\"topics\":{\"t\":{\"partitions\":{\"0\":{\"fetchq_cnt\":9,\"fetchq_size\":900},"      \
	"\"-1\":{\"fetchq_cnt\":1,\"fetchq_size\":-5},\"1\":{\"fetchq_cnt\":2,\"fetchq_size\":" \
	"200}}}},\"cgrp\":{\"state\":\"up\",\"join_state\":\"steady\",\"rebalance_cnt\":3,"     \
	"\"assignment_size\":2}}"
#define CONSUMER_TELLS                                 \
	"kafka_fetch_queue_records{u#consumer-2} 12\n" \
	"kafka_fetch_queue_bytes{u#consumer-2} 1100\n" \
	"kafka_group_joined{u#consumer-2} 1\n"         \
	"kafka_group_partitions{u#consumer-2} 2\n"     \
	"kafka_group_rebalances_total{u#consumer-2} 3\n"

static void test_a_consumer(void **state)
{
	struct kafka_stats *stats = kafka_stats_new();
	(void)state;
	assert_non_null(stats);
	kafka_stats_take(stats, span_of(CONSUMER));
	expect_told(CONSUMER_TELLS);
	kafka_stats_free(stats);
}

/* Whatever comes, what was told stays told. */
static void test_what_is_not_understood(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"name\":\"x\",\"brokers\":{\"a\"b\":{\"state\":\"UP\"}}}",
		"{\"name\":\"x\",\"msg_cnt\":\"many\"}",
		"{\"name\":\"x\",\"brokers\":[]}",
		"{\"name\":\"x\"} more",
		"{\"name\":\"x\",\"rtt\":{}",
	};
	struct kafka_stats *stats = kafka_stats_new();
	(void)state;
	assert_non_null(stats);
	kafka_stats_take(stats, span_of(CONSUMER));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		kafka_stats_take(stats, span_of(texts[i]));
		expect_told(CONSUMER_TELLS);
	}
	for (size_t len = 0; len < strlen(CONSUMER); len++) { /* cut short anywhere */
		kafka_stats_take(stats, (struct span){ CONSUMER, len });
		expect_told(CONSUMER_TELLS);
	}
	kafka_stats_free(stats);
}

/* More brokers than there is room for, with long names. */
static void test_many_brokers(void **state)
{
	struct kafka_stats *stats = kafka_stats_new();
	struct buf text, out;
	size_t lines = 0;
	(void)state;
	assert_non_null(stats);
	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_append_text(&text, "{\"name\":\"c\",\"type\":\"producer\",\"brokers\":{");
	for (int i = 0; i < 100; i++)
		buf_printf(&text, "%s\"%0200d\":{\"state\":\"UP\"}", i ? "," : "", i);
	buf_append_text(&text, "}}");
	kafka_stats_take(stats, buf_span(&text));
	log_metrics(tell, &out);
	for (const char *at = buf_text(&out); (at = strstr(at, "kafka_broker_up{")); at++)
		lines++;
	assert_int_equal(lines, 64);
	buf_release(&text);
	buf_release(&out);
	kafka_stats_free(stats);
}

/* ---- handles */

/* Of the line that begins with `name` and the client's kind; -1: it is not there. */
static double told_of(const char *name, const char *client)
{
	struct buf out;
	char begin[128];
	const char *line;
	double value = -1;
	buf_init(&out, 1 << 20);
	buf_append_char(&out, '\n');
	log_metrics(tell, &out);
	snprintf(begin, sizeof(begin), "\n%s{userstream#%s", name, client);
	for (line = buf_text(&out); (line = strstr(line, begin)) != NULL; line++) {
		double one = strtod(strstr(line, "} ") + 2, NULL);
		value = one > value ? one : value;
	}
	buf_release(&out);
	return value;
}

static void test_handles_tell(void **state)
{
	char uri[512];
	struct log_config config = { .uri = uri, .create = true };
	struct log *log;
	struct log_reader *reader;
	struct log_event event;
	struct err err = ERR_INIT;
	(void)state;
	snprintf(uri, sizeof(uri), "%s&statistics.interval.ms=20", mock_topic(2));
	assert_ok_at_last(log_open(&log, &config, &err), &err);
	append_keys(log, 0, 10, NULL);
	assert_ok_at_last(log->ops->reader_open(log, "process", &reader, &err), &err);
	/* the reader's come with its polls */
	while (told_of("kafka_group_joined", "consumer") < 1 ||
	       told_of("kafka_group_partitions", "consumer") < 2 ||
	       told_of("kafka_broker_up", "consumer") < 1 ||
	       told_of("kafka_broker_up", "producer") < 1)
		assert_ok_at_last(reader->ops->poll(reader, 10, 0, &event, &err), &err);
	assert_true(told_of("kafka_group_rebalances_total", "consumer") >= 1);
	assert_true(told_of("kafka_producer_queue_records", "producer") >= 0);
	log_reader_close(reader);
	assert_true(told_of("kafka_group_joined", "consumer") < 0);
	log_close(log);
	assert_true(told_of("kafka_broker_up", "producer") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_producer),   cmocka_unit_test(test_a_consumer),
		cmocka_unit_test(test_many_brokers), cmocka_unit_test(test_what_is_not_understood),
		cmocka_unit_test(test_handles_tell),
	};
	return cmocka_run_group_tests(tests, mock_start, mock_stop);
}

/*
 * The Kafka backend on librdkafka's mock cluster: the contract of every log as far as that goes.
 */
#define CONTRACT_TICK_US 1000

#include "contract_log.h"
#include "kafka_mock.h"

/* the protocol's numbers of the requests */
#define API_PRODUCE      0
#define API_LIST_OFFSETS 2

static int contract_setup(void **state)
{
	*state = (void *)(uintptr_t)mock_topic(1);
	return 0;
}

static int contract_teardown(void **state)
{
	(void)state;
	return 0;
}

/* The broker says that it misses records before these: librdkafka gives up, and so must the handle.
 */
static void test_a_client_that_gave_up(void **state)
{
	const struct log_config config = { .uri = *state, .create = true };
	struct record record = { .value = SPAN_LITERAL("{\"a\":1}") };
	struct err err = ERR_INIT;
	struct log *log;

	assert_ok(log_open(&log, &config, &err), &err);
	assert_ok(log->ops->append(log, &record, 1, NULL, NULL, &err), &err);
	rd_kafka_mock_push_request_errors(mock_cluster, API_PRODUCE, 1,
					  RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
	assert_status(US_FATAL, log->ops->append(log, &record, 1, NULL, NULL, &err), &err);
	/* not the record's delivery, which for others of its batch may never be told */
	assert_non_null(strstr(err.text, "appending to the topic"));
	assert_non_null(strstr(err.text, "sequence"));
	assert_status(US_FATAL, log->ops->append(log, &record, 1, NULL, NULL, &err), &err);
	log_close(log);
	assert_ok(log_open(&log, &config, &err), &err);
	assert_ok(log->ops->append(log, &record, 1, NULL, NULL, &err), &err);
	log_close(log);
}

/* The leader of a partition may hear of a topic after the broker that made it. */
static void test_a_leader_that_lags_behind(void **state)
{
	const struct log_config config = { .uri = *state, .create = true };
	struct err err = ERR_INIT;
	struct log_stat stat;
	struct log *log;

	assert_ok(log_open(&log, &config, &err), &err);
	rd_kafka_mock_push_request_errors(mock_cluster, API_LIST_OFFSETS, 1,
					  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
	assert_status(US_RETRY, log->ops->stat(log, &stat, &err), &err);
	assert_non_null(strstr(err.text, "has not yet heard of it"));
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_int_equal(1, stat.partition_count);
	log_stat_release(&stat);
	log_close(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_LOG_TESTS,
		cmocka_unit_test_setup_teardown(test_a_client_that_gave_up, contract_setup,
						contract_teardown),
		cmocka_unit_test_setup_teardown(test_a_leader_that_lags_behind, contract_setup,
						contract_teardown),
	};
	return cmocka_run_group_tests_name("kafka_log", tests, mock_start, mock_stop);
}

/*
 * The Kafka backend on librdkafka's mock cluster: the contract of every log as far as that goes.
 */
#define CONTRACT_TICK_US 1000

#include "contract_log.h"
#include "kafka_mock.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_LOG_TESTS,
	};
	return cmocka_run_group_tests_name("kafka_log", tests, mock_start, mock_stop);
}

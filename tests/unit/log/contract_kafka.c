/*
 * contract_kafka.c - the contract of every log on a real Kafka broker, whose address (host:port) is
 * the argument; tests/system/test_kafka_contract.py starts the brokers. USERSTREAM_TEST_FILTER
 * picks tests by name.
 */
#define CONTRACT_TICK_US 1000

#include "contract_log_asked.h"
#include "contract_log_trim.h"
#include "kafka_helpers.h"

static const char *broker;

/* A topic of a name that was never used; valid until the next call. */
static const char *new_topic(int partitions)
{
	static unsigned count;
	static char uri[256];
	snprintf(uri, sizeof(uri),
		 "kafka://%s/contract-%lld-%d-%u?partitions=%d&session.timeout.ms=6000&"
		 "heartbeat.interval.ms=500",
		 broker, (long long)clock_wall_us(), (int)getpid(), count++, partitions);
	return uri;
}

static int contract_setup(void **state)
{
	*state = (void *)(uintptr_t)new_topic(1);
	return 0;
}

static int contract_teardown(void **state)
{
	(void)state;
	return 0;
}

static void test_dropping_a_reader(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = create_at(state);
	struct log_reader *reader = assigned_reader(log, "one");
	commit_and_wait(log, reader, "one", 0);
	assert_status(US_REJECT, log->ops->drop_reader(log, "one", &err), &err);
	assert_non_null(strstr(err.text, "in use"));
	log_reader_close(reader);
	assert_ok(log->ops->drop_reader(log, "one", &err), &err);
	assert_status(US_REJECT, log->ops->drop_reader(log, "one", &err), &err);
	assert_non_null(strstr(err.text, "no reader \"one\""));
	log_close(log);
}

/* ---- members */

struct member {
	struct log_reader *reader;
	bool owned[4];
	int count;
};

/* Serve one event of a member; an offset of a partition that it does not own fails. */
static size_t serve(struct member *member, int timeout_ms)
{
	struct log_event event = poll_event(member->reader, timeout_ms, 0);
	if (event.kind == LOG_EVENT_ASSIGNED) {
		assert_false(member->owned[event.partition]);
		member->owned[event.partition] = true;
		member->count++;
	} else if (event.kind == LOG_EVENT_REVOKED) {
		assert_true(member->owned[event.partition]);
		member->owned[event.partition] = false;
		member->count--;
	} else if (event.kind == LOG_EVENT_RECORDS) {
		assert_true(member->owned[event.partition]);
		return event.record_count;
	}
	return 0;
}

static void test_members_share_the_partitions(void **state)
{
	const char *uri = new_topic(4);
	struct log *log = open_log(&(struct log_config){ .uri = uri, .create = true });
	struct member one = { .reader = open_reader(log, "r") };
	int64_t deadline = clock_mono_us() + PATIENCE_MS * INT64_C(1000);
	(void)state;
	while (one.count < 4)
		serve(&one, 50);
	struct member two = { .reader = open_reader(log, "r") };
	while (one.count != 2 || two.count != 2) {
		serve(&one, 10);
		serve(&two, 10);
		assert_true(clock_mono_us() < deadline);
	}
	for (int i = 0; i < 4; i++)
		assert_true(one.owned[i] != two.owned[i]);
	append_keys(log, 0, KEYS, NULL);
	for (size_t seen = 0; seen < KEYS;) {
		seen += serve(&one, 10);
		seen += serve(&two, 10);
		assert_true(clock_mono_us() < deadline);
	}
	/* the one that stays takes all */
	log_reader_close(two.reader);
	while (one.count < 4) {
		serve(&one, 50);
		assert_true(clock_mono_us() < deadline);
	}
	log_reader_close(one.reader);
	log_close(log);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_LOG_TESTS,
		CONTRACT_LOG_ASKED_TESTS,
		CONTRACT_LOG_TRIM_TESTS,
		CONTRACT(test_dropping_a_reader),
		cmocka_unit_test(test_members_share_the_partitions),
	};
	if (argc != 2)
		return 64;
	broker = argv[1];
	note_set_level(NOTE_WARN);
	cmocka_set_test_filter(getenv("USERSTREAM_TEST_FILTER"));
	return cmocka_run_group_tests_name("contract_kafka", tests, NULL, NULL);
}

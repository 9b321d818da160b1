/*
 * test_process_group.c - several workers, of one process and of two, on the consumer groups of
 * librdkafka's mock cluster: partitions that move while records come lose none and count none
 * twice.
 */
#include "harness.h"

#include "log/kafka_mock.h"

#define PARTITIONS 4

static char log_uri[300], group_uri[300];

/* To join the mock's groups takes seconds, and may not be asked for twice. */
static void setup(struct harness *harness)
{
	size_t len;

	harness_init(harness, people_sql);
	len = (size_t)snprintf(log_uri, sizeof(log_uri), "%s", mock_topic(PARTITIONS));
	snprintf(group_uri, sizeof(group_uri), "%.*s10000", (int)len - 3, log_uri);
	harness->config.log.uri = log_uri;
	harness->config.log.create = false;
}

static void run(struct harness *harness)
{
	harness->config.log.uri = group_uri;
	harness_run(harness, NULL);
	harness->config.log.uri = log_uri;
}

/* Records with the keys first, first + 1, … */
static void append(struct harness *harness, int first, int count)
{
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct record records[200];
	char values[200][128 + RECORD_PADDING], keys[200][16];
	struct err err = ERR_INIT;

	assert_true(count <= 200);
	for (int i = 0; i < count; i++) {
		size_t len = harness_form(values[i], 128, GOOD_FORM, first + i);

		snprintf(keys[i], sizeof(keys[i]), "k%d", first + i);
		records[i] = (struct record){ .timestamp_us = clock_wall_us(),
					      .key = span_of(keys[i]),
					      .value = { .data = values[i], .len = len } };
	}
	if (log->ops->append(log, records, (size_t)count, NULL, NULL, &err) != US_OK)
		fail_msg("%s", err.text);
	log_close(log);
}

/* The ledgers' sum; `generation`: that every one has. */
static int64_t sum_read(struct harness *harness, int64_t generation)
{
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct sink *sink = harness_sink(harness);
	struct log_stat stat = { 0 };
	struct err err = ERR_INIT;
	int64_t read = 0;

	assert_int_equal(log->ops->stat(log, &stat, &err), US_OK);
	for (int32_t i = 0; i < PARTITIONS; i++) {
		struct ledger_row row;
		struct buf details;
		bool found;

		buf_init(&details, 1 << 16);
		assert_int_equal(sink->ops->ledger(sink, "people", stat.identity, i, &row, &found,
						   &details, &err),
				 US_OK);
		buf_release(&details);
		assert_true(found);
		assert_int_equal(generation, row.generation);
		assert_int_equal(stat.partitions[i].high, row.next);
		read += row.read;
	}
	log_stat_release(&stat);
	sink_close(sink);
	log_close(log);
	return read;
}

static void test_workers(void **state)
{
	struct harness harness;

	(void)state;
	setup(&harness);
	append(&harness, 0, 200);
	append(&harness, 200, 200);
	harness.config.workers = 3;
	run(&harness);
	assert_int_equal(400, harness_query(&harness, "SELECT id FROM people", NULL));
	assert_int_equal(400, sum_read(&harness, 0));
	/* each partition begins anew once, whichever workers it comes to */
	harness.config.from = "earliest";
	run(&harness);
	assert_int_equal(400, sum_read(&harness, 1));
	harness.config.from = NULL;
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static size_t owned(struct supervisor *supervisor)
{
	struct status_report report;

	supervisor_report(supervisor, &report);
	return report.partition_count;
}

static struct supervisor *start(struct harness *harness)
{
	struct supervisor *supervisor = NULL;
	struct err err = ERR_INIT;

	harness->config.log.uri = group_uri;
	if (supervisor_start(&supervisor, &harness->config, &err) != US_OK)
		fail_msg("%s", err.text);
	harness->config.log.uri = log_uri;
	return supervisor;
}

static void test_partitions_move_between_processes(void **state)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	struct harness harness;
	struct supervisor *one, *two;
	int appended = 0;

	(void)state;
	setup(&harness);
	harness.config.until_caught_up = false;
	harness.config.batch_records = 5;
	one = start(&harness);
	while (owned(one) < PARTITIONS)
		nanosleep(&pause, NULL);
	two = start(&harness);
	while (owned(one) != PARTITIONS / 2 || owned(two) != PARTITIONS / 2) {
		append(&harness, appended, 20);
		appended += 20;
	}
	/* the one that stays takes all */
	supervisor_free(one);
	append(&harness, appended, 100);
	appended += 100;
	while (owned(two) < PARTITIONS)
		nanosleep(&pause, NULL);
	supervisor_free(two);
	harness.config.until_caught_up = true;
	run(&harness);
	assert_int_equal(appended, harness_query(&harness, "SELECT id FROM people", NULL));
	assert_int_equal(appended, sum_read(&harness, 0));
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workers),
		cmocka_unit_test(test_partitions_move_between_processes),
	};

	return cmocka_run_group_tests(tests, mock_start, mock_stop);
}

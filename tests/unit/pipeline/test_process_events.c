/*
 * test_process_events.c - what a log with several owners tells: a partition that is taken away in
 * the middle of its records, records lost under the reader; and memory that runs out anywhere.
 */
#include "harness.h"

#include "faulty.h"

/* ---- a reader that loses its partition after each n-th batch, and gets it back */

struct fickle_reader {
	struct log_reader base;
	struct log_reader *inner;
	unsigned batches;
	int stage; /* 0: owned, 1: to be revoked, 2: to be assigned */
	int64_t low, high;
};

static unsigned revocations;

static enum status fickle_poll(struct log_reader *reader, int timeout_ms, size_t most,
			       struct log_event *event, struct err *err)
{
	struct fickle_reader *self = (struct fickle_reader *)reader;
	enum status status;

	if (self->stage) {
		*event = (struct log_event){ .kind = self->stage == 1 ? LOG_EVENT_REVOKED
								      : LOG_EVENT_ASSIGNED,
					     .low = self->low,
					     .high = self->high };
		self->stage = (self->stage + 1) % 3;
		revocations += event->kind == LOG_EVENT_REVOKED;
		return US_OK;
	}
	status = self->inner->ops->poll(self->inner, timeout_ms, most, event, err);
	if (status == US_OK && event->kind == LOG_EVENT_RECORDS && ++self->batches % 3 == 0) {
		self->stage = 1;
		self->low = event->low;
		self->high = event->high;
	}
	return status;
}

static struct log_reader_ops fickle_ops;
static struct log_ops fickle_log_ops;

static enum status fickle_reader_open(struct log *log, const char *name, struct log_reader **out,
				      struct err *err)
{
	struct faulty_log *self = (struct faulty_log *)log;
	enum status status = self->inner->ops->reader_open(self->inner, name, out, err);
	struct fickle_reader *reader;

	if (status != US_OK || !*name)
		return status;
	reader = mem_calloc(1, sizeof(*reader));
	assert_non_null(reader);
	fickle_ops = faulty_reader_ops; /* the same shape: base, inner */
	fickle_ops.poll = fickle_poll;
	reader->base.ops = &fickle_ops;
	reader->inner = *out;
	*out = &reader->base;
	return US_OK;
}

static struct log *fickle_around(void *user, struct log *inner)
{
	struct log *log = faulty_log_around(user, inner);

	fickle_log_ops = faulty_log_ops;
	fickle_log_ops.reader_open = fickle_reader_open;
	log->ops = &fickle_log_ops;
	return log;
}

static void test_revoked_in_the_middle(void **state)
{
	struct harness harness;
	struct faults faults = { .every = 0 };
	const struct supervisor_hooks hooks = { .user = &faults, .log = fickle_around };

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 200);
	harness_append_form(&harness, CHILD_FORM, 200, 20);
	harness_append_form(&harness, GOOD_FORM, 220, 100);
	harness.config.hooks = &hooks;
	harness.config.batch_records = 11;
	harness_run(&harness, NULL);
	harness.config.hooks = NULL;
	assert_true(revocations > 3);
	harness_expect_totals(&harness, 320, 300, 20);
	assert_int_equal(harness_pending(&harness), 20);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

/* ---- two processors of one sink: who comes second reads the ledger again */

static void test_two_owners(void **state)
{
	struct harness harness;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 300);
	harness.config.batch_records = 7;
	harness_run_two(&harness);
	/* whoever lost too often has given up; what is left is done now */
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 300, 300, 0);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

/* ---- every allocation fails once */

static void test_memory_runs_out(void **state)
{
	struct harness harness;
	uint64_t before, count, failed = 0;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 20);
	harness_append_form(&harness, CHILD_FORM, 20, 3);
	before = mem_count();
	harness_run(&harness, NULL);
	count = mem_count() - before;
	for (uint64_t n = 1; n <= count + 10; n++) {
		struct err err = ERR_INIT;

		/* something to do each time, a dead letter among it */
		harness_append_form(&harness, GOOD_FORM, (int)n * 2, 2);
		harness_append_form(&harness, CHILD_FORM, 9999, 1);
		mem_fail_at(n);
		if (harness_run_as(&harness.config, NULL, &err) != US_OK) {
			assert_true(err.text[0]);
			failed++;
		}
		mem_fail_at(0);
	}
	assert_true(failed > 0);
	harness_run(&harness, NULL);
	harness_verify(&harness, true, 0);
	harness_release(&harness);
}

static void test_memory_runs_out_in_verify(void **state)
{
	struct harness harness;
	uint64_t failed = 0;

	(void)state;
	harness_init(&harness, people_sql);
	harness_append_form(&harness, GOOD_FORM, 0, 20);
	harness_append_form(&harness, CHILD_FORM, 20, 3);
	harness_run(&harness, NULL);
	for (uint64_t n = 1; n < 100000; n++) {
		struct verify_config config = { .log = harness.config.log,
						.sink = harness.config.sink,
						.plan = harness.plan,
						.topic = "topic",
						.gate = "rows>0, nulls(name)=0",
						.deep = true };
		struct verify_result result;
		struct err err = ERR_INIT;
		uint64_t before = mem_count();
		enum status status;

		mem_fail_at(n);
		status = verify_run(&config, &result, &err);
		mem_fail_at(0);
		if (status == US_OK) {
			assert_int_equal(result.differences, 0);
			verify_result_release(&result);
			if (mem_count() - before < n)
				break;
			continue;
		}
		failed++;
	}
	assert_true(failed > 20);
	harness_release(&harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_revoked_in_the_middle),
		cmocka_unit_test(test_two_owners),
		cmocka_unit_test(test_memory_runs_out),
		cmocka_unit_test(test_memory_runs_out_in_verify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

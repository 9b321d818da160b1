/*
 * test_process_shared.c - a log on a server, which others read too: partitions that come and go
 * while the sink does not answer, a ledger that another moves, a topic made anew under its name, a
 * broker that slept.
 */
#include "harness.h"

#include "faulty.h"

/* ---- a memory log that says it is such a one */

static struct log_ops shared_ops;
static bool watched; /* readers are */

struct watch {
	struct log_reader base;
	struct log_reader *inner;
	struct faults *unused;
	bool paused[8], owned[8];
};

static struct {
	unsigned polls;       /* while something was paused */
	unsigned revocations; /* told while it was */
} seen;

static enum status watch_pause(struct log_reader *reader, int32_t partition, bool paused,
			       struct err *err)
{
	struct watch *self = (struct watch *)reader;

	self->paused[partition] = paused;
	return self->inner->ops->pause(self->inner, partition, paused, err);
}

/* Partition 1 is given or taken away; one that is given is not paused. */
static enum status tell_of_one(struct watch *self, bool given, struct log_event *event,
			       struct err *err)
{
	*event = (struct log_event){ .kind = given ? LOG_EVENT_ASSIGNED : LOG_EVENT_REVOKED,
				     .partition = 1,
				     .high = 100,
				     .complete = true };
	self->owned[1] = given;
	return watch_pause(&self->base, 1, false, err);
}

/* While partitions are paused, partition 1 is taken away and given back, again and again. */
static enum status watch_poll(struct log_reader *reader, int timeout_ms, size_t most,
			      struct log_event *event, struct err *err)
{
	struct watch *self = (struct watch *)reader;
	enum status status;

	if (self->paused[0] && ++seen.polls % 2 == 0) {
		seen.revocations += self->owned[1];
		return tell_of_one(self, !self->owned[1], event, err);
	}
	if (self->owned[0] && !self->owned[1]) /* it went on without it */
		return tell_of_one(self, true, event, err);
	status = self->inner->ops->poll(self->inner, timeout_ms, most, event, err);
	if (status == US_OK && event->kind == LOG_EVENT_ASSIGNED)
		self->owned[event->partition] = true;
	if (status == US_OK && event->kind == LOG_EVENT_RECORDS)
		assert_false(self->paused[event->partition]);
	return status;
}

static struct log_reader_ops watch_ops;

/* ---- a broker that slept: so many times it tells an end that others have moved since */

#define STALE_END 30

static unsigned stale_answers;

static enum status stale_poll(struct log_reader *reader, int timeout_ms, size_t most,
			      struct log_event *event, struct err *err)
{
	struct watch *self = (struct watch *)reader;
	enum status status = self->inner->ops->poll(self->inner, timeout_ms, most, event, err);

	if (status == US_OK && event->kind == LOG_EVENT_ASSIGNED && stale_answers)
		event->high = STALE_END;
	return status;
}

static enum status stale_offset_at(struct log_reader *reader, int32_t partition, int64_t us,
				   int64_t *offset, struct err *err)
{
	struct watch *self = (struct watch *)reader;

	if (!stale_answers)
		return self->inner->ops->offset_at(self->inner, partition, us, offset, err);
	stale_answers--;
	*offset = STALE_END;
	return US_OK;
}

static struct log_reader_ops stale_ops;

static enum status shared_reader_open(struct log *log, const char *name, struct log_reader **out,
				      struct err *err)
{
	struct faulty_log *self = (struct faulty_log *)log;
	enum status status = self->inner->ops->reader_open(self->inner, name, out, err);
	struct watch *watch;

	if (status != US_OK || !*name || (!watched && !stale_answers))
		return status;
	watch = mem_calloc(1, sizeof(*watch));
	assert_non_null(watch);
	watch->base.ops = watched ? &watch_ops : &stale_ops;
	watch->inner = *out;
	*out = &watch->base;
	return US_OK;
}

static enum status shared_stat(struct log *log, struct log_stat *out, struct err *err)
{
	struct log *inner = ((struct faulty_log *)log)->inner;
	enum status status = inner->ops->stat(inner, out, err);

	snprintf(out->identity, sizeof(out->identity), "the same under the same name");
	snprintf(out->topic, sizeof(out->topic), "people_topic");
	return status;
}

static struct log *share(struct log *inner, const struct log_config *config)
{
	static struct faults none;
	struct log *log = faulty_log_around(&none, inner);

	(void)config;
	log->ops = &shared_ops;
	return log;
}

static void setup(struct harness *harness, const char *parameters)
{
	watch_ops = faulty_reader_ops; /* the same shape: base, inner, faults */
	watch_ops.poll = watch_poll;
	watch_ops.pause = watch_pause;
	stale_ops = faulty_reader_ops;
	stale_ops.poll = stale_poll;
	stale_ops.offset_at = stale_offset_at;
	shared_ops = faulty_log_ops;
	shared_ops.shared = true;
	shared_ops.stat = shared_stat;
	shared_ops.reader_open = shared_reader_open;
	harness_init(harness, people_sql);
	strncat(harness->log_uri, parameters,
		sizeof(harness->log_uri) - 1 - strlen(harness->log_uri));
	log_set_wrapper(share);
}

static void teardown(struct harness *harness)
{
	log_set_wrapper(NULL);
	watched = false;
	harness_release(harness);
}

/* ---- the sink does not answer */

static void test_polls_go_on_while_the_sink_is_away(void **state)
{
	struct harness harness;
	struct faults faults = { .every = 1,
				 .limit = 7,
				 .status = US_RETRY,
				 .kind = "unreachable",
				 .sink_write = true };
	const struct supervisor_hooks hooks = { .user = &faults, .sink = faulty_sink_around };

	(void)state;
	setup(&harness, "?partitions=2");
	harness_append_form(&harness, GOOD_FORM, 0, 200);
	watched = true;
	memset(&seen, 0, sizeof(seen));
	harness.config.hooks = &hooks;
	harness_run(&harness, NULL);
	harness.config.hooks = NULL;
	assert_int_equal(7, faults.failed);
	assert_true(seen.polls > 7);
	assert_true(seen.revocations > 0);
	assert_int_equal(200, harness_query(&harness, "SELECT id FROM people", NULL));
	harness_verify(&harness, true, 0);
	teardown(&harness);
}

/* Nor can its ledger be read, when a partition is given. */
static void test_a_partition_given_while_the_sink_is_away(void **state)
{
	struct harness harness;
	struct faults faults = {
		.every = 1, .limit = 9, .status = US_RETRY, .kind = "unreachable", .sink_read = true
	};
	const struct supervisor_hooks hooks = { .user = &faults, .sink = faulty_sink_around };

	(void)state;
	setup(&harness, "?partitions=3");
	harness_append_form(&harness, GOOD_FORM, 0, 300);
	watched = true;
	memset(&seen, 0, sizeof(seen));
	harness.config.hooks = &hooks;
	harness_run(&harness, NULL);
	harness.config.hooks = NULL;
	assert_int_equal(9, faults.failed);
	assert_true(seen.polls > 3);
	assert_int_equal(300, harness_query(&harness, "SELECT id FROM people", NULL));
	harness_verify(&harness, true, 0);
	teardown(&harness);
}

/* ---- two that both think that they own the partition */

static void test_two_owners_share(void **state)
{
	struct harness harness;

	(void)state;
	setup(&harness, "");
	harness_append_form(&harness, GOOD_FORM, 0, 300);
	harness_append_form(&harness, CHILD_FORM, 300, 10);
	harness.config.batch_records = 7;
	harness_run_two(&harness);
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 310, 300, 10);
	assert_int_equal(harness_pending(&harness), 10);
	harness_verify(&harness, true, 0);
	teardown(&harness);
}

/* A sink whose first answer about the ledger is old when it arrives: another has done it all. */
static struct harness *others;
static struct sink_ops late_ops;

static enum status late_ledger(struct sink *sink, const char *table, const char *identity,
			       int32_t partition, struct ledger_row *out, bool *found,
			       struct buf *details, struct err *err)
{
	struct faulty_sink *self = faulty_sink_of(sink);
	enum status status = self->inner->ops->ledger(self->inner, table, identity, partition, out,
						      found, details, err);
	struct harness *other = others;

	others = NULL;
	if (other) {
		struct supervisor_config config = other->config;

		config.reader = "second";
		config.hooks = NULL;
		assert_int_equal(US_OK, harness_run_as(&config, NULL, err));
	}
	return status;
}

static struct sink *late_sink_around(void *user, struct sink *inner)
{
	struct sink *sink = faulty_sink_around(user, inner);

	late_ops = faulty_sink_ops;
	late_ops.ledger = late_ledger;
	sink->ops = &late_ops;
	return sink;
}

static void test_one_that_is_late_voids_no_letters(void **state)
{
	struct harness harness;
	struct faults none = { 0 };
	const struct supervisor_hooks hooks = { .user = &none, .sink = late_sink_around };

	(void)state;
	setup(&harness, "");
	harness_append_form(&harness, GOOD_FORM, 0, 5);
	harness_run(&harness, NULL);
	harness_append_form(&harness, CHILD_FORM, 5, 10);
	harness_append_form(&harness, GOOD_FORM, 15, 20);
	harness.config.hooks = &hooks;
	others = &harness;
	harness_run(&harness, NULL);
	assert_null(others);
	harness.config.hooks = NULL;
	harness_expect_totals(&harness, 35, 25, 10);
	assert_int_equal(harness_pending(&harness), 10);
	assert_int_equal(harness_viewed(&harness), 10);
	harness_verify(&harness, true, 0);
	teardown(&harness);
}

/* ---- a topic made anew */

static void refused(struct harness *harness, const char *part)
{
	struct err err = ERR_INIT;

	assert_int_equal(US_REJECT, harness_run_as(&harness->config, NULL, &err));
	assert_int_equal(EXIT_BAD_DATA, err.code);
	if (!strstr(err.text, part) || !strstr(err.text, "people_topic"))
		fail_msg("%s", err.text);
}

static void make_anew(struct harness *harness, int first, int count)
{
	log_memory_forget(harness->log_uri + strlen("memory:"));
	harness_append_form(harness, GOOD_FORM, first, count);
}

static void test_a_topic_made_anew(void **state)
{
	struct harness harness;

	(void)state;
	setup(&harness, "");
	harness.config.cut_sure_ms = 1;
	harness_append_form(&harness, GOOD_FORM, 0, 50);
	harness_run(&harness, NULL);
	/* shorter than the position */
	make_anew(&harness, 100, 30);
	refused(&harness, "the ledger stands at offset 50");
	harness.config.accept_gap = true;
	harness_run(&harness, NULL);
	harness.config.accept_gap = false;
	assert_int_equal(80, harness_query(&harness, "SELECT id FROM people", NULL));
	/* longer: only the record before the position tells */
	make_anew(&harness, 200, 70);
	refused(&harness, "holds the offsets 0 to 69");
	harness.config.accept_gap = true;
	harness_run(&harness, NULL);
	harness.config.accept_gap = false;
	assert_int_equal(150, harness_query(&harness, "SELECT id FROM people", NULL));
	harness_expect_totals(&harness, 70, 70, 0);
	/* the same again is no gap */
	harness_append_form(&harness, GOOD_FORM, 300, 5);
	harness_run(&harness, NULL);
	harness_expect_totals(&harness, 75, 75, 0);
	teardown(&harness);
}

static void test_a_broker_that_slept(void **state)
{
	struct harness harness;

	(void)state;
	setup(&harness, "");
	harness_append_form(&harness, GOOD_FORM, 0, 50);
	harness_run(&harness, NULL);
	harness_append_form(&harness, GOOD_FORM, 100, 10);
	stale_answers = 3;
	harness_run(&harness, NULL);
	assert_int_equal(0, stale_answers);
	assert_int_equal(60, harness_query(&harness, "SELECT id FROM people", NULL));
	harness_expect_totals(&harness, 60, 60, 0);
	teardown(&harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls_go_on_while_the_sink_is_away),
		cmocka_unit_test(test_a_partition_given_while_the_sink_is_away),
		cmocka_unit_test(test_two_owners_share),
		cmocka_unit_test(test_one_that_is_late_voids_no_letters),
		cmocka_unit_test(test_a_topic_made_anew),
		cmocka_unit_test(test_a_broker_that_slept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_verify.c - each kind of planted difference is found; what adds up is not complained of.
 */
#include "harness.h"

/* Verify; returns the report, to be freed. */
static char *verify_text(struct harness *harness, bool deep, const char *gate, int64_t *differences,
			 int64_t *gates)
{
	struct verify_config config = { .log = harness->config.log,
					.sink = harness->config.sink,
					.plan = harness->plan,
					.topic = "topic",
					.deep = deep,
					.gate = gate };
	struct verify_result result;
	struct err err = ERR_INIT;
	char *text;

	if (verify_run(&config, &result, &err) != US_OK)
		fail_msg("%s", err.text);
	text = mem_strdup(buf_text(&result.report));
	*differences = result.differences;
	if (gates)
		*gates = result.gates_failed;
	verify_result_release(&result);
	return text;
}

static void expect_difference(struct harness *harness, bool deep, const char *what)
{
	int64_t differences;
	char *text = verify_text(harness, deep, NULL, &differences, NULL);

	if (differences == 0 || !strstr(text, what))
		fail_msg("'%s' is not told:\n%s", what, text);
	mem_free(text);
}

static void start(struct harness *harness)
{
	harness_init(harness, people_sql);
	harness_append_form(harness, GOOD_FORM, 0, 50);
	harness_append_form(harness, CHILD_FORM, 50, 5);
	harness_append_form(harness, GOOD_FORM, 55, 10);
	harness_run(harness, NULL);
	harness_verify(harness, true, 0);
}

/* Write behind the ledger's back: a row of one record under a stamp, or another ledger. */
static void tamper(struct harness *harness, const char *json, int64_t stamp,
		   void (*change)(struct ledger_row *row))
{
	struct partition *partition = harness_ledger(harness);
	struct log *log = harness_log(harness, LOG_RECORDS);
	struct sink *sink = harness_sink(harness);
	struct worker *worker = worker_new(harness->plan);
	struct transform_result made;
	struct log_stat stat = { 0 };
	struct ledger_row row;
	struct err err = ERR_INIT;
	struct buf details;
	char value[512] = { 0 };
	struct record record = { .offset = 0 };
	const int64_t *stamps = &stamp;
	size_t bad_table;
	int64_t bad_row;
	struct sink_write write = {
		.table_count = 1, .stamps = &stamps, .ledger = &row, .expected = partition->next
	};

	snprintf(value, sizeof(value) - RECORD_PADDING, "%s",
		 json ? json : "{\"id\":\"x\",\"age\":1}");
	record.value = span_of(value);
	assert_int_equal(log->ops->stat(log, &stat, &err), US_OK);
	assert_int_equal(worker_transform(worker, "topic", &record, 1, &made, &err), US_OK);
	buf_init(&details, DETAILS_MAX);
	partition_ledger(partition, 0, stat.identity, plan_fingerprint(harness->plan), &row,
			 &details);
	row.details = buf_span(&details);
	if (change)
		change(&row);
	write.rows = &made.tables[0].rows;
	if (sink->ops->write(sink, &write, &bad_table, &bad_row, &err) != US_OK)
		fail_msg("%s", err.text);
	buf_release(&details);
	log_stat_release(&stat);
	worker_free(worker);
	sink_close(sink);
	log_close(log);
	partition_free(partition);
}

static void test_changed_value(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	tamper(&harness, "{\"id\":\"k7\",\"name\":\"forged\",\"age\":30}", INT64_MAX / 2, NULL);
	harness_verify(&harness, false, 0);
	expect_difference(&harness, true, "key k7 (partition 0, offset 7): another value in name");
	harness_release(&harness);
}

static void test_extra_row(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	tamper(&harness, "{\"id\":\"ghost\",\"name\":\"g\",\"age\":30}", 1, NULL);
	expect_difference(&harness, false, "61 rows, but only 60 were written");
	expect_difference(&harness, true, "key ghost: a row that no record of the log gives");
	harness_release(&harness);
}

static void test_stamp_out_of_order(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	tamper(&harness, "{\"id\":\"k7\",\"name\":\" n7 \",\"age\":30}", INT64_MAX / 2, NULL);
	expect_difference(&harness, true, "its stamp");
	harness_release(&harness);
}

/* A microsecond too much is found, in the middle and at the end. */
static void test_stamp_off_by_one(void **state)
{
	const struct {
		const char *json;
		int64_t offset;
	} rows[] = { { "{\"id\":\"k7\",\"name\":\" n7 \",\"age\":30}", 7 },
		     { "{\"id\":\"k64\",\"name\":\" n64 \",\"age\":30}", 64 } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct harness harness;
		struct partition *partition;

		start(&harness);
		partition = harness_ledger(&harness);
		tamper(&harness, rows[i].json, partition->stamp_base + rows[i].offset + 1, NULL);
		partition_free(partition);
		harness_verify(&harness, false, 0);
		expect_difference(&harness, true, "its stamp");
		harness_release(&harness);
	}
}

static void add_stored(struct ledger_row *row)
{
	row->stored++;
}

static void skip_one(struct ledger_row *row)
{
	row->next++;
	row->read += 2;
	row->stored += 2;
}

static void other_details(struct ledger_row *row)
{
	row->details = SPAN_LITERAL(
	    "{\"rows\":60,\"violations\":{\"young\":1},\"rejected\":{\"adult\":5},"
	    "\"columns\":{\"name\":{\"nulls\":3},\"age\":{\"nulls\":0,\"min\":30,"
	    "\"max\":30}}}");
}

static void one_reject_less(struct ledger_row *row)
{
	row->rejected--;
	row->stored++;
}

static void test_ledger_that_does_not_add_up(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	tamper(&harness, NULL, 1, add_stored);
	expect_difference(&harness, false, "read 65, but stored, filtered and rejected are 66");
	harness_release(&harness);
	start(&harness);
	tamper(&harness, NULL, 1, skip_one);
	expect_difference(&harness, false, "are 66 records, read and lost are 67");
	expect_difference(&harness, false, "the ledger stands at offset 66, the log ends at 65");
	harness_release(&harness);
	start(&harness);
	tamper(&harness, NULL, 1, one_reject_less);
	expect_difference(&harness, false, "rejected 4, but 5 dead letters");
	harness_release(&harness);
	start(&harness);
	tamper(&harness, NULL, 1, other_details);
	harness_verify(&harness, false, 0);
	expect_difference(&harness, true, "NULLs in name: ledger 3, recount 0");
	expect_difference(&harness, true, "violations of young: ledger 1, recount 0");
	harness_release(&harness);
}

static void claim_three(struct ledger_row *row)
{
	row->next += 3;
	row->read += 3;
	row->stored += 3;
	row->anchor_timestamp_us = 0;
}

static void test_missing_rows(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	harness_append_form(&harness, GOOD_FORM, 70, 3);
	tamper(&harness, NULL, 1, claim_three);
	harness_verify(&harness, false, 0);
	expect_difference(&harness, true, "key k72 (partition 0, offset 67): no such row");
	harness_release(&harness);
}

static void test_record_without_letter(void **state)
{
	struct harness harness;

	(void)state;
	start(&harness);
	harness_append_form(&harness, CHILD_FORM, 70, 3);
	tamper(&harness, NULL, 1, claim_three);
	expect_difference(&harness, true, "partition 0, offset 65: table people rejects it");
	harness_release(&harness);
}

static void test_letter_that_is_gone(void **state)
{
	struct harness harness;
	struct log *letters;
	struct err err = ERR_INIT;
	int64_t differences;
	char *text;

	(void)state;
	start(&harness);
	letters = harness_log(&harness, LOG_DEAD_LETTERS);
	assert_int_equal(letters->ops->trim(letters, 0, INT64_MAX, true, NULL, &err), US_OK);
	log_close(letters);
	/* a purge is allowed: what was rejected is still counted */
	text = verify_text(&harness, true, NULL, &differences, NULL);
	assert_int_equal(differences, 0);
	mem_free(text);
	harness_release(&harness);
}

static void claim_one(struct ledger_row *row)
{
	row->next++;
	row->read++;
	row->stored++;
	row->anchor_timestamp_us = 0;
}

/* The letters are purged, and the pipeline file takes now what it rejected: no row is lost for
 * that, but one more that is missing is. */
static void test_purged_letters_that_would_pass(void **state)
{
	struct harness harness;
	struct log *letters;
	struct err err = ERR_INIT;
	int64_t differences;
	char *text;

	(void)state;
	start(&harness);
	letters = harness_log(&harness, LOG_DEAD_LETTERS);
	assert_int_equal(letters->ops->trim(letters, 0, INT64_MAX, true, NULL, &err), US_OK);
	log_close(letters);
	plan_free(harness.plan);
	harness.plan = harness_plan(lenient_sql);
	text = verify_text(&harness, true, NULL, &differences, NULL);
	assert_int_equal(differences, 0);
	assert_non_null(strstr(text, "5 records whose dead letters were purged would pass now"));
	mem_free(text);
	harness_append_form(&harness, GOOD_FORM, 70, 1);
	tamper(&harness, "{", 1, claim_one);
	expect_difference(&harness, true, "no such row");
	harness_release(&harness);
}

static void test_changed_pipeline_is_told(void **state)
{
	struct harness harness;
	int64_t differences;
	char *text;

	(void)state;
	start(&harness);
	plan_free(harness.plan);
	harness.plan = harness_plan(lenient_sql);
	text = verify_text(&harness, true, NULL, &differences, NULL);
	assert_int_equal(differences, 0);
	assert_non_null(strstr(text, "pipeline file changed"));
	assert_non_null(strstr(text, "5 dead letters would pass now"));
	mem_free(text);
	harness_release(&harness);
}

static void test_gates_are_measured(void **state)
{
	struct harness harness;
	int64_t differences, gates;
	char *text;

	(void)state;
	start(&harness);
	text = verify_text(&harness, false,
			   "rows>=60, rejected_share < 10%, nulls(name)=0, min(age)>=30, "
			   "violations(young)=0, rejected(adult)=5, lag=0, people.stored==60",
			   &differences, &gates);
	if (gates)
		fail_msg("%s", text);
	mem_free(text);
	text = verify_text(
	    &harness, false,
	    "rows>60, rejected_share<0.01, rejected_share<1%, max(age)<=30, filtered!=0",
	    &differences, &gates);
	assert_int_equal(gates, 4);
	assert_non_null(strstr(text, "GATE     rows>60: it is 60\n"));
	assert_non_null(strstr(text, "GATE     rejected_share<0.01: it is 0.0769"));
	assert_non_null(strstr(text, "GATE     rejected_share<1%: it is 7.69"));
	assert_non_null(strstr(text, "GATE     filtered!=0: it is 0\n"));
	mem_free(text);
	harness_release(&harness);
}

static void test_missing_log_is_said(void **state)
{
	struct harness harness;
	struct verify_config config;
	struct verify_result result;
	struct err err = ERR_INIT;

	(void)state;
	harness_init(&harness, people_sql);
	config = (struct verify_config){ .log = harness.config.log,
					 .sink = harness.config.sink,
					 .plan = harness.plan };
	assert_int_equal(verify_run(&config, &result, &err), US_REJECT);
	assert_non_null(strstr(err.text, "log"));
	harness_release(&harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changed_value),
		cmocka_unit_test(test_extra_row),
		cmocka_unit_test(test_stamp_out_of_order),
		cmocka_unit_test(test_stamp_off_by_one),
		cmocka_unit_test(test_ledger_that_does_not_add_up),
		cmocka_unit_test(test_missing_rows),
		cmocka_unit_test(test_record_without_letter),
		cmocka_unit_test(test_letter_that_is_gone),
		cmocka_unit_test(test_purged_letters_that_would_pass),
		cmocka_unit_test(test_changed_pipeline_is_told),
		cmocka_unit_test(test_gates_are_measured),
		cmocka_unit_test(test_missing_log_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

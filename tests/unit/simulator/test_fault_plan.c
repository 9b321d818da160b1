/* --fault: reading it, every mistake at once, and drawing in the shares asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "simulator/address_quota.h"
#include "simulator/fault_plan.h"

static void test_shares_are_met_and_repeat(void **state)
{
	struct fault_plan plan;
	struct fault_plan other;
	struct err err = ERR_INIT;
	int seen[FAULT_COUNT] = { 0 };
	int different = 0;

	(void)state;
	assert_int_equal(
	    fault_plan_parse(&plan, "429=0.05,slow=0.2,hang=0.01,bad_email=0.1", 1, &err), US_OK);
	assert_int_equal(
	    fault_plan_parse(&other, "429=0.05,slow=0.2,hang=0.01,bad_email=0.1", 2, &err), US_OK);
	for (uint64_t n = 0; n < 100000; n++) {
		uint64_t detail;
		uint64_t again;
		enum fault fault = fault_plan_request(&plan, n, &detail);

		seen[fault]++;
		assert_int_equal(fault_plan_request(&plan, n, &again), fault);
		assert_true(detail == again);
		different += fault_plan_request(&other, n, &again) != fault;
		seen[FAULT_BAD_EMAIL] += fault_plan_record(&plan, 5, n) == RECORD_FAULT_BAD_EMAIL;
	}
	assert_in_range(seen[FAULT_429], 4700, 5300);
	assert_in_range(seen[FAULT_SLOW], 19500, 20500);
	assert_in_range(seen[FAULT_HANG], 900, 1100);
	assert_in_range(seen[FAULT_BAD_EMAIL], 9600, 10400);
	assert_int_equal(seen[FAULT_502], 0);
	assert_true(different > 10000);
}

static void test_no_faults(void **state)
{
	struct fault_plan plan;
	struct err err = ERR_INIT;
	uint64_t detail;

	(void)state;
	assert_int_equal(fault_plan_parse(&plan, NULL, 1, &err), US_OK);
	assert_int_equal(fault_plan_parse(&plan, "", 1, &err), US_OK);
	for (uint64_t n = 0; n < 1000; n++)
		assert_int_equal(fault_plan_request(&plan, n, &detail), FAULT_NONE);
	assert_false(plan.spoils_records);
	assert_int_equal(fault_plan_parse(&plan, "hang=1", 1, &err), US_OK);
	for (uint64_t n = 0; n < 1000; n++)
		assert_int_equal(fault_plan_request(&plan, n, &detail), FAULT_HANG);
}

static void test_all_mistakes_at_once(void **state)
{
	static const char *const parts[] = {
		"unknown fault \"trunated\"; did you mean truncated?",
		"unknown fault \"zzzzzzzz\"; there are: 429, ",
		"\"slow\" has no share; write for example slow=0.01",
		"the share of 502 is \"x\"; it must be a number from 0 to 1",
		"the share of 503 is \"1.5\"",
		"the share of 504 is \"\"",
		"the share of 500 is \"-1\"",
		"more than 1 together",
	};
	struct fault_plan plan;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fault_plan_parse(&plan,
					  "trunated=0.1,zzzzzzzz=0.1,slow,502=x,503=1.5,504=,"
					  "500=-1,hang=0.9,empty=0.9",
					  1, &err),
			 US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_USAGE);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!strstr(err.text, parts[i]))
			fail_msg("\"%s\" is missing in: %s", parts[i], err.text);
	mem_fail_at(1);
	assert_int_equal(fault_plan_parse(&plan, "x", 1, &err), US_FATAL);
	mem_fail_at(0);
}

static void test_the_address_quota_counts_users_of_an_address(void **state)
{
	static struct address_quota rate;
	int64_t total;
	int64_t now = 7 * QUOTA_WINDOW_US;

	(void)state;
	address_quota_init(&rate, 1000);
	assert_true(address_quota_take(&rate, "127.0.0.1", 600, now, &total));
	assert_true(address_quota_take(&rate, "127.0.0.1", 400, now + 5, &total));
	assert_false(address_quota_take(&rate, "127.0.0.1", 1, now + 6, &total));
	assert_int_equal(total, 1001);
	assert_true(address_quota_take(&rate, "::1", 1000, now + 7, &total));
	assert_false(address_quota_take(&rate, "127.0.0.1", 1, now + QUOTA_WINDOW_US - 1, &total));
	assert_true(address_quota_take(&rate, "127.0.0.1", 1000, now + QUOTA_WINDOW_US, &total));
	address_quota_release(&rate);
	address_quota_init(&rate, 0);
	for (int i = 0; i < 100; i++)
		assert_true(address_quota_take(&rate, "127.0.0.1", 5000, now, &total));
	address_quota_release(&rate);
}

static void test_more_addresses_than_there_is_room_for_share_one_count(void **state)
{
	static struct address_quota rate;
	int64_t total;

	(void)state;
	address_quota_init(&rate, 10);
	for (int i = 0; i < QUOTA_ADDRESSES; i++) {
		char address[20] = "a000000";

		for (int d = 0, n = i; d < 6; d++, n /= 10)
			address[6 - d] = (char)('0' + n % 10);
		assert_true(address_quota_take(&rate, address, 10, 1, &total));
	}
	assert_true(address_quota_take(&rate, "x", 6, 1, &total));
	assert_false(address_quota_take(&rate, "y", 6, 1, &total));
	assert_true(address_quota_take(&rate, "y", 6, QUOTA_WINDOW_US, &total));
	address_quota_release(&rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares_are_met_and_repeat),
		cmocka_unit_test(test_no_faults),
		cmocka_unit_test(test_all_mistakes_at_once),
		cmocka_unit_test(test_the_address_quota_counts_users_of_an_address),
		cmocka_unit_test(test_more_addresses_than_there_is_room_for_share_one_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

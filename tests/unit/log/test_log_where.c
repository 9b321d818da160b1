/*
 * Places in a log as a person writes them.
 */
#include "log/log_where.h"
#include "log_helpers.h"

static void test_places(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct log *log = open_log(&(struct log_config){ .uri = "memory:", .create = true });
	const int64_t ten = INT64_C(1769853600000000); /* 2026-01-31 10:00:00 UTC */
	for (int i = 0; i < 10; i++)
		assert_ok(append_many(log, 1, 1, ten + i * INT64_C(3600000000), &err), &err);
	trim_to(log, 2, true);
	struct log_reader *reader = assigned_reader(log, "");
	struct log_partition_stat bounds = bounds_of(log);
	static const struct {
		const char *text;
		int64_t offset;
	} places[] = {
		{ "earliest", 2 },
		{ "latest", 10 },
		{ "0", 0 },
		{ "7", 7 },
		{ "2026-01-31", 2 },
		{ "2026-01-31T14:00:00", 4 },
		{ "2026-01-31T14:00:01Z", 5 },
		{ "2026-01-31 14:00", 4 },
		{ "2026-02-01", 10 },
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int64_t offset = -1;
		assert_ok(log_where(reader, &bounds, places[i].text, &offset, &err), &err);
		assert_int_equal(places[i].offset, offset);
	}
	static const char *const wrong[] = { "",
					     "-1",
					     "7x",
					     "early",
					     "2026-13-01",
					     "+5",
					     "99999999999999999999",
					     "2026-01-31T14:00:00+01" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int64_t offset;
		assert_status(US_REJECT, log_where(reader, &bounds, wrong[i], &offset, &err), &err);
		assert_int_equal(EXIT_BAD_USAGE, err.code);
	}
	log_reader_close(reader);
	log_close(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_places) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

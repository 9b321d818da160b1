/*
 * Places in a log as a person writes them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/place.h"

static void places(void **state)
{
	static const struct {
		const char *text;
		struct place place;
	} cases[] = {
		{ "earliest", { PLACE_EARLIEST, 0 } },
		{ "latest", { PLACE_LATEST, 0 } },
		{ "0", { PLACE_OFFSET, 0 } },
		{ "1200", { PLACE_OFFSET, 1200 } },
		{ "9223372036854775807", { PLACE_OFFSET, INT64_MAX } },
		{ "1970-01-02", { PLACE_TIME, INT64_C(86400000000) } },
		{ "2026-01-31T10:00:00Z", { PLACE_TIME, INT64_C(1769853600000000) } },
		{ "2026-01-31T10:00:00.25Z", { PLACE_TIME, INT64_C(1769853600250000) } },
		{ "2026-01-31 10:00:00.000001", { PLACE_TIME, INT64_C(1769853600000001) } },
		{ "2026-01-31 10:00", { PLACE_TIME, INT64_C(1769853600000000) } },
		{ "1969-12-31T23:59:59", { PLACE_TIME, -1000000 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct place place;
		assert_true(place_read(cases[i].text, &place));
		assert_int_equal(place.kind, cases[i].place.kind);
		assert_true(place.value == cases[i].place.value);
	}
}

static void what_is_no_place(void **state)
{
	static const char *const wrong[] = { "",
					     " ",
					     "-1",
					     "+5",
					     "7x",
					     "1 200",
					     "early",
					     "Earliest",
					     "2026-13-01",
					     "2026-01-31T14:00:00+01",
					     "9223372036854775808" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct place place;
		assert_false(place_read(wrong[i], &place));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(what_is_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

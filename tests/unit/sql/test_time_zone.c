/*
 * test_time_zone.c - names of zones and their offsets: gaps, overlaps, rules behind the last
 * transition, names that must not be taken.
 */
#include "sql/sql_helpers.h"
#include "sql/time_text.h"
#include "sql/time_zone.h"
#include "sql/zone_file.h"

static void test_names(void **state)
{
	static const struct {
		const char *name;
		bool known;
	} names[] = {
		{ "Z", true },
		{ "UTC", true },
		{ "GMT0", true },
		{ "+01:00", true },
		{ "-0730", true },
		{ "+5", true },
		{ "+5:3", true },
		{ "+18:00", true },
		{ "+18:01", false },
		{ "+1:00:00", true },
		{ "UTC+1", true },
		{ "UT-3", true },
		{ "GMT+25", false },
		{ "PST", true },
		{ "XYZ", false },
		{ "Europe/Paris", true },
		{ "europe/paris", false },
		{ "Europe/Nowhere", false },
		{ "posix/Europe/Paris", false },
		{ "/etc/passwd", false },
		{ "../zoneinfo/Europe/Paris", false },
		{ "Europe/../Europe/Paris", false },
		{ "Europe", false },
		{ "zone.tab", false },
		{ "tzdata.zi", false },
		{ "", false },
		{ "ROC", false },
		{ "Etc/GMT+5", true },
		{ "America/Argentina/Buenos_Aires", true },
	};
	struct time_zones *zones = time_zones_new();

	(void)state;
	assert_non_null(zones);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct time_zone zone;

		if (time_zone_find(zones, span_of(names[i].name), &zone) != names[i].known)
			fail_msg("%s is %sknown", names[i].name, names[i].known ? "not " : "");
	}
	time_zones_free(zones);
}

/* A wall time in a zone, and what it is in UTC. */
static void test_wall_times(void **state)
{
	static const struct {
		const char *local;
		const char *utc;
	} times[] = {
		/* a gap: later by the gap; an overlap: the earlier instant */
		{ "2021-03-28T02:30:00Europe/Paris", "2021-03-28 01:30:00" },
		{ "2021-10-31T02:30:00Europe/Paris", "2021-10-31 00:30:00" },
		{ "2021-10-31T03:00:00Europe/Paris", "2021-10-31 02:00:00" },
		/* behind the last transition */
		{ "2090-07-01T12:00:00Europe/Paris", "2090-07-01 10:00:00" },
		{ "2090-12-31T23:30:00Europe/Paris", "2090-12-31 22:30:00" },
		{ "2090-01-01T12:00:00Australia/Sydney", "2090-01-01 01:00:00" },
		{ "2090-07-01T12:00:00Australia/Sydney", "2090-07-01 02:00:00" },
		{ "2500-07-01T12:00:00America/New_York", "2500-07-01 16:00:00" },
		/* half an hour of summer time; no summer time any more since 2022 */
		{ "2030-01-01T12:00:00Australia/Lord_Howe", "2030-01-01 01:00:00" },
		{ "2023-07-01T12:00:00America/Mexico_City", "2023-07-01 18:00:00" },
		/* a day that did not exist; local mean time */
		{ "2011-12-30T12:00:00Pacific/Apia", "2011-12-30 22:00:00" },
		{ "0001-01-01T00:00:00Europe/Paris", "0000-12-31 23:50:39" },
	};
	struct time_zones *zones = time_zones_new();

	(void)state;
	assert_non_null(zones);
	for (size_t i = 0; i < COUNT(times); i++) {
		char text[TIME_TEXT_MAX];
		int64_t micros = 0;

		if (!time_parse_timestamp(span_of(times[i].local), zones, &micros))
			fail_msg("%s is not read", times[i].local);
		text[time_format_timestamp(micros, text)] = '\0';
		if (strcmp(text, times[i].utc) != 0)
			fail_msg("%s is %s, not %s", times[i].local, text, times[i].utc);
	}
	time_zones_free(zones);
}

/* More zones than are kept, again and again. */
static void test_many_zones(void **state)
{
	struct time_zones *zones = time_zones_new();
	struct time_zone zone;
	int64_t local = 0;

	(void)state;
	for (int round = 0; round < 3; round++)
		for (int hour = 1; hour <= 12; hour++) {
			char name[24];

			snprintf(name, sizeof(name), "Etc/GMT+%d", hour);
			assert_true(time_zone_find(zones, span_of(name), &zone));
			assert_true(time_zone_from_utc(&zone, 0, &local));
			assert_int_equal(local, -hour * INT64_C(3600000000));
			snprintf(name, sizeof(name), "Etc/GMT-%d", hour);
			assert_true(time_zone_find(zones, span_of(name), &zone));
			assert_true(time_zone_from_utc(&zone, 0, &local));
			assert_int_equal(local, hour * INT64_C(3600000000));
		}
	time_zones_free(zones);
}

static void test_damaged_files_are_refused(void **state)
{
	unsigned char data[] =
	    "TZif2 and then nothing that makes sense, but long enough for a head";

	(void)state;
	assert_null(zone_rules_parse(data, sizeof(data) - 1));
	assert_null(zone_rules_parse(data, 3));
	assert_null(zone_rules_load("/nonexistent", "UTC"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wall_times),
		cmocka_unit_test(test_many_zones),
		cmocka_unit_test(test_damaged_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

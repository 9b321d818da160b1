/* The parameters, with the API's silent defaults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "simulator/api_query.h"

/* "results=10&seed=a" without any decoding. */
static const char *parameter(const void *source, const char *name)
{
	static char values[16][2000];
	static unsigned next;
	const char *at = source;
	size_t len = strlen(name);

	while (at && *at) {
		size_t item = strcspn(at, "&");

		if (strncmp(at, name, len) == 0 && (at[len] == '=' || at[len] == '&' || !at[len])) {
			char *value = values[next++ % 16];
			size_t skip = at[len] == '=' ? len + 1 : len;

			memcpy(value, at + skip, item - skip);
			value[item - skip] = '\0';
			return value;
		}
		at += item + (at[item] == '&');
	}
	return NULL;
}

static struct api_query query_of(const char *text)
{
	struct api_query query;

	api_query_read(&query, parameter, text, "1.4", 1764000000000);
	return query;
}

static void test_results_and_page_are_clamped_in_silence(void **state)
{
	static const struct {
		const char *text;
		uint32_t value;
	} cases[] = {
		{ "", 1 },
		{ "=", 1 },
		{ "=1", 1 },
		{ "=2", 2 },
		{ "=5000", 5000 },
		{ "=0", 1 },
		{ "=-1", 1 },
		{ "=1.5", 1 },
		{ "=10x", 1 },
		{ "=x", 1 },
		{ "=007", 7 },
		{ "=99999999999999999999", 1 },
		{ "=4294967297", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[60] = "results";

		memcpy(text + 7, cases[i].text, strlen(cases[i].text) + 1);
		assert_int_equal(query_of(text).results, cases[i].value);
		memcpy(text, "page", 4);
		memcpy(text + 4, cases[i].text, strlen(cases[i].text) + 1);
		assert_int_equal(query_of(text).page, cases[i].value);
	}
	assert_int_equal(query_of("results=5001").results, 1);
	assert_int_equal(query_of("page=10000").page, 10000);
	assert_int_equal(query_of("page=10001").page, 1);
}

static void test_page_is_appended_to_the_seed(void **state)
{
	struct api_query a = query_of("seed=s&page=11");
	struct api_query b = query_of("seed=s11");
	struct api_query c = query_of("seed=s&page=1");
	struct api_query d = query_of("seed=s");
	struct api_query e = query_of("seed=s1");

	(void)state;
	assert_memory_equal(&a.seed, &b.seed, sizeof(a.seed));
	assert_memory_equal(&c.seed, &d.seed, sizeof(c.seed));
	assert_memory_not_equal(&d.seed, &e.seed, sizeof(d.seed));
	assert_string_equal(a.seed_text, "s");
}

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct user_seed));
}

/*
 * The bits that a uuid shows, over as many pages as hold billions of users, and over whole pages. A
 * stream of 32 bits, as the real API has, or a seed of which not every character counts, repeats
 * itself in the first; a user's number that does not count in full, in the second.
 */
static void test_uuids_do_not_repeat(void **state)
{
	enum { PAGES = 1000000, WHOLE = 100, PAGE = 5000, ALL = PAGES + WHOLE * PAGE };
	struct user_seed *ids = calloc(ALL, sizeof(*ids));
	size_t count = 0;

	(void)state;
	assert_non_null(ids);
	for (int i = 0; i < PAGES; i++) {
		char text[64];
		struct api_query query;
		uint32_t users;

		(void)snprintf(text, sizeof(text), "seed=%07xu%03du&page=%d", i / 5000, i % 7,
			       1 + i % 5000);
		query = query_of(text);
		users = i % (PAGES / WHOLE) == 0 ? PAGE + 1 : 1;
		for (uint32_t k = 0; k < users && count < ALL; k++)
			ids[count++] = user_seed_at(query.seed, k);
	}
	assert_int_equal(count, ALL);
	for (size_t i = 0; i < count; i++) { /* the bits of version and variant are fixed */
		ids[i].high &= ~UINT64_C(0xF000);
		ids[i].low &= ~(UINT64_C(3) << 62);
	}
	qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < count; i++)
		assert_true(compare_ids(&ids[i - 1], &ids[i]) != 0);
	free(ids);
}

static void test_without_a_seed_one_is_drawn(void **state)
{
	struct api_query a = query_of("");
	struct api_query b = query_of("seed=");

	(void)state;
	assert_int_equal(strlen(a.seed_text), 16);
	assert_int_equal(strspn(a.seed_text, "0123456789abcdef"), 16);
	assert_string_not_equal(a.seed_text, b.seed_text);
}

static void test_gender_counts_only_without_a_seed(void **state)
{
	(void)state;
	assert_int_equal(query_of("gender=male").shape.gender, PEOPLE_MALE);
	assert_int_equal(query_of("gender=FEMALE").shape.gender, PEOPLE_FEMALE);
	assert_int_equal(query_of("gender=other").shape.gender, -1);
	assert_int_equal(query_of("gender=male&seed=s").shape.gender, -1);
}

static void test_one_invalid_nationality_discards_the_list(void **state)
{
	struct api_query query = query_of("nat=us,GB,us");

	(void)state;
	assert_int_equal(query.shape.nation_count, 2);
	assert_string_equal(nationality_table[query.shape.nations[0]]->code, "US");
	assert_string_equal(nationality_table[query.shape.nations[1]]->code, "GB");
	assert_int_equal(query_of("nat=us,xx").shape.nation_count, NATIONALITY_COUNT);
	assert_int_equal(query_of("nat=us,,gb").shape.nation_count, NATIONALITY_COUNT);
	assert_int_equal(query_of("nat=").shape.nation_count, NATIONALITY_COUNT);
	assert_int_equal(query_of("nat=usa").shape.nation_count, NATIONALITY_COUNT);
}

static void test_seeds_of_18_characters_carry_a_nationality(void **state)
{
	struct api_query query = query_of("seed=0123456789abcdef0a");

	(void)state;
	assert_int_equal(query.shape.nation_count, 1);
	assert_int_equal(query.shape.nations[0], 10);
	assert_int_equal(query_of("seed=0123456789abcdefFF").shape.nation_count, NATIONALITY_COUNT);
	assert_int_equal(query_of("seed=0123456789abcdefxy").shape.nation_count, NATIONALITY_COUNT);
	assert_int_equal(query_of("seed=0123456789abcdef0").shape.nation_count, NATIONALITY_COUNT);
}

static void test_fields(void **state)
{
	(void)state;
	assert_int_equal(query_of("").shape.fields, FIELDS_ALL);
	assert_int_equal(query_of("inc=name,NAT").shape.fields, 1u << FIELD_NAME | 1u << FIELD_NAT);
	assert_int_equal(query_of("exc=login").shape.fields, FIELDS_ALL & ~(1u << FIELD_LOGIN));
	assert_int_equal(query_of("inc=nothing").shape.fields, FIELDS_ALL);
	assert_int_equal(query_of("inc=name&exc=name").shape.fields, 0);
}

static void test_passwords(void **state)
{
	struct password_rule rule = query_of("password=upper,number,4-6").shape.password;

	(void)state;
	assert_int_equal(rule.count, 36);
	assert_int_equal(rule.min, 4);
	assert_int_equal(rule.max, 6);
	rule = query_of("password=special,upper,lower,number,upper,12").shape.password;
	assert_int_equal(rule.count, 95);
	assert_int_equal(rule.min, 12);
	assert_int_equal(rule.max, 12);
	assert_int_equal(query_of("").shape.password.count, 0);
	assert_int_equal(query_of("password=nothing").shape.password.count, 0);
	rule = query_of("password=lower,9-3").shape.password;
	assert_int_equal(rule.min, 8);
	assert_int_equal(rule.max, 64);
	rule = query_of("password=lower,65").shape.password;
	assert_int_equal(rule.max, 64);
	assert_int_equal(query_of("password=10").shape.password.count, 62);
}

static void test_format_and_info(void **state)
{
	(void)state;
	assert_int_equal(query_of("format=pretty").format, API_FORMAT_PRETTY);
	assert_int_equal(query_of("format=CSV").format, API_FORMAT_CSV);
	assert_int_equal(query_of("format=json").format, API_FORMAT_JSON);
	assert_int_equal(query_of("format=nothing").format, API_FORMAT_JSON);
	assert_true(query_of("noinfo").no_info);
	assert_true(query_of("noinfo=&results=3").no_info);
	assert_false(query_of("results=3").no_info);
}

static void test_long_seeds_are_cut_between_characters(void **state)
{
	char text[1500] = "seed=";
	struct api_query query;

	(void)state;
	for (int i = 5; i + 2 < 1400; i += 2)
		memcpy(text + i, "\xC3\xA9", 3);
	query = query_of(text);
	assert_int_equal(strlen(query.seed_text), API_SEED_MAX);
	text[5] = 'x'; /* now every character straddles an odd place */
	text[6] = 'y';
	text[7] = 'z';
	for (int i = 8; i + 2 < 1400; i += 2)
		memcpy(text + i, "\xC3\xA9", 3);
	query = query_of(text);
	assert_int_equal(strlen(query.seed_text), API_SEED_MAX - 1);
}

static void test_paths(void **state)
{
	bool is_api;

	(void)state;
	assert_string_equal(api_version_of_path("/api/", &is_api), "1.4");
	assert_string_equal(api_version_of_path("/api", &is_api), "1.4");
	assert_string_equal(api_version_of_path("/api/1.0", &is_api), "1.0");
	assert_string_equal(api_version_of_path("/api/1.3/", &is_api), "1.3");
	assert_null(api_version_of_path("/api/1.5/", &is_api));
	assert_true(is_api);
	assert_null(api_version_of_path("/api/1.3//", &is_api));
	assert_null(api_version_of_path("/apis", &is_api));
	assert_false(is_api);
	assert_null(api_version_of_path("/", &is_api));
	assert_false(is_api);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_and_page_are_clamped_in_silence),
		cmocka_unit_test(test_page_is_appended_to_the_seed),
		cmocka_unit_test(test_uuids_do_not_repeat),
		cmocka_unit_test(test_without_a_seed_one_is_drawn),
		cmocka_unit_test(test_gender_counts_only_without_a_seed),
		cmocka_unit_test(test_one_invalid_nationality_discards_the_list),
		cmocka_unit_test(test_seeds_of_18_characters_carry_a_nationality),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_format_and_info),
		cmocka_unit_test(test_long_seeds_are_cut_between_characters),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

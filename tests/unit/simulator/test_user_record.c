/* Users: the same for the same seed, well-formed in every list, true digests, calendar and ages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "core/clock.h"
#include "core/mem.h"
#include "simulator/calendar.h"
#include "simulator/login_digest.h"
#include "simulator/people.h"
#include "simulator/text_writer.h"
#include "simulator/user_record.h"

static struct people *people;

static int set_up(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	if (people_new(&people, false, &err) == US_OK)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return -1;
}

static int tear_down(void **state)
{
	(void)state;
	people_free(people);
	return 0;
}

static struct user_shape all_fields(void)
{
	struct user_shape shape = { .fields = FIELDS_ALL,
				    .nation_count = NATIONALITY_COUNT,
				    .gender = -1,
				    .password = { .min = 8, .max = PASSWORD_LENGTH_MAX },
				    .now_ms = 1764000000000 };

	for (uint8_t i = 0; i < NATIONALITY_COUNT; i++)
		shape.nations[i] = i;
	return shape;
}

static void test_lists_are_rich_and_without_repeats(void **state)
{
	(void)state;
	for (int i = 0; i < NATIONALITY_COUNT; i++) {
		const struct nation *nation = &people->nations[i];
		const struct word_list *lists[] = { &nation->first[0], &nation->first[1],
						    &nation->last, &nation->street, &nation->city };

		if (i)
			assert_true(strcmp(nation[-1].def->code, nation->def->code) < 0);
		for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++) {
			assert_in_range(lists[l]->count, 30, 300);
			for (uint32_t a = 0; a < lists[l]->count; a++)
				for (uint32_t b = 0; b < a; b++)
					if (lists[l]->words[a].text_len ==
						lists[l]->words[b].text_len &&
					    memcmp(people->text + lists[l]->words[a].text,
						   people->text + lists[l]->words[b].text,
						   lists[l]->words[a].text_len) == 0)
						fail_msg("%s has %.*s twice", nation->def->code,
							 lists[l]->words[a].text_len,
							 people->text + lists[l]->words[a].text);
		}
		assert_true(nation->state.count >= 5);
	}
}

static double dirty_share(const struct people *of, const struct word_list *list)
{
	uint32_t dirty = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct word *word = &list->words[i];

		dirty += of->text[word->text] == ' ' ||
			 of->text[word->text + word->text_len - 1] == ' ';
	}
	return (double)dirty / list->count;
}

static void test_stray_white_space_in_the_shares_of_the_real_api(void **state)
{
	int br = people_nation_index(span_of("br"));
	int rs = people_nation_index(span_of("RS"));
	struct people *clean = NULL;
	struct err err = ERR_INIT;
	double share = dirty_share(people, &people->nations[br].street);

	(void)state;
	assert_true(share > 0.68 && share < 0.74);
	share = dirty_share(people, &people->nations[rs].street);
	assert_true(share > 0.10 && share < 0.16);
	assert_true(dirty_share(people, &people->nations[people_nation_index(span_of("DK"))].city) >
		    0);
	assert_true(dirty_share(people, &people->nations[people_nation_index(span_of("MX"))].city) >
		    0);
	assert_true(dirty_share(people, &people->nations[people_nation_index(span_of("US"))].last) >
		    0);
	assert_int_equal(people_new(&clean, true, &err), US_OK);
	for (int i = 0; i < NATIONALITY_COUNT; i++) {
		assert_true(dirty_share(clean, &clean->nations[i].street) == 0.0);
		assert_true(dirty_share(clean, &clean->nations[i].city) == 0.0);
		assert_true(dirty_share(clean, &clean->nations[i].last) == 0.0);
		assert_true(clean->nations[i].first[0].count == people->nations[i].first[0].count);
	}
	people_free(clean);
}

static void test_loading_with_every_allocation_failing(void **state)
{
	struct people *other = NULL;
	struct err err = ERR_INIT;
	uint64_t before = mem_count();
	uint64_t allocations;

	(void)state;
	assert_int_equal(people_new(&other, true, &err), US_OK);
	allocations = mem_count() - before;
	people_free(other);
	other = NULL;
	for (uint64_t n = 1; n <= allocations; n++) {
		mem_fail_at(n);
		assert_int_equal(people_new(&other, true, &err), US_FATAL);
		assert_null(other);
	}
	mem_fail_at(0);
	people_free(NULL);
}

static void test_a_full_buffer_only_fails(void **state)
{
	struct user_shape shape = all_fields();
	struct user_seed seed = { .high = 1, .low = 2 };
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	user_record_append(&out, people, &shape, seed, 0, RECORD_FAULT_NONE);
	assert_true(out.failed);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

/* The text of "name":"..." in a record. */
static struct span text_of(const struct buf *record, const char *name)
{
	char key[40];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":\"", name);
	at = strstr(buf_text(record), key);
	assert_non_null(at);
	at += strlen(key);
	return (struct span){ .data = at, .len = strcspn(at, "\"") };
}

static void assert_digest(const EVP_MD *kind, struct span expected, const char *text, size_t len)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size;
	char hex[2 * EVP_MAX_MD_SIZE + 1] = "";

	assert_int_equal(EVP_Digest(text, len, digest, &size, kind, NULL), 1);
	for (unsigned i = 0; i < size; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
	assert_int_equal(expected.len, (size_t)2 * size);
	assert_memory_equal(expected.data, hex, expected.len);
}

static void test_digests_are_those_of_password_and_salt(void **state)
{
	struct user_shape shape = all_fields();
	struct user_seed seed = { .high = 77, .low = 5 };
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	for (uint64_t i = 0; i < 200; i++) {
		char salted[200];
		struct span password;
		struct span salt;
		int len;

		buf_reset(&out);
		user_record_append(&out, people, &shape, seed, i, RECORD_FAULT_NONE);
		password = text_of(&out, "password");
		salt = text_of(&out, "salt");
		assert_int_equal(salt.len, 8);
		len = snprintf(salted, sizeof(salted), "%.*s%.*s", (int)password.len, password.data,
			       (int)salt.len, salt.data);
		assert_digest(EVP_md5(), text_of(&out, "md5"), salted, (size_t)len);
		assert_digest(EVP_sha1(), text_of(&out, "sha1"), salted, (size_t)len);
		assert_digest(EVP_sha256(), text_of(&out, "sha256"), salted, (size_t)len);
	}
	buf_release(&out);
}

static void test_logins_do_not_depend_on_what_else_is_asked(void **state)
{
	struct user_shape all = all_fields();
	struct user_shape few = { .fields = 1u << FIELD_LOGIN | 1u << FIELD_PHONE,
				  .nations = { 3 },
				  .nation_count = 1,
				  .gender = PEOPLE_FEMALE,
				  .password = all.password };
	struct user_seed seed = { .high = 9, .low = 9 };
	struct buf a;
	struct buf b;

	(void)state;
	buf_init(&a, 100000);
	buf_init(&b, 100000);
	for (uint64_t i = 0; i < 100; i++) {
		struct span one;
		struct span two;

		buf_reset(&a);
		buf_reset(&b);
		user_record_append(&a, people, &all, seed, i, RECORD_FAULT_NONE);
		user_record_append(&b, people, &few, seed, i, RECORD_FAULT_NONE);
		one = text_of(&a, "uuid");
		two = text_of(&b, "uuid");
		assert_int_equal(one.len, 36);
		assert_true(span_equal(one, two));
		assert_true(span_equal(text_of(&a, "username"), text_of(&b, "username")));
		assert_true(span_equal(text_of(&a, "sha256"), text_of(&b, "sha256")));
	}
	assert_null(strstr(buf_text(&b), "\"email\""));
	buf_release(&a);
	buf_release(&b);
}

static void test_record_faults(void **state)
{
	struct user_shape shape = all_fields();
	struct user_seed seed = { .high = 4, .low = 4 };
	struct buf out;
	struct span latitude;

	(void)state;
	buf_init(&out, 100000);
	user_record_append(&out, people, &shape, seed, 0, RECORD_FAULT_BAD_EMAIL);
	assert_null(memchr(text_of(&out, "email").data, '@', text_of(&out, "email").len));
	buf_reset(&out);
	user_record_append(&out, people, &shape, seed, 0, RECORD_FAULT_NO_UUID);
	assert_non_null(strstr(buf_text(&out), "\"uuid\":null,"));
	for (uint64_t i = 0; i < 50; i++) {
		buf_reset(&out);
		user_record_append(&out, people, &shape, seed, i, RECORD_FAULT_BAD_COORDINATES);
		latitude = text_of(&out, "latitude");
		assert_true(strtod(latitude.data, NULL) > 90 || strtod(latitude.data, NULL) < -90);
	}
	buf_reset(&out);
	user_record_append(&out, people, &shape, seed, 0, RECORD_FAULT_BORN_LATE);
	assert_true(strcmp(strstr(buf_text(&out), "\"dob\":{\"date\":") + 14,
			   strstr(buf_text(&out), "\"registered\":{\"date\":") + 21) > 0);
	buf_release(&out);
}

static void test_calendar_agrees_with_the_core(void **state)
{
	(void)state;
	for (int64_t day = -40000; day < 40000; day++) {
		struct calendar_day ours = calendar_from_ms(day * 86400000 + 12345678);
		int64_t year;
		unsigned month;
		unsigned of_month;

		clock_civil_from_days((int32_t)day, &year, &month, &of_month);
		assert_int_equal(ours.year, year);
		assert_int_equal(ours.month, month);
		assert_int_equal(ours.day, of_month);
		assert_int_equal(ours.ms, 12345678);
	}
}

static int64_t ms_of(int64_t year, unsigned month, unsigned day, int64_t ms)
{
	return (int64_t)clock_days_from_civil(year, month, day) * 86400000 + ms;
}

static void test_ages(void **state)
{
	int64_t born = ms_of(1970, 6, 15, 5000);

	(void)state;
	assert_int_equal(calendar_age(born, ms_of(2026, 6, 14, 86399999)), 55);
	assert_int_equal(calendar_age(born, ms_of(2026, 6, 15, 4999)), 55);
	assert_int_equal(calendar_age(born, ms_of(2026, 6, 15, 5000)), 56);
	assert_int_equal(calendar_age(born, ms_of(2026, 12, 1, 0)), 56);
	assert_int_equal(calendar_age(born, ms_of(2026, 1, 31, 0)), 55);
	assert_int_equal(calendar_age(born, born), 0);
	assert_int_equal(calendar_age(born, born - 1), 0);
}

static void assert_text(const char *expected, const char *begin, const char *end)
{
	assert_int_equal(end - begin, strlen(expected));
	assert_memory_equal(begin, expected, strlen(expected));
}

static void test_numbers_as_text(void **state)
{
	char out[100];

	(void)state;
	assert_text("0", out, text_put_uint(out, 0));
	assert_text("4294967295", out, text_put_uint(out, UINT32_MAX));
	assert_text("-5.0680", out, text_put_decimal4(out, -50680));
	assert_text("0.0001", out, text_put_decimal4(out, 1));
	assert_text("-0.9999", out, text_put_decimal4(out, -9999));
	assert_text("180.0000", out, text_put_decimal4(out, 1800000));
	assert_text("00112233-4455-4677-8899-aabbccddeeff", out,
		    text_put_uuid(out, 0x0011223344556677u, 0x8899AABBCCDDEEFFu));
	assert_text("1969-12-31T23:59:59.999Z", out, text_put_iso_ms(out, -1));
	assert_text("2000-02-29T00:00:00.000Z", out, text_put_iso_ms(out, ms_of(2000, 2, 29, 0)));
	assert_text("a\\\"b\\\\", out, text_put_escaped(out, "a\"b\\", 4));
}

static void test_patterns(void **state)
{
	struct user_stream stream = { .state = 1 };
	struct pattern_values values = { .born_ms = ms_of(1969, 8, 5, 0),
					 .gender = '2',
					 .initial = 'k' };
	char out[100];
	char *end;
	bool seen[2] = { false, false };

	(void)state;
	assert_text("05 08 69 07 2 K", out,
		    text_put_pattern(out, &stream, "%d %m %y %0 %g %L", &values));
	for (int i = 0; i < 500; i++) {
		end = text_put_pattern(out, &stream, "#@[3-5]-x|yy", &values);
		if (end - out == 2) {
			assert_memory_equal(out, "yy", 2);
			seen[0] = true;
			continue;
		}
		seen[1] = true;
		assert_int_equal(end - out, 5);
		assert_in_range(out[0], '0', '9');
		assert_in_range(out[1], 'A', 'Z');
		assert_in_range(out[2], '3', '5');
		assert_memory_equal(out + 3, "-x", 2);
	}
	assert_true(seen[0] && seen[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_are_rich_and_without_repeats),
		cmocka_unit_test(test_stray_white_space_in_the_shares_of_the_real_api),
		cmocka_unit_test(test_loading_with_every_allocation_failing),
		cmocka_unit_test(test_a_full_buffer_only_fails),
		cmocka_unit_test(test_digests_are_those_of_password_and_salt),
		cmocka_unit_test(test_logins_do_not_depend_on_what_else_is_asked),
		cmocka_unit_test(test_record_faults),
		cmocka_unit_test(test_calendar_agrees_with_the_core),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_numbers_as_text),
		cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/*
 * test_time.c - clock, waiter, backoff, histogram, random.
 */
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/backoff.h"
#include "core/clock.h"
#include "core/histogram.h"
#include "core/random.h"
#include "core/waiter.h"

static void clock_formats(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01 00:00:00" },
		{ 1458889990667000, "2016-03-25 07:13:10.667" },
		{ 1458889990000001, "2016-03-25 07:13:10.000001" },
		{ -1, "1969-12-31 23:59:59.999999" },
		{ -62135596800000000, "0001-01-01 00:00:00" },
		{ -62167219200000000, "0000-01-01 00:00:00" },
		{ 253402300799999000, "9999-12-31 23:59:59.999" },
		{ INT64_MAX, "294247-01-10 04:00:54.775807" },
		{ INT64_MIN, "-290308-12-21 19:59:05.224192" },
	};
	char text[CLOCK_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(clock_format_us(cases[i].us, text), strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
	}
	assert_int_equal(clock_format_date(-719528, text), 10);
	assert_string_equal(text, "0000-01-01");
}

/* Every day of 1200 years follows the one before. */
static void clock_knows_the_calendar(void **state)
{
	static const unsigned lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int32_t days = clock_days_from_civil(1500, 1, 1);

	(void)state;
	for (int64_t year = 1500; year < 2700; year++) {
		for (unsigned month = 1; month <= 12; month++) {
			bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
			unsigned length = lengths[month - 1] + (month == 2 && leap);

			for (unsigned day = 1; day <= length; day++, days++) {
				int64_t y;
				unsigned m, d;

				assert_int_equal(clock_days_from_civil(year, month, day), days);
				clock_civil_from_days(days, &y, &m, &d);
				assert_true(y == year && m == month && d == day);
			}
		}
	}
	assert_int_equal(clock_days_from_civil(1970, 1, 1), 0);
}

static void clock_goes_on(void **state)
{
	int64_t before = clock_mono_ns();

	(void)state;
	assert_true(clock_mono_us() >= before / 1000);
	assert_true(clock_wall_us() > 1700000000000000);
}

static void *wake(void *waiter)
{
	waiter_wake(waiter);
	return NULL;
}

static void waiter_stays_woken(void **state)
{
	struct waiter waiter;
	pthread_t thread;
	int64_t before;

	(void)state;
	assert_int_equal(waiter_init(&waiter, NULL), US_OK);
	assert_false(waiter_is_woken(&waiter));
	before = clock_mono_us();
	assert_false(waiter_wait(&waiter, 20));
	assert_true(clock_mono_us() - before >= 19000);
	assert_int_equal(pthread_create(&thread, NULL, wake, &waiter), 0);
	assert_true(waiter_wait(&waiter, -1));
	pthread_join(thread, NULL);
	waiter_wake(&waiter);
	assert_true(waiter_wait(&waiter, 0));
	assert_true(waiter_is_woken(&waiter));
	waiter_reset(&waiter);
	assert_false(waiter_is_woken(&waiter));
	waiter_reset(&waiter); /* must not block */
	waiter_release(&waiter);
	waiter_release(&waiter);
}

static void backoff_grows_to_its_cap(void **state)
{
	struct backoff backoff;
	int ceiling = 100;

	(void)state;
	backoff_init(&backoff, 100, 5000);
	for (int i = 0; i < 40; i++) {
		int wait = backoff_next_ms(&backoff, 0);

		assert_in_range(wait, ceiling / 2, ceiling);
		ceiling = ceiling * 2 < 5000 ? ceiling * 2 : 5000;
	}
	assert_int_equal(backoff_next_ms(&backoff, 60000), 60000);
	backoff_reset(&backoff);
	assert_in_range(backoff_next_ms(&backoff, 0), 50, 100);
	backoff_init(&backoff, 1, 1);
	for (int i = 0; i < 100; i++)
		assert_in_range(backoff_next_ms(&backoff, 0), 0, 1);
}

static void histogram_is_near(void **state)
{
	static struct histogram histogram;
	struct rng rng;

	(void)state;
	histogram_reset(&histogram);
	assert_int_equal(histogram_quantile(&histogram, 0.99), 0);
	for (int i = 1; i <= 10000; i++)
		histogram_add(&histogram, i, 1);
	for (int percent = 1; percent <= 100; percent++) {
		uint64_t exact = (uint64_t)percent * 100;
		uint64_t got = histogram_quantile(&histogram, percent / 100.0);

		assert_true(got >= exact && got <= exact + exact / 50 + 1);
	}
	assert_int_equal(histogram_quantile(&histogram, 1), 10000);
	assert_int_equal(histogram_max(&histogram), 10000);
	assert_int_equal(histogram.sum, 50005000);

	histogram_reset(&histogram);
	histogram_add(&histogram, -5, 3);
	assert_int_equal(histogram_quantile(&histogram, 0.5), 0);
	histogram_add(&histogram, 7, 0);
	assert_int_equal(histogram.count, 3);

	rng_seed(&rng, 1);
	for (int i = 0; i < 1000; i++) { /* one value alone, of any size */
		int64_t value = (int64_t)(rng_next(&rng) >> (1 + rng_below(&rng, 62)));

		histogram_reset(&histogram);
		histogram_add(&histogram, value, 2);
		assert_int_equal(histogram_quantile(&histogram, 0.5), value);
	}
}

static void random_numbers(void **state)
{
	struct rng a, b;
	uint32_t seen = 0;
	char uuid[37], other[37];

	(void)state;
	rng_seed(&a, 42);
	rng_seed(&b, 42);
	for (int i = 0; i < 1000; i++)
		assert_true(rng_next(&a) == rng_next(&b));
	for (int i = 0; i < 1000; i++) {
		uint32_t n = rng_below(&a, 10);

		assert_true(n < 10);
		seen |= 1U << n;
	}
	assert_int_equal(seen, 0x3ff);
	assert_int_equal(rng_below(&a, 1), 0);
	random_uuid(uuid);
	random_uuid(other);
	assert_int_equal(strlen(uuid), 36);
	assert_true(uuid[14] == '4' && strchr("89ab", uuid[19]));
	assert_true(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-');
	assert_string_not_equal(uuid, other);
}

/* Published numbers of the generator: streams must not change between versions. */
static void random_is_stable(void **state)
{
	struct rng rng = { .state = { 1, 2, 3, 4 } };

	(void)state;
	assert_true(rng_next(&rng) == 11520);
	assert_true(rng_next(&rng) == 0);
	assert_true(rng_next(&rng) == 1509978240);
	assert_true(rng_next(&rng) == UINT64_C(1215971899390074240));
}

static void hash_depends_on_every_byte(void **state)
{
	char data[64];

	(void)state;
	memset(data, 0, sizeof(data));
	for (size_t len = 0; len <= sizeof(data); len++) {
		uint64_t base = hash_bytes(data, len, 0);

		assert_true(base == hash_bytes(data, len, 0));
		assert_true(base != hash_bytes(data, len, 1));
		if (len < sizeof(data))
			assert_true(base != hash_bytes(data, len + 1, 0));
		for (size_t i = 0; i < len; i++) {
			data[i] ^= 1;
			assert_true(base != hash_bytes(data, len, 0));
			data[i] ^= 1;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_formats),
		cmocka_unit_test(clock_knows_the_calendar),
		cmocka_unit_test(clock_goes_on),
		cmocka_unit_test(waiter_stays_woken),
		cmocka_unit_test(backoff_grows_to_its_cap),
		cmocka_unit_test(histogram_is_near),
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(random_is_stable),
		cmocka_unit_test(hash_depends_on_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

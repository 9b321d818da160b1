/* Names as they appear in e-mail addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "simulator/ascii_fold.h"

static void test_folds(void **state)
{
	static const struct {
		const char *from;
		const char *to;
	} cases[] = {
		{ "Anna", "anna" },
		{ "da Conceição", "daconceicao" },
		{ "O'Brien", "o'brien" },
		{ "Jean-Luc", "jean-luc" },
		{ "Ærøskøbing", "aeroskobing" },
		{ "Åse", "ase" },
		{ "Weiß", "weiss" },
		{ "Işık", "isik" },
		{ "İbrahim", "ibrahim" },
		{ "Đorđević", "dordevic" },
		{ "شیرین", "shyryn" },
		{ "خرم‌آباد", "khrmabd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char out[100];
		size_t len;

		assert_true(ascii_fold(span_of(cases[i].from), out, &len));
		assert_int_equal(len, strlen(cases[i].to));
		assert_memory_equal(out, cases[i].to, len);
	}
}

static void test_what_it_does_not_know_is_told(void **state)
{
	static const char *const cases[] = {
		"", " ", "\xC3", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xFF", "\x01", "漢"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char out[100];
		size_t len;

		assert_false(ascii_fold(span_of(cases[i]), out, &len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_what_it_does_not_know_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

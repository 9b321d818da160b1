/*
 * test_byte_set.c - sets of bytes: the vector form equals the portable one on random sets and
 * texts, and what regexp_replace does with them equals what matching does.
 */
#include <stdlib.h>

#include "core/random.h"
#include "sql/byte_set.h"
#include "sql/sql_helpers.h"

static void random_set(struct rng *rng, struct byte_set *set)
{
	unsigned share = 1 + rng_below(rng, 20);
	uint8_t high = (uint8_t)rng_below(rng, 2);

	for (int c = 0; c < 256; c++)
		set->member[c] = c < 0x80 ? rng_below(rng, 20) < share : high;
	byte_set_finish(set);
}

static void test_both_forms_are_equal(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (int round = 0; round < 20000; round++) {
		size_t size = rng_below(&rng, 65);
		char *text = malloc(size + 1); /* nothing behind it may be read */
		struct byte_set set;

		assert_non_null(text);
		random_set(&rng, &set);
		for (size_t i = 0; i < size; i++)
			text[i] = (char)rng_below(&rng, 256);
		text[size] = '\0';
		assert_true(byte_set_mask(&set, text, size) ==
			    byte_set_mask_portable(&set, text, size));
		free(text);
	}
}

#define ROWS 500

/* The same pattern, once as a set and once in a group, which is not recognised as one. */
static const char sql[] =
    "CREATE STREAMING TABLE t (k BIGINT, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT, g TEXT, "
    "h TEXT, PRIMARY KEY (k)) AS SELECT _offset AS k,\n"
    "regexp_replace(x, '[^a-m]+', '-') AS a, regexp_replace(x, '(?:[^a-m])+', '-') AS b,\n"
    "regexp_replace(x, '[a-m ]+', ' ') AS c, regexp_replace(x, '(?:[a-m ])+', ' ') AS d,\n"
    "regexp_replace(x, '[^a-m]', 'é!') AS e, regexp_replace(x, '(?:[^a-m])', 'é!') AS f,\n"
    "regexp_replace(x, '[ a]', '') AS g, regexp_replace(x, '(?:[ a])', '') AS h FROM STREAM s;";

static void test_replacing_equals_matching(void **state)
{
	static const char *const pieces[] = { "a", "b", "m", "n", "z", " ", "  ", "é", "日", "😀" };
	static char texts[ROWS][1200];
	static struct record records[ROWS];
	struct transform_result result;
	struct err err = ERR_INIT;
	struct plan *plan = must_compile(sql);
	struct worker *worker = worker_new(plan);
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2);
	for (size_t row = 0; row < ROWS; row++) {
		size_t len = (size_t)snprintf(texts[row], 20, "{\"x\":\"");
		unsigned count = rng_below(&rng, 200), spread = 1 + rng_below(&rng, 10);

		for (unsigned i = 0; i < count; i++)
			len += (size_t)snprintf(texts[row] + len, 8, "%s",
						pieces[rng_below(&rng, spread)]);
		len += (size_t)snprintf(texts[row] + len, 8, "\"}");
		records[row].value = (struct span){ texts[row], len };
		records[row].offset = (int64_t)row;
	}
	assert_int_equal(worker_transform(worker, "s", records, ROWS, &result, &err), US_OK);
	assert_int_equal(result.tables[0].rows.row_count, ROWS);
	for (int64_t row = 0; row < ROWS; row++)
		for (int c = 1; c < 9; c += 2) {
			const struct column *columns = result.tables[0].rows.columns;

			if (!span_equal(column_text(&columns[c], row),
					column_text(&columns[c + 1], row)))
				fail_msg("column %d differs over %s", c, texts[row]);
		}
	worker_free(worker);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_forms_are_equal),
		cmocka_unit_test(test_replacing_equals_matching),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

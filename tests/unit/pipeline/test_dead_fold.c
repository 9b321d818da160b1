/*
 * test_dead_fold.c - what the entries of the second stream say, when more than one worker has
 * appended to it: one that crashed before it counted, and one that was asleep.
 */
#include "harness.h"

#define IDENTITY "the log"

static struct log *open_letters(const char *name)
{
	const struct log_config config = { .uri = name,
					   .stream = LOG_DEAD_LETTERS,
					   .create = true };
	struct err err = ERR_INIT;
	struct log *log = NULL;

	if (log_open(&log, &config, &err) != US_OK)
		fail_msg("%s", err.text);
	return log;
}

static void append(struct log *log, enum letter_kind kind, int64_t offset, int64_t generation,
		   int64_t base)
{
	const struct dead_letter letter = {
		.kind = kind,
		.offset = offset,
		.stamp = base + offset,
		.generation = generation,
		.table = SPAN_LITERAL("people"),
		.reason = SPAN_LITERAL("adult"),
		.identity = SPAN_LITERAL(IDENTITY),
		.value = SPAN_LITERAL("{}"),
	};
	struct letter_writer writer;
	struct err err = ERR_INIT;

	letter_writer_init(&writer);
	assert_int_equal(US_OK, letter_add(&writer, &letter, &err));
	assert_int_equal(US_OK, letter_flush(&writer, log, &err));
	letter_writer_release(&writer);
}

/* "1 2 5": the offsets that are pending, in the order of their letters. */
static void expect_pending(struct log *log, const char *wanted)
{
	struct folded_letter *pending = NULL;
	struct err err = ERR_INIT;
	struct dead_fold fold;
	char found[256] = "";
	size_t count;

	assert_int_equal(US_OK, dead_fold_read(&fold, log, IDENTITY, &err));
	assert_true(dead_fold_pending(&fold, &pending, &count));
	for (size_t i = 0; i < count; i++)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%" PRId64,
			 i ? " " : "", pending[i].offset);
	assert_string_equal(wanted, found);
	mem_free(pending);
	dead_fold_release(&fold);
}

static void expect_ahead(struct log *log, int64_t next, bool wanted, int64_t wanted_base)
{
	struct err err = ERR_INIT;
	bool ahead;
	int64_t base;

	assert_int_equal(US_OK, dead_letters_ahead(log, IDENTITY, 0, 1, next, &ahead, &base, &err));
	assert_int_equal(wanted, ahead);
	assert_int_equal(wanted_base, base);
}

static void test_a_restart_voids_what_was_not_counted(void **state)
{
	struct log *log = open_letters("memory:fold1");

	(void)state;
	append(log, LETTER_NEW, 1, 1, 1000);
	append(log, LETTER_NEW, 2, 1, 1000);
	append(log, LETTER_NEW, 5, 1, 1000);
	append(log, LETTER_RESTART, 2, 1, 2000);
	expect_pending(log, "1");
	append(log, LETTER_NEW, 5, 1, 2000);
	expect_pending(log, "1 5");
	log_close(log);
}

static void test_a_restart_spares_later_owners(void **state)
{
	struct log *log = open_letters("memory:fold2");

	(void)state;
	append(log, LETTER_NEW, 1, 1, 2000);
	append(log, LETTER_NEW, 2, 1, 2000);
	append(log, LETTER_RESTART, 0, 1, 1000);
	expect_pending(log, "1 2");
	append(log, LETTER_RESTART, 0, 0, 9000);
	expect_pending(log, "1 2");
	log_close(log);
}

static void test_a_sleeper_changes_nothing(void **state)
{
	struct log *log = open_letters("memory:fold3");

	(void)state;
	append(log, LETTER_NEW, 1, 1, 1000);
	append(log, LETTER_RESTART, 1, 1, 2000);
	/* it wakes up and goes on, also where its successor has rejected nothing */
	append(log, LETTER_NEW, 2, 1, 1000);
	append(log, LETTER_NEW, 3, 1, 1000);
	expect_pending(log, "");
	append(log, LETTER_NEW, 3, 1, 2000);
	append(log, LETTER_NEW, 4, 2, 3000);
	append(log, LETTER_NEW, 4, 1, 2000);
	append(log, LETTER_NEW, 3, 1, 1000);
	append(log, LETTER_RESTART, 0, 1, 1500);
	expect_pending(log, "3 4");
	log_close(log);
}

static void test_letters_ahead(void **state)
{
	struct log *log = open_letters("memory:fold4");

	(void)state;
	expect_ahead(log, 0, false, INT64_MIN);
	append(log, LETTER_NEW, 7, 1, 1000);
	expect_ahead(log, 8, false, 1000);
	expect_ahead(log, 7, true, 1000);
	append(log, LETTER_NEW, 3, 1, 900); /* late: there are those ahead all the same */
	expect_ahead(log, 7, true, 1000);
	append(log, LETTER_RESTART, 7, 1, 2000);
	expect_ahead(log, 7, false, 2000);
	log_close(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_restart_voids_what_was_not_counted),
		cmocka_unit_test(test_a_restart_spares_later_owners),
		cmocka_unit_test(test_a_sleeper_changes_nothing),
		cmocka_unit_test(test_letters_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

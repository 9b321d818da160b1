/*
 * test_memory.c - mem, buf, arena, err: what everything else is made of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/column.h"
#include "core/err.h"
#include "core/mem.h"
#include "each_allocation.h"

static void mem_copies(void **state)
{
	char *copy = mem_strndup("abcdef", 3);
	uint64_t before = mem_count();

	(void)state;
	assert_string_equal(copy, "abc");
	mem_free(copy);
	copy = mem_strdup("");
	assert_string_equal(copy, "");
	mem_free(copy);
	assert_int_equal(mem_count() - before, 1);
	mem_free(NULL);
}

static void mem_fails_the_nth(void **state)
{
	void *first, *third;

	(void)state;
	mem_fail_at(2);
	first = mem_alloc(1);
	assert_non_null(first);
	assert_null(mem_calloc(1, 1));
	third = mem_realloc(NULL, 8);
	assert_non_null(third);
	mem_fail_at(1);
	assert_null(mem_realloc(third, 16)); /* the old block stays */
	mem_fail_at(1);
	assert_null(mem_strdup("x"));
	mem_free(first);
	mem_free(third);
}

static void buf_grows_and_terminates(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	assert_string_equal(buf_text(&buf), "");
	for (int i = 0; i < 100; i++)
		buf_append_char(&buf, (char)('a' + i % 26));
	buf_printf(&buf, "<%d %s>", 42, "x");
	assert_false(buf.failed);
	assert_int_equal(buf.len, 106);
	assert_int_equal(strlen(buf.data), 106);
	assert_string_equal(buf.data + 100, "<42 x>");
	buf_reset(&buf);
	assert_string_equal(buf_text(&buf), "");
	buf_release(&buf);
}

static void buf_has_a_maximum(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	buf_append_text(&buf, "0123456789");
	assert_false(buf.failed);
	buf_append_char(&buf, 'x');
	assert_true(buf.failed);
	assert_string_equal(buf.data, "0123456789");
	buf_append_text(&buf, "");
	assert_true(buf.failed);
	buf_reset(&buf);
	buf_printf(&buf, "%s", "01234567890");
	assert_true(buf.failed);
	buf_release(&buf);
	buf_init(&buf, 0);
	buf_append_char(&buf, 'x');
	assert_true(buf.failed);
	buf_release(&buf);
}

static void buf_writes_json(void **state)
{
	const struct {
		struct span text;
		const char *json;
	} cases[] = {
		{ SPAN_LITERAL(""), "\"\"" },
		{ SPAN_LITERAL("plain"), "\"plain\"" },
		{ SPAN_LITERAL("a\"b\\c\n\t\r\b\f"), "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\"" },
		{ SPAN_LITERAL("\x01\x1f\x7f"), "\"\\u0001\\u001f\\u007f\"" },
		{ SPAN_LITERAL("\0x"), "\"\\u0000x\"" },
		{ SPAN_LITERAL("Ünïcödé 漢字 😀"), "\"Ünïcödé 漢字 😀\"" },
		{ SPAN_LITERAL("a\xff"
			       "b"),
		  "\"a\xef\xbf\xbd"
		  "b\"" },
		{ SPAN_LITERAL("\xc3"), "\"\xef\xbf\xbd\"" },                 /* cut short */
		{ SPAN_LITERAL("\xc0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" }, /* overlong */
		{ SPAN_LITERAL("\xed\xa0\x80"),
		  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* surrogate */
		{ { NULL, 0 }, "null" },
	};
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&buf);
		buf_append_json(&buf, cases[i].text);
		assert_string_equal(buf_text(&buf), cases[i].json);
	}
	buf_release(&buf);
}

static void buf_json_is_all_or_nothing(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 8);
	buf_append_text(&buf, "abc");
	buf_append_json(&buf, SPAN_LITERAL("too long"));
	assert_true(buf.failed);
	assert_string_equal(buf.data, "abc");
	buf_release(&buf);
}

static void buf_survives_failing_allocations(void **state)
{
	(void)state;
	each_allocation({
		struct buf buf;

		buf_init(&buf, 100000);
		for (int i = 0; i < 1000; i++)
			buf_printf(&buf, "%04d", i);
		if (buf.failed)
			assert_true(buf.len < 4000);
		else
			assert_int_equal(buf.len, 4000);
		buf_release(&buf);
	});
}

static void arena_aligns(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 256, 1 << 20);
	for (size_t size = 0; size < 300; size += 7) {
		char *p = arena_alloc(&arena, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % (size >= 64 ? 64 : 16), 0);
		memset(p, 0xa5, size);
	}
	arena_release(&arena);
}

static void arena_reuses_its_memory(void **state)
{
	struct arena arena;
	uint64_t before = 0;

	(void)state;
	arena_init(&arena, 64, 1 << 20);
	for (int batch = 0; batch < 10; batch++) {
		if (batch == 2)
			before = mem_count();
		for (int i = 0; i < 500; i++)
			assert_non_null(arena_alloc(&arena, (size_t)(i % 100)));
		arena_reset(&arena);
	}
	assert_int_equal(mem_count(), before); /* nothing allocated from the third batch on */
	arena_release(&arena);
}

static void arena_has_a_maximum(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 64, 1000);
	assert_null(arena_alloc(&arena, 1001));
	assert_null(arena_calloc(&arena, SIZE_MAX / 2, 3));
	assert_null(arena_strndup(&arena, "x", SIZE_MAX));
	assert_non_null(arena_alloc(&arena, 1000));
	assert_null(arena_alloc(&arena, 1));
	arena_reset(&arena);
	assert_non_null(arena_alloc(&arena, 1000));
	arena_release(&arena);
}

static void arena_survives_failing_allocations(void **state)
{
	(void)state;
	each_allocation({
		struct arena arena;
		bool failed = false;

		arena_init(&arena, 64, 1 << 20);
		for (int round = 0; round < 3; round++) {
			char *text = arena_printf(&arena, "%s-%d", "text", 7);

			failed = failed || !text;
			if (text)
				assert_string_equal(text, "text-7");
			for (int i = 0; i < 20; i++)
				failed = !arena_calloc(&arena, 10, 10) || failed;
			arena_reset(&arena);
		}
		if (!failing)
			assert_false(failed);
		arena_release(&arena);
	});
}

static void err_sets_and_returns(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err.kind = "old";
	err.retry_after_ms = 9;
	assert_int_equal(err_set(&err, US_RETRY, EXIT_UNREACHABLE, "no %s", "way"), US_RETRY);
	assert_string_equal(err.text, "no way");
	assert_int_equal(err.code, 69);
	assert_null(err.kind);
	assert_int_equal(err.retry_after_ms, 0);
	err_prefix(&err, "source %d", 1);
	assert_string_equal(err.text, "source 1: no way");
	err_set(&err, US_REJECT, EXIT_BAD_DATA, "again: %s", err.text); /* from itself */
	assert_string_equal(err.text, "again: source 1: no way");
	assert_int_equal(err_set(NULL, US_FATAL, EXIT_IO, "x"), US_FATAL);
	assert_int_equal(err_no_memory(&err, "testing"), US_FATAL);
	assert_string_equal(err.text, "out of memory while testing");
	assert_int_equal(err_missing(&err, "no %s", "log"), US_REJECT);
	assert_string_equal(err.kind, "missing");
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	assert_string_equal(status_name(US_OK), "ok");
	assert_string_equal(status_name(US_FATAL), "fatal");
}

static void err_cuts_at_a_character(void **state)
{
	struct err err = ERR_INIT;
	char text[3 * ERR_TEXT_MAX];
	size_t len;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "é", 3);
	for (int shift = 0; shift < 2; shift++) {
		err_set(&err, US_REJECT, EXIT_BAD_DATA, "%s%s", shift ? "x" : "", text);
		len = strlen(err.text);
		assert_true(len < ERR_TEXT_MAX && len > ERR_TEXT_MAX - 6);
		assert_string_equal(err.text + len - 3, "...");
		assert_memory_equal(err.text + len - 5, "é", 2);
		err_prefix(&err, "%s", text);
		assert_true(strlen(err.text) < ERR_TEXT_MAX);
	}
}

static void column_types_have_names(void **state)
{
	(void)state;
	assert_string_equal(column_type_name(COLUMN_TEXT), "TEXT");
	assert_string_equal(column_type_name(COLUMN_DATE), "DATE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mem_copies),
		cmocka_unit_test(mem_fails_the_nth),
		cmocka_unit_test(buf_grows_and_terminates),
		cmocka_unit_test(buf_has_a_maximum),
		cmocka_unit_test(buf_writes_json),
		cmocka_unit_test(buf_json_is_all_or_nothing),
		cmocka_unit_test(buf_survives_failing_allocations),
		cmocka_unit_test(arena_aligns),
		cmocka_unit_test(arena_reuses_its_memory),
		cmocka_unit_test(arena_has_a_maximum),
		cmocka_unit_test(arena_survives_failing_allocations),
		cmocka_unit_test(err_sets_and_returns),
		cmocka_unit_test(err_cuts_at_a_character),
		cmocka_unit_test(column_types_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

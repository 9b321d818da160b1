/*
 * Records as bytes: the layout on disk, byte by byte, and bytes that are no record.
 */
#include "log/log_record.h"
#include "log_helpers.h"

static const unsigned char layout[] = {
	3,   0,   1, 0, 2, 0, 0, 0, 0x15, 0xcd, 0x5b, 7, 0, 0, 0, 0, /* fixed part */
	'i', 'd',                                                    /* key */
	1,   0,   0, 0, 2, 0, 0, 0, 'n',  'v',  'w',                 /* header */
	'{', '}'                                                     /* value */
};

static void test_layout_on_disk(void **state)
{
	(void)state;
	const struct header header = { SPAN_LITERAL("n"), SPAN_LITERAL("vw") };
	const struct record record = { .timestamp_us = 123456789,
				       .key = SPAN_LITERAL("id"),
				       .value = SPAN_LITERAL("{}"),
				       .headers = &header,
				       .header_count = 1 };
	char out[sizeof(layout)];
	assert_int_equal(sizeof(layout), log_record_size(&record));
	log_record_encode(&record, out);
	assert_memory_equal(layout, out, sizeof(layout));
}

/* No length that a record may be cut to reads as one, unless the value is what was cut. */
static void test_cut_bytes(void **state)
{
	(void)state;
	struct record record;
	struct header headers[1];
	for (size_t len = 0; len < sizeof(layout); len++) {
		char *copy = malloc(len + 1); /* so that a sanitizer sees a read too far */
		assert_non_null(copy);
		memcpy(copy, layout, len);
		copy = realloc(copy, len ? len : 1);
		assert_non_null(copy);
		bool whole = log_record_decode(copy, len, &record, headers);
		assert_int_equal(len >= sizeof(layout) - 2, whole);
		free(copy);
	}
}

static void test_bytes_that_are_no_record(void **state)
{
	(void)state;
	struct record record;
	struct header headers[1];
	const struct {
		size_t at;
		unsigned char byte;
	} changes[] = {
		{ 0, 4 },   /* a flag that does not exist */
		{ 0, 2 },   /* no key, but its length */
		{ 0, 1 },   /* no value, but bytes */
		{ 1, 1 },   /* the reserved byte */
		{ 7, 1 },   /* a key longer than all */
		{ 18, 99 }, /* a header's name */
		{ 22, 99 }, /* a header's value */
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char bytes[sizeof(layout)];
		memcpy(bytes, layout, sizeof(layout));
		bytes[changes[i].at] = (char)changes[i].byte;
		assert_false(log_record_decode(bytes, sizeof(bytes), &record, headers));
	}
}

static void test_too_many_headers(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct record record = text_record("x", 1);
	record.headers = calloc(70000, sizeof(struct header));
	record.header_count = 70000;
	assert_status(US_REJECT, log_records_check(&record, 1, 1 << 30, NULL, &err), &err);
	assert_non_null(strstr(err.text, "70000 headers"));
	free((void *)(uintptr_t)record.headers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_on_disk),
		cmocka_unit_test(test_cut_bytes),
		cmocka_unit_test(test_bytes_that_are_no_record),
		cmocka_unit_test(test_too_many_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* pretty and csv out of compact JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "simulator/json_reshape.h"

static void test_pretty(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	json_reshape_pretty(
	    span_of("{\"a\":[],\"b\":{},\"c\":[1,{\"d\":\"x,{\\\"[\"}],\"e\":null}"), &out);
	assert_string_equal(buf_text(&out), "{\n"
					    "  \"a\": [],\n"
					    "  \"b\": {},\n"
					    "  \"c\": [\n"
					    "    1,\n"
					    "    {\n"
					    "      \"d\": \"x,{\\\"[\"\n"
					    "    }\n"
					    "  ],\n"
					    "  \"e\": null\n"
					    "}");
	buf_release(&out);
}

static void test_csv(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	json_reshape_csv(span_of("{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"}},\"e\":null},"
				 "{\"a\":{\"b\":2,\"c\":{\"d\":\"p, \\\"q\\\"\"}},\"e\":true}"),
			 &out);
	assert_string_equal(buf_text(&out), "a.b,a.c.d,e\r\n"
					    "1,x,\r\n"
					    "2,\"p, \"\"q\"\"\",true\r\n");
	buf_reset(&out);
	json_reshape_csv(span_of(""), &out);
	assert_int_equal(out.len, 0);
	json_reshape_csv(span_of("{},{}"), &out);
	assert_string_equal(buf_text(&out), "\r\n\r\n\r\n");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pretty),
		cmocka_unit_test(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

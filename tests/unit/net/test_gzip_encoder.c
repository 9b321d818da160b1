/* gzip: round trips through zlib's own reader, limits, Accept-Encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/random.h"
#include "net/gzip_encoder.h"

static void assert_round_trip(struct gzip_encoder *encoder, const char *text, size_t len)
{
	struct buf packed;
	char *plain = mem_alloc(len + 1);
	z_stream stream = { .next_in = NULL };

	buf_init(&packed, len + 4096);
	assert_true(gzip_encode(encoder, (struct span){ .data = text, .len = len }, &packed));
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = (Bytef *)packed.data;
	stream.avail_in = (uInt)packed.len;
	stream.next_out = (Bytef *)plain;
	stream.avail_out = (uInt)len + 1;
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, len);
	assert_memory_equal(plain, text, len);
	inflateEnd(&stream);
	mem_free(plain);
	buf_release(&packed);
}

static void test_round_trips_with_one_encoder(void **state)
{
	struct gzip_encoder *encoder = gzip_encoder_new();
	static char text[300000];
	struct rng rng;

	(void)state;
	assert_non_null(encoder);
	assert_round_trip(encoder, "", 0);
	assert_round_trip(encoder, "a", 1);
	memset(text, 'x', sizeof(text));
	assert_round_trip(encoder, text, sizeof(text));
	rng_seed(&rng, 7);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)rng_below(&rng, 256); /* does not shrink */
	assert_round_trip(encoder, text, sizeof(text));
	gzip_encoder_free(encoder);
	gzip_encoder_free(NULL);
}

static void test_over_the_maximum_fails(void **state)
{
	struct gzip_encoder *encoder = gzip_encoder_new();
	struct buf packed;

	(void)state;
	buf_init(&packed, 10);
	assert_false(gzip_encode(encoder, span_of("0123456789"), &packed));
	buf_release(&packed);
	gzip_encoder_free(encoder);
}

static void test_every_failed_allocation(void **state)
{
	uint64_t before = mem_count();
	struct gzip_encoder *encoder = gzip_encoder_new();
	uint64_t allocations = mem_count() - before;

	(void)state;
	gzip_encoder_free(encoder);
	assert_true(allocations > 1);
	for (uint64_t n = 1; n <= allocations; n++) {
		mem_fail_at(n);
		assert_null(gzip_encoder_new());
	}
	mem_fail_at(0);
}

static void test_accept_encoding(void **state)
{
	(void)state;
	assert_true(gzip_accepted("gzip"));
	assert_true(gzip_accepted("deflate, gzip"));
	assert_true(gzip_accepted("br;q=1.0, GZIP;q=0.5"));
	assert_true(gzip_accepted("*"));
	assert_true(gzip_accepted("x-gzip"));
	assert_false(gzip_accepted(NULL));
	assert_false(gzip_accepted(""));
	assert_false(gzip_accepted("identity"));
	assert_false(gzip_accepted("gzip;q=0"));
	assert_false(gzip_accepted("gzip; q=0.000, br"));
	assert_false(gzip_accepted("gzippy"));
	assert_false(gzip_accepted(" , ,"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips_with_one_encoder),
		cmocka_unit_test(test_over_the_maximum_fails),
		cmocka_unit_test(test_every_failed_allocation),
		cmocka_unit_test(test_accept_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

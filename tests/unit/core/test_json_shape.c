/*
 * test_json_shape.c - a reader that has seen a document like this one before says the same of it as
 * a reader that has not: of the document with each byte changed, taken out, and doubled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/random.h"

#define SLOTS 8

static const char *const wanted[SLOTS] = { "a", "b", "o", "o.x", "o.y", "l", "k\n", "n" };
static const char *const documents[] = {
	"{\"a\":\"text\",\"b\":-1.5e3,\"o\":{\"x\":null,\"y\":[1,{}],\"z\":true},\"l\":[],\"n\":0}",
	"{\"b\":\"\",\"a\":\"\\u00e9\\\\\",\"o\":{\"x\":{\"x\":1}},\"k\\n\":\"v\",\"a\":false,"
	"\"n\":12}",
	"{\"o\":[1,2],\"o\":{\"y\":\"1\"},\"l\":[[\"p\",\"q\"],[],[3]],\"n\":\"\xC3\xA9\"}",
	"{}",
	"[{\"a\":1},{\"a\":2}]",
	"{\"a\": 1,\t\"b\" :\"x\" ,\"n\":[ ]}",
	"{\"a\":1,\"b\":\"x\",\"n\":2}\n",
	"7",
};

static struct json_paths *new_paths(void)
{
	struct json_paths *paths = json_paths_new();

	assert_non_null(paths);
	for (int i = 0; i < SLOTS; i++) {
		const char *dot = strchr(wanted[i], '.');
		struct json_step steps[2] = { { .name = span_of(wanted[i]) } };

		if (dot) {
			steps[0].name.len = (size_t)(dot - wanted[i]);
			steps[1].name = span_of(dot + 1);
		}
		assert_int_equal(json_paths_add(paths, steps, dot ? 2 : 1), i);
	}
	return paths;
}

struct reading {
	enum status status;
	char text[ERR_TEXT_MAX];
	struct span values[SLOTS];
};

/* The document in memory of its own, so that what is read past its padding is found. */
static void read_with(struct json_reader *reader, const char *doc, size_t len, struct reading *out)
{
	struct span *values[SLOTS];
	struct err err = ERR_INIT;

	for (int i = 0; i < SLOTS; i++)
		values[i] = &out->values[i];
	out->status = json_reader_read(reader, doc, len, true, values, 0, &err);
	memcpy(out->text, err.text, sizeof(out->text));
}

static void must_agree(struct json_paths *paths, struct json_reader *seasoned, const char *text,
		       size_t len)
{
	struct json_reader *fresh = json_reader_new(paths);
	char *doc = malloc(len + JSON_PADDING);
	struct reading a, b;

	assert_non_null(fresh);
	memcpy(doc, text, len);
	memset(doc + len, 'x', JSON_PADDING);
	read_with(fresh, doc, len, &a);
	read_with(seasoned, doc, len, &b);
	if (a.status != b.status || strcmp(a.text, b.text) != 0)
		fail_msg("%.*s\nfresh: %s\nseasoned: %s", (int)len, doc, a.text, b.text);
	for (int i = 0; i < SLOTS && a.status == US_OK; i++) {
		if ((a.values[i].data == NULL) != (b.values[i].data == NULL) ||
		    !span_equal(a.values[i], b.values[i]))
			fail_msg("%.*s\n%s is fresh: %.*s seasoned: %.*s", (int)len, doc, wanted[i],
				 (int)a.values[i].len, a.values[i].data, (int)b.values[i].len,
				 b.values[i].data);
	}
	json_reader_free(fresh);
	json_reader_reset(seasoned);
	free(doc);
}

/* The reader reads the document itself before each one that is made of it. */
static void every_byte_changed(void **state)
{
	static const char bytes[] = "\"\\{}[]:,0-.e tfnx \n\x80\xC3";
	struct json_paths *paths = new_paths();
	struct json_reader *reader = json_reader_new(paths);

	(void)state;
	for (size_t d = 0; d < sizeof(documents) / sizeof(*documents); d++) {
		size_t len = strlen(documents[d]);
		char text[256];

		for (size_t at = 0; at < len; at++) {
			for (size_t b = 0; b < sizeof(bytes); b++) {
				memcpy(text, documents[d], len);
				text[at] = bytes[b];
				must_agree(paths, reader, documents[d], len);
				must_agree(paths, reader, text, len);
				memmove(text + at + 1, documents[d] + at, len - at);
				must_agree(paths, reader, documents[d], len);
				must_agree(paths, reader, text, len + 1);
			}
			memcpy(text, documents[d], at);
			memcpy(text + at, documents[d] + at + 1, len - at - 1);
			must_agree(paths, reader, documents[d], len);
			must_agree(paths, reader, text, len - 1);
		}
	}
	json_reader_free(reader);
	json_paths_free(paths);
}

/* Documents of one shape with values of every kind, and of many shapes in turn, so that comparing
 * is given up and taken up again. */
static void random_streams(void **state)
{
	static const char *const values[] = { "1",     "-0.5",       "null",      "true",
					      "\"\"",  "\"t\\\"x\"", "\"plain\"", "{}",
					      "[1,2]", "nul",        "01",        "\"\t\"" };
	static const char *const keys[] = {
		"a", "b", "o", "n", "other", "a-longer-name-than-eight"
	};
	struct json_paths *paths = new_paths();
	struct json_reader *reader = json_reader_new(paths);
	struct rng rng;
	char text[512];

	(void)state;
	rng_seed(&rng, 7);
	for (int round = 0; round < 40000; round++) {
		bool one_shape = round / 1000 % 2 == 0;
		size_t len = 1, members = one_shape ? 5 : rng_below(&rng, 6);

		text[0] = '{';
		for (size_t i = 0; i < members; i++)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "%s\"%s\":%s", i ? "," : "",
			    keys[one_shape ? i : rng_below(&rng, 6)],
			    values[rng_below(&rng, one_shape ? (round % 50 ? 7 : 12) : 12)]);
		text[len++] = '}';
		must_agree(paths, reader, text, len);
	}
	json_reader_free(reader);
	json_paths_free(paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(random_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

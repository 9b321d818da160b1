/*
 * The JSON reader: what it accepts, what it refuses and where, which values it finds, and that it
 * never looks past the padding it was promised.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/mem.h"

/* Dotted paths; a step "[2]" is an element. "" is the document. */
static struct json_paths *paths_of(const char *const *dotted, size_t count)
{
	struct json_paths *paths = json_paths_new();

	assert_non_null(paths);
	for (size_t i = 0; i < count; i++) {
		struct json_step steps[16];
		size_t n = 0;
		for (const char *at = dotted[i]; *at;) {
			const char *end = strchrnul(at, '.');
			if (*at == '[')
				steps[n++] = (struct json_step){ .index = atoll(at + 1) };
			else
				steps[n++] = (struct json_step){
					.name = { .data = at, .len = (size_t)(end - at) }
				};
			at = *end ? end + 1 : end;
		}
		assert_int_equal(json_paths_add(paths, steps, n), i);
	}
	assert_int_equal(json_paths_count(paths), count);
	return paths;
}

/* Put a text at the very end of readable memory but for the padding. */
struct guarded {
	char *map;
	size_t map_len;
	char *text;
};

static struct guarded guard(const char *text, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct guarded g;

	g.map_len = (len + JSON_PADDING + page - 1) / page * page + page;
	g.map = mmap(NULL, g.map_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(g.map != MAP_FAILED);
	assert_int_equal(mprotect(g.map + g.map_len - page, page, PROT_NONE), 0);
	g.text = g.map + g.map_len - page - JSON_PADDING - len;
	memcpy(g.text, text, len);
	/* what stands behind must not matter: continue every token one can think of */
	memset(g.text + len, len % 2 ? '"' : '1', JSON_PADDING);
	return g;
}

static void unguard(struct guarded *g)
{
	munmap(g->map, g->map_len);
}

static enum status read_any(const char *text, size_t len, struct err *err)
{
	struct json_paths *paths = json_paths_new();
	struct json_reader *reader;
	struct guarded g = guard(text, len);
	enum status status;

	assert_non_null(paths);
	reader = json_reader_new(paths);
	assert_non_null(reader);
	status = json_reader_read(reader, g.text, len, true, NULL, 0, err);
	json_reader_free(reader);
	json_paths_free(paths);
	unguard(&g);
	return status;
}

static void assert_accepts(const char *text, size_t len)
{
	struct err err = ERR_INIT;

	if (read_any(text, len, &err) != US_OK)
		fail_msg("refused: %.*s\n%s", (int)len, text, err.text);
	assert_string_equal(err.text, "");
}

static void assert_refuses(const char *text, size_t len, const char *why)
{
	struct err err = ERR_INIT;

	if (read_any(text, len, &err) != US_REJECT)
		fail_msg("accepted: %.*s", (int)len, text);
	if (!strstr(err.text, why))
		fail_msg("%.*s: \"%s\" does not say \"%s\"", (int)len, text, err.text, why);
	assert_string_equal(err.kind, "json");
}

static void accepts_what_rfc_8259_allows(void **state)
{
	static const char *const texts[] = {
		"null",
		"true",
		"false",
		"0",
		"-0",
		"-0.0e-0",
		"1E+400",
		"123456789012345678901234567890",
		"0.1",
		"1e5",
		"\"\"",
		"\"a\"",
		" \t\r\n1 \t\r\n",
		"[]",
		"{}",
		"[ ]",
		"{ }",
		"[1,2,3]",
		"[[],{},[[]]]",
		"{\"a\":1,\"a\":2}",
		"{\"\":\"\"}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD834\\udd1e\\uffff\"",
		"\"\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"",
		"{ \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : \"d\" }",
		"\"]\"",
		"[\"}\",\"{\",\"\\\\\"]",
		"{\"a\":\"\\\\\\\"\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_accepts(texts[i], strlen(texts[i]));
}

static void refuses_the_rest_and_says_where(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ "", "empty" },
		{ " \n ", "empty" },
		{ "\xEF\xBB\xBF{}", "byte 1" },
		{ "nul", "no value" },
		{ "nulll", "byte 5, 'l', is not expected after a value" },
		{ "truefalse", "byte 5" },
		{ "True", "byte 1, 'T'" },
		{ "NaN", "byte 1, 'N'" },
		{ "Infinity", "byte 1" },
		{ "-Infinity", "byte 1" },
		{ "-", "no number" },
		{ "+1", "byte 1" },
		{ "01", "byte 2" },
		{ "-01", "byte 3" },
		{ "1.", "no number" },
		{ ".5", "byte 1" },
		{ "1.e3", "no number" },
		{ "1e", "no number" },
		{ "1e+", "no number" },
		{ "0x10", "byte 2" },
		{ "1_000", "byte 2" },
		{ "1 2", "byte 3, '2', is not expected: the text is complete" },
		{ "{} {}", "complete" },
		{ "[] ,", "ends too early" },
		{ "{}x", "ends too early" },
		{ "[1]]", "complete" },
		{ "[", "ends too early" },
		{ "{", "ends too early" },
		{ "[[]", "ends too early" },
		{ "{\"a\":{}", "ends too early" },
		{ "]", "byte 1" },
		{ "}", "byte 1" },
		{ "[}", "byte 2" },
		{ "{]", "byte 2" },
		{ "[1}", "byte 3" },
		{ "{\"a\":1]", "byte 7" },
		{ "[1,]", "byte 4" },
		{ "[,1]", "byte 2" },
		{ "[1,,2]", "byte 4" },
		{ "[1 2]", "comma or ]" },
		{ "[\"a\" \"b\"]", "comma or ]" },
		{ "[\"a\"\"b\"]", "comma or ]" },
		{ "[\"a\"b]", "comma or ]" },
		{ "[1\"b\"]", "byte 3" },
		{ "{\"a\":1,}", "member's name" },
		{ "{,}", "member's name" },
		{ "{a:1}", "member's name" },
		{ "{'a':1}", "member's name" },
		{ "{1:1}", "member's name" },
		{ "{\"a\"}", "colon" },
		{ "{\"a\",1}", "colon" },
		{ "{\"a\" 1}", "colon" },
		{ "{\"a\"::1}", "byte 6" },
		{ "{\"a\":}", "byte 6" },
		{ "{\"a\":1 \"b\":2}", "comma or }" },
		{ "{\"a\":1:2}", "byte 7" },
		{ "[1]//", "ends too early" },
		{ "[1/**/]", "byte 3" },
		{ "\"a", "byte 1, '\"', begins a string that does not end" },
		{ "\"\\\"", "does not end" },
		{ "[\"a]", "byte 2" },
		{ "\"\\", "does not end" },
		{ "\"\\x\"", "byte 2, '\\', is not a valid escape" },
		{ "\"\\u12\"", "escape" },
		{ "\"\\u12g4\"", "escape" },
		{ "\"\\uD800\"", "escape" },
		{ "\"\\uD800x\"", "escape" },
		{ "\"\\uD800\\n\"", "escape" },
		{ "\"\\uD800\\uD800\"", "escape" },
		{ "\"\\uDC00\"", "escape" },
		{ "{\"\\q\":1}", "escape" },
		{ "\"\\a\"", "escape" },
		{ "\"a\nb\"", "byte 3, 0x0A, is a control character" },
		{ "\"\x1f\"", "control character" },
		{ "\"\x01\"", "control character" },
		{ "[1,\f2]", "byte 4, 0x0C" },
		{ "[\"a\"\f]", "0x0C" },
		{ "[1\x1a]", "0x1A" },
		{ "\"\x80\"", "byte 2, 0x80, is not UTF-8" },
		{ "\"\xC0\x80\"", "UTF-8" },
		{ "\"\xC1\xBF\"", "UTF-8" },
		{ "\"\xE0\x9F\xBF\"", "UTF-8" },
		{ "\"\xED\xA0\x80\"", "UTF-8" },
		{ "\"\xF0\x8F\xBF\xBF\"", "UTF-8" },
		{ "\"\xF4\x90\x80\x80\"", "UTF-8" },
		{ "\"\xF5\x80\x80\x80\"", "UTF-8" },
		{ "\"\xE2\x82\"", "UTF-8" },
		{ "\xFF", "UTF-8" },
		{ "[\\\"a\\\"]", "byte 2, '\\'" },
		{ "1\\\"", "byte 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_refuses(cases[i].text, strlen(cases[i].text), cases[i].why);
	assert_refuses("[1,\0]", 5, "byte 4, 0x00");
	assert_refuses("1\0", 2, "byte 2");
	assert_refuses("\"a\0\"", 4, "control");
}

static void *nested(char open, char close, size_t depth, size_t *len)
{
	char *text = malloc(depth * 6 + 1);
	size_t n = 0;

	assert_non_null(text);
	for (size_t i = 0; i < depth; i++) {
		text[n++] = open;
		if (open == '{' && i + 1 < depth) {
			memcpy(text + n, "\"a\":", 4);
			n += 4;
		}
	}
	memset(text + n, close, depth);
	*len = n + depth;
	return text;
}

static void depth_is_bounded(void **state)
{
	(void)state;
	for (size_t depth = 999; depth <= 1001; depth++) {
		for (int kind = 0; kind < 2; kind++) {
			size_t len;
			char *text = nested(kind ? '{' : '[', kind ? '}' : ']', depth, &len);
			if (depth <= JSON_MAX_DEPTH)
				assert_accepts(text, len);
			else
				assert_refuses(text, len, "1000 levels");
			free(text);
		}
	}
}

static void long_numbers_keep_their_spelling(void **state)
{
	static const char *const wanted[] = { "n" };
	size_t len = 200000;
	char *text = malloc(len + 16);
	struct json_paths *paths = paths_of(wanted, 1);
	struct json_reader *reader = json_reader_new(paths);
	struct span value;
	struct span *const values[] = { &value };
	struct err err = ERR_INIT;

	(void)state;
	assert_non_null(text);
	memcpy(text, "{\"n\":", 5);
	memset(text + 5, '7', len);
	text[5 + len] = '}';
	assert_int_equal(json_reader_read(reader, text, len + 6, false, values, 0, &err), US_OK);
	assert_int_equal(value.len, len);
	json_reader_free(reader);
	json_paths_free(paths);
	free(text);
}

#define WANTED_MAX 8

/* Read `doc` for some paths; each must give the text beside it (NULL: SQL's NULL). */
struct expectation {
	const char *path;
	const char *text;
};

static void assert_reads(const char *doc, const struct expectation *wanted, size_t count)
{
	const char *dotted[WANTED_MAX];
	struct span storage[WANTED_MAX][2];
	struct span *values[WANTED_MAX];
	struct err err = ERR_INIT;
	struct guarded g = guard(doc, strlen(doc));
	struct json_paths *paths;
	struct json_reader *reader;

	for (size_t i = 0; i < count; i++) {
		dotted[i] = wanted[i].path;
		values[i] = storage[i];
	}
	paths = paths_of(dotted, count);
	reader = json_reader_new(paths);
	assert_non_null(reader);
	for (size_t row = 0; row < 2; row++) {
		if (json_reader_read(reader, g.text, strlen(doc), true, values, row, &err) != US_OK)
			fail_msg("%s: %s", doc, err.text);
		for (size_t i = 0; i < count; i++) {
			struct span got = storage[i][row];
			if (!wanted[i].text) {
				if (got.data)
					fail_msg("%s: %s is \"%.*s\", not NULL", doc,
						 wanted[i].path, (int)got.len, got.data);
			} else if (!got.data || !span_equal(got, span_of(wanted[i].text))) {
				fail_msg("%s: %s is \"%.*s\", not \"%s\"", doc, wanted[i].path,
					 (int)got.len, got.data ? got.data : "NULL",
					 wanted[i].text);
			}
		}
	}
	json_reader_reset(reader);
	json_reader_free(reader);
	json_paths_free(paths);
	unguard(&g);
}

#define ASSERT_READS(doc, ...)                                             \
	assert_reads((doc), (const struct expectation[]){ __VA_ARGS__ },   \
		     sizeof((const struct expectation[]){ __VA_ARGS__ }) / \
			 sizeof(struct expectation))

static void finds_values_as_texts(void **state)
{
	(void)state;
	ASSERT_READS("{\"a\":\"x\",\"b\":1.50,\"c\":true,\"d\":null,\"e\":{\"f\":[1,2]}}",
		     { "a", "x" }, { "b", "1.50" }, { "c", "true" }, { "d", NULL },
		     { "e.f", "[1,2]" }, { "e", "{\"f\":[1,2]}" }, { "zz", NULL },
		     { "", "{\"a\":\"x\",\"b\":1.50,\"c\":true,\"d\":null,\"e\":{\"f\":[1,2]}}" });
	/* a scalar, null or array in the way */
	ASSERT_READS("{\"a\":1,\"b\":null,\"c\":[{\"x\":1}],\"d\":\"x\"}", { "a.x", NULL },
		     { "b.x", NULL }, { "c.x", NULL }, { "d.x", NULL }, { "c", "[{\"x\":1}]" });
	/* elements */
	ASSERT_READS("{\"a\":[10,[20,21],{\"b\":\"c\"},null]}", { "a.[0]", "10" },
		     { "a.[1].[1]", "21" }, { "a.[2].b", "c" }, { "a.[3]", NULL },
		     { "a.[4]", NULL }, { "a.[-1]", NULL }, { "a.[1]", "[20,21]" });
	/* an index does not find the field "0", nor a name an element */
	ASSERT_READS("{\"0\":\"x\"}", { "[0]", NULL }, { "0", "x" });
	/* white space is taken out of objects and arrays, not of strings */
	ASSERT_READS(" { \"a\" : [ 1 , \"x y\" , { } , [ ] , { \"b\" : null } ] } ",
		     { "a", "[1,\"x y\",{},[],{\"b\":null}]" },
		     { "", "{\"a\":[1,\"x y\",{},[],{\"b\":null}]}" }, { "a.[1]", "x y" });
	/* escapes stay in minified text and are undone in strings */
	ASSERT_READS(
	    "{\"a\":\"\\u0041\\n\\\"\\\\\\/\\uD83D\\uDE00\\u00e9\\u20AC\",\"b\":[\"\\u0041\"]}",
	    { "a", "A\n\"\\/\xF0\x9F\x98\x80\xC3\xA9\xE2\x82\xAC" }, { "b", "[\"\\u0041\"]" },
	    { "b.[0]", "A" });
	/* scalars as documents */
	ASSERT_READS("\"x\"", { "", "x" }, { "a", NULL });
	ASSERT_READS(" 12 ", { "", "12" });
	ASSERT_READS("null", { "", NULL });
	ASSERT_READS("\"\"", { "", "" });
	ASSERT_READS("{\"a\":\"\"}", { "a", "" });
}

static void keys_match_after_unescaping(void **state)
{
	(void)state;
	ASSERT_READS("{\"\\u0061bc\":1,\"\":2,\"longer than eight\":3,\"longer than eighT\":4}",
		     { "abc", "1" }, { "longer than eight", "3" }, { "longer than eighT", "4" },
		     { "longer than", NULL }, { "ab", NULL });
	/* same first eight bytes, other length */
	ASSERT_READS("{\"abcdefgh\":1,\"abcdefghi\":2,\"abcdefg\":3}", { "abcdefgh", "1" },
		     { "abcdefghi", "2" }, { "abcdefg", "3" });
	ASSERT_READS("{\"a\\u0000\":1,\"a\":2}", { "a", "2" });
	ASSERT_READS("{\"\xD0\xB0\":1}", { "\xD0\xB0", "1" });
}

static void an_empty_name_is_a_name(void **state)
{
	struct json_paths *paths = json_paths_new();
	struct json_step step = { .name = { .data = "", .len = 0 } };
	struct json_reader *reader;
	struct span value;
	struct span *const values[] = { &value };
	const char doc[128] = "{\"a\":1,\"\":2}";

	(void)state;
	assert_int_equal(json_paths_add(paths, &step, 1), 0);
	reader = json_reader_new(paths);
	assert_int_equal(json_reader_read(reader, doc, strlen(doc), false, values, 0, NULL), US_OK);
	assert_true(span_equal(value, SPAN_LITERAL("2")));
	json_reader_free(reader);
	json_paths_free(paths);
}

static void the_last_of_duplicate_keys_wins(void **state)
{
	(void)state;
	ASSERT_READS("{\"a\":1,\"a\":2}", { "a", "2" });
	ASSERT_READS("{\"a\":1,\"a\":null}", { "a", NULL });
	ASSERT_READS("{\"a\":1,\"\\u0061\":3}", { "a", "3" });
	/* the whole earlier value is replaced, with what was in it */
	ASSERT_READS("{\"a\":{\"x\":1,\"y\":2},\"a\":{\"x\":3}}", { "a.x", "3" }, { "a.y", NULL },
		     { "a", "{\"x\":3}" });
	ASSERT_READS("{\"a\":{\"x\":1},\"a\":5}", { "a.x", NULL }, { "a", "5" });
	ASSERT_READS("{\"a\":[1,2],\"a\":[3]}", { "a.[0]", "3" }, { "a.[1]", NULL });
	ASSERT_READS("{\"a\":{\"b\":{\"c\":1,\"c\":2}},\"a\":{\"b\":{\"d\":1},\"b\":{}}}",
		     { "a.b.c", NULL }, { "a.b.d", NULL }, { "a.b", "{}" });
	/* the same name in another object is no duplicate */
	ASSERT_READS("{\"b\":{\"a\":1},\"a\":{\"x\":2},\"c\":{\"a\":3}}", { "a.x", "2" },
		     { "b.a", "1" }, { "c.a", "3" });
	ASSERT_READS("{\"l\":[{\"x\":1},{\"y\":2}]}", { "l.[0].x", "1" }, { "l.[1].y", "2" },
		     { "l.[0].y", NULL }, { "l.[1].x", NULL });
}

static void a_record_must_be_an_object(void **state)
{
	static const char *const wanted[] = { "a" };
	static const char *const others[] = { "[]", "1", "\"{}\"", "null", " [{}]" };
	struct json_paths *paths = paths_of(wanted, 1);
	struct json_reader *reader = json_reader_new(paths);
	struct span value;
	struct span *const values[] = { &value };
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		char doc[128] = "";
		memcpy(doc, others[i], strlen(others[i]));
		assert_int_equal(json_reader_read(reader, doc, strlen(doc), false, values, 0, &err),
				 US_REJECT);
		assert_non_null(strstr(err.text, "no JSON object"));
	}
	json_reader_free(reader);
	json_paths_free(paths);
}

static void many_names_are_told_apart(void **state)
{
	enum { NAMES = 500 };
	struct json_paths *paths = json_paths_new();
	static struct span storage[NAMES];
	static struct span *values[NAMES];
	char *doc = calloc(1, NAMES * 40 + JSON_PADDING);
	size_t len = 0;
	struct json_reader *reader;

	(void)state;
	assert_non_null(doc);
	for (int i = 0; i < NAMES; i++) {
		char name[32];
		struct json_step step = { .name = { .data = name } };
		step.name.len = (size_t)snprintf(name, sizeof(name), "%s%d",
						 i % 2 ? "f" : "field_number_", i);
		assert_int_equal(json_paths_add(paths, &step, 1), i);
		assert_int_equal(json_paths_add(paths, &step, 1), i);
		len += (size_t)snprintf(doc + len, 40, "%s\"%s\":%d", i ? "," : "{", name, i);
		values[i] = &storage[i];
	}
	doc[len++] = '}';
	reader = json_reader_new(paths);
	assert_int_equal(json_reader_read(reader, doc, len, false, values, 0, NULL), US_OK);
	for (int i = 0; i < NAMES; i++) {
		char text[16];
		(void)snprintf(text, sizeof(text), "%d", i);
		assert_true(span_equal(storage[i], span_of(text)));
	}
	json_reader_free(reader);
	json_paths_free(paths);
	free(doc);
}

/* Everything the reader does, once; US_FATAL or NULL when memory ran out on the way. */
static bool read_everything(void)
{
	static const char doc[256] =
	    "{ \"\\u0061\" : { \"b\" : \"x\\ny\" } , \"cccccccccc\" : [ 1 , 2 ] , \"d\\t\" : 0 }";
	struct json_paths *paths = json_paths_new();
	struct json_step steps[] = { { .name = SPAN_LITERAL("a") }, { .name = SPAN_LITERAL("b") } };
	struct json_step list[] = { { .name = SPAN_LITERAL("cccccccccc") }, { .index = 1 } };
	struct json_reader *reader = NULL;
	struct span storage[3];
	struct span *const values[] = { &storage[0], &storage[1], &storage[2] };
	bool ok = false;

	if (!paths)
		return false;
	if (json_paths_add(paths, steps, 2) < 0 || json_paths_add(paths, list, 2) < 0 ||
	    json_paths_add(paths, list, 1) < 0)
		goto out;
	reader = json_reader_new(paths);
	if (!reader)
		goto out;
	for (int i = 0; i < 3; i++) {
		enum status status = json_reader_read(reader, doc, strlen(doc), false, values, 0,
						      NULL);
		assert_true(status == US_OK || status == US_FATAL);
		if (status != US_OK)
			goto out;
		json_reader_reset(reader);
	}
	ok = true;
out:
	json_reader_free(reader);
	json_paths_free(paths);
	return ok;
}

static void every_allocation_may_fail(void **state)
{
	uint64_t n = 1;

	(void)state;
	for (;; n++) {
		mem_fail_at(n);
		if (read_everything())
			break;
		assert_true(n < 1000);
	}
	mem_fail_at(0);
	assert_true(n > 5);
}

static void a_steady_stream_allocates_nothing(void **state)
{
	static const char *const wanted[] = { "a", "b" };
	struct json_paths *paths = paths_of(wanted, 2);
	struct json_reader *reader = json_reader_new(paths);
	struct span storage[2][16];
	struct span *const values[] = { storage[0], storage[1] };
	const char doc[128] = "{\"a\":\"x\\ny\",\"b\": [1, 2]}";
	uint64_t before = 0;

	(void)state;
	for (int batch = 0; batch < 5; batch++) {
		for (size_t row = 0; row < 16; row++)
			assert_int_equal(
			    json_reader_read(reader, doc, strlen(doc), false, values, row, NULL),
			    US_OK);
		assert_true(span_equal(storage[0][3], SPAN_LITERAL("x\ny")));
		json_reader_reset(reader);
		if (batch == 1)
			before = mem_count();
	}
	assert_int_equal(mem_count(), before);
	json_reader_free(reader);
	json_paths_free(paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_what_rfc_8259_allows),
		cmocka_unit_test(refuses_the_rest_and_says_where),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(long_numbers_keep_their_spelling),
		cmocka_unit_test(finds_values_as_texts),
		cmocka_unit_test(keys_match_after_unescaping),
		cmocka_unit_test(an_empty_name_is_a_name),
		cmocka_unit_test(the_last_of_duplicate_keys_wins),
		cmocka_unit_test(a_record_must_be_an_object),
		cmocka_unit_test(many_names_are_told_apart),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(a_steady_stream_allocates_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

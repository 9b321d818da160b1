/* rooms: core */
/*
 * The JSON reader and the splitter against simdjson's DOM parser: what one accepts the other must,
 * numbers apart that do not fit the DOM's types. What the splitter hands out must be valid,
 * minified, without the redacted members, and split into itself again.
 */
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <simdjson.h>
#include <string>

extern "C" {
#include "core/json.h"
}

static struct json_paths *paths;
static struct json_reader *reader;
static struct json_splitter *splitter;
static struct span storage[4];

static void add(std::initializer_list<struct json_step> steps)
{
	if (json_paths_add(paths, steps.begin(), steps.size()) < 0)
		abort();
}

static struct json_step field(const char *name)
{
	return { { name, strlen(name) }, 0 };
}

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
	static const char *const redact[] = { "a.b", "p" };
	struct json_splitter_config config = {};

	paths = json_paths_new();
	add({});
	add({ field("a"), field("b") });
	add({ field("a") });
	add({ field("c"), { { nullptr, 0 }, 1 } });
	reader = json_reader_new(paths);
	config.redact = redact;
	config.redact_count = 2;
	if (json_splitter_new(&splitter, &config, nullptr) != US_OK)
		abort();
	return 0;
}

static bool is_number_error(simdjson::error_code error)
{
	return error == simdjson::NUMBER_ERROR || error == simdjson::NUMBER_OUT_OF_RANGE;
}

/* Only what the grammar of numbers says about a text that the DOM refused for a number. */
static void compare_with_dom(const std::string &text, enum status status)
{
	static simdjson::dom::parser dom;
	if (dom.allocate(text.size() + 64, JSON_MAX_DEPTH + 1) != simdjson::SUCCESS)
		abort();
	simdjson::error_code error = dom.parse(text).error();

	if (is_number_error(error))
		return; /* 1e999, 99999999999999999999: grammar allows them, the DOM cannot hold
			   them */
	if ((error == simdjson::SUCCESS) != (status == US_OK)) {
		fprintf(stderr, "DOM: %s, reader: %s\n", simdjson::error_message(error),
			status_name(status));
		abort();
	}
}

static void check_record(const struct json_split_record *record)
{
	std::string value(record->value.data, record->value.len);
	std::string minified(value.size() + 1, '\0');
	size_t minified_len = 0;
	struct json_split_result again;

	if (simdjson::minify(value.data(), value.size(), &minified[0], minified_len) !=
		simdjson::SUCCESS ||
	    minified_len != value.size())
		abort();
	if (json_split(splitter, value.data(), value.size(), &again, nullptr) != US_OK ||
	    again.record_count != 1 ||
	    std::string(again.records[0].value.data, again.records[0].value.len) != value)
		abort();
	std::string padded = value + std::string(JSON_PADDING, '"');
	struct span *values[] = { &storage[0], &storage[1], &storage[2], &storage[3] };
	if (json_reader_read(reader, padded.data(), value.size(), false, values, 0, nullptr) !=
		US_OK ||
	    storage[1].data)
		abort();
	json_reader_reset(reader);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	std::string text(reinterpret_cast<const char *>(data), size);
	std::string padded = text + std::string(JSON_PADDING, '1');
	struct span *values[] = { &storage[0], &storage[1], &storage[2], &storage[3] };
	struct json_split_result result;
	struct err err = {};
	enum status status = json_reader_read(reader, padded.data(), size, true, values, 0, &err);
	/* the splitter needs no padding: an exact copy, so that the sanitizer sees any look beyond
	 */
	char *exact = static_cast<char *>(malloc(size ? size : 1));

	json_reader_reset(reader);
	compare_with_dom(text, status);
	memcpy(exact, text.data(), size);
	if (json_split(splitter, exact, size, &result, nullptr) != status)
		abort();
	free(exact);
	if (status == US_OK && result.record_count)
		check_record(&result.records[result.record_count - 1]);
	return 0;
}

/*
 * json_index.cc - the only C++ of the program: it calls simdjson's stage 1, which is compiled for
 * every kind of processor in the library and chosen at run time, so that these lines need no
 * vector flags of their own. No exception leaves: simdjson is called through its noexcept functions
 * only, and its allocations are nothrow.
 */
#include "core/json_index.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <simdjson.h>

using parser_type = simdjson::internal::dom_parser_implementation;

/* Grow by doubling: documents of a stream are of similar size, so this soon stops. */
static enum json_index_result reserve(struct json_index *index, size_t len)
{
	size_t capacity = 4096;
	std::unique_ptr<parser_type> made;

	while (capacity < len)
		capacity *= 2;
	if (capacity > simdjson::SIMDJSON_MAXSIZE_BYTES)
		capacity = simdjson::SIMDJSON_MAXSIZE_BYTES;
	if (index->parser) {
		auto *parser = static_cast<parser_type *>(index->parser);
		if (parser->set_capacity(capacity) != simdjson::SUCCESS) {
			index->capacity = 0;
			return JSON_INDEX_NO_MEMORY;
		}
		index->capacity = capacity;
		return JSON_INDEX_OK;
	}
	/* The depth given here belongs to stage 2, which is not used. */
	if (simdjson::get_active_implementation()->create_dom_parser_implementation(
		capacity, 1, made) != simdjson::SUCCESS)
		return JSON_INDEX_NO_MEMORY;
	index->parser = made.release();
	index->capacity = capacity;
	return JSON_INDEX_OK;
}

extern "C" enum json_index_result json_index_build(struct json_index *index, const char *text,
						   size_t len)
{
	if (len == 0)
		return JSON_INDEX_EMPTY;
	if (len > JSON_INDEX_MAX)
		return JSON_INDEX_TOO_LONG;
	if (len > index->capacity || !index->parser) {
		enum json_index_result result = reserve(index, len);
		if (result != JSON_INDEX_OK)
			return result;
	}
	auto *parser = static_cast<parser_type *>(index->parser);
	simdjson::error_code error = parser->stage1(reinterpret_cast<const uint8_t *>(text), len,
						    simdjson::stage1_mode::regular);
	if (error == simdjson::EMPTY)
		return JSON_INDEX_EMPTY;
	if (error == simdjson::MEMALLOC)
		return JSON_INDEX_NO_MEMORY;
	if (error != simdjson::SUCCESS)
		return JSON_INDEX_BAD;
	index->at = parser->structural_indexes.get();
	index->count = parser->n_structural_indexes;
	return JSON_INDEX_OK;
}

extern "C" void json_index_release(struct json_index *index)
{
	delete static_cast<parser_type *>(index->parser);
	*index = json_index{ nullptr, 0, nullptr, 0 };
}

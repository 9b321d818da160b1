/*
 * user_records.hh - for the benches: records as the Random User API makes them, and a bare loop of
 * simdjson's on-demand parser that reads the fields which the default pipeline reads.
 */
#ifndef BENCH_USER_RECORDS_HH
#define BENCH_USER_RECORDS_HH

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <simdjson.h>
#include <string>
#include <vector>

extern "C" {
#include "core/record.h"
#include "simulator/user_record.h"
}

namespace od = simdjson::ondemand;

/* `count` records as the API has them, of all nationalities; each is padded with RECORD_PADDING
 * blanks, which its length does not count. */
struct user_records {
	std::vector<std::string> texts;
	std::vector<size_t> lengths;
	size_t bytes = 0;

	explicit user_records(size_t count)
	{
		struct people *people = nullptr;
		struct user_shape shape = {};
		struct err err = ERR_INIT;
		struct buf out;

		shape.fields = FIELDS_ALL;
		shape.nation_count = NATIONALITY_COUNT;
		shape.gender = -1;
		shape.password.min = 8;
		shape.password.max = PASSWORD_LENGTH_MAX;
		shape.now_ms = 1764000000000;
		for (unsigned i = 0; i < NATIONALITY_COUNT; i++)
			shape.nations[i] = static_cast<uint8_t>(i);
		buf_init(&out, 1 << 20);
		if (people_new(&people, false, &err) != US_OK)
			abort();
		for (size_t i = 0; i < count; i++) {
			buf_reset(&out);
			user_record_append(&out, people, &shape, user_seed{ 1, 2 }, i,
					   RECORD_FAULT_NONE);
			lengths.push_back(out.len);
			bytes += out.len;
			texts.push_back(std::string(buf_text(&out), out.len) +
					std::string(RECORD_PADDING, ' '));
		}
		people_free(people);
		buf_release(&out);
	}
};

/* Processor time of this thread: what else runs on the machine does not count. */
static inline double cpu_seconds()
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Function> static inline double cpu_seconds_of(Function function)
{
	double start = cpu_seconds();

	function();
	return cpu_seconds() - start;
}

/* What the bare loop costs is the walk itself: field by field, in the records' order. */
static inline size_t bare_record(od::parser &parser, const std::string &padded, size_t len)
{
	size_t sum = 0;
	od::document doc = parser.iterate(padded.data(), len, padded.size());
	od::object root = doc.get_object();
	auto text = [&sum](simdjson::simdjson_result<od::value> value) {
		sum += std::string_view(value.get_string()).size();
	};
	auto raw = [&sum](simdjson::simdjson_result<od::value> value) {
		sum += std::string_view(value.raw_json_token()).size();
	};

	text(root.find_field("gender"));
	od::object name = root.find_field("name").get_object();
	text(name.find_field("title"));
	text(name.find_field("first"));
	text(name.find_field("last"));
	od::object location = root.find_field("location").get_object();
	od::object street = location.find_field("street").get_object();
	raw(street.find_field("number"));
	text(street.find_field("name"));
	text(location.find_field("city"));
	text(location.find_field("state"));
	text(location.find_field("country"));
	raw(location.find_field("postcode"));
	od::object coordinates = location.find_field("coordinates").get_object();
	text(coordinates.find_field("latitude"));
	text(coordinates.find_field("longitude"));
	od::object timezone = location.find_field("timezone").get_object();
	text(timezone.find_field("offset"));
	text(root.find_field("email"));
	od::object login = root.find_field("login").get_object();
	text(login.find_field("uuid"));
	text(login.find_field("username"));
	od::object dob = root.find_field("dob").get_object();
	text(dob.find_field("date"));
	od::object registered = root.find_field("registered").get_object();
	text(registered.find_field("date"));
	text(root.find_field("phone"));
	text(root.find_field("cell"));
	od::object picture = root.find_field("picture").get_object();
	text(picture.find_field("medium"));
	text(root.find_field("nat"));
	return sum;
}

#endif

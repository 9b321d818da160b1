/*
 * user_records.hh - for the benches: records as the Random User API makes them, and a bare loop of
 * simdjson's on-demand parser that reads the fields which the default pipeline reads.
 */
#ifndef BENCH_USER_RECORDS_HH
#define BENCH_USER_RECORDS_HH

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <simdjson.h>
#include <string>

namespace od = simdjson::ondemand;

static inline std::string make_record(int i)
{
	char text[2048];
	unsigned n = static_cast<unsigned>(i) * 2654435761U;

	int len = snprintf(
	    text, sizeof(text),
	    "{\"gender\":\"%s\",\"name\":{\"title\":\"Ms\",\"first\":\"Ayl\xC3\xADn%u\",\"last\":"
	    "\"Quiroga\"},"
	    "\"location\":{\"street\":{\"number\":%u,\"name\":\"Avenida de los "
	    "Olivos\"},\"city\":\"Puerto "
	    "Nuevo\",\"state\":\"Sierra "
	    "Alta\",\"country\":\"Spain\",\"postcode\":%u,\"coordinates\":{"
	    "\"latitude\":\"%d.%04u\",\"longitude\":\"%d.%04u\"},\"timezone\":{\"offset\":\"+5:"
	    "45\","
	    "\"description\":\"Kathmandu, and nothing else around "
	    "it\"}},\"email\":\"aylin.quiroga%u@example.com\","
	    "\"login\":{\"uuid\":\"%08x-1111-4222-8333-%012x\",\"username\":\"smallbird%u\","
	    "\"password\":\"sesame\","
	    "\"salt\":\"Abcd1234\",\"md5\":\"0123456789abcdef0123456789abcdef\",\"sha1\":"
	    "\"0123456789abcdef0123456789abcdef01234567\",\"sha256\":"
	    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},\"dob\":{"
	    "\"date\":"
	    "\"1971-0%u-12T07:13:10.667Z\",\"age\":54},\"registered\":{\"date\":\"2016-03-25T17:11:"
	    "01.102Z\","
	    "\"age\":9},\"phone\":\"912-%03u-%03u\",\"cell\":\"612-555-%03u\",\"id\":{\"name\":"
	    "\"DNI\",\"value\":"
	    "\"%08u-K\"},\"picture\":{\"large\":\"https://pictures.example.com/portraits/women/"
	    "%u.jpg\",\"medium\":"
	    "\"https://pictures.example.com/portraits/med/women/%u.jpg\",\"thumbnail\":"
	    "\"https://pictures.example.com/portraits/thumb/women/%u.jpg\"},\"nat\":\"ES\"}",
	    i % 2 ? "male" : "female", n % 977, n % 9000, n % 90000, static_cast<int>(n % 180) - 90,
	    n % 9999, static_cast<int>(n % 360) - 180, n % 9998, n % 1000, n, n, n % 5000,
	    n % 9 + 1, n % 1000, n % 997, n % 991, n % 99999999, n % 99, n % 99, n % 99);
	if (len < 0 || static_cast<size_t>(len) >= sizeof(text))
		abort();
	return std::string(text, static_cast<size_t>(len));
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

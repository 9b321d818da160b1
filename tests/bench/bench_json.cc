/*
 * The JSON reader beside a bare loop of simdjson's on-demand parser that reads the same 22 fields
 * of the same records, in one run. The bare loop validates what it touches; the reader the whole
 * document. The splitter's cost per record is printed as well.
 */
#if defined(__x86_64__)
#pragma GCC target("avx2,bmi,bmi2,pclmul,lzcnt,popcnt")
#endif
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <simdjson.h>
#include <string>
#include <vector>

extern "C" {
#include "core/json.h"
}

namespace od = simdjson::ondemand;

static const int RECORDS = 2000;
static const int ROUNDS = 15;

static const char *const wanted[] = { "gender",
				      "name.title",
				      "name.first",
				      "name.last",
				      "location.street.number",
				      "location.street.name",
				      "location.city",
				      "location.state",
				      "location.country",
				      "location.postcode",
				      "location.coordinates.latitude",
				      "location.coordinates.longitude",
				      "location.timezone.offset",
				      "email",
				      "login.uuid",
				      "login.username",
				      "dob.date",
				      "registered.date",
				      "phone",
				      "cell",
				      "picture.medium",
				      "nat" };
static const size_t WANTED = sizeof(wanted) / sizeof(*wanted);

static std::string make_record(int i)
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
static size_t bare_record(od::parser &parser, const std::string &padded, size_t len)
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

static void add_dotted(struct json_paths *paths, const char *dotted)
{
	struct json_step steps[8];
	size_t count = 0;

	for (const char *at = dotted; *at;) {
		const char *end = strchrnul(at, '.');
		steps[count++] = { { at, static_cast<size_t>(end - at) }, 0 };
		at = *end ? end + 1 : end;
	}
	if (json_paths_add(paths, steps, count) < 0)
		abort();
}

template <class Function> static double best_ns(Function function)
{
	double best = 1e18;

	for (int round = 0; round < ROUNDS; round++) {
		auto start = std::chrono::steady_clock::now();
		function();
		std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() -
								 start;
		best = std::min(best, spent.count() / RECORDS);
	}
	return best;
}

int main()
{
	static const char *const redact[] = { "login.password", "login.salt", "login.md5",
					      "login.sha1", "login.sha256" };
	struct json_splitter_config config = {};
	struct json_paths *paths = json_paths_new();
	struct json_reader *reader;
	struct json_splitter *splitter;
	std::vector<std::string> records;
	std::vector<size_t> lengths;
	std::vector<std::vector<struct span>> columns(WANTED, std::vector<struct span>(RECORDS));
	std::vector<struct span *> values;
	volatile size_t sink = 0;
	od::parser parser;

	for (int i = 0; i < RECORDS; i++) {
		records.push_back(make_record(i));
		lengths.push_back(records.back().size());
		records.back().append(JSON_PADDING, ' ');
	}
	for (size_t i = 0; i < WANTED; i++) {
		add_dotted(paths, wanted[i]);
		values.push_back(columns[i].data());
	}
	reader = json_reader_new(paths);
	config.key = "login.uuid";
	config.redact = redact;
	config.redact_count = 5;
	if (!reader || json_splitter_new(&splitter, &config, nullptr) != US_OK)
		abort();

	double bare = best_ns([&] {
		for (size_t i = 0; i < RECORDS; i++)
			sink = sink + bare_record(parser, records[i], lengths[i]);
	});
	double ours = best_ns([&] {
		for (size_t i = 0; i < RECORDS; i++) {
			if (json_reader_read(reader, records[i].data(), lengths[i], false,
					     values.data(), i, nullptr) != US_OK)
				abort();
		}
		json_reader_reset(reader);
	});
	double split = best_ns([&] {
		for (size_t i = 0; i < RECORDS; i++) {
			struct json_split_result result;
			if (json_split(splitter, records[i].data(), lengths[i], &result, nullptr) !=
				US_OK ||
			    result.record_count != 1)
				abort();
			sink = sink + result.records[0].value.len;
		}
	});
	for (size_t i = 0; i < WANTED; i++) {
		for (const struct span &value : columns[i])
			if (!value.data)
				abort();
	}
	printf("bench=json records=%d bytes=%zu kernel=%s bare_ondemand_ns=%.0f reader_ns=%.0f "
	       "ratio=%.2f splitter_ns=%.0f\n",
	       RECORDS, lengths[0], simdjson::get_active_implementation()->name().c_str(), bare,
	       ours, bare / ours, split);
	json_splitter_free(splitter);
	json_reader_free(reader);
	json_paths_free(paths);
	return 0;
}

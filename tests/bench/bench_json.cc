/*
 * The JSON reader beside a bare loop of simdjson's on-demand parser that reads the same 22 fields
 * of the same records, in one run. The bare loop validates what it touches; the reader the whole
 * document. The splitter's cost per record is printed as well.
 */
#include "user_records.hh"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

extern "C" {
#include "core/json.h"
}

static const size_t RECORDS = 2000;
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

	for (int round = 0; round < ROUNDS; round++)
		best = std::min(best, cpu_seconds_of(function) * 1e9 / RECORDS);
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
	user_records users(RECORDS);
	std::vector<std::string> &records = users.texts;
	std::vector<size_t> &lengths = users.lengths;
	std::vector<std::vector<struct span>> columns(WANTED, std::vector<struct span>(RECORDS));
	std::vector<struct span *> values;
	volatile size_t sink = 0;
	od::parser parser;

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
	printf("bench=json records=%zu bytes=%zu kernel=%s bare_ondemand_ns=%.0f reader_ns=%.0f "
	       "ratio=%.2f splitter_ns=%.0f\n",
	       RECORDS, users.bytes / RECORDS,
	       simdjson::get_active_implementation()->name().c_str(), bare, ours, bare / ours,
	       split);
	json_splitter_free(splitter);
	json_reader_free(reader);
	json_paths_free(paths);
	return 0;
}

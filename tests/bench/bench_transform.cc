/*
 * The transform of the default pipeline, one core, from records in memory to Arrow columns, beside
 * a bare simdjson loop that reads the same fields of the same records in the same run.
 */
#include "user_records.hh"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" {
#include "core/mem.h"
#include "sql/transform.h"
}

static const int BATCHES = 8;
static const int ROUNDS = 12;

static struct plan *compile_default()
{
	std::ifstream file("pipelines/user_profiles.sql");
	std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
	struct span source = { text.data(), text.size() };
	struct diag_list diags;
	struct err err = {};
	struct buf out;

	diag_init(&diags, "pipelines/user_profiles.sql", source);
	struct plan *plan = plan_compile(source, nullptr, &diags, &err);
	if (!plan) {
		buf_init(&out, 1 << 20);
		diag_print(&diags, &out);
		fprintf(stderr, "%s%s\n", buf_text(&out), err.text);
		exit(1);
	}
	diag_release(&diags);
	return plan;
}

template <class Function> static double best_seconds(Function function)
{
	double best = 1e18;

	for (int round = 0; round < ROUNDS; round++) {
		auto start = std::chrono::steady_clock::now();
		function();
		std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
		best = std::min(best, spent.count());
	}
	return best;
}

int main()
{
	const size_t total = static_cast<size_t>(BATCHES) * TRANSFORM_ROWS;
	std::vector<std::string> texts;
	std::vector<size_t> lengths;
	std::vector<struct record> records(total);
	struct plan *plan = compile_default();
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = {};
	od::parser parser;
	volatile size_t sink = 0;
	size_t bytes = 0;
	int64_t stored = 0;

	for (size_t i = 0; i < total; i++) {
		texts.push_back(make_record(static_cast<int>(i)));
		lengths.push_back(texts.back().size());
		bytes += lengths.back();
		texts.back().append(RECORD_PADDING, ' ');
	}
	for (size_t i = 0; i < total; i++) {
		records[i].offset = static_cast<int64_t>(i);
		records[i].value = { texts[i].data(), lengths[i] };
	}
	if (!worker)
		return 1;
	auto transform = [&] {
		stored = 0;
		for (size_t i = 0; i < total; i += TRANSFORM_ROWS) {
			if (worker_transform(worker, "user_topic", &records[i], TRANSFORM_ROWS,
					     &result, &err) != US_OK) {
				fprintf(stderr, "%s\n", err.text);
				exit(1);
			}
			stored += result.tables[0].stored;
		}
	};
	double bare = best_seconds([&] {
		for (size_t i = 0; i < total; i++)
			sink = sink + bare_record(parser, texts[i], lengths[i]);
	});
	transform();
	uint64_t before = mem_count();
	double ours = best_seconds(transform);

	printf("records of %zu bytes, %zu stored of %zu, %llu allocations\n", bytes / total,
	       static_cast<size_t>(stored), total,
	       static_cast<unsigned long long>(mem_count() - before));
	printf("transform            %10.0f records/s  %6.2f us each\n", total / ours,
	       ours / total * 1e6);
	printf("bare simdjson loop   %10.0f records/s  %6.2f us each   ratio %.2f\n", total / bare,
	       bare / total * 1e6, bare / ours);
	worker_free(worker);
	plan_free(plan);
	return 0;
}

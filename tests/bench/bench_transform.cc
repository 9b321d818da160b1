/*
 * The transform of the default pipeline, one core, from records in memory to Arrow columns, beside
 * a bare simdjson loop that reads the same fields of the same records in the same run: at least 40
 * % of that. Then two threads beside one: at least 1.8 times as fast, where two cores are free; and
 * the time of each operator, its least of several rounds.
 *
 *     bench_transform                 the figures
 *     bench_transform --write FILE    its records, a line each, for another engine
 *     bench_transform --one           wall and processor time of one thread for a record, ns
 */
#include "user_records.hh"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <numeric>
#include <thread>

extern "C" {
#include "core/mem.h"
#include "sql/profile.h"
}

static const size_t BATCHES = 8;
static const size_t TOTAL = BATCHES * TRANSFORM_ROWS;
static const int ROUNDS = 15;
static const int WALL_TIMES = 4;

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

/* A batch. Returns the rows. */
static int64_t transform_batch(struct worker *worker, const struct record *records)
{
	struct transform_result result;
	struct err err = {};

	if (worker_transform(worker, "user_topic", records, TRANSFORM_ROWS, &result, &err) !=
	    US_OK) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return result.tables[0].stored;
}

/* All records, `times` times. Returns the rows. */
static int64_t transform(struct worker *worker, const std::vector<struct record> &records,
			 int times)
{
	int64_t stored = 0;

	for (size_t i = 0; i < TOTAL * static_cast<size_t>(times); i += TRANSFORM_ROWS)
		stored += transform_batch(worker, &records[i % TOTAL]);
	return stored;
}

struct spent {
	double wall, processor; /* seconds; processor time of the last thread */
};

/* Each thread transforms all records WALL_TIMES times. */
static struct spent run_threads(const struct plan *plan, const std::vector<struct record> &records,
				int threads)
{
	std::vector<std::thread> running;
	std::vector<struct worker *> workers;
	struct spent spent = {};

	for (int i = 0; i < threads; i++) {
		workers.push_back(worker_new(plan));
		transform(workers.back(), records, 1);
	}
	auto work = [&records, &spent](struct worker *worker, bool last) {
		double seconds = cpu_seconds_of([&] { transform(worker, records, WALL_TIMES); });
		if (last)
			spent.processor = seconds;
	};
	auto start = std::chrono::steady_clock::now();
	for (int i = 0; i < threads; i++)
		running.emplace_back(work, workers[static_cast<size_t>(i)], i == threads - 1);
	for (std::thread &thread : running)
		thread.join();
	std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
	spent.wall = wall.count();
	for (struct worker *worker : workers)
		worker_free(worker);
	return spent;
}

/*
 * Seconds for all records, bare and ours: batch by batch in turn, so that what else runs on the
 * machine hits both, and the best of each.
 */
static void compare(struct worker *worker, const user_records &users,
		    const std::vector<struct record> &records, double *bare, double *ours)
{
	od::parser parser;
	volatile size_t sink = 0;

	*bare = *ours = 0;
	for (size_t from = 0; from < TOTAL; from += TRANSFORM_ROWS) {
		double best_bare = 1e9, best_ours = 1e9;

		for (int round = 0; round < ROUNDS; round++) {
			best_bare = std::min(
			    best_bare, cpu_seconds_of([&] {
				    for (size_t i = from; i < from + TRANSFORM_ROWS; i++)
					    sink = sink + bare_record(parser, users.texts[i],
								      users.lengths[i]);
			    }));
			best_ours = std::min(best_ours, cpu_seconds_of([&] {
						     transform_batch(worker, &records[from]);
					     }));
		}
		*bare += best_bare;
		*ours += best_ours;
	}
}

static void print_operators(const struct plan *plan, const std::vector<struct record> &records)
{
	struct worker *worker = worker_new(plan);
	struct profile *least = nullptr;
	struct err err = {};
	struct buf out;

	transform(worker, records, 1);
	for (int round = 0; round < ROUNDS; round++) {
		struct profile *profile = profile_new(plan);

		worker_measure(worker, profile);
		transform(worker, records, 1);
		if (least)
			profile_least(least, profile);
		else
			std::swap(least, profile);
		profile_free(profile);
	}
	buf_init(&out, 1 << 20);
	if (profile_print(least, &out, &err) == US_OK)
		printf("\n%s", buf_text(&out));
	buf_release(&out);
	profile_free(least);
	worker_free(worker);
}

static int print_one(const struct plan *plan, const std::vector<struct record> &records)
{
	struct spent spent = run_threads(plan, records, 1);
	double each = 1e9 / static_cast<double>(WALL_TIMES * TOTAL);

	printf("%.0f %.0f\n", spent.wall * each, spent.processor * each);
	return 0;
}

static int print_all(const struct plan *plan, const user_records &users,
		     const std::vector<struct record> &records)
{
	struct worker *worker = worker_new(plan);
	int64_t rows = transform(worker, records, 2) / 2;
	uint64_t allocations = mem_count();
	double bare, ours, speedup = 0;

	compare(worker, users, records, &bare, &ours);
	allocations = mem_count() - allocations;
	worker_free(worker);
	for (int round = 0; round < 5; round++)
		speedup = std::max(speedup, 2 * run_threads(plan, records, 1).wall /
						run_threads(plan, records, 2).wall);
	printf("records of %zu bytes, %zu rows of %zu, %zu allocations\n", users.bytes / TOTAL,
	       static_cast<size_t>(rows), TOTAL, static_cast<size_t>(allocations));
	printf("bare simdjson loop   %9.0f records/s  %7.0f ns each\n", TOTAL / bare,
	       bare / TOTAL * 1e9);
	printf("transform            %9.0f records/s  %7.0f ns each   ratio %.2f (at least 0.40)\n",
	       TOTAL / ours, ours / TOTAL * 1e9, bare / ours);
	printf(
	    "two threads          %.2f times one (at least 1.8 where two cores are free; here are "
	    "%u)\n",
	    speedup, std::thread::hardware_concurrency());
	print_operators(plan, records);
	return 0;
}

static int write_records(const user_records &users, const char *path)
{
	std::ofstream out(path);

	for (size_t i = 0; i < TOTAL; i++)
		out.write(users.texts[i].data(), static_cast<std::streamsize>(users.lengths[i]))
		    << '\n';
	return out.flush() ? 0 : 74;
}

int main(int argc, char **argv)
{
	std::string option = argc > 1 ? argv[1] : "";
	user_records users(TOTAL);
	std::vector<struct record> records(TOTAL);

	if (option == "--write" && argc == 3)
		return write_records(users, argv[2]);
	for (size_t i = 0; i < TOTAL; i++) {
		records[i].offset = static_cast<int64_t>(i);
		records[i].value = { users.texts[i].data(), users.lengths[i] };
	}
	struct plan *plan = compile_default();
	int code = option == "--one" ? print_one(plan, records) : print_all(plan, users, records);
	plan_free(plan);
	return code;
}

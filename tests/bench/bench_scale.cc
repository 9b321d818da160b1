/*
 * How the transform's cost grows, one core: with the columns of a table, of which each must cost
 * what the others do; and with a large document in a batch (1 MB, 10,000 keys, 500 levels), which
 * must not slow the others. Times are the least of several rounds, taken in turns.
 */
#include "user_records.hh"

#include <algorithm>

extern "C" {
#include "sql/transform.h"
}

static const int ROUNDS = 25;
static const size_t FIELDS = 200;
static const double FLAT = 1.5;   /* a column among many, beside one among few: at most */
static const double SLOWED = 1.1; /* small records beside a large one, beside alone: at most */

struct bench {
	struct plan *plan = nullptr;
	struct worker *worker = nullptr;
	double least = 1e9;

	explicit bench(const std::string &pipeline)
	{
		struct diag_list diags;
		struct err err = ERR_INIT;

		diag_init(&diags, "bench", span{ pipeline.data(), pipeline.size() });
		plan = plan_compile(span{ pipeline.data(), pipeline.size() }, nullptr, &diags,
				    &err);
		diag_release(&diags);
		if (!plan || !(worker = worker_new(plan))) {
			fprintf(stderr, "the bench's pipeline does not compile: %s\n", err.text);
			exit(70);
		}
	}
	bench(const bench &) = delete;
	bench &operator=(const bench &) = delete;
	~bench()
	{
		worker_free(worker);
		plan_free(plan);
	}
	void run(const std::vector<struct record> &records)
	{
		struct transform_result result;
		struct err err = ERR_INIT;
		enum status status = US_OK;

		double seconds = cpu_seconds_of([&] {
			status = worker_transform(worker, "t", records.data(), records.size(),
						  &result, &err);
		});
		if (status != US_OK ||
		    result.tables[0].stored != static_cast<int64_t>(records.size())) {
			fprintf(stderr, "%s\n", status == US_OK ? "records are lost" : err.text);
			exit(70);
		}
		least = std::min(least, seconds);
	}
};

/* Texts as padded records. They must outlive what is returned. */
static std::vector<struct record> records_of(std::vector<std::string> &texts)
{
	std::vector<struct record> records(texts.size());

	for (size_t i = 0; i < texts.size(); i++) {
		size_t len = texts[i].size();

		texts[i].append(RECORD_PADDING, ' ');
		records[i].offset = static_cast<int64_t>(i);
		records[i].value = span{ texts[i].data(), len };
	}
	return records;
}

static std::string table_of(size_t columns)
{
	std::string head = "CREATE STREAMING TABLE t (", list;

	for (size_t c = 0; c < columns; c++) {
		std::string name = std::to_string(c);

		head += "c" + name + " TEXT, ";
		list += (c ? ", lower(f" : "lower(f") + name + ") AS c" + name;
	}
	return head + "PRIMARY KEY (c0)) AS SELECT " + list + " FROM STREAM s";
}

/* The same records of 200 fields into 1 to 200 columns. */
static bool columns_are_flat()
{
	static const size_t counts[] = { 1, 50, 100, 200 };
	std::vector<std::string> texts;
	std::vector<bench *> benches;
	double first = 0, slope = 0;

	for (size_t i = 0; i < 1000; i++) {
		std::string text = "{";

		for (size_t f = 0; f < FIELDS; f++)
			text += (f ? ",\"f" : "\"f") + std::to_string(f) + "\":\"Value " +
				std::to_string(i + f) + "\"";
		texts.push_back(text + "}");
	}
	std::vector<struct record> records = records_of(texts);
	for (size_t count : counts)
		benches.push_back(new bench(table_of(count)));
	for (int round = 0; round < ROUNDS; round++)
		for (bench *one : benches)
			one->run(records);
	for (size_t i = 0; i < benches.size(); i++) {
		double each = benches[i]->least / static_cast<double>(records.size()) * 1e9;

		printf("%3zu columns          %9.0f ns a record", counts[i], each);
		if (i > 0) {
			double more = static_cast<double>(counts[i] - counts[i - 1]);

			slope = (benches[i]->least - benches[i - 1]->least) /
				static_cast<double>(records.size()) / more * 1e9;
			first = i == 1 ? slope : first;
			printf("  %6.1f ns for each column more", slope);
		}
		printf("\n");
	}
	for (bench *one : benches)
		delete one;
	printf("the last beside the first         %.2f (at most %.1f)\n", slope / first, FLAT);
	return slope <= first * FLAT;
}

static std::string megabyte()
{
	return "{\"k\":\"big\",\"t\":\"" + std::string(1 << 20, 'a') + "\"}";
}

static std::string many_keys()
{
	std::string text = "{";

	for (int i = 0; i < 10000; i++)
		text += "\"key " + std::to_string(i) + "\":" + std::to_string(i) + ",";
	return text + "\"k\":\"keys\",\"t\":\"t\"}";
}

static std::string many_levels()
{
	std::string text = "{\"k\":\"deep\",\"x\":", end;

	for (int i = 0; i < 249; i++) {
		text += "{\"x\":[";
		end += "]}";
	}
	return text + "1" + end + "}";
}

/* A batch of small records with one large in the middle, less what that one takes alone. */
static bool large_slows_none(const char *name, const std::string &large)
{
	const std::string pipeline = "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, t TEXT) AS "
				     "SELECT k, lower(trim(t)) AS t FROM STREAM s";
	bench alone(pipeline), small(pipeline), mixed(pipeline);
	std::vector<std::string> texts, one = { large };

	for (size_t i = 0; i + 1 < TRANSFORM_ROWS; i++)
		texts.push_back("{\"k\":\"" + std::to_string(i) +
				"\",\"t\":\" Some Text \",\"more\":{\"a\":[1,2,3]}}");
	std::vector<std::string> both = texts;
	both.insert(both.begin() + TRANSFORM_ROWS / 2, large);
	std::vector<struct record> small_records = records_of(texts),
				   large_record = records_of(one), mixed_records = records_of(both);
	for (int round = 0; round < ROUNDS; round++) {
		small.run(small_records);
		alone.run(large_record);
		mixed.run(mixed_records);
	}
	double slowed = (mixed.least - alone.least) / small.least;
	printf("%-20s %9.0f us alone; the others of its batch take %.2f of their time without it "
	       "(at most %.1f)\n",
	       name, alone.least * 1e6, slowed, SLOWED);
	return slowed <= SLOWED;
}

int main()
{
	bool good = columns_are_flat();

	good = large_slows_none("a document of 1 MB", megabyte()) && good;
	good = large_slows_none("10,000 keys", many_keys()) && good;
	good = large_slows_none("500 levels", many_levels()) && good;
	return good ? 0 : 1;
}

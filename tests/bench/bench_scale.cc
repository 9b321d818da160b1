/*
 * How the transform's cost grows, one core: with the columns of a table, of which each must cost
 * what the others do; and with a large document in a batch (1 MB, 10,000 keys, 500 levels), which
 * must not slow the others. Times are the least of several rounds, taken in turns.
 */
#include "user_records.hh"

#include <algorithm>
#include <iterator>
#include <memory>

extern "C" {
#include "sql/transform.h"
}

static const int COLUMN_ROUNDS = 50, LARGE_ROUNDS = 300;
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
	for (int round = 0; round < COLUMN_ROUNDS; round++)
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

/* So many small records, with or without a large one in the middle. */
struct batch_of {
	std::vector<std::string> texts;
	std::vector<struct record> records;

	batch_of(size_t count, const std::string *large)
	{
		for (size_t i = 0; i < count; i++)
			texts.push_back("{\"k\":\"" + std::to_string(i) +
					"\",\"t\":\" Some Text \",\"more\":{\"a\":[1,2,3]}}");
		if (large)
			texts.insert(texts.begin() + static_cast<long>(count) / 2, *large);
		records = records_of(texts);
	}
};

/* What each small record more adds to a batch that has a large one, beside a batch that has none:
 * so the large one's own cost, that of its bytes, is in neither. */
static bool large_slows_none(const char *name, const std::string &large)
{
	static const size_t few = TRANSFORM_ROWS / 4, many = TRANSFORM_ROWS - 1;
	const std::string pipeline = "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, t TEXT) AS "
				     "SELECT k, lower(trim(t)) AS t FROM STREAM s";
	const batch_of batches[] = {
		{ few, nullptr }, { many, nullptr }, { few, &large }, { many, &large }
	};
	std::vector<std::unique_ptr<bench>> benches;

	for (size_t i = 0; i < std::size(batches); i++)
		benches.push_back(std::make_unique<bench>(pipeline));
	for (int round = 0; round < LARGE_ROUNDS; round++)
		for (size_t i = 0; i < std::size(batches); i++)
			benches[i]->run(batches[i].records);
	double without = benches[1]->least - benches[0]->least;
	double with = benches[3]->least - benches[2]->least;
	double own = benches[3]->least - benches[1]->least;
	printf("%-20s %9.0f us in a batch; the others take %.2f of their time without it (at most "
	       "%.1f)\n",
	       name, own * 1e6, with / without, SLOWED);
	return with <= without * SLOWED;
}

int main()
{
	bool good = columns_are_flat();

	good = large_slows_none("a document of 1 MB", megabyte()) && good;
	good = large_slows_none("10,000 keys", many_keys()) && good;
	good = large_slows_none("500 levels", many_levels()) && good;
	return good ? 0 : 1;
}

/*
 * The file source: what a file may be, how it goes on after a restart, what is refused.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "contract_source.h"
#include "core/clock.h"
#include "core/note.h"

static char directory[64];

static const char *const secrets[] = { "password" };

static const char *path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void write_bytes(const char *name, const void *data, size_t len, const char *mode)
{
	FILE *file = fopen(path_of(name), mode);

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text), "w");
}

static void append_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text), "a");
}

/* `count` lines from the first-th on; every tenth is bad when `bad`. */
static char *make_lines(int first, int count, bool bad, size_t *len)
{
	char *text = malloc((size_t)count * 400 + 1);

	assert_non_null(text);
	*len = 0;
	for (int i = first; i < first + count; i++) {
		if (bad && i % 10 == 9)
			*len += (size_t)snprintf(text + *len, 400, "{\"id\":%d,oops}\n", i);
		else
			*len += (size_t)snprintf(
			    text + *len, 400,
			    "{\"id\":\"k%d\",\"password\":\"hunter2\",\"pad\":\"%0*d\"}\n", i,
			    i % 300, i);
	}
	return text;
}

static struct source_config config_of(const char *name)
{
	static char uri[160];

	(void)snprintf(uri, sizeof(uri), "file:%s", path_of(name));
	return (struct source_config){ .uri = uri,
				       .records = "results",
				       .key = "id",
				       .redact = secrets,
				       .redact_count = 1,
				       .results = 1 };
}

/* ---- the contract, on every coding */

static enum status open_named(void *user, struct source **out, struct span cursor,
			      struct waiter *stop, struct err *err)
{
	struct source_config config = config_of(user);

	config.stop = stop;
	return source_open(out, &config, cursor, err);
}

static void keeps_contract(const char *name)
{
	char copy[64];
	struct contract contract = { .open = open_named, .user = copy };

	(void)snprintf(copy, sizeof(copy), "%s", name);
	contract_restarts_where_it_stood(&contract);
	contract_survives_every_failed_allocation(&contract);
	contract_steady_stream_allocates_nothing(&contract);
}

static void plain_lines_keep_the_contract(void **state)
{
	size_t len;
	char *text = make_lines(0, 3500, true, &len);

	(void)state;
	write_bytes("plain.jsonl", text, len, "w");
	keeps_contract("plain.jsonl");
	free(text);
}

static void write_gzip(const char *name, const char *text, size_t len, const char *mode)
{
	gzFile file = gzopen(path_of(name), mode);

	assert_non_null(file);
	assert_int_equal(gzwrite(file, text, (unsigned)len), len);
	assert_int_equal(gzclose(file), Z_OK);
}

static void gzip_keeps_the_contract(void **state)
{
	size_t len;
	char *text = make_lines(0, 3500, true, &len);

	(void)state;
	/* two members, cut in the middle of a line */
	write_gzip("two.gz", text, len / 2, "wb");
	write_gzip("two.gz", text + len / 2, len - len / 2, "ab");
	keeps_contract("two.gz");
	free(text);
}

static void zstd_keeps_the_contract(void **state)
{
	size_t len;
	char *text = make_lines(0, 3500, true, &len);
	size_t bound = ZSTD_compressBound(len);
	char *packed = malloc(bound);
	size_t half = len / 2;
	size_t packed_len;

	(void)state;
	assert_non_null(packed);
	packed_len = ZSTD_compress(packed, bound, text, half, 3);
	write_bytes("two.zst", packed, packed_len, "w");
	packed_len = ZSTD_compress(packed, bound, text + half, len - half, 3);
	write_bytes("two.zst", packed, packed_len, "a");
	keeps_contract("two.zst");
	free(packed);
	free(text);
}

/* ---- what a file may be */

struct reading {
	int64_t records;
	int64_t refused;
	struct contract_run run;
	enum status status;
	struct err err;
};

/* Read to the end, from the cursor of an earlier reading or from the start. */
static void read_from(const struct source_config *config, const struct reading *before,
		      struct reading *out)
{
	struct source *source = NULL;
	struct span cursor = SPAN_NULL;

	*out = (struct reading){ .err = ERR_INIT };
	if (before && before->run.batches)
		cursor = span_of(before->run.cursor[before->run.batches - 1]);
	out->status = source_open(&source, config, cursor, &out->err);
	while (out->status == US_OK && !out->run.ended) {
		struct source_batch batch;
		out->status = source_next(source, &batch, &out->err);
		if (out->status != US_OK)
			break;
		for (size_t i = 0; i < batch.record_count; i++) {
			const struct record *record = &batch.records[i];
			assert_null(memmem(record->value.data, record->value.len, "hunter2", 7));
		}
		if (out->run.batches == CONTRACT_BATCHES)
			free(out->run.cursor[--out->run.batches]);
		contract_take(&out->run, &batch);
		out->run.cursor[out->run.batches++] = strndup(batch.cursor.data, batch.cursor.len);
		out->records += (int64_t)batch.record_count;
		out->refused += batch.refused;
		out->run.ended = batch.end;
	}
	source_close(source);
}

static void assert_file(const char *name, const char *text, const char *keys, int64_t refused)
{
	struct source_config config;
	struct reading reading;

	write_text(name, text);
	config = config_of(name);
	read_from(&config, NULL, &reading);
	if (reading.status != US_OK)
		fail_msg("%s: %s", text, reading.err.text);
	if (reading.run.len != strlen(keys) ||
	    (reading.run.len && memcmp(reading.run.keys, keys, reading.run.len) != 0))
		fail_msg("%s: keys %.*s, not %s", text, (int)reading.run.len, reading.run.keys,
			 keys);
	assert_int_equal(reading.refused, refused);
	contract_release(&reading.run);
}

static void files_of_every_shape(void **state)
{
	(void)state;
	assert_file("a", "", "", 0);
	assert_file("a", "\n\n  \r\n", "", 0);
	assert_file("a", "{\"id\":1}\n{\"id\":2}\n", "1\n2\n", 0);
	assert_file("a", "{\"id\":1}\r\n\r\n{\"id\":2}", "1\n2\n", 0);
	assert_file("a", "\xEF\xBB\xBF{\"id\":1}\n{\"id\":2}\n", "1\n2\n", 0);
	/* an answer, on one line, on many, several of them */
	assert_file("a", "{\"results\":[{\"id\":1},{\"id\":2}],\"info\":{}}", "1\n2\n", 0);
	assert_file("a", "{\n \"results\": [\n  {\"id\": 1},\n  {\"id\": 2}\n ]\n}\n", "1\n2\n", 0);
	assert_file("a",
		    "{\"results\":[{\"id\":1}]}\n{\"results\":[]}\n{\"results\":[{\"id\":2}]}\n",
		    "1\n2\n", 0);
	/* arrays */
	assert_file("a", "[{\"id\":1},{\"id\":2}]", "1\n2\n", 0);
	assert_file("a", "[\n{\"id\":1},\n{\"id\":2}\n]\n", "1\n2\n", 0);
	assert_file("a", "[{\"id\":1},\n{\"id\":2},\n7]\n", "1\n2\n", 1);
	/* one object over many lines */
	assert_file("a", "{\n\"id\": 1,\n\"x\": [1,\n2]}", "1\n", 0);
}

static void bad_lines_are_refused_and_counted(void **state)
{
	(void)state;
	assert_file("a", "oops\n{\"id\":1}\n", "1\n", 1);
	assert_file("a", "{\"id\":1}\n{\"id\":\n{\"id\":2}\n", "1\n2\n", 1);
	assert_file("a", "{\"id\":1}\n7\n{}\n{\"id\":null}\n[]\n\"x\"\n", "1\n", 4);
	assert_file("a", "{\"id\":1}\n{\"id\":2", "1\n", 1);
	assert_file("a", "{\"id\":\"\xFF\"}\n{\"id\":1}\n", "1\n", 1);
	assert_file("a", "{\"results\":[{\"id\":1}]}\n{\"id\":2}\n", "1\n", 1);
}

static void what_is_no_json_at_all_is_rejected(void **state)
{
	struct source_config config;
	struct reading reading;
	char text[4000] = "";

	(void)state;
	for (int i = 0; i < 150; i++)
		memcpy(text + strlen(text), "a,b,c,d\n", 9);
	write_text("table.csv", text);
	config = config_of("table.csv");
	read_from(&config, NULL, &reading);
	assert_int_equal(reading.status, US_REJECT);
	assert_int_equal(reading.err.code, EXIT_BAD_DATA);
	assert_non_null(strstr(reading.err.text, "JSON Lines"));
	contract_release(&reading.run);
	/* a broken document is no hundred lines */
	write_text("broken.json", "{\n\"results\": [\n{\"id\": 1},\n");
	config = config_of("broken.json");
	read_from(&config, NULL, &reading);
	assert_int_equal(reading.status, US_REJECT);
	assert_non_null(strstr(reading.err.text, "broken.json"));
	contract_release(&reading.run);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
	struct source *source = NULL;
	struct source_config config = config_of("no-such-file");
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	assert_non_null(strstr(err.text, "no-such-file: No such file"));
	config.uri = "file:/";
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_REJECT);
	assert_non_null(strstr(err.text, "directory"));
	config.uri = "file:";
	config.nat = "gb";
	config.seed = "x";
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_REJECT);
	assert_non_null(strstr(err.text, "--nat"));
	assert_non_null(strstr(err.text, "--seed"));
	assert_non_null(strstr(err.text, "needs a path"));
}

static void a_line_may_be_long_but_not_too_long(void **state)
{
	size_t len = ((size_t)64 << 20) + 100;
	char *text = malloc(len + 64);
	struct source_config config;
	struct reading reading;
	FILE *file;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	file = fopen(path_of("long"), "w");
	assert_non_null(file);
	fprintf(file, "{\"id\":1}\n{\"id\":2,\"x\":\"%.*s\"}\n", 5 << 20, text);
	fprintf(file, "{\"id\":3,\"x\":\"%.*s\"}\n{\"id\":4}\n", (int)len, text);
	fclose(file);
	free(text);
	config = config_of("long");
	read_from(&config, NULL, &reading);
	assert_int_equal(reading.status, US_OK);
	assert_int_equal(reading.run.len, 6);
	assert_memory_equal(reading.run.keys, "1\n2\n4\n", 6);
	assert_int_equal(reading.refused, 1);
	contract_release(&reading.run);
	unlink(path_of("long"));
}

static void damaged_compression_is_told_after_what_is_good(void **state)
{
	size_t len;
	char *text = make_lines(0, 2000, false, &len);
	struct source_config config;
	struct reading reading;
	struct stat st;

	(void)state;
	write_gzip("cut.gz", text, len, "wb");
	assert_int_equal(stat(path_of("cut.gz"), &st), 0);
	assert_int_equal(truncate(path_of("cut.gz"), st.st_size / 2), 0);
	config = config_of("cut.gz");
	read_from(&config, NULL, &reading);
	assert_int_equal(reading.status, US_REJECT);
	assert_string_equal(reading.err.kind, "truncated");
	assert_in_range(reading.records, 500, 1500);
	contract_release(&reading.run);
	write_gzip("tail.gz", text, len, "wb");
	append_text("tail.gz", "garbage");
	config = config_of("tail.gz");
	read_from(&config, NULL, &reading);
	assert_int_equal(reading.status, US_REJECT);
	assert_int_equal(reading.records, 2000);
	contract_release(&reading.run);
	free(text);
}

/* ---- restarts */

static void appended_lines_are_read_on(void **state)
{
	struct source_config config;
	struct reading first, second, third;

	(void)state;
	write_text("grow", "{\"id\":1}\n{\"id\":2}\n");
	config = config_of("grow");
	read_from(&config, NULL, &first);
	assert_int_equal(first.records, 2);
	read_from(&config, &first, &second);
	assert_int_equal(second.records, 0);
	append_text("grow", "{\"id\":3}\n{\"id\":");
	read_from(&config, &second, &third);
	assert_memory_equal(third.run.keys, "3\n", 2);
	assert_int_equal(third.refused, 1);
	/* the half line is whole now: it is read again */
	contract_release(&first.run);
	append_text("grow", "4}\n{\"id\":5}\n");
	read_from(&config, &third, &first);
	assert_int_equal(first.run.len, 4);
	assert_memory_equal(first.run.keys, "4\n5\n", 4);
	assert_int_equal(first.refused, 0);
	contract_release(&first.run);
	contract_release(&second.run);
	contract_release(&third.run);
}

static void a_renamed_file_is_the_same(void **state)
{
	struct source_config config;
	struct reading first, second;
	char old[128];

	(void)state;
	write_text("old-name", "{\"id\":1}\n");
	config = config_of("old-name");
	read_from(&config, NULL, &first);
	(void)snprintf(old, sizeof(old), "%s", path_of("old-name"));
	assert_int_equal(rename(old, path_of("new-name")), 0);
	append_text("new-name", "{\"id\":2}\n");
	config = config_of("new-name");
	read_from(&config, &first, &second);
	assert_int_equal(second.run.len, 2);
	assert_memory_equal(second.run.keys, "2\n", 2);
	contract_release(&first.run);
	contract_release(&second.run);
}

static void other_content_under_a_name_is_refused(void **state)
{
	struct source_config config;
	struct reading first, second;

	(void)state;
	write_text("same", "{\"id\":1}\n");
	config = config_of("same");
	read_from(&config, NULL, &first);
	write_text("same", "{\"id\":9}\n{\"id\":8}\n");
	read_from(&config, &first, &second);
	assert_int_equal(second.status, US_REJECT);
	assert_int_equal(second.err.code, EXIT_BAD_DATA);
	assert_non_null(strstr(second.err.text, "another name"));
	contract_release(&second.run);
	write_text("same", "{\"i");
	read_from(&config, &first, &second);
	assert_int_equal(second.status, US_REJECT);
	contract_release(&second.run);
	contract_release(&first.run);
}

/* `count` records as one document, with `head` and `tail` around them. */
static void write_document(const char *name, const char *head, const char *between, int count,
			   const char *tail)
{
	char record[400];

	write_text(name, head);
	for (int i = 0; i < count; i++) {
		(void)snprintf(record, sizeof(record),
			       "%s{\"id\": \"k%d\", \"x\": [\"}]\\\"\", {\"results\": [1]}], "
			       "\"password\": \"hunter2\", \"pad\": \"%0*d\"}",
			       i ? between : "", i, 100 + i % 100, i);
		append_text(name, record);
	}
	append_text(name, tail);
}

/* Stopped after any batch, a document goes on in its middle. */
static void documents_keep_the_contract(void **state)
{
	(void)state;
	write_document("array.json", "[\n", ",\n", 3000, "\n]\n");
	keeps_contract("array.json");
	write_document("answer.json", "{\n\"info\": {\"results\": [5]}, \"results\" : [", " , ",
		       3000, "],\n\"more\": {\"a\": \"]}\"}}\n");
	keeps_contract("answer.json");
	/* a long one on a single line is read in the same way */
	write_document("long.json", "{\"results\":[", ",", 6000, "]}\n");
	keeps_contract("long.json");
}

static void documents_of_every_shape(void **state)
{
	(void)state;
	assert_file("a", "[\n]\n", "", 0);
	assert_file("a", "{\n\"results\": []\n}", "", 0);
	assert_file("a", "[\n{\"id\":1}\n]\n[\n{\"id\":2},\n{\"id\":3}]", "1\n2\n3\n", 0);
	assert_file("a", "{\n\"id\":1}\n{\n\"id\":2}\n", "1\n2\n", 0);
	assert_file("a", "{\n\"results\": {\"id\":7}, \"id\":1}", "1\n", 0);
	assert_file("a", "{\n\"a\": {\"results\": [{\"id\":7}]}, \"results\":[{\"id\":1}]}", "1\n",
		    0);
	assert_file("a", "[\n{\"id\":1}, [{\"id\":2}], null, \"}\", {\"id\":3,}, {\"id\":4}]",
		    "1\n4\n", 4);
	assert_file("a", "\xEF\xBB\xBF[\n{\"id\":1}]", "1\n", 0);
}

static void broken_documents_are_told_with_their_line(void **state)
{
	static const struct {
		const char *text, *told;
		int64_t records;
	} cases[] = {
		{ "[\n{\"id\":1},\n{\"id\":2}", "line 3: not valid JSON: the array does not end",
		  2 },
		{ "[\n{\"id\":1}\n{\"id\":2}]", "line 3: not valid JSON: a comma", 1 },
		{ "[\n{\"id\":1},\n]", "line 3: not valid JSON: a value must be here", 1 },
		{ "{\n\"results\": [{\"id\":1}],\n", "the document does not end", 1 },
		{ "{\n\"id\": 1,\n", "the document does not end", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct source_config config;
		struct reading reading;

		write_text("broken", cases[i].text);
		config = config_of("broken");
		read_from(&config, NULL, &reading);
		assert_int_equal(reading.status, US_REJECT);
		assert_int_equal(reading.records, cases[i].records);
		if (!strstr(reading.err.text, cases[i].told))
			fail_msg("no '%s' in: %s", cases[i].told, reading.err.text);
		contract_release(&reading.run);
	}
}

/* A first row is soon there, and a long file costs few commits. */
static void batches_grow_from_a_small_one(void **state)
{
	static const size_t counts[] = { 256, 512, 1024, 2048, 4096, 4096, 2 };
	static char padded[3 * 1024];
	size_t len;
	char *text = make_lines(0, 12034, false, &len);
	struct source *source = NULL;
	struct source_batch batch;
	struct source_config config;
	struct err err = ERR_INIT;

	(void)state;
	write_bytes("many", text, len, "w");
	free(text);
	config = config_of("many");
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		assert_int_equal(batch.record_count, counts[i]);
	}
	assert_true(batch.end);
	source_close(source);
	/* bounded in bytes too */
	write_text("wide", "");
	for (int i = 0; i < 8000; i++) {
		int line = snprintf(padded, sizeof(padded),
				    "{\"id\":\"k%d\",\"pad\":\"%02000d\"}\n", i, i);
		write_bytes("wide", padded, (size_t)line, "a");
	}
	config = config_of("wide");
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
	do {
		size_t bytes = 0;
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		for (size_t i = 0; i < batch.record_count; i++)
			bytes += batch.records[i].value.len;
		assert_in_range(bytes, 0, (4 << 20) + 4096);
	} while (!batch.end);
	source_close(source);
}

static void another_file_waits_until_the_first_is_done(void **state)
{
	size_t len;
	char *text = make_lines(0, 2500, false, &len);
	struct source *source = NULL;
	struct source_batch batch;
	struct source_config config;
	struct reading half = { .records = 0 }, done, other;
	struct err err = ERR_INIT;

	(void)state;
	write_bytes("one", text, len, "w");
	write_text("two", "{\"id\":\"other\"}\n");
	config = config_of("one");
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	half.run.cursor[0] = strndup(batch.cursor.data, batch.cursor.len);
	half.run.batches = 1;
	source_close(source);
	config = config_of("two");
	read_from(&config, &half, &other);
	assert_int_equal(other.status, US_REJECT);
	assert_non_null(strstr(other.err.text, "line 256"));
	contract_release(&other.run);
	config = config_of("one");
	read_from(&config, &half, &done);
	assert_int_equal(done.records, 2244);
	config = config_of("two");
	read_from(&config, &done, &other);
	assert_int_equal(other.status, US_OK);
	assert_int_equal(other.records, 1);
	contract_release(&half.run);
	contract_release(&done.run);
	contract_release(&other.run);
	free(text);
}

/* ---- pipes */

static void a_pipe_hands_out_what_is_there(void **state)
{
	int ends[2];
	int saved = dup(STDIN_FILENO);
	struct source_config config = config_of("unused");
	struct source *source = NULL;
	struct source_batch batch;
	struct err err = ERR_INIT;
	struct waiter stop;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(waiter_init(&stop, &err), US_OK);
	config.uri = "-";
	config.stop = &stop;
	assert_int_equal(write(ends[1], "{\"id\":1}\n{\"id\":2}\n{\"id\"", 23), 23);
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
	/* it does not wait for the third */
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(batch.record_count, 2);
	assert_false(batch.end);
	assert_int_equal(write(ends[1], ":3}\n", 4), 4);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(batch.record_count, 1);
	waiter_wake(&stop);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "stopped");
	waiter_reset(&stop);
	close(ends[1]);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_true(batch.end);
	assert_int_equal(batch.record_count, 0);
	source_close(source);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	close(ends[0]);
	waiter_release(&stop);
}

static void *write_to_pipe(void *user)
{
	FILE *file = fopen(user, "w");

	assert_non_null(file);
	for (int i = 0; i < 20000; i++)
		fprintf(file, "{\"id\":%d}\n", i);
	fclose(file);
	return NULL;
}

/* Opened only to look at the settings, as before a start, it has lost nothing when it is read. */
static void a_named_pipe_is_read_once_and_whole(void **state)
{
	struct source_config config = config_of("pipe");
	struct source *source = NULL;
	struct reading reading;
	struct err err = ERR_INIT;
	pthread_t writer;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s", path_of("pipe"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_to_pipe, path), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
		source_close(source);
	}
	assert_true(source_is_once(config.uri));
	read_from(&config, NULL, &reading);
	pthread_join(writer, NULL);
	assert_int_equal(reading.status, US_OK);
	assert_int_equal(reading.records, 20000);
	assert_int_equal(reading.refused, 0);
	contract_release(&reading.run);
	unlink(path);
}

static void *wake_later(void *user)
{
	waiter_wake(user);
	return NULL;
}

static void a_stop_ends_the_wait_for_a_writer(void **state)
{
	struct source_config config = config_of("nobody");
	struct source *source = NULL;
	struct source_batch batch;
	struct err err = ERR_INIT;
	struct waiter stop;
	pthread_t thread;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s", path_of("nobody"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(waiter_init(&stop, &err), US_OK);
	config.stop = &stop;
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
	assert_int_equal(pthread_create(&thread, NULL, wake_later, &stop), 0);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "stopped");
	pthread_join(thread, NULL);
	source_close(source);
	waiter_release(&stop);
	unlink(path);
}

static void a_stop_ends_the_wait_for_a_pipe(void **state)
{
	int ends[2];
	int saved = dup(STDIN_FILENO);
	struct source_config config = config_of("unused");
	struct source *source = NULL;
	struct source_batch batch;
	struct err err = ERR_INIT;
	struct waiter stop;
	pthread_t thread;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(waiter_init(&stop, &err), US_OK);
	config.uri = "-";
	config.stop = &stop;
	assert_int_equal(write(ends[1], "{\"id\":1}\n", 9), 9);
	assert_int_equal(source_open(&source, &config, SPAN_NULL, &err), US_OK);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(pthread_create(&thread, NULL, wake_later, &stop), 0);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "stopped");
	pthread_join(thread, NULL);
	source_close(source);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	close(ends[0]);
	close(ends[1]);
	waiter_release(&stop);
}

/* ---- progress */

static void progress_is_counted_in_bytes_on_disk(void **state)
{
	size_t len;
	char *text = make_lines(0, 3000, false, &len);
	struct source_config config;
	struct source *source = NULL;
	struct source_batch batch = { .end = false };
	struct source_stat stat;
	struct stat st;
	int64_t last = 0;

	(void)state;
	write_gzip("progress.gz", text, len, "wb");
	assert_int_equal(lstat(path_of("progress.gz"), &st), 0);
	config = config_of("progress.gz");
	assert_int_equal(source_open(&source, &config, SPAN_NULL, NULL), US_OK);
	while (!batch.end) {
		assert_int_equal(source_next(source, &batch, NULL), US_OK);
		source_stat(source, &stat);
		assert_int_equal(stat.total_bytes, st.st_size);
		assert_true(stat.done_bytes >= last);
		last = stat.done_bytes;
	}
	assert_int_equal(stat.done_bytes, st.st_size);
	assert_int_equal(stat.bytes, len);
	source_close(source);
	free(text);
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(directory, sizeof(directory), "/tmp/userstream-file-XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -r '%s'", directory);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines_keep_the_contract),
		cmocka_unit_test(gzip_keeps_the_contract),
		cmocka_unit_test(zstd_keeps_the_contract),
		cmocka_unit_test(files_of_every_shape),
		cmocka_unit_test(bad_lines_are_refused_and_counted),
		cmocka_unit_test(what_is_no_json_at_all_is_rejected),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
		cmocka_unit_test(a_line_may_be_long_but_not_too_long),
		cmocka_unit_test(damaged_compression_is_told_after_what_is_good),
		cmocka_unit_test(appended_lines_are_read_on),
		cmocka_unit_test(a_renamed_file_is_the_same),
		cmocka_unit_test(other_content_under_a_name_is_refused),
		cmocka_unit_test(documents_keep_the_contract),
		cmocka_unit_test(documents_of_every_shape),
		cmocka_unit_test(broken_documents_are_told_with_their_line),
		cmocka_unit_test(batches_grow_from_a_small_one),
		cmocka_unit_test(another_file_waits_until_the_first_is_done),
		cmocka_unit_test(a_pipe_hands_out_what_is_there),
		cmocka_unit_test(a_named_pipe_is_read_once_and_whole),
		cmocka_unit_test(a_stop_ends_the_wait_for_a_writer),
		cmocka_unit_test(a_stop_ends_the_wait_for_a_pipe),
		cmocka_unit_test(progress_is_counted_in_bytes_on_disk),
	};

	note_set_level(NOTE_ERROR);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

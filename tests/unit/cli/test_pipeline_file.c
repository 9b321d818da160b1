/*
 * test_pipeline_file.c - the pipeline file that --pipeline names: found, compiled, its mistakes
 * told; with every n-th allocation failing.
 */
#include "cli/pipeline_file.h"
#include "cli_test.h"
#include "core/mem.h"

static char directory[64], flag[96];

#define GOOD                                                            \
	"CREATE STREAMING TABLE t (id TEXT, n INT, PRIMARY KEY (id),\n" \
	"  CONSTRAINT c EXPECT (n > ${LEAST}) ON VIOLATION DROP ROW)\n" \
	"AS SELECT id AS id, CAST(n AS INT) AS n FROM STREAM user_topic;\n"

static void write_pipeline(const char *text)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/p.sql", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static int start(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/userstream-pipeline-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(flag, sizeof(flag), "--pipeline=%s/p.sql", directory);
	return setenv("LEAST", "3", 1);
}

static int end(void **state)
{
	char path[96];

	(void)state;
	unsetenv("LEAST");
	snprintf(path, sizeof(path), "%s/p.sql", directory);
	(void)unlink(path);
	return rmdir(directory);
}

static void compiles_with_variables(void **state)
{
	struct options *options = options_from(COMMAND_EXPLAIN, flag);
	struct plan *plan;
	int exit_code;

	(void)state;
	write_pipeline(GOOD);
	plan = pipeline_load_or_tell(options, &exit_code);
	assert_non_null(plan);
	assert_int_equal(exit_code, EXIT_DONE);
	assert_string_equal(plan_table(plan, 0)->name, "t");
	plan_free(plan);
	options_free(options);
}

static void tells_mistakes(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "CREATE STREAMING TABLE t (id TEXT, PRIMARY KEY (id))\n"
		  "AS SELECT lwoer(id) AS id FROM STREAM user_topic;\n",
		  "p.sql:2:11: error" },
		{ "", "p.sql:1:1: error" },
		{ "CREATE STREAMING TABLE t (id TEXT, PRIMARY KEY (id))\n"
		  "AS SELECT ${NO_SUCH_VARIABLE} AS id FROM STREAM user_topic;\n",
		  "NO_SUCH_VARIABLE" },
	};
	struct options *options = options_from(COMMAND_EXPLAIN, flag);
	struct capture capture;
	int exit_code;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		write_pipeline(cases[i].text);
		capture_start(&capture);
		if (pipeline_load_or_tell(options, &exit_code))
			fail();
		capture_stop(&capture);
		assert_int_equal(exit_code, EXIT_BAD_CONFIG);
		if (!strstr(capture.text[1], cases[i].said))
			fail_msg("no '%s' in:\n%s", cases[i].said, capture.text[1]);
		capture_release(&capture);
	}
	options_free(options);
}

static void tells_a_missing_file(void **state)
{
	struct options *options = options_from(COMMAND_EXPLAIN, "--pipeline=/no/such.sql");
	struct buf diagnostics, path;
	struct err err = ERR_INIT;
	struct plan *plan = NULL;

	(void)state;
	buf_init(&diagnostics, 1000);
	buf_init(&path, 1000);
	assert_int_equal(pipeline_load(&plan, options, &diagnostics, &err), US_REJECT);
	assert_int_equal(err.code, EXIT_BAD_CONFIG);
	assert_non_null(strstr(err.text, "/no/such.sql: No such file"));
	assert_null(plan);
	pipeline_path(options, &path);
	assert_string_equal(buf_text(&path), "/no/such.sql");
	buf_release(&path);
	buf_release(&diagnostics);
	options_free(options);
}

static void survives_failing_allocations(void **state)
{
	struct options *options = options_from(COMMAND_EXPLAIN, flag);
	bool failing = true;

	(void)state;
	write_pipeline(GOOD);
	for (uint64_t n = 1; failing; n++) {
		uint64_t before = mem_count();
		struct err err = ERR_INIT;
		struct plan *plan = NULL;
		struct buf diagnostics;
		enum status status;

		buf_init(&diagnostics, 1 << 16);
		mem_fail_at(n);
		status = pipeline_load(&plan, options, &diagnostics, &err);
		mem_fail_at(0);
		failing = mem_count() - before >= n;
		assert_true((status == US_OK) == (plan != NULL));
		if (!failing)
			assert_int_equal(status, US_OK);
		plan_free(plan);
		buf_release(&diagnostics);
	}
	options_free(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiles_with_variables),
		cmocka_unit_test(tells_mistakes),
		cmocka_unit_test(tells_a_missing_file),
		cmocka_unit_test(survives_failing_allocations),
	};

	return cmocka_run_group_tests(tests, start, end);
}

/*
 * cmd_test.c - userstream test: a pipeline's own tests, FILE.test.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/pipeline_file.h"
#include "cli/suite_run.h"
#include "core/file_read.h"

#define FILE_MAX   ((size_t)16 << 20)
#define REPORT_MAX ((size_t)64 << 20)
#define ARENA_MAX  ((size_t)256 << 20)
#define SUFFIX     ".test"

struct testing {
	const struct options *options;
	struct suite_result total;
	size_t files;
	int exit_code; /* of the worst mistake so far */
};

static void worsen(struct testing *testing, int exit_code)
{
	if (testing->exit_code == EXIT_DONE || testing->exit_code == EXIT_DIFFERENCE)
		testing->exit_code = exit_code;
}

static int is_suite(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > strlen(SUFFIX) && strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0;
}

/* ---- one file */

/* The pipeline that the file names, beside the file; else --pipeline. */
static enum status load_pipeline(struct plan **plan, const struct testing *testing,
				 const char *path, struct span named, struct buf *text,
				 struct err *err)
{
	const char *slash = strrchr(path, '/');
	enum status status;
	struct buf file;

	if (!named.data)
		return pipeline_load(plan, testing->options, text, err);
	buf_init(&file, 8192);
	if (named.data[0] != '/' && slash)
		buf_append(&file, path, (size_t)(slash - path + 1));
	buf_append_span(&file, named);
	status = file.failed ? err_no_memory(err, "reading the pipeline file")
			     : pipeline_load_file(plan, testing->options, file.data, text, err);
	buf_release(&file);
	return status;
}

/* Read, compile and run one file. Diagnostics and differences are appended to `out`. */
static enum status test_text(struct testing *testing, const char *path, struct span text,
			     struct buf *out, struct suite_result *result, struct err *err)
{
	struct diag_list diags;
	struct arena arena;
	struct plan *plan = NULL;
	struct suite suite;
	enum status status;

	arena_init(&arena, 64 << 10, ARENA_MAX);
	diag_init(&diags, path, text);
	status = suite_parse(&suite, text, &arena, &diags, err);
	if (status == US_OK && diags.errors == 0)
		status = load_pipeline(&plan, testing, path, suite.pipeline, out, err);
	if (status == US_OK && diags.errors == 0)
		status = suite_run(&suite, plan, &arena, &diags, out, result, err);
	diag_print(&diags, out);
	if (status == US_OK && diags.errors > 0)
		status = err_set(err, US_REJECT, EXIT_BAD_DATA, "%s: %zu error%s", path,
				 diags.errors, diags.errors == 1 ? "" : "s");
	plan_free(plan);
	diag_release(&diags);
	arena_release(&arena);
	return status;
}

static void test_file(struct testing *testing, const char *path)
{
	struct suite_result result = { .passed = 0 };
	struct err err = ERR_INIT;
	struct buf text, out;
	enum status status;

	testing->files++;
	buf_init(&text, FILE_MAX);
	buf_init(&out, REPORT_MAX);
	status = file_read(path, &text, NULL, &err);
	if (status == US_OK)
		status = test_text(testing, path, buf_span(&text), &out, &result, &err);
	if (status == US_OK && result.failed == 0)
		buf_printf(&out, "ok    %s: %zu test%s\n", path, result.passed,
			   result.passed == 1 ? "" : "s");
	if (output_print(&out) != EXIT_DONE)
		worsen(testing, EXIT_IO);
	if (status != US_OK)
		worsen(testing, output_fail(&err));
	else if (result.failed > 0 && testing->exit_code == EXIT_DONE)
		testing->exit_code = EXIT_DIFFERENCE;
	testing->total.passed += result.passed;
	testing->total.failed += result.failed;
	buf_release(&text);
	buf_release(&out);
}

/* ---- which files */

/* All test files of a folder, by name. */
static void test_folder(struct testing *testing, const char *path)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_suite, alphasort);
	struct buf file;

	buf_init(&file, 8192);
	for (int i = 0; i < count; i++) {
		buf_reset(&file);
		buf_printf(&file, "%s/%s", path, entries[i]->d_name);
		if (!file.failed)
			test_file(testing, file.data);
		free(entries[i]); /* scandir's */
	}
	free((void *)entries);
	buf_release(&file);
}

/* tests/ beside the pipeline file. */
static void test_default(struct testing *testing)
{
	struct buf path;

	buf_init(&path, 8192);
	pipeline_path(testing->options, &path);
	while (path.len > 0 && path.data[path.len - 1] != '/')
		path.data[--path.len] = '\0';
	buf_append_text(&path, "tests");
	if (!path.failed)
		test_folder(testing, path.data);
	if (testing->files == 0) {
		struct err err = ERR_INIT;

		err_set(&err, US_REJECT, EXIT_BAD_CONFIG,
			"there are no tests: no file *" SUFFIX
			" in %s; name them, as in userstream "
			"test users" SUFFIX,
			buf_text(&path));
		worsen(testing, output_fail(&err));
	}
	buf_release(&path);
}

static int run(const struct options *options, int arg_count, char **args)
{
	struct testing testing = { .options = options };
	struct stat status;

	for (int i = 0; i < arg_count; i++) {
		size_t before = testing.files;

		if (stat(args[i], &status) != 0 || !S_ISDIR(status.st_mode)) {
			test_file(&testing, args[i]);
			continue;
		}
		test_folder(&testing, args[i]);
		if (testing.files == before) {
			struct err err = ERR_INIT;

			err_set(&err, US_REJECT, EXIT_BAD_CONFIG,
				"there is no file *" SUFFIX " in %s", args[i]);
			worsen(&testing, output_fail(&err));
		}
	}
	if (arg_count == 0)
		test_default(&testing);
	if (testing.files > 0)
		printf("%zu passed, %zu failed\n", testing.total.passed, testing.total.failed);
	return testing.exit_code;
}

const struct command command_test = {
	.name = "test",
	.arguments = "[FILE | FOLDER]...",
	.summary = "Run a pipeline's own tests",
	.details =
	    "Runs test files, by default all *.test in the folder tests/ beside the pipeline file. "
	    "A test says what records come in, and which rows or rejections come out:\n"
	    "\n"
	    "    pipeline ../user_profiles.sql\n"
	    "\n"
	    "    test an address without @ is rejected\n"
	    "    record {\"login\": {\"uuid\": \"00000000-0000-4000-8000-000000000001\"},\n"
	    "            \"email\": \"nobody\"}\n"
	    "    reject valid_email\n"
	    "\n"
	    "A statement goes on in lines that begin with a blank; lines that begin with # are "
	    "comments. Below a record stand row {\"column\": value, ...} with the columns that are "
	    "to be compared, reject REASON[: a part of the details], violates CONSTRAINT (one that "
	    "only counts) or filtered (WHERE left it out); of several tables, row(TABLE) and so "
	    "on. "
	    "record NULL is a tombstone, and meta {\"_key\": \"k\", \"_offset\": 7} gives the "
	    "record "
	    "above it metadata. Of a record without such lines, what comes out is shown, to be "
	    "pasted. Exit code 1: a test failed.\n"
	    "\n"
	    "    userstream test\n"
	    "    userstream test pipelines/tests/user_profiles.test",
	.id = COMMAND_TEST,
	.run = run,
};

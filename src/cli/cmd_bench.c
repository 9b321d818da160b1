/*
 * cmd_bench.c - userstream bench: how fast it is on this machine, each figure beside a reference
 * measured in the same run.
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/bench.h"
#include "cli/command.h"
#include "cli/pipeline_file.h"
#include "core/diag.h"

#define DEFAULT_USERS 1000000

struct bench_entry {
	const char *name;
	const char *summary;
	enum status (*run)(struct bench *bench, struct err *err);
};

static const struct bench_entry ENTRIES[] = {
	{ "startup", "from exec to the first row", bench_startup },
	{ "latency", "from fetched to stored", bench_latency },
	{ "pipeline", "a file of users through log, transform and sink", bench_pipeline },
	{ "growth", "the cost of a user as their number grows", bench_growth },
};
#define ENTRY_COUNT (sizeof(ENTRIES) / sizeof(ENTRIES[0]))

void bench_report(struct bench *bench, const struct bench_figure *figure)
{
	double ratio = figure->ratio;
	if (ratio <= 0 && figure->theirs > 0)
		ratio = figure->ours / figure->theirs;
	bool missed = (figure->at_least > 0 && ratio < figure->at_least) ||
		      (figure->at_most > 0 && ratio > figure->at_most);
	printf("%-30s %10.1f %-8s %-24s %10.1f   ratio %.2f", figure->what, figure->ours,
	       figure->unit, figure->reference, figure->theirs, ratio);
	if (figure->at_least > 0 || figure->at_most > 0)
		printf(" (%s %.2f is wanted%s)", figure->at_least > 0 ? "at least" : "at most",
		       figure->at_least > 0 ? figure->at_least : figure->at_most,
		       missed ? ": MISSED" : "");
	putchar('\n');
	fflush(stdout);
	bench->missed += missed;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static const struct bench_entry *find_entry(const char *name)
{
	const char *names[ENTRY_COUNT];
	for (size_t i = 0; i < ENTRY_COUNT; i++) {
		if (strcmp(ENTRIES[i].name, name) == 0)
			return &ENTRIES[i];
		names[i] = ENTRIES[i].name;
	}
	const char *near = suggest(span_of(name), names, ENTRY_COUNT);
	fprintf(stderr, "userstream bench: there is no bench \"%s\"%s%s%s\n", name,
		near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "; see --help");
	return NULL;
}

static int run_entries(struct bench *bench, int arg_count, char **args)
{
	for (size_t i = 0; i < ENTRY_COUNT; i++) {
		bool wanted = arg_count == 0;
		for (int a = 0; a < arg_count; a++)
			wanted = wanted || strcmp(args[a], ENTRIES[i].name) == 0;
		if (!wanted)
			continue;
		struct err err = ERR_INIT;
		printf("-- %s: %s\n", ENTRIES[i].name, ENTRIES[i].summary);
		fflush(stdout);
		if (ENTRIES[i].run(bench, &err) != US_OK) {
			fprintf(stderr, "userstream bench: %s: %s\n", ENTRIES[i].name, err.text);
			return err.code;
		}
	}
	return bench->missed ? EXIT_DIFFERENCE : EXIT_DONE;
}

static int run_bench(const struct options *options, int arg_count, char **args)
{
	for (int i = 0; i < arg_count; i++) {
		if (!find_entry(args[i]))
			return EXIT_BAD_USAGE;
	}
	char program[BENCH_PATH_MAX], directory[BENCH_PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (length < 0) {
		fprintf(stderr, "userstream bench: /proc/self/exe: %s\n", strerror(errno));
		return EXIT_INTERNAL;
	}
	program[length] = '\0';
	const char *where = getenv("TMPDIR");
	snprintf(directory, sizeof(directory), "%s/userstream-bench.XXXXXX",
		 where && *where ? where : "/var/tmp");
	if (!mkdtemp(directory)) {
		fprintf(stderr, "userstream bench: %s: %s (set TMPDIR to a place with room)\n",
			directory, strerror(errno));
		return EXIT_IO;
	}
	int code = EXIT_DONE;
	struct plan *plan = pipeline_load_or_tell(options, &code);
	if (plan) {
		struct bench bench = {
			.directory = directory,
			.program = program,
			.pipeline = option_text(options, OPTION_PIPELINE),
			.plan = plan,
			.users = option_given(options, OPTION_COUNT_USERS)
				     ? option_int(options, OPTION_COUNT_USERS)
				     : DEFAULT_USERS,
			.batch = option_int(options, OPTION_BATCH),
		};
		code = run_entries(&bench, arg_count, args);
	}
	plan_free(plan);
	nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return code;
}

const struct command command_bench = {
	.name = "bench",
	.arguments = "[NAME ...]",
	.summary = "Measure it on this machine, beside references",
	.details =
	    "Runs the built-in benchmarks, or those named: startup, latency, pipeline, growth. "
	    "Each figure stands beside a reference that is measured in the same run; the ratio is "
	    "what to compare between machines. Exit code 1: a goal is missed, as it may be where "
	    "the machine has other work.\n"
	    "\n"
	    "pipeline and growth take --count users (without it 1,000,000), about 3 GB in TMPDIR "
	    "(/var/tmp) for a million.\n"
	    "\n"
	    "    userstream bench startup latency\n"
	    "    userstream bench growth --count 5000000\n",
	.id = COMMAND_BENCH,
	.run = run_bench,
};

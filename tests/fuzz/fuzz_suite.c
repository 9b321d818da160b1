/* rooms: cli server pipeline sql sink log source simulator net core */
/*
 * fuzz_suite.c - a pipeline's test file: reading it, and running it against a small pipeline.
 */
#include <stdlib.h>

#include "cli/suite_run.h"

static const char pipeline[] =
    "CREATE STREAMING TABLE t (id TEXT PRIMARY KEY, n INT, d DOUBLE, at TIMESTAMP, CONSTRAINT c "
    "EXPECT (n > 0), CONSTRAINT r EXPECT (d > 0) ON VIOLATION DROP ROW) AS SELECT id, n, d, at "
    "FROM "
    "STREAM s WHERE id <> 'x'";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plan *plan;
	struct span text = { .data = (const char *)data, .len = size };
	struct suite_result result = { .passed = 0 };
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct arena arena;
	struct suite suite;
	struct buf report;

	if (!plan) {
		diag_init(&diags, "p.sql", span_of(pipeline));
		plan = plan_compile(span_of(pipeline), NULL, &diags, &err);
		diag_release(&diags);
		if (!plan)
			abort();
	}
	arena_init(&arena, 4096, 1 << 26);
	buf_init(&report, 1 << 24);
	diag_init(&diags, "p.test", text);
	if (suite_parse(&suite, text, &arena, &diags, &err) == US_OK && diags.errors == 0 &&
	    suite_run(&suite, plan, &arena, &diags, &report, &result, &err) == US_OK &&
	    result.passed + result.failed == 0)
		abort(); /* a file without mistakes has a test */
	diag_print(&diags, &report);
	diag_release(&diags);
	buf_release(&report);
	arena_release(&arena);
	return 0;
}

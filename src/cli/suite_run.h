/*
 * suite_run.h - run a pipeline's tests (suite_file.h) and tell what differs.
 */
#ifndef CLI_SUITE_RUN_H
#define CLI_SUITE_RUN_H

#include "cli/suite_file.h"
#include "core/buf.h"
#include "sql/transform.h"

struct suite_result {
	size_t passed, failed; /* cases */
};

/*
 * Run every case of `suite`, read from the file that `diags` is about. Each record is transformed
 * by itself. What differs is appended to `report`, for people; expectations that make no sense for
 * this pipeline (an unknown column, a row that is no JSON) go into diags. US_FATAL: out of memory.
 */
enum status suite_run(const struct suite *suite, const struct plan *plan, struct arena *arena,
		      struct diag_list *diags, struct buf *report, struct suite_result *out,
		      struct err *err);

#endif

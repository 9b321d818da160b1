/*
 * api_answer.h - a whole answer of the API.
 */
#ifndef SIMULATOR_API_ANSWER_H
#define SIMULATOR_API_ANSWER_H

#include "core/buf.h"
#include "simulator/api_query.h"
#include "simulator/fault_plan.h"
#include "simulator/people.h"

/* Memory that is used again; one per call at a time. */
struct api_scratch {
	struct buf compact;
};

/*
 * Appends the answer to a query. `users` may be less than query->results (a fault): info still
 * tells what was asked for. `faults` spoils single records, NULL: none. A failure is out->failed.
 */
void api_answer_write(struct buf *out, struct api_scratch *scratch, const struct people *people,
		      const struct api_query *query, uint32_t users,
		      const struct fault_plan *faults);

/* "application/json; charset=utf-8" or "text/csv; charset=utf-8". */
const char *api_content_type(enum api_format format);

#endif

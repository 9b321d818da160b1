/*
 * api_answer.c - {"results":[...],"info":{...}}, and the other formats out of it.
 */
#include "simulator/api_answer.h"

#include "simulator/json_reshape.h"

static void append_users(struct buf *out, const struct people *people,
			 const struct api_query *query, uint32_t users,
			 const struct fault_plan *faults)
{
	for (uint32_t i = 0; i < users; i++) {
		enum record_fault fault = RECORD_FAULT_NONE;

		if (i)
			buf_append_char(out, ',');
		if (faults && faults->spoils_records)
			fault = fault_plan_record(faults, query->seed.high, i);
		user_record_append(out, people, &query->shape, query->seed, i, fault);
		if (out->failed)
			return;
	}
}

static void append_compact(struct buf *out, const struct people *people,
			   const struct api_query *query, uint32_t users,
			   const struct fault_plan *faults)
{
	buf_append_text(out, "{\"results\":[");
	append_users(out, people, query, users, faults);
	buf_append_char(out, ']');
	if (!query->no_info) {
		buf_append_text(out, ",\"info\":{\"seed\":");
		buf_append_json(out, span_of(query->seed_text));
		buf_printf(out, ",\"results\":%u,\"page\":%u,\"version\":\"%s\"}", query->results,
			   query->page, query->version);
	}
	buf_append_char(out, '}');
}

void api_answer_write(struct buf *out, struct api_scratch *scratch, const struct people *people,
		      const struct api_query *query, uint32_t users,
		      const struct fault_plan *faults)
{
	struct buf *compact = &scratch->compact;

	switch (query->format) {
	case API_FORMAT_JSON:
		append_compact(out, people, query, users, faults);
		return;
	case API_FORMAT_PRETTY:
		buf_reset(compact);
		append_compact(compact, people, query, users, faults);
		json_reshape_pretty(buf_span(compact), out);
		break;
	case API_FORMAT_CSV:
		buf_reset(compact);
		append_users(compact, people, query, users, faults);
		json_reshape_csv(buf_span(compact), out);
		break;
	}
	out->failed = out->failed || compact->failed;
}

const char *api_content_type(enum api_format format)
{
	return format == API_FORMAT_CSV ? "text/csv; charset=utf-8"
					: "application/json; charset=utf-8";
}

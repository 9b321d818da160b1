/* rooms: sql core
 *
 * fuzz_sql.c - compiles arbitrary text as a pipeline file; what compiles is run on a few records
 * and explained. Nothing may crash, leak, or lose a record.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sql/transform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *variable(void *user, struct span name)
{
	(void)user;
	return name.len > 0 && name.data[0] == 'A' ? "value" : NULL;
}

#define RECORD(json)                                                                             \
	{                                                                                        \
		.data = json "                                                                ", \
		.len = sizeof(json) - 1                                                          \
	}

static void run(const struct plan *plan)
{
	static const struct span values[] = {
		RECORD("{\"a\":\"text\",\"b\":1,\"c\":{\"d\":[1,2,{\"e\":null}]},\"k\":\"1\"}"),
		RECORD("{\"a\":\" \xC3\x84 \",\"b\":\"2016-03-25T07:13:10.667Z\",\"k\":\"x\"}"),
		RECORD("{\"a\":-1.5e300,\"b\":true}"),
		RECORD("{"),
		{ .data = NULL },
		RECORD("{}"),
	};
	struct record records[sizeof(values) / sizeof(*values)];
	size_t count = sizeof(values) / sizeof(*values);
	struct worker *worker = worker_new(plan);
	struct transform_result result;
	struct err err = ERR_INIT;

	if (!worker)
		abort();
	for (size_t i = 0; i < count; i++)
		records[i] = (struct record){ .offset = (int64_t)i, .value = values[i] };
	for (int again = 0; again < 2; again++) {
		if (worker_transform(worker, "topic", records, count, &result, &err) != US_OK)
			break; /* an expression that makes texts beyond the memory of a batch */
		for (size_t t = 0; t < plan_table_count(plan); t++) {
			const struct table_result *table = &result.tables[t];

			if ((size_t)(table->stored + table->filtered + table->rejected) != count)
				abort();
		}
	}
	worker_free(worker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan_options options = { .variable = variable };
	struct span text = { .data = (const char *)data, .len = size };
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct plan *plan;
	struct buf out;

	if (size > 16384)
		return 0;
	buf_init(&out, 1 << 24);
	diag_init(&diags, "fuzz", text);
	plan = plan_compile(text, &options, &diags, &err);
	if (!plan && diags.errors == 0 && err.text[0] == '\0')
		abort();
	diag_print(&diags, &out);
	if (plan) {
		buf_reset(&out);
		plan_explain(plan, &out, &err);
		for (size_t t = 0; t < plan_table_count(plan); t++) {
			plan_spark_select(plan, t, &out, &err);
			plan_spark_schema(plan, t, &out, &err);
		}
		run(plan);
	}
	plan_free(plan);
	diag_release(&diags);
	buf_release(&out);
	return 0;
}

/*
 * plan_tables.c - see plan_tables.h.
 */
#include "pipeline/plan_tables.h"

#include "core/mem.h"

const struct table_def **plan_tables_new(const struct plan *plan)
{
	size_t count = plan_table_count(plan);
	const struct table_def **tables = mem_calloc(count, sizeof(void *));

	for (size_t t = 0; tables && t < count; t++)
		tables[t] = plan_table(plan, t);
	return tables;
}

enum status plan_sink_open(struct sink **out, const struct sink_config *config,
			   const struct plan *plan, struct err *err)
{
	const struct table_def **tables = plan_tables_new(plan);
	struct sink *sink = NULL;
	enum status status;

	if (!tables)
		return err_no_memory(err, "opening the sink");
	status = sink_open(&sink, config, err);
	if (status == US_OK)
		status = sink->ops->prepare(sink, tables, plan_table_count(plan), err);
	mem_free(tables);
	if (status == US_OK)
		*out = sink;
	else
		sink_close(sink);
	return status;
}

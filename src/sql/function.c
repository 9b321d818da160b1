/*
 * function.c - the one table, joined from a table per area. It is walked when a plan is bound,
 * never while records pass, so there is no index.
 */
#include "sql/function.h"

#include <ctype.h>
#include <strings.h>

#include "sql/kernel.h"

/* An area of the documentation is made of one table or several, which follow each other. */
static const struct function_area areas[] = {
	{ "Types", functions_cast },
	{ "Logic, conditions and NULL", functions_logic },
	{ "Comparison", functions_compare },
	{ "Arithmetic", functions_arithmetic },
	{ "Arithmetic", functions_math },
	{ "Arithmetic", functions_power },
	{ "Texts", functions_concat },
	{ "Texts", functions_trim },
	{ "Texts", functions_case },
	{ "Texts", functions_text },
	{ "Texts", functions_search },
	{ "Texts", functions_substring },
	{ "Patterns", functions_like },
	{ "Patterns", functions_regex },
	{ "Patterns", functions_extract },
	{ "Arrays", functions_array },
	{ "Arrays", functions_elements },
	{ "Dates and times", functions_time },
	{ "Dates and times", functions_date },
	{ "Dates and times", functions_time_shift },
	{ "JSON and URLs", functions_json },
	{ "JSON and URLs", functions_url },
	{ "Bytes and digests", functions_encode },
	{ "Bytes and digests", functions_charset },
	{ "Bytes and digests", functions_digest },
};
#define AREAS (sizeof(areas) / sizeof(*areas))

const struct function_area *function_areas(size_t *count)
{
	*count = AREAS;
	return areas;
}

/* Written by the grammar, not by their name. */
static bool is_called_by_name(const struct function *function)
{
	static const char *const words[] = { "and",  "or",   "not",   "in",      "case",
					     "cast", "like", "ilike", "try_cast" };

	if (!isalpha((unsigned char)function->name[0]))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i], function->name) == 0)
			return false;
	return true;
}

const struct function *function_find(struct span name)
{
	for (size_t a = 0; a < AREAS; a++)
		for (const struct function *f = areas[a].functions; f->name; f++)
			if (strlen(f->name) == name.len &&
			    strncasecmp(f->name, name.data, name.len) == 0)
				return f;
	return NULL;
}

size_t function_count(void)
{
	size_t count = 0;

	for (size_t a = 0; a < AREAS; a++)
		for (const struct function *f = areas[a].functions; f->name; f++)
			count += is_called_by_name(f);
	return count;
}

const struct function *function_at(size_t i)
{
	for (size_t a = 0; a < AREAS; a++)
		for (const struct function *f = areas[a].functions; f->name; f++)
			if (is_called_by_name(f) && i-- == 0)
				return f;
	return NULL;
}

const char *function_refused(struct span name)
{
	static const char differs[] = "is not deterministic: a replay would differ";
	static const struct {
		const char *name;
		const char *why;
	} refused[] = {
		{ "uuid", differs },
		{ "rand", differs },
		{ "random", differs },
		{ "randn", differs },
		{ "shuffle", differs },
		{ "now", differs },
		{ "current_timestamp", differs },
		{ "current_date", differs },
		{ "curdate", differs },
		{ "localtimestamp", differs },
		{ "monotonically_increasing_id", differs },
		{ "spark_partition_id", differs },
		{ "input_file_name", "has no meaning over a stream of records" },
		{ "current_user", "depends on who runs it: a replay would differ" },
		{ "user", "depends on who runs it: a replay would differ" },
		{ "session_user", "depends on who runs it: a replay would differ" },
		{ "java_method", "runs Java code" },
		{ "reflect", "runs Java code" },
		{ "count", "is an aggregate: a streaming table is made row by row" },
		{ "sum", "is an aggregate: a streaming table is made row by row" },
		{ "avg", "is an aggregate: a streaming table is made row by row" },
		{ "min", "is an aggregate: a streaming table is made row by row" },
		{ "max", "is an aggregate: a streaming table is made row by row" },
		{ "row_number", "is a window function: a streaming table is made row by row" },
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (strlen(refused[i].name) == name.len &&
		    strncasecmp(refused[i].name, name.data, name.len) == 0)
			return refused[i].why;
	return NULL;
}

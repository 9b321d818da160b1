/*
 * profile_print.c - a profile for people: a line for each operator, in the order in which they run,
 * those over the stream's records first, then table by table.
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/human.h"
#include "sql/explain.h"
#include "sql/profile.h"

#define CELL_MAX 64

struct listing {
	const struct profile *profile;
	int64_t total_ns;
	struct buf *out;
};

static int64_t sum_nodes(const struct profile *profile, size_t source)
{
	int64_t ns = 0;

	for (size_t id = 0; id < profile->plan->sources[source].dag.count; id++)
		ns += profile->nodes[source][id].ns;
	return ns;
}

static int64_t total_ns(const struct profile *profile)
{
	int64_t ns = profile->read.ns + profile->rest.ns;

	for (size_t i = 0; i <= profile->plan->table_count; i++)
		ns += sum_nodes(profile, i);
	for (size_t table = 0; table < profile->plan->table_count; table++)
		for (int step = 0; step < STEP_COUNT; step++)
			ns += profile->steps[table][step].ns;
	return ns;
}

/* A count, right in so many cells, then two blanks. */
static void print_count(struct buf *out, int64_t number, int cells)
{
	char digits[CELL_MAX];
	struct buf text;

	buf_init(&text, sizeof(digits));
	human_count(&text, number);
	buf_printf(out, "%*s  ", cells, buf_text(&text));
	out->failed |= text.failed;
	buf_release(&text);
}

/* A line without its operator. */
static void print_figure(const struct listing *list, const struct figure *figure)
{
	double share = list->total_ns ? 100.0 * (double)figure->ns / (double)list->total_ns : 0;

	buf_append_text(list->out, "  ");
	print_count(list->out, figure->in, 13);
	print_count(list->out, figure->out, 13);
	buf_printf(list->out, "%10.3f  %6.1f  ", (double)figure->ns / 1e6, share);
	print_count(list->out, figure->in ? figure->ns / figure->in : 0, 9);
}

static void print_nodes(const struct listing *list, size_t source)
{
	const struct plan *plan = list->profile->plan;
	const struct plan_table *table = source ? &plan->tables[source - 1] : NULL;
	const struct dag *dag = &plan->sources[source].dag;

	for (size_t id = 0; id < dag->count; id++) {
		if (dag->nodes[id]->kind == EXPR_LITERAL)
			continue;
		print_figure(list, &list->profile->nodes[source][id]);
		buf_printf(list->out, "#%zu ", id);
		explain_node(plan, table, dag->nodes[id], list->out);
		buf_append_char(list->out, '\n');
	}
}

static void print_step(const struct listing *list, size_t table, enum table_step step)
{
	static const char *const names[STEP_COUNT] = {
		[STEP_WHERE] = "rows where ",
		[STEP_EXPLODE] = "a row for each element of ",
		[STEP_CONVERT] = "conversion to the declared types",
		[STEP_CHECK] = "NOT NULL and constraints",
		[STEP_BUILD] = "Arrow columns",
		[STEP_FINISH] = "keys that come again, and outcomes",
	};
	const struct plan_table *plan = &list->profile->plan->tables[table];

	print_figure(list, &list->profile->steps[table][step]);
	buf_append_text(list->out, names[step]);
	if (step == STEP_WHERE)
		explain_reference(plan->where, list->out);
	if (step == STEP_EXPLODE)
		explain_reference(plan->generator->array, list->out);
	buf_append_char(list->out, '\n');
}

static void print_table(const struct listing *list, size_t table)
{
	const struct plan_table *plan = &list->profile->plan->tables[table];
	const struct table_counts *counts = &list->profile->counts[table];

	buf_printf(list->out, "table %s: ", plan->def.name);
	human_count(list->out, counts->stored);
	buf_append_text(list->out, " records stored, ");
	human_count(list->out, counts->filtered);
	buf_append_text(list->out, " filtered, ");
	human_count(list->out, counts->rejected);
	buf_append_text(list->out, " rejected\n");
	if (plan->generator)
		print_step(list, table, STEP_EXPLODE);
	if (plan->where)
		print_step(list, table, STEP_WHERE);
	print_step(list, table, STEP_CONVERT);
	print_nodes(list, table + 1);
	print_step(list, table, STEP_CHECK);
	print_step(list, table, STEP_BUILD);
	print_step(list, table, STEP_FINISH);
}

enum status profile_print(const struct profile *profile, struct buf *out, struct err *err)
{
	struct listing list = { .profile = profile, .total_ns = total_ns(profile), .out = out };
	const struct plan *plan = profile->plan;

	buf_append_text(out, "operators: ");
	human_count(out, profile->read.in);
	buf_append_text(out, " records in ");
	human_duration_us(out, list.total_ns / 1000);
	buf_append_text(out, " on one thread, ");
	human_rate(out, profile->read.in, list.total_ns / 1000);
	buf_append_text(out, "\n\n        rows in       rows out     time ms  share %     ns/row  "
			     "operator\n");
	print_figure(&list, &profile->read);
	buf_printf(out, "JSON: all of it checked, %zu paths read\n", plan->path_count);
	print_nodes(&list, 0);
	for (size_t i = 0; i < plan->table_count; i++)
		print_table(&list, plan->order[i]);
	print_figure(&list, &profile->rest);
	buf_append_text(out, "between them\n");
	return out->failed ? err_no_memory(err, "printing the operators") : US_OK;
}

/*
 * plan_link.c - see plan_link.h.
 */
#include "sql/plan_link.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "sql/lexer.h"

#define NAMES_MAX (PLAN_TABLES_MAX + 2)

struct linker {
	struct plan *plan;
	struct ast_table *const *tables;
	size_t count;
	const char *stream; /* the name of the log's records; NULL: none is known yet */
	bool given;         /* the options say it */
	struct diag_list *diags;
};

/* ---- names */

static size_t find_table(const struct linker *linker, struct span name)
{
	for (size_t i = 0; i < linker->count; i++) {
		struct span other = linker->tables[i]->name.text;

		if (other.data && name_equal(other, name))
			return i;
	}
	return PLAN_STREAM;
}

/* One name, one thing: FROM STREAM could mean either. */
static void refuse_stream_name(const struct linker *linker)
{
	size_t table = linker->stream ? find_table(linker, span_of(linker->stream)) : PLAN_STREAM;
	struct ast_name name;

	if (table == PLAN_STREAM)
		return;
	name = linker->tables[table]->name;
	diag_add(linker->diags, DIAG_ERROR, name.start, name.len,
		 "name the table otherwise, or call the records otherwise with USERSTREAM_STREAM",
		 "the log's records are called %.*s too", (int)name.text.len, name.text.data);
}

static void refuse_twins(const struct linker *linker)
{
	for (size_t i = 1; i < linker->count; i++) {
		struct ast_name name = linker->tables[i]->name;

		if (name.text.data && find_table(linker, name.text) < i)
			diag_add(linker->diags, DIAG_ERROR, name.start, name.len,
				 "give one of them another", "a second table of the name %.*s",
				 (int)name.text.len, name.text.data);
	}
	if (linker->count > PLAN_TABLES_MAX) {
		struct ast_name name = linker->tables[PLAN_TABLES_MAX]->name;

		diag_add(linker->diags, DIAG_ERROR, name.start, name.len ? name.len : 1,
			 "put some of them into a file of their own, for a process of its own",
			 "more than %d tables in one file", PLAN_TABLES_MAX);
	}
}

/* FROM STREAM names neither the stream nor a table. */
static bool unknown_stream(const struct linker *linker, struct ast_name name)
{
	const char *names[NAMES_MAX], *near;
	size_t count = 0;
	char hint[512];

	names[count++] = linker->stream;
	for (size_t i = 0; i < linker->count && count < NAMES_MAX; i++)
		if (linker->plan->tables[i].def.name[0])
			names[count++] = linker->plan->tables[i].def.name;
	near = suggest(name.text, names, count);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean %s?", near);
	else if (linker->given)
		snprintf(hint, sizeof(hint),
			 "FROM STREAM %s is the log's records; USERSTREAM_STREAM=%.*s would call "
			 "them so",
			 linker->stream, (int)name.text.len, name.text.data);
	else
		snprintf(
		    hint, sizeof(hint),
		    "a file reads one stream: FROM STREAM %s, as above, or a table of the file",
		    linker->stream);
	diag_add(linker->diags, DIAG_ERROR, name.start, name.len, hint,
		 "there is no stream or table %.*s", (int)name.text.len, name.text.data);
	return true;
}

/* Which table reads what. The first name that is no table's is the stream's, where the options do
 * not say. */
static bool find_sources(struct linker *linker)
{
	for (size_t i = 0; i < linker->count; i++) {
		struct ast_name name = linker->tables[i]->stream;
		struct plan_table *table = &linker->plan->tables[i];

		table->source = PLAN_STREAM;
		if (!name.text.data)
			continue;
		if (!linker->stream || !name_equal(name.text, span_of(linker->stream)))
			table->source = find_table(linker, name.text);
		if (table->source != PLAN_STREAM)
			continue;
		if (!linker->stream) {
			linker->stream = arena_strndup(&linker->plan->arena, name.text.data,
						       name.text.len);
			if (!linker->stream)
				return false;
		} else if (!name_equal(name.text, span_of(linker->stream))) {
			unknown_stream(linker, name);
		}
	}
	return true;
}

/* ---- order */

/* Put each table after the one that it reads; what cannot be placed reads itself. */
static void order_tables(struct linker *linker)
{
	struct plan *plan = linker->plan;
	uint64_t placed = 0;
	size_t n = 0, before;

	do {
		before = n;
		for (size_t i = 0; i < linker->count; i++) {
			size_t source = plan->tables[i].source;

			if (placed >> i & 1)
				continue;
			if (source != PLAN_STREAM && !(placed >> source & 1))
				continue;
			placed |= UINT64_C(1) << i;
			plan->order[n++] = i;
		}
	} while (n > before);
	for (size_t i = 0; i < linker->count; i++) {
		struct ast_name name = linker->tables[i]->stream;

		if (placed >> i & 1)
			continue;
		plan->order[n++] = i;
		diag_add(linker->diags, DIAG_ERROR, name.start, name.len,
			 "FROM STREAM names the log's records, or a table that does not read this "
			 "one",
			 "the table %s reads itself%s", plan->tables[i].def.name,
			 plan->tables[i].source == i ? "" : ", by way of others");
	}
}

bool plan_link(struct plan *plan, const struct ast_file *file, const struct plan_options *options,
	       struct diag_list *diags)
{
	struct linker linker = { .plan = plan,
				 .tables = file->tables.items,
				 .count = file->tables.count,
				 .stream = options ? options->stream : NULL,
				 .given = options && options->stream,
				 .diags = diags };

	for (size_t i = 0; i < linker.count; i++) {
		struct span name = linker.tables[i]->name.text;

		plan->tables[i].def.name = arena_strndup(&plan->arena, name.data ? name.data : "",
							 name.len);
		if (!plan->tables[i].def.name)
			return false;
	}
	refuse_twins(&linker);
	refuse_stream_name(&linker);
	if (linker.count > PLAN_TABLES_MAX)
		linker.count = PLAN_TABLES_MAX;
	if (!find_sources(&linker))
		return false;
	order_tables(&linker);
	plan->stream = arena_strndup(&plan->arena, linker.stream ? linker.stream : "",
				     linker.stream ? strlen(linker.stream) : 0);
	return plan->stream != NULL;
}

/* ---- numbering */

/* A list of roots that grows: as many as all tables together may have. */
struct roots {
	struct expr **items;
	size_t count;
};

static void add_root(struct roots *roots, struct expr *expr)
{
	if (expr)
		roots->items[roots->count++] = expr;
}

static void add_roots(struct roots *roots, struct expr *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_root(roots, items[i]);
}

/* What is to be computed over the rows of a source (PLAN_STREAM, or a table). */
static bool number_source(struct plan *plan, size_t source, struct roots *roots)
{
	struct plan_source *rows = plan_source(plan, source);

	roots->count = 0;
	for (size_t i = 0; i < plan->table_count; i++) /* by themselves, all in one run */
		if (plan->tables[i].source == source && !plan->tables[i].generator)
			add_roots(roots, plan->tables[i].wanted, plan->tables[i].wanted_count);
	rows->wanted_count = roots->count;
	rows->wanted = arena_calloc(&plan->arena, roots->count + 1, sizeof(struct expr *));
	if (!rows->wanted)
		return false;
	if (roots->count)
		memcpy(rows->wanted, roots->items, roots->count * sizeof(struct expr *));
	for (size_t i = 0; i < plan->table_count; i++) {
		const struct plan_table *table = &plan->tables[i];

		if (table->source != source)
			continue;
		add_root(roots, table->where);
		if (!table->generator)
			continue;
		add_roots(roots, table->wanted, table->wanted_count);
		add_root(roots, table->generator->array);
	}
	if (source != PLAN_STREAM)
		add_roots(roots, plan->tables[source].checks,
			  plan->tables[source].constraint_count);
	return dag_finish(&rows->dag, roots->items, roots->count);
}

/* Which nodes a table's SELECT, WHERE and explode need. */
static bool mark_needs(struct plan *plan, struct plan_table *table)
{
	const struct dag *dag = &plan_source(plan, table->source)->dag;

	table->needs = arena_calloc(&plan->arena, dag->count + 1, sizeof(bool));
	if (!table->needs)
		return false;
	for (size_t i = 0; i < table->wanted_count; i++)
		table->needs[table->wanted[i]->id] = true;
	if (table->where)
		table->needs[table->where->id] = true;
	if (table->generator)
		table->needs[table->generator->array->id] = true;
	for (size_t id = dag->count; id-- > 0;)
		for (size_t a = 0; table->needs[id] && a < dag->nodes[id]->arg_count; a++)
			table->needs[dag->nodes[id]->args[a]->id] = true;
	return true;
}

bool plan_number(struct plan *plan)
{
	struct roots roots = { .count = 0 };
	size_t most = 0;

	for (size_t i = 0; i < plan->table_count; i++)
		most += 2 * (plan->tables[i].wanted_count + 1) + plan->tables[i].constraint_count;
	roots.items = arena_calloc(&plan->arena, most + 1, sizeof(struct expr *));
	if (!roots.items || !number_source(plan, PLAN_STREAM, &roots))
		return false;
	for (size_t i = 0; i < plan->table_count; i++)
		if (!number_source(plan, i, &roots))
			return false;
	for (size_t n = 0; n < plan->table_count; n++) {
		struct plan_table *table = &plan->tables[plan->order[n]];

		if (!mark_needs(plan, table))
			return false;
		table->many = table->generator ||
			      (table->source != PLAN_STREAM && plan->tables[table->source].many);
	}
	return true;
}

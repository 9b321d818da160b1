/*
 * plan.c - plan_compile: lex, parse, bind, number the nodes; and what others ask a plan.
 */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "sql/binder.h"
#include "sql/fingerprint.h"
#include "sql/parser.h"
#include "sql/plan_link.h"
#include "sql/plan_state.h"
#include "sql/spark.h"

#define PLAN_MEMORY_MAX ((size_t)256 << 20)

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; plan->sources && i <= plan->table_count; i++)
		dag_release(&plan->sources[i].dag);
	json_paths_free(plan->paths);
	arena_release(&plan->arena);
	mem_free(plan);
}

static struct plan *plan_new(void)
{
	struct plan *plan = mem_calloc(1, sizeof(*plan));

	if (!plan)
		return NULL;
	arena_init(&plan->arena, 64 * 1024, PLAN_MEMORY_MAX);
	plan->paths = json_paths_new();
	if (!plan->paths) {
		plan_free(plan);
		return NULL;
	}
	return plan;
}

/* Tables, and the rows that they read and have, for so many statements. */
static bool make_tables(struct plan *plan, size_t count)
{
	plan->tables = arena_calloc(&plan->arena, count + 1, sizeof(*plan->tables));
	plan->order = arena_calloc(&plan->arena, count + 1, sizeof(*plan->order));
	plan->sources = arena_calloc(&plan->arena, count + 1, sizeof(*plan->sources));
	if (!plan->tables || !plan->order || !plan->sources)
		return false;
	plan->table_count = count;
	for (size_t i = 0; i < count; i++)
		plan->tables[i].source = PLAN_STREAM;
	for (size_t i = 0; i <= count; i++)
		dag_init(&plan->sources[i].dag, &plan->arena);
	return true;
}

static bool bind_tables(struct plan *plan, struct span source, const struct ast_file *file,
			const struct plan_options *options, struct diag_list *diags)
{
	struct ast_table *const *tables = file->tables.items;
	struct binder binder = { .plan = plan,
				 .arena = &plan->arena,
				 .diags = diags,
				 .options = options,
				 .source = source };

	for (size_t i = 0; i < file->tables.count && !binder.no_memory; i++) {
		size_t from = plan->tables[i].source;

		binder.index = i;
		binder.table = (struct bind_table){ tables[i], &plan->tables[i] };
		binder.parent = (struct bind_table){ NULL, NULL };
		if (from != PLAN_STREAM)
			binder.parent = (struct bind_table){ tables[from], &plan->tables[from] };
		if (!bind_statement(&binder))
			return false;
	}
	return !binder.no_memory;
}

static enum status compile(struct plan *plan, struct span text, const struct plan_options *options,
			   struct diag_list *diags, struct err *err)
{
	struct token_list tokens;
	struct ast_file file;
	char *copy = arena_strndup(&plan->arena, text.len ? text.data : "", text.len);
	struct span source = { .data = copy, .len = text.len };
	enum status status;

	if (!copy)
		return err_no_memory(err, "compiling the pipeline file");
	status = lex(source, &plan->arena, diags, &tokens, err);
	if (status == US_OK)
		status = parse(&tokens, options && options->bare_select, &plan->arena, diags, &file,
			       err);
	if (status != US_OK)
		return status;
	if (!make_tables(plan, file.tables.count) || !plan_link(plan, &file, options, diags) ||
	    !bind_tables(plan, source, &file, options, diags))
		return err_no_memory(err, "compiling the pipeline file");
	if (diags->errors > 0)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s has %zu error%s",
			       diags->file ? diags->file : "the pipeline file", diags->errors,
			       diags->errors == 1 ? "" : "s");
	if (!plan_number(plan) || !spark_tables(plan, file.tables.items, &tokens, source))
		return err_no_memory(err, "compiling the pipeline file");
	return fingerprint(&tokens, options, plan->fingerprint, err);
}

struct plan *plan_compile(struct span text, const struct plan_options *options,
			  struct diag_list *diags, struct err *err)
{
	struct plan *plan = plan_new();

	if (!plan) {
		err_no_memory(err, "compiling the pipeline file");
		return NULL;
	}
	if (compile(plan, text, options, diags, err) != US_OK) {
		plan_free(plan);
		return NULL;
	}
	return plan;
}

size_t plan_table_count(const struct plan *plan)
{
	return plan->table_count;
}

const struct table_def *plan_table(const struct plan *plan, size_t table)
{
	return &plan->tables[table].def;
}

size_t plan_table_source(const struct plan *plan, size_t table)
{
	return plan->tables[table].source;
}

size_t plan_constraint_count(const struct plan *plan, size_t table)
{
	return plan->tables[table].constraint_count;
}

const struct constraint_def *plan_constraint(const struct plan *plan, size_t table, size_t i)
{
	return &plan->tables[table].constraints[i];
}

const char *plan_stream(const struct plan *plan)
{
	return plan->stream;
}

const char *plan_fingerprint(const struct plan *plan)
{
	return plan->fingerprint;
}

/*
 * plan.c - plan_compile: lex, parse, bind, number the nodes; and what others ask a plan.
 */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "sql/binder.h"
#include "sql/fingerprint.h"
#include "sql/parser.h"
#include "sql/plan_state.h"
#include "sql/spark.h"

#define PLAN_MEMORY_MAX ((size_t)256 << 20)

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	dag_release(&plan->dag);
	for (size_t i = 0; i < plan->table_count; i++)
		dag_release(&plan->tables[i].check_dag);
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
	dag_init(&plan->dag, &plan->arena);
	plan->paths = json_paths_new();
	if (!plan->paths) {
		plan_free(plan);
		return NULL;
	}
	return plan;
}

/* All tables read one stream, and no two have one name. */
static void check_tables(const struct ast_file *file, struct diag_list *diags)
{
	struct ast_table *const *tables = file->tables.items;

	for (size_t i = 1; i < file->tables.count; i++) {
		const struct ast_name *stream = &tables[i]->stream, *name = &tables[i]->name;

		if (stream->text.data && tables[0]->stream.text.data &&
		    !name_equal(stream->text, tables[0]->stream.text))
			diag_add(diags, DIAG_ERROR, stream->start, stream->len, NULL,
				 "all tables of a file read one stream, and %.*s is not %.*s",
				 (int)stream->text.len, stream->text.data,
				 (int)tables[0]->stream.text.len, tables[0]->stream.text.data);
		for (size_t j = 0; j < i; j++) {
			if (!name->text.data || !tables[j]->name.text.data ||
			    !name_equal(name->text, tables[j]->name.text))
				continue;
			diag_add(diags, DIAG_ERROR, name->start, name->len, NULL,
				 "a second table of the name %.*s", (int)name->text.len,
				 name->text.data);
			break;
		}
	}
}

/* Number the nodes of all tables' expressions. */
static bool finish_dags(struct plan *plan)
{
	size_t count = 0, n = 0;
	struct expr **roots;

	for (size_t i = 0; i < plan->table_count; i++)
		count += plan->tables[i].wanted_count + 1;
	roots = arena_calloc(&plan->arena, count + 1, sizeof(struct expr *));
	if (!roots)
		return false;
	for (size_t i = 0; i < plan->table_count; i++) {
		struct plan_table *table = &plan->tables[i];

		for (size_t j = 0; j < table->wanted_count; j++)
			roots[n++] = table->wanted[j];
		if (!dag_finish(&table->check_dag, table->checks, table->constraint_count))
			return false;
	}
	plan->wanted = roots;
	plan->wanted_count = n;
	for (size_t i = 0; i < plan->table_count; i++) /* run by themselves, first */
		roots[n++] = plan->tables[i].where;
	return dag_finish(&plan->dag, roots, n);
}

static enum status bind_tables(struct plan *plan, struct span source, const struct ast_file *file,
			       const struct token_list *tokens, const struct plan_options *options,
			       struct diag_list *diags, struct err *err)
{
	struct ast_table *const *tables = file->tables.items;
	struct binder binder = { .plan = plan,
				 .arena = &plan->arena,
				 .diags = diags,
				 .options = options,
				 .source = source };

	plan->tables = arena_calloc(&plan->arena, file->tables.count + 1, sizeof(*plan->tables));
	if (!plan->tables)
		return err_no_memory(err, "compiling the pipeline file");
	for (size_t i = 0; i < file->tables.count; i++) {
		struct plan_table *out = &plan->tables[i];
		struct field fields = { .children = NULL };

		binder.fields = &fields;
		plan->table_count = i + 1;
		if (!bind_table(&binder, tables[i], out))
			return err_no_memory(err, "compiling the pipeline file");
		if (diags->errors == 0 && !out->bare &&
		    !spark_table(plan, out, tables[i], tokens, source, options, &fields))
			return err_no_memory(err, "compiling the pipeline file");
	}
	return US_OK;
}

static enum status compile(struct plan *plan, struct span text, const struct plan_options *options,
			   struct diag_list *diags, struct err *err)
{
	struct token_list tokens;
	struct ast_file file;
	char *copy = arena_strndup(&plan->arena, text.len ? text.data : "", text.len);
	struct span source = { .data = copy, .len = text.len }, stream;
	enum status status;

	if (!copy)
		return err_no_memory(err, "compiling the pipeline file");
	status = lex(source, &plan->arena, diags, &tokens, err);
	if (status == US_OK)
		status = parse(&tokens, options && options->bare_select, &plan->arena, diags, &file,
			       err);
	if (status == US_OK)
		check_tables(&file, diags);
	if (status == US_OK)
		status = bind_tables(plan, source, &file, &tokens, options, diags, err);
	if (status != US_OK)
		return status;
	if (diags->errors > 0)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s has %zu error%s",
			       diags->file ? diags->file : "the pipeline file", diags->errors,
			       diags->errors == 1 ? "" : "s");
	if (!finish_dags(plan))
		return err_no_memory(err, "compiling the pipeline file");
	stream = ((struct ast_table **)file.tables.items)[0]->stream.text;
	plan->stream = arena_strndup(&plan->arena, stream.data ? stream.data : "", stream.len);
	if (!plan->stream)
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

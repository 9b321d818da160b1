/*
 * explain.c - a plan for people: what is read, how each column is made, what is checked, and the
 * typed expressions in the order in which they run.
 */
#include <stdio.h>
#include <string.h>

#include "sql/explain.h"
#include "sql/function.h"
#include "sql/plan_state.h"
#include "sql/value_text.h"

static const char *const meta_names[META_COUNT] = { "_key", "_topic", "_partition", "_offset",
						    "_timestamp" };

static void print_padded(struct buf *out, const char *text, size_t width)
{
	buf_append_text(out, text);
	for (size_t len = strlen(text); len < width; len++)
		buf_append_char(out, ' ');
}

static void print_literal(const struct expr *expr, struct buf *out)
{
	if (expr->hidden)
		buf_append_text(out, "***");
	else
		value_print(&expr->literal, 0, out);
}

void explain_reference(const struct expr *expr, struct buf *out)
{
	if (expr->kind == EXPR_LITERAL)
		print_literal(expr, out);
	else
		buf_printf(out, "#%u", expr->id);
}

void explain_node(const struct plan *plan, const struct plan_table *table, const struct expr *expr,
		  struct buf *out)
{
	switch (expr->kind) {
	case EXPR_LITERAL:
		print_literal(expr, out);
		break;
	case EXPR_PATH:
		path_print(plan->path[expr->slot].steps, plan->path[expr->slot].count, out);
		break;
	case EXPR_META:
		buf_append_text(out, meta_names[expr->slot]);
		break;
	case EXPR_COLUMN:
		buf_append_text(out, table->def.columns[expr->slot].name);
		break;
	case EXPR_ELEMENT:
		buf_append_text(out, expr->slot == ELEMENT_VALUE ? "element" : "place of element");
		break;
	case EXPR_CALL:
		buf_printf(out, "%s(", expr->function->name);
		for (size_t i = 0; i < expr->arg_count; i++) {
			if (i > 0)
				buf_append_text(out, ", ");
			explain_reference(expr->args[i], out);
		}
		buf_append_char(out, ')');
		break;
	}
}

static void print_nodes(const struct plan *plan, const struct plan_table *table,
			const struct dag *dag, struct buf *out)
{
	char type[32], number[16];

	for (size_t i = 0; i < dag->count; i++) {
		const struct expr *expr = dag->nodes[i];

		if (expr->kind == EXPR_LITERAL)
			continue;
		snprintf(number, sizeof(number), "#%u", expr->id);
		buf_append_text(out, "  ");
		print_padded(out, number, 6);
		print_padded(out, sql_type_text(expr->type, type, sizeof(type)), 14);
		explain_node(plan, table, expr, out);
		buf_append_char(out, '\n');
	}
}

static size_t longest_name(const struct table_def *def)
{
	size_t longest = 0;

	for (size_t i = 0; i < def->column_count; i++) {
		size_t len = strlen(def->columns[i].name);

		longest = len > longest ? len : longest;
	}
	return longest;
}

/* Text on one line: runs of white space are one blank. */
static void print_line(const char *text, struct buf *out)
{
	bool blank = false;

	for (; *text; text++) {
		if (strchr(" \t\r\n", *text)) {
			blank = true;
			continue;
		}
		if (blank)
			buf_append_char(out, ' ');
		blank = false;
		buf_append_char(out, *text);
	}
}

static void print_key(const struct table_def *def, struct buf *out)
{
	bool composite = def->partition_key_count > 1;

	buf_append_text(out, composite ? "((" : "(");
	for (size_t i = 0; i < def->key_count; i++) {
		if (i > 0)
			buf_append_text(out, ", ");
		buf_append_text(out, def->columns[def->key[i]].name);
		if (i >= def->partition_key_count && def->key_order[i] == SORT_DESCENDING)
			buf_append_text(out, " DESC");
		if (composite && i + 1 == def->partition_key_count)
			buf_append_char(out, ')');
	}
	buf_append_char(out, ')');
}

static void print_columns(const struct plan_table *table, struct buf *out)
{
	size_t width = longest_name(&table->def) + 2;

	for (size_t i = 0; i < table->def.column_count; i++) {
		const struct column_def *def = &table->def.columns[i];
		const struct plan_column *column = &table->columns[i];

		buf_append_text(out, "  ");
		print_padded(out, def->name, width);
		print_padded(out, column_type_name(def->type), 11);
		print_padded(out, def->not_null ? "NOT NULL" : "", 10);
		explain_reference(column->value, out);
		if (column->value != column->source) {
			buf_append_text(out, " from ");
			explain_reference(column->source, out);
		}
		buf_append_text(out, "  <- ");
		print_line(column->text, out);
		buf_append_char(out, '\n');
	}
}

static void print_constraints(const struct plan *plan, const struct plan_table *table,
			      struct buf *out)
{
	static const char *const actions[] = { "counted, row kept", "DROP ROW", "FAIL UPDATE" };
	const struct dag *dag = &plan_source(plan, (size_t)(table - plan->tables))->dag;

	if (table->constraint_count)
		buf_append_text(out, "\nconstraints, over the columns above\n");
	else if (dag->count)
		buf_append_text(out, "\nexpressions over the columns above\n");
	for (size_t i = 0; i < table->constraint_count; i++) {
		const struct constraint_def *def = &table->constraints[i];

		buf_printf(out, "  %s: ", def->name);
		print_line(def->text, out);
		buf_printf(out, "  [%s]  ", actions[def->action]);
		explain_reference(table->checks[i], out);
		buf_append_char(out, '\n');
	}
	print_nodes(plan, table, dag, out);
}

static void print_table(const struct plan *plan, const struct plan_table *table, struct buf *out)
{
	buf_printf(out, "\ntable %s, PRIMARY KEY ", table->def.name);
	print_key(&table->def, out);
	buf_printf(out, ", NULLs %s",
		   table->def.keep_nulls ? "keep what is stored" : "are written");
	if (table->source != PLAN_STREAM)
		buf_printf(out, ", reads %s", plan->tables[table->source].def.name);
	buf_append_char(out, '\n');
	print_columns(table, out);
	if (table->generator) {
		buf_append_text(out, "  a row for each element of ");
		explain_reference(table->generator->array, out);
		buf_append_text(out, "  <- ");
		print_line(table->generator->text, out);
		buf_append_char(out, '\n');
	}
	if (table->where) {
		buf_append_text(out, "  rows where ");
		explain_reference(table->where, out);
		buf_append_text(out, " is TRUE  <- ");
		print_line(table->where_text, out);
		buf_append_char(out, '\n');
	}
	print_constraints(plan, table, out);
}

enum status plan_explain(const struct plan *plan, struct buf *out, struct err *err)
{
	buf_printf(out, "stream %s, fingerprint %s\n", plan->stream, plan->fingerprint);
	buf_printf(out, "\npaths read of each record: %zu\n", plan->path_count);
	for (size_t i = 0; i < plan->path_count; i++) {
		buf_append_text(out, "  ");
		path_print(plan->path[i].steps, plan->path[i].count, out);
		buf_append_char(out, '\n');
	}
	for (size_t i = 0; i < plan->table_count; i++)
		print_table(plan, &plan->tables[i], out);
	buf_append_text(out, "\nexpressions, in the order in which they run\n");
	print_nodes(plan, &plan->tables[0], &plan_source(plan, PLAN_STREAM)->dag, out);
	return out->failed ? err_no_memory(err, "explaining the pipeline") : US_OK;
}

/*
 * spark.c - the SELECT of a table, token by token as it was written, but for what open-source Spark
 * 3.5 does not read: FROM STREAM x is FROM x, x::TYPE is CAST(x AS TYPE), ${NAME} is :NAME.
 */
#include "sql/spark.h"

#include "sql/fields.h"

#define TEXT_MAX ((size_t)64 << 20)

struct printer {
	const struct token_list *tokens;
	struct span source;
	struct buf *out;
};

/* How many x::TYPE begin (or end) at a position of the text. */
static size_t count_casts(const struct ast *ast, uint32_t position, bool end)
{
	size_t count = ast->kind == AST_CAST && ast->postfix_cast &&
		       position == (end ? ast->start + ast->len : ast->start);

	for (size_t i = 0; i < ast->arg_count; i++)
		count += count_casts(ast->args[i], position, end);
	return count;
}

static void print_token(const struct printer *printer, const struct token *token)
{
	if (token->kind == TOKEN_VARIABLE) {
		buf_append_char(printer->out, ':');
		buf_append_span(printer->out, token->value);
		return;
	}
	buf_append(printer->out, printer->source.data + token->start, token->len);
}

/* A blank between two tokens where the text had one (or a comment). */
static bool had_blank(const struct token *left, const struct token *right)
{
	return left->start + left->len != right->start;
}

static bool has_postfix_cast(const struct ast *ast)
{
	bool found = ast->kind == AST_CAST && ast->postfix_cast;

	for (size_t i = 0; !found && i < ast->arg_count; i++)
		found = has_postfix_cast(ast->args[i]);
	return found;
}

static void print_expression(const struct printer *printer, const struct ast *ast, size_t first,
			     size_t last)
{
	bool casts = has_postfix_cast(ast);

	for (size_t i = first; i < last; i++) {
		const struct token *token = &printer->tokens->tokens[i];
		size_t open = casts ? count_casts(ast, token->start, false) : 0;
		size_t close = casts ? count_casts(ast, token->start + token->len, true) : 0;

		if (i > first && had_blank(token - 1, token))
			buf_append_char(printer->out, ' ');
		while (open-- > 0)
			buf_append_text(printer->out, "CAST(");
		if (token_is_symbol(token, "::"))
			buf_append_text(printer->out, " AS ");
		else
			print_token(printer, token);
		while (close-- > 0)
			buf_append_char(printer->out, ')');
	}
}

static void print_quoted_name(struct span name, struct buf *out)
{
	buf_append_char(out, '`');
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '`')
			buf_append_char(out, '`');
		buf_append_char(out, name.data[i]);
	}
	buf_append_char(out, '`');
}

static void print_alias(const struct ast_item *item, struct buf *out)
{
	struct span name = item->alias.text;

	if (!name.data && item->expr->kind == AST_CALL)
		return; /* explode without a name */
	buf_append_text(out, item->second.text.data ? " AS (" : " AS ");
	print_quoted_name(name.data ? name : item->expr->text, out);
	if (!item->second.text.data)
		return;
	buf_append_text(out, ", ");
	print_quoted_name(item->second.text, out);
	buf_append_char(out, ')');
}

static void print_lateral(const struct printer *printer, const struct ast_lateral *lateral)
{
	struct buf *out = printer->out;

	buf_append_text(out, lateral->outer ? "\nLATERAL VIEW OUTER " : "\nLATERAL VIEW ");
	print_expression(printer, lateral->call, lateral->first_token, lateral->last_token);
	buf_append_char(out, ' ');
	print_quoted_name(lateral->view.text.data ? lateral->view.text : SPAN_LITERAL("_elements"),
			  out);
	if (lateral->first.text.data) {
		buf_append_text(out, " AS ");
		print_quoted_name(lateral->first.text, out);
	}
	if (lateral->second.text.data) {
		buf_append_text(out, ", ");
		print_quoted_name(lateral->second.text, out);
	}
}

static void print_select(const struct printer *printer, const struct ast_table *table)
{
	const struct ast_item *items = table->items.items;
	struct buf *out = printer->out;

	buf_append_text(out, "SELECT\n");
	for (size_t i = 0; i < table->items.count; i++) {
		buf_append_text(out, "  ");
		print_expression(printer, items[i].expr, items[i].first_token, items[i].last_token);
		print_alias(&items[i], out);
		buf_append_text(out, i + 1 < table->items.count ? ",\n" : "\n");
	}
	buf_append_text(out, "FROM ");
	print_quoted_name(table->stream.text, out);
	if (table->stream_alias.text.data) {
		buf_append_text(out, " AS ");
		print_quoted_name(table->stream_alias.text, out);
	}
	if (table->lateral)
		print_lateral(printer, table->lateral);
	if (table->where) {
		buf_append_text(out, "\nWHERE ");
		print_expression(printer, table->where, table->where_first_token,
				 table->where_last_token);
	}
	buf_append_char(out, '\n');
}

/* ---- the schema of what is read */

/* The fields of the record that a table reads. */
static bool print_record_schema(struct plan *plan, struct plan_table *table, struct buf *out)
{
	const struct dag *dag = &plan_source(plan, table->source)->dag;
	struct field root = { .children = NULL };
	struct field *clash;
	size_t step = 0;

	for (size_t id = 0; id < dag->count; id++) {
		const struct expr *expr = dag->nodes[id];
		const struct plan_path *path = &plan->path[expr->slot];

		if (expr->kind == EXPR_PATH && table->needs[id] &&
		    !fields_add(&root, &plan->arena, path->steps, path->count, 0, 0, &clash, &step))
			return false;
	}
	fields_spark_schema(&root, out, &table->spark_conflict);
	return true;
}

/* The columns of the table that is read. */
static void print_table_schema(const struct table_def *def, struct buf *out)
{
	static const char *const types[] = {
		[COLUMN_TEXT] = "STRING",   [COLUMN_UUID] = "STRING",
		[COLUMN_INT] = "INT",       [COLUMN_BIGINT] = "BIGINT",
		[COLUMN_DOUBLE] = "DOUBLE", [COLUMN_BOOLEAN] = "BOOLEAN",
		[COLUMN_DATE] = "DATE",     [COLUMN_TIMESTAMP] = "TIMESTAMP",
	};

	for (size_t i = 0; i < def->column_count; i++) {
		buf_append_text(out, i ? ", " : "");
		print_quoted_name(span_of(def->columns[i].name), out);
		buf_printf(out, " %s", types[def->columns[i].type]);
	}
}

static bool spark_table(struct plan *plan, struct plan_table *out, const struct printer *printer,
			const struct ast_table *table)
{
	struct buf *text = printer->out;
	bool good = true;

	buf_reset(text);
	print_select(printer, table);
	if (!text->failed)
		out->spark_select = arena_strndup(&plan->arena, buf_text(text), text->len);
	buf_reset(text);
	if (out->source == PLAN_STREAM)
		good = print_record_schema(plan, out, text);
	else
		print_table_schema(&plan->tables[out->source].def, text);
	if (good && !text->failed)
		out->spark_schema = arena_strndup(&plan->arena, buf_text(text), text->len);
	return out->spark_select && out->spark_schema;
}

bool spark_tables(struct plan *plan, struct ast_table *const *tables,
		  const struct token_list *tokens, struct span source)
{
	struct buf text;
	struct printer printer = { .tokens = tokens, .source = source, .out = &text };
	bool good = true;

	buf_init(&text, TEXT_MAX);
	for (size_t i = 0; good && i < plan->table_count && !plan->tables[i].bare; i++)
		good = spark_table(plan, &plan->tables[i], &printer, tables[i]);
	buf_release(&text);
	return good;
}

enum status plan_spark_select(const struct plan *plan, size_t table, struct buf *out,
			      struct err *err)
{
	if (plan->tables[table].bare)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "a SELECT by itself is no table");
	buf_append_text(out, plan->tables[table].spark_select);
	return out->failed ? err_no_memory(err, "writing the Spark SELECT") : US_OK;
}

enum status plan_spark_schema(const struct plan *plan, size_t table, struct buf *out,
			      struct err *err)
{
	const struct field *conflict = plan->tables[table].spark_conflict;

	if (plan->tables[table].bare)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "a SELECT by itself is no table");
	if (conflict)
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "table %s reads the field %.*s as a whole and in parts, which Spark's "
		    "from_json cannot give: read the parts with get_json_object",
		    plan->tables[table].def.name, (int)conflict->step.name.len,
		    conflict->step.name.data ? conflict->step.name.data : "");
	buf_append_text(out, plan->tables[table].spark_schema);
	return out->failed ? err_no_memory(err, "writing the Spark schema") : US_OK;
}

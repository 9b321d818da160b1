/*
 * spark.c - the SELECT of a table, token by token as it was written, but for what open-source Spark
 * 3.5 does not read: FROM STREAM x is FROM x, x::TYPE is CAST(x AS TYPE), ${NAME} is a string.
 */
#include "sql/spark.h"

#define TEXT_MAX ((size_t)64 << 20)

struct printer {
	const struct token_list *tokens;
	struct span source;
	const struct plan_options *options;
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

static void print_string_literal(struct span text, struct buf *out)
{
	buf_append_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\'' || text.data[i] == '\\')
			buf_append_char(out, '\\');
		buf_append_char(out, text.data[i]);
	}
	buf_append_char(out, '\'');
}

static void print_token(const struct printer *printer, const struct token *token)
{
	const struct plan_options *options = printer->options;
	const char *value;

	if (token->kind == TOKEN_VARIABLE) {
		value = options && options->variable
			    ? options->variable(options->user, token->value)
			    : NULL;
		print_string_literal(span_of(value ? value : ""), printer->out);
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

static void print_select(const struct printer *printer, const struct ast_table *table)
{
	const struct ast_item *items = table->items.items;
	struct buf *out = printer->out;

	buf_append_text(out, "SELECT\n");
	for (size_t i = 0; i < table->items.count; i++) {
		buf_append_text(out, "  ");
		print_expression(printer, items[i].expr, items[i].first_token, items[i].last_token);
		buf_append_text(out, " AS ");
		print_quoted_name(
		    items[i].alias.text.data ? items[i].alias.text : items[i].expr->text, out);
		buf_append_text(out, i + 1 < table->items.count ? ",\n" : "\n");
	}
	buf_append_text(out, "FROM ");
	print_quoted_name(table->stream.text, out);
	if (table->stream_alias.text.data) {
		buf_append_text(out, " AS ");
		print_quoted_name(table->stream_alias.text, out);
	}
	if (table->where) {
		buf_append_text(out, "\nWHERE ");
		print_expression(printer, table->where, table->where_first_token,
				 table->where_last_token);
	}
	buf_append_char(out, '\n');
}

bool spark_table(struct plan *plan, struct plan_table *out, const struct ast_table *table,
		 const struct token_list *tokens, struct span source,
		 const struct plan_options *options, const struct field *fields)
{
	struct buf text;
	struct printer printer = {
		.tokens = tokens, .source = source, .options = options, .out = &text
	};

	buf_init(&text, TEXT_MAX);
	print_select(&printer, table);
	if (!text.failed)
		out->spark_select = arena_strndup(&plan->arena, buf_text(&text), text.len);
	buf_reset(&text);
	fields_spark_schema(fields, &text, &out->spark_conflict);
	if (!text.failed)
		out->spark_schema = arena_strndup(&plan->arena, buf_text(&text), text.len);
	buf_release(&text);
	return out->spark_select && out->spark_schema;
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

/*
 * test_parser.c - expressions and the trees that they are, by precedence; statements with mistakes
 * and all that is told about them.
 */
#include "sql_helpers.h"

#include "sql/parser.h"

static void dump(const struct ast *ast, struct buf *out)
{
	char type[32];

	switch (ast->kind) {
	case AST_NULL:
		buf_append_text(out, "NULL");
		return;
	case AST_BOOLEAN:
		buf_append_text(out, ast->truth ? "TRUE" : "FALSE");
		return;
	case AST_NUMBER:
		buf_printf(out, "%s%.*s", ast->negative ? "-" : "", (int)ast->text.len,
			   ast->text.data);
		return;
	case AST_STRING:
		buf_printf(out, "'%.*s'", (int)ast->text.len, ast->text.data);
		return;
	case AST_TYPED:
		buf_printf(out, "%s'%.*s'", sql_type_text(ast->type, type, sizeof(type)),
			   (int)ast->text.len, ast->text.data);
		return;
	case AST_INTERVAL:
		buf_printf(out, "{%dm %lldus %d}", ast->interval.months,
			   (long long)ast->interval.micros, ast->type.precision);
		return;
	case AST_VARIABLE:
		buf_printf(out, "$%.*s", (int)ast->text.len, ast->text.data);
		return;
	case AST_NAME:
		buf_append_span(out, ast->text);
		return;
	case AST_FIELD:
		dump(ast->args[0], out);
		buf_append_char(out, '.');
		buf_append_span(out, ast->text);
		return;
	case AST_INDEX:
		dump(ast->args[0], out);
		buf_append_char(out, '[');
		dump(ast->args[1], out);
		buf_append_char(out, ']');
		return;
	case AST_CAST:
		buf_printf(out, "(%s %s ", ast->try_cast ? "try_cast" : "cast",
			   sql_type_text(ast->type, type, sizeof(type)));
		dump(ast->args[0], out);
		buf_append_char(out, ')');
		return;
	case AST_CALL:
		buf_append_char(out, '(');
		buf_append_span(out, ast->text);
		for (size_t i = 0; i < ast->arg_count; i++) {
			buf_append_char(out, ' ');
			dump(ast->args[i], out);
		}
		buf_append_char(out, ')');
		return;
	}
}

struct parsed {
	struct arena arena;
	struct diag_list diags;
	struct ast_file file;
};

static void parse_text(struct parsed *parsed, struct span text)
{
	struct token_list tokens;
	struct err err = ERR_INIT;

	arena_init(&parsed->arena, 4096, (size_t)64 << 20);
	diag_init(&parsed->diags, "t", text);
	assert_int_equal(lex(text, &parsed->arena, &parsed->diags, &tokens, &err), US_OK);
	assert_int_equal(parse(&tokens, false, &parsed->arena, &parsed->diags, &parsed->file, &err),
			 US_OK);
}

static void release(struct parsed *parsed)
{
	diag_release(&parsed->diags);
	arena_release(&parsed->arena);
}

static const struct ast_table *first_table(const struct parsed *parsed)
{
	return ((struct ast_table **)parsed->file.tables.items)[0];
}

static void check_expression(const char *expression, const char *expected)
{
	struct parsed parsed;
	struct buf text, out;

	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_printf(&text,
		   "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT %s AS a FROM STREAM s",
		   expression);
	parse_text(&parsed, buf_span(&text));
	if (parsed.diags.errors)
		buf_append_text(&out, parsed.diags.first->text);
	else
		dump(((struct ast_item *)first_table(&parsed)->items.items)[0].expr, &out);
	if (strcmp(buf_text(&out), expected) != 0)
		fail_msg("%s\n   is: %s\n  not: %s", expression, buf_text(&out), expected);
	buf_release(&text);
	buf_release(&out);
	release(&parsed);
}

static void expressions(void **state)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		/* precedence */
		{ "a OR b AND NOT c = d", "(or a (and b (not (= c d))))" },
		{ "1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)" },
		{ "a || b || 'c'", "(concat (concat a b) 'c')" },
		{ "(1 + 2) * 3 % 4 div 5 / 6", "(/ (div (% (* (+ 1 2) 3) 4) 5) 6)" },
		{ "a = b IS NULL", "(isnull (= a b))" },
		{ "NOT a IS NOT NULL", "(not (isnotnull a))" },
		{ "a & b | c ^ d", "(| (& a b) (^ c d))" },
		{ "- -1", "(negative -1)" },
		{ "-a * +b", "(* (negative a) (positive b))" },
		{ "a -1", "(- a 1)" },
		/* predicates */
		{ "a BETWEEN -1 AND 2 AND b", "(and (and (>= a -1) (<= a 2)) b)" },
		{ "a NOT BETWEEN 1 AND 2", "(not (and (>= a 1) (<= a 2)))" },
		{ "a IN (1, 2)", "(in a 1 2)" },
		{ "a NOT IN ('x')", "(not (in a 'x'))" },
		{ "a LIKE 'x%' ESCAPE '!'", "(like a 'x%' '!')" },
		{ "a NOT ILIKE b", "(not (ilike a b))" },
		{ "a RLIKE 'x' OR a REGEXP 'y'", "(or (rlike a 'x') (rlike a 'y'))" },
		{ "rlike(a, 'x') OR regexp(a, 'y')", "(or (rlike a 'x') (regexp a 'y'))" },
		{ "NOT like(a, 'x%') AND ilike(a, b)", "(and (not (like a 'x%')) (ilike a b))" },
		{ "div(7, 2) div (2)", "(div (div 7 2) 2)" },
		{ "a LIKE (b)", "(like a b)" },
		{ "a <> b != c", "(<> (<> a b) c)" },
		{ "a <=> b == c", "(= (<=> a b) c)" },
		{ "a IS TRUE", "(<=> a TRUE)" },
		{ "a IS NOT FALSE", "(not (<=> a FALSE))" },
		{ "a IS UNKNOWN", "(isnull a)" },
		{ "a IS DISTINCT FROM b", "(not (<=> a b))" },
		{ "a IS NOT DISTINCT FROM b", "(<=> a b)" },
		/* operands */
		{ "CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END", "(case a 1 b 2 3)" },
		{ "CASE x WHEN 1 THEN 'a' END", "(case (= x 1) 'a')" },
		{ "CAST(a AS DECIMAL(10, 2))", "(cast DECIMAL(10,2) a)" },
		{ "try_cast(a AS int)", "(try_cast INT a)" },
		{ "a.b::DOUBLE + 1", "(+ (cast DOUBLE a.b) 1)" },
		{ "-1::string", "(negative (cast STRING 1))" },
		{ "a.b[0].`c d`['e']", "a.b[0].c d['e']" },
		{ "'a' 'b'", "'ab'" },
		{ "DATE '2020-01-31'", "DATE'2020-01-31'" },
		{ "X'1F'", "BINARY'1F'" },
		{ "${CITY}", "$CITY" },
		{ "date", "date" },
		{ "dob.date", "dob.date" },
		{ "IF(a, b, c)", "(IF a b c)" },
		{ "TRIM(a)", "(trim a)" },
		{ "TRIM(BOTH 'x' FROM a)", "(btrim a 'x')" },
		{ "TRIM(LEADING FROM a)", "(ltrim a)" },
		{ "TRIM(TRAILING 'x' FROM a)", "(rtrim 'x' a)" },
		{ "EXTRACT(WEEK FROM a)", "(weekofyear a)" },
		{ "POSITION('a' IN b)", "(position 'a' b)" },
		{ "position('a', b)", "(position 'a' b)" },
		{ "SUBSTRING(a FROM 2 FOR 3)", "(SUBSTRING a 2 3)" },
		{ "INTERVAL 1 DAY 2 HOURS", "{0m 93600000000us 2}" },
		{ "INTERVAL '1' YEAR", "{12m 0us 0}" },
		{ "INTERVAL '1 day -2 hours'", "{0m 79200000000us 2}" },
		{ "INTERVAL '-1-2' YEAR TO MONTH", "{-14m 0us 0}" },
		{ "INTERVAL '1 02:03:04.5' DAY TO SECOND", "{0m 93784500000us 2}" },
		{ "INTERVAL 1 WEEK -1 DAY", "{0m 518400000000us 1}" },
		{ "INTERVAL -'1' DAY + INTERVAL +2 MONTHS",
		  "(+ {0m -86400000000us 1} {2m 0us 0})" },
		{ "INTERVAL '25' HOUR", "{0m 90000000000us 2}" },
		{ "INTERVAL .5 SECONDS", "{0m 500000us 2}" },
		{ "interval - 1", "(- interval 1)" },
		{ "interval + 1 > interval.day", "(> (+ interval 1) interval.day)" },
		{ "(.5)", ".5" },
		{ "2*.5", "(* 2 .5)" },
		{ "a.5", "a.5" },
		/* mistakes */
		{ "INTERVAL '1 fortnight'", "this is no interval" },
		{ "INTERVAL '1 25' DAY TO HOUR", "this is no interval" },
		{ "INTERVAL '1-12' YEAR TO MONTH", "this is no interval" },
		{ "INTERVAL '1 2' MONTH TO DAY", "this is no interval" },
		{ "INTERVAL 1.5 DAYS", "this is no interval" },
		{ "INTERVAL 106751992 DAYS", "this is no interval" },
		{ "INTERVAL 1 MONTH 1 DAY",
		  "an INTERVAL is of years and months, or of days and times" },
		{ "a +", "expected an expression" },
		{ "like(a, 'x', '/')", "like() takes 2 arguments, not 3" },
		{ "f(a", "expected \")\"" },
		{ "CASE a END", "expected WHEN" },
		{ "CAST(a AS TEXT)", "expected a type of Spark's" },
		{ "CAST(a AS DECIMAL(39, 1))", "expected a number up to 38" },
		{ "count(*)", "expected an argument" },
		{ "a IN (SELECT 1)", "expected values" },
		{ "TIME '12:00'", "no such literal" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_expression(cases[i].text, cases[i].tree);
}

static void nesting_is_bounded(void **state)
{
	static const struct {
		const char *open, *middle, *close;
	} cases[] = {
		{ "(", "1", ")" },
		{ "-(", "1", ")" },
		{ "NOT ", "a", "" },
		{ "", "1", " + 1" },
		{ "f(", "a", ")" },
		{ "", "a", "[0]" },
		{ "CASE WHEN ", "a", " THEN 1 END" },
		{ "", "a", "::INT" },
		{ "", "a", ".b" },
		{ "- ", "a", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf text;

		buf_init(&text, 1 << 22);
		for (int n = 0; n < 20000; n++)
			buf_append_text(&text, cases[i].open);
		buf_append_text(&text, cases[i].middle);
		for (int n = 0; n < 20000; n++)
			buf_append_text(&text, cases[i].close);
		check_expression(buf_text(&text), "nested deeper than 500 levels");
		buf_release(&text);
	}
}

/* Statements, and every diagnostic as LINE:COLUMN text. */
static void check_statement(const char *text, const char *expected)
{
	struct parsed parsed;
	struct buf out;

	buf_init(&out, 1 << 16);
	parse_text(&parsed, span_of(text));
	for (const struct diag *diag = parsed.diags.first; diag; diag = diag->next) {
		size_t line, column;

		diag_position(span_of(text), diag->start, &line, &column);
		buf_printf(&out, "%zu:%zu %s\n", line, column, diag->text);
	}
	if (strcmp(buf_text(&out), expected) != 0)
		fail_msg("%s\n   told:\n%s   expected:\n%s", text, buf_text(&out), expected);
	buf_release(&out);
	release(&parsed);
}

static void recovery(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{ "", "1:1 the pipeline file has no table\n" },
		{ "SELECT 1", "1:1 expected CREATE\n" },
		{ "CREATE TABLE t",
		  "1:8 expected STREAMING\n"
		  "1:15 expected \"(\" and the table's columns, found the end of the file\n" },
		{ "CREATE STREAMING TABLE t AS SELECT 1",
		  "1:26 expected \"(\" and the table's columns\n" },
		{ "CREATE STREAMING TABLE t (\n a TEX,\n b INT NOT,\n PRIMARY (a)\n) AS SELECT\n a "
		  "+,\n "
		  "b AS,\n c d e\nFROM STREAM s",
		  "2:4 there is no type TEX for a column\n3:11 expected NULL\n"
		  "4:10 expected the column's type\n6:5 expected an expression\n"
		  "7:6 expected a name\n8:6 expected \",\" or FROM\n" },
		{ "CREATE STREAMING TABLE t (a INT) AS SELECT a FROM s", "1:51 expected STREAM\n" },
		{ "CREATE STREAMING TABLE t (a INT, CONSTRAINT c EXPECT (a > ) ON VIOLATION DROP "
		  "ROW,"
		  " CONSTRAINT d EXPECT (a > 1) ON VIOLATION IGNORE) AS SELECT a, FROM STREAM s",
		  "1:59 expected an expression\n1:125 expected DROP ROW or FAIL UPDATE\n"
		  "1:146 expected an expression\n" },
		{ "CREATE STREAMING TABLE t (a INT PRIMARY KEY, PRIMARY KEY (a)) AS SELECT a FROM "
		  "STREAM s",
		  "1:46 a second PRIMARY KEY\n" },
		{ "CREATE STREAMING TABLE t (a INT) TBLPROPERTIES ('x' = 'y') AS SELECT a FROM "
		  "STREAM s;\n"
		  "CREATE STREAMING TABLE u (a INT) AS SELECT a FROM STREAM s ORDER BY a",
		  "1:49 there is no property x\n2:60 expected \";\" or the end of the file\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_statement(cases[i].text, cases[i].told);
}

static void statement_parts(void **state)
{
	static const char text[] =
	    "create or refresh streaming table t (a uuid not null comment 'the a', b text, c int,\n"
	    "  primary key ((a, b), c), constraint k expect (c > 0) on violation fail update)\n"
	    "  comment 'a table' tblproperties ('nulls' = 'keep') clustering order by (c desc)\n"
	    "as select x as a, y b, c from stream `top.ic` as r where c is not null;";
	struct parsed parsed;
	const struct ast_table *table;
	const struct ast_constraint *constraint;

	(void)state;
	parse_text(&parsed, span_of(text));
	assert_int_equal(parsed.diags.errors, 0);
	table = first_table(&parsed);
	assert_int_equal(table->columns.count, 3);
	assert_int_equal(table->key.count, 3);
	assert_int_equal(table->partition_key_count, 2);
	assert_int_equal(table->ordering.count, 1);
	assert_true(table->keep_nulls);
	assert_true(span_equal(table->comment, SPAN_LITERAL("a table")));
	assert_true(span_equal(table->stream.text, SPAN_LITERAL("top.ic")));
	assert_true(span_equal(table->stream_alias.text, SPAN_LITERAL("r")));
	assert_non_null(table->where);
	constraint = table->constraints.items;
	assert_int_equal(constraint->action, VIOLATION_FAIL_UPDATE);
	assert_int_equal(constraint->len, strlen("c > 0"));
	release(&parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(recovery),
		cmocka_unit_test(statement_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

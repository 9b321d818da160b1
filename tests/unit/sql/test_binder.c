/*
 * test_binder.c - what compiles and to which typed plan; what does not, and all that is told.
 */
#include "sql_helpers.h"

/* A table of one TEXT column that is made by an expression. */
static void wrap(struct buf *text, const char *type, const char *expression)
{
	buf_reset(text);
	buf_printf(text,
		   "CREATE STREAMING TABLE t (k TEXT PRIMARY KEY, a %s) AS SELECT k,\n%s AS a FROM "
		   "STREAM s",
		   type, expression);
}

static void check_told(const char *text, const struct plan_options *options, const char *expected)
{
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct buf out;
	struct plan *plan;

	buf_init(&out, 1 << 16);
	diag_init(&diags, "t", span_of(text));
	plan = plan_compile(span_of(text), options, &diags, &err);
	for (const struct diag *diag = diags.first; diag; diag = diag->next) {
		size_t line, column;

		diag_position(span_of(text), diag->start, &line, &column);
		buf_printf(&out, "%zu:%zu %s%s%s\n", line, column, diag->text,
			   diag->hint ? " | " : "", diag->hint ? diag->hint : "");
	}
	assert_true((plan == NULL) == (diags.errors > 0));
	if (strcmp(buf_text(&out), expected) != 0) {
		fprintf(stderr, "%s\n   told:\n%s   expected:\n%s", text, buf_text(&out), expected);
		fail();
	}
	plan_free(plan);
	diag_release(&diags);
	buf_release(&out);
}

/* ---- the plan of an expression: the lines of explain after "expressions" */

static void check_plan(const char *type, const char *expression, const char *expected)
{
	struct err err = ERR_INIT;
	struct buf text, out;
	struct plan *plan;
	const char *nodes;

	buf_init(&text, 1 << 16);
	buf_init(&out, 1 << 16);
	wrap(&text, type, expression);
	plan = must_compile(buf_text(&text));
	assert_int_equal(plan_explain(plan, &out, &err), US_OK);
	nodes = strstr(buf_text(&out), "expressions, in");
	assert_non_null(nodes);
	nodes = strchr(nodes, '\n') + 1;
	if (strcmp(nodes, expected) != 0)
		fail_msg("%s\n   is:\n%s   expected:\n%s", expression, nodes, expected);
	plan_free(plan);
	buf_release(&text);
	buf_release(&out);
}

#define K "  #0    STRING        k\n"

static void plans(void **state)
{
	static const struct {
		const char *type, *expression, *plan;
	} cases[] = {
		/* a path is a STRING, read once */
		{ "TEXT", "name.first", K "  #1    STRING        name.first\n" },
		{ "TEXT", "s.name.first", K "  #1    STRING        name.first\n" },
		{ "TEXT", "tags[1].`a b`['c']", K "  #1    STRING        tags[1].`a b`.c\n" },
		/* equal expressions are one */
		{ "BOOLEAN", "lower(b) = lower(b)",
		  K "  #1    STRING        b\n  #2    STRING        lower(#1)\n"
		    "  #3    BOOLEAN       =(#2, #2)\n" },
		/* constants are folded, declared types cast */
		{ "TEXT", "lower('A' || 'B')", K },
		{ "INT", "1", K },
		{ "DOUBLE", "b", K "  #1    STRING        b\n  #2    DOUBLE        cast(#1)\n" },
		/* the log's metadata */
		{ "BIGINT", "_offset", K "  #1    BIGINT        _offset\n" },
		{ "TIMESTAMP", "s._timestamp", K "  #1    TIMESTAMP     _timestamp\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_plan(cases[i].type, cases[i].expression, cases[i].plan);
}

static void mistakes_in_expressions(void **state)
{
	static const struct {
		const char *type, *expression, *told;
	} cases[] = {
		{ "TEXT", "lowr(b)", "2:1 there is no function lowr | did you mean lower?\n" },
		{ "TEXT", "uuid()",
		  "2:1 uuid is refused: it is not deterministic: a replay would differ\n" },
		{ "TEXT", "current_date",
		  "2:1 current_date is refused: it is not deterministic: a replay would differ\n" },
		{ "TEXT", "nullif(DATE '2020-01-01', 5)",
		  "2:1 nullif of (DATE, INT): cannot be compared with the other side: cast one of "
		  "the two "
		  "| nullif(a, b) -> a's type\n" },
		{ "TEXT", "typeof(INTERVAL 1 DAY)",
		  "2:1 typeof of (INTERVAL): an INTERVAL has no type of its own | typeof(a) -> "
		  "STRING\n" },
		{ "TEXT", "DATE 'x'", "2:1 this is no DATE | DATE '2020-01-31'\n" },
		{ "TEXT", "X'1G'", "2:1 a binary literal has hexadecimal digits only | X'1F00'\n" },
		{ "TEXT", "99999999999999999999L", "2:1 this number does not fit into a BIGINT\n" },
		{ "TEXT", "1S",
		  "2:1 there is no such type of number | L for BIGINT, D for DOUBLE, BD for "
		  "DECIMAL, or CAST\n" },
		{ "UUID", "1",
		  "2:1 INT cannot be stored as UUID in column a | a UUID is made from its text, "
		  "8-4-4-4-12 "
		  "hexadecimal digits\n" },
		{ "TEXT", "_key.a", "2:1 _key is the log's metadata and has no fields\n" },
		{ "TEXT", "${NOT_SET}",
		  "2:1 the variable NOT_SET is not set | set it in the environment or in .env\n" },
		{ "TEXT", "concat(b.c, b.C)",
		  "2:13 ambiguous: C and c differ in case only | SQL's names are not "
		  "case-sensitive, JSON's keys "
		  "are: write it as the record has it\n" },
		{ "TEXT", "lower(b).c",
		  "2:1 only paths of the record have fields | get_json_object(x, '$.field') reads "
		  "a text as "
		  "JSON\n" },
		{ "TEXT", "b[-1]",
		  "2:3 a path goes on with a number from 0 or a 'field' only | tags[0] is an "
		  "array's first "
		  "element, a['b c'] a field\n" },
	};
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 16);
	for (size_t i = 0; i < COUNT(cases); i++) {
		wrap(&text, cases[i].type, cases[i].expression);
		check_told(buf_text(&text), NULL, cases[i].told);
	}
	buf_release(&text);
}

static void mistakes_in_statements(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{ "CREATE STREAMING TABLE t (a TEXT) AS SELECT a FROM STREAM s",
		  "1:1 the table has no PRIMARY KEY | add PRIMARY KEY (id), with the column that "
		  "tells rows "
		  "apart\n" },
		{ "CREATE STREAMING TABLE t (email TEXT PRIMARY KEY, CONSTRAINT c EXPECT (emial = "
		  "'x')) AS SELECT "
		  "email FROM STREAM s",
		  "1:72 a constraint sees the table's columns, and there is no column emial | did "
		  "you mean "
		  "email?\n" },
		{ "CREATE STREAMING TABLE _t (_a TEXT PRIMARY KEY) AS SELECT _a FROM STREAM s",
		  "1:24 the name of a table does not begin with _: those are userstream's own\n"
		  "1:28 the name of a column does not begin with _: those are userstream's own\n" },
		{ "CREATE STREAMING TABLE t (a TEXT, b TEXT, PRIMARY KEY (a, a)) CLUSTERING ORDER "
		  "BY (b) AS SELECT "
		  "a, b FROM STREAM s",
		  "1:59 twice in the PRIMARY KEY: a | each column stands in it once\n"
		  "1:84 not the next clustering column: b | CLUSTERING ORDER BY takes the columns "
		  "of the key that "
		  "follow the partition key, in their order\n" },
		{ "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT a FROM STREAM s;\n"
		  "CREATE STREAMING TABLE T (a TEXT PRIMARY KEY) AS SELECT a FROM STREAM u",
		  "2:24 a second table of the name T | give one of them another\n"
		  "2:71 there is no stream or table u | a file reads one stream: FROM STREAM s, as "
		  "above, or a table of the file\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_told(cases[i].text, NULL, cases[i].told);
}

static void all_mistakes_at_once(void **state)
{
	static const char text[] = "CREATE STREAMING TABLE t (\n"
				   " id UUID, Id TEXT, b INT, missing INT, too INT,\n"
				   " PRIMARY KEY (ids),\n"
				   " CONSTRAINT c EXPECT (b),\n"
				   " CONSTRAINT C EXPECT (bb > 1),\n"
				   " CONSTRAINT d EXPECT (nope(b))\n"
				   ") AS SELECT\n"
				   " id,\n"
				   " nope(x) AS b,\n"
				   " y AS extra,\n"
				   " z AS id,\n"
				   " lower(z)\n"
				   "FROM STREAM other WHERE z";
	struct plan_options options = { .stream = "user_topic" };

	(void)state;
	check_told(
	    text, &options,
	    "13:13 there is no stream or table other | FROM STREAM user_topic is the log's "
	    "records; USERSTREAM_STREAM=other would call them so\n"
	    "2:11 a second column of the same name: Id | the case of letters does not tell columns "
	    "apart\n"
	    "3:15 the PRIMARY KEY names no column of the table: ids | did you mean id?\n"
	    "9:2 there is no function nope\n"
	    "10:7 the table has no such column: extra | declare it in the table, with its type\n"
	    "11:7 the SELECT gives this column twice: id | leave one of the two out\n"
	    "12:2 this expression has no name | add AS and the column that it is for\n"
	    "2:27 the SELECT gives no value for this column: missing | add: … AS this name to the "
	    "SELECT\n"
	    "2:40 the SELECT gives no value for this column: too | add: … AS this name to the "
	    "SELECT\n"
	    "13:25 WHERE needs a BOOLEAN, this is STRING | compare it with something\n"
	    "4:23 EXPECT needs a BOOLEAN, this is INT | compare it with something\n"
	    "5:13 a second constraint of the same name: C | dead letters are told apart by it\n"
	    "5:23 a constraint sees the table's columns, and there is no column bb | "
	    "there are id, Id, b, missing, too\n"
	    "6:23 there is no function nope\n");
}

/* Which of two meanings a name has: the record's field, or the item further left. */
static void names(void **state)
{
	static const struct {
		const char *select, *plan;
	} cases[] = {
		/* an alias used further right is the item's value */
		{ "upper(b) AS x, lower(x) AS y", "  #0    STRING        b\n  #1    STRING        "
						  "upper(#0)\n  #2    STRING        lower(#1)\n" },
		/* but not where the name is a field too: used in the item itself */
		{ "upper(x) AS x, lower(x) AS y", "  #0    STRING        x\n  #1    STRING        "
						  "upper(#0)\n  #2    STRING        lower(#0)\n" },
		/* said to be a field */
		{ "upper(b) AS x, lower(s.x) AS y", "  #0    STRING        b\n  #1    STRING       "
						    " upper(#0)\n  #2    STRING        x\n"
						    "  #3    STRING        lower(#2)\n" },
		/* any case */
		{ "upper(b) AS x, lower(X) AS y", "  #0    STRING        b\n  #1    STRING        "
						  "upper(#0)\n  #2    STRING        lower(#1)\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		struct buf text, out;
		struct plan *plan;

		buf_init(&text, 1 << 16);
		buf_init(&out, 1 << 16);
		buf_printf(&text,
			   "CREATE STREAMING TABLE t (x TEXT PRIMARY KEY, y TEXT) AS SELECT %s "
			   "FROM STREAM s",
			   cases[i].select);
		plan = must_compile(buf_text(&text));
		assert_int_equal(plan_explain(plan, &out, &err), US_OK);
		assert_non_null(strstr(buf_text(&out), "run\n"));
		assert_string_equal(strstr(buf_text(&out), "run\n") + 4, cases[i].plan);
		plan_free(plan);
		buf_release(&text);
		buf_release(&out);
	}
}

static const char *variable(void *user, struct span name)
{
	(void)user;
	return span_equal(name, SPAN_LITERAL("CITY")) ? "x' OR 'a' = 'a" : NULL;
}

static void variables_are_literals(void **state)
{
	struct plan_options options = { .variable = variable };
	struct err err = ERR_INIT;
	struct buf out;
	struct plan *plan;

	(void)state;
	buf_init(&out, 1 << 16);
	plan = compile_text(
	    "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT a FROM STREAM s "
	    "WHERE a = ${CITY}",
	    &options, &out);
	assert_non_null(plan);
	buf_reset(&out);
	assert_int_equal(plan_spark_select(plan, 0, &out, &err), US_OK);
	assert_string_equal(buf_text(&out), "SELECT\n  a AS `a`\nFROM `s`\nWHERE a = :CITY\n");
	plan_free(plan);
	buf_release(&out);
}

static void check_fingerprints(const char *a, const char *b, bool equal)
{
	struct plan *one = must_compile(a), *two = must_compile(b);

	assert_int_equal(strlen(plan_fingerprint(one)), 64);
	if ((strcmp(plan_fingerprint(one), plan_fingerprint(two)) == 0) != equal)
		fail_msg("%s\n%s\n", a, b);
	plan_free(one);
	plan_free(two);
}

#define HEAD "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY) AS SELECT "

static void fingerprint_ignores_what_means_nothing(void **state)
{
	(void)state;
	check_fingerprints(
	    HEAD "lower(x.y) AS a FROM STREAM s",
	    "create  streaming table `t` (a text primary key) -- c\n as select LOWER(x.`y`) as "
	    "a from stream s;",
	    true);
	check_fingerprints(HEAD "'a' AS a FROM STREAM s", HEAD "\"a\" AS a FROM STREAM s", true);
	/* JSON's keys, texts and the order of things do mean something */
	check_fingerprints(HEAD "x.y AS a FROM STREAM s", HEAD "x.Y AS a FROM STREAM s", false);
	check_fingerprints(HEAD "dob.date AS a FROM STREAM s", HEAD "dob.DATE AS a FROM STREAM s",
			   false);
	check_fingerprints(HEAD "'a b' AS a FROM STREAM s", HEAD "'a  b' AS a FROM STREAM s",
			   false);
}

static void spark_text(void **state)
{
	struct plan *plan = must_compile(
	    "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY, b TEXT) AS SELECT -- comment\n"
	    " name.first a, concat((tags[0])::INT, '') AS b FROM STREAM s r WHERE r.`a b` IS NOT "
	    "NULL");
	struct err err = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	assert_int_equal(plan_spark_select(plan, 0, &out, &err), US_OK);
	assert_string_equal(
	    buf_text(&out),
	    "SELECT\n  name.first AS `a`,\n  concat(CAST((tags[0]) AS INT), '') AS `b`\n"
	    "FROM `s` AS `r`\nWHERE r.`a b` IS NOT NULL\n");
	buf_reset(&out);
	assert_int_equal(plan_spark_schema(plan, 0, &out, &err), US_OK);
	assert_string_equal(buf_text(&out),
			    "`name` STRUCT<`first`: STRING>, `tags` ARRAY<STRING>, `a b` STRING");
	plan_free(plan);
	buf_release(&out);
}

static void every_allocation_may_fail(void **state)
{
	static const char text[] =
	    "CREATE STREAMING TABLE t (a TEXT PRIMARY KEY, b INT, CONSTRAINT c EXPECT (b > 1)) AS "
	    "SELECT lower(a) AS a, CAST('1' AS INT) AS b FROM STREAM s WHERE a RLIKE '[a-z]+';";
	uint64_t before = mem_count(), n;
	struct plan *plan = must_compile(text);

	(void)state;
	n = mem_count() - before;
	plan_free(plan);
	for (uint64_t i = 1; i <= n + 2; i++) {
		struct diag_list diags;
		struct err err = ERR_INIT;

		diag_init(&diags, "t", span_of(text));
		mem_fail_at(i);
		plan = plan_compile(span_of(text), NULL, &diags, &err);
		mem_fail_at(0);
		if (!plan)
			assert_true(diags.errors > 0 || err.text[0] != '\0');
		plan_free(plan);
		diag_release(&diags);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans),
		cmocka_unit_test(mistakes_in_expressions),
		cmocka_unit_test(mistakes_in_statements),
		cmocka_unit_test(all_mistakes_at_once),
		cmocka_unit_test(names),
		cmocka_unit_test(variables_are_literals),
		cmocka_unit_test(fingerprint_ignores_what_means_nothing),
		cmocka_unit_test(spark_text),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

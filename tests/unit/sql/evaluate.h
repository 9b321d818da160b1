/*
 * evaluate.h - the value of one expression, for tests of functions.
 */
#ifndef TEST_SQL_EVALUATE_H
#define TEST_SQL_EVALUATE_H

#include "sql/sql_helpers.h"

#define RECORD "{\"x\":\" Ab 1.5 \",\"t\":\"2016-03-25T07:13:10.667Z\",\"n\":null}"

static inline struct record a_record(void)
{
	static const char text[sizeof(RECORD) + RECORD_PADDING] = RECORD;

	return (struct record){ .value = { text, sizeof(RECORD) - 1 } };
}

/* The value of an expression over the record, as text into `out`; false for NULL. */
static inline bool evaluate(const char *expression, struct buf *out)
{
	struct record record = a_record();
	struct transform_result result;
	struct err err = ERR_INIT;
	struct worker *worker;
	struct plan *plan;
	struct span value;
	struct buf text;

	buf_init(&text, 1 << 16);
	buf_printf(&text,
		   "CREATE STREAMING TABLE t (k BIGINT, v TEXT, PRIMARY KEY (k)) AS SELECT _offset "
		   "AS k, CAST((%s) AS STRING) AS v FROM STREAM s;",
		   expression);
	plan = must_compile(buf_text(&text));
	worker = worker_new(plan);
	assert_non_null(worker);
	assert_int_equal(worker_transform(worker, "s", &record, 1, &result, &err), US_OK);
	if (result.rejection_count)
		fail_msg("%s: %s", expression, result.rejections[0].text);
	value = column_text(&result.tables[0].rows.columns[1], 0);
	buf_reset(out);
	buf_append_span(out, value);
	worker_free(worker);
	plan_free(plan);
	buf_release(&text);
	return value.data != NULL;
}

static inline void assert_gives(const char *expression, const char *wanted)
{
	struct buf out;
	bool value;

	buf_init(&out, 1 << 16);
	value = evaluate(expression, &out);
	if (strcmp(value ? buf_text(&out) : "NULL", wanted) != 0)
		fail_msg("%s gives %s, not %s", expression, value ? buf_text(&out) : "NULL",
			 wanted);
	buf_release(&out);
}

#endif

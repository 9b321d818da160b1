/*
 * time_functions.c - times and texts: to_timestamp, to_date, unix_timestamp; date_format,
 * from_unixtime. With a pattern, by time_pattern.h; without one, to_timestamp and to_date are
 * casts.
 */
#include "core/mem.h"
#include "sql/cast.h"
#include "sql/time_pattern.h"
#include "sql/time_text.h"

#define DEFAULT_PATTERN "yyyy-MM-dd HH:mm:ss"

/* ---- patterns -------------------------------------------------------------------------------- */

struct prepared {
	struct arena arena;
	struct time_pattern *pattern;
};

static void dispose(void *state)
{
	struct prepared *prepared = state;

	if (!prepared)
		return;
	arena_release(&prepared->arena);
	mem_free(prepared);
}

/* The pattern that is argument 1, or the default one where there is none. */
static enum status prepare(struct expr *expr, bool reading, size_t *bad_arg, struct err *err)
{
	struct span text = SPAN_LITERAL(DEFAULT_PATTERN);
	struct prepared *prepared;

	*bad_arg = 1;
	if (expr->arg_count > 1) {
		const struct span *given = constant_text(expr->args[1]);

		if (expr->args[1]->kind != EXPR_LITERAL)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "the pattern must be constant");
		if (!given)
			return US_OK;
		text = *given;
	}
	prepared = mem_calloc(1, sizeof(*prepared));
	if (!prepared)
		return err_no_memory(err, "reading a pattern of times");
	arena_init(&prepared->arena, 1024, 64U << 20);
	expr->state = prepared;
	return time_pattern_compile(text, reading, &prepared->arena, &prepared->pattern, err);
}

static enum status prepare_read(struct expr *expr, size_t *bad_arg, struct err *err)
{
	bool text = expr->args[0]->type.kind == SQL_STRING;

	/* Where it is a cast there is nothing to read. */
	return text || expr->arg_count > 1 ? prepare(expr, true, bad_arg, err) : US_OK;
}

static enum status prepare_format(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return prepare(expr, false, bad_arg, err);
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum status read_rows(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	const struct prepared *prepared = expr->state;
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		struct span text = kernel_text(&args[0], row);
		int64_t micros, rest;

		if (!kernel_is_valid(out, row))
			continue;
		switch (time_pattern_read(prepared->pattern, text, &micros)) {
		case TIME_READ:
			if (out->type.kind == SQL_DATE)
				out->as.int32[row] = time_day_of(micros, &rest);
			else if (out->type.kind == SQL_BIGINT)
				out->as.int64[row] = micros / MICROS_PER_SECOND;
			else
				out->as.int64[row] = micros;
			break;
		case TIME_NONE:
			if (!kernel_set_null(eval, out, row))
				return kernel_no_memory(eval, expr);
			break;
		case TIME_FAILS:
			eval->reject(eval, row,
				     "a time that does not fit the pattern, but would have with "
				     "Spark 2: Spark's query fails over it");
			break;
		}
	}
	return US_OK;
}

/* A text is read; a time, which the binder has cast already, is handed on. */
static enum status eval_to(struct eval *eval, const struct expr *expr, const struct vector *args,
			   struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	int64_t rest;

	if (args[0].type.kind == SQL_STRING)
		return read_rows(eval, expr, args, out);
	for (size_t row = 0; row < rows; row++) {
		size_t at = vector_index(&args[0], row);

		if (out->type.kind == SQL_TIMESTAMP)
			out->as.int64[row] = args[0].as.int64[at];
		else if (args[0].type.kind == SQL_DATE)
			out->as.int32[row] = args[0].as.int32[at];
		else
			out->as.int32[row] = time_day_of(args[0].as.int64[at], &rest);
	}
	return US_OK;
}

static enum status eval_unix_timestamp(struct eval *eval, const struct expr *expr,
				       const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	if (args[0].type.kind == SQL_STRING)
		return read_rows(eval, expr, args, out);
	for (size_t row = 0; row < rows; row++) /* cut towards zero, unlike unix_seconds */
		out->as.int64[row] = args[0].as.int64[vector_index(&args[0], row)] /
				     MICROS_PER_SECOND;
	return US_OK;
}

/* ---- formatting ------------------------------------------------------------------------------ */

/* seconds: the argument counts seconds and not microseconds; it wraps. */
static enum status format_rows(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out, bool seconds)
{
	const struct prepared *prepared = expr->state;
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		uint64_t time = (uint64_t)args[0].as.int64[vector_index(&args[0], row)];
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, time_pattern_room(prepared->pattern));
		if (!room)
			return kernel_no_memory(eval, expr);
		if (seconds)
			time *= MICROS_PER_SECOND;
		out->as.text[row] = text_heap_keep(
		    &heap, time_pattern_format(prepared->pattern, (int64_t)time, room));
	}
	return US_OK;
}

static enum status eval_date_format(struct eval *eval, const struct expr *expr,
				    const struct vector *args, struct vector *out)
{
	return format_rows(eval, expr, args, out, false);
}

static enum status eval_from_unixtime(struct eval *eval, const struct expr *expr,
				      const struct vector *args, struct vector *out)
{
	return format_rows(eval, expr, args, out, true);
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_date_format, "Ts>s")
SIGNATURE(resolve_from_unixtime, "ls>s")

static bool is_time(struct sql_type type)
{
	return type_is_time(type) || type.kind == SQL_NULL;
}

/* With a pattern, of a text; a DATE becomes a TIMESTAMP even on its way to a DATE. */
static bool resolve_with_pattern(const struct sql_type *args, struct sql_type *want,
				 const char **why)
{
	*why = "with a pattern reads a STRING";
	want[0] = SQL_TYPE(type_is_text(args[0]) ? SQL_STRING : SQL_TIMESTAMP);
	want[1] = SQL_TYPE(SQL_STRING);
	return (type_is_text(args[0]) || is_time(args[0])) &&
	       (type_is_text(args[1]) || args[1].kind == SQL_NULL);
}

static bool resolve_to_timestamp(const struct sql_type *args, size_t count, struct sql_type *want,
				 struct sql_type *result, const char **why)
{
	*result = SQL_TYPE(SQL_TIMESTAMP);
	if (count > 1)
		return resolve_with_pattern(args, want, why);
	*why = "cannot be converted";
	want[0] = *result;
	return cast_is_possible(args[0], *result);
}

static bool resolve_to_date(const struct sql_type *args, size_t count, struct sql_type *want,
			    struct sql_type *result, const char **why)
{
	*result = SQL_TYPE(SQL_DATE);
	if (count > 1)
		return resolve_with_pattern(args, want, why);
	*why = "needs a STRING, DATE or TIMESTAMP";
	want[0] = *result;
	return type_is_text(args[0]) || is_time(args[0]);
}

static bool resolve_unix_timestamp(const struct sql_type *args, size_t count, struct sql_type *want,
				   struct sql_type *result, const char **why)
{
	*result = SQL_TYPE(SQL_BIGINT);
	if (count > 1)
		return resolve_with_pattern(args, want, why);
	*why = "needs a STRING, DATE or TIMESTAMP";
	want[0] = SQL_TYPE(type_is_text(args[0]) ? SQL_STRING : SQL_TIMESTAMP);
	return type_is_text(args[0]) || is_time(args[0]);
}

#define ENTRY(n, least, most, types, kernel, preparing, sign, text, shown, gives)         \
	{                                                                                 \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types), \
		.nulls = NULL_IN_NULL_OUT, .eval = (kernel), .prepare = (preparing),      \
		.dispose = dispose, .signature = sign, .summary = text, .example = shown, \
		.result = gives                                                           \
	}

const struct function functions_time[] = {
	ENTRY("to_timestamp", 1, 2, resolve_to_timestamp, eval_to, prepare_read,
	      "to_timestamp(str STRING [, pattern STRING]) -> TIMESTAMP",
	      "The point in time that the text names, as CAST or by the pattern; NULL where it "
	      "names none.",
	      "to_timestamp('25/03/2016 07:13', 'dd/MM/yyyy HH:mm')", "2016-03-25 07:13:00"),
	ENTRY("to_date", 1, 2, resolve_to_date, eval_to, prepare_read,
	      "to_date(str STRING [, pattern STRING]) -> DATE",
	      "The day that the text names, as CAST or by the pattern; NULL where it names none.",
	      "to_date('25 Mar 2016', 'd MMM yyyy')", "2016-03-25"),
	ENTRY("unix_timestamp", 1, 2, resolve_unix_timestamp, eval_unix_timestamp, prepare_read,
	      "unix_timestamp(time TIMESTAMP | DATE | STRING [, pattern STRING]) -> BIGINT",
	      "Seconds since 1970; of a text by the pattern, which is yyyy-MM-dd HH:mm:ss where "
	      "none is given.",
	      "unix_timestamp('2016-04-08', 'yyyy-MM-dd')", "1460073600"),
	ENTRY("to_unix_timestamp", 1, 2, resolve_unix_timestamp, eval_unix_timestamp, prepare_read,
	      "to_unix_timestamp(time TIMESTAMP | DATE | STRING [, pattern STRING]) -> BIGINT",
	      "Another name of unix_timestamp.", "to_unix_timestamp('2016-04-08 00:00:00')",
	      "1460073600"),
	ENTRY("date_format", 2, 2, resolve_date_format, eval_date_format, prepare_format,
	      "date_format(time TIMESTAMP, pattern STRING) -> STRING",
	      "The time written by the pattern.",
	      "date_format('2016-03-25 07:13:10', 'EEE d MMM yyyy')", "Fri 25 Mar 2016"),
	ENTRY("from_unixtime", 1, 2, resolve_from_unixtime, eval_from_unixtime, prepare_format,
	      "from_unixtime(seconds BIGINT [, pattern STRING]) -> STRING",
	      "The time so many seconds after 1970 written by the pattern, which is yyyy-MM-dd "
	      "HH:mm:ss where none is given.",
	      "from_unixtime(0, 'yyyy-MM-dd')", "1970-01-01"),
	{ .name = NULL },
};
